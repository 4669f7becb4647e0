"""A topic has one number of mentions: on its page, in the list, as data, in the export, in `status`."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from cli.main import call
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, PAYMENT, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

SAID = "The board agreed a whole population payment. A whole population payment begins in May."
AGAIN = "A whole population payment was noted."


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def keeper(data):
    """A paper that was replaced, one that two bodies have, one that says it twice, one without a day."""
    keeper = Keeper(data)
    keeper.begin(source("wold", "Wold Board"), source("vale", "Vale Board"))
    keeper.paper("wold", "old", [AGAIN, AGAIN, AGAIN], published_on=date(2026, 1, 5))
    keeper.paper("wold", "old", [AGAIN], published_on=date(2026, 1, 5))
    keeper.paper("wold", "pack", ["Agenda", SAID], content=b"%PDF same", published_on=date(2026, 2, 5))
    keeper.paper("vale", "pack", ["Agenda", SAID], content=b"%PDF same", published_on=date(2026, 2, 6))
    keeper.paper("vale", "undated", [f"{AGAIN} Here too."])
    return keeper


@pytest.fixture(scope="module")
def site(keeper):
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as client:
        yield client


def test_every_surface_has_the_same_number(site, data, tmp_path, capsys):
    page = Page(site.get(f"/concepts/{PAYMENT.id}").text).text
    counted = re.search(r"(\d+) mentions in (\d+) papers of (\d+) bodies", page)
    assert [int(number) for number in counted.groups()] == [6, 4, 2]
    told = site.get(f"/concepts/{PAYMENT.id}.json").json()["count"]
    assert told == {"mentions": 6, "papers": 4, "bodies": 2}
    (listed,) = [row for row in site.get("/concepts.json").json() if row["id"] == PAYMENT.id]
    assert listed["hits"] == 6
    assert "6 mentions" in Page(site.get("/concepts").text).text
    assert call(["export", "--out", str(tmp_path / "out"), f"--data={data}"]) == 0
    with (tmp_path / "out/mentions.csv").open(encoding="utf-8-sig") as file:
        assert sum(1 + int(row["more"]) for row in csv.DictReader(file)) == 6
    capsys.readouterr()
    assert call(["status", f"--data={data}"]) in {0, 1}
    assert f"{PAYMENT.id} 6" in capsys.readouterr().out


def test_a_first_mention_is_one_a_body(site):
    first = site.get(f"/concepts/{PAYMENT.id}.json").json()["first"]
    assert [(row["at"]["body"], row["at"]["published_on"]) for row in first] == [
        ("wold", "2026-01-05"),
        ("vale", "2026-02-06"),
    ]
    assert len(site.get("/bodies/wold.json").json()["first_mentions"]) == 1


def test_wordings_that_no_paper_has_are_folded_away(site):
    page = site.get(f"/concepts/{PAYMENT.id}").text
    assert "0 passages" not in page
    assert re.search(r"<summary>\d+ more wordings? that we look for", page) or len(PAYMENT.wordings) == 1
