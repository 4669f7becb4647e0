"""Tells a person who waits: a bar on a terminal, nothing where nobody looks."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline import stages

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def bar() -> Iterator[stages.Progress]:
    """A progress bar a stage, on stderr, for as long as the block lasts."""
    if not sys.stderr.isatty():
        yield stages.quiet
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[what]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, int] = {}

        def tell(stage: str, done: int, total: int, what: str) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total, what="")
            progress.update(tasks[stage], completed=done, total=total, what=what[:50])  # type: ignore[bad-argument-type]

        yield tell
