"""Files on their way to workers and back, as long as there is anybody to send them to.

This imports an extra.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from itertools import chain
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING

from distributed import KilledWorker

from extractors.cluster import tags, task
from pipeline.errors import DamagedFileError, StorageError
from pipeline.ports import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from distributed import Client, Future

    from extractors.config import ExtractConfig
    from pipeline.model import FailureReason
    from pipeline.ports import Job, Reading

AHEAD = 3  # files a worker on their way: one is read, one is there, one is being sent
LOOK = 2.0  # seconds between two looks at who is there
MOST_SENT = 3  # times that a file is sent before it is read here
MOST_BYTES = 1024 * 1024 * 1024  # on their way; the scheduler has them in memory. One file more may begin


@dataclass(frozen=True, slots=True)
class _OnWay:
    job: Job
    size: int  # bytes
    times: int


@dataclass(frozen=True, slots=True)
class Home:
    """What the machine that sends can do."""

    read: Callable[[Job], Iterator[Reading]]
    helps: Callable[[FailureReason | None], bool]  # whether it has what a worker lacked
    workers: Callable[[], int]  # how many there are now
    say: Callable[[str], None]  # sentences for the operator


class Sending:
    def __init__(
        self,
        client: Client,
        config: ExtractConfig,
        members: Path,
        home: Home,
        *,
        pictures: bool,
        patience: float,
    ) -> None:
        self._client, self._config, self._members = client, config, members
        self._home = home
        self._pictures, self._patience = pictures, patience
        self._on_way: dict[Future[task.Answered | None], _OnWay] = {}
        self._ended: SimpleQueue[Future[task.Answered | None]] = SimpleQueue()
        self._last_look, self._last_seen = 0.0, monotonic()
        self._there = 0

    def read(self, jobs: Iterator[Job]) -> Iterator[Reading]:
        """Yields readings until all are done, or nobody is there any more."""
        try:
            while self._is_anybody_there():
                while self._has_room():
                    if (job := next(jobs, None)) is None:
                        if not self._on_way:
                            return
                        break
                    if not self._send(job):
                        yield from self._home.read(job)
                if not self._on_way:
                    break
                for future in self._some_ended():
                    yield from self._taken(future)
            self._home.say("the cluster has gone, or its last worker: the rest is read here")
        finally:
            if self._client.status == "running":
                self._client.cancel(list(self._on_way), force=True)

    def left(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """What is still to be read: what was on its way, then what was not yet asked for."""
        lost = [each.job for each in self._on_way.values()]
        self._on_way.clear()
        return chain(lost, jobs)

    def _has_room(self) -> bool:
        is_full = sum(each.size for each in self._on_way.values()) >= MOST_BYTES
        return len(self._on_way) < AHEAD * self._there and not is_full

    def _is_anybody_there(self) -> bool:
        """Looks now and then; who was there a moment ago may come back."""
        now = monotonic()
        if now - self._last_look >= LOOK:
            self._last_look = now
            self._there = self._home.workers()
            if self._there:
                self._last_seen = now
        return self._client.status != "closed" and now - self._last_seen < self._patience

    def _send(self, job: Job, times: int = 1) -> bool:
        """Returns whether the file is on its way; one that is too large, or not there, is not."""
        try:
            with job.file() as path:
                if path.stat().st_size > task.MOST_BYTES:
                    return False
                content = path.read_bytes()
        except (FileNotFoundError, DamagedFileError):
            return False  # reading it says so
        except OSError as error:
            raise StorageError(f"{job.name}: {error.strerror or error}") from error
        asked = task.Asked(
            sha256=job.sha256, name=job.name, tries=job.tries, pictures=self._pictures, content=content
        )
        future = self._client.submit(
            task.read,
            asked,
            self._config,
            key=f"paperwatch-{uuid.uuid4().hex}",
            pure=False,
            resources={tags.reads_pictures() if self._pictures else tags.reads(): 1},
        )
        self._on_way[future] = _OnWay(job, len(content), times)
        future.add_done_callback(self._ended.put)
        return True

    def _some_ended(self) -> list[Future[task.Answered | None]]:
        """Those that have ended, well or not; none where none does before it is time for a look."""
        try:
            self._ended.get(timeout=LOOK)
            while True:
                self._ended.get_nowait()
        except Empty:
            return [future for future in self._on_way if future.status not in {"pending", "processing"}]

    def _taken(self, future: Future[task.Answered | None]) -> Iterator[Reading]:
        """The reading that came; where none did, the file is sent again, or read here."""
        sent = self._on_way.pop(future)
        answered, fault = None, None
        try:
            answered = future.result(timeout=self._patience)
        except Exception as error:  # noqa: BLE001 - whatever a worker or the way to it raises
            fault = error
        finally:
            future.release()
        if fault is not None:
            if self._client.status != "running":
                self._on_way[future] = sent  # the way itself is gone: `left`
                return
            # The scheduler has tried a file on several workers before it says that it kills them.
            is_deadly = isinstance(fault, KilledWorker)
            if not is_deadly and sent.times < MOST_SENT and self._send(sent.job, sent.times + 1):
                return
            name = type(fault).__name__
            self._home.say(f"{sent.job.name} came back from no worker ({name}): it is read here")
        if answered is None or self._home.helps(answered.reading.reason):
            yield from self._home.read(sent.job)
        else:
            yield self._unpacked(answered)

    def _unpacked(self, answered: task.Answered) -> Reading:
        """Its members are files again, until the next reading is asked for."""
        members: list[Member] = []
        try:
            for path in self._members.iterdir():
                path.unlink()
            for number, (name, content) in enumerate(answered.members):
                path = self._members / str(number)
                path.write_bytes(content)
                members.append(Member(name=name, path=path))
        except OSError as error:
            raise StorageError(f"{self._members}: {error.strerror or error}") from error
        return replace(answered.reading, members=tuple(members))
