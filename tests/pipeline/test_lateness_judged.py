"""How long before their meetings papers came, as far as our looks prove it: a truth table."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meetings.lateness import (
    Lateness,
    MeetingLooks,
    Sighting,
    by_body_and_year,
    judged,
    judgement_sentence,
)
from pipeline.meetings.working_days import clear_days

L = Lateness


def at(day: str, hour: int = 7) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), UTC)


CLEAR = [  # published, meeting, clear working days between
    ("2026-11-18", "2026-11-26", 5),  # Wednesday to Thursday week: the council's usual
    ("2026-11-19", "2026-11-26", 4),
    ("2026-11-25", "2026-11-26", 0),
    ("2026-11-26", "2026-11-26", 0),
    ("2026-11-27", "2026-11-26", 0),
    ("2026-11-20", "2026-11-30", 5),  # a weekend in it
    ("2026-11-21", "2026-11-30", 5),  # published on a Saturday
    ("2026-12-23", "2027-01-05", 5),  # 24, 29, 30, 31 December, 4 January: 28 December is in lieu
    ("2026-12-24", "2027-01-05", 4),
    ("2025-12-23", "2026-01-05", 5),
    ("2024-12-20", "2025-01-02", 5),
    ("2026-03-30", "2026-04-09", 5),  # Good Friday 3 April, Easter Monday 6 April
    ("2025-04-14", "2025-04-24", 5),
    ("2026-04-27", "2026-05-06", 5),  # 4 May
    ("2026-05-18", "2026-05-27", 5),  # 25 May
    ("2026-08-24", "2026-09-02", 5),  # 31 August
    ("2022-09-12", "2022-09-21", 5),  # the Queen's funeral, 19 September
    ("2023-05-02", "2023-05-11", 5),  # the coronation, 8 May
    ("2022-05-25", "2022-06-06", 5),  # the jubilee: 2 and 3 June
    ("2028-02-25", "2028-03-06", 5),  # a leap day
]


@pytest.mark.parametrize(("published", "of_meeting", "days"), CLEAR)
def test_clear_working_days(published, of_meeting, days):
    assert clear_days(date.fromisoformat(published), date.fromisoformat(of_meeting)) == days


def test_each_day_later_has_no_more_days():
    days = [date(2026, 12, 1) + timedelta(days=n) for n in range(45)]
    counts = [clear_days(day, date(2027, 1, 12)) for day in days]
    assert counts == sorted(counts, reverse=True)


def looks(
    meeting_on: str, kind="council", papers=(), last="", first="2026-01-01", *, by_hand=False
) -> MeetingLooks:
    """`papers` are pairs of the look before and the look that saw it, as days ("" for no look before)."""
    seen = [Sighting(before=at(before) if before else None, at=at(by, 8)) for before, by in papers]
    return MeetingLooks(
        meeting=1, source="x", body="x", body_name="X", body_kind=kind, committee="Scrutiny",
        date=date.fromisoformat(meeting_on), notice=Sighting(before=None, at=at("2026-01-01")), agenda=None,
        papers=seen, first_look=at(first) if last else None, last_look=at(last) if last else None,
        by_hand=by_hand,
    )  # fmt: skip


THURSDAY = "2026-11-26"

TABLE = [  # kind of body, (look before, look that saw it)…, last look, state
    ("council", [("2026-11-17", "2026-11-18")], "2026-11-30", L.IN_TIME),
    ("council", [("2026-11-18", "2026-11-19")], "2026-11-30", L.UNKNOWN),  # the 18th, or the 19th
    ("council", [("2026-11-19", "2026-11-20")], "2026-11-30", L.LATE),
    ("council", [("2026-11-25", "2026-11-26")], "2026-11-30", L.LATE),
    ("council", [("2026-11-26", "2026-11-27")], "2026-11-30", L.LATE),  # on the day, at the best
    ("council", [("2026-11-27", "2026-11-28")], "2026-11-30", L.AFTER),
    ("council", [("2026-11-10", "2026-11-20")], "2026-11-30", L.UNKNOWN),  # looks are missing
    ("council", [("2026-11-10", "2026-11-28")], "2026-11-30", L.UNKNOWN),
    ("council", [("", "2026-11-18")], "2026-11-30", L.IN_TIME),
    ("council", [("", "2026-11-20")], "2026-11-30", L.UNKNOWN),  # our first look
    ("council", [("", "2026-12-20")], "2026-12-30", L.UNKNOWN),
    ("council", [], "", L.UNKNOWN),
    ("council", [], "2026-11-18", L.NOT_OUT),  # still in time if it comes today
    ("council", [], "2026-11-19", L.LATE),
    ("council", [], "2026-11-26", L.LATE),
    ("council", [], "2026-11-27", L.NEVER),
    ("trust", [("2026-11-19", "2026-11-20")], "2026-11-30", L.NO_RULE),
    ("trust", [("2026-11-25", "2026-11-26")], "2026-11-30", L.NO_RULE),
    ("icb", [("2026-11-27", "2026-11-28")], "2026-11-30", L.AFTER),
    ("icb", [("2026-11-20", "2026-11-28")], "2026-11-30", L.UNKNOWN),  # before the meeting or after it
    ("trust", [], "2026-11-24", L.NOT_OUT),
    ("trust", [], "2026-11-27", L.NEVER),
    ("trust", [], "", L.UNKNOWN),
    ("council", [("2026-11-17", "2026-11-18"), ("2026-11-24", "2026-11-25")], "2026-11-30", L.IN_TIME),
]


@pytest.mark.parametrize(("kind", "papers", "last", "state"), TABLE)
@pytest.mark.parametrize("weeks", [0, 1, 52])
def test_what_our_looks_prove(kind, papers, last, state, weeks):
    """The same table a week and a year on, where no bank holiday falls in it."""

    def later(day: str) -> str:
        return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat() if day else ""

    moved = [(later(before), later(by)) for before, by in papers]
    found = judged(looks(later(THURSDAY), kind, moved, later(last)))
    assert found.state is state
    assert judgement_sentence(found)


def test_papers_that_came_late_are_counted_though_the_first_was_in_time():
    papers = [("2026-11-17", "2026-11-18"), ("2026-11-20", "2026-11-24"), ("2026-11-10", "2026-11-24")]
    found = judged(looks(THURSDAY, "council", papers, "2026-11-30"))
    assert (found.state, found.papers, found.late_papers) == (L.IN_TIME, 3, 1)


FIRST_LOOK_AFTER = "2026-11-27"


@pytest.mark.parametrize("papers", [[], [(FIRST_LOOK_AFTER, "2026-11-30")]])
def test_nobody_is_accused_without_a_look_before_the_meeting(papers):
    found = judged(looks(THURSDAY, papers=papers, last="2026-12-01", first=FIRST_LOOK_AFTER))
    assert (found.state, found.late_papers) == (L.UNKNOWN, 0)
    of_none = "We first read this list on 27 November 2026, after the meeting."
    assert papers or judgement_sentence(found) == of_none


@pytest.mark.parametrize("papers", [[], [("2026-11-23", "2026-11-24")], [("2026-11-27", "2026-11-28")]])
def test_of_papers_added_by_hand_nobody_knows_when_they_were_out(papers):
    found = judged(looks(THURSDAY, papers=papers, last="2026-11-30", by_hand=True))
    assert found.state is L.UNKNOWN
    assert judgement_sentence(found).startswith("Papers were added by hand: we cannot tell.")


def test_the_papers_of_the_list_may_prove_that_they_were_in_time_whatever_was_added():
    papers = [("2026-11-10", "2026-11-11")]
    assert judged(looks(THURSDAY, papers=papers, last="2026-11-30", by_hand=True)).state is L.IN_TIME


def test_late_papers_are_in_the_verdict_and_in_its_sentence():
    papers = [("", "2026-11-24"), ("2026-11-23", "2026-11-24"), ("2026-11-23", "2026-11-24")]
    found = judged(looks(THURSDAY, papers=papers, last="2026-11-30"))
    assert (found.state, found.late_papers) == (L.SOME_LATE, 2)
    assert judgement_sentence(found) == (
        "First paper out by 24 November 2026, our first look. 2 of 3 agendas and reports came too late."
    )


def test_no_sentence_says_its_state_again():
    for kind, papers, last, state in TABLE:
        assert "Not known" not in judgement_sentence(judged(looks(THURSDAY, kind, papers, last))), state


def test_a_sentence_names_the_looks_it_rests_on():
    between = judged(looks(THURSDAY, papers=[("2026-11-19", "2026-11-23")]))
    assert judgement_sentence(between) == (
        "First paper seen between 19 November 2026 and 23 November 2026: "
        "2 to 4 clear working days before the meeting."
    )
    first = judged(looks(THURSDAY, papers=[("", "2026-11-18")]))
    assert "our first look: at least 5 clear working days" in judgement_sentence(first)
    assert judgement_sentence(judged(looks(THURSDAY, last="2026-11-27"))) == (
        "No papers seen by 27 November 2026, after the meeting."
    )


@given(
    st.integers(0, 30), st.lists(st.integers(0, 50), unique=True, max_size=12), st.booleans(),
    st.sampled_from(["council", "trust"]),
)  # fmt: skip
def test_no_claim_is_false_whenever_we_looked(published, looked, never, kind):
    """Truth: the paper came at noon of one day, or never. Looks are at seven, on whatever days."""
    start, meeting_on = date(2026, 11, 2), date(2026, 11, 26)
    came = None if never else start + timedelta(days=published)
    days = sorted(start + timedelta(days=day) for day in looked)
    seen = [day for day in days if came and day > came]
    unseen = [day for day in days if day not in seen]
    papers = [(unseen[-1].isoformat() if unseen else "", seen[0].isoformat())] if seen else []
    first, last = (days[0].isoformat(), days[-1].isoformat()) if days else ("", "")
    found = judged(looks(meeting_on.isoformat(), kind, papers, last, first))
    days_of_notice = clear_days(came, meeting_on) if came else 0
    truths = {
        L.IN_TIME: came is not None and days_of_notice >= 5,
        L.LATE: came is None or days_of_notice < 5,
        L.AFTER: came is not None and came >= meeting_on + timedelta(days=1),
        L.NEVER: not seen and days[-1:] > [meeting_on] and days[0] <= meeting_on,
        L.NOT_OUT: not seen,
        L.NO_RULE: kind != "council" and came is not None and came < meeting_on,
        L.UNKNOWN: True,
        L.SOME_LATE: False,  # of one paper
    }
    assert truths[found.state]
    if found.least_days is not None:
        assert found.least_days <= days_of_notice
        assert found.most_days is None or days_of_notice <= found.most_days


def test_bodies_stand_by_name_and_the_last_year_first():
    found = [judged(looks(day, last=day)) for day in ("2025-03-06", "2026-03-05", "2026-06-04")]
    assert [(row.year, row.meetings) for row in by_body_and_year(found)] == [(2026, 2), (2025, 1)]
