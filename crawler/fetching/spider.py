"""The one spider: walks all sources of a run through one engine, so that politeness holds across them.

A source ends when the last of its requests has. Whatever goes wrong in one source is that source's state;
only an archive that cannot be written ends the run.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider
from typing_extensions import override

from crawler.answers import conditional, health, weighing
from crawler.answers.conditional import PaperCheck
from crawler.answers.inside_addresses import is_inside
from crawler.answers.not_the_page import no_page
from crawler.config import CrawlConfig
from crawler.fetching import browser, responses
from crawler.platforms import PLATFORMS
from crawler.platforms.shared import landing
from crawler.platforms.shared.web_address import host_of
from crawler.source_visit import DAMAGED, SourceVisit, at_address, discard
from pipeline.days import local_today
from pipeline.errors import DamagedFileError, LeaseLost, StorageError
from pipeline.health.run_state import Failure
from pipeline.model import Capture, Document, Doubt, Embedded, Fetch, Left, Listing, Meeting, SourceState
from pipeline.ports import SourceReport, lease_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as Failed

    from crawler.fetching.download_handler import Received
    from pipeline.model import Found, Source
    from pipeline.ports import Blobs, CrawlLog, Held, Leases, Platform

LONGEST_LANDING = 2 * 1024 * 1024  # bytes looked at of a page that is where a file was promised
# Sources read at one time for each request in flight: more than one, for each host has its pause; not all
# sources at once, for what each has seen is in memory until it is done.
_AT_WORK = 6
_QUEUED = 2  # requests of a source below which papers follow: its host answers one at a time
STOPPED = "stopped before it was done"
CANNOT_WRITE = "the archive cannot be written"


class CrawlArchive(Protocol):
    """What PAPERWATCH_ARCHIVE opens."""

    @property
    def catalogue(self) -> CrawlLog: ...

    @property
    def blobs(self) -> Blobs: ...

    @property
    def leases(self) -> Leases | None: ...


class PapersSpider(Spider):
    """All sources given to it; under `scrapy crawl <id>` the one whose line its class was made from."""

    name = "papers"
    sources: Sequence[Source] = ()

    def __init__(
        self,
        *,
        today: date,
        catalogue: CrawlLog,
        blobs: Blobs,
        sources: Sequence[Source] | None = None,
        platforms: Mapping[str, Platform] = PLATFORMS,
        progress: Callable[[SourceReport], None] | None = None,
        max_pages: int = CrawlConfig().max_pages,
        flags: Callable[[bytes], bool] = lambda _: True,
        leases: Leases | None = None,
    ) -> None:
        super().__init__()
        if sources is not None:
            self.sources = sources
        self.today = today
        self.catalogue = catalogue
        self.blobs = blobs
        self.fatal: Exception | None = None  # the archive could not be written
        self.leases = leases  # None: no other crawl fills this archive
        self.stopped_by = ""  # Scrapy's word for why the crawl ended: "finished" where nothing stopped it
        self._platforms = platforms
        self._progress = progress
        self._max_pages = max_pages
        self._flags = flags  # whether the concepts find something in a page; without concepts all is kept
        self._run: int | None = None
        self._visits: dict[str, SourceVisit] = {}  # of the sources that are not done
        self._room = asyncio.Event()  # set when a source is done
        self._reports: dict[str, SourceReport] = {}
        self._left: set[str] = set()  # sources that another crawl reads
        self.held = ExitStack()  # the archive, under Scrapy's own command

    @classmethod
    @override
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        held = ExitStack()
        if "catalogue" not in kwargs:
            settings = crawler.settings
            of_data: Callable[[Path], AbstractContextManager[CrawlArchive]] = resolve_name(
                settings["PAPERWATCH_ARCHIVE"]
            )
            archive = held.enter_context(of_data(Path(settings["PAPERWATCH_DATA"])))
            kwargs |= {
                "today": local_today(),
                "catalogue": archive.catalogue,
                "blobs": archive.blobs,
                "leases": archive.leases,
                "max_pages": settings.getint("MAX_PAGES"),
            }
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.held = held
        crawler.signals.connect(spider.count_request, signals.request_reached_downloader)
        crawler.signals.connect(spider.count_bytes, signals.response_downloaded)
        return spider

    @property
    def reports(self) -> list[SourceReport]:
        return [self._reports[source.id] for source in self.sources if source.id in self._reports]

    @override
    async def start(self) -> AsyncIterator[Request]:
        try:
            self._run = self.catalogue.begin(self.sources, self.today)
        except Exception as error:  # noqa: BLE001 - no run, no crawl; `crawler.run` raises it
            self.fatal = error
            return
        # The slowest first: begun last, one of them would keep the run from ending.
        at_work = _AT_WORK * self.settings.getint("CONCURRENT_REQUESTS")
        for source in sorted(self.sources, key=lambda source: -source.delay):
            while self.fatal is None and len(self._visits) >= at_work:
                self._room.clear()
                await self._room.wait()
            if self.fatal is not None:
                return
            if self._may_read(source):
                for request in self._begin(self._visit_of(self._run, source)):
                    yield request

    def page(self, response: Response) -> list[Request]:
        visit, fetch = self._visit(response.request), responses.meta_of(response.request)["fetch"]
        return self._done(visit, lambda: self._page(visit, fetch, response))

    def page_failed(self, failed: Failed) -> list[Request]:
        request = responses.request_of(failed)
        visit, fetch = self._visit(request), request.meta["fetch"]
        is_start = request.meta["start"]
        return self._done(
            visit, lambda: self._fell(visit, fetch, responses.failure_of(failed), is_start=is_start)
        )

    async def paper(self, response: Response) -> list[Request]:
        return await self._answered(response, self._paper)

    async def either(self, response: Response) -> list[Request]:
        return await self._answered(response, self._either)

    def paper_failed(self, failed: Failed) -> list[Request]:
        request = responses.request_of(failed)
        visit = self._visit(request)
        return self._done(visit, lambda: self._paper_failed(visit, request, responses.failure_of(failed)))

    def count_request(self, request: Request) -> None:
        if (visit := self._visits.get(request.meta.get("source", ""))) is not None:
            visit.requests += 1

    def count_bytes(self, response: Response, request: Request) -> None:
        if (visit := self._visits.get(request.meta.get("source", ""))) is not None:
            received = request.meta.get("received")
            visit.bytes += received.size if received is not None else len(response.body)

    def closed(self, reason: str) -> None:
        self.stopped_by = reason
        self.end()
        self.held.close()

    def end(self) -> None:
        """Leave no source and no run without its end. Runs twice without harm."""
        if self._run is None:
            return
        run, self._run = self._run, None
        try:
            for source in self.sources:
                if source.id in self._reports or source.id in self._left or self.fatal is not None:
                    continue
                visit = self._visits.get(source.id)
                if visit or self._may_read(source):
                    visit = visit or self._visit_of(run, source)
                    self._finish(visit, state=SourceState.UNKNOWN, reason=STOPPED, tell=False)
        finally:
            if self.fatal is None:
                self.catalogue.end(run)
            else:
                with suppress(Exception):  # it most likely fails for the same reason
                    self.catalogue.end(run)

    def check_wanted(self, request: Request) -> None:
        """Raises LeaseLost for a request of a source that this crawl has lost, or at the crawl's end."""
        visit = self._visits.get(request.meta.get("source", ""))
        if visit is not None and visit.lost:
            raise LeaseLost(visit.lost)
        if self.fatal is not None:
            raise LeaseLost(STOPPED)

    def _may_read(self, source: Source) -> bool:
        """Whether no other crawl reads this source now; from then on none does, until it is done."""
        if self.leases is None or self.leases.take(lease_of(source.id)):
            return True
        self._left.add(source.id)
        return False

    def _visit_of(self, run: int, source: Source) -> SourceVisit:
        visit = SourceVisit(run, source, self.catalogue, self.blobs, today=self.today)
        self._visits[source.id] = visit
        return visit

    def _begin(self, visit: SourceVisit) -> list[Request]:
        if visit.source.platform == "manual":
            self._finish(visit, state=SourceState.MANUAL, reason="papers are added by hand")
            return []
        if visit.source.options.get("browser") and (missing := browser.browser_missing()):
            self._finish(visit, state=SourceState.MANUAL, reason=missing)
            return []
        visit.pending += 1
        return self._done(visit, lambda: self._start(visit))

    def _start(self, visit: SourceVisit) -> list[Request]:
        source = visit.source
        since, until = source.window.around(self.today)
        fetches = list(self._platforms[source.platform].start(source, since, until))
        visit.hosts = {host_of(source.url), *(host_of(way.url) for fetch in fetches for way in _ways(fetch))}
        visit.hosts |= {host_of(f"//{host}") for host in source.options.get("hosts", ())}
        return [request for fetch in fetches for request in self._ask(visit, fetch, is_start=True)]

    def _page(self, visit: SourceVisit, fetch: Fetch, response: Response) -> list[Request]:
        is_start = responses.meta_of(response.request)["start"]
        if (failure := health.of_answer(response.status, response.body)) is not None:
            return self._fell(visit, fetch, failure, is_start=is_start)
        if is_start:
            visit.hosts.add(host_of(response.url))
        capture = responses.capture(response)
        try:
            found = list(self._platforms[visit.source.platform].parse(visit.source, fetch, capture))
        except Exception as error:  # noqa: BLE001 - what a parser stumbles over is its page's failure
            failure = health.of_unread(capture.body) or health.of_exception(error)
            return self._fell(visit, fetch, failure, is_start=is_start)
        says_nothing = all(isinstance(item, Listing | Left | Doubt) for item in found)
        if says_nothing and (failure := health.of_unread(capture.body)) is not None:
            return self._fell(visit, fetch, failure, is_start=is_start)
        visit.page_read(fetch.url, is_start=is_start)
        if responses.is_cut(response):
            cut = f"{response.url}: the page ends in the middle"
            visit.doubt(Doubt(source_id=visit.source.id, what=cut, state=SourceState.SUSPECT))
        answers = responses.meta_of(response.request).get("answers", ())
        requests = [request for item in found for request in self._take(visit, item, capture, answers)]
        return [*requests, *self._look_on(visit, fetch, found)]

    def _look_on(self, visit: SourceVisit, fetch: Fetch, found: Sequence[Found] = ()) -> list[Request]:
        """Looks that had to wait for what this page gave, now that it has."""
        visit.looks.gave(fetch, found)
        ready = visit.looks.ready()
        return [request for each in ready for request in self._ask(visit, each, is_start=False)]

    def _take(
        self, visit: SourceVisit, item: Found, capture: Capture, answers: Sequence[dict[str, Any]]
    ) -> list[Request]:
        match item:
            case Fetch():
                return self._ask(visit, item, is_start=False)
            case Meeting():
                visit.meeting(item)
            case Document():
                document = visit.recognised(item)
                if visit.document(document):
                    visit.waiting.append(document)
            case Embedded() if item.if_flagged and not self._flags(item.body):
                pass
            case Embedded():
                visit.embedded(item, capture.fetched_at, answers)
            case Listing():
                visit.listing(item)
            case Doubt():
                visit.doubt(item)
            case Left():
                visit.left(item)
        return []

    def _ask(self, visit: SourceVisit, fetch: Fetch, *, is_start: bool) -> list[Request]:
        """The request for a page; none where it was asked for already or must not be."""
        asked = (fetch.url, fetch.step, tuple(sorted((fetch.form or {}).items())))
        if asked in visit.asked:
            return []
        if fetch.beyond:
            visit.hosts.add(host_of(fetch.url))
        if host_of(fetch.url) not in visit.hosts:
            visit.problem(f"{fetch.url}: on another host, not followed")
            return []
        is_full = len(visit.asked) >= self._max_pages
        if is_full and not fetch.is_look:
            visit.broken(f"more than {self._max_pages} pages")
            return []
        if not visit.looks.may(fetch, is_full=is_full):
            return []
        visit.asked.add(asked)
        if fetch.paper is not None:
            return self._ask_either(visit, fetch, fetch.paper)
        return self._request(
            visit,
            fetch.url,
            callback=self.page,
            errback=self.page_failed,
            form=fetch.form,
            priority=1,  # before papers: a run that is cut short has then at least seen what is listed
            meta={"fetch": fetch, "start": is_start} | _rendering(visit),
        )

    def _ask_either(self, visit: SourceVisit, fetch: Fetch, document: Document) -> list[Request]:
        """Some systems give a file at such an address, and others a page about it: asked once for both."""
        if self.catalogue.held(visit.source.id, document.key) is not None:
            if visit.document(document):
                visit.waiting.append(document)
            return []
        return self._request(
            visit,
            fetch.url,
            callback=self.either,
            errback=self.page_failed,
            priority=1,
            meta={"fetch": fetch, "start": False, "document": document, "held": None, "to_file": True},
        )

    def _either(self, visit: SourceVisit, response: Response) -> list[Request]:
        meta = responses.meta_of(response.request)
        received: Received | None = meta.get("received") if response.status == 200 else None
        if received is None:
            return self._page(visit, meta["fetch"], response)
        if weighing.FileStart.at(received.path).kind is weighing.FileKind.HTML:
            page = response.replace(body=responses.first_bytes(received.path, LONGEST_LANDING))
            discard(received)
            return self._page(visit, meta["fetch"], page)
        if visit.document(meta["document"]):
            return self._paper(visit, response)
        discard(received)
        return []

    def _next_papers(self, visit: SourceVisit) -> list[Request]:
        """The requests for the papers whose turn it is: what waits as a request takes ten times the room."""
        requests: list[Request] = []
        while visit.waiting and visit.pending < _QUEUED:
            document = visit.waiting.popleft()
            requests += self._tried(visit, partial(self._fetch_paper, visit, document))
        return requests

    def _fetch_paper(self, visit: SourceVisit, document: Document) -> list[Request]:
        held = self.catalogue.held(visit.source.id, document.key)
        look = conditional.look(
            document, held, meets_on=visit.meets_on(document), today=self.today, now=datetime.now(UTC)
        )
        if look is PaperCheck.NOT:
            visit.not_asked(held)
            return []
        return self._request_paper(visit, document, held, method=look.name)

    def _request_paper(
        self,
        visit: SourceVisit,
        document: Document,
        held: Held | None,
        *,
        method: str = "GET",
        behind: str = "",
    ) -> list[Request]:
        """The request for a paper; `behind` is where the page at its address offers it."""
        return self._request(
            visit,
            behind or document.url,
            method=method,
            callback=self.paper,
            errback=self.paper_failed,
            headers=conditional.headers(document, held if not behind else None),
            meta={"document": document, "held": held, "to_file": True, "behind": behind},
        )

    def _request(
        self,
        visit: SourceVisit,
        url: str,
        *,
        meta: dict[str, Any],
        method: str = "GET",
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        priority: int = 0,
        callback: Callable[[Response], list[Request] | Awaitable[list[Request]]],
        errback: Callable[[Failed], list[Request]],
    ) -> list[Request]:
        source = visit.source
        try:
            request = Request(
                url,
                callback=callback,
                errback=errback,
                method=method if form is None else "POST",
                body=b"" if form is None else urlencode(form).encode(),
                headers=headers,
                priority=priority,
                dont_filter=True,  # we know what we asked; a silent drop would leave a source without its end
                meta={
                    **meta,
                    "source": source.id,
                    "inside": is_inside(source.url),
                    "download_timeout": source.timeout,
                },
            )
        except ValueError as error:
            failure = Failure(state=SourceState.BROKEN, reason=f"invalid URL: {error}")
            if "document" in meta:
                visit.unavailable(meta["document"], failure)
            elif meta["fetch"].is_look:
                visit.look_failed(meta["fetch"], failure)
            else:
                visit.page_failed(url, failure, is_start=meta["start"])
            return []
        if form is not None:
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        visit.pending += 1
        return [request]

    def _fell(self, visit: SourceVisit, fetch: Fetch, failure: Failure, *, is_start: bool) -> list[Request]:
        if fetch.is_look:
            visit.look_failed(fetch, failure)
            return self._look_on(visit, fetch)
        if fetch.otherwise is None or host_of(fetch.otherwise.url) not in visit.hosts:
            visit.page_failed(fetch.url, failure, is_start=is_start)
            return []
        visit.problem(f"{at_address(fetch.url, failure)}; asked {fetch.otherwise.url} instead")
        return self._ask(visit, fetch.otherwise, is_start=is_start)

    def _paper(self, visit: SourceVisit, response: Response) -> list[Request]:
        meta = responses.meta_of(response.request)
        document: Document = meta["document"]
        if responses.is_head(response.request):
            return self._looked(visit, document, meta["held"], response)
        received: Received | None = meta.get("received") if response.status == 200 else None
        if response.status == 304 and responses.is_conditional(response.request):
            visit.unmodified(document)
            return []
        head = received.head if received is not None else response.body
        failure = health.of_answer(response.status, head)
        if failure is not None or received is None:
            discard(received)
            visit.unavailable(document, failure or health.of_status(response.status))
            return []
        look, held = weighing.FileStart.at(received.path), self._look_at_held(meta["held"])
        if look.kind is weighing.FileKind.HTML and not document.is_page:
            return self._page_for_file(visit, document, received, response)
        if fault := weighing.why_not_kept(document, look, held):
            discard(received)
            visit.unavailable(document, _not_taken(fault, meta["held"]))
            return []
        self._keep(visit, document, received, response)
        return []

    def _page_for_file(
        self, visit: SourceVisit, document: Document, received: Received, response: Response
    ) -> list[Request]:
        """A page where a file was promised: the one file that it offers is the paper, or its text is."""
        meta = responses.meta_of(response.request)
        begins = responses.first_bytes(received.path, LONGEST_LANDING)
        capture = replace(responses.capture(response), body=begins)
        look, held = weighing.FileStart.at(received.path), self._look_at_held(meta["held"])
        said = no_page(capture.body)
        behind = "" if said or meta.get("behind") else landing.file_behind(visit.source, document, capture)
        if behind:
            discard(received)
            return self._request_paper(visit, document, meta["held"], behind=behind)
        fault = weighing.why_not_kept(document, look, held)
        if fault or not landing.is_the_paper(visit.source, capture):
            discard(received)
            reason = f"not what its link says: {said or 'an HTML page'}"
            visit.unavailable(document, _not_taken(reason, meta["held"]))
            return []
        visit.problem(f"{document.url}: a page where a file was promised, read as a page")
        self._keep(visit, document, received, response)
        return []

    def _keep(self, visit: SourceVisit, document: Document, received: Received, response: Response) -> None:
        meta = responses.meta_of(response.request)
        listed = [document.url] if meta.get("behind") else []
        meta["taken"] = partial(
            visit.paper,
            document,
            received,
            media_type=responses.media_type(response),
            urls=(*listed, *meta.get("redirect_urls", ()), response.url),
            etag=responses.header(response, "ETag"),
            last_modified=responses.header(response, "Last-Modified"),
            answers=meta.get("answers", ()),
        )

    def _look_at_held(self, held: Held | None) -> weighing.FileStart | None:
        """None where nothing is held, or its bytes are gone or others: then any answer is better."""
        if held is None:
            return None
        try:
            with self.blobs.opened(held.sha256) as path:
                return weighing.FileStart.at(path)
        except (OSError, DamagedFileError):
            return None

    def _looked(
        self, visit: SourceVisit, document: Document, held: Held, response: Response | None
    ) -> list[Request]:
        """What the length of a paper calls for; None where there was no answer."""
        length = "" if response is None else responses.header(response, "Content-Length")
        if response is None or conditional.tells_nothing(response.status, length):
            meets_on = visit.meets_on(document)
            if not conditional.should_download_without_length(
                document, held, meets_on=meets_on, today=self.today, now=datetime.now(UTC)
            ):
                visit.not_asked(held)
                return []
        elif response.status == 200 and conditional.is_same(held, length):
            visit.still_held()
            return []
        elif (
            response.status != 200
            and (failure := health.of_status(response.status)).state is not SourceState.BROKEN
        ):
            visit.unavailable(document, failure)  # it wants to be left alone: no second try in this run
            return []
        return self._request_paper(visit, document, held)

    def _paper_failed(self, visit: SourceVisit, request: Request, failure: Failure) -> list[Request]:
        if responses.is_head(request) and failure.state is SourceState.UNREACHABLE:
            return self._looked(visit, request.meta["document"], request.meta["held"], None)
        visit.unavailable(request.meta["document"], failure)
        return []

    def _done(self, visit: SourceVisit, work: Callable[[], list[Request] | None]) -> list[Request]:
        """Do what an answer calls for; whatever it raises is this source's failure and no other's.

        A StorageError that is about more than one file is every source's: it ends the run, and `crawler.run`
        raises it. What another crawl has taken over is written to no more: what comes for it is left, and it
        ends with its last request.
        """
        requests: list[Request] = []
        try:
            requests += self._tried(visit, work)
            visit.pending -= 1
            requests += self._next_papers(visit)
            if visit.pending == 0 and self.fatal is None:
                self._finish(visit)
        except Exception as error:  # noqa: BLE001 - a report that cannot be written is as bad
            self.fatal = self.fatal or error
        if self.fatal is not None:
            self._room.set()
            raise CloseSpider(CANNOT_WRITE)
        return requests

    @staticmethod
    def _tried(visit: SourceVisit, work: Callable[[], list[Request] | None]) -> list[Request]:
        """Returns the requests that it made; none where it went wrong in the middle. Raises StorageError."""
        pending, waiting = visit.pending, len(visit.waiting)
        try:
            return [] if visit.lost else work() or []
        except LeaseLost as lost:
            visit.lost = str(lost)
            visit.pending = pending
            visit.waiting.clear()
            return []
        except Exception as error:
            if isinstance(error, StorageError) and not isinstance(error, DamagedFileError):
                raise
            visit.broken(f"{type(error).__name__}: {error}")
            visit.pending = pending
            while len(visit.waiting) > waiting:
                visit.waiting.pop()
            return []

    async def _answered(
        self, response: Response, weigh: Callable[[SourceVisit, Response], list[Request]]
    ) -> list[Request]:
        """A paper that is taken is put into the store, which may be far, before its source is done with it.

        Meanwhile the other downloads go on.
        """
        visit, meta = self._visit(response.request), responses.meta_of(response.request)
        visit.pending += 1  # the storing
        requests = self._done(visit, lambda: weigh(visit, response))
        taken: Callable[[], None] | None = meta.pop("taken", None)
        fault: Exception | None = None
        if taken is not None:
            received: Received = meta["received"]
            try:
                await asyncio.to_thread(self.blobs.adopt, received.path, received.sha256)
            except Exception as error:  # noqa: BLE001 - `_done` knows whose failure it is
                fault = error

        def note() -> None:
            if isinstance(fault, DamagedFileError):
                visit.unavailable(meta["document"], DAMAGED)
            elif fault is not None:
                raise fault
            elif taken is not None:
                taken()

        return requests + self._done(visit, note)

    def _finish(
        self, visit: SourceVisit, *, state: SourceState | None = None, reason: str = "", tell: bool = True
    ) -> None:
        if visit.lost:
            state, reason = SourceState.UNKNOWN, visit.lost
        try:
            report = visit.finish(state=state, reason=reason)
        except LeaseLost as lost:  # whoever has it writes how it ended
            report = SourceReport(source_id=visit.source.id, state=SourceState.UNKNOWN, reason=str(lost))
        self._reports[visit.source.id] = report
        del self._visits[visit.source.id]  # what it knew of its pages and papers goes with it
        if self.leases is not None:
            with suppress(LeaseLost):
                self.leases.give_back(lease_of(visit.source.id))
        self._room.set()
        if tell and self._progress is not None:
            self._progress(report)

    def _visit(self, request: Request | None) -> SourceVisit:
        return self._visits[responses.meta_of(request)["source"]]


def _rendering(visit: SourceVisit) -> dict[str, Any]:
    """What the download handler must know to show a page in a browser; nothing for most sources."""
    if not visit.source.options.get("browser"):
        return {}
    return {"browser": {"hosts": frozenset(visit.hosts), "delay": visit.source.delay}}


def _not_taken(reason: str, held: Held | None) -> Failure:
    """Why an answer was not kept, and what is shown instead of it."""
    stays = f"; what came on {held.fetched_at:%Y-%m-%d} stays" if held is not None else ""
    return Failure(state=SourceState.BROKEN, reason=f"{reason}{stays}")


def _ways(fetch: Fetch) -> Iterator[Fetch]:
    """A fetch, and what is asked where it fails."""
    way: Fetch | None = fetch
    while way is not None:
        yield way
        way = way.otherwise
