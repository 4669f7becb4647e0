"""The site: routes, and what is around them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from pipeline.days import local_today
from pipeline.errors import ConfigError, QueryError, StorageError
from pipeline.health.account import account_facts
from pipeline.health.machine import machine_facts
from pipeline.matching.families import Families
from web import links
from web.data import openapi
from web.data.api import Api, Json
from web.data.evidence import EvidencePacks
from web.data.feeds import Feeds
from web.data.files import Files
from web.data.metrics import Metrics
from web.data.page_images import PageImages
from web.digests import Digests
from web.faults import Faults
from web.headers import SafeHeaders
from web.limits import Limit
from web.pages.bodies import Bodies
from web.pages.changes import ChangesPages
from web.pages.collections import CollectionPages
from web.pages.concepts import Concepts
from web.pages.coverage import Coverage
from web.pages.firms import Firms
from web.pages.glossary import Glossary
from web.pages.home import Home
from web.pages.lateness import LatePapers
from web.pages.left_out import LeftOutPage
from web.pages.log import LogPages
from web.pages.meetings import Meetings
from web.pages.new_names import NewNamesPage
from web.pages.papers import Papers
from web.pages.passages import Passages
from web.pages.programs import Programs
from web.pages.search import SearchPages
from web.readers import ReaderPages
from web.render import HERE, Renderer
from web.site import Site
from web.wrong_hits import WrongHitPages

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

# Searches have no end of addresses, and papers are better found where they were published.
NO_ROBOTS = ("/search", "/papers/", "/reader/", "/feeds/", "/digests/", "/collections/", "/save")


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
    prefix = links.prefix(config.base_url)
    renderer = Renderer(config)
    images = PageImages(shelf, pictures, cache)
    site = Site(
        shelf=shelf, config=config, renderer=renderer, images=images, today=today,
        can_watch=readers is not None, machine=machine, families=families or Families(),
    )  # fmt: skip
    home, search, papers, bodies = Home(site), SearchPages(site), Papers(site), Bodies(site)
    meetings, concepts, coverage = Meetings(site), Concepts(site), Coverage(site)
    firms = Firms(site)
    changes, late, log = ChangesPages(site), LatePapers(site), LogPages(site)
    api, atom, files = Api(site), Feeds(site), Files(shelf)
    packs = EvidencePacks(site)
    faults = Faults(renderer)
    limit = Limit(config.searches_a_minute, config.searches_a_minute)

    def limited(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def limited_handler(request: Request) -> Response:
            limit.take(request)
            return handler(request)

        return limited_handler

    def health(request: Request) -> Response:  # noqa: ARG001 - what Starlette calls a handler with
        """For a monitor: 503 where the machine does not do what it is for, and why."""
        account, found = shelf.account(), site.concerns()
        grave = any(concern.grave for concern in found)
        return Json(
            {
                "status": "ill" if grave else "concerned" if found else "ok",
                "papers": account.papers,
                "sources_not_well": len(account.not_well),
                "concerns": [concern.text for concern in found],
                "machine": machine_facts(machine()) if machine else None,
                "searched": account_facts(account),
            },
            HTTPStatus.SERVICE_UNAVAILABLE if grave else HTTPStatus.OK,
        )

    def robots(request: Request) -> Response:  # noqa: ARG001 - what Starlette calls a handler with
        lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in NO_ROBOTS)]
        return PlainTextResponse("".join(f"{line}\n" for line in lines))

    def to_home(request: Request) -> Response:  # noqa: ARG001 - what Starlette calls a handler with
        return RedirectResponse(f"{prefix}/")

    def description(request: Request) -> Response:
        return Json(openapi.description(config, site.base(request)))

    page = "/papers/{document:int}/pages/{number:int}"
    routes: list[BaseRoute] = [
        Route("/", home.home),
        Route("/glossary", Glossary(site).glossary),
        Route("/metrics", Metrics(site).metrics),
        Route("/search", limited(search.search)),
        Route("/search.json", limited(api.search_json)),
        Route("/search.csv", limited(api.search_csv)),
        Route("/search.atom", limited(atom.search)),
        Route("/papers/{document:int}", papers.paper),
        Route("/papers/{document:int}.json", api.paper),
        Route("/papers/{document:int}/original", files.original),
        Route("/papers/{document:int}/evidence.zip", limited(packs.answer)),
        Route("/papers/{document:int}/find", limited(papers.find)),
        Route("/papers/{document:int}/find.json", limited(api.find)),
        Route("/papers/{document:int}/changes", limited(papers.comparison)),
        Route("/papers/{document:int}/changes.json", limited(api.comparison)),
        Route(page, papers.page),
        Route(page + ".json", api.page),
        Route(page + "/citation.{style}", papers.citation),
        Route(page + "/{size}.png", images.answer),
        Route("/bodies", bodies.bodies),
        Route("/bodies.json", api.bodies),
        Route("/bodies/{body}.json", api.body),
        Route("/bodies/{body}", bodies.body),
        Route("/meetings", meetings.meetings),
        Route("/meetings.json", api.meetings),
        Route("/meetings.ics", meetings.calendar),
        Route("/meetings/{meeting:int}", meetings.meeting),
        Route("/meetings/{meeting:int}.json", api.meeting),
        Route("/meetings/{meeting:int}/neighbours", limited(meetings.neighbours)),
        Route("/meetings/{meeting:int}/neighbours.json", limited(api.neighbours)),
        Route("/consultations.json", api.consultations),
        Route("/coverage", coverage.coverage),
        Route("/coverage.json", api.coverage),
        Route("/changes", limited(changes.changes)),
        Route("/changes.json", limited(api.changes)),
        Route("/changes.atom", limited(atom.changes)),
        Route("/late", limited(late.page)),
        Route("/late.json", limited(api.late)),
        Route("/late.csv", limited(api.late_csv)),
        Route("/left-out", limited(LeftOutPage(site).page)),
        Route("/left-out.json", limited(api.left_out)),
        Route("/left-out.csv", limited(api.left_out_csv)),
        Route("/new-names", NewNamesPage(site).page),
        Route("/new-names.atom", atom.new_names),
        Route("/new-names.json", api.new_names),
        Route("/passages/{passage}.json", limited(api.passage)),
        Route("/passages/{passage}", limited(Passages(site).passage)),
        Route("/concepts", concepts.concepts),
        Route("/concepts.json", api.concepts),
        Route("/concepts/{concept}.json", api.concept),
        Route("/concepts/{concept}", concepts.concept),
        Route("/firms", firms.firms),
        Route("/firms.json", api.firms),
        Route("/firms/{firm}.json", limited(api.firm)),
        Route("/firms/{firm}", limited(firms.firm)),
        Route("/log", log.log),
        Route("/log.json", log.log_json),
        Route("/log/{number:int}.json", log.proof),
        Route("/log/consistency/{size:int}.json", log.consistency),
        Route("/api", Programs(site).page),
        Route("/openapi.json", description),
        Route("/health", health),
        Route("/robots.txt", robots),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    if readers is not None:
        own, wrong = ReaderPages(readers, site, limit), WrongHitPages(readers, site)
        kept = CollectionPages(readers, site, packs)
        routes += [
            Route("/watch", own.watch),
            Route("/watch", own.sign_up, methods=["POST"]),
            Route("/confirm/{token}", own.confirmation),
            Route("/confirm/{token}", own.confirm, methods=["POST"]),
            Route("/unsubscribe/{token}", own.stopping),
            Route("/unsubscribe/{token}", own.stop, methods=["POST"]),
            Route("/reader/{token}", own.own),
            Route("/reader/{token}", own.act, methods=["POST"]),
            Route("/reader/{token}/everything.json", own.export),
            Route("/feeds/{token}.{kind}", limited(own.feed)),
            Route("/digests/{name}", Digests(readers, site).digest),
            Route("/collections", kept.public),
            Route("/collections/{key}", kept.own),
            Route("/collections/{key}", kept.act, methods=["POST"]),
            Route("/collections/{key}/pages.{kind}", limited(kept.own_file)),
            Route("/shared/{share}", kept.shared),
            Route("/shared/{share}/pages.{kind}", limited(kept.shared_file)),
            Route("/save", kept.saving),
            Route("/save", kept.save, methods=["POST"]),
            Route("/wrong/{sha256}", wrong.form),
            Route("/wrong/{sha256}", wrong.say, methods=["POST"]),
        ]
    if prefix:
        routes = [Route("/", to_home), Mount(prefix, routes=routes)]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(ProxyHeadersMiddleware, trusted_hosts=list(config.trusted_proxies)),
            Middleware(SafeHeaders),
        ],
        exception_handlers={
            HTTPException: faults.http,
            QueryError: faults.query,
            StorageError: faults.storage,
            ConfigError: faults.storage,  # of the store of papers: first asked when it is used
            Exception: faults.unforeseen,
        },
    )
