"""Which of several mentions that overlap is meant, and which are one."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.matching.mentions.mention import Mention

# Around a name in brackets after another of the same thing.
_OPENS = re.compile(r"(?:['\u2019]s?)?\s*[(\[]\s*(?:the\s+)?[\"'\u201c\u2018]?", re.IGNORECASE)
_CLOSES = re.compile(r"(?:['\u2019]s?)?[\"'\u201d\u2019]?\s*[)\]]")


def settle(mentions: Iterable[Mention]) -> list[Mention]:
    """Returns the mentions in the order of the text; of those of one concept that overlap one stays.

    The longest of fixed wordings, before the shortest of patterns.
    """
    settled: list[Mention] = []
    by_length = sorted(mentions, key=_precedence)
    for _, of_concept in groupby(by_length, key=attrgetter("concept_id")):
        taken = bytearray(max(mention.end for mention in by_length))
        for mention in of_concept:
            if 1 not in taken[mention.start : mention.end]:
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
                settled.append(mention)
    return sorted(settled, key=lambda m: (m.start, m.end, m.concept_id))


def named_once(mentions: Iterable[Mention], text: str) -> Iterator[Mention]:
    """Without a name in brackets after another of the same concept: "care board (the ICB)" is one."""
    ends: dict[str, int] = {}  # of the last mention of each concept
    for mention in mentions:
        between = text[ends.get(mention.concept_id, 0) : mention.start]
        ends[mention.concept_id] = mention.end
        if not (_OPENS.fullmatch(between) and _CLOSES.match(text, mention.end)):
            yield mention


def _precedence(mention: Mention) -> tuple[str, bool, int, int, str]:
    length = mention.end - mention.start
    is_pattern = bool(mention.wording.all)
    return (
        mention.concept_id,
        is_pattern,
        length if is_pattern else -length,
        mention.start,
        mention.wording.text,
    )
