"""The options that describe one watch list, for every command that takes one."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from cli import terminal
from pipeline.english import counted
from pipeline.model import DocumentKind, WatchList
from pipeline.where import part

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.app.context import App

_KINDS = [kind.value for kind in DocumentKind]
_OPTIONS = (
    click.option("--concept", "wanted", multiple=True, help="This concept; may be given again. None: all."),
    click.option("--query", default="", help="Or pages that answer this search: see `paperwatch search`."),
    click.option("--body", "bodies", multiple=True, help="Only this body; may be given again. None: all."),
    click.option(
        "--part",
        "parts",
        multiple=True,
        help="Only this committee, meeting or paper, as in vale/committee/Cabinet or vale/paper/34; "
        "may be repeated, and used with --body.",
    ),
    click.option(
        "--kind",
        "kinds",
        multiple=True,
        type=click.Choice(_KINDS),
        help="Only this kind of paper (repeatable).",
    ),
    click.option(
        "--area", default="", help="Say each month who in the area of this board left the subject out."
    ),
    click.option("--name", default="", help="What the reader calls this watch list."),
    click.option("--note", default="", help="Why they follow it: said back to them in the digest."),
)


def options(command: Callable[..., int]) -> Callable[..., int]:
    """The options that describe one watch list."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), command)


def described_by(app: App, **asked: Any) -> WatchList:
    """The list that the options describe. Raises QueryError or ConfigError for one that cannot be kept."""
    return app.readers.checked(
        WatchList(
            name=asked["name"],
            concepts=asked["wanted"],
            query=asked["query"],
            bodies=asked["bodies"],
            parts=tuple(map(part, asked["parts"])),
            kinds=tuple(DocumentKind(kind) for kind in asked["kinds"]),
            note=asked["note"],
            area=asked["area"],
        )
    )


def say_what_it_finds(app: App, watch: WatchList) -> None:
    """Say how many papers it would have found, and whether that is too much to read."""
    is_by_concept = bool(watch.concepts or not watch.query)
    find = app.finder(watch.concepts) if is_by_concept and app.not_flagged() else None
    found = app.readers.preview(watch, find)
    click.echo(
        f"It would have found {counted(found.days_30, 'paper')} of the last 30 days, "
        f"{found.days_365:,} of the last 365."
    )
    if found.too_broad:
        terminal.note(found.too_broad)
