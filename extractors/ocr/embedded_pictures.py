"""Pictures within a file: their words by OCR, in the place of the picture.

A picture is read once, however often the file shows it. What is too small for words, or mere photograph,
gives none; what could not be read is said.
"""

from __future__ import annotations

import hashlib
import io
import struct
import time

from PIL import Image, UnidentifiedImageError

from extractors.config import current
from extractors.ocr import known_pictures, tesseract
from extractors.ocr.image_files import grey
from extractors.office import metafile
from extractors.parts import Aside
from extractors.text_quality import letters, usable
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState

_NARROWEST = 24  # pixels: one line of letters
_SMALLEST = 8_000  # pixels together
_OF_A_SCREEN = 2_000_000  # pixels: a scan has more
_FEWEST_LETTERS = 3
_KIND = "picture"

Cut = tuple[float, float, float, float]  # shares of a picture that are not shown: left, top, right, bottom
WHOLE: Cut = (0.0, 0.0, 0.0, 0.0)
_OF_A_SCREEN_DPI = 96.0


class PictureReader:
    """Reads the pictures of one file, as long as there is time."""

    def __init__(self) -> None:
        self._known: dict[bytes, Aside | None] = {}
        self._spent = 0.0
        self._waiting = 0
        self._unfinished = 0

    def read(self, content: bytes, name: str = "", cut: Cut = WHOLE) -> Aside | None:
        """Returns its words, or why it was not read; None where nothing is to read or it was read before.

        What is `cut` off is not looked at: nobody sees it.
        """
        digest = hashlib.sha256(content + (b"" if cut == WHOLE else repr(cut).encode())).digest()
        if digest in self._known:
            before = self._known[digest]
            return before if before and before.state is PartState.UNREAD else None
        found = self._known[digest] = self._read(content, name, cut, digest.hex())
        return found

    def say_what_is_left(self) -> None:
        """Raises ExtractionError where pictures wait for OCR, or for more time."""
        if self._unfinished:
            raise ExtractionError(
                FailureReason.TIMED_OUT, f"OCR took too long; pictures not read: {self._unfinished}"
            )
        if self._waiting:
            raise ExtractionError(FailureReason.NEEDS_OCR, f"pictures that may hold text: {self._waiting}")

    def _read(self, content: bytes, name: str, cut: Cut, digest: str) -> Aside | None:
        if (words := metafile.words(content)) is not None:
            return Aside(_KIND, PartState.OCR, words) if words else None
        try:
            image = _drawn(content, cut)
        except (
            *(Image.DecompressionBombError, UnidentifiedImageError),
            *(OSError, SyntaxError, ValueError, struct.error, MemoryError),
        ) as error:
            return _unread(f"{name}: {type(error).__name__}: {error}")
        if image is None:
            return None
        if not (current.get().ocr and tesseract.available()):
            self._waiting += 1
            return _unread("it waits for OCR")
        return self._recognised(image, digest)

    def _recognised(self, image: Image.Image, digest: str) -> Aside | None:
        if self._spent > current.get().ocr_seconds:
            self._unfinished += 1
            return _unread("OCR took too long")
        started = time.process_time()
        try:
            text = known_pictures.read(digest, str, lambda: tesseract.recognise(image))
        except TimeoutError:
            self._unfinished += 1
            return _unread("OCR took too long")
        finally:
            self._spent += time.process_time() - started
        if letters(text) < _FEWEST_LETTERS or not usable(text):
            return None
        return Aside(_KIND, PartState.OCR, text)


def picture_size(content: bytes) -> tuple[float, float]:
    """Of a picture as it is, in points; noughts where that cannot be told."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            dpi = picture.info.get("dpi") or (_OF_A_SCREEN_DPI, _OF_A_SCREEN_DPI)
            return 72 * picture.width / (dpi[0] or _OF_A_SCREEN_DPI), 72 * picture.height / (
                dpi[1] or _OF_A_SCREEN_DPI
            )
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError, struct.error):
        return 0.0, 0.0


def _drawn(content: bytes, cut: Cut) -> Image.Image | None:
    """The picture in grey, as OCR wants it; None where it is too small for words, or of one tone."""
    with Image.open(io.BytesIO(content)) as picture:
        if min(picture.size) < _NARROWEST or picture.width * picture.height < _SMALLEST:
            return None
        image = _large_enough(grey(_shown(picture, cut)))
    return image if len(set(image.getextrema())) > 1 else None


def _shown(picture: Image.Image, cut: Cut) -> Image.Image:
    left, top, right, bottom = (min(max(0.0, side), 1.0) for side in cut)
    if not any((left, top, right, bottom)) or left + right >= 1 or top + bottom >= 1:
        return picture
    wide, high = picture.size
    return picture.crop(
        (int(left * wide), int(top * high), int((1 - right) * wide), int((1 - bottom) * high))
    )


def _large_enough(image: Image.Image) -> Image.Image:
    """A picture made for a screen has characters too small for OCR: it is read at twice its size."""
    if image.width * image.height > _OF_A_SCREEN:
        return image
    return image.resize((2 * image.width, 2 * image.height), Image.Resampling.BICUBIC)


def _unread(why: str) -> Aside:
    return Aside(_KIND, PartState.UNREAD, why=why)
