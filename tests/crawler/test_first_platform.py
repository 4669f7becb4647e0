"""The platform that CONTRIBUTING.md has its reader write is whole, and does what is said of it."""

from __future__ import annotations

import re
import sys
import textwrap
from datetime import UTC, date, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from crawler.platforms import PLATFORMS
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Listing, Source

CONTRIBUTING = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGE = """<ul class="papers"><li><a href="/f/board.pdf">Board papers, 26 November 2026</a>
<li><a href="/f/draft.pdf">Draft minutes, 1 October 2026</a></ul>"""


@pytest.fixture
def platform(tmp_path):
    [block] = re.findall(r"^   ```python\n(.*?)^   ```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    file = tmp_path / "my_platform.py"
    file.write_text(textwrap.dedent(block), encoding="utf-8")
    spec = spec_from_file_location("my_platform", file)
    module = module_from_spec(spec)
    sys.modules["my_platform"] = module  # where dataclasses look for the types
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules["my_platform"]


def read(platform, html, **options):
    source = Source(
        id="a", name="A", kind="trust", platform="my_platform", url="https://a.example/", options=options
    )
    [fetch] = platform.start(source, date(2026, 10, 1), date(2026, 12, 1))
    capture = Capture(
        url=fetch.url, status=200, headers={}, media_type="text/html", body=html.encode(),
        fetched_at=datetime(2026, 11, 16, tzinfo=UTC),
    )  # fmt: skip
    return list(platform.parse(source, fetch, capture))


def test_the_example_reads_papers_with_their_days(platform):
    *papers, listing = read(platform, PAGE, exclude="draft")
    assert [(paper.key, paper.published_on) for paper in papers] == [("board.pdf", date(2026, 11, 26))]
    assert isinstance(papers[0], Document)
    assert listing == Listing(source_id="a", key="papers")


def test_a_redesign_of_the_examples_site_is_an_error_and_not_silence(platform):
    with pytest.raises(ParseError):
        read(platform, "<p>All new.</p>")


def test_the_example_is_no_platform_of_ours():
    assert "my_platform" not in PLATFORMS
