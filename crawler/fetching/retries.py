"""Trying again what may go better the next time, with the pauses that servers ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.answers import conditional, health
from crawler.fetching import retry_after
from crawler.fetching.politeness import fallback_key
from pipeline.errors import SourceError
from pipeline.health.run_state import Failure
from pipeline.model import SourceState

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetching.politeness import PoliteDownloader

AGAIN = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
UNWELCOME = AGAIN | {401, 403}
_NETWORK = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)


def _most(request: Request, exception: Exception) -> int | None:
    """How often to try again at most.

    A name that nobody knows is seldom known a moment later. A silence has cost all our patience already: a
    page is asked for once more, a paper not before the next run.
    """
    if isinstance(exception, DownloadTimeoutError):
        return 0 if request.meta.get("to_file") else 1
    return 1 if isinstance(exception, CannotResolveHostError) else None


class RetryMiddleware:
    """Retries with the pauses that servers ask for; the pause holds for the whole host, not for one page."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._wait = crawler.settings.getfloat("RETRY_WAIT")
        self._longest = crawler.settings.getfloat("RETRY_LONGEST_WAIT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _downloader(self) -> PoliteDownloader:
        return cast("PoliteDownloader", self._crawler.engine.downloader)

    def process_request(self, request: Request) -> None:
        self._downloader.check(request.url)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        length = (response.headers.get("Content-Length") or b"").decode("latin-1")
        if request.method == "HEAD" and conditional.tells_nothing(response.status, length):
            self._downloader.gives_no_head(request.url)
            return response  # neither tried again nor held against the host
        if way := fallback_key(request):
            failure = health.of_answer(response.status, response.body)
            if failure is None:
                self._downloader.accepted(way)
            elif failure.state is SourceState.BLOCKED and response.status not in AGAIN:
                # A site may refuse robots its pages and let them use its service: that is not the host's end.
                self._downloader.refused(way, failure)
                return response
        if response.status not in UNWELCOME:
            self._downloader.answered(request.url)
            return response
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        asked = retry_after.seconds(header, datetime.now(UTC))
        if asked is not None and asked > self._longest:
            failure = Failure(
                state=SourceState.BLOCKED,
                reason=f"asks us to stay away for {asked:.0f} seconds ({response.status})",
            )
            self._downloader.leave_alone(request.url, failure)
            raise SourceError(failure.reason, state=failure.state)
        again = None
        if response.status in AGAIN:
            again = self._again(request, f"status {response.status}", asked)
        if again is None:
            self._downloader.failed(request.url, health.of_status(response.status))
        return again or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if not isinstance(exception, _NETWORK):
            return None
        if request.method == "HEAD":
            self._downloader.gives_no_head(request.url)
            return None
        failure = health.of_exception(exception)
        again = self._again(request, type(exception).__name__, None, most=_most(request, exception))
        if isinstance(exception, DownloadTimeoutError):
            self._downloader.kept_waiting(request.url, failure)
        if again is None:
            self._downloader.failed(request.url, failure)
        return again

    def _again(
        self, request: Request, reason: str, asked: float | None, *, most: int | None = None
    ) -> Request | None:
        spider = self._crawler.spider
        assert spider is not None
        times = self._crawler.settings.getint("RETRY_TIMES")
        again = get_retry_request(
            request,
            spider=spider,
            reason=reason,
            give_up_log_level="DEBUG",
            max_retry_times=times if most is None else min(most, times),
        )
        if again is not None:
            wait = self._wait * 2 ** (again.meta["retry_times"] - 1) if asked is None else asked
            self._downloader.hold(request.url, min(wait, self._longest))
        return again
