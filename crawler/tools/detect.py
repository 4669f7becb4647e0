"""Which platform reads a page, from its bytes alone, and the source line that would watch it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from crawler.answers import health
from crawler.lines import toml_lines
from crawler.platforms import PLATFORMS
from crawler.platforms.shared.select import html_page, tidy
from crawler.platforms.shared.web_address import clean_url
from pipeline.errors import ParseError
from pipeline.model import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawler.platforms.shared.select import ParsedPage
    from pipeline.model import Capture

_SERVICE = re.compile(
    rb"<committees>|<committeescount>|<getmeetings(?:bydate)?>|<meetingscount>|<meeting>\s*<meetingid>"
)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_FEED_TITLE = re.compile(rb"<title\b[^>]{0,100}>(?:<!\[CDATA\[)?([^<\]]{1,300})")
_HEAD = 2048  # bytes in which an XML document has said what it is

_MODERNGOV_PAGE = re.compile(r"/(?:mgWebService\.asmx(?:/\w*)?|(?:mg|ie|ce)[a-z0-9]+\.aspx)$", re.IGNORECASE)
_MODERNGOV_DOOR = re.compile(
    r"/(?:mgListCommittees|mgCommittee(?:Structure|Details)|ieListMeetings|ieListDocuments|mgCalendar\w+|mgWhatsNew)"
    r"\.aspx$",
    re.IGNORECASE,
)
_CMIS_LINK = re.compile(r"/(?:ViewMeetingPublic|ViewCMIS_\w+|ModCMIS\w+)(?:/|$)", re.IGNORECASE)
_CMIS_CONTROL = re.compile(rb"dnn[$_]ctr\d{1,9}[$_](?:MeetingCalendar|ModCMIS|ViewCMIS)", re.IGNORECASE)
_CMIS_MEETINGS = re.compile(r"/((?:Meetings|MeetingsCalendar|CalendarofMeetings)\.aspx)$", re.IGNORECASE)
_DNN_PAGE = re.compile(r"/[^/]*(?:/tabid/.*|\.aspx)$", re.IGNORECASE)
_PAPER = re.compile(r"\.(?:pdf|docx?|pptx?|xlsx?|zip)$", re.IGNORECASE)
_ABOUT_PAPERS = re.compile(r"\b(?:papers|meetings|agendas?|minutes)\b", re.IGNORECASE)
_A_LIST_OF_PAPERS = 3  # links to files from which on a page is one, whatever made it

# Labels of host names that say what a site is for, not whose it is.
_PURPOSES = re.compile(
    r"(?:www\d*|democracy|edemocracy|moderngov|modgov|mgov|mg|cmis\w*|committees?|committeeminutes|councillors"
    r"|council|councilmeetings|decisionmaking|minutes|consult\w*|board|meetings|democratic\w*|cds|cms)"
)
_SUFFIXES = re.compile(
    r"\.(?:(?:moderngov|cmis|citizenspace)\.(?:co\.uk|uk\.com|com)|(?:icb\.)?nhs\.uk"
    r"|(?:gov|co|org|ac)\.uk|[a-z]+)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What a page was made by, and how we would read it."""

    system: str  # for a person: "ModernGov", "WordPress", "a page of links"
    platform: str
    url: str  # for the line: where the platform starts
    why: str
    name: str = ""  # what the page calls itself
    options: dict[str, Any] = field(default_factory=dict)


def detect(capture: Capture, *, platforms: Collection[str] = PLATFORMS) -> Detected | None:
    """The platform of an answer with status 200; None where it is no page that could list papers."""
    head = capture.body[:_HEAD]
    if _SERVICE.search(head):
        base = _directory(_MODERNGOV_PAGE, capture.url)
        return Detected(system="ModernGov", platform="moderngov", url=base, why="its web service answered")
    if _FEED.search(head) and not health.is_html(head):
        why = "its root element is a feed's"
        return Detected(system="a feed", platform="feed", url=capture.url, why=why, name=_feed_name(head))
    if not health.is_html(head) and capture.media_type not in {"text/html", "application/xhtml+xml"}:
        return None
    try:
        page = html_page(Source(id="?", name="?", kind="", platform="", url=capture.url), capture)
    except ParseError:
        return None
    return _of_page(page, capture, platforms)


def service_url(url: str) -> str:
    """Where ModernGov's web service would answer, for hosts that refuse robots their pages."""
    return f"{_directory(_MODERNGOV_PAGE, url)}mgWebService.asmx/GetCommittees"


def line(finding: Detected, *, identity: str = "") -> str:
    """The source line. Name and kind are guesses from the page and its host, for a person to better."""
    parts = urlsplit(finding.url)
    host = parts.hostname or ""
    identity = identity or suggested_id(finding.url)
    keys = {
        "name": finding.name or identity.replace("-", " ").title(),
        "url": finding.url,
        "kind": _kind(finding, host),
        **finding.options,
    }
    return f"{toml_lines.toml_key(identity)} = {toml_lines.value(keys)}"


def suggested_id(url: str) -> str:
    """What is left of a host's name without its purpose and its registry: "kent" of democracy.kent.gov.uk."""
    labels = _SUFFIXES.sub("", urlsplit(url).hostname or "").split(".")
    telling = [label for label in labels if label and not _PURPOSES.fullmatch(label)]
    kept = re.sub(r"[^a-z0-9]+", "-", telling[-1]).strip("-") if telling else ""
    return kept if re.search(r"[a-z]", kept) else "my-source"


def _of_page(page: ParsedPage, capture: Capture, platforms: Collection[str]) -> Detected:
    links = [url for anchor in page.every("a[href]") if (url := page.link(anchor))]
    papers = sum(bool(_PAPER.search(urlsplit(url).path)) for url in links)
    name = _name(page)
    doors = [url for url in links if _MODERNGOV_DOOR.search(urlsplit(url).path)]
    if page.every("#modgov, [href*=mgWebService], link[href*='mgRss.aspx']"):
        base = _moderngov_base(capture.url, doors)
        return Detected(
            system="ModernGov", platform="moderngov", url=base, why="its mark is on the page", name=name
        )
    if (
        page.every("[class*=ModCMIS]")
        or _CMIS_CONTROL.search(capture.body)
        or any(_CMIS_LINK.search(urlsplit(url).path) for url in (capture.url, *links))
    ):
        return _cmis(capture.url, links, name)
    made_by = _made_by(page, links)
    if not made_by and doors and papers < _A_LIST_OF_PAPERS:
        return Detected(
            system="ModernGov",
            platform="moderngov",
            url=_moderngov_base("", doors),
            why=f"the page links to it: {doors[0]}",
        )
    if made_by and papers < _A_LIST_OF_PAPERS and not _is_about_papers(page, capture.url):
        system, platform, why = made_by
        if platform in platforms:
            return Detected(system=system, platform=platform, url=_root(capture.url), why=why, name=name)
        if feed := _feed(page):
            return Detected(system=system, platform="feed", url=feed, why=f"{why}; it has a feed", name=name)
    why = f"{papers} links to files" if papers else "no other system left its mark"
    return Detected(system="a page of links", platform="papers_page", url=capture.url, why=why, name=name)


def _is_about_papers(page: ParsedPage, url: str) -> bool:
    """Whether the page that was asked about is itself where papers are listed, one link further on.

    A site's own reader would follow its news from the root, and leave this page alone.
    """
    path = urlsplit(url).path
    if path.strip("/") == "":
        return False
    title = " ".join(tidy("".join(each.itertext())) for each in page.every("title, h1")[:2])
    return bool(_ABOUT_PAPERS.search(f"{title} {re.sub(r'[^a-z]+', ' ', path, flags=re.IGNORECASE)}"))


def _made_by(page: ParsedPage, links: Sequence[str]) -> tuple[str, str, str] | None:
    """System, platform and why, of the sites that have more to read than this page."""
    if (
        page.every("[href*='citizenspace'], [src*='citizenspace'], meta[content*='Citizen Space' i]")
        or any("/consultation_finder" in url for url in links)
    ):  # fmt: skip
        return "Citizen Space", "citizenspace", "its files are on the page"
    if page.every(
        "meta[name=generator][content^='WordPress' i], link[href*='/wp-json/'], [src*='/wp-content/']"
    ):
        return "WordPress", "wordpress", "its files are on the page"
    return None


def _feed(page: ParsedPage) -> str:
    for link in page.every("link[rel~=alternate][href]"):
        if (link.get("type") or "").lower() in {"application/rss+xml", "application/atom+xml"}:
            return page.link(link)
    return ""


def _name(page: ParsedPage) -> str:
    """The site's name where it says it, else the page's title."""
    for said in page.every("meta[property='og:site_name'][content]"):
        return tidy(said.get("content") or "")[:100]
    for title in page.every("title"):
        return tidy("".join(title.itertext()))[:100]
    return ""


def _feed_name(head: bytes) -> str:
    title = _FEED_TITLE.search(head)
    return tidy(html.unescape(title[1].decode(errors="replace")))[:100] if title else ""


def _moderngov_base(url: str, doors: Sequence[str]) -> str:
    """Many live under a path of the council's own site; a link to one of its pages gives that away."""
    if url and (_MODERNGOV_PAGE.search(urlsplit(url).path) or not doors):
        return _directory(_MODERNGOV_PAGE, url)
    return _directory(_MODERNGOV_PAGE, doors[0])


def _cmis(url: str, links: Sequence[str], name: str) -> Detected:
    pages = {match[1] for each in (url, *links) if (match := _CMIS_MEETINGS.search(urlsplit(each).path))}
    usual = {page for page in pages if page.lower() == "meetings.aspx"}
    return Detected(
        system="CMIS",
        platform="cmis",
        url=_directory(_DNN_PAGE, url),
        why="its controls are on the page",
        name=name,
        options={"meetings_page": min(pages)} if pages and not usual else {},
    )


def _directory(page: re.Pattern[str], url: str) -> str:
    """The address without the page at its end, a session's token and a query."""
    parts = urlsplit(clean_url(url, base=url))
    return urlunsplit((parts.scheme, parts.netloc, page.sub("", parts.path).rstrip("/") + "/", "", ""))


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _kind(finding: Detected, host: str) -> str:
    if finding.platform in {"moderngov", "cmis"}:
        return "council"
    endings = {".icb.nhs.uk": "icb", "england.nhs.uk": "national", ".nhs.uk": "trust", ".gov.uk": "council"}
    return next((kind for ending, kind in endings.items() if host.endswith(ending)), "campaign")
