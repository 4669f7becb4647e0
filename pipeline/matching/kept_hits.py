"""The hits of a paper that are kept, and how many more there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.matching.mentions.mention import Mention
    from pipeline.model import Hit, Page

MOST_ON_A_PAGE = 50  # mentions of a concept that are kept; a page of an index may have some dozens
MOST_IN_A_PAPER = 1_000


class KeptHits:
    """The hits of a paper: a bounded number of each concept, and the exact number of the others."""

    def __init__(self) -> None:
        self._hits: list[Hit] = []
        self._of_page: Counter[tuple[str, int]] = Counter()
        self._of_paper: Counter[str] = Counter()
        self._last: dict[str | tuple[str, str], int] = {}  # where the last hit of a concept, of a wording is
        self._heads: set[tuple[str, str]] = set()
        self._more: Counter[tuple[str, str]] = Counter()

    def knows_head(self, mention: Mention) -> bool:
        """Whether a running head said it before; it is known from now on."""
        head = mention.concept_id, mention.wording.text
        known = head in self._heads
        self._heads.add(head)
        return known

    def has_room(self, page: Page, mention: Mention) -> bool:
        """Whether one more is kept; one that is not is counted."""
        concept = mention.concept_id
        if self._of_page[concept, page.number] < MOST_ON_A_PAGE and self._of_paper[concept] < MOST_IN_A_PAPER:
            return True
        self._more[concept, mention.wording.text] += 1
        return False

    def add(self, hit: Hit) -> None:
        self._of_page[hit.concept_id, hit.page] += 1
        self._of_paper[hit.concept_id] += 1
        self._last[hit.concept_id] = self._last[hit.concept_id, hit.wording] = len(self._hits)
        self._hits.append(hit)

    def all(self) -> list[Hit]:
        """Those that are not kept are counted in the last of their wording: with it they are hidden."""
        for (concept, wording), more in self._more.items():
            last = self._last.get((concept, wording), self._last[concept])
            self._hits[last] = replace(self._hits[last], more=self._hits[last].more + more)
        return self._hits
