"""Bodies with a past or a future beyond their source line: who came before whom, and who shares a board.

Shipped bodies stand in `crawler/bodies.toml`, an operator's own in `<data>/bodies.toml`; the same id there
replaces the shipped body. An entry looks like

    north-shire-icb = { name = "…", kind = "icb", until = 2026-03-31, successors = ["shires-icb"] }

and may add the other keys of `Entry`. The id is that of the body's source line, where it has one. A wrong
entry is a ConfigError that names the file, the line number and the key.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - msgspec reads the annotations when it runs
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from crawler.registry import Kind, _line_number, _near
from pipeline.errors import ConfigError
from pipeline.model import Body

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHIPPED = Path(__file__).parent / "bodies.toml"
KINDS = (*map(str, Kind), "stp")  # an STP was never a body in law and has no line, but its papers remain

_ID = re.compile(r"[a-z0-9-]+")
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_KEY_IN_MESSAGE = re.compile(r"`\$\.([a-z_]+)")

Text = Annotated[str, Meta(min_length=1)]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a body. The first two it must have."""

    name: Text
    kind: Text
    region: str = ""
    gss: str = ""  # code of the Office for National Statistics
    ods: str = ""  # code of the NHS Organisation Data Service
    since: date | None = None
    until: date | None = None  # its last day
    successors: tuple[str, ...] = ()  # ids of the bodies that took it over, whole or in part
    cluster: str = ""  # bodies of one cluster share a board


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands, for the message should it be wrong."""

    file: Path
    text: str
    id: str

    def wrong(self, what: str, key: str = "") -> ConfigError:
        shown = "crawler/bodies.toml" if self.file == SHIPPED else str(self.file)
        return ConfigError(f"{shown}:{_line_number(self.text, self.id, key)}: {self.id}: {what}")


def load(data: Path | None, *, shipped: Path = SHIPPED) -> dict[str, Body]:
    """All bodies by id: the shipped ones, and an operator's own over them. Raises ConfigError."""
    places: dict[str, _Place] = {}
    bodies: dict[str, Body] = {}
    own = data / "bodies.toml" if data else None
    for file in (shipped, own) if own and own.exists() else (shipped,):
        for place, values in _read(file):
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


def _read(file: Path) -> Iterator[tuple[_Place, dict[str, Any]]]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 at byte {error.start}") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        number = found[1] if found else text.count("\n") + 1
        raise ConfigError(f"{file}:{number}: {_SYNTAX_LINE.sub('', str(error)).strip()}") from error
    for key, values in table.items():
        place = _Place(file, text, key)
        if not isinstance(values, dict):
            raise place.wrong('a body is `id = { name = "…", kind = "…" }`')
        yield place, values


def _body(place: _Place, values: dict[str, Any]) -> Body:
    if not _ID.fullmatch(place.id):
        raise place.wrong("an id is made of a-z, 0-9 and -")
    known = Entry.__struct_fields__
    for key in values:
        if key not in known:
            raise place.wrong(f"unknown key {key!r}{_near(key, known)}", key)
    for key in ("name", "kind"):
        if key not in values:
            raise place.wrong(f"key {key!r} is missing")
    try:
        entry = msgspec.convert(values, Entry)
    except msgspec.ValidationError as error:
        found = _KEY_IN_MESSAGE.search(str(error))
        key = found[1] if found else ""
        raise place.wrong(f"{key}: {str(error).partition(' - at `')[0]}", key) from error
    if entry.kind not in KINDS:
        near = _near(entry.kind, KINDS)
        raise place.wrong(f"kind: no kind of body {entry.kind!r}{near}; known: {', '.join(KINDS)}", "kind")
    if entry.since and entry.until and entry.until < entry.since:
        raise place.wrong(f"until: {entry.until} is before {entry.since}, its first day", "until")
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
        cluster=entry.cluster,
    )


def _check_successors(bodies: Mapping[str, Body], places: Mapping[str, _Place]) -> None:
    """Every successor is a body, and nobody comes after itself."""
    for body in bodies.values():
        for successor in body.successors:
            if successor not in bodies:
                near = _near(successor, bodies)
                raise places[body.id].wrong(f"successors: no body {successor!r}{near}", "successors")
    for body in bodies.values():
        if body.id in predecessors(bodies, body.id):
            raise places[body.id].wrong("successors: it comes after itself, by way of others", "successors")
