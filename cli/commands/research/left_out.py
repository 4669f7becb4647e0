"""`left-out`: who in an area said a thing in a month, and who did not in the papers we read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli import terminal
from cli.commands.options import FORMAT, Command, pass_app
from pipeline.areas.left_out import BodyStance, area_summary, month_before, row_sentence
from pipeline.days import local_today
from pipeline.errors import ConfigError
from pipeline.matching.subject import subject_of

if TYPE_CHECKING:
    from cli.app.context import App

COLUMNS = (
    "body",
    "stance",
    "meetings",
    "papers_read",
    "papers_not_read",
    "pages_read",
    "pages_not_read",
    "said",
    "quote",
)


@click.command("left-out", cls=Command)
@click.argument("topic")
@click.option("--area", required=True, help="The id of an integrated care board.")
@click.option("--month", default="", help="As in 2026-10; none: the month before this one.")
@FORMAT
@pass_app
def left_out(app: App, topic: str, area: str, month: str, output: str) -> int:
    """Who in an area said a TOPIC in a month, and who did not in the papers we read.

    A TOPIC is the id of a concept, or a search. The area is that of an integrated care board: the board, its
    trusts, and the councils with health scrutiny there. Each body has its own count of what was read: where
    no paper was read, it is never said that the body did not say it.
    """
    subject, concept, query = subject_of(topic, {each.id: each.label for each in app.concepts.values()})
    try:
        found = app.archive.reports.left_out(
            area, month or month_before(local_today()), subject=subject, concept=concept, query=query
        )
    except ValueError as error:
        raise ConfigError(f"--month: {error}") from error
    terminal.rows(
        map(_row, found.bodies), output, COLUMNS, header=[*terminal.names(BodyStance), "said", "quote"]
    )
    if output == "table":
        terminal.note(area_summary(found))
    return 0


def _row(row: BodyStance) -> dict[str, object]:
    quote = row.quotes[0].snippet if row.quotes else ""
    return {**asdict(row), "said": row_sentence(row), "quote": quote}


COMMANDS = (left_out,)
