"""The entries of a digest as its reader sees them: by concept, body and paper, each mention quoted once."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from alerts import links, words
from alerts.words import clean, rest
from pipeline import digest, english
from pipeline.english import PAPER_KINDS, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alerts.config import AlertConfig
    from pipeline.model import Entry, Place

_Key = TypeVar("_Key")

_PLACES_NAMED = 5  # where else a passage stands
_REPLACED = "Replaced since: we no longer find this in it"
_WITHDRAWN = "Withdrawn: its body no longer lists it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Another place where the same passage stands."""

    where: str
    page: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    pieces: tuple[tuple[str, bool], ...]
    page: str
    notes: tuple[str, ...]  # what makes it the first, or not new
    original: str
    archived: str
    again: tuple[Again, ...]
    again_more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """A paper that the reader was told of, as it was told, and what has become of it."""

    title: str
    about: str
    sha256: str
    captured: str
    pieces: tuple[tuple[str, bool], ...]
    page: str
    what: str
    archived: str
    changes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    title: str
    about: str
    sha256: str
    captured: str
    replaced: bool  # since the reader was told of it
    changes: str  # where to see what that changed, "" if nowhere
    mentions: tuple[Mention, ...]
    more: str  # mentions in it that are counted and not kept, "" if none


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    name: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    label: str
    count: str
    note: str  # why the reader follows it, "" if they did not say
    bodies: tuple[Body, ...]
    more: str  # mentions of this concept that are not shown here, "" if none


def choose(entries: Sequence[Entry], shown: int) -> tuple[Entry, ...]:
    """Which entries to show where not all fit: new ones, first mentions first, each concept in turn."""
    if len(entries) <= shown:
        return tuple(entries)
    turns: Counter[tuple[str, bool, bool]] = Counter()
    ranked: list[tuple[bool, bool, int, int]] = []
    for position, entry in enumerate(entries):
        turn = entry.concept_id, entry.said_again, bool(entry.firsts)
        ranked.append((entry.said_again, not entry.firsts, turns[turn], position))
        turns[turn] += 1
    return tuple(
        entries[position] for position in sorted(position for *_, position in sorted(ranked)[:shown])
    )


def by_concept(
    chosen: Sequence[Entry], totals: Counter[str], settings: AlertConfig, replaced: Mapping[int, Place]
) -> tuple[Concept, ...]:
    """The entries to show; `totals` counts by concept those too that are not shown.

    `replaced` are papers that the reader was told of before: a place in each as it was then.
    """
    return tuple(
        _concept(entries, totals[concept_id], settings, replaced)
        for concept_id, entries in _grouped(chosen, lambda entry: entry.concept_id).items()
    )


def what_stood(entry: Entry, settings: AlertConfig) -> Overtaken:
    place = entry.places[0]
    gone = entry.concept_id == digest.WITHDRAWN
    return Overtaken(
        title=_title(place),
        about=" · ".join(filter(None, (clean(place.body_name, 100), _about(place)))),
        sha256=_sha256(place),
        captured=_captured(place),
        pieces=words.pieces(entry),
        page=words.sentence(words.page(place)),
        what=_WITHDRAWN if gone else _REPLACED,
        archived=links.archived(settings, place),
        changes="" if gone else links.changes(settings, place),
    )


def _concept(
    entries: Sequence[Entry], total: int, settings: AlertConfig, replaced: Mapping[int, Place]
) -> Concept:
    label = clean(entries[0].concept_label, 60)
    hidden = total - len(entries)
    return Concept(
        label=label,
        count=counted(total, "mention"),
        note=clean(entries[0].note, 300),
        bodies=tuple(
            Body(name=clean(of_body[0].places[0].body_name, 100), papers=_papers(of_body, settings, replaced))
            for of_body in _grouped(entries, lambda entry: entry.places[0].body_id).values()
        ),
        more=f"and {counted(hidden, 'more mention')} of {label}" if hidden else "",
    )


def _papers(
    entries: Sequence[Entry], settings: AlertConfig, replaced: Mapping[int, Place]
) -> tuple[Paper, ...]:
    papers: list[Paper] = []
    for of_paper in _grouped(entries, _paper_of).values():
        place = of_paper[0].places[0]
        told = replaced.get(place.document_id)
        in_page_order = sorted(of_paper, key=lambda entry: entry.places[0].page)
        papers.append(
            Paper(
                title=_title(place),
                about=_about(place),
                sha256=_sha256(place),
                captured=_captured(place),
                replaced=told is not None,
                changes=links.changes(settings, told) if told else "",
                mentions=tuple(_mention(entry, settings) for entry in in_page_order),
                more=english.more_mentions(place.more),
            )
        )
    return tuple(papers)


def _grouped(entries: Sequence[Entry], key: Callable[[Entry], _Key]) -> dict[_Key, list[Entry]]:
    groups: dict[_Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[key(entry)].append(entry)
    return groups


def _paper_of(entry: Entry) -> tuple[int, str]:
    """The bytes belong to it: a paper replaced within one digest is two papers to prove."""
    return entry.places[0].document_id, entry.places[0].sha256


def _mention(entry: Entry, settings: AlertConfig) -> Mention:
    place, *others = entry.places
    return Mention(
        pieces=words.pieces(entry),
        page=words.sentence(words.page(place)),
        notes=(
            *map(words.first, entry.firsts),
            *(("You were told of this passage before, in another paper",) if entry.said_again else ()),
        ),
        original=links.original(place),
        archived=links.archived(settings, place),
        again=tuple(
            Again(where=_where(other, place), page=words.page(other), url=links.original(other))
            for other in others[:_PLACES_NAMED]
        ),
        again_more=rest(len(others), _PLACES_NAMED, "place"),
    )


def _title(place: Place) -> str:
    return clean(place.title) or "Paper without a title"


def _sha256(place: Place) -> str:
    return f"SHA-256 {clean(place.sha256, 64)}"


def _captured(place: Place) -> str:
    return f"Captured {english.instant(place.captured_at)}{_by_hand(place)}"


def _by_hand(place: Place) -> str:
    return ", added by hand" if place.by_hand else ""


def _about(place: Place) -> str:
    meeting = ", ".join(filter(None, (clean(place.committee, 100), _date(place))))
    return f"{PAPER_KINDS[place.kind]} · {meeting}" if meeting else PAPER_KINDS[place.kind]


def _where(other: Place, main: Place) -> str:
    """Only what tells it from the place already shown, most telling first."""
    parts = [
        (clean(other.title, 100) or PAPER_KINDS[other.kind])
        + (" (added by hand)" if _by_hand(other) else ""),
        clean(other.body_name, 100) if other.body_id != main.body_id else "",
        clean(other.committee, 100) if other.committee != main.committee else "",
        _date(other) if other.meeting_date != main.meeting_date else "",
    ]
    return ", ".join(filter(None, parts))


def _date(place: Place) -> str:
    return english.day(place.meeting_date) if place.meeting_date else ""
