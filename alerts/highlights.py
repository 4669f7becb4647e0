"""The three things that a digest says before all others: what is rarest, what is first, what is soonest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from alerts import coming, links
from alerts.mentions import when
from alerts.words import Linked, clean
from pipeline import digest_order
from pipeline.body_names import short_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.config import AlertConfig
    from pipeline.model import Digest, DigestEntry, First

_FEWEST = 3  # mentions: of fewer, each is seen at once


def highlights(digest: Digest, in_turn: Sequence[DigestEntry], settings: AlertConfig) -> tuple[Linked, ...]:
    """At most three lines, each of something else; none where all is seen at once."""
    fresh = [entry for entry in in_turn if not entry.said_again]
    if len(fresh) < _FEWEST:
        return ()
    soonest = coming.soonest(digest, settings)
    room = 2 if soonest else 3
    chosen: list[tuple[str, DigestEntry]] = []
    slots = (("Rarest", partial(digest_order.rarest, entries=digest.entries)), *_SLOTS)
    for what, best in slots:
        left = [entry for entry in fresh if entry not in [other for _, other in chosen]]
        found = best(left)
        if found is not None and len(chosen) < room:
            chosen.append((what, found))
    return (*(_line(what, entry, settings) for what, entry in chosen), *((soonest,) if soonest else ()))


def _first_anywhere(some: Sequence[DigestEntry]) -> DigestEntry | None:
    return next((entry for entry in some if entry.firsts and entry.firsts[0].anywhere), None)


def _first_by_body(some: Sequence[DigestEntry]) -> DigestEntry | None:
    return next((entry for entry in some if entry.firsts), None)


def _newest(some: Sequence[DigestEntry]) -> DigestEntry | None:
    return max(some, key=lambda entry: digest_order.day_of_place(entry.places[0]), default=None)


_ANYWHERE, _BY_BODY = "First in this archive", "First by this body"
_SLOTS = (
    (_ANYWHERE, _first_anywhere),
    (_BY_BODY, _first_by_body),
    ("Newest", _newest),
)


def _line(what: str, entry: DigestEntry, settings: AlertConfig) -> Linked:
    """A first is told of the body and the topic whose first it is: a passage may be of several of either."""
    first = entry.firsts[0] if entry.firsts else None
    place, said = entry.places[0], f"“{_said(entry)}”"
    also = ""
    if first and what in {_ANYWHERE, _BY_BODY}:
        what = _ANYWHERE if first.anywhere else _BY_BODY
        place = entry.place_of(first)
        said = said if _is_of(first, entry) else clean(first.topic, 60)
    elif first and first.anywhere and entry.place_of(first) == place and _is_of(first, entry):
        also = " and first in this archive"
    who = short_name(clean(place.body_name, 80))
    return Linked(
        text=f"{what}{also}: {said}, {who}, {when(place)}",
        url=links.archived(settings, place) or links.original(place),
    )


def _said(entry: DigestEntry) -> str:
    """What a paper says: a wording may be a pattern ("downgrade … services"), whose name is in none."""
    start, end = entry.marks[0] if entry.marks and "…" in entry.wording else (0, 0)
    return clean(entry.snippet[start:end], 80) or clean(entry.wording, 60)


def _is_of(first: First, entry: DigestEntry) -> bool:
    """Whether what is first is the topic of the entry's own wording."""
    return first.topic in {"", entry.concept_label}
