"""The stages after the crawl, as loops over what is missing. Each may be killed anywhere and run again."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from pipeline.areas.left_out import ended_since
from pipeline.digest import compose, faults_of, is_due, is_quiet_due, topics
from pipeline.errors import ConfigError, DeliveryError, PaperwatchError, QueryError
from pipeline.health.account import scopes
from pipeline.matching.query_matching import RuleSet
from pipeline.model import Cadence, FailureReason, PartState
from pipeline.ports import Findings, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from pipeline.changes import ChangeRow
    from pipeline.health.account import Scope
    from pipeline.matching.concept_matching import ConceptMatcher
    from pipeline.matching.concepts import Concept
    from pipeline.model import (
        Account,
        Ahead,
        AreaNote,
        Digest,
        Hit,
        Message,
        MessageKind,
        Page,
        Subscriber,
        WatchList,
    )
    from pipeline.ports import Channel, Job, Look, MentionStore, OutboxStore, Reader, TextStore
    from pipeline.where import Where

BATCH_CHARS = 2_000_000
BATCH_FILES = 16  # files noted as in hand at once
MOST_ENDED_RUNS = 3  # of which the later ones had nothing else in hand
BATCH_SECONDS = 2
FLAGGED_AT_ONCE = (
    20  # files: new concepts meet a whole archive, and to be sure of each on the disk takes longest
)
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=24)
SENDING = timedelta(minutes=15)  # longer than a channel takes for one message
# A message whose content was refused waits longer each time, and from the second refusal on is sent smaller.
FIRST_HOLD = timedelta(hours=4)
LAST_HOLD = timedelta(days=7)
NEXT_DAY = timedelta(days=1)
ALIKE = 3  # addresses that are refused in the same words, and none accepted: the words are about us


class Progress(Protocol):
    """Told of each thing done, for a person who waits."""

    def __call__(self, stage: str, done: int, total: int, what: str) -> None: ...


def quiet(stage: str, done: int, total: int, what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What was read, counted as all that is held is counted: a file once in each paper that has its bytes."""

    papers: int
    pages: int
    failed: tuple[tuple[Job, Reading], ...]
    partly: tuple[tuple[Job, str], ...]  # read, but for parts of pages; which these are
    found: Counter[str]  # new hits by concept


def extract(
    texts: TextStore,
    reader: Reader,
    look: Look | None = None,
    progress: Progress = quiet,
    *,
    again: bool = True,
) -> Extracted:
    """Read every file whose text is missing or stale, and the files that were found inside them.

    With `look` they are flagged in the transaction that keeps them; without, they wait for `flag`. With
    `again` what failed before and may pass is tried once more. One file never stops the others for good, even
    where it ends this process. Returns how many were read, and how it went.
    """
    files = papers = pages = 0
    failed: list[tuple[Job, Reading]] = []
    partly: list[tuple[Job, str]] = []
    found: Counter[str] = Counter()
    tried: set[str] = set()
    texts.take_stock()
    try:
        while jobs := {
            job.sha256: job
            for job in texts.pending(reader.versions(), again=again)
            if job.sha256 not in tried
        }:
            tried |= jobs.keys()
            for batch in _read(texts, reader, jobs.values()):
                new = texts.store(*batch, look=look)
                times = texts.in_papers([reading.sha256 for reading in batch])
                found += _by_concept(new, times)
                for reading in batch:
                    files += 1
                    papers += times.get(reading.sha256, 1)
                    pages += times.get(reading.sha256, 1) * len(reading.pages)
                    if reading.reason is not None:
                        failed.append((jobs[reading.sha256], replace(reading, pages=())))
                    elif left := _not_read(reading):
                        partly.append((jobs[reading.sha256], left))
                    progress("Reading", files, len(tried), jobs[reading.sha256].name)
    except (KeyboardInterrupt, PaperwatchError):
        # Nothing in hand is to blame; it is for whatever else ends this process.
        with suppress(PaperwatchError):
            texts.let_go()
        raise
    return Extracted(papers=papers, pages=pages, failed=tuple(failed), partly=tuple(partly), found=found)


def _by_concept(hits: Iterable[Hit], times: Mapping[str, int]) -> Counter[str]:
    """Mentions by concept, each once in each paper that has its file."""
    found: Counter[str] = Counter()
    for hit in hits:
        found[hit.concept_id] += times.get(hit.sha256, 1) * (1 + hit.more)
    return found


def _not_read(reading: Reading) -> str:
    """Which parts of its pages were not read, in a few words."""
    left = [
        (page.number, part) for page in reading.pages for part in page.parts if part.state is PartState.UNREAD
    ]
    if not left:
        return ""
    number, part = left[0]
    pages = len({number for number, _ in left})
    of = f"{pages} of {len(reading.pages)} pages"
    return f"parts of {of}, the first is page {number}: {part.kind}: {part.why}"


def _read(texts: TextStore, reader: Reader, jobs: Collection[Job]) -> Iterator[list[Reading]]:
    """Readings by batch. What was in hand when a run died comes last and by itself."""
    yield from _batches(reader.read(_noted(texts, [job for job in jobs if not job.ended_runs])))
    for job in jobs:
        if job.ended_runs >= MOST_ENDED_RUNS:
            yield [_given_up(job, reader.versions())]
        elif job.ended_runs:
            yield from _batches(reader.read(_noted(texts, [job])))


def _noted(texts: TextStore, jobs: Sequence[Job]) -> Iterator[Job]:
    """The jobs, noted as in hand a handful at a time: each note waits for the disk."""
    for first in range(0, len(jobs), BATCH_FILES):
        handful = jobs[first : first + BATCH_FILES]
        texts.take_in_hand(handful)
        yield from handful


def _given_up(job: Job, versions: Mapping[str, str]) -> Reading:
    return Reading(
        sha256=job.sha256,
        extractor="",
        version=versions.get("", ""),
        media_type="",
        reason=FailureReason.CRASHED,
        detail=f"{job.ended_runs} runs ended while it was read, so it was not tried again",
    )


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Readings to be kept together, since each transaction waits for the disk.

    A batch ends before it holds much text, and before much work could be lost with it; and with members,
    whose files are there until the next reading is asked for.
    """
    batch: list[Reading] = []
    letters = 0
    begun = monotonic()
    for reading in readings:
        begun = begun if batch else monotonic()
        batch.append(reading)
        letters += sum(len(page.text) for page in reading.pages)
        if letters >= BATCH_CHARS or monotonic() - begun >= BATCH_SECONDS or reading.members:
            yield batch
            batch = []
            letters = 0
    if batch:
        yield batch


def looking(mentions: MentionStore, watcher: ConceptMatcher, progress: Progress = quiet) -> Look:
    """Returns how a file is flagged from now on: with every concept, and every reader's own query.

    New queries are looked for first in all that was flagged before they were kept. A query that is kept later
    is new the next time, and is then looked for in what was flagged meanwhile too.
    """
    _look_back(mentions, progress)
    rules = RuleSet(mentions.rules())

    def look(pages: Sequence[Page]) -> Findings:
        return Findings(rules=watcher.rules, hits=watcher.hits(pages), of_rules=rules.hits(pages))

    return look


def flag(
    texts: TextStore, mentions: MentionStore, watcher: ConceptMatcher, progress: Progress = quiet
) -> Counter[str]:
    """Flag what was not yet looked through with these concepts. Returns new hits by concept."""
    look = looking(mentions, watcher, progress)
    found: Counter[str] = Counter()
    pending = mentions.pending(watcher.rules)
    for done in range(0, len(pending), FLAGGED_AT_ONCE):
        some = pending[done : done + FLAGGED_AT_ONCE]
        if new := mentions.store({sha256: look(texts.pages(sha256)) for sha256 in some}):
            found += _by_concept(new, texts.in_papers({hit.sha256 for hit in new}))
        progress("Flagging", done + len(some), len(pending), some[-1][:12])
    return found


def _look_back(mentions: MentionStore, progress: Progress) -> None:
    new = mentions.new_rules()
    if not new:
        return
    rules = RuleSet(new)
    for done, pages in enumerate(mentions.files(), 1):
        hits = rules.hits(pages)
        if hits:
            mentions.store_of_rules(pages[0].sha256, hits, list(new))
        progress("Looking back", done, 0, pages[0].sha256[:12])
    mentions.rules_done(list(new))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a digest says in addition to its hits."""

    concepts: Mapping[str, Concept]
    account: Callable[[Sequence[Scope], datetime | None], Account]
    # Of somebody, with mentions of topics; None: of every concept.
    ahead: Callable[[Where, Sequence[str] | None], Sequence[Ahead]]
    changes: Callable[[Where, datetime | None], Sequence[ChangeRow]]
    left_out: Callable[[WatchList, str], Sequence[AreaNote]]  # of a list's area in a month
    # Told of a reader for whom no digest can be written, and why.
    failed: Callable[[Subscriber, str], None]
    log: str = ""  # the sentence with the signed root of the archive's log
    concern: Callable[[], str] = str  # that no run has read anything for too long; "" where one has


def tell_readers(
    ledger: OutboxStore,
    subscribers: Sequence[Subscriber],
    surroundings: Surroundings,
    render: Callable[[Digest], tuple[str, bytes]],
    moment: datetime,
) -> list[Digest]:
    """Put a digest into the outbox for every reader who is due one and has something new to read.

    Digests that a dead server never took go into the new one: after three days there is one, not three.
    Returns the digests that were queued.
    """
    digests: list[Digest] = []
    for subscriber in subscribers:
        try:
            digest = _tell(ledger, subscriber, surroundings, render, moment)
        except (ConfigError, QueryError, DeliveryError) as error:
            # One reader is the unit of failure: the others have theirs, and this one is tried again.
            surroundings.failed(subscriber, str(error))
            continue
        if digest is not None:
            digests.append(digest)
    return digests


def _tell(
    ledger: OutboxStore,
    subscriber: Subscriber,
    surroundings: Surroundings,
    render: Callable[[Digest], tuple[str, bytes]],
    moment: datetime,
) -> Digest | None:
    """The digest that went into the outbox for one reader; None where none is due or none is new."""
    if subscriber.confirmed_at is None or subscriber.stopped:
        return None
    zone = ZoneInfo(subscriber.zone)
    today = moment.astimezone(zone).date()
    last = ledger.last_digest_on(subscriber)
    if not is_due(subscriber.cadence, last, today):
        return None
    waiting = ledger.unsent(subscriber)
    unsent = [message.id for message in waiting]
    began = ledger.period_began(subscriber, unsent)
    changes = surroundings.changes(subscriber.where, began)
    # Whoever chose bodies hears of their meetings even where nothing was said; others, with the mentions.
    has_news = bool(ledger.unreported(subscriber)) or bool(changes and subscriber.where and not waiting)
    begun = last or subscriber.confirmed_at.astimezone(zone).date()
    since = min((message.since for message in waiting if message.since), default=last)
    left_out = _left_out(subscriber, surroundings, since or begun, today)
    faults = faults_of(subscriber.active, surroundings.concepts)
    if not (has_news or (left_out and not waiting)):
        # Whose list is broken must not take our silence for nothing found: it is said again each month.
        is_silent = waiting or not subscriber.active or not (subscriber.quiet or faults)
        rhythm = subscriber.cadence if subscriber.quiet else Cadence.MONTHLY
        if is_silent or not is_quiet_due(rhythm, begun, today):
            return None
    tellings = ledger.unreported(subscriber, unsent)
    digest = compose(
        subscriber,
        tellings,
        concepts=surroundings.concepts,
        since=since,
        today=today,
        account=surroundings.account(scopes(subscriber.active), began and began.astimezone(zone)),
        ahead=surroundings.ahead(subscriber.where, topics(subscriber)),
        changes=changes,
        left_out=left_out,
        concern=surroundings.concern(),
        faults=faults,
        log=surroundings.log,
    )
    message_id, content = render(digest)
    return digest if ledger.enqueue(digest, tellings, message_id, content, unsent) else None


def _left_out(subscriber: Subscriber, surroundings: Surroundings, since: date, today: date) -> list[AreaNote]:
    """A month that has ended is told of once, in the first digest after it, however late that comes."""
    return [
        found
        for month in ended_since(since, today)
        for watch in subscriber.active
        if watch.area
        for found in surroundings.left_out(watch, month)
    ]


def deliver(
    ledger: OutboxStore,
    channel: Callable[[str], Channel],
    moment: datetime,
    kind: MessageKind | None = None,
    *,
    smaller: Callable[[Message], Message],
) -> tuple[list[Message], list[tuple[Message, str]]]:
    """Send what is due. A message is sent when the other side has said so, and only then.

    A refused message is tried again: soon where the line failed, later and `smaller` where its content was
    refused, the next day where the address is not known. Only an address that is refused again on another
    day gets no more messages.

    Returns the messages sent, and those that were not, each with the reason.
    """
    sent: list[Message] = []
    failed: list[tuple[Message, str]] = []
    unknown: dict[str, tuple[Message, str]] = {}  # the first message to each address that is not known
    for message in ledger.due(moment, kind):
        if message.address in unknown or not ledger.mark_sending(message, moment + SENDING):
            continue
        try:
            channel(message.channel).send(smaller(message))
        except DeliveryError as error:
            due_at = moment + _wait(message, error)
            if error.content:
                ledger.mark_held(message, str(error), due_at)
            else:
                ledger.mark_failed(message, str(error), due_at, uncertain=error.uncertain)
            if not error.retryable:
                unknown[message.address] = message, str(error)
            failed.append((message, str(error)))
        else:
            ledger.mark_sent(message)
            sent.append(message)
    if not _about_us([answer for _, answer in unknown.values()], sent):
        for message, answer in unknown.values():
            ledger.mark_unknown(message, answer, moment)
    return sent, failed


def _wait(message: Message, error: DeliveryError) -> timedelta:
    if not error.retryable:
        return NEXT_DAY
    if error.content:
        return hold(message.held)
    return min(FIRST_RETRY * 2 ** min(message.tries, 9), LAST_RETRY)


def hold(held: int) -> timedelta:
    """How long a message waits whose content was refused so often before."""
    return min(FIRST_HOLD * 3 ** min(held, 9), LAST_HOLD)


def _about_us(answers: Sequence[str], sent: Sequence[Message]) -> bool:
    """Whether a server refuses all addresses alike: such words are about the sender, whatever their code."""
    return not sent and len(answers) >= ALIKE and len(set(answers)) == 1
