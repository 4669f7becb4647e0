"""The calendar of made-up England, and what its sites make of it."""

from datetime import date, timedelta

import pytest

from tests.england.boards import BoardSite
from tests.england.councils import CouncilSite
from tests.england.national import NationalSite
from tests.england.seasons import (
    easter,
    end_of,
    is_holiday,
    is_quiet,
    out_by,
    parliament_returns,
    sits_on,
    takes_over,
    votes_on,
)
from tests.england.site import FIRST
from tests.england.world import SHUT, world


@pytest.fixture(scope="module")
def england():
    return world(scale=0.01, faulty=False)


@pytest.mark.parametrize("day", [date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2000, 4, 23)])
def test_easter(day):
    assert easter(day.year) == day


def test_days_of_rest():
    assert [is_holiday(date(2027, 3, day)) for day in range(25, 31)] == [False, True, True, True, True, False]
    assert is_quiet(date(2026, 12, 31)), "a day of work on which nobody meets"
    assert not is_holiday(date(2026, 12, 31))
    assert out_by(date(2026, 12, 28)) == date(2026, 12, 24)
    assert parliament_returns(date(2026, 12, 20)) == date(2027, 1, 5)


def test_a_council_that_votes_waits_for_its_first_meeting():
    assert (votes_on(2027), takes_over(2027)) == (date(2027, 5, 6), date(2027, 5, 18))
    assert sits_on(date(2027, 4, 14)) == date(2027, 4, 14)
    assert sits_on(date(2027, 4, 14), votes=True) == date(2027, 5, 19)
    assert sits_on(date(2027, 8, 4)) == date(2027, 9, 1)


def test_nobody_meets_while_england_rests_or_after_the_end(england):
    for site in england.sites:
        if isinstance(site, CouncilSite):
            days = [each.on for each in site.sittings if each.committee in site.line_of]
            ends = {each.id: end_of([each]) for each in site.sources}
            assert all(
                each.on <= ends[site.line_of[each.committee]]
                for each in site.sittings
                if each.committee in site.line_of
            )
        elif isinstance(site, BoardSite):
            days = [each.meeting.day for each in site.listed]
            assert all(day <= end_of(site.sources) for day in days), site.name
        else:
            continue
        assert not [day for day in days if is_quiet(day)], site.name


def test_parliament_says_nothing_in_its_recess(england):
    days = [
        each.day
        for site in england.sites
        if isinstance(site, NationalSite) and site.platform == "written_questions"
        for each in site.entries
    ]
    assert len(days) > 100
    assert not [day for day in days if date(2027, 7, 22) <= day < date(2027, 9, 1)]


def test_a_committee_is_renamed_or_replaced_in_may(england):
    """And what came before it is still listed, as expired."""
    sites = [each for each in england.sites if isinstance(each, CouncilSite) and each.heirs]
    kinds = {old == new.id for site in sites for old, new in site.heirs.items()}
    assert kinds == {True, False}
    after = takes_over(2027)
    for site in sites:
        [(old, new)] = site.heirs.items()
        before = {each.id: each for each in site.day(after - timedelta(days=1)).committees}
        now = {each.id: each for each in site.day(after).committees}
        assert now[new.id].name != before[old].name
        assert old == new.id or now[old].expired


def test_the_site_of_a_body_that_has_ended_goes(england):
    [devon] = [each for each in england.sites if each.sources[0].id == "devon-icb"]
    [host] = devon.hosts
    assert england.fault(host, date(2027, 5, 30)) == ""
    assert england.fault(host, date(2027, 5, 31)) == SHUT
    assert devon.truth(FIRST).due
    assert not devon.truth(date(2027, 6, 1)).due
