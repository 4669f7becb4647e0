"""What a crawl of the stand-in web must find: known because we wrote the papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from pipeline.model import DocumentKind, DocumentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One planted mention, on the page that it begins on."""

    body: str
    document_title: str
    url: str
    page: int  # from 1; in an HTML paper always 1, in a docx the number of its top-level heading
    concept: str
    wording: str  # as a reader says it: line ends healed
    passage: str  # equal where the same paragraph is in another paper too
    day: int  # the first day on which it is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One paper, and the state that a crawl of every day so far must have left it in."""

    body: str
    title: str  # as listed last
    url: str
    also_at: tuple[str, ...]  # other addresses of the same paper on the same host
    kind: DocumentKind
    meeting_date: date | None
    state: DocumentState
