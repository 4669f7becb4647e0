"""A crawl by several machines: each reads the lines of some hosts, and together they read all.

A host's shard depends on its name and on how many shards there are, and on nothing else: lines that come or
go move no other line.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from typing_extensions import override

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from pipeline.views import RunRow

MOST = 1000
_WRITTEN = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")


@dataclass(frozen=True, slots=True)
class Shard:
    """The second of four is written 2/4."""

    number: int
    of: int

    @override
    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def has(self, url: str) -> bool:
        """Whether the lines of this address's host are its own; with and without www. it is the same host."""
        try:
            host = (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
        except ValueError:
            host = ""
        digest = hashlib.sha256(host.encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1


def parse(text: str) -> Shard:
    """Raises ConfigError for what names no shard."""
    found = _WRITTEN.fullmatch(text)
    number, of = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= of <= MOST:
        raise ConfigError(
            f"{text!r} is no shard: write 2/4 for the second of four, with at most {MOST:,} of them"
        )
    return Shard(number, of)


@dataclass(frozen=True, slots=True)
class Late:
    """A shard that has not crawled while others have; `last` is None where it never has."""

    shard: Shard
    last: RunRow | None


def late(runs: Sequence[RunRow], first: RunRow | None, longest: timedelta) -> list[Late]:
    """Returns the shards that are behind the newest by more than `longest`.

    `runs` are the last of each shard, `first` the first ever of as many shards.
    """
    newest = max(runs, key=lambda run: run.started_at, default=None)
    if newest is None or not newest.shard or first is None:
        return []
    by_shard = {run.shard: run for run in runs}
    every = (Shard(number, parse(newest.shard).of) for number in range(1, parse(newest.shard).of + 1))
    return [
        Late(shard, by_shard.get(str(shard)))
        for shard in every
        if newest.started_at - by_shard.get(str(shard), first).started_at > longest
    ]
