"""Pages that readers have saved. They go with their reader; whoever sees a shared one learns of no reader."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import delete, func, insert, select, tuple_, update

from pipeline.addresses import version_named
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
from pipeline.model import KEPT_BACK
from storage import bodies
from storage import tables as t
from storage.database import now
from storage.paper_joins import captured_at
from storage.secure_delete import erasing

if TYPE_CHECKING:
    from collections.abc import Collection as Some
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import ColumnElement, Connection, Row

    from storage.database import Database

AT_ONCE = 500  # addresses looked up with one question

_c, _p = t.collections.c, t.collected_pages.c
_Place: TypeAlias = tuple[int, str, int]  # paper, SHA-256, page


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
        with erasing(self._database) as connection:
            connection.execute(update(t.collections).where(_c.id == collection).values(**values))

    def delete(self, collection: int) -> None:
        with erasing(self._database) as connection:
            connection.execute(delete(t.collections).where(_c.id == collection))

    # ---- its pages

    def add(self, collection: int, pages: Iterable[PageAddress], note: str, tags: Some[str]) -> int:
        note = checked_text("note", note, MAX_NOTE)
        asked = list(dict.fromkeys(pages))
        if len(asked) > MOST_PAGES:
            raise ConfigError(
                f"A collection holds {MOST_PAGES:,} pages and no more: these are {len(asked):,}."
            )
        # Before the lock is taken: nothing else can be written while it is held.
        with self._database.reading() as connection:
            new = _known(connection, asked)
        with self._database.writing() as connection:
            saved = select(_p.document_id, _p.sha256, _p.page, _p.id, _p.note, _p.tags).where(
                _p.collection_id == collection
            )
            held: dict[_Place, Any] = {
                (row.document_id, row.sha256, row.page): row for row in connection.execute(saved)
            }
            rows = [place for place in new if place not in held]
            for place in new:
                if place in held and (note or tags):
                    _note_again(connection, held[place], note, tags)
            if len(held) + len(rows) > MOST_PAGES:
                raise ConfigError(
                    f"A collection holds {MOST_PAGES:,} pages and no more: this one has {len(held):,}, "
                    f"and these are {len(rows):,} more."
                )
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
        with erasing(self._database) as connection:
            connection.execute(
                update(t.collected_pages)
                .where(_p.collection_id == collection, _p.id == item)
                .values(note=note, tags=list(tags))
            )

    def drop(self, collection: int, item: int) -> None:
        with erasing(self._database) as connection:
            connection.execute(delete(t.collected_pages).where(_p.collection_id == collection, _p.id == item))


def _note_again(connection: Connection, saved: Any, note: str, tags: Some[str]) -> None:
    """What is said of a page that is saved once more comes after what its reader said of it before."""
    notes = [saved.note, note] if note and note not in saved.note else [saved.note]
    both = checked_text("note", " · ".join(filter(None, notes)), MAX_NOTE)
    values = {"note": both, "tags": list(dict.fromkeys([*saved.tags, *tags]))}
    connection.execute(update(t.collected_pages).where(_p.id == saved.id).values(values))


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
    d, m, s = t.documents.c, t.meetings.c, t.sources.c
    query = (
        select(
            t.collected_pages,
            d.title,
            d.url,
            d.state,
            d.published_on,
            d.sha256.label("newest"),
            s.body_id,
            bodies.body_name().label("body_name"),
            m.body_name.label("committee"),
            m.starts_on,
            captured_at(_p.sha256).label("captured_at"),
        )
        .join(t.documents, d.id == _p.document_id)
        .join(t.sources, s.id == d.source_id)
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


def _known(connection: Connection, asked: Sequence[PageAddress]) -> list[_Place]:
    """Each page once, with the bytes that it is of. Raises ConfigError where readers are not shown one."""
    found: dict[_Place, None] = {}
    for first in range(0, len(asked), AT_ONCE):
        some = asked[first : first + AT_ONCE]
        newest, versions = _versions(connection, {each.document for each in some})
        places = [(each.document, _bytes_of(each, newest, versions), each.page) for each in some]
        held = _held(connection, {(sha256, page) for _, sha256, page in places if page})
        for place in places:
            document, sha256, page = place
            if (document, sha256) not in versions or (page and (sha256, page) not in held):
                said = f", page {page}" if page else ""
                raise ConfigError(f"The archive has no paper {document}{said}.")
            found[place] = None
    return list(found)


def _bytes_of(asked: PageAddress, newest: Mapping[int, str], versions: AbstractSet[tuple[int, str]]) -> str:
    if not asked.version:
        return newest.get(asked.document) or ""
    own = (sha256 for document, sha256 in versions if document == asked.document)
    return version_named(asked.version, own)


def _versions(
    connection: Connection, documents: AbstractSet[int]
) -> tuple[dict[int, str], set[tuple[int, str]]]:
    """The newest bytes of papers that readers are shown, and all that they ever had."""
    d, r = t.documents.c, t.revisions.c
    query = (
        select(d.id, d.sha256.label("newest"), r.sha256)
        .join(t.revisions, r.document_id == d.id)
        .where(d.id.in_(documents), d.state.not_in(KEPT_BACK))
    )
    rows = connection.execute(query).all()
    return {row.id: row.newest for row in rows}, {(row.id, row.sha256) for row in rows}


def _held(connection: Connection, places: AbstractSet[tuple[str, int]]) -> set[tuple[str, int]]:
    p = t.pages.c
    query = select(p.sha256, p.number).where(tuple_(p.sha256, p.number).in_(places))
    return {(sha256, number) for sha256, number in connection.execute(query)}
