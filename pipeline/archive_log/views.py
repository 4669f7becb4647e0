"""What whoever reads the log is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLogEntry:
    number: int  # from 1
    kind: str
    subject: str
    content: str  # the text that is hashed
    facts: dict[str, Any]  # what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """An entry, and the proof that it is in a log of this size and root."""

    entry: ShownLogEntry
    size: int
    root: bytes
    proof: tuple[bytes, ...]
