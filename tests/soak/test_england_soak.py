"""A week of the whole of England: minutes a day."""

from __future__ import annotations

import pytest

from tests.england.__main__ import growth, shown
from tests.england.play import done_days, played
from tests.england.world import world

pytestmark = pytest.mark.soak
DAYS = 7
MOST_MEMORY = 150 * 2**20


def test_a_week_of_england(tmp_path, capsys):
    """Sites break, papers are replaced and taken down; nearly all is found, and memory does not grow."""
    for day in played(world(), tmp_path, DAYS):
        with capsys.disabled():
            print("\n" + shown(day))
    days = done_days(tmp_path)
    with capsys.disabled():
        print("\n" + growth(days))
    assert max(day.peak_crawl for day in days) < MOST_MEMORY
    last = days[-1]
    for what in ("papers", "right dates", "texts", "meetings", "mentions"):
        assert last.found[what] >= 0.95 * last.of[what], what
