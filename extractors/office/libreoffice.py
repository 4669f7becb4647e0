"""Files that only LibreOffice reads, where it is installed: it writes one that we read, and we read that.

It runs as a child of our own confined process, so under the same limits and with as little network, in a
folder of its own that is removed. `timeout` of the coreutils is between: LibreOffice starts processes of
its own, and `timeout` ends them all, at their time or when we are killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.config import current
from extractors.formats import EXTRACTORS
from extractors.office import office_kit, ole
from extractors.office.art import shape_texts
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod, PageText
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "2"  # of the way we call it; a file that waited for it is read once it is there
_PROGRAM = "soffice"
_WATCH = "timeout"
_SHARE = 0.8  # of the time left for the file; the rest is for reading what came out
_LATE = 2  # seconds between the polite signal and the other
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class _Way:
    """What a format is called, and the format of ours that keeps most of it."""

    called: str
    to: str


_WAYS = {
    "doc": _Way("a Word file of before 2007", "docx"),  # one that `doc_files` cannot read itself
    "ppt": _Way("a PowerPoint file of before 2007", "pptx"),
    "wpd": _Way("a WordPerfect file", "docx"),
    "pub": _Way("a Publisher file", "pdf"),
    "vsd": _Way("a Visio file of before 2013", "pdf"),
    "odg": _Way("an OpenDocument drawing", "pdf"),
}


def available() -> bool:
    return shutil.which(_PROGRAM) is not None and shutil.which(_WATCH) is not None


def extract(path: Path, facts: dict[str, str] | None = None) -> Iterator[PageText]:
    """Yields the pages of what LibreOffice makes of the file; into `facts`, what that says of itself.

    Raises ExtractionError, `NEEDS_LIBREOFFICE` if it is not installed.
    """
    from extractors.sniff import sniff  # noqa: PLC0415 - the parent process asks us what is there, no more

    name = sniff(path).format
    way = _WAYS[name]
    if not available():
        raise ExtractionError(FailureReason.NEEDS_LIBREOFFICE, way.called)
    reader = importlib.import_module(EXTRACTORS[way.to].module)
    with tempfile.TemporaryDirectory() as directory:
        made = _convert(path, name, way, Path(directory))
        if EXTRACTORS[way.to].facts_with_pages:
            yield from _described(reader.extract(made, facts), path)
            return
        if facts is not None:
            facts |= reader.metadata(made)
        yield from _described(reader.extract(made), path)


def _described(pages: Iterator[PageText], path: Path) -> Iterator[PageText]:
    """The pages, and last the alternative texts of the file itself that LibreOffice has left out."""
    number, said = 0, set[str]()
    for page in pages:
        number = page.number
        said.update(page.text.splitlines())
        yield page
    content, lines = path.read_bytes(), list[str]()
    if content.startswith(ole.MARK):
        with contextlib.suppress(ExtractionError):  # LibreOffice reads files that are damaged, too
            root = ole.opened_ole(content)
            lines = list(map(canonical, shape_texts.lines(*map(root.read, root.streams))))
    if lines := [line for line in lines if line not in said]:
        text = "\n".join(lines)
        yield PageText(number=number + 1, text=text, method=PageMethod.MARKUP, label="alternative texts")


def _convert(path: Path, name: str, way: _Way, directory: Path) -> Path:
    """The file in the other format, within `directory`."""
    paper = directory / f"paper.{name}"  # it goes by names
    paper.symlink_to(path.absolute())
    seconds = max(1, int((signal.getitimer(signal.ITIMER_REAL)[0] or current.get().seconds) * _SHARE))
    made = paper.with_suffix(f".{way.to}")
    watched = (_WATCH, f"--kill-after={_LATE}", str(seconds))
    command = [*watched, *_command((directory / "profile").as_uri(), paper, made)]
    ended = subprocess.run(  # noqa: S603 - no shell, and the file's own name is not in it
        command,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(directory),
            "TMPDIR": str(directory),
            "LANG": "C.UTF-8",
            "UNO_SHARED_PACKAGES_CACHE": (
                directory / "shared"
            ).as_uri(),  # or it looks in a folder of the system
            "SAL_USE_VCLPLUGIN": "svp",  # draws into memory, looks for no screen
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_end_with_us,  # one C call, in a process of one thread
        check=False,
    )
    if ended.returncode in {124, -signal.SIGKILL, 128 + signal.SIGKILL}:
        raise ExtractionError(FailureReason.TIMED_OUT, f"LibreOffice took more than {seconds} s")
    if not made.is_file() or made.is_symlink():  # it says 0 whatever happened
        raise ExtractionError(FailureReason.UNREADABLE, f"LibreOffice cannot read it: {way.called}")
    return made


def _command(profile: str, paper: Path, made: Path) -> list[str]:
    """By its library, where that is there: the program cannot start within bars around files."""
    if found := office_kit.library(shutil.which(_PROGRAM) or ""):
        return [sys.executable, "-I", office_kit.__file__, str(found), profile, paper.as_uri(), made.as_uri()]
    return [
        *(_PROGRAM, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
        f"-env:UserInstallation={profile}",
        *("--convert-to", made.suffix[1:], "--outdir", str(made.parent), str(paper)),
    ]


def _end_with_us() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
