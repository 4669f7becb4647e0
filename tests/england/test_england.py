"""A day or two in the life of England, on one line of every platform; `make england` plays all of them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from coverage import Coverage

from pipeline.matching import concepts
from pipeline.matching.concept_matching import compiled
from tests.england.__main__ import growth, shown
from tests.england.councils import CouncilSite
from tests.england.paper import _EVERY_LETTER, _PLAIN, SAYINGS
from tests.england.play import done_days, played
from tests.england.site import FIRST
from tests.england.world import one_of_each, without_stand_in, world

SCALE = 0.01  # papers of a page or two
MOST_MEMORY = 150 * 2**20


# A council that meets every six weeks, and the boards of two trusts.
FEW = ("birmingham", "barnsley-hospital-trust", "berkshire-healthcare-trust")


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """Two days, of which the second is played by a run of its own, as after a break."""
    data = tmp_path_factory.mktemp("england")
    for number in (1, 2):
        list(played(world(only=one_of_each(), scale=SCALE, faulty=False), data, number))
    return done_days(data)


def test_every_platform_has_a_stand_in():
    assert without_stand_in() == []


def test_all_that_is_out_is_found_and_nothing_false_is_said(days):
    assert [day.day for day in days] == ["2026-11-23", "2026-11-24"]
    for day in days:
        assert day.false == {}
        assert day.found == day.of, "of papers, dates, texts, meetings, mentions and changes"
    assert {"papers", "right dates", "texts", "meetings", "mentions"} <= set(days[0].of)
    assert days[1].told["told: new"] > 0
    assert days[1].digests > days[0].digests >= 1


def test_time_passes_and_nothing_false_is_said(tmp_path):
    """Over Christmas the meetings of the first run leave the window, and hardly any come."""
    days = list(played(world(only=FEW, scale=SCALE, faulty=False), tmp_path, 57, every=28))
    assert [day.day for day in days] == ["2026-11-23", "2026-12-21", "2027-01-18"]
    for day in days:
        assert day.false == {}
        assert day.found == day.of


def test_a_committee_that_ends_gets_its_last_minutes(tmp_path):
    """Councils end committees in May, and confirm the minutes of April after it."""
    before, after = date(2027, 5, 10), date(2027, 5, 24)
    [line, *_] = [
        site.line_of[each.committee]
        for site in world(scale=SCALE).sites
        if isinstance(site, CouncilSite)
        for each in site.sittings
        if site.heirs.get(each.committee) is not None
        and site.heirs[each.committee].id != each.committee
        and after - timedelta(days=50) < each.on < before < each.confirmed <= after
    ]
    days = list(played(world(only=[line], scale=SCALE, faulty=False), tmp_path, 15, every=14, first=before))
    assert days[1].told["told: replaced"] > 0
    for day in days:
        assert day.false == {}
        assert day.found == day.of


def test_the_second_day_asks_for_less(days):
    assert days[1].bytes < days[0].bytes / 2


@pytest.mark.skipif(Coverage.current() is not None, reason="measuring coverage takes memory of its own")
def test_a_crawl_stays_small(days):
    assert max(day.peak_crawl for day in days) < MOST_MEMORY


def test_the_figures_are_for_a_person(days):
    assert "false statements: 0 (none)" in shown(days[0])
    assert re.search(r"^requests, mean +\d+$", growth(days), re.MULTILINE)
    assert re.search(r"^papers +(\d[\d,]*) of +\1 \(100.00%\)$", growth(days), re.MULTILINE)
    assert "false statements on all days: 0 (none)" in growth(days)


def test_a_seed_is_a_world():
    lines = one_of_each()
    first, again, other = (world(seed=seed, only=lines) for seed in (1, 1, 2))
    truths = [[site.truth(FIRST) for site in made.sites] for made in (first, again, other)]
    assert truths[0] == truths[1] != truths[2]


def test_a_bad_day_comes_to_few_hosts_and_to_the_same_ones_again():
    made = world(only=one_of_each())
    hosts = [f"host-{number}.example" for number in range(2000)]
    faults = [made.fault(host, FIRST) for host in hosts]
    assert faults == [made.fault(host, FIRST) for host in hosts]
    assert 0.005 < sum(map(bool, faults)) / len(hosts) < 0.03


def test_the_invented_text_says_what_is_planted_and_nothing_else():
    watcher = compiled(tuple(concepts.load([concepts.SHIPPED]).values()))
    plain = "\n".join([*_EVERY_LETTER, *(each.format(month="May", count=7) for each in _PLAIN)] * 3)
    assert watcher.mentions(plain) == []
    for concept, sentence in SAYINGS:
        assert {each.concept_id for each in watcher.mentions(f"{plain}\n{sentence}\n{plain}")} == {concept}
