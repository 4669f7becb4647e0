"""5,000 made-up queries on the demo's archive, asked of both engines: `make soak`."""

from __future__ import annotations

import os
import random

import pytest
from sqlalchemy import select

from cli.demo.standin import StandIn
from storage import tables as t
from storage.archive import open_archive
from storage.config import StorageConfig
from storage.copying import copy_database
from storage.page_rows import unpacked
from tests.helpers import postgres
from tests.helpers.demo_run import bodies, paperwatch, prepare, run_words
from tests.helpers.two_engines import Asking, differences

QUERIES = int(os.environ.get("PAPERWATCH_SOAK_QUERIES", "5000"))


@pytest.mark.soak
def test_both_engines_say_the_same(tmp_path):
    server = postgres.start(tmp_path)
    with StandIn() as standin:
        prepare(tmp_path / "data", standin)
        assert paperwatch(tmp_path / "data", *run_words(standin)).returncode == 0
        known = bodies(standin)
    one = open_archive(tmp_path / "data")
    there = server.new()
    rows = sum(copied.rows for copied in copy_database(one.database, there))
    other = open_archive(tmp_path / "data", StorageConfig(url=postgres.shown(there)))
    with one.database.reading() as connection:
        texts = [unpacked(packed) for packed in connection.execute(select(t.pages.c.text)).scalars()]
    asking = Asking(texts, known, random.Random("engines"))
    different = list(differences(one, other, [asking.query() for _ in range(QUERIES)]))
    other.database.engine.dispose()
    print(f"\n{rows} rows copied, {len(texts)} pages, {QUERIES} queries: {len(different)} different answers")
    assert different == []
