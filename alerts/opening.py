"""What a digest says first: its subject line and its opening sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.words import clean
from pipeline.areas.left_out import days_of
from pipeline.body_names import short_name
from pipeline.changes import ChangeKind
from pipeline.english import PAPER_KINDS, brief_day, counted, listed, missed_sources, month
from pipeline.health.account import missed_share
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pipeline.changes import ChangeRow
    from pipeline.model import Account, Digest, DigestEntry

_HAPPENED = {
    ChangeKind.CANCELLED: "meeting cancelled",
    ChangeKind.MOVED: "meeting moved",
    ChangeKind.LATE: "no papers out yet",
    ChangeKind.WITHDRAWN: "paper withdrawn",
    ChangeKind.REPLACED: "paper replaced",
    ChangeKind.RESTRICTED: "paper now kept from the public",
    ChangeKind.BACK: "listed again",
}


def subject_line(digest: Digest, in_turn: Sequence[DigestEntry], share: float) -> str:
    """Returns who says what, where and when, of what comes first; then how much else there is.

    Above this share of sources not read, that is said too, or in place of "nothing".
    """
    missed = could_not_look(digest.account, share)
    told = " · ".join(filter(None, (_first(digest, in_turn), *_also(digest))))
    if not missed:
        return told or _left_out(digest) or _nothing(digest.account)
    return f"{told} · could not check: {missed}" if told else f"Could not check: {missed}"


def _left_out(digest: Digest) -> str:
    """As in "Who left it out in November 2026: service closures"."""
    if not digest.left_out:
        return ""
    subjects = dict.fromkeys(clean(found.subject, 50) for found in digest.left_out)
    months = dict.fromkeys(month(days_of(found.month)[0]) for found in digest.left_out)
    return f"Who left it out in {listed([*months])}: {listed([*subjects])}"


def could_not_look(account: Account, share: float) -> str:
    """As in "419 of 419 sources unreachable"; "" where no more than this share was not read."""
    return missed_sources(account) if account.missed and missed_share(account) > share else ""


def _first(digest: Digest, in_turn: Sequence[DigestEntry]) -> str:
    fresh, again = _fresh(digest)
    if fresh:
        lead = next(entry for entry in in_turn if not entry.said_again)
        others = len(fresh) - 1 + digest.more
        bodies = {place.body for entry in fresh if entry is not lead for place in entry.places}
        own = {lead.places[0].body}
        from_whom = "" if bodies <= own else f" from {counted(len(bodies), 'body', 'bodies')}"
        rest = f" · {others:,} more{from_whom}" if others else ""
        return _lead(lead, digest.until) + rest + (f" · {again:,} said again" if again else "")
    if digest.more:
        return counted(digest.more, "new passage") + (f" · {again:,} said again" if again else "")
    if again:
        return f"Nothing new · {counted(again, 'passage')} said again"
    if digest.changes and not (digest.replaced or digest.withdrawn):
        others = len(digest.changes) - 1
        return _change(digest.changes[0], digest.until) + (f" · {others:,} more" if others else "")
    return "Nothing new" if digest.replaced or digest.withdrawn else ""


def _lead(entry: DigestEntry, today: date) -> str:
    """As in "Dudley: ICP contract at Cabinet on 3 Dec"."""
    place = entry.places[0]
    where = f" at {clean(place.committee, 50)}" if place.committee else f" in {_a(PAPER_KINDS[place.kind])}"
    when = f" on {brief_day(place.meeting_date, today)}" if place.meeting_date else ""
    if not when and place.published_on:
        when = f" of {brief_day(place.published_on, today)}"
    return f"{_short(place.body_name)}: {clean(entry.concept_label, 50)}{where}{when}"


def _change(change: ChangeRow, today: date) -> str:
    when = f" on {brief_day(change.meeting_date, today)}" if change.meeting_date else ""
    what = clean(change.title, 50) if change.document else clean(change.committee, 50)
    return f"{_short(change.body_name)}: {_HAPPENED.get(change.kind, change.kind.value)}, {what}{when}"


def _short(name: str) -> str:
    return clean(short_name(clean(name, 100)), 50) or "A body"


def _a(kind: str) -> str:
    if kind == PAPER_KINDS[DocumentKind.OTHER]:
        return "a paper"
    return (
        f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind.lower()}" if not kind.endswith("s") else kind.lower()
    )


def _also(digest: Digest) -> list[str]:
    return [f"{counted(len(some), 'paper')} {what}" for some, what in _overtaken(digest)]


def _nothing(account: Account) -> str:
    if not account.followed:
        return f"Nothing new: {counted(account.came_papers, 'paper')} arrived"
    of = counted(account.followed, "body", "bodies")
    if account.read == account.followed:
        return f"Nothing new in {of}"
    return f"Nothing new in {account.read:,} of {of}; {account.followed - account.read:,} not read"


def sentence(digest: Digest, share: float) -> str:
    """How much is new, known or gone, and first of all what could not be looked at."""
    fresh, again = _fresh(digest)
    missed = could_not_look(digest.account, share)
    unseen = (
        f"We could not check: {missed}. Anything they published is not in this message." if missed else ""
    )
    new = "" if missed else "Nothing new was found in the papers you follow."
    if fresh or digest.more:
        new = f"{_how_much(digest, fresh)}."
    known = (
        f"{counted(again, 'passage')} you have already seen also {'appears' if again == 1 else 'appear'}"
        " in other papers."
        if again
        else ""
    )
    gone = listed([_what_became(some, what) for some, what in _overtaken(digest)])
    return " ".join(filter(None, (unseen, new, known, gone and f"Of the papers we told you about, {gone}.")))


def _how_much(digest: Digest, fresh: Sequence[DigestEntry]) -> str:
    papers = {place.document for entry in fresh for place in entry.places}
    bodies = {place.body for entry in fresh for place in entry.places}
    many = counted(len(fresh) + digest.more, "new passage")
    if digest.more or not fresh:
        return many
    return f"{many} in {counted(len(papers), 'paper')} of {counted(len(bodies), 'body', 'bodies')}"


def _fresh(digest: Digest) -> tuple[list[DigestEntry], int]:
    """What is new, and how many entries are not."""
    fresh = [entry for entry in digest.entries if not entry.said_again]
    return fresh, len(digest.entries) - len(fresh)


def _overtaken(digest: Digest) -> list[tuple[Sequence[DigestEntry], str]]:
    """The papers told of before that were replaced, and those that were withdrawn."""
    every = ((digest.replaced, "replaced"), (digest.withdrawn, "withdrawn"))
    return [(some, what) for some, what in every if some]


def _what_became(some: Sequence[DigestEntry], what: str) -> str:
    """As in "2 were replaced"; one alone is named."""
    if len(some) > 1:
        return f"{len(some):,} were {what}"
    return f"1 was {what} (“{clean(some[0].places[0].title, 60)}”)"
