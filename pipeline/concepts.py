"""Concept families: what we watch for, in every wording it has gone under, as data.

A concept is one file, `<id>.toml`:

    label = "Population payment"
    about = "One payment a head for all care of a population."

    wordings = [
      # Plurals, -ise and -ize, "and" and "&" are found too. The dates of use are for readers, not a filter.
      { text = "whole population annual payment", from = 2017-08-01 },
      # Capitals match capitals only. It counts only where one of `needs` stands in the same paper,
      # one of `near` within `within` words, and none of `not_near`.
      { text = "WPB", needs = ["whole population"], near = ["payment"], not_near = ["wing"], within = 12 },
    ]

    [examples]
    match = ["…", "…", "…"]
    no_match = ["…", "…", "…"]

A wording that ends in `*` matches any word that begins so. Files of a later folder override those of the same
name before them.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError
from pipeline.keys import words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MIN_EXAMPLES = 3
DEFAULT_WITHIN = 12
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    text: str
    since: date | None = None
    until: date | None = None
    needs: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    within: int = DEFAULT_WITHIN  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    id: str
    label: str
    about: str
    wordings: tuple[Wording, ...]
    match: tuple[str, ...]
    no_match: tuple[str, ...]


def rules_hash(concepts: Iterable[Concept], engine: str) -> str:
    """What hits were made with: a changed concept or matching engine makes them stale.

    Labels and examples are left out: they change no hit.
    """
    facts = sorted((concept.id, repr(concept.wordings)) for concept in concepts)
    return hashlib.sha256(repr((engine, facts)).encode()).hexdigest()[:16]


def load(folders: Iterable[Path]) -> dict[str, Concept]:
    """All concepts of some folders; a later folder's file overrides the same id before it.

    Raises ConfigError, which names what is wrong in each of the files.
    """
    concepts: dict[str, Concept] = {}
    wrong: list[str] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                concepts[path.stem] = read(path)
            except ConfigError as error:
                wrong.append(str(error))
    if wrong:
        raise ConfigError("\n".join(wrong))
    return concepts


def read(path: Path) -> Concept:
    """One concept file. Raises ConfigError naming the file and the key."""
    if not _ID.fullmatch(path.stem):
        raise ConfigError(
            f"{path}: the name of the file is the concept's id: lower-case words joined by hyphens"
        )
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    return _concept(path, table)


def _concept(path: Path, table: dict[str, Any]) -> Concept:
    _refuse_unknown(path, "", table, {"label", "about", "wordings", "examples"})
    rows = table.get("wordings")
    if not isinstance(rows, list) or not rows:
        raise ConfigError(f"{path}: wordings: at least one {{ text = '…' }} is needed")
    examples = table.get("examples", {})
    _refuse_unknown(path, "examples.", examples, {"match", "no_match"})
    match = _strings(path, "examples.match", examples)
    no_match = _strings(path, "examples.no_match", examples)
    for name, sentences in (("match", match), ("no_match", no_match)):
        if len(sentences) < MIN_EXAMPLES:
            raise ConfigError(
                f"{path}: examples.{name}: at least {MIN_EXAMPLES} sentences are needed, "
                f"found {len(sentences)}"
            )
    wordings = tuple(_wording(path, number, row) for number, row in enumerate(rows, 1))
    ((text, times),) = Counter(wording.text for wording in wordings).most_common(1)
    if times > 1:
        raise ConfigError(f"{path}: wordings: {text!r} is given twice")
    return Concept(
        id=path.stem,
        label=_string(path, "label", table),
        about=_string(path, "about", table, ""),
        wordings=wordings,
        match=match,
        no_match=no_match,
    )


def _wording(path: Path, number: int, row: dict[str, Any]) -> Wording:
    where = f"wordings[{number}]."
    _refuse_unknown(path, where, row, {"text", "from", "to", "needs", "near", "not_near", "within"})
    within = row.get("within", DEFAULT_WITHIN)
    if type(within) is not int or within < 1:
        raise ConfigError(f"{path}: {where}within: a number of words is needed, found {within!r}")
    since, until = _date(path, where + "from", row), _date(path, where + "to", row)
    if since and until and since > until:
        raise ConfigError(f"{path}: {where}from: {since} is after {until}")
    return Wording(
        text=_phrase(path, where + "text", _string(path, where + "text", row)),
        since=since,
        until=until,
        needs=_phrases(path, where + "needs", row),
        near=_phrases(path, where + "near", row),
        not_near=_phrases(path, where + "not_near", row),
        within=within,
    )


def _phrases(path: Path, where: str, table: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_phrase(path, where, text) for text in _strings(path, where, table))


def _phrase(path: Path, where: str, text: str) -> str:
    """A text that the matcher can look for. An accent is no hindrance, another script is."""
    if not words(text):
        raise ConfigError(f"{path}: {where}: {text!r} holds no word")
    if "*" in text[:-1]:
        raise ConfigError(f"{path}: {where}: {text!r}: * may stand at the end only")
    return text


def _refuse_unknown(path: Path, where: str, table: object, known: set[str]) -> None:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: {where.rstrip('.')}: a table is needed, found {table!r}")
    for key in table:
        if key not in known:
            raise ConfigError(f"{path}: {where}{key}: unknown key; known are {', '.join(sorted(known))}")


def _string(path: Path, where: str, table: dict[str, Any], default: str | None = None) -> str:
    value = table.get(where.rpartition(".")[2], default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ConfigError(f"{path}: {where}: a text is needed, found {value!r}")
    return value


def _strings(path: Path, where: str, table: dict[str, Any]) -> tuple[str, ...]:
    value = table.get(where.rpartition(".")[2], [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise ConfigError(f"{path}: {where}: a list of texts is needed, found {value!r}")
    return tuple(value)


def _date(path: Path, where: str, table: dict[str, Any]) -> date | None:
    value = table.get(where.rpartition(".")[2])
    if value is not None and type(value) is not date:
        raise ConfigError(f"{path}: {where}: a date such as 2017-08-01 is needed, found {value!r}")
    return value
