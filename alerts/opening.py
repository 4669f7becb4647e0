"""What a digest says first: its subject line and its opening sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alerts.words import clean, listed
from pipeline.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Digest, Entry

_CONCEPTS_NAMED = 4


def subject(digest: Digest) -> str:
    fresh, again = _fresh(digest)
    also = [f"{counted(count, 'paper')} {what}" for count, what in _overtaken(digest)]
    if fresh or digest.more:
        known = [f"{again:,} said again"] if again else []
        return "; ".join([_what_is_new(digest, fresh, joined=False), *known, *also])
    if again or also:
        known = [f"{counted(again, 'mention')} said again"] if again else []
        return "; ".join(["Nothing new", *known, *also])
    stands = digest.denominator
    bodies, papers = counted(stands.bodies, "body", "bodies"), counted(stands.papers, "paper")
    return f"Nothing new: {bodies} checked, {papers} read"


def sentence(digest: Digest) -> str:
    fresh, again = _fresh(digest)
    new = "Nothing new was found in the papers that you follow."
    if fresh or digest.more:
        new = f"{_what_is_new(digest, fresh, joined=True)}."
    stand = "stands" if again == 1 else "stand"
    known = f"{counted(again, 'passage')} that you know {stand} in other papers too." if again else ""
    gone = listed(
        [f"{count:,} {'was' if count == 1 else 'were'} {what}" for count, what in _overtaken(digest)]
    )
    return " ".join(filter(None, (new, known, gone and f"Of the papers that we told you of, {gone}.")))


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
