"""Reading on: words that run over a line end or a page end, which no page holds in one piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.text.canonical import LINE_END_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Page

TURN = 160  # characters either side of a page end in which words may run over it
QUOTED = 400  # characters of the pages before and after that a quotation may need
MENDED_WORDS = 12  # either side of a mended word


@dataclass(frozen=True, slots=True)
class Flow:
    """A page's body between the end of the page before and the beginning of the page after."""

    text: str
    body_at: int
    body_end: int


def flow_around(pages: Sequence[Page], index: int) -> Flow:
    """The flow of text in which one page is, without running heads and feet."""
    body = _body(pages[index])
    text = _glue(_body(pages[index - 1])[-QUOTED:], body) if index else body
    body_end = len(text)
    if index + 1 < len(pages):
        text = _glue(text, _body(pages[index + 1])[:QUOTED])
    return Flow(text, body_end - len(body), body_end)


def also_said(pages: Sequence[Page], index: int) -> str:
    """What a search should find on a page besides its plain text: mended words, and the turn of the page."""
    page = pages[index]
    said = _mended(page.text) if LINE_END_HYPHEN in page.text else []
    if index + 1 < len(pages):
        said.append(page_break_text(page, pages[index + 1])[0].replace(LINE_END_HYPHEN, ""))
    return " | ".join(said)  # nobody said one next to the other


def page_break_text(page: Page, after: Page) -> tuple[str, int]:
    """The end of a page's body and the beginning of the next, and where in it the page ends."""
    before, then = _body(page), _body(after)
    tail, head = before[-TURN:], then[:TURN]
    # Words in one piece: what is left of one may be another.
    if len(before) > TURN:
        tail = tail[tail.replace("\n", " ").find(" ") + 1 :]
    if len(then) > TURN:
        blank = head.replace("\n", " ").rfind(" ")
        head = head[:blank] if blank >= 0 else head
    return _glue(tail, head), len(tail)


def _mended(text: str) -> list[str]:
    """Each word that a line-end hyphen broke, in one piece, among its neighbours."""
    words = text.split()
    return [
        " ".join(words[max(0, at - MENDED_WORDS) : at + MENDED_WORDS + 1]).replace(LINE_END_HYPHEN, "")
        for at, word in enumerate(words)
        if LINE_END_HYPHEN in word
    ]


def _body(page: Page) -> str:
    return page.text[page.body_start : page.body_end]


def _glue(tail: str, head: str) -> str:
    """Two pages read on; a word broken over the page end is marked as over a line end."""
    if tail.endswith("-") and head[:1].islower():
        return tail[:-1] + LINE_END_HYPHEN + head
    return f"{tail}\n{head}"
