"""Dates as pages write them: whole, without a year, only a month, or only a year.

`resolve` gives a printed date its year from what is around it: "26 March" is a date only where a heading, a
row or the weekday next to it says the year. `spot` finds all dates of a text and does so for each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.when import When, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.platforms.shared.printed_dates import DateMention


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """A date in a text, with its year."""

    when: When
    start: int
    end: int
    of_meeting: bool = True
    weekday_fits: bool = True  # False where the weekday printed next to it is another
    weekday: int = -1
    year_printed: bool = True
    moved_to: bool = False
    no_such_day: bool = False  # a month, of whose day only its number is known to be wrong: "31st November"


def resolve(mention: DateMention, years: Iterable[When] = (), near: int = 0) -> Spotted | None:
    """Returns a mention with its year: the printed one, or the most trusted of `years`.

    `near` is the year of the reading. It tells 26-05-20 from 20-05-26 where `years` do not, and where no year
    is given the weekday next to the date finds one within two years of it.
    """
    years = tuple(years)
    if mention.is_year:
        return _spotted(mention, When(year=mention.year, financial=mention.financial))
    if mention.year:
        return _with_printed_year(mention, years, near)
    candidates = [_in_year(mention, year) for year in years]
    if mention.weekday >= 0 and near:
        nearest = sorted(range(near - 2, near + 2), key=lambda year: abs(year - near))
        candidates += [
            when for year in nearest if (when := _in_year(mention, When(year=year))) and _fits(when, mention)
        ]
    fitting = [when for when in candidates if when]
    if not fitting:
        return None
    by_weekday = [when for when in fitting if _fits(when, mention)]
    return _spotted(mention, (by_weekday or fitting)[0])


def month_of(mention: DateMention, years: Iterable[When] = (), near: int = 0) -> Spotted | None:
    """Returns the month of a day that there is not, as of "31st November"; None where there is such a day."""
    if not mention.day or not mention.month or resolve(mention, years, near):
        return None
    month = resolve(replace(mention, day=0, or_day=0, other_year=0), years, near)
    return replace(month, no_such_day=True) if month else None


def spot(text: str, year: When | None = None, near: int = 0) -> tuple[Spotted, ...]:
    """All dates of a text. `year` is for dates without one, `near` (a year) decides 26-05-20."""
    years = (year,) if year else ()
    return tuple(each for mention in date_mentions(text) if (each := resolve(mention, years, near)))


def as_day(mention: DateMention) -> DateMention:
    """As a day, of a page that writes "Nov 26" for it."""
    return replace(mention, year=0, day=mention.or_day, or_day=0) if mention.or_day else mention


def without_dates(text: str) -> str:
    """The words of a text that are not a date."""
    for each in reversed(date_mentions(text)):
        text = f"{text[: each.start]} {text[each.end :]}"
    return " ".join(text.split())


def parse_date(text: str) -> date | None:
    """The first date in a text: "15 Jan 2026", "Monday, 21st December, 2015", 15/01/2026 or 2026-01-15.

    Returns None if there is no date, or if it does not exist (31 June).
    """
    found = first_day(text)
    try:
        return date(found.year, found.month, found.day) if found else None
    except ValueError:
        return None


def first_day(text: str) -> DateMention | None:
    """The first day of a text that says its month and its year. Digits without a break may be any number."""
    text = " ".join(text.split())
    found = (each for each in date_mentions(text) if each.day and each.month and each.year)
    return next((each for each in found if not text[each.start : each.end].isdigit()), None)


def _with_printed_year(mention: DateMention, years: Sequence[When], near: int) -> Spotted | None:
    if mention.other_year:
        when = _either_way(mention, years, near)
    elif mention.day:
        when = day_of(mention.year, mention.month, mention.day)
    else:
        when = When(year=mention.year, month=mention.month)
    if mention.or_day:
        for year in years:
            day = _in_year(replace(mention, day=mention.or_day), year)
            if day and day.year % 100 != mention.year % 100:
                return _spotted(mention, day, year_printed=False)
            break
    if when is None:
        return None
    if not _fits(when, mention):
        # a wrong year, where another that is around it makes the weekday right
        for year in years:
            other = _in_year(mention, year)
            if other and other.year != when.year and _fits(other, mention):
                return _spotted(mention, other)
    return _spotted(mention, when)


def _either_way(mention: DateMention, years: Sequence[When], near: int) -> When | None:
    """The day of 26-05-20: read in the way that a year around it agrees with, else the one that is near."""
    when = day_of(mention.year, mention.month, mention.day)
    other = day_of(mention.other_year, mention.month, mention.other_day)
    if when is None or other is None:
        return when or (other if other and near and abs(other.year - near) <= 1 else None)
    said = next((each for year in years for each in (when, other) if year.holds(each)), None)
    if said is None and near and abs(other.year - near) <= 1 < abs(when.year - near):
        return other
    return said or when


def _spotted(mention: DateMention, when: When, *, year_printed: bool = True) -> Spotted:
    return Spotted(
        when=when,
        start=mention.start,
        end=mention.end,
        of_meeting=mention.of_meeting,
        weekday=mention.weekday,
        weekday_fits=_fits(when, mention),
        year_printed=year_printed and bool(mention.year),
        moved_to=mention.moved_to,
    )


def _fits(when: When, mention: DateMention) -> bool:
    day = when.on()
    return mention.weekday < 0 or day is None or day.weekday() == mention.weekday


def _in_year(mention: DateMention, year: When) -> When | None:
    actual = year.year + 1 if year.financial and mention.month < 4 else year.year
    if mention.day:
        return day_of(actual, mention.month, mention.day)
    return When(year=actual, month=mention.month)
