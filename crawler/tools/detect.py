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
    from collections.abc import Collection, Iterator, Sequence

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

_KINDS_OF_HOSTS = {
    ".icb.nhs.uk": "icb", "england.nhs.uk": "national", ".nhs.uk": "trust", ".gov.uk": "council",
}  # fmt: skip
_KINDS_OF_NAMES = {
    r"\bcombined authority\b": "strategic-authority", r"\bintegrated care board\b|\bICB\b": "icb",
    r"\bcouncil\b|\bborough of\b": "council", r"\btrust\b|\bhospitals?\b": "trust",
}  # fmt: skip
# Labels of host names that say what a site is for, not whose it is.
_PURPOSES = re.compile(
    r"(?:www\d*|democracy|edemocracy|moderngov|modgov|mgov|mg|cmis\w*|committees?|committeeminutes|councillors"
    r"|council|councilmeetings|decisionmaking|minutes|consult\w*|board|meetings|democratic\w*|cds|cms)"
)
_SUFFIXES = re.compile(
    r"\.(?:(?:moderngov|cmis|citizenspace)\.(?:co\.uk|uk\.com|com)|(?:icb\.)?nhs\.uk"
    r"|(?:gov|co|org|ac)\.uk|[a-z]+)$"
)


# Between the parts of a page's title, and those that say what the page is for and not whose it is.
_TITLE_PARTS = re.compile(r"\s+[-|\u2013\u2014\u00b7:»]\s+")
_FOR_WHAT = re.compile(
    r"(?:(?:a|about|agendas?|all|and|archive|board|body|calendar|committees?|council|details|documents?|for|governing|home"
    r"|homepage|in|latest|list|meetings?|minutes|news|of|our|page|papers|past|previous|public|reports|search|structure|the"
    r"|upcoming|us|welcome|what'?s|new|your|20\d\d)(?: |$))+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """By what a page shows what made it: a row for each system."""

    system: str  # for a person
    platform: str
    css: str  # elements that no other system makes
    link: re.Pattern[str] | None = None  # or addresses that a page links to
    of_site: bool = False  # its platform begins at the root of the site, and not at this page


MARKS = (
    Mark(
        system="Citizen Space",
        platform="citizenspace",
        css="[href*='citizenspace'], [src*='citizenspace'], meta[content*='Citizen Space' i]",
        link=re.compile("/consultation_finder"),
        of_site=True,
    ),
    Mark(
        system="WordPress",
        platform="wordpress",
        css="meta[name=generator][content^='WordPress' i], link[href*='/wp-json/'], [src*='/wp-content/']",
        of_site=True,
    ),
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
    identity = identity or suggested_id(finding.url)
    keys = {
        "name": finding.name or identity.replace("-", " ").title(),
        "url": finding.url,
        "kind": _kind(finding),
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
    """The first that knows the page; any page can be read as one of links."""
    links = [url for anchor in page.every("a[href]") if (url := page.link(anchor))]
    seen = _Seen(page=page, capture=capture, links=links, platforms=platforms)
    for known_by in (_moderngov, _cmis, _of_this_page, _door_to_moderngov, _of_its_site):
        if found := known_by(seen):
            return found
    why = f"{seen.papers} links to files" if seen.papers else "no other system left its mark"
    return seen.detected("a page of links", "papers_page", capture.url, why)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A page that was looked at, with what several marks ask of it."""

    page: ParsedPage
    capture: Capture
    links: Sequence[str]
    platforms: Collection[str]

    @property
    def papers(self) -> int:
        return sum(bool(_PAPER.search(urlsplit(url).path)) for url in self.links)

    @property
    def doors(self) -> list[str]:
        return [url for url in self.links if _MODERNGOV_DOOR.search(urlsplit(url).path)]

    def marks(self, *, of_site: bool) -> Iterator[Mark]:
        for mark in MARKS:
            if mark.of_site is of_site and (
                self.page.every(mark.css) or (mark.link and any(map(mark.link.search, self.links)))
            ):
                yield mark

    def detected(self, system: str, platform: str, url: str, why: str, **options: Any) -> Detected:
        name = _name(self.page)
        return Detected(system=system, platform=platform, url=url, why=why, name=name, options=options)


def _moderngov(seen: _Seen) -> Detected | None:
    if not seen.page.every("#modgov, [href*=mgWebService], link[href*='mgRss.aspx']"):
        return None
    base = _moderngov_base(seen.capture.url, seen.doors)
    return seen.detected("ModernGov", "moderngov", base, "its mark is on the page")


def _cmis(seen: _Seen) -> Detected | None:
    every = (seen.capture.url, *seen.links)
    if not (
        seen.page.every("[class*=ModCMIS]")
        or _CMIS_CONTROL.search(seen.capture.body)
        or any(_CMIS_LINK.search(urlsplit(url).path) for url in every)
    ):
        return None
    pages = {match[1] for each in every if (match := _CMIS_MEETINGS.search(urlsplit(each).path))}
    usual = {page for page in pages if page.lower() == "meetings.aspx"}
    options = {"meetings_page": min(pages)} if pages and not usual else {}
    url = _directory(_DNN_PAGE, seen.capture.url)
    return seen.detected("CMIS", "cmis", url, "its controls are on the page", **options)


def _of_this_page(seen: _Seen) -> Detected | None:
    """A system whose platform reads the page that was asked about."""
    for mark in seen.marks(of_site=False):
        if mark.platform in seen.platforms:
            return seen.detected(mark.system, mark.platform, seen.capture.url, "its mark is on the page")
    return None


def _door_to_moderngov(seen: _Seen) -> Detected | None:
    if any(seen.marks(of_site=True)) or not seen.doors or seen.papers >= _A_LIST_OF_PAPERS:
        return None
    base = _moderngov_base("", seen.doors)
    why = f"the page links to it: {seen.doors[0]}"
    return Detected(system="ModernGov", platform="moderngov", url=base, why=why)


def _of_its_site(seen: _Seen) -> Detected | None:
    """A system that has more to read than this page: its site's own reader, or its feed."""
    mark = next(seen.marks(of_site=True), None)
    if mark is None or seen.papers >= _A_LIST_OF_PAPERS or _is_about_papers(seen.page, seen.capture.url):
        return None
    why = "its files are on the page"
    if mark.platform in seen.platforms:
        return seen.detected(mark.system, mark.platform, _root(seen.capture.url), why)
    if feed := _feed(seen.page):
        return seen.detected(mark.system, "feed", feed, f"{why}; it has a feed")
    return None


def _is_about_papers(page: ParsedPage, url: str) -> bool:
    """Whether the page that was asked about is itself where papers are listed, one link further on.

    A site's own reader would follow its news from the root, and leave this page alone.
    """
    path = urlsplit(url).path
    if path.strip("/") == "":
        return False
    title = " ".join(tidy("".join(each.itertext())) for each in page.every("title, h1")[:2])
    return bool(_ABOUT_PAPERS.search(f"{title} {re.sub(r'[^a-z]+', ' ', path, flags=re.IGNORECASE)}"))


def _feed(page: ParsedPage) -> str:
    for link in page.every("link[rel~=alternate][href]"):
        if (link.get("type") or "").lower() in {"application/rss+xml", "application/atom+xml"}:
            return page.link(link)
    return ""


def _name(page: ParsedPage) -> str:
    """The site's name where it says it, else what its title says besides what the page is for."""
    for said in page.every("meta[property='og:site_name'][content]"):
        return tidy(said.get("content") or "")[:100]
    for title in page.every("title"):
        whole = tidy("".join(title.itertext()))
        parts = [part for part in _TITLE_PARTS.split(whole) if not _FOR_WHAT.fullmatch(part)]
        return (parts[0] if len(parts) == 1 else whole)[:100]
    return ""


def _feed_name(head: bytes) -> str:
    title = _FEED_TITLE.search(head)
    return tidy(html.unescape(title[1].decode(errors="replace")))[:100] if title else ""


def _moderngov_base(url: str, doors: Sequence[str]) -> str:
    """Many live under a path of the council's own site; a link to one of its pages gives that away."""
    if url and (_MODERNGOV_PAGE.search(urlsplit(url).path) or not doors):
        return _directory(_MODERNGOV_PAGE, url)
    return _directory(_MODERNGOV_PAGE, doors[0])


def _directory(page: re.Pattern[str], url: str) -> str:
    """The address without the page at its end, a session's token and a query."""
    parts = urlsplit(clean_url(url, base=url))
    return urlunsplit((parts.scheme, parts.netloc, page.sub("", parts.path).rstrip("/") + "/", "", ""))


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def kind_is_a_guess(finding: Detected) -> bool:
    """Whether nothing says what kind of body it is."""
    return not _known_kind(finding)


def _kind(finding: Detected) -> str:
    return _known_kind(finding) or "campaign"


def _known_kind(finding: Detected) -> str:
    """What its system, the end of its host or its name says of its kind, "" where none of them does."""
    if finding.platform in {"moderngov", "cmis"}:
        return "council"
    host = urlsplit(finding.url).hostname or ""
    by_host = (kind for ending, kind in _KINDS_OF_HOSTS.items() if host.endswith(ending))
    by_name = (
        kind for words, kind in _KINDS_OF_NAMES.items() if re.search(words, finding.name, re.IGNORECASE)
    )
    return next(by_host, "") or next(by_name, "")
