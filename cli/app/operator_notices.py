"""Tells the operator once when a source or the machine falls ill, and once when it is well again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.english import counted
from pipeline.health import run_state
from pipeline.health.account import NOT_CRAWLED
from pipeline.health.machine import Concern, concerns
from pipeline.health.remedies import WHOLE
from pipeline.model import SourceState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from cli.app.context import App
    from pipeline.model import SourceHealth

WELL = "well"
SOURCE = "source "
ONE_BY_ONE = 10  # sources in one state; more are counted, so that a notice stays one page
EVERYONE = 0.9  # of the sources: this many at once have one cause
# What helps where many sources fall into a state at once.
REMEDIES = {
    SourceState.UNREACHABLE: "is the network down, or the name server?",
    SourceState.BLOCKED: "is this machine's address on a list?",
    SourceState.REFUSED: "see `paperwatch sources check ID` for one of them",
    SourceState.BROKEN: "see `paperwatch sources check ID` for one of them",
}
MACHINE = {
    "run": "Runs come to their end again.",
    "rhythm": "Sources are read again.",
    "shards": "Every shard crawls again.",
    "disk": "There is room on the disk again.",
    "clock": "The clock agrees with what is recorded again.",
    "queue": "The queue of messages moves again.",
    "held": "No message is held any more.",
    "operator": "No notice to the operator has come back for a month.",
    "unread": "Enough sources are read again.",
    "papers": "Papers come again.",
    "reading": "No paper waits to be read any more.",
    "mentions": "Papers say again what is watched for.",
    "alerts": "Every alert of a reader is looked for again.",
    "digests": "Every reader can be written a digest again.",
}


def tell(app: App, moment: datetime, also: Sequence[Concern] = ()) -> bool:
    """Queue a notice where something has changed since the last; returns whether it did.

    `also` are concerns of this run, added to those of the machine.
    """
    ledger = app.archive.ledger
    if not has_operator(app):
        return False
    health = app.archive.reports.health()
    found = (*concerns(app.machine()), *also)
    told = ledger.noticed()
    states = changes_of_state(health, found, told)
    if not states:
        return False
    lines = notice(states, health, found)
    return queue_notice(app, moment, told, states, lines)


def unwritten(failed: Sequence[tuple[int, str]]) -> list[Concern]:
    """Readers, by their numbers, for whom no digest could be written, and why."""
    if not failed:
        return []
    whose = "; ".join(f"reader {number}: {why}" for number, why in failed)
    text = f"{counted(len(failed), 'reader')} could not be written a digest: {whose}"
    return [
        Concern(subject="digests", state=",".join(str(number) for number, _ in failed), text=text, grave=True)
    ]


def has_operator(app: App) -> bool:
    return bool(app.config.alerts.operator or app.config.alerts.operator_also)


def queue_notice(
    app: App,
    moment: datetime,
    told: Mapping[str, str],
    states: Mapping[str, str],
    lines: Sequence[str],
    **said: str,
) -> bool:
    """Queue a notice by every way to the operator, and note what it says; without lines, only note it."""
    from alerts import letters, render

    settings = app.config.alerts
    facts = repr((sorted(told.items()), sorted(states.items()), moment.date().isoformat()))
    ways = (
        []
        if not lines
        else [
            *([(app.mail, settings.operator)] if settings.operator else []),
            *(
                [(channel_of(settings.operator_also), settings.operator_also)]
                if settings.operator_also
                else []
            ),
        ]
    )
    letters_ = []
    for channel, address in ways:
        key = f"notice {channel} {hashlib.sha256(facts.encode()).hexdigest()}"
        content = letters.notice(address, lines, key, settings, sent_at=moment, **said)
        letters_.append((channel, address, render.message_id(key, settings), content))
    return app.archive.ledger.notice(states, letters_)


def channel_of(address: str) -> str:
    """The second way to the operator: a web address is posted to, any other is one of Apprise's."""
    return "webhook" if address.startswith(("http://", "https://")) else "apprise"


def changes_of_state(
    health: Iterable[SourceHealth], found: Iterable[Concern], told: Mapping[str, str]
) -> dict[str, str]:
    """The state of every subject whose state is not what was told; what was never told of is well."""
    now = {f"{SOURCE}{row.id}": WELL if row.state in run_state.WELL else row.state.value for row in health}
    now |= dict.fromkeys(MACHINE, WELL) | {concern.subject: concern.state for concern in found}
    return {subject: state for subject, state in now.items() if state != told.get(subject, WELL)}


def notice(
    states: Mapping[str, str], health: Collection[SourceHealth], found: Iterable[Concern]
) -> list[str]:
    """A line for each change: of the machine, then of the sources, many of one kind in one line."""
    texts = {concern.subject: f"{concern.text}. {WHOLE[concern.subject].helps}" for concern in found}
    lines = [
        _capital(texts[subject]) if subject in texts else MACHINE[subject]
        for subject in states
        if subject in MACHINE
    ]
    rows = {f"{SOURCE}{row.id}": row for row in health}
    by_state: dict[str, list[SourceHealth]] = defaultdict(list)
    for subject, state in sorted(states.items()):
        if subject in rows:
            by_state[state].append(rows[subject])
    crawled = sum(row.state not in NOT_CRAWLED for row in health)
    for state, changed in by_state.items():
        lines += (
            [_line(row, state) for row in changed]
            if len(changed) <= ONE_BY_ONE
            else [_together(state, len(changed), crawled)]
        )
    return lines


def _line(row: SourceHealth, state: str) -> str:
    if state == WELL:
        return f"{row.name} ({row.id}) is well again."
    return f"{row.name} ({row.id}) is {state}: {row.reason}"


def _together(state: str, changed: int, crawled: int) -> str:
    if state == WELL:
        return f"{counted(changed, 'source')} are well again."
    asked = REMEDIES.get(SourceState(state), "") if changed >= EVERYONE * crawled else ""
    where = asked or "`paperwatch status` names them"
    return f"{changed:,} of {counted(crawled, 'source')} {state}: {where}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
