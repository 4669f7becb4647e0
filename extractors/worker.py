"""The child's side of the sandbox: read one file, leave what it says in a spool directory.

Nothing goes through the pipe to the parent, neither text nor exceptions (some cannot be pickled): a big paper
never sits in the parent's memory, and a killed child leaves the pages it had read.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from extractors import limits
from extractors.config import ExtractConfig, current
from extractors.language import Language
from extractors.table import EXTRACTORS
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageText
from pipeline.text import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES = "pages"  # one page a line
OUTCOME = "outcome"
ANSWER = "answer"
MEMBERS = "members"  # files of an archive, named by their number and nothing else
SNIFFER = "extractors.sniff"

_PAGE_ITSELF = 1024  # bytes beside its text
_LONGEST_NAME = 200  # characters
_LONGEST_FACT = 500  # characters
_MOST_FACTS = 20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}  # says nothing of the file

_encode = msgspec.json.Encoder().encode


class Outcome(msgspec.Struct, kw_only=True):
    """What the parent must know before it reads the pages."""

    format: str = ""
    media_type: str = ""
    reason: FailureReason | None = None
    detail: str = ""
    metadata: dict[str, str] = {}
    members: list[str] = []  # their names; the n-th lies in members/n
    has_network: bool = True


def start(config: ExtractConfig) -> None:
    """Make this process ready, once."""
    current.set(config)
    limits.confine(config)


def read(path: str, name: str, directory: str) -> None:
    """Read one file into `directory`. Whatever happens is an outcome; only a full disk raises (OSError)."""
    config = current.get()
    _within_limits(
        lambda spool, outcome: _read(Path(path), name, spool, outcome),
        directory,
        (config.seconds, config.seconds + config.ocr_seconds),
    )


def answer(function: str, path: str, arguments: dict[str, Any], directory: str) -> None:
    """Leave in `directory` what "module.function" of this package answers about one file: bytes, or JSON."""
    module, _, name = function.rpartition(".")
    config = current.get()

    def ask(spool: Path, _: Outcome) -> None:
        found = getattr(importlib.import_module(f"extractors.{module}"), name)(Path(path), **arguments)
        (spool / ANSWER).write_bytes(found if isinstance(found, bytes) else _encode(found))

    longest = config.seconds + config.ocr_page_seconds
    _within_limits(ask, directory, (longest, longest))


def _within_limits(work: Callable[[Path, Outcome], None], directory: str, seconds: tuple[int, int]) -> None:
    """Do it with `directory` as the only place to write to; leave an outcome, whatever happens."""
    config = current.get()
    spool = Path(directory)
    outcome = Outcome(has_network=limits.has_network())
    limits.start_clock(*seconds)
    try:
        os.chdir(spool)
        tempfile.tempdir = directory
        work(spool, outcome)
    except ExtractionError as error:
        outcome.reason, outcome.detail = error.reason, error.detail
    except MemoryError:
        outcome.reason, outcome.detail = (
            FailureReason.TOO_LARGE,
            f"needs more than {config.memory_mb} MB of memory",
        )
    except RecursionError:
        outcome.reason, outcome.detail = FailureReason.UNREADABLE, "nested too deep"
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise
        too_large = error.errno == errno.EFBIG
        outcome.reason = FailureReason.TOO_LARGE if too_large else FailureReason.UNREADABLE
        outcome.detail = (
            f"writes more than {config.output_mb} MB" if too_large else f"{type(error).__name__}: {error}"
        )
    except BaseException as error:  # noqa: BLE001 - a parser may raise anything, and it is a fact about the file
        outcome.reason, outcome.detail = FailureReason.UNREADABLE, f"{type(error).__name__}: {error}"
    finally:
        _leave(spool, outcome)
        limits.stop_clock()


def _read(path: Path, name: str, spool: Path, outcome: Outcome) -> None:
    sniffer = importlib.import_module(SNIFFER)
    kind = sniffer.sniff(path)
    outcome.format, outcome.media_type = kind.format, kind.media_type
    _leave(spool, outcome)  # should we be killed, it is known what it was
    known = EXTRACTORS[kind.format]
    extractor = importlib.import_module(known.module)
    facts: dict[str, str] = {}
    language = Language()
    try:
        pages = extractor.extract(path, facts) if known.facts_with_pages else extractor.extract(path)
        has_text = _spool_pages(pages, spool, kind.format, language)
    finally:
        if hasattr(extractor, "metadata"):
            facts = _said(extractor, path)
        outcome.metadata = _facts(facts, language.guess())
    if hasattr(extractor, "members"):
        (spool / MEMBERS).mkdir()
        for member in extractor.members(path, spool / MEMBERS):
            outcome.members.append(_not_too_long(member, len(outcome.members)))
    if not has_text and not outcome.members:
        raise ExtractionError(FailureReason.NO_TEXT, "it opens, and has no words in it")
    if sniffer.contradicts(name, kind):
        raise ExtractionError(FailureReason.NOT_WHAT_IT_SAYS, f"called {name}, but it is {kind.media_type}")


def _spool_pages(pages: Iterator[PageText], spool: Path, name: str, language: Language) -> bool:
    """Write the pages down; answers whether any has text.

    What is counted is what they take in the parent's memory: it holds the pages of a file to keep them.
    """
    config = current.get()
    longest = config.page_text_kb * 1024
    room = config.text_mb * 1024 * 1024
    extractor = f"{name}/{EXTRACTORS[name].version}"
    has_text = False
    with (spool / PAGES).open("wb") as file:
        for page in pages:
            text = page.text[:longest]
            room -= sys.getsizeof(text) + _PAGE_ITSELF
            if room < 0:
                raise ExtractionError(
                    FailureReason.TOO_LARGE,
                    f"more than {config.text_mb} MB of text: left out from {page.label} on",
                )
            has_text = has_text or bool(page.text)
            language.hear(text)
            file.write(
                _encode(
                    PageText(
                        number=page.number,
                        text=text,
                        method=page.method,
                        label=page.label,
                        item=page.item,
                        extractor=page.extractor or extractor,
                    )
                )
                + b"\n"
            )
            file.flush()
    return has_text


def _not_too_long(name: str, number: int) -> str:
    """A member's name, cut where nobody would read it; still another than those of the others."""
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME // 2]}\u2026 {number} \u2026{name[-_LONGEST_NAME // 4 :]}"


def _said(extractor: Any, path: Path) -> dict[str, str]:
    """What the file says of itself; nothing where that cannot be read, for it is not worth a failure."""
    try:
        return extractor.metadata(path)  # type: ignore[no-any-return]
    except Exception:  # noqa: BLE001 - see above
        return {}


def _facts(said: dict[str, str], language: str) -> dict[str, str]:
    """What is kept of it, a line each. The language is that of the words, not what a template declares."""
    facts = {key: canonical(value.replace("\n", " "))[:_LONGEST_FACT] for key, value in said.items()}
    kept = {key: value for key, value in list(facts.items())[:_MOST_FACTS] if value and key != "language"}
    return kept | ({"language": language} if language else {})


def _leave(spool: Path, outcome: Outcome) -> None:
    """Write the outcome under a temporary name and rename it: it is there whole, or not at all."""
    outcome.detail = canonical(outcome.detail.replace("\n", " "))[:_LONGEST_FACT]
    temporary = spool / f"{OUTCOME}.part"
    temporary.write_bytes(_encode(outcome))
    temporary.replace(spool / OUTCOME)
