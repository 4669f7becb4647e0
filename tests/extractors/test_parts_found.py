"""All that a mail, a pack or a page holds is found, wherever it stands, or it is said what is not."""

from __future__ import annotations

import copy
import errno
import struct
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import archive_files, html
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from extractors.mail import compressed_rtf, outlook
from extractors.mail import messages as mail
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from tests.documents import make
from tests.helpers.jobs import job_at
from tests.helpers.office_files import compound

PDF = b"%PDF-1.4 the enclosure"


@pytest.fixture
def found(tmp_path):
    """The members of a file by name, and why it says that something was left out."""

    def unpack(module, path):
        directory = tmp_path / "members"
        directory.mkdir()
        names, why = [], None
        try:
            for name in module.members(path, directory):
                names.append(name)  # noqa: PERF402 - one by one: it may end in an error
        except ExtractionError as error:
            why = error
        contents = [(directory / str(number)).read_bytes() for number in range(len(names))]
        assert len(list(directory.iterdir())) == len(names)
        return dict(zip(names, contents, strict=True)), why

    return unpack


def read(module, path):
    return [(page.label, page.text) for page in module.extract(path)]


# ---- mail


def leaf(kind, content, **more):
    part = EmailMessage()
    if isinstance(content, str):
        part.set_content(content, subtype=kind, **more)
    else:
        part.set_content(content, *kind.split("/"), **more)
    return part


def multi(kind, *parts):
    whole = EmailMessage()
    whole["Content-Type"] = f"multipart/{kind}"
    for part in parts:
        whole.attach(part)
    return whole


def enclosing(message):
    part = EmailMessage()
    part.set_content(message)
    return part


def written(path, message):
    message = copy.deepcopy(message)  # its parts are those of other tests too
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Papers"
    path.write_bytes(message.as_bytes())
    return path


PLAIN = leaf("plain", "The board will meet.\n")
MARKED_UP = leaf("html", "<p>The <b>board</b> will meet.</p>")
ENCLOSED = leaf("application/pdf", PDF, filename="agenda.pdf")
LOGO = leaf("image/png", b"\x89PNG a logo", disposition="inline", cid="<logo>")
CALENDAR = leaf(
    "calendar",
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Winter plan\nDESCRIPTION:One\n  sum\\, whole\nBEGIN:VALARM\n"
    "DESCRIPTION:Reminder\nEND:VALARM\nLOCATION:Town hall\nEND:VEVENT\nEND:VCALENDAR\n",
)

SHAPES = {
    "the mail is the paper": (ENCLOSED, "", {"agenda.pdf"}),
    "the mail is a paper without a name": (leaf("application/pdf", PDF), "", {"attachment 1"}),
    "words alone": (PLAIN, "The board will meet.", set()),
    "HTML alone": (MARKED_UP, "The board will meet.", set()),
    "as Apple Mail sends": (
        multi("alternative", PLAIN, multi("mixed", MARKED_UP, ENCLOSED, leaf("html", "<br>"))),
        "The board will meet.",
        {"agenda.pdf"},
    ),
    "as Apple Mail sends, the plain form empty": (
        multi("alternative", leaf("plain", "\n"), multi("mixed", MARKED_UP, ENCLOSED)),
        "The board will meet.",
        {"agenda.pdf"},
    ),
    "as Outlook sends": (
        multi("mixed", multi("related", multi("alternative", PLAIN, MARKED_UP), LOGO), ENCLOSED),
        "The board will meet.",
        {"attachment 1", "agenda.pdf"},
    ),
    "the plain form last": (multi("alternative", MARKED_UP, PLAIN), "The board will meet.", set()),
    "an invitation": (
        multi("alternative", leaf("plain", "The board will meet.\n"), CALENDAR),
        "Winter plan\nOne sum, whole\nWhere: Town hall\n\nThe board will meet.",
        set(),
    ),
    "words around a paper": (
        multi("mixed", PLAIN, ENCLOSED, leaf("plain", "Sent from a telephone.\n")),
        "The board will meet.\n\nSent from a telephone.",
        {"agenda.pdf"},
    ),
    "the same twice, and not said to be": (multi("mixed", PLAIN, MARKED_UP), "The board will meet.", set()),
    "a text that is attached": (
        multi("mixed", PLAIN, leaf("plain", "1. Welcome\n", filename="agenda.txt")),
        "The board will meet.",
        {"agenda.txt"},
    ),
    "HTML with nothing in it": (multi("mixed", leaf("html", "<!-- -->"), ENCLOSED), "", {"agenda.pdf"}),
}


@pytest.mark.parametrize(("message", "text", "names"), SHAPES.values(), ids=SHAPES)
def test_mail_every_leaf_is_text_or_a_member(tmp_path, found, message, text, names):
    path = written(tmp_path / "a", message)
    ((_, said),) = read(mail, path)
    assert said.partition("To: b@example.org")[2].strip() == text
    members, why = found(mail, path)
    assert (members.keys(), why) == (names, None)
    assert members.get("agenda.pdf", PDF) == PDF


def test_mail_an_attached_message_is_one_member(tmp_path, found):
    inner = multi("mixed", leaf("plain", "The inner words.\n"), ENCLOSED)
    inner["Subject"] = "Inner"
    path = written(tmp_path / "a", multi("mixed", PLAIN, enclosing(inner)))
    assert "inner" not in read(mail, path)[0][1].lower()
    members, _ = found(mail, path)
    (content,) = members.values()
    assert b"Subject: Inner" in content
    assert b"agenda.pdf" in content


def test_mail_whose_parts_are_not_where_it_says_keeps_its_words(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(
        b"From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"The board will meet.\n"
    )
    assert "The board will meet." in read(mail, path)[0][1]


# ---- Outlook


def message(subject, body, attached=()):
    """The streams of a message; its body a text or compressed RTF; what is attached as name and content."""
    streams = {"__properties_version1.0": bytes(32), "__substg1.0_0037001F": subject.encode("utf-16-le")}
    if isinstance(body, str):
        streams["__substg1.0_1000001F"] = body.encode("utf-16-le")
    else:
        streams["__substg1.0_10090102"] = body
    for number, (name, content) in enumerate(attached):
        within = {"__substg1.0_3707001F": name.encode("utf-16-le")}
        if content is not None:
            kind = "000D" if isinstance(content, dict) else "0102"
            within[f"__substg1.0_3701{kind}"] = content
        streams[f"__attach_version1.0_#{number:08X}"] = within
    return streams


def compressed(rtf):
    """Letter by letter: nothing in it points back but its end."""
    full = len(rtf) // 8 * 8
    body = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, full, 8))
    body += bytes([1 << len(rtf) - full]) + rtf[full:] + struct.pack(">H", (207 + len(rtf)) % 4096 << 4)
    return struct.pack("<2I4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


# The examples of [MS-OXRTFCP]: they do point back, the second at what it is about to write.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
AGAIN = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
OF_HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}"
    rb"{\*\htmltag64 <ul>}{\*\htmltag64 <li>}\htmlrtf {\htmlrtf0 "
    rb"Beds {\*\htmltag84 &amp;}\htmlrtf &\htmlrtf0  wards\htmlrtf }\htmlrtf0 {\*\htmltag72 </li>}"
    rb"{\*\htmltag64 <li>}The trust\'92s plan{\*\htmltag72 </li>}}"
)
BODIES = {
    "an example of the format's own": (HELLO, "hello world"),
    "one that points at itself": (AGAIN, "WXYZWXYZWXYZWXYZWXYZ"),
    "without the mark of its end": (compressed(rb"{\rtf1\ansi Beds}")[:-2], "Beds"),
    "cells": (compressed(rb"{\rtf1\ansi Beds\cell 40\row}"), "Beds 40"),
    "of HTML": (compressed(OF_HTML), "* Beds & wards\n* The trust\u2019s plan"),
    "not compressed": (struct.pack("<2I4sI", 29, 17, b"MELA", 0) + rb"{\rtf1\ansi Word}", "Word"),
    "more than can be pointed back over": (compressed(b"{\\rtf1 " + b"word " * 2000 + b"}"), "word " * 2000),
}


@pytest.mark.parametrize(("body", "text"), BODIES.values(), ids=BODIES)
def test_outlook_body_that_is_compressed_rtf_alone(tmp_path, found, body, text):
    path = compound(tmp_path / "a", message("Papers", body))
    assert read(outlook, path) == [("e-mail", f"Subject: Papers\n\n{text.strip()}")]
    assert found(outlook, path) == ({}, None)


def test_outlook_attached_messages_are_parts_and_their_files_members(tmp_path, found):
    """And what an attached message says is not taken for what the first one does."""
    deepest = message("Deepest", "The last words.", [("plan.pdf", b"deep")])
    middle = message("Middle", "More words.", [("deepest", deepest), ("map.pdf", b"a map")])
    path = compound(tmp_path / "a", message("Papers", "", [("middle", middle), ("agenda.pdf", PDF)]))
    assert read(outlook, path) == [
        ("e-mail", "Subject: Papers"),
        ("attached e-mail Middle", "Subject: Middle\n\nMore words."),
        ("attached e-mail Deepest", "Subject: Deepest\n\nThe last words."),
    ]
    members, why = found(outlook, path)
    assert (members, why) == ({"agenda.pdf": PDF, "map.pdf": b"a map", "plan.pdf": b"deep"}, None)


def test_outlook_says_what_it_leaves_out_after_what_it_reads(tmp_path):
    """A body that is damaged, an object of another program, a link."""
    attached = [("Sheet", {"CONTENTS": b"x"}), ("Link", None), ("agenda.pdf", PDF)]
    path = compound(tmp_path / "a.msg", message("Papers", HELLO[:-6], attached))
    with Sandbox(ExtractConfig(workers=1), tmp_path / "spool") as sandbox:
        for reading in sandbox.read([job_at(path)]):
            assert [page.text for page in reading.pages] == ["Subject: Papers"]
            assert [member.path.read_bytes() for member in reading.members] == [PDF]
            assert reading.reason is FailureReason.UNSUPPORTED
            assert all(what in reading.detail for what in ("the text of Papers (", "Sheet (", "Link ("))


def test_outlook_attachment_whose_sectors_are_lost_leaves_the_others(tmp_path, found):
    attached = [("agenda.pdf", PDF), ("map.pdf", b"a map")]
    path = compound(tmp_path / "a", message("Papers", "Words.", attached))
    content = bytearray(path.read_bytes())
    entry = content.index("__substg1.0_37010102".encode("utf-16-le"))
    struct.pack_into("<I", content, entry + 116, 100)  # a sector that is free
    path.write_bytes(content)
    members, why = found(outlook, path)
    assert members == {"map.pdf": b"a map"}
    assert why.reason is FailureReason.UNREADABLE
    assert "agenda.pdf (" in why.detail


def test_outlook_whose_directory_loops(tmp_path, found):
    path = compound(tmp_path / "a", message("Papers", "Words.", [("agenda.pdf", PDF)]))
    content = bytearray(path.read_bytes())
    entry = content.index("__substg1.0_37010102".encode("utf-16-le"))
    struct.pack_into("<I", content, entry + 72, 1)  # beside it the first
    path.write_bytes(content)
    assert read(outlook, path) == [("e-mail", "Subject: Papers\n\nWords.")]
    assert found(outlook, path) == ({"agenda.pdf": PDF}, None)


@given(st.binary(max_size=80), st.sampled_from([b"LZFu", b"MELA", b"ZZZZ"]))
def test_compressed_rtf_of_any_bytes_is_text_or_damaged(content, kind):
    head = struct.pack("<2I4sI", 0, len(content), kind, 0)
    try:
        said = compressed_rtf.rtf_text(head + content)
    except ValueError:
        return
    assert isinstance(said, str)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HELLO[:20],
        HELLO.replace(b"LZFu", b"ZZZZ"),
    ],
    ids=["nothing", "cut short", "of no known kind"],
)
def test_compressed_rtf_that_is_damaged(content):
    with pytest.raises(ValueError, match="RTF"):
        compressed_rtf.rtf_text(content)


# ---- packs


def pack(path):
    return make.archive(path, {f"{number}.txt": b"paper %d" % number for number in range(3)})


def test_zip_whose_first_member_stands_before_its_beginning(tmp_path, found):
    path = pack(tmp_path / "a")
    content = path.read_bytes()
    path.write_bytes(content[:4] + content[6:])
    members, why = found(archive_files, path)
    assert members == {"1.txt": b"paper 1", "2.txt": b"paper 2"}
    assert why.reason is FailureReason.UNREADABLE
    assert why.detail.startswith("left out: 0.txt (")


@pytest.mark.parametrize("offset", [2**32, 2**40, 2**63 - 1, 2**64 - 1])
def test_zip_whose_member_is_said_to_stand_beyond_its_end(tmp_path, found, offset):
    content = bytearray(pack(tmp_path / "a").read_bytes())
    entry, end = content.index(b"PK\1\2"), content.index(b"PK\5\6")
    longer = struct.pack("<2HQ", 1, 8, offset)  # where an offset stands that takes eight bytes
    (size,) = struct.unpack_from("<I", content, end + 12)
    struct.pack_into("<I", content, end + 12, size + len(longer))
    struct.pack_into("<H", content, entry + 30, len(longer))
    struct.pack_into("<I", content, entry + 42, 0xFFFFFFFF)
    after_name = entry + 46 + len("0.txt")
    content[after_name:after_name] = longer
    path = tmp_path / "b"
    path.write_bytes(content)
    members, why = found(archive_files, path)
    assert members == {"1.txt": b"paper 1", "2.txt": b"paper 2"}
    assert why.detail.startswith("left out: 0.txt (")


def test_zip_with_a_member_that_has_a_password(tmp_path, found):
    content = bytearray(pack(tmp_path / "a").read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1  # of the first member
    path = tmp_path / "b"
    path.write_bytes(content)
    members, why = found(archive_files, path)
    assert members == {"1.txt": b"paper 1", "2.txt": b"paper 2"}
    assert (why.reason, why.detail) == (FailureReason.ENCRYPTED, "left out: 0.txt (has a password)")


def test_zip_without_its_end(tmp_path, found):
    path = pack(tmp_path / "a")
    assert list(archive_files.extract(path)) == []
    path.write_bytes(path.read_bytes()[:-30])
    members, why = found(archive_files, path)
    assert (members, why.reason) == ({}, FailureReason.UNREADABLE)


def test_zip_with_a_member_without_a_name(tmp_path, found):
    """Found by a fuzz: zipfile cannot say whether that is a directory."""
    path = tmp_path / "a"
    path.write_bytes(make.zipped({"?": b"x", "a.txt": b"a"}).replace(b"?", b"\0"))
    assert found(archive_files, path) == ({"a.txt": b"a"}, None)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EMFILE])
def test_zip_what_the_disk_refuses_is_no_damage(tmp_path, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, "the disk says no")

    path = pack(tmp_path / "a")
    monkeypatch.setattr(zipfile.ZipExtFile, "read", refuse)
    with pytest.raises(OSError, match="the disk says no") as error:
        list(archive_files.members(path, tmp_path))
    assert error.value.errno == number


# ---- web pages


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<details><summary>More</summary>hidden detail</details>after", "More\nhidden detail\nafter"),
        ("<dl><dt>Chair</dt><dd>vacant</dd><dt>Clerk</dt></dl>", "Chair\nvacant\nClerk"),
        ("<section>Beds</section><section>Wards</section>", "Beds\nWards"),
        ("<fieldset><legend>Beds</legend>forty</fieldset>", "Beds\nforty"),
        ("Beds<hr>Wards", "Beds\nWards"),
        ("the <b>b</b>oard", "the board"),
    ],
)
def test_html_words_of_two_blocks_do_not_run_together(tmp_path, markup, text):
    path = tmp_path / "a"
    path.write_text(f"<body>{markup}</body>")
    assert [said for _, said in read(html, path)] == [text]
    assert html.to_text(markup) == text
