"""The words of Windows metafiles (EMF, WMF): pictures that are drawn, and hold their text as text."""

from __future__ import annotations

import struct

_EMF_HEADER = 1
_EMF_MARK = b" EMF"  # at byte 40
_EMF_TEXT_WIDE, _EMF_TEXT_NARROW, _EMF_SMALL_TEXT = 84, 83, 108
_EMF_BITMAPS = {76, 77, 78, 79, 80, 81, 114, 116}
_WMF_MARKS = (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")
_WMF_TEXT, _WMF_LONG_TEXT = 0x0521, 0x0A32
_PLACED = 22  # bytes before a WMF that says where it is
_MOST_RECORDS = 200_000


def words(content: bytes) -> str | None:
    """What is written in a metafile, by pieces; None if it is not one."""
    if content[:4] == struct.pack("<I", _EMF_HEADER) and content[40:44] == _EMF_MARK:
        return _joined(_emf(content))
    if content.startswith(_WMF_MARKS):
        return _joined(_wmf(content))
    return None


def _joined(pieces: list[tuple[int, str]]) -> str:
    """Pieces of one height are a line."""
    lines: list[tuple[int, list[str]]] = []
    for height, piece in pieces:
        if lines and lines[-1][0] == height:
            lines[-1][1].append(piece)
        else:
            lines.append((height, [piece]))
    return "\n".join(" ".join(line) for _, line in lines)


def _emf(content: bytes) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    at = 0
    for _ in range(_MOST_RECORDS):
        if at + 8 > len(content):
            break
        kind, size = struct.unpack_from("<2I", content, at)
        if size < 8:
            break
        if kind in {_EMF_TEXT_WIDE, _EMF_TEXT_NARROW} and size >= 76 and at + 76 <= len(content):
            height, count, offset = struct.unpack_from("<iII", content, at + 40)
            wide = kind == _EMF_TEXT_WIDE
            text = content[at + offset : at + min(size, offset + count * (2 if wide else 1))]
            found.append((height, text.decode("utf-16-le" if wide else "cp1252", "replace")))
        at += size
    return [(height, text) for height, text in found if text.strip()]


def _wmf(content: bytes) -> list[tuple[int, str]]:
    found: list[tuple[int, bytes]] = []
    at = (_PLACED if content.startswith(_WMF_MARKS[0]) else 0) + 18
    for _ in range(_MOST_RECORDS):
        if at + 6 > len(content):
            break
        words, kind = struct.unpack_from("<IH", content, at)
        if words < 3:
            break
        record = content[at + 6 : at + 2 * words]
        if kind == _WMF_TEXT and len(record) >= 2:
            (count,) = struct.unpack_from("<H", record)
            found.append((0, record[2 : 2 + count]))
        elif kind == _WMF_LONG_TEXT and len(record) >= 8:
            height, _, count, options = struct.unpack_from("<hhHH", record)
            start = 8 + (8 if options & 6 else 0)
            found.append((height, record[start : start + count]))
        at += 2 * words
    return [(height, text.decode("cp1252", "replace")) for height, text in found if text.strip()]
