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
_MOST = 12  # bodies that one name may mean
_POSTCODE = re.compile(r"([A-Z]{1,2})(?:[0-9][0-9A-Z]?(?: ?[0-9][A-Z]{2})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A choice of what to read, as the `[sources]` settings have it."""

    name: str  # of its body
    label: str
    areas: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    is_guess: bool = False  # nobody has just this name: it is spelt like it, or several have a part of it


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
        bodies = body_names.suggest(typed, names, _MOST)
        for body in bodies:
            known = [body, *names[body]]
            is_alone = len(bodies) == 1 and body_names.is_named(typed, known)
            is_guess = not (is_alone or body_names.is_exact(typed, known))
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
    name = names[board][0]
    label = f"{name}, with {len(areas[board])} trusts and councils of its area"
    yield Place(name=name, label=label, areas=(board,))


def _alone(
    body: str,
    names: Mapping[str, Sequence[str]],
    areas: Mapping[str, Collection[str]],
    sources: Mapping[str, Source],
) -> Iterator[Place]:
    """A trust or council by itself, and then with everything in its area."""
    lines = tuple(source.id for source in sources.values() if source.body_id == body)
    if lines:
        yield Place(name=names[body][0], label=f"{names[body][0]} alone", only=lines)
    for board, bodies in areas.items():
        if body in bodies:
            yield from _area(board, names, areas)
