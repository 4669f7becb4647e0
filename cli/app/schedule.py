"""`paperwatch schedule`: APScheduler keeps the time, a child process does each run.

Cron or a systemd timer do the same (see README); this is for machines that have neither.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from cronsim import CronSim
from typing_extensions import override

from cli.app.config import zone_of
from cli.terminal import note
from pipeline.english import day

if TYPE_CHECKING:
    from pathlib import Path

    from cli.app.config import ScheduleConfig

MISFIRE_GRACE = 24 * 3600  # seconds: a machine that slept makes up its run when it wakes


class CronTrigger(BaseTrigger):
    """A cron expression as cron reads it.

    APScheduler's own takes Monday for 0, and fires at an hour that the clock's change leaves out.
    """

    def __init__(self, expression: str, zone: ZoneInfo) -> None:
        self._expression = expression
        self._zone = zone

    @override
    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:  # type: ignore[bad-override] - the library's has no types, and is read as giving None
        return next(CronSim(self._expression, now.astimezone(self._zone)))


def trigger(config: ScheduleConfig) -> CronTrigger:
    """Raises ConfigError for an expression or a zone that cannot be read."""
    return CronTrigger(config.cron, zone_of(config))


def start_run(data: Path) -> int:
    """One run in a process of its own; what it says goes where our own words go."""
    command = [sys.executable, "-m", "paperwatch", "--data", str(data), "run"]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own command, no words of others


def scheduler(data: Path, config: ScheduleConfig) -> BlockingScheduler:
    """Runs never overlap, and missed ones become one."""
    keeper = BlockingScheduler(timezone=ZoneInfo(config.timezone))
    keeper.add_job(
        start_run,
        trigger(config),
        args=[data],
        id="run",
        coalesce=True,
        max_instances=1,
        misfire_grace_time=MISFIRE_GRACE,
    )
    return keeper


def keep_time(data: Path, config: ScheduleConfig) -> None:
    """Until SIGINT or SIGTERM, whenever they come."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    keeper = scheduler(data, config)
    try:
        first = trigger(config).get_next_fire_time(None, datetime.now(UTC))
        note(f"The next run starts on {day(first.date())} at {first:%H:%M}, {config.timezone} time.")
        keeper.start()
    except KeyboardInterrupt:
        if keeper.running:
            keeper.shutdown(wait=False)
