"""Every address of the site, and what answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web.data.api import Api
from web.data.evidence import EvidencePacks
from web.data.feeds import Feeds
from web.data.files import Files
from web.data.metrics import Metrics
from web.data.service import ServiceFacts
from web.digests import Digests
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
from web.render import HERE
from web.wrong_hits import WrongHitPages

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.ports import Readers
    from web.limits import Limit
    from web.site import Site

    Handler = Callable[[Request], Response]


class Routes:
    """The routes of one site, by what they are about.

    Where two fit an address, the first is taken: those with a name before those with a parameter.
    """

    def __init__(self, site: Site, limit: Limit) -> None:
        """`limit` is on what costs a search."""
        self._site, self._limit = site, limit
        self._api, self._feeds = Api(site), Feeds(site)
        self._packs = EvidencePacks(site)

    def of_archive(self) -> list[BaseRoute]:
        """Returns those that are for anyone."""
        return [
            *self._of_searches(),
            *self._of_papers(),
            *self._of_bodies(),
            *self._of_topics(),
            *self._of_what_happened(),
            *self._of_the_service(),
        ]

    def of_readers(self, readers: Readers) -> list[BaseRoute]:
        """Returns those of sign-up, watch lists, digests, collections and wrong hits."""
        own, wrong = ReaderPages(readers, self._site, self._limit), WrongHitPages(readers, self._site)
        kept = CollectionPages(readers, self._site, self._packs)
        return [
            Route("/watch", own.watch),
            Route("/watch", own.sign_up, methods=["POST"]),
            Route("/confirm/{token}", own.confirmation),
            Route("/confirm/{token}", own.confirm, methods=["POST"]),
            Route("/unsubscribe/{token}", own.stopping),
            Route("/unsubscribe/{token}", own.stop, methods=["POST"]),
            Route("/reader/{token}", own.own),
            Route("/reader/{token}", own.act, methods=["POST"]),
            Route("/reader/{token}/everything.json", own.export),
            Route("/feeds/{token}.{kind}", self._limited(own.feed)),
            Route("/digests/{name}", Digests(readers, self._site).digest),
            Route("/collections", kept.public),
            Route("/collections/{key}", kept.own),
            Route("/collections/{key}", kept.act, methods=["POST"]),
            Route("/collections/{key}/pages.{kind}", self._limited(kept.own_file)),
            Route("/shared/{share}", kept.shared),
            Route("/shared/{share}/pages.{kind}", self._limited(kept.shared_file)),
            Route("/save", kept.saving),
            Route("/save", kept.save, methods=["POST"]),
            Route("/wrong/{sha256}", wrong.form),
            Route("/wrong/{sha256}", wrong.say, methods=["POST"]),
        ]

    def _limited(self, handler: Handler) -> Handler:
        def limited_handler(request: Request) -> Response:
            self._limit.take(request)
            return handler(request)

        return limited_handler

    def _of_searches(self) -> list[BaseRoute]:
        api, limited = self._api, self._limited
        return [
            Route("/", Home(self._site).home),
            Route("/search", limited(SearchPages(self._site).search)),
            Route("/search.json", limited(api.search_json)),
            Route("/search.csv", limited(api.search_csv)),
            Route("/search.atom", limited(self._feeds.search)),
            Route("/passages/{passage}.json", limited(api.passage)),
            Route("/passages/{passage}", limited(Passages(self._site).passage)),
        ]

    def _of_papers(self) -> list[BaseRoute]:
        api, limited, papers = self._api, self._limited, Papers(self._site)
        paper, page = "/papers/{document:int}", "/papers/{document:int}/pages/{number:int}"
        return [
            Route(paper, papers.paper),
            Route(paper + ".json", api.paper),
            Route(paper + "/original", Files(self._site.shelf).original),
            Route(paper + "/evidence.zip", limited(self._packs.answer)),
            Route(paper + "/find", limited(papers.find)),
            Route(paper + "/find.json", limited(api.find)),
            Route(paper + "/changes", limited(papers.comparison)),
            Route(paper + "/changes.json", limited(api.comparison)),
            Route(page, papers.page),
            Route(page + ".json", api.page),
            Route(page + "/citation.{style}", papers.citation),
            Route(page + "/{size}.png", self._site.images.answer),
        ]

    def _of_bodies(self) -> list[BaseRoute]:
        api, limited = self._api, self._limited
        bodies, meetings = Bodies(self._site), Meetings(self._site)
        return [
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
        ]

    def _of_topics(self) -> list[BaseRoute]:
        api, limited = self._api, self._limited
        concepts, firms = Concepts(self._site), Firms(self._site)
        return [
            Route("/concepts", concepts.concepts),
            Route("/concepts.json", api.concepts),
            Route("/concepts/{concept}.json", api.concept),
            Route("/concepts/{concept}", concepts.concept),
            Route("/firms", firms.firms),
            Route("/firms.json", api.firms),
            Route("/firms/{firm}.json", limited(api.firm)),
            Route("/firms/{firm}", limited(firms.firm)),
            Route("/left-out", limited(LeftOutPage(self._site).page)),
            Route("/left-out.json", limited(api.left_out)),
            Route("/left-out.csv", limited(api.left_out_csv)),
            Route("/new-names", NewNamesPage(self._site).page),
            Route("/new-names.atom", self._feeds.new_names),
            Route("/new-names.json", api.new_names),
        ]

    def _of_what_happened(self) -> list[BaseRoute]:
        api, limited, log = self._api, self._limited, LogPages(self._site)
        return [
            Route("/coverage", Coverage(self._site).coverage),
            Route("/coverage.json", api.coverage),
            Route("/changes", limited(ChangesPages(self._site).changes)),
            Route("/changes.json", limited(api.changes)),
            Route("/changes.atom", limited(self._feeds.changes)),
            Route("/late", limited(LatePapers(self._site).page)),
            Route("/late.json", limited(api.late)),
            Route("/late.csv", limited(api.late_csv)),
            Route("/log", log.log),
            Route("/log.json", log.log_json),
            Route("/log/{number:int}.json", log.proof),
            Route("/log/consistency/{size:int}.json", log.consistency),
        ]

    def _of_the_service(self) -> list[BaseRoute]:
        service = ServiceFacts(self._site)
        return [
            Route("/glossary", Glossary(self._site).glossary),
            Route("/api", Programs(self._site).page),
            Route("/openapi.json", service.description),
            Route("/health", service.health),
            Route("/metrics", Metrics(self._site).metrics),
            Route("/robots.txt", service.robots),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]
