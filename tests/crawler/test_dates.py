"""Lists and spans of dates in every order that people write: each day is read as it was written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms.shared.dates import parse_date, spot
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.when import When


def whens(text: str) -> list[str]:
    return [str(each.when) for each in spot(text, None, 2026)]


ORDERS = ["{day} {month}", "{day}{th} {month}", "{weekday} {day} {month}"]
ORDERS += ["{month} {day}", "{month} {day}{th}", "{weekday}, {month} {day}"]
JOINTS = [", ", " and ", " & ", " / "]


def th(day: int) -> str:
    return "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def written(day: date, order: str) -> str:
    return order.format(day=day.day, month=f"{day:%B}", weekday=f"{day:%A}", th=th(day.day))


@given(
    first=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    steps=st.lists(st.integers(14, 100), min_size=1, max_size=5),
    order=st.sampled_from(ORDERS),
    joint=st.sampled_from(JOINTS),
    comma=st.sampled_from([" ", ", "]),
)
def test_a_list_of_days_with_its_year_at_the_end_is_read_as_written(
    first: date, steps: list[int], order: str, joint: str, comma: str
) -> None:
    days = [first]
    for step in steps:
        days.append(days[-1] + timedelta(days=step))
    days = [each for each in days if each.year == first.year]
    said = [written(each, order) for each in days]
    listed = joint.join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
    comma = comma if order.startswith(("{month}", "{weekday},")) else " "
    assert whens(f"The board meets on {listed}{comma}{first.year}.") == [str(each) for each in days]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("26 November and 28 January 2027", ["2026-11-26", "2027-01-28"]),
        ("November 26, January 28 and March 25, 2027", ["2026-11-26", "2027-01-28", "2027-03-25"]),
        ("28 May, 26 March 2026", ["2026-05-28", "2026-03-26"]),  # the newest first
        ("March 26 and 27, May 28, 2026", ["2026-03-26", "2026-05-28"]),
        ("May 28-29, 2026", ["2026-05-28"]),
        ("25 March 26, 27 May 26", ["2026-03-25", "2026-05-27"]),
        ("26 March and 28 May 2026", ["2026-03-26", "2026-05-28"]),
    ],
)
def test_a_list_over_a_new_year_or_of_two_days_is_read_as_meant(text: str, read: list[str]) -> None:
    assert whens(text) == read


@pytest.mark.parametrize("text", ["Nov 26, Dec 26", "Nov 25, Jan 26"])
def test_numbers_behind_months_that_may_be_years_may_be_days_as_well(text: str) -> None:
    assert all(each.year and each.or_day for each in date_mentions(text))


def test_numbers_behind_months_too_far_apart_for_years_are_days() -> None:
    assert [(each.month, each.day) for each in date_mentions("January 22, March 26, May 28")] == [
        (1, 22),
        (3, 26),
        (5, 28),
    ]


def test_the_last_day_of_a_list_is_not_the_first_of_a_span_as_well() -> None:
    found = date_mentions("March 5, May 1, April 2025 to March 2026")
    assert [(each.month, each.day) for each in found] == [(3, 5), (5, 1), (4, 0), (3, 0)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Minutes, March '26", {"year": 2026, "month": 3, "day": 0}),
        ("bod-nov4", {"year": 0, "month": 11, "day": 0}),  # the fourth file of that month, if anything
        ("board-nov26", {"year": 2026, "month": 11, "day": 0}),
        ("Nov 4", {"year": 0, "month": 11, "day": 4}),
    ],
)
def test_a_number_glued_to_a_month_is_its_year_or_nothing(text: str, read: dict[str, int]) -> None:
    [found] = date_mentions(text)
    assert {name: getattr(found, name) for name in read} == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1 April 2026 and 31 March 2027", ["2026-04-01", "2027-03-31"]),
        ("April 2026 and March 2027", ["2026-04", "2027-03"]),
        ("2025 and 2026", ["2025", "2026"]),
        ("between 1 April 2026 and 31 March 2027", ["2026/27"]),
        ("between April 2026 and March 2027", ["2026/27"]),
        ("between 2025 and 2026", ["2025/26"]),
        ("1 April 2026 to 31 March 2027", ["2026/27"]),
        ("April 2026 \N{EN DASH} March 2027", ["2026/27"]),
        ("2026/27", ["2026/27"]),
        ("April 2025 to March 2028", ["2025-04", "2028-03"]),
        ("between April 2025 and March 2025", ["2025-04", "2025-03"]),
        ("2023 to 2026", ["2023", "2026"]),
        ("between 2023 and 2026", ["2023", "2026"]),
    ],
)
def test_only_a_span_from_one_april_to_the_next_march_is_a_financial_year(text: str, read: list[str]) -> None:
    assert whens(text) == read


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Thursday, November 26th, 2026", date(2026, 11, 26)),
        ("Feburary 5 2026", date(2026, 2, 5)),
        ("26 Mawrth 2026", date(2026, 3, 26)),
        ("1 January 1999", date(1999, 1, 1)),
        ("31/02/2026, was 12/03/2026", None),  # the first date does not exist
        ("March 2026, then 5 May 2026", date(2026, 5, 5)),
        ("Application 260326", None),
        ("Item 4 November 2026", None),
    ],
)
def test_every_platform_reads_a_day_in_the_same_forms(text: str, day: date | None) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("24th Setpember 2026", ["2026-09-24"]),
        ("Thursday 26 Novmeber", ["2026-11-26"]),
        ("28 Arpil 2026", ["2026-04-28"]),
        ("26 Marhc 2026", ["2026-03-26"]),
        ("27 Agust 2026", ["2026-08-27"]),
        ("24 Decemebr 2026", ["2026-12-24"]),
        ("30 Juny 2026", ["2026"]),  # June and July are as near
        ("5 Mary 2026", ["2026"]),
        ("Item 5 Quality 2025", ["2025"]),
        ("3 nurses 2026, 26 March 2026", ["2026", "2026-03-26"]),
        ("11/26/2026", ["2026-11-26"]),
        ("2026-26-11", ["2026-11-26"]),
    ],
)
def test_a_mistyped_date_is_read_where_it_can_be_read_in_one_way_only(text: str, read: list[str]) -> None:
    found = spot(text, When(year=2026), 2026)
    assert [str(each.when) for each in found] == read
