"""RTF: what stands in it is read, whichever group it stands in; what only a program needs is not."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from extractors.ocr import tesseract
from extractors.office import rtf
from pipeline.errors import ExtractionError
from pipeline.model import PartState
from pipeline.text.canonical import canonical
from tests.helpers.office_files import compound

SAID = "The board approved a whole population payment"


def read(path, inner):
    path.write_bytes(b"{\\rtf1\\ansi\\ansicpg1252\\deff0 " + inner + b"}")
    return list(rtf.extract(path))


def said(tmp_path, inner):
    return " ".join("\n".join(page.text for page in read(tmp_path / "a", inner)).split())


SEEN = {
    "text": "%s",
    "control of a program": r"{\*\bkmkstart x}%s{\*\bkmkend x}",
    "footnote": r"x{\super 1}{\footnote \pard\plain {\super 1} %s}",
    "comment": r"x{\*\atnid A}{\*\atnauthor B}{\*\annotation{\*\atnref 1}\pard %s}",
    "header": r"{\header\pard %s\par}x",
    "footer": r"{\footerf\pard %s\par}x",
    "text box": r"x{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt \pard %s\par}}}",
    "result of a field": r"{\field{\*\fldinst HYPERLINK x}{\fldrslt %s}}",
    "alternative text": r"{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv %s}}}\pngblip 00}}",
    "cell": r"\trowd\intbl %s\cell 2\cell\row",
    "inserted": r"{\revised %s}",
}
UNSEEN = {
    "unknown destination": r"x{\*\madeup %s}",
    "font": r"x{\fonttbl{\f0 %s;}}",
    "style": r"x{\stylesheet{\s1 %s;}}",
    "facts": r"x{\info{\title %s}}",
    "code of a field": r"x{\field{\*\fldinst %s}{\fldrslt y}}",
    "deleted": r"x{\deleted %s}",
    "within what is not seen": r"x{\*\madeup {\footnote %s}}",
}


@pytest.mark.parametrize("inner", SEEN.values(), ids=SEEN)
def test_what_is_seen_is_text(tmp_path, inner):
    assert said(tmp_path, inner.replace("%s", SAID).encode()).count(SAID) == 1


@pytest.mark.parametrize("inner", UNSEEN.values(), ids=UNSEEN)
def test_what_is_not_seen_is_none(tmp_path, inner):
    assert said(tmp_path, inner.replace("%s", SAID).encode())[:1] == "x"
    assert SAID not in said(tmp_path, inner.replace("%s", SAID).encode())


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (rb"the trust\'92s \'93plan\'94 \endash  \'a35", "the trust\u2019s \u201cplan\u201d \u2013 £5"),
        (rb"the trust\u8217?s", "the trust\u2019s"),
        (rb"{\uc2 \u8217\'81\'82}s", "\u2019s"),
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (rb"{\fonttbl{\f1\fcharset204 A;}}{\f1 \'cf\'eb\'e0\'ed}", "\u041f\u043b\u0430\u043d"),
        (rb"{\fonttbl{\f1\fcharset128 A;}}{\f1 \'8c\'76}", "\u8a08"),
        (rb"a\~b\_c\-d\{e\}\\", "a b-cd{e}\\"),
        (b"one\\\ntwo\\par three\\line four", "one two three four"),
        (rb"payment{\super 1} of the 1{\super st} H{\sub 2}O", "payment 1 of the 1st H2O"),
        (rb"payment\up6 1\up0 .", "payment 1."),
        (b"popula\r\ntion", "population"),
        (rb"ICP{\super a} and GP{\super b}", "ICP a and GP b"),
        (rb"{\pard\dropcapli3\dropcapt1 I\par}\pard ntegrated care", "Integrated care"),
        (rb"{\pard\dropcapli3\dropcapt1 A\par}\pard  board", "A board"),
        (rb"a{\pict\wmetafile8\bin5 }}{{\}b", "ab"),
    ],
)
def test_letters_and_signs(tmp_path, inner, text):
    assert said(tmp_path, inner) == text


def package(name, content):
    """A file as OLE 1 packs it."""
    inner = struct.pack("<H", 2) + name + b"\0C:\\a\0" + struct.pack("<HHI", 0, 3, 5) + b"C:\\a\0"
    return b"Package\0", inner + struct.pack("<I", len(content)) + content


def objected(kind, native):
    head = struct.pack("<3I", 0x501, 2, len(kind)) + kind + bytes(8)
    return (head + struct.pack("<I", len(native)) + native).hex().encode()


def test_files_within_are_papers_of_their_own(tmp_path):
    ole = compound(tmp_path / "o", {"Package": b"PK a Word file"}).read_bytes()
    objects = [package(b"plan.pdf", b"%PDF-1.4"), (b"Word.Document.12\0", ole)]
    inner = b"".join(b"{\\object{\\*\\objdata %s}{\\result x}}" % objected(*each) for each in objects)
    read(tmp_path / "a", inner + b"{\\object{\\*\\objdata 00}}")
    names = []
    with pytest.raises(ExtractionError, match="object 3"):
        names.extend(rtf.members(tmp_path / "a", tmp_path))
    assert names == ["plan.pdf", "object 2"]
    assert ((tmp_path / "0").read_bytes(), (tmp_path / "1").read_bytes()) == (b"%PDF-1.4", b"PK a Word file")


@pytest.mark.skipif(not tesseract.available(), reason="no Tesseract wheel here")
def test_a_picture_of_text_is_read_at_its_place(tmp_path):
    image = Image.new("RGB", (900, 100), "white")
    ImageDraw.Draw(image).text((30, 30), SAID, fill="black", font=ImageFont.load_default(size=28))
    content = io.BytesIO()
    image.save(content, "PNG")
    (page,) = read(
        tmp_path / "a", b"Before.{\\pict\\pngblip " + content.getvalue().hex().encode() + b"}\\par After."
    )
    (part,) = page.parts
    assert (part.state, page.text[part.start : part.end]) == (PartState.OCR, SAID)
    assert page.text.split() == f"Before. {SAID} After.".split()


@given(
    st.lists(st.sampled_from([*"{}\\ ab*\n'", "\\u8217", "\\'9", "\\footnote", "\\bin9", "\\*", "\\pict"]))
)
def test_any_rtf_is_text(pieces):
    text = canonical(rtf.words("{\\rtf1 " + "".join(pieces)))
    assert text == canonical(text)
