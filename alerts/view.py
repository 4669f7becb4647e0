"""What a digest says, in words: one view that the HTML and the text template only lay out."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from alerts import links, words
from alerts.words import clean, listed
from pipeline import wording
from pipeline.model import Cadence, DocumentKind
from pipeline.wording import MEETING_STATES, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from alerts.config import AlertConfig
    from pipeline.model import Ahead, Denominator, Digest, Entry, Place, SourceHealth, WatchList

_Key = TypeVar("_Key")

SIDE = 10  # most lines in each list beside the entries
_CONCEPTS_NAMED = 4  # in the opening sentence and the subject
_PLACES_NAMED = 5  # where else a passage stands

_KIND = {
    DocumentKind.AGENDA: "Agenda",
    DocumentKind.MINUTES: "Minutes",
    DocumentKind.REPORT: "Report",
    DocumentKind.PACK: "Pack of papers",
    DocumentKind.CONSULTATION: "Consultation",
    DocumentKind.NOTICE: "Notice",
    DocumentKind.OTHER: "Paper",
}
_CADENCE = {
    Cadence.IMMEDIATE: "as soon as something is found",
    Cadence.DAILY: "every day",
    Cadence.WEEKLY: "every week",
    Cadence.MONTHLY: "every month",
}


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
class Paper:
    title: str
    about: str
    proof: str
    mentions: tuple[Mention, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A line of text, and where it leads."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    subject: str
    opening: str
    period: str
    concepts: tuple[Concept, ...]
    more: str  # all that is not shown here, "" if nothing
    more_where: Linked
    checked: str
    unreadable: str
    not_well: tuple[str, ...]
    ahead: tuple[Linked, ...]
    ahead_more: str
    why: str  # why the reader gets this
    reader: str
    unsubscribe: str
    unsubscribe_address: str
    contact: str
    sender: str


def view(digest: Digest, settings: AlertConfig, *, shown: int, side: int = SIDE) -> View:
    """The digest with at most `shown` entries and `side` lines in each other list; the rest is counted."""
    total = len(digest.entries) + digest.more
    chosen = choose(digest.entries, shown)
    hidden = total - len(chosen)
    return View(
        subject=clean(_subject(digest), 200),
        opening=_opening(digest),
        period=words.period(digest.since, digest.until),
        concepts=_concepts(chosen, Counter(entry.concept_id for entry in digest.entries), settings),
        more=f"and {counted(hidden, 'more mention')}" if hidden else "",
        more_where=_more_where(digest, settings),
        checked=_checked(digest.denominator),
        unreadable=_unreadable(digest.denominator),
        not_well=_not_well(digest.denominator.not_well, side),
        ahead=tuple(_expected(ahead) for ahead in digest.ahead[:side]),
        ahead_more=_rest(len(digest.ahead), side, "meeting"),
        why=_why(digest),
        reader=links.reader(settings, digest.subscriber),
        unsubscribe=links.unsubscribe(settings, digest.subscriber),
        unsubscribe_address=settings.unsubscribe_address,
        contact=clean(settings.contact, 100),
        sender=clean(settings.sender_name, 60),
    )


def choose(entries: Sequence[Entry], shown: int) -> tuple[Entry, ...]:
    """Which entries to show where not all fit: new ones, first mentions first, each concept in turn."""
    if len(entries) <= shown:
        return tuple(entries)
    turns: Counter[tuple[str, bool, bool]] = Counter()
    ranked: list[tuple[bool, bool, int, int]] = []
    for position, entry in enumerate(entries):
        turn = entry.concept_id, entry.said_again, entry.first_by_body
        ranked.append((entry.said_again, not entry.first_by_body, turns[turn], position))
        turns[turn] += 1
    return tuple(
        entries[position] for position in sorted(position for *_, position in sorted(ranked)[:shown])
    )


def _counts(entries: Sequence[Entry], *, alone: bool) -> list[str]:
    """Each concept as in "population payment (2)", in the order given; no number beside one `alone`."""
    labels = {entry.concept_id: clean(entry.concept_label, 60) for entry in reversed(entries)}
    counts = Counter(entry.concept_id for entry in entries)
    if len(counts) == 1 and alone:
        return list(labels.values())
    return [f"{labels[concept]} ({count:,})" for concept, count in counts.items()]


def _what_is_new(digest: Digest, fresh: Sequence[Entry], *, joined: bool) -> str:
    counts = _counts(fresh, alone=not digest.more)
    named = counts[:_CONCEPTS_NAMED]
    if len(counts) > len(named):
        named.append(counted(len(counts) - len(named), "other concept"))
    verb = ", among them " if digest.more else ": "
    what = verb + (listed(named) if joined else ", ".join(named)) if named else ""
    return f"{counted(len(fresh) + digest.more, 'new mention')}{what}"


def _subject(digest: Digest) -> str:
    fresh = _fresh(digest)
    again = len(digest.entries) - len(fresh)
    if fresh or digest.more:
        return _what_is_new(digest, fresh, joined=False) + (f"; {again:,} said again" if again else "")
    if again:
        return f"Nothing new; {counted(again, 'mention')} said again"
    stands = digest.denominator
    bodies, papers = counted(stands.bodies, "body", "bodies"), counted(stands.papers, "paper")
    return f"Nothing new: {bodies} checked, {papers} read"


def _opening(digest: Digest) -> str:
    fresh = _fresh(digest)
    again = len(digest.entries) - len(fresh)
    new = "Nothing new was found in the papers that you follow."
    if fresh or digest.more:
        new = f"{_what_is_new(digest, fresh, joined=True)}."
    if not again:
        return new
    stand = "stands" if again == 1 else "stand"
    return f"{new} {counted(again, 'passage')} that you know {stand} in other papers too."


def _fresh(digest: Digest) -> list[Entry]:
    return [entry for entry in digest.entries if not entry.said_again]


def _concepts(chosen: Sequence[Entry], totals: Counter[str], settings: AlertConfig) -> tuple[Concept, ...]:
    return tuple(
        _concept(entries, totals[concept_id], settings)
        for concept_id, entries in _grouped(chosen, lambda entry: entry.concept_id).items()
    )


def _concept(entries: Sequence[Entry], total: int, settings: AlertConfig) -> Concept:
    label = clean(entries[0].concept_label, 60)
    hidden = total - len(entries)
    return Concept(
        label=label,
        count=counted(total, "mention"),
        note=clean(entries[0].note, 300),
        bodies=tuple(
            Body(name=clean(of_body[0].places[0].body_name, 100), papers=_papers(of_body, settings))
            for of_body in _grouped(entries, lambda entry: entry.places[0].body_id).values()
        ),
        more=f"and {counted(hidden, 'more mention')} of {label}" if hidden else "",
    )


def _papers(entries: Sequence[Entry], settings: AlertConfig) -> tuple[Paper, ...]:
    papers: list[Paper] = []
    for of_paper in _grouped(entries, _paper_of).values():
        place = of_paper[0].places[0]
        in_page_order = sorted(of_paper, key=lambda entry: entry.places[0].page)
        papers.append(
            Paper(
                title=clean(place.title) or "Paper without a title",
                about=_about(place),
                proof=f"SHA-256 {clean(place.sha256)[:12]}…, captured {wording.instant(place.captured_at)}",
                mentions=tuple(_mention(entry, settings) for entry in in_page_order),
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
            *_firsts(entry),
            *(("You were told of this passage before, in another paper",) if entry.said_again else ()),
        ),
        original=links.original(place),
        archived=links.archived(settings, place),
        again=tuple(
            Again(where=_where(other, place), page=words.page(other), url=links.original(other))
            for other in others[:_PLACES_NAMED]
        ),
        again_more=_rest(len(others), _PLACES_NAMED, "place"),
    )


def _firsts(entry: Entry) -> Iterator[str]:
    who = clean(entry.places[0].body_name, 100)
    late = (
        f", found late: the first known so far was of {wording.short_day(entry.first_before)}"
        if entry.first_before
        else ""
    )
    if entry.first_anywhere:
        yield f"First mention anywhere, by {who}{late}"
    elif entry.first_by_body:
        yield f"First mention by {who}{late}"


def _about(place: Place) -> str:
    meeting = ", ".join(filter(None, (clean(place.committee, 100), _date(place))))
    return f"{_KIND[place.kind]} · {meeting}" if meeting else _KIND[place.kind]


def _where(other: Place, main: Place) -> str:
    """Only what tells it from the place already shown, most telling first."""
    parts = [
        clean(other.title, 100) or _KIND[other.kind],
        clean(other.body_name, 100) if other.body_id != main.body_id else "",
        clean(other.committee, 100) if other.committee != main.committee else "",
        _date(other) if other.meeting_date != main.meeting_date else "",
    ]
    return ", ".join(filter(None, parts))


def _date(place: Place) -> str:
    return wording.day(place.meeting_date) if place.meeting_date else ""


def _more_where(digest: Digest, settings: AlertConfig) -> Linked:
    url = links.reader(settings, digest.subscriber)
    if url:
        return Linked(text="See them all on your own page", url=url)
    return Linked(text="All of them are kept in the archive that sent this message")


def _checked(stands: Denominator) -> str:
    return (
        f"{counted(stands.bodies, 'body', 'bodies')} checked, {counted(stands.papers, 'paper')} read, "
        f"{counted(stands.pages, 'page')} searched."
    )


def _unreadable(stands: Denominator) -> str:
    lost = [
        counted(number, one, many)
        for number, one, many in (
            (stands.unreadable, "paper", "papers"),
            (stands.unreadable_pages, "page of other papers", "pages of other papers"),
        )
        if number
    ]
    if not lost:
        return "Every paper could be read."
    return f"{words.sentence(listed(lost))} could not be read: a mention there would be missed."


def _not_well(sources: Sequence[SourceHealth], side: int) -> tuple[str, ...]:
    lines = [_ill(source) for source in sources[:side]]
    rest = _rest(len(sources), side, "source")
    return (*lines, rest) if rest else tuple(lines)


def _ill(source: SourceHealth) -> str:
    reason = words.sentence(clean(source.reason, 160).rstrip("."))
    last = f"Last read {wording.short_day(source.last_success)}" if source.last_success else "Never read"
    return ". ".join(filter(None, (f"{clean(source.name, 80)}: {source.state}", reason, last))) + "."


def _expected(ahead: Ahead) -> Linked:
    meeting = ahead.meeting
    when = wording.day(meeting.starts_on) if meeting.starts_on else "Date not yet known"
    at = f", {meeting.starts_at:%H:%M}" if meeting.starts_on and meeting.starts_at else ""
    title = clean(meeting.title, 100)
    # A committee or body that its title names already is not said twice.
    parts = [
        part
        for part in (clean(meeting.body_name, 80), clean(ahead.body_name, 80))
        if part.casefold() not in title.casefold()
    ]
    state = f" ({MEETING_STATES[meeting.status].lower()})" if MEETING_STATES[meeting.status] else ""
    return Linked(
        text=f"{when}{at}: {', '.join(filter(None, dict.fromkeys((title, *parts))))}{state}",
        url=links.safe(meeting.url),
    )


def _why(digest: Digest) -> str:
    reader = digest.subscriber
    lists = reader.watch_lists
    what = (
        _followed(lists[0]) if len(lists) == 1 else f"what your {counted(len(lists), 'watch list')} look for"
    )
    bodies = counted(len(reader.bodies), "body", "bodies") if reader.bodies else "all bodies"
    return f"You asked for {what} in the papers of {bodies}, {_CADENCE[reader.cadence]}."


def _followed(watch: WatchList) -> str:
    concepts = counted(len(watch.concepts), "concept") if watch.concepts else ""
    query = "a query of your own" if watch.query else ""
    return " and ".join(filter(None, (concepts, query))) or "every concept"


def _rest(total: int, shown: int, what: str) -> str:
    return f"and {counted(total - shown, f'more {what}')}" if total > shown else ""
