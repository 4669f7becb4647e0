"""Days on which a page or a file was put there or changed: told by labels, classes and bylines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.lines import LONGEST_DATE_LINE, is_date_line
from crawler.platforms.papers.page.structure import Over
from crawler.platforms.papers.wording.vocabulary import names_a_meeting
from crawler.platforms.shared.dates import without_dates
from crawler.platforms.shared.printed_dates import date_mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.platforms.papers.page.structure import Heading, Line
    from crawler.platforms.shared.printed_dates import DateMention

_PUBLICATION = re.compile(
    r"\b(?:publi(?:sh|cation)\w*|post(?:ed)?(?:\s|-|_)?(?:on|date)?:?$|upload\w*|modif\w*|updat\w*"
    r"|amended|added|creat\w*|last|review\w*"
    r"|expir\w*|cyhoedd\w*|diweddar\w*)\b",
    re.IGNORECASE,
)
_PUBLICATION_CLASS = re.compile(
    r"publish|entry-date|post-?date|posted-on|updated|modified|uploaded|created|reviewed|byline",
    re.IGNORECASE,
)
# "Posted in Board papers on 2 October", "By Communications, 2 October"
_BYLINE = re.compile(
    r"(?i:^(?:page |content |first |last )*(?:posted|published|updated|added|reviewed|written)"
    r"\s+(?:in|by|on|at|to|under)\b|^(?:submitted|created|uploaded|entered)\s+(?:by|on|in|at|under)\b)"
    r"|^[Bb]y\s+[A-Z]"
)
_CLOCK = re.compile(r"\d[.:]\d\d|\d\s?[ap]m\b", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"\b(?:minutes|notes|report|actions?|next|previous|last)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_NEAR = 4  # lines from a heading to a byline


def says_publication(label: str) -> bool:
    """A label of the day on which a page or a file was put there or changed."""
    return bool(_PUBLICATION.search(label))


def marks_publication(names: str) -> bool:
    """The class of an element that holds such a day: "entry-date"."""
    return bool(_PUBLICATION_CLASS.search(names))


def is_of_publication(line: Line, stamped: str, heading: Heading | None, above: Sequence[Line]) -> bool:
    """Returns whether its label, its words, its class or the head of its column says "published" or the like.

    `stamped` are words of the line that are marked so; `heading` is right over it, and `above` are the lines
    of the page before it.
    """
    head = line.cell.head if line.cell else ""
    return (
        says_publication(line.label)
        or says_publication(head)
        or marks_publication(line.shape)
        or (bool(stamped) and not date_mentions(line.text.replace(stamped, " ", 1)))
        or (bool(_BYLINE.match(without_dates(line.text))) and len(line.text) <= LONGEST_DATE_LINE)
        or (heading is not None and _is_beside_the_day(line, heading, above))
    )


def _is_beside_the_day(line: Line, heading: Heading, above: Sequence[Line]) -> bool:
    """A bare day right below a heading that says another: the heading has said which meeting it is."""
    if line.cell or line.links or line.is_heading or not is_date_line(line.text):
        return False
    own = {*_WORD.findall(without_dates(line.text).casefold())}
    if names_a_meeting(line.text) or (own and own <= {*_WORD.findall(heading.text.casefold())}):
        return False  # another meeting of the same body
    said = date_mentions(line.text)
    if heading.over is not Over.HEADING or line.order - heading.order > _NEAR:
        return False
    if any(each.links for each in above[heading.order :]) or _OF_ANOTHER.search(heading.text):
        return False
    days = [each for each in date_mentions(heading.text) if each.has_day and each.of_meeting]
    bare = len(said) == 1 and not said[0].moved_to and bool(said[0].year)
    bare = bare and (said[0].weekday < 0 or names_a_meeting(heading.text))
    return len(days) == 1 and bare and not _CLOCK.search(line.text) and not _same_day(days[0], said[0])


def _same_day(one: DateMention, other: DateMention) -> bool:
    """As far as they are printed."""
    years = {each.year for each in (one, other) if each.year}
    return (one.day, one.month) == (other.day, other.month) and len(years) <= 1
