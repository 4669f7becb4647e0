"""The calendar of what is ahead, as a page and for a reader's own calendar; and a page for each meeting."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import Response

from pipeline import days, english
from pipeline.areas.neighbours import MOST_SENTENCES
from pipeline.meetings.icalendar import Event, icalendar
from web import links
from web.parts import meetings

if TYPE_CHECKING:
    from starlette.requests import Request

    from pipeline.meetings.calendar_entry import Coming
    from web.site import Site

ON_ONE_PAGE = 150  # days ahead; of more, a month at a time
CALENDAR_BACK = timedelta(days=28)  # for which a calendar keeps what is past


class Meetings:
    def __init__(self, site: Site) -> None:
        self._site = site

    def meetings(self, request: Request) -> Response:
        """What is ahead; with `on`, the meetings of one day, whether past or to come."""
        if on := request.query_params.get("on", ""):
            return self._of_day(on)
        shelf = self._site.shelf
        asked = {name: request.query_params.get(name, "") for name in ("kind", "said", "month")}
        kinds = {body: row.kind for body, row in shelf.registry().items()}
        every = self._site.ahead()
        shown = [
            coming
            for coming in every
            if (not asked["said"] or coming.mentions)
            and (not asked["kind"] or asked["kind"] == kinds.get(coming.body))
        ]
        months: dict[str, list[Coming]] = defaultdict(list)
        for coming in shown:
            if day := coming.ahead.meeting.starts_on:
                months[f"{day:%Y-%m}"].append(coming)
        counts = {month: len(rows) for month, rows in months.items()}
        if len(shown) > ON_ONE_PAGE:
            month = asked["month"] if asked["month"] in months else next(iter(months))
            months = defaultdict(list, {month: months[month]})
        return self._site.page(
            "meetings.html",
            months=months,
            counts=counts,
            asked=asked,
            kinds=sorted({kinds.get(coming.body, "") for coming in every} - {""}),
            is_empty=not every,
            names=shelf.bodies(),
        )

    def _of_day(self, written: str) -> Response:
        try:
            day = days.read(written)
        except ValueError as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, f"{error}.") from None
        rows = self._site.shelf.meetings(since=day, until=day)
        names = self._site.shelf.bodies()
        is_ahead = day >= self._site.today()
        return self._site.page("meetings_of_day.html", day=day, rows=rows, names=names, is_ahead=is_ahead)

    def meeting(self, request: Request) -> Response:
        shelf = self._site.shelf
        held = meetings.meeting(request, shelf)
        return self._site.page(
            "meeting.html",
            held=held,
            is_ahead=held.meeting.date is not None and held.meeting.date >= self._site.today(),
            days=(held.meeting.date - self._site.today()).days if held.meeting.date else 0,
            can_watch=self._site.can_watch,
            concepts=shelf.concepts(),
        )

    def neighbours(self, request: Request) -> Response:
        shelf = self._site.shelf
        held, most = meetings.meeting(request, shelf), meetings.most_sentences(request)
        return self._site.page(
            "neighbours.html",
            held=held,
            items=shelf.neighbours(held.meeting.id, most),
            every=not most,
            most=MOST_SENTENCES,
            concepts=shelf.concepts(),
        )

    def calendar(self, request: Request) -> Response:
        site = self._site
        body, today = request.query_params.get("body", ""), site.today()
        base = site.base(request)
        content = icalendar(
            (
                Event(ahead=coming.ahead, sequence=coming.sequence, note=_note(coming, base))
                for coming in site.shelf.coming(today - CALENDAR_BACK, body)
            ),
            name=f"{site.shelf.bodies().get(body, '') or site.config.title}: meetings and consultations",
            domain=urlsplit(base).hostname or "paperwatch",
            stamped_at=datetime.combine(today, time(), UTC),
        )
        return Response(content, media_type="text/calendar; charset=utf-8")


def _note(coming: Coming, base: str) -> str:
    """What an entry of a calendar says besides, with the address where the archive says more."""
    said = f"{english.counted(coming.mentions, 'mention')}. " if coming.mentions else ""
    if coming.document:
        return said + links.absolute(base, links.paper(coming.document))
    papers = f"{english.counted(coming.papers, 'paper')} published. " if coming.papers else ""
    return (
        (papers or "No papers published yet. ") + said + links.absolute(base, links.meeting(coming.meeting))
    )
