"""What the tests share."""

from __future__ import annotations

import gc
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from playwright.sync_api import sync_playwright

from crawler.fetching.browser import chromium_path
from storage.blobs import connect
from tests.helpers import s3
from tests.helpers.quick_archives import quick

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

# A busy machine is no bug: no example fails for the time it takes.
settings.register_profile("paperwatch", deadline=None)
settings.load_profile("paperwatch")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: looking through it for rubbish, again and again, finds none."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def quick_archives(tmp_path_factory) -> Iterator[None]:
    with quick(tmp_path_factory.mktemp("archives")):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts, samples and real documents beside the project, where there is one."""
    if not SHARED.is_dir():
        pytest.skip("../shared is missing: real documents and samples are not shipped with the project")
    return SHARED


@pytest.fixture(scope="module")
def browser():
    """The machine's own Chromium. For one module: tests of others may want an event loop of their own."""
    chromium = chromium_path()
    if chromium is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[s3.Server]:
    """For whoever asks for it; one for all of a worker's session."""
    server = s3.Server()
    yield server
    server.close()


@pytest.fixture
def way(s3_server, monkeypatch) -> Iterator[s3.Way]:
    """To that server, for whatever connects to S3 in the test; with little patience."""
    for name, value in s3.KEYS.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(connect, "MOST_RETRIES", 2)
    monkeypatch.setattr(connect, "FIRST_PAUSE", timedelta(milliseconds=1))
    monkeypatch.setattr(connect, "LONGEST_PAUSE", timedelta(milliseconds=2))
    with s3.way_to(s3_server) as way:
        monkeypatch.setenv("AWS_ENDPOINT_URL", way.url)
        yield way
