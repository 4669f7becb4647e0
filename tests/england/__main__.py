"""A simulated England: `make england`, or `python -m tests.england --days 7 --data FOLDER`.

Plays every line of the registry, but those of papers added by hand, against stand-ins on this machine, a day
at a time, and prints what it took
and how much of the truth was found. A folder that holds some days goes on from them.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.english import counted
from tests.england.play import AT_ONCE, DAYS, FAULTS, done_days, played
from tests.england.world import one_of_each, without_stand_in, world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.england.play import Day

MIB = 2**20


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
    came = f"{day.requests:,} requests, {day.bytes / 1e6:,.1f} MB, run of {day.seconds:,.0f} s here"
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


def growth(days: Sequence[Day]) -> str:
    """The first day with changes, and the last, side by side."""
    first, last = days[1], days[-1]
    names = ("requests", "bytes", "seconds", "peak_crawl", "peak", "disk", "digests")
    lines = [f"  {name:<12} {getattr(first, name):>16,} {getattr(last, name):>16,}" for name in names]
    lies = sum(sum(day.false.values()) for day in days)
    return "\n".join([f"growth, {first.day} to {last.day}:", *lines, f"false statements on all days: {lies}"])


if __name__ == "__main__":
    main()
