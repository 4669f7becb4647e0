"""What a worker says of itself to the scheduler: it is given only what it would read as we do."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from extractors.formats import EXTRACTORS, SNIFFER_VERSION
from extractors.ocr import tesseract

if TYPE_CHECKING:
    from collections.abc import Mapping

OCR_VERSION = tesseract.VERSION
READS, OCR, PROGRAM = "reads ", "reads pictures ", "paperwatch "


def reads() -> str:
    """The tag of all who read every format in the same way."""
    return READS + _short(version("paperwatch"), SNIFFER_VERSION, _formats())


def reads_pictures() -> str:
    """The tag of those among them who have the same OCR."""
    return OCR + _short(reads(), tesseract.VERSION)


def own() -> dict[str, float]:
    """Returns the resources of a worker on this machine; each task takes one of one."""
    tags = {reads(): 1.0, PROGRAM + version("paperwatch"): 1.0}
    return tags | ({reads_pictures(): 1.0} if tesseract.available() else {})


def with_tag(scheduler_info: Mapping[str, Any], tag: str) -> int:
    """How many workers have a tag."""
    return sum(tag in worker["resources"] for worker in _workers(scheduler_info))


def unfit(scheduler_info: Mapping[str, Any]) -> list[str]:
    """A sentence for each worker that would read otherwise than we do."""
    found: list[str] = []
    for worker in _workers(scheduler_info):
        if reads() in worker["resources"]:
            continue
        programs = [tag.removeprefix(PROGRAM) for tag in worker["resources"] if tag.startswith(PROGRAM)]
        what = (
            f"has Paperwatch {programs[0]} with other readers"
            if programs
            else "was not started by Paperwatch"
        )
        found.append(f"the worker {worker['name']} {what}: it is given nothing")
    return sorted(found)


def _workers(scheduler_info: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(scheduler_info["workers"].values())


def _formats() -> str:
    return " ".join(f"{name}/{known.version}" for name, known in sorted(EXTRACTORS.items()))


def _short(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
