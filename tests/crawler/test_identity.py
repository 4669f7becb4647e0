"""Which paper it is: the site's own key is weighed against what is held, so that none is lost or doubled."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from crawler.answers.identity import key_of
from crawler.source_visit import SourceVisit
from pipeline.model import Document, DocumentKind, Source
from storage.archive import open_archive
from tests.helpers.fakes import FolderBlobs, MemoryCatalogue

SOURCE = Source(id="blog", name="Blog", kind="campaign", platform="feed", url="https://blog.example/feed")


def paper(key: str, *, at: str = "p", title: str = "Post") -> Document:
    return Document(
        source_id="blog",
        key=key,
        title=title,
        kind=DocumentKind.OTHER,
        url=f"https://blog.example/{at}",
        claimed=True,
    )


HELD = paper("guid-1")


@pytest.mark.parametrize(
    ("now", "key"),
    [
        (HELD, "guid-1"),
        (paper("guid-1", at="moved"), "guid-1"),
        (paper("guid-1", title="Post, corrected"), "guid-1"),
        (paper("guid-2"), "guid-1"),  # a new guid with each crawl
        (paper("guid-2", title="Post, corrected"), "guid-1"),
        (paper("guid-2", at="other"), "guid-2"),
        (paper("guid-1", at="other", title="Another"), "blog.example/other"),  # one guid for everything
    ],
)
def test_a_claim_is_weighed(now: Document, key: str) -> None:
    assert key_of(now, [HELD]) == key


def test_nothing_known_is_the_claim() -> None:
    assert key_of(HELD, []) == "guid-1"


def crawl(catalogue, blobs, *papers: Document) -> None:
    today = date(2026, 11, 29)
    visit = SourceVisit(catalogue.begin([SOURCE], today), SOURCE, catalogue, blobs, today=today)
    for each in papers:
        visit.document(visit.recognised(each))


@pytest.fixture(params=["memory", "archive"])
def catalogue(request, tmp_path):
    return MemoryCatalogue() if request.param == "memory" else open_archive(tmp_path / "data").catalogue


def test_guids_that_change_multiply_nothing_and_one_for_all_loses_nothing(catalogue, tmp_path) -> None:
    """Two papers crawled three times, under every kind of guid: there are two papers."""
    for crawled, (first, second) in product(range(3), (("a", "b"), ("{n}-a", "{n}-b"), ("x", "x"))):
        for guid, at in ((first, "1"), (second, "2")):
            crawl(catalogue, FolderBlobs(tmp_path), paper(guid.format(n=crawled), at=at, title=f"Post {at}"))
    both = [catalogue.known("blog", "", f"https://blog.example/{at}") for at in "12"]
    assert [len(each) for each in both] == [1, 1]


def test_two_entries_of_one_run_are_never_made_one(catalogue, tmp_path) -> None:
    crawl(catalogue, FolderBlobs(tmp_path), paper("a", title="One"), paper("b", title="Two"))
    assert len(catalogue.known("blog", "", "https://blog.example/p")) == 2
