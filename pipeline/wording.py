"""Numbers, days and names of kinds as plain British English, for mail and web alike.

Nothing here depends on the machine's locale.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from pipeline.model import MeetingStatus

if TYPE_CHECKING:
    from datetime import date, datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

MEETING_STATES = {
    MeetingStatus.SCHEDULED: "",
    MeetingStatus.CANCELLED: "Cancelled",
    MeetingStatus.MOVED: "Moved",
    MeetingStatus.WITHDRAWN: "No longer listed",
}


def counted(number: int, one: str, many: str = "") -> str:
    """As in "1 page" and "1,204 pages"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(when: date) -> str:
    """As in "Thursday 26 November 2026"."""
    return f"{_DAYS[when.weekday()]} {short_day(when)}"


def short_day(when: date) -> str:
    return f"{when.day} {month(when)}"


def month(when: date) -> str:
    return f"{_MONTHS[when.month - 1]} {when.year}"


def instant(when: datetime) -> str:
    """As in "21 November 2026, 21:52 UTC"."""
    when = when.astimezone(UTC)
    return f"{short_day(when)}, {when:%H:%M} UTC"
