"""E-mails: the message as one part, each attachment a paper of its own.

A mail is a tree of parts, and mail programs put an attachment anywhere in it: the whole mail may be one. Each
leaf is either words of the message or an attachment; words told in several forms are told once. A mailbox of
several messages has a part for each. A web page saved as one file (MHTML) has the form of a mail too.
"""

from __future__ import annotations

import email
import email.policy
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from extractors.charset import decode
from extractors.html import from_bytes, pictures_within
from extractors.mail import alternatives, flowed, invitations, uuencoded
from extractors.parts import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import EmailMessage, MIMEPart
    from pathlib import Path

    from pipeline.model import PageText

_HEADERS = ("Subject", "Date", "From", "To", "Cc")
_WORDS = {"text/plain", "text/html", "text/calendar"}
_WORDLESS = {  # what dresses a saved web page
    "text/css",
    "text/javascript",
    "text/xml",
    "application/javascript",
    "application/x-javascript",
    "application/vnd.ms-officetheme",
}
_BLANKS = b"\xef\xbb\xbf\r\n\t "
_MAILBOX = b"From "
_COUNT = re.compile(rb"\A\d{1,10}[ \t]*\r?\n")  # of bytes, before a message that Apple's program keeps
# The line before each message of a mailbox has a date, and a header follows: other lines may begin so too.
_POSTMARK = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b[^\r\n]*\d\d:\d\d[^\r\n]*\r?\n"
    rb"(?=[A-Za-z-]+:)"
)


def extract(path: Path) -> Iterator[PageText]:
    messages = _parsed(path)
    return numbered(
        ("e-mail" if len(messages) == 1 else f"e-mail {number}", _told(message))
        for number, message in enumerate(messages, start=1)
    )


def metadata(path: Path) -> dict[str, str]:
    message = _parsed(path)[0]
    return {"title": str(message["Subject"] or ""), "created": str(message["Date"] or "")}


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each attachment to `directory` under its number and yield its name."""
    number = 0
    for message in _parsed(path):
        for part in _leaves(message):
            for name, content in _files(part):
                (directory / str(number)).write_bytes(content)
                number += 1
                yield name or f"attachment {number}"


def _files(part: MIMEPart) -> Iterator[tuple[str, bytes]]:
    """What a leaf is, or has within its words; one without a name or content is not a file."""
    if not _is_words(part):
        name, content = _name(part), _content(part)
        if not _is_dress(part) and (content or name):
            yield name, content
    elif part.get_content_type() == "text/html":
        yield from (("", picture) for picture in pictures_within(_content(part)))
    elif part.get_content_type() == "text/plain":
        yield from uuencoded.uuencoded_files(decode(_content(part), part.get_content_charset() or ""))


def words(content: bytes) -> str:
    """What a message within another file says, such as a saved web page within a Word file."""
    message = _message(content.lstrip(_BLANKS))
    return "\n\n".join(_texts(message, _sheets(message)))


def _parsed(path: Path) -> list[EmailMessage]:
    """The messages of the file, at least one."""
    content = _COUNT.sub(b"", path.read_bytes().lstrip(_BLANKS), count=1)
    if not content.startswith(_MAILBOX):
        return [_message(content)]
    marks = list(_POSTMARK.finditer(content))
    ends = [*(mark.start() for mark in marks), len(content)][1:]
    messages = [content[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    return [_message(each) for each in messages or [content.partition(b"\n")[2]]]


def _message(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def _told(message: EmailMessage) -> str:
    heads = [f"{name}: {message[name]}" for name in _HEADERS if message[name]]
    return "\n".join([*heads, "", "\n\n".join(_texts(message, _sheets(message)))])


def _name(part: MIMEPart) -> str:
    """What an attachment is called; a picture of a saved page by the end of its address."""
    return part.get_filename() or urlsplit(str(part["Content-Location"] or "")).path.rpartition("/")[2]


def _is_made_of_parts(part: MIMEPart) -> bool:
    """An attached message is not: it is a paper of its own, whole."""
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def _is_words(part: MIMEPart) -> bool:
    """Whether a leaf is what the message itself says."""
    if part.get_content_maintype() == "multipart":
        return True  # no part was found in it: it is read as it is
    return part.get_content_type() in _WORDS and not part.is_attachment() and not part.get_filename()


def _is_dress(part: MIMEPart) -> bool:
    return part.get_content_type() in _WORDLESS and not part.is_attachment() and not part.get_filename()


def _leaves(part: MIMEPart) -> Iterator[MIMEPart]:
    if not _is_made_of_parts(part):
        yield part
        return
    for inner in part.iter_parts():
        yield from _leaves(inner)


def _sheets(message: EmailMessage) -> dict[str, str]:
    """The style sheets that came with the words, by their ids and addresses."""
    found: dict[str, str] = {}
    for part in _leaves(message):
        if part.get_content_type() == "text/css":
            said = decode(_content(part), part.get_content_charset() or "")
            found["cid:" + str(part["Content-ID"] or "").strip("<> ")] = said
            found[str(part["Content-Location"] or "").strip()] = said
    return found


def _texts(part: MIMEPart, sheets: Mapping[str, str]) -> list[str]:
    """What the message says, in its order; what it says in several forms once, the plain one first."""
    if not _is_made_of_parts(part):
        text = _text(part, sheets).strip() if _is_words(part) else ""
        return [text] if text else []
    inner = list(part.iter_parts())
    if part.get_content_subtype() == "alternative":
        inner.sort(key=lambda form: form.get_content_type() != "text/plain")
        told = alternatives.told_once("\n\n".join(_texts(form, sheets)) for form in inner)
        return [told] if told else []
    said: dict[str, str] = {}  # by its words: some programs send the same twice and do not say so
    for text in (text for each in inner for text in _texts(each, sheets)):
        said.setdefault(" ".join(text.split()), text)
    return list(said.values())


def _text(part: MIMEPart, sheets: Mapping[str, str]) -> str:
    content, charset = _content(part), part.get_content_charset() or ""
    if part.get_content_subtype() == "html":
        base = str(part["Content-Location"] or "").strip()

        def sheet(address: str) -> str:
            return sheets.get(address.strip()) or sheets.get(urljoin(base, address.strip()), "")

        return from_bytes(content, charset, sheet if sheets else None)
    text = decode(content, charset)
    if part.get_content_subtype() == "calendar":
        return invitations.words(text)
    text = uuencoded.without(text)
    if _parameter(part, "format") != "flowed":
        return text
    return flowed.joined(text, delete_space=_parameter(part, "delsp") == "yes")


def _parameter(part: MIMEPart, name: str) -> str:
    """A parameter of the part's type, in lower case."""
    return str(part.get_param(name) or "").lower()


def _content(part: MIMEPart) -> bytes:
    if part.get_content_maintype() == "message":
        return b"".join(inner.as_bytes() for inner in part.iter_parts())
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
