"""The words with a day: whether they say a meeting, a paper, the next meeting, or nothing but the day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.lines import says_when
from crawler.platforms.papers.wording import vocabulary
from crawler.platforms.shared.dates import without_dates
from crawler.platforms.shared.printed_dates import WEEKDAY

if TYPE_CHECKING:
    from crawler.platforms.papers.page.structure import Line
    from crawler.platforms.shared.dates import Spotted

_NEXT_MEETING = re.compile(r"\b(?:next|upcoming|future|forthcoming)\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}(?:[.:]\d\d)?(?:st|nd|rd|th|\s?(?:am|pm|noon))?\b", re.IGNORECASE)
DAY_ALONE = re.compile(
    rf"\b({WEEKDAY}),?\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]|\s?[ap]m)"
    r"|\b(\d{1,2})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_PAPER_OF = re.compile(
    r"\b(?:minutes|notes|record|report|actions?|matters arising)\b[^|]{0,50}$", re.IGNORECASE
)
_MEETING_OF = re.compile(
    r"\b(?:meeting|held|meets?|met|(?:takes?|taking|took) place)(?:\s+(?:of|on|held|date|was|is|the))*\W*$",
    re.IGNORECASE,
)


def announces_next(text: str) -> bool:
    """It speaks of a meeting to come: the papers below may be of another."""
    return bool(_NEXT_MEETING.search(text))


def subject(text: str) -> str:
    """The words of a text but for its dates and times of day."""
    return (
        _CLOCK.sub(" ", DAY_ALONE.sub(" ", without_dates(text))).replace(" to ", " ").strip(" ,.:;-\u2013()|")
    )


def leads(line: Line, spotted: Spotted) -> bool:
    """The heading of its record, a fact called "Held on", or "For the meeting of" and the day."""
    if line.is_heading:
        return vocabulary.heads_a_meeting(line.text)
    return says_when(line.label) or is_of_a_meeting(line.text[: spotted.start])


def is_of_a_paper(text: str) -> bool:
    """These words lead to the day of what a paper is about: "Minutes of 26 March"."""
    return bool(_PAPER_OF.search(text))


def is_in_a_link(line: Line, spotted: Spotted) -> bool:
    return any(each.start <= spotted.start < each.end for each in line.links)


def is_of_a_meeting(text: str) -> bool:
    """These words lead to the day of a meeting: "The Board met on"."""
    return bool(_MEETING_OF.search(text))
