"""What goes wrong, in plain words: a page for people, JSON for programs."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.errors import QueryError
from web.data.api import Json
from web.headers import HEADERS, PRIVATE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.render import Renderer

_log = logging.getLogger(__name__)

TITLES = {
    HTTPStatus.BAD_REQUEST: "There is a problem with this address",
    HTTPStatus.FORBIDDEN: "This request came from another site",
    HTTPStatus.NOT_FOUND: "Page not found",
    HTTPStatus.METHOD_NOT_ALLOWED: "This page cannot be changed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This is too large",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive is not available",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Sorry, there is a problem with the service",
}


class DeadLink(HTTPException):
    """An address that was one reader's alone and opens nothing: it was cut short, or is used up."""

    def __init__(self, what_to_do: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, what_to_do, PRIVATE)


class Faults:
    """Handlers for Starlette's `exception_handlers`."""

    def __init__(self, renderer: Renderer) -> None:
        self._render = renderer.page

    def http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        # Starlette's own detail is the status in its own words; ours is a sentence.
        detail = "" if error.detail == status.phrase else error.detail
        title = "This link does not work" if isinstance(error, DeadLink) else ""
        return self._answer(request, status, detail, dict(error.headers or {}), title)

    def query(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - Starlette passes it
        assert isinstance(error, QueryError)
        return Json(
            {"error": str(error), "query": error.query, "position": error.position}, HTTPStatus.BAD_REQUEST
        )

    def storage(self, request: Request, error: Exception) -> Response:
        _log.error("%s: %s", request.url.path, error)
        return self._answer(
            request, HTTPStatus.SERVICE_UNAVAILABLE, "Please try again in a minute.", {"Retry-After": "60"}
        )

    def busy(self, request: Request, error: Exception) -> Response:
        status, title = HTTPStatus.SERVICE_UNAVAILABLE, "The archive is busy"
        return self._answer(request, status, str(error), {"Retry-After": "60"}, title)

    def unforeseen(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - the server logs it
        return self._answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Try again later.", {})

    def _answer(
        self, request: Request, status: HTTPStatus, detail: str, headers: dict[str, str], title: str = ""
    ) -> Response:
        title = title or TITLES.get(status, status.phrase)
        if request.url.path.endswith((".json", ".csv", ".atom")):
            response: Response = Json({"error": f"{title}. {detail}".strip()}, status)
        else:
            response = self._render("fault.html", status, title=title, detail=detail)
        # Starlette gives the last of the answers, the 500, outside of all middleware.
        response.headers.update(HEADERS | headers)
        return response
