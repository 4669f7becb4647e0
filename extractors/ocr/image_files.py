"""Pictures of papers (JPEG, PNG, TIFF…): each frame a page, read by OCR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageSequence, UnidentifiedImageError

from extractors.config import current
from extractors.ocr import tesseract
from extractors.parts import listed_parts
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod, PageText

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_FRAMES = 1_000


def extract(path: Path) -> Iterator[PageText]:
    if not (current.get().ocr and tesseract.available()):
        raise ExtractionError(FailureReason.NEEDS_OCR, "a picture")
    left: list[int] = []
    try:
        with Image.open(path) as picture:
            for number, frame in enumerate(ImageSequence.Iterator(picture), start=1):
                if number > _MOST_FRAMES:
                    raise ExtractionError(FailureReason.TOO_LARGE, f"more than {_MOST_FRAMES} frames")
                text, method = _read(grey(frame))
                if method is PageMethod.NONE:
                    left.append(number)
                yield PageText(number=number, text=text, method=method, label=f"picture {number}")
    except Image.DecompressionBombError as error:
        raise ExtractionError(FailureReason.TOO_LARGE, str(error)) from error
    except (UnidentifiedImageError, SyntaxError, ValueError) as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"{type(error).__name__}: {error}") from error
    if left:
        raise ExtractionError(
            FailureReason.TIMED_OUT, f"OCR took too long; not read: pictures {listed_parts(left)}"
        )


def _read(picture: Image.Image) -> tuple[str, PageMethod]:
    try:
        text = tesseract.recognise(picture)
    except TimeoutError:
        return "", PageMethod.NONE
    return text, PageMethod.OCR if text else PageMethod.BLANK


def grey(frame: Image.Image) -> Image.Image:
    """In grey on white, and no larger than OCR takes."""
    if frame.mode in {"RGBA", "LA", "PA"} or "transparency" in frame.info:
        ground = Image.new("RGBA", frame.size, "white")
        ground.alpha_composite(frame.convert("RGBA"))
        frame = ground
    shades = frame.convert("L")
    shrink = (tesseract.MOST_PIXELS / (shades.width * shades.height)) ** 0.5
    return shades if shrink >= 1 else shades.resize((int(shades.width * shrink), int(shades.height * shrink)))
