"""England as one square an integrated care board, and in it one an own council: our own drawing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.body_names import name_of_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.views import BodyRow, WordingCount

SIDE, GAP = 54, 4  # units of the drawing
SPOT, PITCH, IN_A_ROW = 5, 6, 8  # of councils, from the foot of a square upwards
LEVELS = 3  # shades, in addition to none
# Column and row from the north-west, and a short form that fits.
PLACES = {
    "north-east-and-north-cumbria-icb": (4, 0, "NENC"),
    "lancashire-and-south-cumbria-icb": (3, 1, "LSC"),
    "west-yorkshire-icb": (4, 1, "WY"),
    "humber-and-north-yorkshire-icb": (5, 1, "HNY"),
    "cheshire-and-merseyside-icb": (2, 2, "C&M"),
    "greater-manchester-icb": (3, 2, "GM"),
    "south-yorkshire-icb": (4, 2, "SY"),
    "shropshire-telford-and-wrekin-icb": (2, 3, "STW"),
    "staffordshire-and-stoke-on-trent-icb": (3, 3, "SSOT"),
    "derby-and-derbyshire-icb": (4, 3, "DD"),
    "nottingham-and-nottinghamshire-icb": (5, 3, "NN"),
    "lincolnshire-icb": (6, 3, "LINC"),
    "herefordshire-and-worcestershire-icb": (2, 4, "H&W"),
    "black-country-icb": (3, 4, "BC"),
    "birmingham-and-solihull-icb": (4, 4, "BSol"),
    "leicester-leicestershire-and-rutland-icb": (5, 4, "LLR"),
    "norfolk-and-suffolk-icb": (7, 4, "N&S"),
    "gloucestershire-icb": (2, 5, "GLOS"),
    "coventry-and-warwickshire-icb": (4, 5, "C&W"),
    "northamptonshire-icb": (5, 5, "NTH"),
    "central-east-icb": (6, 5, "CE"),
    "essex-icb": (7, 5, "ESX"),
    "bristol-north-somerset-and-south-gloucestershire-icb": (1, 6, "BNS"),
    "bath-and-north-east-somerset-swindon-and-wiltshire-icb": (2, 6, "BSW"),
    "thames-valley-icb": (3, 6, "TV"),
    "west-and-north-london-icb": (4, 6, "WNL"),
    "north-east-london-icb": (5, 6, "NEL"),
    "somerset-icb": (1, 7, "SOM"),
    "dorset-icb": (2, 7, "DOR"),
    "hampshire-and-isle-of-wight-icb": (3, 7, "HIOW"),
    "south-west-london-icb": (4, 7, "SWL"),
    "south-east-london-icb": (5, 7, "SEL"),
    "kent-and-medway-icb": (6, 7, "K&M"),
    "cornwall-and-the-isles-of-scilly-icb": (0, 8, "CIOS"),
    "devon-icb": (1, 8, "DEV"),
    "surrey-and-sussex-icb": (4, 8, "S&S"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A council in the square of its board."""

    body: str
    name: str
    x: int
    y: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    body: str
    name: str
    code: str
    x: int
    y: int
    count: int  # passages, those of the boards that it took over from too
    level: int  # its shade, from 0
    since: str  # month of the first of them, as in 2026-11; "" where there is none
    councils: Sequence[Spot] = ()  # those of its area, by name

    @property
    def said(self) -> Sequence[Spot]:
        """The councils that say it, those that say it most first."""
        return sorted(
            (spot for spot in self.councils if spot.count), key=lambda spot: (-spot.count, spot.name)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TileMap:
    tiles: Sequence[Tile]  # those that say it most first; of two, those with more councils that do
    width: int
    height: int

    @property
    def has_councils(self) -> bool:
        """Whether the archive knows which councils are in the areas."""
        return any(tile.councils for tile in self.tiles)


def tile_map(
    rows: Sequence[WordingCount],
    registry: Mapping[str, BodyRow],
    areas: Mapping[str, Sequence[str]] | None = None,
) -> TileMap | None:
    """Returns how often each board and each council of its area says something; None where none does.

    A council that lies in two areas is in the squares of both.
    """
    owner = {older: body for body in PLACES if body in registry for older in registry[body].predecessors}
    counts, since = Counter[str](), dict[str, str]()
    for row in rows:
        body = row.body if row.body in PLACES else owner.get(row.body, "")
        if body:
            counts[body] += row.count
            since[body] = min(row.month, since.get(body, row.month))
    said = Counter[str]()
    for row in rows:
        said[row.body] += row.count
    squares = {
        body: _spots((areas or {}).get(body, ()), registry, said, column * (SIDE + GAP), line * (SIDE + GAP))
        for body, (column, line, _) in PLACES.items()
    }
    if not counts and not any(spot.count for spots in squares.values() for spot in spots):
        return None
    most = max(counts.values(), default=1)
    tiles = [
        Tile(
            body=body,
            name=registry[body].name if body in registry else name_of_id(body),
            code=code,
            x=column * (SIDE + GAP),
            y=line * (SIDE + GAP),
            count=counts[body],
            level=-(-counts[body] * LEVELS // most),
            since=since.get(body, ""),
            councils=squares[body],
        )
        for body, (column, line, code) in PLACES.items()
    ]
    tiles.sort(key=lambda tile: (-tile.count, -len(tile.said), tile.name))
    columns = 1 + max(column for column, _, _ in PLACES.values())
    lines = 1 + max(line for _, line, _ in PLACES.values())
    return TileMap(tiles=tiles, width=columns * (SIDE + GAP) - GAP, height=lines * (SIDE + GAP) - GAP)


def _spots(
    bodies: Sequence[str], registry: Mapping[str, BodyRow], said: Mapping[str, int], left: int, top: int
) -> Sequence[Spot]:
    """The councils among these, in rows from the foot of the square at (left, top)."""
    councils = sorted(
        (registry[body] for body in bodies if body in registry and registry[body].kind == "council"),
        key=lambda council: council.name,
    )
    return [
        Spot(
            body=council.id,
            name=council.name,
            x=left + 3 + number % IN_A_ROW * PITCH,
            y=top + SIDE - 2 - SPOT - number // IN_A_ROW * PITCH,
            count=said.get(council.id, 0),
        )
        for number, council in enumerate(councils)
    ]
