"""Signing up step by step: words, what they would have found, where, how often. No step needs JavaScript."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from cli.app.context import App
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.matching.families import Families
from pipeline.matching.query import parse
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web import wizard
from web.app import create_app
from web.config import WebConfig

FAMILY = Concept(
    id="population-payment",
    label="Population payment",
    about="",
    wordings=tuple(Wording(text=text) for text in ("whole population payment", "population budget", "WPB")),
    match=(),
    no_match=(),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    data = tmp_path_factory.mktemp("wizard")
    keeper = Keeper(data)
    keeper.watcher = ConceptMatcher([FAMILY])
    for body, said in (("wold", "A whole population payment."), ("vale", "The population budget of it.")):
        keeper.begin(source(body, body.title()))
        keeper.meeting(body, "m", date(2026, 11, 19))
        keeper.paper(body, "report", [said], meeting_key="m")
    (data / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "http://testserver"\n'
    )
    app = App(data)
    web = create_app(
        PublicArchive(keeper.archive, LABELS),
        WebConfig(),
        lambda: TODAY,
        readers=app.readers,
        families=Families([FAMILY]),
    )
    with TestClient(web) as site:
        yield site, app


def submitted(answer, button="", **typed):
    """What a browser sends of the page's form when it is filled in so and that button is pressed."""
    (form,) = re.findall(r'<form action="/watch"[^>]*>.*?</form>', answer.text, re.DOTALL)
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if facts.get("type") != "checkbox" or " checked" in tag:
            sent.setdefault(facts["name"], []).append(facts.get("value", ""))
    return {**sent, **typed, **({"step": button} if button else {})}


def test_from_words_to_the_question_in_four_steps(made):
    site, app = made
    first = site.get("/watch")
    assert "Step 1 of 4" in first.text
    found = site.get("/watch", params=submitted(first, q="whole population payment"))
    assert "would have found 1 paper in the last 30 days" in found.text
    assert "A whole population payment" in Page(found.text).text, "what it would have found"
    assert 'population budget <span class="small">1 passage' in found.text
    more = site.get("/watch", params=submitted(found, "found", wording="population budget"))
    assert "would have found 2 papers in the last 30 days" in more.text
    where = site.get("/watch", params=submitted(more, "where"))
    assert 'Wold <span class="small">1 page' in where.text
    narrowed = site.get("/watch", params=submitted(where, "where", body=["", "wold"]))
    often = site.get("/watch", params=submitted(narrowed, "often"))
    assert "would have found 1 paper in the last 30 days" in often.text
    assert "in papers of Wold" in often.text
    wish = submitted(often, act="sign-up", cadence="daily", name="Payments", address="wizard@example.org")
    assert "Check your e-mail" in site.post("/watch", data=wish).text
    with app.archive.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT watch, cadence FROM sign_ups").one()
    assert (row.cadence, '"wold"' in row.watch, "population budget" in row.watch) == ("daily", True, True)


def test_a_whole_topic_is_one_tick(made):
    site, _ = made
    found = site.get("/watch?q=population budget")
    assert "Step 2 of 4" in found.text
    assert "All of the topic Population payment" in found.text
    where = site.get("/watch", params=submitted(found, "where", concept="population-payment"))
    assert 'name="concept" value="population-payment"' in where.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"step": "found"}, "Enter search words or choose a topic"),
        ({"step": "found", "q": "(unclosed"}, "never closed"),
        ({"step": "often", "q": "payment", "body": "nothing"}, "nothing"),
        ({"step": "often", "concept": "nothing"}, "nothing"),
        ({"step": "where", "q": "payment", "part": "x"}, "no committee"),
    ],
)
def test_what_cannot_be_is_said_on_the_first_step_with_what_was_typed(made, asked, said):
    answer = made[0].get("/watch", params=asked)
    assert answer.status_code == 400
    assert said in Page(answer.text).text
    assert "Step 1 of 4" in answer.text


@pytest.mark.parametrize(
    ("address", "step"),
    [
        ("/watch", "words"),
        ("/watch?q=", "words"),
        ("/watch?q=payment&body=wold", "found"),
        ("/watch?body=wold", "all"),
        ("/watch?part=wold/committee/Board", "all"),
        ("/watch?step=all", "all"),
        ("/watch?step=fly", "words"),
    ],
)
def test_an_address_begins_where_it_leaves_off(address, step):
    asked = parse_qs(urlsplit(address).query, keep_blank_values=True)
    assert wizard.step({"concept": [], "body": [], "part": [], **asked}) == step


def test_ticked_wordings_are_looked_for_beside_the_words_whatever_they_are():
    form = {"q": ["capitated budget NOT pathway"], "wording": ["WPB", "WPB", "capitated", "contract*", " "]}
    (query,) = wizard.with_wordings(form)["q"]
    assert query == 'capitated budget NOT pathway OR "WPB" OR "capitated" OR "contract"*'
    assert len(parse(query).expression.parts) == 4
    assert wizard.with_wordings({"q": [], "wording": []})["q"] == [""]
