"""Playing days of England: the web on this machine, the product's own `run`, and the figures of each."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.model import Cadence
from storage.archive import open_archive
from tests.councils.serving import Asked, Server
from tests.england.score import Scorer
from tests.england.secure import context_for
from tests.england.site import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.england.world import World

DAYS = "days.jsonl"  # a line a day that is done: a folder that has it goes on from there
FAULTS = "faults.txt"
_READERS = (
    ("all@example.org", Cadence.DAILY, ()),
    ("some@example.org", Cadence.WEEKLY, ("population-payment", "subsidiary-company")),
)
_SETTINGS = """[crawl]
retries = 0
retry_wait = 0.01
[alerts]
sender = "digests@paperwatch.example"
[sources]
only = {only}
"""
AT_ONCE = 16  # requests in flight over all hosts: crawler.config's default


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The figures of one day."""

    day: str
    requests: int
    bytes: int  # of the bodies that were sent
    seconds: float  # of the run, with the clock of this machine
    processor: float = 0.0  # seconds of the run and of its readers
    peak_before: int  # bytes of memory: all that is loaded before the first request
    peak_crawl: int
    peak: int  # of the whole run
    longest_host: str
    longest_hours: float  # its requests with its own pause between them
    all_hours: float  # everything, with so many hosts at a time
    disk: int  # bytes of the data folder
    database: int = 0  # bytes of it that are the database
    digests: int
    found: dict[str, int] = field(default_factory=dict)
    of: dict[str, int] = field(default_factory=dict)
    false: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    exit: int = 0


@contextmanager
def on_the_wire(world: World, folder: Path) -> Iterator[tuple[int, int, Path, list[Asked]]]:
    """One server for every host, and one for https. Yields their ports, the certificate and the log."""
    folder.mkdir(parents=True, exist_ok=True)
    log: list[Asked] = []
    context, certificate = context_for(sorted(world.by_host), folder)
    plain = Server(world.answer, log)
    secure = Server(world.answer, log, context)
    try:
        yield _port(plain), _port(secure), certificate, log
    finally:
        plain.close()
        secure.close()


def prepare(world: World, data: Path, first: date = FIRST) -> None:
    """A data folder with England's lines and two readers. One that is there stays as it is."""
    data.mkdir(parents=True, exist_ok=True)
    world.write_lines(data)
    (data / "paperwatch.toml").write_text(_SETTINGS.format(only=json.dumps(list(world.sources))))
    archive = open_archive(data)
    before = datetime.combine(first - timedelta(days=1), datetime.min.time(), UTC)
    if not archive.readers.subscribers():
        for address, cadence, concepts in _READERS:
            archive.readers.subscribe(
                address, channel="mail", cadence=cadence, concepts=concepts, confirmed_at=before, quiet=True
            )
    archive.database.engine.dispose()


def played(world: World, data: Path, days: int, *, every: int = 1, first: date = FIRST) -> Iterator[Day]:
    """Play the days that are still to be played, to so many in all. Yields each day of a run as it is done.

    With `every` 7 there is a run a week; what happens on the days between is found by the next one.
    """
    prepare(world, data, first)
    runs = [first + timedelta(days=number) for number in range(0, days, every)]
    done = [day.day for day in done_days(data)]
    assert done == [f"{day}" for day in runs][: len(done)], "this folder was played at another pace"
    scorer = Scorer(world, first)
    with on_the_wire(world, data / "wire") as (port, secure, certificate, log):
        for day_of_run in runs[len(done) :]:
            world.day = day_of_run
            log.clear()
            begun = time.monotonic(), _processor()
            code, notes = _run(data, world.day, port, secure, certificate)
            took = time.monotonic() - begun[0], _processor() - begun[1]
            day = _figures(world, data, scorer, log, notes, took=took, code=code)
            with (data / DAYS).open("a") as file:
                file.write(json.dumps(asdict(day)) + "\n")
            yield day


def done_days(data: Path) -> list[Day]:
    path = data / DAYS
    return [Day(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def _run(data: Path, day: date, port: int, secure: int, certificate: Path) -> tuple[int, dict[str, int]]:
    notes = data / "wire" / "notes.json"
    words = [day.isoformat(), str(port), str(secure), str(notes), "--data", str(data), "run"]
    with (data / "wire" / "run.log").open("a+") as out:
        place = out.tell()
        done = subprocess.run(
            [sys.executable, "-m", "tests.england.process", *words],
            env=os.environ | {"SSL_CERT_FILE": str(certificate)},
            cwd=Path(__file__).parents[2],
            stdout=out,
            stderr=out,
            check=False,
        )
        out.seek(place)
        assert done.returncode in {0, 1}, out.read()[-4000:]
    return done.returncode, json.loads(notes.read_text())


def _figures(
    world: World,
    data: Path,
    scorer: Scorer,
    log: list[Asked],
    notes: dict[str, int],
    *,
    took: tuple[float, float],
    code: int,
) -> Day:
    score = scorer.score(data, world.day)
    with (data / FAULTS).open("a") as file:
        file.writelines(f"{world.day} {fault}\n" for fault in score.faults)
    pace: dict[str, float] = {}
    for source in world.sources.values():
        host = urlsplit(source.url).netloc
        pace[host] = max(pace.get(host, 0.0), source.delay)
    asked = Counter(each.council for each in log)
    hours = {host: count * pace.get(host, 1.0) / 3600 for host, count in asked.items()}
    longest = max(hours, key=lambda host: hours[host], default="")
    return Day(
        day=world.day.isoformat(),
        requests=len(log),
        bytes=sum(each.size for each in log),
        seconds=round(took[0], 1),
        processor=round(took[1], 1),
        peak_before=notes["before"],
        peak_crawl=notes["crawl"],
        peak=notes["end"],
        longest_host=longest,
        longest_hours=hours.get(longest, 0.0),
        all_hours=sum(hours.values()) / AT_ONCE,
        disk=_disk(data),
        database=sum(path.stat().st_size for path in data.glob("archive.sqlite3*")),
        digests=score.found.pop("digests", 0),
        told={name: score.found.pop(name) for name in list(score.found) if name.startswith("told: ")},
        found={name: score.found[name] for name in score.of},
        of=dict(score.of),
        false=dict(score.false),
        exit=code,
    )


def _processor() -> float:
    """Seconds of all processes that were started here and have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _disk(data: Path) -> int:
    wire = data / "wire"
    files = (path for path in data.rglob("*") if path.is_file() and wire not in path.parents)
    return sum(path.stat().st_size for path in files)


def _port(server: Server) -> int:
    return int(server.address.rpartition(":")[2])
