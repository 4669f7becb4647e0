"""What a reader is told: which mentions, grouped so that what is said twice is said once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.model import Cadence, Digest, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.concepts import Concept
    from pipeline.model import Denominator, Meeting, Place, Subscriber

DAYS = {Cadence.IMMEDIATE: 0, Cadence.DAILY: 1, Cadence.WEEKLY: 7, Cadence.MONTHLY: 28}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One mention in one paper that a reader has not been told of."""

    concept_id: str
    wording: str
    snippet: str
    mark: tuple[int, int]
    passage: str
    place: Place
    told_before: bool  # this passage, in another paper
    first_by_body: bool


def is_due(cadence: Cadence, last: date | None, today: date) -> bool:
    """Whether a reader's next digest is due. A machine that slept makes one digest, not one a day."""
    return last is None or (today - last).days >= DAYS[cadence]


def compose(
    subscriber: Subscriber,
    tellings: Sequence[Telling],
    *,
    concepts: Mapping[str, Concept],
    since: date | None,
    today: date,
    denominator: Denominator,
    ahead: Sequence[Meeting] = (),
) -> Digest:
    """The digest of all these tellings: by concept, then body, then paper, each passage once."""
    entries = [_entry(list(group), concepts) for _, group in groupby(_in_order(tellings), key=_passage)]
    entries.sort(key=_place_of_entry)
    return Digest(
        subscriber=subscriber,
        key=_key(subscriber, tellings, today),
        since=since or today,
        until=today,
        entries=tuple(entries),
        more=0,
        denominator=denominator,
        ahead=tuple(ahead),
    )


def _passage(telling: Telling) -> tuple[str, str]:
    return telling.concept_id, telling.passage


def _in_order(tellings: Sequence[Telling]) -> list[Telling]:
    """By passage; within one, the first place is the one to quote: a paper of its own before a pack."""
    return sorted(
        tellings,
        key=lambda t: (*_passage(t), t.place.pages, t.place.document_id, t.place.page, t.place.hit_id),
    )


def _entry(said: list[Telling], concepts: Mapping[str, Concept]) -> Entry:
    best = said[0]
    places = {(telling.place.document_id, telling.place.page): telling.place for telling in said}
    concept = concepts.get(best.concept_id)
    return Entry(
        concept_id=best.concept_id,
        concept_label=concept.label if concept else best.concept_id,
        wording=best.wording,
        snippet=best.snippet,
        marks=(best.mark,),
        places=tuple(places.values()),
        first_by_body=any(telling.first_by_body for telling in said),
        said_again=all(telling.told_before for telling in said),
    )


def _place_of_entry(entry: Entry) -> tuple[str, bool, str, str, int, int]:
    place = entry.places[0]
    day = place.meeting_date.isoformat() if place.meeting_date else ""
    return (entry.concept_label, entry.said_again, place.body_name, day, place.document_id, place.page)


def _key(subscriber: Subscriber, tellings: Sequence[Telling], today: date) -> str:
    """The same tellings to the same reader on the same day are the same digest, whoever computes it when."""
    told = sorted((t.concept_id, t.passage, t.place.document_id) for t in tellings)
    facts = repr((subscriber.address, today.isoformat(), told))
    return hashlib.sha256(facts.encode()).hexdigest()[:32]
