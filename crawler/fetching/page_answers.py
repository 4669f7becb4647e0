"""Pages that list papers: what is asked of a source, and what its answers call for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.answers import health, weighing
from crawler.fetching import responses
from crawler.fetching.asking import request_for
from crawler.fetching.paper_answers import LONGEST_LANDING
from crawler.platforms.shared.committees import with_known
from crawler.platforms.shared.web_address import host_of
from crawler.source_visit import at_address, discard
from pipeline.model import Document, Doubt, Embedded, Fetch, Left, Listing, Meeting, SourceState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from scrapy import Request
    from scrapy.http import Response

    from crawler.fetching.asking import Then
    from crawler.fetching.download_handler import Received
    from crawler.fetching.paper_answers import PaperAnswers
    from crawler.source_visit import SourceVisit
    from pipeline.health.run_state import Failure
    from pipeline.model import Capture, Found
    from pipeline.ports import CrawlLog, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswers:
    catalogue: CrawlLog
    today: date
    platforms: Mapping[str, Platform]
    max_pages: int  # of a source
    flags: Callable[[bytes], bool]  # whether the concepts find something in a page
    papers: PaperAnswers
    then: Then
    then_either: Then  # of what may be a page or a paper

    def start(self, visit: SourceVisit) -> list[Request]:
        """Returns the first requests of a source."""
        since, until = visit.source.window.around(self.today)
        visit.source = source = with_known(
            visit.source, self.catalogue.meeting_listings(visit.source.id, since)
        )
        fetches = list(self.platforms[source.platform].start(source, since, until))
        visit.hosts = {host_of(source.url), *(host_of(way.url) for fetch in fetches for way in _ways(fetch))}
        visit.hosts |= {host_of(f"//{host}") for host in source.options.get("hosts", ())}
        return [request for fetch in fetches for request in self._ask(visit, fetch, is_start=True)]

    def answered(self, visit: SourceVisit, fetch: Fetch, response: Response) -> list[Request]:
        """Note what a page lists; returns the requests that follow from it."""
        is_start = responses.meta_of(response.request)["start"]
        if (failure := health.of_answer(response.status, response.body)) is not None:
            return self.fell(visit, fetch, failure, is_start=is_start)
        if is_start:
            visit.hosts.add(host_of(response.url))
        capture = responses.capture(response)
        try:
            found = list(self.platforms[visit.source.platform].parse(visit.source, fetch, capture))
        except Exception as error:  # noqa: BLE001 - what a parser stumbles over is its page's failure
            failure = health.of_unread(capture.body) or health.of_exception(error)
            return self.fell(visit, fetch, failure, is_start=is_start)
        says_nothing = all(isinstance(item, Listing | Left | Doubt) for item in found)
        if says_nothing and (failure := health.of_unread(capture.body)) is not None:
            return self.fell(visit, fetch, failure, is_start=is_start)
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
            case Embedded() if item.if_flagged and not self.flags(item.body):
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
        is_full = len(visit.asked) >= self.max_pages
        if is_full and not fetch.is_look:
            visit.broken(f"more than {self.max_pages} pages")
            return []
        if not visit.looks.may(fetch, is_full=is_full):
            return []
        visit.asked.add(asked)
        if fetch.paper is not None:
            return self._ask_either(visit, fetch, fetch.paper)
        return request_for(
            visit,
            fetch.url,
            self.then,
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
        return request_for(
            visit,
            fetch.url,
            self.then_either,
            priority=1,
            meta={"fetch": fetch, "start": False, "document": document, "held": None, "to_file": True},
        )

    def either(self, visit: SourceVisit, response: Response) -> list[Request]:
        """The answer at an address that may give a page or a paper: as of the one that it is."""
        meta = responses.meta_of(response.request)
        received: Received | None = meta.get("received") if response.status == 200 else None
        if received is None:
            return self.answered(visit, meta["fetch"], response)
        if weighing.FileStart.at(received.path).kind is weighing.FileKind.HTML:
            page = response.replace(body=responses.first_bytes(received.path, LONGEST_LANDING))
            discard(received)
            return self.answered(visit, meta["fetch"], page)
        if visit.document(meta["document"]):
            return self.papers.answered(visit, response)
        discard(received)
        return []

    def fell(self, visit: SourceVisit, fetch: Fetch, failure: Failure, *, is_start: bool) -> list[Request]:
        """Note that a page was not read; returns the request for what is read in its place."""
        if fetch.is_look:
            visit.look_failed(fetch, failure)
            return self._look_on(visit, fetch)
        if fetch.otherwise is None or host_of(fetch.otherwise.url) not in visit.hosts:
            visit.page_failed(fetch.url, failure, is_start=is_start)
            return []
        visit.problem(f"{at_address(fetch.url, failure)}; asked {fetch.otherwise.url} instead")
        return self._ask(visit, fetch.otherwise, is_start=is_start)


def _rendering(visit: SourceVisit) -> dict[str, Any]:
    """What the download handler must know to show a page in a browser; nothing for most sources."""
    if not visit.source.options.get("browser"):
        return {}
    return {"browser": {"hosts": frozenset(visit.hosts), "delay": visit.source.delay}}


def _ways(fetch: Fetch) -> Iterator[Fetch]:
    """A fetch, and what is asked where it fails."""
    way: Fetch | None = fetch
    while way is not None:
        yield way
        way = way.otherwise
