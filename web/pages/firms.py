"""Firms that sell to the health service: their names through time, whose they are, and who speaks of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.matching import firms

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.matching.firms import Firm
    from web.site import Site

FIRST, LATEST = 5, 20  # mentions


class Firms:
    def __init__(self, site: Site) -> None:
        self._site = site

    def firms(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        rows = sorted(firms.read().values(), key=lambda firm: firm.name.casefold())
        return self._site.page("firms.html", rows=rows)

    def firm(self, request: Request) -> Response:
        firm = known_firm(request)
        called, shelf = firm.called(), self._site.shelf
        return self._site.page(
            "firm.html",
            firm=firm,
            record=shelf.firm(called),
            query=firm.query(),
            can_watch=self._site.can_watch,
            latest=shelf.mentions(limit=LATEST, wordings=called),
            first=shelf.mentions(limit=FIRST, oldest=True, wordings=called),
        )


def known_firm(request: Request) -> Firm:
    """The firm that an address names. Raises HTTPException (404) for one that is not known."""
    firm = firms.read().get(request.path_params["firm"])
    if firm is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no firm with this name.")
    return firm
