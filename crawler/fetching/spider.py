"""The one spider: walks all sources of a run through one engine, so that politeness holds across them.

A source ends when the last of its requests has. Whatever goes wrong in one source is that source's state;
only an archive that cannot be written ends the run.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Protocol

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider
from typing_extensions import override

from crawler.config import CrawlConfig
from crawler.fetching import browser, responses
from crawler.fetching.asking import Then
from crawler.fetching.page_answers import PageAnswers
from crawler.fetching.paper_answers import PaperAnswers
from crawler.platforms import PLATFORMS
from crawler.source_visit import DAMAGED, SourceVisit
from pipeline.days import local_today
from pipeline.errors import DamagedFileError, LeaseLost, StorageError
from pipeline.model import SourceState
from pipeline.ports import SourceReport, lease_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as Failed

    from crawler.fetching.download_handler import Received
    from pipeline.model import Source
    from pipeline.ports import Blobs, CrawlLog, Leases, Platform

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
        self._progress = progress
        self._run: int | None = None
        self._visits: dict[str, SourceVisit] = {}  # of the sources that are not done
        self._room = asyncio.Event()  # set when a source is done
        self._reports: dict[str, SourceReport] = {}
        self._left: set[str] = set()  # sources that another crawl reads
        self.held = ExitStack()  # the archive, under Scrapy's own command
        self._papers = PaperAnswers(
            catalogue=catalogue, blobs=blobs, today=today, then=Then(self.paper, self.paper_failed)
        )
        self._pages = PageAnswers(
            catalogue=catalogue,
            today=today,
            platforms=platforms,
            max_pages=max_pages,
            flags=flags,
            papers=self._papers,
            then=Then(self.page, self.page_failed),
            then_either=Then(self.either, self.page_failed),
        )

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
        return self._done(visit, lambda: self._pages.answered(visit, fetch, response))

    def page_failed(self, failed: Failed) -> list[Request]:
        request = responses.request_of(failed)
        visit, fetch = self._visit(request), request.meta["fetch"]
        is_start = request.meta["start"]
        return self._done(
            visit, lambda: self._pages.fell(visit, fetch, responses.failure_of(failed), is_start=is_start)
        )

    async def paper(self, response: Response) -> list[Request]:
        return await self._answered(response, self._papers.answered)

    async def either(self, response: Response) -> list[Request]:
        return await self._answered(response, self._pages.either)

    def paper_failed(self, failed: Failed) -> list[Request]:
        request = responses.request_of(failed)
        visit = self._visit(request)
        return self._done(visit, lambda: self._papers.failed(visit, request, responses.failure_of(failed)))

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
        return self._done(visit, lambda: self._pages.start(visit))

    def _next_papers(self, visit: SourceVisit) -> list[Request]:
        """The requests for the papers whose turn it is: what waits as a request takes ten times the room."""
        requests: list[Request] = []
        while visit.waiting and visit.pending < _QUEUED:
            document = visit.waiting.popleft()
            requests += self._tried(visit, partial(self._papers.ask, visit, document))
        return requests

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
