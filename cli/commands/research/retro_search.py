"""Looking back over the whole archive at once: hunts, and how a concept spread."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from cli import terminal
from cli.commands.options import FORMAT, Command, pass_app
from cli.commands.search import account_of, check_filters, say_not_flagged, say_what_was_searched
from pipeline.days import local_today
from pipeline.english import counted, more_mentions, short_day
from pipeline.errors import ConfigError
from pipeline.matching import query as q
from pipeline.matching import query_matching
from pipeline.text.foreign import printable
from pipeline.views import RetroHit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cli.app.context import App
    from pipeline.matching.concepts import Concept
    from pipeline.model import Hit, Page


# Programs rely on these and their order; whatever else a hit has comes after them.
_FIRST = (
    "day", "body", "body_name", "document", "meeting_date", "title", "kind", "url", "page", "label", "item",
    "wording", "snippet", "sha256", "captured_at", "more",
)  # fmt: skip
HIT = (*_FIRST, *(name for name in terminal.names(RetroHit) if name not in _FIRST))


@click.command("hunt", cls=Command)
@click.argument("query", required=False, default="")
@click.option("--concept", default="", help="Look for this concept in place of a query.")
@FORMAT
@pass_app
def hunt(app: App, query: str, concept: str, output: str) -> int:
    """Look for a query or a concept on every page of the archive, as an alert would. Nobody is alerted.

    What it finds is what a watch list with this query would have been told: one line a page and paper.
    """
    if bool(query) == bool(concept):
        raise ConfigError("hunt needs either a QUERY or --concept")
    find, narrow = _finder(app, query, concept)
    found = app.archive.reports.hunt(find, narrow)
    rows = [{name: row[name] for name in HIT} for row in map(asdict, found)]
    item = ("item",) * any(each.item for each in found)
    account = account_of(app, narrow)
    columns = ("day", "body", "title", *item, "page", "snippet")
    empty = "" if account.searched_nothing else "No results."
    terminal.rows(rows, output, columns, header=HIT, empty=empty)
    if output == "table" and not account.searched_nothing:
        papers = counted(len({row["document"] for row in rows}), "paper")
        terminal.note(f"On {short_day(local_today())}: {counted(len(rows), 'page')} in {papers}.")
        for row in rows:
            if row["more"]:
                terminal.note(f"{printable(row['title'])}: {more_mentions(row['more'])}.")
    return say_what_was_searched(app, account, narrow)


def _finder(app: App, query: str, concept: str) -> tuple[Callable[[Sequence[Page]], Sequence[Hit]], Any]:
    if query:
        check_filters(app, q.parse(query))
        rule = query_matching.rule(query)
        return query_matching.RuleSet({"": rule}).hits, rule
    hits = app.finder([_known(app, concept).id])
    return lambda pages: _first_of_each_page(hits(pages)), None


def _first_of_each_page(hits: Sequence[Hit]) -> list[Hit]:
    found: dict[int, Hit] = {}
    for hit in hits:
        found.setdefault(hit.page, hit)
    pages = list(found.values())
    # Where a paper says more than is kept, its last page tells how much.
    return [*pages[:-1], *(replace(last, more=sum(hit.more for hit in hits)) for last in pages[-1:])]


@click.command("spread", cls=Command)
@click.argument("concept")
@FORMAT
@pass_app
def spread(app: App, concept: str, output: str) -> int:
    """How a concept spread: mentions by body and month, in the order in which bodies first said it."""
    from storage.reports.spread import Month

    rows = [asdict(month) for month in app.archive.reports.spread(_known(app, concept).id)]
    account = account_of(app, None)
    say_not_flagged(app)
    empty = "" if account.searched_nothing else "No paper says it."
    terminal.rows(
        rows, output, ("body_name", "first", "month", "passages"), header=terminal.names(Month), empty=empty
    )
    return 0 if rows else say_what_was_searched(app, account, None)


def _known(app: App, concept: str) -> Concept:
    if concept not in app.concepts:
        raise ConfigError(f"there is no concept {concept!r}; there are: {', '.join(app.concepts)}")
    return app.concepts[concept]


COMMANDS = (hunt, spread)
