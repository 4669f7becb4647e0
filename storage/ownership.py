"""Whose the files of a data folder are: a run as the wrong user leaves files that stop the right one."""

from __future__ import annotations

import os
import pwd
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = 0
# For a machine whose keys are not the archive's.
HELP = (
    "copy the folder `keys` from a machine that has it, or from a backup; or go on with this machine's keys "
    "by `paperwatch log new-key`"
)


def check_owner(data: Path, user: int) -> None:
    """Raises ConfigError, with the command that mends it, where `user` (a uid) should not write here."""
    with suppress(FileNotFoundError):
        owner = data.stat().st_uid
        if user == ROOT and owner != ROOT:
            raise ConfigError(
                f"the data folder {data} belongs to {_name(owner)}, "
                "who could not use what a run by root leaves in it: "
                f"begin the command with `sudo -u {_name(owner)}`"
            )
        if user == owner and (strange := next(_not_of(user, data), None)):
            raise ConfigError(
                f"{strange} belongs to another user, most likely from a run as root: "
                f"`sudo chown -R {_name(user)} {shlex.quote(str(data))}` corrects it"
            )


def _not_of(user: int, data: Path) -> Iterator[Path]:
    """Files and folders of others, as deep as a run writes: papers are two folders down."""
    for pattern in ("*", "papers/*"):
        for path in data.glob(pattern):
            with suppress(FileNotFoundError):  # a file next to the database may go at any time
                if path.lstat().st_uid != user:
                    yield path


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"


def me() -> int:
    """Returns the uid that files made now belong to."""
    return os.geteuid()
