"""Word before 2007. What legacy-doc cannot read, such as Word 95 and some of Word 97, LibreOffice may."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from legacy_doc import extract_text
from legacy_doc.exceptions import LegacyDocError
from legacy_doc.normalize import normalize_word_text
from legacy_doc.types import ExtractionOptions

from extractors import spaced_out
from extractors.ocr.embedded_pictures import PictureReader
from extractors.office import doc_looks, libreoffice, ole
from extractors.office import members as files_within
from extractors.office.art import blips, shape_texts
from extractors.parts import numbered
from extractors.raised import settled
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from legacy_doc.types import DocExtractionResult

    from pipeline.model import PageText

_PICTURES = "Data"  # the stream that holds them
_OPTIONS = ExtractionOptions(max_file_bytes=256 * 1024 * 1024, max_text_bytes=64 * 1024 * 1024)


def extract(path: Path, facts: dict[str, str] | None = None) -> Iterator[PageText]:
    """Yields one part, as where Word broke the pages is not in the file; or what LibreOffice makes of it.

    The pictures come after the text: where they are is not read.

    Into `facts`, what the file says of itself. Raises ExtractionError, `ENCRYPTED` where it has a password.
    """
    found = _read(path)
    if found is None:
        yield from libreoffice.extract(path, facts)
        return
    if facts is not None:
        facts |= {key: str(value) for key, value in found.metadata.items() if value}
    pictures, root = PictureReader(), ole.opened_ole(path.read_bytes())
    stream = root.read(_PICTURES)
    described = shape_texts.lines(stream, *map(root.read, doc_looks.TABLES))
    seen = [aside for each in blips.pictures(stream) if (aside := pictures.read(each, "a picture"))]
    yield from numbered([("document", [_as_seen(found.text, root), *seen, *described])])
    pictures.say_what_is_left()


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each file within to `directory` under its number and yield its name."""
    yield from files_within.unpack(ole.embedded_files(ole.opened_ole(path.read_bytes())), directory)


def _as_seen(text: str, root: ole.Storage) -> str:
    """The text without deleted words and codes of fields; raised marks end words, hidden words are apart.

    It is as legacy-doc reads it if what we read of the looks does not have exactly the same characters.
    """
    try:
        streams = {name: root.read(name) for name in root.streams}
        pieces, fonts = doc_looks.alike_pieces(streams), doc_looks.fonts(streams)
    except (struct.error, ValueError, IndexError, KeyError):
        return text
    if _letters(normalize_word_text("".join(piece for piece, _ in pieces))) != _letters(text):
        return text
    return "\n".join(
        map(settled, normalize_word_text(spaced_out.joined(doc_looks.shown_text(pieces, fonts))).splitlines())
    )


def _letters(text: str) -> str:
    return "".join(text.split())


def _read(path: Path) -> DocExtractionResult | None:
    """What legacy-doc reads; None where that is no letter."""
    try:
        found = extract_text(ole.with_named_root(path.read_bytes()), options=_OPTIONS)
    except LegacyDocError as error:
        if "Encrypted" in str(error):
            raise ExtractionError(FailureReason.ENCRYPTED, f"legacy-doc: {error}") from error
        return None
    return found if any(map(str.isalpha, found.text)) else None
