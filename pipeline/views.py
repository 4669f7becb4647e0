"""What the archive answers to people: on the terminal, on the web, as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time  # noqa: TC003 - the types are described to programs at run time
from enum import StrEnum

from pipeline.model import LeftCount, PageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(PageRef):
    """A page that answers a search, with the words for which it was found."""

    snippet: str
    marks: tuple[tuple[int, int], ...]
    concepts: tuple[str, ...]
    withdrawn_on: date | None = None  # when we noticed that its body no longer lists it
    fingerprint: str = ""  # pages with the same say the same, numbers aside; "": too few words to tell


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroHit(PageRef):
    """A mention that a search through the whole archive finds, as an alert would have."""

    day: date  # of its meeting or publication, or when it was first held
    wording: str
    snippet: str
    more: int  # further mentions in this paper that are counted and not listed


class Order(StrEnum):
    """How answers are sorted."""

    DATE = "date"  # of the meeting or the publication, newest first
    RELEVANCE = "relevance"  # among the newest matches, those first that say it most


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many answers fall under a value of a facet."""

    id: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """How the answers spread, most first; where there are very many, how the newest of them spread."""

    bodies: tuple[Count, ...] = ()
    body_kinds: tuple[Count, ...] = ()
    kinds: tuple[Count, ...] = ()  # of paper
    concepts: tuple[Count, ...] = ()
    years: tuple[Count, ...] = ()  # latest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Some of the answers to a search, and how many there are of them."""

    answers: tuple[Answer, ...] = ()
    total: int = 0
    more: bool = False  # there are more than `total`
    about: bool = False  # `total` counts some pages where the phrase may turn out to be on the next one
    facets: Facets = field(default_factory=Facets)
    ranked: int = 0  # by relevance: the best of so many newest matches come first, the others by date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperResults(Results):
    """The same by paper: `answers` has the best page of each."""

    papers: int = 0  # among the pages that are counted
    pages: tuple[int, ...] = ()  # of each paper that answers, how many of its pages are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearly:
    """Pages that have many of the words of a search, and not all."""

    answers: tuple[Answer, ...] = ()
    is_most: bool = True  # more than half of the words are on each
    is_of_one: bool = False  # the search is one word: each has another form of it


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    source: str
    body: str
    committee: str
    meeting_date: date | None
    published_on: date | None
    closes_on: date | None
    kind: str
    title: str
    url: str
    sha256: str
    state: str
    reason: str
    first_seen: datetime
    revisions: int
    pages: int
    document: int
    media_type: str = ""
    meeting: int | None = None
    withdrawn_on: date | None = None  # when we noticed that its body no longer lists it


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    source: str
    body: str
    committee: str
    date: date | None
    time: time | None
    status: str
    place: str
    url: str
    papers: int
    id: int = 0
    source_name: str = ""
    sequence: int = 0  # counts its changes
    first_seen: datetime | None = None
    mentions: int = 0  # of what is watched for, in its papers


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAction:
    """What a person did to a paper of the archive."""

    at: datetime
    document: int
    title: str
    source: str
    action: str  # withhold, restore, remove, move
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRow:
    """A body, as the registry has it or as the sources name it."""

    id: str
    name: str
    kind: str
    region: str = ""
    since: date | None = None
    until: date | None = None
    planned_end: date | None = None
    cluster: str = ""
    former: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    note: str = ""
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """How well one source is followed."""

    id: str
    body: str
    name: str
    kind: str
    region: str
    platform: str
    url: str
    note: str
    state: str
    reason: str
    last_run: datetime | None
    last_success: datetime | None
    last_paper: datetime | None  # when its newest paper was first seen
    every: int  # days within which something new should appear; 0: no rhythm known
    papers: int
    pages: int
    blank: int  # of its pages: those without text
    unread: int  # of its pages: those that were not read, or not in full, though the paper was
    left: tuple[LeftCount, ...] = ()  # what its last run saw and did not take, most first


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """A page without its text."""

    number: int
    label: str
    method: str
    concepts: tuple[str, ...]
    item: str = ""  # of the agenda, where the paper says which


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """One mention of a concept, and where it is."""

    concept: str
    wording: str
    snippet: str
    mark: tuple[int, int]
    at: PageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingCount:
    """How many different passages of a body said a wording in a month."""

    body: str
    wording: str
    month: str  # 2026-11
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCount:
    """How much the papers that we hold now say of a topic, dated or not."""

    mentions: int  # in each paper that has them
    papers: int
    bodies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A paper that is not held, or could not be read, whole or in part."""

    document: int
    title: str
    url: str
    sha256: str
    reason: str
    detail: str
    pages: int  # of a paper that was read otherwise: those that were not read, or not in full


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One crawl."""

    today: date
    started_at: datetime
    ended_at: datetime | None  # None: it is going on, or was killed
    shard: str = ""  # such as 2/4; "" for one that reads all that it is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    papers: int
    pages: int
    pages_by_method: dict[str, int]
    unreadable: tuple[Unreadable, ...]
    hits: int
    hits_by_concept: dict[str, int]
    outbox: dict[str, int]
    pages_with_parts: dict[str, int]  # pages with parts read by OCR, not read, hidden
