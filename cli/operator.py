"""Tells the operator once, when a source or the queue falls ill, and once when it is well again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline import expectations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cli.wire import House
    from pipeline.model import SourceHealth

STUCK = 6.0  # hours
QUEUE = "queue"
WELL = "well"


def tell(house: House, moment: datetime) -> bool:
    """Queue a notice where something has changed since the last; answers whether it did."""
    from alerts import letters, render

    settings, ledger = house.config.alerts, house.archive.ledger
    if not settings.operator:
        return False
    health = {row.id: row for row in house.archive.reports.health()}
    hours = ledger.queue_age(moment)
    told = ledger.noticed()
    states = changes(health.values(), hours, told)
    if not states:
        return False
    lines = [_line(subject, state, health, hours) for subject, state in sorted(states.items())]
    facts = repr((sorted(told.items()), sorted(states.items()), moment.date().isoformat()))
    key = f"notice {hashlib.sha256(facts.encode()).hexdigest()}"
    content = letters.notice(settings.operator, lines, key, settings, sent_at=moment)
    return ledger.notice(states, house.mail, settings.operator, render.message_id(key, settings), content)


def changes(health: Iterable[SourceHealth], hours: float, told: Mapping[str, str]) -> dict[str, str]:
    """The state of every subject whose state is not what was told; what was never told of is well."""
    now = {f"source {row.id}": WELL if row.state in expectations.WELL else row.state.value for row in health}
    now[QUEUE] = "stuck" if hours > STUCK else WELL
    return {subject: state for subject, state in now.items() if state != told.get(subject, WELL)}


def _line(subject: str, state: str, health: Mapping[str, SourceHealth], hours: float) -> str:
    if subject == QUEUE:
        if state == WELL:
            return "The queue of messages moves again."
        return f"The oldest unsent message has waited {hours:.0f} hours."
    row = health[subject.removeprefix("source ")]
    if state == WELL:
        return f"{row.name} ({row.id}) is well again."
    return f"{row.name} ({row.id}) is {state}: {row.reason}"
