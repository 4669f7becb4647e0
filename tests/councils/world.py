"""Generated councils with known content: the same seed gives the same world, and the truth about it.

Meetings stand two weeks apart through the window of a crawl, with others beyond both its ends; papers are out
for those up to ten days ahead. Each council has oddities of its own, named by `Quirk`.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cli.demo.moderngov_council import Attached, Committee, Item, Meeting, Printed
from pipeline.model import DocumentKind, MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TODAY = date(2026, 11, 16)
BACK, AHEAD = 56, 84  # days: the window a source line has by default
LARGE = 10_000_000  # bytes: papers above are few, and not what the shares are about


class Quirk(StrEnum):
    NO_SERVICE = "the web service is off: an HTML page with status 200 where XML was due"
    PAGES_REFUSED = "HTML answers 403, the web service is on"
    BROKEN_HREFS = "line ends and blanks in addresses"
    ODD_KEYS = "query keys in any case"
    SESSIONS = "cookieless sessions: every address is redirected into one"
    CHOICE_PAGES = "packs behind mgChooseDocPack"
    STATES = "meetings cancelled and moved"
    LEGACY = "older meetings under CeListDocuments"
    SLOW = "slower than the others"
    VALIDATORS = "ETag and Last-Modified for papers"
    NO_HEAD = "HEAD is refused"
    EXPIRED = "a hinted committee has expired"
    EARLIER_PAGE = "older meetings on a page of their own"
    MONTHS = "committee pages are empty: only month views name meetings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    platform: str
    mount: str = ""
    quirks: frozenset[Quirk] = frozenset()
    options: dict[str, Any] = field(default_factory=dict)


def _moderngov(mount: str, *quirks: Quirk, **options: Any) -> Plan:
    return Plan(platform="moderngov", mount=mount, quirks=frozenset(quirks), options=options)


PLANS: dict[str, Plan] = {
    "ashby": _moderngov("", Quirk.BROKEN_HREFS),
    "brook": _moderngov("/moderngov", Quirk.NO_SERVICE, Quirk.EARLIER_PAGE),
    "carr": _moderngov("", Quirk.PAGES_REFUSED),
    "dene": _moderngov("/committee-services", Quirk.ODD_KEYS, Quirk.VALIDATORS),
    "eller": _moderngov("", Quirk.SESSIONS),
    "fosse": _moderngov("/Committees", Quirk.CHOICE_PAGES),
    "grange": _moderngov("", Quirk.STATES, Quirk.VALIDATORS),
    "holt": _moderngov("", Quirk.NO_SERVICE, Quirk.LEGACY, road="html"),
    "ings": _moderngov("", Quirk.SLOW),
    "keld": _moderngov("", Quirk.NO_HEAD),
    "lund": _moderngov("/ecminutes", Quirk.EXPIRED, ids=[990]),
    "marsh": Plan(platform="cmis", mount="/marsh"),
    "nook": Plan(platform="cmis", mount="/cmis5", quirks=frozenset({Quirk.MONTHS, Quirk.VALIDATORS})),
}

_NAMES = (
    "Health Scrutiny Committee",
    "Health and Wellbeing Board",
    "Joint Health Overview and Scrutiny Committee",
    "Adults' Health & Care Scrutiny Panel",
)
_TOPICS = (
    "Children's & young people's care",
    "Winter plan",
    "Dentistry: who has a place?",
    "Stroke services",
    "Beds",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A paper that a crawl must come home with."""

    council: str
    meeting: date
    title: str
    sha256: str  # "" of what is kept from the public


@dataclass(slots=True, kw_only=True)
class Council:
    """One council: what the demo's templates show, and the bytes behind every address."""

    id: str
    plan: Plan
    committees: list[Committee]
    meetings: list[Meeting]
    sizes: dict[str, int]  # of every file, by "s123", "g5020/10" or "b7710/9"
    versions: dict[str, int] = field(default_factory=dict)  # of files that were replaced in place
    today: date = TODAY

    def content(self, file: str) -> bytes:
        """Not a real PDF, but unlike any other file: no share of bytes can come from equal papers."""
        name = f"{self.id}/{file}/{self.versions.get(file, 0)}"
        piece = hashlib.sha256(name.encode()).hexdigest().encode() * 64
        size = self.sizes[file]
        return (b"%PDF-1.7\n" + piece * (size // len(piece) + 1))[:size]

    def sha256(self, file: str) -> str:
        return hashlib.sha256(self.content(file)).hexdigest()

    def has(self, quirk: Quirk) -> bool:
        return quirk in self.plan.quirks

    def replace(self, file: str, size: int | None = None) -> None:
        """Another paper at the same address; without a size, one of the same length."""
        self.versions[file] = self.versions.get(file, 0) + 1
        self.sizes[file] = size or self.sizes[file]

    def change(self, old: Meeting, **facts: Any) -> None:
        """Say something else of a meeting from now on."""
        self.meetings[self.meetings.index(old)] = replace(old, **facts)

    def watched(self) -> list[Meeting]:
        """Those of the watched committees within the window."""
        first, last = self.today - timedelta(days=BACK), self.today + timedelta(days=AHEAD)
        return [each for each in self.meetings if each.committee < 900 and first <= each.on <= last]

    def due_meetings(self) -> set[tuple[str, date, time, str, str]]:
        names = {each.id: each.name for each in self.committees}
        return {
            (self.id, each.on, each.at, names[each.committee], status_of(each).value)
            for each in self.watched()
        }

    def due(self) -> Iterator[Due]:
        for meeting in self.watched():
            for file, title, is_printed in files_of(meeting):
                if not (is_printed and self.has(Quirk.PAGES_REFUSED)):  # the service knows of no such thing
                    yield Due(council=self.id, meeting=meeting.on, title=title, sha256=self.sha256(file))
            if self.plan.platform == "moderngov" and not self.has(Quirk.NO_SERVICE):
                for item in meeting.items:
                    if item.report is not None and item.report.restricted:
                        yield Due(council=self.id, meeting=meeting.on, title=item.report.title, sha256="")

    def due_texts(self) -> set[tuple[str, date, str]]:
        """Agendas and minutes whose words stand in the page or in the service's answer."""
        if self.plan.platform == "cmis":
            return set()
        texts: set[tuple[str, date, str]] = set()
        for meeting in self.watched():
            if meeting.items:
                texts.add((self.id, meeting.on, "Agenda (text)"))
            if state := minutes_of(meeting):
                # the service says "published" of drafts too
                is_draft = state == "draft minutes" and not self.has(Quirk.PAGES_REFUSED)
                title = "Draft minutes (text)" if is_draft else "Minutes (text)"
                texts.add((self.id, meeting.on, title))
        return texts


def status_of(meeting: Meeting) -> MeetingStatus:
    return MeetingStatus(meeting.statuses[1].lower().replace("confirmed", "scheduled"))


def minutes_of(meeting: Meeting) -> str:
    """ "minutes", "draft minutes" or "" of a meeting."""
    titles = [each.title for each in meeting.printed if each.kind is DocumentKind.MINUTES]
    return titles[0].removeprefix("Printed ") if titles else ""


def files_of(meeting: Meeting) -> Iterator[tuple[str, str, bool]]:
    """Each public file with its title, and whether only the meeting's page lists it."""
    for item in meeting.items:
        for each in (item.report, *item.more):
            if each is not None and not each.restricted:
                yield f"s{each.number}", each.title, False
    for paper in (*meeting.printed, *meeting.supplements):
        yield file_of(meeting, paper), paper.title, True


def file_of(meeting: Meeting, paper: Printed) -> str:
    return f"{paper.letter}{paper.number or meeting.agenda}/{paper.suffix}"


def world(
    *,
    seed: int,
    committees: int,
    reports: tuple[int, int],
    every: int = 14,
    large: int = 3,
    plans: Mapping[str, Plan] = PLANS,
) -> list[Council]:
    """Councils that share so many watched committees, which meet `every` so many days.

    `reports`: of a meeting that has papers, the least and the most.
    """
    made: list[Council] = []
    for place, (name, plan) in enumerate(plans.items()):
        share = committees // len(plans) + (place < committees % len(plans))
        made.append(_council(random.Random(f"{seed} {name}"), name, plan, share, reports, every))
    # A few large papers: memory must not notice them.
    for council in made[:large]:
        council.sizes[next(file for file in council.sizes if file.endswith("/10"))] = LARGE + 2_000_000
    return made


def _council(
    rng: random.Random, name: str, plan: Plan, committees: int, reports: tuple[int, int], every: int
) -> Council:
    watched = [
        Committee(id=100 + number, name=_NAMES[number], category="Scrutiny") for number in range(committees)
    ]
    council = Council(id=name, plan=plan, committees=list(watched), meetings=[], sizes={})
    for committee in watched:
        for days in range(2 - BACK, AHEAD - 6, every):
            on = TODAY + timedelta(days=days + rng.randrange(7))
            council.meetings.append(_meeting(rng, council, committee, on, reports))
        for days in (-80, 120):  # beyond the window
            council.meetings.append(_meeting(rng, council, committee, TODAY + timedelta(days=days), reports))
    planning = Committee(id=900, name="Planning Committee", category="Regulatory")
    council.committees += [planning]
    council.meetings.append(_meeting(rng, council, planning, TODAY, reports))
    if Quirk.EXPIRED in plan.quirks:
        council.committees.append(
            Committee(id=990, name="Health Select Committee", category="Scrutiny", expired=True)
        )
    return council


def _meeting(
    rng: random.Random, council: Council, committee: Committee, on: date, reports: tuple[int, int]
) -> Meeting:
    number = 5000 + 100 * len(council.meetings)
    away = (on - TODAY).days
    status = "Confirmed"
    if council.has(Quirk.STATES) and away > 10:
        status = ("Cancelled", "Moved")[len(council.meetings) % 2]
    at = time(rng.randrange(9, 19), rng.choice((0, 30)))
    bare = Meeting(id=number, committee=committee.id, on=on, at=at, statuses={1: status})
    if away > 10:
        return bare
    minutes = "" if away > -14 else "draft minutes" if away > -28 else "minutes"
    count = rng.randint(*reports)
    items = tuple(_item(rng, council, number * 10 + place, place, minutes) for place in range(1, count + 1))
    if council.plan.platform == "cmis":
        items = tuple(item for item in items if item.report and not item.report.restricted)
    printed = [_printed("Agenda frontsheet", DocumentKind.AGENDA, 0), _printed(_PACK, DocumentKind.PACK, 10)]
    if minutes:
        printed.append(_printed(f"Printed {minutes}", DocumentKind.MINUTES, 1))
    supplements = [
        _printed(f"{title} {on:%d %b}", DocumentKind.PACK, 9, letter="b", number=number + 50 + place)
        for place, title in enumerate(("Addendum", "Late Material")[: rng.randrange(3)])
    ]
    meeting = Meeting(
        id=number,
        committee=committee.id,
        on=on,
        at=at,
        statuses={1: status},
        items=items,
        printed=tuple(printed),
        supplements=tuple(supplements),
        choose=council.has(Quirk.CHOICE_PAGES),
    )
    for file, _, is_printed in files_of(meeting):
        council.sizes[file] = min(int(rng.lognormvariate(11.3, 0.8)), 900_000) + 200
        if is_printed and file.endswith("/10"):  # a pack repeats the reports
            council.sizes[file] = sum(council.sizes[f"s{i.report.number}"] for i in items if _public(i))
    return meeting


_PACK = "Agenda reports pack"


def _public(item: Item) -> bool:
    return item.report is not None and not item.report.restricted


def _item(rng: random.Random, council: Council, number: int, place: int, minutes: str) -> Item:
    title = f"{rng.choice(_TOPICS)}, part {place}"
    blank = "\r\n " if council.has(Quirk.BROKEN_HREFS) else " "
    restricted = rng.random() < 0.03
    report = Attached(
        number=number,
        title=f"{title} (exempt)" if restricted else title,
        file=f"Report{blank}{place} of many.pdf",
        papers={1: "x"},
        restricted=restricted,
    )
    return Item(
        id=number,
        number=place,
        title=title,
        text="To consider a report on services in the area and what comes of them.",
        minutes="RESOLVED that the report be noted." if minutes else "",
        report=report,
    )


def _printed(title: str, kind: DocumentKind, suffix: int, *, letter: str = "g", number: int = 0) -> Printed:
    return Printed(
        title=title,
        file=f"{title}.pdf",
        kind=kind,
        suffix=suffix,
        papers={1: "x"},
        letter=letter,
        number=number,
    )
