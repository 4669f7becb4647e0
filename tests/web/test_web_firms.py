"""A firm's page: its names and owners through time, and the papers that name it."""

from __future__ import annotations

from datetime import date

from starlette.testclient import TestClient

from pipeline.matching import concepts as concept_files
from pipeline.matching import firms
from pipeline.matching.concept_matching import ConceptMatcher
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

OLD = "Virgin Care won the contract for the NHS clinic."
NEW = "HCRG Care Group runs the NHS clinic."


def test_a_firm_is_found_under_all_its_names_with_the_first_and_the_last(tmp_path):
    keeper = Keeper(tmp_path)
    shipped = concept_files.load([concept_files.SHIPPED])
    keeper.watcher = ConceptMatcher([shipped["outsourcing"]])
    keeper.begin(source("wold", "Wold"))
    for key, day, said in (("b", date(2026, 11, 20), NEW), ("a", date(2014, 5, 1), OLD)):
        keeper.paper("wold", key, [said], published_on=day)
    keeper.paper("wold", "c", ["Serco runs the NHS catering contract."], published_on=date(2026, 11, 21))
    made = create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)
    with TestClient(made) as site:
        text = Page(site.get("/firms/hcrg").text).text
        assert text.index("Named lately") < text.index(NEW) < text.index(OLD) < text.index("Named first")
        assert text.rindex(OLD) < text.rindex(NEW)
        assert "Serco" not in text
        assert "Virgin Group" in text
        assert "1 December 2021" in text
        every = site.get("/firms").text
        assert all(f"/firms/{firm}" in every for firm in firms.read())
        assert "/firms" in site.get("/concepts").text
        assert "No paper that we hold names it." in Page(site.get("/firms/optum").text).text
        for firm in firms.read():
            assert site.get(f"/firms/{firm}").status_code == 200
        assert site.get("/firms/nobody").status_code == 404
