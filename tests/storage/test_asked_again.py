"""How often the archive is read for readers who ask the same, or who ask for words that nobody has."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from pipeline.matching.query import parse
from pipeline.text.inflections import inflections
from pipeline.views import Order
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.helpers.archives import keep


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    made = open_archive(tmp_path_factory.mktemp("data"))
    for number in range(4):
        pages = [f"The board noted item {number}. {'A payment. ' * page}" for page in range(3)]
        keep(made, pages, key=f"d{number}")
    return made


@contextmanager
def statements(archive):
    """Those that are asked of the database within."""
    asked = []

    def note(_connection, _cursor, statement, *_others):
        asked.append(statement)

    event.listen(archive.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(archive.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("order", Order)
def test_of_readers_who_follow_one_link_the_archive_is_read_for_the_first(archive, order):
    shelf = PublicArchive(archive, {})
    first = shelf.look(parse("board"), order=order)
    with statements(archive) as asked:
        again = shelf.look(parse("board"), order=order)
    assert again == first
    assert not asked
    with statements(archive) as asked:
        assert shelf.look(parse("payment"), order=order) != first
    assert asked, "other words are another question"


@pytest.mark.parametrize("order", Order)
def test_each_paper_is_shown_by_the_page_that_says_most(archive, order):
    found = archive.search.look_by_paper(parse("payment"), order=order)
    assert [answer.page for answer in found.answers] == [3, 3, 3, 3]
    assert found.pages == (2, 2, 2, 2)


@pytest.mark.parametrize("letters", [7, 39, 41, 2_000])
def test_a_word_that_nobody_says_costs_the_same_however_long_it_is(archive, letters):
    with statements(archive) as short:
        assert not archive.search.nearly(parse("a" * 6)).answers
    with statements(archive) as asked:
        assert not archive.search.nearly(parse("a" * letters)).answers
    assert len(asked) <= len(short)


def test_a_word_longer_than_any_has_no_other_forms():
    assert inflections("ise" * 700) == {"ise" * 700}
