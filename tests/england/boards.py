"""The papers page of a board: a site of the generator of papers pages, with a life of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zlib import crc32

from typing_extensions import override

from tests.councils.serving import Reply
from tests.england import paper as papers
from tests.england.seasons import end_of, is_quiet, is_shut, out_by
from tests.england.site import AFTER, BEFORE, FIRST, Due, Truth, window
from tests.papers_generator import matter, site
from tests.papers_generator.build import filled
from tests.papers_generator.choices import Choices, from_seed
from tests.papers_generator.site import find, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Source
    from tests.england.paper import Paper

_SHOWN = timedelta(days=230)  # how long a meeting stays on the page
_THIS_YEAR = 5  # pages in a hundred that show the present financial year alone
# Days from the meeting on which a kind of paper comes out.
_OUT = {"minutes": 41}
_NO_BOARD = 8  # the month
_PAGES = {"agenda": 3, "pack": 190, "item": 14, "minutes": 11, "other": 6}  # the mean, of real papers


# The page of a year that has just begun.
_NOTHING_YET = Reply(
    body=b"<html><head><title>Board papers</title></head><body><main><h1>Board meetings and papers</h1>"
    b"<p>The papers of this year will be here. <a href='/about-us/'>About us</a></p></main></body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A meeting of the generator with the life of each of its papers."""

    meeting: matter.Meeting
    lives: tuple[Paper, ...]  # in the order of its papers

    def on(self, day: date) -> matter.Meeting | None:
        """What the page lists of it on a day; None for nothing."""
        out = [each for each, life in zip(self.meeting.papers, self.lives, strict=True) if life.is_out(day)]
        return replace(self.meeting, papers=tuple(out)) if out else None


@dataclass(slots=True, kw_only=True)
class Day(site.Site):
    """The site on one day. What an address names is for ever, whatever else is listed."""

    host: str
    lives: dict[tuple[date, str, str], Paper]
    life_of: dict[tuple[str, str, str, str], Paper] = field(default_factory=dict)

    @property
    @override
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    @override
    def file_origin(self) -> str:
        return self.origin

    @override
    def number_of(self, meeting: matter.Meeting, paper: matter.Paper) -> int:
        return _number(f"{meeting.day} {meeting.body} {paper.kind} {paper.title}")

    @override
    def page_name(self, meeting: matter.Meeting, place: int) -> str:
        return site.Site.page_name(self, meeting, _number(f"{meeting.day} {meeting.body}"))

    @override
    def _address(self, meeting: matter.Meeting, paper: matter.Paper, number: int) -> str:
        self.matter.rng.seed(number)
        url = site.Site._address(self, meeting, paper, number)
        self.life_of[same(url)] = self.lives[meeting.day, meeting.body, paper.title]
        return url


def _number(what: str) -> int:
    return crc32(what.encode()) % 10_000_000


class BoardSite:
    """The page that one or more lines read: boards in common have one."""

    refuses_head = False

    def __init__(self, sources: Sequence[Source], *, seed: int, scale: float) -> None:
        parts = urlsplit(sources[0].url)
        self.sources = sources
        self.host = parts.netloc
        self.hosts = (self.host,)
        self.name = self.host + parts.path
        self.base = parts.path.rstrip("/") + "/"
        rng = random.Random(f"{seed} {self.name}")
        self.choices = _choices(rng)
        self.listed = list(_listed(self, rng, scale))
        self.shows_this_year = rng.random() < _THIS_YEAR / 100
        self.lives = {
            (each.meeting.day, each.meeting.body, paper.title): life
            for each in self.listed
            for paper, life in zip(each.meeting.papers, each.lives, strict=True)
        }
        self.day = lru_cache(maxsize=2)(self._day)

    def address(self, source: Source) -> str:
        return f"http://{self.host}{self.base}"

    def answer(self, day: date, target: str, host: str) -> Reply | None:
        url, known = f"http://{self.host}{target}", self.day(day)
        if (life := known.life_of.get(same(url))) is not None:
            body = papers.content(life, life.version(day))
            return Reply(body=body, headers={"Content-Type": "application/pdf"})
        if (answer := find(known.pages, url)) is None:
            return _NOTHING_YET if target == self.base else None
        if answer.to:
            return Reply(status=302, headers={"Location": answer.to})
        return Reply(body=answer.body, headers={"Content-Type": answer.media_type})

    def is_shut(self, day: date) -> bool:
        return is_shut(self.sources, day)

    def papers(self) -> Iterator[Due]:
        for source in self.sources:
            for each in self.listed:
                for life in each.lives:
                    yield Due(line=source.id, paper=life, day=each.meeting.day.isoformat())

    def truth(self, day: date) -> Truth:
        if self.is_shut(day):
            return Truth()
        known, due = self.day(day), []
        for address, said in known.truth.items():
            life = known.life_of[address]
            for source in self.sources:
                since, until = window(source, day)
                if since.isoformat()[: len(said.day)] < said.day <= until.isoformat():
                    due.append(Due(line=source.id, paper=life, day=said.day))
        return Truth(due=due)

    def _day(self, day: date) -> Day:
        first = day - _SHOWN
        if self.shows_this_year:
            first = max(first, date(day.year - ((day.month, day.day) < (4, 1)), 4, 1))
        shown = [each for each in self.listed if first <= each.meeting.day]
        meetings = [found for each in shown if (found := each.on(day)) is not None]
        if self.choices.order == "newest first":
            meetings.reverse()
        name = self.sources[0].name
        made = Day(
            choices=self.choices,
            host=self.host,
            lives=self.lives,
            matter=matter.Matter(
                name=name,
                kind=self.sources[0].kind,
                slug=self.sources[0].id,
                board=self.listed[0].meeting.body,
                meetings=tuple(meetings),
                today=day,
                rng=random.Random(self.name),
            ),
        )
        return filled(made, self.base)


def _choices(rng: random.Random) -> Choices:
    """One way to lay out a page, of those whose files are on the site itself."""
    while True:
        choices = from_seed(rng.randrange(1_000_000))
        if choices.apart == "none" and choices.extras != "zip":
            return replace(choices, hosts="own", irregular=())


def _listed(of: BoardSite, rng: random.Random, scale: float) -> Iterator[Listed]:
    """Every meeting, the earliest first: the board's every other month, its committees' in between."""
    kind = "icb" if of.sources[0].kind == "icb" else "trust"
    board = "Boards in common" if of.choices.committees == "in common" else rng.choice(matter.BOARDS[kind])
    bodies = [board]
    if of.choices.committees in {"mixed", "by group"}:
        bodies += rng.sample(matter.COMMITTEES, 2)
    weekday, week = rng.choice((1, 2, 3, 3)), rng.choice((2, 3, 4))
    first = (FIRST - BEFORE).replace(day=1)
    numbers = dict.fromkeys(bodies, 0)
    for month in range((BEFORE + AFTER).days // 30):
        for place, body in enumerate(bodies):
            if (month + place) % 2:
                continue
            at = first.year * 12 + first.month - 1 + month
            day = date(at // 12, at % 12 + 1, 1)
            day += timedelta(days=(weekday - day.weekday()) % 7 + 7 * (week - 1))
            while is_quiet(day) and day.month != _NO_BOARD:
                day -= timedelta(days=7)
            if day.month == _NO_BOARD or day > end_of(of.sources):
                continue
            numbers[body] += 1
            yield _one(of, rng, day, body, board, numbers[body], scale)


def _one(
    of: BoardSite, rng: random.Random, day: date, body: str, board: str, number: int, scale: float
) -> Listed:
    # Of a meeting long ago all is out.
    drawn = matter.papers_of(of.choices, matter.TODAY - timedelta(days=90), rng)
    out = tuple(replace(each, suffix="") for each in drawn)
    agenda = out_by(day - timedelta(days=rng.choice((5, 6, 7, 7, 8))))
    lives = [
        papers.drawn(
            rng,
            f"{of.name} {day} {body} {each.kind} {each.title}",
            shown=day + timedelta(days=_OUT[each.kind]) if each.kind in _OUT else agenda,
            meets_on=day,
            pages=_PAGES[each.kind] * rng.lognormvariate(-0.2, 0.6),
            scale=scale,
        )
        for each in out
    ]
    committee = "" if body == board else body
    meeting = matter.Meeting(day=day, body=body, committee=committee, papers=out, number=number)
    return Listed(meeting=meeting, lives=tuple(lives))
