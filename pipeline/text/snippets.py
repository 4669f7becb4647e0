"""The words around a mention, as a reader would quote them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.text.canonical import LINE_END_HYPHEN, shown

REACH = 400  # characters looked at on either side
_SENTENCE_END = re.compile(
    r"(?<=[.!?;])[\"'\u201d\u2019)]*\s+(?=[\"'\u201c\u2018(]*[A-Z0-9])|\n\n|\n(?=[•*\u2013-])"
)

# A short line of its own after a full stop or an empty line, which the next line does not go on from.
_HEADING = re.compile(
    r"(?:(?<=\n\n)|(?<=[.!?;:]\n))(?=[A-Z0-9])(?:\d[\d.]* +)?[^\n.!?]{1,60}(?<![;:,])\n"
    r"(?=[\"'\u201c\u2018(]*[A-Z])"
)

_BROKEN = re.compile(rf"([^\W\d_]+){LINE_END_HYPHEN}(?=([^\W\d_]+))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """`text[mark_start:mark_end]` is the mention itself."""

    text: str
    mark_start: int
    mark_end: int


def around(text: str, start: int, end: int, reach: int = REACH) -> Snippet:
    """The sentence that holds text[start:end], cut at words where it is longer than `reach` either way."""
    before, after = text[max(0, start - reach) : start], text[end : end + reach]
    before, headed = _without_headings(before if start > reach else f"\n\n{before}")
    ends = list(_SENTENCE_END.finditer(before))
    if ends:
        before = before[ends[-1].end() :]
    elif start > reach and not headed:
        before = "… " + before.partition(" ")[2]
    stop = _SENTENCE_END.search(after)
    if stop:
        after = after[: stop.start()]
    elif end + reach < len(text):
        after = after.rpartition(" ")[0] + " …"
    lead = _shown(_joined(before, text))
    mention = shown(_joined(text[start:end], text))
    return Snippet(
        text=(lead + mention + _shown(_joined(after, text))).rstrip(),
        mark_start=len(lead),
        mark_end=len(lead) + len(mention),
    )


def _without_headings(before: str) -> tuple[str, bool]:
    """What follows the last heading, so that no quotation begins with one."""
    headed = False
    while headings := list(_HEADING.finditer(before)):
        before, headed = "\n\n" + before[headings[-1].end() :], True
    return before, headed


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
