"""Whoever enters what the documents say, line by line, gets no error: every page on an archive of its own."""

from __future__ import annotations

import pytest

from cli.demo.standin import StandIn
from tests.helpers.following import WITH_STEPS, Reader, environment, follow, keep_archive, lay_out


@pytest.fixture(scope="module")
def standin():
    with StandIn() as sites:
        yield sites


@pytest.fixture(scope="module")
def kept(tmp_path_factory, standin):
    data = tmp_path_factory.mktemp("kept") / "data"
    keep_archive(data, standin)
    return data


@pytest.fixture
def reader(tmp_path, kept, standin, monkeypatch):
    """Somebody at a page."""
    data = lay_out(tmp_path, kept)
    monkeypatch.chdir(tmp_path)
    for name, value in environment(data).items():
        monkeypatch.setenv(name, value)
    return Reader(data, standin)


@pytest.mark.parametrize("page", WITH_STEPS, ids=lambda path: path.stem)
def test_whoever_does_what_a_page_says_gets_no_error(page, reader):
    """Of the commands that crawl, one page's are run; the others are right calls (the soak runs all)."""
    follow(page, reader, goes_to_the_web=page.stem == "first-alert")
