"""Looking back over the whole archive at once: hunts, and how a concept spread."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from cli import show
from cli.options import FORMAT, Command, pass_house
from cli.wire import House, local_today
from pipeline import rules
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.model import Hit, Page


@click.command("hunt", cls=Command)
@click.argument("query", required=False, default="")
@click.option("--concept", default="", help="Look for this concept in place of a query.")
@FORMAT
@pass_house
def hunt(house: House, query: str, concept: str, output: str) -> int:
    """Look for a query or a concept on every page of the archive, as alerts would, and alert nobody.

    What it finds is what a watch list with this query would have been told: one line a page and paper.
    """
    if bool(query) == bool(concept):
        raise ConfigError("hunt wants a QUERY or --concept, one of the two")
    find, narrow = _finder(house, query, concept)
    found = house.archive.firsts.hunt(find, narrow)
    rows = [asdict(each) for each in found]
    show.rows(rows, output, ("day", "body", "title", "page", "snippet"))
    if output == "table":
        stands = house.archive.reports.denominator()
        papers = Counter(row["document"] for row in rows)
        show.note(
            f"On {local_today()}: {len(rows)} mentions in {len(papers)} papers, of {stands.pages} pages in "
            f"{stands.papers} papers of {stands.bodies} bodies; {stands.unreadable} papers and "
            f"{stands.unreadable_pages} pages could not be read."
        )
    return 0


def _finder(house: House, query: str, concept: str) -> tuple[Callable[[Sequence[Page]], Sequence[Hit]], Any]:
    if query:
        rule = rules.rule(query)
        return rules.RuleSet({"": rule}).hits, rule
    if concept not in house.concepts:
        raise ConfigError(f"--concept {concept}: unknown; known are {', '.join(house.concepts)}")
    from pipeline.matching import Watcher

    return Watcher([house.concepts[concept]]).hits, None


@click.command("spread", cls=Command)
@click.argument("concept")
@FORMAT
@pass_house
def spread(house: House, concept: str, output: str) -> int:
    """How a concept spread: mentions by body and month, in the order in which bodies first said it."""
    if concept not in house.concepts:
        raise ConfigError(f"there is no concept {concept!r}; there are: {', '.join(house.concepts)}")
    rows = [asdict(month) for month in house.archive.firsts.spread(concept)]
    show.rows(rows, output, ("body_name", "first", "month", "mentions"))
    return 0


COMMANDS = (hunt, spread)
