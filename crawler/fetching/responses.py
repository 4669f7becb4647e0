"""What the requests, responses and failures of Scrapy say, in our own terms. Pure but for the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from crawler.answers import health
from crawler.fetching.download_handler import ENDS_BY_CLOSING
from pipeline.errors import LeaseLost, StorageError
from pipeline.model import Capture

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure as Failed

    from pipeline.health.run_state import Failure

_LOOKED_AT = 4096  # bytes at either end of a page


def capture(response: Response) -> Capture:
    return Capture(
        url=response.url,
        status=response.status,
        headers={
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        },
        media_type=media_type(response),
        body=response.body,
        fetched_at=datetime.now(UTC),
    )


def is_cut(response: Response) -> bool:
    """Whether a page that ends by closing (HTTP/1.0) breaks off: what it no longer lists is not withdrawn."""
    if ENDS_BY_CLOSING not in response.flags or not health.is_html(response.body):
        return False
    head, tail = response.body[:_LOOKED_AT].lower(), response.body[-_LOOKED_AT:].lower()
    opens = b"<html" in head or b"<body" in head
    return (opens and b"</html" not in tail and b"</body" not in tail) or tail.rfind(b"<") > tail.rfind(b">")


def media_type(response: Response) -> str:
    return header(response, "Content-Type").partition(";")[0].strip().lower()


def header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def is_conditional(request: Request | None) -> bool:
    return request is not None and (
        "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
    )


def is_head(request: Request | None) -> bool:
    return request is not None and request.method == "HEAD"


def meta_of(request: Request | None) -> dict[str, Any]:
    assert request is not None
    return request.meta


def request_of(failed: Failed) -> Request:
    return cast("Request", failed.request)  # type: ignore[attr-defined] - Scrapy sets it on every failure


def failure_of(failed: Failed) -> Failure:
    """What a failed request means. Raises what is no fault of the source: StorageError, LeaseLost."""
    error = cast("BaseException", failed.value)
    if isinstance(error, (StorageError, LeaseLost)):
        raise error
    return health.of_exception(error)


def first_bytes(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)
