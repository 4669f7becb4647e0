"""What a run says, kept in `<data>/logs/run.jsonl`: a JSON object a line with its time, in rotated files."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_BYTES = 2_000_000
FILES = 10

_journal = logging.getLogger("paperwatch.run")


@contextmanager
def kept(data: Path, command: str) -> Iterator[None]:
    """Keep what is written within the block. A journal that cannot be written never stops a run."""
    folder = data / "logs"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        handler = _File(folder / "run.jsonl", maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    except OSError:
        yield
        return
    handler.setFormatter(_AsJson())
    _journal.addHandler(handler)
    _journal.setLevel(logging.INFO)
    _journal.propagate = False
    write("begin", command)
    try:
        yield
    except BaseException as error:
        write("stopped", str(error) or type(error).__name__)
        raise
    finally:
        _journal.removeHandler(handler)
        handler.close()


def write(event: str, text: str, **facts: object) -> None:
    """One line: nothing where no journal is kept."""
    _journal.info(text, extra={"event": event, "facts": facts})


class _File(RotatingFileHandler):
    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is told by the run itself."""


class _AsJson(logging.Formatter):
    @override
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": moment, "event": record.__dict__["event"], "text": record.getMessage()}
        return json.dumps(line | record.__dict__["facts"], ensure_ascii=False, default=str)
