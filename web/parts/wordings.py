"""The wordings of a concept, with how often each is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWording:
    """A wording, and how many passages say it in papers whose date is known."""

    wording: str
    passages: int
    is_pattern: bool  # its words are near each other: `wording` is a name for them


def wordings(concept: str, site: Site) -> list[SaidWording]:
    """Every wording of a concept, those first that are said most."""
    counts = Counter[str]()
    for row in site.shelf.said(concept):
        counts[row.wording] += row.count
    patterns = {known.text: bool(known.all) for known in site.families.wordings(concept)}
    return [
        SaidWording(wording=text, passages=counts[text], is_pattern=patterns.get(text, False))
        for text in sorted({*patterns, *counts}, key=lambda text: (-counts[text], text.casefold()))
    ]
