"""What must be known before a store is used; until it is, each use asks again."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Readiness:
    """`check` is called by the first use; other threads wait for it, and it may use the store itself."""

    def __init__(self, check: Callable[[], object] = lambda: None) -> None:
        self.check = check
        self._is_known = False
        self._checking = RLock()

    def __call__(self) -> None:
        """Raises what the check raises."""
        with self._checking:
            if self._is_known:
                return
            self._is_known = True
            try:
                self.check()
            except BaseException:
                self._is_known = False
                raise
