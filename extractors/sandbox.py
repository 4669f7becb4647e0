"""Reads files in child processes and survives whatever they do.

The children are kept warm and replaced after a number of files. Each file has its own directory: the child
writes pages, outcome and members there, the parent streams them from there and removes it. Limits are set in
the child (see `limits`); pebble's time-out is the backstop should a child escape its own clock.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import signal
import tempfile
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

import msgspec
from pebble import ProcessExpired, ProcessPool

from extractors import libreoffice, ocr, worker
from extractors.config import ExtractConfig
from extractors.marks import Marks
from extractors.table import EXTRACTORS
from pipeline.errors import ExtractionError, StorageError
from pipeline.model import FailureReason, PageText
from pipeline.ports import Member, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from pipeline.model import PageMethod
    from pipeline.ports import Job

_PREFIX = "paperwatch-reading-"
_LOCK = "lock"
_GRACE = 15  # seconds that a child may be late before pebble ends it
_PATIENCE = 60  # seconds more before we hold the pool itself for stuck and make a new one
_TRIES = 2  # a file that was in work when the pool broke is tried again once
_LONGEST_OUTCOME = 16 * 1024 * 1024  # bytes; 10,000 members have names
_BYTES_A_LETTER = 12  # of a line in the spool, at most: two escapes
_OUT_OF_TIME = {-signal.SIGALRM, -signal.SIGXCPU}

_log = logging.getLogger(__name__)
_decode_page = msgspec.json.Decoder(PageText).decode
_decode_outcome = msgspec.json.Decoder(worker.Outcome).decode


@dataclass(slots=True)
class _Task:
    job: Job
    directory: Path
    tries: int = 0


class Sandbox:
    """The Reader of `pipeline.ports`: a context manager, for one thread.

    `directory` is where spool and members are written; give it the blobs' own file system, so that a member
    can be adopted by renaming it.
    """

    _start = staticmethod(worker.start)  # readies a child; tests put hostile extractors in its place

    def __init__(self, config: ExtractConfig | None = None, directory: Path | None = None) -> None:
        self._config = config or ExtractConfig()
        self._parent = (directory or Path(tempfile.gettempdir())).absolute()
        self._workers = self._config.workers or os.cpu_count() or 1
        self._numbers = count()
        self._warned = False
        self._renewing = Lock()

    def __enter__(self) -> Self:
        self._parent.mkdir(parents=True, exist_ok=True)
        _sweep(self._parent)
        self._root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent))
        self._lock = (self._root / _LOCK).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._pool = self._new_pool()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_pool()
        shutil.rmtree(self._root, ignore_errors=True)
        self._lock.close()

    def versions(self) -> Mapping[str, str]:
        """Of each format, and of "ocr" and "libreoffice" where there: what waited for them is read then."""
        versions = {name: known.version for name, known in EXTRACTORS.items()}
        if self._config.ocr and ocr.available():
            versions["ocr"] = ocr.VERSION
        if libreoffice.available():
            versions["libreoffice"] = libreoffice.VERSION
        return versions

    def read(self, jobs: Iterable[Job]) -> Iterator[Reading]:
        """One reading a job, as they finish.

        Pages and members of a reading are there until the next reading is asked for. Raises StorageError
        where the disk is full.
        """
        waiting = iter(jobs)
        running: dict[Future[None], _Task] = {}
        try:
            while True:
                for job in islice(waiting, 2 * self._workers - len(running)):
                    self._begin(_Task(job, self._root / str(next(self._numbers))), running)
                if not running:
                    return
                done, _ = wait(running, timeout=self._longest() + _PATIENCE, return_when=FIRST_COMPLETED)
                if not done or any(_is_broken(future) for future in done):
                    yield from self._start_over(running)
                    continue
                for future in done:
                    task = running.pop(future)
                    try:
                        yield self._reading(task, future)
                    finally:
                        shutil.rmtree(task.directory, ignore_errors=True)
        finally:
            for future, task in running.items():
                future.cancel()
                shutil.rmtree(task.directory, ignore_errors=True)

    def picture(self, path: Path, page: int, width: int) -> bytes:
        """A PNG of a page (from 1) of a PDF, so many pixels wide. Raises ExtractionError."""
        return self._ask("pictures.draw", path, {"page": page, "width": width})

    def boxes(
        self, path: Path, page: int, text: str, method: PageMethod, spans: Sequence[tuple[int, int]]
    ) -> Marks:
        """Where spans of a page's stored text stand on the page of a PDF. Raises ExtractionError."""
        about = {"page": page, "text": text, "method": method, "spans": spans}
        return msgspec.json.decode(self._ask("boxes.find", path, about), type=Marks)

    def tables(self, path: Path, page: int) -> list[list[list[str]]]:
        """The tables of a page of a PDF: rows of cells. Raises ExtractionError."""
        return msgspec.json.decode(self._ask("tables.find", path, {"page": page}), type=list[list[list[str]]])

    def _ask(self, function: str, path: Path, arguments: dict[str, Any]) -> bytes:
        """What a child answers about one file. Unlike reading, this may be called from several threads."""
        longest = self._config.seconds + self._config.ocr_page_seconds + _GRACE
        directory = self._root / str(next(self._numbers))
        try:
            directory.mkdir()
            pool = self._pool
            asked = (function, str(path.absolute()), arguments, str(directory))
            future = pool.schedule(worker.answer, args=asked, timeout=longest)
            fault = _fault(future, longest)
            if _is_broken(future):
                self._renew(pool)
            outcome = _outcome(directory) or worker.Outcome(reason=FailureReason.CRASHED)
            if fault is None and outcome.reason is not None:
                fault = outcome.reason, outcome.detail
            if fault is not None:
                raise ExtractionError(*fault)
            return (directory / worker.ANSWER).read_bytes()
        except OSError as error:
            raise StorageError(f"{directory}: {error.strerror or error}") from error
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def _renew(self, broken: ProcessPool) -> None:
        with self._renewing:
            if self._pool is broken:
                self._end_pool()
                self._pool = self._new_pool()

    def _begin(self, task: _Task, running: dict[Future[None], _Task]) -> None:
        shutil.rmtree(task.directory, ignore_errors=True)
        try:
            task.directory.mkdir()
        except OSError as error:
            raise StorageError(f"{task.directory}: {error.strerror}") from error
        task.tries += 1
        arguments = (str(task.job.path.absolute()), task.job.name, str(task.directory))
        running[self._pool.schedule(worker.read, args=arguments, timeout=self._longest())] = task

    def _start_over(self, running: dict[Future[None], _Task]) -> Iterator[Reading]:
        """The pool is broken or stuck: take a new one, and try again what was in work."""
        _log.warning("the pool of readers broke; a new one takes over %d files", len(running))
        self._renew(self._pool)
        tasks = list(running.values())
        running.clear()
        for task in tasks:
            if task.tries < _TRIES:
                self._begin(task, running)
                continue
            try:
                yield self._answer(
                    task, FailureReason.CRASHED, f"the readers broke {task.tries} times over it"
                )
            finally:
                shutil.rmtree(task.directory, ignore_errors=True)

    def _reading(self, task: _Task, future: Future[None]) -> Reading:
        try:
            return self._answer(task, *(_fault(future, self._longest()) or (None, "")))
        except OSError as error:
            raise StorageError(f"{task.directory}: {error.strerror or error}") from error

    def _answer(self, task: _Task, reason: FailureReason | None = None, detail: str = "") -> Reading:
        """The reading that a task's directory holds; `reason` overrules, for a child that was ended."""
        outcome = _outcome(task.directory)
        if outcome is None:
            outcome = worker.Outcome(reason=FailureReason.CRASHED, detail="it left no outcome")
        elif outcome.has_network and not self._warned:
            self._warned = True
            _log.warning("readers keep their network: this system refuses them a namespace of their own")
        known = EXTRACTORS.get(outcome.format)
        return Reading(
            sha256=task.job.sha256,
            extractor=outcome.format,
            version=known.version if known else "",
            media_type=outcome.media_type,
            pages=_Pages(
                task.directory / worker.PAGES,
                longest=_BYTES_A_LETTER * self._config.page_text_kb * 1024,
                room=2 * self._config.text_mb * 1024 * 1024,
            ),
            reason=reason or outcome.reason,
            detail=detail if reason else outcome.detail,
            metadata=outcome.metadata,
            members=_members(task.directory / worker.MEMBERS, outcome.members),
        )

    def _longest(self) -> int:
        """Seconds after which a child is ended from outside, whatever its own clock says."""
        return self._config.seconds + (self._config.ocr_seconds if self._config.ocr else 0) + _GRACE

    def _new_pool(self) -> ProcessPool:
        context = get_context("forkserver")
        daily = [worker.SNIFFER, EXTRACTORS["pdf"].module]  # the other formats are loaded when one comes
        context.set_forkserver_preload(["__main__", *daily])
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=self._config.files_a_worker,
            initializer=self._start,
            initargs=(self._config,),
            context=context,
        )

    def _end_pool(self) -> None:
        self._pool.stop()
        with contextlib.suppress(
            Exception
        ):  # a broken pool may not know how to end; its children die with us
            self._pool.join()


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages in a spool, from the disk each time.

    Ends early where the child was ended in mid-line, or wrote more than it may: it may be no more our own.
    """

    path: Path
    longest: int  # bytes of a page
    room: int  # bytes of all pages

    def __iter__(self) -> Iterator[PageText]:
        if not self.path.parent.is_dir():
            raise RuntimeError("the pages of a reading are there until the next reading is asked for")
        if not self.path.is_file():
            return
        room = self.room
        with self.path.open("rb") as file:
            while room > 0 and (line := file.readline(self.longest)):
                room -= len(line)
                try:
                    yield _decode_page(line)
                except msgspec.DecodeError:
                    return


def _outcome(directory: Path) -> worker.Outcome | None:
    try:
        with (directory / worker.OUTCOME).open("rb") as file:
            return _decode_outcome(file.read(_LONGEST_OUTCOME))
    except (OSError, msgspec.DecodeError):
        return None


def _members(directory: Path, names: list[str]) -> tuple[Member, ...]:
    """The member files that are really there: a child does not choose what the parent opens."""
    members = (Member(name=name, path=directory / str(number)) for number, name in enumerate(names))
    return tuple(member for member in members if member.path.is_file() and not member.path.is_symlink())


def _fault(future: Future[None], longest: int) -> tuple[FailureReason, str] | None:
    """How a child was ended before it could say what happened. Raises the OSError of a full disk."""
    match error := future.exception():
        case None:
            return None
        case FutureTimeout():
            return FailureReason.TIMED_OUT, f"ended after {longest} s"
        case ProcessExpired():
            return _how_it_ended(error.exitcode)
        case OSError():
            raise error
        case _:
            return FailureReason.CRASHED, type(error).__name__


def _how_it_ended(exitcode: int) -> tuple[FailureReason, str]:
    if exitcode in _OUT_OF_TIME:
        return FailureReason.TIMED_OUT, "took longer than a file may"
    if exitcode < 0:
        return FailureReason.CRASHED, signal.strsignal(-exitcode) or f"signal {-exitcode}"
    return FailureReason.CRASHED, f"exit status {exitcode}"


def _is_broken(future: Future[None]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _sweep(parent: Path) -> None:
    """Remove what a killed parent left behind: directories whose lock nobody holds."""
    for root in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (root / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(root, ignore_errors=True)
