"""A passage through the papers: who said it first, who since, and what each changed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.lineage import passage_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.lineage import Lineage
    from web.site import Site


class Passages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def passage(self, request: Request) -> Response:
        return self._site.page("passage.html", found=lineage(request, self._site))


def lineage(request: Request, site: Site) -> Lineage:
    """The passage that an address names. Raises HTTPException (404) for one that is not known."""
    quoted = passage_of(site.shelf.passage(request.path_params["passage"]))
    found = site.shelf.trace(quoted) if quoted else None
    if found is None:
        said = "It is too short to be traced." if quoted else "The archive has no such passage."
        raise HTTPException(HTTPStatus.NOT_FOUND, said)
    return found
