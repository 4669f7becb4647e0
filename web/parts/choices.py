"""The options of a list to choose from: of some hundred that hardly change, the lines are written once."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Mapping


def options(names: Mapping[str, str], chosen: str = "") -> Markup:
    """An option for each id, sorted by name, the chosen one marked; one that has no name is its own."""
    lines = _lines(tuple(sorted(names.items(), key=itemgetter(1))))
    if not chosen:
        return lines
    own = Markup('<option value="{}"').format(chosen)
    if chosen not in names:
        return lines + Markup("\n{} selected>{}</option>").format(own, chosen)
    return Markup(str(lines).replace(f"{own}>", f"{own} selected>", 1))  # noqa: S704 - both were escaped


@lru_cache(maxsize=8)
def _lines(names: tuple[tuple[str, str], ...]) -> Markup:
    lines = (f'<option value="{escape(id_)}">{escape(name)}</option>' for id_, name in names)
    return Markup("\n".join(lines))  # noqa: S704 - each name was escaped
