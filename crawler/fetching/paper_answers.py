"""Papers: whether one is asked for, and what its answer calls for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from crawler.answers import conditional, health, weighing
from crawler.answers.conditional import PaperCheck
from crawler.answers.not_the_page import no_page
from crawler.fetching import responses
from crawler.fetching.asking import request_for
from crawler.platforms.shared import landing
from crawler.source_visit import discard
from pipeline.errors import DamagedFileError
from pipeline.health.run_state import Failure
from pipeline.model import SourceState

if TYPE_CHECKING:
    from datetime import date

    from scrapy import Request
    from scrapy.http import Response

    from crawler.fetching.asking import Then
    from crawler.fetching.download_handler import Received
    from crawler.source_visit import SourceVisit
    from pipeline.model import Document
    from pipeline.ports import Blobs, CrawlLog, Held

LONGEST_LANDING = 2 * 1024 * 1024  # bytes looked at of a page that is where a file was promised


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAnswers:
    catalogue: CrawlLog
    blobs: Blobs
    today: date
    then: Then

    def ask(self, visit: SourceVisit, document: Document) -> list[Request]:
        """Returns the request for a paper; none where what is held of it is new enough."""
        held = self.catalogue.held(visit.source.id, document.key)
        look = conditional.look(
            document, held, meets_on=visit.meets_on(document), today=self.today, now=datetime.now(UTC)
        )
        if look is PaperCheck.NOT:
            visit.not_asked(held)
            return []
        return self._ask_at(visit, document, held, method=look.name)

    def _ask_at(
        self,
        visit: SourceVisit,
        document: Document,
        held: Held | None,
        *,
        method: str = "GET",
        behind: str = "",
    ) -> list[Request]:
        """The request for a paper; `behind` is where the page at its address offers it."""
        return request_for(
            visit,
            behind or document.url,
            self.then,
            method=method,
            headers=conditional.headers(document, held if not behind else None),
            meta={"document": document, "held": held, "to_file": True, "behind": behind},
        )

    def answered(self, visit: SourceVisit, response: Response) -> list[Request]:
        """Note what came of a paper; returns the request for it where this answer only led to it."""
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
            return self._ask_at(visit, document, meta["held"], behind=behind)
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
        return self._ask_at(visit, document, held)

    def failed(self, visit: SourceVisit, request: Request, failure: Failure) -> list[Request]:
        """Note that a paper did not come; returns the request for it where it was only looked at."""
        if responses.is_head(request) and failure.state is SourceState.UNREACHABLE:
            return self._looked(visit, request.meta["document"], request.meta["held"], None)
        visit.unavailable(request.meta["document"], failure)
        return []


def _not_taken(reason: str, held: Held | None) -> Failure:
    """Why an answer was not kept, and what is shown instead of it."""
    stays = f"; what came on {held.fetched_at:%Y-%m-%d} stays" if held is not None else ""
    return Failure(state=SourceState.BROKEN, reason=f"{reason}{stays}")
