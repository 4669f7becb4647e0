"""What is ahead, in a digest: meetings with flagged items, consultations that close, papers that are late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts import links
from alerts.words import Linked, clean
from pipeline import english
from pipeline.changes import ChangeKind, change_said
from pipeline.english import MEETING_STATES, counted
from pipeline.model import MeetingStatus
from pipeline.text import figures

if TYPE_CHECKING:
    from alerts.config import AlertConfig
    from pipeline.changes import ChangeRow
    from pipeline.model import Ahead, Digest

# What happened to a meeting belongs to what is ahead; the rest to what became of papers.
OF_MEETINGS = {ChangeKind.CANCELLED, ChangeKind.MOVED, ChangeKind.LATE}


def ahead(digest: Digest, settings: AlertConfig) -> list[Linked]:
    """Returns meetings that say what the reader follows and last days first, then the other meetings of their
    bodies; a reader of every body hears of the first two alone.
    """
    telling = [each for each in digest.ahead if _is_telling(each)]
    others = [each for each in digest.ahead if not _is_telling(each)] if digest.subscriber.where else []
    late = [change_sentence(change) for change in digest.changes if change.kind in OF_MEETINGS]
    return [*(_line(each, settings) for each in telling), *late, *(_line(each, settings) for each in others)]


def of_papers(digest: Digest) -> list[ChangeRow]:
    """What became of papers and is not told with their words."""
    told = {entry.places[0].document for entry in (*digest.replaced, *digest.withdrawn)}
    return [
        change for change in digest.changes if change.kind not in OF_MEETINGS and change.document not in told
    ]


def change_sentence(change: ChangeRow) -> Linked:
    """As in "Vale Council, Health Committee, 26 November 2026: Cancelled."""
    when = english.short_day(change.meeting_date) if change.meeting_date else ""
    title = clean(change.title, 100) if change.document else ""
    what = ", ".join(filter(None, (clean(change.body_name, 80), clean(change.committee, 80), when, title)))
    return Linked(text=f"{what}: {clean(change_said(change), 200)}", url=links.safe(change.url))


def soonest(digest: Digest, settings: AlertConfig) -> Linked | None:
    """The next day on which something that the reader follows is due."""
    telling = [each for each in digest.ahead if _is_telling(each) and not _is_off(each)]
    if not telling:
        return None
    line = _line(telling[0], settings)
    return Linked(text=f"Soonest: {line.text}", url=line.url)


def _is_telling(ahead: Ahead) -> bool:
    return bool(ahead.mentions or ahead.document)


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
