"""The streams of an OLE compound file (Office before 2007, Outlook messages), as far as we need them.

legacy-doc's reader is bounded everywhere and refuses loops; only its names are ours.
"""

from __future__ import annotations

from legacy_doc.exceptions import LegacyDocError
from legacy_doc.ole import OleReader
from legacy_doc.types import ExtractionOptions

from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

_LARGEST = 256 * 1024 * 1024  # bytes


def reader(content: bytes) -> OleReader:
    """Raises ExtractionError for a file cut short or damaged."""
    try:
        return OleReader(content, options=ExtractionOptions(max_file_bytes=_LARGEST))
    except LegacyDocError as error:
        reason = FailureReason.TRUNCATED if "outside the file" in str(error) else FailureReason.UNREADABLE
        raise ExtractionError(reason, f"an OLE file: {error}") from error


def names(content: bytes) -> tuple[str, ...]:
    """The names of all streams and storages."""
    return tuple(entry.name for entry in reader(content).directory)
