"""The stages after the crawl, as loops over what is missing. Each may be killed anywhere and run again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from pipeline.digest import compose, is_due, is_quiet_due
from pipeline.errors import DeliveryError
from pipeline.rules import RuleSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pipeline.concepts import Concept
    from pipeline.matching import Watcher
    from pipeline.model import Ahead, Denominator, Digest, Message, MessageKind, Subscriber
    from pipeline.ports import Channel, Job, LedgerStore, MentionStore, Reader, Reading, TextStore

FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=24)
SENDING = timedelta(minutes=15)  # longer than a channel takes for one message


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
    """Look for every concept, and every reader's own query, in what was not yet looked through with them.

    Answers new hits by concept.
    """
    _look_back(mentions, progress)
    rules = RuleSet(mentions.rules())
    found: Counter[str] = Counter()
    pending = mentions.pending(watcher.rules)
    for done, sha256 in enumerate(pending, 1):
        pages = texts.pages(sha256)
        new = mentions.store(sha256, watcher.hits(pages), watcher.rules, rules.hits(pages))
        found.update(hit.concept_id for hit in new)
        progress("Flagging", done, len(pending), sha256[:12])
    return found


def _look_back(mentions: MentionStore, progress: Progress) -> None:
    """Look for new queries in all that was flagged before they were kept.

    It comes first: a query that is kept while files are being flagged is new the next time, and is then
    looked for in those too.
    """
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
    """What a digest says beside its hits."""

    concepts: Mapping[str, Concept]
    denominator: Callable[[Sequence[str]], Denominator]
    ahead: Callable[[Sequence[str]], Sequence[Ahead]]


def tell(
    ledger: LedgerStore,
    subscribers: Sequence[Subscriber],
    surroundings: Surroundings,
    render: Callable[[Digest], tuple[str, bytes]],
    moment: datetime,
) -> list[Digest]:
    """Put a digest into the outbox for every reader who is due one and has something new to read.

    Digests that a dead server never took go into the new one: after three days there is one, not three.
    """
    digests: list[Digest] = []
    for subscriber in subscribers:
        if subscriber.confirmed_at is None or subscriber.stopped:
            continue
        zone = ZoneInfo(subscriber.zone)
        today = moment.astimezone(zone).date()
        last = ledger.last_digest_on(subscriber)
        if not is_due(subscriber.cadence, last, today):
            continue
        waiting = ledger.unsent(subscriber)
        unsent = [message.id for message in waiting]
        if not ledger.untold(subscriber):
            begun = last or subscriber.confirmed_at.astimezone(zone).date()
            if waiting or not subscriber.quiet or not is_quiet_due(subscriber.cadence, begun, today):
                continue
        tellings = ledger.untold(subscriber, unsent)
        digest = compose(
            subscriber,
            tellings,
            concepts=surroundings.concepts,
            since=min((message.since for message in waiting if message.since), default=last),
            today=today,
            denominator=surroundings.denominator(subscriber.bodies),
            ahead=surroundings.ahead(subscriber.bodies),
        )
        message_id, content = render(digest)
        if ledger.enqueue(digest, tellings, message_id, content, unsent):
            digests.append(digest)
    return digests


def deliver(
    ledger: LedgerStore,
    channel: Callable[[str], Channel],
    moment: datetime,
    kind: MessageKind | None = None,
) -> tuple[list[Message], list[tuple[Message, str]]]:
    """Send what is due. A message is sent when the other side has said so, and only then.

    Answers the messages sent, and those that were not, each with the reason.
    """
    sent: list[Message] = []
    failed: list[tuple[Message, str]] = []
    for message in ledger.due(moment, kind):
        if not ledger.mark_sending(message, moment + SENDING):
            continue
        try:
            channel(message.channel).send(message)
        except DeliveryError as error:
            if error.retryable:
                wait = min(FIRST_RETRY * 2**message.tries, LAST_RETRY)
                ledger.mark_failed(message, str(error), moment + wait, uncertain=error.uncertain)
            else:
                ledger.mark_refused(message, str(error))
            failed.append((message, str(error)))
        else:
            ledger.mark_sent(message)
            sent.append(message)
    return sent, failed
