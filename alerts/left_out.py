"""Who left a subject out, in a digest: for each month that ended and each list that asks, body by body."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from alerts import links
from alerts.words import Linked, clean
from pipeline.areas.left_out import days_of
from pipeline.english import month

if TYPE_CHECKING:
    from alerts.config import AlertConfig
    from pipeline.model import AreaLine, AreaNote, Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One subject in one area."""

    title: str
    summary: str
    lines: tuple[Linked, ...]
    more: Linked


def area_notes(digest: Digest, settings: AlertConfig, side: int) -> tuple[Area, ...]:
    """Returns each subject that a list asks for, with at most `side` bodies named for each stance.

    Of months before the last one no body is named where its table can be read on the web.
    """
    last = max((note.month for note in digest.left_out), default="")
    return tuple(
        _area(note, settings, side if note.month == last or not settings.base_url else 0)
        for note in digest.left_out
    )


def _area(note: AreaNote, settings: AlertConfig, side: int) -> Area:
    asked = {"area": note.area, "month": note.month, "concept": note.concept, "q": note.query}
    given = {name: value for name, value in asked.items() if value}
    named = [row for _, rows in groupby(note.lines, key=lambda row: row.stance) for row in list(rows)[:side]]
    return Area(
        title=f"{clean(note.subject, 80)}: {clean(note.area_name, 80)}, {month(days_of(note.month)[0])}",
        summary=note.summary,
        lines=tuple(_line(row, settings) for row in named),
        more=Linked(
            text="the whole table, with the quotations",
            url=links.page(settings, f"left-out?{urlencode(given, errors='replace')}")
            if note.concept or note.query
            else "",
        ),
    )


def _line(row: AreaLine, settings: AlertConfig) -> Linked:
    url = links.page(settings, f"papers/{row.document}/pages/{row.page}") if row.document else ""
    return Linked(text=clean(row.text, 200), url=url)
