"""Files within Office files, each a paper of its own."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING

from extractors.config import current
from extractors.office import ole
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from extractors.office.packages import Package

File = tuple[str, Callable[[], bytes]]  # its name, and how to read it

_MOST = 1_000


def of_package(package: Package, parts: Iterable[str]) -> Iterator[File]:
    """These parts, each read when its turn comes."""
    for part in parts:
        yield posixpath.basename(part), functools.partial(package.read, part)


def unpack(files: Iterable[File], directory: Path) -> Iterator[str]:
    """Yields the name of each of these that it writes to `directory` under its number.

    Raises ExtractionError at the first limit, and at the end where one could not be taken out.
    """
    left_out: list[str] = []
    number, room = 0, current.get().members_mb * 1024 * 1024
    for called, read in files:
        try:
            found = ole.within(read(), called)
        except ExtractionError as error:
            left_out.append(f"{called} ({error.detail})")
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
