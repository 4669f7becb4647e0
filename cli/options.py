"""What all commands share: the data folder, and the forms of values on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from typing_extensions import override

from cli.wire import House

pass_house = click.make_pass_decorator(House)


def _set_house(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.obj = House(value.absolute())


def _data_option(**extra: Any) -> click.Option:
    return click.Option(
        ["--data"],
        type=click.Path(path_type=Path, file_okay=False),
        expose_value=False,
        is_eager=True,
        callback=_set_house,
        **extra,
    )


class Command(click.Command):
    """A command that takes --data after its name too."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.append(_data_option(help="The data folder."))


class Group(click.Group):
    command_class = Command
    group_class = type


def root_data_option() -> click.Option:
    return _data_option(
        envvar="PAPERWATCH_DATA",
        default=Path("data"),
        show_default=True,
        help="The data folder: archive, settings, own sources and concepts. Also PAPERWATCH_DATA.",
    )


class Day(click.ParamType[date, Any]):
    """A day as 2026-11-16."""

    name = "date"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2026-11-16", param, ctx)


DAY = Day()
FORMAT = click.option(
    "--format", "output", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
TODAY = click.option("--today", type=DAY, help="The day that windows and digests count from.")
