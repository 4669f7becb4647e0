"""What was read and what was not, counted by sources and bodies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.health.account import SourceLine, of_sources, scopes
from pipeline.model import DocumentKind, SourceHealth, SourceState, WatchList
from pipeline.where import NOWHERE

AT = datetime(2026, 11, 3, 6, tzinfo=UTC)
WELL = SourceHealth(
    id="s", name="S", kind="council", state=SourceState.OK, reason="", last_run=AT, last_success=AT
)


def line(body: str, state: SourceState = SourceState.OK, platform: str = "moderngov") -> SourceLine:
    return SourceLine(body=body, platform=platform, health=replace(WELL, id=f"{body} {state}", state=state))


def test_what_no_run_reads_is_not_missed():
    lines = [
        line("a"),
        line("a", SourceState.UNREACHABLE),
        line("b"),
        line("c", SourceState.SUSPECT),
        line("d", SourceState.MANUAL, "manual"),
        line("e", SourceState.ENDED),
        line("e", SourceState.OFF),
    ]
    found = of_sources(lines, None, {SourceState.OK})
    assert (found.sources, found.followed, found.by_hand) == (4, 3, 1)
    assert [each.id for each in found.missed] == ["a unreachable", "c suspect"]


def test_whoever_follows_nothing_is_told_of_nothing_and_whoever_follows_all_of_all():
    assert [scope.where for scope in scopes([])] == [NOWHERE]
    assert [scope.where for scope in scopes([WatchList(query="a OR")])] == [NOWHERE]  # which nobody can read
    assert scopes([WatchList(), WatchList(bodies=("vale",))]) == ()
    narrow = [
        WatchList(bodies=("vale",)),
        WatchList(kinds=(DocumentKind.PACK,)),
        WatchList(query="a body:wold"),
    ]
    assert len(scopes(narrow)) == 3
