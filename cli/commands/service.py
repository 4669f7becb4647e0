"""What runs for long, and care of the database: serve, mcp, schedule, worker, demo, db."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.commands.options import Command, Group, pass_app
from cli.demo.command import demo
from cli.terminal import note
from pipeline.english import counted

if TYPE_CHECKING:
    from cli.app.context import App

# What cannot be made again, next to the database.
BESIDE_DATABASE = ("papers", "keys", "paperwatch.toml", "sources", "bodies.toml", "areas.toml", "concepts")


@click.command("serve", cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@pass_app
def serve(app: App, host: str, port: int) -> int:
    """The archive as a web page, until stopped."""
    for wrong in app.archive.strange_keys():
        note(wrong)
    app.serve(host, port, lambda address: note(f"The archive is at {address} (Ctrl-C stops it)."))
    return 0


@click.command("mcp", cls=Command)
@pass_app
def mcp(app: App) -> int:
    """Give the archive to a language model as read-only tools (Model Context Protocol).

    Search, papers, pages, mentions, meetings, changes and coverage, over standard input and output. Each
    answer says what it was looked for in.
    """
    import asyncio
    from importlib.metadata import version

    tools = app.tools(version("paperwatch"))
    from cli.app.mcp_server import serve_tools

    asyncio.run(serve_tools(tools))
    return 0


@click.command("schedule", cls=Command)
@pass_app
def schedule(app: App) -> int:
    """Start `paperwatch run` by the clock of the settings, until stopped; missed runs are made up once."""
    from cli.app.schedule import keep_time

    keep_time(app.data, app.config.schedule)
    return 0


@click.command("worker", cls=Command)
@click.argument("scheduler", metavar="TCP://HOST:PORT")
@click.option(
    "--memory", default="auto", show_default=True, help="As '2 GiB'; auto is this processor's share."
)
@click.option(
    "--host", default="", help="Address to listen at; else the one from which the scheduler is reached."
)
def worker(scheduler: str, memory: str, host: str) -> int:
    """Read papers for the coordinator whose `[extract] cluster` names the same scheduler, until stopped.

    One worker reads one file at a time: start one a processor. It needs no data folder and no credentials.
    """
    from extractors.cluster.serving import serve

    serve(
        scheduler,
        memory=memory,
        host=host,
        ready=lambda address: note(f"The worker at {address} works for {scheduler}."),
    )
    return 0


db = Group("db", help="Care of the archive's database.")


@db.command("upgrade")
@pass_app
def upgrade(app: App) -> int:
    """Bring the database up to date; every other command does so by itself."""
    app.archive.reports.totals()
    click.echo("The archive is up to date.")
    return 0


@db.command("backup")
@click.argument("file", type=click.Path(dir_okay=False))
@pass_app
def backup(app: App, file: str) -> int:
    """Write a consistent copy of the database to FILE, while the archive is in use.

    It names what else to copy after this, with any tool: the papers, which are files under <data>/papers or
    where `[storage] papers` says, and whatever of keys, settings, lines and concepts there is.
    """
    size = app.archive.upkeep.backup(file)
    elsewhere = app.config.storage.papers
    there = [name for name in BESIDE_DATABASE if (app.data / name).exists()]
    click.echo(f"{file}: {size} bytes. Now copy from {app.data}, too: {', '.join(there) or 'nothing yet'}.")
    if elsewhere:
        click.echo(f"The papers are in {elsewhere}: copy them with its own tools.")
    return 0


@db.command("check")
@pass_app
def check(app: App) -> int:
    """Read everything again: the database's own check, and every paper against its SHA-256."""
    from storage.reports.machine import VERIFIED

    faults = list(app.archive.upkeep.check())
    for fault in faults:
        note(f"problem: {fault}")
    for place in app.archive.upkeep.unknown_files():
        note(f"The database does not know {place}: left over from an interrupted run, or not ours.")
    for wrong in app.archive.strange_keys():  # a copy may be checked without its keys
        note(f"warning: {wrong}")
    if not faults:
        app.archive.upkeep.mark(VERIFIED)
    kept = app.archive.upkeep.kept()
    looked_at = "No papers yet" if not kept else f"{counted(kept, 'file')} of papers read"
    click.echo(f"{'Check passed' if not faults else counted(len(faults), 'fault')}: {looked_at}.")
    return 1 if faults else 0


@db.command("copy")
@click.option("--to", "url", default="", metavar="URL", help="As `[storage] url` would name it.")
@click.option("--papers", "papers", default="", metavar="URL", help="As `[storage] papers` would name it.")
@pass_app
def copy(app: App, url: str, papers: str) -> int:
    """Copy the database, the files of papers, or both to another place, while the archive is in use.

    The database goes to SQLite or PostgreSQL, the papers to an object store or a folder. Call it again to
    continue where it stopped, or to bring the copy up to date. A copy is used by naming it as `[storage] url`
    or `[storage] papers`.
    """
    if not (url or papers):
        raise click.UsageError("name where to: --to for the database, --papers for the files of papers")
    if url:
        _copy_database(app, url)
    return _copy_papers(app, papers) if papers else 0


def _copy_database(app: App, url: str) -> None:
    from storage import copying, engines

    address = engines.address(url, app.data)
    rows = written = 0
    for copied in copying.copy_database(app.archive.database, address):
        note(
            f"{copied.table}: {counted(copied.rows, 'row')}, the same on both sides (SHA-256 {copied.sha256})"
        )
        rows, written = rows + copied.rows, written + copied.written
    click.echo(
        f"{engines.at(address).named(address)}: {counted(rows, 'row')}, {written} of them written now."
    )


def _copy_papers(app: App, url: str) -> int:
    from cli.progress import bar
    from storage.blobs import moving, opening

    archive = app.archive  # after the database: of each row that was copied the file is there
    target = opening.store_at(url, app.data, app.config.storage.papers_cache_mb)
    with bar() as progress:
        moved = moving.copy_papers(
            archive.blobs, target, url, archive.database, lambda done, of: progress("Copying", done, of, "")
        )
    for fault in moved.lost:
        note(f"problem: {fault}: it could not be copied")
    for where in moved.strange:
        note(f"The archive does not know {where}: left over from an interrupted run, or not ours.")
    if moved.removed:
        note(f"{counted(moved.removed, 'file')} of removed papers deleted from the copy.")
    note(
        f"Each file there was checked by its SHA-256 or the store's MD5 (SHA-256 of the names {moved.sha256})"
    )
    size = f"{moved.bytes / 1e6:,.0f} MB"
    click.echo(f"{url}: {counted(moved.files, 'file')}, {size}, {moved.written} of them written now.")
    return 1 if moved.lost else 0


COMMANDS = (serve, mcp, schedule, worker, demo, db)
