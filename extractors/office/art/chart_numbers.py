"""The numbers that a chart writes: at its points, in its table of data, and under its axis. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.office.cells.number_formats import as_shown, code_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_SERIES, _LABELS, _LABEL = f"{_C}ser", f"{_C}dLbls", f"{_C}dLbl"
_UNDER, _SIZES = f"{_C}cat", (f"{_C}val", f"{_C}yVal")
_NUMBERS = f"{_C}numCache", f"{_C}numLit"


def lines(chart: etree._Element) -> Iterator[str]:
    """Returns a line for each row of numbers."""
    is_table = next(chart.iter(f"{_C}dTable"), None) is not None
    said: dict[str, None] = {}
    for series in chart.iter(_SERIES):
        under = series.find(_UNDER)
        sizes = next((found for kind in _SIZES if (found := series.find(kind)) is not None), None)
        if under is not None:
            said[" ".join(text for _, text, _ in _numbers(under))] = None
        if sizes is not None:
            said[" ".join(_labels(series, sizes, is_table=is_table))] = None
    yield from filter(None, said)


def _labels(series: etree._Element, sizes: etree._Element, *, is_table: bool) -> Iterator[str]:
    """What is written at the points of a series."""
    plot = series.getparent()
    asked = [each for each in (series, plot) if each is not None and each.find(_LABELS) is not None]
    usual = asked[0].find(_LABELS) if asked else None
    own = {
        at.get("val", ""): each
        for each in (usual.iterchildren(_LABEL) if usual is not None else ())
        if (at := each.find(f"{_C}idx")) is not None
    }
    numbers = list(_numbers(sizes, _code(usual)))
    whole = sum(abs(number) for _, _, number in numbers) or 1.0
    for place, text, number in numbers:
        label = own.get(place, usual)
        if is_table or _says(label, "showVal"):
            yield text
        if _says(label, "showPercent"):
            yield as_shown(abs(number) / whole, _code(label) or "0%")


def _says(label: etree._Element | None, what: str) -> bool:
    if label is None or label.find(f"{_C}delete[@val='1']") is not None:
        return False
    said = label.find(f"{_C}{what}")
    return said is not None and said.get("val", "1") in {"1", "true"}


def _code(label: etree._Element | None) -> str:
    """The format of a label where it is not that of the numbers."""
    said = label.find(f"{_C}numFmt") if label is not None else None
    is_own = said is not None and said.get("sourceLinked") not in {"1", "true"}
    return code_of(None, said.get("formatCode")) if said is not None and is_own else ""


def _numbers(values: etree._Element, code: str = "") -> Iterator[tuple[str, str, float]]:
    """Of each point its place, what is written, and its number."""
    for cache in values.iter(*_NUMBERS):
        usual = code_of(None, cache.findtext(f"{_C}formatCode"))
        for point in cache.iterchildren(f"{_C}pt"):
            try:
                number = float(point.findtext(f"{_C}v") or "")
            except ValueError:
                continue
            own = code_of(None, point.get("formatCode"))
            yield point.get("idx", ""), as_shown(number, code or own or usual), number
