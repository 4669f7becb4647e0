"""Answers that many readers ask for and that change slowly, kept for some seconds."""

from __future__ import annotations

import time
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pipeline.errors import TooBusy

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
MOST = 500  # answers kept: those that were asked for last
STALE = 600.0  # seconds, for which an answer is better than none


class Memory:
    """Safe for threads. While one asks anew the others get the answer of before, or wait for the new one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._kept: dict[Hashable, tuple[float, object]] = {}
        self._asked: dict[Hashable, Future[Any]] = {}  # answers on their way

    def recall(self, name: Hashable, ask: Callable[[], T], seconds: float | None = None) -> T:
        """`seconds`: where this answer keeps for longer than others.

        Raises what `ask` raises; where that is TooBusy, an answer of some minutes ago takes its place.
        """
        now = time.monotonic()
        with self._lock:
            kept = self._kept.pop(name, None)
            under_way = self._asked.get(name)
            if kept:
                self._kept[name] = kept  # now the last to go
                if under_way or now - kept[0] < (seconds or self._seconds):
                    return cast("T", kept[1])
            coming = self._asked.setdefault(name, Future())
        if coming is under_way:
            return cast("T", coming.result())
        try:
            answer = ask()
        except BaseException as fault:
            with self._lock:
                del self._asked[name]
            coming.set_exception(fault)
            if isinstance(fault, TooBusy) and kept and now - kept[0] < STALE:
                return cast("T", kept[1])
            raise
        with self._lock:
            del self._asked[name]
            self._kept[name] = now, answer
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        coming.set_result(answer)
        return answer
