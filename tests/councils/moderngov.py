"""A generated council on ModernGov: the demo's templates, with the council's own oddities worked in."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from cli.demo.site import XML, render
from pipeline.model import DocumentKind, MeetingStatus
from tests.councils.serving import Reply
from tests.councils.world import Council, Quirk, file_of, minutes_of, status_of

if TYPE_CHECKING:
    from datetime import time

    from cli.demo.moderngov_council import Committee, Meeting

_SESSION = "/(S(4wa1lzq0hgs3m2qlkw1e3r45))"
_ERROR_PAGE = b"<html><head><title>Runtime Error</title></head><body><h1>Server Error</h1></body></html>"
_FILE = re.compile(r"/documents/([sgb])(\d+)/")
_EARLIER = timedelta(days=21)  # after which meetings have a page of their own


def answer(council: Council, target: str, root: str) -> Reply:
    """What the site says to a request; `root` is its address with the mount."""
    parts = urlsplit(target)
    path = unquote(parts.path)
    query = {name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    if council.has(Quirk.SESSIONS):
        if not path.startswith(_SESSION):
            return Reply(status=302, headers={"Location": _SESSION + target})
        path = path.removeprefix(_SESSION)
    path = path.removeprefix(council.plan.mount)
    page = path.strip("/").lower()
    if found := _FILE.match(path):
        file = f"{found[1]}{found[2]}" + (f"/{query.get('t')}" if found[1] != "s" else "")
        reply = _paper(council, file)
    elif page == "mgconvert2pdf.aspx":
        reply = _paper(council, f"s{query.get('id')}")
    elif page.startswith("mgwebservice.asmx/"):
        reply = _service(council, page.removeprefix("mgwebservice.asmx/"), query, root)
    elif council.has(Quirk.PAGES_REFUSED):
        reply = Reply(status=403, body=b"<html><head><title>Just a moment...</title></head></html>")
    else:
        body = _page(council, page, query)
        reply = Reply(body=body) if body else Reply(status=404)
    return replace(reply, wait=0.05 if council.has(Quirk.SLOW) else 0.0)


def _paper(council: Council, file: str) -> Reply:
    if file not in council.sizes:
        return Reply(status=404)
    headers = {"Content-Type": "application/pdf"}
    if council.has(Quirk.VALIDATORS):
        headers["ETag"] = f'"{council.sha256(file)[:16]}"'
    return Reply(body=council.content(file), headers=headers)


def _page(council: Council, page: str, query: dict[str, str]) -> bytes:
    match page:
        case "mglistcommittees.aspx":
            active = [each for each in council.committees if not each.expired]
            body = render("moderngov/committees.html", committees=active, day=council.today)
        case "mgcommitteedetails.aspx":
            committee = _committee(council, query.get("id", ""))
            body = render("moderngov/details.html", committee=committee, day=council.today)
        case "ielistmeetings.aspx":
            body = _meetings(council, query)
        case "ielistdocuments.aspx" | "celistdocuments.aspx":
            body = _meeting(council, query.get("mid") or query.get("meetingid", ""))
        case "mgchoosedocpack.aspx":
            body = _choice(council, query)
        case _:
            body = b""
    if council.has(Quirk.ODD_KEYS):
        body = body.replace(b"CId=", b"cid=").replace(b"MId=", b"MID=").replace(b"aspx?ID=", b"aspx?id=")
    return body


def _meetings(council: Council, query: dict[str, str]) -> bytes:
    committee = _committee(council, query.get("committeeid") or query.get("cid", ""))
    every = sorted(_of(council, committee), key=lambda meeting: meeting.on, reverse=True)
    earlier = query.get("act") == "earlier"
    pages = council.has(Quirk.EARLIER_PAGE)
    shown = [each for each in every if not pages or (each.on < council.today - _EARLIER) == earlier]
    rows = [(each, _clock(each.at, ":"), "CANCELLED" if _is(each, "cancelled") else "") for each in shown]
    body = render(
        "moderngov/meetings.html",
        committee=committee,
        rows=rows,
        more=pages and not earlier,
        day=council.today,
    )
    if council.has(Quirk.LEGACY):
        for each in shown:
            if _is_legacy(council, each):
                new = f"ieListDocuments.aspx?CId={each.committee}&amp;MId={each.id}&amp;Ver=4"
                old = f"CeListDocuments.aspx?MID={each.id}&amp;DF={each.on:%d/%m/%Y}&amp;A=1&amp;R=0"
                body = body.replace(new.encode(), old.encode())
    return body


def _is_legacy(council: Council, meeting: Meeting) -> bool:
    return meeting.on < council.today - timedelta(days=30)


def _meeting(council: Council, number: str) -> bytes:
    meeting = next((each for each in council.meetings if str(each.id) == number), None)
    if meeting is None:
        return b""
    minutes = minutes_of(meeting)
    when = f"{meeting.on:%A} {meeting.on.day} {meeting.on:%B %Y} {_clock(meeting.at, ':')}"
    heading = "Agenda" + (f" and {minutes}" if minutes else "") if meeting.items else "Meeting"
    body = render(
        "moderngov/meeting.html",
        meeting=meeting,
        committee=_committee(council, str(meeting.committee)),
        heading=heading,
        when=when,
        cancelled=_is(meeting, "cancelled"),
        printed=[
            (each, _relative(meeting.path(each)), _size(council, file_of(meeting, each)))
            for each in meeting.printed
        ],
        supplements=[(each, _size(council, file_of(meeting, each))) for each in meeting.supplements],
        chooses=meeting.chooses(1),
        items=[
            (item, [(each, _relative(each.path), _size(council, f"s{each.number}")) for each in attached])
            for item, attached in ((item, item.attached(1)) for item in meeting.items)
        ],
        minuted=bool(minutes),
        number=1,
        day=council.today,
    )
    return (
        body.replace(f"{when}</a>".encode(), f"{when}, MOVED</a>".encode()) if _is(meeting, "moved") else body
    )


def _choice(council: Council, query: dict[str, str]) -> bytes:
    for meeting in council.meetings:
        if str(meeting.agenda) == query.get("id"):
            wanted = query.get("sid", "")
            rows = [
                (each, _relative(meeting.path(each)), _size(council, file_of(meeting, each)))
                for each in (meeting.supplements if wanted else meeting.printed)
                if (str(each.number) == wanted if wanted else each.kind is DocumentKind.PACK)
            ]
            return render("moderngov/choose.html", meeting=meeting, rows=rows, day=council.today)
    return b""


def _service(council: Council, operation: str, query: dict[str, str], root: str) -> Reply:
    if council.has(Quirk.NO_SERVICE):
        return Reply(body=_ERROR_PAGE)
    values: dict[str, object] = {}
    published = ""
    match operation:
        case "getcommittees":
            values = {"committees": council.committees}
        case "getmeetings":
            committee = _committee(council, query["lcommitteeid"])
            first, last = (
                datetime.strptime(query[name], "%d/%m/%Y").date()  # noqa: DTZ007 - a date has no zone
                for name in ("sfromdate", "stodate")
            )
            meetings = [each for each in _of(council, committee) if first <= each.on <= last]
            values = {"committee": committee, "meetings": meetings}
        case "getmeeting":
            meeting = next(each for each in council.meetings if str(each.id) == query["lmeetingid"])
            minuted = bool(minutes_of(meeting))
            committee = _committee(council, str(meeting.committee))
            values = {"meeting": meeting, "committee": committee, "minuted": minuted}
            published = f"{meeting.on - timedelta(days=8):%d/%m/%Y}"
    body = render(
        f"moderngov/{operation}.xml",
        **values,
        root=root,
        number=1,
        published=council.today,
        clock=lambda at: _clock(at, "."),
        encoded=html.escape,
        word_html=lambda text: f'<p class="MsoNormal">{html.escape(text)}</p>' if text else "\n ",
    )
    if published:
        body = body.replace(b"12/11/2026", published.encode())
    return Reply(body=body, headers={"Content-Type": XML})


def _committee(council: Council, number: str) -> Committee:
    return next(each for each in council.committees if str(each.id) == number)


def _of(council: Council, committee: Committee) -> list[Meeting]:
    return [each for each in council.meetings if each.committee == committee.id]


def _is(meeting: Meeting, status: str) -> bool:
    return status_of(meeting) is MeetingStatus(status)


def _clock(at: time, between: str) -> str:
    return f"{at.hour % 12 or 12}{between}{at:%M} {'am' if at.hour < 12 else 'pm'}"


def _relative(path: str) -> str:
    return path.removeprefix("/moderngov/")


def _size(council: Council, file: str) -> str:
    return f"PDF {max(1, round(council.sizes.get(file, 0) / 1024))} KB"
