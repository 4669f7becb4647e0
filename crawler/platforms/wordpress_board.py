"""Board meetings as NHS England lays them out: a page of meetings, one for each agenda, one for each paper.

The way is followed link by link, never built: dates in addresses carry typing errors. The day of a meeting is
the one its own page prints; of several, the first whose weekday fits. Addresses come with and without "www."
and a last "/", so they are brought to one form before they are compared or asked for.

Minutes are papers of the meeting they are of, though the next meeting's agenda links them too.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from crawler.platforms.papers.wording import addresses, kinds
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.dates import spot
from crawler.platforms.shared.listed_meeting import window_of
from crawler.platforms.shared.select import Element, ParsedPage, html_page, paragraphs_of, text_of, title_of
from crawler.platforms.shared.web_address import canonical_url
from pipeline.model import Capture, Document, DocumentKind, Fetch, Found, Listing, Meeting, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

_BODY = "Board"
_DEEPEST = 2  # pages of earlier meetings behind the first
_SLACK = timedelta(days=31)  # a date next to a link may be mistyped: what is near the window is looked at
_TOP_LINES = 20  # where a page says which meeting it is of
_LONG_READ = re.compile(r"^/(?:[a-z-]+/)?(?:long-read|publication)/")
_MINUTES = re.compile(r"\bminutes\b", re.IGNORECASE)
_AGENDA = re.compile(r"\bagendas?\b|\bboard (?:meeting )?papers\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:next|future|upcoming|forthcoming)\b.*\bmeetings?\b|\bmeetings?\b.*\bdates\b|\bdates\b.*\bmeetings?\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"^(?:view|read|open|download|see|access)\b.{0,60}\b(?:papers?|items?|reports?|documents?|here)\b",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "summary", "dt"})
_FURNITURE = frozenset({"nav", "header", "footer", "aside", "form"})


def landing_fetch(source: Source, context: dict[str, str]) -> Fetch:
    return Fetch(url=source.url, step="board", context={**context, "depth": "0"})


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    page = html_page(source, capture)
    match fetch.step:
        case "board":
            yield from _landing(source, fetch, page)
        case "minutes":
            yield from _minutes(source, fetch, page)
        case _:
            yield from _agenda(source, fetch, page)


def _landing(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    since, until = window_of(fetch.context)
    depth = int(fetch.context["depth"])
    area = _area(page)
    known = False
    seen = {canonical_url(page.url), canonical_url(source.url)}
    for anchor, _ in _links(area):
        url, text = _one_form(source, page.link(anchor)), title_of(text_of(anchor))
        if not url or canonical_url(url) in seen:
            continue
        seen.add(canonical_url(url))
        step = _step(url, text)
        if step:
            known = True
            if _may_be_within(text, since, until):
                yield Fetch(url=url, step=step, context=_context(fetch, text))
        elif depth < _DEEPEST and _leads_on(source, url, text):
            known = True
            yield Fetch(url=url, step="board", context={**_window(fetch), "depth": str(depth + 1)})
    days = sorted(set(_announced(area)))
    if not known and not days:
        raise page.error("a[href]", "agendas, minutes or dates of board meetings", "none")
    yield from (_meeting(source, day) for day in days if since <= day <= until)


def _agenda(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    since, until = window_of(fetch.context)
    area = _area(page)
    day = _day_of(page, area, fetch)
    if not since <= day <= until:
        return
    meeting, listing = _meeting(source, day), f"agenda/{canonical_url(page.url)}"
    yield meeting
    yield _paper(source, fetch, page, DocumentKind.AGENDA, meeting)
    any_papers = False
    seen = {canonical_url(page.url), canonical_url(fetch.url), canonical_url(source.url)}
    for anchor, heading in _links(area):
        url, text = _one_form(source, page.link(anchor)), title_of(text_of(anchor))
        if not url or canonical_url(url) in seen:
            continue
        seen.add(canonical_url(url))
        title = heading if heading and (not text or _POINTS.match(text) or words.is_generic(text)) else text
        if _step(url, title) == "minutes":
            yield Fetch(url=url, step="minutes", context=_context(fetch, title))
        else:
            any_papers = True
            yield Document(
                source_id=source.id,
                key=canonical_url(url),
                title=title or meeting.title,
                kind=kinds.kind_of(title, name=addresses.file_name(url)),
                url=url,
                meeting_key=meeting.key,
                is_page=not addresses.is_file_address(url),
                listing=listing,
            )
    if any_papers:  # none at all is likelier a new layout than a meeting whose papers were all taken back
        yield Listing(source_id=source.id, key=listing)


def _minutes(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    since, until = window_of(fetch.context)
    day = _day_of(page, _area(page), fetch)
    if since <= day <= until:
        meeting = _meeting(source, day)
        yield meeting
        yield _paper(source, fetch, page, DocumentKind.MINUTES, meeting)


def _meeting(source: Source, day: date) -> Meeting:
    """The same words whichever page names it first."""
    return Meeting(
        source_id=source.id,
        key=f"board-{day}",
        body_name=_BODY,
        title=f"{_BODY}, {day.day} {day:%B %Y}",
        starts_on=day,
        url=source.url,
    )


def _paper(source: Source, fetch: Fetch, page: ParsedPage, kind: DocumentKind, meeting: Meeting) -> Document:
    """The page we are on, as a paper."""
    title = title_of(text_of(next(iter(page.every("h1")), None)))
    return Document(
        source_id=source.id,
        key=canonical_url(fetch.url),
        title=title or fetch.context["said"] or meeting.title,
        kind=kind,
        url=fetch.url,
        meeting_key=meeting.key,
        is_page=True,
    )


def _area(page: ParsedPage) -> Element:
    """The page without its furniture, where it says what that is."""
    areas = page.every("main, [role=main], #main-content, article")
    return areas[0] if areas else page.one("body")


def _links(area: Element) -> Iterator[tuple[Element, str]]:
    """Each link with the heading it is under."""
    heading = ""
    for element in area.iter():
        if element.tag in _HEADINGS:
            heading = title_of(text_of(element))
        is_link = element.tag == "a" and element.get("href")
        if is_link and not any(above.tag in _FURNITURE for above in element.iterancestors()):
            yield element, heading


def _one_form(source: Source, url: str) -> str:
    """An address of the site's papers, in the form in which the source is asked; "" for any other."""
    home, parts = urlsplit(source.url), urlsplit(url)
    if (parts.hostname or "").removeprefix("www.") != (home.hostname or "").removeprefix("www."):
        return ""
    path = parts.path.rstrip("/")
    if addresses.is_file_address(url):
        return urlunsplit((home.scheme, home.netloc, path, parts.query, ""))
    is_paper = _LONG_READ.match(path) or f"{path}/".startswith(home.path.rstrip("/") + "/")
    return urlunsplit((home.scheme, home.netloc, f"{path}/", parts.query, "")) if is_paper else ""


def _step(url: str, text: str) -> str:
    """Which page of a meeting a link leads to, "" where to none; files are papers, not pages."""
    if addresses.is_file_address(url) or not _LONG_READ.match(urlsplit(url).path):
        return ""
    said = f"{text} {addresses.spaced(addresses.file_name(url))}"
    if _MINUTES.search(said) and re.search(r"\bboard\b|\bmeeting\b", said, re.IGNORECASE):
        return "minutes"
    return "agenda" if _AGENDA.search(said) and re.search(r"\bboard\b", said, re.IGNORECASE) else ""


def _leads_on(source: Source, url: str, text: str) -> bool:
    below = canonical_url(url).startswith(canonical_url(source.url).rstrip("/") + "/")
    return (
        below and not addresses.is_file_address(url) and (words.says_index(text) or words.says_meeting(text))
    )


def _may_be_within(text: str, since: date, until: date) -> bool:
    days = [day for each in spot(text) if (day := each.when.on())]
    return not days or any(since - _SLACK <= day <= until + _SLACK for day in days)


def _day_of(page: ParsedPage, area: Element, fetch: Fetch) -> date:
    """The day of the meeting: by the page's heading, its first lines, or the link that led to it."""
    heads = [text_of(each) for each in page.every("h1")]
    lines = [*heads, *paragraphs_of(area)[:_TOP_LINES], fetch.context["said"]]
    spotted = [
        (day, each.weekday_fits)
        for line in lines
        for each in spot(line)
        if each.of_meeting and (day := each.when.on())
    ]
    believed = [day for day, fits in spotted if fits] or [day for day, _ in spotted]
    if not believed:
        raise page.error("h1", "the day of a meeting", title_of(" ".join(heads)) or "no heading")
    return believed[0]


def _announced(area: Element) -> Iterator[date]:
    """Days of meetings to come: in a line that says so, or in the lines of dates under one."""
    under = False
    for line in paragraphs_of(area):
        spotted = [each for each in spot(line) if each.when.on()]
        says = bool(_AHEAD.search(line))
        if says or (under and spotted):
            under = True
            yield from (day for each in spotted if (day := each.when.on()))
        else:
            under = False


def _window(fetch: Fetch) -> dict[str, str]:
    return {"since": fetch.context["since"], "until": fetch.context["until"]}


def _context(fetch: Fetch, said: str) -> dict[str, str]:
    return {**_window(fetch), "said": said}
