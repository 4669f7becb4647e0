"""ModernGov (Civica): the committee system of nine in ten upper-tier councils.

The web service comes first, HTML second: committees and meetings are asked of `mgWebService.asmx`, and
where it is off or answers with an HTML page, of the pages people see (moderngov_html).

For one meeting the page comes first: packs, supplements, late papers and printed minutes are only there, and
so is the address a reader should get. `GetMeeting` then adds what the page does not show: restricted papers,
and the full text of minutes that the page cuts short. Where the page cannot be had (vendor-hosted sites
refuse robots their pages while the service answers), `GetMeeting` gives all it knows instead. So the text of
an agenda is the page's wherever there is a page, and does not flip between two wordings.

A meeting is said once a run, by the step that knows most of it. Should both fail, a `bare` fetch still says
that it is listed, so that nobody calls it withdrawn.

Traps: parameters of the service must all be given or it answers 500; `GetMeeting` names no committee; titles
are entity-encoded twice; an error page, a script that redirects or an empty list come with status 200; the
agenda id is not the meeting id; some services ignore the dates they were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from crawler.platforms import moderngov_html
from crawler.platforms.shared.committees import LISTING, Committee, Watched, none_of
from crawler.platforms.shared.dates import parse_date
from crawler.platforms.shared.listed_meeting import ListedMeeting, window_of
from crawler.platforms.shared.meeting_status import told_status
from crawler.platforms.shared.meeting_text import Item, item_minutes, meeting_paper, printed_number
from crawler.platforms.shared.moderngov_links import item_url, meeting_url, paper_link
from crawler.platforms.shared.select import (
    Element,
    ParsedPage,
    base_url,
    clean_url,
    fragment,
    paragraphs_of,
    parse_time,
    tidy,
    title_of,
    xml_page,
)
from pipeline.model import Document, DocumentKind, Fetch, Left, LeftReason, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pipeline.model import Capture, Found, Source

_ROADS = ("auto", "service", "html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Watched):
    """What a source line may add."""

    road: str = "auto"  # "service" for hosts that refuse robots their pages, "html" where the service is off

    @override
    def __post_init__(self) -> None:
        Watched.__post_init__(self)  # super() does not find its class in one with slots
        if self.road not in _ROADS:
            raise ValueError(f"road: {self.road!r} is not one of {', '.join(_ROADS)}")


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    """Ask for the list of committees."""
    road = Options(**source.options).road
    context = {"since": since.isoformat(), "until": until.isoformat(), "road": road}
    pages = moderngov_html.committees_fetch(source, context | {"road": "html"})
    if road == "html":
        yield pages
    else:
        otherwise = pages if road == "auto" else None
        yield _ask(source, "GetCommittees", "", context, otherwise=otherwise)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    """What is in an answer of the service or on a page."""
    match fetch.step:
        case "GetCommittees":
            yield from _committees(source, fetch, capture)
        case "GetMeetings":
            yield from _meetings(source, fetch, capture)
        case "GetMeeting":
            yield from _meeting(source, fetch, capture)
        case "bare":
            yield ListedMeeting.from_context(fetch.context).meeting(source)
        case _:
            options = Options(**source.options)
            yield from moderngov_html.parse(source, fetch, capture, watched=options)


def _ask(
    source: Source,
    operation: str,
    query: str,
    context: dict[str, str],
    *,
    step: str = "",
    otherwise: Fetch | None = None,
) -> Fetch:
    url = f"{base_url(source)}mgWebService.asmx/{operation}"
    return Fetch(
        url=f"{url}?{query}" if query else url,
        step=step or operation,
        context=context,
        otherwise=otherwise,
    )


def _window(committee: str, since: date, until: date) -> str:
    return f"lCommitteeId={committee}&sFromDate={since:%d/%m/%Y}&sToDate={until:%d/%m/%Y}"


def _committees(source: Source, fetch: Fetch, capture: Capture) -> Iterator[Found]:
    options = Options(**source.options)
    page = xml_page(source, capture, root="committees")
    listed = [
        Committee(
            id=_text(each, "committeeid"),
            name=title_of(_text(each, "committeetitle")),
            active=not (_says(each, "committeedeleted") or _says(each, "committeeexpired")),
        )
        for each in page.some("committee")
    ]
    choice = options.choose(listed)
    if not choice.watched:
        raise page.error("committeetitle", "a committee that is watched", none_of(listed))
    since, until = window_of(fetch.context)
    for committee in choice.watched:
        context = fetch.context | {"committee": committee.id, "body": committee.name}
        pages = moderngov_html.meetings_fetch(source, context | {"road": "html"})
        yield _ask(
            source,
            "GetMeetings",
            _window(committee.id, since, until),
            context,
            otherwise=pages if options.road == "auto" else None,
        )
    yield from choice.said(source)


def _meetings(source: Source, fetch: Fetch, capture: Capture) -> Iterator[Found]:
    context = fetch.context
    since, until = window_of(context)
    page = xml_page(source, capture, root="getmeetings")
    for each in page.every("committeemeetings > meeting"):
        said = told_status(_text(each, "meetingstatus"), parse_date(_text(each, "meetingdate")))
        listed = ListedMeeting(
            committee=context["committee"],
            body=context["body"],
            id=_text(each, "meetingid"),
            starts_on=said.on,
            starts_at=parse_time(_text(each, "meetingtime")),
            url=meeting_url(source, context["committee"], _text(each, "meetingid")),
            status=said.status,
        )
        if listed.id and listed.within(since, until):
            yield _meeting_fetch(source, listed, context, since)
    yield Listing(source_id=source.id, key=LISTING + context["committee"], since=since, until=until)


def _meeting_fetch(source: Source, listed: ListedMeeting, window: dict[str, str], since: date) -> Fetch:
    context = window | listed.context()
    day = listed.starts_on or since
    bare = _ask(source, "GetMeetings", _window(listed.committee, day, day), context, step="bare")
    service = _ask(source, "GetMeeting", f"lMeetingId={listed.id}", context, otherwise=bare)
    if window["road"] == "service":
        return service
    return Fetch(url=listed.url, step="meeting page", context=context, otherwise=service)


def _meeting(source: Source, fetch: Fetch, capture: Capture) -> Iterator[Found]:
    """All a meeting holds, or, where its page was read before, what that page does not show."""
    page = xml_page(source, capture, root="meeting")
    listed = ListedMeeting.from_context(fetch.context)
    if _text(page.root, "meetingid") != listed.id:
        raise page.error("meetingid", listed.id, _text(page.root, "meetingid") or "nothing")
    listing = f"service/{listed.id}"
    shown = fetch.context.get("shown")
    items = page.every("agendaitems > agendaitem") if _text(page.root, "isdisplayallowed") != "False" else []
    if shown is None:
        if items:
            yield _left_on_the_page(source, listed)
        place = title_of(_text(page.root, "meetinglocation")).rstrip(" .")
        said = told_status(_text(page.root, "meetingstatus"), listed.starts_on)
        yield listed.meeting(source, place=place, status=said.status, starts_on=said.on)
        public = [item for item in items if not _kept_back(item)]
        draft = not _says(page.root, "minutepublished")
        agenda = [_item(item, "agendatext") for item in public]
        minutes = [_item(item, "minutesnonemptyhtmlbody") for item in public]
        yield from meeting_paper(source, listed, DocumentKind.AGENDA, agenda, listing=listing)
        yield from meeting_paper(source, listed, DocumentKind.MINUTES, minutes, listing=listing, draft=draft)
    else:
        yield from _cut_minutes(source, listed, items, fetch.context.get("cut", "").split())
    seen = set((shown or "").split())
    for item in items:
        for paper in _papers(source, page, item, meeting_key=listed.key, listing=listing):
            if paper.key not in seen:
                seen.add(paper.key)
                yield paper
    yield Listing(source_id=source.id, key=listing)


def _left_on_the_page(source: Source, listed: ListedMeeting) -> Left:
    """The service does not list packs, supplements, late papers or printed minutes: only the page does."""
    title = f"Packs, supplements and printed minutes of {listed.body}"
    return Left(
        source_id=source.id,
        url=listed.url,
        title=title,
        reason=LeftReason.PAGE_UNREAD,
        page=listed.url,
        is_page=True,
    )


def _cut_minutes(
    source: Source, listed: ListedMeeting, items: list[Element], wanted: list[str]
) -> Iterator[Found]:
    for item in items:
        if (number := _text(item, "agendaitemid")) in wanted and not _kept_back(item):
            text = _item(item, "minutesnonemptyhtmlbody")
            yield from item_minutes(source, listed, text, number=number, url=item_url(source, number))


def _item(item: Element, field: str) -> Item:
    markup = _text(item, field)
    return Item(
        number=printed_number(_text(item, "fulldisplaynumberformat")),
        title=_title(item),
        paragraphs=paragraphs_of(fragment(markup)) if markup else (),
    )


def _papers(
    source: Source, page: ParsedPage, item: Element, *, meeting_key: str, listing: str
) -> Iterator[Document]:
    for linked in page.every("linkeddocuments > linkeddoc", under=item):
        number = _text(linked, "attachmentid")
        kind = DocumentKind.OTHER if _says(linked, "isdecisionattachment") else DocumentKind.REPORT
        url = clean_url(_text(linked, "url"), base=base_url(source)) if _text(linked, "url") else ""
        link = paper_link(url, kind=kind) if url else None
        if not number and link is None:
            continue
        restricted = _says(linked, "isrestricted") or _kept_back(item)
        if link is None and number:
            url = url or f"{base_url(source)}mgConvert2PDF.aspx?ID={number}"
        yield Document(
            source_id=source.id,
            key=link.key if link else f"attachment/{number}",
            title=title_of(_text(linked, "title")) or _title(item) or f"Attachment {number}",
            kind=kind,
            url="" if restricted else url,
            meeting_key=meeting_key,
            # Of an exempt paper the list says a day too, though it never is published.
            published_on=None if restricted else parse_date(_text(linked, "publicationdate")),
            restricted=restricted,
            is_page=link.is_page if link else _says(linked, "isurl"),
            listing=listing,
        )


def _kept_back(item: Element) -> bool:
    return _says(item, "isrestricted") or _text(item, "isdisplayallowed").lower() == "false"


def _title(item: Element) -> str:
    return title_of(_text(item, "agendaitemtitle"))


def _text(element: Element, name: str) -> str:
    """The text of a child; "" where it is missing or holds nothing but line ends."""
    return tidy(element.findtext(name) or "")


def _says(element: Element, name: str) -> bool:
    return _text(element, name).lower() == "true"
