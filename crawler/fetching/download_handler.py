"""The way over the network: a download handler for http and https, and papers streamed to disk.

Scrapy's own handlers hold every body in memory, which a paper of 100 MB times sixteen does not fit into.
This one writes the bytes of a paper to the blobs' temporary file while it hashes them; only pages are held.
It speaks through aiohttp, which Scrapy depends on, in two sessions: the one for public sources cannot
connect to an inside address (see inside_addresses.py), and shares no connection with the other.
Certificates are verified, except at the hosts of lines that say `insecure_tls`; no proxy is taken from the
environment.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import aiohttp
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers, Response
from typing_extensions import override
from yarl import URL

from crawler.answers import provenance
from crawler.answers.inside_addresses import InsideAddressError, public_socket
from crawler.fetching.body_stream import CHUNK, chunks
from crawler.fetching.browser import Browser
from crawler.fetching.politeness import slot_of
from pipeline.errors import SourceError, StorageError
from pipeline.model import SourceState

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

    from aiohttp.connector import Connection
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.fetching.politeness import PoliteDownloader
    from crawler.fetching.spider import PapersSpider

HEAD = 1024  # first bytes of a paper, kept to tell what it is
LONGEST_PAGE = 32 * 1024 * 1024  # bytes of a page, held in memory
# PDF, zip (also .docx), the older Office files, RTF: no page, whatever its address promised
FILES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")
ENDS_BY_CLOSING = "ends by closing"  # nobody but the page itself tells whether it is whole
# A paper may take this many times as long as a page, as long as it keeps coming.
PAPER_TIMEOUTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A paper on disk under a temporary name: whoever takes it adopts or removes it."""

    path: Path
    size: int
    sha256: str
    head: bytes


class _Answer(aiohttp.ClientResponse):
    """Notes how its channel was secured: a short answer has let go of it before anybody can ask."""

    tls: dict[str, Any] | None = None

    @override
    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        channel = connection.transport.get_extra_info("ssl_object") if connection.transport else None
        self.tls = provenance.tls_of(channel)
        return await super().start(connection)


class StreamingHandler(BaseDownloadHandler):
    """Answers `meta["to_file"]` requests with an empty body and a `Received` in `meta["received"]`."""

    lazy = True  # a session needs the running event loop

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        context = ssl.create_default_context()
        self._public = _session(aiohttp.TCPConnector(limit=0, ssl=context, socket_factory=public_socket))
        self._inside = _session(aiohttp.TCPConnector(limit=0, ssl=context))
        self._browser = Browser(crawler.settings["USER_AGENT"])
        # By host, not by source: a redirect that leaves the host leaves the exception behind.
        self._unverified = {
            slot_of(source.url)
            for source in cast("PapersSpider", crawler.spider).sources
            if source.insecure_tls
        }

    @override
    async def close(self) -> None:
        await self._public.close()
        await self._inside.close()
        await self._browser.close()

    @override
    async def download_request(self, request: Request) -> Response:
        """Raises Scrapy's download errors, SourceError (too large, led inside) and StorageError (disk)."""
        # Again here, the last gate: requests that waited for their turn may have been let in long ago.
        downloader = cast("PoliteDownloader", self.crawler.engine.downloader)
        downloader.check(request.url)
        downloader.check_way(request)
        if request.method == "HEAD" and not downloader.answers_head(request.url):
            return Response(request.url, status=405)  # as it would say: we need not ask each time
        seconds = float(request.meta["download_timeout"])
        if "browser" in request.meta:
            return await self._rendered(request, seconds)
        try:
            return await self._asked(request, seconds)
        except TimeoutError as error:
            raise DownloadTimeoutError(str(error)) from error
        except (ValueError, aiohttp.InvalidURL) as error:
            raise UnsupportedURLSchemeError(str(error)) from error
        except aiohttp.ClientPayloadError as error:
            raise ResponseDataLossError(str(error)) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise CannotResolveHostError(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, InsideAddressError):
                raise error.os_error from error
            raise DownloadConnectionRefusedError(str(error)) from error
        except (aiohttp.ClientError, OSError) as error:
            raise DownloadFailedError(str(error)) from error

    async def _asked(self, request: Request, seconds: float) -> Response:
        """The answer, which begins within `seconds`; raises what aiohttp raises."""
        asked_at = datetime.now(UTC)
        to_file = bool(request.meta.get("to_file")) and request.method != "HEAD"
        session = self._inside if request.meta.get("inside") else self._public
        # Within `seconds` the answer begins; how long it may go on is said below.
        async with (
            asyncio.timeout(seconds) as start,
            session.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body or None,
                headers=request.headers.to_tuple_list(),
                allow_redirects=False,
                ssl=slot_of(request.url) not in self._unverified,
                timeout=aiohttp.ClientTimeout(
                    total=seconds * (PAPER_TIMEOUTS if to_file else 1),
                    sock_connect=seconds,
                    sock_read=seconds,
                ),
            ) as answer,
        ):
            start.reschedule(None)
            # A list that redirects and second tries carry on with.
            request.meta.setdefault("answers", []).append(
                provenance.answer(
                    request.url,
                    answer.status,
                    answer.raw_headers,
                    method=request.method,
                    asked_at=asked_at,
                    tls=cast("_Answer", answer).tls,
                )
            )
            return await self._read(answer, request, seconds, to_file=to_file and answer.status == 200)

    async def _rendered(self, request: Request, seconds: float) -> Response:
        """The page as it is once its scripts have run."""
        try:
            page = await self._browser.page(request.url, seconds=seconds, **request.meta["browser"])
        except TimeoutError as error:
            raise DownloadTimeoutError(str(error)) from error
        except OSError as error:
            raise DownloadFailedError(str(error)) from error
        return Response(page.url, status=page.status, headers={"Content-Type": "text/html"}, body=page.body)

    async def _read(
        self, answer: aiohttp.ClientResponse, request: Request, seconds: float, *, to_file: bool
    ) -> Response:
        headers = Headers(list(answer.headers.items()))
        headers.pop("Content-Encoding", None)  # undone as it comes
        body = b""
        if to_file:
            request.meta["received"] = await self._to_file(answer, seconds)
        elif request.method != "HEAD":
            body = await _to_memory(answer, patience=seconds, first=request.meta.get("first", 0))
        ends_by_closing = answer.content_length is None and "Transfer-Encoding" not in answer.headers
        flags = [ENDS_BY_CLOSING] if ends_by_closing else []
        return Response(request.url, status=answer.status, headers=headers, body=body, flags=flags)

    async def _to_file(self, answer: aiohttp.ClientResponse, seconds: float) -> Received:
        if (answer.content_length or 0) > self._max_size:
            raise _too_large(self._max_size)
        path = cast("PapersSpider", self.crawler.spider).blobs.temporary()
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            with _opened(path) as file:
                async for chunk in chunks(answer, patience=seconds):
                    size += len(chunk)
                    if size > self._max_size:
                        raise _too_large(self._max_size)  # noqa: TRY301 - caught to remove the file
                    head += chunk[: HEAD - len(head)]
                    digest.update(chunk)
                    _write(file, chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Received(path=path, size=size, sha256=digest.hexdigest(), head=head)


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        response_class=_Answer,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        max_line_size=CHUNK,
        max_field_size=CHUNK,  # some sites' security headers outgrow the usual 8 KB
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
    )


async def _to_memory(answer: aiohttp.ClientResponse, *, patience: float, first: int) -> bytes:
    """The body of a page; of a file only the first bytes, which is enough to tell that it is one.

    `first` is how many bytes are wanted where the rest does not count; 0 for all.
    """
    body = bytearray()
    async for piece in chunks(answer, patience=patience):
        body += piece
        if body.startswith(FILES):
            return bytes(body[:HEAD])
        if first and len(body) >= first:
            return bytes(body[:first])
        if len(body) > LONGEST_PAGE:
            raise _too_large(LONGEST_PAGE)
    return bytes(body)


def _opened(path: Path) -> FileIO:
    try:
        return path.open("wb", buffering=0)
    except OSError as error:
        raise StorageError(f"cannot write to {path.parent}: {error.strerror}") from error


def _write(file: FileIO, chunk: bytes) -> None:
    try:
        written = file.write(chunk)
    except OSError as error:
        raise StorageError(f"cannot write a paper to disk: {error.strerror}") from error
    if written != len(chunk):
        raise StorageError("cannot write a paper to disk: no space left")


def _too_large(limit: int) -> SourceError:
    return SourceError(f"larger than {limit // (1024 * 1024)} MB", state=SourceState.BROKEN)
