"""A council of the registry on ModernGov or CMIS: the stand-ins of tests/councils, with a life of its own.

Everything is drawn once, by seed; a day shows what is out on it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.demo.moderngov_council import Attached, Committee, Item, Meeting, Printed
from crawler.platforms.shared.committees import Watched
from pipeline.model import DocumentKind
from tests.councils import cmis, moderngov
from tests.councils.world import Council, Plan, Quirk, file_of, files_of, minutes_of, status_of
from tests.england import paper as papers
from tests.england.paper import Paper
from tests.england.seasons import end_of, is_shut, out_by, sits_on, takes_over
from tests.england.site import AFTER, BEFORE, FIRST, Due, Truth, window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Source
    from tests.councils.serving import Reply

_SCRUTINY = (
    "Health Overview and Scrutiny Committee",
    "Adults and Health Scrutiny Panel",
    "Health and Social Care Select Committee",
)
_BOARD = "Health and Wellbeing Board"
_TOPICS = (
    "Winter plan",
    "Dentistry: who has a place?",
    "Stroke services",
    "Beds",
    "Access to urgent care",
    "The community estate",
    "Public health annual report",
    "Work programme",
)
_PACK = "Agenda reports pack"
# Of a hundred councils, so many have each oddity.
_QUIRKS = {
    Quirk.BROKEN_HREFS: 15,
    Quirk.NO_SERVICE: 8,
    Quirk.ODD_KEYS: 8,
    Quirk.VALIDATORS: 30,
    Quirk.SESSIONS: 3,
    Quirk.CHOICE_PAGES: 10,
    Quirk.NO_HEAD: 8,
    Quirk.EARLIER_PAGE: 20,
}
# After the elections of 2027 so many in a hundred rename a committee, and so many end it and begin another.
_RENAMES, _REPLACES = 10, 10
_ANNUAL = takes_over(2027)
_NEW = timedelta(days=14)  # before it no new committee meets
_VOTE = 60  # in a hundred, in 2027


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A meeting with all that is ever published of it. Files are named as the stand-in names them."""

    id: int
    committee: int
    on: date
    at: time
    agenda: date  # when its agenda, pack and reports come out
    minutes: date
    confirmed: date  # the minutes
    cancelled: date | None
    reports: tuple[tuple[str, Paper], ...]
    files: dict[str, Paper]  # of all, the reports as well

    def meeting(self, day: date, *, choose: bool) -> Meeting:
        """What the site says of it on a day."""
        bare = Meeting(
            id=self.id,
            committee=self.committee,
            on=self.on,
            at=self.at,
            statuses={1: "Cancelled" if self.cancelled and self.cancelled <= day else "Confirmed"},
        )
        if day < self.agenda:
            return bare
        minutes = "" if day < self.minutes else "draft minutes" if day < self.confirmed else "minutes"
        printed = [
            _printed("Agenda frontsheet", DocumentKind.AGENDA, 0),
            _printed(_PACK, DocumentKind.PACK, 10),
            _printed(f"Printed {minutes}", DocumentKind.MINUTES, 1),
        ]
        late = _printed("Addendum", DocumentKind.PACK, 9, letter="b", number=self.id + 50)
        return Meeting(
            id=self.id,
            committee=self.committee,
            on=self.on,
            at=self.at,
            statuses=bare.statuses,
            items=tuple(
                self._item(place, title, paper, day, minutes=minutes)
                for place, (title, paper) in enumerate(self.reports, start=1)
            ),
            printed=tuple(each for each in printed if self._is_out(file_of(bare, each), day)),
            supplements=(late,) if self._is_out(file_of(bare, late), day) else (),
            choose=choose,
        )

    def _item(self, place: int, title: str, paper: Paper, day: date, *, minutes: str) -> Item:
        number = self.id * 10 + place
        is_out = paper.is_out(day)
        report = Attached(number=number, title=title, file=f"Report {place} of many.pdf", papers={1: "x"})
        return Item(
            id=number,
            number=place,
            title=title,
            text="To consider a report on services in the area." + ("" if is_out else " Report to follow."),
            minutes="RESOLVED that the report be noted." if minutes else "",
            report=report if is_out else None,
        )

    def _is_out(self, file: str, day: date) -> bool:
        return file in self.files and self.files[file].is_out(day)


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


@dataclass(slots=True, kw_only=True)
class Day(Council):
    """The council as its site shows it on one day."""

    papers: dict[str, Paper] = field(default_factory=dict)
    line_of: dict[int, str] = field(default_factory=dict)  # who watches a committee
    windows: dict[str, tuple[date, date]] = field(default_factory=dict)  # of each line

    def content(self, file: str) -> bytes:
        return papers.content(self.papers[file], self.papers[file].version(self.today))

    def sha256(self, file: str) -> str:
        return papers.sha256(self.papers[file], self.papers[file].version(self.today))

    def watched(self) -> list[Meeting]:
        def is_due(meeting: Meeting) -> bool:
            line = self.line_of.get(meeting.committee)
            return line is not None and self.windows[line][0] <= meeting.on <= self.windows[line][1]

        return [each for each in self.meetings if is_due(each)]


class CouncilSite:
    """The site of one council, with the joint committees that it hosts."""

    def __init__(self, sources: Sequence[Source], *, seed: int, scale: float) -> None:
        parts = urlsplit(sources[0].url)
        self.sources = sources
        self.host = parts.netloc
        self.hosts = (self.host,)
        self.name = self.host + parts.path
        rng = random.Random(f"{seed} {self.name}")
        self.plan = _plan(sources, rng)
        self.refuses_head = Quirk.NO_HEAD in self.plan.quirks
        self.committees, self.line_of = _committees(sources, rng)
        self.votes = rng.random() < _VOTE / 100
        self.heirs = _heirs(self, rng)
        self.sittings = list(_sittings(self, rng, scale))
        self.day = lru_cache(maxsize=2)(self._day)

    def address(self, source: Source) -> str:
        return source.url.replace("https://", "http://", 1)

    def answer(self, day: date, target: str, host: str) -> Reply | None:
        site = moderngov if self.plan.platform == "moderngov" else cmis
        page = self.sources[0].options.get("meetings_page")
        if page:
            target = target.replace(page, "Meetings.aspx")
        reply = site.answer(self.day(day), target, f"http://{self.host}{self.plan.mount}")
        return None if reply.status == 404 else reply

    def is_shut(self, day: date) -> bool:
        return is_shut(self.sources, day)

    def papers(self) -> Iterator[Due]:
        for each in self.sittings:
            if (line := self.line_of.get(each.committee)) is not None:
                yield from (
                    Due(line=line, paper=paper, day=each.on.isoformat()) for paper in each.files.values()
                )

    def truth(self, day: date) -> Truth:
        council = self.day(day)
        watched = council.watched()
        due = [
            Due(line=self.line_of[meeting.committee], paper=council.papers[file], day=meeting.on.isoformat())
            for meeting in watched
            for file, _, is_printed in files_of(meeting)
            if not (is_printed and council.has(Quirk.PAGES_REFUSED))  # the service knows of no such thing
        ]
        texts = [
            (self.line_of[each.committee], each.on.isoformat(), title)
            for each in watched
            for title in _texts_of(council, each)
        ]
        meetings = [
            (self.line_of[each.committee], each.on.isoformat(), status_of(each).value) for each in watched
        ]
        is_by_half = council.has(Quirk.PAGES_REFUSED)
        return Truth(due=due, texts=texts, meetings=meetings, is_by_half=is_by_half)

    def _committees(self, day: date) -> list[Committee]:
        """With those that others have taken over, which are shown as expired if they have another number."""
        if day < _ANNUAL:
            return self.committees
        kept = [each for each in self.committees if each.id not in self.heirs]
        old = [each for each in self.committees if self.heirs.get(each.id, each).id != each.id]
        return [*kept, *self.heirs.values(), *(replace(each, expired=True) for each in old)]

    def _day(self, day: date) -> Day:
        chooses = Quirk.CHOICE_PAGES in self.plan.quirks
        committees = self._committees(day)
        listed = {each.id for each in committees}
        known = {name: paper for each in self.sittings for name, paper in each.files.items()}
        out = {name: paper for name, paper in known.items() if paper.is_out(day)}
        return Day(
            id=self.name,
            plan=self.plan,
            committees=committees,
            meetings=[
                each.meeting(day, choose=chooses)
                for each in self.sittings
                if each.committee in listed and day - BEFORE <= each.on <= day + timedelta(days=150)
            ],
            sizes={name: paper.size(paper.version(day)) for name, paper in out.items()},
            versions={},
            today=day,
            papers=known,
            line_of=self.line_of,
            windows={each.id: window(each, day) for each in self.sources},
        )


def _texts_of(council: Day, meeting: Meeting) -> Iterator[str]:
    """Agendas and minutes whose words are in the page or in the service's answer."""
    if council.plan.platform == "cmis":
        return
    if meeting.items:
        yield "Agenda (text)"
    if state := minutes_of(meeting):
        # the service says "published" of drafts too
        is_draft = state == "draft minutes" and not council.has(Quirk.PAGES_REFUSED)
        yield "Draft minutes (text)" if is_draft else "Minutes (text)"


def _plan(sources: Sequence[Source], rng: random.Random) -> Plan:
    first = sources[0]
    mount = urlsplit(first.url).path.rstrip("/")
    quirks = {quirk for quirk, share in _QUIRKS.items() if rng.random() < share / 100}
    if first.platform == "cmis":
        quirks = {quirk for quirk in (Quirk.MONTHS, Quirk.VALIDATORS) if rng.random() < 0.4}
        mount = mount.lower()
    elif first.options.get("road") == "service":
        quirks = quirks - {Quirk.NO_SERVICE} | {Quirk.PAGES_REFUSED}
    elif first.options.get("road") == "html":
        quirks |= {Quirk.NO_SERVICE}
    return Plan(platform=first.platform, mount=mount, quirks=frozenset(quirks))


def _committees(sources: Sequence[Source], rng: random.Random) -> tuple[list[Committee], dict[int, str]]:
    """The committees of a site, and which line watches each. Only what the names say decides."""
    made = [Committee(id=90, name="Planning Committee", category="Regulatory")]
    line_of: dict[int, str] = {}
    for source in sources:
        hints = list(source.options.get("ids", ()))
        for name in _names(source, rng):
            number = hints.pop(0) if hints else 100 + len(made)
            made.append(Committee(id=number, name=name, category="Scrutiny"))
            line_of[number] = source.id
        watched = Watched(
            **{name: source.options[name] for name in Watched.__slots__ if name in source.options}
        )
        listed = [each for each in made if watched._has(each.name)]
        wrong = [each.name for each in listed if line_of.get(each.id) != source.id]
        assert not wrong, f"{source.id} watches {wrong} too"
    return made, line_of


def _names(source: Source, rng: random.Random) -> list[str]:
    if joint := source.options.get("joint"):
        area = joint.partition("|")[0]
        return [
            f"{'' if area == 'health' else area.title() + ' '}Joint Health Overview and Scrutiny Committee"
        ]
    if named := source.options.get("committees"):
        return [f"{_plain(each).title()} Joint Health Overview and Scrutiny Committee" for each in named]
    usual = [rng.choice(_SCRUTINY), _BOARD]
    return usual + [_plain(each).capitalize() for each in source.options.get("also", ())]


def _heirs(site: CouncilSite, rng: random.Random) -> dict[int, Committee]:
    """What takes over from a committee in 2027: itself under another name, or another one; by its number."""
    drawn = rng.random() * 100
    scrutiny = [each for each in site.committees if each.name in _SCRUTINY]
    if not scrutiny or site.plan.platform == "cmis" or drawn >= _RENAMES + _REPLACES:
        return {}
    old = scrutiny[0]
    others = [name for name in _SCRUTINY if name not in {each.name for each in site.committees}]
    new = replace(old, name=rng.choice(others), id=old.id if drawn < _RENAMES else 3000)
    site.line_of[new.id] = site.line_of[old.id]
    return {old.id: new}


def _plain(pattern: str) -> str:
    """A name that a pattern of a line matches."""
    return re.sub(r"\\b|\^|\$|\(\?:gmca \)\?", "", pattern).replace("(?:and|&)", "and")


def _sittings(site: CouncilSite, rng: random.Random, scale: float) -> Iterator[Sitting]:
    number = 5000
    for committee in site.committees:
        last = end_of([each for each in site.sources if each.id == site.line_of.get(committee.id)])
        on = FIRST - BEFORE + timedelta(days=rng.randrange(42))
        is_watched = committee.id in site.line_of
        every = 91 if "Board" in committee.name or "Joint" in committee.name else 42 if is_watched else 28
        while on < FIRST + AFTER:
            on += timedelta(days=(rng.choice((1, 2, 3)) - on.weekday()) % 7)
            if is_watched:  # planning has no rest: some meeting is in each month
                on = sits_on(on, votes=site.votes and on.year == _ANNUAL.year)
            if committee.id in site.heirs and _ANNUAL <= on < _ANNUAL + _NEW:
                on += _NEW
            if on > last:
                break
            number += 100
            yield _sitting(site, rng, committee, number, on, scale)
            on += timedelta(days=every - 4 + rng.randrange(8))


def _sitting(
    site: CouncilSite, rng: random.Random, committee: Committee, number: int, on: date, scale: float
) -> Sitting:
    agenda = out_by(on - timedelta(days=rng.choice((7, 7, 8, 8, 9, 6))))
    minutes = on + timedelta(days=rng.randrange(12, 25))
    confirmed = on + timedelta(days=45)
    name = f"{site.name} {number}"

    def drawn(what: str, pages: float, shown: date = agenda) -> Paper:
        return papers.drawn(rng, f"{name} {what}", shown=shown, meets_on=on, pages=pages, scale=scale)

    reports: list[tuple[str, Paper]] = []
    for place in range(1, rng.randint(4, 8)):
        late = rng.random() < 0.05
        shown = on - timedelta(days=2) if late else agenda
        paper = drawn(f"report {place}", rng.lognormvariate(2.5, 0.8), shown)
        reports.append((f"{rng.choice(_TOPICS)}, part {place}", paper))
    fixed = {"gone": None, "replaced": ()}
    plain = {name: getattr(reports[0][1], name) for name in Paper.__slots__}
    files = {f"s{number * 10 + place}": paper for place, (_, paper) in enumerate(reports, start=1)}
    agenda_number = number + 17
    whole = sum(paper.pages for _, paper in reports) + 1
    files[f"g{agenda_number}/0"] = drawn("frontsheet", 3)
    files[f"g{agenda_number}/10"] = Paper(
        **{**plain, **fixed, "name": f"{name} pack", "shown": agenda, "pages": whole, "said": -1}
    )
    # The confirmed minutes stand where the draft ones stood.
    files[f"g{agenda_number}/1"] = Paper(
        **{**plain, **fixed, "name": f"{name} minutes", "shown": minutes, "replaced": (confirmed,),
           "pages": max(1, round(12 * scale)), "said": -1}
    )  # fmt: skip
    if rng.random() < 0.2:
        files[f"b{number + 50}/9"] = drawn("addendum", 8, on - timedelta(days=rng.randrange(1, 4)))
    return Sitting(
        id=number,
        committee=site.heirs[committee.id].id
        if committee.id in site.heirs and on >= _ANNUAL
        else committee.id,
        on=on,
        at=time(rng.randrange(9, 19), rng.choice((0, 30))),
        agenda=agenda,
        minutes=minutes,
        confirmed=confirmed,
        cancelled=on - timedelta(days=rng.randrange(1, 12))
        if rng.random() < 0.02 and site.plan.platform == "moderngov"
        else None,
        reports=tuple(reports),
        files=files,
    )
