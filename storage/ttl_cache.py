"""Answers that many readers ask for and that change slowly, kept for some seconds."""

from __future__ import annotations

import time
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from pipeline.errors import TooBusy

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
MOST = 500  # answers kept: those that were asked for last
STALE = 600.0  # seconds, for which an answer is better than none


class _Kept(NamedTuple):
    at: float
    withheld: object  # by then
    answer: Any


class Memory:
    """Safe for threads. While one asks anew the others get the answer of before, or wait for the new one.

    An answer of before is given for `STALE` seconds, and not where something was withheld since: `withheld`
    returns another value then.
    """

    def __init__(self, seconds: float, withheld: Callable[[], object] = lambda: None) -> None:
        self._seconds = seconds
        self._withheld = withheld
        self._lock = Lock()
        self._kept: dict[Hashable, _Kept] = {}
        self._asked: dict[Hashable, Future[Any]] = {}  # answers on their way

    def recall(self, name: Hashable, ask: Callable[[], T], seconds: float | None = None) -> T:
        """Returns what `ask` does, or did some seconds ago.

        `seconds`: where this answer keeps for longer than others. Raises what `ask` raises; where that is
        TooBusy, the answer of before takes its place.
        """
        now = time.monotonic()
        with self._lock:
            kept = self._kept.pop(name, None)
            if kept:
                self._kept[name] = kept  # now the last to go
        if kept and now - kept.at < (seconds or self._seconds):
            return cast("T", kept.answer)
        withheld = self._withheld()
        before = kept if kept and now - kept.at < STALE and kept.withheld == withheld else None
        with self._lock:
            under_way = self._asked.get(name)
            coming = self._asked.setdefault(name, Future())
        if coming is under_way:
            return cast("T", before.answer if before else coming.result())
        try:
            answer = ask()
        except BaseException as fault:
            with self._lock:
                del self._asked[name]
            coming.set_exception(fault)
            if isinstance(fault, TooBusy) and before:
                return cast("T", before.answer)
            raise
        with self._lock:
            del self._asked[name]
            self._kept[name] = _Kept(now, withheld, answer)
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        coming.set_result(answer)
        return answer
