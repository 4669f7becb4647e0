"""`radar`: names that are new, near the words of the concepts, and known to none of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli import terminal
from cli.commands.options import DAY, FORMAT, Command, pass_app
from pipeline.days import local_today
from pipeline.radar import WEEKS, NewName

if TYPE_CHECKING:
    from datetime import date

    from cli.app.context import App


@click.command("radar", cls=Command)
@click.option("--today", type=DAY, help="As of this day; none: today.")
@FORMAT
@pass_app
def radar(app: App, today: date | None, output: str) -> int:
    """Names that first appeared in the papers of the last four weeks.

    A name is new when no earlier paper has it and no concept knows it, and when at least two bodies use it,
    or a national one. `run` looks once a week. To watch for a name: `paperwatch concepts adopt NAME`.
    """
    names = app.archive.new_names.look(today or local_today(), list(app.concepts.values()))
    terminal.rows(
        (_row(name) for name in names),
        output,
        ("name", "form", "first_on", "bodies", "papers", "said"),
        header=[*terminal.names(NewName), "said"],
        empty=f"No new name in the papers of the last {WEEKS} weeks, of bodies with enough earlier papers.",
    )
    return 0


def _row(name: NewName) -> dict[str, object]:
    said = name.contexts[0].text if name.contexts else ""
    return {**asdict(name), "bodies": list(name.bodies), "concepts": list(name.concepts), "said": said}


COMMANDS = (radar,)
