"""What a file is, from its bytes. Names and Content-Type headers lie too often to be asked."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import filetype

from extractors.charset import marked_charset
from extractors.formats import EXTRACTORS
from extractors.zips import DAMAGED
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = 8192
_LONGEST_MAIL_HEAD = 1024 * 1024  # bytes: some programs put all that they did to a mail before who sent it
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORDPERFECT = b"\xffWPC"
_TNEF = b"\x78\x9f\x3e\x22"  # what Outlook packs a mail in for its likes: "winmail.dat"
_RTF = b"{\\rtf"
_PDF_WITHIN = 1024  # readers accept so much junk before "%PDF"

# The part of an Office Open XML package that says what it is. `[Content_Types].xml` would say it too, but
# packages are found with that file broken.
_PACKAGE_PARTS = (
    ("word/document", "docx"),
    ("ppt/presentation", "pptx"),
    ("xl/workbook.bin", "xlsb"),
    ("xl/workbook", "xlsx"),
)
_CONTENTS = "[Content_Types].xml"
_PACKAGE_KINDS = (  # for a package whose main part has a name of its own
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"presentationml.presentation.main+xml", "pptx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
)
_OPEN_DOCUMENT = {"text": "odt", "presentation": "odp", "spreadsheet": "ods", "graphics": "odg"}
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("VisioDocument", "vsd"),
    ("Quill", "pub"),
    ("__properties_version1.0", "msg"),
)
# A text that speaks of PDF begins no line with its mark, and has no objects.
_PLAIN_PDF = re.compile(rb"(?:\A|[\r\n]|\xef\xbb\xbf)\s*+%PDF-\d")
_OBJECT = re.compile(rb"\b\d{1,6} \d{1,5} obj\b")
_HTML = re.compile(
    rb"\s*+(?:<\?xml[^>]{0,200}>\s*+)?(?><!--.*?-->\s*+)*+"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|div|table|p|h[1-6])\b",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE_XML = re.compile(  # an Office document that is one file of XML, by an address in its first element
    rb"\A\s*+<\?xml[^>]{0,200}>(?:\s*+<\?[^>]{0,200}>)*+\s*+<[\w:]+\s[^>]{0,6000}?"
    rb"(?:office/word/2003/wordml|schemas-microsoft-com:office:spreadsheet|xmlns:office:1\.0|2006/xmlPackage)"
)
_FLAT = re.compile(rb"mimetype=[\"']application/vnd\.oasis\.opendocument\.(\w+)")
_MAIL_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*")
_MAIL_NAMES = {
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"received",
    b"mime-version",
    b"return-path",
    b"content-type",
    b"delivered-to",
    b"reply-to",
}
# Before each message of a mailbox; or how many bytes it has, before a message that Apple's program keeps.
_MAILBOX = re.compile(rb"(?:From [^\r\n]*|\d{1,10}[ \t]*)\r?\n")
_MOST_ODD = 0.01  # of the bytes: one that strayed in makes a text no program
_FEW_ODD, _RARE = 2, 0.1  # in a short text, and of its bytes
# A character typed over another to make it thick, and colours: what terminals and printers of lines are sent.
_OF_TERMINALS = re.compile(rb"[^\n]\x08(?=[^\n])|\x1b\[[\d;]*m")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NAMED = {
    "htm": "html",
    "txt": "text",
    "csv": "text",
    "md": "text",
    "xlsm": "xlsx",
    "xltx": "xlsx",
    "xltm": "xlsx",
    "docm": "docx",
    "dotx": "docx",
    "dotm": "docx",
    "pptm": "pptx",
    "potx": "pptx",
    "potm": "pptx",
    "ppsx": "pptx",
    "ppsm": "pptx",
    "dot": "doc",
    "xlt": "xls",
    "ott": "odt",
    "ots": "ods",
    "otp": "odp",
    "mht": "eml",
    "mhtml": "eml",
    "mbox": "eml",
}


@dataclass(frozen=True, slots=True)
class Kind:
    format: str  # a key of EXTRACTORS
    media_type: str


def sniff(path: Path) -> Kind:
    """The format of a file. Raises ExtractionError where there is nothing we read."""
    head = _head(path, _HEAD)
    if not head.strip(b"\x00\t\n\r "):
        raise ExtractionError(FailureReason.EMPTY, f"{path.stat().st_size} bytes, all of them blank")
    if _is_plain(head):  # a few letters begin many a format, and any text: BMP, PK, CWS, MZ
        return _plain(head, path)
    if head.startswith(_TNEF):
        return _kind("tnef")  # what is attached shows its own mark near the beginning
    is_pdf = b"%PDF" in head[:_PDF_WITHIN]
    # Packages first: a PDF stored in a zip shows its own mark near the zip's beginning.
    if head.startswith(b"PK\x03\x04") or (head.startswith(b"PK") and not is_pdf):
        return _zip(path)
    if head.startswith(_OLE):
        return _ole(path)
    return _kind("pdf") if is_pdf else _by_its_mark(head, path)


def contradicts(name: str, kind: Kind) -> bool:
    """Whether a file is called .pdf, .docx… but is a web page or plain text: often an error page."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    named = _NAMED.get(suffix, suffix)
    return named in EXTRACTORS and named not in {"html", "text", "eml"} and kind.format in {"html", "text"}


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _kind(name: str) -> Kind:
    return Kind(name, EXTRACTORS[name].media_type)


def _zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename.replace("\\", "/").lower().lstrip("/") for info in archive.infolist()}
            declared = _read(archive, "mimetype")[:100].decode("ascii", "replace")
            contents = _read(archive, _CONTENTS)
    except zipfile.BadZipFile as error:
        raise ExtractionError(
            FailureReason.TRUNCATED, f"a zip file without its directory: {error}"
        ) from error
    except (*DAMAGED, OSError) as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"a zip file: {error}") from error
    open_document = declared.rpartition("opendocument.")[2].removesuffix("-template")
    if open_document in _OPEN_DOCUMENT:
        return _kind(_OPEN_DOCUMENT[open_document])
    for part, name in _PACKAGE_PARTS:
        if any(entry.startswith(part) for entry in names):
            return _kind(name)
    for kind, name in _PACKAGE_KINDS:
        if kind in contents:
            return _kind(name)
    if _CONTENTS.lower() in names or declared:
        raise ExtractionError(FailureReason.UNSUPPORTED, declared or "an Office package of an unknown kind")
    return _kind("zip")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.NameToInfo else b""


def _ole(path: Path) -> Kind:
    from extractors.office import ole  # noqa: PLC0415 - loaded for the few files that need it

    streams = ole.stream_names(path.read_bytes())
    for stream, name in _OLE_STREAMS:
        if not any(found.startswith(stream) for found in streams):
            continue
        if name == "encrypted":
            raise ExtractionError(FailureReason.ENCRYPTED, "an Office file with a password")
        return _kind(name)
    raise ExtractionError(FailureReason.UNSUPPORTED, "an OLE file without a stream we know")


def _by_its_mark(head: bytes, path: Path) -> Kind:
    if head.startswith(_WORDPERFECT):
        return _kind("wpd")
    if head.lstrip().startswith(_RTF):
        return _kind("rtf")
    guess = filetype.guess(head)
    if guess is None:
        return _text(head, path)
    if guess.mime.startswith("image/"):
        return Kind("image", guess.mime)
    raise ExtractionError(FailureReason.UNSUPPORTED, guess.mime)


def _is_plain(head: bytes) -> bool:
    """Whether nothing in it says that it is no text. DOS ended its texts with a sign of its own."""
    return not _BINARY.search(_OF_TERMINALS.sub(b"", head.rstrip(b"\x1a")))


def _plain(head: bytes, path: Path) -> Kind:
    if _PLAIN_PDF.search(head, 0, _PDF_WITHIN) or (b"%PDF" in head[:_PDF_WITHIN] and _OBJECT.search(head)):
        return _kind("pdf")
    if head.lstrip().startswith(_RTF):
        return _kind("rtf")
    if head.startswith(b"%!PS"):
        raise ExtractionError(FailureReason.UNSUPPORTED, "application/postscript")
    return _text(head, path)


def _text(head: bytes, path: Path) -> Kind:
    wide = marked_charset(head)
    odd = 0 if wide else len(_BINARY.findall(_OF_TERMINALS.sub(b"", head.rstrip(b"\x1a"))))
    if odd > max(_MOST_ODD * len(head), min(_FEW_ODD, _RARE * len(head))):
        raise ExtractionError(FailureReason.UNSUPPORTED, f"bytes of no known type: {head[:8].hex(' ')}")
    start = head.replace(b"\x00", b"") if odd or wide.startswith("utf-16") else head
    start = start.lstrip(b"\xef\xbb\xbf\xff\xfe")
    if _HTML.match(start):
        return _kind("html")
    if said := _OFFICE_XML.search(start):
        of_open_document = _FLAT.search(start, 0, _end_of_tag(start, said.end()))
        kind = of_open_document[1].decode() if of_open_document else ""
        return _kind(_OPEN_DOCUMENT.get(kind, "xml"))
    if _is_mail(start, path):
        return _kind("eml")
    return _kind("text")


def _end_of_tag(head: bytes, start: int) -> int:
    at = head.find(b">", start)
    return len(head) if at < 0 else at


def _is_mail(head: bytes, path: Path) -> bool:
    """Whether the file begins with a block of mail headers, at least two of them well known."""
    found, is_cut = _headers(head)
    if is_cut:
        found, _ = _headers(_head(path, _LONGEST_MAIL_HEAD))
    return len(found & _MAIL_NAMES) >= 2


def _headers(head: bytes) -> tuple[set[bytes], bool]:
    """The names of the headers that a file begins with, and whether they go on where `head` ends."""
    head = head.lstrip(b"\xef\xbb\xbf\r\n\t ")
    mailbox = _MAILBOX.match(head)
    found, position = set[bytes](), mailbox.end() if mailbox else 0
    while match := _MAIL_HEADER.match(head, position):
        found.add(match.group().partition(b":")[0].lower())
        position = match.end()
    return found, b"\n" not in head[position:]
