"""A search for a known wording names its family, on every surface, and is never "corrected"."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from cli.app.context import SHIPPED_CONCEPTS
from cli.main import call
from pipeline.matching import concepts
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Wording
from pipeline.matching.families import Families
from pipeline.matching.query import parse, quoted
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.helpers.archives import keep
from tests.helpers.web_archive import LABELS, PAYMENT, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

CONCEPT = replace(
    PAYMENT,
    wordings=(
        Wording(text="whole population payment"),
        Wording(text="WPAP"),
        Wording(text="capitated budget"),
        Wording(text="budget … pooled", all=(("pooled",), ("budget",)), match=("A pooled budget.",)),
    ),
)
FAMILIES = Families([CONCEPT])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    keeper = Keeper(tmp_path_factory.mktemp("data"))
    keeper.watcher = ConceptMatcher([CONCEPT])
    keeper.begin(source("wold", "Wold"), source("ellenby", "Ellenby"))
    keeper.paper(
        "wold", "one", ["A whole population payment.", "Please wrap it up.", "The capitated budget."]
    )
    keeper.paper("ellenby", "two", ["Whole population payments are due."], published_on=TODAY)
    app = create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY, families=FAMILIES)
    with TestClient(app) as site:
        yield site


@pytest.fixture(scope="module")
def shipped():
    return concepts.load([SHIPPED_CONCEPTS])


def test_every_wording_that_we_ship_names_its_concept_however_it_is_typed(shipped):
    families = Families(shipped.values())
    for concept in shipped.values():
        for wording in concept.wordings:
            if wording.all:
                continue
            for typed in (quoted(wording.text), quoted(wording.text).swapcase()):
                assert concept.id in {each.concept for each in families.named(parse(typed))}, typed


@pytest.mark.parametrize(
    ("typed", "wording"),
    [
        ("wpap", "WPAP"),
        ("WPAPs", "WPAP"),
        ("capitated budgets", "capitated budget"),
        ("“capitated budget”", "capitated budget"),
        ("capitated-budget", "capitated budget"),
        ("wpap OR nothing", "WPAP"),
        ("wpap body:wold", "WPAP"),
        ("budget capitated", ""),
        ("wpap NOT budget", ""),
        ("wpa*", ""),
        ("*wpap", ""),
        ("wpap NEAR budget", ""),
        ("pooled budget", ""),
        ("wpap concept:population-payment", ""),
        ("body:wold", ""),
    ],
)
def test_what_names_a_family(typed, wording):
    assert [each.wording for each in FAMILIES.named(parse(typed))] == [wording] * bool(wording)


def test_a_family_names_its_other_wordings_and_counts_those_it_leaves_out():
    (family,) = FAMILIES.named(parse("wpap"))
    assert family.sentence == "WPAP is also called whole population payment and capitated budget"
    many = replace(CONCEPT, wordings=tuple(Wording(text=text) for text in "abcdefgh"))
    (family,) = Families([many]).named(parse("a"))
    assert family.sentence == "a is also called b, c, d, e and 3 other names"
    (alone,) = Families([PAYMENT]).named(parse("whole population payment"))
    assert alone.sentence == "whole population payment is one of our topics"


def test_the_web_answers_a_known_wording_with_its_family_one_click_away(site):
    page = Page(site.get("/search?q=wpap").text)
    text = " ".join(page.text.split())
    assert "No results" in text
    assert "WPAP is also called whole population payment and capitated budget." in text
    assert "Population payment: 3 pages" in text
    assert "Did you mean" not in text
    (family,) = [href for href in page.hrefs if href.startswith("/search?") and "concept=" in href]
    assert "3 pages found" in " ".join(Page(site.get(family).text).text.split())


def test_a_family_is_looked_for_where_the_search_looks(site):
    told = site.get("/search.json?q=wpap body:ellenby&after=2026").json()
    assert told["families"] == [
        {
            "concept": "population-payment",
            "label": "Population payment",
            "wording": "WPAP",
            "also_called": ["whole population payment", "capitated budget"],
            "total": {"count": 1, "at_least": False, "about": False},
        }
    ]
    page = Page(site.get("/search?q=wpap body:ellenby&after=2026").text)
    (family,) = [href for href in page.hrefs if href.startswith("/search?") and "concept=" in href]
    assert "1 page found" in " ".join(Page(site.get(family).text).text.split())


def test_a_word_of_no_family_is_put_right_and_a_known_one_is_not(site):
    assert site.get("/search.json?q=wrxp").json()["suggestion"] == "wrap"
    assert site.get("/search.json?q=wpap").json()["suggestion"] == ""


def test_a_topic_lists_its_wordings_with_how_often_each_is_said(site):
    page = Page(site.get("/concepts/population-payment").text)
    text = " ".join(page.text.split())
    said = text[text.rindex("Wordings") : text.index("Latest mentions")]
    seen, _, unsaid = said.partition("that we look for and no dated paper has yet")
    assert "whole population payment 1 passage" in seen
    assert "WPAP" in unsaid
    told = site.get("/concepts/population-payment.json").json()["wordings"]
    assert told[0] == {"wording": "whole population payment", "passages": 1, "is_pattern": False}
    assert {"wording": "budget … pooled", "passages": 0, "is_pattern": True} in told
    for href in [href for href in page.hrefs if "q=" in href]:
        assert site.get(href).status_code == 200


def test_the_command_line_names_the_family_on_stderr_only(tmp_path, capsys):
    data = tmp_path / "data"
    keep(open_archive(data), ["The whole population annual payment was noted."])
    call(["--data", str(data), "flag"])
    capsys.readouterr()
    assert call(["--data", str(data), "search", "wpap", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == []
    assert "WPAP is also called " in err
    assert "1 page). To find them all: search concept:population-payment" in err


@pytest.mark.parametrize("path", ["/search", "/search.json"])
@pytest.mark.parametrize("written", ["1 April 2026", "01/04/2026", "April 2026", "2026-04-01"])
def test_days_in_the_fields_are_read_as_people_write_them(site, path, written):
    assert site.get(path, params={"q": "population", "after": written}).status_code == 200
    told = site.get("/search.json", params={"q": "population", "after": written}).json()
    assert told["total"]["count"] == 1
    told = site.get("/search.json", params={"q": "population", "before": written}).json()
    assert told["total"]["count"] == 0


def test_an_operator_in_small_letters_gets_a_hint_one_click_away(site, tmp_path, capsys):
    page = Page(site.get("/search?q=capitated or wrap").text)
    assert "Did you mean capitated OR wrap?" in " ".join(page.text.split())
    (meant,) = [href for href in page.hrefs if href == "/search?q=capitated+OR+wrap"]
    assert "2 pages found" in " ".join(Page(site.get(meant).text).text.split())
    assert site.get("/search.json?q=capitated or wrap").json()["capitals"] == "capitated OR wrap"
    data = tmp_path / "data"
    keep(open_archive(data), ["One page."])
    assert call(["--data", str(data), "search", "page or leaf"]) == 0
    assert "Did you mean: page OR leaf\n" in capsys.readouterr().err


def test_a_hunt_for_a_concept_has_one_line_a_page(tmp_path, capsys):
    data = tmp_path / "data"
    said = "The whole population annual payment, or WPAP, is agreed. Later the WPAP is paid."
    keep(open_archive(data), [said, "Nothing.", said])
    capsys.readouterr()
    assert call(["--data", str(data), "hunt", "--concept", "population-payment", "--format", "json"]) == 0
    assert [json.loads(line)["page"] for line in capsys.readouterr().out.splitlines()] == [1, 3]
    assert call(["--data", str(data), "hunt", "--concept", "population-payment"]) == 0
    assert "2 pages in 1 paper." in capsys.readouterr().err
