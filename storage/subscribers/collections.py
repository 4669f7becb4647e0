"""Pages that readers have saved. They go with their reader; whoever sees a shared one learns of no reader."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from pipeline.errors import ConfigError
from pipeline.evidence.collection import (
    MAX_NAME,
    MAX_NOTE,
    MOST,
    MOST_PAGES,
    Collection,
    PageAddress,
    SavedPage,
    Sharing,
    checked_text,
)
from pipeline.model import DocumentState
from storage import tables as t
from storage.database import now
from storage.secure_delete import erasing, flush

if TYPE_CHECKING:
    from collections.abc import Collection as Some
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection, Row

    from storage.database import Database

_c, _p = t.collections.c, t.collected_pages.c
KEPT_BACK = {DocumentState.WITHHELD.value, DocumentState.REMOVED.value}


class Collections:
    """What `pipeline.evidence.collection.Collections` asks for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- which there are

    def start(self, reader: str, name: str) -> Collection | None:
        name = checked_text("name", name, MAX_NAME)
        if not name:
            raise ConfigError("Give the collection a name.")
        with self._database.writing() as connection:
            owner = _reader(connection, reader)
            if owner is None:
                return None
            if len(_found(connection, _c.subscriber_id == owner)) >= MOST:
                raise ConfigError(f"You may keep {MOST} collections and no more.")
            key = secrets.token_urlsafe(24)
            connection.execute(
                insert(t.collections).values(
                    subscriber_id=owner, key=key, name=name, note="", sharing="", share=None, created_at=now()
                )
            )
            return _found(connection, _c.key == key)[0]

    def of_reader(self, reader: str) -> list[Collection]:
        with self._database.reading() as connection:
            return _found(connection, _c.subscriber_id == (_reader(connection, reader) or 0))

    def of_key(self, key: str) -> Collection | None:
        return self._one(_c.key == key) if key.isascii() else None

    def of_share(self, share: str) -> Collection | None:
        return self._one(_c.share == share) if share and share.isascii() else None

    def of_id(self, number: int) -> Collection | None:
        """As the command line names one."""
        return self._one(_c.id == number)

    def public(self) -> list[Collection]:
        with self._database.reading() as connection:
            return _found(connection, _c.sharing == Sharing.PUBLIC.value)[::-1]

    def _one(self, which: ColumnElement[bool]) -> Collection | None:
        with self._database.reading() as connection:
            return next(iter(_found(connection, which)), None)

    # ---- changing one

    def rename(self, collection: int, name: str, note: str) -> None:
        name, note = checked_text("name", name, MAX_NAME), checked_text("note", note, MAX_NOTE)
        if not name:
            raise ConfigError("Give the collection a name.")
        self._set(collection, name=name, note=note)

    def share(self, collection: int, sharing: Sharing) -> None:
        shared = sharing is not Sharing.NOBODY
        self._set(collection, sharing=sharing.value, share=secrets.token_urlsafe(24) if shared else None)

    def _set(self, collection: int, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(t.collections).where(_c.id == collection).values(**values))

    def delete(self, collection: int) -> None:
        with erasing(self._database) as connection:
            connection.execute(delete(t.collections).where(_c.id == collection))
        flush(self._database)

    # ---- its pages

    def add(self, collection: int, pages: Iterable[PageAddress], note: str, tags: Some[str]) -> int:
        note = checked_text("note", note, MAX_NOTE)
        with self._database.writing() as connection:
            places = select(_p.document_id, _p.sha256, _p.page).where(_p.collection_id == collection)
            held = {tuple(row) for row in connection.execute(places)}
            new = dict.fromkeys(_known(connection, each) for each in pages)
            rows = [place for place in new if place not in held]
            if len(held) + len(rows) > MOST_PAGES:
                raise ConfigError(f"A collection holds {MOST_PAGES:,} pages and no more.")
            if rows:
                connection.execute(
                    insert(t.collected_pages),
                    [
                        {
                            "collection_id": collection,
                            "document_id": document,
                            "sha256": sha256,
                            "page": page,
                            "note": note,
                            "tags": list(tags),
                            "saved_at": now(),
                        }
                        for document, sha256, page in rows
                    ],
                )
            return len(rows)

    def pages(self, collection: int, limit: int = 0, skip: int = 0) -> list[SavedPage]:
        with self._database.reading() as connection:
            return saved(connection, collection, limit, skip)

    def annotate(self, collection: int, item: int, note: str, tags: Some[str]) -> None:
        note = checked_text("note", note, MAX_NOTE)
        with self._database.writing() as connection:
            connection.execute(
                update(t.collected_pages)
                .where(_p.collection_id == collection, _p.id == item)
                .values(note=note, tags=list(tags))
            )

    def drop(self, collection: int, item: int) -> None:
        with erasing(self._database) as connection:
            connection.execute(delete(t.collected_pages).where(_p.collection_id == collection, _p.id == item))


def everything_of(connection: Connection, subscriber: int) -> list[dict[str, Any]]:
    """All that is held of a reader's collections, for whoever asks what is held on them."""
    c = t.collections.c
    found = connection.execute(
        select(t.collections).where(c.subscriber_id == subscriber).order_by(c.id)
    ).all()
    return [
        {
            **row._asdict(),
            "pages": [
                page._asdict()
                for page in connection.execute(
                    select(t.collected_pages).where(_p.collection_id == row.id).order_by(_p.id)
                )
            ],
        }
        for row in found
    ]


def saved(connection: Connection, collection: int, limit: int = 0, skip: int = 0) -> list[SavedPage]:
    """The pages of a collection in the order in which they were saved; limit 0 is all."""
    d, m, s, r = t.documents.c, t.meetings.c, t.sources.c, t.revisions.c
    captured = (
        select(func.min(r.fetched_at))
        .where(r.document_id == d.id, r.sha256 == _p.sha256)
        .correlate(t.documents, t.collected_pages)
        .scalar_subquery()
    )
    query = (
        select(
            t.collected_pages,
            d.title,
            d.url,
            d.state,
            d.published_on,
            d.sha256.label("newest"),
            s.body_id,
            func.coalesce(t.bodies.c.name, s.name).label("body_name"),
            m.body_name.label("committee"),
            m.starts_on,
            captured.label("captured_at"),
        )
        .join(t.documents, d.id == _p.document_id)
        .join(t.sources, s.id == d.source_id)
        .join(t.bodies, t.bodies.c.id == s.body_id, isouter=True)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .where(_p.collection_id == collection)
        .order_by(_p.id)
        .offset(skip)
    )
    return [_saved(row) for row in connection.execute(query.limit(limit) if limit else query)]


def _saved(row: Row[Any]) -> SavedPage:
    return SavedPage(
        id=row.id,
        document=row.document_id,
        sha256=row.sha256,
        page=row.page,
        note=row.note,
        tags=tuple(row.tags),
        saved_at=row.saved_at,
        title=row.title,
        body=row.body_id,
        body_name=row.body_name,
        committee=row.committee or "",
        meeting_date=row.starts_on,
        published_on=row.published_on,
        url=row.url,
        state=row.state,
        captured_at=None if row.state in KEPT_BACK else row.captured_at,
        is_newest=row.newest == row.sha256,
    )


def _found(connection: Connection, which: ColumnElement[bool]) -> list[Collection]:
    pages = select(func.count()).where(_p.collection_id == _c.id).correlate(t.collections).scalar_subquery()
    query = select(t.collections, pages.label("pages")).where(which).order_by(_c.id)
    return [
        Collection(
            id=row.id,
            key=row.key,
            name=row.name,
            note=row.note,
            sharing=Sharing(row.sharing),
            share=row.share or "",
            created_at=row.created_at,
            pages=row.pages,
        )
        for row in connection.execute(query)
    ]


def _reader(connection: Connection, token: str) -> int | None:
    if not token.isascii():
        return None
    s = t.subscribers.c
    return connection.execute(select(s.id).where(s.token == token)).scalar()


def _known(connection: Connection, address: PageAddress) -> tuple[int, str, int]:
    """The page with the bytes that it stands in. Raises ConfigError where readers are not shown it."""
    d, r, p = t.documents.c, t.revisions.c, t.pages.c
    sha256 = connection.execute(
        select(r.sha256)
        .join(t.documents, d.id == r.document_id)
        .where(
            d.id == address.document,
            d.state.not_in(KEPT_BACK),
            r.sha256 == (address.version or d.sha256),
        )
        .limit(1)
    ).scalar()
    there = select(p.number).where(p.sha256 == sha256, p.number == address.page)
    if sha256 is None or (address.page and connection.execute(there).first() is None):
        page = f", page {address.page}" if address.page else ""
        raise ConfigError(f"The archive has no paper {address.document}{page}.")
    return address.document, sha256, address.page
