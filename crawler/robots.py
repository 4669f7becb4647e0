"""robots.txt after RFC 9309: obeyed, read once a run, and no answer means wait.

Scrapy's own middleware takes a server that fails or hangs as leave to crawl, and applies no Crawl-delay.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler import health
from crawler.config import NAME
from pipeline.errors import SourceError
from pipeline.model import SourceState

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.politeness import PoliteDownloader

_LONGEST = 500 * 1024  # bytes read of a robots.txt: the RFC's own limit
_TRAVELS = ("source", "inside", "download_timeout")


class RobotsMiddleware:
    """Lets a request pass, or says why not by raising SourceError."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        # By origin. A string says why the rules could not be read: all the origin's requests wait.
        self._rules: dict[str, asyncio.Task[Protego | str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._read(origin, request))
        rules = await asyncio.shield(self._rules[origin])
        if isinstance(rules, str):
            raise SourceError(f"robots.txt could not be read: {rules}", state=SourceState.UNREACHABLE)
        if not rules.can_fetch(request.url, NAME):
            raise SourceError(f"robots.txt disallows {parts.path or '/'}", state=SourceState.REFUSED)

    async def _read(self, origin: str, request: Request) -> Protego | str:
        asked = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            dont_filter=True,
            meta={"robots": True, **{key: request.meta[key] for key in _TRAVELS if key in request.meta}},
        )
        try:
            response = await self._crawler.engine.download_async(asked)
        except Exception as error:  # noqa: BLE001 - whatever it was, we do not know the rules
            return health.of_exception(error).reason
        if response.status >= 500 or response.status == 429:
            return health.of_status(response.status).reason
        # 4xx: the site has no rules. What a page with a login or a bot wall says is no rule either.
        text = response.body[:_LONGEST].decode(errors="replace") if response.status == 200 else ""
        rules = Protego.parse(text)
        if delay := rules.crawl_delay(NAME):
            cast("PoliteDownloader", self._crawler.engine.downloader).slow_down(origin, delay)
        return rules
