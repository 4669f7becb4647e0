"""A limit on a whole conversation: a socket's own begins anew with every byte that drips in."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


@contextmanager
def cut_off(seconds: float, line: Callable[[], socket.socket | None]) -> Generator[threading.Event]:
    """Shut the line down when the time is up; the event says that this is why it was lost."""
    expired = threading.Event()

    def cut() -> None:
        expired.set()  # first, so that whoever reads the cut-off line knows why it was cut
        now = line()
        if now is not None:
            with suppress(OSError):
                # not now.shutdown(): a TLS socket's own would pull the session away under the reading thread
                socket.socket.shutdown(now, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()
