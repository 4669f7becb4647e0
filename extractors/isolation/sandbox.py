"""Reads files in child processes and survives whatever they do.

The children are kept warm and replaced after a number of files. Each file has its own spool: the child writes
there what it read, and we take it from there and remove it. Limits are set in the child (see `limits`); the
time that we wait is the backstop should a child escape its own clock.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, Self

import msgspec

from extractors.box_types import SpanBoxes
from extractors.config import ExtractConfig
from extractors.formats import EXTRACTORS, SNIFFER_VERSION
from extractors.isolation import limits, worker
from extractors.isolation.cage import Cage, close
from extractors.isolation.process_pool import ChildFolders, Children, Fault
from extractors.ocr import known_pictures, tesseract
from extractors.office import libreoffice
from pipeline.errors import DamagedFileError, ExtractionError, StorageError
from pipeline.model import FailureReason, PageText
from pipeline.ports import Member, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from pipeline.model import PageMethod, Part
    from pipeline.ports import Job, Opened

_PREFIX = "paperwatch-reading-"
_LOCK = "lock"
_GRACE = 15  # seconds that a child may be late before it is killed
_AHEAD = 4  # files a child that may be read before they are asked for: keeping them comes in bursts
_AGAIN = 0.1  # seconds: a file may just have been handed over when the children were killed
_LONGEST_REPORT = 64 * 1024  # bytes of a line
_LONGEST_LINE = 16 * 1024 * 1024  # bytes; 10,000 members have names

_log = logging.getLogger(__name__)
_decode_page = msgspec.json.Decoder(PageText).decode
_decode_outcome = msgspec.json.Decoder(worker.ReadingOutcome).decode


class Sandbox:
    """The Reader of `pipeline.ports`: a context manager, for one thread.

    `directory` is where spool and members are written; give it the blobs' own file system, so that a member
    can be adopted by renaming it, and a file handed over without a copy. A child sees no other file, but for
    what OCR read in pictures before, in `known`: for all papers and processes of an archive.
    """

    _start = staticmethod(worker.start)  # readies a child; tests put hostile extractors in its place

    def __init__(
        self,
        config: ExtractConfig | None = None,
        directory: Path | None = None,
        known: Path | None = None,
    ) -> None:
        self._config = config or ExtractConfig()
        self._parent = (directory or Path(tempfile.gettempdir())).absolute()
        self._workers = self._config.workers or os.cpu_count() or 1
        self._known = known.absolute() if known else None
        self._numbers = count()
        self._warned = False

    def __enter__(self) -> Self:
        self._parent.mkdir(parents=True, exist_ok=True)
        _sweep(self._parent)
        if self._known:
            self._known.mkdir(parents=True, exist_ok=True)
            known_pictures.thin_out(self._known)
        self._root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent))
        self._lock = (self._root / _LOCK).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._children = Children(
            self._workers,
            self._config.files_a_worker,
            partial(_start_caged, self._start, self._config, self._known),
            self._root,
            preload=[worker.SNIFFER, EXTRACTORS["pdf"].module],  # other formats are loaded when one comes
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._children.close()
        shutil.rmtree(self._root, ignore_errors=True)
        self._lock.close()

    @property
    def root(self) -> Path:
        """The folder of all that is in hand. It goes with this, or after a kill with the next one."""
        return self._root

    def versions(self) -> Mapping[str, str]:
        """Returns the version of each format, of "" for files of none, and of "ocr" and "libreoffice".

        Of those two where they are there. What waited for them is read then.
        """
        versions = {"": SNIFFER_VERSION, **{name: known.version for name, known in EXTRACTORS.items()}}
        if self.reads_pictures:
            versions["ocr"] = tesseract.VERSION
        if libreoffice.available():
            versions["libreoffice"] = libreoffice.VERSION
        return versions

    @property
    def reads_pictures(self) -> bool:
        return self._config.ocr and tesseract.available()

    def at_first(self) -> FirstPass:
        """The same, without OCR: the quick half of the work. What wants OCR waits for it."""
        return FirstPass(self)

    def read(self, jobs: Iterable[Job], *, pictures: bool = True) -> Iterator[Reading]:
        """Yields one reading a job, as they finish. Its members are there until the next is asked for.

        Without `pictures` nothing is read by OCR. Raises StorageError where the disk is full.
        """
        waiting = iter(jobs)
        running: dict[Future[tuple[Fault, str]], Job] = {}
        threads = ThreadPoolExecutor(self._workers)
        try:
            while True:
                for job in islice(waiting, _AHEAD * self._workers - len(running)):
                    asked = job.file, job.name, job.tries, pictures
                    future = threads.submit(self._work, self._longest(job.tries), worker.read, *asked)
                    running[future] = job
                if not running:
                    return
                wait(running, return_when=FIRST_COMPLETED)
                future = next(
                    future for future in running if future.done()
                )  # the one that was asked for first
                job = running.pop(future)
                try:
                    fault, spool = future.result()
                except OSError as error:
                    raise StorageError(f"{self._root}: {error.strerror or error}") from error
                try:
                    yield self._reading(job, spool, fault)
                finally:
                    _remove(spool)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            begun = [future for future in running if not future.cancelled()]
            while wait(begun, timeout=_AGAIN).not_done:  # and nobody wants them any more
                self._children.kill()
            for future in begun:
                if not future.exception():
                    _remove(future.result()[1])

    def picture(
        self, path: Path, page: int, width: int, boxes: Sequence[tuple[float, float, float, float]] = ()
    ) -> bytes:
        """Returns a PNG of a page (from 1) of a PDF, `width` pixels wide.

        `boxes` are drawn on it: left, top, right and bottom as shares of the page. Raises ExtractionError and
        StorageError.
        """
        return self._ask("pdf.page_pictures.draw", path, {"page": page, "width": width, "boxes": list(boxes)})

    def boxes(
        self,
        path: Path,
        page: int,
        text: str,
        method: PageMethod,
        spans: Sequence[tuple[int, int]],
        parts: Sequence[Part] = (),
    ) -> SpanBoxes:
        """Where spans of a page's stored text are on the page of a PDF. Raises as `picture` does."""
        about = {"page": page, "text": text, "method": method, "spans": spans, "parts": parts}
        return msgspec.json.decode(
            self._ask("pdf.highlight_boxes.boxes_of_spans", path, about), type=SpanBoxes
        )

    def tables(self, path: Path, page: int) -> list[list[list[str]]]:
        """The tables of a page of a PDF: rows of cells. Raises as `picture` does."""
        return msgspec.json.decode(
            self._ask("pdf.tables.tables_of_page", path, {"page": page}), type=list[list[list[str]]]
        )

    def _ask(self, function: str, path: Path, arguments: dict[str, Any]) -> bytes:
        """What a child answers about one file. Unlike reading, this may be called from several threads."""
        longest = limits.SLOWEST * (self._config.seconds + self._config.ocr_page_seconds) + _GRACE
        spool = ""
        try:
            fault, spool = self._work(longest, worker.answer, partial(nullcontext, path), function, arguments)
            outcome, _ = self._said(spool)
            if fault is None and outcome.reason is not None:
                fault = outcome.reason, outcome.detail
            if fault is not None:
                raise ExtractionError(*fault)
            with _open(spool + worker.ANSWER) as file:
                return file.read()
        except OSError as error:
            raise StorageError(f"{self._root}: {error.strerror or error}") from error
        finally:
            if spool:
                _remove(spool)

    def _work(
        self, seconds: int, work: Callable[..., None], file: Opened, *arguments: object
    ) -> tuple[Fault, str]:
        """Have a child do it with one file, which no other child sees. Returns its end and its spool."""
        name, places = str(next(self._numbers)), list[ChildFolders]()

        def hand_over(place: ChildFolders) -> Sequence[object]:
            places.append(place)
            with _had(), file() as path:
                path.stat()
                with suppress(
                    FileNotFoundError
                ):  # the place of a child that was ended: another one has its own
                    _link(path, place.handed / name)
            return str(place.handed / name), str(place.out / name), *arguments

        try:
            fault = self._children.ask(seconds, work, hand_over)
        except _NotHadError as error:
            fault = FailureReason.LOST, str(error)
        except BaseException:
            for place in places:
                _remove(str(place.out / name))
            raise
        finally:
            for place in places:
                (place.handed / name).unlink(missing_ok=True)
        return fault, str(places[-1].out / name)

    def _reading(self, job: Job, spool: str, fault: Fault) -> Reading:
        """What a spool holds; a fault overrules it, for a child that was ended."""
        outcome, pages = self._said(spool)
        if outcome.has_network and not self._warned:
            self._warned = True
            _log.warning("readers keep their network: this system refuses them all that would cut it off")
        known = EXTRACTORS.get(outcome.format)
        if self._known and fault is None:  # a child that was ended is not asked for others
            with suppress(OSError), _open(spool + worker.REPORT) as report:
                known_pictures.keep_reported(
                    iter(partial(report.readline, _LONGEST_REPORT), b""), self._known
                )
        reason, detail = fault or (outcome.reason, outcome.detail)
        return Reading(
            sha256=job.sha256,
            extractor=outcome.format,
            version=known.version if known else SNIFFER_VERSION,
            media_type=outcome.media_type,
            pages=pages,
            reason=reason,
            detail=detail,
            metadata=outcome.metadata,
            members=_members(spool + worker.MEMBERS, outcome.members),
        )

    def _said(self, spool: str) -> tuple[worker.ReadingOutcome, list[PageText]]:
        """The last outcome and the pages of a spool, as far as they are well said.

        A child that was ended may have stopped in mid-line, and one that is no more our own may have written
        more than it may.
        """
        outcome = worker.ReadingOutcome()
        pages: list[PageText] = []
        room = 2 * self._config.text_mb * 1024 * 1024
        with suppress(OSError, msgspec.DecodeError), _open(spool) as file:
            while line := file.readline(_LONGEST_LINE):
                if line.startswith(worker.OUTCOME):
                    outcome = _decode_outcome(line[len(worker.OUTCOME) :])
                elif (room := room - len(line)) >= 0:
                    pages.append(_decode_page(line))
                else:
                    break
        return outcome, pages

    def _longest(self, tries: int) -> int:
        """Seconds after which a child is ended from outside, whatever its own clocks say."""
        config = self._config.widened(tries)
        return limits.SLOWEST * (config.seconds + (config.ocr_seconds if config.ocr else 0)) + _GRACE


class ReadsPictures(Protocol):
    """A Reader that can be told to leave pictures of words."""

    def versions(self) -> Mapping[str, str]: ...

    def read(self, jobs: Iterable[Job], *, pictures: bool = True) -> Iterator[Reading]: ...


class FirstPass:
    """The Reader of `pipeline.ports` that leaves pictures of words to the next one."""

    def __init__(self, reader: ReadsPictures) -> None:
        self._reader = reader

    def versions(self) -> Mapping[str, str]:
        return {name: at for name, at in self._reader.versions().items() if name != "ocr"}

    def read(self, jobs: Iterable[Job]) -> Iterator[Reading]:
        return self._reader.read(jobs, pictures=False)


class _NotHadError(Exception):
    """A file cannot be handed over: it is gone, or other bytes are in its place."""


@contextmanager
def _had() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise _NotHadError("its file is gone") from None
    except DamagedFileError:
        raise _NotHadError("its file is not what was stored") from None


def _start_caged(
    start: Callable[[ExtractConfig], None], config: ExtractConfig, known: Path | None, place: ChildFolders
) -> None:
    """Ready a child, then bind it."""
    start(config)
    known_pictures.look_in(known)
    close(Cage(readable=(place.handed, *([known] if known else [])), writable=(place.work, place.out)))


def _link(path: Path, handed: Path) -> None:
    """Hand a file over under another name; by a copy where there can be no second name for it."""
    try:
        handed.hardlink_to(path.resolve())
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, handed)


def _open(path: str) -> BinaryIO:
    """A file that a child wrote. Should it have put a link or a pipe there, we neither follow nor wait."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def _members(directory: str, names: list[str]) -> tuple[Member, ...]:
    """The member files that are really there: a child does not choose what the parent opens."""
    if Path(directory).is_symlink():
        return ()
    members = (Member(name=name, path=Path(directory, str(number))) for number, name in enumerate(names))
    return tuple(member for member in members if member.path.is_file() and not member.path.is_symlink())


def _remove(spool: str) -> None:
    for path in (spool, spool + worker.ANSWER, spool + worker.REPORT, spool + worker.MEMBERS):
        try:
            os.unlink(path)  # noqa: PTH108 - a Path takes longer
        except OSError:
            shutil.rmtree(path, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what a killed parent left behind: directories whose lock nobody holds."""
    for root in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError), (root / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(root, ignore_errors=True)
