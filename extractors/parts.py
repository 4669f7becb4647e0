"""Formats without pages: their natural parts, numbered from 1, are in for pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from extractors import hidden, spaced_out
from extractors.config import current
from extractors.raised import settled
from pipeline.model import PageMethod, PageText, Part, PartState
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractors.office.packages import Package


_LONGEST_LABEL = 80  # characters
_MOST_LISTED = 20
_MOST_PARTS = 100  # of one page
_FILE = re.compile(r"\A(?:\w:)?\\|\A\S+:/|\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Aside:
    """What is among the lines of a part and is no plain text: read by OCR, not read, or hidden."""

    kind: str  # as of `pipeline.model.Part`
    state: PartState
    text: str = ""
    why: str = ""  # it was not read, or is not seen


Line = str | Aside


def numbered(parts: Iterable[tuple[str, str | Iterable[Line]]]) -> Iterator[PageText]:
    """Pages from (label, text or lines). A part longer than a page may be goes on in the next number."""
    number = 0
    for label, content in parts:
        text, placed = _composed([content] if isinstance(content, str) else content)
        pieces = list(_pieces(text))
        ends = [start for start, _ in pieces[1:]] + [len(text) + 1]
        for (start, piece), end in zip(pieces, ends, strict=True):
            number += 1
            here = [_moved(part, start, len(piece)) for part in placed if start <= part.start < end]
            yield PageText(
                number=number,
                text=piece,
                method=_method(piece, here),
                label=short(label),
                parts=tuple(_not_too_many(here)),
            )


def part_not_read(package: Package) -> Iterator[tuple[str, list[Line]]]:
    """What nobody has read of a package, as a part of its own; nothing where all was read."""
    left = list[Line](Aside("part", PartState.UNREAD, why=f"{part} is not read") for part in package.left())
    if left:
        yield "parts not read", left


def unseen_lines(lines: Iterable[Line], why: str) -> Iterator[Aside]:
    """Lines that their file does not show, as one aside; what was not read among them stays so."""
    words: list[str] = []
    for line in lines:
        if isinstance(line, Aside) and line.state is PartState.UNREAD:
            yield line
        else:
            words.append(line.text if isinstance(line, Aside) else line)
    if any(map(str.strip, words)):
        yield Aside("text", PartState.HIDDEN, text="\n".join(words), why=why)


def alternative_line(words: str) -> str:
    """What a picture is described with, as a line of the text."""
    return f"[Alternative text: {words}]"


def describes(words: str) -> bool:
    """Whether words describe a picture: programs put the name of its file there, in a person's folder."""
    return any(map(str.isalpha, words)) and not _FILE.search(words)


def short(label: str) -> str:
    """A label on one line and not longer than a line."""
    line = " ".join(canonical(hidden.shown(label)).split())
    return line if len(line) <= _LONGEST_LABEL else f"{line[: _LONGEST_LABEL - 1].rstrip()}…"


def listed_parts(numbers: Sequence[int]) -> str:
    """The first twenty, for a person who wants to look."""
    return ", ".join(map(str, numbers[:_MOST_LISTED])) + ("…" if len(numbers) > _MOST_LISTED else "")


def _composed(lines: Iterable[Line]) -> tuple[str, list[Part]]:
    """Canonical text, and where in it the asides are. An empty line keeps theirs apart from the rest."""
    pieces: list[str] = []
    placed: list[Part] = []
    length = 0
    for is_plain, group in groupby(lines, key=lambda line: isinstance(line, str)):
        for line in ["\n".join(map(str, group))] if is_plain else group:
            if isinstance(line, Aside) and line.state is PartState.HIDDEN:
                placed.append(_unseen(line.kind, line.text, line.why, length))
                continue
            shown, words = hidden.parted(line if isinstance(line, str) else line.text)
            if words:
                placed.append(_unseen("text", "\n".join(words), hidden.WHY, length))
            text = canonical(spaced_out.joined(settled(shown)))
            if text:
                pieces.append(text)
                length += len(text) + (2 if len(pieces) > 1 else 0)
            if isinstance(line, Aside):
                start = length - len(text)
                placed.append(Part(kind=line.kind, state=line.state, start=start, end=length, why=line.why))
    return "\n\n".join(pieces), placed


def _unseen(kind: str, text: str, why: str, at: int) -> Part:
    """What is not seen has a place in the text and no words there."""
    words, why = hidden.cut(canonical(settled(hidden.bare(text))), why)
    return Part(kind=kind, state=PartState.HIDDEN, start=at, end=at, text=words, why=why)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces no longer than a page, each with where it begins."""
    longest = current.get().page_text_kb * 1024
    start = 0
    while len(text) - start > longest:
        end = text.rfind("\n", start, start + longest) + 1 or start + longest
        yield _stripped(text, start, end)
        start = end
    yield _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> tuple[int, str]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), piece.strip()


def _moved(part: Part, start: int, length: int) -> Part:
    """The part as the piece has it that begins at `start`."""
    return replace(
        part, start=min(max(part.start - start, 0), length), end=min(max(part.end - start, 0), length)
    )


def _method(text: str, parts: list[Part]) -> PageMethod:
    if not text:
        return PageMethod.NONE if any(part.state is PartState.UNREAD for part in parts) else PageMethod.BLANK
    seen = sum(part.end - part.start for part in parts if part.state is PartState.OCR)
    return PageMethod.OCR if seen == len(text) else PageMethod.MARKUP


def _not_too_many(parts: list[Part]) -> list[Part]:
    if len(parts) <= _MOST_PARTS:
        return parts
    more = len(parts) - _MOST_PARTS + 1
    rest = Part(kind="part", state=PartState.UNREAD, why=f"and {more} more parts")
    return [*parts[: _MOST_PARTS - 1], rest] if any(p.state is PartState.UNREAD for p in parts) else parts
