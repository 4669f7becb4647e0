"""What comes first in each list of a digest: its reader sees a few lines of it, whatever came."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.changes import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pipeline.changes import ChangeRow
    from pipeline.model import Ahead, Digest, DigestEntry, First, HitPlace

# What happened to a meeting belongs to what is ahead; the rest to what became of papers.
_OF_MEETINGS = {ChangeKind.CANCELLED, ChangeKind.MOVED, ChangeKind.LATE}

_Rank = tuple[bool, bool, int, bool, bool, int, str, int, int]


def day_of_place(place: HitPlace) -> date:
    """The day of a paper: of its meeting, its publication, or else when we first had it."""
    return place.meeting_date or place.published_on or place.captured_at.date()


def merged(entries: Iterable[DigestEntry]) -> list[DigestEntry]:
    """Returns one entry for all topics that are found in the same words of the same page.

    The rarest topic of these entries gives it its name, the others are tags.
    """
    every = list(entries)
    common = Counter(entry.concept_id for entry in every)
    groups: dict[tuple[int, str, int, str], list[DigestEntry]] = {}
    for entry in every:
        at = entry.places[0]
        said = "".join(filter(str.isalnum, entry.snippet.casefold()))
        groups.setdefault((at.document, at.sha256, at.page, said), []).append(entry)
    return [
        _one(sorted(group, key=lambda entry: (common[entry.concept_id], entry.concept_label)))
        for group in groups.values()
    ]


def _one(group: Sequence[DigestEntry]) -> DigestEntry:
    best = group[0]
    if len(group) == 1:
        return best
    tags = {tag.concept_id: tag for entry in group for tag in entry.tags}
    places = {(place.document, place.page): place for entry in group for place in entry.places}
    return replace(
        best,
        marks=tuple(dict.fromkeys(mark for entry in group for mark in entry.marks)),
        places=tuple(places.values()),
        firsts=_firsts(group),
        said_again=all(entry.said_again for entry in group),
        note=next((entry.note for entry in group if entry.note), ""),
        watch=next((entry.watch for entry in group if entry.note or entry.watch), ""),
        also=tuple(tag for tag in tags.values() if tag.concept_id != best.concept_id),
    )


def _firsts(group: Sequence[DigestEntry]) -> tuple[First, ...]:
    found = [replace(first, topic=entry.concept_label) for entry in group for first in entry.firsts]
    return tuple(sorted(found, key=lambda first: not first.anywhere))


def newest_first(entries: Iterable[DigestEntry]) -> list[DigestEntry]:
    """By day, and within a day by body and paper."""
    return sorted(
        entries,
        key=lambda entry: (
            -day_of_place(entry.places[0]).toordinal(),
            entry.places[0].body_name,
            entry.places[0].document,
            entry.places[0].page,
        ),
    )


def in_turn(entries: Sequence[DigestEntry], today: date, most: int) -> list[DigestEntry]:
    """Returns the `most` entries to show first: a turn for each body and each topic before the second of any.

    Within a turn comes what the reader does not know yet, first mentions, rare wordings before common
    ones, meetings ahead with the soonest first, and then the newest papers.
    """
    common = Counter(_wording(entry) for entry in entries)
    left = sorted(entries, key=lambda entry: _rank(entry, common, today))
    turns: Counter[str] = Counter()
    found: list[DigestEntry] = []

    def turn(entry: DigestEntry) -> tuple[bool, int, int]:
        body, topic = turns[f"body {entry.places[0].body}"], turns[f"topic {entry.concept_id}"]
        return entry.said_again, min(body, topic), body + topic

    while left and len(found) < most:
        best = min(left, key=turn)  # the first of equals: they are in order
        left.remove(best)
        turns[f"body {best.places[0].body}"] += 1
        turns.update(f"topic {tag.concept_id}" for tag in best.tags)
        found.append(best)
    return found


def rarest(some: Sequence[DigestEntry], entries: Sequence[DigestEntry]) -> DigestEntry | None:
    """The one of some whose wording is rarest among all entries; None where none is rarer than others."""
    common = Counter(_wording(entry) for entry in entries)
    counts = [common[_wording(entry)] for entry in some]
    return some[counts.index(min(counts))] if counts and min(counts) < max(common.values()) else None


def _wording(entry: DigestEntry) -> tuple[str, str]:
    return entry.concept_id, entry.wording.casefold()


def _rank(entry: DigestEntry, common: Counter[tuple[str, str]], today: date) -> _Rank:
    at = entry.places[0]
    day = day_of_place(at)
    is_ahead = at.meeting_date is not None and at.meeting_date >= today
    return (
        entry.said_again,
        not any(first.anywhere for first in entry.firsts),
        common[_wording(entry)].bit_length(),  # rarer by half, not by one
        not entry.firsts,
        not is_ahead,
        day.toordinal() if is_ahead else -day.toordinal(),
        at.body_name,
        at.document,
        at.page,
    )


def is_telling(ahead: Ahead) -> bool:
    """Whether its papers say what the reader follows, or it is a consultation's last day."""
    return bool(ahead.mentions or ahead.document)


def what_is_ahead(digest: Digest) -> list[Ahead | ChangeRow]:
    """Returns meetings that say what the reader follows and last days first, then the other meetings of their
    bodies; a reader of every body hears of the first two alone.
    """
    telling = [each for each in digest.ahead if is_telling(each)]
    others = [each for each in digest.ahead if not is_telling(each)] if digest.subscriber.where else []
    return [*telling, *(change for change in digest.changes if change.kind in _OF_MEETINGS), *others]


def other_changes(digest: Digest) -> list[ChangeRow]:
    """What became of papers and is not told with their words."""
    told = {entry.places[0].document for entry in (*digest.replaced, *digest.withdrawn)}
    return [
        change for change in digest.changes if change.kind not in _OF_MEETINGS and change.document not in told
    ]


def overtaken(withdrawn: Sequence[DigestEntry], replaced: Sequence[DigestEntry]) -> list[DigestEntry]:
    """Returns them with a turn for each kind, so that where few are shown none hides another.

    What was withdrawn comes first: the rest can still be read where it was.
    """
    return [entry for turn in zip_longest(withdrawn, replaced) for entry in turn if entry]
