"""How often one reader may ask: a number of times at once, then a number a minute."""

from __future__ import annotations

import time
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

MOST = 10_000  # readers remembered


class Limit:
    """A bucket of tokens for each address. Readers on this machine are not counted: they may be a proxy."""

    def __init__(self, a_minute: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second = a_minute / 60
        self._at_once = at_once
        self._clock = clock
        self._lock = Lock()
        self._left: dict[str, tuple[float, float]] = {}  # tokens, and when that was

    def take(self, request: Request) -> None:
        """Raises HTTPException (429) for whoever has asked too often."""
        reader = _reader(request)
        if not reader:
            return
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(reader, (float(self._at_once), now))
            left = min(self._at_once, left + (now - then) * self._a_second)
            self._left[reader] = (left - 1 if left >= 1 else left, now)
            if len(self._left) > MOST:
                del self._left[next(iter(self._left))]
        if left < 1:
            wait = int((1 - left) / self._a_second) + 1
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"Please wait {wait} seconds and try again.",
                {"Retry-After": str(wait)},
            )


def address_of(request: Request) -> str:
    """Whoever asks, as one that counts; all readers on this machine are one."""
    return _reader(request) or "this machine"


def _reader(request: Request) -> str:
    """The address that counts: of IPv6 the network, since a reader has all of its addresses."""
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        # A server that listens on IPv6 is told of IPv4 readers as ::ffff:192.0.2.1.
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    return str(address) if address.version == 4 else address.exploded[:19]
