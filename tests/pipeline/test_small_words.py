"""Cells of tables, text of strangers, and what a few records say of themselves."""

from __future__ import annotations

import errno
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, QueryError, StorageError, unusable
from pipeline.matching.subject import subject_of
from pipeline.text.cells import cell_text
from pipeline.text.foreign import clean, printable, spreadsheet_cell, storable
from pipeline.text.inflections import inflections
from pipeline.wrong_hits import ENOUGH, WordingPrecision, WrongHit


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (3, "3"),
        (date(2026, 11, 3), "2026-11-03"),
        (["a", None, 2], "a, , 2"),
        ({"papers": 2, "pages": 9}, "papers 2, pages 9"),
    ],
)
def test_a_cell_says_every_kind_of_value(value, said: str):
    assert cell_text(value) == said


@pytest.mark.parametrize(("text", "kept"), [("=1+1", "'=1+1"), (" +a", "' +a"), ("a=b", "a=b"), ("", "")])
def test_a_spreadsheet_runs_nothing(text: str, kept: str):
    assert spreadsheet_cell(text) == kept


def test_what_people_type_and_print_is_kept_as_it_can_be_shown():
    assert storable(" a \n b\ud800 ") == "a b?"
    assert printable("a\x1b[1mb") == "a [1mb"
    assert clean("a" * 200, 10) == "a" * 9 + "\u2026"


def test_a_word_that_nobody_writes_has_no_other_forms():
    assert inflections("x" * 1000) == {"x" * 1000}


def test_a_mention_is_hidden_when_enough_readers_say_that_it_is_wrong():
    facts = {"sha256": "a" * 64, "concept_id": "c", "wording": "w", "page": 1, "snippet": ""}
    assert [WrongHit(readers=number, **facts).is_hidden for number in (ENOUGH - 1, ENOUGH)] == [False, True]


def test_a_wording_is_as_right_as_its_mentions_that_are_shown():
    facts = {"concept_id": "c", "wording": "w", "doubted": 0, "examples": ()}
    assert WordingPrecision(shown=3, hidden=1, **facts).precision == 0.75


def test_what_is_asked_about_is_a_topic_or_a_search_without_a_body_or_days():
    assert subject_of("savings", {"savings": "Savings"}) == ("Savings", "savings", None)
    said, concept, query = subject_of("cuts", {})
    assert (said, concept, query is not None) == ("cuts", "", True)
    for name in ("body:vale", "after:2026-01-01", "before:2026-01-01"):
        with pytest.raises(QueryError, match=f"leave {name.partition(':')[0]}: out"):
            subject_of(f"cuts {name}", {})


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, StorageError), (errno.EACCES, ConfigError)])
def test_a_folder_that_cannot_be_used_is_the_disk_s_fault_or_the_call_s(number: int, kind: type[Exception]):
    found = unusable(Path("data"), OSError(number, "why"))
    assert type(found) is kind
    assert "data cannot be used: why" in str(found)
