"""What was looked at and what was not: the one account behind every digest, answer and report.

Three things are never mixed: what is *held*, what *came* in a period, and which sources were *read* in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.matching.query import fault_of, parse
from pipeline.model import SourceState
from pipeline.where import EVERYWHERE, NOWHERE, Where

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.matching.query import Query
    from pipeline.model import Account, DocumentKind, SourceHealth, WatchList

# Sources that no run reads: a person adds their papers, or their body has ended.
NOT_CRAWLED = {SourceState.MANUAL, SourceState.ENDED}
# Runs that have read their source, whole or in part.
READ = {SourceState.OK, SourceState.EMPTY, SourceState.PARTLY, SourceState.SILENT}
# How a source is called that was not read, where its state alone would not say it.
NOT_READ_WORDS = {
    SourceState.SUSPECT: "in doubt",
    SourceState.UNKNOWN: "never read",
    SourceState.OK: "not tried",
    SourceState.EMPTY: "not tried",
    SourceState.PARTLY: "not tried",
    SourceState.SILENT: "not tried",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A part of the archive: papers of these, of these kinds, that the filters of a query let through."""

    where: Where = EVERYWHERE
    kinds: tuple[DocumentKind, ...] = ()  # empty: all
    query: Query | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source as the account needs it."""

    body: str
    platform: str
    health: SourceHealth


@dataclass(slots=True)
class _Body:
    crawled: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The half of an account that is about sources."""

    followed: int = 0
    read: int = 0
    by_hand: int = 0
    sources: int = 0
    missed: tuple[SourceHealth, ...] = ()
    in_doubt: tuple[SourceHealth, ...] = ()
    as_of: datetime | None = None


def of_sources(lines: Iterable[SourceLine], since: datetime | None, well: Iterable[SourceState]) -> Sources:
    """Count sources and their bodies. `well` are the states in which nothing is to be said of a source."""
    bodies: dict[str, _Body] = {}
    crawled: list[SourceHealth] = []
    missed: list[SourceHealth] = []
    for line in lines:
        state = line.health.state
        if state in {SourceState.ENDED, SourceState.OFF}:
            continue
        body = bodies.setdefault(line.body, _Body())
        if line.platform == "manual" or state in NOT_CRAWLED:
            continue
        crawled.append(line.health)
        body.crawled += 1
        if is_missed(line.health, since):
            body.missed += 1
            missed.append(line.health)
    followed = [body for body in bodies.values() if body.crawled]
    fine = {*well} - {SourceState.UNKNOWN}
    left_out = {source.id for source in missed}
    return Sources(
        followed=len(followed),
        read=sum(not body.missed for body in followed),
        by_hand=len(bodies) - len(followed),
        sources=len(crawled),
        missed=tuple(missed),
        in_doubt=tuple(
            source for source in crawled if source.id not in left_out and source.state not in fine
        ),
        as_of=max((source.last_success for source in crawled if source.last_success), default=None),
    )


def is_missed(source: SourceHealth, since: datetime | None) -> bool:
    """Whether a source was not read since then; without a time, not when it was last tried."""
    if since is None:
        return source.state not in READ
    return source.last_success is None or source.last_success < since


def scopes(watch_lists: Iterable[WatchList]) -> tuple[Scope, ...]:
    """Returns what these lists follow, one scope a list; none where a list follows all.

    Without lists nothing is followed, which is a scope of its own: no scope means all.
    """
    found = [
        Scope(where=watch.where, kinds=watch.kinds, query=parse(watch.query) if watch.query else None)
        for watch in watch_lists
        if not (watch.query and fault_of(watch.query))
    ]
    if not found:
        return (Scope(where=NOWHERE),)
    return tuple(found) if all(_narrows(scope) for scope in found) else ()


def _narrows(scope: Scope) -> bool:
    query = scope.query
    asked = bool(query and (query.body or query.kind or query.after or query.before))
    return bool(scope.where or scope.kinds or asked)


def missed_share(account: Account | Sources) -> float:
    """The share of sources that were not read; 0 where a run reads none."""
    return len(account.missed) / account.sources if account.sources else 0.0


def missed_by_state(account: Account | Sources) -> list[tuple[str, int]]:
    """How many were not read for which reason, in one or two words each, most first."""
    words = (NOT_READ_WORDS.get(source.state, source.state.value) for source in account.missed)
    return Counter(words).most_common()


def account_facts(account: Account) -> dict[str, Any]:
    """The account for programs: the same names in every JSON answer."""
    return {
        "as_of": account.as_of,
        "since": account.since,
        "bodies": account.bodies,
        "papers": account.papers,
        "pages": account.pages,
        "came": {"papers": account.came_papers, "pages": account.came_pages},
        "followed": account.followed,
        "read": account.read,
        "by_hand": account.by_hand,
        "sources": account.sources,
        "unreadable": account.unreadable,
        "unreadable_pages": account.unreadable_pages,
        "waiting": account.waiting,
        "empty": account.empty,
        "not_fetched": account.not_fetched,
        "sources_not_well": len(account.not_well),
        "not_well": [_source(source, read=False) for source in account.missed]
        + [_source(source, read=True) for source in account.in_doubt],
    }


def _source(source: SourceHealth, *, read: bool) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "state": source.state.value,
        "reason": source.reason,
        "read": read,
        "last_read": source.last_success,
    }
