"""`paperwatch log`: what a person, or a witness with an old mail, gets to read."""

from __future__ import annotations

import json

import pytest
import time_machine
from sqlalchemy import update

from cli.main import call
from storage import tables as t
from storage.archive import open_archive
from tests.helpers import archives


@pytest.fixture
def house(tmp_path, capsys):
    data = tmp_path / "data"

    def said(*words):
        code = call(["--data", str(data), "log", *words])
        return code, capsys.readouterr().out

    with time_machine.travel(archives.MOMENT):
        archive = open_archive(data)
        archives.keep(archive, ["One page."])
        yield archive, said
    archive.database.engine.dispose()


def test_a_root_from_an_old_mail_is_a_witness(house):
    archive, said = house
    first = archive.log.sign()
    kept = f"{first.size}:{first.root.hex()}"
    archives.keep(archive, ["Another page."], key="d2")
    code, text = said("consistency", f"{kept}.")
    assert code == 0
    assert text.startswith(f"{kept}\nis the beginning of\n8:")
    assert said("verify", "--witness", kept) == (
        0, "The archive matches its log of 8 entries, and 1 root that someone kept.\n"
    )  # fmt: skip
    other = f"{first.size}:{'0' * 64}"
    assert said("verify", "--witness", other) == (
        1,
        f"the log contradicts the root that someone kept: {other}\n",
    )
    assert said("consistency", other) == (1, f"The log contradicts this root: {other}.\n")
    assert said("consistency", "not a root")[0] == 2


def test_verify_names_what_changed_and_ends_with_1(house):
    archive, said = house
    with archive.database.writing() as connection:
        connection.execute(update(t.documents).values(title="Other"))
    code, text = said("verify")
    assert code == 1
    assert text.startswith("paper 1, 'Other': its record has been changed since 20")


def test_show_and_proof_give_the_root_the_key_and_the_way_up(house):
    archive, said = house
    code, text = said("show", "--format", "json", "--entries", "1")
    root = archive.log.head()
    facts = json.loads(text)
    assert code == 0
    assert (facts["root"], facts["public_key"]) == (root.root.hex(), root.key.hex())
    assert [entry["kind"] for entry in facts["entries"]] == ["key"]
    assert root.note in said("show")[1]
    code, text = said("proof", "--paper", "1")
    assert [line.split()[1] for line in text.splitlines() if line.startswith("Entry")] == [
        "1:",
        "2:",
        "3:",
        "4:",
    ]
    assert f"Root: {root.size}:{root.root.hex()}" in text
    assert json.loads(said("proof", "--entry", "2", "--format", "json")[1])["root"] == root.root.hex()
    assert said("proof", "--paper", "9")[0] == 1
    assert said("proof")[0] == 2


def test_a_new_key_is_said(house):
    archive, said = house
    code, text = said("new-key", "--yes")
    assert code == 0
    assert archive.log.head().key.hex() in text


def test_readers_are_told_even_where_the_key_cannot_be_read(tmp_path, capsys):
    data = tmp_path / "data"
    archive = open_archive(data)
    archives.keep(archive, ["One page."])
    (data / "keys").mkdir()
    (data / "keys" / "log-key.pem").write_text("no key")
    assert call(["--data", str(data), "notify"]) == 1
    said = capsys.readouterr()
    assert "problem: the archive's log is not signed: " in said.err
    assert "is not an Ed25519 key" in said.err
    assert said.out == "Sent 0 messages.\n"
