from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from email import policy
from email.parser import BytesParser
from xml.etree import ElementTree as ET

import feedparser
import html5lib
import lxml.html
import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount
from starlette.testclient import TestClient

from cli.app.context import App
from cli.main import call
from pipeline import english
from pipeline.days import LONDON
from pipeline.errors import DamagedFileError, ExtractionError, StorageError
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Wording
from pipeline.matching.query import parse
from pipeline.model import BodyKind, DocumentKind, FailureReason, PageMethod
from pipeline.model import Page as StoredPage
from pipeline.ports import Box
from storage.archive import open_archive
from storage.config import StorageConfig
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import (
    LABELS,
    PAYMENT,
    TODAY,
    XSS,
    Keeper,
    Page,
    Shapes,
    filled,
    named,
    source,
)
from web import links, words
from web.app import create_app
from web.config import WebConfig
from web.data import answers, feeds
from web.data.api import cell
from web.data.files import file_name
from web.headers import HEADERS
from web.parts import comparing, marks
from web.render import STYLE


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def shelf(keeper):
    return PublicArchive(keeper.archive, LABELS)


@pytest.fixture(scope="module")
def site(shelf):
    with TestClient(create_app(shelf, WebConfig(contact="volunteers@wold.example"), lambda: TODAY)) as client:
        yield client


def get(site, address, status=200):
    answer = site.get(address)
    assert answer.status_code == status, answer.text[:500]
    return Page(answer.text)


def hold_to_the_standard(answer):
    """A second parser, which takes no mistake."""
    html5lib.HTMLParser(strict=True).parse(answer.text)


def said(page):
    return " ".join(page.text.split())


# ---- every page


def addresses(keeper):
    return [
        "/",
        "/search",
        "/search?q=population",
        "/search?q=(unclosed",
        "/search?q=nowhere",
        "/search?q=whole&body=wold&kind=pack&concept=population-payment&after=2026&before=2027-01-01",
        *(f"/papers/{document}" for document in range(1, 6)),
        f"/papers/{keeper.pack}/pages/2?q=agree",
        f"/papers/{keeper.pack}/pages/3",
        f"/papers/{keeper.hostile}/pages/1?q=script",
        f"/papers/{keeper.scan}/pages/1",
        "/bodies",
        "/bodies/wold",
        "/bodies/ellenby",
        "/bodies/hull",
        "/meetings",
        *(f"/meetings/{meeting}" for meeting in range(1, 5)),
        "/changes",
        "/late",
        "/changes?kind=cancelled&days=30&body=wold",
        "/changes?kind=late",
        "/coverage",
        "/concepts",
        "/no-such-page",
        "/papers/99999999999999999999999999",
    ]


def test_every_page_is_whole_and_holds_no_foreign_markup(site, keeper):
    for address in addresses(keeper):
        answer = site.get(address)
        page = Page(answer.text)
        assert answer.status_code < 500, address
        hold_to_the_standard(answer)
        assert len(page.all("h1")) == 1, address
        assert page.all("html") == [{"lang": "en-GB"}]
        assert len(page.all("title")) == len(page.all("main")) == 1
        assert not page.all("script")
        assert all(image.get("src") != "x" for image in page.all("img")), address
        assert not [
            a for _, attributes in page.tags for a in attributes if a.startswith("on") or a == "style"
        ]
        assert all(href.startswith(("/", "#", "https://")) for href in page.hrefs), address
        ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
        assert len(ids) == len(set(ids)), address


def test_no_sentence_runs_into_the_next(site, keeper):
    """A template that ends its lines in tags loses the space between two sentences."""
    run_together = re.compile(r"[a-z)]{2}[.:][A-Z][a-z]|UTC[.][A-Z]")
    for address in [*addresses(keeper), "/api", "/glossary", "/log", "/left-out", "/new-names", "/firms"]:
        page = lxml.html.fromstring(site.get(address).text)
        for text in (each.text_content() for each in page.xpath("//p[not(.//dl)] | //h1 | //h2 | //caption")):
            assert not run_together.search(text), (address, text)


def test_programs_have_a_page_for_people_with_an_example_that_answers(site, keeper):
    page = get(site, "/api")
    described = site.get("/openapi.json").json()["paths"]
    assert "/openapi.json" in page.hrefs
    assert all(path in page.text for path in described)
    examples = [href for href in page.hrefs if ".json" in href and href != "/openapi.json"]
    assert len(examples) > len(described) / 2
    for href in examples:
        assert site.get(href).status_code == 200, href
    assert "/api" in get(site, "/").hrefs


def test_no_two_pages_have_one_title(site, keeper):
    """A title is all that a tab, a bookmark or a screen reader's list of windows says of a page."""
    narrowed = [
        "/search?q=population&page=2",
        "/search?q=population&body=wold",
        "/search?q=population&kind=pack",
        "/search?q=population&after=2026",
        "/search?concept=population-payment",
        "/search?body=wold",
        "/late?body=wold",
        "/late?year=2026",
        "/left-out",
        "/left-out?concept=population-payment",
        "/changes?body=wold",
        "/changes?kind=late&body=wold",
        "/meetings/1/neighbours",
        "/papers/1/find",
        "/papers/1/find?q=population",
        "/log",
        "/firms",
        "/new-names",
        "/glossary",
    ]
    titles = {}
    for address in [*addresses(keeper), *narrowed]:
        answer = site.get(address)
        if answer.status_code == 200:
            title = re.search("<title>(.*?)</title>", answer.text, re.DOTALL)[1]
            titles.setdefault(title, []).append(address)
    assert len(titles) > 30
    assert [found for found in titles.values() if len(found) > 1] == []


def test_no_link_is_glued_to_the_words_before_it(site, keeper):
    for address in addresses(keeper):
        main = site.get(address).text.partition("<main")[2]
        assert re.findall(r".{20}[A-Za-z.,;:]<a [^>]*>", main) == [], address


def test_every_field_has_a_label_and_every_reference_a_target(site, keeper):
    for address in addresses(keeper):
        page = Page(site.get(address).text)
        ids = {attributes["id"] for _, attributes in page.tags if attributes.get("id")}
        labelled = {label["for"] for label in page.all("label")}
        for field in [*page.all("input"), *page.all("select")]:
            assert field.get("type") == "hidden" or field["id"] in labelled, address
        for _, attributes in page.tags:
            for name in ("aria-labelledby", "aria-describedby"):
                assert set(attributes.get(name, "").split()) <= ids, address
            if attributes.get("href", "").startswith("#"):
                assert attributes["href"][1:] in ids


def test_every_route_answers_with_every_safe_header(site, keeper):
    paths = []
    for route in site.app.routes:
        path = "/static/paperwatch.css" if isinstance(route, Mount) else route.path
        path = path.replace("{document:int}", str(keeper.pack)).replace("{number:int}", "2")
        path = (
            path.replace("{meeting:int}", "1")
            .replace("{size}", "page")
            .replace("{concept}", "population-payment")
        )
        paths.append(path.replace("{body}", "wold"))
    assert len(paths) > 20
    for path in [*paths, "/nothing", "/search?q=%22", "/papers/0"]:
        answer = site.get(path)
        assert answer.status_code < 500, path
        for name, value in HEADERS.items():
            if not path.endswith("/original"):
                assert answer.headers[name] == value, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("of_each", [2, pytest.param(1_000, marks=pytest.mark.soak)])
def test_every_link_of_ours_leads_somewhere(site, keeper, of_each):
    shapes, own = Shapes(of_each), f"/papers/{keeper.hostile}/pages/1"
    seen, ahead = set(), {"/", own}
    while ahead:
        address = ahead.pop()
        seen.add(address)
        answer = site.get(address)
        assert answer.status_code == 200, address
        if answer.headers["content-type"].startswith("text/html"):
            hold_to_the_standard(answer)
            found = {href.split("#")[0] for href in Page(answer.text).hrefs if href.startswith("/")}
            ahead |= {href for href in found - seen - ahead if shapes.is_new(href)}
    assert len(seen) > 300


def test_nothing_is_writable(site):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        for path in ("/", "/search", "/papers/1"):
            answer = site.request(method, path)
            assert answer.status_code == 405
            assert "This page cannot be changed" in answer.text


# ---- searching


def test_a_result_shows_who_said_it_when_and_on_which_page(site, keeper):
    page = get(site, '/search?q="whole population payment"')
    text = said(page)
    assert "3 pages found" in text
    assert "Board papers, November page 2" in text
    assert "Wold Integrated Care Board · Board · Thursday 12 November 2026" in text
    assert "Pack of papers, page 2 of 4" in text
    assert page.marks[0] == "whole population payment"
    assert "https://wold.example/pack.pdf#page=2" in page.hrefs
    assert f"/papers/{keeper.pack}/pages/2?q=%22whole+population+payment%22" in page.hrefs


def test_a_result_names_its_item_of_the_agenda_where_the_paper_does(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    keeper.paper(
        "wold", "pack", ["Savings are planned."], item="Item 7: Finance \u2028report", label="page 1"
    )
    keeper.paper("wold", "note", ["Of savings, a note."])
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        text = said(get(site, "/search?q=savings"))
        assert "Report, Item 7: Finance report, page 1 of 1" in text
        assert "Report, page 1 of 1" in text
        answers = {each["title"]: each for each in site.get("/search.json?q=savings").json()["answers"]}
        assert answers["Note"]["item"] == ""
        assert answers["Pack"]["item"].startswith("Item 7: Finance")
        described = site.get("/openapi.json").json()["components"]["schemas"]["Answer"]
        assert described["properties"]["item"] == {"type": "string"}
        assert "item" in described["required"]
        file = site.get("/search.csv?q=savings").content.decode("utf-8-sig")
        rows = {row["title"]: row for row in csv.DictReader(io.StringIO(file))}
        assert rows["Note"]["item"] == ""
        assert rows["Pack"]["item"].startswith("Item 7: Finance")
        titles = {
            entry.title for entry in feedparser.parse(site.get("/search.atom?q=savings").content).entries
        }
        assert titles == {"Wold: Pack, Item 7: Finance report, page 1 of 1", "Wold: Note, page 1 of 1"}


@pytest.mark.parametrize("word", ["population", "zebra"])
def test_every_answer_states_its_denominator(site, word):
    text = said(get(site, f"/search?q={word}"))
    assert "Searched 7 pages in 4 papers of 2 bodies, as of " in text
    assert "1 paper and 1 page of other papers could not be read" in text
    assert "1 of 3 sources blocked: Shut Council." in text
    assert ("No results" in text) == (word == "zebra")


def test_a_query_that_cannot_be_read_is_shown_with_a_caret(site):
    answer = site.get("/search", params={"q": 'budget "whole <b>'})
    assert answer.status_code == 400
    assert "This quotation mark is never closed." in answer.text
    shown = answer.text.partition("<pre>")[2].partition("</pre>")[0]
    assert shown.split("\n") == ["budget &#34;whole &lt;b&gt;", "       ^"]
    assert Page(answer.text).all("input")[0]["value"] == 'budget "whole <b>'


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "x" * 2001},
        {"q": "((((" * 30},
        {"q": "NOT council"},
        {"q": "*"},
        {"q": "body:"},
        {"q": "a", "after": "yesterday"},
        {"q": "a", "before": "2026-13-45"},
        {"q": "a", "kind": "novel"},
        {"q": "a", "concept": "' OR 1=1 --"},
        {"q": "a", "body": XSS},
        {"q": "a", "page": "0"},
        {"q": "a", "page": "-1"},
        {"q": "a", "page": "x"},
        {"q": "a", "page": "٣"},
        {"q": "a", "page": "99999999999999999999"},
        {"q": "a NEAR/5000 b"},
    ],
)
@pytest.mark.parametrize("path", ["/search", "/search.json"])
def test_what_cannot_be_asked_is_answered_plainly(site, path, asked):
    answer = site.get(path, params=asked)
    assert answer.status_code == 400
    if path == "/search.json":
        assert answer.json()["error"]


@settings(deadline=None, max_examples=50)  # how long a page takes is for the bench
@given(st.text(max_size=60), st.sampled_from(["q", "body", "kind", "concept", "after", "before", "page"]))
def test_no_text_in_any_field_is_a_fault_of_ours(site, text, field):
    answer = site.get("/search", params={"q": "payment", field: text.encode("utf-8", "replace").decode()})
    assert answer.status_code in {200, 400}
    assert not Page(answer.text).all("script")


@given(st.lists(st.sampled_from(["a", '"b c"', "d*", "OR", "NOT", "NEAR/3", "(", ")", "-", "kind:pack"])))
def test_no_query_is_a_fault_of_ours(site, terms):
    assert site.get("/search.json", params={"q": " ".join(terms)}).status_code in {200, 400}


def test_filters_beside_the_words_narrow_the_search(site):
    def found(**asked):
        return {answer["title"] for answer in site.get("/search.json", params=asked).json()["answers"]}

    assert found(q="minutes") == {"Minutes"}
    assert found(q="population", body="wold") == {"Board papers, November"}
    assert found(q="population", kind="council") == {f"Report {XSS}"}
    assert found(concept="population-payment", before="2026-12") == {"Board papers, November"}
    assert found(q="", kind="minutes") == {"Minutes"}
    assert found() == set()
    page = get(site, "/search?q=population&body=wold")
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["wold"]


@pytest.mark.parametrize("kind", [*BodyKind, *DocumentKind])
def test_each_kind_of_body_and_of_paper_has_a_name_and_narrows_a_search(site, kind):
    """Bodies of papers added by hand were of a kind that a facet showed and the search refused."""
    assert not {*BodyKind} & {*DocumentKind}
    assert english.BODY_KINDS.keys() == english.BODY_KINDS_MANY.keys() == {*BodyKind}
    assert english.PAPER_KINDS.keys() == {*DocumentKind}
    assert site.get("/search.json", params={"q": "payment", "kind": kind}).status_code == 200
    page = site.get("/search", params={"q": "payment", "kind": kind})
    assert page.status_code == 200
    assert f'<option value="{kind}" selected>' in page.text


def test_many_results_come_in_pages_that_neither_repeat_nor_lose_one(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    for number in range(1, 46):
        keeper.paper("wold", f"words {number}", [f"Page of words {number}."])
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        seen, address = [], "/search?q=words"
        while address:
            page = get(site, address)
            seen += re.findall(r"Page of words (\d+)", page.text)
            address = next((a["href"] for a in page.all("a") if a.get("rel") == "next"), "")
        assert sorted(seen, key=int) == [str(number) for number in range(1, 46)]
        assert "There are no more pages" in said(get(site, "/search?q=words&page=4"))
        rows = list(csv.reader(io.StringIO(site.get("/search.csv?q=words").content.decode("utf-8-sig"))))
        assert len(rows) == 46, "the columns and the answers: a program would count any other line"
        assert {len(row) for row in rows} == {len(answers.COLUMNS)}
        searched = site.get("/search.csv?q=words").headers["Searched"]
        assert searched.startswith("Searched 45 pages in 45 papers of 1 body")


def test_the_csv_of_the_web_is_that_of_the_command_line(tmp_path, capsys):
    """Each had its own columns, and the web wrote topics and instants as Python does."""
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "pack", ["Savings of a whole population payment."], published_on=date(2026, 11, 3))
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        web = site.get("/search.csv?q=savings").content.decode("utf-8-sig")
    capsys.readouterr()
    assert call(["--data", str(tmp_path), "search", "savings", "--format", "csv"]) == 0
    command = capsys.readouterr().out
    assert csv.DictReader(io.StringIO(web)).fieldnames == csv.DictReader(io.StringIO(command)).fieldnames
    (one,), (other,) = (list(csv.DictReader(io.StringIO(text))) for text in (web, command))
    assert one.pop("archived").endswith(other.pop("archived"))
    assert one == other
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}([.][0-9]+)?Z", one["captured_at"])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (("new-care-model", "provider-group"), "new-care-model, provider-group"),
        (datetime(2026, 12, 1, 10, 45, 20, tzinfo=UTC), "2026-12-01T10:45:20Z"),
        (datetime(2026, 7, 1, 10, 45, 20, tzinfo=LONDON), "2026-07-01T09:45:20Z"),
        (date(2026, 12, 1), "2026-12-01"),
        (None, ""),
        (True, "True"),
    ],
)
def test_a_cell_says_a_value_as_json_does(value, said):
    assert cell(value) == said


def test_json_says_how_many_pages_its_answers_are(site):
    told = site.get("/search.json?q=population").json()
    assert told["counted"] == "pages"
    assert told["here"] == sum(1 + len(answer["also"]) for answer in told["answers"])


def test_the_csv_runs_no_formula(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "@SUM(1)"))
    keeper.paper("wold", "x", ["=cmd|' /C calc'!A0 payment, “quoted”"], title='=HYPERLINK("http://x")')
    with TestClient(create_app(PublicArchive(keeper.archive, {}), WebConfig(), lambda: TODAY)) as site:
        answer = site.get("/search.csv?q=payment")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="search.csv"'
    row = next(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert row["title"] == '\'=HYPERLINK("http://x")'
    assert row["body_name"] == "'@SUM(1)"
    assert row["snippet"].startswith("'=cmd|")
    assert "“quoted”" in row["snippet"]


@given(st.text())
@example(" \n")
def test_no_cell_begins_as_a_formula(text):
    assert cell(text) in {text, f"'{text}"}
    assert cell(text).lstrip(" ")[:1] not in set("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width ones


def test_json_says_the_same_as_the_page(site, keeper):
    answer = site.get("/search.json", params={"q": '"whole population payment"'}).json()
    expected = {
        "bodies": 2, "papers": 5, "pages": 7, "unreadable": 1, "unreadable_pages": 1,
        "followed": 3, "read": 2, "sources": 3, "sources_not_well": 1,
    }  # fmt: skip
    assert {name: answer["searched"][name] for name in expected} == expected
    assert [source["name"] for source in answer["searched"]["not_well"]] == ["Shut Council"]
    first = answer["answers"][0]
    assert (first["title"], first["page"], first["meeting_date"]) == (
        "Board papers, November",
        2,
        "2026-11-12",
    )
    start, end = first["marks"][0]
    assert first["snippet"][start:end] == "whole population payment"
    assert first["archived"] == f"http://testserver/papers/{keeper.pack}/pages/2?version={first['sha256']}"
    assert site.get(first["archived"]).status_code == 200


def test_the_feed_of_a_search_leads_to_its_older_pages(site, monkeypatch):
    every = [entry.id for entry in feedparser.parse(site.get("/search.atom?q=population").content).entries]
    monkeypatch.setattr(feeds, "ENTRIES", 2)
    seen, url = [], "/search.atom?q=population"
    while url:
        feed = feedparser.parse(site.get(url).content)
        seen += [entry.id for entry in feed.entries]
        url = next((link.href for link in feed.feed.links if link.rel == "next"), "")
    assert seen == every
    assert len(every) > 2


def test_a_search_can_be_followed_as_a_feed(site, keeper):
    answer = site.get("/search.atom", params={"q": "population"})
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.feed.title == "population – Paperwatch"  # noqa: RUF001 - a dash as printed
    titles = [entry.title for entry in feed.entries]
    assert "Wold Integrated Care Board: Board papers, November, page 2 of 4" in titles
    assert len({entry.id for entry in feed.entries}) == len(titles) == 3
    assert all(site.get(entry.link).status_code == 200 for entry in feed.entries)
    contents = [
        element.text for element in ET.fromstring(answer.content).iter("{http://www.w3.org/2005/Atom}content")
    ]
    assert any("&lt;script&gt;" in content for content in contents)
    assert not any("<script" in content for content in contents)
    assert feed.feed.id == feedparser.parse(site.get("/search.atom?q=population").content).feed.id
    assert feedparser.parse(site.get("/search.atom?q=nowhere").content).entries == []
    assert site.get("/search.atom?q=(").status_code == 400


@given(st.text())
def test_no_words_make_a_feed_that_is_no_xml(site, text):
    answer = site.get("/search.atom", params={"q": text.encode("utf-8", "replace").decode()})
    assert answer.status_code == 400 or ET.fromstring(answer.content).tag.endswith("feed")


# ---- a paper and its pages


def test_a_page_shows_its_text_with_hits_and_the_words_asked_for_marked(site, keeper):
    page = get(site, f"/papers/{keeper.pack}/pages/2?q=apologies OR agree")
    assert page.marks == ["agree", "whole population payment"]
    text = said(page)
    assert "page 2 of 4" in text
    assert "Wold Integrated Care Board, Board, 12 November 2026: Board papers, November, page 2 of 4" in text
    assert "Captured 20 November 2026, 21:52 UTC" in text
    assert "/search?q=apologies+OR+agree" in page.hrefs
    assert f"/papers/{keeper.pack}/pages/4?q=apologies+OR+agree" in page.hrefs  # the next mention
    assert re.search(r"SHA-256 [0-9a-f]{64}", text)


def test_a_citation_quotes_the_sentence(site, keeper):
    def quoted(address):
        return said(get(site, address)).partition("To quote this page")[2]

    page = f"/papers/{keeper.pack}/pages/2"
    assert "page 2 of 4. https://wold.example/pack.pdf#page=2 It did so. Captured" in quoted(f"{page}?q=did")
    whole = "The board was asked to agree a whole population payment from April. Captured"
    assert whole in quoted(page)
    assert "#page=3 Captured" in quoted(f"/papers/{keeper.pack}/pages/3")


def test_words_are_looked_for_in_one_paper(site, keeper):
    address = f"/papers/{keeper.pack}/find"
    page = get(site, f"{address}?q=population NOT apologies")
    assert "2 pages of 4" in said(page)
    assert page.marks == ["population", "population"]
    assert f"/papers/{keeper.pack}/pages/4?q=population+NOT+apologies" in page.hrefs
    assert "No results in 4 pages" in said(get(site, f"{address}?q=zebra"))
    assert "never closed" in said(get(site, f"{address}?q=(agree", 400))
    assert "of its" not in said(get(site, address))
    assert [hit["page"] for hit in site.get(f"{address}.json?q=population").json()["hits"]] == [2, 4]
    assert site.get(f"{address}.json?q=").status_code == 400
    assert site.get("/papers/999/find?q=a").status_code == 404


def test_words_asked_for_are_kept_where_a_page_does_not_say_them(site, keeper):
    page = get(site, f"/papers/{keeper.pack}/pages/2?q=apologies")
    assert "/search?q=apologies" in page.hrefs
    assert "are not on this page" in said(page)


def test_a_broken_query_marks_nothing_and_is_no_fault(site, keeper):
    assert get(site, f'/papers/{keeper.pack}/pages/1?q="').marks == []


def test_line_end_hyphens_are_shown_as_printed(site, keeper):
    page = get(site, f"/papers/{keeper.pack}/pages/4?q=contract")
    assert page.marks == ["Whole population payments", "con-tract"]


def test_a_page_without_text_and_a_scanned_one_say_so(site, keeper):
    assert "no text on this page" in said(get(site, f"/papers/{keeper.pack}/pages/3"))
    assert "Characters and figures may be wrong" in said(get(site, f"/papers/{keeper.scan}/pages/1"))


def test_a_paper_lists_its_mentions_and_how_to_prove_them(site, keeper):
    page = get(site, f"/papers/{keeper.pack}")
    assert "2 mentions on 2 pages" in said(page)
    assert page.marks == ["whole population payment", "Whole population payments"]
    assert "https://wold.example/pack.pdf#page=4" in page.hrefs


def test_links_of_a_digest_lead_to_the_page(site, keeper):
    answer = site.get(f"/papers/{keeper.pack}?page=2", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/papers/{keeper.pack}/pages/2")


def test_an_older_version_stays_readable(site, keeper):
    page = get(site, f"/papers/{keeper.minutes}")
    assert "This paper has been replaced" in said(page)
    older = next(href for href in page.hrefs if "?version=" in href and "original" not in href)
    assert "This is an older version" in said(get(site, older))
    version = older.partition("=")[2]
    assert "replaced soon" in said(get(site, f"/papers/{keeper.minutes}/pages/1?version={version}"))
    assert "the final text" in said(get(site, f"/papers/{keeper.minutes}/pages/1"))
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
    assert "Page not found" in said(page)


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
        assert "not where it should be" in said(get(site, f"/papers/{document}/original", 404))


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
            assert "Text of a whole population payment." in said(get(site, f"/papers/{document}/pages/1"))


def test_a_copy_that_is_damaged_is_said_so(tmp_path, monkeypatch):
    def damaged(sha256):
        raise DamagedFileError(sha256)

    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    document = keeper.paper("wold", "damaged", ["Text."])
    monkeypatch.setattr(keeper.archive.blobs, "opened", damaged)
    with TestClient(create_app(PublicArchive(keeper.archive, {}), WebConfig(), lambda: TODAY)) as site:
        assert "copy of this paper is damaged" in said(get(site, f"/papers/{document}/original", 404))


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


# ---- bodies, meetings, coverage


def test_home_shows_the_newest_mentions_and_the_meetings_ahead(site):
    text = said(get(site, "/"))
    assert "In the archive: 7 pages in 4 papers of 2 bodies, as of " in text
    assert text.index("New this week") < text.index("Board papers, November page")
    assert text.index("Next four weeks") < text.index("Thursday 3 December 2026, 09:30")
    assert "7 January 2027" not in text
    assert "Wednesday 9 December 2026 Cancelled" in text


def test_a_body_shows_its_meetings_with_their_papers(site):
    page = get(site, "/bodies/wold")
    text = said(page)
    assert text.index("Meetings ahead") < text.index("3 December") < text.index("Past meetings")
    assert text.index("Past meetings") < text.index("Board papers, November") < text.index("Other papers")
    assert "replaced 1 time" in text


def test_coverage_says_how_every_source_is(site):
    text = said(get(site, "/coverage"))
    assert "Shut Council Council Not read: the site blocked us403 for every page" in text
    assert "Locked encrypted" in text
    assert "2 of 3 bodies followed were read" in text
    assert "1 of 3 sources blocked: Shut Council." in text


def test_an_address_that_is_not_of_the_web_is_no_link(site):
    page = get(site, "/meetings")
    assert "Health Scrutiny" in page.text
    assert not [href for href in page.hrefs if "javascript" in href]


def test_an_empty_archive_says_so_everywhere(tmp_path):
    shelf = PublicArchive(open_archive(tmp_path), {})
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY)) as site:
        assert "No papers have been collected yet" in said(get(site, "/"))
        assert "We have no paper: nothing was searched." in said(get(site, "/search?q=payment"))
        for path in ("/bodies", "/meetings", "/coverage", "/concepts", "/health"):
            assert site.get(path).status_code == 200


# ---- when things fail


class Broken(PublicArchive):
    def account(self, query=None):
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (
            StorageError("the archive's database: disk I/O error at /secret/place"),
            503,
            "The archive is not available",
        ),
        (RuntimeError("/secret/place"), 500, "Sorry, there is a problem with the service"),
    ],
)
def test_a_fault_of_ours_is_plain_and_tells_no_secret(keeper, error, status, sentence):
    shelf = Broken(keeper.archive, LABELS)
    shelf.error = error
    app = create_app(shelf, WebConfig(), lambda: TODAY)
    with TestClient(app, raise_server_exceptions=False) as site:
        for path in ("/", "/health", "/search?q=a", "/search.json?q=a", "/coverage.json"):
            answer = site.get(path)
            assert answer.status_code == status
            assert sentence in answer.text
            assert "secret" not in answer.text
            assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_monitors_get_a_short_answer(site):
    said = site.get("/health").json()
    assert (said["status"], said["papers"], said["sources_not_well"]) == ("ok", 5, 1)
    assert said["searched"]["bodies"] == 2


# ---- small parts


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "behind", "least"),
    [
        *(
            (front, behind, 4.5)
            for front in ("ink", "quiet", "link", "visited", "ill")
            for behind in ("paper", "sheet")
        ),
        ("ink", "note", 4.5),
        ("link", "note", 4.5),
        ("mark-ink", "mark", 4.5),
        ("button-ink", "button", 4.5),
        ("edge", "sheet", 3),
        ("note-edge", "sheet", 3),
    ],
)
def test_colours_have_the_contrast_of_wcag_aa(scheme, front, behind, least):
    block = re.findall(r":root \{(.*?)\}", STYLE.read_text(), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    lighter, darker = sorted((_luminance(colours[front]), _luminance(colours[behind])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_the_style_sheet_loads_nothing():
    assert not re.search(r"url\(|@import|https?:", STYLE.read_text())


@pytest.mark.parametrize(
    ("count", "size"), [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (13_400, "13 kB"),
                        (999_499, "999 kB"), (999_500, "1.0 MB"), (218_000_000, "218.0 MB")],
)  # fmt: skip
def test_sizes(count, size):
    assert words.size(count) == size


@pytest.mark.parametrize(
    ("page", "pages", "label", "item", "place"),
    [
        (143, 402, "", "", "page 143 of 402"),
        (143, 402, "page 143", "Item 7: Finance report", "Item 7: Finance report, page 143 of 402"),
        (12, 1402, "Page 12", "", "page 12 of 1,402"),
        (3, 20, "slide 3", "", "page 3 of 20 (slide 3)"),
        (3, 20, "slide 3", "Item 7", "Item 7, page 3 of 20 (slide 3)"),
        (1, 1, "web page", "", "web page"),
        (1, 1, "", "", "page 1 of 1"),
    ],
)
def test_places(page, pages, label, item, place):
    assert words.place(page, pages, label, item) == place


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://wold.example/a b.pdf", "https://wold.example/a%20b.pdf#page=7"),
        ("https://wold.example/a.pdf#page=2", "https://wold.example/a.pdf#page=2"),
        ("HTTP://wold.example/a", "HTTP://wold.example/a#page=7"),
        (' https://wold.example/"><b>', "https://wold.example/%22%3E%3Cb%3E#page=7"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//wold.example/a", ""),
        ("https:///a", ""),
        ("https://[bad", ""),
        ("https://wold.example/" + "a" * 2000, ""),
        ("", ""),
    ],
)
def test_links_to_originals(url, link):
    assert links.at_page(url, 7) == link


SPANS = st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80)))


@given(st.text(), SPANS, SPANS)
def test_marking_loses_no_text(text, found, watched):
    pieces = marks.pieces(text, found, watched)
    assert "".join(piece for piece, _ in pieces) == text.replace("\u00ad", "-")
    assert all(piece for piece, _ in pieces)


def test_what_was_asked_for_is_laid_over_what_is_watched_for():
    assert marks.pieces("a whole payment", [(8, 15)], [(2, 15)]) == [
        ("a ", ""),
        ("whole ", "watched"),
        ("payment", "found"),
    ]


@pytest.mark.parametrize(
    ("asked", "marked"),
    [
        ("*commissioning", ["decommissioning", "commissioning"]),
        ("*commission*", ["decommissioning", "commissioning", "Commissioners"]),
        ('"*commissioning of beds"', ["decommissioning of beds"]),
        ("commission*", ["commissioning", "Commissioners"]),
    ],
)
def test_words_that_hold_what_is_looked_for_are_marked_whole(asked, marked):
    text = "The decommissioning of beds, and commissioning by Commissioners."
    assert [text[start:end] for start, end in marks.of_query(text, parse(asked))] == marked


def test_only_what_is_looked_for_is_marked():
    text = "Privatisation by a trust, not privately."
    found = marks.of_query(text, parse("privatis* (trust NOT privately)"))
    assert [text[start:end] for start, end in found] == ["Privatisation", "trust"]


@pytest.mark.parametrize(
    "table",
    [
        {"base_url": "archive.example.org"},
        {"base_url": "https://archive.example.org/{papers}"},
        {"base_url": "https://archive.example.org//papers"},
        {"base_url": "https://user@archive.example.org"},
        {"base_url": 'https://a.example/"'},
        {"title": ""},
        {"trusted_proxies": ["nginx"]},
        {"colour": "red"},
    ],
)
def test_settings_that_cannot_be_are_refused(table):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, WebConfig)


def test_a_proxy_is_believed_only_where_it_is_named(shelf):
    headers = {"X-Forwarded-Proto": "https"}
    for proxies, scheme in ((("127.0.0.0/8",), "https"), (("10.0.0.1",), "http"), ((), "http")):
        app = create_app(shelf, WebConfig(trusted_proxies=proxies), lambda: TODAY)
        with TestClient(app, client=("127.0.0.1", 5)) as site:
            answer = site.get("/search.json?q=payment", headers=headers).json()
            assert answer["answers"][0]["archived"].startswith(f"{scheme}://testserver/")


def test_the_base_url_is_the_address_in_citations(shelf, keeper):
    config = WebConfig(base_url="https://archive.example.org/", title=f"Watch {XSS}"[:60])
    with TestClient(create_app(shelf, config, lambda: TODAY)) as site:
        text = said(get(site, f"/papers/{keeper.pack}/pages/2"))
    assert f"Kept at https://archive.example.org/papers/{keeper.pack}/pages/2?version=" in text


# ---- how many, and how they spread


def test_a_search_says_how_many_and_how_they_spread(site):
    page = get(site, "/search?q=population")
    text = said(page)
    assert "3 pages found" in text
    assert "Wold Integrated Care Board 2" in text
    narrowed = next(href for href in page.hrefs if "q=population" in href and href.endswith("body=wold"))
    assert "2 pages found" in said(get(site, narrowed))
    off = next(a["href"] for a in get(site, narrowed).all("a") if "Take off" in a.get("aria-label", ""))
    assert "3 pages found" in said(get(site, off))
    answer = site.get("/search.json?q=population").json()
    assert answer["total"] == {"count": 3, "at_least": False, "about": False}
    assert {"id": "wold", "count": 2} in answer["facets"]["bodies"]


def test_answers_are_sorted_by_relevance_where_asked(site):
    assert "/search?q=population" in get(site, "/search?q=population&sort=relevance").hrefs
    assert site.get("/search.json?q=population&sort=relevance").json()["sort"] == "relevance"
    assert site.get("/search?q=population&sort=size").status_code == 400


def test_the_denominator_is_that_of_the_filters(site):
    assert "Searched 1 page in 1 paper of 1 body, as of " in said(get(site, "/search?q=zebra&body=ellenby"))
    searched = site.get("/search.json?q=zebra&after=2026-11-01&before=2026-12-01").json()["searched"]
    assert (searched["papers"], searched["bodies"]) == (2, 1)


def test_a_misspelling_is_offered_a_correction(site):
    page = get(site, "/search?q=populaton")
    assert "Did you mean population?" in said(page)
    assert "/search?q=population" in page.hrefs
    assert site.get("/search.json?q=populaton").json()["suggestion"] == "population"


@pytest.mark.parametrize(
    ("asked", "together"),
    [
        ("population payment", '"population payment"'),
        ("population", ""),
        ("population NOT payment", ""),
        ('"population payment"', ""),
        ("popul* payment", ""),
        ("kind:pack payment", ""),
    ],
)
def test_plain_words_are_offered_as_one_phrase(site, asked, together):
    text = said(get(site, links.search(q=asked)))
    assert (f"Only together: {together}" in text) if together else ("Only together" not in text)


def test_a_concept_has_a_page_with_its_wordings_through_time(site):
    page = get(site, "/concepts/population-payment")
    assert [bar for bar in page.all("rect") if bar["class"] == "kind0"]
    assert said(page).index("Latest mentions") < said(page).index("First mentions")
    told = site.get("/concepts/population-payment.json").json()["said"]
    assert {"body": "wold", "month": "2026-11"}.items() <= told[0].items()
    for path in ("/concepts/nothing", "/concepts/nothing.json"):
        assert site.get(path).status_code == 404
    assert "No dated paper mentions it yet" in said(get(site, "/concepts/savings"))


def test_wordings_stand_in_the_legend_as_their_concept_writes_them(tmp_path):
    keeper = Keeper(tmp_path)
    concept = replace(PAYMENT, wordings=(Wording(text="WPAP"), Wording(text="whole population payment")))
    keeper.watcher = ConceptMatcher([concept])
    keeper.begin(source("wold", "Wold"))
    keeper.paper(
        "wold", "report", ["The WPAP.", "A Whole Population payment."], published_on=date(2026, 11, 12)
    )
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        told = site.get("/concepts/population-payment.json").json()["said"]
        assert {row["wording"] for row in told} == {"WPAP", "whole population payment"}
        assert '<th scope="col">WPAP</th>' in site.get("/concepts/population-payment").text


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        (["a", "b"], ["a", "b"], "2 pages the same"),
        (["a", "b"], ["a", "c"], "1 page the same, 1 changed"),
        (["a"], ["a", "b", "c"], "1 page the same, 2 new"),
        (["a", "b"], ["a"], "1 page the same, 1 gone"),
        (["a"], ["b"], "1 page changed"),
    ],
)
def test_what_became_of_pages_is_counted_each_for_itself(old, new, counts):
    versions = [
        [StoredPage(sha256="0" * 64, number=number, text=text, method=PageMethod.TEXT_LAYER, extractor="x")
         for number, text in enumerate(texts, 1)]
        for texts in (old, new)
    ]  # fmt: skip
    alike, changes = comparing.compare(*versions)
    assert (
        comparing.Comparison(
            paper=None, body_name="", old=None, new=None, alike=alike, changes=tuple(changes)
        ).counts
        == counts
    )


def test_versions_of_one_minute_are_told_apart_by_their_seconds():
    when = datetime(2026, 12, 1, 10, 45, 20, tzinfo=UTC)
    assert english.instant(when, seconds=True) == "1 December 2026, 10:45:20 UTC"


@pytest.mark.parametrize(
    ("kind", "item", "label"),
    [
        (DocumentKind.PACK, "Finance", "Agenda item: Finance"),
        (DocumentKind.AGENDA, "Finance", "Agenda item: Finance"),
        (DocumentKind.OTHER, "What to expect", "Section: What to expect"),
        (DocumentKind.REPORT, "Item 7: Finance", "Agenda item: Item 7: Finance"),
    ],
)
def test_only_of_an_agenda_is_a_heading_an_item(tmp_path, kind, item, label):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    paper = keeper.paper("wold", "leaflet", ["Some words."], item=item, kind=kind)
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        assert label in said(get(site, f"/papers/{paper}/pages/1"))


def test_versions_are_compared_word_by_word(site, keeper):
    page = get(site, f"/papers/{keeper.minutes}/changes")
    assert "1 page changed. Removed words" in said(page)
    assert "The newer version, captured" in said(page)
    versions = [each["sha256"] for each in site.get(f"/papers/{keeper.minutes}.json").json()["revisions"]]
    old, new = site.get(f"/papers/{keeper.minutes}/changes.json").json(), versions
    assert old["old"]["sha256"] == new[0]
    assert old["old"]["fetched_at"] <= old["new"]["fetched_at"]
    # One of each stands in the sentence that explains them.
    assert len(page.all("del")) == 2
    assert len(page.all("ins")) >= 2
    assert site.get(f"/papers/{keeper.minutes}/changes?old={'0' * 64}").status_code == 404
    assert site.get(f"/papers/{keeper.pack}/changes").status_code == 404
    assert site.get(f"/papers/{keeper.minutes}/changes.json").json()["alike"] == 0


def _stored(*texts):
    return [
        StoredPage(sha256="", number=number, text=words, method=PageMethod.TEXT_LAYER, extractor="")
        for number, words in enumerate(texts, 1)
    ]


@pytest.mark.parametrize(
    ("old", "new", "alike", "changes"),
    [
        ("ab", "ab", 2, []),
        ("ab", "a", 1, [(2, 0)]),
        ("a", "ab", 1, [(0, 2)]),
        ("abc", "axc", 2, [(2, 2)]),
        ("bc", "abc", 2, [(0, 1)]),
        ("", "a", 0, [(0, 1)]),
        ("", "", 0, []),
    ],
)
def test_pages_are_compared_in_order(old, new, alike, changes):
    found = comparing.compare(_stored(*old), _stored(*new))
    assert (found[0], [(change.old, change.new) for change in found[1]]) == (alike, changes)


def test_the_same_page_elsewhere_is_named(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"), source("ellenby", "Ellenby"))
    around = "Some more words of the same report stand here. " * 10
    own = f"{around}The whole population payment is agreed for the year. {around}"
    paper = keeper.paper("wold", "report", [own])
    pack = keeper.paper("ellenby", "pack", ["Agenda", f"{own}\n17"])
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        page = get(site, f"/papers/{paper}/pages/1")
        assert "The same page elsewhere" in said(page)
        assert "The same words in 1 other place" in said(page)
        assert page.hrefs.count(f"/papers/{pack}/pages/2") == 2
        told = site.get(f"/papers/{paper}/pages/1.json").json()
        assert [(place["document"], place["page"]) for place in told["elsewhere"]] == [(pack, 2)]


def test_of_an_older_version_it_is_said_where_its_own_pages_stand(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"), source("ellenby", "Ellenby"))
    around = "Some more words of the same report stand here. " * 10
    old, new = (f"{around}The whole population payment is {word}. {around}" for word in ("agreed", "gone"))
    keeper.paper("wold", "report", [old])
    paper = keeper.paper("wold", "report", [new])
    copies = [
        keeper.paper("ellenby", key, [text, "An annex."]) for key, text in (("first", old), ("second", new))
    ]
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        first = site.get(f"/papers/{paper}.json").json()["revisions"][0]["sha256"]
        for version, copy in ((first, copies[0]), ("", copies[1])):
            asked = {"version": version} if version else {}
            told = site.get(f"/papers/{paper}/pages/1.json", params=asked).json()
            assert [place["document"] for place in told["elsewhere"]] == [copy]
            (said_too,) = told["said_elsewhere"].values()
            assert [place["document"] for place in said_too] == [copy]
            page = Page(site.get(f"/papers/{paper}/pages/1", params=asked).text)
            assert {f"/papers/{other}/pages/1" for other in copies} & set(page.hrefs) == {
                f"/papers/{copy}/pages/1"
            }


def test_coverage_is_filtered(site):
    text = said(get(site, "/coverage?state=ill"))
    assert "1 source of 3" in text
    assert "Shut Council" in text
    assert "83% of 6" in said(get(site, "/coverage?kind=icb"))
    assert "No source matches" in said(get(site, "/coverage?kind=campaign"))


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
    heard = [said(page).partition("On this page")[2].partition("To quote")[0] for page in pages]
    assert "whole population payment ends on page 2" in heard[0]
    assert "whole population payment begins on page 1" in heard[1]
    assert "ends on page 3" in heard[1]
    assert "begins on page 2" in heard[2]


# ---- programs


def test_every_json_is_described_and_every_description_is_there(site):
    described = site.get("/openapi.json").json()
    routes = {route.path.replace(":int", "") for route in site.app.routes if not isinstance(route, Mount)}
    wanted = {path for path in routes if path.endswith(".json")} - {"/openapi.json"} | {"/health"}
    assert described["paths"].keys() == wanted
    used = set(re.findall(r"#/components/schemas/(\w+)", msgspec.json.encode(described).decode()))
    assert used <= described["components"]["schemas"].keys()


def test_answers_hold_what_is_described(site, keeper):
    described = site.get("/openapi.json").json()

    def check(value, schema, at):
        if "$ref" in schema:
            schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for part in schema.get("allOf", ()):
            check(value, part, at)
        if isinstance(value, dict) and "properties" in schema:
            assert set(schema.get("required", ())) <= value.keys(), at
            for name, inner in schema["properties"].items():
                check(value.get(name), inner, f"{at}.{name}")
        if isinstance(value, list) and schema.get("items"):
            for inner in value:
                check(inner, schema["items"], f"{at}[]")

    names = named(keeper)
    for path, operations in described["paths"].items():
        answer = site.get(
            path.format(**names),
            params={"q": "payment", "area": "wold"}
            if path.endswith(("search.json", "find.json", "left-out.json"))
            else {},
        )
        assert answer.status_code == 200, path
        content = operations["get"]["responses"]["200"]["content"]["application/json"]
        check(answer.json(), content["schema"], path)


# ---- limits


def test_a_reader_who_asks_too_often_waits(shelf):
    app = create_app(shelf, WebConfig(searches_a_minute=3), lambda: TODAY)
    with TestClient(app, client=("203.0.113.7", 5)) as site:
        assert [site.get("/search?q=payment").status_code for _ in range(4)] == [200, 200, 200, 429]
        answer = site.get("/search.json?q=payment")
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 21
        assert site.get("/").status_code == 200
    with TestClient(app, client=("203.0.113.8", 5)) as site:
        assert site.get("/search?q=payment").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("127.0.0.1", "127.0.0.1", False),  # may be a proxy: never counted
        ("::1", "::1", False),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1", False),
    ],
)
def test_readers_are_told_apart_by_their_address(shelf, one, other, is_same):
    app = create_app(shelf, WebConfig(searches_a_minute=1), lambda: TODAY)
    answers = [TestClient(app, client=(host, 5)).get("/search?q=payment") for host in (one, other)]
    assert [answer.status_code for answer in answers] == [200, 429 if is_same else 200]


# ---- readers


@pytest.fixture(scope="module")
def reader_site(tmp_path_factory):
    data = tmp_path_factory.mktemp("readers")
    keeper = Keeper(data)
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "report", ["A whole population payment."])
    (data / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "http://testserver"\n'
    )
    app = App(data)
    shelf, config = PublicArchive(keeper.archive, LABELS), WebConfig(sign_ups_an_hour=3)
    web = create_app(shelf, config, lambda: TODAY, readers=app.readers)
    with TestClient(web, follow_redirects=False) as site:
        yield site, app


def signed_up(site, app, address, **asked):
    wish = asked or {"q": "payment"}
    answer = site.post("/watch", data={"act": "sign-up", "address": address} | wish)
    assert answer.status_code == 200, answer.text
    letters = [
        BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        for path in (app.data / "outbox").glob("*.eml")
    ]
    (letter,) = [letter for letter in letters if letter["To"] == address]
    token = re.search(r"/confirm/([\w-]+)", letter.get_body(("plain",)).get_content())[1]
    assert wish.get("q", "alert") in site.get(f"/confirm/{token}").text
    return token


def test_readers_help_themselves(reader_site):
    site, app = reader_site
    token = signed_up(site, app, "reader@example.org")
    assert app.archive.readers.subscribers() == []  # a GET has begun nothing
    answer = site.post(f"/confirm/{token}")
    assert answer.status_code == 303
    page = site.get(answer.headers["Location"])
    own = answer.headers["Location"].partition("?")[0]
    assert "reader@example.org" in page.text
    assert "Your alert is on." in page.text
    hold_to_the_standard(page)
    hold_to_the_standard(site.get("/watch"))
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert site.post(own, data={"act": "change", "cadence": "daily"}).status_code == 303
    assert site.post(own, data={"act": "add", "concept": "population-payment"}).status_code == 303
    (reader,) = app.archive.readers.subscribers()
    assert (reader.cadence, len(reader.watch_lists)) == ("daily", 2)
    feed, calendar = (f"/feeds/{reader.watch_lists[0].token}.{kind}" for kind in ("atom", "ics"))
    shutil.rmtree(app.data / "feeds")  # another machine's web page has none
    assert feedparser.parse(site.get(feed).content).feed.title == "payment"
    assert site.get(calendar).text.startswith("BEGIN:VCALENDAR")
    assert site.get(f"{feed[:-4]}exe").status_code == 404
    gone = {"act": "drop", "watch": str(reader.watch_lists[0].id)}
    hold_to_the_standard(site.post(own, data=gone))
    assert site.get(feed).status_code == 200, "a question alone deletes nothing"
    assert site.post(own, data=gone | {"sure": "1"}).status_code == 303
    assert site.get(feed).status_code == site.get(calendar).status_code == 404
    assert site.post(own, data={"act": "fly"}).status_code == 400
    assert site.post(own, data={"act": "add", "q": "(unclosed"}).status_code == 400
    export = site.get(f"{own}/everything.json")
    assert "reader@example.org" in export.text
    assert export.headers["Content-Disposition"].startswith("attachment")
    stop = f"/unsubscribe/{reader.stop_token}"
    assert "<form" in site.get(stop).text
    assert app.archive.readers.of_token(reader.token).stopped == ""
    assert site.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert app.archive.readers.of_token(reader.token).stopped
    assert site.post(own, data={"act": "resume"}).status_code == 303
    question = site.post(own, data={"act": "remove"})
    hold_to_the_standard(question)
    assert "have been deleted" in site.post(own, data={"act": "remove", "sure": "1"}).text
    assert site.get(own).status_code == 404


def test_a_reader_follows_from_a_page_and_changes_pauses_and_copies_it(reader_site):
    site, app = reader_site
    (held,) = app.archive.reports.papers()
    (follow,) = [href for href in get(site, f"/papers/{held.document}").hrefs if "part=" in href]
    form = site.get(follow)
    hold_to_the_standard(form)
    assert "the paper “Report” (Wold)" in form.text
    part = f"wold/paper/{held.document}"
    more = {"act": "another", "part": part, "concept": "population-payment", "body": "wold", "note": "Mine"}
    again = site.post("/watch", data=more)
    hold_to_the_standard(again)
    ticked = re.findall(r'type="checkbox" name="(\w+)" value="([^"]+)" checked', again.text)
    assert ticked == [("concept", "population-payment"), ("body", "wold"), ("part", part)]
    token = signed_up(site, app, "follower@example.org", part=part)
    assert "the paper “Report” (Wold)" in site.get(f"/confirm/{token}").text
    own = site.post(f"/confirm/{token}").headers["Location"].partition("?")[0]

    def lists():
        return app.archive.readers.of_address("follower@example.org").watch_lists

    (watch,) = lists()
    assert [str(each) for each in watch.parts] == [part]
    assert site.post(own, data={"act": "pause", "watch": watch.id}).status_code == 303
    paused = site.get(own)
    hold_to_the_standard(paused)
    assert "Your alert is paused, so we look for nothing new" in paused.text
    assert site.post(own, data={"act": "unpause", "watch": watch.id}).status_code == 303
    assert "paused" not in site.get(own).text.lower()
    assert "The alert is on again." in site.get(own, params={"done": "unpause"}).text
    copied = site.post(own, data={"act": "copy", "watch": lists()[0].id}).headers["Location"]
    edit = site.get(copied)
    hold_to_the_standard(edit)
    assert f"edit={lists()[-1].id}" in copied
    assert 'value="Copy"' in edit.text
    changed = {"watch": lists()[-1].id, "q": "payment", "body": "wold", "name": "Payments", "kind": "report"}
    open_again = site.post(own, data={"act": "another", **changed})
    assert 'value="Payments"' in open_again.text
    assert lists()[-1].name == "Copy", "only a form shown again"
    assert site.post(own, data={"act": "save", **changed, "q": "(unclosed"}).status_code == 400
    assert site.post(own, data={"act": "save", **changed}).status_code == 303
    kept = lists()[-1]
    assert (kept.name, kept.query, kept.bodies, kept.parts) == ("Payments", "payment", ("wold",), ())
    hold_to_the_standard(site.get(own))
    app.archive.readers.remove("follower@example.org")


@pytest.mark.parametrize(
    "wrong",
    [
        {"part": "wold/paper/99", "address": "a@example.org"},
        {"part": "anything", "address": "a@example.org"},
        {"address": ""},
        {"address": "nobody"},
        {"address": "a@b.example\r\nBcc: c@d.example"},
        {"address": "a@example.org", "q": "(unclosed"},
        {"address": "a@example.org", "concept": "nothing"},
        {"address": "a@example.org", "cadence": "hourly"},
    ],
)
def test_what_cannot_be_signed_up_for_is_said_plainly(reader_site, wrong):
    answer = reader_site[0].post("/watch", data={"act": "sign-up"} | wrong)
    assert answer.status_code == 400
    hold_to_the_standard(answer)
    assert "That did not work" in answer.text


def test_forms_are_bounded_and_a_list_can_be_tried_first(reader_site):
    site, _ = reader_site
    assert site.post("/watch", content=b"x" * 30_000).status_code == 413
    assert site.post("/watch", content=b"\xff\xfe").status_code == 400
    assert "in the last 30 days" in site.post("/watch", data={"act": "preview", "q": "payment"}).text


def test_an_unknown_token_opens_nothing_and_tells_nothing(reader_site):
    site, _ = reader_site
    for path in ("/reader/x", "/confirm/x", "/reader/x/everything.json", "/feeds/x.atom", "/feeds/x.exe"):
        assert site.get(path).status_code == 404
    for path in ("/reader/x", "/confirm/x"):
        assert site.post(path).status_code == 404
    for stopping in (site.get("/unsubscribe/x"), site.post("/unsubscribe/x")):
        assert stopping.status_code == 404
        assert "This link does not work" in stopping.text
        assert "We have stopped nothing" in stopping.text
    one_click = {"List-Unsubscribe": "One-Click"}  # a mail program of a reader who has gone
    assert site.post("/unsubscribe/x", data=one_click).status_code == 200
    assert site.post("/unsubscribe/x", files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200
    assert site.get("/feeds/..%2fpaperwatch.toml").status_code == 404


def test_trying_a_list_counts_as_a_search(reader_site):
    _, app = reader_site
    config = WebConfig(searches_a_minute=2)
    web = create_app(PublicArchive(app.archive, LABELS), config, lambda: TODAY, readers=app.readers)
    asked = {"act": "preview", "q": "payment"}
    with TestClient(web, client=("203.0.113.9", 5)) as site:
        assert [site.post("/watch", data=asked).status_code for _ in range(3)] == [200, 200, 429]
        assert site.get("/search?q=payment").status_code == 429
        assert site.get("/watch").status_code == 200


def test_sign_ups_are_limited(reader_site):
    with TestClient(reader_site[0].app, client=("203.0.113.9", 5)) as other:
        form = {"act": "sign-up", "address": "nobody"}
        assert [other.post("/watch", data=form).status_code for _ in range(4)] == [400, 400, 400, 429]


def test_without_readers_nobody_is_asked_to_sign_up(site):
    assert site.get("/watch").status_code == 404
    assert not [href for href in get(site, "/search?q=payment").hrefs if href.startswith("/watch")]
