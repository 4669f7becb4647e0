"""How many pages that promise nothing one source's run asks for: more where such pages gave papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Document, Embedded, Fetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.model import Found

MOST = 40  # of one source and run that gave nothing


class LookBudget:
    """The budget of one source. What it does not allow yet waits, and is asked once others have paid."""

    def __init__(self, most: int = MOST) -> None:
        self._left = most
        self._waiting: dict[tuple[str, str], Fetch] = {}

    @property
    def waiting(self) -> tuple[Fetch, ...]:
        """At the end of a run: the pages that nobody looked at."""
        return tuple(self._waiting.values())

    def may(self, fetch: Fetch, *, is_full: bool = False) -> bool:
        """Whether to ask now; what promises something is always asked. `is_full`: of pages of any kind."""
        if not fetch.is_look:
            return True
        if self._left <= 0 or is_full:
            self._waiting.setdefault((fetch.url, fetch.step), fetch)
            return False
        self._left -= 1
        return True

    def gave(self, fetch: Fetch, found: Iterable[Found] = ()) -> None:
        """Note what an answer gave: nothing, where the page failed."""
        if fetch.is_look and any(_pays(each) for each in found):
            self._left += 1

    def ready(self) -> Iterator[Fetch]:
        """The fetches that waited and may be asked now. One that is not asked leaves its turn to the next."""
        for key in tuple(self._waiting):
            if self._left > 0:
                yield self._waiting.pop(key)


def _pays(found: Found) -> bool:
    return isinstance(found, Document | Embedded) or (isinstance(found, Fetch) and not found.is_look)
