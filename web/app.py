"""The site: routes, and what stands around them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from pipeline.errors import QueryError, StorageError
from web.api import Api, Json
from web.faults import Faults
from web.feeds import Feeds
from web.files import Files
from web.headers import SafeHeaders
from web.pages import Pages
from web.render import HERE, Renderer

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.ports import Shelf
    from web.config import WebConfig

LOCAL = ZoneInfo("Europe/London")
# Searches have no end of addresses, and papers are better found where they were published.
ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /papers/\n"


def local_today() -> date:
    """Today where the meetings are held."""
    return datetime.now(LOCAL).date()


def create_app(shelf: Shelf, config: WebConfig, today: Callable[[], date] = local_today) -> Starlette:
    """The site over a shelf. Handlers are plain functions: Starlette runs them in its thread pool."""
    renderer = Renderer(config)
    pages = Pages(shelf, config, renderer, today)
    api = Api(shelf, config, today)
    feeds = Feeds(shelf, config)
    files = Files(shelf)
    faults = Faults(renderer)

    def health(request: Request) -> Response:  # noqa: ARG001 - what Starlette calls a handler with
        """For a monitor: whether the archive answers. How the sources are is on the coverage page."""
        stands = shelf.denominator()
        return Json({"status": "ok", "papers": stands.papers, "sources_not_well": len(stands.not_well)})

    def robots(request: Request) -> Response:  # noqa: ARG001 - what Starlette calls a handler with
        return PlainTextResponse(ROBOTS)

    return Starlette(
        routes=[
            Route("/", pages.home),
            Route("/search", pages.search),
            Route("/search.json", api.search_json),
            Route("/search.csv", api.search_csv),
            Route("/search.atom", feeds.search),
            Route("/papers/{document:int}", pages.paper),
            Route("/papers/{document:int}.json", api.paper),
            Route("/papers/{document:int}/original", files.original),
            Route("/papers/{document:int}/pages/{number:int}", pages.page),
            Route("/papers/{document:int}/pages/{number:int}.json", api.page),
            Route("/bodies", pages.bodies),
            Route("/bodies.json", api.bodies),
            Route("/bodies/{body}.json", api.body),
            Route("/bodies/{body}", pages.body),
            Route("/meetings", pages.meetings),
            Route("/meetings.json", api.meetings),
            Route("/coverage", pages.coverage),
            Route("/coverage.json", api.coverage),
            Route("/concepts", pages.concepts),
            Route("/concepts.json", api.concepts),
            Route("/health", health),
            Route("/robots.txt", robots),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[
            Middleware(ProxyHeadersMiddleware, trusted_hosts=list(config.trusted_proxies)),
            Middleware(SafeHeaders),
        ],
        exception_handlers={
            HTTPException: faults.http,
            QueryError: faults.query,
            StorageError: faults.storage,
            Exception: faults.unforeseen,
        },
    )
