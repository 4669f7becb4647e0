"""The command's contract: answers on stdout, one clear sentence on stderr, and the exit codes."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import zipfile

import pytest
from reportlab.pdfgen.canvas import Canvas

from cli.app.lock import holder, run_lock
from cli.demo.standin import StandIn
from cli.exits import Exit
from cli.main import call
from pipeline.model import Expectation, SourceState
from pipeline.ports import SourceReport
from storage.archive import open_archive
from tests.helpers.archives import TODAY, document, keep, source
from tests.helpers.demo_run import bodies, command, paperwatch, prepare, run_words


@pytest.fixture(scope="module")
def flagged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flagged") / "data"
    archive = open_archive(folder)
    keep(archive, ["The whole population payment was noted.", "Nothing else."], title="Board papers")
    archive.catalogue.end(1)
    assert call(["--data", str(folder), "flag"]) == 0
    return folder


@pytest.fixture
def data(tmp_path, flagged):
    """An archive with one paper of two pages, one of them flagged."""
    return shutil.copytree(flagged, tmp_path / "data")


@pytest.fixture
def ask(data, capsys):
    """Run a command in this process; answers (exit code, stdout, stderr)."""
    capsys.readouterr()

    def run(*words):
        code = call([*words, "--data", str(data)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def pdf(path, *pages):
    canvas = Canvas(str(path), invariant=True)
    for page in pages:
        canvas.drawString(72, 700, page)
        canvas.showPage()
    canvas.save()
    return path


def rows(out):
    return [json.loads(line) for line in out.splitlines()]


# ---- answers

FOOT = "Searched 2 pages in 1 paper of 1 body. Every paper we hold has been read.\n"


def test_search_as_json_has_stable_keys_first(ask):
    code, out, _ = ask("search", '"whole population payment"', "--format", "json")
    (answer,) = rows(out)
    assert code == 0
    assert list(answer)[:11] == [
        "body", "source", "document", "meeting_date", "title", "url", "page", "snippet", "sha256",
        "captured_at", "concepts",
    ]  # fmt: skip
    assert (answer["page"], answer["meeting_date"]) == (1, "2026-11-26")
    assert answer["concepts"] == ["population-payment"]
    assert answer["captured_at"].endswith("Z")


def test_search_as_a_table_says_the_denominator_on_stderr_only(ask):
    code, out, err = ask("search", "whole")
    assert code == 0
    assert "Board papers" in out
    assert err == (f"1 page.\n{FOOT}")


def test_search_says_where_it_stopped(ask):
    code, out, err = ask("search", "whole OR else", "--limit", "1", "--format", "json")
    assert (code, len(rows(out)), err) == (0, 1, f"The first 1 of 2 pages; --limit 0 for all.\n{FOOT}")
    _, _, err = ask("search", "whole OR else", "--limit", "1")
    assert err.startswith("The first 1 of 2 pages; --limit 0 for all.\n")
    _, _, err = ask("search", "whole OR else", "--limit", "2")
    assert err.startswith("2 pages.\n")


def test_search_for_programs_stops_nowhere_unless_asked(data, ask):
    keep(open_archive(data), [f"Page {n} has a zeppelin." for n in range(25)], key="d9")
    assert ask("search", "zeppelin")[2].startswith("The first 20 of 25 pages; --limit 0 for all.\n")
    assert len(rows(ask("search", "zeppelin", "--format", "json")[1])) == 25
    assert len(ask("search", "zeppelin", "--format", "csv")[1].splitlines()) == 26
    code, out, err = ask("search", "zeppelin", "--format", "csv", "--limit", "20")
    assert (code, len(out.splitlines())) == (0, 21)
    assert err.startswith(
        "The first 20 of 25 pages; --limit 0 for all.\nSearched 27 pages in 2 papers of 1 body"
    )


def test_titles_of_others_steer_no_terminal(data, capsys):
    keep(open_archive(data), ["whole"], key="d9", title="\x1b[31mRed \x9b2J and \u202eback")
    capsys.readouterr()
    call(["--data", str(data), "search", "whole", "--format", "json"])
    out = capsys.readouterr().out
    (answer,) = [row for row in rows(out) if "Red" in row["title"]]
    call(["--data", str(data), "show", str(answer["document"])])
    shown, err = capsys.readouterr()
    assert "Red" in err
    for text in (out, shown, err):
        assert not any(sign in text for sign in "\x1b\x9b\u202e")


def test_a_table_shows_text_as_it_is(data, capsys):
    keep(open_archive(data), ["whole"], key="d9", title="- 2026 budget")
    call(["--data", str(data), "search", "whole"])
    assert "'-" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["search", "hunt"])
def test_the_item_of_the_agenda_is_said_where_it_is_known(data, ask, command):
    assert "item" not in ask(command, "whole")[1].splitlines()[0].split()
    (row,) = rows(ask(command, "whole", "--format", "json")[1])
    assert row["item"] == ""
    keep(open_archive(data), ["Whole, of old.", "Whole again."], key="d9", items=["Item 7: Finance report"])
    header, *lines = ask(command, "whole")[1].splitlines()
    assert header.split()[-3:] == ["item", "page", "snippet"]
    assert len(lines) == 3
    (line,) = [line for line in lines if "of old" in line]
    assert re.search(r"Item 7: Finance report +1 +Whole, of old", line)
    found = list(csv.DictReader(ask(command, "whole", "--format", "csv")[1].splitlines()))
    assert sorted(row["item"] for row in found) == ["", "", "Item 7: Finance report"]


@pytest.mark.parametrize("nothing", ["", "   "])
def test_a_search_for_nothing_is_told_so_as_the_web_does_and_lists_no_page(ask, nothing):
    code, out, err = ask("search", nothing)
    assert (code, out) == (2, "")
    assert "Write what to look for" in err
    assert ask("search", nothing, "--after", "2020-01-01")[0] == 0


def test_search_that_finds_nothing_is_no_failure(ask):
    assert ask("search", "zeppelin", "--format", "json") == (0, "", FOOT)


def test_what_we_hold_no_paper_of_is_said_so_in_lists_too(ask, tmp_path, capsys):
    assert ask("papers", "--body", "suffolk")[2].startswith("We have no paper of ")
    concept = ask("spread", "no such concept")[2].rpartition("there are: ")[2].split(",")[-1].strip()
    assert ask("spread", concept)[2].startswith("No paper says it.")
    open_archive(tmp_path / "empty")
    assert call(["--data", str(tmp_path / "empty"), "papers"]) == 0
    assert capsys.readouterr().err.endswith("We have no paper.\n")
    assert call(["--data", str(tmp_path / "empty"), "spread", concept]) == 1
    assert "We have no paper: nothing was searched." in capsys.readouterr().err


def test_what_we_hold_no_paper_of_was_not_searched(ask, tmp_path):
    code, out, err = ask("search", "zeppelin", "--after", "2030-01-01", "--format", "json")
    assert (code, out) == (1, "")
    assert err == "We have no paper from 1 January 2030 on: nothing was searched.\n"


def test_csv_runs_nothing_in_a_spreadsheet(data, capsys):
    keep(open_archive(data), ["whole"], key="d9", title="=HYPERLINK(0)")
    call(["--data", str(data), "search", "whole", "--format", "csv"])
    out = capsys.readouterr().out
    assert "'=HYPERLINK(0)" in out
    assert ",=HYPERLINK" not in out


def test_show_says_what_was_read_of_a_page(ask, tmp_path):
    assert ask("add", str(pdf(tmp_path / "one.pdf", "First page.", "A zeppelin.")), "--body", "x")[0] == 0
    (paper,) = [row for row in rows(ask("papers", "--format", "json")[1]) if row["title"] == "one"]
    code, out, err = ask("show", str(paper["document"]), "--page", "2")
    assert code == 0
    assert out.splitlines()[1:] == ["A zeppelin."]
    assert paper["sha256"] in err
    assert ask("show", str(paper["document"]), "--page", "2", "--tables") == (0, "", "")
    assert ask("show", str(paper["document"]), "--page", "3")[0] == 2
    assert ask("show", "9999")[0] == 2


def test_papers_meetings_and_status(ask):
    (paper,) = rows(ask("papers", "--format", "json")[1])
    wanted = "source body committee meeting_date kind title url sha256 state first_seen revisions"
    assert set(wanted.split()) <= paper.keys()
    (meeting,) = rows(ask("meetings", "--format", "json")[1])
    assert {"source", "committee", "date", "time", "status", "url", "papers"} <= meeting.keys()
    assert rows(ask("meetings", "--ahead", "--today", "2026-11-27", "--format", "json")[1]) == []
    (status,) = rows(ask("status", "--format", "json")[1])
    assert (status["papers"], status["pages"], status["hits"]) == (1, 2, 1)
    assert {"pages_by_method", "unreadable", "outbox", "sources"} <= status.keys()
    assert ask("status")[0] == 0


def test_a_source_that_should_have_spoken_is_said_to_be_silent(ask, data):
    with sqlite3.connect(data / "archive.sqlite3") as connection:
        connection.execute("UPDATE documents SET first_seen = '2026-01-05 06:30:00.000000'")
    catalogue = open_archive(data).catalogue
    run = catalogue.begin([source(expect=Expectation(every=30))], TODAY)
    catalogue.finish(run, SourceReport(source_id="marlshire", state=SourceState.OK), [])
    (row,) = rows(ask("sources", "show", "marlshire", "--format", "json")[1])
    assert (row["state"], row["silent"]) == ("silent", True)
    assert "Nothing new since 5 January 2026: something is due every 30 days." in row["reason"]
    code, out, _ = ask("status")
    assert code == 1
    assert "problem: source marlshire is silent: Nothing new since 5 January 2026" in out


def test_concepts_test_flags_the_sentences_on_stdin(data):
    done = paperwatch(data, "concepts", "test", "-", stdin="A whole population payment.\nNothing.\n")
    first, second = rows(done.stdout)
    assert first == {
        "text": "A whole population payment.",
        "concepts": [
            {"id": "population-payment", "wording": "whole population payment", "start": 2, "end": 26}
        ],
    }
    assert second == {"text": "Nothing.", "concepts": []}


def test_every_concept_holds_to_its_own_examples(ask):
    code, out, err = ask("concepts", "test")
    assert (code, err) == (0, "")
    assert "0 examples are wrong" in out


def test_subscribers_come_and_go_and_leave_nothing(ask, data):
    assert ask("subscribers", "add", "a@example.org", "--concept", "savings")[0] == 0
    (reader,) = rows(ask("subscribers", "list", "--format", "json")[1])
    assert (reader["address"], reader["concepts"], reader["cadence"]) == (
        "a@example.org",
        ["savings"],
        "weekly",
    )
    assert "token" not in reader
    assert ask("notify", "--today", "2026-11-16")[0] == 0
    assert ask("subscribers", "remove", "a@example.org")[0] == 0
    assert ask("subscribers", "list", "--format", "json")[1] == ""
    kept = [path for path in data.rglob("*") if path.is_file()]
    assert data / "archive.sqlite3" in kept
    assert [path for path in kept if b"a@example.org" in path.read_bytes()] == []


def test_the_database_is_backed_up_and_checked(ask, data, tmp_path):
    open_archive(data).log.sign()
    code, out, _ = ask("db", "backup", str(tmp_path / "copy.sqlite3"))
    named = out.rpartition(", too: ")[2].strip().removesuffix(".").split(", ")
    there = {path.name for path in data.iterdir()}
    assert code == 0
    assert {"papers", "keys"} <= set(named) <= there, "whatever cannot be made again"
    assert not {"sources", "concepts", "paperwatch.toml"} & (there - set(named))
    assert ask("db", "upgrade")[0] == 0
    assert ask("db", "check") == (0, "Check passed: 1 file of papers read.\n", "")


def test_a_copy_without_its_keys_is_checked_with_a_warning(ask, data):
    open_archive(data).log.sign()
    (data / "keys" / "log-key.pem").rename(data / "elsewhere.pem")
    for words in (("db", "check"), ("log", "verify")):
        code, _, err = ask(*words)
        assert code == 0
        assert "warning: " in err
        assert "log-key.pem is not there" in err


# ---- wrong calls: exit code 2, one sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("search", '"whole population'), '"whole population\n^\nThis quotation mark is never closed.'),
        (("search", "NOT care"), "Say what to look for"),
        (("search", "care", "--after", "soon"), "no date"),
        (("search", "care", "--nonsense"), "No such option"),
        (("run", "no-such-source"), "no-such-source"),
        (("run", "--kind", "parish"), "parish"),
        (("run", "--since", "2037-01-01"), "--since 2037-01-01 is after the day of the run"),
        (
            ("add", "README.md", "--body", "suffolk", "--url", "javascript:alert(1)"),
            "must begin with https://",
        ),
        (("add", "README.md", "--body", "marlshir"), "there is no body 'marlshir', did you mean 'marlshire'"),
        (("add", "no-such-file.pdf", "--body", "x"), "no-such-file.pdf: no such file or folder"),
        (("add", ".", "--body", "No Id"), "an id has lower-case letters"),
        (("subscribers", "add", "a@b\nBcc: c@d"), "not a valid e-mail address"),
        (("subscribers", "add", "a@example.org", "--concept", "x"), "there is no concept 'x'"),
        (("subscribers", "remove", "nobody@example.org"), "nobody@example.org"),
        (("sources", "show", "no-such-source"), "no-such-source"),
        (("frobnicate",), "No such command"),
        (("search", "care body:marlshir"), "     ^\nNo body is called 'marlshir'. Did you mean 'marlshire'"),
        (("search", "care", "--body", "nope"), "No body is called 'nope'"),
        (("search", "care", "--kind", "pakc"), "No kind is called 'pakc'. The kinds are agenda, "),
        (("search", "concept:nope"), "No concept is called 'nope'. There are accountable-care-provider, "),
        (("hunt", "care body:marlshir"), "Did you mean 'marlshire'"),
        (("papers", "--body", "nope"), "there is no body 'nope'"),
        (("papers", "--source", "marlshir"), "there is no source 'marlshir'. Did you mean 'marlshire'"),
        (("meetings", "--body", "nope"), "there is no body 'nope'"),
    ],
)
def test_a_wrong_call_is_one_clear_sentence(ask, words, sentence):
    code, out, err = ask(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        (
            "sources/moderngov.toml",
            'x = { name = "X", url = "https://x.example" }',
            "moderngov.toml:1: x: key 'kind' is missing",
        ),
        ("sources/moderngov.toml", "x = {", "moderngov.toml"),
        ("sources/moderngv.toml", "", "moderngv.toml"),
        ("paperwatch.toml", "[crawl]\nconcurent = 3", "paperwatch.toml:2"),
        ("paperwatch.toml", "[crawl]\nretries = 'many'", "paperwatch.toml:2"),
        ("paperwatch.toml", "crawl = [", "paperwatch.toml"),
        ("concepts/mine.toml", 'label = "Mine"\nwording = 1', "mine.toml: wording: unknown key"),
        ("concepts/mine.toml", 'label = "Mine"\n[[wordings]]\ntext = "mine"', "mine.toml: examples.match"),
        (
            "concepts/mine.toml",
            (
                'label = "Mine"\nwordings = [{ text = "mine" }]\n[examples]\n'
                'match = ["mine", "Mine.", "yours"]\nno_match = ["a", "b", "c"]'
            ),
            "mine.toml: examples: 'yours' should be flagged and is not",
        ),
    ],
)
def test_a_wrong_file_is_named_with_line_and_key(ask, data, file, content, sentence):
    path = data / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    code, _, err = ask("run", "--today", "2026-11-16")
    assert code == 2
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_an_environment_variable_goes_over_the_file_and_is_checked_too(ask, monkeypatch):
    monkeypatch.setenv("PAPERWATCH_CRAWL_RETRIES", "several")
    code, _, err = ask("run")
    assert code == 2
    assert "retries" in err


def test_a_data_folder_that_is_a_file_is_named(tmp_path, capsys):
    (tmp_path / "data").write_text("")
    assert call(["--data", str(tmp_path / "data"), "search", "x"]) == 2
    assert str(tmp_path / "data") in capsys.readouterr().err


# ---- one run at a time


def test_a_second_run_does_not_wait_and_says_who_holds_the_lock(ask, data):
    with run_lock(data):  # a run that waited for it would wait for ever
        code, out, err = ask("run")
    assert (code, out) == (3, "")
    assert "another run is going on" in err


def test_a_database_that_another_process_writes_to_is_said_to_be_so(ask, data, monkeypatch):
    monkeypatch.setattr("storage.engines.sqlite.connecting.BUSY_SECONDS", 0.1)
    with sqlite3.connect(data / "archive.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        code, _, err = ask("subscribers", "add", "a@example.org")
        other.execute("ROLLBACK")
    assert code == Exit.NOT_FINISHED
    assert "database is locked" in err
    assert "Another process has been writing to it" in err


# ---- papers by hand


def test_a_data_folder_may_be_named_from_where_one_stands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    pdf(tmp_path / "one.pdf", "A zeppelin.")
    assert call(["--data", "here", "add", "one.pdf", "--body", "x"]) == 0
    capsys.readouterr()
    assert call(["search", "zeppelin", "--data", "here", "--format", "json"]) == 0
    assert len(rows(capsys.readouterr().out)) == 1


def test_added_papers_are_read_flagged_and_found_at_once(ask, tmp_path):
    folder = tmp_path / "papers"
    (folder / "deep").mkdir(parents=True)
    pdf(folder / "one.pdf", "A capitated budget.", "Page two holds a zeppelin.")
    pdf(folder / "deep" / "two.pdf", "Another zeppelin.")
    (folder / ".DS_Store").write_bytes(b"\x00\x01")
    with zipfile.ZipFile(folder / "pack.zip", "w") as pack:
        pack.write(pdf(tmp_path / "three.pdf", "A third zeppelin."), "three.pdf")
    code, out, _ = ask("add", str(folder), "--body", "by-us", "--meeting", "2026-10-01")
    assert code == 0
    assert "Added 3 papers by hand to by-us" in out
    answers = rows(ask("search", "zeppelin", "--body", "by-us", "--format", "json")[1])
    assert sorted((answer["title"], answer["page"]) for answer in answers) == [
        ("one", 2), ("three.pdf", 1), ("two", 1),
    ]  # fmt: skip
    assert {answer["meeting_date"] for answer in answers} == {"2026-10-01"}
    assert "3 were there already" in ask("add", str(folder), "--body", "by-us")[1]


def test_added_papers_stand_with_the_meeting_that_is_known(ask, tmp_path):
    paper = str(pdf(tmp_path / "Finance report 1.2.pdf", "A zeppelin."))
    code, out, err = ask(
        "add", paper, "--body", "marlshire", "--meeting", "2026-11-26", "--title", "A\x1b[2J\u202eB"
    )
    assert (code, err) == (0, "")
    assert "They are with its meeting of 26 November 2026: Health Scrutiny Committee.\n" in out
    (answer,) = rows(ask("search", "zeppelin", "--format", "json")[1])
    assert (answer["committee"], answer["meeting_date"]) == ("Health Scrutiny Committee", "2026-11-26")
    assert answer["title"] == "A[2JB"
    assert len(rows(ask("meetings", "--format", "json")[1])) == 1
    assert "not published" not in ask("show", str(answer["document"]))[2]
    assert ": added by hand\n" in ask("show", str(answer["document"]))[2]


def test_a_body_of_papers_by_hand_has_the_name_and_kind_of_the_registry_or_else_of_its_id(ask, tmp_path):
    paper = str(pdf(tmp_path / "one.pdf", "A zeppelin."))
    bodies = ("surrey-heartlands-icb", "dorset-stp", "vale-and-wold-trust", "by-us")
    for body in bodies:
        assert ask("add", paper, "--body", body, "--new-body")[0] == 0
    sources = rows(ask("status", "--format", "json")[1])[0]["sources"]
    known = {source["id"].removeprefix("by-hand-"): source for source in sources}
    assert [(known[body]["name"], known[body]["kind"]) for body in bodies] == [
        ("NHS Surrey Heartlands ICB", "icb"),
        ("Dorset STP", "stp"),
        ("Vale and Wold Trust", "trust"),
        ("By Us", "other-body"),
    ]
    for body in bodies:
        found = rows(ask("search", "zeppelin", "--kind", known[body]["kind"], "--format", "json")[1])
        assert body in {answer["body"] for answer in found}
    said = ask("add", paper, "--body", "surrey-heartland-icb", "--new-body")[2]
    assert "Surrey Heartland ICB" in said
    assert "Did you mean 'surrey-heartlands-icb'" in said


def test_an_archive_of_papers_by_hand_knows_the_areas_and_their_bodies(ask, data, tmp_path):
    assert ask("add", str(pdf(tmp_path / "one.pdf", "A zeppelin.")), "--body", "dorset-icb")[0] == 0
    stances = rows(ask("left-out", "zeppelin", "--area", "dorset-icb", "--format", "json")[1])
    names = {row["body"]: row["body_name"] for row in stances}
    assert names["dorset-county-hospital-trust"] == "Dorset County Hospital NHS Foundation Trust"
    assert not [body for body, name in names.items() if body == name]


def test_a_body_that_is_new_is_said_to_be(ask, tmp_path):
    paper = str(pdf(tmp_path / "Finance report 1.2.pdf", "A zeppelin."))
    code, _, err = ask("add", paper, "--body", "qq")
    assert (code, err) == (0, "qq is a new body: Qq (Other body).\n")
    assert ask("add", paper, "--body", "marlshir", "--new-body")[0] == 0
    assert ask("add", paper, "--body", "marlshir")[0] == 0
    assert [row["title"] for row in rows(ask("papers", "--body", "qq", "--format", "json")[1])] == [
        "Finance report 1.2"
    ]


def test_adding_a_folder_takes_the_files_of_it_and_names_what_it_leaves(ask, tmp_path):
    folder, secret = tmp_path / "papers", tmp_path / "secret.txt"
    (folder / "inner").mkdir(parents=True)
    secret.write_text("the password of the machine")
    (folder / "note.txt").write_text("a paper about the ward")
    (folder / "link.txt").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    (folder / "inner" / "elsewhere").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    code, out, err = ask("add", str(folder), "--body", "marlshire")
    assert code == 0
    assert "Added 1 paper by hand" in out
    for left in ("link.txt", "loop", "elsewhere", "pipe"):
        assert f"{left} was left: " in err
    assert ask("search", "password")[1] == ""
    code, out, err = ask("add", str(folder), "--body", "marlshire", "--follow-links")
    assert "loop was left: it leads back to a folder above it." in err
    assert "password" in ask("search", "password")[1]


def test_a_file_whose_name_is_no_text_is_added_all_the_same(data, tmp_path):
    odd = tmp_path / os.fsdecode(b"caf\xe9.pdf")
    shutil.copy(pdf(tmp_path / "one.pdf", "A zeppelin."), odd)
    words = command(data, "add", str(tmp_path / "one.pdf"), str(odd), "--body", "marlshire")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Added 2 papers by hand" in done.stdout
    titles = {row.title for row in open_archive(data).reports.papers()}
    assert titles == {"Board papers", "one", "caf\ufffd"}


def test_a_paper_that_its_body_keeps_back_is_not_published(ask, data):
    catalogue = open_archive(data).catalogue
    run = catalogue.begin([source()], TODAY)
    catalogue.record_document(run, document(key="exempt", url="", restricted=True))
    catalogue.end(run)
    (paper,) = [row for row in rows(ask("papers", "--format", "json")[1]) if row["state"] == "restricted"]
    assert "Paper exempt: not published\n" in ask("show", str(paper["document"]))[2]


def test_papers_that_cannot_be_read_are_named_and_the_others_kept(ask, tmp_path):
    whole = pdf(tmp_path / "whole.pdf", "A zeppelin.").read_bytes()
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "picture.pdf").write_bytes(b"\x89PNG\r\n\x1a\nnot a pdf at all")
    files = [str(tmp_path / name) for name in ("whole.pdf", "empty.pdf", "cut.pdf", "picture.pdf")]
    code, _, err = ask("add", *files, "--body", "x")
    assert code == 1
    assert all(f"paper {name} (" in err for name in ("empty", "picture"))
    (status,) = rows(ask("status", "--format", "json")[1])
    reasons = {row["title"]: row["reason"] for row in status["unreadable"]}
    assert reasons.keys() >= {"empty", "picture"}
    assert reasons["empty"] == "empty"
    assert len(rows(ask("search", "zeppelin", "--format", "json")[1])) >= 1


# ---- sources that are not well

FAULTS = {
    "marlshire": ("403", "blocked"),
    "ellenby": ("500", "unreachable"),
    "marlshire-and-ellenby": ("garbage", "broken"),
    "wold-and-haven": ("nothing", "broken"),
    "national-board": ("botwall", "blocked"),
    "linfold-campaign": ("404", "broken"),
}


def test_each_fault_of_a_site_is_a_named_state_and_nothing_stored_is_lost(tmp_path):
    data = tmp_path / "data"
    with StandIn() as standin:
        prepare(data, standin)
        assert paperwatch(data, *run_words(standin)).returncode == 0
        before = open_archive(data).reports.papers()
        for body, (fault, _) in FAULTS.items():
            standin.break_(body, fault)
        standin.day = 2
        done = paperwatch(data, *run_words(standin))
    assert done.returncode == 1
    archive = open_archive(data)
    assert {row.id: row.state.value for row in archive.reports.health()} == {
        body: state for body, (_, state) in FAULTS.items()
    }
    for body, (_, state) in FAULTS.items():
        assert f"source {body} is {state}: " in done.stderr
    assert archive.reports.papers() == before


def test_one_broken_source_does_not_hold_up_the_others(tmp_path):
    data = tmp_path / "data"
    with StandIn() as standin:
        prepare(data, standin)
        standin.break_("marlshire", "cut")
        standin.break_("wold-and-haven", "login")
        done = paperwatch(data, *run_words(standin))
        well = [body for body in bodies(standin) if body not in {"marlshire", "wold-and-haven"}]
    states = {row.id: row.state.value for row in open_archive(data).reports.health()}
    assert done.returncode == 1
    assert {body: states[body] for body in well} == dict.fromkeys(well, "ok")
    papers = open_archive(data).reports.papers(source="wold-and-haven")
    assert {row.state for row in papers} == {"unavailable"}


def test_a_full_disk_ends_the_run_with_a_sentence_and_keeps_the_archive(tmp_path):
    """A limit on the size of files stands in for the full disk: writes fail in the same places."""
    data = tmp_path / "data"
    keep(open_archive(data), ["The first paper."])
    (tmp_path / "large.txt").write_text("care " * 400_000)
    words = " ".join(command(data, "add", str(tmp_path / "large.txt"), "--body", "x"))
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 800; trap '' XFSZ; {words}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == Exit.NOT_FINISHED
    assert done.stderr.startswith("x is a new body: X (Other body).\npaperwatch: ")
    assert len(done.stderr.splitlines()) == 2
    archive = open_archive(data)
    assert list(archive.upkeep.check()) == []
    assert [row.title for row in archive.reports.papers()] == ["Paper d1"]


# ---- a folder that is none


@pytest.mark.parametrize(
    "words",
    [
        ("search", "care"),
        ("papers",),
        ("status",),
        ("extract",),
        ("flag",),
        ("notify",),
        ("hunt", "care"),
        ("subscribers", "list"),
        ("db", "check"),
        ("db", "upgrade"),
        ("run", "no-such-source"),
    ],
)
def test_a_mistyped_folder_is_no_empty_archive_and_is_not_made(tmp_path, capsys, words):
    folder = tmp_path / "dta"
    assert call([*words, "--data", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"there is no archive in {folder}" in err or "no-such-source" in err
    assert not folder.exists()


def test_the_sources_can_be_looked_at_before_there_is_an_archive(tmp_path, capsys):
    assert call(["sources", "list", "--format", "json", "--data", str(tmp_path / "data")]) == 0
    assert {row["state"] for row in rows(capsys.readouterr().out)} == {"unknown", "manual"}
    assert not (tmp_path / "data").exists()


def test_what_holds_addresses_is_for_its_owner_only(tmp_path, capsys):
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite3"
    assert call(["subscribers", "add", "a@example.org", "--data", str(data)]) == 0
    assert call(["db", "backup", str(copy), "--data", str(data)]) == 0
    private = [data, copy, *data.glob("archive.sqlite3*")]
    assert len(private) >= 3
    assert {path.stat().st_mode & 0o077 for path in private} == {0}


def test_the_check_names_the_paper_that_is_lost_and_the_file_that_nobody_knows(ask, data):
    archive = open_archive(data)
    (paper,) = archive.reports.papers()
    archive.blobs.path(paper.sha256).unlink()
    stranger, _ = archive.blobs.put(b"nobody's")
    code, out, err = ask("db", "check")
    assert (code, out) == (1, "1 fault: 1 file of papers read.\n")
    assert f"problem: paper {paper.document}, 'Board papers', cannot be read" in err
    assert f"The database does not know {archive.blobs.path(stranger)}" in err


def test_a_table_of_concepts_fits_a_line_and_json_has_every_wording(ask):
    lines = ask("concepts", "list")[1].splitlines()
    assert max(map(len, lines)) < 400
    assert any(re.search(r" and \d+ more", line) for line in lines)
    assert max(len(row["wordings"]) for row in rows(ask("concepts", "list", "--format", "json")[1])) > 5


# ---- what is not well


def test_status_of_a_fresh_archive_is_well_and_says_that_nothing_has_run(tmp_path, capsys):
    data = tmp_path / "data"
    assert call(["subscribers", "add", "a@example.org", "--data", str(data)]) == 0
    capsys.readouterr()
    assert call(["status", "--data", str(data)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Nothing has been crawled yet")
    assert " manual, " in out
    assert " not yet run." in out


def test_status_names_first_what_is_not_well(ask, data, monkeypatch):
    catalogue = open_archive(data).catalogue
    run = catalogue.begin([source("ellenby", platform="moderngov")], TODAY)
    report = SourceReport(source_id="ellenby", state=SourceState.BROKEN, reason="no list of papers")
    catalogue.finish(run, report, ())
    (data / "paperwatch.toml").write_text(
        '[alerts]\nchannel = "smtp"\n[alerts.smtp]\nhost = "mail.example.org"\nusername = "digests"\n'
        'password_file = "/nope"\n'
    )
    monkeypatch.setenv("PAPERWATCH_CRAWL_RETRYS", "3")
    code, out, _ = ask("status")
    assert code == 1
    first = "\n".join(out.splitlines()[:10])
    assert first.count("  what helps: ") == 5
    assert "problem: the run of" in first
    assert "was interrupted" in first
    assert "problem: source ellenby is broken: no list of papers" in first
    assert "problem: no message can be sent: alerts.smtp.password_file cannot be read" in first
    assert "PAPERWATCH_CRAWL_RETRYS of the environment is no setting, did you mean" in first
    (row,) = rows(ask("status", "--format", "json")[1])
    assert len(row["not_well"]) == 5
    assert [(problem["what"], bool(problem["helps"])) for problem in row["problems"]] == [
        (what, True) for what in row["not_well"]
    ]
    with run_lock(data):
        out = ask("status")[1]
    assert f"A run is going on (process {os.getpid()}), begun on " in out
    assert "killed" not in out
    catalogue.end(run)
    assert "The last run began on" in ask("status")[1]


def test_asking_who_holds_the_lock_takes_it_from_nobody(data):
    assert holder(data) == ""
    with run_lock(data):
        assert holder(data) == str(os.getpid())
    with run_lock(data):
        pass


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ('[alerts]\nchannel = "fax"', "paperwatch.toml:2: there is no channel 'fax'"),
        ('[schedule]\ncron = "every day"', "[schedule] cron: 'every day' cannot be read"),
        (
            '[web]\nbase_ur = "x"',
            "paperwatch.toml:2: [web] has no setting 'base_ur', did you mean 'base_url'?",
        ),
        ("[alert]", "there is no table [alert], did you mean 'alerts'?"),
        (
            '[alerts.smtp]\nhots = "x"',
            "paperwatch.toml:2: [alerts.smtp] has no setting 'hots', did you mean 'host'?",
        ),
        ("[alerts.smtp]\nport = 25", "[alerts] smtp: host is missing"),
        (
            '[alerts.smtp]\nhost = "x"\nsecurity = "ssl"',
            "security: must be starttls or tls or none, not 'ssl'",
        ),
        ('[crawl]\ncontact = "our robot"', "paperwatch.toml:2: [crawl] contact: must be of plain characters"),
        ('[crawl]\nretries = "many"', "paperwatch.toml:2: [crawl] retries: must be a whole number, not text"),
        ("[crawl]\nretries = 99", "[crawl] retries: must be a whole number, 10 or less"),
        ('[sources]\nareas = "leeds"', "[sources] areas: must be a list, as in"),
        ('web = "x"', "[web] must be a table of keys and values, not text"),
        (
            '[alerts]\nsender = "nobody"',
            "paperwatch.toml:2: [alerts] `sender`: the address is not one that mail can be sent to",
        ),
        ('[schedule]\ntimezone = "Mars/Base"', "there is no time zone 'Mars/Base'"),
    ],
)
@pytest.mark.parametrize("name", ["status", "run"])
def test_a_setting_that_could_never_work_is_named_at_once(ask, data, settings, sentence, name):
    (data / "paperwatch.toml").write_text(settings)
    code, out, err = ask(name)
    assert (code, out) == (2, "")
    assert sentence in err
    assert not re.search(r"`(str|int|float|array|object)`|regex|\$\.", err)  # a library's words


def test_a_database_that_is_damaged_is_told_with_what_to_do(ask, data):
    for part in data.glob("archive.sqlite3*"):
        part.unlink()
    (data / "archive.sqlite3").write_bytes(b"no database" * 1000)
    for words in (("status",), ("search", "payment")):
        code, _, err = ask(*words)
        assert code == 4
        assert "file is not a database" in err
        assert "Back up and restore" in err


def test_every_wrong_file_is_named_at_once(ask, data):
    for name in ("sources", "concepts"):
        (data / name).mkdir()
    (data / "sources" / "moderngov.toml").write_text("x = {")
    (data / "concepts" / "mine.toml").write_text("label = 1")
    (data / "bodies.toml").write_text("x = 1")
    (data / "concepts" / "second.toml").write_text("label = 2")
    every = ("moderngov.toml", "mine.toml", "bodies.toml", "second.toml")
    code, _, err = ask("run")
    assert code == 2
    assert all(name in err for name in every)
    code, out, _ = ask("status")  # says the rest all the same
    assert code == 1
    assert all(name in out[: out.index("  what helps: correct the file")] for name in every)
    assert "1 paper, " in out
    assert ask("status", "--format", "json")[0] == 1


def test_a_run_says_that_the_disk_is_low_as_status_does(ask, monkeypatch):
    monkeypatch.setattr("storage.reports.machine.LEAST_FREE", 10**18)
    for name in ("extract", "status"):
        code, out, err = ask(name)
        assert code == 1
        assert "are free on the disk, and a run may take" in f"{out}{err}"


def test_what_helps_is_said_once_for_all_sources_in_one_state(ask, data):
    catalogue = open_archive(data).catalogue
    run = catalogue.begin([source(name) for name in "abc"], TODAY)
    for name, state in (("a", SourceState.BLOCKED), ("b", SourceState.BROKEN), ("c", SourceState.BLOCKED)):
        catalogue.finish(run, SourceReport(source_id=name, state=state, reason="no"), ())
    catalogue.end(run)
    lines = ask("status")[1].splitlines()
    blocked = lines.index("problem: source a is blocked: no")
    assert lines[blocked + 1] == "problem: source c is blocked: no"
    assert lines[blocked + 2].startswith("  what helps: ask the body to let you in")


def test_a_run_that_could_send_nothing_does_not_begin(ask, data):
    (data / "paperwatch.toml").write_text(
        '[alerts]\nchannel = "smtp"\n[alerts.smtp]\nhost = "mail.example.org"\nusername = "digests"\n'
    )
    for name in ("run", "notify"):
        code, out, err = ask(name)
        assert (code, out) == (2, "")
        assert "has a username but no password" in err
    assert ask("search", "whole")[0] == 0


# ---- runs that do not go as planned


def own_source(data, identity, url, timeout=60):
    (data / "sources").mkdir(parents=True, exist_ok=True)
    line = f'{identity} = {{ name = "X", url = "{url}", kind = "council", timeout = {timeout} }}\n'
    (data / "sources" / "moderngov.toml").write_text(line)


def test_a_host_that_nobody_knows_is_asked_twice_and_said_to_be_gone_once(tmp_path):
    own_source(tmp_path, "dead", "https://marlshire.invalid/")
    (tmp_path / "paperwatch.toml").write_text("[crawl]\nretry_wait = 0.01\nretries = 5\n")
    done = paperwatch(tmp_path, "run", "dead")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "problem: source dead is unreachable: robots.txt could not be read: no such host"
    ]
    assert "\n2 requests, 0 bytes" in paperwatch(tmp_path, "sources", "check", "dead").stdout


def test_a_run_that_is_told_to_stop_says_what_it_has_done(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        own_source(tmp_path, "silent", f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=1)
        (tmp_path / "paperwatch.toml").write_text("[crawl]\nretries = 0\n")
        words = command(tmp_path, "run", "silent")
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            silent.settimeout(60)
            connection, _ = silent.accept()
            with connection:
                running.terminate()
                out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert re.match("Crawled [01] of 1 source: ", out)
    assert "paperwatch: stopped; finished work is kept" in err


def test_a_source_whose_papers_are_added_by_hand_is_not_passed_over_in_silence(ask):
    code, out, err = ask("crawl", "suffolk")
    assert code == 0
    assert err == "suffolk is not crawled: its papers are added by hand, with `paperwatch add`.\n"
    assert out.startswith("Crawled 0 sources")


# ---- tables and files


def test_a_table_in_a_pipe_cuts_no_word_and_says_what_show_wants(data):
    title = "The long report of the director of the whole of everything, with its nine annexes and one more"
    keep(open_archive(data), ["whole"], key="d9", title=title)
    lines = paperwatch(data, "papers").stdout.splitlines()
    assert lines[0].split()[0] == "document"
    (line,) = [line for line in lines if title in line]
    document = line.split()[0]
    assert title in paperwatch(data, "show", document).stderr


def test_csv_without_rows_has_its_header(ask):
    for words in (("search", "zeppelin"), ("papers", "--body", "suffolk"), ("hunt", "zeppelin")):
        code, out, _ = ask(*words, "--format", "csv")
        (header,) = out.splitlines()
        assert code == 0
        assert {"body", "title", "document"} <= set(header.split(","))


def test_codes_and_times_are_written_for_people(ask):
    out = ask("sources", "show", "suffolk")[1]
    assert re.search(r"^codes +gss E\d{8}$", out, re.MULTILINE)


def test_a_paper_that_is_withdrawn_looks_so(ask, data):
    with sqlite3.connect(data / "archive.sqlite3") as connection:
        connection.execute("UPDATE documents SET state = 'withdrawn'")
    assert "Board papers (withdrawn)" in ask("search", "whole")[1]
    (answer,) = rows(ask("search", "whole", "--format", "json")[1])
    assert (answer["title"], answer["state"]) == ("Board papers", "withdrawn")


def test_every_wrong_example_of_a_concept_is_named_at_once(ask, data):
    (data / "concepts").mkdir()
    (data / "concepts" / "mine.toml").write_text(
        'label = "Mine"\nwordings = [{ text = "mine" }]\n[examples]\n'
        'match = ["mine", "theirs", "yours"]\nno_match = ["a", "b", "Mine."]'
    )
    code, _, err = ask("run")
    assert code == 2
    assert [line.partition("examples: ")[2] for line in err.splitlines()] == [
        "'theirs' should be flagged and is not",
        "'yours' should be flagged and is not",
        "'Mine.' should not be flagged and is",
    ]


def test_a_paper_that_is_removed_leaves_no_words_of_its_pictures(data, ask):
    known = data / "pictures-read"
    known.mkdir()
    (known / "0123-text1").write_text('"A name"')
    code, _, err = ask("papers", "remove", "1", "--reason", "By order.", "--yes")
    assert (code, err) == (0, "")
    assert not list(known.iterdir())
