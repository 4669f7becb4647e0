"""Questions to the archive: search, papers, show, meetings."""

from __future__ import annotations

import shlex
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from cli import terminal
from cli.app.context import App
from cli.commands.add import SOURCE_PREFIX
from cli.commands.options import DAY, FORMAT, Command, ListGroup, pass_app
from pipeline.changes import ChangeKind, ChangeRow, change_said
from pipeline.days import local_today
from pipeline.english import (
    answer_foot,
    counted,
    narrowed,
    nearly_found,
    not_flagged,
    pages_found,
    short_day,
)
from pipeline.errors import ConfigError
from pipeline.health.account import Scope
from pipeline.health.machine import stale
from pipeline.matching import query as q
from pipeline.matching.hints import hints
from pipeline.matching.loosening import ENOUGH
from pipeline.model import BY_HAND, DocumentState
from pipeline.text.canonical import LINE_END_HYPHEN
from pipeline.text.foreign import printable
from pipeline.views import MeetingRow, Nearly, PaperRow, Results
from pipeline.where import EVERYWHERE, Where
from web.data import answers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from pipeline.model import Account
    from pipeline.views import Answer


NO_NEAR_NAME = "`paperwatch sources list` lists them."
CHANGES_BACK = 7  # days, where nobody says since when
NOTHING_SEARCHED = 1  # exit code: a person should see that no page was there to look in
SHOWN = 20  # pages in a table, where nobody asks for more


@click.command("search", cls=Command)
@click.argument("query")
@click.option("--body", default="", help="Only papers of this body.")
@click.option("--kind", default="", help="Only this kind of paper (agenda, pack…) or body (council, icb…).")
@click.option("--concept", default="", help="Only pages where this concept was flagged.")
@click.option("--after", type=DAY, help="Only meetings and papers from this day on.")
@click.option("--before", type=DAY, help="Only meetings and papers before this day.")
@click.option("--limit", type=click.IntRange(min=0), help="0: all; else 20 in a table.")
@FORMAT
@pass_app
def search(
    app: App,
    query: str,
    body: str,
    kind: str,
    concept: str,
    after: date | None,
    before: date | None,
    limit: int | None,
    output: str,
) -> int:
    """Search all pages: words, "phrases", OR, NOT, NEAR/5, prefix*, body: kind: concept: after: before:."""
    filters = {"body": body, "kind": kind, "concept": concept}
    filters |= {"after": after.isoformat() if after else "", "before": before.isoformat() if before else ""}
    asked = q.parse(query, **filters)
    if asked == q.Query(text=asked.text):
        raise click.UsageError("Write what to look for: words, or a filter such as concept:savings.")
    check_filters(app, asked)
    if limit is None:
        limit = SHOWN if output == "table" else 0
    if limit:
        results = app.archive.search.look(asked, limit)
        found, total = results.answers, results.total
        about = "more than " if results.more else "about " if results.about else ""
    else:
        found = app.archive.search.find(asked, limit=0)
        total, about = len(found), ""
    item = ("item",) * any(answer.item for answer in found)
    columns = ("body", "meeting_date", "title", *item, "page", "snippet")
    account = account_of(app, asked)
    empty = "" if account.searched_nothing else "No results."
    terminal.rows(_rows(app, found, output), output, columns, header=answers.COLUMNS, empty=empty)
    if len(found) < total:
        terminal.note(f"The first {len(found):,} of {about}{counted(total, 'page')}; --limit 0 for all.")
    elif output == "table" and found:
        terminal.note(f"{counted(total, 'page')}.")
    if meant := q.capitals(query):
        terminal.note(f"AND, OR, NOT and NEAR are written in capitals. Did you mean: {meant}")
    for hint in hints(asked):
        terminal.note(f"{hint.said} {hint.query and f'search {shlex.quote(hint.query)}'}".rstrip())
    _say_families(app, asked)
    _show_nearly(app, asked, total, columns, output)
    return say_what_was_searched(app, account, asked)


def _show_nearly(app: App, asked: q.Query, total: int, columns: Sequence[str], output: str) -> None:
    """Where few pages have all of the words, pages with most of them: for people, in a table of their own."""
    nearly = app.archive.search.nearly(asked) if total < ENOUGH else Nearly()
    if not nearly.answers:
        return
    said = nearly_found(Results(total=total), nearly)
    if output == "table":
        terminal.note(said)
        terminal.rows(_rows(app, nearly.answers, output), output, columns)
    else:
        terminal.note(f"{said} see --format table")


def _say_families(app: App, asked: q.Query) -> None:
    """What else a known wording is called, and how to find all of it."""
    from pipeline.matching.families import Families

    for family in Families(app.concepts.values()).named(asked):
        whole = replace(asked, expression=None, concept=family.concept)
        pages = pages_found(app.archive.search.look(whole, 1))
        note = (
            f"{family.sentence} ({family.label}: {pages}). To find them all: search concept:{family.concept}"
        )
        terminal.note(note)


def check_filters(app: App, query: q.Query) -> None:
    """Raises QueryError for a filter that nothing could answer to."""
    q.check_kinds(query)
    if query.concept:
        q.check_filter(query, "concept", app.concepts, f"There are {', '.join(app.concepts)}.")
    if query.body:
        # A source may be named for the body whose papers it lists.
        known = app.known_bodies() | app.known_sources()
        q.check_filter(query, "body", known, _body_remedy(app, query.body))


def check_place(app: App, source: str, body: str) -> None:
    """Raises ConfigError for a source or a body that there is not."""
    if source and source not in (known := app.known_sources()):
        raise ConfigError(f"--source: there is no source {source!r}. {_remedy(source, known)}")
    if body and body not in (known := app.known_bodies()):
        raise ConfigError(f"--body: there is no body {body!r}. {_body_remedy(app, body)}")


def _body_remedy(app: App, typed: str) -> str:
    return (app.suggest_body(typed) or NO_NEAR_NAME).replace("did", "Did", 1)


def _remedy(word: str, known: Collection[str]) -> str:
    from crawler.lines.entries import near

    meant = near(word, known).removeprefix(", d")
    return f"D{meant}" if meant else NO_NEAR_NAME


def account_of(app: App, query: q.Query | None) -> Account:
    """What there is to look in, as the filters of a query narrow it."""
    return app.archive.reports.account((Scope(query=query),) if query else ())


def say_what_was_searched(app: App, account: Account, query: q.Query | None) -> int:
    """On stderr, whatever the answer's format; returns the exit code: nothing searched is not "nothing"."""
    if query and query.concept:
        say_not_flagged(app)
    names = {row.id: row.name for row in app.archive.reports.bodies()} if query and query.body else {}
    terminal.note(answer_foot(account, narrowed(query, names) if query else ""))
    if late := stale(app.machine(with_alerts=False)):
        terminal.note(f"problem: {late}")
    return NOTHING_SEARCHED if account.searched_nothing else 0


def say_not_flagged(app: App) -> None:
    """Where what was flagged is the answer: that a concept is new or changed, and not yet looked for."""
    if waiting := not_flagged(app.not_flagged()):
        terminal.note(f"problem: {waiting}")


def _rows(app: App, found: Iterable[Answer], output: str) -> list[dict[str, Any]]:
    """Answers as rows; in a table the title of a paper that is no longer listed says so."""
    rows = [answers.row(answer, app.config.web.base_url) for answer in found]
    if output != "table":
        return rows
    return [{**row, "title": f"{row['title']}{_unlike(row['state'])}"} for row in rows]


def _unlike(state: str) -> str:
    """Said of a paper that its body no longer lists, or that is otherwise not as it was."""
    return "" if state == DocumentState.HELD else f" ({state})"


@click.group("papers", cls=ListGroup)
@click.option("--source", default="", help="Only papers of this source.")
@click.option("--body", default="", help="Only papers of this body.")
@FORMAT
@click.pass_context
def papers(context: click.Context, source: str, body: str, output: str) -> int:
    """Every paper that the archive knows, newest meeting first."""
    if context.invoked_subcommand:
        return 0
    app = context.find_object(App)
    assert app is not None
    check_place(app, source, body)
    rows = (asdict(row) for row in app.archive.reports.papers(source=source, body=body))
    terminal.rows(
        rows,
        output,
        ("document", "body", "meeting_date", "kind", "title", "pages", "state", "revisions"),
        header=terminal.names(PaperRow),
        empty=f"We have no paper{_of(app, source, body)}.",
    )
    return 0


def _of(app: App, source: str, body: str) -> str:
    """As in " of Suffolk County Council"; "" where neither was asked for."""
    if not body:
        return f" of the source {source}" if source else ""
    names = {row.id: row.name for row in app.archive.reports.bodies()}
    of_source = f" and the source {source}" if source else ""
    return f" of {names.get(body, body)}{of_source}"


@click.command("show", cls=Command)
@click.argument("document", type=int)
@click.option("--page", type=click.IntRange(min=1), help="Only this page.")
@click.option("--tables", is_flag=True, help="The tables of the page, a row a line, cells apart by tabs.")
@pass_app
def show_paper(app: App, document: int, page: int | None, tables: bool) -> int:
    """What the archive read of a paper; DOCUMENT is its number in `papers`."""
    paper = next(iter(app.archive.reports.papers(document=document)), None)
    if paper is None:
        raise ConfigError(f"there is no paper with the number {document}")
    pages = [each for each in app.archive.texts.pages(paper.sha256) if page in {None, each.number}]
    if page is not None and not pages:
        raise ConfigError(f"{paper.title} has no page {page}: it has {paper.pages}")
    if tables:
        if page is None:
            raise ConfigError("--tables needs a --page: reading tables is slow")
        for number, table in enumerate(app.tables(paper.sha256, page), 1):
            click.echo(f"table {number}")
            for row in table:
                click.echo("\t".join(printable(cell) for cell in row))
        return 0
    terminal.note(f"{paper.title}: {_origin(paper)}\nSHA-256 {paper.sha256 or 'none'}, {paper.state}")
    for each in pages:
        place = " · ".join(filter(None, (each.label or f"page {each.number}", each.item, each.method)))
        click.echo(f"--- {place}")
        for line in each.text.split("\n"):
            click.echo(printable(line.replace(LINE_END_HYPHEN, "-")))
    return 0


def _origin(paper: PaperRow) -> str:
    by_hand = BY_HAND if paper.source.startswith(SOURCE_PREFIX) else ""
    unpublished = "not published" if paper.state == DocumentState.RESTRICTED else ""
    return ", ".join(filter(None, (paper.url, by_hand, unpublished))) or "no address"


@click.command("meetings", cls=Command)
@click.option("--source", default="", help="Only meetings of this source.")
@click.option("--body", default="", help="Only meetings of this body.")
@click.option("--ahead", is_flag=True, help="Only meetings from today on.")
@click.option("--today", type=DAY, help="The day that --ahead counts from.")
@FORMAT
@pass_app
def meetings(app: App, source: str, body: str, ahead: bool, today: date | None, output: str) -> int:
    """Every meeting that the archive knows, by date."""
    check_place(app, source, body)
    since = (today or local_today()) if ahead else None
    rows = (asdict(row) for row in app.archive.reports.meetings(source=source, body=body, since=since))
    terminal.rows(
        rows,
        output,
        ("body", "committee", "date", "time", "status", "papers"),
        header=terminal.names(MeetingRow),
    )
    return 0


@click.command("changes", cls=Command)
@click.option(
    "--since", type=DAY, help="Changes that runs of this day and later saw; none: of the last 7 days."
)
@click.option("--until", type=DAY, help="Changes that runs up to this day saw.")
@click.option("--body", default="", help="Only of this body.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in ChangeKind]),
    help="Only changes of this kind; may be given more than once.",
)
@FORMAT
@pass_app
def changes(
    app: App, since: date | None, until: date | None, body: str, kinds: tuple[str, ...], output: str
) -> int:
    """What happened to papers and meetings: new, replaced, withdrawn, moved, cancelled, late. The last first.

    A change belongs to the day of the run that saw it. A meeting is late when it is less than five days away
    and has no paper out.
    """
    check_place(app, "", body)
    where, of = Where((body,)) if body else EVERYWHERE, [ChangeKind(kind) for kind in kinds]
    first = since or (until or local_today()) - timedelta(days=CHANGES_BACK)
    found = app.archive.reports.changes(since=first, until=until, where=where, kinds=of)
    before = () if found else app.archive.reports.changes(until=first, where=where, kinds=of, limit=1)
    last = f" The last changes are of {short_day(before[0].day)}: --since {before[0].day}" if before else ""
    rows = ({**asdict(change), "said": change_said(change)} for change in found)
    terminal.rows(
        rows,
        output,
        ("day", "body", "committee", "meeting_date", "title", "said"),
        header=[*terminal.names(ChangeRow), "said"],
        empty=f"Nothing changed.{last}",
    )
    return 0


COMMANDS = (search, show_paper, meetings, changes)
