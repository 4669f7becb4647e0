"""HTTP on this machine: one host for each site, conditional requests, and a log of every request."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from socketserver import BaseServer

    from cli.demo.site import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLog:
    """One request as it was served; times are of the monotonic clock, in seconds."""

    body: str
    host: str
    method: str
    path: str  # as sent, with its query
    status: int
    size: int  # bytes of the body sent
    user_agent: str
    started: float
    finished: float


class RequestBook:
    """What was asked, by all threads, as it was begun. Reading waits for what is still being answered."""

    def __init__(self) -> None:
        self._entries: list[RequestLog] = []
        self._in_flight = 0
        self._changed = threading.Condition()

    def begin(self) -> None:
        with self._changed:
            self._in_flight += 1

    def end(self, entry: RequestLog) -> None:
        with self._changed:
            self._in_flight -= 1
            self._entries.append(entry)
            self._changed.notify_all()

    def entries(self) -> list[RequestLog]:
        with self._changed:
            self._changed.wait_for(lambda: self._in_flight == 0, timeout=5)
            return sorted(self._entries, key=lambda entry: entry.started)


class Host:
    """A site's host. `answer` takes the request's target as sent; it runs on several threads at once."""

    def __init__(self, body: str, port: int, answer: Callable[[str], Answer], book: RequestBook) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, body, answer, book))
        self._server.daemon_threads = False  # closing waits for what is still being answered
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name=f"host of {body}"
        )
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Also right for a host that never started."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request a connection (HTTP/1.0), so that nothing is left open when a host stops."""

    timeout = 30  # seconds that a client may be silent

    def __init__(
        self,
        body: str,
        answer: Callable[[str], Answer],
        book: RequestBook,
        request: socket.socket,
        client_address: tuple[str, int],
        server: BaseServer,
    ) -> None:
        self._body = body
        self._answer = answer
        self._book = book
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._serve()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the log is the book's."""

    def _serve(self) -> None:
        started = time.monotonic()
        self._book.begin()
        status, size, finished = 500, 0, started
        try:
            answer = self._answer(self.path)
            status = 304 if self._unmodified(answer) else answer.status
            # Before it is sent: whoever has the whole answer may ask again before we have noted its end.
            finished = time.monotonic()
            size = self._send(answer, status)
        finally:
            entry = RequestLog(
                body=self._body,
                host=self.headers.get("Host", ""),
                method=self.command,
                path=self.path,
                status=status,
                size=size,
                user_agent=self.headers.get("User-Agent", ""),
                started=started,
                finished=finished,
            )
            self._book.end(entry)

    def _send(self, answer: Answer, status: int) -> int:
        """Bytes of the body sent."""
        self.send_response(status)
        self.send_header("Content-Type", answer.media_type)
        if answer.modified is not None:
            self.send_header("ETag", _etag(answer))
            self.send_header("Last-Modified", format_datetime(answer.modified, usegmt=True))
        if status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if status == 304 or self.command == "HEAD":
            return 0
        self.wfile.write(answer.body)
        return len(answer.body)

    def _unmodified(self, answer: Answer) -> bool:
        if answer.modified is None or answer.status != 200:
            return False
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or _etag(answer) in {tag.strip() for tag in tags.split(",")}
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            return answer.modified <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False  # not a date, or one without a zone: HTTP says to ignore it


def _etag(answer: Answer) -> str:
    return f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
