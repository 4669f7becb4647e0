"""Scrapy's settings, for `scrapy list`, `scrapy crawl <id>` and `crawler.run` alike.

Each line that differs from Scrapy's default has its reason next to it and its test in test_settings.py.

`scrapy crawl` does not pass through `cli`, which elsewhere hands the archive in. So the spider finds it by
the dotted path PAPERWATCH_ARCHIVE below. This is the one hidden arrow of the house: `crawler` imports nothing
of `cli`.
"""

from __future__ import annotations

import os

from crawler.config import NAME, CrawlConfig
from crawler.fetching import body_stream

# A function of the data folder (a Path): a context whose value has `.catalogue`, `.blobs` and `.leases` (see
# pipeline.ports).
PAPERWATCH_ARCHIVE = "cli.app.context:crawl_archive"
PAPERWATCH_DATA = os.environ.get("PAPERWATCH_DATA", "data")

BOT_NAME = "paperwatch"
SPIDER_LOADER_CLASS = "crawler.loader.SourceLoader"  # a spider for each source line
SPIDER_MODULES: list[str] = []
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# Scrapy 2.19 by default serves HTTP on localhost and runs the Python code posted there. What is not wanted is
# left out, as of the middlewares below: switched off, it would be loaded with the servers that it needs.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}

# By default certificates are not verified. Our own handler always verifies; this is for any other.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Only the web: no link may reach a file of this machine, an FTP server or a bucket.
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "crawler.fetching.download_handler.StreamingHandler",
    "https": "crawler.fetching.download_handler.StreamingHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# By default a proxy is taken from the environment; the check of addresses would then see only the proxy's.
HTTPPROXY_ENABLED = False

# Cookies would tie requests into a session. Their middleware is out too (below): it asks foreign hosts for
# a list of suffixes.
COOKIES_ENABLED = False

# One request at a time for each host (see politeness.py), 1 s apart unless its source line says more.
DOWNLOADER = "crawler.fetching.politeness.PoliteDownloader"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0  # by default a delay of 1 s may be half a second
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.DownloaderAwarePriorityQueue"  # no host starves the others
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # in the order in which papers are listed
AUTOTHROTTLE_ENABLED = False  # it would set paces of its own over those of the source lines

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = NAME
# Scrapy loads even those that are set to None: what is not wanted is left out.
DOWNLOADER_MIDDLEWARES_BASE = {
    f"scrapy.downloadermiddlewares.{path}": order
    for path, order in {
        "offsite.OffsiteMiddleware": 50,
        "downloadtimeout.DownloadTimeoutMiddleware": 350,
        "defaultheaders.DefaultHeadersMiddleware": 400,
        "useragent.UserAgentMiddleware": 500,
        "redirect.RedirectMiddleware": 600,
        "stats.DownloaderStats": 850,
    }.items()
}
DOWNLOADER_MIDDLEWARES = {
    # Scrapy's robots middleware takes a failing server as leave to crawl, its retries ignore Retry-After;
    # our download handler unpacks as the bytes come, so that no page is larger in memory than it may be.
    "crawler.fetching.robots.RobotsMiddleware": 100,
    "crawler.fetching.retries.RetryMiddleware": 550,
}
METAREFRESH_ENABLED = False  # a page that reloads itself is a page (or a bot wall), not a redirect
REDIRECT_MAX_TIMES = 10
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en",
    "Accept-Encoding": body_stream.ENCODINGS,
}

# Answers of any status and addresses of any length reach the spider: what is dropped on the way would leave
# a source without its end.
HTTPERROR_ALLOW_ALL = True
URLLENGTH_LIMIT = 0

# Not for a monitor: Scrapy's HTTP cache serves old pages unasked, a job folder skips what it has seen once,
# and FilesPipeline believes for 90 days that a paper does not change.
HTTPCACHE_ENABLED = False
JOBDIR = None
ITEM_PIPELINES: dict[str, int] = {}

LOG_LEVEL = "INFO"
STATS_DUMP = False
LOGSTATS_INTERVAL = 0


def of(config: CrawlConfig) -> dict[str, object]:
    """The settings that the operator's configuration decides."""
    return {
        "USER_AGENT": config.user_agent,
        "CONCURRENT_REQUESTS": config.concurrent,
        "DOWNLOAD_MAXSIZE": config.max_size,
        "DOWNLOAD_WARNSIZE": 0,
        "RETRY_TIMES": config.retries,
        "RETRY_WAIT": config.retry_wait,
        "RETRY_LONGEST_WAIT": config.longest_wait,
        "RETRY_PATIENCE": config.patience,
        "MAX_PAGES": config.max_pages,
    }


globals().update(of(CrawlConfig()))
