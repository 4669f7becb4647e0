"""A paper on the web: its pages, their pictures, its versions and its original."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipeline.errors import DamagedFileError, ExtractionError
from pipeline.model import FailureReason
from pipeline.ports import Box
from storage.archive import open_archive
from storage.config import StorageConfig
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, get, source, text_of
from web import links
from web.app import create_app
from web.config import WebConfig
from web.data.files import file_name

# ---- a paper and its pages


def test_a_page_shows_its_text_with_hits_and_the_words_asked_for_marked(site, keeper):
    page = get(site, f"/papers/{keeper.pack}/pages/2?q=apologies OR agree")
    assert page.marks == ["agree", "whole population payment"]
    text = text_of(page)
    assert "page 2 of 4" in text
    assert "Wold Integrated Care Board, Board, 12 November 2026: Board papers, November, page 2 of 4" in text
    assert "Captured 20 November 2026, 21:52 UTC" in text
    assert "/search?q=apologies+OR+agree" in page.hrefs
    assert f"/papers/{keeper.pack}/pages/4?q=apologies+OR+agree" in page.hrefs  # the next mention
    assert re.search(r"SHA-256 [0-9a-f]{64}", text)


def test_a_citation_quotes_the_sentence(site, keeper):
    def quoted(address):
        return text_of(get(site, address)).partition("To quote this page")[2]

    page = f"/papers/{keeper.pack}/pages/2"
    assert "page 2 of 4. https://wold.example/pack.pdf#page=2 It did so. Captured" in quoted(f"{page}?q=did")
    whole = "The board was asked to agree a whole population payment from April. Captured"
    assert whole in quoted(page)
    assert "#page=3 Captured" in quoted(f"/papers/{keeper.pack}/pages/3")


def test_words_are_looked_for_in_one_paper(site, keeper):
    address = f"/papers/{keeper.pack}/find"
    page = get(site, f"{address}?q=population NOT apologies")
    assert "2 pages of 4" in text_of(page)
    assert page.marks == ["population", "population"]
    assert f"/papers/{keeper.pack}/pages/4?q=population+NOT+apologies" in page.hrefs
    assert "No results in 4 pages" in text_of(get(site, f"{address}?q=zebra"))
    assert "never closed" in text_of(get(site, f"{address}?q=(agree", 400))
    assert "of its" not in text_of(get(site, address))
    assert [hit["page"] for hit in site.get(f"{address}.json?q=population").json()["hits"]] == [2, 4]
    assert site.get(f"{address}.json?q=").status_code == 400
    assert site.get("/papers/999/find?q=a").status_code == 404


def test_words_asked_for_are_kept_where_a_page_does_not_say_them(site, keeper):
    page = get(site, f"/papers/{keeper.pack}/pages/2?q=apologies")
    assert "/search?q=apologies" in page.hrefs
    assert "are not on this page" in text_of(page)


def test_a_broken_query_marks_nothing_and_is_no_fault(site, keeper):
    assert get(site, f'/papers/{keeper.pack}/pages/1?q="').marks == []


def test_line_end_hyphens_are_shown_as_printed(site, keeper):
    page = get(site, f"/papers/{keeper.pack}/pages/4?q=contract")
    assert page.marks == ["Whole population payments", "con-tract"]


def test_a_page_without_text_and_a_scanned_one_say_so(site, keeper):
    assert "no text on this page" in text_of(get(site, f"/papers/{keeper.pack}/pages/3"))
    assert "Characters and figures may be wrong" in text_of(get(site, f"/papers/{keeper.scan}/pages/1"))


def test_a_paper_lists_its_mentions_and_how_to_prove_them(site, keeper):
    page = get(site, f"/papers/{keeper.pack}")
    assert "2 mentions on 2 pages" in text_of(page)
    assert page.marks == ["whole population payment", "Whole population payments"]
    assert "https://wold.example/pack.pdf#page=4" in page.hrefs


def test_links_of_a_digest_lead_to_the_page(site, keeper):
    answer = site.get(f"/papers/{keeper.pack}?page=2", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/papers/{keeper.pack}/pages/2")


def test_an_older_version_stays_readable(site, keeper):
    page = get(site, f"/papers/{keeper.minutes}")
    assert "This paper has been replaced" in text_of(page)
    older = next(href for href in page.hrefs if "?version=" in href and "original" not in href)
    assert "This is an older version" in text_of(get(site, older))
    version = older.partition("=")[2]
    assert "replaced soon" in text_of(get(site, f"/papers/{keeper.minutes}/pages/1?version={version}"))
    assert "the final text" in text_of(get(site, f"/papers/{keeper.minutes}/pages/1"))
    assert site.get(f"/papers/{keeper.minutes}/original?version={version}").content.startswith(
        b"%PDF minutes"
    )
    for wrong in ("0" * 64, "../../etc/passwd", keeper.archive.reports.papers()[0].sha256 + "x"):
        get(site, f"/papers/{keeper.minutes}?version={wrong}", 404)


@pytest.mark.parametrize(
    "path", ["/papers/0", "/papers/999", f"/papers/{2**63}", "/papers/1/pages/0", "/papers/1/pages/9999",
             f"/papers/1/pages/{2**70}", "/papers/x", "/papers/-1", "/bodies/nobody", "/papers/999/original",
             "/static/../app.py", "/static/%2e%2e/app.py", "/papers/1/pages/2/original"],
)  # fmt: skip
def test_what_is_not_there_is_a_404_in_plain_words(site, path):
    page = get(site, path, 404)
    assert "Page not found" in text_of(page)


def test_the_original_is_a_download_that_can_do_nothing(site, keeper):
    answer = site.get(f"/papers/{keeper.hostile}/original")
    assert answer.content == b"<html><script>alert(1)</script>"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert site.get(f"/papers/{keeper.hostile}/original", headers={"Range": "bytes=0-5"}).content == b"<html>"


def test_a_copy_that_is_gone_is_said_so(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    document = keeper.paper("wold", "gone", ["Text."])
    keeper.archive.blobs.path(keeper.archive.reports.papers()[0].sha256).unlink()
    with TestClient(create_app(PublicArchive(keeper.archive, {}), WebConfig(), lambda: TODAY)) as site:
        assert "not where it should be" in text_of(get(site, f"/papers/{document}/original", 404))


def test_a_place_of_papers_that_has_vanished_is_no_fault_of_the_program_and_all_else_is_read(tmp_path):
    """Whether it is empty, or another archive's."""
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    document = keeper.paper("wold", "gone", ["Text of a whole population payment."])
    (tmp_path / "papers").rename(tmp_path / "elsewhere")
    for config in (StorageConfig(), StorageConfig(papers=f"file://{tmp_path}/elsewhere")):
        shelf = PublicArchive(open_archive(tmp_path, config), {})
        with TestClient(create_app(shelf, WebConfig(), lambda: TODAY, pictures=Drawn())) as site:
            get(site, f"/papers/{document}/original", 503)
            assert "Text of a whole population payment." in text_of(get(site, f"/papers/{document}/pages/1"))


def test_a_copy_that_is_damaged_is_said_so(tmp_path, monkeypatch):
    def damaged(sha256):
        raise DamagedFileError(sha256)

    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    document = keeper.paper("wold", "damaged", ["Text."])
    monkeypatch.setattr(keeper.archive.blobs, "opened", damaged)
    with TestClient(create_app(PublicArchive(keeper.archive, {}), WebConfig(), lambda: TODAY)) as site:
        assert "copy of this paper is damaged" in text_of(get(site, f"/papers/{document}/original", 404))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Board papers", "Board papers.pdf"),
        ("pack.PDF", "pack.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ('a"b\r\nSet-Cookie: x', "a b Set-Cookie x.pdf"),
        ("", "paper.pdf"),
        ("...", "paper.pdf"),
        ("x" * 300, "x" * 100 + ".pdf"),
        ("Café – naïve", "Café naïve.pdf"),  # noqa: RUF001 - a dash as printed
    ],
)
def test_file_names(title, name):
    assert file_name(title, "application/pdf") == name


@given(st.text())
def test_no_title_is_a_path(title):
    assert not set(file_name(title, "text/html")) & set('/\\\0\r\n":;<>')


# ---- pictures


class Drawn:
    """A stand-in for the sandbox, whose own tests draw real pages."""

    def __init__(self):
        self.asked = []

    def picture(self, path, page, width):
        assert path.is_file()
        self.asked.append((page, width))
        if page == 3:
            raise ExtractionError(FailureReason.UNREADABLE, "no such page")
        return b"\x89PNG" + bytes([page])

    def boxes(self, path, page, spans):
        if page.number == 4:
            raise ExtractionError(FailureReason.UNREADABLE, "no boxes")
        return [Box(left=0.1, top=0.2, right=0.3, bottom=0.25) for _ in spans]


def test_a_page_is_shown_as_it_looks_with_the_words_boxed(shelf, keeper, tmp_path):
    drawn = Drawn()
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY, pictures=drawn, cache=tmp_path)) as site:
        page = get(site, f"/papers/{keeper.pack}/pages/2")
        (image,) = page.all("img")
        # Around the words and not on them: a border would cover the letters that it shows.
        assert page.all("rect") == [{"x": "96.0", "y": "198.0", "width": "208.0", "height": "54.0"}]
        for _ in range(2):
            answer = site.get(image["src"])
            assert (answer.content, answer.headers["Content-Type"]) == (b"\x89PNG\x02", "image/png")
            assert "immutable" in answer.headers["Cache-Control"]
        assert drawn.asked == [(2, 1000)]
        assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".png"]
        assert not get(site, f"/papers/{keeper.pack}/pages/4").all("rect")
        pages = f"/papers/{keeper.pack}/pages"
        for wrong in (f"{pages}/3/page.png", f"{pages}/2/huge.png", f"{pages}/2/..%2f..png"):
            assert site.get(wrong).status_code == 404
        thumbnails = [image["src"] for image in get(site, f"/papers/{keeper.pack}").all("img")]
        assert len([address for address in thumbnails if "/small.png?version=" in address]) == 4


TURNED = (
    "It ends with a whole population",
    "payment, on the next page. Then the whole popu-",
    "lation payment is broken in a word.",
)


@pytest.mark.parametrize("words_asked", ["", '"whole population payment"'], ids=["watched", "asked for"])
def test_what_runs_over_a_page_end_is_marked_on_both_pages(tmp_path, words_asked):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    paper = keeper.paper("wold", "report", TURNED)
    app = create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY, pictures=Drawn())
    with TestClient(app) as site:
        pages = [get(site, links.page(paper, number, q=words_asked)) for number in range(1, len(TURNED) + 1)]
    assert [page.marks for page in pages] == [
        ["whole population"],
        ["payment", "whole popu-"],
        ["lation payment"],
    ]
    assert [len(page.all("rect")) for page in pages] == [1, 2, 1]
    heard = [text_of(page).partition("On this page")[2].partition("To quote")[0] for page in pages]
    assert "whole population payment ends on page 2" in heard[0]
    assert "whole population payment begins on page 1" in heard[1]
    assert "ends on page 3" in heard[1]
    assert "begins on page 2" in heard[2]
