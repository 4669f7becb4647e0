"""The small markup that papers are written in, so that prose and truth cannot drift apart.

A file is a few `key: value` lines, `---`, and blocks divided by empty lines:

    # Heading, ## Lesser heading    - Bullet    | Cell | Cell (the first row is the head; one row a line)
    :page                           begin a new page
    :fill TOPIC N                   N paragraphs of filler
    :fill-page TOPIC N              filler until N lines are left on the page
    :scan                           what follows, up to :end, is a picture of a page

and within a block

    {CONCEPT|wording}               a planted mention, and the concept that must be flagged there
    //                              the line ends here (after `=`: the word is broken by a hyphen)
    ^^                              the page ends here
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = re.compile(r"\{([a-z-]+)\|([^}]*)\}")
_OPEN = re.compile(r"\{[a-z-]+\|")

Role = Literal["heading", "subheading", "paragraph", "bullet", "cell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    text: str
    begins: int | None = None  # the number, in its block, of the mention that begins with this word
    after: Literal["blank", "line", "page"] = "blank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    concept: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A heading, a paragraph, a bullet or a cell."""

    role: Role
    plain: str
    words: tuple[Word, ...]
    planted: tuple[Planted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    topic: str
    paragraphs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FillPage:
    topic: str
    lines_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    texts: tuple[Text, ...]


Block = Text | Table | Fill | FillPage | NewPage | Scan


def healed(text: str) -> str:
    """The text as a reader says it: no marks, no forced line or page ends."""
    text = _MARK.sub(r"\2", text).replace("=//", "").replace("-//", "-")
    return " ".join(text.replace("//", " ").replace("^^", " ").split())


def _words(text: str) -> Iterator[Word]:
    tokens = re.sub(r"=//", "-// ", text).replace("-//", "- // ").split()
    mentions = 0
    for position, token in enumerate(tokens):
        if token in {"//", "^^"}:
            continue
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        opens = _OPEN.search(token) is not None
        yield Word(
            text=_OPEN.sub("", token).replace("}", ""),
            begins=mentions if opens else None,
            after="line" if following == "//" else "page" if following == "^^" else "blank",
        )
        mentions += opens


def text_block(source: str, role: Role) -> Text:
    return Text(
        role=role,
        plain=healed(source),
        words=tuple(_words(source)),
        planted=tuple(Planted(concept=m[1], wording=healed(m[2])) for m in _MARK.finditer(source)),
    )


def _table(lines: list[str]) -> Table:
    # A mention holds a bar too, so cells are divided at bars with a blank after them.
    cells = [re.split(r"\s*\|\s+", line.strip("| ")) for line in lines]
    return Table(rows=tuple(tuple(text_block(cell, "cell") for cell in row) for row in cells))


_ROLES: dict[str, Role] = {"# ": "heading", "## ": "subheading", "- ": "bullet"}


def _block(source: str) -> Block:
    if source.startswith("|"):
        return _table(source.splitlines())
    match source.split():
        case [":page"]:
            return NewPage()
        case [":fill", topic, count]:
            return Fill(topic=topic, paragraphs=int(count))
        case [":fill-page", topic, count]:
            return FillPage(topic=topic, lines_left=int(count))
        case _:
            sign = next((each for each in _ROLES if source.startswith(each)), "")
            return text_block(source.removeprefix(sign), _ROLES.get(sign, "paragraph"))


def parse(source: str) -> tuple[Block, ...]:
    """The blocks of a paper's text, in order."""
    blocks: list[Block] = []
    scanned: list[Text] | None = None
    for piece in re.split(r"\n\s*\n|\n(?=- )", source.strip()):
        if piece.strip() == ":scan":
            scanned = []
        elif piece.strip() == ":end":
            blocks.append(Scan(texts=tuple(scanned or ())))
            scanned = None
        else:
            block = _block(piece.strip())
            if scanned is None:
                blocks.append(block)
            elif isinstance(block, Text):
                scanned.append(block)
    return tuple(blocks)
