"""Questions to the archive: search, papers, meetings, status."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from cli import show
from cli.options import DAY, FORMAT, Command, pass_house
from cli.wire import House, local_today
from pipeline import query as q
from pipeline.errors import ConfigError
from pipeline.expectations import overdue
from pipeline.model import SourceHealth, SourceState
from pipeline.text import LINE_END_HYPHEN

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipeline.model import Source
    from storage.search import Answer


@click.command("search", cls=Command)
@click.argument("query")
@click.option("--body", default="", help="Only papers of this body.")
@click.option("--kind", default="", help="Only this kind of paper (agenda, pack…) or body (council, icb…).")
@click.option("--concept", default="", help="Only pages where this concept was flagged.")
@click.option("--after", type=DAY, help="Only meetings and papers from this day on.")
@click.option("--before", type=DAY, help="Only meetings and papers before this day.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="0: all.")
@FORMAT
@pass_house
def search(
    house: House,
    query: str,
    body: str,
    kind: str,
    concept: str,
    after: date | None,
    before: date | None,
    limit: int,
    output: str,
) -> int:
    """Search all pages: words, "phrases", OR, NOT, NEAR/5, prefix*, body: kind: concept: after: before:."""
    filters = {"body": body, "kind": kind, "concept": concept}
    filters |= {"after": after.isoformat() if after else "", "before": before.isoformat() if before else ""}
    answers = house.archive.search.find(q.parse(query, **filters), limit)
    show.rows(
        (_answer(answer) for answer in answers), output, ("body", "meeting_date", "title", "page", "snippet")
    )
    if output == "table":
        stands = house.archive.reports.denominator()
        show.note(
            f"{len(answers)} pages, of {stands.pages} pages in {stands.papers} papers "
            f"of {stands.bodies} bodies; {stands.unreadable} papers could not be read."
        )
    return 0


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "body": answer.body,
        "source": answer.source,
        "document": answer.document,
        "meeting_date": answer.meeting_date,
        "title": answer.title,
        "url": answer.url,
        "page": answer.page,
        "snippet": answer.snippet,
        "sha256": answer.sha256,
        "captured_at": answer.captured_at,
        "concepts": list(answer.concepts),
        "committee": answer.committee,
        "kind": answer.kind,
        "state": answer.state,
        "pages": answer.pages,
        "label": answer.label,
        "published_on": answer.published_on,
    }


@click.command("papers", cls=Command)
@click.option("--source", default="", help="Only papers of this source.")
@click.option("--body", default="", help="Only papers of this body.")
@FORMAT
@pass_house
def papers(house: House, source: str, body: str, output: str) -> int:
    """Every paper that the archive knows, newest meeting first."""
    rows = (asdict(row) for row in house.archive.reports.papers(source=source, body=body))
    show.rows(rows, output, ("body", "meeting_date", "kind", "title", "pages", "state", "revisions"))
    return 0


@click.command("show", cls=Command)
@click.argument("document", type=int)
@click.option("--page", type=click.IntRange(min=1), help="Only this page.")
@click.option("--tables", is_flag=True, help="The tables of the page, a row a line, cells apart by tabs.")
@pass_house
def show_paper(house: House, document: int, page: int | None, tables: bool) -> int:  # noqa: FBT001 - a flag of the command line
    """What the archive read of a paper; DOCUMENT is its number in the JSON of `papers`."""
    paper = next(iter(house.archive.reports.papers(document=document)), None)
    if paper is None:
        raise ConfigError(f"the archive knows no paper with the number {document}")
    pages = [each for each in house.archive.texts.pages(paper.sha256) if page in {None, each.number}]
    if page is not None and not pages:
        raise ConfigError(f"{paper.title} has no page {page}: it has {paper.pages}")
    if tables:
        if page is None:
            raise ConfigError("--tables wants a --page: reading tables is slow")
        for number, table in enumerate(house.tables(paper.sha256, page), 1):
            click.echo(f"table {number}")
            for row in table:
                click.echo("\t".join(show.printable(cell) for cell in row))
        return 0
    show.note(
        f"{paper.title}: {paper.url or 'added by hand'}\nSHA-256 {paper.sha256 or 'none'}, {paper.state}"
    )
    for each in pages:
        place = " · ".join(filter(None, (each.label or f"page {each.number}", each.item, each.method)))
        click.echo(f"--- {place}")
        for line in each.text.split("\n"):
            click.echo(show.printable(line.replace(LINE_END_HYPHEN, "-")))
    return 0


@click.command("meetings", cls=Command)
@click.option("--source", default="", help="Only meetings of this source.")
@click.option("--body", default="", help="Only meetings of this body.")
@click.option("--ahead", is_flag=True, help="Only meetings from today on.")
@click.option("--today", type=DAY, help="The day that --ahead counts from.")
@FORMAT
@pass_house
def meetings(house: House, source: str, body: str, ahead: bool, today: date | None, output: str) -> int:  # noqa: FBT001 - a flag of the command line
    """Every meeting that the archive knows, by date."""
    since = (today or local_today()) if ahead else None
    rows = (asdict(row) for row in house.archive.reports.meetings(source=source, body=body, since=since))
    show.rows(rows, output, ("body", "committee", "date", "time", "status", "papers"))
    return 0


@click.command("status", cls=Command)
@FORMAT
@pass_house
def status(house: House, output: str) -> int:
    """Totals, each source's state, what could not be read, what waits to be sent, who refused it."""
    totals = house.archive.reports.totals()
    sources, refused = source_rows(house), _refused(house)
    if output == "json":
        more = {"unreadable": _unreadable(house), "sources": sources, "refused": refused}
        show.rows([{**asdict(totals), **more}], "json", ())
        return 0
    if output == "csv":
        show.rows(sources, "csv", ())
        return 0
    click.echo(f"{totals.papers} papers, {totals.pages} pages, {totals.hits} hits.")
    _counts("Pages by method", totals.pages_by_method)
    _counts("Hits by concept", totals.hits_by_concept)
    _counts("Outbox", totals.outbox)
    if totals.to_extract:
        click.echo(f"Waiting to be read: {totals.to_extract} papers.")
    ran = [row for row in sources if row["state"] != SourceState.UNKNOWN]
    click.echo(f"\nSources: {len(sources)} known, {len(ran)} have run.")
    if ran:
        show.rows(ran, "table", ("id", "state", "last_success", "reason"))
    if refused:
        click.echo(f"\nNo longer written to: {len(refused)}.")
        show.rows(refused, "table", ("address", "reason"))
    unreadable = _unreadable(house)
    if unreadable:
        click.echo(f"\nNot read: {len(unreadable)}.")
        show.rows(unreadable, "table", ("title", "reason", "detail"))
    return 0


def _counts(title: str, counts: dict[str, int]) -> None:
    if counts:
        click.echo(f"{title}: " + ", ".join(f"{name} {count}" for name, count in counts.items()) + ".")


def _unreadable(house: House) -> list[dict[str, Any]]:
    return [asdict(row) for row in house.archive.reports.totals().unreadable]


def _refused(house: House) -> list[dict[str, str]]:
    """Readers whose address takes no messages, with what it answered."""
    from storage.ledger import REFUSED

    return [
        {"address": reader.address, "reason": reader.stopped.removeprefix(REFUSED)}
        for reader in house.archive.readers.subscribers()
        if reader.stopped.startswith(REFUSED)
    ]


def source_rows(house: House) -> list[dict[str, Any]]:
    """Every source that is known, with its state: the registry's lines, and those added by hand."""
    health = {row.id: row for row in house.archive.reports.health()}
    newest = {row.id: row.last_paper for row in house.archive.reports.sources()}
    known = [
        _source_row(source, health.pop(source.id, None), newest.get(source.id))
        for source in house.sources.values()
    ]
    by_hand = [_gone_row(row) for row in health.values()]
    return sorted([*known, *by_hand], key=lambda row: row["id"])


def _source_row(source: Source, health: SourceHealth | None, newest: datetime | None) -> dict[str, Any]:
    reasons = [health.reason if health else "", source.note]
    if newest is not None and overdue(source.expect, newest.date(), local_today()):
        reasons.insert(
            0, f"Nothing new since {newest:%d %B %Y}: it should speak every {source.expect.every} days."
        )
    state = health.state if health else SourceState.UNKNOWN
    if state is SourceState.UNKNOWN and source.platform == "manual":
        state = SourceState.MANUAL
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "platform": source.platform,
        "url": source.url,
        "codes": source.codes,
        "state": state,
        "last_success": health.last_success if health else None,
        "reason": " ".join(filter(None, reasons)),
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
        "reason": health.reason,
    }


COMMANDS = (search, papers, show_paper, meetings, status)
