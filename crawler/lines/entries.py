"""The entries of a data file: one line each, named by file and line where they are wrong.

id = { name = "…", … }
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from crawler.lines import faults
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

T = TypeVar("T")

_HERE = Path(__file__).parent.parent
_ID = re.compile(r"[a-z0-9-]+")
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_KEY_IN_MESSAGE = re.compile(r"`\$\.([a-z_]+)")


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where an entry is, for the message should it be wrong."""

    file: Path
    text: str
    id: str

    def wrong(self, what: str, key: str = "") -> ConfigError:
        return ConfigError(
            f"{shown_path(self.file)}:{_line_number(self.text, self.id, key)}: {self.id}: {what}"
        )


def read(file: Path, form: str) -> Iterator[tuple[EntryPlace, dict[str, Any]]]:
    """All entries of a file; `form` says what one looks like. Raises ConfigError."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown_path(file)}: not UTF-8 at byte {error.start}") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        number = found[1] if found else text.count("\n") + 1
        reason = _SYNTAX_LINE.sub("", str(error)).strip()
        raise ConfigError(f"{shown_path(file)}:{number}: {reason}") from error
    for key, values in table.items():
        entry = EntryPlace(file, text, key)
        if not isinstance(values, dict):
            raise entry.wrong(form)
        yield entry, values


def check_keys(
    entry: EntryPlace, values: dict[str, Any], *, known: Collection[str], needed: Collection[str]
) -> None:
    """Raises ConfigError for an id in the wrong form, an unknown key, and a missing key."""
    if not _ID.fullmatch(entry.id):
        raise entry.wrong("an id is made of a-z, 0-9 and -")
    for key in values:
        if key not in known:
            raise entry.wrong(f"unknown key {key!r}{near(key, known)}", key)
    for key in needed:
        if key not in values:
            raise entry.wrong(f"key {key!r} is missing")


def typed(entry: EntryPlace, values: dict[str, Any], form: type[T]) -> T:
    """The values as a struct or dataclass. Raises ConfigError that names the key."""
    try:
        return msgspec.convert(values, form)
    except msgspec.ValidationError as error:
        found = _KEY_IN_MESSAGE.search(str(error))
        key = found[1] if found else ""
        reason = faults.in_words(str(error).partition(" - at `")[0])
        raise entry.wrong(f"{key}: {reason}" if key else reason, key) from error


def one_of(entry: EntryPlace, key: str, value: str, known: Collection[str], what: str) -> None:
    """Raises ConfigError that lists what is known."""
    if value not in known:
        raise entry.wrong(f"{key}: no {what} {value!r}{near(value, known)}; known: {', '.join(known)}", key)


def near(word: str, known: Iterable[str]) -> str:
    """A question to end a message with: what may have been meant. "" where nothing is near."""
    like = difflib.get_close_matches(word, [str(name) for name in known], n=3, cutoff=0.6)
    return f", did you mean {' or '.join(repr(name) for name in like)}?" if like else ""


def shown_path(file: Path) -> str:
    """A shipped file by its place in the repository, another by its path."""
    return str(Path("crawler") / file.relative_to(_HERE)) if file.is_relative_to(_HERE) else str(file)


def _line_number(text: str, entry: str, key: str) -> int:
    """Where an entry is (or its key, where a `[table]` spreads over lines); tomllib does not say."""
    name = rf"[\"']?{re.escape(entry)}[\"']?"
    head = re.compile(rf"\s*(?:{name}\s*[=.]|\[\s*{name}\s*[\].])")
    own = re.compile(rf"\s*(?:{name}\s*\.\s*)?[\"']?{re.escape(key)}[\"']?\s*=")
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not start and head.match(line):
            start = number
        if start and key and own.match(line):
            return number
    return start or 1
