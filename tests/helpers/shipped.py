"""What ships, compiled once for all tests of a process: this takes longer than what most of them ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.matching import concepts
from pipeline.matching.concept_matching import compiled

if TYPE_CHECKING:
    from pipeline.matching.concept_matching import ConceptMatcher


def matcher() -> ConceptMatcher:
    """Of all concepts that ship."""
    return compiled(tuple(concepts.load([concepts.SHIPPED]).values()))
