"""Rich Text Format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from striprtf.striprtf import rtf_to_text

from extractors.parts import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText


def extract(path: Path) -> Iterator[PageText]:
    return numbered([("document", words(path.read_bytes()))])


def words(content: bytes) -> str:
    """The bars that mark cells become blanks: a row stays a line of words."""
    return rtf_to_text(content.decode("cp1252", "replace"), errors="ignore").replace("|", " ")
