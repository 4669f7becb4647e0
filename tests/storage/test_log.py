"""The archive's own log: what is entered, and that whatever changes behind its back is named."""

from __future__ import annotations

import hashlib
import random
import shutil
import stat
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DataError, IntegrityError

from pipeline.archive_log import checkpoint, merkle
from pipeline.errors import ConfigError, StorageError
from pipeline.model import BY_HAND, Hit, Listing, PageMethod, PageText, Part, PartState, SourceState
from pipeline.ports import Findings, Member, SourceReport
from storage import tables as t
from storage.archive import open_archive
from storage.archive_log import checking, keys
from storage.config import StorageConfig
from storage.writers import readers_key
from tests.helpers import archives

# What a byte is changed in, by table: all but what only steers our own work (storage.archive_log.records).
KEPT = {
    "documents": "source_id key title kind url published_on first_seen",
    "meetings": "source_id key body_name title starts_on status first_seen",
    "revisions": "document_id sha256 fetched_at urls provenance",
    "files": "media_type extractor version pages extracted_at metadata page_hashes",
    "hits": "page concept_id wording start end snippet mark_start mark_end passage more",
    "pages": "sha256 number method extractor label item body_start body_end text",
    "parts": "kind state end share box text why",
    "log_entries": "subject content",
    "log_nodes": "hash",
    "log_roots": "size root at key note",
}

MENTION = Hit(
    sha256="",
    page=1,
    concept_id="a-concept",
    wording="words",
    start=4,
    end=9,
    snippet="The words of page 1.",
    mark_start=4,
    mark_end=9,
    passage="0123",
    rules="r",
)
SHA_OF_FIRST = hashlib.sha256(b"A paper 0").hexdigest()


@pytest.fixture
def archive(tmp_path):
    opened = open_archive(tmp_path / "data")
    yield opened
    opened.database.engine.dispose()


def faults(archive):
    found = [each.text for each in checking.findings(archive.database) if each.fault]
    return [*found, *archive.upkeep.changed_files()]


def kinds(archive):
    return [(entry.kind, entry.subject.partition(":")[0]) for entry in reversed(archive.log.recent(100))]


def papers(archive):
    return [row.document for row in archive.reports.papers()]


def filled(archive):
    part = Part(
        kind="picture",
        state=PartState.OCR,
        start=0,
        end=3,
        share=0.25,
        box=(0, 0.5, 1, 0.75),
        text="x",
        why="y",
    )
    for number in range(2):
        published = date(2026, 11, 1 + number)
        sha256 = archives.crawl(archive, b"A paper %d" % number, key=f"d{number}", published_on=published)
        page = PageText(
            number=2, text="An old word.", method=PageMethod.OCR, label="page 2", item="Item 2", parts=(part,)
        )
        reading = archives.reading(sha256, [f"The words of page 1 of paper {number}."])
        archive.texts.store(replace(reading, pages=[*reading.pages, page], metadata={"title": "A paper"}))
        found = replace(MENTION, sha256=sha256)
        archive.mentions.store({sha256: Findings(rules="r", hits=[found])})
    archive.log.sign()


def test_each_thing_that_happens_to_a_paper_is_entered_once(archive):
    archives.keep(archive, ["One page."])
    first = [("listed", "meeting"), ("listed", "paper"), ("revision", "revision"), ("read", "file")]
    assert kinds(archive) == first
    archives.crawl(archive, b"One page.")
    assert kinds(archive) == first, "the same again is nothing new"
    archives.crawl(archive, b"Another page.", title="A new title")
    assert kinds(archive)[4:] == [("changed", "paper"), ("revision", "revision")]
    assert faults(archive) == []


def test_a_withdrawal_and_a_return_are_entered(archive):
    archives.keep(archive, ["One page."])
    run = archive.catalogue.begin([archives.source()], archives.TODAY)
    report = SourceReport(source_id="marlshire", state=SourceState.OK)
    archive.catalogue.finish(run, report, [Listing(source_id="marlshire", key="meeting/m1")])
    assert kinds(archive)[-1] == ("withdrawn", "paper")
    archives.crawl(archive, b"One page.")
    assert kinds(archive)[-1] == ("listed again", "paper")
    assert faults(archive) == []


def test_what_a_person_does_is_entered_and_a_removed_paper_leaves_its_hash_alone(archive):
    sha256 = archives.keep(archive, ["A secret word."])
    [document] = papers(archive)
    archive.custody.withhold(document, "By order.")
    assert faults(archive) == []
    archive.custody.restore(document, "")
    archive.custody.remove(document, "By order.")
    said = [kind for kind, subject in kinds(archive) if subject == "paper"]
    assert said == ["listed", "withheld", "restored", "withheld", "removed"]
    assert kinds(archive)[-1] == ("erased", "file")
    assert any(entry.facts.get("sha256") == sha256 for entry in archive.log.recent(100))
    assert not any("secret" in entry.content or "Paper" in entry.content for entry in archive.log.recent(100))
    assert faults(archive) == []


def test_a_moved_paper_and_the_files_inside_one_are_entered(archive, tmp_path):
    inside = tmp_path / "inside.pdf"
    inside.write_bytes(b"Inside.")
    sha256 = archives.crawl(archive, b"A pack.")
    reading = archives.reading(sha256, ["A page."], members=[Member(name="inside.pdf", path=inside)])
    archive.texts.store(reading)
    assert kinds(archive)[-2:] == [("listed", "paper"), ("revision", "revision")]
    with archive.database.writing() as connection:
        connection.execute(update(t.revisions).values(provenance=BY_HAND))
    archive.custody.move(papers(archive)[-1], archives.source("vale"), "")
    assert ("moved", "paper") in kinds(archive)


def test_a_change_and_its_entry_are_one(archive, monkeypatch):
    archives.keep(archive, ["One page."])
    before = archive.log.size()
    monkeypatch.setattr(merkle, "grown", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        archives.crawl(archive, b"Another page.")
    monkeypatch.undo()
    assert archive.log.size() == before
    assert faults(archive) == []


@pytest.mark.parametrize("of_each", [1, pytest.param(5, marks=pytest.mark.soak)])
def test_a_byte_changed_in_any_column_is_named(archive, of_each):
    filled(archive)
    assert faults(archive) == []
    change, chance = CHANGES[archive.database.engine.dialect.name], random.Random(7)
    places = [
        (t.metadata.tables[table], column) for table, columns in KEPT.items() for column in columns.split()
    ]
    unnamed = []
    for table, column in places * of_each:
        with behind_its_back(archive) as connection:
            undo = change(connection, chance, table, column)
        if not faults(archive):
            unnamed.append((table.name, column, undo))
        with behind_its_back(archive) as connection:
            connection.execute(text(undo[0]), undo[1])
    assert unnamed == []
    assert faults(archive) == []


@contextmanager
def behind_its_back(archive):
    """A connection whose changes no reference between rows prevents."""
    with archive.database.engine.connect() as connection:
        connection.execution_options(writes=True)
        connection.detach()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")  # within a transaction it cannot be said
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        yield connection
        connection.commit()


def change_a_byte(connection, chance, table, column):
    """Change one byte of one cell that holds something; returns the statement that takes it back."""
    rows = connection.execute(
        text(f'SELECT rowid, CAST("{column}" AS BLOB), "{column}", typeof("{column}") FROM {table}')
    )
    row, content, value, kind = chance.choice([row for row in rows if row[1]])
    new = other_byte(chance, content)
    cast = {"blob": ":new", "integer": "CAST(:new AS INTEGER)", "real": "CAST(:new AS REAL)"}
    if kind in ("integer", "real"):
        new = b"%d7" % int(value)
    form = cast.get(kind, "CAST(:new AS TEXT)")
    connection.execute(
        text(f'UPDATE {table} SET "{column}" = {form} WHERE rowid = :row'), {"new": new, "row": row}
    )
    return f'UPDATE {table} SET "{column}" = :new WHERE rowid = :row', {"new": value, "row": row}


def change_a_character(connection, chance, table, column):
    """The same where a cell's bytes are shown to nobody: of the cell as text, if it may have that."""
    (key,) = table.primary_key.columns.keys()
    kind = table.c[column].type.compile(connection.dialect)
    rows = connection.execute(text(f'SELECT {key}, CAST("{column}" AS TEXT) FROM {table}'))
    row, value = chance.choice([row for row in rows if row[1] not in (None, "", "\\x", "{}", "[]")])
    change = text(f'UPDATE {table} SET "{column}" = CAST(:new AS {kind}) WHERE {key} = :row')
    while True:
        new = other_byte(chance, value.encode()).decode(errors="replace")
        with suppress(DataError, IntegrityError), connection.begin_nested():
            connection.execute(change, {"new": new, "row": row})
            break
    return change.text, {"new": value, "row": row}


def other_byte(chance, content):
    at = chance.randrange(len(content))
    byte = chance.choice([byte for byte in b"0123456789abcxyz" if byte != content[at]])
    return content[:at] + bytes([byte]) + content[at + 1 :]


CHANGES = {"sqlite": change_a_byte, "postgresql": change_a_character}


def test_any_byte_of_a_papers_file_that_changes_is_named(archive):
    filled(archive)
    path = archive.blobs.path(next(archive.blobs.held())[0])
    content = path.read_bytes()
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert len(faults(archive)) == 1
    path.unlink()
    [said] = faults(archive)
    assert "Paper d" in said


@pytest.mark.parametrize(
    "table", [t.documents, t.revisions, t.pages, t.parts, t.meetings, t.log_entries, t.log_nodes]
)
def test_a_row_that_was_removed_is_named(archive, table):
    filled(archive)
    (key,) = table.primary_key.columns
    last = select(func.max(key)).scalar_subquery()
    with behind_its_back(archive) as connection:
        connection.execute(delete(table).where(key == last))
    assert faults(archive) != []


def test_the_page_that_was_changed_is_named_with_its_paper(archive):
    filled(archive)
    with archive.database.writing() as connection:
        connection.execute(
            update(t.pages)
            .where(t.pages.c.sha256 == SHA_OF_FIRST, t.pages.c.number == 2)
            .values(label="page 3")
        )
    [said] = faults(archive)
    assert said.startswith("page 2 of file ")
    assert "of paper 1, 'Paper d0': its text has been changed since" in said


def test_a_paper_that_came_by_another_door_is_named(archive):
    filled(archive)
    r = t.revisions
    with archive.database.writing() as connection:
        row = connection.execute(select(r).where(r.c.id == 1)).one()._asdict()
        del row["id"]
        connection.execute(insert(r).values(row | {"fetched_at": datetime(2020, 1, 1, tzinfo=UTC)}))
    assert any("is in the archive and not in the log" in said for said in faults(archive))


def test_a_revision_that_is_entered_with_a_day_long_past_is_named(archive):
    archives.keep(archive, ["One page."])
    archive.log.sign()
    run = archive.catalogue.begin([archives.source()], archives.TODAY)
    content = b"Back-dated."
    archive.blobs.put(content)
    long_ago = datetime.now(UTC) - timedelta(days=30)
    archive.catalogue.record_revision(run, replace(archives.revision(content), fetched_at=long_ago))
    [said] = faults(archive)
    assert "it was back-dated, or kept late" in said


def test_an_archive_rewritten_from_the_ground_contradicts_a_root_that_somebody_kept(archive, tmp_path):
    filled(archive)
    kept = archive.log.head()
    with archive.database.writing() as connection:
        connection.execute(update(t.documents).values(title="Nothing to see"))
        for table in (t.log_entries, t.log_nodes, t.log_roots):
            connection.execute(delete(table))
    archive.database.engine.dispose()
    again = open_archive(tmp_path / "data")
    again.log.sign()
    assert faults(again) == [], "with the key in hand, it agrees with itself"
    assert again.log.root_at(kept.size) != kept.root


def test_what_an_archive_held_before_its_log_is_entered_in_a_stable_order_and_marked(archive, tmp_path):
    filled(archive)
    document = papers(archive)[0]
    archive.custody.withhold(document, "By order.")
    with archive.database.writing() as connection:
        for table in (t.log_entries, t.log_nodes, t.log_roots):
            connection.execute(delete(table))
        connection.execute(update(t.files).values(page_hashes=b""))
    archive.database.engine.dispose()
    again = open_archive(tmp_path / "data")
    found = list(reversed(again.log.recent(100)))
    assert {entry.facts["entered"] for entry in found} == {"entered at upgrade"}
    assert [entry.subject.partition(":")[0] for entry in found] == (
        ["meeting"] + ["paper"] * 2 + ["revision"] * 2 + ["file"] * 2 + ["mentions"] * 2
    )
    assert faults(again) == []
    size = again.log.size()
    again.database.engine.dispose()
    assert open_archive(tmp_path / "data").log.size() == size, "once"


def test_a_root_is_signed_by_a_key_that_only_its_owner_reads(archive, tmp_path):
    archives.keep(archive, ["One page."])
    root = archive.log.sign()
    path = tmp_path / "data" / "keys" / "log-key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    body = checkpoint.text(root.name, root.size, root.root, root.at)
    assert keys.is_signed(root.key, checkpoint.signature(root.note), body.encode())
    assert root.size == archive.log.size()
    assert archive.log.sign() == root, "nothing came: the same root"
    assert root.root.hex() in checkpoint.line(root)


def test_a_new_key_is_entered_and_the_old_one_signs_the_entry(archive):
    archives.keep(archive, ["One page."])
    first = archive.log.sign()
    last = archive.log.new_key()
    assert [root.key for root in archive.log.roots()] == [first.key, first.key, last.key]
    entry = archive.log.recent(1)[0]
    assert (entry.kind, entry.facts["public"], entry.facts["before"]) == (
        "key",
        last.key.hex(),
        first.key.hex(),
    )
    assert last.name == first.name
    assert faults(archive) == []


def test_a_key_that_was_lost_is_not_replaced_unasked(archive, tmp_path):
    archives.keep(archive, ["One page."])
    first = archive.log.sign()
    path = tmp_path / "data" / "keys" / "log-key.pem"
    path.unlink()
    with pytest.raises(StorageError, match=r"log-key.pem is not there, .* from a backup"):
        archive.log.sign()
    assert not path.exists()
    assert archive.log.new_key().key != first.key
    assert archive.log.recent(1)[0].facts["before"] == first.key.hex()
    assert archive.strange_keys() == []
    path.write_text("no key")
    with pytest.raises(StorageError, match="is not an Ed25519 key"):
        archive.log.sign()


def test_another_machine_is_told_that_its_keys_are_not_the_archives(archive, tmp_path):
    archives.keep(archive, ["One page."])
    archive.log.sign()
    key = archive.wrong_hits.key.load()
    url = archive.database.engine.url.render_as_string(hide_password=False)
    papers = (tmp_path / "data" / "papers").as_uri()
    other = open_archive(tmp_path / "other", StorageConfig(url=url, papers=papers))
    folder = tmp_path / "other" / "keys"
    log, readers = other.strange_keys()
    assert log.startswith(f"{folder / keys.FILE} is not there")
    assert readers.startswith(f"{folder / readers_key.FILE} is not there")
    keys.load(folder)
    (folder / readers_key.FILE).write_bytes(b"another")
    log, readers = other.strange_keys()
    assert log.startswith(f"{folder / keys.FILE} is not the key")
    assert readers.startswith(f"{folder / readers_key.FILE} is not the key")
    for use in (other.log.sign, other.wrong_hits.key.load):
        with pytest.raises(StorageError, match="is not the key"):
            use()
    shutil.copytree(tmp_path / "data" / "keys", folder, dirs_exist_ok=True)
    assert other.strange_keys() == []
    assert other.wrong_hits.key.load() == key
    (folder / readers_key.FILE).write_bytes(b"another")
    other.wrong_hits.key.go_on_with_own()
    assert len(archive.strange_keys()) == 1
    other.database.engine.dispose()


def test_whoever_signs_nothing_loads_no_cryptography():
    loaded = "import storage.archive, sys; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_a_key_that_was_replaced_before_the_log_said_so_signs_on(archive, tmp_path):
    archives.keep(archive, ["One page."])
    archive.log.sign()
    new = keys.Ed25519PrivateKey.generate()
    keys.replace(tmp_path / "data" / "keys", new)  # and then it was killed
    assert archive.log.sign().key == keys.public(new)


def test_a_clock_that_ran_back_is_said(archive):
    archives.keep(archive, ["One page."])
    with time_machine.travel(datetime(2027, 1, 2, 3, tzinfo=UTC), tick=False):
        archive.log.sign()
    with time_machine.travel(datetime(2027, 1, 1, 3, tzinfo=UTC), tick=False):
        archives.keep(archive, ["Another page."], key="d2")
        archive.log.sign()
    [said] = checkpoint.ran_back(archive.log.roots())
    assert said.startswith("the clock ran back: the root of 8 entries is dated 1 January 2027, 03:00 UTC")
    told = [each for each in checking.findings(archive.database) if not each.fault]
    assert any(each.text == said for each in told)
    assert faults(archive) == []


def test_proofs_lead_from_an_entry_to_the_signed_root_and_from_root_to_root(archive):
    archives.keep(archive, ["One page."])
    old = archive.log.sign()
    archives.keep(archive, ["Another page."], key="d2")
    new = archive.log.sign()
    for number in range(1, new.size + 1):
        found = archive.log.inclusion(number, new.size)
        leaf = merkle.leaf_hash(found.entry.content.encode())
        assert merkle.includes(number - 1, new.size, leaf, found.proof, new.root)
    assert merkle.grew(old.size, new.size, old.root, new.root, archive.log.consistency(old.size, new.size))
    for wrong in (lambda: archive.log.inclusion(99), lambda: archive.log.consistency(9, 2)):
        with pytest.raises(ConfigError):
            wrong()
