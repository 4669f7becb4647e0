"""Tells the operator once a month of the names that papers began to use, each name once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.app import operator_notices
from pipeline.days import local_day
from pipeline.english import counted, listed, short_day
from pipeline.radar import WEEKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cli.app.context import App
    from pipeline.radar import NewName

LOOKED = "new names"  # the subject that keeps the month of the last look
NAME = "new name "  # before each name that was told
BACK = WEEKS + 2  # weeks: more than a month, so that none falls between two notices


def tell_new_names(app: App, moment: datetime) -> bool:
    """Queue a notice of new names in the first telling of a month; returns whether there was one to tell."""
    if not operator_notices.has_operator(app):
        return False
    today, told = local_day(moment), app.archive.ledger.noticed()
    month = f"{today:%Y-%m}"
    if told.get(LOOKED) == month:
        return False
    names = fresh(app.archive.new_names.found(today, list(app.concepts.values()), BACK), told)
    states = {LOOKED: month, **{f"{NAME}{name.name}": month for name in names}}
    many = counted(len(names), "new name")
    queued = operator_notices.queue_notice(
        app,
        moment,
        told,
        states,
        [new_names_line(name) for name in names],
        subject=f"{many} in papers",
        opening=f"{many}, known to no concept. To watch for one: paperwatch concepts adopt NAME",
    )
    return queued and bool(names)


def fresh(names: Iterable[NewName], told: Mapping[str, str]) -> list[NewName]:
    """Those that no notice has told."""
    return [name for name in names if f"{NAME}{name.name}" not in told]


def new_names_line(name: NewName) -> str:
    """As in "host provider (HP): first on 3 November 2026, in 3 papers of a, b. “…”"."""
    form = f" ({name.form})" if name.form else ""
    where = f"{counted(name.papers, 'paper')} of {listed(list(name.bodies)[:5])}"
    said = f" \u201c{name.contexts[0].text}\u201d" if name.contexts else ""
    return f"{name.name}{form}: first on {short_day(name.first_on)}, in {where}.{said}"
