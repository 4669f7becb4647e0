"""What every engine brings: opening, writing what is new, the full-text index, care of the database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pipeline.ports import Leases, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import URL, Connection, Engine, Table


NUL_SHOWN = "\ufffd"  # in place of a NUL, which PostgreSQL keeps in no text
INDEX_KEYS = "index keys"  # the mark that says with which keys PostgreSQL's index was made


class Where(Enum):
    """In which words of a page to look."""

    ANY = "its text, the words that its line-end hyphens broke, and those at its turn"
    OWN = "its text and the words that its line-end hyphens broke"
    TEXT = "its text alone"


@dataclass(frozen=True, slots=True)
class Said:
    """Words that are together: one blank between. With `goes_on` the last may be the beginning of one."""

    words: str
    goes_on: bool = False
    where: Where = Where.ANY


@dataclass(frozen=True, slots=True)
class Beside:
    """Two phrases in either order, at most `reach` words between them."""

    left: Said
    right: Said
    reach: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """Pages that the index has under this label: a word of its own, see `fts.label`."""

    label: str


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class But:
    wanted: Match
    unwanted: Match


Match: TypeAlias = Said | Beside | Labelled | All | AnyOf | But


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """A page for the index; to take it out again, every word of it must be said again."""

    row: int
    text: str
    mended: str
    turn: str
    labels: str


class PageIndex(Protocol):
    """The full-text index of pages. Rows are numbers; higher is newer."""

    def create(self, connection: Connection) -> None: ...

    def renew(self, connection: Connection, /) -> None:
        """Bring what the database itself does of a search to this version; the pages stay as they are."""
        ...

    def version(self, connection: Connection) -> int:
        """Of the keys that the index was made with."""
        ...

    def note_version(self, connection: Connection, version: int) -> None: ...

    def add(self, connection: Connection, rows: Sequence[IndexRow]) -> None:
        """The lowest row first."""
        ...

    def remove(self, connection: Connection, rows: Sequence[IndexRow]) -> None:
        """As they were added."""
        ...

    def clear(self, connection: Connection) -> None: ...

    def learn(self, connection: Connection, words: Iterable[str]) -> None:
        """Enter words in the table of words."""
        ...

    def forget_removed(self, connection: Connection) -> None:
        """Leave no word of pages that were removed."""
        ...

    def newest(self, connection: Connection, match: Match, low: int, high: int, limit: int) -> list[int]:
        """Rows in [low, high) that match, highest first."""
        ...

    def known(self, connection: Connection, words: Sequence[str]) -> dict[str, int]:
        """On how many pages each word is, for those that are on any."""
        ...

    def fault(self, connection: Connection) -> str:
        """What is wrong with the index in itself, "" where nothing is."""
        ...


class Care(Protocol):
    """Copies, checks, and deleting for good."""

    def backup(self, engine: Engine, target: Path) -> None:
        """Write a consistent copy to a file that is there and empty. Raises OSError or StorageError."""
        ...

    def faults(self, connection: Connection) -> Iterator[str]: ...

    def looks_at_index(self) -> bool:
        """Whether `faults` looks at the full-text index too."""
        ...

    def overwrite_deleted(self, connection: Connection, /) -> None:
        """From here on in this transaction."""
        ...

    def flush(self, engine: Engine, tables: Sequence[str], /) -> None:
        """Let go of old copies of what was deleted from tables; left for later while someone reads."""
        ...


class ArchiveLeases(Leases, Protocol):
    """Leases that whoever writes can hold to."""

    def check(self, connection: Connection, name: str) -> None:
        """Raises LeaseLost where another crawl has a lease, in the transaction that is to write."""
        ...


class Kind(Protocol):
    """An engine. A package with these names is one."""

    @property
    def page_index(self) -> PageIndex: ...

    @property
    def care(self) -> Care: ...

    def named(self, url: URL) -> str:
        """The database, for messages: never with a password."""
        ...

    def is_there(self, url: URL) -> bool:
        """Whether there is an archive. Raises ConfigError or StorageError."""
        ...

    def make_ready(self, url: URL) -> None:
        """Make what `open_engine` opens. Raises OSError, or ConfigError for what cannot be used."""
        ...

    def open_engine(self, url: URL) -> Engine: ...

    def check(self, connection: Connection, /) -> None:
        """Raises ConfigError for a database that cannot hold an archive."""
        ...

    def keep_new(self, connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
        """Insert a row, unless one with its key is there."""
        ...

    def keep(self, connection: Connection, table: Table, key: str, values: Mapping[str, Any]) -> None:
        """Insert a row, or bring the one with its key up to date."""
        ...

    def giving_up(self, connection: Connection, seconds: float) -> AbstractContextManager[None]:
        """Statements on the connection raise OperationalError after `seconds`."""
        ...

    def last_numbers(self, connection: Connection) -> dict[str, int]:
        """The highest number that each table ever gave to a row, where that is known."""
        ...

    def set_last_numbers(self, connection: Connection, numbers: Mapping[str, int]) -> None:
        """So that none of them is given again."""
        ...

    def at_work(
        self, engine: Engine, alone: Collection[Work], shared: Collection[Work], who: str, /
    ) -> AbstractContextManager[Callable[[], None]]:
        """Keep other machines from the work `alone`, and from `shared` unless they share it too.

        Returns what raises StorageError once they are kept away no more. Raises Busy at once where one is
        at it.
        """
        ...

    def workers(self, connection: Connection, /) -> list[str]:
        """Who is at work, on whichever machine; nobody where only this machine can be."""
        ...

    def leases(self, engine: Engine, who: str, /) -> AbstractContextManager[ArchiveLeases | None]:
        """Returns the leases of a crawl, renewed within the block; None where no other crawl can go on."""
        ...

    def cursor(self, connection: Connection) -> Any:
        """The driver's own cursor, for statements with `?`."""
        ...
