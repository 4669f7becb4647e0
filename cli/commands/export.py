"""`export`: the archive as tables for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.commands.options import Command, pass_app
from pipeline.english import counted

if TYPE_CHECKING:
    from cli.app.context import App

FORMATS = ("csv", "parquet", "sqlite")


@click.command("export", cls=Command)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to make."
)
@pass_app
def export(app: App, form: str, out: Path) -> int:
    """Write papers, pages with their text, mentions, meetings and the health of sources as tables.

    All are of one moment, even while a run writes. The folder also has a README.md of the columns, and the
    SHA-256 of each file. It has nothing about readers, and no text of papers that are withheld.
    """
    from storage.dataset.export import export as write

    done = write(app.archive.database, form, out)
    for table, rows in done.rows.items():
        click.echo(f"{table}: {counted(rows, 'row')}")
    if done.kept_back:
        papers = counted(done.kept_back, "paper is", "papers are")
        click.echo(f"{papers} withheld or removed: without text and mentions.")
    click.echo(f"{out}: {counted(len(done.files), 'file')}. README.md says what each column is.")
    return 0


COMMANDS = (export,)
