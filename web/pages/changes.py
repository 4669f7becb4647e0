"""What changed lately: papers new, replaced or gone; meetings that moved, are off, or have no papers out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.changes import ChangeKind
from web.parts import changes

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site

PERIODS = (1, 7, 30, 90)  # days that the form offers


class ChangesPages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def changes(self, request: Request) -> Response:
        found = changes.changes(request, self._site)
        by_day = {day: list(rows) for day, rows in groupby(found.changes, key=lambda change: change.day)}
        return self._site.page(
            "changes.html",
            found=found,
            by_day=by_day,
            today=self._site.today(),
            most_days=changes.MOST_DAYS,
            periods=sorted({*PERIODS, found.asked.days}),
            kinds=list(ChangeKind),
            names=self._site.shelf.bodies(),
        )
