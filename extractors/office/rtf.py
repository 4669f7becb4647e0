"""Rich Text Format: the text in its order, and after each paragraph what is remarked, noted or drawn there.

A file is groups of words and controls. Some groups are "destinations": not text of the paragraph in which
they are, but a note, a head, a picture, or something that only a program needs.
"""

from __future__ import annotations

import binascii
import functools
import re
import struct
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from extractors import hidden
from extractors.colours import TOO_NARROW, TOO_SMALL, WHITE, Colour, is_lost
from extractors.ocr.embedded_pictures import PictureReader
from extractors.office import members as files_within
from extractors.office import ole
from extractors.parts import alternative_line, numbered, unseen_lines
from extractors.raised import END, START
from extractors.signs import symbol_fonts
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractors.parts import Line
    from pipeline.model import PageText

_TOKEN = re.compile(
    r"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[^a-zA-Z]))"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n\x00]+)|[\r\n\x00\\]",
    re.DOTALL,
)
_BREAKS = {"par", "line", "row", "nestrow", "sect", "page", "column", "softline"}
_SIGNS = {
    "tab": " ", "cell": " ", "nestcell": " ", "emspace": " ", "enspace": " ", "qmspace": " ",
    "emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "bullet": "\u2022",
}  # fmt: skip
_BY_SIGN = {"~": "\u00a0", "_": "-", "-": "", "\n": "\n", "\r": "\n"}
_HEADS = {"header", "headerl", "headerr", "headerf"}
_FEET = {"footer", "footerl", "footerr", "footerf"}
_ASIDE = {"footnote", "annotation", "shptxt", "dptxbxtext"}  # text of its own, told after the paragraph
_KEPT = {"sn", "sv", "pict", "objdata"}  # not text, and yet to be looked at
_OPEN = {
    "shpinst",
    "picprop",
    "shppict",
    "object",
    "sp",
    "shp",
    "do",
    "listtext",
    "pntext",
    "fldrslt",
    "result",
    "ud",
    "upr",
}
_UNSEEN = {
    "fonttbl", "colortbl", "stylesheet", "info", "fldinst", "nonshppict", "listtable",
    "listoverridetable", "rsidtbl", "generator", "themedata", "colorschememapping", "latentstyles",
    "datastore", "xmlnstbl", "revtbl", "pgptbl", "atnid", "atnauthor", "atntime", "atnicn", "atndate",
    "atnref", "bkmkstart", "bkmkend", "filetbl", "mmathPr", "pnseclvl", "template", "objclass",
    "objname", "blipuid", "tc", "xe", "private", "shprslt",
}  # fmt: skip
_DESTINATIONS = _HEADS | _FEET | _ASIDE | _KEPT | _UNSEEN
_CHARSETS = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
_GROUNDS = {"highlight", "cb", "chcbpat"}  # of characters
_PRIMARY = ("red", "green", "blue")
_PROGRAMS = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}
_USUAL_SIZE, _USUAL_WIDTH = 24, 100
_DEEPEST = 10_000  # groups within groups


def extract(path: Path) -> Iterator[PageText]:
    pictures = PictureReader()
    read = _Reader(path.read_bytes().decode("latin-1"), pictures)
    yield from numbered([("document", read.all_lines())])
    pictures.say_what_is_left()


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each file within to `directory` under its number and yield its name."""
    objects = _Reader(path.read_bytes().decode("latin-1")).objects
    files = ((f"object {number}", functools.partial(_native, each)) for number, each in enumerate(objects, 1))
    yield from files_within.unpack(files, directory)


def words(content: str | bytes) -> str:
    """The text alone."""
    lines = _Reader(content if isinstance(content, str) else content.decode("latin-1")).all_lines()
    return "\n".join(line for line in lines if isinstance(line, str))


@dataclass(slots=True)
class _Group:
    """What holds until its brace closes."""

    kind: str = ""  # the destination that it is in; "" for the body
    begins: bool = False  # this group is the destination itself
    charset: str = "cp1252"
    font: int = -1
    fallback: int = 1  # characters after a Unicode one, for programs that do not know it
    is_raised: bool = False
    is_deleted: bool = False
    is_hidden: bool = False
    colour: int = 0  # of the table of colours; 0 is the one that can be seen, whatever the ground
    ground: int = 0  # of the characters
    shade: int = 0  # of the paragraph
    in_table: bool = False
    size: int = _USUAL_SIZE  # of the characters, in half points
    width: int = _USUAL_WIDTH  # of the characters, in percent of what they have
    outer: tuple[str, list[str]] | None = None  # what a text told twice is in
    is_drop_cap: bool = False  # of the paragraph: its letter begins the next
    text: list[str] = field(default_factory=list)  # of the destination, shared by the groups within


class _Reader:
    def __init__(self, content: str, pictures: PictureReader | None = None) -> None:
        self.objects: list[bytes] = []
        self._pictures = pictures
        self._lines: list[Line] = []
        self._after: list[Line] = []  # what comes after the paragraph
        self._heads: dict[str, None] = {}
        self._feet: dict[str, None] = {}
        self._fonts: dict[int, str] = {}  # their pages of code
        self._names = defaultdict[int, str](str)  # of fonts
        self._font = 0  # the one that is being told of
        self._default = "cp1252"
        self._property = ""
        self._colours: list[Colour] = []
        self._mixed = dict.fromkeys(_PRIMARY, 0)  # the colour that is being told of
        self._has_dark_cells = "\\clcbpat" in content or "\\clshdng" in content
        self._page = None if "\\shpfblwtxt1" in content or "{\\*\\background" in content else WHITE
        self._group = _Group()
        self._above: list[_Group] = []
        self._starred = False
        self._bytes = bytearray()  # bytes of characters that wait to be decoded together
        self._skip = 0
        self._run(content)

    def all_lines(self) -> list[Line]:
        return [*self._heads, *self._lines, *self._feet]

    # ---- the walk

    def _run(self, content: str) -> None:
        at = 0
        while match := _TOKEN.match(content, at):
            at = match.end()
            if match["hex"]:
                self._letter(bytes.fromhex(match["hex"]))
                continue
            if match["text"]:
                self._plain(match["text"])
                continue
            self._decoded()
            if match["word"] == "bin":
                at += self._binary(content[at : at + max(0, int(match["number"] or 0))])
            elif match["word"]:
                self._control(match["word"], int(match["number"]) if match["number"] else None)
            else:
                self._mark(match["brace"] or "", match["sign"] or "")
        self._decoded()
        while self._above:
            self._close()
        self._end_line()

    def _binary(self, content: str) -> int:
        """Bytes as they are, in the midst of digits that mean bytes; how many."""
        if self._group.kind in _KEPT:
            self._group.text.append(content.encode("latin-1").hex())
        return len(content)

    def _mark(self, brace: str, sign: str) -> None:
        if brace:
            self._open() if brace == "{" else self._close()
        elif sign == "*":
            self._starred = True
        else:
            self._say(_BY_SIGN.get(sign, sign))

    def _open(self) -> None:
        if len(self._above) >= _DEEPEST:
            raise ExtractionError(FailureReason.UNREADABLE, f"more than {_DEEPEST} groups within groups")
        self._above.append(self._group)
        self._group = replace(self._group, begins=False)
        self._starred = False

    def _close(self) -> None:
        self._skip = 0
        if not self._above:
            return
        group, self._group = self._group, self._above.pop()
        if group.begins:
            self._finish(group.kind, "".join(group.text), is_hidden=group.is_hidden)

    def _control(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word in _DESTINATIONS:
            self._destination(word)
        elif word in _OPEN:
            self._open_group(word)
        elif starred:
            self._destination("unknown")
        elif self._group.kind == "fonttbl":
            self._about_fonts(word, number)
        elif self._group.kind == "colortbl":
            self._mixed |= {word: number or 0} if word in _PRIMARY else {}
        elif word in _BREAKS:
            self._say("\n")
        elif word in _SIGNS:
            self._say(_SIGNS[word])
        else:
            self._format(word, number)

    def _open_group(self, word: str) -> None:
        """Of a text told twice, in some page of code and in Unicode, the latter is read."""
        group = self._group
        if word in {"shpinst", "picprop", "do"}:
            self._destination("shape")
        elif word == "upr" and group.kind not in _UNSEEN | {"unknown"}:
            group.outer = group.kind, group.text
            group.kind, group.text = "upr", list[str]()
        elif word == "ud" and group.outer:
            group.kind, group.text = group.outer

    def _destination(self, kind: str) -> None:
        if self._group.kind in _UNSEEN | {"unknown"}:
            return  # nothing within is seen either
        self._group.kind, self._group.begins, self._group.text = kind, True, list[str]()

    def _about_fonts(self, word: str, number: int | None) -> None:
        if word == "f" and number is not None:
            self._font = number
        elif word == "fcharset" and number in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[number]

    def _format(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "u" and number is not None:
            self._unicode(number % 0x10000)
        elif word == "uc":
            group.fallback = min(max(0, number if number is not None else 1), 10)
        elif word == "f" and number is not None:
            group.charset, group.font = self._fonts.get(number, self._default), number
        elif word == "super" or (word == "up" and number != 0):
            group.is_raised = True
        elif word in {"nosupersub", "sub", "up"}:
            group.is_raised = False
        elif word == "deleted":
            group.is_deleted = number != 0
        elif word == "v":
            group.is_hidden = number != 0
        elif word == "plain":
            group.is_raised = group.is_deleted = group.is_hidden = False
            group.colour, group.ground, group.font = 0, 0, -1
            group.size, group.width = _USUAL_SIZE, _USUAL_WIDTH
        elif word in _PROGRAMS or word == "ansicpg":
            self._default = group.charset = _PROGRAMS.get(word, f"cp{number}")
        else:
            self._look(word, number or 0)

    def _look(self, word: str, number: int) -> None:
        if word == "fs":
            self._group.size = number or _USUAL_SIZE
        elif word == "charscalex":
            self._group.width = number or _USUAL_WIDTH
        else:
            self._colour(word, number)

    def _colour(self, word: str, number: int) -> None:
        group = self._group
        if word == "cf":
            group.colour = number
        elif word in _GROUNDS:
            group.ground = number
        elif word == "cbpat":
            group.shade = number
        elif word == "intbl":
            group.in_table = True
        elif word == "pard":
            group.shade, group.in_table, group.is_drop_cap = 0, False, False
        elif word == "dropcapt":
            group.is_drop_cap = True

    # ---- characters

    def _letter(self, byte: bytes) -> None:
        if self._skip:
            self._skip -= 1
        else:
            self._bytes += byte

    def _plain(self, text: str) -> None:
        if self._skip:
            text, self._skip = text[self._skip :], max(0, self._skip - len(text))
        if text.isascii():
            self._decoded()
            self._say(text)
        else:
            self._bytes += text.encode("latin-1")

    def _unicode(self, code: int) -> None:
        self._say(chr(code))
        self._skip = self._group.fallback

    def _decoded(self) -> None:
        """Letters of a page of code, all that are together: some are of two bytes."""
        if self._bytes:
            try:
                text = self._bytes.decode(self._group.charset, "replace")
            except LookupError:
                text = self._bytes.decode("cp1252", "replace")
            self._bytes.clear()
            self._say(text)

    def _say(self, text: str) -> None:
        group = self._group
        if group.is_deleted or not text:
            return
        if not group.kind and text == "\n":
            if not group.is_drop_cap:
                self._end_line()
            group.is_drop_cap = False
            return
        if group.kind == "fonttbl":
            self._names[self._font] += text
        text = symbol_fonts.as_drawn(self._names.get(group.font, ""), text)
        if group.kind == "colortbl" and text.strip() == ";":
            self._colours.append((self._mixed["red"], self._mixed["green"], self._mixed["blue"]))
            self._mixed = dict.fromkeys(_PRIMARY, 0)
        if group.is_raised and text != "\n":
            text = f"{START}{text}{END}"
        is_small = group.size <= 2 * TOO_SMALL or group.width <= TOO_NARROW
        is_unseen = not group.kind and (group.is_hidden or is_small or is_lost(*self._shown_on(group)))
        group.text.append(hidden.hidden(text) if is_unseen else text)

    def _shown_on(self, group: _Group) -> tuple[Colour | None, Colour | None]:
        """The colours of the text and of their ground, as far as they are known."""
        if not 0 < group.colour < len(self._colours):
            return None, None
        letters, ground = self._colours[group.colour], group.ground or group.shade
        if ground:
            return letters, self._colours[ground] if 0 < ground < len(self._colours) else None
        return letters, None if group.in_table and self._has_dark_cells else self._page

    # ---- what is done with it

    def _end_line(self) -> None:
        body = self._above[0] if self._above else self._group
        text = "".join(body.text)
        body.text.clear()
        self._lines.append(_paired(text))
        self._lines += self._after
        self._after.clear()

    def _finish(self, kind: str, text: str, *, is_hidden: bool) -> None:
        """What a destination says is told in its place."""
        text = _paired(text)
        if kind in _HEADS | _FEET:
            (self._heads if kind in _HEADS else self._feet).update(
                dict.fromkeys(filter(None, text.split("\n")))
            )
        elif kind == "sn":
            self._property = text.strip()
        elif kind == "sv" and self._property == "fHidden" and text.strip() == "1":
            self._hide_shape()
        elif kind == "objdata":
            self.objects.append(_unhexed(text))
        elif line := self._drawn_or_noted(kind, text):
            self._after += unseen_lines([line], "it is hidden, or in hidden text") if is_hidden else [line]

    def _drawn_or_noted(self, kind: str, text: str) -> Line | None:
        if kind == "annotation":
            return f"[Comment: {' '.join(text.split())}]"
        if kind == "sv" and self._property == "wzDescription":
            return alternative_line(text.strip())
        if kind == "pict" and self._pictures is not None:
            return self._pictures.read(_unhexed(text), "a picture")
        return text if kind in _ASIDE else None

    def _hide_shape(self) -> None:
        """What its groups say from here on is hidden."""
        for group in reversed([*self._above, self._group]):
            group.is_hidden = True
            if group.kind == "shape" and group.begins:
                break


def _paired(text: str) -> str:
    """Letters that took two codes, as one."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unhexed(text: str) -> bytes:
    digits = re.sub(r"[^0-9a-fA-F]", "", text)
    return binascii.unhexlify(digits[: len(digits) // 2 * 2])


def _native(content: bytes) -> bytes:
    """What OLE 1 wrote of an object [MS-OLEDS] 2.2.5. Raises ExtractionError."""
    try:
        at = 8
        names: list[bytes] = []
        for _ in range(3):
            (length,) = struct.unpack_from("<I", content, at)
            names.append(content[at + 4 : at + 4 + length].rstrip(b"\0"))
            at += 4 + length
        (size,) = struct.unpack_from("<I", content, at)
    except struct.error as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"an object: {error}") from error
    inner = content[at + 4 : at + 4 + size]
    return ole.PACKED + inner if names[0] == b"Package" else inner
