"""What all commands share: the data folder, and the forms of values on the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click
from typing_extensions import override

from cli.app.context import App
from pipeline import days

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")

pass_app = click.make_pass_decorator(App)


def pass_making_house(command: Callable[Concatenate[App, _P], int]) -> Callable[_P, int]:
    """For a command that fills an archive: it makes one if there is not one yet."""

    @pass_app
    @wraps(command)
    def with_house(app: App, /, *arguments: _P.args, **options: _P.kwargs) -> int:
        return command(replace(app, makes_archive=True), *arguments, **options)

    return with_house


def _set_house(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.obj = App(value.absolute())


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


class ListGroup(Group):
    """Lists where no command follows it, and takes --data for that."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, invoke_without_command=True, **settings)
        self.params.append(_data_option(help="The data folder."))


def root_data_option() -> click.Option:
    return _data_option(
        envvar="PAPERWATCH_DATA",
        default=Path("data"),
        show_default=True,
        help="The data folder: archive, settings, own sources and concepts. Also PAPERWATCH_DATA.",
    )


class Day(click.ParamType[date, Any]):
    """A day as 2026-11-16 or 16 November 2026."""

    name = "date"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return days.read(value)
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2026-11-16", param, ctx)


DAY = Day()
FORMAT = click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="json: one object a line.",
)
TODAY = click.option("--today", type=DAY, help="Run as if today were this date.")
