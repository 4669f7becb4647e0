"""A wording of a concept at a place of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pipeline.matching.concepts import Wording


@dataclass(frozen=True, slots=True)
class Mention:
    """A wording of a concept at a place of one text."""

    concept_id: str
    wording: Wording
    start: int
    end: int
    crosses: bool = False  # over the page end: `end` counts on as if the next page's body followed this one's


class PossibleMention(NamedTuple):
    """What may be a mention, and whether its surroundings allow it: the paper has the last word."""

    mention: Mention
    is_allowed: bool
