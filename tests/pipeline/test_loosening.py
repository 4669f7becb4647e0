"""Where few pages have all of the words, those with most of them stand beneath, and it is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cli.main import call
from pipeline.matching.loosening import ENOUGH, LITTLE, loosened
from pipeline.matching.query import parse
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
        ('who owns "subsidiary company" xylophone', [1]),
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


def test_most_is_said_only_where_it_is_most(archive):
    assert archive.search.nearly(parse("who owns the subsidiary company")).is_most
    assert not archive.search.nearly(parse("owns xylophone")).is_most


WORDS = st.lists(
    st.sampled_from(["trust", "owns", "company", "the", "who", "subsidiary", "nowhere"]), min_size=1
)


@settings(max_examples=25, deadline=None)
@given(WORDS, st.sampled_from(["", " NOT set", " body:marlshire"]))
def test_what_is_found_has_half_of_the_words_and_not_all_and_more_words_come_first(archive, words, more):
    text = " ".join(words)
    every = {word for word in words if word not in LITTLE} or set(words)
    sure = {(each.document, each.page) for each in archive.search.find(parse(text + more), 0)}
    found = archive.search.nearly(parse(text + more)).answers
    assert not sure & {(each.document, each.page) for each in found}
    counts = []
    for answer in found:
        said = {
            word
            for word in every
            if (answer.document, answer.page)
            in {(each.document, each.page) for each in archive.search.find(parse(word), 0)}
        }
        counts.append(len(said))
        assert 2 * len(said) >= len(every)
    assert counts == sorted(counts, reverse=True)


@given(st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=9), min_size=1, max_size=60))
def test_a_long_question_is_loosened_to_few_and_small_queries(words):
    steps = list(loosened(parse(" ".join(words))))
    assert len(steps) <= 8
    assert all(len(step.query.phrases()) <= 8 * 70 for step in steps)


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
    sentence = "No page has all of these words. Pages with some of them, those with most first:"
    text = said(site, QUESTION)
    assert text.index("No page says that") < text.index(sentence) < text.index(ALL) < text.index(MOST)
    text = said(site, "who owns the subsidiary company")
    assert "1 page found" in text
    assert "Only 1 page has all of these words. Pages with most of them:" in text
    told = site.get("/search.json", params={"q": QUESTION}).json()
    assert (told["answers"], told["total"]["count"]) == ([], 0)
    assert told["nearly"]["sentence"] == sentence
    assert [answer["page"] for answer in told["nearly"]["answers"]] == [1, 2]


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
    assert "No page says that.\nNo page has all of these words. Pages with some of them" in err
    assert MOST in out
    assert call(["--data", str(data), "search", QUESTION, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "those with most first: see --format table" in err
