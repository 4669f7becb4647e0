"""robots.txt after RFC 9309: obeyed, read once a run, and no answer means wait.

Scrapy's own middleware takes a server that fails or hangs as leave to crawl, and applies no Crawl-delay.
"""

from __future__ import annotations

import asyncio
import codecs
import html
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.answers import health
from crawler.config import NAME
from pipeline.errors import LeaseLost, SourceError, StorageError
from pipeline.model import SourceState

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.fetching.politeness import PoliteDownloader

_LONGEST = 500 * 1024  # bytes read of a robots.txt: the RFC's own limit
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_LINE_END = re.compile(r"[\r\n\u2028\u2029\x85\x0b\x0c]+")
_TRAVELS = ("source", "inside", "download_timeout")


def rules_text(body: bytes) -> str:
    """Returns the rules as text, whatever they are written in: no encoding is leave to crawl.

    A line that the limit cuts is left out. A page of HTML says only what it shows.
    """
    if len(body) >= _LONGEST:
        body = body[:_LONGEST].rpartition(b"\n")[0]
    text = _decoded(body).replace("\0", "")
    if health.is_html(body):
        text = html.unescape(_TAG.sub("\n", text))
    return _LINE_END.sub("\n", text)


def _decoded(body: bytes) -> str:
    """By its mark, or by the zeros that UTF-16 and UTF-32 put next to characters; else UTF-8 or Latin-1."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    sample = body[:400]
    if sample.count(0) > len(sample) // 4:
        width = 4 if sample[:4].count(0) == 3 else 2
        order = "be" if sample[0] == 0 else "le"
        return body.decode(f"utf-{8 * width}-{order}", errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")


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
        travels = {key: request.meta[key] for key in _TRAVELS if key in request.meta}
        asked = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            dont_filter=True,
            meta={"robots": True, "first": _LONGEST, **travels},
        )
        try:
            response = await self._crawler.engine.download_async(asked)
        except (LeaseLost, StorageError):  # no fault of the site
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, we do not know the rules
            return health.of_exception(error).reason
        if response.status >= 500 or response.status == 429:
            return health.of_status(response.status).reason
        # 4xx: the site has no rules. What a page with a login or a bot wall says is no rule either.
        rules = Protego.parse(rules_text(response.body) if response.status == 200 else "")
        if delay := rules.crawl_delay(NAME):
            cast("PoliteDownloader", self._crawler.engine.downloader).slow_down(origin, delay)
        return rules
