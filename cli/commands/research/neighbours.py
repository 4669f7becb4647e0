"""`neighbours`: what bodies of the same area say on the subjects of a meeting, and its papers do not hold."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli import terminal
from cli.commands.options import FORMAT, Command, pass_app
from pipeline.areas.neighbours import SHOWN, Sentence, said_of
from pipeline.english import counted

if TYPE_CHECKING:
    from cli.app.context import App
    from pipeline.areas.neighbours import ItemGaps

COLUMNS = ("item", "concept", "body", "day", "title", "page", "snippet")


@click.command("neighbours", cls=Command)
@click.argument("meeting", type=int)
@click.option("--all", "every", is_flag=True, help="All sentences, not only the first of each topic.")
@FORMAT
@pass_app
def neighbours(app: App, meeting: int, every: bool, output: str) -> int:
    """What neighbours say on the subjects of a MEETING, and its papers do not.

    Neighbours are the bodies of the same integrated care board's area, with their papers of the three months
    before the meeting and the month after. A subject is a topic found in an item. MEETING is its number, as
    `paperwatch meetings --format json` gives it.
    """
    found = app.archive.reports.neighbours(meeting, 0 if every else SHOWN)
    if found and output == "table":
        terminal.note(said_of(found[0].own))
    if more := sum(item.more for item in found):
        terminal.note(f"{counted(more, 'more sentence')} not shown: see them with --all.")
    header = ["item", *terminal.names(Sentence), "body", "day", "title", "page"]
    terminal.rows(
        (_row(item, sentence) for item in found for sentence in item.missing),
        output,
        COLUMNS,
        header=header,
        empty="Neighbours' papers that we hold say nothing on its subjects that its papers do not.",
    )
    return 0


def _row(item: ItemGaps, sentence: Sentence) -> dict[str, object]:
    at = sentence.at
    day = at.meeting_date or at.published_on
    own = {"body": at.body, "day": day, "title": at.title, "page": at.page}
    return {"item": item.name, **asdict(sentence), **own}


COMMANDS = (neighbours,)
