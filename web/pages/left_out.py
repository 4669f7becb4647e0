"""Who in an area said a thing in a month, and who did not in the papers we read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.areas.left_out import Stance
from web.parts import left_out

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site


class LeftOutPage:
    def __init__(self, site: Site) -> None:
        self._site = site

    def page(self, request: Request) -> Response:
        asked, shelf = left_out.asked(request, self._site), self._site.shelf
        return self._site.page(
            "left_out.html",
            asked=asked,
            found=left_out.left_out(asked, self._site) if asked.is_whole else None,
            areas=shelf.areas(),
            known=shelf.registry(),
            concepts=shelf.concepts(),
            stances=list(Stance),
        )
