"""The registries of concepts and of subscribers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from cli import show
from cli.options import FORMAT, Group, pass_house
from cli.wire import CADENCES, MAIL, House
from pipeline.errors import ConfigError
from pipeline.model import Cadence

if TYPE_CHECKING:
    from pipeline.concepts import Concept

concepts = Group("concepts", help="What is watched for, in every wording it has gone under.")
subscribers = Group("subscribers", help="The readers of digests.")


@concepts.command("list")
@FORMAT
@pass_house
def list_concepts(house: House, output: str) -> int:
    """Every concept with its wordings."""
    rows = [_concept(concept) for concept in house.concepts.values()]
    show.rows(rows, output, ("id", "label", "wordings"))
    return 0


def _concept(concept: Concept) -> dict[str, Any]:
    return {
        "id": concept.id,
        "label": concept.label,
        "about": concept.about,
        "wordings": [wording.text for wording in concept.wordings],
    }


@concepts.command("test")
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@pass_house
def test_concepts(house: House, file: TextIO | None) -> int:
    """Without FILE: try every concept on its own examples. With FILE (or - for stdin): flag its lines.

    A file's answer is one JSON object a line: text, concepts (id, wording, start, end).
    """
    if file is None:
        return _try_examples(house)
    for line in file:
        text = line.rstrip("\r\n")
        found = [
            {"id": m.concept_id, "wording": m.wording.text, "start": m.start, "end": m.end}
            for m in house.watcher.mentions(text)
        ]
        show.rows([{"text": text, "concepts": found}], "json", ())
    return 0


def _try_examples(house: House) -> int:
    wrong = 0
    for concept in house.concepts.values():
        for due, sentences in ((True, concept.match), (False, concept.no_match)):
            for sentence in sentences:
                ids = {mention.concept_id for mention in house.watcher.mentions(sentence)}
                if (concept.id in ids) is not due:
                    wrong += 1
                    show.note(f"{concept.id}: {'should match' if due else 'should not match'}: {sentence}")
    click.echo(f"{len(house.concepts)} concepts tried on their examples; {wrong} examples are wrong.")
    return 1 if wrong else 0


@subscribers.command("add")
@click.argument("address")
@click.option("--concept", "wanted", multiple=True, help="Only this concept; may be given again. None: all.")
@click.option("--body", "bodies", multiple=True, help="Only this body; may be given again. None: all.")
@click.option("--cadence", type=click.Choice(CADENCES), default=Cadence.WEEKLY.value, show_default=True)
@pass_house
def add_subscriber(
    house: House, address: str, wanted: tuple[str, ...], bodies: tuple[str, ...], cadence: str
) -> int:
    """Add a reader who has asked you for it, or change what a known address gets."""
    from alerts.addresses import wire_address
    from pipeline.errors import DeliveryError

    try:
        wire_address(address)
    except (DeliveryError, ValueError) as error:
        raise ConfigError(f"{address!r} is no address that mail can be sent to: {error}") from error
    for concept in wanted:
        if concept not in house.concepts:
            raise ConfigError(f"--concept {concept}: unknown; known are {', '.join(house.concepts)}")
    subscriber = house.archive.ledger.subscribe(
        address,
        channel=MAIL,
        cadence=Cadence(cadence),
        concepts=wanted,
        bodies=bodies,
        confirmed_at=datetime.now(UTC),
    )
    click.echo(f"{subscriber.address} gets a {subscriber.cadence} digest.")
    return 0


@subscribers.command("list")
@FORMAT
@pass_house
def list_subscribers(house: House, output: str) -> int:
    """Every reader and what they asked for."""
    rows = [
        {name: value for name, value in asdict(subscriber).items() if name != "token"}
        for subscriber in house.archive.ledger.subscribers()
    ]
    show.rows(rows, output, ("address", "cadence", "concepts", "bodies", "confirmed_at"))
    return 0


@subscribers.command("remove")
@click.argument("address")
@pass_house
def remove_subscriber(house: House, address: str) -> int:
    """Remove a reader with everything that is held on them."""
    house.archive.ledger.unsubscribe(address)
    click.echo(f"{address} is removed, with everything that was held on them.")
    return 0


COMMANDS = (concepts, subscribers)
