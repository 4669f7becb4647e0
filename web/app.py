"""The site: its routes, and what is around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from pipeline.days import local_today
from pipeline.errors import ConfigError, QueryError, StorageError, TooBusy
from pipeline.matching.families import Families
from web.data.page_images import PageImages
from web.faults import Faults
from web.headers import SafeHeaders
from web.limits import Limit
from web.render import Renderer
from web.routes import Routes
from web.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.health.machine import Machine
    from pipeline.ports import Pictures, Readers
    from pipeline.public_archive import PublicArchive
    from web.config import WebConfig


def create_app(
    shelf: PublicArchive,
    config: WebConfig,
    today: Callable[[], date] = local_today,
    *,
    pictures: Pictures | None = None,
    readers: Readers | None = None,
    cache: Path | None = None,
    machine: Callable[[], Machine] | None = None,
    families: Families | None = None,
) -> Starlette:
    """Returns the site over a shelf. Handlers are plain functions: Starlette runs them in its thread pool.

    Without `pictures` a page is shown as text alone; `cache` is a folder that may be emptied at any time.
    Without `readers` nobody can sign up. A search for a known wording of `families` is answered with its
    family.
    """
    renderer = Renderer(config)
    site = Site(
        shelf=shelf, config=config, renderer=renderer, images=PageImages(shelf, pictures, cache), today=today,
        can_watch=readers is not None, machine=machine, families=families or Families(),
    )  # fmt: skip
    every = Routes(site, Limit(config.searches_a_minute, config.searches_a_minute))
    routes = every.of_archive() + (every.of_readers(readers) if readers is not None else [])

    def to_home(request: Request) -> Response:  # noqa: ARG001 - what Starlette calls a handler with
        return RedirectResponse(f"{site.prefix}/")

    if site.prefix:
        routes = [Route("/", to_home), Mount(site.prefix, routes=routes)]
    faults = Faults(renderer)
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(ProxyHeadersMiddleware, trusted_hosts=list(config.trusted_proxies)),
            Middleware(SafeHeaders),
        ],
        exception_handlers={
            HTTPException: faults.http,
            QueryError: faults.query,
            TooBusy: faults.busy,
            StorageError: faults.storage,
            ConfigError: faults.storage,  # of the store of papers: first asked when it is used
            Exception: faults.unforeseen,
        },
    )
