"""`docs`: these pages, on this machine."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from cli.commands.options import Command
from cli.terminal import note
from pipeline.errors import ConfigError

ROOT = Path(__file__).parents[2]
PLACES = (ROOT / "docs", ROOT / "build" / "docs")  # in a wheel; in a checkout, after `make docs`


@click.command("docs", cls=Command)
@click.option("--print", "prints", is_flag=True, help="Print where they are; open nothing.")
def docs(prints: bool) -> int:
    """Open the documentation in your browser. It needs no network."""
    page = next((each / "index.html" for each in PLACES if (each / "index.html").exists()), None)
    if page is None:
        raise ConfigError("the documentation is not built yet: run `make docs` in the checkout")
    click.echo(page.as_uri())
    if not prints and not webbrowser.open(page.as_uri()):
        note("There is no browser here: open this file in one.")
    return 0


COMMANDS = (docs,)
