"""Firms as the health service knows them: under present and former names, in groups, with dates."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.matching.query import quoted

if TYPE_CHECKING:
    from datetime import date

FILE = Path(__file__).parent.parent / "firms.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A group to which a firm belongs or belonged."""

    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """`names` are rows of wordings as concept files have them."""

    id: str
    name: str
    names: tuple[dict[str, Any], ...]
    groups: tuple[Owner, ...] = ()

    def called(self) -> tuple[str, ...]:
        """Its present name and all others."""
        return tuple(dict.fromkeys([self.name, *(row["text"] for row in self.names)]))

    def query(self) -> str:
        """The search for this firm under any of its names."""
        return " OR ".join(map(quoted, self.called()))


@cache
def read(path: Path = FILE) -> dict[str, Firm]:
    """The firms of a file by id."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        key: Firm(
            id=key,
            name=row["name"],
            names=tuple(row["names"]),
            groups=tuple(
                Owner(name=group["name"], since=group.get("from"), until=group.get("to"))
                for group in row.get("group", [])
            ),
        )
        for key, row in table.items()
    }
