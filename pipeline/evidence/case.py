"""What a pack is made of, as the archive gives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.model import KEPT_BACK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.archive_log.checkpoint import SignedRoot
    from pipeline.archive_log.views import Inclusion
    from pipeline.model import Page
    from pipeline.ports import Opened

MOST_PAGES = 500  # with their pictures
MOST_BYTES = 20 * 1024**3  # of originals


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words on a page: offsets are characters of its text."""

    start: int
    end: int
    why: str  # the concept or the query that found them
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A paper that a pack is to prove: one version of it, and these of its pages."""

    paper: int
    sha256: str = ""  # of the version; "": the newest
    pages: Mapping[int, Sequence[Quote]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCase:
    page: Page
    index: int  # among the pages of its file, from 0
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCase:
    """All that the archive holds of one paper. The records are those whose hashes are in the log."""

    paper: int
    state: str
    reason: str  # for which it is kept back
    title: str
    url: str
    body_name: str
    committee: str
    day: date | None  # of its meeting, or on which it was published
    about: Mapping[str, Any]  # the body, as we know it: not in the log
    record: Mapping[str, Any]
    meeting: Mapping[str, Any] | None
    revisions: tuple[Mapping[str, Any], ...]  # oldest first
    revision: Mapping[str, Any] | None  # the one whose bytes are in the pack
    original: Opened | None
    media_type: str
    reading: Mapping[str, Any] | None
    mentions: Mapping[str, Any]  # of the concepts, in the whole file
    page_hashes: tuple[bytes, ...]
    pages: tuple[PageCase, ...]
    entries: tuple[Inclusion, ...]  # of the log, oldest first

    @property
    def is_kept_back(self) -> bool:
        return self.state in KEPT_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    asked: str  # what the pack was asked for, in words
    root: SignedRoot
    papers: tuple[PaperCase, ...]
    roots_said: tuple[str, ...] = ()  # where the clock ran back
    left: tuple[str, ...] = ()  # what was asked for and cannot be packed, with why
