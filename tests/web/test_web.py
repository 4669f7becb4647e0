"""Every page of the web; its bodies, meetings and coverage, its faults and its limits."""

from __future__ import annotations

import re

import lxml.html
import msgspec
import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from pipeline.errors import StorageError, TooBusy
from storage import public_archive
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import (
    LABELS,
    TODAY,
    Page,
    Shapes,
    filled,
    get,
    hold_to_the_standard,
    named,
    text_of,
)
from web.app import create_app
from web.config import WebConfig
from web.headers import HEADERS

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


# ---- bodies, meetings, coverage


def test_home_shows_the_newest_mentions_and_the_meetings_ahead(site):
    text = text_of(get(site, "/"))
    assert "In the archive: 7 pages in 4 papers of 2 bodies, as of " in text
    assert text.index("New this week") < text.index("Board papers, November page")
    assert text.index("Next four weeks") < text.index("Thursday 3 December 2026, 09:30")
    assert "7 January 2027" not in text
    assert "Wednesday 9 December 2026 Cancelled" in text


def test_a_body_shows_its_meetings_with_their_papers(site):
    page = get(site, "/bodies/wold")
    text = text_of(page)
    assert text.index("Meetings ahead") < text.index("3 December") < text.index("Past meetings")
    assert text.index("Past meetings") < text.index("Board papers, November") < text.index("Other papers")
    assert "replaced 1 time" in text


def test_coverage_says_how_every_source_is(site):
    text = text_of(get(site, "/coverage"))
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
        assert "No papers have been collected yet" in text_of(get(site, "/"))
        assert "We have no paper: nothing was searched." in text_of(get(site, "/search?q=payment"))
        for path in ("/bodies", "/meetings", "/coverage", "/concepts", "/health"):
            assert site.get(path).status_code == 200


# ---- when things fail


class Broken(PublicArchive):
    def account(self, query=None):
        raise self.error


class Busy(PublicArchive):
    """In which nothing but the answers themselves can be found in time, and not those where `all_of_it`."""

    all_of_it = False

    def look_by_paper(self, *asked, **how):
        if self.all_of_it:
            raise TooBusy("Please try again.")
        return super().look_by_paper(*asked, **how)

    def nearly(self, *asked, **how):
        raise TooBusy("Please try again.")

    suggest = nearly


def test_where_many_ask_at_once_a_search_is_said_to_be_right_and_to_be_asked_again(keeper):
    shelf = Busy(keeper.archive, LABELS)
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY)) as site:
        assert site.get("/search?q=nowhere").status_code == 200, "what was found is shown"
        shelf.all_of_it = True
        answer = site.get("/search?q=elsewhere")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "The archive is busy" in answer.text
    assert "Please try again." in answer.text


def test_a_busy_archive_gives_the_page_of_before_unless_a_paper_was_withheld_since(tmp_path, monkeypatch):
    monkeypatch.setattr(public_archive, "REMEMBERED", 0)
    keeper = filled(tmp_path)
    paper = keeper.paper("wold", "asked-back", ["The quagga payment of a patient."])
    shelf = Busy(keeper.archive, LABELS)
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY)) as site:
        found = site.get("/search?q=quagga").text
        assert "of a patient" in found
        shelf.all_of_it = True
        assert site.get("/search?q=quagga").text == found
        keeper.archive.custody.withhold(paper, "names of patients")
        assert site.get("/search?q=quagga").status_code == 503


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
