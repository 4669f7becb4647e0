"""Crawling the generated councils: the sites as a context, and the crawl in a process of its own.

The process is what a person runs, less the command line: the real engine, platforms, database and files. It
says how much memory it took at its highest.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader import Downloader
from sqlalchemy import text

from crawler import config, run
from pipeline.model import Source
from storage.archive import open_archive
from storage.config import StorageConfig
from tests.councils import cmis, moderngov
from tests.councils.serving import Asked, Reply, Server
from tests.councils.world import LARGE, TODAY, Council, Due, Quirk
from tests.helpers import crawls

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.http import Response

    from tests.helpers.nursery import Child

DELAY = 0.01  # seconds between two requests to one host: it disturbs nobody here

_MEETINGS = text("SELECT source_id, starts_on, starts_at, body_name, status FROM meetings")
_PAPERS = text("""
    SELECT documents.source_id, meetings.starts_on, documents.title, coalesce(documents.sha256, ''),
           documents.state, documents.key LIKE '%-text/%'
    FROM documents LEFT JOIN meetings ON meetings.id = documents.meeting_id
""")


@dataclass
class Sites:
    """The councils on the wire. `instead` may answer for a council's site: None is the site's own answer."""

    councils: list[Council]
    tls: dict[str, ssl.SSLContext] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    instead: dict[str, Callable[[str, str], Reply | None]] = field(default_factory=dict)

    def sources(self, *, delay: float = DELAY, **more: Any) -> list[Source]:
        return [
            Source(
                id=council.id,
                name=council.id.title(),
                kind="council",
                platform=council.plan.platform,
                url=self.root(council),
                options=dict(council.plan.options),
                delay=delay,
                **{"timeout": 5.0, **more},
            )
            for council in self.councils
        ]

    def root(self, council: Council) -> str:
        return self.servers[council.id].address + council.plan.mount

    def take_log(self) -> list[Asked]:
        """What was asked since the last time."""
        log, self.asked[:] = sorted(self.asked, key=lambda each: each.begun), []
        return log

    def answer(self, council: Council, method: str, target: str, headers: Mapping[str, str]) -> Reply:
        if (special := self.instead.get(council.id)) and (reply := special(method, target)) is not None:
            return reply
        if target == "/robots.txt":
            return Reply(status=404)
        site = moderngov if council.plan.platform == "moderngov" else cmis
        reply = site.answer(council, target, self.root(council))
        if method == "HEAD" and council.has(Quirk.NO_HEAD):
            return Reply(status=405)
        tag = reply.headers.get("ETag")
        return (
            Reply(status=304, headers=reply.headers) if tag and headers.get("If-None-Match") == tag else reply
        )


@contextmanager
def sites(
    councils: list[Council], *, one_host: bool = False, tls: dict[str, ssl.SSLContext] | None = None
) -> Iterator[Sites]:
    """A host for each council, or one for all of them: then each needs a mount of its own."""
    made = Sites(councils, tls or {})

    def answering(known: Sequence[Council]) -> Server:
        def answer(method: str, target: str, headers: Mapping[str, str]) -> tuple[str, Reply]:
            at = [each for each in known if len(known) == 1 or target.startswith(each.plan.mount + "/")]
            return (at[0].id, made.answer(at[0], method, target, headers)) if at else ("", Reply(status=404))

        return Server(answer, made.asked, None if one_host else made.tls.get(known[0].id))

    try:
        if one_host:
            made.servers = dict.fromkeys((each.id for each in councils), answering(councils))
        else:
            for each in councils:
                made.servers[each.id] = answering([each])
        yield made
    finally:
        for server in {id(each): each for each in made.servers.values()}.values():
            server.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What came of one crawl, and what the sites saw of it."""

    reports: dict[str, dict[str, Any]]
    peak: int  # bytes of memory, of the whole process
    seconds: float
    asked: list[Asked]
    turns: dict[str, list[float]]  # of each host: moments in seconds, by the crawl's own clock

    def moved(self, councils: Sequence[str] | None = None) -> int:
        """Bytes of bodies sent by the sites, large papers left out."""
        return sum(
            each.size
            for each in self.asked
            if each.size < LARGE and (councils is None or each.council in councils)
        )


def started(
    data: Path, sources: Sequence[Source], *, today: date = TODAY, trusted: Path | None = None, url: str = ""
) -> Child:
    """A crawl into the archive of a data folder, or into the one at an address."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "task").write_bytes(pickle.dumps((list(sources), today, url)))
    (data / "stderr").write_text("")
    return crawls.nursery().start(
        "tests.councils.crawling:run_child",
        [str(data)],
        (os.devnull, os.devnull, data / "stderr"),
        os.environ | ({"SSL_CERT_FILE": str(trusted)} if trusted else {}),
    )


def told(data: Path, crawl: Child) -> dict[str, Any]:
    """What a crawl says at its end. Raises AssertionError with what it said before it failed."""
    assert crawl.wait(1800) == 0, (data / "stderr").read_text()
    return json.loads((data / "told.json").read_text())


def crawl(
    data: Path, made: Sites, sources: Sequence[Source], *, today: date = TODAY, trusted: Path | None = None
) -> Crawled:
    """One run; `trusted` are the only authorities that are believed."""
    made.take_log()
    begun = time.monotonic()
    said = told(data, started(data, sources, today=today, trusted=trusted))
    return Crawled(
        reports={each["source_id"]: each for each in said["reports"]},
        peak=said["peak"],
        seconds=time.monotonic() - begun,
        asked=made.take_log(),
        turns=said["turns"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What the archive holds, in the words of the truth."""

    meetings: set[tuple[str, date, Any, str, str]]
    papers: set[Due]
    texts: set[tuple[str, date, str]]
    states: dict[str, int]


def holding(data: Path) -> Holding:
    from datetime import date, time  # rows of plain SQL: SQLite says dates in ISO

    with open_archive(data).database.reading() as connection:
        meetings = connection.execute(_MEETINGS).all()
        papers = connection.execute(_PAPERS).all()
    states: dict[str, int] = {}
    for row in papers:
        states[row[4]] = states.get(row[4], 0) + 1
    return Holding(
        meetings={
            (council, on and date.fromisoformat(on), at and time.fromisoformat(at), name, status)
            for council, on, at, name, status in meetings
        },
        papers={
            Due(council=council, meeting=on and date.fromisoformat(on), title=title, sha256=sha256)
            for council, on, title, sha256, state, is_text in papers
            if not is_text and state in {"held", "restricted"}
        },
        texts={
            (council, on and date.fromisoformat(on), title)
            for council, on, title, _, _, is_text in papers
            if is_text
        },
        states=states,
    )


def overlaps(asked: Sequence[Asked]) -> int:
    """Requests to one host that began before the one before was answered."""
    return sum(later.begun < earlier.answered for earlier, later in pairwise(asked))


def _note_turns() -> dict[str, list[float]]:
    """From now on, when each host had its turns, by the clock with which the crawl itself keeps its pauses.

    Scrapy has no public place between a pause and its request. The test counts turns against requests, so a
    private one that is gone is noticed. The server's clock will not do: a thread that wakes late on a busy
    machine makes the next pause look short.
    """
    turns: dict[str, list[float]] = {}
    download = Downloader._download

    async def noted(self: Downloader, slot: Slot, request: Request) -> Response:
        turns.setdefault(self.get_slot_key(request), []).append(slot.lastseen)
        return await download(self, slot, request)

    Downloader._download = noted  # type: ignore[method-assign] - see above; this process is for one crawl
    return turns


def run_child() -> None:
    """The crawl, in a process of its own."""
    data = Path(sys.argv[1])
    sources, today, url = pickle.loads((data / "task").read_bytes())
    papers = f"file://{data.parent}/papers" if url else ""  # machines of one archive share them
    archive = open_archive(data, StorageConfig(url=url, papers=papers))
    turns = _note_turns()
    with archive.leases(f"process {os.getpid()}") as leases:
        reports = run.crawl(
            sources,
            today=today,
            catalogue=archive.catalogue.of_shard("", leases),
            blobs=archive.blobs,
            config=config.read({"retries": 0, "retry_wait": 0.01}),
            leases=leases,
        )
    told = {
        "reports": [asdict(each) for each in reports],
        "peak": _peak(),
        "turns": turns,
    }
    (data / "told.json").write_text(json.dumps(told))


def _peak() -> int:
    """Bytes. Not getrusage: on Linux a child's peak begins with that of whoever started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024
