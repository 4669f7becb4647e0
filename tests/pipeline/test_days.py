"""Days and spans of days as people type them."""

from datetime import date

import pytest

from pipeline.days import period


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-02-28", date(2026, 2, 28), date(2026, 3, 1)),
        # There is no day after the last: what ends with it has no end.
        ("9999", date(9999, 1, 1), date.max),
        ("9999-12-31", date(9999, 12, 31), date.max),
    ],
)
def test_a_text_means_days_from_one_to_before_another(text, first, after):
    assert period(text) == (first, after)
