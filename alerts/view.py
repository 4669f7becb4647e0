"""What a digest says, in words: one view that the HTML and the text template only lay out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alerts import coming, links, opening, words
from alerts.highlights import highlights
from alerts.left_out import area_notes
from alerts.mentions import by_body, by_topic, what_stood
from alerts.words import Linked, clean, rest
from pipeline import digest_order, english
from pipeline.body_names import short_name
from pipeline.english import CADENCES, counted, listed, not_read, read_since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.config import AlertConfig
    from alerts.left_out import Area
    from alerts.mentions import DigestBody, Overtaken
    from pipeline.model import Account, Digest, DigestEntry, SourceHealth

_BODIES_NAMED = 4
_TOPICS_NAMED = 3  # and a fourth, where it would be the only one that is not
SIDES = (5, 3, 2, 1, 0)  # most lines in each list next to the mentions; fewer where there is no room
_LISTS_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    subject: str
    title: str  # what kind of message this is, and of which days
    opening: str
    topics: tuple[Linked, ...]  # those with most passages, each counted
    topics_more: Linked
    why: str  # which list of the reader's, and their note
    web: str  # where all of it can be read
    highlights: tuple[Linked, ...]
    ahead: tuple[Linked, ...]
    ahead_more: Linked
    bodies: tuple[DigestBody, ...]
    more: Linked  # the mentions of bodies that are not named here
    overtaken: tuple[Overtaken, ...]  # papers told of before that were replaced or withdrawn
    overtaken_more: Linked
    changes: tuple[Linked, ...]  # what became of other papers
    changes_more: Linked
    left_out: tuple[Area, ...]  # of months that have ended
    checked: str
    unreadable: str
    not_well: tuple[str, ...]
    not_well_more: Linked
    asked: str  # what the reader asked for
    reader: str
    unsubscribe: str
    unsubscribe_address: str
    stop: str  # how to stop the messages where no link does it
    contact: str
    sender: str
    log: str  # the sentence with the signed root of the archive's log


def view(
    digest: Digest, in_turn: Sequence[DigestEntry], settings: AlertConfig, *, shown: int, side: int
) -> View:
    """Returns the digest with the first `shown` entries and `side` lines in each other list.

    The rest is counted. `in_turn` are its entries in the order in which they are to be shown.
    """
    chosen, contact = in_turn[:shown], clean(settings.contact, 100)
    overtaken = digest_order.overtaken(digest.withdrawn, digest.replaced)
    ahead, changes = coming.ahead(digest, settings), digest_order.other_changes(digest)
    topics = by_topic(digest, settings)
    named = _TOPICS_NAMED + (len(topics) == _TOPICS_NAMED + 1)
    return View(
        subject=clean(opening.subject_line(digest, in_turn, settings.unread_share), 200),
        title=english.digest_title(digest.subscriber.cadence, digest.since, digest.until),
        opening=opening.sentence(digest, settings.unread_share),
        topics=topics[:named],
        topics_more=rest(len(topics), named, "topic", links.digest(settings, digest)),
        why=_why(digest),
        web=links.digest(settings, digest),
        highlights=highlights(digest, in_turn, settings) if side else (),
        ahead=tuple(ahead[:side]),
        ahead_more=rest(len(ahead), side, "date", links.digest(settings, digest, "ahead")),
        bodies=by_body(
            chosen,
            digest,
            settings,
            {entry.places[0].document: entry.places[0] for entry in digest.replaced},
        ),
        more=_more(digest, chosen, settings),
        overtaken=tuple(what_stood(entry, settings) for entry in overtaken[:side]),
        overtaken_more=rest(len(overtaken), side, "paper", links.digest(settings, digest, "overtaken")),
        changes=tuple(coming.change_sentence(change) for change in changes[: _fewer(side)]),
        changes_more=rest(len(changes), _fewer(side), "change", links.digest(settings, digest, "changes")),
        left_out=area_notes(digest, settings, side),
        checked=_checked(digest),
        unreadable=" ".join(filter(None, (not_read(digest.account), _concern(digest), *_faults(digest)))),
        not_well=_not_well(digest.account, side),
        not_well_more=rest(
            len(digest.account.not_well), side, "source", links.digest(settings, digest, "not-read")
        ),
        asked=_asked(digest),
        reader=links.reader(settings, digest.subscriber),
        unsubscribe=links.unsubscribe(settings, digest.subscriber),
        unsubscribe_address=settings.unsubscribe_address,
        stop=f"To stop these messages, {'ask ' + contact if contact else 'reply to this message'}.",
        contact=contact,
        sender=clean(settings.sender_name, 60),
        log=digest.log,
    )


def _checked(digest: Digest) -> str:
    # What was found before the pause is told still; nothing has been looked for since.
    return read_since(digest.account) if digest.subscriber.active else english.paused(digest.subscriber)


def _fewer(side: int) -> int:
    """Of what is less than news."""
    return (side + 1) // 2


def _more(digest: Digest, chosen: Sequence[DigestEntry], settings: AlertConfig) -> Linked:
    """What is of bodies that are not named, and what the digest itself only counts."""
    named = {entry.places[0].body for entry in chosen}
    hidden = [entry for entry in digest.entries if entry.places[0].body not in named]
    number = len(hidden) + digest.more
    if not number:
        return Linked(text="")
    whose = f" from {_others(hidden)}" if hidden and named else ""
    url = links.digest(settings, digest, **({"but": ",".join(sorted(named))} if named and hidden else {}))
    return Linked(text=f"and {counted(number, 'more passage')}{whose}", url=url)


def _others(hidden: Sequence[DigestEntry]) -> str:
    """Some bodies by name, many by their number."""
    names = {entry.places[0].body: clean(entry.places[0].body_name, 60) for entry in hidden}
    if len(names) > _BODIES_NAMED:
        return counted(len(names), "other body", "other bodies")
    return english.listed(sorted(map(short_name, names.values())))


def _concern(digest: Digest) -> str:
    return f"{words.sentence(clean(digest.concern, 300))}." if digest.concern else ""


def _faults(digest: Digest) -> list[str]:
    return [clean(fault, 400) for fault in digest.faults]


def _not_well(account: Account, side: int) -> tuple[str, ...]:
    lines = [_ill(source, missed=True) for source in account.missed[:side]]
    lines += [_ill(source, missed=False) for source in account.in_doubt[: max(0, side - len(lines))]]
    return tuple(lines)


def _ill(source: SourceHealth, *, missed: bool) -> str:
    short = replace(source, name=clean(source.name, 80), reason=clean(source.reason, 160))
    return english.source_line(short, missed=missed)


def _why(digest: Digest) -> str:
    """As in "Found by your list Contracts; note: what we wrote to the board about"."""
    notes: dict[str, str] = {}
    for entry in digest.entries:
        name = clean(entry.watch, 60)
        notes[name] = notes.get(name) or clean(entry.note, 120).rstrip(".")
    if not any(notes) and not any(notes.values()):
        return ""
    if len(notes) == 1:
        ((name, note),) = notes.items()
        return f"Found by your list {name}".rstrip() + f"{'; note: ' * bool(note)}{note}"
    named = [(name or "one without a name", note) for name, note in notes.items()]
    said = [f"{name} ({note})" if note else name for name, note in named]
    more = [counted(len(said) - _LISTS_NAMED, "other")] if len(said) > _LISTS_NAMED else []
    return f"Found by your lists {listed([*said[:_LISTS_NAMED], *more])}"


def _asked(digest: Digest) -> str:
    reader = digest.subscriber
    lists, paused = reader.active, english.paused(reader)
    if not lists:
        return paused
    what = english.followed(lists[0]) if len(lists) == 1 else f"what your {counted(len(lists), 'list')} find"
    asked = f"You asked for {what} in {english.whose(reader.where)}, {CADENCES[reader.cadence]}."
    return f"{asked} {paused}".rstrip()
