"""Pages that a reader saves: by their addresses, with notes and tags."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.errors import ConfigError
from pipeline.evidence.collection import MAX_TAGS, PageAddress, SavedPage, addresses, checked_text, tags_of

SITE = "https://archive.example.org/papers-of-vale"
HASH = "0123456789ab"


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("https://archive.example.org/papers-of-vale/papers/12", PageAddress(document=12)),
        (
            f"archive.example.org:443/papers-of-vale/papers/12/pages/3?version={HASH}",
            PageAddress(document=12, page=3, version=HASH),
        ),
        ("\n /papers/12/pages/3/ \n", PageAddress(document=12, page=3)),
    ],
)
def test_an_address_of_this_archive_names_a_page(text: str, page: PageAddress):
    assert addresses(text, SITE) == [page]


@pytest.mark.parametrize(
    "text",
    [
        "https://archive.example.org/papers/12",  # another site on this host
        "https://other.example.org/papers-of-vale/papers/12",
        "//other.example.org/papers/12",
        "ftp://archive.example.org/papers-of-vale/papers/12",
        "https://archive.example.org:x/papers-of-vale/papers/12",
        "/bodies/vale",
        "/papers/12?version=x",
        "a word",
    ],
)
def test_any_other_address_is_refused(text: str):
    with pytest.raises(ConfigError, match="is not the address of a paper or page here"):
        addresses(f"/papers/1\n{text}", SITE)


def test_tags_are_set_apart_by_commas_and_few():
    assert tags_of(" cuts,  winter   plan ,cuts,, ") == ("cuts", "winter plan")
    with pytest.raises(ConfigError, match="at most 10 tags of at most 40 characters"):
        tags_of(",".join(map(str, range(MAX_TAGS + 1))))
    with pytest.raises(ConfigError, match="at most 10 tags"):
        tags_of("a" * 41)


def test_a_name_or_a_note_is_not_too_long():
    assert checked_text("name", "  Cuts \n in Vale", 20) == "Cuts in Vale"
    with pytest.raises(ConfigError, match="The name has at most 1,000 characters"):
        checked_text("name", "a" * 1001, 1000)


@pytest.mark.parametrize("page", [0, 3])
def test_a_saved_page_can_be_cited_while_we_show_it(page: int):
    facts = {
        "id": 1,
        "document": 12,
        "sha256": "a" * 64,
        "page": page,
        "note": "",
        "tags": (),
        "saved_at": datetime(2026, 11, 3, tzinfo=UTC),
        "title": "Costs",
        "body": "vale",
        "body_name": "Vale",
        "committee": "",
        "meeting_date": None,
        "published_on": date(2026, 11, 1),
        "url": "",
        "state": "public",
        "is_newest": True,
    }
    cited = SavedPage(captured_at=datetime(2026, 11, 2, tzinfo=UTC), **facts).cited
    assert cited is not None
    assert (cited.day, cited.pages) == (date(2026, 11, 1), [3] if page else [])
    assert SavedPage(captured_at=None, **facts).cited is None
