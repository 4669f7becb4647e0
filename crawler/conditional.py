"""Asking again for what we hold: whether, and with which conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from pipeline.model import Document
    from pipeline.ports import Held


def worth_asking(document: Document, held: Held | None, today: date) -> bool:  # noqa: ARG001 - see below
    """Whether a listed paper is asked for in this run.

    The one place for this decision. Papers are replaced in place, so today it is yes for all that are public;
    a cheaper rule for old papers (by `held.checked_at` and `today`) belongs here and nowhere else.
    """
    return bool(document.url) and not document.restricted


def headers(document: Document, held: Held | None) -> dict[str, str]:
    """What a request for a paper's bytes says besides the usual.

    - Bytes as they are, not compressed on the way: the size on the wire is the size of the paper.
    - `max-age=0`: a cache in between must ask the server.
    - The validators of what we hold, unless the address has changed: they belong to the old one.
    """
    asked = {"Accept": "*/*", "Accept-Encoding": "identity", "Cache-Control": "max-age=0"}
    if held is not None and held.url == document.url:
        if held.etag:
            asked["If-None-Match"] = held.etag
        if held.last_modified:
            asked["If-Modified-Since"] = held.last_modified
    return asked
