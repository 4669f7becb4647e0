"""`paperwatch demo`: the whole road on a web of our own making, with no network and no service."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.app.context import App
from cli.commands.options import Command, pass_app
from cli.terminal import note
from pipeline.errors import ConfigError, PaperwatchError
from pipeline.model import MAIL, Cadence

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "demo"
MARK = ".made-by-paperwatch-demo"
READERS = (
    ("researcher@example.org", Cadence.IMMEDIATE, ()),
    ("volunteer@example.org", Cadence.WEEKLY, ("population-payment", "accountable-care-provider")),
)


@click.command("demo", cls=Command)
@click.option("--serve/--no-serve", "serves", default=True, help="Serve the archive's page at the end.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Of that page.")
@pass_app
def demo(app: App, serves: bool, port: int) -> int:
    """See it work: crawl a made-up web on this machine for two days, and search what it said.

    Everything is under <data>/demo and made anew each time.
    """
    from cli.demo.standin import StandIn

    shown = App(_fresh_folder(app.data / FOLDER), makes_archive=True)
    port = _free_port(port)
    with StandIn() as standin:
        standin.write_lines(shown.data)
        _write_settings(shown.data, port)
        _subscribe(shown)
        ids = [source for lines in standin.sources().values() for source in lines]
        note(f"A stand-in web of {len(ids)} bodies answers on this machine.")
        for day in (1, 2):
            standin.day = day
            click.echo(f"\nDay {day}, {standin.today:%A %d %B %Y}")
            _run(shown, standin.today.isoformat(), ids)
        _account(shown)
        if serves:  # while the stand-in web is there, so that links to its papers lead somewhere
            shown.serve(
                "127.0.0.1", port, lambda address: click.echo(f"\nSearch it at {address} (Ctrl-C stops).")
            )
    if not serves:
        click.echo("The stand-in web is gone, and with it what its papers' links led to; the archive stays.")
    return 0


def _fresh_folder(folder: Path) -> Path:
    if folder.exists():
        if not (folder / MARK).exists():
            raise ConfigError(f"{folder} exists and was not made by the demo: choose another --data")
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True, mode=0o700)
        (folder / MARK).touch()
    except OSError as error:
        raise ConfigError(f"{folder} cannot be made: {error.strerror}") from error
    return folder


def _free_port(port: int) -> int:
    """This port, or another where it is taken: the e-mails must name the one that will be served."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ConfigError("no port of 127.0.0.1 is free")


def _write_settings(data: Path, port: int) -> None:
    (data / "paperwatch.toml").write_text(
        f'[web]\nbase_url = "http://127.0.0.1:{port}"\n[alerts]\nsender = "digests@paperwatch.example"\n',
        encoding="utf-8",
    )


def _subscribe(app: App) -> None:
    from datetime import UTC, datetime

    for address, cadence, concepts in READERS:
        app.archive.readers.subscribe(
            address, channel=MAIL, cadence=cadence, concepts=concepts, confirmed_at=datetime.now(UTC)
        )


def _run(app: App, today: str, ids: Iterable[str]) -> None:
    """A run in a process of its own, as cron would start it."""
    command = [sys.executable, "-m", "paperwatch", "--data", str(app.data), "run", *ids, "--today", today]
    done = subprocess.run(command, check=False)  # noqa: S603 - our own command, no words of others
    if done.returncode not in {0, 1}:
        raise PaperwatchError(f"the run ended with exit code {done.returncode}")


def _started_as() -> str:
    """How the command was called: `paperwatch` alone is found only where it is on the path."""
    name = Path(sys.argv[0])
    if name.name != "paperwatch":
        return f"{sys.executable} -m paperwatch"
    return "paperwatch" if shutil.which("paperwatch") == str(name) else str(name)


def _account(app: App) -> None:
    """What was found, and where it is."""
    reports = app.archive.reports
    totals, account = reports.totals(), reports.account()
    click.echo(
        f"\n{account.bodies} bodies, {totals.papers} papers, {totals.pages} pages "
        f"({', '.join(f'{count} by {method}' for method, count in totals.pages_by_method.items())}), "
        f"{totals.hits} mentions:"
    )
    for concept, count in sorted(totals.hits_by_concept.items(), key=lambda pair: (-pair[1], pair[0])):
        label = app.concepts[concept].label if concept in app.concepts else concept
        click.echo(f"  {count:4}  {label}")
    parse = BytesParser(policy=policy.default).parsebytes
    messages = [(path, parse(path.read_bytes())) for path in (app.data / "outbox").glob("*.eml")]
    messages.sort(key=lambda each: (each[1]["Date"].datetime, each[1]["To"]))
    click.echo(f"\n{len(messages)} e-mails, to open in a mail client:")
    for path, message in messages:
        click.echo(f"  {path}\n      to {message['To']}: {message['Subject']}")
    click.echo(
        "\nBoth days were played in one go: the papers say that they were captured today, as this machine's "
        "clock has it."
    )
    click.echo(f"\nThe data: {app.data}")
    click.echo(f"Try:      {_started_as()} search '\"whole population payment\"' --data {app.data}")
