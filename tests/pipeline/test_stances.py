"""What is claimed of the bodies of an area that left a subject out, and of which months."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.areas.left_out import (
    LeftOut,
    MonthRead,
    Saying,
    area_summary,
    by_stance,
    days_of,
    ended_since,
    month_before,
    not_told,
    row_sentence,
    stance_of,
    told_rows,
)
from pipeline.model import DocumentKind, PageRef

READ = MonthRead(body="b", body_name="B", kind="trust", meetings=2, papers_read=3, pages_read=40)


@pytest.mark.parametrize(
    ("reading", "claim"),
    [
        (READ, "1 did not in the papers we read"),
        (replace(READ, papers_not_read=1), "1 did not in the papers we read, 1 of them read only in part"),
        (replace(READ, pages_not_read=1), "1 did not in the papers we read, 1 of them read only in part"),
        (replace(READ, meetings_not_read=1), "1 did not in the papers we read, 1 of them read only in part"),
        (replace(READ, papers_read=0, papers_not_read=3), "of 1 no paper was read"),
        (replace(READ, papers_read=0), "of 1 no paper was read"),
        (replace(READ, papers_read=0, meetings=0), "of 1 we know of no meeting or paper"),
        (replace(READ, papers_read=0, meetings=0, is_followed=False), "1 is not followed"),
    ],
)
def test_of_a_body_no_more_is_claimed_than_was_read(reading, claim):
    found = LeftOut(
        area="x", area_name="X", month="2026-11", subject="Payment", bodies=(stance_of(reading, 0, ()),)
    )
    assert area_summary(found) == f"0 of 1 body said it; {claim}."


@pytest.mark.parametrize(
    ("day", "today", "months"),
    [
        ("2026-10-31", "2026-11-01", ["2026-10"]),
        ("2026-10-01", "2026-11-01", ["2026-10"]),
        ("2026-10-15", "2026-11-15", ["2026-10"]),
        ("2026-11-01", "2026-11-30", []),
        ("2026-11-30", "2026-11-30", []),
        ("2026-11-01", "2026-12-01", ["2026-11"]),
        ("2026-08-03", "2026-11-30", ["2026-08", "2026-09", "2026-10"]),
        ("2026-10-15", "2026-12-01", ["2026-10", "2026-11"]),
        ("2025-12-31", "2026-01-01", ["2025-12"]),
        ("2025-11-30", "2026-02-28", ["2025-11", "2025-12", "2026-01"]),
        ("2028-02-29", "2028-03-31", ["2028-02"]),
        ("2026-12-01", "2026-11-30", []),  # a clock that was ahead
    ],
)
def test_every_month_is_told_of_when_it_has_ended(day, today, months):
    assert ended_since(date.fromisoformat(day), date.fromisoformat(today)) == months


def test_the_month_before():
    assert [month_before(date(2026, month, 1)) for month in (1, 12)] == ["2025-12", "2026-11"]


AT = PageRef(
    body="b",
    body_name="B",
    document=7,
    kind=DocumentKind.PACK,
    title="Papers",
    url="",
    page=3,
    pages=9,
    sha256="a" * 64,
    captured_at=datetime(2026, 11, 3, tzinfo=UTC),
)
SAYING = Saying(at=AT, snippet="The payment is agreed.", marks=())


@pytest.mark.parametrize(
    ("reading", "places", "said"),
    [
        (READ, 2, "Said in 2 places: 3 papers with 40 pages read."),
        (READ, 0, "Not said: 3 papers with 40 pages read."),
        (
            replace(READ, pages_not_read=1, papers_not_read=2, meetings_not_read=1),
            0,
            (
                "Not said: 3 papers with 40 pages read, 1 page and 2 papers not read; "
                "no paper of 1 of 2 meetings read."
            ),
        ),
        (
            replace(READ, papers_read=0, papers_not_read=3),
            0,
            "None of their papers was read (2 meetings; 3 papers listed, none read).",
        ),
        (
            replace(READ, papers_read=0, meetings=1),
            0,
            "None of their papers was read (1 meeting; no paper seen).",
        ),
        (replace(READ, papers_read=0, meetings=0), 0, "We know of no meeting or paper for this month."),
        (replace(READ, papers_read=0, meetings=0, is_followed=False), 0, "We do not follow its papers."),
    ],
)
def test_a_row_says_what_it_rests_on(reading, places, said):
    assert row_sentence(stance_of(reading, places, ())) == said


def test_a_digest_names_who_said_it_and_who_was_read_and_where():
    rows = [
        stance_of(replace(READ, body="z", body_name="Z"), 0, ()),
        stance_of(READ, 1, [SAYING]),
        stance_of(replace(READ, body="n", body_name="N", papers_read=0, meetings=0), 0, ()),
    ]
    found = LeftOut(area="x", area_name="X", month="2026-11", subject="Payment", bodies=by_stance(rows))
    note = told_rows(found)
    assert [(line.text.partition(":")[0], line.document, line.page) for line in note.lines] == [
        ("B", 7, 3),
        ("Z", 0, 0),
    ]
    assert note.summary == (
        "1 of 3 bodies said it; 1 did not in the papers we read; of 1 we know of no meeting or paper."
    )
    gone = not_told("Payment", "x", "2026-11", "no area is called x.")
    assert (gone.summary, gone.lines) == ("We could not look this up: no area is called x.", ())


@pytest.mark.parametrize(
    ("month", "days"),
    [("2026-12", (date(2026, 12, 1), date(2027, 1, 1))), ("2026-01", (date(2026, 1, 1), date(2026, 2, 1)))],
)
def test_a_month_has_its_first_day_and_that_of_the_next(month, days):
    assert days_of(month) == days


@pytest.mark.parametrize("text", ["2026-13", "2026", "next"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="is no month: write it as 2026-10"):
        days_of(text)
