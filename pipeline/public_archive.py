"""The archive as the web reads it. Answers are for anyone: nothing of the readers is behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import Path

    from pipeline.archive_log.checkpoint import SignedRoot
    from pipeline.archive_log.views import Inclusion, ShownLogEntry
    from pipeline.areas.left_out import LeftOut
    from pipeline.areas.neighbours import ItemGaps
    from pipeline.changes import ChangeKind, ChangeRow
    from pipeline.evidence.case import Case
    from pipeline.lineage import Lineage
    from pipeline.matching.firm_record import FirmRecord
    from pipeline.matching.query import Query
    from pipeline.meetings.calendar_entry import Coming
    from pipeline.meetings.lateness import MeetingLateness
    from pipeline.model import Account, Hit, Page, PageRef, Revision
    from pipeline.radar import NewNames
    from pipeline.views import (
        Answer,
        BodyRow,
        Count,
        MeetingRow,
        MentionRow,
        Nearly,
        Order,
        PageLine,
        PaperResults,
        PaperRow,
        Results,
        SourceRow,
        TopicCount,
        Totals,
        Unreadable,
        WordingCount,
    )
    from pipeline.wrong_hits import WrongHit

_T = TypeVar("_T")


class PublicArchive(Protocol):
    def recall(self, name: Hashable, ask: Callable[[], _T], seconds: float | None = None) -> _T:
        """Returns what `ask` made, or what it made of the same name some `seconds` ago, few unless given."""
        ...

    # ---- searching

    def find(self, query: Query, limit: int = 20, skip: int = 0) -> Sequence[Answer]:
        """Pages that answer, newest meeting first; limit 0 is all of them."""
        ...

    def look(self, query: Query, limit: int = 20, skip: int = 0, *, order: Order = ...) -> Results:
        """As `find`, with how many there are and how they spread. Raises QueryError where that takes long."""
        ...

    def look_by_paper(
        self, query: Query, limit: int = 20, skip: int = 0, *, order: Order = ...
    ) -> PaperResults:
        """As `look`, with the best page of each paper alone, and how many pages of it answer."""
        ...

    def nearly(self, query: Query, limit: int = 10) -> Nearly:
        """Pages with some of the words, where few have all. Raises QueryError where that takes long."""
        ...

    def suggest(self, query: Query, known: Collection[str] = ()) -> str:
        """Returns the query with words that are nowhere put right; "" where there is nothing to put right.

        Words that are `known` are right though no page says them.
        """
        ...

    def account(self, query: Query | None = None) -> Account:
        """What can be looked in: all of the archive, or what the filters of a query let through."""
        ...

    # ---- papers and their pages

    def papers(
        self, *, source: str = "", body: str = "", limit: int = 0, skip: int = 0
    ) -> Sequence[PaperRow]: ...

    def paper(self, document: int) -> PaperRow | None: ...

    def revisions(self, document: int) -> Sequence[Revision]:
        """Every change of a paper's bytes, oldest first."""
        ...

    def pages(self, sha256: str) -> Sequence[Page]: ...

    def pages_near(self, sha256: str, number: int) -> Mapping[int, Page]:
        """A page with its parts, and those next to it, by number; those that are there."""
        ...

    def lines(self, sha256: str) -> Sequence[PageLine]:
        """The pages without their text."""
        ...

    def hits(self, *sha256: str) -> Sequence[Hit]:
        """What is said in these files, in the order of their pages."""
        ...

    def hidden_hits(self, sha256: str) -> Sequence[WrongHit]:
        """What is no hit of this file any more, since readers said that it is not about its topic."""
        ...

    def original(self, sha256: str) -> AbstractContextManager[Path]:
        """The file with the paper's bytes. Raises FileNotFoundError and StorageError."""
        ...

    def elsewhere(self, paper: PaperRow, number: int) -> Sequence[PageRef]:
        """Other papers in which the text of this page is too."""
        ...

    def said_elsewhere(self, paper: PaperRow, number: int) -> Mapping[str, Sequence[PageRef]]:
        """For each passage flagged on this page, by its hash, the other papers that say it too."""
        ...

    def passage(self, passage: str) -> str:
        """The words of a passage by its hash, as they are quoted; "" where it is not known."""
        ...

    def trace(self, passage: str) -> Lineage | None:
        """Who says a passage, or nearly so; None where it is too short. Raises QueryError out of time."""
        ...

    # ---- bodies and their meetings

    def bodies(self) -> Mapping[str, str]:
        """Name by id of every body of which a paper is held."""
        ...

    def registry(self) -> Mapping[str, BodyRow]:
        """Every body that is known, by id."""
        ...

    def meetings(
        self, *, source: str = "", body: str = "", since: date | None = None, until: date | None = None
    ) -> Sequence[MeetingRow]: ...

    def meetings_of_committee(self, meeting: int) -> Sequence[MeetingRow]:
        """Every meeting of the committee that holds this one, by date; empty if it is not known."""
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

    # ---- days ahead

    def coming(self, since: date, body: str = "") -> Sequence[Coming]:
        """Meetings from a day on and last days of consultations, soonest first, withdrawn meetings too."""
        ...

    def closing(self, *, since: date, until: date | None = None, body: str = "") -> Sequence[PaperRow]:
        """Consultations by their last day, soonest first; both days are included."""
        ...

    def changes(
        self,
        *,
        since: date | None = None,
        bodies: Collection[str] = (),
        kinds: Collection[ChangeKind] = (),
        limit: int = 0,
        skip: int = 0,
    ) -> Sequence[ChangeRow]:
        """What happened to papers and meetings since a day, the latest first; limit 0 is all of it."""
        ...

    def lateness(
        self, since: date, until: date, bodies: Collection[str] = (), meeting: int | None = None
    ) -> Sequence[MeetingLateness]:
        """Whether the papers of meetings on these days were out in time, by date; both days are included."""
        ...

    # ---- who left a subject out

    def areas(self) -> Mapping[str, str]:
        """The boards whose areas are known, by id, each with its name."""
        ...

    def in_areas(self) -> Mapping[str, Sequence[str]]:
        """The bodies of each board's area, without the board."""
        ...

    def left_out(
        self, area: str, month: str, *, subject: str, concept: str = "", query: Query | None = None
    ) -> LeftOut:
        """Which bodies of an area said a concept, or what answers a query, in a month, and which did not.

        Raises ConfigError for an area that is not known, ValueError for what is no month, QueryError where a
        query takes long.
        """
        ...

    def neighbours(self, meeting: int, most: int = ...) -> Sequence[ItemGaps]:
        """Returns, by item of a meeting, what neighbours say on its subjects and its papers do not.

        Of each topic of an item it gives the `most` sentences, or all with 0.
        Raises ConfigError for a meeting that there is not.
        """
        ...

    def firm(self, called: tuple[str, ...]) -> FirmRecord:
        """What the papers say of a firm, by all its names."""
        ...

    # ---- what is watched for

    def concepts(self) -> Mapping[str, str]:
        """Label by id of every concept that is watched for."""
        ...

    def mentions(
        self,
        concept: str = "",
        body: str = "",
        limit: int = 20,
        *,
        oldest: bool = False,
        since: datetime | None = None,
        wordings: tuple[str, ...] = (),
    ) -> Sequence[MentionRow]:
        """Returns the latest mentions, each passage once, or the first of each topic by each body.

        With `since` of papers that came after it. With `wordings` only what is said in these words.
        """
        ...

    def count(self, concept: str) -> TopicCount:
        """Mentions of a topic, the papers that have them, and their bodies."""
        ...

    def said(self, concept: str) -> Sequence[WordingCount]:
        """A concept through time, by body, wording and month."""
        ...

    def new_names(self) -> NewNames | None:
        """What the last look for new names found; None where nobody has looked."""
        ...

    # ---- how well the archive is kept

    def sources(self) -> Sequence[SourceRow]: ...

    def totals(self) -> Totals: ...

    # ---- the archive's own log

    def log_root(self) -> SignedRoot | None:
        """The newest signed root; None where none was signed yet."""
        ...

    def log_entries(self, most: int) -> Sequence[ShownLogEntry]:
        """The newest entries, the last first."""
        ...

    def log_proof(self, number: int, size: int) -> Inclusion:
        """Raises ConfigError where there is no such entry."""
        ...

    def log_root_at(self, size: int) -> bytes:
        """Raises ConfigError where the log never had this size."""
        ...

    def log_consistency(self, old: int, new: int) -> Sequence[bytes]:
        """Raises ConfigError where no proof leads from one to the other."""
        ...

    def evidence(self, document: int, sha256: str, pages: Collection[int]) -> Case:
        """Returns what a pack of a paper is made of; without `pages`, all that something is said on.

        Raises ConfigError where the log was not signed yet, or since the paper changed.
        """
        ...

    def evidence_of(self, asked: str, places: Iterable[tuple[int, str, int]]) -> Case:
        """Returns the same of several: paper, SHA-256 and page; page 0 is all that something is said on.

        What cannot be packed is named in it, the rest is packed; ConfigError where nothing can be.
        """
        ...

    def clock_ran_back(self) -> Sequence[str]:
        """Where the clock ran back between two signed roots."""
        ...

    def unreadable(self, limit: int = 0, skip: int = 0) -> tuple[Sequence[Unreadable], int]:
        """Papers that could not be read, or not in full, and how many there are in all."""
        ...
