"""How many pages that promise nothing one source's run asks for: more where such pages gave papers."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from pipeline.model import Document, Embedded, Fetch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import Found

MOST = 40  # of one source and run that gave nothing


class Looks:
    """The budget of one source. What it does not allow yet waits, and is asked once others have paid."""

    def __init__(self, most: int = MOST) -> None:
        self._left = most
        self._waiting: deque[Fetch] = deque()

    def may(self, fetch: Fetch) -> bool:
        """Whether to ask now; what promises something is always asked."""
        if not fetch.is_look:
            return True
        if self._left <= 0:
            self._waiting.append(fetch)
            return False
        self._left -= 1
        return True

    def gave(self, fetch: Fetch, found: Iterable[Found]) -> list[Fetch]:
        """Note what a page gave. Returns the fetches that may be asked now, having waited."""
        if fetch.is_look and any(_pays(each) for each in found):
            self._left += 1
        return [self._waiting.popleft() for _ in range(min(self._left, len(self._waiting)))]


def _pays(found: Found) -> bool:
    return isinstance(found, Document | Embedded) or (isinstance(found, Fetch) and not found.is_look)
