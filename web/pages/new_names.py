"""Names that are new: what the weekly look found, with the papers that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.radar import BODIES, WEEKS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site


class NewNamesPage:
    def __init__(self, site: Site) -> None:
        self._site = site

    def page(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        shelf = self._site.shelf
        found, concepts = shelf.new_names(), shelf.concepts()
        return self._site.page("new_names.html", found=found, concepts=concepts, weeks=WEEKS, fewest=BODIES)
