"""How the text of a .doc looks, by [MS-DOC]: its pieces, the formatting of their characters, and styles.

The words are legacy-doc's to read. Here they are read again, with what is raised, hidden or deleted in them.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from extractors import hidden
from extractors.colours import TOO_NARROW, TOO_SMALL, WHITE, is_lost
from extractors.raised import raised
from extractors.signs import symbol_fonts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

TABLES = ("0Table", "1Table")
_FLAGS, _FIRST, _LAST = 0x0A, 0x18, 0x1C  # of the file information block
_SECOND_TABLE = 0x0200
# Pairs of place and length of what is in the table stream, by their place in the file information block.
_STYLES, _FORMATTING, _PIECES = 0xA2, 0xFA, 0x1A2
_PARAGRAPHS, _SHAPES = 0x102, 0x1DA
_PAGE = 512  # bytes of a page of formatting
# sprmCIss, sprmCHpsPos, sprmCIstd, sprmCFVanish, sprmCFRMarkDel
_SUPERSCRIPT, _POSITION, _STYLE, _HIDDEN, _DELETED = 0x2A48, 0x4845, 0x4A30, 0x083C, 0x0800
# sprmCHps, sprmCCharScale, sprmCIco, sprmCCv; and what gives characters a ground: sprmCHighlight,
# sprmCShd80, sprmCShd
_SIZE, _SCALE, _COLOUR_NUMBER, _COLOUR, _GROUNDS = 0x4A43, 0x4852, 0x2A42, 0x6870, {0x2A0C, 0x4866, 0xCA71}
# What gives a paragraph or a table one: sprmPShd80, sprmPShd, and those of cells.
_SHADED = [
    struct.pack("<H", each) for each in (0x442D, 0xC64D, 0xD609, 0xD612, 0xD616, 0xD60C, 0xD62D, 0xD670)
]
_WHITE_NUMBER, _NO_COLOUR = 8, 0xFF000000
_FONT, _SIGN = 0x4A4F, 0x6A09  # sprmCRgFtc0, sprmCSymbol
_FONTS, _NAME_OF_FONT = 0x112, 40  # in the file information block; bytes before the name in a font's record
_DROP_CAP = 0x442C  # sprmPDcs
_OPPOSITE, _AS_STYLE = 0x81, 0x80  # of what the style says
_SIZES = (
    1,
    1,
    2,
    4,
    2,
    2,
    0,
    3,
)  # bytes of what a property is set to, by its kind; 0: told by its first byte
_OF_PARAGRAPHS, _OF_CHARACTERS = 1, 2  # kinds of styles
_NO_STYLE = 0xFFF
_DEEPEST = 20  # styles that are based on each other
_COMPRESSED = 0x40000000


# What a field is made of, which nobody sees, and what it shows; fields may lie within fields.
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_MOST_WITHIN = 10  # fields within fields


class RunLook(NamedTuple):
    is_raised: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    font: int = -1  # by its number, where it is said
    sign: int = 0  # that is drawn in place of the text


class _Run(NamedTuple):
    start: int  # of its bytes in the stream of the document
    end: int
    look: RunLook


class _Paragraph(NamedTuple):
    start: int  # of its bytes in the stream of the document
    end: int
    look: Mapping[int, int]  # of its characters, by its style
    is_cap: bool  # but the large first letter of the next


def alike_pieces(streams: Mapping[str, bytes]) -> list[tuple[str, RunLook]]:
    """Returns the raw text in pieces that look alike.

    Raises struct.error, ValueError, IndexError or KeyError where the file is not built so.
    """
    document = streams["WordDocument"]
    (flags,) = struct.unpack_from("<H", document, _FLAGS)
    table = streams[TABLES[bool(flags & _SECOND_TABLE)]]
    sheet = _part(document, table, _STYLES)
    is_plain = not _part(document, table, _SHAPES) and not any(
        each in stream for each in _SHADED for stream in streams.values()
    )
    paragraphs = sorted(
        _paragraphs(document, _part(document, table, _PARAGRAPHS), _styles(sheet, _OF_PARAGRAPHS))
    )
    styles = _styles(sheet, _OF_CHARACTERS)
    runs = sorted(_runs(document, _part(document, table, _FORMATTING), styles, paragraphs, is_plain=is_plain))
    caps = {each.end for each in paragraphs if each.is_cap}
    return list(_pieces(document, _part(document, table, _PIECES), runs, caps))


def fonts(streams: Mapping[str, bytes]) -> list[str]:
    """Returns the names of the fonts, by their numbers. Raises as `alike_pieces`."""
    document = streams["WordDocument"]
    (flags,) = struct.unpack_from("<H", document, _FLAGS)
    packed = _part(document, streams[TABLES[bool(flags & _SECOND_TABLE)]], _FONTS)
    found: list[str] = []
    at = 4  # after how many there are
    while at < len(packed):
        end = at + 1 + packed[at]
        name = packed[at + _NAME_OF_FONT : end].decode("utf-16-le", "ignore")
        found.append(name.partition("\0")[0])
        at = end
    return found


def shown_text(found: Iterable[tuple[str, RunLook]], fonts: Sequence[str] = ()) -> str:
    """Returns the text as it is seen: marks around what is raised and what is hidden, no field's code."""
    text = "".join(_said(text, look, fonts) for text, look in found if not look.is_deleted)
    for _ in range(_MOST_WITHIN):
        text, count = _FIELD.subn(lambda field: field[1] or "", text)
        if not count:
            break
    return text


def _said(text: str, look: RunLook, fonts: Sequence[str]) -> str:
    if not any(character > " " for character in text):
        return text
    font = fonts[look.font] if 0 <= look.font < len(fonts) else ""
    text = symbol_fonts.as_drawn(font, chr(look.sign) if look.sign else text)
    if look.is_hidden:
        return hidden.hidden(text)
    return raised(text) if look.is_raised else text


def _part(document: bytes, table: bytes, at: int) -> bytes:
    start, length = struct.unpack_from("<II", document, at)
    return table[start : start + length]


def _pieces(
    document: bytes, clx: bytes, runs: Sequence[_Run], caps: AbstractSet[int]
) -> Iterator[tuple[str, RunLook]]:
    """The text piece by piece, left out where legacy-doc leaves it out; `caps`: where drop caps end."""
    first, last = struct.unpack_from("<I", document, _FIRST)[0], struct.unpack_from("<I", document, _LAST)[0]
    table = _piece_table(clx)
    count = (len(table) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table)
    starts = [run.start for run in runs]
    for number in range(count):
        (at,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)
        is_compressed = bool(at & _COMPRESSED)
        at, width = ((at & ~_COMPRESSED) // 2, 1) if is_compressed else (at, 2)
        end = at + width * (places[number + 1] - places[number])
        if not first <= at <= last or end > len(document) or end <= at:
            continue
        while at < end:
            known = bisect_right(starts, at) - 1
            run = runs[known] if known >= 0 and at < runs[known].end else _Run(at, end, RunLook())
            until = min(end, run.end, *starts[known + 1 : known + 2], *(cap for cap in caps if cap > at))
            until = max(at + width, at + (until - at) // width * width)
            text = document[at:until].decode("cp1252" if is_compressed else "utf-16-le", "replace")
            yield text[:-1] if until in caps and text.endswith("\r") else text, run.look
            at = until


def _piece_table(clx: bytes) -> bytes:
    at = 0
    while clx[at] == 1:  # changes that were saved in haste
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    (length,) = struct.unpack_from("<I", clx, at + 1)
    return clx[at + 5 : at + 5 + length]


def _pages(document: bytes, plc: bytes) -> Iterator[bytes]:
    """The pages of formatting that a table names."""
    count = (len(plc) - 4) // 8
    for (number,) in struct.iter_unpack("<I", plc[4 * (count + 1) : 4 * (count + 1) + 4 * count]):
        yield document[(number & 0x3FFFFF) * _PAGE :][:_PAGE]


def _paragraphs(document: bytes, plc: bytes, styles: Mapping[int, Mapping[int, int]]) -> Iterator[_Paragraph]:
    for page in _pages(document, plc):
        count = page[_PAGE - 1]
        edges = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            at = 2 * page[4 * (count + 1) + 13 * number]
            if not at:
                continue
            size = 2 * page[at] - 1 if page[at] else 2 * page[at + 1]
            begin = at + (1 if page[at] else 2)
            (style,) = struct.unpack_from("<H", page, begin)
            properties = dict(_properties(page[begin + 2 : begin + size]))
            is_cap = bool(properties.get(_DROP_CAP, 0) & 7)
            yield _Paragraph(edges[number], edges[number + 1], styles.get(style, {}), is_cap)


def _runs(
    document: bytes,
    plc: bytes,
    styles: Mapping[int, Mapping[int, int]],
    paragraphs: Sequence[_Paragraph],
    *,
    is_plain: bool,
) -> Iterator[_Run]:
    """All runs of characters that are formatted, each within one paragraph where its style matters."""
    told = [each for each in paragraphs if each.look]
    ends = [each.end for each in told]
    for page in _pages(document, plc):
        runs = page[_PAGE - 1]
        edges = struct.unpack_from(f"<{runs + 1}I", page)
        for index, offset in enumerate(page[4 * (runs + 1) : 4 * (runs + 1) + runs]):
            at = 2 * offset
            own = dict(_properties(page[at + 1 : at + 1 + page[at]] if offset else b""))
            start, end = edges[index : index + 2]
            for each in told[bisect_right(ends, start) :]:
                if each.start >= end:
                    break
                if start < each.start:
                    yield _Run(start, each.start, _look(own, {}, styles, is_plain=is_plain))
                    start = each.start
                until = min(end, each.end)
                yield _Run(start, until, _look(own, each.look, styles, is_plain=is_plain))
                start = until
            if start < end:
                yield _Run(start, end, _look(own, {}, styles, is_plain=is_plain))


def _look(
    own: Mapping[int, int],
    of_paragraph: Mapping[int, int],
    styles: Mapping[int, Mapping[int, int]],
    *,
    is_plain: bool,
) -> RunLook:
    style = {**of_paragraph, **(styles.get(own[_STYLE], {}) if _STYLE in own else {})}

    def is_on(name: int) -> bool:
        by_style, said = style.get(name) == 1, own.get(name, _AS_STYLE)
        return by_style != (said == _OPPOSITE) if said in {_OPPOSITE, _AS_STYLE} else said == 1

    both = {**style, **own}
    is_up = both.get(_SUPERSCRIPT) == 1 or 0 < own.get(_POSITION, 0) < 0x8000
    is_unseen = _is_small(both) or (is_plain and _is_white(both) and _GROUNDS.isdisjoint(both))
    is_hidden = is_on(_HIDDEN) or is_unseen
    if _SIGN in own:
        return RunLook(is_up, is_hidden, is_on(_DELETED), own[_SIGN] & 0xFFFF, own[_SIGN] >> 16)
    return RunLook(is_up, is_hidden, is_on(_DELETED), both.get(_FONT, -1))


def _is_small(look: Mapping[int, int]) -> bool:
    """Whether characters are too small, or too narrow, to be read."""
    size, width = look.get(_SIZE, 0) / 2, look.get(_SCALE, 0)
    return 0 < size <= TOO_SMALL or 0 < width <= TOO_NARROW


def _is_white(look: Mapping[int, int]) -> bool:
    """Of what shapes, paragraphs and cells are filled with nothing is known here: none may be."""
    said = look.get(_COLOUR, _NO_COLOUR)
    if said & _NO_COLOUR:
        return look.get(_COLOUR_NUMBER) == _WHITE_NUMBER and _COLOUR not in look
    return is_lost((said & 0xFF, said >> 8 & 0xFF, said >> 16 & 0xFF), WHITE)


def _properties(packed: bytes) -> Iterator[tuple[int, int]]:
    """What characters are set to, by property; of what is set twice the last counts."""
    at = 0
    while at + 2 < len(packed):
        (name,) = struct.unpack_from("<H", packed, at)
        size = _SIZES[name >> 13] or packed[at + 2] + 1
        yield name, int.from_bytes(packed[at + 2 : at + 2 + size], "little")
        at += 2 + size


def _styles(sheet: bytes, kind: int) -> dict[int, dict[int, int]]:
    """What the styles of a kind set of characters, by themselves and by those that they are based on."""
    if not sheet:
        return {}
    begin, count, size = struct.unpack_from("<HHH", sheet)
    at, own, bases = 2 + begin, dict[int, dict[int, int]](), dict[int, int]()
    for number in range(count):
        (length,) = struct.unpack_from("<H", sheet, at)
        style = sheet[at + 2 : at + 2 + length]
        at += 2 + length + length % 2
        if length < size + 4 or style[2] & 0xF != kind:
            continue
        bases[number] = struct.unpack_from("<H", style, 2)[0] >> 4
        (name,) = struct.unpack_from("<H", style, size)
        place = size + 2 * name + 4
        (width,) = struct.unpack_from("<H", style, place)
        if kind == _OF_PARAGRAPHS:  # what it sets of its characters comes second, at an even place
            place += 2 + width + width % 2
            if place + 2 > length:
                continue
            (width,) = struct.unpack_from("<H", style, place)
        own[number] = dict(_properties(style[place + 2 : place + 2 + width]))
    return {number: _with_bases(number, own, bases) for number in own}


def _with_bases(number: int, own: Mapping[int, dict[int, int]], bases: Mapping[int, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for _ in range(_DEEPEST):
        found = own.get(number, {}) | found
        number = bases.get(number, _NO_STYLE)
    return found
