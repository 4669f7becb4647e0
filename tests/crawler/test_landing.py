"""A page that stands between a link and its file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.platforms.shared import landing
from pipeline.model import Capture, Document, DocumentKind, Source

URL = "https://board.example/papers/winter/"
SOURCE = Source(id="board", name="Board", kind="icb", platform="papers_page", url="https://board.example/")
PAPER = Document(
    source_id="board", key="winter", title="Winter plan", kind=DocumentKind.REPORT, url=URL, is_page=False
)


def capture(matter: str) -> Capture:
    return Capture(
        url=URL,
        status=200,
        headers={},
        media_type="text/html",
        body=f"<html><head><title>Winter plan</title></head><body>{matter}</body></html>".encode(),
        fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("matter", "file"),
    [
        ("<a href='winter.pdf'>Winter plan</a> <a href='/'>Home</a>", "winter.pdf"),
        ("<a href='winter.pdf'>Winter plan</a> <a href='other.pdf'>Another</a>", "winter.pdf"),
        ("<a href='a.pdf'>Download</a> <a href='b.pdf'>Terms of use</a>", "a.pdf"),
        ("<a href='a.pdf'>Part 1</a> <a href='b.pdf'>Part 2</a>", ""),
        ("<meta http-equiv='refresh' content='0; url=winter.pdf'>", "winter.pdf"),
        ("<script>location = 'winter.pdf'</script>", ""),  # nothing is to be seen
    ],
)
def test_the_one_file_that_a_page_is_about_is_what_was_meant(matter: str, file: str) -> None:
    assert landing.file_behind(SOURCE, PAPER, capture(matter)) == (URL + file if file else "")


@pytest.mark.parametrize(
    ("matter", "is_paper"),
    [
        ("<p>" + "The board met and agreed the minutes. " * 20 + "</p>", True),
        ("<p>Your download begins in a moment.</p>", False),
        ("<form><input type='password'></form><p>" + "Sign in to read on. " * 40 + "</p>", False),
        ("<script>app()</script>", False),
    ],
)
def test_a_page_with_a_text_of_its_own_is_the_paper(matter: str, is_paper: bool) -> None:  # noqa: FBT001 - a truth table
    assert landing.is_the_paper(SOURCE, capture(matter)) is is_paper
