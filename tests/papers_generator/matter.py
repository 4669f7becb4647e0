"""What a site has to tell, before any markup: a body, its committees, meetings and papers. All invented."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.papers_generator.choices import CONTAINERS

if TYPE_CHECKING:
    from tests.papers_generator.choices import Choices

TODAY = date(2026, 11, 21)
SINCE = date(2025, 1, 1)
UNTIL = TODAY + timedelta(days=84)

PLACES = (
    *(
        "Marlbrook",
        "Thornwick",
        "Ashmere",
        "Coldharbour Vale",
        "Wenfleet",
        "Harrowdale",
        "Pennick",
        "Silverholme",
    ),
    *("Otterbourne Water", "Lower Quenby", "Fellgate", "Saltmarsh and Dene", "Northcombe", "Brackenfold"),
)
TRUSTS = ("{} NHS Foundation Trust", "{} Hospitals NHS Trust", "{} Community and Mental Health NHS Trust")
BOARDS = {
    "trust": ("Trust Board", "Board of Directors", "Board"),
    "icb": ("Board", "Integrated Care Board", "ICB Board"),
}
COMMITTEES = (
    "Audit Committee",
    "Finance and Performance Committee",
    "Quality Committee",
    "Primary Care Commissioning Committee",
    "People Committee",
    "Council of Governors",
    "Annual Members' Meeting",
    "Joint Strategy Committee",
    "Policy and Resources Committee",
    "Equality and Complaints Committee",
)
# A title, a word that is only its own, and the kinds that are right for it.
ITEMS = (
    ("Chief Executive's report", "chief executive"),
    ("Finance report month 7", "finance"),
    ("Integrated performance report", "performance"),
    ("Winter plan", "winter"),
    ("Board assurance framework", "assurance"),
    ("Patient story", "patient story"),
    ("Corporate risk register", "risk"),
    ("Learning from deaths, quarter 2", "deaths"),
    ("Maternity services update", "maternity"),
    ("Staff survey action plan", "survey"),
    ("Neighbourhood health programme", "neighbourhood"),
    ("Estates strategy", "estates"),
    ("Appendix A: capital programme", "capital"),
    ("Safe staffing review", "staffing"),
    ("Freedom to Speak Up Guardian report", "speak up"),
    ("Digital and data presentation", "digital"),
    ("Charitable funds annual accounts", "charitable"),
    ("Green plan refresh", "green"),
    ("Chair's report", "chair"),
    ("Guardian of safe working hours", "working hours"),
)
# What stands in a meeting's list and looks like something else: other dates, bodies, standing documents.
TRICKY_ITEMS = (
    ("Finance report to 30 September 2026", "finance"),
    ("Safeguarding annual report 2024/25", "safeguarding"),
    ("Workforce plan 2026-2030", "workforce"),
    ("Quality Committee chair's report", "quality committee"),
    ("Register of directors' interests", "interests"),
    ("Annual report and accounts 2025/26", "annual report"),
    ("Risk management policy for approval", "policy"),
    ("Audit Committee terms of reference", "terms of reference"),
    ("Stage 2: strategy refresh", "strategy"),
    ("Review of the winter of 2025", "winter"),
)
SECTIONS = ("Opening business", "For approval", "Strategy", "Quality and performance", "For information")
AGENDAS = ("Agenda", "Agenda", "Meeting agenda", "Public agenda", "Agenda, public session")
PACKS = (
    *("Papers", "Agenda and papers", "Board papers", "Meeting pack", "Full pack", "Combined papers"),
    *("Public papers", "Agenda pack", "Board pack", "Meeting papers"),
)
MINUTES = (
    "Minutes",
    "Minutes",
    "Confirmed minutes",
    "Draft minutes",
    "Approved minutes",
    "Unconfirmed minutes",
)
LISTED_POLICIES = ("Fertility policy 2026", "Equality annual report 2025/26", "Violence prevention policy")
STANDING = (
    "Standing orders",
    "Register of interests",
    "Terms of reference",
    "Conflicts of interest policy",
    "How to attend our meetings",
    "Standing financial instructions",
)
FOOTER_FILES = (
    "Annual report 2025/26",
    "Modern slavery statement",
    "Gender pay gap report 2026",
    "Privacy leaflet",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    kind: str  # as the key has it: agenda, pack, item, minutes, other
    title: str
    words: tuple[str, ...]  # a title that holds one of them says what the paper is
    also: tuple[str, ...] = ()  # other kinds that are as right
    number: str = ""
    section: str = ""
    mark: str = ""  # revised, superseded
    suffix: str = ""  # of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    day: date
    body: str  # as the site writes it
    committee: str = ""  # where it is not the site's main board
    papers: tuple[Paper, ...] = ()
    note: str = ""  # stands after its date
    said_day: date | None = None  # the weekday that is written with it, where that is wrong
    moved_from: date | None = None
    to_follow: tuple[str, ...] = ()
    is_wrong_in_names: bool = False  # its files carry another year
    number: int = 0  # which of its body's meetings it is
    recording: str = ""  # address of a film of it
    slip: str = "none"  # how its day is misprinted
    policy: str = ""  # what stands after it in a list of everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    name: str
    kind: str
    slug: str
    board: str
    meetings: tuple[Meeting, ...]  # in the order in which they are listed
    standing: tuple[str, ...] = ()
    others: tuple[Meeting, ...] = ()  # of committees that have their own page
    today: date = TODAY
    rng: random.Random = field(repr=False)


def matter_of(choices: Choices) -> Matter:
    rng = random.Random(f"matter {choices.content}")
    place = rng.choice(PLACES)
    kind = rng.choice(("trust", "trust", "icb"))
    name = rng.choice(TRUSTS).format(place) if kind == "trust" else f"NHS {place} Integrated Care Board"
    board = rng.choice(BOARDS[kind])
    if choices.committees == "in common":
        board = rng.choice(("Boards in common", f"{place} and {rng.choice(PLACES)} Boards in Common"))
    bodies = _bodies(choices, board, rng)
    days = _days(choices, rng)
    meetings = [
        _meeting(choices, day, bodies[number % len(bodies)], board, rng) for number, day in enumerate(days)
    ]
    meetings = _irregular(choices, _numbered(meetings), board, rng)
    meetings[0] = _change(meetings[0], papers=(*meetings[0].papers, *_extras(choices)))
    meetings.sort(key=lambda each: each.day, reverse=choices.order == "newest first")
    others = ()
    if choices.committees == "own pages":
        body = rng.choice(COMMITTEES)
        others = tuple(_meeting(choices, day + timedelta(days=5), body, board, rng) for day in days[:2])
    return Matter(
        name=name,
        kind=kind,
        slug=place.lower().replace(" ", "-"),
        board=board,
        meetings=tuple(meetings),
        standing=tuple(rng.sample(STANDING, 3)) if "standing documents" in choices.irregular else (),
        others=others,
        rng=rng,
    )


def _numbered(meetings: list[Meeting]) -> list[Meeting]:
    """Each with its number among those of its body, the first the earliest."""
    inside: dict[str, int] = {}
    found = []
    for each in reversed(meetings):
        inside[each.body] = inside.get(each.body, 0) + 1
        found.append(_change(each, number=inside[each.body]))
    return found[::-1]


def _bodies(choices: Choices, board: str, rng: random.Random) -> list[str]:
    if choices.committees in {"mixed", "by group"}:
        return [board, *rng.sample(COMMITTEES, 2)]
    return [board]


def _days(choices: Choices, rng: random.Random) -> list[date]:
    """Days of meetings, the latest first: every other month, on the body's usual weekday."""
    weekday, week = rng.choice((1, 2, 3, 3)), rng.choice((2, 3, 4))
    year, month, days = 2026, rng.choice((10, 11)), []
    for _ in range(choices.meetings):
        day = date(year, month, 1)
        day += timedelta(days=(weekday - day.weekday()) % 7 + 7 * (week - 1))
        days.append(day)
        month -= rng.choice((1, 2, 2))
        if month < 1:
            year, month = year - 1, month + 12
    return [day for day in days if day >= SINCE]


def _meeting(choices: Choices, day: date, body: str, board: str, rng: random.Random) -> Meeting:
    committee = "" if body == board else body
    papers = papers_of(choices, day, rng)
    if committee:
        papers = tuple(
            _altered(paper, title=paper.title.replace("Board pa", "Committee pa")) for paper in papers
        )
    return Meeting(day=day, body=body, committee=committee, papers=papers)


def papers_of(choices: Choices, day: date, rng: random.Random) -> tuple[Paper, ...]:
    """Returns what is out of a meeting on this day: the minutes of one that was held a while ago, too."""
    suffix = rng.choice(("", "", "", "docx"))
    agenda = Paper(kind="agenda", title=rng.choice(AGENDAS), words=("agenda",), suffix=suffix)
    pack = Paper(kind="pack", title=rng.choice(PACKS), words=("papers", "pack"))
    minutes = Paper(kind="minutes", title=rng.choice(MINUTES), words=("minutes",))
    match choices.stock:
        case "one pack":
            return (pack,)
        case "split packs":
            parts = tuple(
                Paper(kind="pack", title=f"{pack.title} part {part}", words=("papers", "pack"))
                for part in (1, 2)
            )
            return (agenda, *parts)
        case "items":
            chosen = rng.sample(ITEMS, rng.choice((3, 4, 6)))
            if choices.record in CONTAINERS and choices.date_place not in {"link text", "file name"}:
                chosen += rng.sample(TRICKY_ITEMS, rng.choice((0, 1, 2)))
            items = [
                Paper(
                    kind="item",
                    title=title,
                    words=(word,),
                    number=str(number),
                    section=_section(number, chosen),
                )
                for number, (title, word) in enumerate(chosen, start=2)
            ]
            first = Paper(
                kind="agenda", title=agenda.title, words=("agenda",), number="1", section=SECTIONS[0]
            )
            return (first, *items)
        case _:
            held = day < TODAY - timedelta(days=45)
            return (agenda, pack, minutes) if held else (agenda, pack)


def _section(number: int, chosen: list[tuple[str, str]]) -> str:
    return SECTIONS[min(len(SECTIONS) - 1, 1 + (number - 2) * (len(SECTIONS) - 1) // len(chosen))]


def _change(meeting: Meeting, **what: object) -> Meeting:
    return Meeting(**{name: getattr(meeting, name) for name in Meeting.__slots__} | what)


def _altered(paper: Paper, **what: object) -> Paper:
    return Paper(**{name: getattr(paper, name) for name in Paper.__slots__} | what)


def _extras(choices: Choices) -> tuple[Paper, ...]:
    match choices.extras:
        case "questions and answers":
            title = "Questions from the public and our answers"
            return (Paper(kind="other", title=title, words=("questions",), also=("item",)),)
        case "supplementary paper":
            title = "Supplementary paper: winter capacity"
            return (Paper(kind="item", title=title, words=("winter",), also=("other", "pack")),)
        case "glossary":
            return (
                Paper(kind="other", title="Glossary of short forms", words=("glossary",), also=("item",)),
            )
        case "zip":
            return (Paper(kind="pack", title="All papers (zip)", words=("papers",), suffix="zip"),)
        case _:
            return ()


def _irregular(choices: Choices, meetings: list[Meeting], board: str, rng: random.Random) -> list[Meeting]:
    """What is not as usual. The latest meeting stands first in `meetings`."""
    first, *between, last = meetings
    first = _change(first, slip=choices.slip)
    for each in choices.irregular:
        match each:
            case "wrong weekday":
                first = _change(first, said_day=first.day + timedelta(days=rng.choice((-1, 1))))
            case "superseded":
                names_day = choices.content % 3 == 0 and choices.date_place == "label"
                first = _change(first, papers=_superseded(first.papers, first.day if names_day else None))
            case "to follow":
                first = _change(first, to_follow=("Procurement decision",))
            case "earlier minutes":
                first = _change(first, papers=_with_minutes(first.papers, (*between, last)[0].day))
            case "wrong year in file name":
                last = _change(last, is_wrong_in_names=True)
            case "recording":
                last = _change(last, recording="https://www.youtube.com/watch?v=board26")
            case "policies in the list":
                first = _change(first, policy=rng.choice(LISTED_POLICIES))
            case "postponed":
                last = _change(last, moved_from=last.day - timedelta(days=7))
            case _:
                pass
    return [first, *between, last, *_more_meetings(choices, last.day, board)]


def _more_meetings(choices: Choices, after: date, board: str) -> list[Meeting]:
    pack = Paper(kind="pack", title="Agenda and papers", words=("papers",))
    more = {
        "extraordinary": Meeting(
            day=after + timedelta(days=14), body=board, papers=(pack,), note="extraordinary meeting"
        ),
        "cancelled": Meeting(day=after + timedelta(days=20), body=board, note="CANCELLED"),
        "future": Meeting(day=date(2027, 1, 28), body=board, note="papers will be published one week before"),
    }
    return [meeting for name, meeting in more.items() if name in choices.irregular]


def _superseded(papers: tuple[Paper, ...], day: date | None) -> tuple[Paper, ...]:
    last = papers[-1]
    before = day - timedelta(days=5) if day else None
    note = f"version 2, replaces that of {before.day} {before:%B %Y}" if before else "revised"
    revised = _altered(last, title=f"{last.title} ({note})", mark="revised")
    old = _altered(last, title=f"{last.title} (superseded)", mark="superseded")
    return (*papers[:-1], revised, old)


def _with_minutes(papers: tuple[Paper, ...], day: date) -> tuple[Paper, ...]:
    title = f"Minutes of the meeting held on {day.day} {day:%B %Y}"
    return (
        *papers[:1],
        Paper(
            kind="minutes", title=title, words=("minutes",), also=("item",), number="1a", section=SECTIONS[0]
        ),
        *papers[1:],
    )
