"""What the core asks of its edges. A plain module satisfies a Protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import Path

    from pipeline.changes import ChangeRow
    from pipeline.digest import DigestItem
    from pipeline.evidence.collection import Collections
    from pipeline.matching.query import Query
    from pipeline.model import (
        Account,
        Ahead,
        AreaNote,
        Cadence,
        Capture,
        Digest,
        DigestEntry,
        Document,
        FailureReason,
        Fetch,
        Found,
        Hit,
        LeftCount,
        Listing,
        Meeting,
        Message,
        MessageKind,
        Outcome,
        Page,
        PageText,
        Revision,
        SignUp,
        Source,
        SourceState,
        Subscriber,
        WatchList,
    )
    from pipeline.where import BodyPart
    from pipeline.wrong_hits import WrongHit

    Opened = Callable[[], AbstractContextManager[Path]]  # a file that is there as long as the block lasts


class Platform(Protocol):
    """A kind of site, as two pure functions over saved bytes: no network, no engine, no clock."""

    def start(self, source: Source, since: date, until: date) -> Iterable[Fetch]:
        """The first pages to ask for. What `parse` must know of the window goes into their context."""
        ...

    def parse(self, source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
        """What is on a page (status 200). Raises ParseError for a page it does not recognise."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file to read. `name` is for messages only: its type is decided from its bytes."""

    sha256: str
    file: Opened
    name: str = ""
    ended_runs: int = 0  # runs that ended while it was read
    tries: int = 0  # in vain so far, by this version of its reader: the next has wider limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file found inside another (a zip pack, an e-mail): a paper of its own.

    `path` is a temporary file that whoever takes the reading adopts or leaves to be removed.
    """

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that reading a file told us. A failure is a fact: `reason` is set, and pages may still exist."""

    sha256: str
    extractor: str  # "pdf", "docx"…, "" where the type is unknown
    version: str
    media_type: str
    pages: Sequence[PageText] = ()  # in order
    reason: FailureReason | None = None
    detail: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What flagging found in a file."""

    rules: str  # hash of the concepts it was looked through with
    hits: Sequence[Hit]
    of_rules: Sequence[Hit] = ()  # of readers' own queries


class Look(Protocol):
    """How a file is flagged: what its pages, in order, say."""

    def __call__(self, pages: Sequence[Page]) -> Findings: ...


class Extractor(Protocol):
    """One file format. Runs inside a child process with limits; raises ExtractionError."""

    def extract(self, path: Path) -> Iterator[PageText]:
        """Text by page, or by the natural part of a format that has no pages."""
        ...


class Reader(Protocol):
    """Reads files in child processes; survives whatever they do. One Reading a job, in any order."""

    def versions(self) -> Mapping[str, str]:
        """The current version of each extractor: text made by another version is stale."""
        ...

    def read(self, jobs: Iterable[Job]) -> Iterator[Reading]: ...


class Blobs(Protocol):
    """Files by the SHA-256 of their content. A file under its final name is whole and on disk."""

    def temporary(self) -> Path:
        """A fresh path on the store's own file system, to write to before `adopt`."""
        ...

    def adopt(self, temporary: Path, sha256: str = "") -> tuple[str, int]:
        """Move a finished temporary file in (fsync, rename); answers (sha256, size in bytes)."""
        ...

    def put(self, content: bytes) -> tuple[str, int]: ...

    def opened(self, sha256: str) -> AbstractContextManager[Path]:
        """Returns the file, which is there as long as the block lasts and is not to be written to.

        Raises FileNotFoundError where it is gone, and StorageError where the store does not give it.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the archive already holds of a document: what a conditional request needs."""

    sha256: str
    size: int
    url: str
    etag: str
    last_modified: str
    fetched_at: datetime
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How one source's crawl ended, as its row in the run's log."""

    source_id: str
    state: SourceState
    reason: str = ""  # one sentence for a person
    requests: int = 0
    bytes: int = 0
    meetings: int = 0  # rows seen
    documents: int = 0
    new: int = 0  # documents first seen
    changed: int = 0  # documents seen before, of which other bytes came, or the first
    withdrawn: int = 0  # documents, as those above
    problems: tuple[str, ...] = ()  # single pages or papers that failed while the source went on
    left: tuple[LeftCount, ...] = ()  # in sight and not taken, most first


class CrawlLog(Protocol):
    """What a crawl writes. Each call is one transaction: killed between two, nothing is half there."""

    def begin(self, sources: Sequence[Source], today: date) -> int:
        """Note that a run begins; returns its id."""
        ...

    def held(self, source_id: str, document_key: str) -> Held | None: ...

    def known(self, source_id: str, document_key: str, url: str) -> Sequence[Document]:
        """The papers of a source that have this key or are at this address, oldest first."""
        ...

    def record_meeting(self, run: int, meeting: Meeting) -> Outcome: ...

    def record_document(self, run: int, document: Document) -> Outcome:
        """A paper was listed. Says nothing of its bytes."""
        ...

    def record_revision(self, run: int, revision: Revision) -> Outcome:
        """A paper's bytes came (already adopted by the blobs). UNCHANGED where they are the ones we hold."""
        ...

    def is_kept_back(self, source_id: str, document_key: str) -> bool:
        """Whether a person keeps this paper back or has removed it: it is not fetched."""
        ...

    def record_unmodified(self, run: int, source_id: str, document_key: str) -> None:
        """The server said 304: what we hold is still what is there."""
        ...

    def record_unavailable(self, run: int, source_id: str, document_key: str, reason: str) -> Outcome:
        """Note that a listed paper's address gave no paper. What we hold of it stays.

        Returns UNCHANGED where it gave none for the same reason the last time.
        """
        ...

    def meeting_listings(self, source_id: str, since: date) -> Collection[str]:
        """Returns the keys of the listings that had the source's meetings from this day on."""
        ...

    def usual(self, run: int, source: Source) -> int | None:
        """Returns how many documents this run should see: the median of the last five good runs.

        What those saw and has left the source's window since, or has closed, is not counted. None where there
        was no good run.
        """
        ...

    def finish(
        self,
        run: int,
        report: SourceReport,
        listings: Iterable[Listing],
        in_sight: Collection[str] = (),
    ) -> int:
        """End a source's run. Where it is OK or PARTLY, what its `listings` no longer hold is withdrawn.

        What bears one of the names `in_sight` (`left.names_of`) still is there, in a place that we do not
        read: it is not withdrawn. Returns how many documents were withdrawn.
        """
        ...

    def end(self, run: int) -> None: ...


class Work(Enum):
    """What a process does to an archive, by what it does."""

    CRAWL = "crawls"
    READ = "reads papers"
    SEND = "sends messages"


def lease_of(source_id: str) -> str:
    """The name of a source's lease."""
    return f"source {source_id}"


class Leases(Protocol):
    """Which crawl, of all that fill one archive, reads a source or asks a host now.

    Whoever lets a lease run out may lose it to another crawl. Every call raises StorageError where the
    database does not answer.
    """

    def take(self, name: str) -> bool:
        """Returns whether it is ours now: not while another crawl has it, nor in its pause."""
        ...

    def give_back(self, name: str, pause: float = 0.0) -> None:
        """Nobody can take it again for `pause` seconds. Raises LeaseLost where another crawl has it."""
        ...

    def put_off(self, name: str, seconds: float) -> None:
        """Nobody can take it before these seconds are over."""
        ...


class Channel(Protocol):
    """A way to a reader. Raises DeliveryError; returning means the other side has accepted."""

    def send(self, message: Message) -> None: ...


class TextStore(Protocol):
    """Files to read, and the pages they gave."""

    def pending(self, versions: Mapping[str, str], *, again: bool = True) -> Iterator[Job]:
        """Every file whose text is missing or was made by another version; with `again`, what failed, too."""
        ...

    def take_stock(self) -> None:
        """Count the run that ended against each file that it had in hand. Before any is read."""
        ...

    def take_in_hand(self, jobs: Sequence[Job]) -> None:
        """Note that work on these files begins; `store` lets go of them."""
        ...

    def let_go(self) -> None:
        """No file is in hand any more: this run ended by itself, and none of them is to blame."""
        ...

    def store(self, *readings: Reading, look: Look | None = None) -> Sequence[Hit]:
        """Put each in place of any earlier one, all or none, flagged by `look`; returns the new hits.

        Without `look` they wait to be flagged.
        """
        ...

    def in_papers(self, sha256s: Collection[str]) -> Mapping[str, int]:
        """How many papers have each of these files now; of those that none has any more, nothing."""
        ...

    def pages(self, sha256: str) -> Sequence[Page]: ...


class MentionStore(Protocol):
    """Hits by file, of concepts and of readers' own queries."""

    def pending(self, rules: str) -> Sequence[str]:
        """SHA-256 of every file that was read and not flagged with these rules."""
        ...

    def store(self, findings: Mapping[str, Findings]) -> Sequence[Hit]:
        """Make these the hits of files, by SHA-256, at once; those that were there keep their ids.

        Returns the new ones.
        """
        ...

    def rules(self) -> Mapping[str, Query]:
        """Every query that a reader keeps, by its topic."""
        ...

    def new_rules(self) -> Mapping[str, Query]:
        """Those with which the archive was not yet looked through."""
        ...

    def files(self) -> Iterator[Sequence[Page]]:
        """The pages of each file that was flagged before and in which a new rule could hold."""
        ...

    def store_of_rules(self, sha256: str, hits: Sequence[Hit], topics: Sequence[str]) -> None: ...

    def rules_done(self, topics: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A digest that was tried in vain; `since` is the first day it speaks of."""

    id: int
    since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRight:
    """What a clock that was ahead had put off, and is due again."""

    readers: int = 0  # whose last digest was dated in the future
    messages: int = 0  # that were to wait longer than any message does
    until: date | None = None  # as long would it all have waited


class OutboxStore(Protocol):
    """What each reader was told, and the outbox."""

    def put_right(self, moment: datetime) -> PutRight:
        """Disbelieve days and due times that lie in the future of `moment` and of the clock."""
        ...

    def last_digest_on(self, subscriber: Subscriber) -> date | None: ...

    def period_began(self, subscriber: Subscriber, unsent: Collection[int] = ()) -> datetime | None:
        """The instant from which the next digest tells, in place of the `unsent` ones."""
        ...

    def unsent(self, subscriber: Subscriber) -> Sequence[Waiting]:
        """Digests that the other side surely has not got: the next one takes them in."""
        ...

    def unreported(self, subscriber: Subscriber, unsent: Collection[int] = ()) -> Sequence[DigestItem]: ...

    def enqueue(
        self,
        digest: Digest,
        tellings: Sequence[DigestItem],
        message_id: str,
        content: bytes,
        unsent: Collection[int] = (),
    ) -> bool:
        """Note that the reader is told and queue the message: both or neither. False: it was there."""
        ...

    def due(self, moment: datetime, kind: MessageKind | None = None) -> Iterator[Message]: ...

    def mark_sending(self, message: Message, until: datetime) -> bool:
        """Take it, to send it before `until`. False: someone else has."""
        ...

    def mark_sent(self, message: Message) -> None: ...

    def mark_failed(self, message: Message, answer: str, due_at: datetime, *, uncertain: bool) -> None: ...

    def mark_held(self, message: Message, answer: str, due_at: datetime) -> None:
        """Its content was refused: it waits alone, and no other message takes it in."""
        ...

    def mark_unknown(self, message: Message, answer: str, moment: datetime) -> None:
        """Its address is not known to its server; said on a second day, nothing more goes there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a watch list would have found in papers of the last days, before it is kept."""

    days_30: int  # papers with a mention
    days_365: int
    too_broad: str = ""  # a sentence where it would tell too much to be read; "" where it would not


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLists:
    """What a digest told other than mentions, as the archive has it now."""

    ahead: tuple[Ahead | ChangeRow, ...]  # in the order of the message
    changes: tuple[ChangeRow, ...]
    more_ahead: int  # lines that are counted and not kept
    more_changes: int
    gone_ahead: int  # lines that can no longer be shown
    gone_changes: int
    account: Account  # as it was told
    left_out: tuple[AreaNote, ...]  # without lines


@dataclass(frozen=True, slots=True, kw_only=True)
class GonePassage:
    """A passage that a digest told and that is in no paper now, by what the digest's page is narrowed to."""

    body: str
    topics: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDigest:
    """What one digest told its reader, as far as the archive still holds it."""

    title: str  # as the message has it, of which days it is; "" where those were not kept
    written: datetime  # by the reader's own clock
    entries: tuple[DigestEntry, ...]  # in the order in which the digest has them
    gone: tuple[GonePassage, ...]  # what it told and is not shown any more: withheld or removed
    overtaken: tuple[DigestEntry, ...]  # papers told of before that were replaced or withdrawn, as told then
    overtaken_gone: int  # of these papers: those that can no longer be shown
    lists: ToldLists | None  # None: the message was written before they were kept


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLink:
    """A digest in the list of its reader."""

    name: str  # signed: it opens the digest's page
    title: str  # as the message has it, of which days it is; "" where those were not kept
    written: datetime  # by the reader's own clock


class Readers(Protocol):
    """What the reader pages of the web may do. Tokens come out of addresses: any text may be one.

    A token serves one purpose: to confirm (7 days), to open one's own page, to stop the messages (no end).
    An unknown one gives None or False. Each call is whole or not at all.
    """

    @property
    def collections(self) -> Collections:
        """Pages that readers save."""
        ...

    def preview(self, watch: WatchList) -> Preview:
        """Raises QueryError where its query cannot be read, ConfigError for an unknown concept or body."""
        ...

    def sign_up(
        self,
        address: str,
        watch: WatchList,
        *,
        cadence: Cadence = ...,
        zone: str = ...,
        quiet: bool = ...,
    ) -> None:
        """Ask by e-mail whether the address wants this; nothing else is sent to it before it says so.

        Answers alike whether the address is known or not, so that nobody learns who reads. It waits for the
        mail server at most as long as the settings say. Raises ConfigError for an address that is not valid,
        and as `preview` does.
        """
        ...

    def asked(self, token: str) -> SignUp | None:
        """What a confirmation would begin or has begun: for the page with the button. Changes nothing."""
        ...

    def confirm(self, token: str) -> Subscriber | None:
        """Begin what was asked for and mail its reader the address of their own page; on a POST only.

        A second time it answers the same reader and mails nothing.
        """
        ...

    def reader(self, token: str) -> Subscriber | None: ...

    def mentions(self, token: str, limit: int = 50, skip: int = 0) -> Sequence[DigestEntry]:
        """What this reader was told, the last message first."""
        ...

    def feed(self, token: str, kind: str) -> bytes | None:
        """The feed (atom) or calendar (ics) of the watch list with this token, as it is now."""
        ...

    def digests(self, token: str, limit: int = 20) -> Sequence[DigestLink]:
        """The digests that were written for this reader, the last first."""
        ...

    def digest(self, name: str) -> ToldDigest | None:
        """The digest of a signed name. Whoever has the name may read it and do nothing else."""
        ...

    def wrong_hit(self, sha256: str, concept_id: str, wording: str) -> WrongHit | None:
        """What a reader may say is not about its topic."""
        ...

    def say_wrong(self, sha256: str, concept_id: str, wording: str, address: str) -> WrongHit | None:
        """Count the word of whoever asks from an address, once."""
        ...

    def take_back_wrong(self, sha256: str, concept_id: str, wording: str, address: str) -> WrongHit | None:
        """Take back the word of whoever asks from an address."""
        ...

    def change(self, token: str, *, cadence: Cadence, zone: str, quiet: bool) -> Subscriber | None:
        """Raises ConfigError for an unknown time zone."""
        ...

    def add_watch(self, token: str, watch: WatchList) -> Subscriber | None:
        """Raises as `preview` does. It counts from now."""
        ...

    def change_watch(self, token: str, watch: WatchList) -> Subscriber | None:
        """Put it in place of the one with its id; what was found and not yet told stays to be told."""
        ...

    def pause_watch(self, token: str, watch_id: int, *, paused: bool) -> Subscriber | None:
        """A paused list finds nothing; what it had found is still told."""
        ...

    def copy_watch(self, token: str, watch_id: int) -> Subscriber | None:
        """Keep the same once more, as the last of the lists."""
        ...

    def drop_watch(self, token: str, watch_id: int) -> Subscriber | None: ...

    def part_names(self, parts: Collection[BodyPart]) -> Mapping[BodyPart, str]:
        """What committees, meetings and papers are called; those that there are not are left out."""
        ...

    def resume(self, token: str) -> Subscriber | None:
        """Send messages again to a reader who had stopped them."""
        ...

    def can_stop(self, stop_token: str) -> bool:
        """Whether this stops anybody's messages: for the page with the button. Changes nothing."""
        ...

    def unsubscribe(self, stop_token: str) -> bool:
        """Stop the messages at once, waiting ones too; on a POST only. Lists stay until `remove`."""
        ...

    def remove(self, token: str) -> bool:
        """Forget a reader with everything that is held on them."""
        ...

    def export(self, token: str) -> dict[str, object] | None:
        """Everything that is held on a reader, ready for JSON."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where words are on a page, as shares of its width and height from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class Pictures(Protocol):
    """Pages as they look. Raises ExtractionError where a file cannot be shown."""

    def picture(self, path: Path, page: int, width: int, boxes: Sequence[Box] = ()) -> bytes:
        """The page as PNG, `width` pixels wide, with these boxes drawn on it."""
        ...

    def boxes(self, path: Path, page: Page, spans: Sequence[tuple[int, int]]) -> Sequence[Box]:
        """Where these characters of the page's text are; words over two lines give two boxes."""
        ...
