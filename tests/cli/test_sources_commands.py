"""`sources`: what a volunteer adds, tries and mends lines with, on the stand-in web."""

from __future__ import annotations

import json
import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.app.lock import run_lock
from cli.commands import sources
from cli.demo.standin import StandIn
from cli.main import call
from crawler.lines import registry
from crawler.tools import golden_case
from pipeline.english import source_line
from pipeline.errors import ConfigError
from pipeline.health.left import left_sentence
from pipeline.model import (
    Capture,
    Fetch,
    LeftCount,
    LeftReason,
    Listing,
    Source,
    SourceHealth,
    SourceState,
    Window,
)
from pipeline.ports import SourceReport
from storage.archive import open_archive
from tests.crawler.test_platforms import run
from tests.helpers.demo_run import paperwatch
from tests.helpers.fakes import sites

TODAY = ("--today", "2026-11-16")
LOGIN_FORM = b"<html><title>Portal</title><form><input type=password></form></html>"
PAGE_OF_LINKS = (
    b"<!DOCTYPE html><html><head><title>Board papers</title></head><body><h1>Board papers</h1>"
    b"<p><a href='/one.pdf'>Board papers 5 November 2026</a></p>"
    b"<p><a href='http://files.example/papers/'>Board papers of earlier years</a></p></body></html>"
)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Every command that goes to the web, once, two at a time."""
    cases = tmp_path_factory.mktemp("cases")
    with StandIn() as standin, sites() as site:
        standin.break_("national-board", "403")
        shut = site()
        shut.routes["/"] = (403, {}, b"")
        shut.routes["/mgWebService.asmx/GetCommittees"] = (
            200,
            {"Content-Type": "text/xml"},
            b"<committees><committeescount>0</committeescount></committees>",
        )
        login = site()
        login.routes["/"] = (200, {"Content-Type": "text/html"}, LOGIN_FORM)
        links = site()
        links.routes["/papers"] = (200, {"Content-Type": "text/html"}, PAGE_OF_LINKS)
        links.routes["/plan.pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 nothing more")
        council, board = standin.address("marlshire"), standin.address("wold-and-haven")
        commands = {
            "council": ["check", "marlshire", "--papers", "2", *TODAY],
            "board": ["check", "wold-and-haven", "--papers", "0", *TODAY],
            "broken": ["check", "national-board", *TODAY],
            "page": ["detect", f"{council}/moderngov/mgListCommittees.aspx?bcr=1", "--id", "marl"],
            "shut": ["detect", shut.url + "/"],
            "login": ["detect", login.url + "/"],
            "links": ["detect", links.url + "/papers", *TODAY],
            "a file": ["detect", links.url + "/plan.pdf"],
            "refused": ["detect", f"{board}/private/papers"],
            "case": ["case", "marlshire", "--step", "GetMeetings", "--to", str(cases), *TODAY],
            "no case": ["case", "ellenby", "--step", "nothing", "--to", str(cases), *TODAY],
        }
        # Each with a data folder of its own: two on one would wait for each other's run.
        folders = {name: tmp_path_factory.mktemp("own") for name in commands}
        for folder in folders.values():
            standin.write_lines(folder)
            (folder / "paperwatch.toml").write_text("[crawl]\nretries = 0\n")
        with ThreadPoolExecutor(2) as pool:
            asked = {
                name: pool.submit(paperwatch, folders[name], "sources", *words)
                for name, words in commands.items()
            }
            results = {name: each.result() for name, each in asked.items()}
        yield {
            "results": results, "standin": standin, "cases": cases, "folders": folders, "shut": shut,
        }  # fmt: skip


@pytest.fixture
def ask(tmp_path, capsys):
    def ask(*words):
        code = call(["--data", str(tmp_path), "sources", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


# ---- check


def test_a_check_shows_each_stage_and_ends_well(done):
    result = done["results"]["council"]
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    steps = [line.split("  ")[0] for line in lines if line and not line.startswith(" ")]
    assert steps[:2] == ["start", "GetCommittees"]
    assert {"GetMeetings", "meeting page"} <= set(steps)
    assert any(line.startswith("  meeting  2026-11-26 10:00:00  Health Overview") for line in lines)
    assert any(line.startswith("  paper  pack  'Agenda reports pack'  http://127.0.0.1") for line in lines)
    taken = next(line for line in lines if " listed." in line).split(", ")[-1].split()[0]
    assert lines[-1] == f"ok: {taken} papers taken; nothing that looks like one left"
    papers = [line for line in lines if line.startswith(("  paper", "  text"))]
    assert f" {len(papers)} papers listed." in lines[-2]


def test_a_check_fetches_only_so_many_papers(done):
    asked = [entry for entry in done["standin"].requests if entry.body == "marlshire"]
    assert sum("/documents/" in entry.path for entry in asked) == 2
    said = done["results"]["council"].stdout
    assert (said.count("\nfetched: '"), said.count("  application/pdf  http://127.0.0.1")) == (2, 2)
    board = [entry for entry in done["standin"].requests if entry.body == "wold-and-haven"]
    assert not any("/download_file/" in entry.path for entry in board)


def test_a_check_keeps_nothing(done):
    names = {path.name for path in done["folders"]["council"].iterdir()}
    assert names == {"sources", "run.lock", "paperwatch.toml"}


def test_a_check_of_a_page_of_links_says_of_each_what_becomes_of_it_and_why(done):
    lines = done["results"]["board"].stdout.splitlines()
    taken = [line for line in lines if line.startswith("  taken: ")]
    left = [line for line in lines if line.startswith("  left: ")]
    assert any("(pack 2026-11-26): its words are a paper's" in line for line in taken)
    assert any("terms of reference" in line and "a standing document" in line for line in left)
    assert done["results"]["board"].returncode == 0


def test_a_check_of_a_source_that_is_shut_ends_in_its_state(done):
    result = done["results"]["broken"]
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1] == "blocked: refuses us (403)"


def test_meetings_without_papers_are_said_in_a_check_and_in_a_digest():
    reason = "2 meetings held, no papers found on them"
    report = SourceReport(source_id="x", state=SourceState.PARTLY, reason=reason, meetings=2)
    assert sources._outcome(report, {}) == f"{reason}; 0 papers taken; nothing that looks like one left"
    health = SourceHealth(
        id="x", name="X", kind="trust", state=report.state, reason=reason,
        last_run=None, last_success=None,
    )  # fmt: skip
    assert source_line(health, missed=False).startswith(f"X: partly. {reason}.")


def test_a_check_of_papers_added_by_hand_asks_nobody(ask):
    code, out, _ = ask("check", "suffolk")
    assert (code, out.splitlines()[-1]) == (0, "manual: its papers are added by hand")


def test_a_check_of_an_unknown_source_says_what_is_near(ask):
    code, out, err = ask("check", "kentt")
    assert (code, out) == (2, "")
    assert "no source 'kentt', did you mean 'kent'" in err


def test_a_check_waits_for_no_run(ask, tmp_path):
    with run_lock(tmp_path):
        code, _, err = ask("check", "kent")
    assert code == 3
    assert "another run" in err


# ---- detect


def test_the_line_alone_goes_to_stdout_and_can_be_loaded(done, tmp_path):
    result = done["results"]["page"]
    assert result.returncode == 0
    root = done["standin"].address("marlshire")
    (tmp_path / "moderngov.toml").write_text(result.stdout)
    [(name, source)] = registry.load(None, shipped=tmp_path).items()
    assert (name, source.url, source.kind) == ("marl", f"{root}/moderngov/", "council")
    assert "This is ModernGov: its mark is on the page." in result.stderr
    assert "It is known already, as marlshire. Try that line:" in result.stderr
    assert "then add the line" not in result.stderr


def test_a_host_that_refuses_its_pages_is_known_by_its_web_service(done):
    result = done["results"]["shut"]
    assert result.returncode == 0
    [(_, keys)] = tomllib.loads(result.stdout).items()
    assert keys["url"] == done["shut"].url + "/"
    assert "its web service answered" in result.stderr
    assert done["shut"].paths() == ["/robots.txt", "/", "/mgWebService.asmx/GetCommittees"]
    assert all(headers["User-Agent"].startswith("Paperwatch/") for *_, headers in done["shut"].log)


def test_a_sign_in_page_is_no_page_of_links(done):
    result = done["results"]["login"]
    assert (result.returncode, result.stdout) == (1, "")
    assert "could not be read, blocked: a sign-in page is in the way" in result.stderr


def test_a_page_of_links_says_what_it_takes_and_which_host_to_add(done):
    result = done["results"]["links"]
    assert result.returncode == 0, result.stderr
    assert "files.example" in result.stdout, result.stderr
    assert "From this page alone: " in result.stderr
    assert "The kind is a guess" in result.stderr


def test_a_file_is_no_page_that_lists_papers(done):
    result = done["results"]["a file"]
    assert (result.returncode, result.stdout) == (1, "")
    assert "is no web page and no feed" in result.stderr


def test_a_page_that_robots_may_not_read_is_not_read(done):
    result = done["results"]["refused"]
    assert (result.returncode, result.stdout) == (1, "")
    assert "refused: robots.txt disallows /private/papers" in result.stderr
    assert not any("/private" in entry.path for entry in done["standin"].requests)


def test_what_is_no_web_address_is_a_wrong_call(ask):
    code, out, err = ask("detect", "democracy.kent.gov.uk")
    assert (code, out) == (2, "")
    assert "must begin with https://" in err


# ---- case


def test_a_saved_case_is_one_that_the_golden_tests_can_run(done):
    result = done["results"]["case"]
    assert result.returncode == 0, result.stderr
    folder = done["cases"] / "moderngov" / "marlshire-getmeetings"
    assert result.stdout == f"{folder}\n"
    assert sorted(path.name for path in folder.iterdir()) == ["body.xml", "case.toml"]
    said, found = run(folder)
    assert said["today"] == date(2026, 11, 16)
    assert sum(isinstance(each, Fetch) for each in found) > 1
    assert any(isinstance(each, Listing) for each in found)
    assert "127.0.0.1" not in (folder / "case.toml").read_text()
    assert said["source"]["url"].startswith("https://marlshire.example/")
    assert "leave people's names out" in result.stderr


def test_a_page_that_is_never_asked_for_makes_no_case(done):
    result = done["results"]["no case"]
    assert result.returncode == 2
    assert "no page of step 'nothing'" in result.stderr
    assert "ViewCMIS_CommitteeDetails" in result.stderr
    assert not (done["cases"] / "cmis").exists() or not list((done["cases"] / "cmis").iterdir())


def test_a_case_of_the_start_asks_nobody(ask, tmp_path):
    code, out, _ = ask("case", "kent", "--step", "start", "--to", str(tmp_path / "cases"), *TODAY)
    assert code == 0
    said, found = run(Path(out.strip()))
    assert "fetch" not in said
    assert [each.step for each in found] == ["GetCommittees"]
    code, _, err = ask("case", "kent", "--step", "start", "--to", str(tmp_path / "cases"), *TODAY)
    assert code == 2
    assert "is there already" in err


@pytest.mark.parametrize("name", ["../escape", "", "A", "a/b", ".new"])
def test_a_case_stays_in_its_folder(ask, tmp_path, name):
    code, _, _ = ask("case", "kent", "--step", "start", "--to", str(tmp_path / "cases"), f"--name={name}")
    assert code == (0 if name == "" else 2)
    assert not (tmp_path / "escape").exists()


def test_a_case_keeps_all_that_the_runner_would_not_assume(tmp_path):
    source = Source(
        id="a", name='A "quoted" \x7f name', kind="icb", platform="papers_page", url="https://a.example/",
        options={"hosts": ("b.example",), "depth": 2, "browser": False}, window=Window(back=1, ahead=2),
    )  # fmt: skip
    fetch = Fetch(url="https://a.example/x", step="papers", context={"since": "2026-01-01", "odd key": "v"},
                  form={"q": "1"})  # fmt: skip
    capture = Capture(
        url="https://a.example/y", status=200, headers={"content-type": "text/plain; charset=latin-1"},
        media_type="text/plain", body=b"\xe9", fetched_at=datetime(2026, 11, 16, tzinfo=UTC),
    )  # fmt: skip
    folder = tmp_path / "papers_page" / "case"
    golden_case.save_case(folder, source, date(2026, 11, 16), fetch, capture)
    assert (folder / "body.bin").read_bytes() == b"\xe9"
    assert tomllib.loads((folder / "case.toml").read_text(encoding="utf-8")) == {
        "today": date(2026, 11, 16),
        "source": {
            "id": "a", "name": 'A "quoted" \x7f name', "kind": "icb", "url": "https://a.example/",
            "options": {"hosts": ["b.example"], "depth": 2, "browser": False},
            "window": {"back": 1, "ahead": 2},
        },
        "fetch": {
            "url": "https://a.example/x", "step": "papers",
            "context": {"since": "2026-01-01", "odd key": "v"}, "form": {"q": "1"},
        },
        "capture": {
            "url": "https://a.example/y", "media_type": "text/plain",
            "headers": {"content-type": "text/plain; charset=latin-1"},
        },
    }  # fmt: skip


def test_a_case_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "file").touch()
    source = Source(id="a", name="A", kind="icb", platform="feed", url="https://a.example/")
    with pytest.raises(ConfigError, match="cannot be made"):
        golden_case.save_case(tmp_path / "file" / "case", source, date(2026, 11, 16), None, None)
    broken = Source(
        id="a", name="A", kind="icb", platform="feed", url="https://a.example/", options={"x": object()}
    )
    with pytest.raises(TypeError):
        golden_case.save_case(tmp_path / "cases" / "case", broken, date(2026, 11, 16), None, None)
    assert list((tmp_path / "cases").iterdir()) == []


# ---- list and show


def test_show_says_what_was_left_as_a_run_does(ask, tmp_path):
    catalogue = open_archive(tmp_path).catalogue
    run_ = catalogue.begin(
        [Source(id="fenmoor", name="F", kind="icb", platform="feed", url="")], date(2026, 11, 16)
    )
    left = LeftCount(reason=LeftReason.PAGE_UNREAD, count=2, pages=2, url="https://fenmoor.example/1")
    report = SourceReport(source_id="fenmoor", state=SourceState.PARTLY, reason="some", left=(left,))
    catalogue.finish(run_, report, ())
    out = ask("show", "fenmoor")[1]
    assert left_sentence(left) in out
    assert not re.search(r"LeftReason|\{'", out)


def test_a_platform_that_is_not_there_yet_is_to_be_named(ask, tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "paperbasket.toml").write_text("")
    assert "a new one is named in PLATFORMS, in crawler/platforms/__init__.py" in ask("list")[2]


def test_the_contract_of_list(ask):
    code, out, _ = ask("list", "--format", "json", "--region", "london", "--kind", "council")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert len(rows) == 33
    assert {
        "id",
        "name",
        "kind",
        "platform",
        "url",
        "codes",
        "state",
        "last_success",
        "region",
        "note",
    } <= set(rows[0])
    assert {row["region"] for row in rows} == {"London"}
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_list_by_state(ask):
    _, out, _ = ask("list", "--format", "json", "--state", "manual", "--kind", "council")
    assert {"suffolk", "hartlepool"} <= {json.loads(line)["id"] for line in out.splitlines()}
    code, _, err = ask("list", "--state", "fine")
    assert (code, "'unknown'" in err) == (2, True)


def test_a_region_that_nobody_is_in_is_a_wrong_call(ask):
    code, _, err = ask("list", "--region", "Wessex")
    assert (code, "known: " in err, "South West" in err) == (2, True, True)


def test_show_says_what_a_line_says(ask):
    code, out, _ = ask("show", "camden", "--format", "json")
    row = json.loads(out)
    assert code == 0
    assert (row["codes"], row["region"], row["insecure_tls"]) == ({"gss": "E09000007"}, "London", False)
    assert "Cloudflare" in row["note"]
    code, out, _ = ask("show", "camden")
    assert "region         London" in out
