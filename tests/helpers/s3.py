"""A server that speaks S3, on loopback, in a process of its own; and a way to it that is as bad as asked."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# With a file's name it outlives being killed: what it has done is in the file before it says so.
SERVER = """
import io, logging, pickle, sys, threading
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app
logging.getLogger("werkzeug").setLevel(logging.ERROR)
moto, alone = DomainDispatcherApplication(create_backend_app), threading.Lock()
port, kept = int(sys.argv[1]), open(sys.argv[2], "a+b") if sys.argv[2] else None

def do(asked, body):
    content, status, headers = run_wsgi_app(moto, asked | {"wsgi.input": io.BytesIO(body)}, buffered=True)
    return status, headers.to_wsgi_list(), list(content)

def app(asked, answer):
    if kept is None or asked["REQUEST_METHOD"] in {"GET", "HEAD"}:
        return moto(asked, answer)
    body = asked["wsgi.input"].read(int(asked.get("CONTENT_LENGTH") or 0))
    with alone:
        status, headers, content = do(asked, body)
        pickle.dump(({name: value for name, value in asked.items() if isinstance(value, str)}, body), kept)
        kept.flush()
    answer(status, headers)
    return content

if kept is not None:
    kept.seek(0)
    whole = 0
    try:
        while True:
            asked, body = pickle.load(kept)
            whole = kept.tell()
            do({"wsgi.errors": sys.stderr, "wsgi.url_scheme": "http"} | asked, body)
    except (EOFError, pickle.UnpicklingError):
        kept.truncate(whole)
server = make_server("127.0.0.1", port, app, True, request_handler=MotoRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
"""
# The server looks at who asks, and not at the signature.
SIGNED = "AWS4-HMAC-SHA256 Credential=AKEYOFOURS/20261116/eu-west-2/s3/aws4_request, SignedHeaders=host"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKEYOFOURS",
    "AWS_SECRET_ACCESS_KEY": "s3cr3t-of-ours",
    "AWS_REGION": "eu-west-2",
    "AWS_ALLOW_HTTP": "true",
}


class Server:
    """Buckets are made by asking for them; what is in them goes with the server, unless it is `kept`."""

    def __init__(self, port: int = 0, kept: Path | None = None) -> None:
        self.port = port
        self._kept = str(kept or "")
        self._buckets = 0
        self.start()

    def start(self) -> None:
        """Where it was before, if it was."""
        command = [sys.executable, "-W", "ignore", "-c", SERVER, str(self.port), self._kept]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.port = int(self._process.stdout.readline())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def new_bucket(self) -> str:
        self._buckets += 1
        name = f"bucket-{self._buckets}"
        where = b"<CreateBucketConfiguration><LocationConstraint>eu-west-2</LocationConstraint>"
        self.ask("PUT", f"/{name}", where + b"</CreateBucketConfiguration>")
        return name

    def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, body, {"Authorization": SIGNED})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.status < 300, content
        return content

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


@dataclass
class Way:
    """What happens on the way to the server: `fault` is asked of each request, and None lets it through."""

    url: str = ""
    fault: Callable[[Asked], Bad | None] = lambda asked: None
    asked: list[Asked] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Bad:
    status: int = 0  # answered without asking the server; 0: the server's own answer, changed
    code: str = ""  # S3's word in it
    cut: int = 0  # bytes of the answer's end that do not come
    headers: dict[str, str] = field(default_factory=dict)  # the answer's, besides its own
    falsify: bool = False  # the first byte is another
    drop: bool = False  # the server does it, and the answer is lost


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    way: Way
    port: int  # of the server

    def handle_one_request(self) -> None:
        with suppress(ConnectionError):
            super().handle_one_request()

    def do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, self.path, dict(self.headers))
        self.way.asked.append(asked)
        bad = self.way.fault(asked) or Bad()
        if bad.status:
            said = f"<Error><Code>{bad.code}</Code><Message>no</Message></Error>".encode()
            self._answer(bad.status, {}, said)
            return
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if bad.drop:
            self.close_connection = True
            return
        if bad.falsify:
            content = bytes([content[0] ^ 1]) + content[1:]
        self._answer(answer.status, dict(answer.headers) | bad.headers, content, cut=bad.cut)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do  # noqa: N815 - the names that the library calls

    def _answer(self, status: int, headers: dict[str, str], content: bytes, cut: int = 0) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        length = headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) - cut])
        if cut:
            self.close_connection = True

    def log_message(self, *args: object) -> None: ...


@contextmanager
def way_to(server: Server) -> Iterator[Way]:
    way = Way()
    handler = type("Handler", (_Handler,), {"way": way, "port": server.port})
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    httpd.daemon_threads = True
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    way.url = f"http://127.0.0.1:{httpd.server_port}"
    try:
        yield way
    finally:
        httpd.shutdown()
        httpd.server_close()


def names(server: Server, bucket: str) -> set[str]:
    """Every name in a bucket."""
    listed = server.ask("GET", f"/{bucket}?list-type=2").decode()
    return {part.partition("</Key>")[0] for part in listed.split("<Key>")[1:]}
