"""Several machines on one archive: one request at a time to a host, one reader of a source, one sender."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from itertools import groupby

import pytest
from sqlalchemy import select, text

from cli.app.lock import run_lock
from pipeline.errors import Busy, LeaseLost, StorageError
from pipeline.model import Document, DocumentKind, Source, SourceState
from pipeline.ports import SourceReport, Work, lease_of
from storage import tables as t
from storage.archive import open_archive
from storage.config import StorageConfig
from tests.councils.crawling import crawl, overlaps, sites, started, told
from tests.councils.world import TODAY, world
from tests.helpers import postgres

LINE = Source(id="wold", name="Wold", kind="council", platform="page", url="https://wold.example/")
PAPER = Document(source_id="wold", key="p", title="P", kind=DocumentKind.REPORT, url="https://wold.example/p")


@pytest.fixture
def two(tmp_path, server):
    """Two machines' doors to one archive."""
    url = server.new()
    opened = [open_archive(tmp_path / name, StorageConfig(url=postgres.shown(url))) for name in "ab"]
    yield opened
    for archive in opened:
        archive.database.engine.dispose()
    server.drop(url)


def run_out(archive, name: str) -> None:
    """Let a lease be as old as one that nobody renewed."""
    with archive.database.writing() as connection:
        connection.execute(text("UPDATE leases SET until = 'yesterday' WHERE name = :name"), {"name": name})


def test_a_host_is_one_crawls_at_a_time_and_has_its_pause_from_all(two):
    with two[0].leases("a") as a, two[1].leases("b") as b:
        assert a.take("host x")
        assert not b.take("host x")
        assert b.take("host y")
        a.give_back("host x")
        assert b.take("host x")
        b.give_back("host x", pause=3600)
        assert not a.take("host x")
        b.put_off("host z", 3600)  # one that nobody has asked yet has no answer that could ask for a pause
        assert a.take("host z")


def test_a_pause_that_a_host_asks_for_holds_for_all(two):
    with two[0].leases("a") as a, two[1].leases("b") as b:
        assert a.take("host x")
        a.give_back("host x")
        a.put_off("host x", 3600)
        assert not b.take("host x")


def test_a_lease_that_ran_out_is_kept_until_another_takes_it(two):
    with two[0].leases("a") as a, two[1].leases("b") as b:
        assert a.take("host x")
        run_out(two[0], "host x")
        a.renew()
        assert not b.take("host x")
        run_out(two[0], "host x")
        assert b.take("host x")
        with pytest.raises(LeaseLost, match="another crawl has taken over the host x"):
            a.give_back("host x")
        a.renew()
        b.give_back("host x")


def test_a_crawl_that_ends_leaves_nothing_taken(two):
    with two[0].leases("a") as a:
        assert a.take("host x")
    with two[1].leases("b") as b:
        assert b.take("host x")


def test_whoever_lost_a_source_writes_nothing_more_of_it(two):
    with two[0].leases("a") as a, two[1].leases("b") as b:
        assert a.take(lease_of("wold"))
        log = two[0].catalogue.of_shard("", a)
        run = log.begin([LINE], TODAY)
        log.record_document(run, PAPER)
        run_out(two[0], lease_of("wold"))
        log.record_document(run, PAPER)  # nobody has taken it: nobody has written beside us
        assert b.take(lease_of("wold"))
        for write in (
            lambda: log.record_document(run, PAPER),
            lambda: log.record_unmodified(run, "wold", "p"),
            lambda: log.record_unavailable(run, "wold", "p", "404"),
            lambda: log.finish(run, SourceReport(source_id="wold", state=SourceState.OK), []),
        ):
            with pytest.raises(LeaseLost, match="another crawl has taken over the source wold"):
                write()
        with two[0].database.reading() as connection:
            assert not connection.execute(select(t.source_runs)).all()
            assert connection.execute(select(t.documents.c.state)).scalars().all() == ["listed"]


def test_work_is_done_by_one_machine_and_who_it_is_is_said(two):
    with two[0].at_work([Work.SEND], [Work.CRAWL], "process 1 on a"):
        assert two[1].workers() == ["process 1 on a"]
        with pytest.raises(Busy, match="another process sends messages in this archive: process 1 on a"):
            two[1].at_work([Work.SEND], [], "process 2 on b").__enter__()
        with pytest.raises(Busy, match="another process crawls in this archive: process 1 on a"):
            two[1].at_work(list(Work), [], "process 2 on b").__enter__()
        with two[1].at_work([Work.READ], [Work.CRAWL], "process 2 on b"):
            assert two[0].workers() == ["process 1 on a", "process 2 on b"]
    assert two[1].workers() == []


def test_a_server_that_forgot_who_is_at_work_is_noticed(two):
    with two[0].at_work([Work.SEND], [], "process 1 on a") as check:
        check()
        with two[1].database.writing() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :who"),
                {"who": "process 1 on a"},
            )
        with pytest.raises(StorageError, match="no longer kept apart from other machines' runs"):
            check()
        with two[1].at_work([Work.SEND], [], "process 2 on b"):
            assert two[1].workers() == ["process 2 on b"]


def test_two_crawls_of_the_same_hosts_ask_none_of_them_at_once_and_find_what_one_finds(tmp_path, server):
    """Even where both are to read all, and where lines of both are on one host."""
    councils = world(seed=3, committees=1, reports=(1, 2), every=28, large=0)[:2]
    url = server.new()
    with sites(councils) as made:
        lines = made.sources()
        others = [replace(line, id=f"{line.id}-too") for line in lines]
        alone = crawl(tmp_path / "alone", made, [*lines, *others]).reports
        both = {tmp_path / "a": [*lines, *others], tmp_path / "b": [*others, *lines]}
        crawls = [(data, started(data, asked, url=postgres.shown(url))) for data, asked in both.items()]
        reports = [report for data, crawl in crawls for report in told(data, crawl)["reports"]]
        asked = sorted(made.take_log(), key=lambda each: each.council)
    assert {each["source_id"]: each["state"] for each in reports} == {
        name: report["state"] for name, report in alone.items()
    }
    by_host = {name: list(some) for name, some in groupby(asked, key=lambda each: each.council)}
    assert {name: overlaps(some) for name, some in by_host.items()} == {each.id: 0 for each in councils}
    ours, theirs = (
        open_archive(tmp_path / "a", StorageConfig(url=address))
        for address in (postgres.shown(url), f"sqlite:///{tmp_path}/alone/archive.sqlite3")
    )
    papers = t.documents.c
    every = select(papers.source_id, papers.key, papers.state, papers.sha256)
    with ours.database.reading() as connection, theirs.database.reading() as by_one:
        assert set(connection.execute(every)) == set(by_one.execute(every))
        assert set(connection.execute(select(t.source_runs.c.withdrawn)).scalars()) == {0}
        assert set(connection.execute(select(t.leases.c.holder)).scalars()) == {""}
    server.drop(url)


def test_scrapys_own_crawl_fills_the_archive_of_the_settings_under_its_leases(tmp_path, two):
    data = tmp_path / "third"
    (data / "sources").mkdir(parents=True)
    line = 'wold = { name = "Wold", url = "http://127.0.0.1/", kind = "council" }'
    (data / "sources" / "manual.toml").write_text(line)
    url = two[0].database.engine.url.render_as_string(hide_password=False)
    (data / "paperwatch.toml").write_text(f'[storage]\nurl = "{url}"\n')
    with two[0].leases("a") as a:
        a.take(lease_of("wold"))
        assert scrapy_crawl(data).returncode == 0
        assert read_sources(two[0]) == [], "left to the crawl that reads it"
    with run_lock(data):
        assert f"another run is going on in {data}" in scrapy_crawl(data).stderr
    assert scrapy_crawl(data).returncode == 0
    assert read_sources(two[0]) == ["wold"]
    assert not (data / "archive.sqlite3").exists()


def scrapy_crawl(data):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "wold"],
        env=os.environ | {"PAPERWATCH_DATA": str(data)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def read_sources(archive) -> list[str]:
    with archive.database.reading() as connection:
        return list(connection.execute(select(t.source_runs.c.source_id)).scalars())
