"""The mentions of a digest as its reader sees them: by body, meeting and paper, each passage quoted once."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from alerts import links, words
from alerts.words import Linked, clean
from pipeline import digest_order, english
from pipeline.body_names import short_name
from pipeline.digest import WITHDRAWN
from pipeline.english import PAPER_KINDS, counted
from pipeline.matching.query_matching import TOPIC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alerts.config import AlertConfig
    from pipeline.model import Digest, DigestEntry, HitPlace

_Key = TypeVar("_Key")

PLACES_NAMED = 2  # where else a passage is
_TAGS_NAMED = 4
_SHORT_HASH = 12  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Another place where the same passage is."""

    where: str
    page: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMention:
    pieces: tuple[tuple[str, bool], ...]
    page: str
    tags: str  # its topics
    notes: tuple[str, ...]  # what makes it the first, or not new
    original: str
    links: tuple[Linked, ...]  # what else a reader may do with it
    again: tuple[Again, ...]
    again_more: Linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """A paper that the reader was told of, as it was told, and what has become of it."""

    title: str
    about: str
    proof: Linked
    pieces: tuple[tuple[str, bool], ...]
    page: str
    what: str
    archived: str
    changes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPaper:
    title: str
    about: str
    proof: Linked  # its SHA-256
    replaced: bool  # since the reader was told of it
    changes: str  # where to see what that changed, "" if nowhere
    mentions: tuple[DigestMention, ...]
    more: Linked  # mentions in it that are counted and not kept; no text if none


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMeeting:
    name: str  # "" for papers of no meeting
    papers: tuple[DigestPaper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestBody:
    name: str
    follow: str  # where its reader begins to follow it, "" if nowhere
    meetings: tuple[DigestMeeting, ...]
    more: Linked  # its mentions that are not shown here


def by_body(
    chosen: Sequence[DigestEntry], digest: Digest, settings: AlertConfig, replaced: Mapping[int, HitPlace]
) -> tuple[DigestBody, ...]:
    """Returns the entries to show, in the order of `chosen`: a body comes where its first entry does.

    `replaced` are papers that the reader was told of before: a place in each as it was then.
    """
    totals = Counter(entry.places[0].body for entry in digest.entries)
    return tuple(
        DigestBody(
            name=clean(entries[0].places[0].body_name, 100),
            follow=links.follow_body(settings, digest.subscriber, entries[0].places[0]),
            meetings=_meetings(entries, digest, settings, replaced),
            more=_more(totals[body_id], entries, digest, settings),
        )
        for body_id, entries in _grouped(chosen, lambda entry: entry.places[0].body).items()
    )


def _more(total: int, shown: Sequence[DigestEntry], digest: Digest, settings: AlertConfig) -> Linked:
    """What leads to all of a body, where some are not shown."""
    if total <= len(shown):
        return Linked(text="")
    place = shown[0].places[0]
    name = short_name(clean(place.body_name, 100))
    url = links.digest(settings, digest, body=place.body)
    how_many = words.both_or_all(total) if url else f"and {total - len(shown):,} more"
    return Linked(text=f"{how_many} from {name}", url=url)


def what_stood(entry: DigestEntry, settings: AlertConfig) -> Overtaken:
    """A paper that was replaced or withdrawn, with what it said when the reader was told of it."""
    place = entry.places[0]
    gone = entry.concept_id == WITHDRAWN
    return Overtaken(
        title=_title(place),
        about=" · ".join(filter(None, (clean(place.body_name, 100), _meeting(place), _about(place)))),
        proof=proof_of(place, settings),
        pieces=words.pieces(entry),
        page=words.sentence(words.page(place)),
        what=english.WITHDRAWN if gone else english.REPLACED,
        archived=links.archived(settings, place),
        changes="" if gone else links.changes(settings, place),
    )


def _meetings(
    entries: Sequence[DigestEntry], digest: Digest, settings: AlertConfig, replaced: Mapping[int, HitPlace]
) -> tuple[DigestMeeting, ...]:
    groups = _grouped(entries, lambda entry: _meeting(entry.places[0])).items()
    return tuple(
        DigestMeeting(
            name=name,
            papers=_papers(group, digest, settings, replaced),
        )
        for name, group in groups
    )


def _papers(
    entries: Sequence[DigestEntry], digest: Digest, settings: AlertConfig, replaced: Mapping[int, HitPlace]
) -> tuple[DigestPaper, ...]:
    papers: list[DigestPaper] = []
    for of_paper in _grouped(entries, _paper_of).values():
        place = of_paper[0].places[0]
        told = replaced.get(place.document)
        in_page_order = sorted(of_paper, key=lambda entry: entry.places[0].page)
        papers.append(
            DigestPaper(
                title=_title(place),
                about=_about(place),
                proof=proof_of(place, settings),
                replaced=told is not None,
                changes=links.changes(settings, told) if told else "",
                mentions=tuple(_mention(entry, digest, settings) for entry in in_page_order),
                more=more_in_paper(of_paper, settings),
            )
        )
    return tuple(papers)


def more_in_paper(entries: Sequence[DigestEntry], settings: AlertConfig) -> Linked:
    """What is counted and not kept, of all topics; it leads to all pages of one, and says so."""
    more = {entry.concept_id: entry.places[0].more for entry in entries}
    entry = next((entry for entry in entries if entry.places[0].more), entries[0])
    place, (start, end) = entry.places[0], next(iter(entry.marks), (0, 0))
    said = entry.snippet[start:end]
    url = links.find(settings, place.document, said) if place.more else ""
    find = f": find all “{clean(said, 60)}”" if url and said else ""
    return Linked(text=f"{english.more_mentions(sum(more.values()))}{find}", url=url)


def by_topic(digest: Digest, settings: AlertConfig) -> tuple[Linked, ...]:
    """Every topic with its number of passages, most first; none where there is one or some are not here."""
    counts = Counter(tag for entry in digest.entries for tag in dict.fromkeys(entry.tags))
    if digest.more or len(counts) < 2:
        return ()
    return tuple(
        Linked(
            text=f"{clean(tag.label, 50)} ({number:,})",
            url=links.digest(settings, digest, topic=tag.concept_id),
        )
        for tag, number in counts.most_common()
    )


def _grouped(
    entries: Sequence[DigestEntry], key: Callable[[DigestEntry], _Key]
) -> dict[_Key, list[DigestEntry]]:
    groups: dict[_Key, list[DigestEntry]] = defaultdict(list)
    for entry in entries:
        groups[key(entry)].append(entry)
    return groups


def _paper_of(entry: DigestEntry) -> tuple[int, str]:
    """The bytes belong to it: a paper replaced within one digest is two papers to prove."""
    return entry.places[0].document, entry.places[0].sha256


def _mention(entry: DigestEntry, digest: Digest, settings: AlertConfig) -> DigestMention:
    place = entry.places[0]
    # A claim is made next to where it is true: of the other places, those that are a first come first.
    others = sorted(entry.places[1:], key=lambda other: not entry.firsts_at(other))
    archived = links.archived(settings, place)
    return DigestMention(
        pieces=words.pieces(entry),
        page=words.sentence(words.page(place)),
        tags=_tags(entry),
        notes=(
            *map(english.first_mention, entry.firsts_at(place)[:PLACES_NAMED]),
            *((english.SEEN_BEFORE,) if entry.said_again else ()),
        ),
        original=links.original(place),
        links=(
            Linked(text="archive", url=archived),
            *_wrong(entry, settings),
        )
        if archived
        else (),
        again=tuple(
            Again(where=other_place(entry, other), page=words.page(other), url=links.original(other))
            for other in others[:PLACES_NAMED]
        ),
        again_more=words.rest(
            len(others),
            PLACES_NAMED,
            "other place",
            links.digest(settings, digest, body=place.body, topic=entry.concept_id),
        ),
    )


def _wrong(entry: DigestEntry, settings: AlertConfig) -> tuple[Linked, ...]:
    """Of a topic: the reader's own words are what they asked for."""
    if entry.concept_id.startswith(TOPIC):
        return ()
    url = links.wrong(settings, entry.places[0], entry.concept_id, entry.wording)
    return (Linked(text=words.WRONG, url=url),)


def _tags(entry: DigestEntry) -> str:
    names = [clean(tag.label, 60) for tag in entry.tags]
    rest = [counted(len(names) - _TAGS_NAMED, "more topic")] if len(names) > _TAGS_NAMED else []
    return ", ".join([*names[:_TAGS_NAMED], *rest])


def _title(place: HitPlace) -> str:
    return clean(place.title) or "Paper without a title"


def proof_of(place: HitPlace, settings: AlertConfig) -> Linked:
    """A short hash that leads to the whole; the whole where nothing can be led to."""
    url = links.proof(settings, place)
    sha256 = clean(place.sha256, 64)
    return Linked(text=f"SHA-256 {sha256[:_SHORT_HASH] if url else sha256}", url=url)


def _by_hand(place: HitPlace) -> str:
    return ", added by hand" if place.by_hand else ""


def _meeting(place: HitPlace) -> str:
    """As in "Board, Thursday 26 November 2026"; "" where the paper belongs to no meeting."""
    if not place.committee and place.meeting_date:
        return f"Meeting on {_date(place)}"
    return ", ".join(filter(None, (clean(place.committee, 100), _date(place))))


def _about(place: HitPlace) -> str:
    """Its kind and every date that is known of it."""
    return " · ".join((PAPER_KINDS[place.kind], *english.paper_dates(place))) + _by_hand(place)


def other_place(entry: DigestEntry, other: HitPlace) -> str:
    """Only what tells it from the place already shown, most telling first, and that it is a first."""
    main = entry.places[0]
    parts = [
        (clean(other.title, 100) or PAPER_KINDS[other.kind])
        + (" (added by hand)" if _by_hand(other) else ""),
        clean(other.body_name, 100) if other.body != main.body else "",
        clean(other.committee, 100) if other.committee != main.committee else "",
        _date(other) if other.meeting_date != main.meeting_date else "",
    ]
    return " ".join((", ".join(filter(None, parts)), *map(english.first_here, entry.firsts_at(other)[:1])))


def _date(place: HitPlace) -> str:
    return english.day(place.meeting_date) if place.meeting_date else ""


def when(place: HitPlace) -> str:
    """As in "Board, 26 November 2026", or when it was published, or first held."""
    day = english.short_day(digest_order.day_of_place(place))
    return f"{clean(place.committee, 60)}, {day}" if place.committee else day
