"""Stand-ins for tests of the crawl: an archive in memory, a platform that lists what it is told, sites on
loopback that behave as badly as asked, and a crawl in a process of its own (the reactor runs once in each).
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import ssl
import sys
import threading
import time
import uuid
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from crawler import config, run
from crawler.answers import inside_addresses
from crawler.platforms import page as page_platform
from pipeline.errors import DamagedFileError, LeaseLost, ParseError, StorageError
from pipeline.model import (
    Capture,
    Document,
    DocumentKind,
    Embedded,
    Fetch,
    Left,
    LeftReason,
    Listing,
    Meeting,
    Outcome,
    Revision,
    Source,
)
from pipeline.ports import Held, SourceReport
from tests.helpers import crawls

if TYPE_CHECKING:
    from tests.helpers.nursery import Child

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 2)


class FolderBlobs:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def temporary(self) -> Path:
        return self.folder / f"incoming-{uuid.uuid4().hex}"

    def adopt(self, temporary: Path, sha256: str = "") -> tuple[str, int]:
        with temporary.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        assert sha256 in {"", actual}, "the hash made while streaming is that of the file"
        size = temporary.stat().st_size
        if self.path(actual).exists() and self.path(actual).read_bytes() != temporary.read_bytes():
            raise DamagedFileError(actual)
        temporary.rename(self.path(actual))
        return actual, size

    def put(self, content: bytes) -> tuple[str, int]:
        path = self.temporary()
        path.write_bytes(content)
        return self.adopt(path)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256

    def opened(self, sha256: str) -> Any:
        if not self.path(sha256).exists():
            raise FileNotFoundError(sha256)
        return nullcontext(self.path(sha256))


@dataclass
class MemoryCatalogue:
    """Remembers every call; after `full_after` writes it raises StorageError, as a full disk would.

    Below nought not even a run can be begun.

    Whoever asks for `odd_key` meets an error that nobody foresaw.
    After so many writes of a source in `lost_after` all others are refused: another crawl has it.
    """

    revisions: dict[tuple[str, str], Revision] = field(default_factory=dict)
    usually: dict[str, int] = field(default_factory=dict)
    full_after: int | None = None
    odd_key: str | None = None
    lost_after: dict[str, int] = field(default_factory=dict)
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    meetings: dict[tuple[str, str], Meeting] = field(default_factory=dict)
    unavailable: dict[tuple[str, str], str] = field(default_factory=dict)
    unmodified: list[tuple[str, str]] = field(default_factory=list)
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    reports: dict[str, SourceReport] = field(default_factory=dict)
    listings: dict[str, list[Listing]] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    kept_back: set[tuple[str, str]] = field(default_factory=set)

    def begin(self, sources, today) -> int:
        if self.full_after is not None and self.full_after < 0:
            raise StorageError("the disk is full")
        self.runs.append("begin")
        return 1

    def is_kept_back(self, source_id, document_key) -> bool:
        return (source_id, document_key) in self.kept_back

    def held(self, source_id, document_key) -> Held | None:
        if document_key == self.odd_key:
            raise ValueError("a record that makes no sense")
        if (revision := self.revisions.get((source_id, document_key))) is None:
            return None
        return Held(
            sha256=revision.sha256,
            size=revision.size,
            url=revision.urls[0],
            etag=revision.etag,
            last_modified=revision.last_modified,
            fetched_at=revision.fetched_at,
            checked_at=revision.fetched_at,
        )

    def known(self, source_id, document_key, url) -> list[Document]:
        return [
            each
            for (source, key), each in self.documents.items()
            if source == source_id and (key == document_key or each.url == url)
        ]

    def record_meeting(self, run, meeting) -> Outcome:
        self._write()
        return self._put(self.meetings, (meeting.source_id, meeting.key), meeting)

    def record_document(self, run, document) -> Outcome:
        self._write()
        self._own(document.source_id)
        if document.key == "poison":
            raise ValueError("what no archive can take")
        return self._put(self.documents, (document.source_id, document.key), document)

    def record_revision(self, run, revision) -> Outcome:
        self._write()
        self._own(revision.source_id)
        key = (revision.source_id, revision.document_key)
        old = self.revisions.get(key)
        self.revisions[key] = revision
        if old is None:
            self.outcomes[key] = Outcome.NEW
        else:
            self.outcomes[key] = Outcome.UNCHANGED if old.sha256 == revision.sha256 else Outcome.CHANGED
        return self.outcomes[key]

    def record_unmodified(self, run, source_id, document_key) -> None:
        self.unmodified.append((source_id, document_key))

    def record_unavailable(self, run, source_id, document_key, reason) -> Outcome:
        settled = self.unavailable.get((source_id, document_key)) == reason
        self.unavailable[source_id, document_key] = reason
        return Outcome.UNCHANGED if settled else Outcome.CHANGED

    def meeting_listings(self, source_id, since) -> set[str]:
        mine = [each for (source, _), each in self.meetings.items() if source == source_id]
        return {each.listing for each in mine if each.starts_on and each.starts_on >= since}

    def usual(self, run, source) -> int | None:
        return self.usually.get(source.id)

    def finish(self, run, report, listings, in_sight=()) -> int:
        self._own(report.source_id)
        assert report.source_id not in self.reports, "a source ends once"
        self.reports[report.source_id] = report
        self.listings[report.source_id] = list(listings)
        return 0

    def end(self, run) -> None:
        self.runs.append("end")

    def _put(self, table, key, value) -> Outcome:
        old = table.get(key)
        table[key] = value
        if old is None:
            return Outcome.NEW
        return Outcome.UNCHANGED if old == value else Outcome.CHANGED

    def _own(self, source_id: str) -> None:
        if source_id in self.lost_after:
            self.lost_after[source_id] -= 1
            if self.lost_after[source_id] < 0:
                raise LeaseLost(f"stopped: another crawl has taken over the source {source_id}")

    def _write(self) -> None:
        if self.full_after is not None:
            self.full_after -= 1
            if self.full_after < 0:
                raise StorageError("the disk is full")


class Told:
    """A platform whose pages are JSON: {"documents": […], "meetings": […], "pages": […], …}."""

    @dataclass(frozen=True)
    class Options:
        second: str = ""
        tags: tuple[str, ...] = ()

    @staticmethod
    def start(source: Source, since: date, until: date):
        second = source.options.get("second")
        yield Fetch(
            url=source.url,
            step="list",
            otherwise=Fetch(url=second, step="list") if second else None,
        )

    @staticmethod
    def parse(source: Source, fetch: Fetch, capture: Capture):
        try:
            told = json.loads(capture.body)
        except ValueError:
            raise ParseError(
                source=source.id, url=capture.url, selector="JSON", expected="one", found="none"
            ) from None
        if "raise" in told:
            raise RuntimeError(told["raise"])
        for key in told.get("meetings", ()):
            yield Meeting(source_id=source.id, key=key, body_name="Committee", title=key, starts_on=TODAY)
        for key in told.get("held", ()):
            day = TODAY - timedelta(days=7)
            yield Meeting(source_id=source.id, key=key, body_name="Committee", title=key, starts_on=day)
        day = date.fromisoformat(told["published_on"]) if "published_on" in told else None
        for paper in told.get("documents", ()):
            facts = {"title": paper["key"], "kind": DocumentKind.REPORT, "published_on": day, **paper}
            yield Document(source_id=source.id, listing="all", **facts)
        if "embedded" in told:
            paper = Document(
                source_id=source.id, key="e", title="e", kind=DocumentKind.MINUTES, url=capture.url
            )
            yield Embedded(document=paper, body=told["embedded"].encode())
        for left in told.get("left", ()):
            reason = LeftReason(left["reason"])
            yield Left(source_id=source.id, page=capture.url, **{"title": "Pack", **left, "reason": reason})
        yield from Told.asked(source, told)
        yield Listing(source_id=source.id, key="all")

    @staticmethod
    def asked(source: Source, told: dict[str, Any]):
        for page in told.get("pages", ()):
            yield Fetch(url=page, step="page")
        for page in told.get("looks", ()):
            yield Fetch(url=page, step="page", is_look=True)
        for page in told.get("beyond", ()):
            yield Fetch(url=page, step="page", beyond=True)
        for page, form in told.get("forms", {}).items():
            yield Fetch(url=page, step="page", form=form)
        for page in told.get("either", ()):
            paper = Document(
                source_id=source.id, key=page, title=page, kind=DocumentKind.REPORT, url=page, listing="all"
            )
            yield Fetch(url=page, step="page", paper=paper)


class AnyPage(Told):
    """A platform that makes one meeting of any page."""

    @staticmethod
    def parse(source: Source, fetch: Fetch, capture: Capture):
        yield Meeting(source_id=source.id, key="m", body_name="Committee", title="m", starts_on=TODAY)


PLATFORMS = {"told": Told, "any": AnyPage, "page": page_platform}


class Site:
    """A web server on loopback. A route is (status, headers, body) or a function of the handler."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.routes: dict[str, Any] = {}
        self.log: list[tuple[float, float, str, dict[str, str]]] = []  # begin, end, path, headers
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                begin = time.monotonic()
                with suppress(OSError):
                    site.answer(self)
                site.log.append((begin, time.monotonic(), self.path, dict(self.headers.items())))

            do_POST = do_HEAD = do_GET  # noqa: N815 - the base class asks for these names

            def log_message(self, *args) -> None: ...

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args) -> None: ...

        self.server = Server((host, 0), Handler)
        self.url = f"http://{host}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def sign_itself(self, folder: Path) -> None:
        """Speak TLS from now on, with a certificate that only this site believes in."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
            .sign(key, hashes.SHA256())
        )
        pem = folder / "pem"
        pem.write_bytes(
            certificate.public_bytes(Encoding.PEM)
            + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        route = self.routes.get(handler.path, (404, {}, b"not here"))
        if callable(route):
            route = route(handler)
        if route is None:
            return
        status, headers, body = route
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    def lists(self, path: str = "/", **told: Any) -> None:
        self.routes[path] = (200, {"Content-Type": "application/json"}, json.dumps(told).encode())

    def paths(self) -> list[str]:
        return [path for _, _, path, _ in self.log]


@contextmanager
def sites():
    """A function that makes sites, all closed at the end."""
    made: list[Site] = []

    def make(host: str = "127.0.0.1") -> Site:
        made.append(Site(host))
        return made[-1]

    try:
        yield make
    finally:
        for site in made:
            site.close()


def source(name: str, url: str, **more: Any) -> Source:
    line = {"name": name, "kind": "council", "platform": "told", "delay": 0.0, "timeout": 5.0}
    return Source(id=name, url=url, **{**line, **more})


class JournalCatalogue(MemoryCatalogue):
    """Leaves its reports beside the data when the run ends: for a crawl that we cannot ask afterwards."""

    journal: Path

    def end(self, run) -> None:
        super().end(run)
        told = {name: [report.state, report.reason] for name, report in self.reports.items()}
        self.journal.write_text(json.dumps(told))


@dataclass
class MemoryLeases:
    """Leases of which another crawl has some from the start, and takes others after so many uses."""

    others: set[str] = field(default_factory=set)
    lost_after: dict[str, int] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    put_off_for: dict[str, float] = field(default_factory=dict)

    def take(self, name: str) -> bool:
        assert name not in self.held, "nothing is taken twice"
        if name in self.others:
            return False
        self.held.add(name)
        return True

    def give_back(self, name: str, pause: float = 0.0) -> None:
        self.held.remove(name)
        if name in self.lost_after:
            self.lost_after[name] -= 1
            if self.lost_after[name] < 0:
                raise LeaseLost(f"stopped: another crawl has taken over the {name}")

    def put_off(self, name: str, seconds: float) -> None:
        self.put_off_for[name] = seconds


@dataclass
class FakeArchive:
    catalogue: JournalCatalogue
    blobs: FolderBlobs
    leases: None = None


@contextmanager
def crawl_archive(data: Path) -> Iterator[FakeArchive]:
    """What PAPERWATCH_ARCHIVE names in a test of `scrapy crawl`."""
    catalogue = JournalCatalogue()
    catalogue.journal = data / "journal.json"
    yield FakeArchive(catalogue, FolderBlobs(data / "blobs"))


@dataclass
class Crawled:
    catalogue: MemoryCatalogue
    error: str
    grown: int  # bytes of memory over what it was before the crawl
    stderr: str
    blobs: FolderBlobs
    leases: MemoryLeases | None = None

    @property
    def reports(self) -> dict[str, SourceReport]:
        return self.catalogue.reports

    def left_over(self) -> list[str]:
        """Temporary files that nobody removed."""
        return [path.name for path in self.blobs.folder.glob("incoming-*")]


def start_child(
    folder: Path,
    sources: list[Source],
    *,
    catalogue: MemoryCatalogue | None = None,
    config: dict[str, Any] | None = None,
    public: str = "",
    leases: MemoryLeases | None = None,
) -> Child:
    folder.mkdir(parents=True, exist_ok=True)
    task = (sources, catalogue or MemoryCatalogue(), {"retry_wait": 0.01, **(config or {})}, public, leases)
    (folder / "task").write_bytes(pickle.dumps(task))
    (folder / "stderr").write_text("")
    streams = (os.devnull, os.devnull, folder / "stderr")
    return crawls.nursery().start("tests.helpers.fakes:run_child", [str(folder)], streams)


def crawl(folder: Path, sources: list[Source], **more: Any) -> Crawled:
    return finished(folder, start_child(folder, sources, **more))


def finished(folder: Path, child: Child) -> Crawled:
    code, stderr = child.wait(60), (folder / "stderr").read_text()
    assert code == 0, stderr
    catalogue, error, grown, leases = pickle.loads((folder / "result").read_bytes())
    return Crawled(catalogue, error, grown, stderr, FolderBlobs(folder / "blobs"), leases)


def revision_of(source_id: str, key: str, url: str, content: bytes, **more: Any) -> Revision:
    return Revision(
        source_id=source_id,
        document_key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type="application/pdf",
        fetched_at=datetime(2026, 10, 1, tzinfo=UTC),
        urls=(url,),
        **more,
    )


def _peak_memory() -> int:
    """Bytes. Not getrusage: on Linux a child's peak begins with that of whoever started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def run_child() -> None:
    """The crawl, in a process of its own."""
    folder = Path(sys.argv[1])
    sources, catalogue, settings, public, leases = pickle.loads((folder / "task").read_bytes())
    if public:
        really = inside_addresses.is_inside_address
        inside_addresses.is_inside_address = lambda address: address != ip_address(public) and really(address)
    before = _peak_memory()
    error = ""
    try:
        run.crawl(
            sources,
            today=TODAY,
            catalogue=catalogue,
            blobs=FolderBlobs(folder / "blobs"),
            config=config.read(settings),
            platforms=PLATFORMS,
            leases=leases,
        )
    except BaseException as caught:  # noqa: BLE001 - KeyboardInterrupt is among what is looked for
        error = f"{type(caught).__name__}: {caught}"
    grown = _peak_memory() - before

    (folder / "result").write_bytes(pickle.dumps((catalogue, error, grown, leases)))
