"""Dates, numbers, kinds and states as plain British English. Nothing here depends on the machine's locale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pipeline import changes, english
from pipeline.areas.left_out import (
    Stance,
    area_summary,  # noqa: F401 - templates ask this module for words
)
from pipeline.areas.left_out import row_sentence as said_of_body
from pipeline.areas.neighbours import said_of as own_papers  # noqa: F401 - as above
from pipeline.changes import ChangeKind
from pipeline.english import counted
from pipeline.health import run_state
from pipeline.health.left import left_sentence
from pipeline.meetings.lateness import (
    PROVEN,  # noqa: F401 - as above
    Lateness,
)
from pipeline.meetings.lateness import judgement_sentence as said_of_papers
from pipeline.model import DocumentState, SourceState
from pipeline.text import figures
from pipeline.text.canonical import shown

if TYPE_CHECKING:
    from pipeline.areas.left_out import BodyStance
    from pipeline.changes import ChangeRow
    from pipeline.meetings.lateness import MeetingLateness
    from pipeline.model import LeftCount, Meeting, Subscriber
    from pipeline.ports import DigestLink, ToldDigest
    from web.parts.meetings import MeetingWithPapers

PAPER_STATES = {
    DocumentState.LISTED: "Listed, not collected yet.",
    DocumentState.HELD: "",
    DocumentState.RESTRICTED: "This paper is listed but not open to the public.",
    DocumentState.UNAVAILABLE: "This paper is listed, but its link did not work.",
    DocumentState.WITHDRAWN: "This paper is no longer listed. We have kept our copy.",
    DocumentState.WITHHELD: "We do not show this paper.",
    DocumentState.REMOVED: "We have removed this paper.",
}
SOURCE_STATES = {
    SourceState.OK: "Read in full",
    SourceState.EMPTY: "Read in full; no papers, and none were due",
    SourceState.PARTLY: "Read in part: we did not collect everything listed",
    SourceState.SILENT: "Read, but no new paper for longer than usual",
    SourceState.SUSPECT: "Possible problem: far fewer papers than usual",
    SourceState.BROKEN: "Not read: its pages have changed",
    SourceState.BLOCKED: "Not read: the site blocked us",
    SourceState.REFUSED: "Not read: the site asks programs not to (robots.txt)",
    SourceState.UNREACHABLE: "Not read: the site did not respond",
    SourceState.MANUAL: "Papers are added by hand",
    SourceState.ENDED: "Its body has ended",
    SourceState.OFF: "Not read: the settings leave it out",
    SourceState.UNKNOWN: "Not read yet",
}
CHANGE_KINDS = {
    ChangeKind.CANCELLED: "Meetings cancelled",
    ChangeKind.MOVED: "Meetings moved",
    ChangeKind.LATE: "Papers late",
    ChangeKind.WITHDRAWN: "No longer listed",
    ChangeKind.REPLACED: "Papers replaced",
    ChangeKind.RESTRICTED: "No longer open to the public",
    ChangeKind.BACK: "Listed again",
    ChangeKind.PLACE: "Another place",
    ChangeKind.RENAMED: "Papers renamed",
    ChangeKind.NEW: "New",
}
WELL = run_state.WELL
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


LATENESS = {
    Lateness.NEVER: "No papers seen",
    Lateness.AFTER: "After the meeting",
    Lateness.LATE: "Late",
    Lateness.SOME_LATE: "Some late",
    Lateness.NOT_OUT: "Not out yet",
    Lateness.UNKNOWN: "Not known",
    Lateness.NO_RULE: "Before the meeting",
    Lateness.IN_TIME: "In time",
}


STANCES = {
    Stance.SAID: "Said it",
    Stance.NOT_SAID: "Did not say it in the papers we read",
    Stance.NOT_READ: "None of their papers was read",
    Stance.NO_PAPERS: "No meeting and no paper that we know of",
    Stance.NOT_FOLLOWED: "Not followed",
}


def meeting_title(meeting: Meeting) -> str:
    """Its title next to its day, which is not said twice."""
    return figures.without_day(shown(meeting.title), meeting.starts_on) or "Meeting"


def name_of_digest(told: ToldDigest | DigestLink) -> str:
    """What the message is called; one that was written before its days were kept is named by its own."""
    return told.title or f"Digest of {english.short_day(told.written.date())}"


def when_written(told: ToldDigest | DigestLink) -> str:
    """As in "written 21 November 2026, 07:00 GMT", by its reader's clock: two of one title differ."""
    return f"written {english.short_day(told.written.date())}, {told.written:%H:%M %Z}"


DONE = {
    "add": "The alert has been added.",
    "save": "The alert has been saved.",
    "pause": "The alert is paused.",
    "unpause": "The alert is on again.",
    "copy": "The alert has been copied. Change the copy here.",
    "drop": "The alert has been deleted.",
    "change": "How often we write has been saved.",
    "collect": "The collection has been started.",
    "resume": "We will send messages again.",
}


def done(act: str, reader: Subscriber) -> str:
    """What a reader has just done on their own page, in a sentence; "" for what says nothing."""
    if act == "confirm":
        sent = f"We have sent the address of this page to {reader.address}, so that you can come back."
        return f"Your alert is on. {english.first_message(reader)} {sent}"
    return DONE.get(act, "")


def stance_sentence(row: BodyStance) -> str:
    """What a body's papers of the month say, in a sentence with its denominator."""
    return said_of_body(row)


def lateness(meeting: MeetingLateness) -> str:
    """What our looks prove of a meeting's papers, in a sentence."""
    return said_of_papers(meeting)


def papers_of(held: MeetingWithPapers) -> str:
    """As in "2 papers published with 4 mentions, 1 no longer listed", as every list counts."""
    row, states = held.meeting, [each.paper.state for each in held.papers]
    others = (
        (states.count(DocumentState.WITHDRAWN), "no longer listed"),
        (states.count(DocumentState.RESTRICTED), "not open to the public"),
    )
    return ", ".join(
        (
            f"{counted(row.papers, 'paper')} published with {counted(row.mentions, 'mention')}",
            *(f"{number} {what}" for number, what in others if number),
        )
    )


def changed(change: ChangeRow) -> str:
    """What happened, in a sentence."""
    return shown(changes.change_said(change))


def left(count: LeftCount) -> str:
    """What a source's run saw and did not take, without the example that the log gives."""
    return shown(left_sentence(replace(count, url=""))) + "."


def size(count: int) -> str:
    """Bytes as a reader's own computer shows them."""
    if count < 1_000:
        return counted(count, "byte")
    return f"{count / 1e6:.1f} MB" if count >= 999_500 else f"{count / 1e3:.0f} kB"


def month(name: str) -> str:
    """As in "November 2026", of 2026-11."""
    return english.month(date.fromisoformat(f"{name}-01"))


def time(name: str) -> str:
    """As in "Sep 2026", of 2026-09; a quarter or a year is called what it is."""
    year, _, number = name.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}" if number else name


def place(page: int, pages: int, label: str = "", item: str = "") -> str:
    """As in "Item 7: Budget, page 143 of 402"; a slide, a sheet or a web page is called what it is."""
    name = label.strip()[:60]
    where = f"page {page:,} of {pages:,}"
    if name.casefold() not in {"", f"page {page}"}:
        where = name if pages == 1 else f"{where} ({name})"
    return ", ".join(filter(None, (shown(item), where)))
