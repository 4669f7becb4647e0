"""The dates that a text prints, as far as it prints them: what is not printed is not invented.

"May 2026" is a month, and "26 March" has no year. A number is a day only where nothing else counts with it:
"Item 4 November 2025" is a month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.platforms.shared.when import MONTHS, day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_WELSH_MONTHS = (
    "ionawr",
    "chwefror",
    "mawrth",
    "ebrill",
    "mai",
    "mehefin",
    "gorffennaf",
    "awst",
    "medi",
    "hydref",
    "tachwedd",
    "rhagfyr",
)
_MONTH_NUMBERS = {
    **{name[:3].lower(): number for number, name in enumerate(MONTHS, 1)},
    **{name: number for number, name in enumerate(_WELSH_MONTHS, 1)},
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_RANGE = 4  # days: what runs longer is no meeting but two numbers

_MONTH = (
    # long names as they are mistyped, too: "Septmber", "Feburary"
    r"(?:jan(?:[a-z]{1,5}ry)?|feb(?:[a-z]{1,6}ry)?|mar(?:[a-z]{0,2}ch)?|apr(?:[a-z]{0,2}il)?|may|june?|jul(?:[a-z]{0,2}y)?|aug(?:[a-z]{0,2}st)?"
    r"|sept?(?:[a-z]{1,5}ber)?"
    rf"|oc(?:t|[a-z]{{1,4}}ber)|nov(?:[a-z]{{1,5}}ber)?|dec(?:[a-z]{{1,5}}ber)?|{'|'.join(_WELSH_MONTHS)})(?![a-z])\.?"
)
_YEAR = r"(?:199\d|20\d\d)"
_GAP = r"[\s,.\-\u2013_/]{1,3}"
_ORDINAL = r"(?:\s?(?:st|nd|rd|th)\b)"
_EDGE = r"(?<![A-Za-z0-9])"
# as they are mistyped, too; but no "month"
WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{0,4}d[a-z]{0,2}y|e?s|rs?|nes|ur)?"
_WEEKDAY = rf"{WEEKDAY}(?![a-z])\.?{_GAP}(?:the\s)?"
# a two-digit number is not a year where it is the hour, a size or the first part of another number
# nor where it is the day of the next date: "25 March, 27 May and 29 July"
_NEXT_DAY = rf"{_GAP}(?:of\s)?{_MONTH}"
_SHORT_YEAR = (
    r"[1-3]\d(?!\d|[.:]\d|\s?(?:am|pm|noon|mb|kb|%)|\s?[-\u2013]\s?\d|/\d|(?:st|nd|rd|th)\b"
    rf"|{_NEXT_DAY})"
)

# April 2025 to March 2026, between 1 April 2025 and 31 March 2026: read before 1 April is taken for a day
_SPAN = re.compile(
    rf"{_EDGE}(?P<between>between\s+)?(?P<start>(?:(?:1(?:st)?{_GAP}(?:of\s)?)?apr(?:il)?{_GAP})?(?P<from>20\d\d))"
    rf"\s?(?P<joint>to|until|and|-|\u2013)\s?"
    rf"(?:(?:31(?:st)?{_GAP}(?:of\s)?)?(?P<until>mar(?:ch)?){_GAP})?(?P<to>20\d\d)(?!\d)",
    re.IGNORECASE,
)
# March 26, May 28 and July 30 2026: read before "26, May" is taken for a day; and May 28 and 29, 2026
_US_DAY = (
    rf"(?:{_WEEKDAY})?{_MONTH}[\s,.]{{1,3}}\d{{1,2}}{_ORDINAL}?(?!\d|[.:]\d)"
    rf"(?:\s?(?:&|and|-|\u2013|/)\s?\d{{1,2}}{_ORDINAL}?(?!\d|[.:]\d|\s(?:of\s)?{_MONTH}))?"
)
_US_LIST = re.compile(
    rf"{_EDGE}(?P<days>{_US_DAY}(?:\s*(?:[,;/&|\-\u2013]|and\b|to\b)(?:\s*and\b)?\s*{_US_DAY})*)"
    rf"(?!\s(?:of\s)?{_MONTH})(?:{_GAP}(?P<year>20\d\d)(?!\d))?",
    re.IGNORECASE,
)
_US_PARTS = re.compile(
    rf"(?P<weekday>{_WEEKDAY})?(?P<month>{_MONTH})[\s,.]{{1,3}}(?P<day>\d{{1,2}})(?P<ordinal>{_ORDINAL})?"
    rf"(?P<second>\s?(?:&|and|-|\u2013|/)\s?\d{{1,2}}{_ORDINAL}?(?!\d|[.:]\d|\s(?:of\s)?{_MONTH}))?",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(rf"(?<!\d)\d{{1,2}}{_ORDINAL}?{_GAP}(?:of\s)?$", re.IGNORECASE)

# One alternative a way of writing; the first that fits at a place wins, so the fuller are first.
_DATE = re.compile(
    "|".join(
        (
            # January 18 2017, November 26th, 2026: before 19-January-18-2017 is read as a day of 2018
            (
                rf"{_EDGE}(?P<us_weekday>{_WEEKDAY})?(?P<us_month>{_MONTH}){_GAP}(?P<us_day>\d{{1,2}})"
                rf"{_ORDINAL}?,?{_GAP}(?P<us_year>{_YEAR})(?!\d)"
            ),
            # 26 March 2026, Thursday 26th of March '26, 26-march-2026, 26 March, 26 and 27 March 2026
            (
                rf"{_EDGE}(?P<weekday>{_WEEKDAY})?(?:(?P<first>\d{{1,2}}){_ORDINAL}?\s?(?:&|and|to|-"
                rf"|\u2013|/)\s?(?:{_WEEKDAY})?)?"
                rf"(?P<day>\d{{1,2}})(?P<ordinal>{_ORDINAL})?(?P<joint>{_GAP}of{_GAP}|\s?[-\u2013]\s?"
                rf"|{_GAP}|(?=[A-Za-z]))"
                rf"(?P<month>{_MONTH})"
                rf"(?!{_GAP}\d{{1,2}}{_ORDINAL}?,?{_GAP}20\d\d)"
                rf"(?:(?:{_GAP})?['\u2019]?(?P<year>{_YEAR}|{_SHORT_YEAR})(?!\d))?"
            ),
            # March 2026, march-2026, mar2026, March '26
            rf"{_EDGE}(?P<only_month>{_MONTH})[\s,.\-_/]{{0,3}}['\u2019]?(?P<only_year>20\d\d)(?![A-Za-z0-9])",
            rf"{_EDGE}(?P<quoted_month>{_MONTH})\s?['\u2019](?P<quoted_year>\d\d)(?!\d)",
            # November 26th, Thursday November 26, Nov 9: a day; Nov 26, bod-may26: a year or a day
            (
                rf"{_EDGE}(?P<bare_weekday>{_WEEKDAY})?(?:bod"
                rf"|board)?[-_]?(?P<bare_month>{_MONTH})(?P<bare_gap>[\s,.\-_]{{0,3}})"
                rf"(?P<bare_number>\d{{1,2}})(?P<bare_ordinal>{_ORDINAL})?(?![A-Za-z0-9]|[.:/]\d|{_NEXT_DAY})"
            ),
            # 2026-03-26, 2026_03_26, 2022 07 28
            (
                rf"{_EDGE}(?P<iso_year>{_YEAR})(?P<iso_gap>[-_./ ])(?P<iso_month>\d\d)"
                r"(?P=iso_gap)(?P<iso_day>\d\d)(?!\d)"
            ),
            # 26/03/2026, 26.3.26, 26-03-26, 26 03 2026
            (
                rf"(?<![\d.])(?P<a>\d{{1,2}})(?P<sep>\s?[-_./]\s?)(?P<b>\d{{1,2}})(?P=sep)(?P<c>{_YEAR}"
                r"|\d\d)(?![\d%]|\.\d)"
            ),
            r"(?<![\d.])(?P<blank_a>\d\d) (?P<blank_b>\d\d) (?P<blank_c>20\d\d|\d\d)(?![\d%]|\.\d)",
            # 20260326, 26032026, 260326, 202603
            r"(?<!\d)(?P<run>20\d{6}|\d{4}20\d\d|20[12]\d(?:0[1-9]|1[0-2])|\d{6})(?!\d)",
            # 2025/26, 2025 to 2026
            r"(?<!\d)(?P<from>20\d\d)\s?(?:/|-|\u2013|_|to|\s)\s?(?P<to>20\d\d|\d\d)(?!\d|[-/.]\d)",
            r"(?<!\d)(?P<bare>20[0-4]\d)(?!\d)",
            # 24th Setpember 2026, Thursday 24 Setpember: which month it is, `_near_month` says
            (
                rf"{_EDGE}(?P<near_weekday>{_WEEKDAY})?(?P<near_day>\d{{1,2}}){_ORDINAL}?{_GAP}(?:of\s)?"
                rf"(?P<near_month>[A-Za-z]{{4,11}})(?:{_GAP}(?P<near_year>{_YEAR})(?!\d))?(?![A-Za-z])"
            ),
            # a month alone: "November", "Minutes January FINAL"
            rf"{_EDGE}(?P<alone>{_MONTH})(?![A-Za-z0-9])",
        )
    ),
    re.IGNORECASE,
)
# what a number counts where it is no day
_COUNTS = re.compile(
    r"(?:\b(?:parts?|items?|encs?|enclosures?|appendix|appendices|app|annex|version|ver|v|no|number"
    r"|attachment"
    r"|months?|quarter|stage|phase|tier|wave|level|round|step|tranche|cohort|band|grade|priority|option|lot"
    r"|section|volume|vol|pages?|issue|chapter|schedule|ref|doc|document)\b|(?:^|[|,;:(])\s*paper\b"
    r"|#)[\s.:#_\-\u2013]*$",
    re.IGNORECASE,
)
_LIST_NUMBER = re.compile(r"^\W*\d{1,2}[.)]\s", re.IGNORECASE)
# what a date is of, where it is not of the meeting
_NOT_THE_MEETING = re.compile(
    r"\b(?:publish\w*|publication|post(?:ed)?|updated|last update|upload\w*|added|modified"
    r"|reviewed|(?:next|last|due|for) review|review(?: date| due|:)|deadline\w*|submit\w*"
    r"|by|before|until|to|ending|ended|as at|as of|from|since|closes|closing|created|approved|ratified"
    r"|confirmed|agreed|corrected|reissued"
    r"|(?:last|page|content) (?:changed|edited|amended|refreshed)"
    r"|expir\w*|issued|available|effective|sent(?: out| round)?|circulated|distributed|despatched|dispatched"
    r"|dated|signed|shared"
    r"|(?:amended|revised|version) (?:on|of)|next meeting|originally|replaces"
    r"|(?:confirmed|approved|ratified|agreed|considered) by (?:the )?[\w ]{1,40}"
    r"|instead of|postponed from|moved from|cyhoeddwyd|diweddarwyd)"
    r"(?:\s+(?:on|is|for|at|in|the|of|end|date|will|be|planned|scheduled|questions?|noon|day|\d\w*"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*))*\s*[:\-\u2013,(]?\s*$",
    re.IGNORECASE,
)
# the day of another meeting, or of another paper, that this one has to do with
_OF_ANOTHER = re.compile(
    r"\b(?:(?:replac|supersed)(?:es?|ing|ed by)|in place of|formerly|previously|v\d+ (?:of|from)"
    r"|(?:deferred|adjourned|carried (?:over|forward)|held over|rearranged|rescheduled|brought forward) from"
    r"|(?:for|to be) (?:approval|approved|ratification|ratified|adopt\w+|confirm\w+|considered) (?:at|by|on))"
    r"(?:\s+(?:on|at|in|the|of|our|an?|that|those|earlier|first|next|original|draft|papers?|agendas?|packs?|minutes"
    r"|versions?|meetings?|boards?|committee|to|be|held|issued|dated|published|from|for|and"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*))*\s*[:\-\u2013,(]?\s*$",
    re.IGNORECASE,
)
# "postponed to 26 November": the day it is held, though "to" is before it
_MOVED_TO = re.compile(
    r"\b(?:postponed|rescheduled|rearranged|re-arranged|moved|brought forward|put back|deferred|changed)\b"
    r"[^.;]{0,60}\b(?:to|for|on)\s*(?:the\s)?$",
    re.IGNORECASE,
)
_NOT_A_MONTH = re.compile(
    r"\s+(?:be|not|also|have|need|wish|contact|ask|attend|find|include|apply)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date as printed: what is not printed is 0."""

    start: int
    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    financial: bool = False
    weekday: int = -1  # Monday is 0; -1 where none is next to it
    other_year: int = 0  # 26-05-20 read the other way round: its year,
    other_day: int = 0  # and its day
    or_day: int = 0  # "Nov 26" is a month of 2026, or this day of another year
    of_meeting: bool = True  # not "published on", "questions by", "next meeting"
    moved_to: bool = False  # "postponed to": the day that counts

    @property
    def is_year(self) -> bool:
        return not self.month

    @property
    def has_day(self) -> bool:
        return bool(self.day)


@lru_cache(maxsize=16384)
def date_mentions(text: str) -> tuple[DateMention, ...]:
    """All dates of a text, in its order. A date without a year shares that of the next in a list or range."""
    found: list[DateMention] = []
    at = 0
    for start, end, read in sorted(_runs(text), key=lambda run: run[0]):
        if start >= at:
            found += [*_between(text, at, start), *read]
            at = end
    return _with_shared_years([*found, *_between(text, at, len(text))], text)


def _between(text: str, start: int, end: int) -> Iterator[DateMention]:
    """The single dates of a part of a text."""
    while match := _DATE.search(text, start, end):
        each = _read(match, text)
        if each:
            yield each
        start = each.end if each else match.end("near_day") if match["near_day"] else match.end()


def _runs(text: str) -> Iterator[tuple[int, int, list[DateMention]]]:
    """Where several words make one date, or one list of dates: start, end, and what is read there."""
    for match in _SPAN.finditer(text):
        if read := _financial_year(match, text):
            yield match.start("start"), match.end(), [read]
    for match in _US_LIST.finditer(text):
        if read := _us_list(match, text):
            yield match.start(), match.end(), read


def _financial_year(match: re.Match[str], text: str) -> DateMention | None:
    """From one April to the March after it. "And" joins two dates, but after "between"."""
    months = "apr" in match["start"].lower(), bool(match["until"])
    follows = int(match["to"]) == int(match["from"]) + 1
    is_span = bool(match["between"]) if match["joint"].lower() == "and" else all(months)
    if not (follows and is_span and months[0] == months[1]):
        return None
    start = match.start("start")
    return _mention(text, start, match.end(), year=int(match["from"]), financial=True)


def _us_list(match: re.Match[str], text: str) -> list[DateMention]:
    """Each month with the day after it. "Nov 25, Jan 26" may be days, and months of two years as well."""
    if _DAY_BEFORE.search(text[max(0, match.start() - 8) : match.start()]):
        return []
    days = [*_US_PARTS.finditer(text, match.start(), match.end("days"))]
    year = int(match["year"] or 0)
    is_list = len(days) > 1 or (days[0]["second"] is not None and bool(year))
    if not is_list or not all(_is_day(int(each["day"])) for each in days):
        return []
    numbers = [int(each["day"]) for each in days]
    may_be_years = not year and all(15 <= number <= 39 for number in numbers)
    may_be_years &= not any(each["weekday"] or each["ordinal"] or each["second"] for each in days)
    may_be_years &= max(numbers) - min(numbers) <= 1 or len({_month(each["month"]) for each in days}) == 1
    found = []
    for each in days:
        number = int(each["day"])
        said = {"year": 2000 + number, "or_day": number} if may_be_years else {"day": number}
        said |= {"month": _month(each["month"])} | _weekday(each["weekday"])
        found.append(_mention(text, each.start(), each.end(), **said))
    if year:
        found[-1] = replace(found[-1], year=year, end=match.end())
    return found


def _with_shared_years(found: list[DateMention], text: str) -> tuple[DateMention, ...]:
    for index in range(len(found) - 1, 0, -1):
        first, second = found[index - 1], found[index]
        between = text[first.end : second.start]
        joint = between.strip(" ,")
        is_list = first.day and second.day and not joint and "," in between
        if first.month and not first.year and second.year and (is_list or joint in _JOINTS):
            found[index - 1] = replace(first, year=_shared_year(first, second, joint))
    return tuple(found)


_JOINTS = frozenset({"-", "\u2013", "to", "and", "&", "/"})
_NEXT_WINTER = 4  # months from a meeting of one year to the next of a list, which is of another


def _shared_year(first: DateMention, second: DateMention, joint: str) -> int:
    """Of "26 November and 28 January 2027" the first is of 2026; "28 May and 26 March 2026" go backwards."""
    if first.month <= second.month or not second.month:
        return second.year
    ahead = second.month - first.month + 12
    is_before = joint in {"-", "\u2013", "to"} or ahead <= _NEXT_WINTER
    return second.year - 1 if is_before else second.year


def _read(match: re.Match[str], text: str) -> DateMention | None:
    for reader in (_us, _worded, _near, _month_and_year, _bare_month, _numbers, _run, _years):
        if parts := reader(match.groupdict(), text, match.start()):
            break
    else:
        return None
    return _mention(text, match.start(), **{"end": match.end()} | parts)


def _mention(text: str, start: int, end: int, **parts: int) -> DateMention:
    """The date that is there, with what the words before it say of it."""
    before = text[max(0, start - 80) : start]
    moved = bool(_MOVED_TO.search(before))
    return DateMention(
        start=start,
        end=end,
        of_meeting=moved or not (_NOT_THE_MEETING.search(before[-50:]) or _OF_ANOTHER.search(before)),
        moved_to=moved,
        **parts,  # type: ignore[arg-type] - of the names and types of a Mention
    )


def _us(part: dict[str, str], _text: str, _start: int) -> dict[str, int] | None:
    if not part["us_month"]:
        return None
    found = {"year": int(part["us_year"]), "month": _month(part["us_month"]), "day": int(part["us_day"])}
    return found | _weekday(part["us_weekday"]) if _is_day(found["day"]) else None


def _worded(part: dict[str, str], text: str, start: int) -> dict[str, int] | None:
    if not part["month"]:
        return None
    found = {"month": _month(part["month"]), "year": _century(part["year"]) if part["year"] else 0}
    day, first = int(part["day"]), int(part["first"] or 0)
    counted = _is_counted(text, start)
    if first and not counted and 0 < day - first <= _LONGEST_RANGE:
        day = first
    is_number = (
        not part["weekday"]
        and not part["ordinal"]
        and not first
        and (counted or (_GAP_WITH_BLANKS.fullmatch(part["joint"]) is not None))
    )
    if is_number or not _is_day(day):
        return found if found["year"] else None
    return found | {"day": day} | _weekday(part["weekday"])


def _near(part: dict[str, str], _text: str, _start: int) -> dict[str, int] | None:
    """A month that is mistyped, next to a day and to a year or a weekday."""
    if not part["near_day"] or not (part["near_year"] or part["near_weekday"]):
        return None
    month, day = _near_month(part["near_month"].lower()), int(part["near_day"])
    if not month or not _is_day(day):
        return None
    found = {"month": month, "day": day, "year": int(part["near_year"] or 0)}
    return found | _weekday(part["near_weekday"])


@lru_cache(maxsize=1024)
def _near_month(word: str) -> int:
    """The only month that a word is one wrong key away from, two in a long name; 0 where there is no such."""
    names = {name.lower(): number for number, name in enumerate(MONTHS, 1) if len(name) > _SHORTEST_MISTYPED}
    for slips in (1, 2):
        near = {number for name, number in names.items() if _slips(word, name) <= slips <= len(name) // 3}
        if near:
            return near.pop() if len(near) == 1 else 0
    return 0


def _slips(word: str, name: str) -> int:
    """How many keys were left out, struck too often, struck wrong, or struck in the wrong order."""
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, typed in enumerate(word, 1):
        above, row = row, [i]
        for j, meant in enumerate(name, 1):
            least = min(above[j] + 1, row[-1] + 1, above[j - 1] + (typed != meant))
            if i > 1 and j > 1 and (typed, word[i - 2]) == (name[j - 2], meant):
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before = above
    return row[-1]


_SHORTEST_MISTYPED = 3  # letters of a month's name: "Mary" is no May
_GAP_WITH_BLANKS = re.compile(r"\s+[-\u2013]\s+")


def _is_counted(text: str, start: int) -> bool:
    """The number before the month is that of an item, a part or a line of a list."""
    if _COUNTS.search(text[max(0, start - 24) : start]):
        return True
    return start <= 2 and bool(_LIST_NUMBER.match(text)) and ". " in text[: start + 5]


def _month_and_year(part: dict[str, str], _text: str, _start: int) -> dict[str, int] | None:
    if part["only_month"]:
        return {"month": _month(part["only_month"]), "year": int(part["only_year"])}
    if part["quoted_month"]:
        return {"month": _month(part["quoted_month"]), "year": _century(part["quoted_year"])}
    return None


def _bare_month(part: dict[str, str], text: str, start: int) -> dict[str, int] | None:
    if part["alone"]:
        name = part["alone"]
        after = text[start + len(name) :]
        ambiguous = name.lower() in {"may", "mar", "march", "mai", "medi", "awst"}
        if ambiguous and (not name[0].isupper() or _NOT_A_MONTH.match(after)):
            return None
        return {"month": _month(name)}
    if not part["bare_month"]:
        return None
    number = int(part["bare_number"])
    month = {"month": _month(part["bare_month"])}
    is_day = part["bare_weekday"] or part["bare_ordinal"] or not 15 <= number <= 31 or number == 31
    if is_day and part["bare_gap"]:
        return month | {"day": number} | _weekday(part["bare_weekday"]) if _is_day(number) else month
    if 15 <= number <= 39:
        return (
            month
            | {"year": 2000 + number}
            | ({"or_day": number} if part["bare_gap"] and _is_day(number) else {})
        )
    return month


def _numbers(part: dict[str, str], text: str, start: int) -> dict[str, int] | None:
    if part["iso_year"]:
        found = {"year": int(part["iso_year"]), "month": int(part["iso_month"]), "day": int(part["iso_day"])}
        if not _may_be_a_day(found["month"], found["day"]):  # 2026-26-11 can be read in one way only
            found |= {"month": found["day"], "day": found["month"]}
        return found if _may_be_a_day(found["month"], found["day"]) else None
    a, b, c = (
        (part["a"], part["b"], part["c"])
        if part["a"]
        else (part["blank_a"], part["blank_b"], part["blank_c"])
    )
    if not a or (_COUNTS.search(text[max(0, start - 24) : start]) and len(c) == 2):
        return None
    return _day_first(a, b, c)


def _day_first(a: str, b: str, c: str) -> dict[str, int] | None:
    """Day, month, year; the other way round is kept for who knows the year of the reading."""
    day_first = _may_be_a_day(int(b), int(a))
    year_first = day_of(_century(a), int(b), int(c)) if len(a) == 2 and len(c) == 2 else None
    if len(c) == 4 and not day_first and _may_be_a_day(int(a), int(b)):
        return {"year": int(c), "month": int(a), "day": int(b)}  # 11/26/2026
    if not day_first and not year_first:
        return None
    found = {"year": _century(c), "month": int(b), "day": int(a)}
    return found | ({"other_year": year_first.year, "other_day": year_first.day} if year_first else {})


def _run(part: dict[str, str], _text: str, _start: int) -> dict[str, int] | None:
    run = part["run"]
    if not run:
        return None
    if len(run) == 6 and run.startswith("20") and 1 <= int(run[4:]) <= 12 and 10 <= int(run[2:4]) <= 39:
        # 202603: a month; 200326 is a day of 2026
        return {"year": int(run[:4]), "month": int(run[4:])}
    if len(run) == 6:
        return _day_first(run[:2], run[2:4], run[4:])
    if run.startswith("20") and (when := day_of(int(run[:4]), int(run[4:6]), int(run[6:]))):
        return {"year": when.year, "month": when.month, "day": when.day}
    when = day_of(int(run[4:]), int(run[2:4]), int(run[:2]))
    return {"year": when.year, "month": when.month, "day": when.day} if when else None


def _years(part: dict[str, str], _text: str, start: int) -> dict[str, int] | None:
    if part["from"]:
        follows = int(part["to"]) % 100 == (int(part["from"]) + 1) % 100
        # "2023 to 2026" are two years, and the second is read next
        return {"year": int(part["from"])} | ({"financial": True} if follows else {"end": start + 4})
    return {"year": int(part["bare"])} if part["bare"] else None


def _month(name: str) -> int:
    name = name.lower().rstrip(".")
    return _MONTH_NUMBERS.get(name) or _MONTH_NUMBERS.get(name[:3]) or 10  # "Ocotber"


def _weekday(name: str | None) -> dict[str, int]:
    return {"weekday": WEEKDAYS.index(name[:3].lower())} if name else {}


def _is_day(number: int) -> bool:
    return 1 <= number <= 31


def _may_be_a_day(month: int, day: int) -> bool:
    """31 June may: it is written, though it does not exist, and the date after it is not what is meant."""
    return 1 <= month <= 12 and _is_day(day)


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)
