"""Searching on the web: results, filters and counts, and the same as CSV, JSON and feed."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cli.main import call
from pipeline import english
from pipeline.days import LONDON
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Wording
from pipeline.model import BodyKind, DocumentKind, PageMethod
from pipeline.model import Page as StoredPage
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, PAYMENT, TODAY, XSS, Keeper, Page, get, source, text_of
from web import links
from web.app import create_app
from web.config import WebConfig
from web.data import answers, feeds
from web.data.api import cell
from web.parts import comparing

# ---- searching


def test_a_result_shows_who_said_it_when_and_on_which_page(site, keeper):
    page = get(site, '/search?q="whole population payment"')
    text = text_of(page)
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
        text = text_of(get(site, "/search?q=savings"))
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
    text = text_of(get(site, f"/search?q={word}"))
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
    assert answer.status_code in {200, 400, 503}
    assert not Page(answer.text).all("script")


@given(st.lists(st.sampled_from(["a", '"b c"', "d*", "OR", "NOT", "NEAR/3", "(", ")", "-", "kind:pack"])))
def test_no_query_is_a_fault_of_ours(site, terms):
    assert site.get("/search.json", params={"q": " ".join(terms)}).status_code in {200, 400, 503}


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
        assert "There are no more pages" in text_of(get(site, "/search?q=words&page=4"))
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


# ---- how many, and how they spread


def test_a_search_says_how_many_and_how_they_spread(site):
    page = get(site, "/search?q=population")
    text = text_of(page)
    assert "3 pages found" in text
    assert "Wold Integrated Care Board 2" in text
    narrowed = next(href for href in page.hrefs if "q=population" in href and href.endswith("body=wold"))
    assert "2 pages found" in text_of(get(site, narrowed))
    off = next(a["href"] for a in get(site, narrowed).all("a") if "Take off" in a.get("aria-label", ""))
    assert "3 pages found" in text_of(get(site, off))
    answer = site.get("/search.json?q=population").json()
    assert answer["total"] == {"count": 3, "at_least": False, "about": False}
    assert {"id": "wold", "count": 2} in answer["facets"]["bodies"]


def test_answers_are_sorted_by_relevance_where_asked(site):
    assert "/search?q=population" in get(site, "/search?q=population&sort=relevance").hrefs
    assert site.get("/search.json?q=population&sort=relevance").json()["sort"] == "relevance"
    assert site.get("/search?q=population&sort=size").status_code == 400


def test_the_denominator_is_that_of_the_filters(site):
    assert "Searched 1 page in 1 paper of 1 body, as of " in text_of(
        get(site, "/search?q=zebra&body=ellenby")
    )
    searched = site.get("/search.json?q=zebra&after=2026-11-01&before=2026-12-01").json()["searched"]
    assert (searched["papers"], searched["bodies"]) == (2, 1)


def test_a_misspelling_is_offered_a_correction(site):
    page = get(site, "/search?q=populaton")
    assert "Did you mean population?" in text_of(page)
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
    text = text_of(get(site, links.search(q=asked)))
    assert (f"Only together: {together}" in text) if together else ("Only together" not in text)


def test_a_concept_has_a_page_with_its_wordings_through_time(site):
    page = get(site, "/concepts/population-payment")
    assert [bar for bar in page.all("rect") if bar["class"] == "kind0"]
    assert text_of(page).index("Latest mentions") < text_of(page).index("First mentions")
    told = site.get("/concepts/population-payment.json").json()["said"]
    assert {"body": "wold", "month": "2026-11"}.items() <= told[0].items()
    for path in ("/concepts/nothing", "/concepts/nothing.json"):
        assert site.get(path).status_code == 404
    assert "No dated paper mentions it yet" in text_of(get(site, "/concepts/savings"))


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
        assert label in text_of(get(site, f"/papers/{paper}/pages/1"))


def test_versions_are_compared_word_by_word(site, keeper):
    page = get(site, f"/papers/{keeper.minutes}/changes")
    assert "1 page changed. Removed words" in text_of(page)
    assert "The newer version, captured" in text_of(page)
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
        assert "The same page elsewhere" in text_of(page)
        assert "The same words in 1 other place" in text_of(page)
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
    text = text_of(get(site, "/coverage?state=ill"))
    assert "1 source of 3" in text
    assert "Shut Council" in text
    assert "83% of 6" in text_of(get(site, "/coverage?kind=icb"))
    assert "No source matches" in text_of(get(site, "/coverage?kind=campaign"))
