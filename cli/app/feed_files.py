"""Each watch list as files that other programs follow: `<data>/feeds/<token>.atom` and `.ics`.

The name is the secret: whoever serves the folder must not list it. The web page makes them afresh from the
database, so that it is the same on every machine.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import digest
from pipeline.archive_log import checkpoint
from pipeline.days import local_today
from pipeline.english import answer_foot
from pipeline.health.account import scopes
from pipeline.meetings.icalendar import Event, icalendar
from pipeline.where import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from cli.app.context import App
    from pipeline.model import Subscriber, WatchList

ENTRIES = 50
PAUSED = "This alert is paused, so nothing new is added until you resume it."
BACK = timedelta(days=28)  # how long a calendar keeps what is past


def write(app: App, today: date) -> None:
    """Bring the feeds of every reader up to date; those of lists that are gone are removed."""
    folder = app.data / "feeds"
    names: set[str] = set()
    for reader in app.archive.readers.subscribers():
        for watch in reader.watch_lists:
            _write(app, reader, watch, today)
            names |= {f"{watch.token}.atom", f"{watch.token}.ics"}
    for path in folder.glob("*"):
        if path.name not in names:
            path.unlink(missing_ok=True)


def renew(app: App, reader: Subscriber, before: Iterable[WatchList]) -> None:
    """Write the feeds of those lists that are not as they were, and remove those of lists that are gone."""
    known, kept = list(before), {watch.token for watch in reader.watch_lists}
    forget(app.data, (watch for watch in known if watch.token not in kept))
    with suppress(OSError):  # the list is kept; the next run writes its feed
        for watch in reader.watch_lists:
            if watch not in known:
                _write(app, reader, watch, local_today())


def _write(app: App, reader: Subscriber, watch: WatchList, today: date) -> None:
    for kind, make in KINDS.items():
        _put(app.data / "feeds" / f"{watch.token}.{kind}", make(app, reader, watch, today))


def list_atom(app: App, reader: Subscriber, watch: WatchList, _today: date | None = None) -> bytes:
    """What the list finds, newest papers first, as a feed."""
    from alerts import feed, links

    settings = app.config.alerts
    looked_at = PAUSED if watch.paused else answer_foot(app.archive.reports.account(scopes([watch])))
    return feed.atom(
        digest.entries(app.archive.ledger.latest(watch.id, ENTRIES), reader, app.concepts),
        settings,
        title=watch.name or watch.query or "Mentions",
        url=links.feed(settings, watch.token) or f"urn:paperwatch:feeds:{watch.token}",
        updated=datetime.fromtimestamp(0, UTC),
        about=" ".join(filter(None, (looked_at, checkpoint.line(app.archive.log.head())))),
    )


def calendar(app: App, _reader: Subscriber, watch: WatchList, today: date) -> bytes:
    """Meetings of the list's bodies and consultations that close, as a calendar; none while it is paused."""
    settings = app.config.alerts
    rows = app.archive.reports.calendar(today - BACK, NOWHERE if watch.paused else watch.where)
    return icalendar(
        (Event(ahead=ahead, sequence=changes) for ahead, changes in rows),
        name=f"{watch.name or 'Meetings ahead'}{' (paused)' if watch.paused else ''}",
        domain=urlsplit(settings.base_url).hostname or settings.domain,
        stamped_at=datetime.combine(today, time(), UTC),
    )


KINDS = {"atom": list_atom, "ics": calendar}


def forget(data: Path, lists: Iterable[WatchList]) -> None:
    """Remove the files of these lists."""
    for watch in lists:
        for kind in ("atom", "ics"):
            (data / "feeds" / f"{watch.token}.{kind}").unlink(missing_ok=True)


def _put(path: Path, content: bytes) -> None:
    """Whoever reads the file finds the old one or the new one, whole; an unchanged one is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and path.read_bytes() == content:
        return
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    temporary.replace(path)
