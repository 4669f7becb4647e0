"""A whole crawl as one call."""

from __future__ import annotations

import gc
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import settings
from crawler.fetching import politeness
from crawler.fetching.spider import PapersSpider
from crawler.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from crawler.config import CrawlConfig
    from pipeline.model import Source
    from pipeline.ports import Blobs, CrawlLog, Leases, Platform, SourceReport


def crawl(
    sources: Sequence[Source],
    *,
    today: date,
    catalogue: CrawlLog,
    blobs: Blobs,
    config: CrawlConfig,
    progress: Callable[[SourceReport], None] | None = None,
    platforms: Mapping[str, Platform] = PLATFORMS,
    flags: Callable[[bytes], bool] = lambda _: True,
    leases: Leases | None = None,
    others: Sequence[Source] = (),
) -> list[SourceReport]:
    """Fetch what is listed and new of these sources.

    Returns one report each, also handed to `progress` as it ends. With `leases`, other crawls may go on at
    the same time: a source that one of them is reading is left to it, and has no report. `others` are
    sources that are not asked, whose hosts have their pace all the same.

    `flags` says whether a page holds anything that is watched for: notices that hold nothing are not kept.

    Blocks until all is done. Only once in a process: Twisted's reactor does not start twice. Raises
    StorageError where the archive could not be written, and KeyboardInterrupt when stopped by a signal,
    both after every source and the run have had their end.
    """
    process = AsyncCrawlerProcess(_settings(config, [*sources, *others]))
    crawler = process.create_crawler(PapersSpider)
    done = process.crawl(
        crawler,
        sources=sources,
        today=today,
        catalogue=catalogue,
        blobs=blobs,
        platforms=platforms,
        progress=progress,
        max_pages=config.max_pages,
        flags=flags,
        leases=leases,
    )
    try:
        with _frozen():
            process.start()
    finally:
        spider = cast("PapersSpider | None", crawler.spider)
        if spider is not None:
            spider.end()  # a second Ctrl-C stops the reactor before Scrapy has closed the spider
    if done.done() and not done.cancelled() and (error := done.exception()) is not None:
        raise error
    assert spider is not None
    return _reports(spider)


@contextmanager
def _frozen() -> Iterator[None]:
    """What is loaded stays: the collector looks at what comes after it, and so sooner."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _reports(spider: PapersSpider) -> list[SourceReport]:
    """Of a crawl that has ended. Raises what stopped it."""
    if spider.fatal is not None:
        raise spider.fatal
    if spider.stopped_by != "finished":
        raise KeyboardInterrupt
    return spider.reports


def _settings(config: CrawlConfig, sources: Sequence[Source]) -> Settings:
    """Scrapy's, of a crawl that says nothing itself and has these hosts' pace."""
    for name in ("scrapy", "twisted", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    quiet = {"LOG_LEVEL": "ERROR", "LOG_INSTALL_ROOT_HANDLER": False, "LOG_ENABLED": False}
    own = Settings()
    own.setmodule(settings)
    own.setdict(
        {**settings.of(config), **quiet, "DOWNLOAD_SLOTS": politeness.slots(sources)}, priority="cmdline"
    )
    return own
