"""How the answers to a search spread, as links that narrow it or take a filter off again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from pipeline.english import BODY_KINDS, PAPER_KINDS
from web import links

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.public_archive import PublicArchive
    from pipeline.views import Count, Results
    from web.asking import Asked

SHOWN = 8  # values of a facet


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    name: str
    count: int
    address: str  # "" where no filter finds as many
    active: bool  # the search is narrowed by it, and its address takes that off


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    title: str
    values: Sequence[Value]
    rest: Sequence[Value]  # shown when asked for
    note: str = ""  # where its numbers add up to more than was found

    @property
    def open(self) -> bool:
        """Whether the rest has what the search is narrowed by."""
        return any(value.active for value in self.rest)


def facets(asked: Asked, found: Results, shelf: PublicArchive) -> list[Facet]:
    bodies, concepts, spread = shelf.bodies(), shelf.concepts(), found.facets
    made = [
        _facet("Body", "body", spread.bodies, asked, lambda id_: bodies.get(id_, id_)),
        _facet("Kind of body", "kind", spread.body_kinds, asked, _kind),
        _facet("Kind of paper", "kind", spread.kinds, asked, _kind),
        _facet("Topic", "concept", spread.concepts, asked, lambda id_: concepts.get(id_, id_)),
        _years(spread.years, asked),
    ]
    if sum(count.count for count in spread.bodies) > found.total:
        made[0] = replace(made[0], note="With the pages of those that a body took over.")
    return [facet for facet in made if facet.values]


def _facet(
    title: str, field: str, counts: Sequence[Count], asked: Asked, name: Callable[[str], str]
) -> Facet:
    """A filter takes the place of another one, and so finds more; but a body is among those of its heir."""
    narrowed = getattr(asked.query, field)
    is_body = field == "body" and narrowed == asked.fields[field]
    leads = not narrowed or (is_body and narrowed in {count.id for count in counts})
    off = _address(asked, {field: ""})
    more = (
        f"{off}{'&' if '?' in off else '?'}{field}="  # of some hundred values, the rest of the address once
    )
    values = [
        Value(
            name=name(count.id),
            count=count.count,
            address=off if active else more + quote_plus(count.id, errors="replace") if leads else "",
            active=active,
        )
        for count in counts
        for active in [asked.fields[field] == count.id == narrowed]
    ]
    return Facet(title=title, values=values[:SHOWN], rest=values[SHOWN:])


def _years(counts: Sequence[Count], asked: Asked) -> Facet:
    values: list[Value] = []
    for count in counts:
        first, end = date(int(count.id), 1, 1), date(int(count.id) + 1, 1, 1)
        # Days that the search is narrowed to stay: the rest of the year was not counted.
        own = {"after": count.id, "before": f"{end:%Y}"}
        if asked.query.after and asked.query.after > first:
            own["after"] = asked.query.after.isoformat()
        if asked.query.before and asked.query.before < end:
            own["before"] = asked.query.before.isoformat()
        active = all(asked.fields[name] == value for name, value in own.items())
        off = dict.fromkeys(own, "")
        address = _address(asked, off if active else own)
        values.append(Value(name=count.id, count=count.count, address=address, active=active))
    return Facet(title="Year", values=values[:SHOWN], rest=values[SHOWN:])


def _kind(kind: str) -> str:
    """Returns the name of a kind of papers or of bodies."""
    return {**PAPER_KINDS, **BODY_KINDS}.get(kind, kind)  # type: ignore[call-overload] - a StrEnum is its word


def _address(asked: Asked, changes: dict[str, str]) -> str:
    return links.search(**(asked.address | changes))
