"""The words of others, made fit for where they go: into the archive, a terminal, a message, a spreadsheet.

Titles, names and addresses come from sites and from readers. Nothing in them may steer a terminal, end a
header, turn a line round or run as a formula.
"""

from __future__ import annotations

import re

from pipeline.text.canonical import as_printed

_BREAKS = re.compile(r"[\t-\r\x85\u2028\u2029]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
# What no header, XML or calendar wants; the joiners that some scripts need stay.
_UNSHOWABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff]+"
)
_BLANKS = re.compile(r"\s+")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - a spreadsheet runs the full-width ones too
_SEPARATORS = ("\t", "\r", "\n")  # at the head of a cell they may begin another


def one_line(text: str) -> str:
    """Returns a title or a name as it is kept: on one line, without what nobody sees."""
    return _UNSEEN.sub("", _BREAKS.sub(" ", text))


def storable(text: str) -> str:
    """Returns what a person typed, with single blanks and without half characters."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


def printable(text: str) -> str:
    """Returns the text with a blank for each character that a terminal may obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def shown_line(text: str) -> str:
    """Returns the text for a message, with single blanks; one at either end stays."""
    return _BLANKS.sub(" ", _UNSHOWABLE.sub(" ", as_printed(text)))


def clean(text: str, limit: int = 160) -> str:
    """Returns the text as one line of at most `limit` characters, an ellipsis where it was cut."""
    line = shown_line(text[: limit * 4]).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def spreadsheet_cell(text: str) -> str:
    """Returns the text so that a spreadsheet shows it and does not run it."""
    runs = text.lstrip(" ").startswith(_SEPARATORS) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if runs else text
