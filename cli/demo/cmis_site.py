"""A council on CMIS: calendar, committee and meeting pages, documents under addresses nobody can guess."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from cli.demo.papers import made
from cli.demo.site import DAYS, Answer, Posted, both, paper_answer, render
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.demo.site import Request

_BASE = "/ellenby"
# The site spells its own path both ways.
_OTHER_BASE = "/Ellenby"
_CALENDAR = f"{_BASE}/Meetings/tabid/70/ctl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    title: str
    kind: DocumentKind
    paper: str

    @property
    def path(self) -> str:
        """The real ones are encrypted names and values; these are as opaque, and as lasting."""
        token = hashlib.sha512(self.paper.encode()).hexdigest()
        return (
            f"{_OTHER_BASE}/Document.ashx?{token[:32]}%3d={token[32:96]}%3d%3d&{token[96:]}%3d={token[:48]}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    id: int
    committee: int
    on: date
    at: time
    papers: tuple[Paper, ...] = ()

    @property
    def path(self) -> str:
        return (
            f"{_CALENDAR}/ViewMeetingPublic/mid/397/Meeting/{self.id}/Committee/{self.committee}"
            "/SelectedTab/Documents/Default.aspx"
        )


COMMITTEES = (
    Committee(id=21, name="Health Scrutiny Commission"),
    Committee(id=30, name="Licensing Committee"),
)

MEETINGS = (
    Meeting(
        id=15011,
        committee=21,
        on=date(2026, 10, 15),
        at=time(17, 30),
        papers=(Paper(title="Minutes", kind=DocumentKind.MINUTES, paper="ellenby-oct-minutes"),),
    ),
    Meeting(
        id=15042,
        committee=21,
        on=date(2026, 11, 19),
        at=time(17, 30),
        papers=(
            Paper(title="Agenda", kind=DocumentKind.AGENDA, paper="ellenby-nov-agenda"),
            Paper(title="Final agenda reports", kind=DocumentKind.PACK, paper="ellenby-nov-reports"),
        ),
    ),
    Meeting(id=15077, committee=21, on=date(2027, 1, 21), at=time(17, 30)),
    Meeting(id=15050, committee=30, on=date(2026, 11, 24), at=time(10)),
)


class CmisSite:
    id = "ellenby"
    name = "Ellenby City Council"
    kind = "council"
    platform = "cmis"

    def line(self, root: str) -> dict[str, object]:
        return {"url": root + _BASE}

    def posted(self) -> list[Posted]:
        return [
            Posted(
                title=paper.title,
                kind=paper.kind,
                path=paper.path,
                papers=both(paper.paper),
                meeting_date=meeting.on,
            )
            for meeting in MEETINGS
            for paper in meeting.papers
        ]

    def answer(self, request: Request) -> Answer | None:
        for pattern, page in _PAGES:
            found = re.fullmatch(_BASE + pattern, request.path, re.IGNORECASE)
            if found:
                return page(request, *(int(group) for group in found.groups()))
        return None


def _name(committee: int) -> str:
    return next(each.name for each in COMMITTEES if each.id == committee)


def _calendar(request: Request) -> Answer:
    """The calendar itself is drawn by a script; its list view shows the month of the day, and no other."""
    if request.query.get("ctl") != "MeetingCalendarListView":
        return Answer(body=render("cmis/calendar.html"))
    today = DAYS[request.day]
    meetings = [each for each in MEETINGS if (each.on.year, each.on.month) == (today.year, today.month)]
    rows = [(each, _name(each.committee)) for each in sorted(meetings, key=lambda each: each.on)]
    return Answer(body=render("cmis/list.html", rows=rows, root=request.root))


def _month(_: Request, year: int, month: int) -> Answer | None:
    if not 1 <= month <= 12:
        return None
    day = date(year, month, 1)
    rows = []
    while day.month == month:
        rows.append((day, [(each, _name(each.committee)) for each in MEETINGS if each.on == day]))
        day += timedelta(days=1)
    return Answer(body=render("cmis/month.html", rows=rows))


def _committees(_: Request) -> Answer:
    return Answer(body=render("cmis/committees.html", committees=COMMITTEES))


def _committee(request: Request, number: int) -> Answer | None:
    committee = next((each for each in COMMITTEES if each.id == number), None)
    if committee is None:
        return None
    rows = [(each, _status(each, request.day)) for each in MEETINGS if each.committee == number]
    return Answer(body=render("cmis/committee.html", committee=committee, rows=rows))


def _meeting(request: Request, number: int) -> Answer | None:
    meeting = next((each for each in MEETINGS if each.id == number), None)
    if meeting is None:
        return None
    body = render(
        "cmis/meeting.html",
        meeting=meeting,
        committee=_name(meeting.committee),
        status=_status(meeting, request.day),
        papers=[(each, f"({round(len(made(each.paper).content) / 1024)}Kb)") for each in meeting.papers],
    )
    return Answer(body=body)


def _status(meeting: Meeting, day: int) -> str:
    return "Occurred" if meeting.on < DAYS[day] else "Scheduled"


def _document(request: Request) -> Answer | None:
    for meeting in MEETINGS:
        for each in meeting.papers:
            if each.path.endswith(f"?{request.raw_query}"):
                return paper_answer(each.paper)
    return None


_PAGES: tuple[tuple[str, Callable[..., Answer | None]], ...] = (
    (r"/Meetings\.aspx", _calendar),
    (r"/Committees\.aspx", _committees),
    (r"/Document\.ashx", _document),
    (r"/.*/MeetingCalendarPublicNoJava/mid/397/Date/(\d{4})-(\d\d)-\d\d/.*", _month),
    (r"/.*/ViewCMIS_CommitteeDetails/mid/381/id/(\d+)/.*", _committee),
    (r"/.*/ViewMeetingPublic/mid/397/Meeting/(\d+)/.*", _meeting),
)
