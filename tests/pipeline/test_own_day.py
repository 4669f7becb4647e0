"""A meeting's title without the meeting's own day, however its site writes that."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.text.figures import without_day

DAY = date(2026, 11, 6)


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Board, 6 November 2026", "Board"),
        ("Board - Friday 06th November 2026", "Board"),
        ("Friday, 6 Nov 2026 Board", "Board"),
        ("Board (6/11/2026)", "Board"),
        ("Board 06.11.26", "Board"),
        ("Board 2026-11-06 in public", "Board in public"),
        ("Meeting on 6 November 2026", "Meeting"),
        ("Meeting of 2026-11-06", "Meeting"),
        ("Board [06/11/2026]", "Board"),
        ("Board (in public, 6 November 2026)", "Board (in public)"),
        ("Trust Board, November 6, 2026", "Trust Board"),
        ("Board (moved from 30 October 2026)", "Board (moved from 30 October 2026)"),
        ("Agenda for Friday 6 November 2026, in public", "Agenda, in public"),
        ("Meeting of 6 November 2026 of the Board", "Meeting of the Board"),
        ("Papers for 6 November 2026 Board", "Papers for Board"),
        ("Meeting of the Board held on 6th November 2026", "Meeting of the Board"),
        ("6 November 2026", "6 November 2026"),  # nothing else to call it by
        ("Board, 16 November 2026", "Board, 16 November 2026"),
        ("Board, 7 November 2026", "Board, 7 November 2026"),  # moved: the title says what it was
        ("Board", "Board"),
    ],
)
def test_a_title_loses_its_own_day_and_no_other(title, left):
    assert without_day(title, DAY) == left
    assert without_day(title, None) == title
