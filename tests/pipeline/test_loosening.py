"""Where few pages have all of the words, those with most of them stand beneath, and it is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cli.main import call
from pipeline import english
from pipeline.matching.loosening import ENOUGH, LITTLE
from pipeline.matching.query import parse
from pipeline.views import Results
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.helpers.archives import keep
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

ALL = "The trust owns the subsidiary company and who runs it is a matter of record."
MOST = "A subsidiary company was set up."
ALSO_MOST = "Whoever owns a company pays; a company is a company."
ONE = "One company only."
QUESTION = "who owns the subsidiary company xylophones"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    archive = open_archive(tmp_path_factory.mktemp("data"))
    keep(archive, [ALL, MOST, ONE, ALSO_MOST, "Nothing of it."], title="Report")
    return archive


def pages(archive, query):
    return [answer.page for answer in archive.search.nearly(parse(query)).answers]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (QUESTION, [1, 2, 4]),  # three of four words, then two
        ("who owns the subsidiary company", [2, 4]),  # page 1 has all
        ("who owns the subsidiary company NOT set", [4]),
        ('who owns "subsidiary company" xylophone', [1, 2, 4]),
        ("the xylophones", []),
        ("the record when", [1]),  # little words do not count
        ("owns xylophone", [1, 4]),
        ("company", []),
        ("company OR xylophone", []),
        ("company xylophone before:2020", []),
    ],
)
def test_pages_with_most_of_the_words(archive, query, found):
    near = pages(archive, query)
    assert sorted(near) == sorted(found)
    if query == QUESTION:
        assert near[0] == 1


@pytest.mark.parametrize(
    ("query", "found"), [("co-commissioning", [1]), ("re-commissioning", []), ('"commissioning panel"', [])]
)
def test_two_words_with_a_hyphen_may_be_one(tmp_path, query, found):
    archive = open_archive(tmp_path)
    keep(archive, ["The cocommissioning panel met.", "The commissioning panel met."], title="Report")
    assert pages(archive, query) == found
    assert not found or archive.search.nearly(parse(query)).is_of_one


def test_little_words_are_not_misspelt(archive):
    assert archive.search.suggest(parse("what many companies")) == ""
    assert archive.search.suggest(parse("many compnay")) == "many company"


def test_most_is_said_only_where_it_is_most(archive):
    assert archive.search.nearly(parse("who owns the subsidiary company")).is_most
    assert not archive.search.nearly(parse("owns xylophone")).is_most


WORDS = st.lists(
    st.sampled_from(["trust", "owns", "company", "the", "who", "subsidiary", "nowhere"]), min_size=1
)


@settings(max_examples=25, deadline=None)
@given(WORDS, st.sampled_from(["", " NOT set", " body:marlshire"]))
def test_what_is_found_has_some_of_the_words_and_not_all_and_nothing_twice(archive, words, more):
    def places(query):
        return {(each.document, each.page) for each in archive.search.find(parse(query + more), 0)}

    text = " ".join(words)
    found = [(each.document, each.page) for each in archive.search.nearly(parse(text + more)).answers]
    assert len(set(found)) == len(found)
    assert not places(text) & set(found)
    counting = [word for word in words if word not in LITTLE]
    assert set(found) <= set().union(*map(places, counting))


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("sat nav nearby", "A satnav led them astray."),
        ("childminders nearby", "The child minder was out."),
        ("pediatrician nearby", "Two paediatricians came."),
        ("mayoral nearby", "The mayor came."),
        ("exploited nearby", "Exploitation of the young"),
        ("licence nearby", "The open license of 2010"),
        ("enrolment nearby", "Enrollment fell."),
    ],
)
def test_other_spellings_and_endings_of_a_word_are_found_beneath(tmp_path, query, page):
    archive = open_archive(tmp_path / "data")
    keep(archive, [page, "Nothing of it."])
    (answer,) = archive.search.nearly(parse(query)).answers
    assert answer.page == 1
    assert answer.marks


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("recommissioning", "Re-commissioning of beds"),
        ("mayoral", "The mayor came."),
        ("satnavs", "A sat nav"),
    ],
)
def test_one_word_alone_is_found_in_its_other_forms_and_it_is_said(tmp_path, query, page):
    archive = open_archive(tmp_path / "data")
    keep(archive, [page, "Nothing of it."])
    found = archive.search.nearly(parse(query))
    assert [answer.page for answer in found.answers] == [1]
    assert english.nearly_found(Results(), found) == "No page has this word. Pages with another form of it:"
    assert archive.search.nearly(parse("nothing")).answers == ()


def test_a_rare_word_weighs_more_than_several_that_are_everywhere(tmp_path):
    archive = open_archive(tmp_path / "data")
    common = [f"The council of the county met on day {number}." for number in range(30)]
    keep(archive, [*common, "The hedgehog"])
    assert archive.search.nearly(parse("county council hedgehog")).answers[0].page == 31


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    keeper = Keeper(tmp_path_factory.mktemp("web"))
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "report", [ALL, MOST, ONE])
    keeper.paper("wold", "many", [f"The panel met on day {number} of the year." for number in range(ENOUGH)])
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        yield site


def said(site, q):
    return " ".join(Page(site.get("/search", params={"q": q}).text).text.split())


def test_the_web_shows_them_beneath_and_says_so(site):
    sentence = "No page has all of these words. Pages with some of them, the best first:"
    text = said(site, QUESTION)
    assert text.index("No results") < text.index(sentence) < text.index(ALL) < text.index(MOST)
    text = said(site, "who owns the subsidiary company")
    assert "1 page found" in text
    assert "Only 1 page has all of these words. Pages with some of them, the best first:" in text
    told = site.get("/search.json", params={"q": QUESTION}).json()
    assert (told["answers"], told["total"]["count"]) == ([], 0)
    assert told["nearly"]["sentence"] == sentence
    assert [answer["page"] for answer in told["nearly"]["answers"]] == [1, 2, 3]


def test_nothing_stands_beneath_where_enough_pages_have_all_of_the_words(site):
    assert "Pages with" not in said(site, "panel met year")
    told = site.get("/search.json", params={"q": "panel met year"}).json()
    assert told["nearly"] == {"sentence": "", "answers": []}
    assert "Pages with" not in said(site, "nowhere nothere")


def test_the_command_line_has_a_table_of_its_own_and_adds_no_row_for_programs(tmp_path, capsys):
    data = tmp_path / "data"
    keep(open_archive(data), [ALL, MOST])
    capsys.readouterr()
    assert call(["--data", str(data), "search", QUESTION]) == 0
    out, err = capsys.readouterr()
    assert "No results.\nNo page has all of these words. Pages with some of them" in err
    assert MOST in out
    assert call(["--data", str(data), "search", QUESTION, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "the best first: see --format table" in err
