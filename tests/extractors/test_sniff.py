"""What a file is, from its bytes, whatever it is called."""

from __future__ import annotations

import codecs

import pytest

from extractors.charset import decode
from extractors.sniff import contradicts, sniff
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from tests.documents import make

PACKED_OTHERWISE = make.zipped({"[Content_Types].xml": b"words"}).replace(b"\x14\0\0\0\0", b"\x14\0\0\0\x63")
BYTES = {
    "pdf": (b"%PDF-1.7\n1 0 obj", "pdf"),
    "pdf behind junk": (b"\n" * 1000 + b"%PDF-1.4", "pdf"),
    "pdf behind junk on its line": (b"junk %PDF-1.4 1 0 obj << >> endobj", "pdf"),
    "rtf": (rb"{\rtf1\ansi Hello}", "rtf"),
    "html with a doctype": (b"\xef\xbb\xbf  <!DOCTYPE html><html><body>Hello", "html"),
    "html behind comments": (b"<!-- a --><!-- b -->\n<html lang=en>", "html"),
    "xhtml": (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', "html"),
    "html in UTF-16": ("<html><p>Hello".encode("utf-16"), "html"),
    "mail": (b"Received: from x\r\n\tby y\r\nSubject: Agenda\r\nFrom: a@example.org\r\n\r\nHello", "eml"),
    "text that begins like a header": (b"Subject: the ward\nIt is closed.", "text"),
    "text that begins like a picture": (b"BMA response to the consultation\n", "text"),
    "csv that begins like a zip": (b"PKU screening,2024\n", "text"),
    "text that begins like Flash": (b"CWS report of the year\n", "text"),
    "text that begins like a program": (b"MZ is short for nothing\n", "text"),
    "text that speaks of PDF": (b"Send it as %PDF-1.4, please\n", "text"),
    "text of DOS": (b"The ward is closed.\r\n\x1a", "text"),
    "short text with a stray NUL": (b"They agreed the plan.\x0c\x00The end.\n", "text"),
    "csv": (b"ward,beds\nrenal,12\n", "text"),
    "Windows text": ("the trust\u2019s plan".encode("cp1252"), "text"),
    "UTF-16 text": ("the plan".encode("utf-16"), "text"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image"),
    "zip": (make.zipped({"a.txt": b"a"}), "zip"),
    "docx": (make.zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "docx"),
    "xlsx": (make.zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "xlsx"),
    "xlsb": (make.zipped({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "xlsb"),
    "pptx": (make.zipped({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "pptx"),
    "odp": (make.zipped({"mimetype": b"application/vnd.oasis.opendocument.presentation"}), "odp"),
}
REFUSED = {
    "nothing": (b"", FailureReason.EMPTY),
    "blanks": (b"\x00\x00 \r\n", FailureReason.EMPTY),
    "bytes of no type": (b"\x07\x01\x02\x03junk", FailureReason.UNSUPPORTED),
    "PostScript": (b"%!PS-Adobe-3.0\n%%Title: x\n", FailureReason.UNSUPPORTED),
    "video": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42", FailureReason.UNSUPPORTED),
    "half a zip": (make.zipped({"a": b"a" * 1000})[:60], FailureReason.TRUNCATED),
    "Office of no kind": (make.zipped({"[Content_Types].xml": b""}), FailureReason.UNSUPPORTED),
    "a zip packed in a way that nobody knows": (PACKED_OTHERWISE, FailureReason.UNREADABLE),
    "an archive of another kind": (b"Rar!\x1a\x07\x00" + bytes(20), FailureReason.UNSUPPORTED),
    "half an OLE file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, FailureReason.UNREADABLE),
}


@pytest.mark.parametrize(("content", "name"), BYTES.values(), ids=BYTES.keys())
def test_kind(tmp_path, content, name):
    path = tmp_path / "paper.exe"
    path.write_bytes(content)
    assert sniff(path).format == name


@pytest.mark.parametrize(
    ("stream", "reason"),
    [("EncryptedPackage", FailureReason.ENCRYPTED), ("Notes of a clerk", FailureReason.UNSUPPORTED)],
)
def test_refused_compound_files(tmp_path, stream, reason):
    with pytest.raises(ExtractionError) as refusal:
        sniff(make.ole(tmp_path / "paper.doc", stream))
    assert refusal.value.reason is reason


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(tmp_path, content, reason):
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    with pytest.raises(ExtractionError) as refusal:
        sniff(path)
    assert refusal.value.reason is reason


def test_many_comments_do_not_slow_it_down(tmp_path):
    path = tmp_path / "page"
    path.write_bytes(b"<!-- -->" * 1000 + b"no html")
    assert sniff(path).format == "text"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("minutes.pdf", b"<html>Not found", True),
        ("minutes.docx", b"Please log in", True),
        ("minutes.html", b"<html>Minutes", False),
        ("minutes.csv", b"a,b", False),
        ("minutes", b"<html>Minutes", False),
        ("minutes.docx", b"%PDF-1.4", False),  # misnamed, but a paper
    ],
)
def test_an_error_page_under_a_paper_s_name(tmp_path, name, content, told):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert contradicts(name, sniff(path)) is told


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("café \u2019".encode(), "", "café \u2019"),
        ("café \u2019".encode("cp1252"), "", "café \u2019"),
        ("café".encode("latin-1"), "iso-8859-1", "café"),
        ("ŵ".encode(), "no-such-encoding", "ŵ"),
        (codecs.BOM_UTF8 + "ŵ".encode(), "cp1252", "ŵ"),
        ("ŵ".encode("utf-16"), "", "ŵ"),
        ("ŵ".encode("utf-32"), "", "ŵ"),
        (b"\x81", "", "\ufffd"),  # no letter in Windows-1252
    ],
)
def test_decode(content, declared, text):
    assert decode(content, declared) == text
