"""`lineage`: who said a passage first, who has said it since, and what each changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli import terminal
from cli.commands.options import FORMAT, Command, pass_app
from pipeline.english import counted
from pipeline.errors import QueryError
from pipeline.lineage import FEWEST_WORDS

if TYPE_CHECKING:
    from cli.app.context import App
    from pipeline.lineage import FirstUse

COLUMNS = ("day", "body", "committee", "title", "page", "alike", "text")


@click.command("lineage", cls=Command)
@click.argument("passage")
@FORMAT
@pass_app
def lineage(app: App, passage: str, output: str) -> int:
    """Who said a PASSAGE of one to five sentences first, and who since, in these words or nearly these.

    The order is that of the papers' days, as far as the archive holds them.
    """
    found = app.archive.search.trace(passage)
    if found is None:
        raise QueryError(f"A passage has at least {FEWEST_WORDS} words.", query=passage, position=0)
    header = (*COLUMNS, "document", "url", "sha256", "pieces")
    terminal.rows(
        (dict(zip(header, _row(each), strict=True)) for each in found.first_uses),
        output,
        COLUMNS,
        header=header,
        empty="No paper that we hold says this.",
    )
    if output == "table" and found.first_uses:
        said = (
            f"{counted(found.papers, 'paper')} of {found.bodies} of {counted(found.held, 'body', 'bodies')}."
        )
        terminal.note(f"{said} Many bodies use these words." if found.is_boilerplate else said)
    return 0


def _row(use: FirstUse) -> tuple[object, ...]:
    at = use.at
    day = at.meeting_date or at.published_on
    return (
        day, at.body, at.committee, at.title, at.page, use.alike, use.text, at.document, at.url,
        at.sha256, [asdict(piece) for piece in use.pieces],
    )  # fmt: skip


COMMANDS = (lineage,)
