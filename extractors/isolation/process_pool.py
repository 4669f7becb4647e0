"""Warm child processes that do one thing after the other for us, and die of it alone.

A child has one request at a time, so that who died over what is never a guess. It answers with one byte and
leaves what it made in files: whatever it became over a hostile file, it can neither fill our memory through
its pipe nor hold us in the middle of a message.

They are started and reaped under one lock: who starts a process reaps all that have ended, and of two who
reap one the second is told a wrong exit status.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import socket
import struct
import tempfile
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import wait
from queue import LifoQueue
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path

_DONE = 0  # what a child answers, or else the number of an OSError that says nothing of the file
_TAKING = 10  # seconds that a child may take to take a request
_DYING = 5  # seconds from the end of a child's pipe to its own
_OUT_OF_TIME = {-signal.SIGALRM, -signal.SIGPROF, -signal.SIGXCPU}

_THEIRS = {"LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ"}  # variables of the environment
_THEIRS_TOO = ("COV", "LC_", "OMP_", "OPENBLAS_", "PYTHON")

Fault = tuple[FailureReason, str] | None  # how a child ended over its work; None where it lives


class ChildFolders(NamedTuple):
    """The folders of one child."""

    work: Path  # where it works, and what it leaves there goes
    handed: Path  # what is handed over to it
    out: Path  # what it makes for us: it stays when the child ends

    @classmethod
    def within(cls, directory: Path, number: int) -> ChildFolders:
        return cls(*(directory / f"{name}-{number}" for name in cls._fields))


class Children:
    """At most `most` of them, each started when it is needed and replaced after `requests`.

    `start` readies a child in its place, `preload` names modules that the process they are forked from loads
    once, and the places are made in `directory`. May be used from several threads.
    """

    def __init__(
        self,
        most: int,
        requests: int,
        start: Callable[[ChildFolders], None],
        directory: Path,
        preload: Sequence[str],
    ) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["__main__", *preload])
        self._requests = requests
        self._start = start
        self._places = (ChildFolders.within(directory, number) for number in count())
        self._living: set[_Child] = set()
        self._lock = Lock()
        self._closed = False
        self._free: LifoQueue[_Child | None] = LifoQueue()  # the warmest first; None where none was started
        for _ in range(most):
            self._free.put(None)

    def ask(
        self, seconds: int, work: Callable[..., None], hand_over: Callable[[ChildFolders], Sequence[object]]
    ) -> Fault:
        """Have a free child do it. Returns how the child ended over it; None where it did it and lives.

        `hand_over` puts what the work needs into the child's place and returns its arguments. After
        `seconds` the child is killed. Raises OSError where the disk is full or no child can be started, and
        RuntimeError once they are closed.
        """
        child = self._free.get()
        try:
            # Idle ones are killed for their memory.
            if child is None or not child.begin(work, hand_over(child.place)):
                self._end(child)
                child = self._new()
                child.begin(work, hand_over(child.place))
            fault = child.fault(seconds)
            if fault is not None or child.requests >= self._requests:
                self._end(child)
                child = None
            return fault
        finally:
            self._free.put(child)

    def close(self) -> None:
        """Kill them for good."""
        self._closed = True
        self.kill()

    def kill(self) -> None:
        """Kill all that live, whatever they are at; others take their places when they are needed."""
        with self._lock:
            living = list(self._living)
        for child in living:
            self._end(child)

    def _new(self) -> _Child:
        with self._lock:
            if self._closed:
                raise RuntimeError("its children have been ended")
            try:
                with _bare_environment():
                    child = _Child(self._context, self._start, next(self._places), self._lock)
            except EOFError as error:  # from the process that forks them
                raise OSError("no reader can be started") from error
            self._living.add(child)
            return child

    def _end(self, child: _Child | None) -> None:
        if child is not None:
            child.end()
            with self._lock:
                self._living.discard(child)


@contextlib.contextmanager
def _bare_environment() -> Iterator[None]:
    """What the process that forks them inherits: a password of ours is no business of theirs."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in _THEIRS and not name.startswith(_THEIRS_TOO)
    }
    for name in ours:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(ours)


class _Child:
    def __init__(
        self, context: Any, start: Callable[[ChildFolders], None], place: ChildFolders, lock: Lock
    ) -> None:
        self.requests = 0
        self._lock = lock  # held by whoever makes us
        self.place = place
        for folder in place:
            folder.mkdir()
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, start, place), daemon=True)
        self._process.start()
        theirs.close()
        with socket.socket(fileno=os.dup(self._pipe.fileno())) as ours:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _TAKING, 0))

    def begin(self, work: Callable[..., None], arguments: Sequence[object]) -> bool:
        """Whether it is there to take it."""
        self.requests += 1
        try:
            self._pipe.send((work, arguments))
        except OSError:
            return False
        return True

    def fault(self, seconds: int) -> Fault:
        """Wait for the end of what it has begun. Raises the OSError that it answers with."""
        if not self._pipe.poll(seconds):
            return FailureReason.TIMED_OUT, f"ended after {seconds} s"
        try:
            answer = os.read(self._pipe.fileno(), 1)
        except ConnectionResetError:
            answer = b""
        if not answer:
            return _how_it_ended(self.end(_DYING))
        if answer[0] != _DONE:
            raise OSError(answer[0], os.strerror(answer[0]))
        return None

    def end(self, patience: float = 0) -> int:
        """Kill it, if it has not ended after `patience` seconds, and remove its place; its exit status."""
        wait([self._process.sentinel], patience)
        with self._lock:
            self._process.kill()
            self._process.join()
        shutil.rmtree(self.place.work, ignore_errors=True)
        shutil.rmtree(self.place.handed, ignore_errors=True)
        return self._process.exitcode or 0


def _serve(requests: Connection, start: Callable[[ChildFolders], None], place: ChildFolders) -> None:
    """What a child does all its life."""
    start(place)
    work_folder = str(place.work)
    tempfile.tempdir = work_folder
    while True:
        try:
            work, arguments = requests.recv()
        except EOFError:
            return
        os.chdir(work_folder)
        answer = _DONE
        try:
            work(*arguments)
        except OSError as error:
            answer = error.errno or errno.EIO
        _tidy(work_folder)
        os.write(requests.fileno(), bytes([answer]))


def _tidy(place: str) -> None:
    """Parsers leave things behind."""
    with os.scandir(place) as left:
        for entry in left:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108 - what scandir gives is no Path


def _how_it_ended(status: int) -> tuple[FailureReason, str]:
    if status in _OUT_OF_TIME:
        return FailureReason.TIMED_OUT, "took longer than a file may"
    if status < 0:
        return FailureReason.CRASHED, signal.strsignal(-status) or f"signal {-status}"
    return FailureReason.CRASHED, f"exit status {status}"
