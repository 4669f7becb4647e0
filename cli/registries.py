"""The registries of concepts and of subscribers."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, TextIO

import click

from cli import hunts, show
from cli.options import FORMAT, Group, pass_house
from cli.readers import LOCAL, as_json, described, known_zone
from cli.wire import CADENCES, MAIL, House
from pipeline.errors import ConfigError
from pipeline.model import Cadence, DocumentKind, WatchList

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.concepts import Concept
    from pipeline.model import Subscriber

KINDS = [kind.value for kind in DocumentKind]
CHANNELS = [MAIL, "webhook", "apprise"]

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
    for concept_id in house.concepts:
        for due, sentence in house.watcher.wrong_examples(concept_id):
            wrong += 1
            show.note(f"{concept_id}: {'should match' if due else 'should not match'}: {sentence}")
    click.echo(f"{len(house.concepts)} concepts tried on their examples; {wrong} examples are wrong.")
    return 1 if wrong else 0


WATCH = (
    click.option("--concept", "wanted", multiple=True, help="This concept; may be given again. None: all."),
    click.option("--query", default="", help="Or pages that answer this search: see `paperwatch search`."),
    click.option("--body", "bodies", multiple=True, help="Only this body; may be given again. None: all."),
    click.option(
        "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind of paper; again."
    ),
    click.option("--name", default="", help="What the reader calls this watch list."),
    click.option("--note", default="", help="Why they follow it: said back to them in the digest."),
)


def watch_options(command: Callable[..., int]) -> Callable[..., int]:
    """The options that describe one watch list."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(WATCH), command)


def _watch(house: House, **asked: Any) -> WatchList:
    for concept in asked["wanted"]:
        if concept not in house.concepts:
            raise ConfigError(f"--concept {concept}: unknown; known are {', '.join(house.concepts)}")
    return house.readers.checked(
        WatchList(
            name=asked["name"],
            concepts=asked["wanted"],
            query=asked["query"],
            bodies=asked["bodies"],
            kinds=tuple(DocumentKind(kind) for kind in asked["kinds"]),
            note=asked["note"],
        )
    )


def _say_what_it_finds(house: House, watch: WatchList) -> None:
    found = house.readers.preview(watch)
    click.echo(
        f"It would have found {found.days_30} papers of the last 30 days, {found.days_365} of the last 365."
    )
    if found.too_broad:
        show.note(found.too_broad)


@concepts.command("preview")
@watch_options
@pass_house
def preview(house: House, **asked: Any) -> int:
    """How many papers a watch list would have found in the last 30 and 365 days. Keeps nothing."""
    _say_what_it_finds(house, _watch(house, **asked))
    return 0


@subscribers.command("add")
@click.argument("address")
@watch_options
@click.option("--cadence", type=click.Choice(CADENCES), default=Cadence.WEEKLY.value, show_default=True)
@click.option("--zone", default=LOCAL, show_default=True, help="The time zone whose days count.")
@click.option("--quiet", is_flag=True, help="Say so too when there was nothing.")
@click.option("--channel", type=click.Choice(CHANNELS), default=MAIL, show_default=True)
@click.option("--also", is_flag=True, help="Beside what a known address follows already, not in its place.")
@click.option("--backlog", is_flag=True, help="Tell of what the archive holds already, too.")
@pass_house
def add_subscriber(
    house: House,
    address: str,
    cadence: str,
    zone: str,
    quiet: bool,  # noqa: FBT001 - a flag of the command line
    channel: str,
    also: bool,  # noqa: FBT001 - a flag of the command line
    backlog: bool,  # noqa: FBT001 - a flag of the command line
    **asked: Any,
) -> int:
    """Add a reader who has asked you for it, or change what a known address gets.

    What the archive held before is not told: `paperwatch hunt` lists it. ADDRESS is an e-mail address, or
    that of a webhook or service.
    """
    address = _address(address, channel)
    watch = _watch(house, **asked)
    _say_what_it_finds(house, watch)
    readers = house.archive.readers
    known = readers.of_address(address)
    if also and known is not None:
        readers.add_watch(known.id, watch, backlog=backlog)
        click.echo(f"{address} follows {described(watch)}, too.")
        return 0
    subscriber = readers.subscribe(
        address,
        channel=channel,
        cadence=Cadence(cadence),
        watch_lists=[watch],
        zone=known_zone(zone),
        quiet=quiet,
        confirmed_at=datetime.now(UTC),
        backlog=backlog,
    )
    click.echo(f"{subscriber.address} gets a {subscriber.cadence} digest.")
    return 0


def _address(address: str, channel: str) -> str:
    from alerts.addresses import is_url, wire_address
    from pipeline.errors import DeliveryError

    if channel != MAIL:
        if not is_url(address) or not address.isprintable() or " " in address:
            raise ConfigError(f"--channel {channel} needs an address such as https://chat.example.org/hook")
        return address
    try:
        wire_address(address)
    except (DeliveryError, ValueError) as error:
        raise ConfigError(f"{address!r} is no address that mail can be sent to: {error}") from error
    return address


@subscribers.command("list")
@FORMAT
@pass_house
def list_subscribers(house: House, output: str) -> int:
    """Every reader and what they asked for."""
    rows = [_reader(subscriber) for subscriber in house.archive.readers.subscribers()]
    show.rows(
        rows, output, ("address", "cadence", "concepts", "queries", "bodies", "confirmed_at", "stopped")
    )
    return 0


def _reader(subscriber: Subscriber) -> dict[str, Any]:
    lists = subscriber.watch_lists
    return {
        "id": subscriber.id,
        "address": subscriber.address,
        "channel": subscriber.channel,
        "concepts": list(dict.fromkeys(concept for watch in lists for concept in watch.concepts)),
        "queries": [watch.query for watch in lists if watch.query],
        "bodies": list(subscriber.bodies),
        "cadence": subscriber.cadence,
        "zone": subscriber.zone,
        "quiet": subscriber.quiet,
        "confirmed_at": subscriber.confirmed_at,
        "stopped": subscriber.stopped,
        "watch_lists": [as_json(watch) for watch in lists] if lists else [],
    }


@subscribers.command("export")
@click.argument("address")
@pass_house
def export_subscriber(house: House, address: str) -> int:
    """Everything that is held on an address, as one JSON object."""
    held = house.archive.readers.export(address)
    if held is None:
        raise ConfigError(f"no subscriber has the address {address}")
    show.rows([held], "json", ())
    return 0


@subscribers.command("remove")
@click.argument("address")
@pass_house
def remove_subscriber(house: House, address: str) -> int:
    """Remove a reader with everything that is held on them, messages included."""
    house.readers.forget(address)
    click.echo(f"{address} is removed, with everything that was held on them.")
    return 0


COMMANDS = (concepts, subscribers, *hunts.COMMANDS)
