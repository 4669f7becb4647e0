"""What a digest says first: its subject line and its opening sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alerts.words import clean
from pipeline.english import counted, listed, missed_sources
from pipeline.health.account import missed_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Account, Digest, Entry

_CONCEPTS_NAMED = 4


def subject(digest: Digest, share: float) -> str:
    """Above this share of sources not read, that is said with what is new, or in place of "nothing"."""
    missed = could_not_look(digest.account, share)
    said = _what_is_told(digest)
    if not missed:
        return said or _nothing(digest)
    return f"{said}; could not look: {missed}" if said else f"Could not look: {missed}"


def could_not_look(account: Account, share: float) -> str:
    """As in "419 of 419 sources unreachable"; "" where no more than this share was not read."""
    return missed_sources(account) if account.missed and missed_share(account) > share else ""


def _what_is_told(digest: Digest) -> str:
    fresh, again = _fresh(digest)
    also = [f"{counted(count, 'paper')} {what}" for count, what in _overtaken(digest)]
    if fresh or digest.more:
        known = [f"{again:,} said again"] if again else []
        return "; ".join([_what_is_new(digest, fresh, joined=False), *known, *also])
    if again or also:
        known = [f"{counted(again, 'mention')} said again"] if again else []
        return "; ".join(["Nothing new", *known, *also])
    return ""


def _nothing(digest: Digest) -> str:
    account = digest.account
    came = f"{counted(account.came_papers, 'paper')} came"
    if not account.followed:
        return f"Nothing new: {came}"
    return f"Nothing new: {account.read:,} of {counted(account.followed, 'body', 'bodies')} read, {came}"


def sentence(digest: Digest, share: float) -> str:
    fresh, again = _fresh(digest)
    account = digest.account
    missed = could_not_look(account, share)
    unseen = f"We could not look: {missed}. What they published is not in this message." if missed else ""
    new = "" if missed else "Nothing new was found in the papers that you follow."
    if fresh or digest.more:
        new = f"{_what_is_new(digest, fresh, joined=True)}."
    stand = "stands" if again == 1 else "stand"
    known = f"{counted(again, 'passage')} that you know {stand} in other papers too." if again else ""
    gone = listed(
        [f"{count:,} {'was' if count == 1 else 'were'} {what}" for count, what in _overtaken(digest)]
    )
    return " ".join(
        filter(None, (unseen, new, known, gone and f"Of the papers that we told you of, {gone}."))
    )


def _fresh(digest: Digest) -> tuple[list[Entry], int]:
    """What is new, and how many entries are not."""
    fresh = [entry for entry in digest.entries if not entry.said_again]
    return fresh, len(digest.entries) - len(fresh)


def _overtaken(digest: Digest) -> list[tuple[int, str]]:
    """How many papers told of before were replaced, and how many withdrawn."""
    counts = [(len(digest.replaced), "replaced"), (len(digest.withdrawn), "withdrawn")]
    return [(count, what) for count, what in counts if count]


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
