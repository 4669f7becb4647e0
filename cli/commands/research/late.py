"""`late`: whether the papers of meetings were out in time, as far as our looks can tell."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from cli import terminal
from cli.commands.options import DAY, FORMAT, Command, pass_app
from cli.commands.search import check_place
from pipeline.days import local_today
from pipeline.errors import ConfigError
from pipeline.meetings.lateness import (
    BodyYear,
    Lateness,
    MeetingLateness,
    by_body_and_year,
    judgement_sentence,
)

if TYPE_CHECKING:
    from cli.app.context import App

BACK = 28  # days, where nobody says since when
AHEAD = 14
_STATES = [state.value for state in Lateness]


@click.command("late", cls=Command)
@click.option("--since", type=DAY, help="Meetings on this day and later; none: from 28 days ago.")
@click.option("--until", type=DAY, help="Meetings on this day and earlier; none: up to 14 days ahead.")
@click.option("--body", default="", help="Only meetings of this body.")
@click.option("--by", type=click.Choice(["meeting", "body"]), default="meeting", help="A row for each…")
@FORMAT
@pass_app
def late(app: App, since: date | None, until: date | None, body: str, by: str, output: str) -> int:
    """Whether the papers of meetings were out in time.

    Councils must publish five clear working days before a meeting. NHS bodies set their own rules: for them
    the days are shown and not judged. A paper came between two of our looks at its list; what these do not
    prove is "not known".
    """
    check_place(app, "", body)
    first = since or local_today() - timedelta(days=BACK)
    last = until or local_today() + timedelta(days=AHEAD)
    if first > last:
        raise ConfigError(f"--since {first} is after --until {last}")
    found = app.archive.reports.lateness(first, last, [body] if body else [])
    empty = f"We have no meetings from {first} to {last}."
    if by == "body":
        years = ({**asdict(row), **row.states} for row in by_body_and_year(found))
        rows = ({key: value for key, value in row.items() if key != "states"} for row in years)
        columns = ["body", "year", "meetings", *_STATES]
        header = [*(name for name in terminal.names(BodyYear) if name != "states"), *_STATES]
        terminal.rows(rows, output, columns, header=header, empty=empty)
        return 0
    terminal.rows(
        ({**asdict(row), "said": judgement_sentence(row)} for row in found),
        output,
        ("date", "body", "committee", "state", "papers", "late_papers", "said"),
        header=[*terminal.names(MeetingLateness), "said"],
        empty=empty,
    )
    return 0


COMMANDS = (late,)
