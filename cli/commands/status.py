"""`status`: what is held, and what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from operator import itemgetter
from time import sleep
from typing import TYPE_CHECKING, Any

import click

from cli import terminal
from cli.commands.options import FORMAT, Command, pass_app
from extractors.isolation import cage
from pipeline.english import counted, instant, listed, not_flagged, not_read, read_since, short_day
from pipeline.errors import ConfigError
from pipeline.health.account import account_facts
from pipeline.health.machine import concerns, machine_facts, machine_sentences
from pipeline.health.remedies import Problem, problem_lines
from pipeline.health.run_state import OFF, WELL, is_settled
from pipeline.model import SourceState
from pipeline.text.foreign import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.app.context import App
    from pipeline.health.machine import Machine
    from pipeline.model import Account, Source, SourceHealth
    from pipeline.views import RunRow

    Rows = list[dict[str, Any]]
    Refused = list[dict[str, str]]

LINES = {"sources", "bodies", "areas", "switched_off"}  # without them the sources are those of the archive


@click.command("status", cls=Command)
@FORMAT
@click.option("--watch", type=click.FloatRange(min=1), metavar="SECONDS", help="Say it again and again.")
@pass_app
def status(app: App, output: str, watch: float | None) -> int:
    """What is wrong, first; then the last run, and what is held. Exit code 1: not all is well.

    A site that has refused us for a week (robots.txt, 403) is named apart, and makes no exit code 1.
    `paperwatch sources list` shows every source with its state.
    """
    while watch:
        click.clear()
        click.echo(f"{instant(datetime.now(UTC))}")
        _say(app, output)
        sleep(watch)
    return _say(app, output)


def _say(app: App, output: str) -> int:
    wrong = app.wrong_parts()
    if "config" in wrong:
        raise ConfigError(wrong["config"])
    sources, refused = source_rows(app, readable=not wrong.keys() & LINES), _refused(app)
    account, machine = app.archive.reports.account(), app.machine()
    problems = [
        *(Problem("files", line) for text in dict.fromkeys(wrong.values()) for line in text.splitlines()),
        *(Problem(concern.subject, concern.text) for concern in concerns(machine)),
        *_house_not_well(app),
        *_sources_not_well(sources),
        *_messages_not_well(refused),
        *_papers_not_well(account),
    ]
    if output == "csv":
        terminal.rows(sources, "csv", ())
    elif output == "json":
        terminal.rows([_as_json(app, sources, refused, problems, account, machine)], "json", ())
    else:
        _as_text(app, sources, refused, problems, account, machine)
    return 1 if problems else 0


def _as_json(
    app: App, sources: Rows, refused: Refused, problems: Sequence[Problem], account: Account, machine: Machine
) -> dict[str, Any]:
    totals = app.archive.reports.totals()
    return {
        **asdict(totals),
        "unreadable": [asdict(row) for row in totals.unreadable],
        "sources": sources,
        "refused": refused,
        "not_well": [problem.what for problem in problems],
        "problems": [{**asdict(problem), "helps": problem.helps} for problem in problems],
        "settled": list(_settled(sources)),
        "last_run": asdict(machine.last_run) if machine.last_run else None,
        "running": machine.running,
        "account": account_facts(account),
        "machine": machine_facts(machine),
        "bars": cage.bars(),
        "not_flagged": _waiting_to_be_flagged(app),
    }


def _as_text(
    app: App, sources: Rows, refused: Refused, problems: Sequence[Problem], account: Account, machine: Machine
) -> None:
    totals = app.archive.reports.totals()
    for line in problem_lines(problems):
        click.echo(printable(line))
    click.echo(_last_run(machine.last_runs, machine.running))
    held = counted(totals.papers, "paper"), counted(totals.pages, "page"), counted(totals.hits, "mention")
    click.echo(f"{', '.join(held)}.")
    click.echo(f"{read_since(account)} {not_read(account)}".rstrip())
    for line in machine_sentences(machine):
        click.echo(line)
    click.echo(_bars())
    _counts("Pages by method", totals.pages_by_method)
    _counts("Pages with parts", {state: count for state, count in totals.pages_with_parts.items() if count})
    _counts("Mentions by concept", totals.hits_by_concept)
    _counts("Outbox", totals.outbox)
    if waiting := _waiting_to_be_flagged(app):
        click.echo(not_flagged(waiting))
    click.echo(_by_state(sources))
    _lists(list(_settled(sources)), refused, [asdict(row) for row in totals.unreadable])


def _waiting_to_be_flagged(app: App) -> int:
    """None can be counted while a concept cannot be read, which is a problem of its own."""
    try:
        return app.not_flagged()
    except ConfigError:
        return 0


def _by_state(sources: Rows) -> str:
    states = Counter(str(row["state"]) for row in sources)
    not_run = states.pop(SourceState.UNKNOWN, 0)
    by_state = [f"{count:,} {state}" for state, count in states.most_common()]
    rest = [f"{not_run:,} not yet run"] if not_run else []
    return f"{counted(len(sources), 'source')}: {', '.join([*by_state, *rest])}."


def _lists(settled: Sequence[str], refused: Refused, unreadable: Rows) -> None:
    if settled:
        click.echo(f"\nRefused for a week or longer: {len(settled)}. Their papers can be added by hand.")
        for line in settled:
            click.echo(printable(line))
    if refused:
        click.echo(f"\nAddresses that rejected our mail: {len(refused)}.")
        terminal.rows(refused, "table", ("address", "reason"))
    if unreadable:
        click.echo(f"\nNot read, or not in full: {counted(len(unreadable), 'paper')}.")
        terminal.rows(unreadable, "table", ("document", "title", "reason", "detail"))


def _bars() -> str:
    """What confines the processes that open papers, as well as their limits of memory, time and output."""
    up = cage.bars()
    missing = [bar for bar in cage.Restriction if bar not in up]
    without = f" This machine's kernel has no bar for {' or '.join(missing)}." if missing else ""
    return f"Papers are opened behind bars for {listed(up)}.{without}" if up else without.strip()


def _last_run(runs: Sequence[RunRow], holder: str) -> str:
    last = max(runs, key=lambda run: run.started_at, default=None)
    if holder:
        begun = f", begun on {instant(last.started_at)}" if last and last.ended_at is None else ""
        return f"A run is going on (process {holder}){begun}."
    if last is None:
        return "Nothing has been crawled yet: `paperwatch run`."
    if last.shard:
        each = listed([f"{run.shard} {_ended(run)}" for run in runs])
        return f"The last crawls of each shard: {each}."
    return f"The last run began on {instant(last.started_at)} and {_ended(last)}."


def _ended(run: RunRow) -> str:
    return f"ended on {instant(run.ended_at)}" if run.ended_at else "did not end"


def _house_not_well(app: App) -> Iterator[Problem]:
    yield from (Problem("settings", variable) for variable in app.unknown_variables())
    yield from (Problem("keys", fault) for fault in app.archive.strange_keys())
    try:
        app.check_channel()
    except ConfigError as error:
        yield Problem("channel", f"no message can be sent: {error}")


def _sources_not_well(sources: Sequence[dict[str, Any]]) -> Iterator[Problem]:
    """Those in one state together: what helps is said once."""
    for row in sorted(sources, key=itemgetter("state", "id")):
        if row["state"] not in WELL and not row["settled"]:
            yield Problem(row["state"], f"source {row['id']} is {row['state']}: {row['reason']}")


def _settled(sources: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in sources:
        if row["settled"]:
            yield f"source {row['id']} is {row['state']} since {short_day(row['since'])}: {row['reason']}"


def _messages_not_well(refused: Sequence[dict[str, str]]) -> Iterator[Problem]:
    if refused:
        what = f"{counted(len(refused), 'reader')} can no longer be written to: see below"
        yield Problem("addresses", what)


def _papers_not_well(account: Account) -> Iterator[Problem]:
    if account.unreadable or account.unreadable_pages:
        yield Problem("unreadable", f"{not_read(account)} See below")


def _counts(title: str, counts: dict[str, int]) -> None:
    if counts:
        click.echo(f"{title}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()) + ".")


def _refused(app: App) -> Refused:
    """Readers whose address takes no messages, with what it answered."""
    from pipeline.model import REFUSED

    return [
        {"address": reader.address, "reason": reader.stopped.removeprefix(REFUSED)}
        for reader in app.archive.readers.subscribers()
        if reader.stopped.startswith(REFUSED)
    ]


def source_rows(app: App, *, readable: bool = True) -> Rows:
    """Every source that is known, with its state: the registry's lines, and those added by hand.

    Where the lines are not `readable`, those that the archive knows.
    """
    reports = app.archive.reports if app.has_archive else None
    health = {row.id: row for row in reports.health()} if reports else {}
    known = [
        _source_row(source, health.pop(source.id, None), off=source.id in app.switched_off)
        for source in (app.sources.values() if readable else ())
    ]
    by_hand = [_gone_row(row) for row in health.values()]
    return sorted([*known, *by_hand], key=lambda row: row["id"])


def _source_row(source: Source, health: SourceHealth | None, *, off: bool) -> dict[str, Any]:
    never = SourceState.MANUAL if source.platform == "manual" else SourceState.UNKNOWN
    state = SourceState.OFF if off else health.state if health else never
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "platform": source.platform,
        "url": source.url,
        "codes": source.codes,
        "state": state,
        "last_success": health.last_success if health else None,
        "since": health.since if health else None,
        "settled": bool(health and is_settled(health, datetime.now(UTC))),
        "reason": OFF if off else " ".join(filter(None, (health.reason if health else "", source.note))),
        "silent": state is SourceState.SILENT,
        "left": [asdict(count) for count in health.left] if health else [],
    }


def _gone_row(health: SourceHealth) -> dict[str, Any]:
    """A source of the archive that no line names (any more): papers added by hand, lines removed."""
    return {
        "id": health.id,
        "name": health.name,
        "kind": health.kind,
        "platform": "manual",
        "url": "",
        "codes": {},
        "state": health.state,
        "last_success": health.last_success,
        "since": health.since,
        "settled": is_settled(health, datetime.now(UTC)),
        "reason": health.reason,
        "silent": health.state is SourceState.SILENT,
        "left": [asdict(count) for count in health.left],
    }


COMMANDS = (status,)
