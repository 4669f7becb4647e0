"""What no two databases call by the same name: each engine compiles these in words of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, String, bindparam, select
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import BindParameter, Select, TableValuedAlias


class Texts(FunctionElement[Any]):
    """The rows of a JSON list of texts, as a table with the column `value`."""

    name = "texts"
    inherit_cache = True


class Numbers(FunctionElement[Any]):
    """The rows of a JSON list of whole numbers, as a table with the column `value`."""

    name = "numbers"
    inherit_cache = True


class PairsOfNumbers(FunctionElement[Any]):
    """The rows of a JSON list of pairs, as a table with the columns `one` and `other`."""

    name = "pairs_of_numbers"
    inherit_cache = True


class TextsWithNumbers(FunctionElement[Any]):
    """The rows of a JSON list of pairs, as a table with the columns `one` (a text) and `other` (a number)."""

    name = "texts_with_numbers"
    inherit_cache = True


class year_of(FunctionElement[str]):  # noqa: N801 - written as the functions of SQL are
    """The year of a day, as text."""

    type = String()
    inherit_cache = True


class month_of(FunctionElement[str]):  # noqa: N801
    """The month of a day, as in 2026-11."""

    type = String()
    inherit_cache = True


class day_of(FunctionElement[Any]):  # noqa: N801
    """The day of an instant, in UTC."""

    type = Date()
    inherit_cache = True


class text_of(FunctionElement[str]):  # noqa: N801
    """Bytes that are UTF-8, as text."""

    type = String()
    inherit_cache = True


# Of each the parameter `name` has the list, as `as_list` writes it: one, however many there are, and the
# statement is made once. To make it anew takes longer than it takes to be answered.


def as_list(values: Iterable[object]) -> str:
    return json.dumps(list(values))


def listed(name: str) -> Select[tuple[Any]]:
    """Texts, for an IN."""
    return select(Texts(_parameter(name)).table_valued("value").c.value)


def numbers(name: str) -> TableValuedAlias:
    """A table of numbers in its column `value`."""
    return Numbers(_parameter(name)).table_valued("value")


def pairs_of_numbers(name: str) -> TableValuedAlias:
    """A table of pairs, in its columns `one` and `other`."""
    return PairsOfNumbers(_parameter(name)).table_valued("one", "other")


def texts_with_numbers(name: str) -> TableValuedAlias:
    """A table of pairs, in its columns `one` and `other`."""
    return TextsWithNumbers(_parameter(name)).table_valued("one", "other")


def _parameter(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String())
