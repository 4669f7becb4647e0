"""What a search may have meant that was looked for as words: a day, an operator. It is said, and not done.

Papers write their days in many ways, so a day that is looked for as words finds few of them: the filters
`after:` and `before:` ask for the day of the meeting or of the publication.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline import days
from pipeline.errors import QueryError
from pipeline.matching.query import DEFAULT_NEAR, Query, Token, capitals, parse, tokens
from pipeline.text.figures import month, short_day

MOST_WORDS = 5  # of a day: Tuesday 3rd of November 2026
_END = r'(?=[\s()"]|$)'
# Near with its number missing, after a gap or without the stroke: words, to the language.
_NEAR = re.compile(
    rf'near(?:\s*/(?:\s*(?P<number>[0-9]{{1,4}}){_END}|[^\s()"]*)|-?(?P<glued>[0-9]{{1,4}}){_END})',
    re.IGNORECASE,
)
_APART = re.compile(rf"NEAR\s+(?P<number>[0-9]{{1,4}}){_END}")  # to the language, near a figure
_SIDES = {
    **dict.fromkeys(("after", "since", "from"), "after"),
    **dict.fromkeys(("before", "until"), "before"),
}
_WRITTEN = re.compile(r"near(?:/[0-9]+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    said: str  # why the search found less than was meant
    query: str = ""  # what to search for instead; "" where that cannot be known
    on: date | None = None  # the day that was meant


def hints(query: Query) -> list[Hint]:
    """What may be said of a search in addition to its answer."""
    words = [*tokens(query.text)]
    return [*_day(query, words), *filter(None, (_near(query.text, words), _not(query.text, words)))]


def _day(query: Query, words: list[Token]) -> list[Hint]:
    written = [word for word in words if word.kind == "phrase" and _period(_said([word]))]
    if query.after or query.before or len(written) > 1:  # they are asked for, or all of their forms are
        return []
    for first in range(len(words)):
        for last in range(min(len(words), first + MOST_WORDS), first, -1):
            said = _said(words[first:last])
            if said and (meant := _period(said)) and not _is_no_day(words[:first], meant):
                at = words[first].at, words[last - 1].at + len(words[last - 1].text)
                before = words[first - 1] if first and words[first - 1].kind == "word" else None
                side = _SIDES.get(before.text.lower(), "") if before else ""
                if before and side:
                    return [_of_side(query.text, (before.at, at[1]), side, meant[0])]
                written = _as_written(query.text, at, meant)
                return [_of_period(query.text, said, at, meant), *([written] if written else [])]
    return []


def _is_no_day(before: list[Token], meant: tuple[date, date]) -> bool:
    """Whether this is the rest of a day that there is not: February 2026, after 31."""
    is_month = meant[1] - meant[0] > timedelta(days=1)
    return is_month and bool(before) and before[-1].text.rstrip("stndrh").isdigit()


def _said(words: list[Token]) -> str:
    """The words as they may be a day: a phrase of its own, or words one after another."""
    alone = {"word", "phrase"} if len(words) == 1 else {"word"}
    if any(word.kind not in alone for word in words):
        return ""
    return " ".join(word.text for word in words).strip('",.;')


def _period(said: str) -> tuple[date, date] | None:
    """The first day and the day after the last. A year alone is a number like others."""
    if said.isdigit():
        return None
    try:
        return days.period(said)
    except ValueError:
        return None


def _of_period(text: str, said: str, at: tuple[int, int], meant: tuple[date, date]) -> Hint:
    after, before = meant
    one_day = before - after == timedelta(days=1)
    narrowed = f"after:{after} before:{before}"
    rest = f"{text[: at[0]].rstrip()} {text[at[1] :].lstrip()}".strip()
    when = f"on {short_day(after)}" if one_day else f"in {month(after)}"
    return Hint(
        said=f"We looked for the words {said}, and papers write dates in many ways. "
        f"Papers of meetings {when}, and papers published then:",
        query=_parsed(f"{rest} {narrowed}".strip()) or narrowed,
        on=after if one_day else None,
    )


def _of_side(text: str, at: tuple[int, int], side: str, day: date) -> Hint:
    """Of "since 1 April 2025": a limit, and no words."""
    rest = f"{text[: at[0]].rstrip()} {text[at[1] :].lstrip()}".strip()
    when = f"from {short_day(day)} on" if side == "after" else f"before {short_day(day)}"
    return Hint(
        said=f"We looked for {text[slice(*at)]} as words. "
        f"Papers of meetings {when}, and papers published then:",
        query=_parsed(f"{rest} {side}:{day}".strip()) or f"{side}:{day}",
    )


def _as_written(text: str, at: tuple[int, int], meant: tuple[date, date]) -> Hint | None:
    """A day in all of the ways that papers write it."""
    day = meant[0]
    if meant[1] - day > timedelta(days=1):
        return None
    number, name = day.day, f"{day:%B}"
    end = "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    forms = (
        f"{number} {name} {day.year}", f"{number}{end} {name} {day.year}", f"{number} {name[:3]} {day.year}",
        f"{name} {number} {day.year}", f"{day:%d/%m/%Y}", f"{number}/{day.month}/{day.year}", f"{day}",
    )  # fmt: skip
    every = " OR ".join(f'"{form}"' for form in dict.fromkeys(forms))
    query = _parsed(f"{text[: at[0]]}({every}){text[at[1] :]}")
    return Hint(said=f"Pages that write {short_day(day)} in any way:", query=query) if query else None


def _near(text: str, words: list[Token]) -> Hint | None:
    for word in words:
        if word.kind == "near" and (apart := _APART.match(text, word.at)):
            return _of_near(text, apart, apart["number"], f"We looked for the figure {apart['number']}.")
        found = _NEAR.match(text, word.at) if word.kind in {"word", "near"} else None
        if found and not _WRITTEN.fullmatch(found[0]):
            number = found["number"] or found["glued"] or DEFAULT_NEAR
            return _of_near(text, found, number, f"We looked for {found[0]} as words.")
    return None


def _of_near(text: str, found: re.Match[str], number: str | int, done: str) -> Hint:
    return Hint(
        said=f"NEAR takes a number of words right after its stroke, as in capitated NEAR/8 budget. {done}",
        query=_parsed(f"{text[: found.start()]}NEAR/{number}{text[found.end() :]}"),
    )


def _not(text: str, words: list[Token]) -> Hint | None:
    small = any(word.kind == "word" and word.text.lower() == "not" for word in words)
    if not small or capitals(text):  # what it would be in capitals is offered
        return None
    return Hint(
        said="We looked for the word not. To leave pages out, write first what to look for, and NOT in "
        "capitals, as in budget NOT council."
    )


def _parsed(text: str) -> str:
    """The text where it is a query, else "" (nothing)."""
    try:
        parse(text)
    except QueryError:
        return ""
    return text
