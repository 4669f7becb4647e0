"""Cells as their number formats show them: a share as "12.5%", a day as "15 March 2023". Pure."""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import xlfmt

from extractors import spaced_out

Cell = str | float | bool | dt.date | dt.time | dt.datetime | dt.timedelta

_AS_IT_IS = {"", "general", "@"}
# Those that a file names by number alone: ECMA-376, 18.8.30, with days and pounds as they are in England.
_BUILT_IN = dict(
    enumerate(
        (
            *("", "0", "0.00", "#,##0", "#,##0.00"),
            *("£#,##0;-£#,##0", "£#,##0;-£#,##0", "£#,##0.00;-£#,##0.00", "£#,##0.00;-£#,##0.00"),
            *("0%", "0.00%", "0.00E+00", "# ?/?", "# ??/??", "dd/mm/yyyy", "d-mmm-yy", "d-mmm", "mmm-yy"),
            *("h:mm AM/PM", "h:mm:ss AM/PM", "h:mm", "h:mm:ss", "dd/mm/yyyy hh:mm"),
            *("" for _ in range(23, 37)),  # of other countries
            *("#,##0;(#,##0)", "#,##0;(#,##0)", "#,##0.00;(#,##0.00)", "#,##0.00;(#,##0.00)"),
            *('#,##0;-#,##0;"-"', '£#,##0;-£#,##0;£"-"'),
            *('#,##0.00;-#,##0.00;"-"', '£#,##0.00;-£#,##0.00;£"-"'),
            *("mm:ss", "[h]:mm:ss", "mm:ss.0", "##0.0E+0"),
        )
    )
)
# Letters as they are, or as wide as one; colours; the sign of a currency.
_FRAME = (
    r"(?:[_*].|\"[^\"]*\"|\\.|\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|\$[^\]]*)\]|[£$€() +-])*+"
)
_EVEN = re.compile(rf"{_FRAME}(?P<groups>#,##)?0(?P<places>\.0+)?(?P<share>%)?{_FRAME}", re.IGNORECASE)
_DAY = dt.timedelta(days=1)
_MOST_OF_NUMBERS = 3  # parts of a format; one more is for texts


def code_of(number: int | None, own: str | None = None) -> str:
    """Returns the format with a number, the file's own or that of all; "" where cells stay as they are."""
    code = own or _BUILT_IN.get(number or 0, "")
    return "" if code.strip().casefold() in _AS_IT_IS else code


def without_format(value: Cell) -> str:
    """A cell without its format, on one line."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return " ".join(spaced_out.joined(str(value)).split())


def as_shown(value: Cell, code: str) -> str:
    """Returns a cell as its format shows it, "" where that shows nothing.

    As it is where the format says nothing of it, or cannot be followed.
    """
    is_left = isinstance(value, str) and "@" not in code and code.count(";") < _MOST_OF_NUMBERS
    if not code or is_left or isinstance(value, bool):
        return without_format(value)
    return _formatted(value / _DAY if isinstance(value, dt.timedelta) else value, code)


@functools.lru_cache(maxsize=10_000)
def _formatted(value: Cell, code: str) -> str:
    try:
        if isinstance(value, float) and value and (frame := _frame(code, is_negative=value < 0)):
            number = (abs(Decimal(repr(value))) * frame.times).quantize(frame.last, ROUND_HALF_UP)
            if number:
                return f"{frame.before}{number:{frame.kind}}{frame.after}"
        return " ".join(xlfmt.format_value(value, code).split())
    except (ArithmeticError, ValueError, TypeError, LookupError):
        return without_format(value)


class _Frame(NamedTuple):
    """What is written around numbers, and how these are."""

    before: str
    after: str
    kind: str
    times: int
    last: Decimal


@functools.lru_cache(maxsize=1_000)
def _frame(code: str, *, is_negative: bool) -> _Frame | None:
    """Of a format that only rounds and frames: sheets have a million cells of those."""
    positive, *others = code.split(";")
    said = _EVEN.fullmatch(others[0] if is_negative and others else positive)
    if said is None:
        return None
    last = Decimal(1).scaleb(1 - len(said["places"] or "."))
    one = (1 / Decimal(100) if said["share"] else Decimal(1)) * (-1 if is_negative else 1)
    before, found, after = " ".join(xlfmt.format_value(one, code).split()).partition(
        str(Decimal(1).quantize(last))
    )
    return (
        _Frame(before, after, ",f" if said["groups"] else "f", 100 if said["share"] else 1, last)
        if found
        else None
    )
