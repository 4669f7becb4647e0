"""The command's contract: answers on stdout, one clear sentence on stderr, and the exit codes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
import zipfile

import pytest
from reportlab.pdfgen.canvas import Canvas

from cli.demo.standin import StandIn
from cli.lock import run_lock
from cli.main import call
from storage.archive import open_archive
from tests.archives import keep
from tests.demo_run import bodies, command, paperwatch, prepare, run_words


@pytest.fixture
def data(tmp_path):
    """An archive with one paper of two pages, one of them flagged."""
    folder = tmp_path / "data"
    archive = open_archive(folder)
    keep(archive, ["The whole population payment was noted.", "Nothing else."], title="Board papers")
    assert call(["--data", str(folder), "flag"]) == 0
    return folder


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
    assert err == "1 pages, of 2 pages in 1 papers of 1 bodies; 0 papers could not be read.\n"


def test_search_that_finds_nothing_is_no_failure(ask):
    assert ask("search", "zeppelin", "--format", "json") == (0, "", "")


def test_csv_runs_nothing_in_a_spreadsheet(data, capsys):
    keep(open_archive(data), ["whole"], key="d9", title="=HYPERLINK(0)")
    call(["--data", str(data), "search", "whole", "--format", "csv"])
    out = capsys.readouterr().out
    assert "'=HYPERLINK(0)" in out
    assert ",=HYPERLINK" not in out


def test_show_says_what_was_read_of_a_page(ask, tmp_path):
    assert ask("add", str(pdf(tmp_path / "one.pdf", "First page.", "A zeppelin.")), "--body", "x")[0] == 0
    (paper,) = [row for row in rows(ask("papers", "--format", "json")[1]) if row["title"] == "one.pdf"]
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
    (data / "sources").mkdir()
    (data / "sources" / "moderngov.toml").write_text(
        'marlshire = { name = "M", url = "https://m.example/", kind = "council", every = 30 }'
    )
    with sqlite3.connect(data / "archive.sqlite3") as connection:
        connection.execute("UPDATE documents SET first_seen = '2026-01-05 06:30:00.000000'")
    (row,) = rows(ask("sources", "show", "marlshire", "--format", "json")[1])
    assert "Nothing new since 05 January 2026: it should speak every 30 days." in row["reason"]


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


def test_the_database_is_backed_up_and_checked(ask, tmp_path):
    assert ask("db", "backup", str(tmp_path / "copy.sqlite3"))[0] == 0
    assert ask("db", "upgrade")[0] == 0
    assert ask("db", "check") == (0, "The archive is whole.\n", "")


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
        (("add", "no-such-file.pdf", "--body", "x"), "no-such-file.pdf: no such file or folder"),
        (("add", ".", "--body", "No Id"), "an id has lower-case letters"),
        (("subscribers", "add", "a@b\nBcc: c@d"), "no address that mail can be sent to"),
        (("subscribers", "add", "a@example.org", "--concept", "x"), "--concept x: unknown"),
        (("subscribers", "remove", "nobody@example.org"), "nobody@example.org"),
        (("sources", "show", "no-such-source"), "no-such-source"),
        (("frobnicate",), "No such command"),
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


def test_a_second_run_ends_within_a_second_and_says_who_holds_the_lock(ask, data):
    with run_lock(data):
        started = time.monotonic()
        code, out, err = ask("run")
        assert time.monotonic() - started < 1
    assert (code, out) == (3, "")
    assert "another run is going on" in err


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
    with zipfile.ZipFile(folder / "pack.zip", "w") as pack:
        pack.write(pdf(tmp_path / "three.pdf", "A third zeppelin."), "three.pdf")
    code, out, _ = ask("add", str(folder), "--body", "by-us", "--meeting", "2026-10-01")
    assert code == 0
    assert "Added 3 papers by hand to by-us" in out
    answers = rows(ask("search", "zeppelin", "--body", "by-us", "--format", "json")[1])
    assert sorted((answer["title"], answer["page"]) for answer in answers) == [
        ("one.pdf", 2), ("three.pdf", 1), ("two.pdf", 1),
    ]  # fmt: skip
    assert {answer["meeting_date"] for answer in answers} == {"2026-10-01"}
    assert "3 were there already" in ask("add", str(folder), "--body", "by-us")[1]


def test_papers_that_cannot_be_read_are_named_and_the_others_kept(ask, tmp_path):
    whole = pdf(tmp_path / "whole.pdf", "A zeppelin.").read_bytes()
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "picture.pdf").write_bytes(b"\x89PNG\r\n\x1a\nnot a pdf at all")
    files = [str(tmp_path / name) for name in ("whole.pdf", "empty.pdf", "cut.pdf", "picture.pdf")]
    code, _, err = ask("add", *files, "--body", "x")
    assert code == 1
    assert all(name in err for name in ("empty.pdf", "picture.pdf"))
    (status,) = rows(ask("status", "--format", "json")[1])
    reasons = {row["title"]: row["reason"] for row in status["unreadable"]}
    assert reasons.keys() >= {"empty.pdf", "picture.pdf"}
    assert reasons["empty.pdf"] == "empty"
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
    assert done.returncode in {1, 2}
    assert len(done.stderr.splitlines()) == 1
    archive = open_archive(data)
    assert list(archive.upkeep.check()) == []
    assert [row.title for row in archive.reports.papers()] == ["Paper d1"]
