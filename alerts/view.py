"""What a digest says, in words: one view that the HTML and the text template only lay out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alerts import links, opening, words
from alerts.mentions import by_concept, choose, what_stood
from alerts.words import clean, rest
from pipeline import english
from pipeline.changes import said
from pipeline.english import CADENCES, MEETING_STATES, counted, not_read, read_since

if TYPE_CHECKING:
    from alerts.config import AlertConfig
    from alerts.mentions import Concept, Overtaken
    from pipeline.changes import ChangeRow
    from pipeline.model import Account, Ahead, Digest, SourceHealth, WatchList

SIDE = 10  # most lines in each list beside the entries


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
    overtaken: tuple[Overtaken, ...]  # papers told of before that were replaced or withdrawn
    overtaken_more: str
    concepts: tuple[Concept, ...]
    more: str  # all that is not shown here, "" if nothing
    more_where: Linked
    checked: str
    unreadable: str
    not_well: tuple[str, ...]
    ahead: tuple[Linked, ...]
    ahead_more: str
    changes: tuple[Linked, ...]  # what happened to papers and meetings
    changes_more: str
    why: str  # why the reader gets this
    reader: str
    unsubscribe: str
    unsubscribe_address: str
    contact: str
    sender: str


def view(digest: Digest, settings: AlertConfig, *, shown: int, side: int = SIDE) -> View:
    """The digest with at most `shown` entries and `side` lines in each other list; the rest is counted."""
    chosen = choose(digest.entries, shown)
    hidden = len(digest.entries) + digest.more - len(chosen)
    overtaken = (*digest.replaced, *digest.withdrawn)
    return View(
        subject=clean(opening.subject(digest, settings.unread_share), 200),
        opening=opening.sentence(digest, settings.unread_share),
        period=words.period(digest.since, digest.until),
        overtaken=tuple(what_stood(entry, settings) for entry in overtaken[:side]),
        overtaken_more=rest(len(overtaken), side, "paper"),
        concepts=by_concept(
            chosen,
            Counter(entry.concept_id for entry in digest.entries),
            settings,
            {entry.places[0].document_id: entry.places[0] for entry in digest.replaced},
        ),
        more=f"and {counted(hidden, 'more mention')}" if hidden else "",
        more_where=_more_where(digest, settings),
        checked=read_since(digest.account),
        unreadable=" ".join(filter(None, (not_read(digest.account), _concern(digest)))),
        not_well=_not_well(digest.account, side),
        ahead=tuple(_expected(ahead) for ahead in digest.ahead[:side]),
        ahead_more=rest(len(digest.ahead), side, "date"),
        changes=tuple(_changed(change) for change in digest.changes[:side]),
        changes_more=rest(len(digest.changes), side, "change"),
        why=_why(digest),
        reader=links.reader(settings, digest.subscriber),
        unsubscribe=links.unsubscribe(settings, digest.subscriber),
        unsubscribe_address=settings.unsubscribe_address,
        contact=clean(settings.contact, 100),
        sender=clean(settings.sender_name, 60),
    )


def _more_where(digest: Digest, settings: AlertConfig) -> Linked:
    url = links.reader(settings, digest.subscriber)
    if url:
        return Linked(text="See them all on your own page", url=url)
    return Linked(text="All of them are kept in the archive that sent this message")


def _concern(digest: Digest) -> str:
    return f"{words.sentence(clean(digest.concern, 300))}." if digest.concern else ""


def _not_well(account: Account, side: int) -> tuple[str, ...]:
    lines = [_ill(source, missed=True) for source in account.missed[:side]]
    lines += [_ill(source, missed=False) for source in account.in_doubt[: max(0, side - len(lines))]]
    more = rest(len(account.not_well), side, "source")
    return (*lines, more) if more else tuple(lines)


def _ill(source: SourceHealth, *, missed: bool) -> str:
    short = replace(source, name=clean(source.name, 80), reason=clean(source.reason, 160))
    return english.source_line(short, missed=missed)


def _changed(change: ChangeRow) -> Linked:
    """As in "Vale Council, Health Committee, 26 November 2026: Cancelled."""
    when = english.short_day(change.meeting_date) if change.meeting_date else ""
    title = clean(change.title, 100) if change.document else ""
    what = ", ".join(filter(None, (clean(change.body_name, 80), clean(change.committee, 80), when, title)))
    return Linked(text=f"{what}: {clean(said(change), 200)}", url=links.safe(change.url))


def _expected(ahead: Ahead) -> Linked:
    meeting = ahead.meeting
    when = english.day(meeting.starts_on) if meeting.starts_on else "Date not yet known"
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
    return f"You asked for {what} in the papers of {bodies}, {CADENCES[reader.cadence]}."


def _followed(watch: WatchList) -> str:
    concepts = counted(len(watch.concepts), "concept") if watch.concepts else ""
    query = "a query of your own" if watch.query else ""
    return " and ".join(filter(None, (concepts, query))) or "every concept"
