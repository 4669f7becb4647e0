"""`log show`, `verify`, `proof`, `consistency`, `new-key`: the archive's own log."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli import terminal
from cli.app import timestamps
from cli.app.lock import work_lock
from cli.commands.options import Group, pass_app
from cli.exits import Exit
from pipeline.archive_log import checkpoint, merkle
from pipeline.archive_log.references import RootName, read_root
from pipeline.english import counted
from pipeline.ports import Work

if TYPE_CHECKING:
    from cli.app.context import App
    from pipeline.archive_log.views import Inclusion

AS_JSON = click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
RECENT = 10


@click.group("log", cls=Group)
def log() -> None:
    """The archive's own log: what came and went, signed, so that a change of the past is seen."""


@log.command("show")
@AS_JSON
@click.option("--entries", "most", type=click.IntRange(0, 10_000), default=RECENT, show_default=True)
@pass_app
def show(app: App, output: str, most: int) -> int:
    """The signed root of the log, the key to check it with, and the newest entries."""
    root = app.archive.log.sign()
    found = app.archive.log.recent(most)
    if output == "json":
        facts = checkpoint.root_facts(root) | {"entries": [asdict(entry) for entry in found]}
        terminal.rows([facts], "json", ())
        return Exit.ALL_WELL
    click.echo(checkpoint.line(root))
    click.echo(f"Public key (Ed25519): {root.key.hex()}\n\n{root.note}")
    for entry in found:
        click.echo(f"{entry.number:>8}  {entry.content}")
    for said in app.archive.log.ran_back():
        terminal.note(said)
    return Exit.ALL_WELL


@log.command("verify")
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    metavar="SIZE:ROOT",
    help="A root that someone kept, from the foot of a digest. Give as many as you like.",
)
@click.option("--no-files", is_flag=True, help="Do not read the papers' files again.")
@pass_app
def verify(app: App, witnesses: tuple[str, ...], no_files: bool) -> int:
    """Hold every entry, record, page and file to the log, and the log to its signed roots.

    Names whatever was changed, removed or back-dated. Exit code 1: something was.
    """
    from storage.archive_log import checking

    faults = 0
    named = [read_root(witness) for witness in witnesses]
    for finding in checking.findings(app.archive.database):
        faults += finding.fault
        click.echo(finding.text if finding.fault else f"To know: {finding.text}.")
    for fault, text in timestamps.findings(app.config.log, app.archive.log.roots()):
        faults += fault
        click.echo(text if fault else f"To know: {text}.")
    for witness in named:
        if not _is_ours(app, witness):
            faults += 1
            click.echo(f"the log contradicts the root that someone kept: {witness}")
    if not no_files:
        for fault in app.archive.upkeep.changed_files():
            faults += 1
            click.echo(fault)
    for wrong in app.archive.strange_keys():  # a copy may be verified without its keys
        terminal.note(f"warning: {wrong}")
    size = counted(app.archive.log.size(), "entry", "entries")
    if faults:
        terminal.note(f"The archive does not match its log: {counted(faults, 'fault')}.")
        return Exit.NOT_ALL_WELL
    kept = f", and {counted(len(named), 'root')} that someone kept" if named else ""
    click.echo(f"The archive matches its log of {size}{kept}.")
    return Exit.ALL_WELL


@log.command("proof")
@click.option("--entry", "number", type=click.IntRange(min=1), help="The number of an entry.")
@click.option("--paper", type=int, help="Every entry about a paper, its revisions and their texts.")
@click.option(
    "--size", type=click.IntRange(min=1), default=None, help="In the log when it had this many entries."
)
@AS_JSON
@pass_app
def proof(app: App, number: int | None, paper: int | None, size: int | None, output: str) -> int:
    """Prove that an entry is in the log: the hashes from it up to the root."""
    if (number is None) == (paper is None):
        raise click.UsageError("name --entry or --paper")
    archive_log = app.archive.log
    numbers = [number] if number else [entry.number for entry in archive_log.of_paper(paper or 0)]
    if not numbers:
        terminal.note(f"The log has no entry about paper {paper}.")
        return Exit.NOT_ALL_WELL
    for each in numbers:
        found = archive_log.inclusion(each, size or 0)
        if output == "json":
            terminal.rows([_proof(found)], "json", ())
            continue
        click.echo(f"Entry {each}: {found.entry.content}")
        click.echo(f"Leaf: {merkle.leaf_hash(found.entry.content.encode()).hex()}")
        for step in found.proof:
            click.echo(f"      {step.hex()}")
        click.echo(f"Root: {found.size}:{found.root.hex()}\n")
    return Exit.ALL_WELL


@log.command("consistency")
@click.argument("old", metavar="ROOT1")
@click.argument("new", metavar="[ROOT2]", required=False)
@AS_JSON
@pass_app
def consistency(app: App, old: str, new: str | None, output: str) -> int:
    """Prove that the log of ROOT1 is the beginning of the log of ROOT2, or of the log as it is now.

    A root is written as the foot of a digest has it, 1234:9f86d0…; its size alone will do. Exit code 1: the
    log contradicts it.
    """
    archive_log = app.archive.log
    first = read_root(old)
    second = read_root(new) if new else RootName(size=archive_log.size())
    wrong = [root for root in (first, second) if not _is_ours(app, root)]
    for root in wrong:
        click.echo(f"The log contradicts this root: {root}.")
    if wrong:
        return Exit.NOT_ALL_WELL
    steps = archive_log.consistency(first.size, second.size)
    before, after = archive_log.root_at(first.size), archive_log.root_at(second.size)
    assert merkle.grew(first.size, second.size, before, after, steps), "a proof of ours holds"
    if output == "json":
        facts = {"old": f"{first.size}:{before.hex()}", "new": f"{second.size}:{after.hex()}"}
        terminal.rows([facts | {"proof": [step.hex() for step in steps]}], "json", ())
        return Exit.ALL_WELL
    click.echo(f"{first.size}:{before.hex()}\nis the beginning of\n{second.size}:{after.hex()}")
    for step in steps:
        click.echo(f"      {step.hex()}")
    return Exit.ALL_WELL


@log.command("new-key")
@click.confirmation_option(prompt="Sign with a new key from now on?")
@pass_app
def new_key(app: App) -> int:
    """Sign with a new key from now on. The log says so, and the old key signs that entry.

    Where this machine's keys are not the archive's, the archive goes on with this machine's.
    """
    with work_lock(app, Work.SEND):
        root = app.archive.log.new_key()
        app.archive.wrong_hits.key.go_on_with_own()
    click.echo(f"Roots are signed with a new key from now on: {root.key.hex()}")
    return Exit.ALL_WELL


def _is_ours(app: App, root: RootName) -> bool:
    """Whether the log had this root when it had this size."""
    if root.size > app.archive.log.size():
        return False
    return not root.root or app.archive.log.root_at(root.size) == root.root


def _proof(found: Inclusion) -> dict[str, object]:
    return {
        "entry": found.entry.number,
        "content": found.entry.content,
        "size": found.size,
        "root": found.root.hex(),
        "proof": [step.hex() for step in found.proof],
    }


COMMANDS = (log,)
