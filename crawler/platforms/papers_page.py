"""Any page that lists board papers, without selectors: ICBs and trusts lay theirs out in a few hundred ways.

A line gives the address of the page; words, addresses and headings say the rest. Every link gets a verdict,
taken, followed or left, with one sentence why: `explain` shows them and `parse` does what they say. How a
page is read is in `papers.page`, which date is believed in `papers.dates`, what is taken in
`papers.files` and `papers.ways`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from crawler.answers.bot_walls import bot_wall
from crawler.platforms.papers.announced import Announced
from crawler.platforms.papers.listing_page import Limits
from crawler.platforms.papers.page.data import page_of_data
from crawler.platforms.papers.reading import PageReader
from crawler.platforms.papers.verdict import Verdict, Why
from crawler.platforms.papers.wording import addresses, bodies, kinds
from crawler.platforms.shared.select import html_page, title_of
from crawler.platforms.shared.web_address import canonical_url, host_of
from crawler.platforms.shared.when import When, read_when
from pipeline.model import (
    Capture,
    Document,
    DocumentKind,
    Fetch,
    Found,
    Left,
    Listing,
    Meeting,
    MeetingStatus,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.platforms.shared.select import ParsedPage

_FILE_STARTS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")
_OUTSIDE_WINDOW = frozenset({Why.OUTSIDE_WINDOW, Why.PAPER_OUTSIDE_WINDOW, Why.MEETING_OUTSIDE_WINDOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add. Most need nothing."""

    depth: int = 4  # how many links deep papers lie: 1 for meeting pages, 2 for year, then meeting
    hosts: tuple[str, ...] = ()  # other hosts that papers and their pages may live on
    include: str = ""  # a link whose address or words match is a paper, whatever the rules say
    exclude: str = ""  # a link whose address or words match is left; wins over `include`
    browser: bool = False  # the page is filled by script
    group: tuple[str, ...] = ()  # ids of the other bodies that share this board

    def __post_init__(self) -> None:
        if not 0 <= self.depth <= 6:
            raise ValueError(f"depth: {self.depth} is not from 0 to 6")
        for name, pattern in (("include", self.include), ("exclude", self.exclude)):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{name}: {pattern!r} is not a regular expression: {error}") from error
        if isinstance(self.hosts, str) or isinstance(self.group, str):
            raise ValueError("hosts and group are lists")  # noqa: TRY004 - the registry expects ValueError
        if any("/" in host for host in self.hosts):
            raise ValueError("hosts: a host has no scheme and no path")


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    depth = Options(**source.options).depth
    yield Fetch(
        url=source.url,
        step="papers",
        context={"since": since.isoformat(), "until": until.isoformat(), "depth": str(depth)},
    )


def explain(source: Source, fetch: Fetch, capture: Capture) -> list[Verdict]:
    """A verdict for each link of the page, in its order. Raises ParseError as `parse` does."""
    if _is_file(capture):
        return [_file_instead_of_page(fetch, capture)]
    return _reader(source, fetch, capture).verdicts()


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    listing = canonical_url(fetch.url)
    if _is_file(capture):
        yield from _meetings_and_papers(source, capture, [_file_instead_of_page(fetch, capture)], [], listing)
        return
    reader = _reader(source, fetch, capture)
    verdicts = reader.verdicts()
    yield from _meetings_and_papers(source, capture, verdicts, reader.announced, listing)
    for each in verdicts:
        if each.follow:
            paper = _document(source, each, listing) if each.perhaps else None
            yield _follow(fetch, each, reader, paper)
    yield from _left(source, capture, verdicts)
    limits = reader.page.limits
    yield Listing(
        source_id=source.id, key=listing, since=_reaches_back_to(verdicts, limits), until=limits.until
    )


def _reaches_back_to(verdicts: list[Verdict], limits: Limits) -> date:
    """The first day of the window that a page still tells of.

    A page of one year, or of the latest meetings, lets go of what is older: nobody has taken that away.
    """
    told = (each for each in verdicts if each.taken or each.follow or each.reason in _OUTSIDE_WINDOW)
    days = [when.first for each in told if (when := read_when(each.date))]
    return max(limits.since, min(days, default=limits.until))


def _reader(source: Source, fetch: Fetch, capture: Capture) -> PageReader:
    options = Options(**source.options)
    limits = Limits(
        since=date.fromisoformat(fetch.context["since"]),
        until=date.fromisoformat(fetch.context["until"]),
        depth=int(fetch.context.get("depth", options.depth)),
        hosts=options.hosts,
        include=options.include,
        exclude=options.exclude,
    )
    return PageReader(_page(source, capture), fetch, limits, source.url, capture.fetched_at.year)


def _page(source: Source, capture: Capture) -> ParsedPage:
    data = page_of_data(capture.body)
    page = html_page(source, replace(capture, body=data) if data else capture)
    if bot_wall(capture.body):
        raise page.error("page", "a papers page", "a security check for visitors")
    files = (addresses.is_file_address(page.link(each)) for each in page.every("a[href]"))
    if page.every("input[type=password]") and not any(files):
        raise page.error("page", "a papers page", "a login page")
    return page


def _is_file(capture: Capture) -> bool:
    return capture.body.lstrip()[:8].startswith(_FILE_STARTS)


def _file_instead_of_page(fetch: Fetch, capture: Capture) -> Verdict:
    """An address that looked like a page gave the paper itself."""
    name = addresses.file_name(capture.url)
    title = fetch.context.get("title") or title_of(addresses.spaced(name)) or "Paper"
    when = fetch.context.get("when", "")
    return Verdict(
        url=fetch.url,
        text=title,
        taken=True,
        reason=Why.FILE_FOR_PAGE,
        kind=DocumentKind(fetch.context["kind"])
        if "kind" in fetch.context
        else kinds.kind_of(title, name=name),
        date=when,
        date_from="page" if when else "",
        body=fetch.context.get("body", "Board"),
    )


def _meetings_and_papers(
    source: Source, capture: Capture, verdicts: list[Verdict], announced: list[Announced], listing: str
) -> Iterator[Found]:
    """Each meeting once, before its papers.

    Without a day nobody can say whether something has left the window or the page: it is in no listing,
    and is never called withdrawn.
    """
    shown = [(each, _meeting_of(each)) for each in verdicts if each.taken or each.perhaps]
    named: dict[str, Announced] = {}
    for meeting in announced:
        named.setdefault(_meeting_key(meeting.body, meeting.when), meeting)
    for each, when in shown:
        if when:
            scheduled = Announced(body=each.body, when=when, status=MeetingStatus.SCHEDULED)
            named.setdefault(_meeting_key(each.body, when), scheduled)
    for key, meeting in named.items():
        yield Meeting(
            source_id=source.id,
            key=key,
            body_name=meeting.body,
            title=f"{meeting.body}, {meeting.when.said()}",
            starts_on=meeting.when.on(),
            status=meeting.status,
            url=capture.url,
            listing=listing if meeting.when.whole else "",
        )
    yield from (_document(source, each, listing) for each in verdicts if each.taken)


def _document(source: Source, verdict: Verdict, listing: str) -> Document:
    when = _meeting_of(verdict)
    published = read_when(verdict.published)
    assert verdict.kind is not None
    return Document(
        source_id=source.id,
        key=canonical_url(verdict.url),
        meeting_key=_meeting_key(verdict.body, when) if when else None,
        title=verdict.text,
        kind=verdict.kind,
        url=verdict.url,
        is_page=verdict.is_page,
        published_on=published.on() if published and not when else None,
        printed=verdict.printed,
        listing=listing if when and when.whole else "",
    )


def _left(source: Source, capture: Capture, verdicts: list[Verdict]) -> Iterator[Left]:
    """What looks like a paper, or a page of papers, and was not taken: each address once."""
    taken = {canonical_url(each.url) for each in verdicts if each.taken or each.follow}
    for each in verdicts:
        reason, key = each.left_reason, canonical_url(each.url)
        if each.reason is Why.NEEDS_A_CLICK:
            key = each.url  # several of one page
        if reason is None or key in taken:
            continue
        taken.add(key)
        yield Left(
            source_id=source.id,
            url=each.url,
            title=each.text,
            reason=reason,
            host=host_of(each.url),
            page=capture.url,
            is_page=each.reason is Why.NEEDS_A_CLICK or not addresses.is_file_address(each.url),
        )


def _follow(fetch: Fetch, verdict: Verdict, reader: PageReader, paper: Document | None) -> Fetch:
    if verdict.follow == "more":
        context = {**fetch.context, "page": str(reader.page.number + 1)}
        if verdict.reason is Why.PART_OF_PAGE and reader.page.about_papers:
            # it has no heading of its own that would say so, and whose they are
            context |= {"of papers": "yes", "body": reader.page.body}
        return Fetch(url=verdict.url, step=fetch.step, context=context)
    context = {
        "since": fetch.context["since"],
        "until": fetch.context["until"],
        "depth": str(reader.page.limits.depth - 1),
        "title": "" if verdict.unsure else verdict.text,
        "looks": str(reader.page.looks - 1) if verdict.unsure else "",
        "kind": verdict.kind.value if verdict.perhaps and verdict.kind else "",
        "when": verdict.date,
        "body": verdict.body,
    }
    return Fetch(
        url=verdict.url,
        step=verdict.follow,
        context={key: said for key, said in context.items() if said},
        paper=paper,
        beyond=verdict.beyond,
        is_look=verdict.unsure,
    )


def _meeting_of(verdict: Verdict) -> When | None:
    when = read_when(verdict.date)
    return when if when and when.month else None


def _meeting_key(body: str, when: When) -> str:
    """The board is one body however a page calls it; a committee is known by its name."""
    is_board = body in {"Board", bodies.board_in(body)}  # and not the board of a partner, by its name
    return f"{'board' if is_board else bodies.slug(body)}-{when}"
