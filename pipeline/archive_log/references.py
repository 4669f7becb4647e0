"""A root of the log as people write it: `1234:9f86d0…`, or its size alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from typing_extensions import override

from pipeline.errors import ConfigError

_FORM = re.compile(r"([0-9]{1,12}(?:,[0-9]{3})*)(?::([0-9a-fA-F]{64}))?\.?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RootName:
    size: int
    root: bytes = b""  # empty: whatever it was

    @override
    def __str__(self) -> str:
        return f"{self.size}:{self.root.hex()}" if self.root else str(self.size)


def read_root(text: str) -> RootName:
    """Raises ConfigError for a text that names no root."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ConfigError(
            f"{text!r} is no root of a log: write its size and its 64 hexadecimal digits, as in 1234:9f86d0…"
        )
    return RootName(size=int(match[1].replace(",", "")), root=bytes.fromhex(match[2] or ""))
