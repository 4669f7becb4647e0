"""Which papers were late: a table by body and year, and each meeting with the looks that prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.meetings.lateness import Lateness
from web.parts import lateness

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site


class LatePapers:
    def __init__(self, site: Site) -> None:
        self._site = site

    def page(self, request: Request) -> Response:
        found = lateness.lateness(request, self._site)
        this_year = self._site.today().year
        return self._site.page(
            "late.html",
            found=found,
            meetings=found.meetings[-lateness.MOST :][::-1],
            states=[state for state in Lateness if any(row.states[state] for row in found.years)],
            offered=[str(year) for year in range(this_year, this_year - 5, -1)],
            names=self._site.shelf.bodies(),
        )
