"""A crawl beside others: what another reads is left to it; what is lost is stopped, said and left alone."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigError
from pipeline.health.shards import Shard, parse
from pipeline.model import SourceState
from tests.helpers.fakes import MemoryCatalogue, MemoryLeases, crawl, sites, source

PDF = b"%PDF-1.7\n" + bytes(range(256)) + b"\n%%EOF\n"
PAPERS = 6


@pytest.fixture
def site():
    with sites() as made:
        web = made()
        web.routes |= {f"/{number}": (200, {}, PDF + str(number).encode()) for number in range(PAPERS)}
        web.lists(documents=[{"key": str(number), "url": f"{web.url}/{number}"} for number in range(PAPERS)])
        yield web


def host_of(site) -> str:
    return f"host {site.url.removeprefix('http://')}"


def test_with_leases_all_is_found_and_all_given_back(tmp_path, site):
    done = crawl(tmp_path, [source("one", site.url), source("two", site.url)], leases=MemoryLeases())
    assert {name: report.state for name, report in done.reports.items()} == dict.fromkeys(
        ("one", "two"), SourceState.OK
    )
    assert len(done.catalogue.revisions) == 2 * PAPERS
    assert done.leases.held == set()
    assert (done.error, done.stderr) == ("", "")


def test_a_source_that_another_crawl_reads_is_not_asked_and_has_no_state(tmp_path, site):
    leases = MemoryLeases(others={"source two"})
    done = crawl(tmp_path, [source("one", site.url), source("two", site.url)], leases=leases)
    assert list(done.reports) == ["one"]
    assert site.paths().count("/") == 1


def test_a_source_that_is_lost_midway_is_written_no_more_and_asked_no_more(tmp_path, site):
    catalogue = MemoryCatalogue(lost_after={"two": PAPERS + 2})  # its list, and two of its papers
    done = crawl(
        tmp_path,
        [source("one", site.url), source("two", site.url)],
        catalogue=catalogue,
        leases=MemoryLeases(),
    )
    assert list(done.reports) == ["one"]  # how the other ended, whoever has it says
    assert sorted(key for name, key in done.catalogue.revisions if name == "two") == ["0", "1"]
    assert len(site.paths()) < 2 * (PAPERS + 1)
    assert done.leases.held == set()
    assert done.error == ""


def test_a_host_that_is_lost_is_left_alone_and_its_sources_are_said_to_have_stopped(tmp_path, site):
    with sites() as made:
        other = made()
        other.lists()
        leases = MemoryLeases(lost_after={host_of(site): 3})
        done = crawl(tmp_path, [source("one", site.url), source("two", other.url)], leases=leases)
    assert done.reports["two"].state is SourceState.EMPTY
    stopped = done.reports["one"]
    assert stopped.state is SourceState.UNKNOWN
    assert stopped.reason == f"stopped: another crawl has taken over the {host_of(site)}"
    assert done.catalogue.unavailable == {}  # it is no fault of the papers
    assert len(site.paths()) == 4  # its rules, its list, a paper, and the one whose answer came too late
    assert len(done.catalogue.revisions) == 1
    assert done.leases.held == set()


def test_a_host_that_asks_for_a_pause_has_it_from_all_crawls(tmp_path, site):
    site.routes["/0"] = (503, {"Retry-After": "0.5"}, b"")
    site.routes["/1"] = (429, {"Retry-After": "1"}, b"")
    done = crawl(tmp_path, [source("one", site.url)], leases=MemoryLeases(), config={"retries": 1})
    assert done.leases.put_off_for == {host_of(site): 1.0}


def test_the_rules_of_a_host_that_is_lost_are_not_called_unreadable(tmp_path, site):
    done = crawl(tmp_path, [source("one", site.url)], leases=MemoryLeases(lost_after={host_of(site): 0}))
    assert done.reports["one"].state is SourceState.UNKNOWN
    assert "robots" not in done.reports["one"].reason


# ---- shards


def test_every_host_is_in_one_shard_and_no_shard_is_empty_for_long():
    urls = [f"https://council-{number}.example/papers" for number in range(400)]
    for of in (1, 2, 3, 7):
        found = [[shard for shard in range(1, of + 1) if Shard(shard, of).has(url)] for url in urls]
        assert {len(shards) for shards in found} == {1}
        sizes = [sum(shards == [shard] for shards in found) for shard in range(1, of + 1)]
        assert min(sizes) > len(urls) / of / 2


def test_a_shard_is_of_the_host_and_the_same_for_ever():
    same = [
        "https://democracy.wold.example/mgListCommittees.aspx", "http://democracy.wold.example:8080/other",
        "https://DEMOCRACY.wold.example./", "https://www.democracy.wold.example/",
    ]  # fmt: skip
    assert all(Shard(5, 5).has(url) for url in same)
    assert [shard for shard in range(1, 6) if Shard(shard, 5).has(same[0])] == [5]
    assert Shard(1, 1).has("https://[no address")


@pytest.mark.parametrize(
    "text", ["3/2", "0/2", "x", "", "1", "1/0", "-1/2", "1/2/3", "1.0/2", "1/1001", "\u0661/2"]
)
def test_what_names_no_shard_is_refused_in_a_sentence(text):
    with pytest.raises(ConfigError, match="is no shard: write 2/4 for the second of four") as raised:
        parse(text)
    assert "\n" not in str(raised.value)


def test_a_shard_is_written_as_it_is_read():
    assert str(parse("2/4")) == "2/4"
