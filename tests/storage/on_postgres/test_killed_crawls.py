"""Crawls that are killed, or cut off from their database, at any request: the next one goes on."""

from __future__ import annotations

import os
import random
import signal
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from storage import tables as t
from storage.archive import open_archive
from storage.config import StorageConfig
from tests.councils.crawling import crawl, sites, started, told
from tests.councils.world import world
from tests.helpers import postgres

if TYPE_CHECKING:
    from collections.abc import Callable

WITHIN = 20  # requests, in which each of the blows falls


class At:
    """Does something when so many requests have come."""

    def __init__(self, number: int, do: Callable[[], None]) -> None:
        self._left = number
        self._do = do

    def __call__(self, _method: str, _target: str) -> None:
        self._left -= 1
        if not self._left:
            self._do()


def contents(archive) -> set:
    d, r = t.documents.c, t.revisions.c
    papers = select(d.source_id, d.key, d.state, d.sha256, func.count(r.id))
    with archive.database.reading() as connection:
        rows = connection.execute(
            papers.join(t.revisions, r.document_id == d.id, isouter=True).group_by(d.id)
        )
        return {tuple(row) for row in rows}


@pytest.mark.parametrize(
    ("seed", "blows"), [(1, 2), *(pytest.param(seed, 10, marks=pytest.mark.soak) for seed in range(2, 12))]
)
def test_whatever_is_killed_or_cut_off_the_archive_is_as_if_nothing_was(tmp_path, server, seed, blows):
    dice = random.Random(seed)
    councils = world(seed=seed, committees=1, reports=(1, 2), every=28, large=0)[:1]
    url = server.new()
    with sites(councils) as made:
        lines = made.sources()
        alone = crawl(tmp_path / "alone", made, lines)
        assert len(alone.asked) >= WITHIN, "no blow comes too late"
        theirs = open_archive(
            tmp_path / "alone", StorageConfig(url=f"sqlite:///{tmp_path}/alone/archive.sqlite3")
        )
        ours = open_archive(tmp_path / "a", StorageConfig(url=postgres.shown(url)))

        begun = []

        def kill() -> None:
            os.kill(begun[-1].pid, signal.SIGKILL)

        def cut_off() -> None:
            with server.asking() as connection, connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [url.database],
                )

        for _ in range(blows):
            blow = kill if dice.random() < 0.5 else cut_off
            made.instead = {each.id: At(dice.randint(1, WITHIN), blow) for each in councils}
            begun.append(started(tmp_path / "b", lines, url=postgres.shown(url)))
            begun[-1].wait()
            with ours.database.writing() as connection:  # as they are a minute and a half later
                connection.execute(text("UPDATE leases SET until = 'yesterday', free_at = 'yesterday'"))
        made.instead = {}
        last = started(tmp_path / "b", lines, url=postgres.shown(url))
        reports = told(tmp_path / "b", last)["reports"]
    assert [report["state"] for report in reports] == [report["state"] for report in alone.reports.values()]
    assert contents(ours) == contents(theirs)
    with ours.database.reading() as connection:
        assert set(connection.execute(select(t.source_runs.c.withdrawn)).scalars()) == {0}
        ended = connection.execute(select(t.runs.c.ended_at).order_by(t.runs.c.id.desc())).scalars().first()
        assert ended is not None


def test_a_crawl_that_slept_while_another_took_over_stops_says_so_and_writes_nothing(tmp_path, server):
    councils = world(seed=1, committees=1, reports=(1, 2), every=28, large=0)[:1]
    url = server.new()
    asleep = threading.Event()
    with sites(councils) as made:
        lines = made.sources()
        ours = open_archive(tmp_path / "a", StorageConfig(url=postgres.shown(url)))
        sleeper = started(tmp_path / "b", lines, url=postgres.shown(url))

        def fall_asleep() -> None:
            os.kill(sleeper.pid, signal.SIGSTOP)
            asleep.set()

        made.instead = {each.id: At(20, fall_asleep) for each in councils}
        assert asleep.wait(300)
        with ours.database.writing() as connection:  # as they are a minute and a half later
            connection.execute(text("UPDATE leases SET until = 'yesterday'"))
        other = started(tmp_path / "c", lines, url=postgres.shown(url))
        [found] = told(tmp_path / "c", other)["reports"]
        before = contents(ours)
        os.kill(sleeper.pid, signal.SIGCONT)
        [stopped] = told(tmp_path / "b", sleeper)["reports"]
    assert found["state"] == "ok"
    assert (stopped["state"], stopped["withdrawn"]) == ("unknown", 0)
    assert "stopped: another crawl has taken over the" in stopped["reason"]
    assert contents(ours) == before
    with (
        ours.database.reading() as connection
    ):  # of the source there is what the other says, and nothing else
        assert connection.execute(select(t.source_runs.c.state)).scalars().all() == ["ok"]
