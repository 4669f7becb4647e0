"""A simulated England: `make england`, or `python -m tests.england --days 7 --data FOLDER`.

Plays every line of the registry, but those of papers added by hand, against stand-ins on this machine, a day
at a time, and prints what it took
and how much of the truth was found. A folder that holds some days goes on from them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from pipeline.english import counted
from tests.england.play import AT_ONCE, DAYS, FAULTS, done_days, played
from tests.england.world import one_of_each, without_stand_in, world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.england.play import Day

MIB = 2**20
_UNITS = {1: "", 1e6: " MB", MIB: " MiB"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.england", description=__doc__)
    parser.add_argument("--days", type=int, default=1, help="in all, from 23 November 2026")
    parser.add_argument("--every", type=int, default=1, help="days from one run to the next")
    parser.add_argument("--data", type=Path, help="kept, and gone on from; none: a folder for this time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=0.1, help="of the pages and bytes of real papers")
    parser.add_argument("--lines", help="ids of lines, with commas; `each` for one of every platform")
    said = parser.parse_args()
    only = one_of_each() if said.lines == "each" else tuple(said.lines.split(",")) if said.lines else ()
    england = world(seed=said.seed, scale=said.scale, only=only)
    lines, sites = counted(len(england.sources), "line"), counted(len(england.sites), "site")
    print(f"{lines} on {sites}; papers have {said.scale:g} of the pages and bytes of real ones")
    print(f"no stand-in: {', '.join(without_stand_in()) or 'none'}")
    browsers = [name for name, line in england.sources.items() if line.options.get("browser")]
    print(f"read without the browser that their lines ask for: {', '.join(browsers) or 'none'}")
    with tempfile.TemporaryDirectory() as folder:
        data = said.data or Path(folder)
        for day in played(england, data, said.days, every=said.every):
            print("\n" + shown(day), flush=True)
        days = done_days(data)
        if len(days) > 1:
            print("\n" + growth(days))
        if said.data:
            print(f"\nfigures: {data / DAYS}; what was missed or false, by line: {data / FAULTS}")


def shown(day: Day) -> str:
    """The figures of a day, for a person."""
    hours = max(day.longest_hours, day.all_hours)
    found = [
        f"  {name:<12} {day.found[name]:>6,} of {day.of[name]:>6,} ({day.found[name] / day.of[name]:.1%})"
        for name in day.of
    ]
    false = ", ".join(f"{count} {kind}" for kind, count in day.false.items()) or "none"
    told = ", ".join(f"{count:,} {name.removeprefix('told: ')}" for name, count in day.told.items())
    took = f"{day.seconds:,.0f} s here, {day.processor:,.0f} s of processor"
    came = f"{day.requests:,} requests, {day.bytes / 1e6:,.1f} MB, run of {took}"
    crawl, before, run = (f"{size / MIB:.0f} MiB" for size in (day.peak_crawl, day.peak_before, day.peak))
    lines = [
        f"{day.day}: {came}; disk {day.disk / 1e6:,.0f} MB; {day.digests} digests in all",
        f"  peak of the crawl {crawl} ({before} before its first request), of the whole run {run}",
        (
            f"  hours at real politeness {hours:.2f}: {day.longest_host} alone {day.longest_hours:.2f}; "
            f"all of them, {AT_ONCE} at a time, {day.all_hours:.2f}"
        ),
        *found,
        f"  told: {told or 'nothing'}",
        f"  false statements: {sum(day.false.values())} ({false})",
    ]
    return "\n".join(lines)


# Of the runs of a month: what is shown, by what it is of them, and in which unit.
_SHOWN: dict[str, tuple[Callable[[Sequence[float]], float], float]] = {
    "processor": (mean, 1),
    "requests": (mean, 1),
    "bytes": (mean, 1e6),
    "peak_crawl": (max, MIB),
    "peak": (max, MIB),
    "disk": (max, 1e6),
    "database": (max, 1e6),
    "digests": (max, 1),
}


def growth(days: Sequence[Day]) -> str:
    """A column for each month of 30 days, without the first run of all; then what was found in all."""
    first = date.fromisoformat(days[0].day)
    months: dict[int, list[Day]] = {}
    for day in days[1:]:
        months.setdefault((date.fromisoformat(day.day) - first).days // 30 + 1, []).append(day)
    lines = [f"{'month':<24}" + "".join(f"{month:>8}" for month in months)]
    for name, (of, unit) in _SHOWN.items():
        figures = [of([getattr(day, name) for day in inside]) / unit for inside in months.values()]
        head = f"{name}, {of.__name__}{_UNITS[unit]}"
        lines.append(f"{head:<24}" + "".join(f"{figure:>8,.0f}" for figure in figures))
    for name in days[-1].of:
        found, due = (sum(getattr(day, which).get(name, 0) for day in days) for which in ("found", "of"))
        lines.append(f"{name:<24}{found:>9,} of {due:>9,} ({found / due:.2%})")
    lies = Counter[str]()
    for day in days:
        lies.update(day.false)
    said = ", ".join(f"{count} {kind}" for kind, count in lies.most_common()) or "none"
    return "\n".join([*lines, f"false statements on all days: {lies.total()} ({said})"])


if __name__ == "__main__":
    main()
