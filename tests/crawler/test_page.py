"""A page that is the paper: its matter and not its frame, its tables by row, its files, its captures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lines import registry
from crawler.platforms import page
from crawler.platforms.shared import page_matter, web_archive
from extractors.html import to_text
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Embedded, Found, Listing, Outcome, Source, SourceState
from tests.helpers.fakes import MemoryCatalogue, crawl, sites
from tests.helpers.fakes import source as a_source

URL = "https://www.office.example/contract/"
ARCHIVE = "https://webarchive.nationalarchives.gov.uk"
FRAME = (
    "<!DOCTYPE html><html><head><title>Contract | Office</title><script>var t={token}</script></head><body>"
    "<header><a href='/'>Home</a></header><nav><ul><li><a href='/all.pdf'>Menu</a></li></ul></nav>"
    "<div class='cookie-banner'>We use cookies {token}</div>{matter}"
    "<footer><a href='/accessibility.pdf'>Accessibility</a></footer></body></html>"
)
MATTER = (
    "<main id='m{token}'><h1>The contract</h1><p>A draft contract for <b>whole</b> systems of care.</p>"
    "<table><thead><tr><th>Site</th><th>Sold</th></tr></thead>"
    "<tr><td>Old ward &amp; bed store</td><td>3 May 2026</td></tr>"
    "<tr><td rowspan=2>Clinic</td><td>not yet</td></tr></table>"
    "<ul><li><a href='files/draft.pdf'>Draft contract (PDF, 2MB)</a></li>"
    "<li><a href='/about/'>About us</a></li></ul></main>"
)


def source(**more: Any) -> Source:
    return Source(**{"id": "s", "name": "S", "kind": "national", "platform": "page", "url": URL, **more})


def read(body: str, line: Source | None = None, *, url: str = "") -> list[Found]:
    line = line or source()
    [fetch, *_] = page.start(line, date(2026, 1, 1), date(2026, 12, 31))
    return list(page.parse(line, fetch, answer(body, url or fetch.url)))


def answer(body: str, url: str) -> Capture:
    return Capture(
        url=url,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        media_type="text/html",
        body=body.encode(),
        fetched_at=datetime(2026, 11, 29, tzinfo=UTC),
    )


def framed(matter: str = MATTER, token: int = 1) -> str:
    return FRAME.replace("{matter}", matter).replace("{token}", str(token))


def text_of(found: list[Found]) -> str:
    [paper] = [each for each in found if isinstance(each, Embedded)]
    return to_text(paper.body.decode())


def test_the_matter_is_kept_and_the_frame_is_not() -> None:
    text = text_of(read(framed()))
    assert "A draft contract for whole systems of care." in text
    for around in ("Menu", "cookies", "Accessibility", "token"):
        assert around not in text


def test_a_part_with_most_of_the_words_is_the_page_whatever_it_is_called() -> None:
    noted = MATTER.replace("</main>", "<div class='related'><p>See also.</p></div></main>")
    assert "See also" not in text_of(read(framed(noted)))
    whole = MATTER.replace("</h1>", "</h1><div class='related'>").replace("</main>", "</div></main>")
    assert text_of(read(framed(whole))) == text_of(read(framed()))


def test_what_says_nothing_is_not_in_the_page() -> None:
    """A comment, an empty paragraph, a place that links lead to."""
    full = read(framed())
    noise = "<p> </p><!-- to be checked --><a name='top'></a></main>"
    assert read(framed(MATTER.replace("</main>", noise))) == full


def test_a_table_keeps_its_rows() -> None:
    lines = [" ".join(line.split()) for line in text_of(read(framed())).splitlines()]
    assert "Site Sold" in lines
    assert "Old ward & bed store 3 May 2026" in lines
    assert "Clinic not yet" in lines


def test_files_of_the_matter_are_papers_and_those_of_the_frame_are_not() -> None:
    found = read(framed())
    [file] = [each for each in found if isinstance(each, Document)]
    assert (file.url, file.title) == (f"{URL}files/draft.pdf", "Draft contract")
    [listing] = [each for each in found if isinstance(each, Listing)]
    assert listing.key == file.listing
    assert not any(isinstance(each, Document) for each in read(framed(), source(options={"files": False})))


@given(st.integers(), st.integers())
def test_what_the_frame_says_today_changes_no_byte(one: int, other: int) -> None:
    assert read(framed(token=one)) == read(framed(token=other))


@pytest.mark.parametrize(
    "added",
    [
        "<nav><a href='#'>New</a></nav>",
        "<aside>See also</aside>",
        "<div class='share'>Share</div>",
        "<!-- x -->",
    ],
)
def test_what_is_added_around_changes_no_byte(added: str) -> None:
    assert read(framed(added + MATTER)) == read(framed(MATTER + added)) == read(framed())


def test_a_selector_chooses() -> None:
    assert text_of(read(framed(), source(options={"selector": "main p"}))).strip() == (
        "A draft contract for whole systems of care."
    )
    with pytest.raises(ParseError, match="#gone"):
        read(framed(), source(options={"selector": "#gone"}))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><body></body></html>",
        framed("<main></main>").replace("<title>Contract | Office</title>", "<title>Page not found</title>"),
        "<title>Just a moment...</title>",
        "<html><title>Sign in | Office</title><p>Please sign in to go on</p></html>",
    ],
)
def test_what_is_not_the_page_is_a_parse_error(body: str) -> None:
    with pytest.raises(ParseError):
        read(body)


@pytest.mark.parametrize(
    "options",
    [{"selector": "p["}, {"paper_kind": "novel"}, {"include": "("}, {"pages": ["x"]}, {"pages": "x"}],
)
def test_options_that_cannot_be_used(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        page.Options(**options)


@pytest.mark.parametrize(
    ("url", "original", "stamp"),
    [
        (
            f"{ARCHIVE}/ukgwa/20220301120000/https://o.example/a?b=1",
            "https://o.example/a?b=1",
            "20220301120000",
        ),
        (f"{ARCHIVE}/ukgwa/20220301120000mp_/https://o.example/", "https://o.example/", "20220301120000"),
        (f"{ARCHIVE}/20120301120000/http://o.example/x", "http://o.example/x", "20120301120000"),
        (f"{ARCHIVE}/ukgwa/20220301120000id_/http:/o.example/x", "http://o.example/x", "20220301120000"),
        (f"{ARCHIVE}/ukgwa/+/https://o.example/", "https://o.example/", "+"),
    ],
)
def test_addresses_of_the_web_archive(url: str, original: str, stamp: str) -> None:
    archived = web_archive.at(url)
    assert archived is not None
    assert (archived.original, archived.stamp) == (original, stamp)
    assert web_archive.at(archived.raw) == archived
    assert archived.beside(url) == url


def test_other_addresses_are_not_archived() -> None:
    for url in (URL, f"{ARCHIVE}/", f"{ARCHIVE}/ukgwa/timeline1/https://o.example/"):
        assert web_archive.at(url) is None
        assert web_archive.original_of(url) == url


@pytest.mark.parametrize("stamp", ["2022", "202203", "+"])
def test_an_address_that_names_no_day_dates_nothing(stamp: str) -> None:
    line = source(url=f"{ARCHIVE}/ukgwa/{stamp}/{URL}")
    [paper] = [each for each in read(framed(), line) if isinstance(each, Embedded)]
    assert paper.document.published_on is None
    assert "Web Archive" not in text_of([paper])


def test_a_capture_is_dated_by_when_it_was_captured() -> None:
    """Asked for as stored; the archive answered with the nearest capture, made on another day."""
    line = source(url=f"{ARCHIVE}/ukgwa/20220301120000/{URL}")
    [fetch] = page.start(line, date(2026, 1, 1), date(2026, 12, 31))
    assert fetch.url == f"{ARCHIVE}/ukgwa/20220301120000id_/{URL}"
    found = read(framed(), line, url=f"{ARCHIVE}/ukgwa/20220314233000id_/{URL}")
    [paper] = [each for each in found if isinstance(each, Embedded)]
    [file] = [each for each in found if isinstance(each, Document)]
    assert paper.document.key == "office.example/contract"
    assert paper.document.published_on == file.published_on == date(2022, 3, 14)
    assert "Web Archive on 14 March 2022 (23:30 UTC)" in text_of(found)
    assert file.url == f"{ARCHIVE}/ukgwa/20220314233000id_/{URL}files/draft.pdf"
    assert file.key == "office.example/contract/files/draft.pdf"


LINES = [line for line in registry.load(None).values() if line.platform == "page"]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.id)
def test_every_line_reads_its_stand_in_and_tells_a_change(line: Source) -> None:
    fetches = list(page.start(line, date(2026, 1, 1), date(2026, 12, 31)))
    assert len(fetches) == 1 + len(line.options.get("pages", ()))
    for fetch in fetches:
        days = []
        for sold in ("not yet", "7 June 2026"):
            body = framed(MATTER.replace("not yet", sold))
            days.append(list(page.parse(line, fetch, answer(body, fetch.url))))
        first, second = ([each for each in day if isinstance(each, Embedded)] for day in days)
        assert [each.document for each in first] == [each.document for each in second]
        assert first[0].body != second[0].body
        assert bool([each for each in days[0] if isinstance(each, Document)]) is line.options.get(
            "files", True
        )


def test_two_days_of_a_page_over_the_wire(tmp_path) -> None:
    """Unchanged, changed, and in the end a 503: what is held stays, and the state has its name."""
    with sites() as site:
        web = site()
        html = {"Content-Type": "text/html"}
        web.routes["/files/draft.pdf"] = (200, {}, b"%PDF-1.7\n%%EOF\n")
        catalogue, outcomes, states = MemoryCatalogue(), [], []
        line = a_source("s", web.url + "/", platform="page")
        bodies = [framed(token=1), framed(token=2), framed(MATTER.replace("not yet", "7 June 2026"))]
        for number, body in enumerate([*bodies, None]):
            web.routes["/"] = (503, {}, b"busy") if body is None else (200, html, body.encode())
            catalogue.reports.clear()
            catalogue = crawl(
                tmp_path / str(number), [line], catalogue=catalogue, config={"retries": 0}
            ).catalogue
            states.append(catalogue.reports["s"].state)
            outcomes.append(catalogue.outcomes["s", f"{web.url.split('//')[1].split(':')[0]}/"])
    assert outcomes == [Outcome.NEW, Outcome.UNCHANGED, Outcome.CHANGED, Outcome.CHANGED]
    assert states == [SourceState.OK] * 3 + [SourceState.UNREACHABLE]


def test_markup_that_never_ends_its_tags_is_read() -> None:
    deep = "<main>" + "<div>" * 3000 + "words of the page" + "<ul><li>" * 2000 + "the last item"
    text = page_matter.read(source(), answer(deep, URL)).markup
    assert "words of the page" in text
    assert "the last item" in text


def test_two_thousand_links() -> None:
    rows = "".join(f"<p><a href='/f{n}.pdf'>Paper {n}</a></p>" for n in range(2_000))
    found = read(f"<main>{rows}</main>")
    assert sum(isinstance(each, Document) for each in found) == 2_000
