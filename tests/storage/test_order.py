"""Engines put what is not known at different ends: whoever sorts by it says where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage import tables as t

STORAGE = Path(t.__file__).parent
UNSAID = re.compile(r"(\w+)(?:\(\))?\.(?:desc|asc)\(\)(?!\.nulls_)")
SAID_LATER = {"said_day"}  # a function whose answer may be none


@pytest.mark.parametrize("path", sorted(STORAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_what_may_be_unknown_is_sorted_with_a_word_on_where_that_goes(path):
    optional = {column.name for table in t.metadata.sorted_tables for column in table.c if column.nullable}
    sorted_by = set(UNSAID.findall(path.read_text()))
    assert not sorted_by & (optional | SAID_LATER)
