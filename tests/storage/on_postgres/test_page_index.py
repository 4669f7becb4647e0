"""What PostgreSQL itself does of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from pipeline.matching.query import parse
from storage.archive import open_archive
from storage.config import StorageConfig
from storage.engines.postgres import functions, page_index
from tests.helpers import postgres
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from storage.archive import Archive

PAGE = "The board noted a paper on care board budgets. Members then heard of the new ward, and of the lift."
QUESTIONS = 5  # of a search and of what was meant by it


@pytest.fixture
def archive(tmp_path, server):
    url = server.new()
    archive = open_archive(tmp_path, StorageConfig(url=postgres.shown(url)))
    keep(archive, [PAGE])
    yield archive
    archive.database.engine.dispose()
    server.drop(url)


def found(archive: Archive, query: str) -> int:
    return archive.search.look(parse(query)).total


@pytest.mark.parametrize(
    ("query", "pages"),
    [
        ("board NEAR/2 noted", 1),
        ("noted NEAR/2 board", 1),
        ("noted NEAR/3 care", 1),
        ("noted NEAR/2 care", 0),
        ('"care board" NEAR/1 "board budgets"', 1),
        ("memb* NEAR/2 hear*", 1),
        ("board NEAR/1 board", 1),
        ("lift NEAR/1000 noted", 1),
        ("lift NEAR/1000 nowhere", 0),
        ("ward NEAR/1 lift OR lift NEAR/3 ward", 1),
    ],
)
def test_words_near_each_other_are_found_in_either_order(archive, query, pages):
    assert found(archive, query) == pages


def test_a_word_that_is_nowhere_costs_few_questions(archive):
    asked = []
    event.listen(archive.database.engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    assert found(archive, "bugdets") == 0
    assert archive.search.suggest(parse("bugdets")) == "budgets"
    assert len(asked) <= QUESTIONS
    assert not any("page_index WHERE" in statement for statement in asked)


def test_a_new_year_has_an_index_of_the_kind_of_the_others(archive):
    with archive.database.reading() as connection:
        found = connection.exec_driver_sql(
            "SELECT relname, CAST(reloptions AS text) FROM pg_inherits JOIN pg_class ON oid = inhrelid "
            "WHERE inhparent = 'page_index_by_word'::regclass ORDER BY 1"
        ).all()
    assert [name for name, _ in found] == ["page_index_2026_words_idx", "page_index_older_words_idx"]
    assert len({options for _, options in found}) == 1


def test_an_archive_of_an_older_version_is_brought_to_the_functions_of_this_one(archive):
    with archive.database.writing() as connection:
        for name in (functions.NEWEST, functions.KNOWN, functions.BESIDE):
            connection.exec_driver_sql(f"DROP FUNCTION {name}")
        page_index.renew(connection)
    assert found(archive, "board NEAR/2 noted") == 1
