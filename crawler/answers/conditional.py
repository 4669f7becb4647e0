"""Asking again for what we hold: whether, how, and with which conditions.

Papers are replaced in place, under the same address and title, mostly in the days around their meeting. To
fetch all of them in every run would find that out at once, at the cost of moving every byte again. So:

- What is not held, or doubtful since, is fetched: its listing changed (its title, address, date, or the size
  that the listing prints), or it could not be had the last time.
- What the server gave a validator for is asked for with it in every run: a 304 costs next to nothing.
- The rest is looked at (HEAD) in every run from its publication to two weeks after its meeting, when late
  versions and signed minutes come: another length is another paper. A paper without any date always is.
  Where a server tells no length, the paper itself is fetched every third day, and daily around the meeting.
- And every paper is fetched again after a while, whatever else was said of it, so that a new version of the
  same length is found too: in every run on the day before its meeting and on the day; within a week while the
  meeting lies ahead, within three weeks around it, and within six weeks later. The days are spread over the
  papers by their keys.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipeline.model import Document
    from pipeline.ports import Held

AFTER = timedelta(days=14)  # a meeting or a publication
DAY = timedelta(days=1)
# Days until a paper is fetched again, by how its meeting is: the soonest, and over how many more.
AHEAD, AROUND, LATER = (4, 3), (8, 13), (22, 21)
WITHOUT_LENGTH = timedelta(days=3)
# What servers say to a HEAD that know none, or have a wall that does not like it. GET may well work.
NO_HEAD = frozenset({400, 401, 403, 405, 406, 500, 501})


class PaperCheck(StrEnum):
    """How a listed paper is asked for in this run."""

    NOT = "not at all"
    HEAD = "by its length"
    GET = "in full, under the conditions of `headers`"


def look(
    document: Document, held: Held | None, *, meets_on: date | None, today: date, now: datetime
) -> PaperCheck:
    """The one place for this decision; the rules are those above, the first that fits."""
    if not document.url or document.restricted:
        return PaperCheck.NOT
    if held is None or held.url != document.url or comparison_is_due(document, held, meets_on, today, now):
        return PaperCheck.GET
    if held.etag or held.last_modified:
        return PaperCheck.GET
    return PaperCheck.HEAD if may_change_now(document, meets_on, today) else PaperCheck.NOT


def comparison_is_due(
    document: Document, held: Held, meets_on: date | None, today: date, now: datetime
) -> bool:
    """Whether the bytes must be compared again. A clock that was wrong in the past does not put that off."""
    has_validator = bool(held.etag or held.last_modified)
    if meets_on is not None and meets_on - DAY <= today <= meets_on and not has_validator:
        return True
    soonest, spread = _rhythm(document, meets_on, today)
    days = soonest + crc32(document.key.encode()) % spread
    return not timedelta() <= now - held.checked_at < timedelta(days=days)


def _rhythm(document: Document, meets_on: date | None, today: date) -> tuple[int, int]:
    if meets_on is not None and today <= meets_on:
        return AHEAD
    return AROUND if may_change_now(document, meets_on, today) else LATER


def may_change_now(document: Document, meets_on: date | None, today: date) -> bool:
    """Whether these are days in which the paper may well be replaced: until a while after its meeting."""
    dates = [day for day in (meets_on, document.published_on) if day is not None]
    return not dates or any(today <= day + AFTER for day in dates)


def should_download_without_length(
    document: Document, held: Held, *, meets_on: date | None, today: date, now: datetime
) -> bool:
    """Whether to fetch in full what a HEAD would do for, at a host where a HEAD tells nothing."""
    dates = (meets_on, document.published_on)
    is_close = any(day is not None and abs(day - today) <= timedelta(days=1) for day in dates)
    # with some leeway: a run may come by a little earlier in the day than the one three days ago
    return is_close or now - held.checked_at > WITHOUT_LENGTH - timedelta(hours=6)


def tells_nothing(status: int, length: str) -> bool:
    """Whether the answer to a HEAD has no length in it: the server gave none, or refused."""
    return status in NO_HEAD or (status == 200 and length in {"", "0"})


def is_same(held: Held, length: str) -> bool:
    """Whether the Content-Length in the answer to a HEAD is that of what we hold."""
    return length.isdecimal() and int(length) == held.size


def headers(document: Document, held: Held | None) -> dict[str, str]:
    """Returns what a request for a paper's bytes says besides the usual.

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
