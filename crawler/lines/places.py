"""Where somebody is, by a name or a postcode: the areas and lines that they may mean."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import body_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipeline.model import Source

FILE = Path(__file__).parent.parent / "postcodes.toml"
_POSTCODE = re.compile(r"([A-Z]{1,2})(?:[0-9][0-9A-Z]?(?: ?[0-9][A-Z]{2})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A choice of what to read, as the `[sources]` settings have it."""

    label: str
    areas: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    is_guess: bool = False  # no body has this name: one is spelt like it, or has a part of it


def is_postcode(typed: str) -> bool:
    """Whether it is a postcode of England, or the letters that one begins with."""
    return bool(_of_postcode(typed))


def find(
    typed: str,
    names: Mapping[str, Sequence[str]],
    areas: Mapping[str, Collection[str]],
    sources: Mapping[str, Source],
    successors: Mapping[str, Sequence[str]],
) -> list[Place]:
    """Returns what may be meant, the likeliest first; nothing where no body has such a name.

    `names` has all names of each body, `areas` the bodies of each board's area as it is now, `successors`
    who took over from a body that has ended.
    """
    boards = _of_postcode(typed)
    found = [place for board in boards if board in areas for place in _area(board, names, areas)]
    if not boards:
        for body in body_names.suggest(typed, names):
            is_guess = not body_names.is_named(typed, [body, *names[body]])
            for each in successors.get(body) or (body,):
                meant = _area(each, names, areas) if each in areas else _alone(each, names, areas, sources)
                found += [replace(place, is_guess=is_guess) for place in meant]
    return list(dict.fromkeys(found))


@cache
def postcodes() -> Mapping[str, Sequence[str]]:
    """Returns the boards of each area of postcodes, by its letters."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _of_postcode(typed: str) -> Sequence[str]:
    written = _POSTCODE.fullmatch(" ".join(typed.upper().split()))
    return postcodes().get(written[1], ()) if written else ()


def _area(
    board: str, names: Mapping[str, Sequence[str]], areas: Mapping[str, Collection[str]]
) -> Iterator[Place]:
    yield Place(
        label=f"{names[board][0]}, with {len(areas[board])} trusts and councils of its area", areas=(board,)
    )


def _alone(
    body: str,
    names: Mapping[str, Sequence[str]],
    areas: Mapping[str, Collection[str]],
    sources: Mapping[str, Source],
) -> Iterator[Place]:
    """A trust or council by itself, and then with everything in its area."""
    lines = tuple(source.id for source in sources.values() if source.body_id == body)
    if lines:
        yield Place(label=f"{names[body][0]} alone", only=lines)
    for board, bodies in areas.items():
        if body in bodies:
            yield from _area(board, names, areas)
