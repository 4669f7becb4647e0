"""A firm's page: its names and owners through time, and the papers that name it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from starlette.testclient import TestClient

from cli.main import call
from pipeline.matching import concepts as concept_files
from pipeline.matching import firms
from pipeline.matching.concept_matching import ConceptMatcher
from storage.public_archive import PublicArchive
from storage.reports import firms as firm_reports
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

OLD = "Virgin Care won the contract for the NHS clinic."
NEW = "HCRG Care Group runs the NHS clinic."


NOTICE = """Community care for Marlshire
Notice: 001-2026
Contracting process: ocds-h6vhtk-0001
Type: Contract change notice (UK10)
Stage: contractAmendment
Buyer: NHS Marlshire ICB
Suppliers: HCRG Care Group Ltd, Somebody Else
Status: complete
Value: 1,250,000 GBP
Contract from: 1 April 2025
Contract to: 31 March 2030
Description
HCRG Care Group runs community nursing under this contract.
Changes
2 November 2026: Extended by a year. More patients
Additional information
Changes
"""
ENDED = """Community care for Marlshire
Contracting process: ocds-h6vhtk-0001
Type: Contract termination notice (UK11)
Buyer: NHS Marlshire ICB
Description
The contract with HCRG Care Group ends early."""
QUESTION = "To ask the Secretary of State what contracts HCRG Care Group holds for NHS services."


def national(keeper, platform, key, text, day):
    line = source(platform.replace("_", "-"), platform, kind="national")
    keeper.begin(replace(line, platform=platform))
    keeper.paper(line.id, key, [text], published_on=day, title=key, meeting_key=None)


def test_a_firms_contracts_judgments_and_questions_stand_on_its_page(tmp_path, capsys):
    keeper = Keeper(tmp_path)
    keeper.watcher = ConceptMatcher([concept_files.load([concept_files.SHIPPED])["outsourcing"]])
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "w", [NEW], published_on=date(2026, 10, 1))
    national(keeper, "ocds", "end", ENDED, date(2026, 11, 9))
    national(keeper, "ocds", "change", NOTICE, date(2026, 11, 3))
    national(keeper, "written_questions", "question", QUESTION, date(2026, 11, 12))
    made = create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)
    with TestClient(made) as site:
        html = site.get("/firms/hcrg").text
        record = site.get("/firms/hcrg.json").json()["record"]
        assert {"hcrg", "optum"} <= {row["id"] for row in site.get("/firms.json").json()}
        assert site.get("/firms/nobody.json").status_code == 404
        query = firms.read()["hcrg"].query()
        assert site.get("/search.json", params={"q": query}).json()["total"]["count"] >= 4
    text = Page(html).text
    change, end = record["notices"]
    assert (change["type"], end["type"]) == (
        "Contract change notice (UK10)",
        "Contract termination notice (UK11)",
    )
    assert (change["buyer"], change["value"]) == ("NHS Marlshire ICB", "1,250,000 GBP")
    assert (change["contract_from"], change["contract_to"]) == ("1 April 2025", "31 March 2030")
    assert change["changes"] == ["2 November 2026: Extended by a year. More patients"]
    assert [(row["is_supplier"], row["is_end"]) for row in (change, end)] == [(True, False), (False, True)]
    assert [(row["what"], row["at"]["title"]) for row in record["records"]] == [("question", "question")]
    assert {row["body"] for row in record["bodies"]} == {"wold", "ocds", "written-questions"}
    assert (record["first"], record["last"]) == ("2026-10-01", "2026-11-12")
    assert "Named by 3 bodies, first in a paper of 1 October 2026, last in one of 12 November 2026." in text
    assert "Ended" in text
    assert "Extended by a year" in text
    assert "/search.atom?q=%22HCRG+Care+Group%22+OR" in html
    assert call(["firms", "hcrg", "--format=json", f"--data={tmp_path}"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["what"] for row in rows] == ["body", "body", "body", "notice", "notice", "question"]
    assert call(["firms", "nobody", f"--data={tmp_path}"]) == 2
    assert call(["firms", f"--data={tmp_path}"]) == 0
    assert "HCRG Care Group" in capsys.readouterr().out


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
        assert "None of the papers we have names it." in Page(site.get("/firms/optum").text).text
        for firm in firms.read():
            assert site.get(f"/firms/{firm}").status_code == 200
        assert site.get("/firms/nobody").status_code == 404


def test_papers_are_counted_where_the_newest_are_shown_not_their_mentions(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(firm_reports, "MOST", 2)
    keeper = Keeper(tmp_path)
    keeper.watcher = ConceptMatcher([concept_files.load([concept_files.SHIPPED])["outsourcing"]])
    many = "\n\n".join(f"{number}. {QUESTION}" for number in range(6))
    for number in range(3):
        national(keeper, "written_questions", f"q{number}", f"{number} {many}", date(2026, 11, 3 + number))
        national(keeper, "ocds", f"n{number}", f"{number} {NOTICE}", date(2026, 11, 3 + number))
    national(keeper, "written_questions", "undated", f"Undated. {many}", None)
    made = create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)
    with TestClient(made) as site:
        record = site.get("/firms/hcrg.json").json()["record"]
        text = Page(site.get("/firms/hcrg").text).text
    assert [row["at"]["title"] for row in record["records"]] == ["q2", "q1"]
    assert (record["records_in_all"], record["notices_in_all"]) == (4, 3)
    assert "These are the newest 2 of 3 notices." in text
    assert "These are the newest 2 of 4 papers." in text
    assert call(["firms", "hcrg", f"--data={tmp_path}"]) == 0
    assert "The newest 2 of 3 notices are shown." in capsys.readouterr().err


def test_a_firms_page_is_limited_as_a_search_is(tmp_path):
    archive = PublicArchive(Keeper(tmp_path).archive, LABELS)
    app = create_app(archive, WebConfig(searches_a_minute=2), lambda: TODAY)
    with TestClient(app, client=("203.0.113.7", 5)) as site:
        asked = ("/firms/hcrg", "/firms/hcrg.json", "/firms/hcrg", "/firms/hcrg.json")
        assert [site.get(path).status_code for path in asked] == [200, 200, 429, 429]
