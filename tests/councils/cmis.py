"""A generated council on CMIS: the demo's templates under other mounts and module numbers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from cli.demo.site import render
from tests.councils.serving import Reply
from tests.councils.world import Council, Quirk, files_of

if TYPE_CHECKING:
    from datetime import time

    from cli.demo.moderngov_council import Meeting

_DOCUMENT, _MONTH = re.compile(r"/document\.ashx$"), re.compile(r".*/date/(\d{4})-(\d\d)-\d\d/.*")
_COMMITTEE, _MEETING = re.compile(r".*/mid/\d+/id/(\d+)/.*"), re.compile(r".*/meeting/(\d+)/committee/.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A meeting as the templates see it."""

    id: int
    on: date
    at: time
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    title: str
    path: str


def answer(council: Council, target: str, root: str) -> Reply:
    parts = urlsplit(target)
    path = unquote(parts.path).lower().removeprefix(council.plan.mount)
    if _DOCUMENT.search(path):
        return _document(council, parts.query)
    body = _page(council, path, dict(parse_qsl(parts.query)))
    if body is None:
        return Reply(status=404)
    body = body.replace(b"/ellenby/", f"{council.plan.mount}/".encode())
    body = body.replace(b"/Ellenby/", f"{council.plan.mount.title()}/".encode())
    if council.has(Quirk.MONTHS):  # module ids are the site's own
        body = body.replace(b"ctr397", b"ctr410").replace(b"mid/397", b"mid/410")
    return Reply(body=body)


def _page(council: Council, path: str, query: dict[str, str]) -> bytes | None:
    if path == "/committees.aspx":
        return render("cmis/committees.html", committees=council.committees)
    if path == "/meetings.aspx":
        return _calendar(council, is_list=query.get("ctl") == "MeetingCalendarListView")
    if found := _MONTH.fullmatch(path):
        return _month(council, date(int(found[1]), int(found[2]), 1))
    if found := _MEETING.fullmatch(path):
        return _meeting(council, int(found[1]))
    if found := _COMMITTEE.fullmatch(path):
        return _committee(council, int(found[1]))
    return None


def _calendar(council: Council, *, is_list: bool) -> bytes:
    if not is_list:
        return render("cmis/calendar.html")
    now = [each for each in council.meetings if _in_month(each, council.today)]
    rows = [(_listed(each), _name(council, each)) for each in now]
    return render("cmis/list.html", rows=rows, root="")


def _committee(council: Council, number: int) -> bytes:
    committee = next(each for each in council.committees if each.id == number)
    rows = [(_listed(each), "Scheduled") for each in council.meetings if each.committee == number]
    shown = [] if council.has(Quirk.MONTHS) else rows
    return render("cmis/committee.html", committee=committee, rows=shown)


def _in_month(meeting: Meeting, day: date) -> bool:
    return (meeting.on.year, meeting.on.month) == (day.year, day.month)


def _month(council: Council, first: date) -> bytes:
    days = [
        day for day in (first + timedelta(days=number) for number in range(31)) if day.month == first.month
    ]
    rows = [
        (day, [(_listed(each), _name(council, each)) for each in council.meetings if each.on == day])
        for day in days
    ]
    return render("cmis/month.html", rows=rows)


def _meeting(council: Council, number: int) -> bytes:
    meeting = next(each for each in council.meetings if each.id == number)
    papers = [
        (_Paper(title=title, path=f"/Ellenby/Document.ashx?{_token(council, file)}"), "(20Kb)")
        for file, title, _ in files_of(meeting)
    ]
    return render(
        "cmis/meeting.html",
        meeting=_listed(meeting),
        committee=_name(council, meeting),
        status="Scheduled",
        papers=papers,
    )


def _document(council: Council, token: str) -> Reply:
    for file in council.sizes:
        if _token(council, file) == token:
            headers = {"Content-Type": "application/pdf"}
            if council.has(Quirk.VALIDATORS):
                headers["Last-Modified"] = "Mon, 02 Nov 2026 08:00:00 GMT"
                headers["ETag"] = f'"{council.sha256(file)[:16]}"'
            return Reply(body=council.content(file), headers=headers)
    return Reply(status=404)


def _token(council: Council, file: str) -> str:
    """As opaque as the real ones, and as lasting."""
    token = hashlib.sha512(f"{council.id} {file}".encode()).hexdigest()
    return f"{token[:32]}%3d={token[32:96]}%3d%3d&{token[96:]}%3d={token[:48]}"


def _listed(meeting: Meeting) -> _Listed:
    path = (
        f"/ellenby/Meetings/tabid/70/ctl/ViewMeetingPublic/mid/397/Meeting/{meeting.id}"
        f"/Committee/{meeting.committee}/SelectedTab/Documents/Default.aspx"
    )
    return _Listed(id=meeting.id, on=meeting.on, at=meeting.at, path=path)


def _name(council: Council, meeting: Meeting) -> str:
    return next(each.name for each in council.committees if each.id == meeting.committee)
