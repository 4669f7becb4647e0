"""What the pages read beyond `pipeline.ports.Shelf`: the days ahead, and a body's papers piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

from pipeline import ports

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from pipeline.answers import Count, MentionRow, PaperRow
    from pipeline.coming import Coming


class Shelf(ports.Shelf, Protocol):
    @override
    def mentions(
        self,
        concept: str = "",
        body: str = "",
        limit: int = 20,
        *,
        oldest: bool = False,
        since: datetime | None = None,
    ) -> Sequence[MentionRow]:
        """The latest mentions or the first, each passage once; with `since` of papers that came after it."""
        ...

    def coming(self, since: date, body: str = "") -> Sequence[Coming]:
        """Meetings from a day on and last days of consultations, soonest first, withdrawn meetings too."""
        ...

    def closing(self, *, since: date, until: date | None = None, body: str = "") -> Sequence[PaperRow]:
        """Consultations by their last day, soonest first; both days are included."""
        ...

    def papers_of_meetings(self, meetings: Collection[int]) -> Sequence[PaperRow]: ...

    def papers_of_no_meeting(
        self, body: str, *, since: date | None = None, before: date | None = None, limit: int, skip: int = 0
    ) -> Sequence[PaperRow]:
        """A body's papers that belong to no meeting, newest first."""
        ...

    def years(self, body: str) -> Sequence[Count]:
        """How many papers a body has of each year, latest first."""
        ...
