"""How the machine itself is: runs, disk, mail, clock and care of the archive, as one record.

Every surface that says whether all is well takes it from here; the sources have `pipeline.health.account`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.english import counted, instant, listed, missed_sources, short_day
from pipeline.health import shards
from pipeline.health.account import Sources, missed_share
from pipeline.model import SourceState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.bounces import Returned
    from pipeline.views import RunRow

LATE = 2  # times its rhythm without a good run: one that was missed is no alarm
STUCK = timedelta(hours=6)
SLACK = timedelta(hours=1)  # clocks that are kept in step differ by less
FEW_SOURCES = 3  # each of fewer is told of by itself
PAUSE = timedelta(days=7)  # that nobody wonders at, whatever was usual
LONGER = 2  # times the longest pause so far: then it is no pause
FEW_PAPERS = 50  # of one kind may come together and say nothing that is watched for
CHANCE = 1e-6  # that this many papers in a row say nothing, where all is as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The messages that wait to be sent."""

    waiting: int = 0  # that were tried and are to be tried again
    oldest: datetime | None = None  # when the oldest of them was written
    held: int = 0  # of them: those whose content was refused
    newest_held: int = 0  # its number
    reason: str = ""  # what the other side said last
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What comes, and what of it is read and says something."""

    newest: datetime | None = None  # when a paper last came, new or changed
    longest_pause: timedelta | None = None  # between two days on which papers came; None: too few yet
    waits_since: datetime | None = None  # when the oldest paper came that nobody has read yet
    silent: int = 0  # papers read since the last that says what is watched for
    telling: float = 0.0  # the share of papers before them that did


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is known of the machine at one moment."""

    now: datetime
    rhythm: timedelta  # within which a run is due
    last_runs: tuple[RunRow, ...] = ()  # the last crawl, or the last of each shard
    first_run: RunRow | None = None  # of as many shards
    crawled: int = 1  # sources that a run reads
    running: str = ""  # number of the process of a run that is going on
    last_good: datetime | None = None  # when the last run ended that had read a source
    free: int | None = None  # bytes on the disk of the data folder; None: not known
    needed: int = 0  # bytes that a run may take
    queue: Queue = field(default_factory=Queue)
    latest: datetime | None = None  # the latest moment that is recorded
    verified: datetime | None = None  # when database and papers were last checked
    backed_up: datetime | None = None
    memory: int | None = None  # most bytes that the last run held
    sources: Sources = field(default_factory=Sources)  # as they were when last tried
    most_missed: float = 1.0  # the share of them that may be missed before it is said
    arrivals: Arrivals = field(default_factory=Arrivals)
    returned: Returned | None = None  # by mail
    broken_alerts: int = 0  # that ask for what nothing looks for any more

    @property
    def last_run(self) -> RunRow | None:
        """The newest, of whichever shard."""
        return max(self.last_runs, key=lambda run: run.started_at, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Something that a person should see to."""

    subject: str  # one word, the same as long as it lasts
    state: str  # changes when it is to be told again
    text: str
    grave: bool = False  # the machine does not do what it is for


def concerns(machine: Machine) -> tuple[Concern, ...]:
    """What is wrong, most serious first."""
    found = [
        *_runs(machine),
        *_disk(machine),
        *_clock(machine),
        *_mail(machine),
        *_sources(machine),
        *_arrivals(machine),
        *_alerts(machine),
    ]
    return tuple(sorted(found, key=lambda concern: not concern.grave))


def stale(machine: Machine) -> str:
    """That no run has read anything for too long; "" where that is not so."""
    return next((concern.text for concern in _late(machine)), "")


def _runs(machine: Machine) -> Iterator[Concern]:
    killed = [run for run in machine.last_runs if run.ended_at is None and not machine.running]
    if killed:
        began = listed([f"{instant(run.started_at)}{_of_shard(run)}" for run in killed])
        again = listed(
            [f"`paperwatch {f'crawl --shard {run.shard}' if run.shard else 'run'}`" for run in killed]
        )
        yield Concern(
            subject="run",
            state="unfinished",
            text=f"the run of {began} was interrupted: run {again} again to resume",
        )
    yield from _late(machine)
    yield from _late_shards(machine)


def _of_shard(run: RunRow) -> str:
    return f" (shard {run.shard})" if run.shard else ""


def _late_shards(machine: Machine) -> Iterator[Concern]:
    """Where some machines crawl and one does not, its sources are not read, and every run is well."""
    found = shards.late(machine.last_runs, machine.first_run, LATE * machine.rhythm)
    if found:
        since = [
            f"shard {each.shard} has not crawled since {short_day(each.last.started_at)}"
            if each.last
            else f"shard {each.shard} has never crawled"
            for each in found
        ]
        yield Concern(
            subject="shards",
            state=" ".join(str(each.shard) for each in found),
            text=f"{listed(since)}: {'its' if len(found) == 1 else 'their'} sources are not read",
            grave=True,
        )


def _late(machine: Machine) -> Iterator[Concern]:
    last, good = machine.last_run, machine.last_good
    if last is None or not machine.crawled:
        return  # nothing has been asked of it yet
    due = f"one is due every {_span(machine.rhythm)}"
    if good is None:
        if last.ended_at is not None and not machine.running:
            yield Concern(subject="rhythm", state="never", text="no run has read any source yet", grave=True)
    elif machine.now - good > LATE * machine.rhythm:
        age = _span(machine.now - good)
        yield Concern(
            subject="rhythm",
            state="late",
            text=f"no run has read a source for {age}, since {short_day(good)}: {due}",
            grave=True,
        )


def _disk(machine: Machine) -> Iterator[Concern]:
    if machine.free is not None and machine.free < machine.needed:
        yield Concern(
            subject="disk",
            state="full",
            text=f"{_size(machine.free)} are free on the disk, and a run may take {_size(machine.needed)}",
            grave=True,
        )


def _clock(machine: Machine) -> Iterator[Concern]:
    if machine.latest is not None and machine.latest > machine.now + SLACK:
        yield Concern(
            subject="clock",
            state="behind",
            text=f"the clock says {instant(machine.now)}, but {instant(machine.latest)} is recorded: "
            "one of the two is wrong",
        )


def _mail(machine: Machine) -> Iterator[Concern]:
    queue = machine.queue
    again = f"; next try {instant(queue.next_try)}" if queue.next_try else ""
    reason = f": {queue.reason}" if queue.reason else ""
    if queue.oldest is not None and machine.now - queue.oldest > STUCK:
        age = _span(machine.now - queue.oldest)
        yield Concern(
            subject="queue",
            state="stuck",
            text=f"the oldest unsent message has waited {age}{reason}{again}",
        )
    if queue.held:
        what = counted(queue.held, "message is", "messages are")
        yield Concern(
            subject="held",
            state=f"held {queue.newest_held}",
            text=f"{what} held, because what it says is refused{reason}{again}"
            if queue.held == 1
            else f"{what} held, because what they say is refused{reason}{again}",
        )
    if machine.returned and machine.returned.to_operator:
        yield Concern(
            subject="operator",
            state="unreached",
            text=f"a notice to the operator came back: {machine.returned.to_operator}",
        )


def _sources(machine: Machine) -> Iterator[Concern]:
    """Each source is told of by itself; many at once, or all there are, are a matter of the whole."""
    of = machine.sources
    tried = [source for source in of.missed if source.state is not SourceState.UNKNOWN]
    none_read = 0 < of.sources == len(tried)
    if none_read or (of.sources >= FEW_SOURCES and missed_share(of) > machine.most_missed):
        yield Concern(
            subject="unread",
            state="all" if none_read else "many",
            text=f"{missed_sources(of)} when last tried: digests say so before all else",
            grave=none_read,
        )


def _arrivals(machine: Machine) -> Iterator[Concern]:
    """Every run may be well by itself, and nothing come of them all the same."""
    found, now = machine.arrivals, machine.now
    pause = found.longest_pause
    if found.newest and pause is not None and now - found.newest > max(PAUSE, LONGER * pause):
        yield Concern(
            subject="papers",
            state="none",
            text=f"no paper has come for {_span(now - found.newest)}, since {short_day(found.newest)}: "
            f"the longest pause before was {_span(pause)}",
        )
    if found.waits_since and now - found.waits_since > LATE * machine.rhythm:
        yield Concern(
            subject="reading",
            state="waits",
            text=f"papers have waited to be read since {short_day(found.waits_since)}",
        )
    if found.silent >= FEW_PAPERS and (1 - found.telling) ** found.silent < CHANCE:
        yield Concern(
            subject="mentions",
            state="none",
            text=f"the last {found.silent:,} papers say nothing that is watched for, where "
            f"{found.telling:.0%} of those before did",
        )


def _alerts(machine: Machine) -> Iterator[Concern]:
    if number := machine.broken_alerts:
        asks = counted(number, "alert asks", "alerts ask")
        yield Concern(
            subject="alerts",
            state=f"broken {number}",
            text=f"{asks} for a topic that is gone, or by a search that cannot be read: "
            "the next digest tells its reader",
        )


def machine_sentences(machine: Machine) -> list[str]:
    """What is known where nothing is wrong, a line each."""
    queue = machine.queue
    lines = [
        _last_good(machine.last_good),
        f"Free on the disk: {_size(machine.free)}." if machine.free is not None else "",
        f"{counted(queue.waiting, 'message waits', 'messages wait')} to be tried again"
        f"{f', next on {instant(queue.next_try)}' if queue.next_try else ''}"
        f"{f': {queue.reason}' if queue.reason else ''}."
        if queue.waiting
        else "",
        _returned(machine.returned),
        f"Database and papers last checked on {instant(machine.verified)}." if machine.verified else "",
        f"Last backup on {instant(machine.backed_up)}." if machine.backed_up else "",
        f"The last run held at most {_size(machine.memory)} of memory." if machine.memory else "",
    ]
    return [line for line in lines if line]


def _last_good(ended: datetime | None) -> str:
    return f"The last run that read anything ended on {instant(ended)}." if ended else ""


def _returned(returned: Returned | None) -> str:
    if returned is None or returned.read_at is None:
        return ""
    kinds = [f"{count:,} {kind}" for kind, count in sorted(returned.kinds.items())]
    came = f"Bounces of the last {returned.days} days: {', '.join(kinds) or 'none'}"
    doubted = f"; not believed, in all: {returned.not_believed:,}" if returned.not_believed else ""
    return f"{came}{doubted}. Last looked for on {instant(returned.read_at)}."


def machine_facts(machine: Machine) -> dict[str, Any]:
    """For programs: the same names in every JSON answer."""
    last, queue = machine.last_run, machine.queue
    return {
        "last_run": {"started_at": last.started_at, "ended_at": last.ended_at} if last else None,
        "shards": {run.shard: run.ended_at for run in machine.last_runs if run.shard},
        "running": machine.running,
        "last_good_run": machine.last_good,
        "run_due_every_hours": machine.rhythm / timedelta(hours=1),
        "free_bytes": machine.free,
        "needed_bytes": machine.needed,
        "queue": {
            "waiting": queue.waiting,
            "oldest": queue.oldest,
            "held": queue.held,
            "reason": queue.reason,
            "next_try": queue.next_try,
        },
        "latest_recorded": machine.latest,
        "verified": machine.verified,
        "backed_up": machine.backed_up,
        "memory_bytes": machine.memory,
        "sources": machine.sources.sources,
        "sources_missed": len(machine.sources.missed),
        "last_paper": machine.arrivals.newest,
        "bounces": {
            **machine.returned.kinds,
            "not_believed": machine.returned.not_believed,
            "read_at": machine.returned.read_at,
        }
        if machine.returned
        else None,
    }


def _span(time: timedelta) -> str:
    hours = int(time / timedelta(hours=1))
    return counted(hours, "hour") if hours < 48 else counted(hours // 24, "day")


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
