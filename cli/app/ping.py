"""Tells a watchdog of the beginning and the end of each run, as healthchecks.io and its like want it.

What never begins cannot complain: the watchdog does, when it hears nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from cli.terminal import note
from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cli.app.config import OperationsConfig

SECONDS = 10.0  # that a ping may take to connect, and again to be answered
LONGEST = 10_000  # characters of a summary: watchdogs keep no more


@contextmanager
def pinged(config: OperationsConfig, summary: Callable[[], tuple[bool, str]]) -> Iterator[None]:
    """Ping before and after; `summary` says whether the run finished, and what it did."""
    ping(config, "start")
    try:
        yield
    except BaseException as error:
        ping(config, "fail", str(error) or type(error).__name__)
        raise
    finished, text = summary()
    ping(config, "" if finished else "fail", text)


def ping(config: OperationsConfig, what: str, text: str = "") -> None:
    """One ping. What goes wrong with it is said and stops no run."""
    if not config.ping_url:
        return
    from alerts.channels.webhook import Inward, post

    parts = urlsplit(config.ping_url)
    path = "/".join(filter(None, (parts.path.rstrip("/"), what))) or "/"
    address = urlunsplit(parts._replace(path=path))
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    inward = Inward(config.ping_to_private_addresses, "`ping_to_private_addresses` in [operations]")
    try:
        status = post(address, text[:LONGEST], headers, inward=inward, timeout=SECONDS)
    except DeliveryError as error:
        why = str(error).replace("webhook", "address")
        note(f"the watchdog of [operations] ping_url was not reached: {why}")
    else:
        if not 200 <= status < 300:
            note(f"the watchdog of [operations] ping_url answered {status}")
