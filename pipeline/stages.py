"""The stages after the crawl, as loops over what is missing. Each may be killed anywhere and run again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from pipeline.digest import compose, is_due
from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from pipeline.concepts import Concept
    from pipeline.matching import Watcher
    from pipeline.model import Denominator, Digest, Meeting, Message
    from pipeline.ports import Channel, Job, LedgerStore, MentionStore, Reader, Reading, TextStore

FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=24)


class Progress(Protocol):
    """Told of each thing done, for a person who waits."""

    def __call__(self, stage: str, done: int, total: int, what: str) -> None: ...


def quiet(stage: str, done: int, total: int, what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    files: int = 0
    pages: int = 0
    failed: tuple[tuple[Job, Reading], ...] = ()


def extract(texts: TextStore, reader: Reader, progress: Progress = quiet) -> Extracted:
    """Read every file whose text is missing or stale, and the files that were found inside them."""
    files = pages = 0
    failed: list[tuple[Job, Reading]] = []
    tried: set[str] = set()
    while jobs := {job.sha256: job for job in texts.pending(reader.versions()) if job.sha256 not in tried}:
        tried |= jobs.keys()
        for reading in reader.read(jobs.values()):
            pages += texts.store(reading)
            files += 1
            if reading.reason is not None:
                failed.append((jobs[reading.sha256], replace(reading, pages=())))
            progress("Reading", files, len(tried), jobs[reading.sha256].name)
    return Extracted(files=files, pages=pages, failed=tuple(failed))


def flag(
    texts: TextStore, mentions: MentionStore, watcher: Watcher, progress: Progress = quiet
) -> Counter[str]:
    """Look for every concept in every file not yet looked through; answers new hits by concept."""
    found: Counter[str] = Counter()
    pending = mentions.pending(watcher.rules)
    for done, sha256 in enumerate(pending, 1):
        new = mentions.store(sha256, watcher.hits(texts.pages(sha256)), watcher.rules)
        found.update(hit.concept_id for hit in new)
        progress("Flagging", done, len(pending), sha256[:12])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a digest says beside its hits."""

    concepts: Mapping[str, Concept]
    denominator: Callable[[Sequence[str]], Denominator]
    ahead: Callable[[Sequence[str]], Sequence[Meeting]]


def tell(
    ledger: LedgerStore,
    surroundings: Surroundings,
    render: Callable[[Digest], tuple[str, bytes]],
    today: date,
) -> list[Digest]:
    """Put a digest into the outbox for every reader who is due one and has something new to read."""
    digests: list[Digest] = []
    for subscriber in ledger.subscribers():
        last = ledger.last_digest_on(subscriber)
        if subscriber.confirmed_at is None or not is_due(subscriber.cadence, last, today):
            continue
        tellings = ledger.untold(subscriber)
        if not tellings:
            continue
        digest = compose(
            subscriber,
            tellings,
            concepts=surroundings.concepts,
            since=last,
            today=today,
            denominator=surroundings.denominator(subscriber.bodies),
            ahead=surroundings.ahead(subscriber.bodies),
        )
        message_id, content = render(digest)
        if ledger.enqueue(digest, tellings, message_id, content):
            digests.append(digest)
    return digests


def deliver(
    ledger: LedgerStore, channel: Callable[[str], Channel], moment: datetime
) -> tuple[list[Message], list[tuple[Message, str]]]:
    """Send what is due. A message is sent when the other side has said so, and only then.

    Answers the messages sent, and those that were not, each with the reason.
    """
    sent: list[Message] = []
    failed: list[tuple[Message, str]] = []
    for message in ledger.due(moment):
        ledger.mark_sending(message)
        try:
            channel(message.channel).send(message)
        except DeliveryError as error:
            if error.retryable:
                wait = min(FIRST_RETRY * 2**message.tries, LAST_RETRY)
                ledger.mark_failed(message, str(error), moment + wait)
            else:
                ledger.mark_refused(message, str(error))
            failed.append((message, str(error)))
        else:
            ledger.mark_sent(message)
            sent.append(message)
    return sent, failed
