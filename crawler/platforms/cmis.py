"""CMIS (Civica, on DNN): a dozen of the larger councils.

A committee's own page lists its meetings, past and future, in one cheap answer, so it comes first. Month
views cost the site up to 40 seconds each and are asked for only where a committee's page names no meeting.

Traps: module and tab ids differ from site to site and are read from links and control names; CSS classes
lie (the status is in `Value Venue`), so labels decide; `Document.ashx` addresses are encrypted and say
nothing, so a paper is known by its meeting and lasting name; days of a month view bear no year; links repeat
the site's path in other letter case; "Active: 06 May 2022 - onwards" is no meeting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.platforms.shared.committees import LISTING, Committee, Watched, none_of
from crawler.platforms.shared.dates import parse_date
from crawler.platforms.shared.lasting_name import lasting_name, without_sizes
from crawler.platforms.shared.listed_meeting import ListedMeeting, window_of
from crawler.platforms.shared.meeting_status import told_status
from crawler.platforms.shared.meeting_text import Item, meeting_paper
from crawler.platforms.shared.select import (
    Element,
    ParsedPage,
    base_url,
    html_page,
    parse_time,
    text_of,
    tidy,
    title_of,
)
from pipeline.model import Document, DocumentKind, Fetch, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.model import Capture, Found, Source

_COMMITTEE = re.compile(r"/ViewCMIS_CommitteeDetails/.*?\bid/(\d+)(?:/|$)", re.IGNORECASE)
_MEETING = re.compile(r"/ViewMeetingPublic/.*?\bMeeting/(\d+)/Committee/(\d+)(?:/|$)", re.IGNORECASE)
_ITEM = re.compile(r"/ViewCMIS_DecisionDetails/", re.IGNORECASE)
_SELECTED_TAB = re.compile(r"/SelectedTab/[^/]+(?=/)", re.IGNORECASE)
_LAST_PART = re.compile(r"/[^/]*$")
_CALENDAR_CONTROL = re.compile(r"dnn[$_]ctr(\d+)[$_]MeetingCalendar", re.IGNORECASE)
_TAB = re.compile(r"^(.*?/tabid/\d+)/ctl/(?:MeetingCalendar|ViewMeetingPublic)", re.IGNORECASE)
_KEPT_BACK = re.compile(r"\b(?:restricted|exempt|private)\b", re.IGNORECASE)
_TIME_FIRST = re.compile(r"^\d{1,2}[.:]\d{2}\s+")
_NOT_WORD = re.compile(r"[^\w]+")
_KINDS = (
    (re.compile(r"\bminutes\b", re.IGNORECASE), DocumentKind.MINUTES),
    (re.compile(r"\bdecisions?\b", re.IGNORECASE), DocumentKind.OTHER),
    (re.compile(r"\b(?:pack|agenda (?:and )?reports)\b", re.IGNORECASE), DocumentKind.PACK),
    (re.compile(r"\bagenda\b", re.IGNORECASE), DocumentKind.AGENDA),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Watched):
    """What a source line may add."""

    committees_page: str = "Committees.aspx"
    meetings_page: str = "Meetings.aspx"  # also MeetingsCalendar.aspx, CalendarofMeetings.aspx


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    """Ask for the list of committees, or for the calendar of all of them if there is no list."""
    options = Options(**source.options)
    context = {"since": since.isoformat(), "until": until.isoformat()}
    yield Fetch(
        url=base_url(source) + options.committees_page,
        step="committees",
        context=context,
        otherwise=_calendar_fetch(source, context | {"only": "calendar"}),
    )


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    """What is on a page; raises ParseError where it is no page of CMIS."""
    page = html_page(source, capture)
    page.some("[class*=CMIS], [class*=Cmis], [id^=dnn_], [name^='dnn$']")
    match fetch.step:
        case "committees":
            yield from _committees(source, fetch, page)
        case "committee":
            yield from _committee(source, fetch, page)
        case "calendar":
            yield from _calendar(fetch, page)
        case "list view":
            yield from _list_view(fetch, page)
        case "month":
            yield from _month(source, fetch, page)
        case "meeting":
            yield from _meeting(source, fetch, page)
        case "bare":
            yield ListedMeeting.from_context(fetch.context).meeting(source)
        case _:
            raise page.error("step", "a step of this platform", fetch.step)


def _calendar_fetch(source: Source, context: dict[str, str]) -> Fetch:
    page = Options(**source.options).meetings_page
    return Fetch(url=base_url(source) + page, step="calendar", context=context)


def _committees(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    options = Options(**source.options)
    urls: dict[str, str] = {}
    listed: list[Committee] = []
    for anchor in page.every("a[href]"):
        url, name = page.link(anchor), title_of(text_of(anchor))
        if (match := _COMMITTEE.search(url)) and name and match[1] not in urls:
            urls[match[1]] = url
            listed.append(Committee(id=match[1], name=name))
    if not listed:
        raise page.error("a[href*=ViewCMIS_CommitteeDetails]", "at least 1", "none")
    choice = options.choose(listed)
    if not choice.watched:
        raise page.error("a[href*=ViewCMIS_CommitteeDetails]", "a committee that is watched", none_of(listed))
    for committee in choice.watched:
        context = fetch.context | {"committee": committee.id, "body": committee.name}
        yield Fetch(url=urls[committee.id], step="committee", context=context)
    yield from choice.said(source)


def _committee(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    context = fetch.context
    since, until = window_of(context)
    meetings: dict[str, ListedMeeting] = {}
    for anchor, number, _ in _meeting_links(page):
        words = text_of(_row_of(anchor))
        said = text_of(anchor)
        now = told_status(words, parse_date(said) or parse_date(words))
        listed = ListedMeeting(
            committee=context["committee"],
            body=context["body"],
            id=number,
            starts_on=now.on,
            starts_at=parse_time(said) or parse_time(words),
            url=_summary(page.link(anchor)),
            status=now.status,
        )
        meetings.setdefault(number, listed)
    if not meetings:
        # the calendar is the same for all committees: asked for once, however many of them are empty
        yield _calendar_fetch(source, {key: context[key] for key in ("since", "until")})
        return
    for listed in meetings.values():
        if listed.within(since, until):
            yield _meeting_fetch(listed, context)
    yield Listing(source_id=source.id, key=LISTING + context["committee"], since=since, until=until)


def _meeting_fetch(listed: ListedMeeting, context: dict[str, str]) -> Fetch:
    context = {key: context[key] for key in ("since", "until")} | listed.context()
    documents = _LAST_PART.sub(r"/SelectedTab/Documents\g<0>", listed.url)
    bare = Fetch(url=listed.url, step="bare", context=context)
    return Fetch(url=documents, step="meeting", context=context, otherwise=bare)


def _summary(url: str) -> str:
    """A meeting's address without the tab it opens on: links to the same meeting differ in that."""
    return _SELECTED_TAB.sub("", url)


def _calendar(fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    """Read the ids from the calendar's controls; its list view tells the tab where the calendar does not."""
    controls = [
        element.get("name") or element.get("id") for element in page.every("[name^='dnn$ctr'], [id^=dnn_ctr]")
    ]
    modules = [match[1] for control in controls if (match := _CALENDAR_CONTROL.match(control))]
    if not modules:
        raise page.error("dnn$ctr…$MeetingCalendar", "at least 1", "none")
    context = fetch.context | {"module": modules[0]}
    if tab := _tab_of(page):
        yield _month_fetch(context | {"tab": tab}, window_of(context)[0])
    else:
        url = (
            f"{urlsplit(fetch.url)._replace(query='').geturl()}?ctl=MeetingCalendarListView&mid={modules[0]}"
        )
        yield Fetch(url=url, step="list view", context=context)


def _list_view(fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    tab = _tab_of(page)
    if not tab:
        raise page.error("a[href*=tabid]", "at least 1", "none")
    yield _month_fetch(fetch.context | {"tab": tab}, window_of(fetch.context)[0])


def _tab_of(page: ParsedPage) -> str:
    """The address of the calendar's tab: "https://…/Meetings/tabid/70"."""
    found = (_TAB.match(page.link(anchor)) for anchor in page.every("a[href]"))
    return next((match[1] for match in found if match), "")


def _month_fetch(context: dict[str, str], day: date) -> Fetch:
    first = day.replace(day=1)
    url = (
        f"{context['tab']}/ctl/MeetingCalendarPublicNoJava/mid/{context['module']}/Date/{first}/Default.aspx"
    )
    return Fetch(url=url, step="month", context=context | {"month": first.isoformat()})


def _month(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    """A month of all committees; the next one follows.

    There is no Listing: meetings that a committee's page names are not withdrawn on a calendar's word.
    """
    context = fetch.context
    options = Options(**source.options)
    since, until = window_of(context)
    month = date.fromisoformat(context["month"])
    known = context.get("known", "").split()
    page.some("td.SimpleCalendarDate")
    for row in page.every("tr.rgRow, tr.rgAltRow"):
        day = _day_near(month, text_of(page.maybe("td.SimpleCalendarDate", under=row)))
        for anchor, number, committee in _meeting_links(page, under=row):
            words = text_of(anchor)
            body = title_of(_TIME_FIRST.sub("", words))
            choice = options.choose([Committee(id=committee, name=body)])
            now = told_status(text_of(anchor.getparent()), day)
            listed = ListedMeeting(
                committee=committee,
                body=body,
                id=number,
                starts_on=now.on,
                starts_at=parse_time(words),
                url=_summary(page.link(anchor)),
                status=now.status,
            )
            if choice.watched and number not in known and listed.within(since, until):
                known.append(number)
                yield _meeting_fetch(listed, context)
    following = (month + timedelta(days=31)).replace(day=1)
    if following <= until:
        yield _month_fetch(context | {"known": " ".join(known)}, following)
    elif "only" in context and not known:
        raise page.error("a[href*=ViewMeetingPublic]", "a committee that is watched", "none in these months")


def _day_near(month: date, words: str) -> date | None:
    """The day of "Monday, 8 June" in the year that puts it next to the month asked for."""
    days = [parse_date(f"{words} {year}") for year in (month.year - 1, month.year, month.year + 1)]
    return min((day for day in days if day), key=lambda day: abs(day - month), default=None)


def _meeting(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    listed = ListedMeeting.from_context(fetch.context)
    fields = _fields(page)
    if "date/time" not in fields and not page.every(".CmisDocumentList, .DocumentList"):
        raise page.error("div.DNNLabel", "a Date/Time, or a list of documents", "neither")
    when = fields.get("date/time", "")
    now = told_status(f"{when} {fields.get('status', '')}", parse_date(when) or listed.starts_on)
    yield listed.meeting(
        source,
        place=fields.get("venue", ""),
        status=now.status,
        starts_on=now.on,
        starts_at=parse_time(when),
    )
    listing = f"documents/{listed.id}"
    yield from _documents(source, page, listed, listing)
    items = [_item(anchor) for anchor in page.every("a[href]") if _ITEM.search(page.link(anchor))]
    yield from meeting_paper(
        source, listed, DocumentKind.AGENDA, [item for item in items if item.title], listing=listing
    )
    yield Listing(source_id=source.id, key=listing)


def _fields(page: ParsedPage) -> dict[str, str]:
    """What the page says under each label, in lower case and without its colon."""
    fields: dict[str, str] = {}
    for label in page.every("div.DNNLabel"):
        values = label.xpath("following-sibling::*[contains(concat(' ', @class, ' '), ' Value ')][1]")
        name = text_of(label).rstrip(": ").lower()
        if values and name:
            fields.setdefault(name, text_of(values[0]))
    return fields


def _documents(source: Source, page: ParsedPage, listed: ListedMeeting, listing: str) -> Iterator[Document]:
    counts: dict[str, int] = {}
    seen: set[str] = set()
    for entry in page.every("li.DocumentListItem"):
        anchor = next(iter(page.every("a.TitleLink[href]", under=entry)), None)
        url = page.link(anchor) if anchor is not None else ""
        title = title_of(text_of(entry if anchor is None else anchor, without=frozenset({"FileSize"})))
        restricted = not url and bool(_KEPT_BACK.search(title))
        if not title or url in seen or not (url or restricted):
            continue
        seen |= {url} - {""}
        slug = _NOT_WORD.sub("-", lasting_name(title).casefold()).strip("-") or "untitled"
        counts[slug] = counts.get(slug, 0) + 1
        again = f"/{counts[slug]}" if counts[slug] > 1 else ""
        yield Document(
            source_id=source.id,
            key=f"meeting/{listed.id}/{slug}{again}",
            title=title,
            kind=next((kind for words, kind in _KINDS if words.search(title)), DocumentKind.REPORT),
            url=url,
            meeting_key=listed.key,
            restricted=restricted,
            listing=listing,
            printed=text_of(next(iter(page.every(".FileSize", under=entry)), None)),
        )


def _item(anchor: Element) -> Item:
    title = text_of(anchor)
    row = _row_of(anchor)
    words = text_of(row, without=frozenset({"FileSize"}))
    rest = "" if row is anchor else without_sizes(tidy(words.replace(title, "", 1)))
    return Item(title=title_of(title), paragraphs=(rest,) if rest else ())


def _meeting_links(page: ParsedPage, *, under: Element | None = None) -> Iterator[tuple[Element, str, str]]:
    """Each link to a meeting, with the meeting's and its committee's ids."""
    for anchor in page.every("a[href]", under=under):
        if match := _MEETING.search(page.link(anchor)):
            yield anchor, match[1], match[2]


def _row_of(anchor: Element) -> Element:
    """The list item or table row around a link; the link itself if it is in neither."""
    return next(anchor.iterancestors("li", "tr"), anchor)
