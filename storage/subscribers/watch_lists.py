"""What readers follow: their watch lists, from where on each counts, and the queries they keep."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from pipeline.errors import ConfigError
from pipeline.matching.query_matching import topic
from pipeline.model import DocumentKind, WatchList
from pipeline.where import Where, part
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

MOST = 50  # lists of one reader
MAX_NAME = 100  # characters of what a reader calls a list
COPY = " (copy)"


def all_of_reader(connection: Connection, reader: int) -> Sequence[Row[Any]]:
    """All rows of a reader's lists, closed ones too, with their queries."""
    c = t.watch_lists.c
    return connection.execute(
        select(t.watch_lists, t.rules.c.text.label("query"))
        .join(t.rules, t.rules.c.id == c.rule_id, isouter=True)
        .where(c.subscriber_id == reader)
        .order_by(c.id)
    ).all()


def followed(connection: Connection, reader: int) -> list[WatchList]:
    """The lists that a reader keeps now, paused ones too."""
    return [
        replace(
            from_json({**row._asdict(), "query": row.query or ""}),
            id=row.id,
            token=row.token,
            paused=row.paused,
        )
        for row in all_of_reader(connection, reader)
        if row.until_flagged is None or row.paused
    ]


def follow(
    connection: Connection, reader: int, watch: WatchList, *, backlog: bool = False, token: str = ""
) -> None:
    """From now on; with `backlog`, all that the archive holds already counts too. Raises ConfigError."""
    if len(followed(connection, reader)) >= MOST:
        raise ConfigError(f"a reader may keep {MOST} watch lists and no more")
    flagged, revision = (0, 0) if backlog else marks(connection)
    connection.execute(
        insert(t.watch_lists).values(
            subscriber_id=reader,
            name=watch.name,
            concepts=list(watch.concepts),
            rule_id=_rule(connection, watch.query) if watch.query else None,
            bodies=list(watch.bodies),
            parts=[str(part) for part in watch.parts],
            kinds=[kind.value for kind in watch.kinds],
            note=watch.note,
            area=watch.area,
            token=token or secrets.token_urlsafe(24),
            since_flagged=flagged,
            since_revision=revision,
            until_flagged=flagged if watch.paused else None,
            until_revision=revision if watch.paused else None,
            paused=watch.paused,
        )
    )


def follow_only(connection: Connection, reader: int, wanted: Sequence[WatchList], *, backlog: bool) -> None:
    """These lists and no others; one that is followed already goes on as it was."""
    left = followed(connection, reader)
    for watch in wanted:
        same = next((each for each in left if _asked(each) == _asked(watch)), None)
        if same is None:
            follow(connection, reader, watch, backlog=backlog)
        else:
            left.remove(same)
            if same.paused:
                pause(connection, reader, same.id, paused=False)
    for watch in left:
        _close(connection, watch.id)


def change(connection: Connection, reader: int, watch: WatchList) -> None:
    """Follow this in place of the list with its id, from now on; what that one found is still told."""
    old = _one(connection, reader, watch.id)
    if _asked(old) == _asked(watch):
        connection.execute(
            update(t.watch_lists)
            .where(t.watch_lists.c.id == old.id)
            .values(name=watch.name, note=watch.note, area=watch.area)
        )
    else:
        _close(connection, old.id)
        follow(connection, reader, replace(watch, paused=old.paused), token=old.token)


def pause(connection: Connection, reader: int, watch: int, *, paused: bool) -> None:
    """Let a list find nothing from now on, or find again; what it had found before is told."""
    old = _one(connection, reader, watch)
    if old.paused == paused:
        return
    _close(connection, old.id)
    if paused:
        connection.execute(update(t.watch_lists).where(t.watch_lists.c.id == old.id).values(paused=True))
    else:
        follow(connection, reader, replace(old, paused=False), token=old.token)


def duplicate(connection: Connection, reader: int, watch: int) -> None:
    """Follow the same once more, under a name that says so, to be changed."""
    old = _one(connection, reader, watch)
    name = f"{old.name[: MAX_NAME - len(COPY)]}{COPY}" if old.name else "Copy"
    follow(connection, reader, replace(old, name=name, paused=False))


def drop(connection: Connection, reader: int, watch: int) -> None:
    """What it found and did not tell is not told."""
    c = t.watch_lists.c
    connection.execute(delete(t.watch_lists).where(c.subscriber_id == reader, c.id == watch))
    forget_unused_rules(connection)


def begin_anew(connection: Connection, reader: int) -> None:
    """Only what comes from now on is news to this reader."""
    flagged, revision = marks(connection)
    connection.execute(
        update(t.watch_lists)
        .where(t.watch_lists.c.subscriber_id == reader)
        .values(since_flagged=flagged, since_revision=revision)
    )


def forget_unused_rules(connection: Connection) -> None:
    """A query that nobody keeps any more goes, with its hits."""
    used = select(t.watch_lists.c.rule_id).where(t.watch_lists.c.rule_id.is_not(None))
    topics = select(t.rules.c.topic).where(t.rules.c.id.not_in(used))
    connection.execute(delete(t.first_mentions).where(t.first_mentions.c.concept_id.in_(topics)))
    connection.execute(delete(t.rules).where(t.rules.c.id.not_in(used)))


def marks(connection: Connection) -> tuple[int, int]:
    """The newest file flagged and the newest revision kept: what comes after them is news."""
    flagged = connection.execute(select(func.max(t.files.c.flagged))).scalar() or 0
    revision = connection.execute(select(func.max(t.revisions.c.id))).scalar() or 0
    return flagged, revision


def as_json(watch: WatchList) -> dict[str, Any]:
    return {
        "name": watch.name,
        "concepts": list(watch.concepts),
        "query": watch.query,
        "bodies": list(watch.bodies),
        "parts": [str(part) for part in watch.parts],
        "kinds": [kind.value for kind in watch.kinds],
        "note": watch.note,
        "area": watch.area,
    }


def from_json(row: dict[str, Any]) -> WatchList:
    return WatchList(
        name=row["name"],
        concepts=tuple(row["concepts"]),
        query=row["query"],
        bodies=tuple(row["bodies"]),
        parts=tuple(map(part, row.get("parts", ()))),  # a wish of before there were any has none
        kinds=tuple(DocumentKind(kind) for kind in row["kinds"]),
        note=row["note"],
        area=row.get("area", ""),  # whoever signed up before there were areas named none
    )


def _asked(watch: WatchList) -> WatchList:
    """What a list asks for, whatever it is called."""
    return replace(watch, id=0, name="", note="", area="", token="", paused=False)


def where(row: Row[Any]) -> Where:
    """Whose papers a row of the table follows."""
    return Where(tuple(row.bodies), tuple(map(part, row.parts)))


def _one(connection: Connection, reader: int, watch: int) -> WatchList:
    """Raises ConfigError where the reader keeps no such list."""
    found = next((each for each in followed(connection, reader) if each.id == watch), None)
    if found is None:
        raise ConfigError("there is no such watch list")
    return found


def _rule(connection: Connection, text: str) -> int:
    c = t.rules.c
    known = connection.execute(select(c.id).where(c.topic == topic(text))).scalar()
    if known is not None:
        return known
    return connection.execute(
        insert(t.rules).values(text=text, topic=topic(text), engine="").returning(c.id)
    ).scalar_one()


def _close(connection: Connection, watch: int) -> None:
    """Find no more; one that was paused goes on not to have found what came since."""
    c = t.watch_lists.c
    flagged, revision = marks(connection)
    connection.execute(
        update(t.watch_lists)
        .where(c.id == watch)
        .values(
            until_flagged=func.coalesce(c.until_flagged, flagged),
            until_revision=func.coalesce(c.until_revision, revision),
            paused=False,
        )
    )
