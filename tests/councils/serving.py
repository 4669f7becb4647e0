"""HTTP for the generated councils: answers with headers of their own, and a log of every request."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Mapping
    from socketserver import BaseServer


HANG_UP = 0  # as a status: the connection ends without an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    wait: float = 0.0  # seconds that the server thinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request; times are of the monotonic clock, in seconds."""

    council: str
    method: str
    path: str
    status: int
    size: int  # bytes of the body sent
    begun: float
    answered: float  # when the answer was ready, just before it was sent


class Answering(Protocol):
    def __call__(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[str, Reply]:
        """The council that is asked (one host may serve several), and what it says."""
        ...


class Server:
    """One host on this machine."""

    def __init__(self, answer: Answering, log: list[Asked], tls: ssl.SSLContext | None = None) -> None:
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, answer, log))
        self.address = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"
        if tls:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away, or do not trust us, are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 30

    def __init__(
        self,
        answer: Answering,
        log: list[Asked],
        request: socket.socket,
        client_address: tuple[str, int],
        server: BaseServer,
    ) -> None:
        self._answer = answer
        self._log = log
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        begun = time.monotonic()
        council, reply = self._answer(self.command, self.path, self.headers)
        time.sleep(reply.wait)  # a server at work: requests that overlap would be seen to
        body = b"" if self.command == "HEAD" or reply.status == 304 else reply.body
        asked = Asked(
            council=council,
            method=self.command,
            path=self.path,
            status=reply.status,
            size=len(body),
            begun=begun,
            answered=time.monotonic(),
        )
        self._log.append(asked)
        if reply.status == HANG_UP:
            return
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the base class asks for this name

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
