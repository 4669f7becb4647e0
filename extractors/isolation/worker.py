"""The child's side of the sandbox: read one file, leave what it says in a spool file.

Neither text nor exceptions (some cannot be pickled) go through the pipe to the parent: a killed child leaves
the pages it had read.

A spool file is lines of JSON: an outcome, should the child be killed, then a page each, then the outcome
again, as it is by then. Lines with an outcome begin with `OUTCOME`.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from extractors.config import ExtractConfig, current
from extractors.formats import EXTRACTORS
from extractors.isolation import cage, limits
from extractors.language import Language
from extractors.ocr import known_pictures
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.model import PageText

OUTCOME = b"="
ANSWER = ".answer"  # after the spool's name
MEMBERS = ".members"  # after the spool's name: a directory of an archive's files, each named by its number
REPORT = ".pictures"  # after the spool's name: what OCR read in pictures, for the whole archive
SNIFFER = "extractors.sniff"

_PAGE_ITSELF = 1024  # bytes in addition to its text
_LONGEST_NAME = 200  # characters
_LONGEST_FACT = 500  # characters
_MOST_FACTS = 20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}  # says nothing of the file
_NO_FILES = {errno.EMFILE, errno.ENFILE}

_encode = msgspec.json.Encoder().encode


class ReadingOutcome(msgspec.Struct, kw_only=True):
    """All that is said of a file except its pages; first as it is should the child be killed over it."""

    format: str = ""
    media_type: str = ""
    reason: FailureReason | None = FailureReason.CRASHED
    detail: str = "it left no outcome"
    metadata: dict[str, str] = {}
    members: list[str] = []  # their names
    has_network: bool = False


def start(config: ExtractConfig) -> None:
    """Make this process ready, once."""
    current.set(config)
    limits.confine(config)


def read(path: str, spool: str, name: str, tries: int, pictures: bool) -> None:  # noqa: FBT001 - sent by place
    """Read one file into `spool`. Whatever happens is an outcome; only a full disk raises (OSError).

    After `tries` in vain there is more time for it; without `pictures` OCR is left for later.
    """
    config = current.get().widened(tries)
    config = msgspec.structs.replace(config, ocr=config.ocr and pictures)
    usual = current.set(config)
    known_pictures.report_to(Path(spool + REPORT))
    try:
        _within_limits(
            lambda file, outcome: _read(Path(path), name, file, outcome),
            spool,
            (config.seconds, config.seconds + config.ocr_seconds),
        )
    finally:
        current.reset(usual)
        known_pictures.report_to(None)


def answer(path: str, spool: str, function: str, arguments: dict[str, Any]) -> None:
    """What "module.function" of this package answers about one file, bytes or JSON, next to `spool`."""
    module, _, name = function.rpartition(".")
    config = current.get()

    def ask(*_: object) -> None:
        found = getattr(importlib.import_module(f"extractors.{module}"), name)(Path(path), **arguments)
        Path(spool + ANSWER).write_bytes(found if isinstance(found, bytes) else _encode(found))

    longest = config.seconds + config.ocr_page_seconds
    _within_limits(ask, spool, (longest, longest))


def _within_limits(
    work: Callable[[BinaryIO, ReadingOutcome], None], spool: str, seconds: tuple[int, int]
) -> None:
    """Do it within its time; leave an outcome, whatever happens."""
    outcome = ReadingOutcome(has_network=not cage.is_up(cage.Restriction.NETWORK))
    limits.start_clock(*seconds)
    try:
        with open(spool, "wb") as file:  # noqa: PTH123 - a Path takes longer
            outcome.reason, detail = _attempted(work, file, outcome)
            outcome.detail = canonical(detail.replace("\n", " "))[:_LONGEST_FACT]
            _write(file, outcome)
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        with open(spool, "wb") as file:  # noqa: PTH123 - the pages leave no room for their outcome: it goes first
            _write(file, outcome)
    finally:
        limits.stop_clock()


def _attempted(
    work: Callable[[BinaryIO, ReadingOutcome], None], file: BinaryIO, outcome: ReadingOutcome
) -> tuple[FailureReason | None, str]:
    """How it went."""
    config = current.get()
    try:
        work(file, outcome)
    except ExtractionError as error:
        return error.reason, error.detail
    except MemoryError:
        return FailureReason.OUT_OF_MEMORY, f"needs more than {config.memory_mb} MB of memory"
    except BaseException as error:  # a parser may raise anything, and it is a fact about the file
        if isinstance(error, OSError):
            if error.errno in _NO_ROOM:
                raise
            if error.errno in _NO_FILES:  # this or an earlier file has left them open: that is our own end
                os._exit(error.errno)
            if error.errno == errno.EFBIG:
                return FailureReason.TOO_LARGE, f"writes more than {config.output_mb} MB"
        too_deep = isinstance(error, RecursionError)
        return FailureReason.UNREADABLE, "nested too deep" if too_deep else f"{type(error).__name__}: {error}"
    return None, ""


def _read(path: Path, name: str, file: BinaryIO, outcome: ReadingOutcome) -> None:
    sniffer = importlib.import_module(SNIFFER)
    kind = sniffer.sniff(path)
    outcome.format, outcome.media_type = kind.format, kind.media_type
    _write(file, outcome)
    known = EXTRACTORS[kind.format]
    extractor = importlib.import_module(known.module)
    facts: dict[str, str] = {}
    language = Language()
    try:
        pages = extractor.extract(path, facts) if known.facts_with_pages else extractor.extract(path)
        has_text, cut = _write_pages(pages, file, f"{kind.format}/{known.version}", language)
    except ExtractionError:
        # Pages that wait for OCR keep no file within from being read. What is said is the first failure.
        with contextlib.suppress(ExtractionError):
            _take_members(extractor, path, file, outcome)
        raise
    finally:
        if hasattr(extractor, "metadata"):
            facts = _said(extractor, path)
        outcome.metadata = _facts(facts, language.guess())
    _take_members(extractor, path, file, outcome)
    if not has_text and not outcome.members:
        raise ExtractionError(FailureReason.NO_TEXT, "it opens, and has no words in it")
    if sniffer.contradicts(name, kind):
        raise ExtractionError(FailureReason.NOT_WHAT_IT_SAYS, f"called {name}, but it is {kind.media_type}")
    if cut:
        room = current.get().page_text_kb
        raise ExtractionError(
            FailureReason.TOO_LARGE,
            f"more than {room} KB of text on {', '.join(cut[:20])}: the rest is left out",
        )


def _take_members(extractor: Any, path: Path, file: BinaryIO, outcome: ReadingOutcome) -> None:
    """Write the files within the file next to the spool. Raises ExtractionError."""
    if hasattr(extractor, "members"):
        directory = Path(file.name + MEMBERS)
        directory.mkdir()
        for member in extractor.members(path, directory):
            outcome.members.append(_not_too_long(member, len(outcome.members)))


def _write(file: BinaryIO, outcome: ReadingOutcome) -> None:
    file.write(OUTCOME + _encode(outcome) + b"\n")
    file.flush()


def _write_pages(
    pages: Iterator[PageText], file: BinaryIO, extractor: str, language: Language
) -> tuple[bool, list[str]]:
    """Write the pages down; returns whether any has text, and the labels of those that were cut.

    What is counted is what they take in the parent's memory: it holds the pages of a file to keep them.
    """
    config = current.get()
    longest = config.page_text_kb * 1024
    room = config.text_mb * 1024 * 1024
    has_text = False
    cut: list[str] = []
    for page in pages:
        text = page.text[:longest]
        if len(page.text) > longest:
            cut.append(page.label)
        room -= sys.getsizeof(text) + _PAGE_ITSELF
        if room < 0:
            raise ExtractionError(
                FailureReason.TOO_LARGE,
                f"more than {config.text_mb} MB of text: left out from {page.label} on",
            )
        has_text = has_text or bool(text)
        language.hear(text)
        file.write(_encode(replace(page, text=text, extractor=page.extractor or extractor)) + b"\n")
        file.flush()  # should the next page be our end
    return has_text, cut


def _not_too_long(name: str, number: int) -> str:
    """A member's name, cut where nobody would read it; still another than those of the others."""
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME // 2]}\u2026 {number} \u2026{name[-_LONGEST_NAME // 4 :]}"


def _said(extractor: Any, path: Path) -> dict[str, str]:
    """What the file says of itself; nothing where that cannot be read, for it is not worth a failure."""
    try:
        return extractor.metadata(path)
    except Exception:  # noqa: BLE001 - see above
        return {}


def _facts(said: dict[str, str], language: str) -> dict[str, str]:
    """What is kept of it, a line each. The language is that of the words, not what a template declares."""
    facts = {key: canonical(value.replace("\n", " "))[:_LONGEST_FACT] for key, value in said.items()}
    kept = {key: value for key, value in list(facts.items())[:_MOST_FACTS] if value and key != "language"}
    return kept | ({"language": language} if language else {})
