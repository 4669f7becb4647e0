"""Cancelled, moved, or as listed: the direction of the words counts, on whatever page they stand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms.shared.meeting_status import told_status
from pipeline.model import MeetingStatus

ON, NEW = date(2026, 11, 26), date(2027, 1, 12)
OFF, MOVED, STANDS = MeetingStatus.CANCELLED, MeetingStatus.MOVED, MeetingStatus.SCHEDULED


@pytest.mark.parametrize(
    ("words", "on", "status", "day"),
    [
        ("Thursday 26 November 2026", ON, STANDS, ON),
        ("Confirmed", ON, STANDS, ON),
        ("CANCELLED", ON, OFF, ON),
        ("Thursday 26 November 2026 10.00 am - CANCELED", ON, OFF, ON),
        ("This meeting has been stood down", ON, OFF, ON),
        ("The meeting will not take place", ON, OFF, ON),
        ("Postponed", ON, MOVED, ON),
        ("POSTPONED - new date to be confirmed", ON, MOVED, ON),
        ("moved", ON, MOVED, ON),
        # To a day: it is that day's meeting.
        ("rescheduled to 12 January", NEW, STANDS, NEW),
        ("rescheduled to 12 January", ON, STANDS, NEW),
        ("26 November 2026 (re-scheduled to Tuesday 12th January 2027)", ON, STANDS, NEW),
        ("Postponed until 12/01/2027", ON, STANDS, NEW),
        ("Meeting deferred to the 12th of January", ON, STANDS, NEW),
        ("Date changed to 2027-01-12", ON, STANDS, NEW),
        ("New date: 12 January 2027", ON, STANDS, NEW),
        ("now being held on Tuesday, 12 January 2027", ON, STANDS, NEW),
        ("cancelled, rescheduled to 12 January", ON, OFF, ON),
        ("Cancelled and rescheduled to 12 January", NEW, STANDS, NEW),
        # From a day: the day listed is the new one.
        ("Moved from 21 June 2026", ON, STANDS, ON),
        ("rescheduled from 26 November", NEW, STANDS, NEW),
        ("moved from 26 November 2026 to 12 January 2027", ON, STANDS, NEW),
        ("moved from 26 November 2026 to 12 January 2027", NEW, STANDS, NEW),
        ("moved from 26 November", ON, MOVED, ON),
        ("moved from 26 November to Room 2", NEW, STANDS, NEW),
        ("Moved from 26 November, Health Committee - 12 January 2027, MOVED", NEW, MOVED, NEW),
        # A room is no day.
        ("moved to Committee Room 2", ON, STANDS, ON),
        ("This meeting has moved online", ON, STANDS, ON),
        ("Health Committee, removed items", ON, STANDS, ON),
        ("", None, STANDS, None),
        ("Postponed to 12 January", None, MOVED, None),
    ],
)
def test_words_about_a_meeting(words, on, status, day):
    found = told_status(words, on)
    assert (found.status, found.on) == (status, day)


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
VERBS = st.sampled_from(["rescheduled", "Postponed", "MOVED", "re-arranged", "deferred", "brought forward"])
FORMS = st.sampled_from(["%d %B %Y", "%A %d %b %Y", "%d/%m/%Y", "%Y-%m-%d", "the %dth of %B %Y"])


@given(on=DAYS, far=st.integers(1, 180), verb=VERBS, form=FORMS)
def test_to_names_the_new_day_and_from_the_old_one(on, far, verb, form):
    other = on + timedelta(days=far)
    moved = told_status(f"{verb} to {other.strftime(form)}", on)
    assert (moved.status, moved.on) == (STANDS, other)
    assert told_status(f"{verb} to {on.strftime(form)}", on).status is STANDS
    came = told_status(f"{verb} from {other.strftime(form)}", on)
    assert (came.status, came.on) == (STANDS, on)


@given(words=st.text(max_size=120), on=st.none() | DAYS)
def test_any_words_can_be_read(words, on):
    assert told_status(words, on).status in MeetingStatus
