"""How well every source is followed, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web import words
from web.asking import result_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site

UNREADABLE = 200  # papers on a page
LAST_PAGE = 10_000


class Coverage:
    def __init__(self, site: Site) -> None:
        self._site = site

    def coverage(self, request: Request) -> Response:
        shelf = self._site.shelf
        asked = {name: request.query_params.get(name, "") for name in ("kind", "region", "state")}
        every = shelf.sources()
        shown = [
            source
            for source in every
            if (not asked["kind"] or source.kind == asked["kind"])
            and (not asked["region"] or source.region == asked["region"])
            and (not asked["state"] or (source.state in words.WELL) == (asked["state"] == "well"))
        ]
        number = result_page(request, LAST_PAGE)
        skip = (number - 1) * UNREADABLE
        unreadable, count = shelf.unreadable(UNREADABLE, skip)
        return self._site.page(
            "coverage.html",
            asked=asked,
            kinds=sorted({source.kind for source in every}),
            regions=sorted({source.region for source in every} - {""}),
            sources=every,
            shown=shown,
            account=shelf.account(),
            stale=self._site.stale(),
            log=self._site.log_line(),
            unreadable=unreadable,
            unreadable_count=count,
            number=number,
            more=count > skip + len(unreadable),
            today=self._site.today(),
        )
