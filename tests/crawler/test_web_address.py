"""One paper has one key, however its address is spelled; what we ask for is what a browser would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms.shared.web_address import canonical_url, clean_url, host_of

PLAIN = "https://www.board.example/files/winter-plan.pdf"
BASE = "https://www.board.example/meetings/may/"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.board.example/files/winter%2Dplan.pdf",
        "https://www.board.example/files/%77inter-plan.pdf",
        "HTTPS://WWW.Board.Example/files/winter-plan.pdf",
        "http://board.example/files/winter-plan.pdf",
        "https://www.board.example:443/files/winter-plan.pdf",
        "http://www.board.example:80/files/winter-plan.pdf",
        "https://www.board.example./files/winter-plan.pdf",
        "https://www.board.example/files/winter-plan.pdf;jsessionid=0A1B2C",
        "https://www.board.example/files/winter-plan.pdf?utm_source=mail#page=3",
        "https://www.board.example/meetings/../files/./winter-plan.pdf",
        r"\files\winter-plan.pdf",
        r"https:\\www.board.example\files\winter-plan.pdf",
        "//www.board.example/files/winter-plan.pdf",
        "../../files/winter-plan.pdf",
        "\n  /files/winter\u200b-plan.pdf\t ",
        "/(S(abc123))/files/winter-plan.pdf",
        "https://webarchive.nationalarchives.gov.uk/ukgwa/20220301120000/https://www.board.example/files/winter-plan.pdf",
        "https://webarchive.nationalarchives.gov.uk/ukgwa/20190101000000id_/http://board.example/files/winter-plan.pdf",
    ],
)
def test_one_paper_one_key(spelling: str) -> None:
    assert (
        canonical_url(clean_url(spelling, base=BASE))
        == canonical_url(PLAIN)
        == "board.example/files/winter-plan.pdf"
    )


@pytest.mark.parametrize(
    ("href", "asked"),
    [
        (r"\files\x.pdf", "https://www.board.example/files/x.pdf"),
        ("/files/a\n\t line.pdf", "https://www.board.example/files/a%20line.pdf"),
        ("/files/two  blanks.pdf", "https://www.board.example/files/two%20%20blanks.pdf"),
        ("/get?path=C%3a\\x.pdf", "https://www.board.example/get?path=C%3a%5Cx.pdf"),
        ("https://board.example:8443/x", "https://board.example:8443/x"),
        ("https://board.example/a/../../b/", "https://board.example/b/"),
        ("https://board.example/a/..", "https://board.example/"),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("mailto:board@board.example", ""),
        ("https://board.example:port/x", ""),
        ("https://./x", ""),
        ("https://link>https:/x", ""),
    ],
)
def test_what_is_asked_for(href: str, asked: str) -> None:
    assert clean_url(href, base=BASE) == asked


def test_what_differs_stays_apart() -> None:
    """Case of the path, an escaped slash, and a query that says which paper."""
    spelled = ["/Files/a.pdf", "/files/a.pdf", "/files%2Fa.pdf", "/files/a.pdf?id=1", "/files/a.pdf?id=2"]
    assert len({canonical_url(clean_url(each, base=BASE)) for each in spelled}) == len(spelled)


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(href: str) -> None:
    once = clean_url(href, base=BASE)
    assert clean_url(once, base=BASE) == once


def test_an_address_that_is_none_is_its_own_key() -> None:
    assert canonical_url("http://[board.example/x") == "http://[board.example/x"
    assert host_of("http://[board.example/x") == ""
