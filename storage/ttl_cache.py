"""Answers that many readers ask for and that change slowly, kept for some seconds."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
MOST = 500  # answers kept


class Memory:
    """Safe for threads. While one asks anew the others get the answer of before; without one they ask too."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._kept: dict[Hashable, tuple[float, object]] = {}
        self._asked: set[Hashable] = set()  # of which a new answer is on its way

    def recall(self, name: Hashable, ask: Callable[[], T]) -> T:
        now = time.monotonic()
        with self._lock:
            kept = self._kept.get(name)
            if kept and (now - kept[0] < self._seconds or name in self._asked):
                return cast("T", kept[1])
            self._asked.add(name)
        try:
            answer = ask()
        finally:
            with self._lock:
                self._asked.discard(name)
        with self._lock:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[name] = (now, answer)
        return answer
