"""What a bad answer means: from a status, a body or an exception to a state and words for a person."""

from __future__ import annotations

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.answers.bot_walls import bot_wall
from crawler.answers.inside_addresses import InsideAddressError
from crawler.answers.not_the_page import stands_between
from pipeline.errors import ParseError, SourceError
from pipeline.health.run_state import Failure
from pipeline.model import SourceState

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|div|table|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)

_STATUSES: dict[int, tuple[SourceState, str]] = {
    401: (SourceState.BLOCKED, "asks for a login (401)"),
    403: (SourceState.BLOCKED, "refuses us (403)"),
    404: (SourceState.BROKEN, "not found (404)"),
    408: (SourceState.UNREACHABLE, "the server gave up waiting (408)"),
    410: (SourceState.BROKEN, "gone for good (410)"),
    429: (SourceState.BLOCKED, "says that we ask too often (429)"),
    451: (SourceState.BLOCKED, "withheld for legal reasons (451)"),
    503: (SourceState.UNREACHABLE, "the server is out of service (503)"),
}

# The first that fits.
_EXCEPTIONS: tuple[tuple[type[BaseException], SourceState, str], ...] = (
    (InsideAddressError, SourceState.BROKEN, "{error}"),
    (UnsupportedURLSchemeError, SourceState.BROKEN, "invalid URL: {error}"),
    (NotSupported, SourceState.BROKEN, "invalid URL: {error}"),
    (DownloadTimeoutError, SourceState.UNREACHABLE, "no answer in time"),
    (CannotResolveHostError, SourceState.UNREACHABLE, "no such host"),
    (DownloadConnectionRefusedError, SourceState.UNREACHABLE, "{connection}"),
    (ResponseDataLossError, SourceState.UNREACHABLE, "the answer was cut off"),
    (DownloadFailedError, SourceState.UNREACHABLE, "the connection broke: {connection}"),
    (OSError, SourceState.UNREACHABLE, "no answer: {error}"),
)
# What aiohttp says of a host that it cannot connect to, whether or not there was to be TLS.
_NO_CONNECTION = re.compile(r"Cannot connect to host (?P<host>\S+?)(?::(?:80|443))? ssl:\S+ \[(?P<why>.*)\]")
_NOBODY = ("Connect call failed", "Connection refused")
# What Scrapy itself refuses to go on with.
_LOOP = Failure(state=SourceState.UNREACHABLE, reason="redirect loop")
_SWOLLEN = Failure(state=SourceState.BROKEN, reason="a page that is far too large when unpacked")


def is_html(head: bytes) -> bool:
    """Whether a file's first bytes are those of a web page."""
    return _HTML.match(head) is not None


def of_status(status: int) -> Failure:
    if status in _STATUSES:
        state, reason = _STATUSES[status]
        return Failure(state=state, reason=reason)
    if status >= 500:
        return Failure(state=SourceState.UNREACHABLE, reason=f"the server failed ({status})")
    return Failure(state=SourceState.BROKEN, reason=f"unexpected status {status}")


def of_answer(status: int, head: bytes) -> Failure | None:
    """What is wrong with an answer, None where it is a page."""
    if status in {200, 401, 403, 429, 503} and (who := bot_wall(head)):
        return Failure(state=SourceState.BLOCKED, reason=f"{who} is in the way ({status})")
    return None if status == 200 else of_status(status)


def of_unread(body: bytes) -> Failure | None:
    """What is in the way of a page of which a platform could make nothing, None for nothing."""
    said = stands_between(body)
    return Failure(state=SourceState.BLOCKED, reason=f"{said} is in the way") if said else None


def of_exception(error: BaseException) -> Failure:
    """The state and the words for whatever went wrong on the way."""
    if isinstance(error, ParseError):  # whose page it is, is said next to it
        return Failure(state=SourceState.BROKEN, reason=f"{error.url}: {error.said}")
    if isinstance(error, SourceError):
        return Failure(state=error.state, reason=str(error))
    if isinstance(error, IgnoreRequest):
        is_loop = "redirect" in str(error)
        return _LOOP if is_loop else _SWOLLEN
    for kind, state, words in _EXCEPTIONS:
        if isinstance(error, kind):
            return Failure(state=state, reason=words.format(error=error, connection=_connection(str(error))))
    return Failure(state=SourceState.BROKEN, reason=f"{type(error).__name__}: {error}")


def _connection(said: str) -> str:
    """What kept us from a host, without the words of the library that says so."""
    match = _NO_CONNECTION.search(said)
    if match is None:
        return said
    if any(words in match["why"] for words in _NOBODY):
        return f"nothing answers at {match['host']}"
    return f"no way to {match['host']}: {match['why']}"
