"""Who left a subject out, as an address asks for it: page, JSON and CSV show the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.areas.left_out import month_before
from pipeline.matching.subject import subject_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from pipeline.areas.left_out import LeftOut
    from web.site import Site

MONTH = "20[0-9]{2}-(0[1-9]|1[0-2])"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLeftOut:
    area: str
    month: str
    concept: str
    q: str

    @property
    def address(self) -> dict[str, str]:
        """What its address has."""
        return {"area": self.area, "month": self.month, "concept": self.concept, "q": self.q}

    @property
    def is_whole(self) -> bool:
        return bool(self.area and (self.concept or self.q.strip()))


def asked(request: Request, site: Site) -> AskedLeftOut:
    values = request.query_params
    return AskedLeftOut(
        area=values.get("area", ""),
        month=values.get("month", "") or month_before(site.today()),
        concept=values.get("concept", ""),
        q=values.get("q", ""),
    )


def left_out(wanted: AskedLeftOut, site: Site) -> LeftOut:
    """Raises HTTPException for what is not said or not known, QueryError for a search that cannot be read."""
    shelf = site.shelf
    if not wanted.is_whole:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Choose an area, and a topic or search words.")
    if wanted.area not in shelf.areas():
        raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no area of this name.")
    labels = shelf.concepts()
    if wanted.concept and wanted.concept not in labels:
        raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no topic of this name.")
    subject, concept, query = subject_of(wanted.concept or wanted.q, labels if wanted.concept else {})
    try:
        return shelf.left_out(wanted.area, wanted.month, subject=subject, concept=concept, query=query)
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"{error}.") from error
