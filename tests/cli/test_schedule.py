"""The clock: cron's own weekdays, both changes of the hour, one run at a time, a missed run made up once."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cli.app import schedule
from cli.app.config import ScheduleConfig
from pipeline.errors import ConfigError

LONDON = ZoneInfo("Europe/London")


def firings(cron, start, count):
    trigger = schedule.trigger(ScheduleConfig(cron=cron))
    moment, found = start, []
    for _ in range(count):
        moment = trigger.get_next_fire_time(None, moment)
        found.append(moment.astimezone(LONDON).isoformat(timespec="minutes"))
    return found


def test_monday_is_monday():
    start = datetime(2026, 11, 15, 12, tzinfo=UTC)  # a Sunday
    assert firings("0 9 * * 1", start, 2) == ["2026-11-16T09:00+00:00", "2026-11-23T09:00+00:00"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), ["2026-03-29T06:30+01:00", "2026-03-30T06:30+01:00"]),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), ["2026-10-25T06:30+00:00", "2026-10-26T06:30+00:00"]),
    ],
)
def test_the_hour_changes_and_the_run_stays_at_half_past_six(start, expected):
    assert firings("30 6 * * *", start, 2) == expected


def test_runs_never_overlap_and_missed_ones_become_one(tmp_path):
    (job,) = schedule.scheduler(tmp_path, ScheduleConfig()).get_jobs()
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, 24 * 3600)


@pytest.mark.parametrize(
    "config",
    [ScheduleConfig(cron="every day"), ScheduleConfig(cron=""), ScheduleConfig(timezone="Mars/Base")],
)
def test_a_clock_that_cannot_be_read_is_said(config):
    with pytest.raises(ConfigError, match="schedule"):
        schedule.trigger(config)


def test_it_ends_well_when_it_is_told_to_stop(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "--data", str(tmp_path), "schedule"], stderr=subprocess.PIPE, text=True
    ) as keeper:
        try:
            assert keeper.stderr is not None
            assert "The next run starts on " in keeper.stderr.readline()
            keeper.terminate()  # perhaps before the clock is wound up
            assert keeper.wait(timeout=30) == 0
            assert keeper.stderr.read() == ""
        finally:
            keeper.kill()


def test_a_scheduled_run_is_the_ordinary_command(tmp_path):
    (tmp_path / "paperwatch.toml").write_text("[crawl]\nnonsense = 1\n")
    assert schedule.start_run(tmp_path) == 2
