"""Scrapy's defaults that would harm us, the crawl's own configuration, and Scrapy's own commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.crawler import Crawler
from scrapy.settings import Settings, default_settings
from scrapy.utils.misc import load_object

from crawler import config, settings
from crawler.answers import conditional
from crawler.answers.inside_addresses import is_inside
from crawler.fetching import politeness, retry_after
from crawler.fetching.spider import PapersSpider
from crawler.lines import registry
from pipeline.errors import ConfigError
from pipeline.model import Document, DocumentKind, Source
from pipeline.ports import Held

if TYPE_CHECKING:
    from types import SimpleNamespace

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def own() -> Settings:
    made = Settings()
    made.setmodule(settings)
    return made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REMOTE_CONTROL_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("COOKIES_ENABLED", False),
        ("HTTPPROXY_ENABLED", False),
        ("ROBOTSTXT_OBEY", True),
        ("ROBOTSTXT_USER_AGENT", "Paperwatch"),
        ("USER_AGENT", f"Paperwatch/{config.VERSION}"),
        ("DOWNLOAD_MAXSIZE", 150 * 1024 * 1024),
        ("CONCURRENT_REQUESTS", 16),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
        ("DOWNLOAD_DELAY", 1.0),
        ("DOWNLOAD_DELAY_JITTER", 0),
        ("RETRY_TIMES", 2),
        ("REDIRECT_MAX_TIMES", 10),
        ("METAREFRESH_ENABLED", False),
        ("HTTPERROR_ALLOW_ALL", True),
        ("URLLENGTH_LIMIT", 0),
        ("HTTPCACHE_ENABLED", False),
        ("JOBDIR", None),
        ("AUTOTHROTTLE_ENABLED", False),
        ("TWISTED_REACTOR", "twisted.internet.asyncioreactor.AsyncioSelectorReactor"),
        ("SCHEDULER_PRIORITY_QUEUE", "scrapy.pqueues.DownloaderAwarePriorityQueue"),
    ],
)
def test_setting(own, name, value):
    assert own[name] == value


@pytest.mark.parametrize(
    ("library", "code"),
    [
        # Beside its memory: it asks two foreign hosts for a list.
        (
            "tldextract",
            (
                "from scrapy.utils.misc import load_object; s = Settings(); s.setmodule(settings); "
                "[load_object(k) for k, at in s.getwithbase('DOWNLOADER_MIDDLEWARES').items() if at]"
            ),
        ),
        ("PIL", "to_text('<p>a notice</p>')"),  # how a crawl looks into notices
    ],
)
def test_a_crawl_loads_nothing_that_it_does_not_need(library, code):
    loaded = (
        "import sys; from scrapy.settings import Settings; from crawler import settings; "
        f"from extractors.html import to_text; {code}; sys.exit({library!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", loaded], check=False, cwd=ROOT).returncode == 0


def test_only_the_web_is_reached(own):
    handlers = {scheme: path for scheme, path in own.getwithbase("DOWNLOAD_HANDLERS").items() if path}
    assert handlers == dict.fromkeys(("http", "https"), "crawler.fetching.download_handler.StreamingHandler")


def test_no_pipeline_stores_files_by_address(own):
    assert dict(own.getwithbase("ITEM_PIPELINES")) == {}


def test_scrapys_robots_and_retries_are_replaced(own):
    active = {path: order for path, order in own.getwithbase("DOWNLOADER_MIDDLEWARES").items() if order}
    assert not any(
        path.startswith("scrapy") and path.endswith(("RobotsTxtMiddleware", "RetryMiddleware"))
        for path in active
    )
    robots, retries = (
        active["crawler.fetching.robots.RobotsMiddleware"],
        active["crawler.fetching.retries.RetryMiddleware"],
    )
    redirects = active["scrapy.downloadermiddlewares.redirect.RedirectMiddleware"]
    assert robots < retries < redirects, "rules are asked before anything else, and again for each redirect"


def test_every_setting_that_names_code_names_code_that_is_there(own):
    paths = [*own.getwithbase("DOWNLOADER_MIDDLEWARES"), own["DOWNLOADER"], own["SPIDER_LOADER_CLASS"],
             own["SCHEDULER_PRIORITY_QUEUE"], own["SCHEDULER_MEMORY_QUEUE"],
             *filter(None, own["DOWNLOAD_HANDLERS"].values())]  # fmt: skip
    assert all(callable(load_object(path)) for path in paths)


def test_scrapy_knows_every_setting_of_ours(own):
    ours = {
        "PAPERWATCH_ARCHIVE",
        "PAPERWATCH_DATA",
        "RETRY_WAIT",
        "RETRY_LONGEST_WAIT",
        "RETRY_PATIENCE",
        "MAX_PAGES",
    }
    assert {name for name in vars(settings) if name.isupper()} - {"NAME"} - ours <= set(
        dir(default_settings)
    ) | {"NAME"}


def test_the_extensions_that_serve_are_off(own):
    own["LOG_INSTALL_ROOT_HANDLER"] = False
    crawler = Crawler(PapersSpider, own)
    assert not crawler.settings.getbool("REMOTE_CONTROL_ENABLED")
    assert not crawler.settings.getbool("TELNETCONSOLE_ENABLED")
    # Nor are they loaded, with the libraries that they need.
    loaded = {name.rpartition(".")[2] for name in crawler.settings.getwithbase("EXTENSIONS")}
    assert loaded == {"CoreStats", "LogCount", "LogStats"}


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("", f"Paperwatch/{config.VERSION}"),
        ("https://papers.example/about", f"Paperwatch/{config.VERSION} (+https://papers.example/about)"),
        ("watch@papers.example", f"Paperwatch/{config.VERSION} (watch@papers.example)"),
    ],
)
def test_user_agent_names_the_contact(contact, agent):
    assert config.read({"contact": contact}).user_agent == agent


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"concurent": 3}, "concurent"),
        ({"concurrent": 0}, "concurrent"),
        ({"concurrent": "many"}, "concurrent"),
        ({"contact": "a\r\nX-Evil: 1"}, "contact"),
        ({"max_size_mb": 1e9}, "max_size_mb"),
    ],
)
def test_a_wrong_configuration_is_refused_by_its_key(table, words):
    with pytest.raises(ConfigError, match=words) as error:
        config.read(table)
    assert "[crawl]" in str(error.value)


NOW = datetime(2026, 11, 2, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 02 Nov 2026 12:01:00 GMT", 60.0),
        ("Mon, 02 Nov 2026 12:01:00 -0000", 60.0),
        ("Mon, 02 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 5000, 999999999.0),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after.seconds(value, NOW) == seconds


@given(st.text())
def test_retry_after_of_anything_is_no_error(value):
    wait = retry_after.seconds(value, NOW)
    assert wait is None or wait >= 0


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://localhost/", True),
        ("http://demo.localhost/", True),
        ("http://intranet/", True),
        ("http://papers.internal./", True),
        ("http://10.1.2.3/", True),
        ("http://[::1]/", True),
        ("http://[fd00::1]/", True),
        ("https://democracy.my-council.example/", False),
        ("https://8.8.8.8/", False),
        ("https://127.0.0.1.example.com/", False),
    ],
)
def test_which_lines_are_inside(url, inside):
    assert is_inside(url) is inside


@pytest.mark.parametrize(
    ("url", "slot"),
    [
        ("https://a.example/x", "a.example"),
        ("http://A.example:80/", "a.example"),
        ("https://a.example:443/", "a.example"),
        ("https://a.example:8443/", "a.example:8443"),
        ("http://[::1]:8000/", "::1:8000"),
        ("http://a.example:99999/", "a.example"),
    ],
)
def test_slot_of(url, slot):
    assert politeness.slot_of(url) == slot


def test_the_slowest_pace_on_a_host_holds():
    paces_asked = {"https://h.example/a": 1.0, "http://h.example/b": 3.0, "https://i.example/": 0.0}
    lines = [
        Source(id=url, name=url, kind="council", platform="moderngov", url=url, delay=delay)
        for url, delay in paces_asked.items()
    ]
    paces = {slot: (value["delay"], value["concurrency"]) for slot, value in politeness.slots(lines).items()}
    assert paces == {"h.example": (3.0, 1), "i.example": (politeness.SHORTEST_DELAY, 1)}


def test_conditions_belong_to_the_address_they_came_from():
    paper = Document(source_id="s", key="k", title="t", kind=DocumentKind.REPORT, url="https://h.example/1")
    held = Held(
        sha256="0", size=1, url=paper.url, etag='"e"', last_modified="", fetched_at=NOW, checked_at=NOW
    )
    moved = replace(held, url="https://h.example/2", last_modified="x")
    assert conditional.headers(paper, held)["If-None-Match"] == '"e"'
    assert "If-Modified-Since" not in conditional.headers(paper, held)
    assert conditional.headers(paper, moved) == conditional.headers(paper, None)


@pytest.fixture
def data(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "manual.toml").write_text(
        'test-body = { name = "Test Body", url = "http://127.0.0.1/", kind = "council" }\n'
    )
    return tmp_path


def scrapy(data: Path, *words: str) -> SimpleNamespace:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=ROOT,
        env=os.environ | {"PAPERWATCH_DATA": str(data), "PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_scrapy_list_names_every_source(data):
    assert scrapy(data, "list").stdout.split() == sorted(registry.load(data))


def test_scrapy_crawl_fetches_one_source_into_the_archive_named_by_the_settings(data):
    done = scrapy(data, "crawl", "test-body", "-s", "PAPERWATCH_ARCHIVE=tests.helpers.fakes:crawl_archive")
    assert done.returncode == 0, done.stderr
    assert json.loads((data / "journal.json").read_text()) == {
        "test-body": ["manual", "papers are added by hand"]
    }


def test_scrapy_crawl_of_an_unknown_source_fails_with_words(data):
    done = scrapy(data, "crawl", "nobody", "-s", "PAPERWATCH_ARCHIVE=tests.helpers.fakes:crawl_archive")
    assert done.returncode != 0
    assert "no source 'nobody'" in done.stderr
