"""What is ahead, in a digest: meetings with flagged items, consultations that close, papers that are late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts import links
from alerts.words import Linked, clean
from pipeline import digest_order, english
from pipeline.changes import ChangeRow, change_said
from pipeline.english import MEETING_STATES, counted
from pipeline.model import MeetingStatus
from pipeline.text import figures

if TYPE_CHECKING:
    from alerts.config import AlertConfig
    from pipeline.model import Ahead, Digest


def ahead(digest: Digest, settings: AlertConfig) -> list[Linked]:
    """Returns every line of what is ahead, the most telling first."""
    return [
        change_sentence(each) if isinstance(each, ChangeRow) else _line(each, settings)
        for each in digest_order.what_is_ahead(digest)
    ]


def change_sentence(change: ChangeRow) -> Linked:
    """As in "Vale Council, Health Committee, 26 November 2026: Cancelled."""
    when = english.short_day(change.meeting_date) if change.meeting_date else ""
    title = clean(change.title, 100) if change.document else ""
    what = ", ".join(filter(None, (clean(change.body_name, 80), clean(change.committee, 80), when, title)))
    return Linked(text=f"{what}: {clean(change_said(change), 200)}", url=links.safe(change.url))


def soonest(digest: Digest, settings: AlertConfig) -> Linked | None:
    """The next day on which something that the reader follows is due."""
    telling = [each for each in digest.ahead if digest_order.is_telling(each) and not _is_off(each)]
    if not telling:
        return None
    line = _line(telling[0], settings)
    return Linked(text=f"Soonest: {line.text}", url=line.url)


def _is_off(ahead: Ahead) -> bool:
    return ahead.meeting.status is MeetingStatus.CANCELLED


def _line(ahead: Ahead, settings: AlertConfig) -> Linked:
    meeting = ahead.meeting
    when = english.day(meeting.starts_on) if meeting.starts_on else "Date not yet known"
    at = f", {meeting.starts_at:%H:%M}" if meeting.starts_on and meeting.starts_at else ""
    title = figures.without_day(clean(meeting.title, 100), meeting.starts_on)
    # A committee or body that its title names already is not said twice.
    parts = [
        part
        for part in (clean(meeting.body_name, 80), clean(ahead.body_name, 80))
        if part.casefold() not in title.casefold()
    ]
    state = f" ({MEETING_STATES[meeting.status].lower()})" if MEETING_STATES[meeting.status] else ""
    flagged = f"; {counted(ahead.mentions, 'mention')} in its papers" if ahead.mentions else ""
    own = links.meeting(settings, ahead.id) or links.paper(settings, ahead.document)
    return Linked(
        text=f"{when}{at}: {', '.join(filter(None, dict.fromkeys((title, *parts))))}{state}{flagged}",
        url=own if flagged and own else links.safe(meeting.url) or own,
    )
