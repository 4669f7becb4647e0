"""Numbers, days and names of kinds as plain British English, for mail and web alike.

Nothing here depends on the machine's locale.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from pipeline.model import Cadence, DocumentKind, MeetingStatus

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipeline.model import Denominator

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
PAPER_KINDS = {
    DocumentKind.AGENDA: "Agenda",
    DocumentKind.MINUTES: "Minutes",
    DocumentKind.REPORT: "Report",
    DocumentKind.PACK: "Pack of papers",
    DocumentKind.CONSULTATION: "Consultation",
    DocumentKind.NOTICE: "Notice",
    DocumentKind.OTHER: "Other paper",
}
CADENCES = {
    Cadence.IMMEDIATE: "as soon as something is found",
    Cadence.DAILY: "every day",
    Cadence.WEEKLY: "every week",
    Cadence.MONTHLY: "every month",
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


def looked_at(stands: Denominator) -> str:
    """What stands behind an answer or a digest, "nothing found" above all."""
    return (
        f"{counted(stands.bodies, 'body', 'bodies')} checked, {counted(stands.papers, 'paper')} read, "
        f"{counted(stands.pages, 'page')} searched."
    )


def not_read(stands: Denominator) -> str:
    lost = [
        counted(number, one, many)
        for number, one, many in (
            (stands.unreadable, "paper", "papers"),
            (stands.unreadable_pages, "page of other papers", "pages of other papers"),
        )
        if number
    ]
    if not lost:
        return "Every paper could be read."
    return f"{' and '.join(lost)} could not be read: a mention there would be missed."
