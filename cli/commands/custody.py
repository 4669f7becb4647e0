"""`papers withhold`, `restore`, `remove`, `move`, `log`: what a person does to papers of the archive."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli import terminal
from cli.app.lock import work_lock
from cli.commands.add import source_by_hand
from cli.commands.options import FORMAT, pass_app
from cli.commands.search import papers
from extractors.ocr import known_pictures
from pipeline.english import counted
from pipeline.ports import Work
from pipeline.text.foreign import one_line
from pipeline.views import PaperAction

if TYPE_CHECKING:
    from cli.app.context import App

DOCUMENT = click.argument("document", type=int)
REASON = click.option("--reason", required=True, help="Why: readers see it in the paper's place.")
LOG_REASON = click.option("--reason", default="", help="Why: kept in the log.")


@papers.command("withhold")
@DOCUMENT
@REASON
@pass_app
def withhold(app: App, document: int, reason: str) -> int:
    """Keep a paper back from the web, searches and messages until it is restored.

    DOCUMENT is its number in `papers`. Its bytes stay in the archive, and no run fetches it again.
    """
    with work_lock(app, *Work):
        same = app.archive.custody.withhold(document, one_line(reason))
    click.echo(f"Paper {document} is withheld. `paperwatch papers restore {document}` gives it back.")
    if same:
        others = ", ".join(map(str, same))
        terminal.note(f"The same file is also held as {counted(len(same), 'other paper')}: {others}.")
    return 0


@papers.command("restore")
@DOCUMENT
@LOG_REASON
@pass_app
def restore(app: App, document: int, reason: str) -> int:
    """Give a withheld paper back to readers."""
    with work_lock(app, *Work):
        app.archive.custody.restore(document, one_line(reason))
    click.echo(f"Paper {document} is back.")
    return 0


@papers.command("remove")
@DOCUMENT
@REASON
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_app
def remove(app: App, document: int, reason: str, yes: bool) -> int:
    """Delete a paper's bytes and text for good. That it was here, and why it went, stays.

    Copies in backups are not touched; a copy by `db copy --papers` loses it at the next call of that. To be
    able to take it back, use `withhold`.
    """
    if not yes:
        click.confirm(f"Delete the bytes and the text of paper {document} for good?", abort=True, err=True)
    with work_lock(app, *Work):
        files = app.archive.custody.remove(document, one_line(reason))
        known_pictures.forget(app.pictures_read)
    click.echo(f"Paper {document} is removed: {counted(files, 'file')} deleted.")
    return 0


@papers.command("move")
@DOCUMENT
@click.option("--body", required=True, help="Id of the body whose paper it is.")
@LOG_REASON
@pass_app
def move(app: App, document: int, body: str, reason: str) -> int:
    """Give a paper that was added by hand to another body."""
    target = source_by_hand(app, body, new=False)
    with work_lock(app, *Work):
        app.archive.custody.move(document, target, one_line(reason))
    click.echo(f"Paper {document} is now of {body}.")
    return 0


@papers.command("log")
@FORMAT
@pass_app
def log(app: App, output: str) -> int:
    """What was done to papers by hand, the last first."""
    rows = (asdict(action) for action in app.archive.custody.log())
    terminal.rows(
        rows, output, ("at", "action", "document", "title", "reason"), header=terminal.names(PaperAction)
    )
    return 0


COMMANDS = (papers,)
