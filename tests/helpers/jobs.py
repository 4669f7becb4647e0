"""Jobs for a reader, of files that are simply there."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from pipeline.ports import Job

if TYPE_CHECKING:
    from pathlib import Path


def job_at(path: Path, sha256: str = "", **other: object) -> Job:
    return Job(sha256=sha256, file=partial(nullcontext, path), **other)
