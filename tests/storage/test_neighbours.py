"""What neighbours say on a meeting's subjects and its papers do not: near copies count as held."""

from __future__ import annotations

import json

import lxml.html
import pytest
from starlette.testclient import TestClient

from cli.main import call
from pipeline import stages
from pipeline.areas.neighbours import SHOWN, OwnPapers
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.model import Body
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.helpers.archives import TODAY, crawl, keep
from tests.helpers.web_archive import PAYMENT, Page
from web.app import create_app
from web.config import WebConfig

OWN = "The board noted that the whole population payment would begin in April for the whole of the town."
NEAR = "The board noted that a whole population payment would begin in May for the whole of the town."
NEW = "Under the whole population payment the hospital would lose forty beds over the next two winters."
STRANGE = "The whole population payment is discussed by somebody who is of quite another part of the country."
PARKING = "Members noted a verbal report on car parking at the main hospital and asked for more figures."


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    archive = open_archive(folder)
    archive.catalogue.keep_bodies([Body(id="x-icb", name="NHS X ICB", kind="icb")])
    archive.catalogue.keep_areas({"x-icb": ["a-trust", "b-trust", "c-council"], "y-icb": ["d-trust"]})
    items = ["Item 4: Parking", "Item 7: Finance"]
    keep(archive, [PARKING, OWN], source_id="a-trust", key="a1", items=items)
    keep(archive, [f"{NEAR}\n\n{NEW}", f"{OWN} {PARKING}"], source_id="b-trust", key="b1")
    keep(archive, [NEW], source_id="c-council", key="c1")
    keep(archive, [STRANGE], source_id="d-trust", key="d1")
    crawl(archive, b"nobody has read this", source_id="a-trust", key="a2")
    stages.flag(archive.texts, archive.mentions, ConceptMatcher([PAYMENT]))
    return folder


def test_only_what_the_papers_do_not_hold_is_shown_under_its_item(data):
    (item,) = open_archive(data).reports.neighbours(1)
    assert (item.name, item.page, item.concepts, item.more) == ("Item 7: Finance", 2, (PAYMENT.id,), 0)
    assert {sentence.at.body for sentence in item.missing} <= {"b-trust", "c-council"}
    assert item.missing
    assert item.own == OwnPapers(papers_read=1, papers_not_read=1, pages_read=2, pages_not_read=0)
    for sentence in item.missing:
        assert "forty beds" in sentence.snippet
        assert [sentence.snippet[start:end] for start, end in sentence.marks] == ["whole population payment"]


def test_the_command_and_the_page_say_the_same(data, capsys):
    assert call(["neighbours", "1", "--format=json", f"--data={data}"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    shelf = PublicArchive(open_archive(data), {PAYMENT.id: PAYMENT.label})
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY)) as site:
        page = Page(site.get("/meetings/1/neighbours").text).text
        (item,) = site.get("/meetings/1/neighbours.json").json()
        assert "/meetings/1/neighbours" in site.get("/meetings/1").text
        assert site.get("/meetings/99/neighbours").status_code == 404
    assert [row["snippet"] for row in rows] == [each["snippet"] for each in item["missing"]]
    assert all(row["snippet"] in page for row in rows)
    assert "Of this meeting we read 1 paper with 2 pages. 1 paper was not read" in page
    assert item["own"]["papers_not_read"] == 1
    assert call(["neighbours", "1", f"--data={data}"]) == 0
    assert "1 paper was not read" in capsys.readouterr().err
    assert call(["neighbours", "99", f"--data={data}"]) == 2
    assert "there is no meeting 99" in capsys.readouterr().err


def test_all_sentences_are_behind_the_number_of_those_not_shown(tmp_path, capsys):
    archive = open_archive(tmp_path)
    archive.catalogue.keep_areas({"x-icb": ["a-trust", "b-trust"]})
    keep(archive, [OWN], source_id="a-trust", key="a1")
    beds = ["forty", "fifty", "sixty", "seventy", "eighty", "ninety", "a hundred"]
    keep(archive, [NEW.replace("forty", number) for number in beds], source_id="b-trust", key="b1")
    stages.flag(archive.texts, archive.mentions, ConceptMatcher([PAYMENT]))
    left = len(beds) - SHOWN
    assert left > 1
    shelf = PublicArchive(archive, {PAYMENT.id: PAYMENT.label})
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY)) as site:
        tree = lxml.html.fromstring(site.get("/meetings/1/neighbours").text)
        (link,) = tree.xpath("//a[contains(., 'more sentences')]")
        assert link.text_content() == f"{left} more sentences"
        assert len(lxml.html.fromstring(site.get(link.get("href")).text).xpath("//blockquote")) == len(beds)
        (item,) = site.get("/meetings/1/neighbours.json?all=1").json()
        assert (len(item["missing"]), item["more"]) == (len(beds), 0)
    assert call(["neighbours", "1", f"--data={tmp_path}", "--format=json"]) == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == SHOWN
    assert f"{left} more sentences not shown" in told.err
    assert call(["neighbours", "1", "--all", f"--data={tmp_path}", "--format=json"]) == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == len(beds)
    assert "not shown" not in told.err
