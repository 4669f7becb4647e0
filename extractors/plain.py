"""Plain text: txt, markdown, CSV, and any other text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.charset import decode
from extractors.mail import invitations
from extractors.parts import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText


def extract(path: Path) -> Iterator[PageText]:
    text = decode(path.read_bytes())
    is_calendar = text[: len(invitations.MARK)].upper() == invitations.MARK
    return numbered([("text", invitations.words(text) or text if is_calendar else text)])
