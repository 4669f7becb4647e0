"""Lists of words by name, which concepts share: `@services` in a concept means all of a list.

They are in `lists.toml` next to the concepts, a list a line; a list may hold others. Those of a later folder
override those of the same name before them.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FILE = "lists.toml"
MARK = "@"

Lists = dict[str, tuple[str, ...]]


def read(path: Path, known: Mapping[str, tuple[str, ...]] | None = None) -> Lists:
    """Returns the lists of one file, with those that are known already, every name in them put out in full.

    Raises ConfigError for what is not a list, a name that is unknown, and lists that hold each other.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    written: Lists = dict(known or {})
    for name, items in table.items():
        if (
            not isinstance(items, list)
            or not items
            or not all(isinstance(i, str) and i.strip() for i in items)
        ):
            raise ConfigError(f"{path}: {name}: a list of texts is needed, found {items!r}")
        written[name] = tuple(items)
    try:
        return {name: expanded(items, written, (name,)) for name, items in written.items()}
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def expanded(
    items: Iterable[str], lists: Mapping[str, tuple[str, ...]], inside: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The items with every `@name` put out in full, each once. Raises ConfigError."""
    found: dict[str, None] = {}
    for item in items:
        if not item.startswith(MARK):
            found[item] = None
            continue
        name = item.removeprefix(MARK)
        if name in inside:
            circle = " holds ".join(MARK + each for each in (*inside[inside.index(name) :], name))
            raise ConfigError(f"{circle}: lists cannot hold each other")
        if name not in lists:
            raise ConfigError(
                f"there is no list {item}; there are: {', '.join(MARK + each for each in lists)}"
            )
        found |= dict.fromkeys(expanded(lists[name], lists, (*inside, name)))
    return tuple(found)
