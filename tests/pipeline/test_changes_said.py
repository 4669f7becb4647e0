"""What happened to a paper or a meeting, as a sentence."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.changes import ChangeKind, ChangeRow, Thing, change_said, moment
from tests.helpers.archives import TODAY

K = ChangeKind


@given(
    kind=st.sampled_from(ChangeKind),
    what=st.sampled_from(Thing),
    was=st.sampled_from(["", "2026-11-26", "2026-11-26 10:00"]),
    now=st.sampled_from(["", "2026-12-03 09:30"]),
)
def test_every_change_is_a_sentence(kind, what, was, now):
    facts = {"id": 1, "day": TODAY, "at": None, "source": "s", "body": "b", "body_name": "B", "committee": ""}
    facts |= {"meeting": None, "meeting_date": None, "document": None, "title": "", "url": ""}
    sentence = change_said(
        ChangeRow(kind=kind, what=what, was=was, now="3" if kind is K.LATE else now, **facts)
    )
    assert sentence.endswith(".")
    assert "  " not in sentence


FACTS = {
    "id": 1,
    "day": TODAY,
    "at": None,
    "source": "s",
    "body": "b",
    "body_name": "B",
    "committee": "",
    "meeting": None,
    "meeting_date": None,
    "document": None,
    "title": "",
    "url": "",
}


@pytest.mark.parametrize(
    ("kind", "what", "was", "now", "said"),
    [
        (K.NEW, Thing.PAPER, "", "", "New paper."),
        (K.NEW, Thing.MEETING, "", "", "New meeting."),
        (K.REPLACED, Thing.PAPER, "aa", "bb", "Replaced by another version."),
        (K.RENAMED, Thing.PAPER, "Costs", "Savings", "Renamed; before: Costs."),
        (K.WITHDRAWN, Thing.PAPER, "", "", "No longer listed."),
        (K.CANCELLED, Thing.MEETING, "", "", "Cancelled."),
        (
            K.MOVED,
            Thing.MEETING,
            "2026-11-26 10:00",
            "2026-12-03",
            "Moved from Thursday 26 November 2026, 10:00 to Thursday 3 December 2026.",
        ),
        (K.MOVED, Thing.MEETING, "", "", "Moved."),
        (K.PLACE, Thing.MEETING, "", "Hall", "Now at Hall."),
        (K.PLACE, Thing.MEETING, "Hall", "", "Place no longer given."),
        (K.LATE, Thing.MEETING, "", "1", "No paper is out, 1 day before the meeting."),
        (K.RESTRICTED, Thing.PAPER, "", "", "No longer open to the public."),
        (K.BACK, Thing.PAPER, "", "", "Listed again."),
        (K.BACK, Thing.MEETING, "", "", "Going ahead after all."),
    ],
)
def test_each_change_says_what_happened(kind, what, was, now, said):
    assert change_said(ChangeRow(kind=kind, what=what, was=was, now=now, **FACTS)) == said


@pytest.mark.parametrize(
    ("on", "at", "kept"),
    [(None, None, ""), (TODAY, None, f"{TODAY}"), (TODAY, time(10, 0), f"{TODAY} 10:00")],
)
def test_a_moment_is_kept_as_a_day_and_perhaps_an_hour(on, at, kept):
    assert moment(on, at) == kept
