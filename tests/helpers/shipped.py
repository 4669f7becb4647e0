"""What ships, compiled once for all tests of a process: this takes longer than what most of them ask."""

from __future__ import annotations

from functools import cache

from pipeline.matching import concepts
from pipeline.matching.concept_matching import ConceptMatcher


@cache
def matcher() -> ConceptMatcher:
    """Of all concepts that ship."""
    return ConceptMatcher(concepts.load([concepts.SHIPPED]).values())
