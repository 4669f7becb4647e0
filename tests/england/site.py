"""What every stand-in site is to the web and to the score, whatever its platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.model import Source
    from tests.councils.serving import Reply
    from tests.england.paper import Paper

FIRST = date(2026, 11, 23)  # the first day that is played, a Monday
BEFORE, AFTER = timedelta(days=120), timedelta(days=480)  # of meetings, about the first day


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A file that a line must come home with."""

    line: str
    paper: Paper
    day: str  # of its meeting, or its month where the site says no more; "" where it belongs to none


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of a site on a day."""

    due: Sequence[Due] = ()  # files that its lines must hold
    texts: Sequence[tuple[str, str, str]] = ()  # line, day and title of papers that are text, not files
    meetings: Sequence[tuple[str, str, str]] = ()  # line, day and status
    is_by_half: bool = False  # the site shows papers to people that it keeps from programs


class Site(Protocol):
    """One web site; it may be that of several lines."""

    @property
    def name(self) -> str:
        """Its own within England."""
        ...

    @property
    def hosts(self) -> Iterable[str]: ...

    @property
    def refuses_head(self) -> bool: ...

    @property
    def sources(self) -> Sequence[Source]:
        """The lines that read it."""
        ...

    def address(self, source: Source) -> str:
        """The address that the line is given."""
        ...

    def answer(self, day: date, target: str, host: str) -> Reply | None:
        """What it says to a request; None where there is nothing."""
        ...

    def is_shut(self, day: date) -> bool:
        """Whether it has gone after the bodies that it was of."""
        ...

    def papers(self) -> Iterable[Due]:
        """Every file that it ever shows."""
        ...

    def truth(self, day: date) -> Truth: ...


def window(source: Source, day: date) -> tuple[date, date]:
    return source.window.around(day)
