"""Mails: all that a message says is read once, whichever of its forms says it, and by whatever it begins."""

from __future__ import annotations

import base64
import binascii
import contextlib
import struct
from email.message import EmailMessage

import pytest

from extractors.mail import alternatives, flowed, invitations, tnef
from extractors.mail import messages as mail
from extractors.sniff import sniff
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

SAID = "The board approved a whole population payment for the place."
LETTER = "The board met in the town hall and heard about the plans for the year ahead. " * 2 + SAID
STUB = "This message needs a program that shows HTML. View it in your browser: https://example.org/1"


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert sniff(path).format == "eml"
    return path


def read(tmp_path, content):
    path = written(tmp_path / "mail", content)
    return " ".join("\n".join(page.text for page in mail.extract(path)).split())


def page_with_sheet(sheet, *, link, head):
    """A page and its style sheet as browsers save them in one file."""
    body = f"<link rel='stylesheet' {link}><p>The board met in public.</p><p class='a'>{SAID}</p>"
    return (
        "From: Saved\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=X\n\n"
        f"--X\nContent-Type: text/html\nContent-Location: https://council.example/papers/1.html\n\n{body}\n"
        f"--X\nContent-Type: text/css\n{head}\n\n{sheet}\n--X--\n"
    )


@pytest.mark.parametrize(
    ("link", "head", "seen"),
    [
        ("href='https://council.example/a.css'", "Content-Location: https://council.example/a.css", False),
        ("href='../a.css'", "Content-Location: https://council.example/a.css", False),
        ("href='cid:one@page'", "Content-ID: <one@page>", False),
        ("href='../a.css' media='print'", "Content-Location: https://council.example/a.css", True),
        ("href='../b.css'", "Content-Location: https://council.example/a.css", True),
    ],
    ids=["by its address", "from where the page is", "by its id", "in print alone", "of another page"],
)
def test_the_style_sheet_that_came_with_a_page_says_what_is_hidden(tmp_path, link, head, seen):
    path = written(tmp_path / "mail", page_with_sheet(".a { display: none }", link=link, head=head))
    (page,) = mail.extract(path)
    assert (SAID in page.text) == seen
    assert [part.text for part in page.parts] == ([] if seen else [SAID])


def message(plain, marked_up=""):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "Decision"
    made.set_content(plain)
    if marked_up:
        made.add_alternative(marked_up, subtype="html")
    return made


@pytest.mark.parametrize(
    ("plain", "marked_up"),
    [
        (STUB, f"<p>{LETTER}</p>"),
        (LETTER, "<p>See the plain text.</p>"),
        ("\n", f"<p>{LETTER}</p>"),
        (LETTER, f"<p>{LETTER}</p>"),
        (LETTER.replace(SAID, ""), f"<p>{LETTER}</p>"),
        (LETTER, f"<p>{LETTER.replace(SAID, '')}</p>"),
    ],
    ids=["a stub", "the other is a stub", "empty", "the same", "a sentence less", "a sentence more"],
)
def test_whichever_form_says_it(tmp_path, plain, marked_up):
    text = read(tmp_path, message(plain, marked_up).as_bytes())
    assert text.count(SAID) == 1
    assert text.count("The board met in the town hall") == 2


UUENCODED = f"begin 644 plan.txt\r\n{binascii.b2a_uu(SAID[:45].encode()).decode()}`\r\nend\r\n"


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_file_within_the_words_is_a_file(tmp_path, end):
    content = f"From: a@example.org\r\nSubject: Plan\r\n\r\nSee below.\r\n\r\n{UUENCODED}Yours"
    path = written(tmp_path / "mail", content.replace("\r\n", end))
    assert list(mail.members(path, tmp_path)) == ["plan.txt"]
    assert (tmp_path / "0").read_bytes().decode() == SAID[:45]
    assert next(mail.extract(path)).text.split("\n\n", 1)[1].split() == [
        "See",
        "below.",
        "[Attachment:",
        "plan.txt]",
        "Yours",
    ]


def test_a_damaged_file_within_the_words_is_kept_as_far_as_it_goes(tmp_path):
    first = UUENCODED.index("`\r\n")
    content = f"From: a@example.org\nSubject: Plan\n\n{UUENCODED[:first]}!TOO-LONG\r\n{UUENCODED[first:]}"
    path = written(tmp_path / "mail", content)
    assert list(mail.members(path, tmp_path)) == ["plan.txt"]
    assert (tmp_path / "0").read_bytes().decode().startswith(SAID[:45])


def test_an_invitation_says_when(tmp_path):
    entry = f"BEGIN:VEVENT\r\nSUMMARY:{SAID}\r\nDTSTART:{{}}\r\nEND:VEVENT\r\n"
    calendar = f"BEGIN:VCALENDAR\r\n{entry}END:VCALENDAR\r\n"
    assert invitations.words(calendar.format("20260302T100000Z")) == f"{SAID}\nWhen: 2026-03-02 10:00"
    assert invitations.words(calendar.format("20260302")) == f"{SAID}\nWhen: 2026-03-02"


def test_a_mail_says_its_subject_and_day(tmp_path):
    made = message(LETTER)
    made["Date"] = "Mon, 02 Mar 2026 10:00:00 +0000"
    path = written(tmp_path / "mail", made.as_bytes())
    assert mail.metadata(path) == {"title": "Decision", "created": "Mon, 02 Mar 2026 10:00:00 +0000"}


def test_a_picture_within_the_words_is_a_file_too(tmp_path):
    picture, dot = bytes(range(256)) * 8, b"dot"
    tags = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(each).decode()}">' for each in (dot, picture)
    )
    path = written(tmp_path / "mail", message(LETTER, f"<p>{LETTER}</p>{tags}").as_bytes())
    assert list(mail.members(path, tmp_path)) == ["attachment 1"]
    assert (tmp_path / "0").read_bytes() == picture


def test_forms_that_differ_are_both_told():
    assert alternatives.told_once(
        ["Beds are open.\nSee the map.", "", "The ward is closed for good, we are sorry."]
    ) == ("The ward is closed for good, we are sorry.\n\nBeds are open.\nSee the map.")
    assert (
        alternatives.told_once(["The plan: https://example.org/a", "The plan"])
        == "The plan: https://example.org/a"
    )
    assert alternatives.told_once(["", "  "]) == ""


def test_a_mailbox_of_one_and_of_several(tmp_path):
    encoded = message("x")
    encoded.set_payload(base64.encodebytes(LETTER.encode()).decode())
    encoded.replace_header("Content-Transfer-Encoding", "base64")
    mark = b"From a@example.org Mon Mar  2 10:00:00 2026\n"
    assert SAID in read(tmp_path, mark + encoded.as_bytes())
    more = message("From here on we meet at 10:00.\nDate: soon")
    more.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="agenda.pdf")
    path = written(tmp_path / "box", mark + encoded.as_bytes() + b"\n" + mark + more.as_bytes())
    pages = list(mail.extract(path))
    assert [page.label for page in pages] == ["e-mail 1", "e-mail 2"]
    assert SAID in pages[0].text
    assert "From here on we meet" in pages[1].text
    (tmp_path / "members").mkdir()
    assert list(mail.members(path, tmp_path / "members")) == ["agenda.pdf"]


def test_a_message_as_apple_s_program_keeps_it(tmp_path):
    content = message(LETTER).as_bytes()
    assert SAID in read(tmp_path, b"%d      \n" % len(content) + content + b"<?xml version='1.0'?><plist/>")


@pytest.mark.parametrize("size", [9_000, 100_000])
def test_headers_that_a_machine_wrote_come_first(tmp_path, size):
    late = b"X-Seen-By: " + b"\n\t".join([b"x" * 70] * (size // 72)) + b"\n"
    lines = b"".join(b"X-Line-%d: %s\n" % (number, b"y" * 60) for number in range(200))
    assert SAID in read(tmp_path, lines + late + message(LETTER).as_bytes())


def saved_page(start):
    return (
        f'{start}MIME-Version: 1.0\nContent-Type: multipart/related; boundary="X"\n\nA web page.\n\n'
        "--X\nContent-Location: file:///C:/a/page.htm\nContent-Transfer-Encoding: quoted-printable\n"
        'Content-Type: text/html; charset="us-ascii"\n\n'
        "<html><body><p>The board approved a whole popula=\ntion payment=92.</p></body></html>\n\n"
        "--X\nContent-Location: file:///C:/a/filelist.xml\nContent-Type: text/xml\n\n<xml/>\n\n"
        "--X\nContent-Location: file:///C:/a/image001.png\nContent-Transfer-Encoding: base64\n"
        f"Content-Type: image/png\n\n{base64.b64encode(b'a picture').decode()}\n\n--X--\n"
    )


@pytest.mark.parametrize("start", ["", "From: <Saved by a browser>\nSubject: Page\n", "\n", "\ufeff"])
def test_a_web_page_saved_as_one_file(tmp_path, start):
    assert "a whole population payment\u2019." in read(tmp_path, saved_page(start))
    (tmp_path / "members").mkdir()
    assert list(mail.members(tmp_path / "mail", tmp_path / "members")) == ["image001.png"]
    assert "whole population payment" in mail.words(saved_page(start).encode().lstrip())


def test_letters_of_a_mail_that_says_iso_8859_1(tmp_path):
    head = (
        "From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n\n"
    )
    said = "the trust\u2019s \u201cplan\u201d \u2013 £5"
    assert said in read(tmp_path, f"{head}{said}\n".encode("cp1252"))


@pytest.mark.parametrize(
    ("text", "delete_space", "joined"),
    [
        ("a whole popu \nlation payment", True, "a whole population payment"),
        ("a whole \npopulation payment", False, "a whole population payment"),
        ("one\ntwo", False, "one\ntwo"),
        ("> a whole \n> population\nyes", False, "> a whole population\nyes"),
        ("> quoted \nanswered", False, "> quoted \nanswered"),
        ("Yours\n-- \nA. Clerk", False, "Yours\n-- \nA. Clerk"),
        (" From here \non", False, "From here on"),
        ("", True, ""),
    ],
)
def test_flowed_lines(text, delete_space, joined):
    assert flowed.joined(text, delete_space=delete_space) == joined


def test_a_flowed_mail(tmp_path):
    head = "From: a@example.org\nSubject: x\nMIME-Version: 1.0\n"
    kind = "Content-Type: text/plain; charset=utf-8; format=Flowed; DelSp=Yes\n\n"
    assert "a whole population payment" in read(tmp_path, f"{head}{kind}a whole popu \nlation payment\n")


# ---- winmail.dat


def attribute(number, content, level=1):
    return (
        struct.pack("<BII", level, number, len(content)) + content + struct.pack("<H", sum(content) % 65536)
    )


def properties(*each):
    made = struct.pack("<I", len(each))
    for tag, kind, value in each:
        made += struct.pack("<HHII", kind, tag, 1, len(value)) + value + bytes(-len(value) % 4)
    return made


def winmail(*texts):
    named = properties((0x3707, 0x1F, "the plan.pdf".encode("utf-16-le")), (0x0E20, 0x102, b"x"))
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(0x00018004, b"Decision\0")
        + attribute(0x00069003, properties((0x0001, 0x102, b"abc"), *texts))
        + attribute(0x00069002, bytes(14), 2)
        + attribute(0x00018010, b"PLAN~1.PDF\0", 2)
        + attribute(0x0006800F, b"%PDF-1.4", 2)
        + attribute(0x00069005, named, 2)
        + attribute(0x00069002, bytes(14), 2)
        + attribute(0x00018010, b"notes.txt\0", 2)
        + attribute(0x0006800F, b"Notes.", 2)
    )


TEXTS = {
    "plain": (0x1000, 0x1F, SAID.encode("utf-16-le")),
    "HTML": (0x1013, 0x102, f"<p>{SAID}</p>".encode()),
    "RTF": (0x1009, 0x102, struct.pack("<2I4sI", 0, 90, b"MELA", 0) + b"{\\rtf1 " + SAID.encode() + b"}"),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_outlook_packs_is_read(tmp_path, text):
    path = tmp_path / "winmail.dat"
    path.write_bytes(winmail(text))
    assert sniff(path).format == "tnef"
    (page,) = tnef.extract(path)
    assert page.text == f"Decision\n\n{SAID}"
    assert list(tnef.members(path, tmp_path)) == ["the plan.pdf", "notes.txt"]
    assert (tmp_path / "0").read_bytes() == b"%PDF-1.4"


def test_a_text_and_a_file_that_are_said_in_other_ways(tmp_path):
    """A plain text as an attribute; a file as an object, behind properties with names and of many values."""
    length = struct.pack("<I", 6) + "ab\0".encode("utf-16-le") + bytes(2)
    more = struct.pack("<I", 5)
    more += struct.pack("<2H16sI", 0x0003, 0x8001, b"", 0) + struct.pack("<2I", 7, 9)  # named by a number
    more += struct.pack("<2H16sI", 0x0003, 0x8002, b"", 1) + length + struct.pack("<I", 9)  # by letters
    more += struct.pack("<2HI2I", 0x1003, 0x0E21, 2, 1, 2)  # two numbers
    more += struct.pack("<2HI", 0x000B, 0x0E22, 1)  # one truth
    more += struct.pack("<2H2I", 0x000D, 0x3701, 1, 24) + bytes(16) + b"%PDF-1.4"
    path = tmp_path / "winmail.dat"
    path.write_bytes(
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(0x00069007, b"before any file")
        + attribute(0x0002800C, SAID.encode())
        + attribute(0x00069002, bytes(14), 2)
        + attribute(0x00069007, b"of no use", 2)
        + attribute(0x00069005, more, 2)
    )
    (page,) = tnef.extract(path)
    assert page.text == SAID
    assert list(tnef.members(path, tmp_path)) == ["attachment 1"]
    assert (tmp_path / "0").read_bytes() == b"%PDF-1.4"


def test_a_packed_text_that_is_damaged_is_said(tmp_path):
    path = tmp_path / "winmail.dat"
    path.write_bytes(winmail((0x1009, 0x102, struct.pack("<2I4sI", 0, 90, b"LZFu", 0) + bytes(8))))
    with pytest.raises(ExtractionError) as error:
        list(tnef.extract(path))
    assert error.value.reason is FailureReason.UNREADABLE


def test_what_outlook_packs_cut_anywhere_is_read_as_far_as_it_goes(tmp_path):
    whole = winmail(TEXTS["plain"])
    path = tmp_path / "winmail.dat"
    for end in range(4, len(whole), 7):
        path.write_bytes(whole[:end])
        with contextlib.suppress(ExtractionError):
            list(tnef.extract(path))
        list(tnef.members(path, tmp_path))


def test_winmail_is_a_paper_of_the_mail_that_brings_it(tmp_path):
    carrier = message("Papers attached.")
    carrier.add_attachment(
        winmail(TEXTS["plain"]), maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    path = written(tmp_path / "mail", carrier.as_bytes())
    (tmp_path / "members").mkdir()
    assert list(mail.members(path, tmp_path / "members")) == ["winmail.dat"]
    assert sniff(tmp_path / "members" / "0").format == "tnef"
