"""What is in the log: one line of JSON an entry, with hashes in the place of words.

An entry outlives what it speaks of: a paper that is removed by order leaves its hash and no title here. The
record that a hash means is kept in the archive, and goes into an evidence pack.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from pipeline.archive_log import merkle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model import Page, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """Something that happened in the archive."""

    kind: str  # "listed", "revision", "read", "withdrawn"…
    subject: str  # what it happened to: "paper:12", "revision:55", "meeting:3", "file:<SHA-256>", "log"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def content(self, at: datetime) -> bytes:
        """The bytes that are hashed."""
        return canonical_json({**self.facts, "kind": self.kind, "subject": self.subject, "at": stamp(at)})


def canonical_json(value: Any) -> bytes:
    """JSON in one form only: keys in order, no blanks, UTF-8; dates and times as ISO 8601 writes them."""
    return _ENCODER.encode(value).encode()


def record_hash(record: Mapping[str, Any]) -> str:
    """The SHA-256 of a record in its canonical form."""
    return hashlib.sha256(canonical_json(record)).hexdigest()


def stamp(moment: datetime) -> str:
    """An instant in UTC, to the microsecond: 2026-11-30T07:00:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def page_record(page: Page) -> dict[str, Any]:
    """All that is kept of a page's text."""
    return {
        "number": page.number,
        "label": page.label,
        "item": page.item,
        "method": page.method.value,
        "extractor": page.extractor,
        "body": [page.body_start, page.body_end],
        "text": page.text,
        "parts": [_part_record(part) for part in page.parts],
    }


def _part_record(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "state": part.state.value,
        "span": [part.start, part.end],
        "share": float(part.share),
        "box": [float(side) for side in part.box] if part.box else None,
        "text": part.text,
        "why": part.why,
    }


def page_hash(page: Page) -> bytes:
    """A leaf of the tree of its own that a file's pages are: one can be proved without the others."""
    return merkle.leaf_hash(canonical_json(page_record(page)))


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    raise TypeError(f"a record cannot hold {type(value).__name__}")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_as_text)
