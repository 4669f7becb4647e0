"""One form next to each hit: this is not about its topic. A GET shows it, a POST counts or takes back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from web import limits
from web.headers import PRIVATE
from web.limits import Limit
from web.readers import of_this_site

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.ports import Readers
    from pipeline.wrong_hits import WrongHit
    from web.site import Site

GONE = "Nothing of this kind was found in this paper."
A_MINUTE, AT_ONCE = 10, 20


class WrongHitPages:
    """The address names what was found by the SHA-256 of its paper, its topic and its wording."""

    def __init__(self, readers: Readers, site: Site) -> None:
        self._readers = readers
        self._site = site
        self._limit = Limit(A_MINUTE, AT_ONCE)

    def form(self, request: Request) -> Response:
        return self._page(self._readers.wrong_hit(*_asked(request)))

    async def say(self, request: Request) -> Response:
        of_this_site(request)
        return await run_in_threadpool(self._say, request)

    def _say(self, request: Request) -> Response:
        self._limit.take(request)
        address = limits.address_of(request)
        if request.query_params.get("undo"):
            return self._page(self._readers.take_back_wrong(*_asked(request), address), is_taken_back=True)
        return self._page(self._readers.say_wrong(*_asked(request), address), is_said=True)

    def _page(self, hit: WrongHit | None, *, is_said: bool = False, is_taken_back: bool = False) -> Response:
        if hit is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, GONE, PRIVATE)
        labels = self._site.shelf.concepts()
        label = labels.get(hit.concept_id, hit.concept_id)
        answer = self._site.page(
            "wrong.html", hit=hit, label=label, is_said=is_said, is_taken_back=is_taken_back
        )
        answer.headers.update(PRIVATE)
        return answer


def _asked(request: Request) -> tuple[str, str, str]:
    asked = request.query_params
    return request.path_params["sha256"], asked.get("topic", ""), asked.get("wording", "")
