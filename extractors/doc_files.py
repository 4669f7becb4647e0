"""Word before 2007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from legacy_doc import extract_text
from legacy_doc.exceptions import LegacyDocError
from legacy_doc.types import ExtractionOptions

from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from legacy_doc.types import DocExtractionResult

    from pipeline.model import PageText

_OPTIONS = ExtractionOptions(max_file_bytes=256 * 1024 * 1024, max_text_bytes=64 * 1024 * 1024)


def extract(path: Path) -> Iterator[PageText]:
    """One part: where Word broke the pages is not in the file."""
    return numbered([("document", _read(path).text)])


def metadata(path: Path) -> dict[str, str]:
    return {key: str(value) for key, value in _read(path).metadata.items() if value}


def _read(path: Path) -> DocExtractionResult:
    try:
        return extract_text(path.read_bytes(), options=_OPTIONS)
    except LegacyDocError as error:
        raise ExtractionError(_reason(str(error)), f"legacy-doc: {error}") from error


def _reason(message: str) -> FailureReason:
    if "Encrypted" in message:
        return FailureReason.ENCRYPTED
    if "no text" in message:
        return FailureReason.NO_TEXT
    return FailureReason.UNREADABLE
