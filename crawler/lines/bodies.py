"""Bodies with a past or a future beyond their source line: who came before whom, and who shares a board.

Shipped bodies are in `crawler/bodies.toml`, an operator's own in `<data>/bodies.toml`; the same id there
replaces the shipped body. An entry looks like

    north-shire-icb = { name = "…", kind = "icb", until = 2026-03-31, successors = ["shires-icb"] }

and may add the other keys of `Entry`. The id is that of the body's source line, where it has one. A wrong
entry is a ConfigError that names the file, the line number and the key.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date  # noqa: TC003 - msgspec reads the annotations when it runs
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from crawler.lines import entries
from pipeline.model import Body, BodyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pipeline.model import Source

SHIPPED = Path(__file__).parent.parent / "bodies.toml"

Text = Annotated[str, Meta(min_length=1)]


class BodyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a body. The first two it must have."""

    name: Text
    kind: Text
    region: str = ""
    gss: str = ""  # code of the Office for National Statistics
    ods: str = ""  # code of the NHS Organisation Data Service
    since: date | None = None
    until: date | None = None  # its last day, by law
    successors: tuple[str, ...] = ()  # ids of the bodies that take it over, whole or in part
    planned_end: date | None = None  # its last day by an announced plan that is not law yet
    cluster: str = ""  # bodies of one cluster share a board
    former: tuple[Text, ...] = ()  # names it had before
    short: tuple[Text, ...] = ()  # short names in use
    note: str = ""


def load(data: Path | None, *, shipped: Path = SHIPPED) -> dict[str, Body]:
    """All bodies by id: the shipped ones, and an operator's own over them. Raises ConfigError."""
    own = data / "bodies.toml" if data else None
    if own is not None and own.exists():
        return _read((shipped, own))
    return dict(_shipped()) if shipped == SHIPPED else _read((shipped,))


@cache
def _shipped() -> Mapping[str, Body]:
    """Read once a process: no run changes them."""
    return _read((SHIPPED,))


def _read(files: Sequence[Path]) -> dict[str, Body]:
    places: dict[str, entries.EntryPlace] = {}
    bodies: dict[str, Body] = {}
    for file in files:
        for place, values in entries.read(file, 'a body is `id = { name = "…", kind = "…" }`'):
            places[place.id] = place
            bodies[place.id] = _body(place, values)
    _check_successors(bodies, places)
    return dict(sorted(bodies.items()))


def predecessors(bodies: Mapping[str, Body], body: str) -> set[str]:
    """Ids of all bodies that it took over, whole or in part, and of all that those took over."""
    found: set[str] = set()
    waiting = {body}
    while waiting:
        waiting = {each.id for each in bodies.values() if waiting.intersection(each.successors)} - found
        found |= waiting
    return found


def with_ends(sources: Mapping[str, Source], bodies: Mapping[str, Body]) -> dict[str, Source]:
    """The sources, each with the last day of its body and the names of those that take over."""
    return {name: _with_end(source, bodies) for name, source in sources.items()}


def _with_end(source: Source, bodies: Mapping[str, Body]) -> Source:
    body = bodies.get(source.body_id)
    if body is None or body.until is None:
        return source
    return replace(source, until=body.until, successors=tuple(bodies[each].name for each in body.successors))


def with_members(
    bodies: Mapping[str, Body], sources: Iterable[Source], areas: Mapping[str, Collection[str]]
) -> list[Body]:
    """Returns the bodies, and those of areas that only a source line names."""
    lines = {source.body_id: source for source in reversed([*sources])}
    ids = dict.fromkeys(body for area, members in areas.items() for body in (area, *members))
    return [*bodies.values(), *(_of_line(lines[each]) for each in ids if each not in bodies)]


def _of_line(line: Source) -> Body:
    return Body(id=line.body_id, name=line.name, kind=line.kind, region=line.region, codes=line.codes)


def _body(place: entries.EntryPlace, values: dict[str, Any]) -> Body:
    entries.check_keys(place, values, known=BodyEntry.__struct_fields__, needed=("name", "kind"))
    entry = entries.typed(place, values, BodyEntry)
    entries.one_of(place, "kind", entry.kind, list(BodyKind), "kind of body")
    if entry.since and entry.until and entry.until < entry.since:
        raise place.wrong(f"until: {entry.until} is before {entry.since}, its first day", "until")
    if entry.until and entry.planned_end:
        raise place.wrong("planned_end: 'until' is law, so there is no plan as well", "planned_end")
    if entry.successors and not entry.until:
        raise place.wrong("key 'until' is missing: a body with successors has a last day", "successors")
    return Body(
        id=place.id,
        name=entry.name,
        kind=entry.kind,
        region=entry.region,
        codes={name: code for name, code in (("gss", entry.gss), ("ods", entry.ods)) if code},
        since=entry.since,
        until=entry.until,
        successors=entry.successors,
        planned_end=entry.planned_end,
        cluster=entry.cluster,
        former=entry.former,
        short=entry.short,
        note=entry.note,
    )


def _check_successors(bodies: Mapping[str, Body], places: Mapping[str, entries.EntryPlace]) -> None:
    """Every successor is a body, and nobody comes after itself."""
    for body in bodies.values():
        for successor in body.successors:
            if successor not in bodies:
                near = entries.near(successor, bodies)
                raise places[body.id].wrong(f"successors: no body {successor!r}{near}", "successors")
    for body in bodies.values():
        if body.successors and body.id in predecessors(bodies, body.id):
            raise places[body.id].wrong("successors: it comes after itself, by way of others", "successors")
