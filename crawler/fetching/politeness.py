"""One request at a time for each host, over all sources, with a pause between two.

Where other crawls fill the same archive, a request needs the host's lease too: one at a time over all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from scrapy.core.downloader import Downloader
from typing_extensions import override

from pipeline.errors import LeaseLost, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetching.spider import PapersSpider
    from pipeline.health.run_state import Failure
    from pipeline.model import Source
    from pipeline.ports import Leases

# A robots.txt may ask for a slower pace, but not for one at which a run would never end.
LONGEST_CRAWL_DELAY = 60.0  # seconds
# With no delay at all Scrapy 2.19 looks at how many requests are in flight before the last one let go is
# counted, and so lets go of all that wait.
SHORTEST_DELAY = 0.01  # seconds
_FIRST_LOOK, _LAST_LOOK = 0.02, 0.5  # seconds, whether another crawl is done with a host
_KNOCKS = 2  # at one kind of page that is refused while another way is known


def slot_of(url: str) -> str:
    """The host that a request keeps busy. http and https of one host are one; another port is another."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:  # no port of this world: the request will fail, but in its turn
        return host
    return host if port in {None, 80, 443} else f"{host}:{port}"


def _lease_of(url: str) -> str:
    return f"host {slot_of(url)}"


def fallback_key(request: Request) -> str:
    """The kind of page that is asked for, "" where there is no other way to what is on it."""
    fetch = request.meta.get("fetch")
    return f"{request.meta['source']} {fetch.step}" if fetch is not None and fetch.otherwise else ""


def slots(sources: Iterable[Source]) -> dict[str, dict[str, Any]]:
    """DOWNLOAD_SLOTS: of the sources that share a host, the slowest pace holds."""
    pace: dict[str, float] = {}
    for source in sources:
        slot = slot_of(source.url)
        pace[slot] = max(source.delay, pace.get(slot, 0.0))
    return {slot: _one_at_a_time(delay) for slot, delay in pace.items()}


class PoliteDownloader(Downloader):
    """Scrapy's downloader with slots of our own, whatever a redirect has left in a request's meta.

    It also keeps count of failures: a host that keeps failing is left alone until the next run.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._patience = crawler.settings.getint("RETRY_PATIENCE")
        self._in_a_row: Counter[str] = Counter()
        self._waits: Counter[str] = Counter()
        self._left_alone: dict[str, Failure] = {}
        self._without_head: set[str] = set()
        self._lost: dict[str, str] = {}  # leases that another crawl has taken over, and how that is said
        self._turned_away: dict[str, list[Failure]] = {}

    @override
    def get_slot_key(self, request: Request) -> str:
        return slot_of(request.url)

    @override
    async def _download(self, slot: Slot, request: Request) -> Response:
        if (leases := self._leases) is None:
            return await super()._download(slot, request)
        lease = _lease_of(request.url)
        slot.transferring.add(request)  # no other of this host goes ahead while it waits
        try:
            await self._turn(leases, lease, request)
        except BaseException:
            slot.transferring.discard(request)
            self._process_queue(slot)
            raise
        began = slot.lastseen = monotonic()
        try:
            return await super()._download(slot, request)
        finally:
            try:
                leases.give_back(lease, max(0.0, slot.delay - (monotonic() - began)))
            except LeaseLost as lost:  # an answer that came while another crawl asked too is no good
                self._lost[lease] = str(lost)
                raise

    async def _turn(self, leases: Leases, lease: str, request: Request) -> None:
        """Wait until no other crawl asks this host. Raises LeaseLost where the request is wanted no more."""
        wait = _FIRST_LOOK
        while True:
            cast("PapersSpider", self.crawler.spider).check_wanted(request)
            if lease in self._lost:
                raise LeaseLost(self._lost[lease])
            if leases.take(lease):
                return
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LAST_LOOK)
            if not self.crawler.crawling:
                raise LeaseLost("stopped while another crawl asked the host")

    @property
    def _leases(self) -> Leases | None:
        return getattr(self.crawler.spider, "leases", None)  # Scrapy's own commands have other spiders

    def slow_down(self, url: str, delay: float) -> None:
        """Never less than `delay` seconds between two requests to this host from now on."""
        key = slot_of(url)
        known = self.per_slot_settings.get(key, _one_at_a_time(self._delay))
        pace = max(known["delay"], min(delay, LONGEST_CRAWL_DELAY))
        self.per_slot_settings[key] = _one_at_a_time(pace)
        if (slot := self.slots.get(key)) is not None:
            slot.delay = pace

    def hold(self, url: str, seconds: float) -> None:
        """No request to this host for so long."""
        slot = self.slots.get(slot_of(url))
        if slot is not None and seconds > 0:
            slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)
        if (leases := self._leases) is not None and seconds > 0:
            leases.put_off(_lease_of(url), seconds)

    def answered(self, url: str) -> None:
        self._in_a_row.pop(slot_of(url), None)

    def failed(self, url: str, failure: Failure) -> None:
        slot = slot_of(url)
        self._in_a_row[slot] += 1
        if self._in_a_row[slot] >= self._patience:
            self.leave_alone(url, failure)

    def kept_waiting(self, url: str, failure: Failure) -> None:
        """A whole wait went by for nothing. What comes in between does not make that good: waits add up."""
        slot = slot_of(url)
        self._waits[slot] += 1
        if self._waits[slot] >= 2 * self._patience:
            self.leave_alone(url, failure)

    def leave_alone(self, url: str, failure: Failure) -> None:
        """No request to this host any more in this run."""
        self._left_alone.setdefault(slot_of(url), failure)

    def gives_no_head(self, url: str) -> None:
        """A HEAD tells nothing at this host: for the rest of the run, GET."""
        self._without_head.add(slot_of(url))

    def answers_head(self, url: str) -> bool:
        return slot_of(url) not in self._without_head

    def refused(self, way: str, failure: Failure) -> None:
        self._turned_away.setdefault(way, []).append(failure)

    def accepted(self, way: str) -> None:
        self._turned_away.pop(way, None)

    def check_way(self, request: Request) -> None:
        """Raises SourceError for pages of a kind that was refused again and again, and has a substitute."""
        if len(failures := self._turned_away.get(fallback_key(request), ())) >= _KNOCKS:
            raise SourceError(failures[0].reason, state=failures[0].state)

    def check(self, url: str) -> None:
        """Raises SourceError for a host that is left alone."""
        if (failure := self._left_alone.get(slot_of(url))) is not None:
            raise SourceError(
                f"{slot_of(url)} is left alone until the next run: {failure.reason}", state=failure.state
            )


def _one_at_a_time(delay: float) -> dict[str, Any]:
    return {"concurrency": 1, "delay": max(delay, SHORTEST_DELAY), "jitter": 0}
