"""Moving an archive's database between engines: whole, resumed, brought up to date, and refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import insert, select, text

from pipeline.errors import ConfigError, StorageError
from pipeline.matching.query import parse
from pipeline.model import Cadence
from storage import engines
from storage import tables as t
from storage.archive import open_archive
from storage.config import StorageConfig
from storage.copying import copy_database
from storage.dataset.export import export
from storage.dataset.tables import TABLES
from tests.helpers import postgres
from tests.helpers.archives import MOMENT, keep


@pytest.fixture
def filled(tmp_path):
    """An archive in SQLite with something in most tables, and numbers that were given and taken back."""
    address = f"sqlite:///{tmp_path / 'archive.sqlite3'}"
    archive = open_archive(tmp_path / "data", StorageConfig(url=address))
    keep(archive, ["The integrated care board met.", "Llŷn: £1m.\x00"], key="d1", title="Nul\x00 in it")
    keep(archive, ["Whole population payment.", "Nothing."], key="d2", items=["4", "5"])
    gone = keep(archive, ["To be removed."], key="d3")
    (paper,) = (paper.document for paper in archive.reports.papers() if paper.sha256 == gone)
    archive.custody.remove(paper, "asked for")
    archive.readers.subscribe(
        "a@example.org", channel="mail", cadence=Cadence.WEEKLY, concepts=("c",), confirmed_at=MOMENT
    )
    archive.log.sign()
    yield archive
    archive.database.engine.dispose()


def everything(archive):
    with archive.database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in t.metadata.sorted_tables
            if table.name not in {"marks", "words"}
        }


def without_nul(rows):
    return {
        name: [tuple(v.replace("\x00", "\ufffd") if isinstance(v, str) else v for v in row) for row in each]
        for name, each in rows.items()
    }


def test_there_and_back_again_all_is_the_same(tmp_path, filled, server):
    there = server.new()
    copied = list(copy_database(filled.database, there))
    assert {each.table: each.rows for each in copied}["pages"] == 4
    moved = open_archive(tmp_path / "data", StorageConfig(url=postgres.shown(there)))
    assert everything(moved) == without_nul(everything(filled))
    assert found(moved) == found(filled) != []
    assert list(moved.upkeep.check()) == []
    for name, archive in (("sqlite", filled), ("postgres", moved)):
        export(archive.database, "csv", tmp_path / name)
    for table in TABLES:
        one, other = (tmp_path / name / f"{table.name}.csv" for name in ("sqlite", "postgres"))
        shown = [path.read_text().replace("\x00", "\ufffd") for path in (one, other)]
        assert shown[0] == shown[1]

    back = engines.address(f"sqlite:///{tmp_path / 'back.sqlite3'}", tmp_path)
    list(copy_database(moved.database, back))
    returned = open_archive(tmp_path / "data", StorageConfig(url=back.render_as_string()))
    assert everything(returned) == everything(moved)
    assert found(returned) == found(moved)
    assert list(returned.upkeep.check()) == []
    numbers = (keep(each, ["New."], key="d9") and newest(each) for each in (filled, moved, returned))
    assert len(set(numbers)) == 1, "no number is given twice, on either engine"


def found(archive):
    answers = archive.search.find(parse('"integrated care" OR payment'))
    return [(answer.document, answer.page, answer.snippet) for answer in answers]


def newest(archive):
    with archive.database.reading() as connection:
        return connection.execute(text("SELECT max(id) FROM revisions")).scalar()


def test_a_copy_that_was_stopped_is_no_archive_and_goes_on(tmp_path, filled, server):
    there = server.new()
    stopped = copy_database(filled.database, there)
    done = list(islice(stopped, 8))
    stopped.close()
    with pytest.raises(StorageError, match="unfinished copy: run `paperwatch db copy --to` again"):
        open_archive(tmp_path / "data", StorageConfig(url=postgres.shown(there)))
    rest = list(copy_database(filled.database, there))
    assert sum(each.written for each in done) > 0
    assert sum(each.written for each in rest[:8]) == 0, "what was copied is not written again"
    moved = open_archive(tmp_path / "data", StorageConfig(url=postgres.shown(there)))
    assert everything(moved) == without_nul(everything(filled))


def test_a_copy_is_brought_up_to_date(tmp_path, filled, server):
    there = server.new()
    list(copy_database(filled.database, there))
    keep(filled, ["A later paper, of the integrated care board."], key="d4")
    filled.readers.subscribe(
        "b@example.org",
        channel="mail",
        cadence=Cadence.WEEKLY,
        concepts=("c",),
        confirmed_at=MOMENT + timedelta(1),
    )
    with filled.database.writing() as connection:
        connection.execute(t.documents.update().where(t.documents.c.key == "d1").values(title="Mended"))
        connection.execute(t.changes.delete())
    list(copy_database(filled.database, there))
    moved = open_archive(tmp_path / "data", StorageConfig(url=postgres.shown(there)))
    assert everything(moved) == without_nul(everything(filled))
    assert len(moved.search.find(parse('"integrated care"'))) == 2


def test_another_archive_is_not_written_over(tmp_path, filled, server):
    there = server.new()
    own = open_archive(tmp_path / "other", StorageConfig(url=postgres.shown(there)))
    keep(own, ["Another archive."])
    before = everything(own)
    with pytest.raises(ConfigError, match="holds an archive: name an empty one"):
        list(copy_database(filled.database, there))
    assert everything(own) == before


@pytest.fixture(params=["sqlite", "postgresql"])
def there(request, tmp_path):
    if request.param == "sqlite":
        return engines.address(f"sqlite:///{tmp_path / 'copy.sqlite3'}", tmp_path)
    return request.getfixturevalue("server").new()


@pytest.fixture
def moved(tmp_path, filled, there):
    list(copy_database(filled.database, there))
    opened = open_archive(tmp_path / "data", StorageConfig(url=postgres.shown(there)))
    yield opened
    opened.database.engine.dispose()


def added(archive, address):
    return archive.readers.subscribe(
        address, channel="mail", cadence=Cadence.WEEKLY, concepts=("c",), confirmed_at=MOMENT
    )


@pytest.mark.parametrize(
    "use",
    [
        lambda archive: keep(archive, ["Found after the move."], key="d5"),
        lambda archive: added(archive, "new@example.org"),
        lambda archive: archive.readers.remove("a@example.org"),
        lambda archive: archive.readers.stop(archive.readers.of_address("a@example.org").id),
        lambda archive: archive.collections.start(archive.readers.subscribers()[0].token, "Mine"),
    ],
    ids=["a run", "a reader comes", "a reader goes", "a reader stops", "a reader collects"],
)
def test_a_copy_that_was_worked_with_is_not_taken_back(filled, there, moved, use):
    use(moved)
    before = everything(moved)
    for again in (False, True):
        if again:
            added(filled, "b@example.org")
        with pytest.raises(ConfigError, match=r"in use since .* name it as `\[storage\] url`"):
            list(copy_database(filled.database, there))
        assert everything(moved) == before


def test_readers_that_go_from_the_archive_go_from_a_copy_that_nobody_used(filled, there, moved):
    added(filled, "b@example.org")
    list(copy_database(filled.database, there))
    filled.readers.remove("a@example.org")
    list(copy_database(filled.database, there))
    assert everything(moved) == without_nul(everything(filled))
    assert [reader.address for reader in moved.readers.subscribers()] == ["b@example.org"]


def test_names_that_rows_have_changed_between_them_are_copied(filled, there, moved):
    """Two that swap, and one that is new under the name that another had."""
    reader = added(filled, "b@example.org")
    for name in ("one", "two", "three"):
        filled.collections.start(reader.token, name)
    list(copy_database(filled.database, there))
    c = t.collections.c
    with filled.database.writing() as connection:
        keys = [row.key for row in connection.execute(select(t.collections).order_by(c.id))]
        for at, key in ((1, "-"), (2, keys[0]), (1, keys[1]), (3, "other")):
            connection.execute(t.collections.update().where(c.id == at).values(key=key))
        row = connection.execute(select(t.collections).where(c.id == 3)).one()
        connection.execute(insert(t.collections).values({**row._asdict(), "id": 0, "key": keys[2]}))
    list(copy_database(filled.database, there))
    assert everything(moved) == without_nul(everything(filled))


def test_what_another_hand_writes_meanwhile_is_noticed(filled, server):
    there = server.new()
    kind = engines.at(there)
    busy = copy_database(filled.database, there)
    next(busy)
    engine = kind.open_engine(there)
    with engine.connect() as connection:
        connection.execution_options(writes=True)
        with connection.begin():
            connection.execute(insert(t.notices).values(subject="strange", state="row"))
    engine.dispose()
    with pytest.raises(StorageError, match="the copy of notices is not the same"):
        list(busy)
