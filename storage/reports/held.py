"""What the archive holds, for people and for digests. Each answer is one consistent view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.areas import left_out as omissions
from pipeline.areas.neighbours import SHOWN
from pipeline.meetings.lateness import judged
from pipeline.where import EVERYWHERE
from storage import bodies
from storage.reports import (
    account,
    changes,
    firms,
    lateness,
    left_out,
    machine,
    meetings,
    neighbours,
    papers,
    source_health,
    spread,
    totals,
)
from storage.search_index import retro_search
from storage.search_index.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date, datetime, timedelta

    from pipeline.areas.left_out import LeftOut
    from pipeline.areas.neighbours import ItemGaps
    from pipeline.changes import ChangeKind, ChangeRow
    from pipeline.health.account import Scope
    from pipeline.health.machine import Machine
    from pipeline.matching.firm_record import FirmRecord
    from pipeline.matching.query import Query
    from pipeline.meetings.lateness import MeetingLateness
    from pipeline.model import Account, Ahead, Hit, Page, SourceHealth, WatchList
    from pipeline.views import BodyRow, MeetingRow, PaperRow, RetroHit, SourceRow, Totals, Unreadable
    from pipeline.where import BodyPart, Where
    from storage.database import Database
    from storage.reports.spread import Month


class Reports:
    def __init__(self, database: Database) -> None:
        self._database = database

    def papers(
        self, *, source: str = "", body: str = "", document: int | None = None, limit: int = 0, skip: int = 0
    ) -> list[PaperRow]:
        """Papers by date, newest first; limit 0 is all of them."""
        with self._database.reading() as connection:
            return papers.listed_papers(
                connection, source=source, body=body, document=document, limit=limit, skip=skip
            )

    def meetings(
        self, *, source: str = "", body: str = "", since: date | None = None, until: date | None = None
    ) -> list[MeetingRow]:
        """Meetings by date; from `since` to `until` where given, both included."""
        with self._database.reading() as connection:
            return meetings.meetings(connection, source=source, body=body, since=since, until=until)

    def ahead(
        self, today: date, until: date, where: Where = EVERYWHERE, topics: Collection[str] | None = None
    ) -> list[Ahead]:
        """Returns meetings still to come and consultations that close, soonest first.

        Each with the mentions of `topics` in its papers; None: of every concept.
        """
        with self._database.reading() as connection:
            return meetings.ahead(connection, today, until, where, topics)

    def part_names(self, parts: Collection[BodyPart]) -> dict[BodyPart, str]:
        """What committees, meetings and papers are called; those that there are not are left out."""
        with self._database.reading() as connection:
            return meetings.part_names(connection, parts)

    def calendar(self, since: date, where: Where = EVERYWHERE) -> list[tuple[Ahead, int]]:
        """Meetings and consultations from a day on, each with how often it has changed."""
        with self._database.reading() as connection:
            return meetings.calendar(connection, since, where)

    def changes(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        where: Where = EVERYWHERE,
        kinds: Collection[ChangeKind] = (),
        came: datetime | None = None,
        limit: int = 0,
    ) -> list[ChangeRow]:
        """Returns what happened to papers and meetings in a period, the last first; limit 0 is all.

        With `came` only what was seen after that instant.
        """
        with self._database.reading() as connection:
            return changes.changed(
                connection, since=since, until=until, where=where, kinds=kinds, came=came, limit=limit
            )

    def lateness(
        self, since: date, until: date, bodies: Collection[str] = (), meeting: int | None = None
    ) -> list[MeetingLateness]:
        """Whether the papers of meetings on these days were out in time, by date; both days are included."""
        with self._database.reading() as connection:
            return [
                judged(each) for each in lateness.looks_at_papers(connection, since, until, bodies, meeting)
            ]

    def areas(self) -> dict[str, str]:
        """The boards whose areas are known, by id, each with its name."""
        with self._database.reading() as connection:
            return left_out.areas(connection)

    def in_areas(self) -> dict[str, list[str]]:
        """The bodies of each board's area, without the board."""
        with self._database.reading() as connection:
            return left_out.in_areas(connection)

    def left_out(
        self, area: str, month: str, *, subject: str, concept: str = "", query: Query | None = None
    ) -> LeftOut:
        """Which bodies of an area said a concept, or what answers a query, in a month, and which did not.

        Raises ConfigError for an area that is not known, ValueError for what is no month, QueryError where a
        query takes long.
        """
        first, end = omissions.days_of(month)
        with self._database.reading() as connection:
            members = left_out.members(connection, area)
            read = left_out.months_read(connection, members, first, end)
            said = left_out.quotes(connection, members, concept, first, end) if concept else {}
        if query is not None:
            said = left_out.pages_answering(Search(self._database), members, query, first, end)
        rows = [omissions.stance_of(row, *said.get(body, (0, []))) for body, row in read.items()]
        return omissions.LeftOut(
            area=area,
            area_name=read[area].body_name,
            month=month,
            subject=subject,
            concept=concept,
            query=query.text if query else "",
            bodies=omissions.by_stance(rows),
        )

    def neighbours(self, meeting: int, most: int = SHOWN) -> list[ItemGaps]:
        """Returns, by item of a meeting, what neighbours say on its subjects and its papers do not.

        Of each topic of an item it gives the `most` sentences, or all with 0.
        Raises ConfigError for a meeting that there is not.
        """
        with self._database.reading() as connection:
            return neighbours.items(connection, meeting, most)

    def firm(self, called: Sequence[str]) -> FirmRecord:
        """What the papers say of a firm, by all its names."""
        with self._database.reading() as connection:
            return firms.firm_record(connection, called)

    def health(self) -> list[SourceHealth]:
        """How each source is; those with faults first."""
        with self._database.reading() as connection:
            return source_health.health(connection)

    def problems(self) -> dict[str, list[str]]:
        """By source: the single pages and papers that failed in its last run, as they were said."""
        with self._database.reading() as connection:
            return source_health.problems(connection)

    def sources(self) -> list[SourceRow]:
        """How well each source is followed; those with faults first."""
        with self._database.reading() as connection:
            return source_health.sources(connection)

    def account(self, scopes: Sequence[Scope] = (), since: datetime | None = None) -> Account:
        """What was looked at and what is held: of these scopes, or of all; with `since`, from then on."""
        with self._database.reading() as connection:
            return account.account(connection, scopes, since)

    def machine(
        self,
        now: datetime,
        rhythm: timedelta,
        *,
        running: str = "",
        free: int | None = None,
        most_missed: float = 1.0,
    ) -> Machine:
        """How the machine is, as far as the archive knows it."""
        with self._database.reading() as connection:
            return machine.machine(
                connection, now, rhythm, running=running, free=free, most_missed=most_missed
            )

    def bodies(self) -> list[BodyRow]:
        """Every body: those of the registry, and those that only a source names."""
        with self._database.reading() as connection:
            return bodies.every(connection)

    def bodies_of_sources(self) -> list[str]:
        with self._database.reading() as connection:
            return bodies.of_sources(connection)

    def hunt(
        self, find: Callable[[Sequence[Page]], Sequence[Hit]], rule: Query | None = None
    ) -> list[RetroHit]:
        """What a matcher finds in every paper that is held now, oldest first; `rule` narrows the papers."""
        with self._database.reading() as connection:
            return retro_search.hunt(connection, find, rule)

    def papers_with(
        self,
        watch: WatchList,
        rule: Query | None,
        since: date,
        find: Callable[[Sequence[Page]], Sequence[Hit]] | None = None,
    ) -> list[date]:
        """Returns the day of each paper since then in which a watch list would have found something.

        `find` looks for its concepts now; without it, what was flagged with them counts.
        """
        with self._database.reading() as connection:
            return retro_search.papers_with(connection, watch, rule, since, find)

    def spread(self, concept_id: str) -> list[Month]:
        """By body, in the order in which they first said it, month by month."""
        with self._database.reading() as connection:
            return spread.months(connection, concept_id)

    def unreadable(self, limit: int = 0, skip: int = 0) -> tuple[list[Unreadable], int]:
        """Papers that could not be read, or not in full, and how many there are in all."""
        with self._database.reading() as connection:
            every = totals.unreadable(connection)
        return every[skip : skip + limit if limit else None], len(every)

    def totals(self) -> Totals:
        with self._database.reading() as connection:
            return totals.totals(connection)
