"""A council on ModernGov: its pages and its web service, both with the oddities of the real ones.

What must hold for a crawler that reads only one of them: the web service knows neither packs nor supplements,
and gives papers under other addresses than the pages do (same attachment number).
"""

from __future__ import annotations

import html
import re
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from cli.demo.moderngov_council import BASE, COMMITTEES, MEETINGS
from cli.demo.papers import made
from cli.demo.site import DAYS, XML, Answer, Posted, paper_answer, render
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import time

    from cli.demo.moderngov_council import Attached, Committee, Meeting
    from cli.demo.site import Request


# The committees a health watch follows.
_OF_INTEREST = {137, 142}


class ModernGovSite:
    id = "marlshire"
    name = "Marlshire County Council"
    kind = "council"
    platform = "moderngov"

    def line(self, root: str) -> dict[str, object]:
        return {"url": root + BASE}

    def posted(self) -> list[Posted]:
        return [
            posted
            for meeting in MEETINGS
            if meeting.committee in _OF_INTEREST
            for posted in (*_posted_printed(meeting), *_posted_items(meeting))
        ]

    def answer(self, request: Request) -> Answer | None:
        path = request.path.lower().removeprefix(BASE)
        if path == request.path.lower():
            return None
        if path.startswith("/mgwebservice.asmx/"):
            return _service(path.removeprefix("/mgwebservice.asmx/"), request)
        if path.startswith("/documents/"):
            return _document(path, request)
        page = _PAGES.get(path.strip("/"))
        return page(request) if page else None


def _posted_printed(meeting: Meeting) -> Iterator[Posted]:
    for each in (*meeting.printed, *meeting.supplements):
        yield Posted(
            title=each.title,
            kind=each.kind,
            path=_address(meeting.path(each)),
            papers=each.papers,
            meeting_date=meeting.on,
        )


def _posted_items(meeting: Meeting) -> Iterator[Posted]:
    for item in meeting.items:
        for each in (item.report, *item.more):
            if each is not None:
                yield Posted(
                    title=each.title,
                    kind=DocumentKind.REPORT,
                    path=_address(each.converted if each.restricted else each.path),
                    papers=each.papers,
                    meeting_date=meeting.on,
                    also_at=(each.converted,),
                    restricted_from=1 if each.restricted else 0,
                )


def _address(path: str) -> str:
    """An address as a careful client makes it of what is in the page."""
    return quote(" ".join(path.split()), safe="/?=&")


def _document(path: str, request: Request) -> Answer | None:
    """The number and `T` decide_state; what is behind them is only for the reader."""
    parts = re.match(r"/documents/([sgb])(\d+)/", path)
    if parts is None:
        return None
    letter, number = parts[1], int(parts[2])
    for meeting in MEETINGS:
        if letter == "s":
            for each in _attachments(meeting):
                if each.number == number and request.day in each.papers:
                    return paper_answer(each.papers[request.day])
            continue
        for paper in (*meeting.printed, *meeting.supplements):
            fits = paper.letter == letter and (paper.number or meeting.agenda) == number
            if fits and request.query.get("t") == str(paper.suffix) and request.day in paper.papers:
                return paper_answer(paper.papers[request.day])
    return None


def _attachments(meeting: Meeting) -> Iterator[Attached]:
    for item in meeting.items:
        yield from (each for each in (item.report, *item.more) if each is not None)


def _converted(request: Request) -> Answer | None:
    for meeting in MEETINGS:
        for each in _attachments(meeting):
            if str(each.number) == request.query.get("id"):
                if request.day in each.papers:
                    return paper_answer(each.papers[request.day])
                return Answer(body=render("moderngov/restricted.html"), status=403)
    return None


def _committees(request: Request) -> Answer:
    return Answer(body=render("moderngov/committees.html", committees=_active(), day=DAYS[request.day]))


def _structure(request: Request) -> Answer:
    categories: dict[str, list[Committee]] = {}
    for committee in _active():
        categories.setdefault(committee.category, []).append(committee)
    return Answer(body=render("moderngov/structure.html", categories=categories, day=DAYS[request.day]))


def _details(request: Request) -> Answer | None:
    committee = _committee(request.query.get("id", ""))
    if committee is None:
        return None
    return Answer(body=render("moderngov/details.html", committee=committee, day=DAYS[request.day]))


def _meetings(request: Request) -> Answer | None:
    """Recent meetings, newest first; earlier ones behind a link."""
    committee = _committee(request.query.get("cid") or request.query.get("committeeid", ""))
    if committee is None:
        return None
    earlier = request.query.get("act") == "earlier"
    every = [each for each in MEETINGS if each.committee == committee.id]
    shown = sorted(
        (each for each in every if (each.on < _FIRST_SHOWN) == earlier or "year" in request.query),
        key=lambda each: each.on,
        reverse=True,
    )
    rows = [(each, _clock(each.at, ":"), _state(each, request.day)) for each in shown]
    more = not earlier and any(each.on < _FIRST_SHOWN for each in every)
    body = render("moderngov/meetings.html", committee=committee, rows=rows, more=more, day=DAYS[request.day])
    return Answer(body=body)


_FIRST_SHOWN = date(2026, 6, 1)


def _state(meeting: Meeting, day: int) -> str:
    """What is behind the date in a list of meetings."""
    if meeting.cancelled(day):
        return "CANCELLED"
    parts = ["Agenda"] if meeting.items else []
    parts += ["Minutes"] if _minutes(meeting, day) else []
    return ", ".join(parts)


def _minutes(meeting: Meeting, day: int) -> str:
    for each in meeting.printed:
        if each.kind is DocumentKind.MINUTES and day in each.papers:
            return "draft minutes" if "draft" in each.title else "minutes"
    return ""


def _meeting_page(request: Request) -> Answer | None:
    meeting = _meeting(request.query.get("mid") or request.query.get("meetingid", ""))
    if meeting is None:
        return None
    day = request.day
    minutes = _minutes(meeting, day)
    heading = "Agenda" + (f" and {minutes}" if minutes else "") if meeting.items else "Meeting"
    body = render(
        "moderngov/meeting.html",
        meeting=meeting,
        committee=_committee(str(meeting.committee)),
        heading=heading,
        when=f"{meeting.on:%A} {meeting.on.day} {meeting.on:%B %Y} {_clock(meeting.at, ':')}",
        cancelled=meeting.cancelled(day),
        printed=[
            (each, _relative(meeting.path(each)), _size(each.papers[day]))
            for each in meeting.printed
            if day in each.papers
        ],
        supplements=[(each, _size(each.papers[day])) for each in meeting.supplements_on(day)],
        chooses=meeting.chooses(day),
        items=[
            (item, [(each, _relative(each.path), _attached_size(each, day)) for each in item.attached(day)])
            for item in meeting.items
        ],
        minuted=bool(minutes),
        number=day,
        day=DAYS[day],
    )
    return Answer(body=body)


def _choose(request: Request) -> Answer | None:
    """A page between the meeting and its pack, where there are supplements."""
    for meeting in MEETINGS:
        if str(meeting.agenda) != request.query.get("id"):
            continue
        supplement = request.query.get("sid")
        papers = [
            each
            for each in (meeting.supplements if supplement else meeting.printed)
            if request.day in each.papers
            and (str(each.number) == supplement if supplement else each.kind is DocumentKind.PACK)
        ]
        rows = [(each, _relative(meeting.path(each)), _size(each.papers[request.day])) for each in papers]
        body = render("moderngov/choose.html", meeting=meeting, rows=rows, day=DAYS[request.day])
        return Answer(body=body)
    return None


_PAGES = {
    "mglistcommittees.aspx": _committees,
    "mgcommitteestructure.aspx": _structure,
    "mgcommitteedetails.aspx": _details,
    "ielistmeetings.aspx": _meetings,
    "ielistdocuments.aspx": _meeting_page,
    "mgchoosedocpack.aspx": _choose,
    "mgconvert2pdf.aspx": _converted,
}

# Every parameter of an operation must be there, even where the WSDL calls it optional.
_OPERATIONS = {
    "getcommittees": frozenset[str](),
    "getmeetings": frozenset({"lcommitteeid", "sfromdate", "stodate"}),
    "getmeeting": frozenset({"lmeetingid"}),
}


def _service(operation: str, request: Request) -> Answer:
    missing = _OPERATIONS.get(operation, frozenset({"operation"})) - request.query.keys()
    if operation not in _OPERATIONS:
        return _service_error(f"{operation} Web Service method name is not valid.")
    if missing:
        return _service_error(f"Missing parameter: {min(missing)}.")
    values: dict[str, object]
    match operation:
        case "getcommittees":
            values = {"committees": COMMITTEES}
        case "getmeetings":
            try:
                since, until = _day(request.query["sfromdate"]), _day(request.query["stodate"])
            except ValueError:
                return _service_error("String was not recognized as a valid DateTime.")
            committee = _committee(request.query["lcommitteeid"])
            meetings = [
                each
                for each in MEETINGS
                if committee and each.committee == committee.id and since <= each.on <= until
            ]
            values = {"committee": committee, "meetings": meetings}
        case _:
            meeting = _meeting(request.query["lmeetingid"])
            if meeting is None:
                return _service_error("Object reference not set to an instance of an object.")
            values = {"meeting": meeting, "committee": _committee(str(meeting.committee))}
            values["minuted"] = bool(_minutes(meeting, request.day))
    body = render(
        f"moderngov/{operation}.xml",
        **values,
        root=request.root + BASE,
        number=request.day,
        published=DAYS[request.day],
        clock=partial(_clock, between="."),
        encoded=html.escape,
        word_html=_word_html,
    )
    return Answer(body=body, media_type=XML)


def _service_error(message: str) -> Answer:
    return Answer(body=f"{message}\r\n".encode(), media_type="text/plain; charset=utf-8", status=500)


def _word_html(text: str) -> str:
    """Item text as it is stored: HTML that came out of Word."""
    if not text:
        return "\n      "
    return f'<div class="WordSection1">\n<p class="MsoNormal">{html.escape(text)}</p>\n</div>\n'


def _active() -> list[Committee]:
    return [each for each in COMMITTEES if not each.expired]


def _committee(number: str) -> Committee | None:
    return next((each for each in COMMITTEES if str(each.id) == number), None)


def _meeting(number: str) -> Meeting | None:
    return next((each for each in MEETINGS if str(each.id) == number), None)


def _day(text: str) -> date:
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def _clock(at: time, between: str) -> str:
    return f"{at.hour % 12 or 12}{between}{at:%M} {'am' if at.hour < 12 else 'pm'}"


def _relative(path: str) -> str:
    return path.removeprefix(f"{BASE}/")


def _attached_size(attached: Attached, day: int) -> str:
    return f"{attached.media} {_size(attached.papers[day])}" if day in attached.papers else ""


def _size(paper: str) -> str:
    return f"{max(1, round(len(made(paper).content) / 1024))} KB"
