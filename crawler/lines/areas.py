"""Whose papers belong to an integrated care board's area: its trusts and the councils there.

Shipped areas are in `crawler/areas.toml`, an operator's own in `<data>/areas.toml`; the same id there
replaces the shipped area. An entry looks like

    north-shire-icb = { trusts = ["north-shire-trust"], councils = ["north-shire"] }

A wrong entry is a ConfigError that names the file, the line number and the key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from crawler.lines import entries

if TYPE_CHECKING:
    from collections.abc import Collection

SHIPPED = Path(__file__).parent.parent / "areas.toml"

Id = Annotated[str, Meta(min_length=1)]


class AreaEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of an area: ids of bodies. The board itself needs no mention."""

    trusts: tuple[Id, ...] = ()
    councils: tuple[Id, ...] = ()  # with health scrutiny; joint committees too


def load(data: Path | None, known: Collection[str], *, shipped: Path = SHIPPED) -> dict[str, tuple[str, ...]]:
    """The bodies of each area by the id of its board. Raises ConfigError, for a body not `known` too."""
    own = data / "areas.toml" if data else None
    areas: dict[str, tuple[str, ...]] = {}
    for file in (shipped, own) if own and own.exists() else (shipped,):
        for place, values in entries.read(file, 'an area is `id = { trusts = ["…"], councils = ["…"] }`'):
            entries.check_keys(place, values, known=AreaEntry.__struct_fields__, needed=())
            entry = entries.typed(place, values, AreaEntry)
            for key in AreaEntry.__struct_fields__:
                for body in getattr(entry, key):
                    if body not in known:
                        raise place.wrong(f"{key}: no body {body!r}{entries.near(body, known)}", key)
            if place.id not in known:
                raise place.wrong(f"no body has this id{entries.near(place.id, known)}")
            areas[place.id] = (*entry.trusts, *entry.councils)
    return areas
