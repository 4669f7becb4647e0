"""The words around a mention, as a reader would quote them: the one function for every surface.

A quote is a sentence, or a row of a table, of at most `MOST_WORDS` words with the mention inside. It never
runs over a break of the page (a heading, a cell, an item of a list) without showing it as " / ". E-mail
addresses and telephone numbers are left out of it ("…"): they prove nothing, and messages carry them far.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from pipeline.text.canonical import LINE_END_HYPHEN, shown

REACH = 600  # characters looked at on either side
_USUAL = 200  # characters on either side within which most sentences begin and end
_QUOTES = 8  # characters that may close a sentence
MOST_WORDS = 60
_LEAD = 20  # words kept before the mention where its sentence is too long
_SENTENCE = 12  # words: a row or a heading mostly has fewer
_FEW = 8  # words: of a piece that is no sentence, fewer are shown with what is next to them
_NEAR = 6  # lines either side, which tell how wide the text is set
_FITS = 0.85  # of the widest of them: a word that would have stood there and does not begins something new

# Begins with the sign itself, not with a look behind at it: that is what makes the search quick.
_SENTENCE_END = re.compile(r"[.!?;][\"'\u201d\u2019)]*\s+(?=[\"'\u201c\u2018(]*[A-Z0-9])")
_ABBREVIATED = re.compile(
    r"\b(?:No|St|Dr|Mr|Mrs|Ms|Prof|Cllr|Rev|approx|para|paras|vs|pp?|e\.g|i\.e|cf|incl|ext|tel)\.$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?;:][\"'\u201d\u2019)]*$")
_ITEM = re.compile(
    r"[\u2022\u25aa\u25cf\u25e6\uf0b7*]|[-\u2013] |\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})[.)] "
    r"|[0-9]{1,2}(?:\.[0-9]{1,2})+\.? (?=[A-Z])"
)
_NEW = re.compile(r"[\"'\u201c\u2018(\u00a3]*[A-Z0-9]")
_HEADING = re.compile(r"(?:\d[\d.]* +)?[A-Z0-9][^\n.!?]{0,60}(?<![;:,])$")  # then a line with a capital
# No heading, cell or sentence ends so: the line goes on in the next.
_OPEN = re.compile(
    r"(?:\b(?:and|or|nor|but|of|the|an?|to|in|into|for|with|by|from|on|at|as|that|than|which|who|whose|its|their|our)"
    r"|[&(\u2013\u2014])$"
)
# Nothing of the line before runs on into these: a row's last figures, and a label.
_FIGURES = re.compile(r"(?:\s[-\u2013(\u00a3+]*\d[\d,.]*%?\)*){2}$")
_LABEL = re.compile(r"[A-Z][a-z]+: ")
_LONGEST_OPEN = 8  # characters, with the blank before
_WORD = re.compile(r"\S+")
_LINE = re.compile(r"[^\n]+")
_BROKEN = re.compile(rf"([^\W\d_]+){LINE_END_HYPHEN}(?=([^\W\d_]+))")
_AT = re.compile(r"@|[\[(]at[\])]", re.IGNORECASE)
_NUMBER = (
    r"(?<![\w\u00a3.,/-])(?:\+44\s?(?:\(0\)\s?)?|00\s?44\s?|\(?0)\d(?:[\s()-]{0,2}\d){8,9}(?![\w/])"
    r"|\bext(?:n|ension)?(?:[.:]|\sno\.?)\s?\d{3,6}\b"
)
_NUMBERS = re.compile(_NUMBER, re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_PERSONAL = re.compile(rf"[\w.+'%-]+(?:@|\s?[\[(]at[\])]\s?)\n?[\w-]+(?:\.[\w-]+)+|{_NUMBER}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """`text[mark_start:mark_end]` is the mention itself."""

    text: str
    mark_start: int
    mark_end: int


@dataclass(frozen=True, slots=True)
class _Break:
    """What was before ends at `end`, and something new begins at `begin`."""

    end: int
    begin: int
    is_shown: bool  # a quote that runs over it shows it; else it is the end of a sentence
    is_row: bool = False  # what is on both sides may be cells of one row


def around(text: str, start: int, end: int, reach: int = REACH) -> Snippet:
    """The sentence, or the row, that holds text[start:end], cut at words where it is long."""
    window = first, last = max(0, start - reach), min(len(text), end + reach)
    # Most sentences are short: no break farther away than theirs is looked for.
    near = low, high = max(first, start - _USUAL), min(last, end + _USUAL)
    breaks = _breaks(text, window, near)
    begin, stop = _quoted(text, (start, end), near, breaks)
    if (low > first and begin <= low) or (high < last and stop >= high):
        breaks = _breaks(text, window, window)
        begin, stop = _quoted(text, (start, end), window, breaks)
    pieces = [(begin, start), (start, end), (end, stop)]
    hidden = _personal(text, begin, stop)
    before, mention, after = (_said(text, piece, breaks, hidden, keeps=(start, end)) for piece in pieces)
    lead = _words(before.lstrip(), cut=begin == first > 0)
    if begin == 0 and text[:1].islower():
        lead = f"… {lead}"  # the page before has how it begins
    rest = _words(after.rstrip(), cut=stop == last < len(text), at_end=True)
    if _may_go_on(text[begin:stop], stop, breaks):
        rest += " …"
    return _of_few_words(lead, mention.strip(), rest)


def opening(text: str, most: int) -> str:
    """How a page begins, in at most `most` characters of it, with its breaks shown."""
    last = min(len(text), most)
    whole = 0, last
    return _said(text, whole, _breaks(text, whole, whole), _personal(text, *whole)).strip()


# ---- where a quote begins and ends


def _quoted(
    text: str, mention: tuple[int, int], window: tuple[int, int], breaks: list[_Break]
) -> tuple[int, int]:
    """Where the sentence begins and ends; a few words of a row are taken with what is next to them."""
    start, end = mention
    before = [each for each in breaks if each.begin <= start]
    after = [each for each in breaks if each.end >= end]
    begin, stop = (before[-1].begin if before else window[0]), (after[0].end if after else window[1])
    while len(text[begin:stop].split()) < _FEW and not _ENDS.search(text[begin:stop].rstrip()):
        if after and after[0].is_row:
            after.pop(0)
            stop = after[0].end if after else window[1]
        elif before and before[-1].is_row:
            before.pop()
            begin = before[-1].begin if before else window[0]
        else:
            break
    return begin, stop


def _breaks(text: str, window: tuple[int, int], near: tuple[int, int]) -> list[_Break]:
    """Every place in a part of the window where something new begins, in order."""
    first, last = window
    found = {each.end: each for each in _line_breaks(text, window, near)}
    low, high = max(first, near[0] - _QUOTES), min(last, near[1] + _QUOTES)
    for match in _SENTENCE_END.finditer(text, max(0, low - 1), high):
        stop = match.start() + 1
        if not _ABBREVIATED.search(text, max(first, stop - 8), stop):
            quote_ends = match.start() + len(match[0].rstrip())
            found[quote_ends] = _Break(quote_ends, match.end(), is_shown=False)
    return [found[end] for end in sorted(found)]


def _line_breaks(text: str, window: tuple[int, int], near: tuple[int, int]) -> list[_Break]:
    # Whole lines: how long one is tells whether the next goes on with it.
    begins, ends, lengths = _lines(text)
    top = text.rfind("\n", 0, window[0]) + 1
    bottom = text.find("\n", window[1])
    first, last = bisect_left(begins, top), bisect_left(begins, bottom) if bottom >= 0 else len(begins)
    found: list[_Break] = []
    for number in range(max(first + 1, bisect_right(begins, near[0])), last):
        end, begin, until = ends[number - 1], begins[number], ends[number]
        if end >= near[1]:
            break
        is_capital = "A" <= text[begin] <= "Z"  # no item begins so, and something new does
        is_apart = begin - end > 1 or (not is_capital and _ITEM.match(text, begin, until) is not None)
        if not (is_apart or is_capital or _NEW.match(text, begin, until)):
            continue
        if not is_apart:
            if _OPEN.search(text, max(begins[number - 1], end - _LONGEST_OPEN), end):
                continue
            width = min(max(lengths[max(first, number - _NEAR) : min(last, number + _NEAR)]), 2 * REACH)
            word = _WORD.match(text, begin, begin + REACH)
            taken = min(lengths[number - 1], 2 * REACH) + 1 + (word.end() - begin if word else 0)
            goes_on = taken > _FITS * width and (
                taken > width or not _is_heading(text, begins[number - 1], end)
            )
            # Asked last: to look for figures takes longest.
            if goes_on and not (
                _LABEL.match(text, begin, until) or _FIGURES.search(text, begins[number - 1], end)
            ):
                continue
        found.append(_Break(end, begin, is_shown=True, is_row=not is_apart))
    return found


@lru_cache(maxsize=4)  # of a page all quotes are taken one after the other
def _lines(text: str) -> tuple[list[int], list[int], list[int]]:
    """Where the lines of a text that are not empty begin and end, and how long they are."""
    spans = [match.span() for match in _LINE.finditer(text)]
    return [at for at, _ in spans], [end for _, end in spans], [end - at for at, end in spans]


def _is_heading(text: str, at: int, end: int) -> bool:
    """Whether a line may be a heading: nothing runs on into it."""
    starts = at == 0 or text.endswith("\n\n", 0, at) or _ENDS.search(text, max(0, at - 4), at - 1)
    return bool(starts) and _HEADING.match(text, at, end) is not None


def _may_go_on(quoted: str, stop: int, breaks: list[_Break]) -> bool:
    """Whether a quote as long as a sentence stops without its end, where a line begins like a new one."""
    at_line = any(each.end == stop and each.is_row for each in breaks)
    return at_line and len(quoted.split()) >= _SENTENCE and not _ENDS.search(quoted.rstrip())


# ---- how it is shown


def _personal(text: str, begin: int, stop: int) -> list[tuple[int, int]]:
    """Where a piece of the text has addresses and numbers of people."""
    is_address_likely = _AT.search(text, begin, stop) is not None
    if not (is_address_likely or _DIGIT.search(text, begin, stop)):
        return []
    pattern = _PERSONAL if is_address_likely else _NUMBERS
    return [match.span() for match in pattern.finditer(text, begin, stop)]


def _said(
    text: str,
    piece: tuple[int, int],
    breaks: list[_Break],
    hidden: list[tuple[int, int]],
    keeps: tuple[int, int] = (0, 0),
) -> str:
    """A piece of the text as it is quoted; of what is hidden, the part within `keeps` is shown."""
    begin, stop = piece
    within = piece == keeps  # the mention: a break at its own edge parts nothing in it
    changes = [
        (each.end, each.begin, " / ")
        for each in breaks
        if each.is_shown and not (within and (each.end <= begin or each.begin >= stop))
    ]
    for at, until in hidden:
        parts = ((at, min(until, keeps[0])), (max(at, keeps[1]), until)) if keeps[1] else ((at, until),)
        changes += [(one, other, "…") for one, other in parts if one < other]
    said, done = "", begin
    for one, other, instead in sorted(changes):
        if begin <= one and other <= stop and one >= done:
            said += _joined(text[done:one], text) + instead
            done = other
    return _shown(said + _joined(text[done:stop], text))


def _words(text: str, *, cut: bool, at_end: bool = False) -> str:
    """Without the half word at an end that the window cut off."""
    if not cut or not text:
        return text
    return f"{text.rpartition(' ')[0]} …" if at_end else f"… {text.partition(' ')[2]}"


def _of_few_words(lead: str, mention: str, rest: str) -> Snippet:
    """At most `MOST_WORDS` words: of a longer sentence, those near the mention."""
    room = max(0, MOST_WORDS - len(mention.split()))
    if len(lead.split()) + len(rest.split()) > room:
        before, after = ([word.span() for word in _WORD.finditer(side)] for side in (lead, rest))
        kept = min(len(before), max(min(_LEAD, room), room - len(after)))
        if kept < len(before):
            lead = "… " + (lead[before[-kept][0] :] if kept else "")
        if room - kept < len(after):
            rest = (rest[: after[room - kept - 1][1]] if room > kept else "") + " …"
    return Snippet(text=lead + mention + rest, mark_start=len(lead), mark_end=len(lead) + len(mention))


def _joined(piece: str, text: str) -> str:
    """Words that a line end broke made whole, where the text has them whole and never with a hyphen."""
    if LINE_END_HYPHEN not in piece:
        return piece
    folded = text.casefold()

    def whole(broken: re.Match[str]) -> str:
        one, other = broken.groups()
        if f"{one}{other}".casefold() not in folded:
            return broken[0]
        said = {
            join for join in ("", "-") if re.search(rf"\b{one}{join}{other}\b", text, flags=re.IGNORECASE)
        }
        return one if said == {""} else broken[0]

    return _BROKEN.sub(whole, piece)


def _shown(text: str) -> str:
    """As `shown`, but keeping one blank where the text touches the mention with one."""
    inner = shown(text)
    if not inner:
        return " " if text and text.isspace() else ""
    return (" " if text[0].isspace() else "") + inner + (" " if text[-1].isspace() else "")
