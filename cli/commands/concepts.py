"""The `concepts` commands: what is watched for, and what a watch list would find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

import click

from cli import terminal
from cli.commands import watch_options
from cli.commands.options import FORMAT, Group, pass_app
from pipeline.english import counted, short_day
from pipeline.errors import ConfigError
from pipeline.text.keys import words

if TYPE_CHECKING:
    from cli.app.context import App
    from pipeline.matching.concepts import Concept
    from pipeline.radar import NewName

MATCH = ("Members discussed the {}.", "A paper on the {} was noted.", "The {} will start in April.")
NO_MATCH = (
    "Members noted the minutes of the last meeting.",
    "The car park will be closed on Friday.",
    "Councillors asked for a report on staff turnover.",
)

SHOWN = 5  # wordings of a concept in a table

concepts = Group("concepts", help="What is watched for, in every wording it has gone under.")


@concepts.command("list")
@FORMAT
@pass_app
def list_concepts(app: App, output: str) -> int:
    """Every concept with its wordings: the first few in a table, all with --format json or csv."""
    rows = [_concept(concept) for concept in app.concepts.values()]
    if output == "table":
        rows = [{**row, "wordings": _first_few(row["wordings"])} for row in rows]
    terminal.rows(rows, output, ("id", "label", "wordings"))
    return 0


def _first_few(wordings: list[str]) -> str:
    """As many as a line has room for, and how many more there are."""
    more = len(wordings) - SHOWN
    return ", ".join(wordings[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _concept(concept: Concept) -> dict[str, Any]:
    return {
        "id": concept.id,
        "label": concept.label,
        "about": concept.about,
        "wordings": [wording.text for wording in concept.wordings],
    }


@concepts.command("test")
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@pass_app
def test_concepts(app: App, file: TextIO | None) -> int:
    """Without FILE: try every concept on its own examples. With FILE (or - for stdin): flag its lines.

    A file's answer is one JSON object a line: text, concepts (id, wording, start, end).
    """
    if file is None:
        return _try_examples(app)
    for line in file:
        text = line.rstrip("\r\n")
        found = [
            {"id": m.concept_id, "wording": m.wording.text, "start": m.start, "end": m.end}
            for m in app.watcher.mentions(text)
        ]
        terminal.rows([{"text": text, "concepts": found}], "json", ())
    return 0


def _try_examples(app: App) -> int:
    wrong = 0
    for concept_id in app.concepts:
        for due, sentence in app.watcher.wrong_examples(concept_id):
            wrong += 1
            terminal.note(f"{concept_id}: {'should match' if due else 'should not match'}: {sentence}")
    wrong_ones = f"{counted(wrong, 'example')} {'is' if wrong == 1 else 'are'} wrong"
    click.echo(f"{counted(len(app.concepts), 'concept')} tried on their examples; {wrong_ones}.")
    return 1 if wrong else 0


@concepts.command("adopt")
@click.argument("name")
@click.option("--id", "concept_id", default="", help="Id of the new concept; none: made of the name.")
@pass_app
def adopt(app: App, name: str, concept_id: str) -> int:
    """Watch for a NAME that `radar` found: writes a concept of its own, with the sentences that hold it.

    The file is <data>/concepts/ID.toml, for you to add to: other wordings, sentences that must not match.
    """
    kept = app.archive.new_names.kept()
    found = next(
        (each for each in (kept.names if kept else ()) if each.name.casefold() == name.casefold()), None
    )
    if found is None:
        raise ConfigError(f"the radar found no name {name!r}: `paperwatch radar` lists those that it found")
    id_ = concept_id or "-".join(words(found.name))
    path = app.data / "concepts" / f"{id_}.toml"
    if path.exists() or id_ in app.concepts:
        raise ConfigError(f"there is a concept {id_} already: choose another with --id")
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    written.write_text(concept_toml(found), encoding="utf-8")
    written.replace(path)
    click.echo(f"{path}: try it with `paperwatch concepts test`, then run `paperwatch flag`.")
    return 0


def concept_toml(name: NewName) -> str:
    """A concept file for a name, with the sentences that hold it as its examples."""
    from crawler.lines.toml_lines import value

    sentences = [context.text for context in name.contexts if name.name.casefold() in context.text.casefold()]
    return "\n".join(
        [
            f"label = {value(name.name[:1].upper() + name.name[1:])}",
            f"about = {value(f'A name that first appeared in a paper of {short_day(name.first_on)}.')}",
            f"wordings = [{{ text = {value(name.name)} }}]",
            "",
            "[examples]",
            f"match = {value([*sentences, *(each.format(name.name) for each in MATCH)])}",
            f"no_match = {value(NO_MATCH)}",
            "",
        ]
    )


@concepts.command("preview")
@watch_options.options
@pass_app
def preview(app: App, **asked: Any) -> int:
    """How many papers a watch list would have found in the last 30 and 365 days. Keeps nothing."""
    watch_options.say_what_it_finds(app, watch_options.described_by(app, **asked))
    return 0


@concepts.command("precision")
@FORMAT
@pass_app
def precision(app: App, output: str) -> int:
    """What readers said is not about its topic, by wording, the worst first.

    Each sentence is a candidate for the examples that a concept must not match.
    """
    rows = [
        {
            "precision": round(row.precision, 3),
            "concept": row.concept_id,
            "wording": row.wording,
            "shown": row.shown,
            "hidden": row.hidden,
            "doubted": row.doubted,
            "no_match": list(row.examples),
        }
        for row in app.archive.wrong_hits.precision()
    ]
    columns = ("precision", "concept", "wording", "shown", "hidden", "doubted", "no_match")
    terminal.rows(rows, output, columns, empty="No reader has said that a hit is wrong.")
    return 0


COMMANDS = (concepts,)
