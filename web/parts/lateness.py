"""Whether papers were out in time, as an address asks for it: page, JSON and CSV show the same records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.meetings.lateness import BodyYear, MeetingLateness, by_body_and_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from web.site import Site

BACK, AHEAD = 28, 14  # days around today, where nobody names a year
YEAR = "20[0-9]{2}"
MOST = 300  # meetings on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLateness:
    body: str
    year: str  # "" for the days around today
    meetings: Sequence[MeetingLateness]
    years: Sequence[BodyYear]

    @property
    def address(self) -> dict[str, str]:
        """What its address has."""
        return {"body": self.body, "year": self.year}


def lateness(request: Request, site: Site) -> FoundLateness:
    """Raises HTTPException for a body or a year that there is not."""
    values = request.query_params
    body, year = values.get("body", ""), values.get("year", "")
    if body and body not in {*site.shelf.bodies(), *site.shelf.registry()}:
        raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no body of this name.")
    since, until = _period(year, site.today())
    found = site.shelf.lateness(since, until, [body] if body else [])
    return FoundLateness(body=body, year=year, meetings=found, years=by_body_and_year(found))


def _period(year: str, today: date) -> tuple[date, date]:
    if not year:
        return today - timedelta(days=BACK), today + timedelta(days=AHEAD)
    if not re.fullmatch(YEAR, year):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Name a year by its four digits, as in 2026.")
    return date(int(year), 1, 1), date(int(year), 12, 31)
