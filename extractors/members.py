"""Files within Office files, each a paper of its own."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from extractors import ole
from extractors.config import current
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from extractors.packages import Package

_MOST = 1_000


def unpack(package: Package, directory: Path, parts: Iterable[str]) -> Iterator[str]:
    """Write each of these files within to `directory` under its number and yield its name.

    Raises ExtractionError at the first limit, and at the end where one could not be taken out.
    """
    left_out: list[str] = []
    number, room = 0, current.get().members_mb * 1024 * 1024
    for part in parts:
        name = posixpath.basename(part)
        try:
            found = ole.within(package.read(part), name)
        except ExtractionError as error:
            left_out.append(f"{name} ({error.detail})")
            continue
        if found is None:
            continue
        name, content = found
        room -= len(content)
        if number >= _MOST or room < 0:
            raise ExtractionError(FailureReason.TOO_LARGE, f"files within: more than {number} or too large")
        (directory / str(number)).write_bytes(content)
        number += 1
        yield name
    if left_out:
        raise ExtractionError(FailureReason.UNREADABLE, f"left out: {'; '.join(left_out[:5])}")
