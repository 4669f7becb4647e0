"""What programs are told of the service itself: how it is, what they may ask, where robots are not wanted."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from pipeline.health.account import account_facts
from pipeline.health.machine import machine_facts
from web.data import openapi
from web.data.api import Json

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site

# Searches have no end of addresses, and papers are better found where they were published.
NO_ROBOTS = ("/search", "/papers/", "/reader/", "/feeds/", "/digests/", "/collections/", "/save")


class ServiceFacts:
    def __init__(self, site: Site) -> None:
        self._site = site

    def health(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        """For a monitor: 503 where the machine does not do what it is for, and why."""
        account, found = self._site.shelf.account(), self._site.concerns()
        grave = any(concern.grave for concern in found)
        return Json(
            {
                "status": "ill" if grave else "concerned" if found else "ok",
                "papers": account.papers,
                "sources_not_well": len(account.not_well),
                "concerns": [concern.text for concern in found],
                "machine": machine_facts(self._site.machine()) if self._site.machine else None,
                "searched": account_facts(account),
            },
            HTTPStatus.SERVICE_UNAVAILABLE if grave else HTTPStatus.OK,
        )

    def robots(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        lines = ["User-agent: *", *(f"Disallow: {self._site.prefix}{path}" for path in NO_ROBOTS)]
        return PlainTextResponse("".join(f"{line}\n" for line in lines))

    def description(self, request: Request) -> Response:
        return Json(openapi.description(self._site.config, self._site.base(request)))
