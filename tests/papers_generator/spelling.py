"""Days, years and labels as sites write them."""
# ruff: noqa: RUF001 - sites write en dashes

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from tests.papers_generator.choices import Choices
    from tests.papers_generator.matter import Meeting


NTH = ("", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")


def spell(day: date, form: str, said: date | None = None) -> str:
    """A day in one of the forms of the grammar; `said` is the day whose weekday is written."""
    weekday = said or day
    nth = f"{day.day}{ordinal(day.day)}"
    return {
        "26 November 2026": f"{day.day} {day:%B %Y}",
        "Thursday 26 November 2026": f"{weekday:%A} {day.day} {day:%B %Y}",
        "Thursday 26th November 2026": f"{weekday:%A} {nth} {day:%B %Y}",
        "26th November 2026": f"{nth} {day:%B %Y}",
        "26/11/2026": f"{day:%d/%m/%Y}",
        "26/11/26": f"{day:%d/%m/%y}",
        "26.11.2026": f"{day:%d.%m.%Y}",
        "26.11.26": f"{day:%d.%m.%y}",
        "2026-11-26": f"{day:%Y-%m-%d}",
        "26 Nov 2026": f"{day.day} {day:%b %Y}",
        "Thu 26 Nov 26": f"{weekday:%a} {day.day} {day:%b %y}",
        "November 26, 2026": f"{day:%B} {day.day}, {day.year}",
        "THURSDAY, 26 NOVEMBER 2026": f"{weekday:%A}, {day.day} {day:%B %Y}".upper(),
        "26-11-2026": f"{day:%d-%m-%Y}",
        "26-Nov-2026": f"{day:%d-%b-%Y}",
        "Thursday, 26 November 2026": f"{weekday:%A}, {day.day} {day:%B %Y}",
        "26 NOVEMBER 2026": f"{day.day} {day:%B %Y}".upper(),
        "Thu 26 November 2026": f"{weekday:%a} {day.day} {day:%B %Y}",
        "November 2026": f"{day:%B %Y}",
        "26 November": f"{day.day} {day:%B}",
        "Thursday 26 November": f"{weekday:%A} {day.day} {day:%B}",
        "26th Nov": f"{nth} {day:%b}",
        "badge": f"{day.day} {day:%b}",
        "Thursday 26th": f"{weekday:%A} {nth}",
    }[form]


def ordinal(number: int) -> str:
    return "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def dated(meeting: Meeting, choices: Choices) -> str:
    """The meeting's date as its site writes it, in markup, with what is said of it."""
    form = choices.date_form
    if choices.apart != "none":
        return _joined(meeting, choices)
    if form == "badge":
        day = meeting.day
        return f'<span class="day">{day.day}</span> <span class="month">{day:%b}</span>'
    said = misprinted(spell(meeting.day, form, meeting.said_day), meeting)
    if meeting.moved_from:
        old = spell(meeting.moved_from, form)
        if choices.content % 2:
            return f"{said} (moved from {old})"
        return f"{old} – postponed to {said}"
    return said


def misprinted(said: str, meeting: Meeting) -> str:
    """The day with its slip: two keys of the month in the wrong order, or a day that the month has not."""
    month = f"{meeting.day:%B}"
    if meeting.slip == "mistyped month" and len(month) >= _LONG_NAME:
        wrong = f"{month[:2]}{month[3]}{month[2]}{month[4:]}"
        return said.replace(month, wrong).replace(month.upper(), wrong.upper())
    if meeting.slip == "no such day" and meeting.day.month in {4, 6, 9, 11}:
        day = f"{meeting.day.day}{ordinal(meeting.day.day)}"
        return said.replace(day, "31st", 1) if day in said else said.replace(f"{meeting.day.day}", "31", 1)
    return said


_LONG_NAME = 5  # of "March" on


def _joined(meeting: Meeting, choices: Choices) -> str:
    """What joins a meeting to the days that stand apart from it."""
    if choices.apart.startswith("months"):
        return f"{meeting.day:%B %Y}"
    return f"{NTH[meeting.number]} meeting" if choices.apart == "ordinals" else f"Meeting {meeting.number}"


def timed(meeting: Meeting, choices: Choices) -> str:
    """As `dated`, in a <time>."""
    return f'<time datetime="{meeting.day.isoformat()}">{dated(meeting, choices)}</time>'


def label(meeting: Meeting, choices: Choices, date_markup: str) -> str:
    """What is written above or before a meeting's papers."""
    body = escape(meeting.body)
    if not date_markup:
        words = f"{body} meeting" if choices.content % 2 else f"{body} meeting papers"
    else:
        words = {
            "date": date_markup,
            "body first": f"{body} – {date_markup}",
            "date first": f"{date_markup}: {body} meeting",
            "held on": f"Meeting held on {date_markup}",
            "with time and place": f"{date_markup}, 10am to 12.30pm, Education Centre",
        }[choices.label]
    return f"{words} – {meeting.note}" if meeting.note else words


def year_label(year: int, choices: Choices) -> str:
    return (f"{year}", f"{year} meetings", f"Meeting papers {year}")[choices.content % 3]


def financial_year(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1


def financial_year_label(year: int, choices: Choices) -> str:
    short = (year + 1) % 100
    return (
        f"{year}/{short:02}",
        f"{year}-{short:02}",
        f"April {year} to March {year + 1}",
        f"{year}/{year + 1}",
    )[choices.content % 4]


def group_of(meeting: Meeting, choices: Choices) -> str:
    """The heading under which a meeting stands; "" where the list is flat."""
    match choices.group:
        case "year":
            return year_label(meeting.day.year, choices)
        case "financial year":
            return financial_year_label(financial_year(meeting.day), choices)
        case "month":
            return f"{meeting.day:%B %Y}"
        case "committee":
            return meeting.body
        case _:
            return ""
