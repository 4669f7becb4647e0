"""What a link on a ModernGov site is, read from its address alone.

Identity: `documents/s<id>`, `<attachmentid>` and `mgConvert2PDF.aspx?ID=<id>` are one series, so all three
are `attachment/<id>`. The number in `documents/g<id>` is the agenda's, not the meeting's, and what the file
is is in `?T=`. File names in addresses change when a title is corrected, so they are no part of any key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import basename, splitext
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.platforms.shared.select import base_url, query_of, tidy
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from pipeline.model import Source

# What `?T=` says of a printed document of a whole meeting.
_PRINTED = {
    "0": DocumentKind.AGENDA,
    "1": DocumentKind.MINUTES,
    "2": DocumentKind.OTHER,  # decisions
    "9": DocumentKind.PACK,  # a supplement
    "10": DocumentKind.PACK,
}
# Where the suffix was lost, the file name still says it.
_NAMES = (
    ("agenda frontsheet", "0"),
    ("printed minutes", "1"),
    ("printed draft minutes", "1"),
    ("decisions", "2"),
    ("public reports pack", "10"),
)
_FILE = re.compile(r"/documents/([a-z])(\d+)(?:/|$)", re.IGNORECASE)
_PAPERS = frozenset(
    {
        ".pdf",
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".ppt",
        ".pptx",
        ".odt",
        ".ods",
        ".odp",
        ".rtf",
        ".txt",
        ".csv",
        ".zip",
    }
)
_PAGES = frozenset({".htm", ".html"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLink:
    """A link to a paper."""

    key: str
    url: str
    kind: DocumentKind
    name: str  # of the file, for links without words
    is_page: bool = False
    elsewhere: bool = False  # a file that is not kept by ModernGov


def paper_link(url: str, *, kind: DocumentKind = DocumentKind.REPORT) -> PaperLink | None:
    """The paper an address leads to; None for any other page. `kind` is for papers that do not say theirs."""
    path = unquote(urlsplit(url).path)
    name, extension = splitext(basename(path))
    is_page = extension.lower() in _PAGES
    query = query_of(url)
    if match := _FILE.search(path):
        series, number = match[1].lower(), match[2]
        if series == "s":
            key = f"attachment/{number}"
        elif series == "g":
            part = query.get("t") or _part_of_name(name)
            key, kind = f"agenda/{number}/{part or 'file'}", _PRINTED.get(part, DocumentKind.PACK)
        else:
            key, kind = f"{series}/{number}", DocumentKind.PACK
        return PaperLink(key=key, url=url, kind=kind, name=tidy(name) or key, is_page=is_page)
    if page_name(url) == "mgconvert2pdf.aspx" and query.get("id", "").isdigit():
        key = f"attachment/{query['id']}"
        return PaperLink(key=key, url=url, kind=kind, name=key)
    if extension.lower() in _PAPERS:
        key = f"file/{url.split('://', 1)[1]}"
        return PaperLink(key=key, url=url, kind=kind, name=tidy(name), elsewhere=True)
    return None


def page_name(url: str) -> str:
    """The page an address asks for, in lower case: one site writes CeListDocuments and ceListDocuments."""
    return basename(urlsplit(url).path).lower()


def _part_of_name(name: str) -> str:
    name = name.lower()
    return next((part for start, part in _NAMES if name.startswith(start)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLink:
    """A link to the page of one meeting."""

    id: str
    url: str
    is_legacy: bool = False


def meeting_link(url: str) -> MeetingLink | None:
    """The meeting an address leads to. `CeListDocuments` are meetings brought over from an older system."""
    query = query_of(url)
    number = query.get("mid") or query.get("meetingid") or ""
    if not number.isdigit():
        return None
    match page_name(url):
        case "ielistdocuments.aspx":
            return MeetingLink(id=number, url=url)
        case "celistdocuments.aspx":
            return MeetingLink(id=f"legacy-{number}", url=url, is_legacy=True)
        case _:
            return None


def meeting_url(source: Source, committee: str, meeting: str) -> str:
    """The page of a meeting that people read."""
    return f"{base_url(source)}ieListDocuments.aspx?CId={committee}&MId={meeting}&Ver=4"


def item_url(source: Source, item: str) -> str:
    return f"{base_url(source)}mgAi.aspx?ID={item}"


def committee_id(url: str) -> str:
    """The committee a link leads to, "" for any other page: constitutions use its address with info=1."""
    query = query_of(url)
    match page_name(url):
        case "mgcommitteedetails.aspx":
            number = query.get("id", "")
        case "ielistmeetings.aspx" if query.get("info", "0") == "0" and "act" not in query:
            number = query.get("committeeid") or query.get("cid") or ""
        case _:
            number = ""
    return number if number.isdigit() else ""
