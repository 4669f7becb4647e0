"""Plain text: txt, markdown, CSV, and any other text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.charset import decode
from extractors.mail import invitations
from extractors.parts import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText


# What is typed over: an underline under its letter, whichever of them came first, or a letter to be thick.
_TYPED_OVER = re.compile(r"([^\n])\x08([^\n])(?:\x08[^\n])*")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def extract(path: Path) -> Iterator[PageText]:
    text = _as_printed(decode(path.read_bytes()))
    is_calendar = text[: len(invitations.MARK)].upper() == invitations.MARK
    return numbered([("text", invitations.words(text) or text if is_calendar else text)])


def _as_printed(text: str) -> str:
    """The text as a terminal, or a printer of lines, shows it."""
    if "\x08" in text:
        text = _TYPED_OVER.sub(lambda typed: typed[1] if typed[2] == "_" else typed[2], text)
    return _COLOUR.sub("", text) if "\x1b" in text else text
