"""Has the log's signed roots stamped by an authority, and checks its stamps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.english import instant
from pipeline.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from types import ModuleType

    from cli.app.config import LogConfig
    from cli.app.context import App
    from pipeline.archive_log.checkpoint import SignedRoot

SECONDS = 20.0  # that an authority may take to connect, and again to answer
LONGEST = 100_000  # bytes of its answer: a stamp with its certificates has some five thousand


def stamp_newest(app: App) -> str:
    """Have the newest signed root stamped, once. Returns why it was not; "" where all is right."""
    settings, root = app.config.log, app.archive.log.head()
    if not settings.timestamp_url or root is None or root.stamp:
        return ""
    try:
        stamp = _asked(settings, root.note)
        checked_stamp(settings, root.note, stamp)
    except (ConfigError, DeliveryError, ValueError) as error:
        return str(error).replace("webhook", "authority")
    app.archive.log.keep_stamp(root.note, stamp)
    return ""


def checked_stamp(settings: LogConfig, note: str, stamp: bytes) -> str:
    """Returns when a checkpoint was stamped, as a person reads it. Raises ValueError or ConfigError."""
    return instant(_library().stamped_at(stamp, note, _authorities(settings)))


def findings(settings: LogConfig, roots: list[SignedRoot]) -> list[tuple[bool, str]]:
    """Returns for each stamped root whether something is wrong, and a sentence."""
    said: list[tuple[bool, str]] = []
    for root in roots:
        if root.stamp:
            name = f"the root of {root.size:,} entries"
            try:
                when = checked_stamp(settings, root.note, root.stamp)
                said.append((False, f"{name} was stamped by an authority on {when}"))
            except ConfigError as error:
                return [(False, f"time stamps were not checked: {error}")]
            except ValueError as error:
                said.append((True, f"{name} has a time stamp that does not prove it: {error}"))
    return said


def _asked(settings: LogConfig, note: str) -> bytes:
    from alerts.channels.webhook import Inward, exchange

    status, answer = exchange(
        settings.timestamp_url,
        _library().request(note),
        {"Content-Type": "application/timestamp-query"},
        inward=Inward(
            settings.timestamp_from_private_addresses, "`timestamp_from_private_addresses` in [log]"
        ),
        timeout=SECONDS,
        most=LONGEST,
    )
    if status != 200:
        raise ValueError(f"it answered {status}")
    return answer


def _authorities(settings: LogConfig) -> bytes:
    if not settings.timestamp_ca_file:
        raise ConfigError("[log] timestamp_ca_file names no certificate to check them with")
    try:
        return Path(settings.timestamp_ca_file).read_bytes()
    except OSError as error:
        raise ConfigError(f"[log] timestamp_ca_file: {error.strerror}: {error.filename}") from error


def _library() -> ModuleType:
    try:
        from pipeline.archive_log import timestamps
    except ImportError as error:
        raise ConfigError("time stamps need the extra: pip install 'paperwatch[timestamps]'") from error
    return timestamps
