"""What a reader is told: which mentions, grouped so that what is said twice is said once."""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import digest_order
from pipeline.changes import ChangeKind
from pipeline.matching.query import fault_of
from pipeline.matching.query_matching import TOPIC, topic
from pipeline.model import Cadence, Digest, DigestEntry, First

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import date

    from pipeline.changes import ChangeRow
    from pipeline.matching.concepts import Concept
    from pipeline.model import Account, Ahead, AreaNote, HitPlace, Subscriber, WatchList

DAYS = {Cadence.IMMEDIATE: 0, Cadence.DAILY: 1, Cadence.WEEKLY: 7}
LONGEST_NAME = 60  # characters of a query that means its own name

# Stand where a concept would, in what is told of papers that the reader was told of before.
REPLACED, WITHDRAWN = "paper:replaced", "paper:withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """One mention in one paper that a reader has not been told of."""

    concept_id: str
    wording: str
    snippet: str
    mark: tuple[int, int]
    passage: str
    place: HitPlace
    told_before: bool  # this passage, in another paper
    first_by_body: bool
    first_anywhere: bool = False
    first_before: date | None = None  # the first known so far, where this older mention came late


def is_due(cadence: Cadence, last: date | None, today: date) -> bool:
    """Whether a reader's next digest is due. A machine that slept makes one digest, not one a day."""
    return last is None or today >= _next(cadence, last)


def is_quiet_due(cadence: Cadence, begun: date, today: date) -> bool:
    """Whether it is time to say that there was nothing. "Nothing" is never urgent: at most once a day."""
    return today > begun and today >= _next(cadence, begun)


def _next(cadence: Cadence, last: date) -> date:
    if cadence is not Cadence.MONTHLY:
        return last + timedelta(days=DAYS[cadence])
    year, month = last.year + last.month // 12, last.month % 12 + 1
    return last.replace(year=year, month=month, day=min(last.day, monthrange(year, month)[1]))


def compose(
    subscriber: Subscriber,
    tellings: Sequence[DigestItem],
    *,
    concepts: Mapping[str, Concept],
    since: date | None,
    today: date,
    account: Account,
    ahead: Sequence[Ahead] = (),
    changes: Sequence[ChangeRow] = (),
    left_out: Sequence[AreaNote] = (),
    concern: str = "",
    faults: Sequence[str] = (),
    log: str = "",
) -> Digest:
    """The digest of all these tellings: by body, then paper, each passage once with all its topics."""
    told = sorted(entries(quoting_order(tellings), subscriber, concepts), key=_place_of_entry)

    def of(what: str) -> tuple[DigestEntry, ...]:
        return tuple(entry for entry in told if entry.concept_id == what)

    mentions = [entry for entry in told if entry.concept_id not in {REPLACED, WITHDRAWN}]

    return Digest(
        subscriber=subscriber,
        key=_key(subscriber, tellings, today),
        since=since or today,
        until=today,
        entries=tuple(digest_order.merged(mentions)),
        more=0,
        account=account,
        ahead=tuple(ahead),
        changes=tuple(sorted(changes, key=lambda change: list(ChangeKind).index(change.kind))),
        left_out=tuple(left_out),
        concern=concern,
        faults=tuple(faults),
        log=log,
        replaced=of(REPLACED),
        withdrawn=of(WITHDRAWN),
    )


def _passage(telling: DigestItem) -> tuple[str, str]:
    return telling.concept_id, telling.passage


def quoting_order(tellings: Sequence[DigestItem]) -> list[DigestItem]:
    """Returns them by passage; in one, the first place is the one to quote: a paper of its own before a pack.

    Of papers as short, the earliest; never the one that happened to be crawled first, so that two runs
    over the same papers quote the same place.
    """
    return sorted(tellings, key=lambda telling: (*_passage(telling), *_quoted_first(telling.place)))


def _quoted_first(place: HitPlace) -> tuple[int, date, str, int, int, int]:
    day = digest_order.day_of_place(place)
    return place.pages, day, place.body, place.document, place.page, place.hit_id


def entries(
    tellings: Sequence[DigestItem], subscriber: Subscriber, concepts: Mapping[str, Concept]
) -> list[DigestEntry]:
    """Each passage once, with every place it is in, in the order in which they first come."""
    said: dict[tuple[str, str], list[DigestItem]] = defaultdict(list)
    for telling in tellings:
        said[_passage(telling)].append(telling)
    return [_entry(group, subscriber, concepts) for group in said.values()]


def _entry(
    said: Sequence[DigestItem], subscriber: Subscriber, concepts: Mapping[str, Concept]
) -> DigestEntry:
    best = said[0]
    places = {(telling.place.document, telling.place.page): telling.place for telling in said}
    watch = _watch(subscriber, best)
    return DigestEntry(
        concept_id=best.concept_id,
        concept_label=label(best.concept_id, watch, concepts),
        wording=best.wording,
        snippet=best.snippet,
        marks=(best.mark,),
        places=tuple(places.values()),
        firsts=_firsts(said),
        said_again=all(telling.told_before for telling in said),
        note=watch.note if watch else "",
        watch=watch.name if watch else "",
    )


def _firsts(said: Sequence[DigestItem]) -> tuple[First, ...]:
    """Each body's once, anywhere's first of all."""
    found = {
        telling.place.body: First(
            body_name=telling.place.body_name,
            anywhere=telling.first_anywhere,
            before=telling.first_before,
            document=telling.place.document,
        )
        for telling in said
        if telling.first_by_body or telling.first_anywhere
    }
    return tuple(sorted(found.values(), key=lambda first: not first.anywhere))


def topics(subscriber: Subscriber) -> tuple[str, ...] | None:
    """Returns the concepts and queries that a reader follows; None where a list follows every concept."""
    lists = subscriber.active
    if not all(watch.concepts or watch.query for watch in lists):
        return None
    concepts = [concept for watch in lists for concept in watch.concepts]
    return tuple(dict.fromkeys([*concepts, *(topic(watch.query) for watch in lists if watch.query)]))


def faults_of(lists: Iterable[WatchList], concepts: Container[str]) -> list[str]:
    """Returns what these lists ask for and nothing looks for any more, a sentence each."""
    return [
        f"{_called(watch)} {why}. Change it on the page of your alerts."
        for watch in lists
        for why in (
            *(
                f"follows the topic {concept}, which is no longer looked for"
                for concept in watch.concepts
                if concept not in concepts
            ),
            *(
                f"has the search {watch.query}, which cannot be read: {fault}"
                for fault in [watch.query and fault_of(watch.query)]
                if fault
            ),
        )
    ]


def _called(watch: WatchList) -> str:
    return f"Your alert \u201c{watch.name}\u201d" if watch.name else "An alert of yours"


def label(concept_id: str, watch: WatchList | None, concepts: Mapping[str, Concept]) -> str:
    """What a concept, or a reader's own query, is called."""
    if concept_id.startswith(TOPIC):
        return (watch.name or _short(watch.query)) if watch else "a query of yours"
    return concepts[concept_id].label if concept_id in concepts else concept_id


def _short(query: str) -> str:
    return query if len(query) <= LONGEST_NAME else query[: LONGEST_NAME - 1] + "…"


def _watch(subscriber: Subscriber, telling: DigestItem) -> WatchList | None:
    """The list by which the reader follows this; one with a note before one without."""
    place = telling.place

    def follows(watch: WatchList) -> bool:
        if not watch.where.holds(place):
            return False
        if watch.kinds and place.kind not in watch.kinds:
            return False
        if telling.concept_id.startswith(TOPIC):
            return bool(watch.query) and topic(watch.query) == telling.concept_id
        return telling.concept_id in watch.concepts or not (watch.concepts or watch.query)

    found = [watch for watch in subscriber.watch_lists if follows(watch)]
    return min(found, key=lambda watch: not watch.note, default=None)


def _place_of_entry(entry: DigestEntry) -> tuple[bool, str, int, int, int, str]:
    place = entry.places[0]
    day = digest_order.day_of_place(place).toordinal()
    return entry.said_again, place.body_name, -day, place.document, place.page, entry.concept_label


def _key(subscriber: Subscriber, tellings: Sequence[DigestItem], today: date) -> str:
    """The same tellings to the same reader on the same day are the same digest, whoever computes it when."""
    told = sorted((t.concept_id, t.passage, t.place.document) for t in tellings)
    facts = repr((subscriber.address, today.isoformat(), told))
    return hashlib.sha256(facts.encode()).hexdigest()[:32]
