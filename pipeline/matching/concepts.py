"""Concept families: what we watch for, in every wording it has gone under, as data.

A concept is one file, `<id>.toml`:

    label = "Population payment"
    about = "One payment a head for all care of a population."

    wordings = [
      # Plurals, -ise and -ize, "and" and "&" are found too. The dates of use are for readers, not a filter.
      { text = "whole population annual payment", from = 2017-08-01 },
      # Capitals match capitals only. It counts only where one of `needs` is in the same paper,
      # one of `near` within `within` words, and none of `not_near`.
      { text = "WPB", needs = ["whole population"], near = ["payment"], not_near = ["wing"], within = 12 },
      # A pattern: one word of each list in one sentence, in any order, within `within` words of the first's.
      # "to close" is the verb in all its forms, "@services" a list of lists.toml. The rarest comes first.
      { all = [["to close", "closure"], ["@services"]], not_near = ["accounts"], match = ["The ward shut."] },
    ]

    [examples]
    match = ["…", "…", "…"]
    no_match = ["…", "…", "…"]

`unless` of a pattern are things of which the same may be said: "the hospital's accounts are closed". They
count between the words of the pattern and next to the last of them, and not as part of a name (Park Road).

A wording that ends in `*` matches any word that begins so. Words of patterns and contexts are found in
singular and plural alike. `context = "health"` at the head: a mention among words of another world (housing,
schools: `@elsewhere`) counts only with words of health (`@health`) by its side. A short form counts as what
its paper defines it as: "Name In Full (NIF)", "NIF (Name In Full)". Files of a later folder override those of
the same name before them. `firms = true` adds the names of all firms of firms.toml.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError
from pipeline.matching import firms, word_lists
from pipeline.text.keys import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MIN_EXAMPLES = 3
DEFAULT_WITHIN = 12
WIDEST = 100  # words
HEALTH = "health"
_LETTERS_OF_A_PATTERN = 4  # a shorter word is on every page
SHIPPED = Path(__file__).parent.parent / "concepts"
SHIPPED_LISTS = word_lists.read(SHIPPED / word_lists.FILE)
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
    all: tuple[tuple[str, ...], ...] = ()  # a pattern: one of each; `text` is then its name
    unless: tuple[str, ...] = ()  # what a pattern may be said of in place of what it means
    match: tuple[str, ...] = ()  # found by this wording and by no other of its concept
    no_match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    id: str
    label: str
    about: str
    wordings: tuple[Wording, ...]
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    context: str = ""  # HEALTH: does not count in another world

    @property
    def examples(self) -> tuple[tuple[bool, tuple[str, ...]], ...]:
        """Sentences in which the concept is to be found, and in which it is not."""
        yes = (*self.match, *(each for wording in self.wordings for each in wording.match))
        no = (*self.no_match, *(each for wording in self.wordings for each in wording.no_match))
        return (True, yes), (False, no)


def rules_hash(concepts: Iterable[Concept], engine: str) -> str:
    """Returns what hits were made with: a changed concept or matching engine makes them stale.

    Labels and examples are left out: they change no hit.
    """
    facts = sorted(
        (
            concept.id,
            concept.context,
            repr([replace(each, match=(), no_match=()) for each in concept.wordings]),
        )
        for concept in concepts
    )
    return hashlib.sha256(repr((engine, facts)).encode()).hexdigest()[:16]


def load(folders: Iterable[Path]) -> dict[str, Concept]:
    """Returns all concepts of some folders; a later folder's file overrides the same id before it.

    Raises ConfigError, which names what is wrong in each of the files.
    """
    concepts: dict[str, Concept] = {}
    lists = SHIPPED_LISTS
    wrong: list[str] = []
    for folder in folders:
        if folder == SHIPPED and not concepts:
            concepts |= _shipped()
            continue
        own = folder / word_lists.FILE
        try:
            lists = word_lists.read(own, lists) if own.exists() else lists
        except ConfigError as error:
            wrong.append(str(error))
        for path in sorted(folder.glob("*.toml")):
            if path == own:
                continue
            try:
                concepts[path.stem] = read(path, lists)
            except ConfigError as error:
                wrong.append(str(error))
    if wrong:
        raise ConfigError("\n".join(wrong))
    return concepts


@cache
def _shipped() -> Mapping[str, Concept]:
    """Read once a process: no run changes them."""
    return {path.stem: read(path) for path in sorted(SHIPPED.glob("*.toml")) if path.name != word_lists.FILE}


def read(path: Path, lists: word_lists.Lists | None = None) -> Concept:
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
    return _concept(path, table, SHIPPED_LISTS if lists is None else lists)


def _concept(path: Path, table: dict[str, Any], lists: word_lists.Lists) -> Concept:
    _refuse_unknown(path, "", table, {"label", "about", "wordings", "examples", "context", "firms"})
    context = _string(path, "context", table, "")
    if context not in {"", HEALTH}:
        raise ConfigError(f"{path}: context: {context!r} is not known; known is {HEALTH!r}")
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
    wordings = tuple(_wording(path, number, row, lists) for number, row in enumerate(rows, 1))
    if table.get("firms"):
        wordings += _names_of_firms(lists)
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
        context=context,
    )


def _names_of_firms(lists: word_lists.Lists) -> tuple[Wording, ...]:
    """Every name that a firm has, or had, as a wording."""
    names = [row for firm in firms.read().values() for row in firm.names]
    return tuple(_wording(firms.FILE, number, row, lists) for number, row in enumerate(names, 1))


_PLAIN = re.compile("[A-Za-z0-9]")  # of nearly every text: it holds a word, and need not be read to see that
_KEYS = {"text", "all", "unless", "from", "to", "needs", "near", "not_near", "within", "match", "no_match"}


def _wording(path: Path, number: int, row: dict[str, Any], lists: word_lists.Lists) -> Wording:
    where = f"wordings[{number}]."
    _refuse_unknown(path, where, row, _KEYS)
    within = row.get("within", DEFAULT_WITHIN)
    if type(within) is not int or not 1 <= within <= WIDEST:
        raise ConfigError(
            f"{path}: {where}within: a number of words from 1 to {WIDEST} is needed, found {within!r}"
        )
    since, until = _date(path, where + "from", row), _date(path, where + "to", row)
    if since and until and since > until:
        raise ConfigError(f"{path}: {where}from: {since} is after {until}")
    pattern, name = _pattern(path, where + "all", row, lists) if "all" in row else ((), None)
    return Wording(
        text=_phrase(path, where + "text", _string(path, where + "text", row, name)),
        since=since,
        until=until,
        needs=_phrases(path, where + "needs", row, lists),
        near=_phrases(path, where + "near", row, lists),
        not_near=_phrases(path, where + "not_near", row, lists),
        within=within,
        all=pattern,
        unless=_phrases(path, where + "unless", row, lists),
        match=_strings(path, where + "match", row),
        no_match=_strings(path, where + "no_match", row),
    )


def _pattern(
    path: Path, where: str, row: dict[str, Any], lists: word_lists.Lists
) -> tuple[tuple[tuple[str, ...], ...], str]:
    """The lists of a pattern, and its name."""
    parts = row["all"]
    if not isinstance(parts, list) or len(parts) < 2 or not all(isinstance(part, list) for part in parts):
        raise ConfigError(f"{path}: {where}: two lists of words or more are needed, found {parts!r}")
    if not row.get("match"):
        raise ConfigError(f"{path}: {where[:-3]}match: a pattern needs a sentence that it alone finds")
    found = tuple(_phrases(path, where, {"all": part}, lists) for part in parts)
    if not all(found):
        raise ConfigError(f"{path}: {where}: one of the lists is empty")
    for word in found[0]:
        if word.islower() and len(word.removesuffix("*")) < _LETTERS_OF_A_PATTERN:
            raise ConfigError(
                f"{path}: {where}: {word!r} in the first list would be looked at on every page: "
                "put the rarest words first"
            )
    return found, " … ".join(part[0].lstrip(word_lists.MARK).removeprefix("to ") for part in parts)


def _phrases(path: Path, where: str, table: dict[str, Any], lists: word_lists.Lists) -> tuple[str, ...]:
    try:
        texts = word_lists.expanded(_strings(path, where, table), lists)
    except ConfigError as error:
        raise ConfigError(f"{path}: {where}: {error}") from error
    return tuple(_phrase(path, where, text) for text in texts)


def _phrase(path: Path, where: str, text: str) -> str:
    """A text that the matcher can look for. An accent is no hindrance, another script is."""
    if not (_PLAIN.search(text) or words(text)):
        raise ConfigError(f"{path}: {where}: {text!r} has no word")
    if "*" in text[:-1]:
        raise ConfigError(f"{path}: {where}: {text!r}: * is allowed only at the end")
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
