"""What is wrong with a value of a settings file, in words for whoever wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPES = {
    "str": "text in quotation marks",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": 'a list, as in ["one", "two"]',
    "object": "a table of keys and values",
    "date": "a day, as in 2026-11-26",
}
_GIVEN = {"str": "text", "array": "a list", "object": "a table", "null": "nothing"}
_TYPE = re.compile(r"`(\w+)`")
# What is asked of a value, as msgspec says it and as a person does.
_BOUNDS = (
    (re.compile(r" of length >= 1$"), " that is not empty"),
    (re.compile(r" of length >= (\d+)$"), r" of \1 or more"),
    (re.compile(r" of length <= (\d+)$"), r" of \1 characters or fewer"),
    (re.compile(r" >= (\S+)$"), r", \1 or more"),
    (re.compile(r" > (\S+)$"), r" above \1"),
    (re.compile(r" <= (\S+)$"), r", \1 or less"),
    (re.compile(r" < (\S+)$"), r" below \1"),
)
_MISSING = re.compile(r"missing required field `(\w+)`")
_CHOICE = re.compile(r"Invalid enum value (.+)")


def in_words(reason: str, choices: Sequence[str] = ()) -> str:
    """Returns msgspec's reason, without its place in the file, as a person would say it.

    `choices` are the values that it may have. Our own reasons speak plainly and are left as they are.
    """
    if missing := _MISSING.search(reason):
        return f"{missing[1]} is missing"
    if wrong := _CHOICE.match(reason):
        return f"must be {' or '.join(choices) or 'one of its values'}, not {wrong[1]}"
    if " matching regex " in reason:
        return f"must be of plain characters{', without blanks' * ('x21' in reason)}"
    if not reason.startswith("Expected `"):
        return reason
    wanted, _, given = reason.removeprefix("Expected ").partition(", got ")
    wanted = wanted.removesuffix(".0")
    for pattern, instead in _BOUNDS:
        wanted = pattern.sub(instead, wanted)
    kinds = [_TYPES.get(kind, kind) for kind in _TYPE.findall(wanted) if kind != "null"]
    said = " or ".join(dict.fromkeys(kinds)) + _TYPE.sub("", wanted).replace(" | ", "").rstrip()
    found = _TYPE.sub(lambda each: _GIVEN.get(each[1], _TYPES.get(each[1], each[1])), given)
    return f"must be {said}{f', not {found}' if found else ''}"
