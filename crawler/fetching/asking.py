"""Requests of a source's visit, and what follows each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from scrapy import Request

from crawler.answers.inside_addresses import is_inside
from pipeline.health.run_state import Failure
from pipeline.model import SourceState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrapy.http import Response
    from twisted.python.failure import Failure as Failed

    from crawler.source_visit import SourceVisit


class Then(NamedTuple):
    """What Scrapy calls with the answer to a request, and without one."""

    answered: Callable[[Response], list[Request] | Awaitable[list[Request]]]
    failed: Callable[[Failed], list[Request]]


def request_for(
    visit: SourceVisit,
    url: str,
    then: Then,
    *,
    meta: dict[str, Any],
    method: str = "GET",
    form: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    priority: int = 0,
) -> list[Request]:
    """Returns one request, or none where its address cannot be asked: then that is noted."""
    source = visit.source
    try:
        request = Request(
            url,
            callback=then.answered,
            errback=then.failed,
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
