"""The `subscribers` commands: the readers of digests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from cli import terminal
from cli.app import feed_files
from cli.app.context import CADENCES, App
from cli.app.subscriptions import check_mail_address, described, known_zone, list_as_json
from cli.commands import watch_options
from cli.commands.options import FORMAT, Group, pass_app, pass_making_house
from pipeline.days import LONDON
from pipeline.digest import faults_of
from pipeline.english import CADENCES as EVERY
from pipeline.errors import ConfigError
from pipeline.model import MAIL, Cadence

if TYPE_CHECKING:
    from pipeline.model import Subscriber

_CHANNELS = [MAIL, "webhook", "apprise"]

subscribers = Group("subscribers", help="The readers of digests.")


@subscribers.command("add")
@click.argument("address")
@watch_options.options
@click.option("--cadence", type=click.Choice(CADENCES), default=Cadence.WEEKLY.value, show_default=True)
@click.option("--zone", default=LONDON.key, show_default=True, help="The time zone whose days count.")
@click.option("--send-empty", "quiet", is_flag=True, help="Also send a digest when nothing was found.")
@click.option("--channel", type=click.Choice(_CHANNELS), default=MAIL, show_default=True)
@click.option(
    "--append", "also", is_flag=True, help="Add to the reader's watch lists instead of replacing them."
)
@click.option("--backlog", is_flag=True, help="Tell of what the archive holds already, too.")
@pass_making_house
def add_subscriber(
    app: App,
    address: str,
    cadence: str,
    zone: str,
    quiet: bool,
    channel: str,
    also: bool,
    backlog: bool,
    **asked: Any,
) -> int:
    """Add a reader who has asked you for it, or change what a known address gets.

    What the archive held before is not told: `paperwatch hunt` lists it. ADDRESS is an e-mail address, or
    that of a webhook or service.
    """
    address = _address(address, channel)
    watch = watch_options.described_by(app, **asked)
    watch_options.say_what_it_finds(app, watch)
    readers = app.archive.readers
    known = readers.of_address(address)
    if also and known is not None:
        feed_files.renew(app, readers.add_watch(known.id, watch, backlog=backlog), known.watch_lists)
        click.echo(f"{address} follows {described(watch, app.readers.part_names(watch.parts))}, too.")
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
    feed_files.renew(app, subscriber, known.watch_lists if known else ())
    click.echo(f"Digests will be sent to {subscriber.address} {EVERY[subscriber.cadence]}.")
    return 0


def _address(address: str, channel: str) -> str:
    from alerts.addresses import is_url

    if channel != MAIL:
        if not is_url(address) or not address.isprintable() or " " in address:
            raise ConfigError(f"--channel {channel} needs an address such as https://chat.example.org/hook")
        return address
    check_mail_address(address)
    return address


@subscribers.command("list")
@FORMAT
@pass_app
def list_subscribers(app: App, output: str) -> int:
    """Every reader, what they follow now, and how many of their lists are paused."""
    rows = [
        {**_reader(subscriber), "broken": faults_of(subscriber.active, app.concepts)}
        for subscriber in app.archive.readers.subscribers()
    ]
    terminal.rows(
        rows,
        output,
        (
            "address",
            "cadence",
            "concepts",
            "queries",
            "bodies",
            "paused",
            "broken",
            "confirmed_at",
            "stopped",
        ),
    )
    return 0


def _reader(subscriber: Subscriber) -> dict[str, Any]:
    lists = subscriber.active
    return {
        "id": subscriber.id,
        "address": subscriber.address,
        "channel": subscriber.channel,
        "concepts": list(dict.fromkeys(concept for watch in lists for concept in watch.concepts)),
        "queries": [watch.query for watch in lists if watch.query],
        "bodies": list(subscriber.where.named),
        "cadence": subscriber.cadence,
        "zone": subscriber.zone,
        "quiet": subscriber.quiet,
        "confirmed_at": subscriber.confirmed_at,
        "stopped": subscriber.stopped,
        "watch_lists": [list_as_json(watch) for watch in subscriber.watch_lists],
        "paused": len(subscriber.watch_lists) - len(lists),
    }


@subscribers.command("export")
@click.argument("address")
@pass_app
def export_subscriber(app: App, address: str) -> int:
    """Everything that is held on an address, as one JSON object."""
    held = app.archive.readers.export(address)
    if held is None:
        raise ConfigError(f"no subscriber has the address {address}")
    terminal.rows([held], "json", ())
    return 0


@subscribers.command("remove")
@click.argument("address")
@pass_app
def remove_subscriber(app: App, address: str) -> int:
    """Remove a reader with everything that is held on them, messages included."""
    app.readers.forget(address)
    click.echo(f"{address} is removed, with everything that was held on them.")
    return 0


COMMANDS = (subscribers,)
