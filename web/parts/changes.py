"""What changed lately, as an address asks for it: the page, the JSON and the feed show the same records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.changes import ChangeKind, ChangeRow
from web.asking import result_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from web.site import Site

DAYS = 7  # back, where nobody says how many
MOST_DAYS = 366
MOST = 500  # on one page or in one answer
LAST_PAGE = 1_000  # half a million changes


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedChanges:
    body: str
    kind: str
    days: int

    @property
    def address(self) -> dict[str, str]:
        """What its address has."""
        days = str(self.days) if self.days != DAYS else ""
        return {"body": self.body, "kind": self.kind, "days": days}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChanges:
    asked: AskedChanges
    since: date
    number: int  # of the page of changes, from 1
    changes: Sequence[ChangeRow]
    more: bool  # on the next page
    last: date | None = None  # the day of the last changes there are, where none are of these days


def changes(request: Request, site: Site, limit: int = MOST) -> FoundChanges:
    """Raises HTTPException for a body, a kind, a number of days or a page that there is not."""
    asked = _asked(request, site)
    number = result_page(request, LAST_PAGE)
    since = site.today() - timedelta(days=asked.days)
    bodies = [asked.body] if asked.body else []
    kinds = [ChangeKind(asked.kind)] if asked.kind else []
    skip = (number - 1) * limit
    found = site.shelf.changes(since=since, bodies=bodies, kinds=kinds, limit=limit + 1, skip=skip)
    before = () if found or skip else site.shelf.changes(bodies=bodies, kinds=kinds, limit=1)
    return FoundChanges(
        asked=asked,
        since=since,
        number=number,
        changes=found[:limit],
        more=len(found) > limit,
        last=before[0].day if before else None,
    )


def _asked(request: Request, site: Site) -> AskedChanges:
    values = request.query_params
    body, kind, days = values.get("body", ""), values.get("kind", ""), values.get("days", str(DAYS))
    if body and body not in {*site.shelf.bodies(), *site.shelf.registry()}:
        raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no body of this name.")
    if kind and kind not in set(ChangeKind):
        kinds = ", ".join(ChangeKind)
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"Changes are of these kinds: {kinds}.")
    if not (days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= MOST_DAYS):
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"Changes are kept by days: from 1 to {MOST_DAYS}.")
    return AskedChanges(body=body, kind=kind, days=int(days))
