"""`evidence`: a folder that proves what stood where and when, for whoever does not trust us."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.commands.options import Command, pass_app
from cli.terminal import note
from pipeline.english import counted
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from cli.app.context import App


@click.command("evidence", cls=Command)
@click.argument("query", required=False, default="")
@click.option("--hit", type=int, help="The number of a mention.")
@click.option("--paper", type=int, help="The number of a paper: its original, and what is said in it.")
@click.option("--page", type=click.IntRange(min=1), help="Only this page of --paper.")
@click.option("--digest", default="", metavar="KEY", help="The Message-ID of a digest: all that it told of.")
@click.option("--collection", type=int, metavar="NUMBER", help="The pages that a reader has saved in it.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to make."
)
@pass_app
def evidence(
    app: App,
    query: str,
    hit: int | None,
    paper: int | None,
    page: int | None,
    digest: str,
    collection: int | None,
    out: Path,
) -> int:
    """Make a pack that anyone can check: originals, pages with the words boxed, records, proofs of the log.

    QUERY takes every page that answers a search. The pack is a BagIt folder as ZIP; its cover letter says
    what it proves and what not, and `python verify.py` in it checks everything without us and offline.
    """
    from cli.app import evidence as packs

    ways = (bool(query), hit is not None, paper is not None, bool(digest), collection is not None)
    if sum(ways) != 1 or (page and paper is None):
        raise ConfigError(
            "evidence needs a QUERY, --hit, --paper (with --page), --digest or --collection, one of them"
        )
    if query:
        asked, wanted = f"pages that answer {query!r}", packs.of_query(app, query)
    elif digest:
        asked, wanted = f"what the digest {digest} told of", packs.of_digest(app, digest)
    elif collection is not None:
        asked, wanted = f"collection {collection}", packs.of_collection(app, collection)
    elif hit is not None:
        asked, wanted = f"mention {hit}", [app.archive.evidence.mention(hit)]
    else:
        assert paper is not None
        asked = f"paper {paper}" + (f", page {page}" if page else "")
        wanted = app.archive.evidence.mentions([(paper, "", page or 0)])
    if not wanted:
        raise ConfigError("no page says that: there is nothing to prove")
    case = packs.write_pack(app, asked, wanted, out)
    pages = sum(len(each.pages) for each in case.papers)
    click.echo(f"{out}: {counted(len(case.papers), 'paper')}, {counted(pages, 'page')}.")
    click.echo(f"Check it with: python verify.py {out.name} (verify.py is in the pack)")
    for said in case.left:
        note(f"Not in the pack: {said}.")
    for each in case.papers:
        if each.is_kept_back:
            said = "the pack has its entries of the log, not its text"
            click.echo(f"Paper {each.paper} is {each.state}: {said}.")
    return 0


COMMANDS = (evidence,)
