"""Word before 2007. What legacy-doc cannot read, such as Word 95 and some of Word 97, LibreOffice may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from legacy_doc import extract_text
from legacy_doc.exceptions import LegacyDocError
from legacy_doc.types import ExtractionOptions

from extractors import libreoffice, ole
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from legacy_doc.types import DocExtractionResult

    from pipeline.model import PageText

_OPTIONS = ExtractionOptions(max_file_bytes=256 * 1024 * 1024, max_text_bytes=64 * 1024 * 1024)


def extract(path: Path, facts: dict[str, str] | None = None) -> Iterator[PageText]:
    """One part, as where Word broke the pages is not in the file; or what LibreOffice makes of it.

    Into `facts`, what the file says of itself. Raises ExtractionError, `ENCRYPTED` where it has a password.
    """
    found = _read(path)
    if found is None:
        yield from libreoffice.extract(path, facts)
        return
    if facts is not None:
        facts |= {key: str(value) for key, value in found.metadata.items() if value}
    yield from numbered([("document", found.text)])


def _read(path: Path) -> DocExtractionResult | None:
    """What legacy-doc reads; None where that is no letter."""
    try:
        found = extract_text(ole.with_named_root(path.read_bytes()), options=_OPTIONS)
    except LegacyDocError as error:
        if "Encrypted" in str(error):
            raise ExtractionError(FailureReason.ENCRYPTED, f"legacy-doc: {error}") from error
        return None
    return found if any(map(str.isalpha, found.text)) else None
