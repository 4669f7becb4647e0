"""`firms`: the firms that are known, and what the papers say of one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli import terminal
from cli.commands.options import FORMAT, Command, pass_app
from pipeline.english import counted, short_day
from pipeline.errors import ConfigError
from pipeline.matching import firms as firm_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.app.context import App
    from pipeline.matching.firm_record import FirmRecord, NamedBy

COLUMNS = ("what", "day", "who", "title", "says")


@click.command("firms", cls=Command)
@click.argument("firm", default="")
@FORMAT
@pass_app
def firms(app: App, firm: str, output: str) -> int:
    """The firms that are known; with a FIRM, what the papers say of it.

    Bodies that name it, notices of contracts with their changes and ends, judgments and questions.
    """
    known = firm_files.read()
    if not firm:
        rows = ({"id": each.id, "name": each.name, "names": list(each.called())} for each in known.values())
        terminal.rows(rows, output, ("id", "name", "names"))
        return 0
    if firm not in known:
        raise ConfigError(f"there is no firm {firm!r}: `paperwatch firms` lists them")
    found = app.archive.reports.firm(known[firm].called())
    header = ["what", "day", "who", "title", "says", "facts"]
    terminal.rows(_rows(found), output, COLUMNS, header=header, empty="None of the papers we have names it.")
    if output == "table" and found.first and found.last:
        named = counted(len(found.bodies), "body", "bodies")
        for shown, total, what in (
            (found.notices, found.notices_in_all, "notice"),
            (found.records, found.records_in_all, "judgment, question or other record"),
        ):
            if total > len(shown):
                terminal.note(f"The newest {len(shown):,} of {counted(total, what)} are shown.")
        terminal.note(f"Named by {named}, from {short_day(found.first)} to {short_day(found.last)}.")
    return 0


def _rows(found: FirmRecord) -> Iterator[dict[str, object]]:
    for body in found.bodies:
        said = f"{counted(body.passages, 'passage')} in {counted(body.papers, 'paper')}, first {_day(body)}"
        yield _row("body", body.last, body.body_name, "", said, asdict(body))
    for notice in found.notices:
        facts = (notice.type or notice.stage, notice.value, *notice.changes)
        said = "; ".join(filter(None, facts))
        yield _row("notice", notice.at.published_on, notice.buyer, notice.at.title, said, asdict(notice))
    for record in found.records:
        at = record.at
        yield _row(record.what, at.published_on, at.body_name, at.title, record.snippet, asdict(record))


def _row(what: str, *said: object) -> dict[str, object]:
    return dict(zip(("what", "day", "who", "title", "says", "facts"), (what, *said), strict=True))


def _day(body: NamedBy) -> str:
    return short_day(body.first) if body.first else "on a day not known"


COMMANDS = (firms,)
