"""What commands say where something is not as it mostly is: once each, in this process."""

from __future__ import annotations

import io
import os
import shutil
import socket
import sys
from contextlib import suppress
from datetime import time

import pytest

from cli import main, terminal
from cli.app import evidence, first_setup, source_walk
from cli.app.config import load
from cli.app.context import App
from cli.commands import docs, status
from cli.exits import Exit
from cli.main import call
from crawler.tools.recording_platform import Step
from pipeline.errors import ConfigError, DeliveryError, ParseError
from pipeline.model import Doubt, Left, LeftReason, WatchList
from storage.archive import open_archive
from tests.documents import make
from tests.extractors.test_asked_of_a_page import ROWS, with_table
from tests.helpers.archives import keep, source


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A text of two pages, twice, and a PDF with a table."""
    data, papers = tmp_path_factory.mktemp("kept") / "data", tmp_path_factory.mktemp("papers")
    archive = open_archive(data)
    for key in ("d1", "d2"):
        keep(archive, ["The whole population payment was noted.", "Nothing else."], key=key)
    archive.catalogue.end(1)
    archive.database.engine.dispose()
    with_table(papers / "table.pdf")
    assert call(["--data", str(data), "add", str(papers / "table.pdf"), "--body", "vale", "--new-body"]) == 0
    return data


@pytest.fixture
def data(tmp_path, kept):
    return shutil.copytree(kept, tmp_path / "data")


@pytest.fixture
def ask(data, capsys):
    """Run a command; answers (exit code, stdout, stderr)."""
    capsys.readouterr()

    def run(*words):
        code = call([*words, "--data", str(data)])
        return code, *capsys.readouterr()

    return run


# ---- settings


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[operations]\nping_url = "example.org/1"\n', "must begin with http:// or https://"),
        ('[alerts]\noperator_also = "someone"\n', "must be an address with ://"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_wrong_setting(ask, data, content, said):
    (data / "paperwatch.toml").write_text(content)
    code, _, err = ask("papers")
    assert (code, said in err) == (Exit.WRONG_CALL, True)


def test_settings_that_cannot_be_read(tmp_path):
    (tmp_path / "paperwatch.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})


def test_a_variable_that_sets_nothing_is_named_before_a_run(data, monkeypatch, capsys):
    monkeypatch.setenv("PAPERWATCH_CRAWL_CONTACTS", "x")
    App(data).validate_files()
    assert "PAPERWATCH_CRAWL_CONTACTS" in capsys.readouterr().err


def test_a_mailbox_for_bounces_without_its_password_is_said_before_a_run(data, monkeypatch):
    monkeypatch.delenv("PAPERWATCH_ALERTS_BOUNCES_PASSWORD", raising=False)
    (data / "paperwatch.toml").write_text(
        '[alerts.bounces]\nhost = "mail.example.org"\nusername = "bounces"\n'
    )
    with pytest.raises(ConfigError, match="password"):
        App(data).check_channel()


# ---- papers


def test_the_tables_of_a_page_are_rows_of_cells(ask):
    code, out, _ = ask("show", "3", "--page", "1", "--tables")
    assert code == 0
    assert out.splitlines() == ["table 1", *("\t".join(row) for row in ROWS)]


def test_tables_are_asked_of_one_page_and_of_a_pdf(ask):
    assert "--tables needs a --page" in ask("show", "3", "--tables")[2]
    code, _, err = ask("show", "1", "--page", "1", "--tables")
    assert (code, "no tables can be read" in err) == (Exit.WRONG_CALL, True)


def test_one_title_is_for_one_paper(ask, tmp_path):
    files = [str(make.pdf(tmp_path / name, [name])) for name in ("a.pdf", "b.pdf")]
    code, _, err = ask("add", *files, "--body", "vale", "--title", "Plan")
    assert (code, "2 files were given" in err) == (Exit.WRONG_CALL, True)


def test_another_paper_of_the_same_bytes_is_named_when_one_is_withheld(ask):
    code, _, err = ask("papers", "withhold", "1", "--reason", "a name in it")
    assert code == 0
    assert "also held as 1 other paper: 2" in err


def test_who_does_not_say_yes_removes_nothing(ask, data, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert ask("papers", "remove", "1", "--reason", "a name in it")[0] == Exit.INTERRUPTED
    assert ask("show", "1")[0] == 0


def test_a_pack_of_more_pages_than_it_may_hold(ask, tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_PAGES", 1)
    code, _, err = ask("evidence", '"whole population payment"', "--out", str(tmp_path / "pack.zip"))
    assert (code, "narrow the" in err) == (Exit.WRONG_CALL, True)


def test_a_pack_that_cannot_be_written(ask, tmp_path):
    code, _, err = ask("evidence", "--paper", "1", "--out", str(tmp_path / "gone" / "pack.zip"))
    assert (code, "could not be written" in err) == (Exit.NOT_FINISHED, True)


# ---- the log


def test_a_file_that_is_not_what_was_kept_is_named(ask, data):
    file = max((data / "papers").rglob("*"), key=lambda path: path.is_file() and path.stat().st_size)
    file.chmod(0o644)
    file.write_bytes(b"another paper")
    code, out, _ = ask("log", "verify")
    assert (code, "changed" in out or "damaged" in out) == (Exit.NOT_ALL_WELL, True)


def test_two_roots_as_json_have_their_proof(ask, data):
    archive = open_archive(data)
    first = archive.log.sign()
    keep(archive, ["Another page."], key="d9")
    archive.log.sign()
    archive.database.engine.dispose()
    code, out, _ = ask("log", "consistency", f"{first.size}:{first.root.hex()}", "--format", "json")
    assert (code, '"proof"' in out) == (0, True)
    code, out, _ = ask("log", "consistency", f"{10**6}:{first.root.hex()}")
    assert (code, "contradicts" in out) == (Exit.NOT_ALL_WELL, True)


# ---- readers

CHAT = "https://chat.example.org/hook"


def test_a_channel_has_addresses_of_its_own(ask):
    words = ("subscribers", "add", "--concept", "population-payment", "--channel", "webhook")
    code, _, err = ask(*words, "not an address")
    assert (code, "needs an address such as" in err) == (Exit.WRONG_CALL, True)
    code, out, _ = ask(*words, CHAT)
    assert (code, f"Digests will be sent to {CHAT}" in out) == (0, True)


def test_nobody_is_changed_by_a_link_that_is_not_theirs(data):
    readers, watch = App(data).readers, WatchList(name="x", query="payment")
    assert readers.digests("forged") == ()
    assert readers.change("forged", cadence="daily", zone="Europe/London", quiet=True) is None
    assert readers.add_watch("forged", watch) is None
    assert readers.change_watch("forged", watch) is None
    assert readers.pause_watch("forged", 1, paused=True) is None
    assert readers.copy_watch("forged", 1) is None
    assert readers.drop_watch("forged", 1) is None


# ---- a daily start


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder of programs, and no others; each says its words in a file."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def made(name, code=0):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho $@ >> {tmp_path}/said\necho no >&2\nexit {code}\n")
        program.chmod(0o755)

    return made


def test_systemd_is_told_of_the_timer_that_was_written(programs, tmp_path):
    programs("systemctl")
    said = first_setup.start_by_systemd("/opt/paperwatch", tmp_path)
    timer = tmp_path / "config" / "systemd" / "user" / "paperwatch.timer"
    assert said.startswith(str(timer))
    assert timer.exists()
    assert (tmp_path / "said").read_text().splitlines() == [
        "--user daemon-reload",
        "--user enable --now paperwatch.timer",
    ]


def test_what_stands_in_the_way_of_a_daily_start_is_said(programs, tmp_path):
    with pytest.raises(ConfigError, match="there is no cron here"):
        first_setup.start_by_cron("/opt/paperwatch", tmp_path)
    with pytest.raises(ConfigError, match="systemctl: No such file"):
        first_setup.start_by_systemd("/opt/paperwatch", tmp_path)
    programs("systemctl", code=1)
    with pytest.raises(ConfigError, match="`systemctl --user daemon-reload` failed: no"):
        first_setup.start_by_systemd("/opt/paperwatch", tmp_path)


def test_the_command_that_is_to_be_started(programs, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    with pytest.raises(ConfigError, match="was not found"):
        first_setup.own_command()
    programs("paperwatch")
    assert first_setup.own_command() == str(tmp_path / "programs" / "paperwatch")


def test_a_daily_start_that_fails_costs_no_other_answer(programs, tmp_path, capsys):
    words = ["init", "--where", "LS1 4AP", "--no-run", "--yes", "--daily", "cron"]
    assert call([*words, "--data", str(tmp_path / "data")]) == 0
    assert "problem: " in capsys.readouterr().err
    assert (tmp_path / "data" / "paperwatch.toml").exists()


# ---- sources


def test_what_a_platform_doubts_leaves_or_does_not_recognise_is_shown():
    marlshire = source(platform="cmis")
    found = (
        Doubt(source_id="marlshire", what="half a table"),
        Left(
            source_id="marlshire",
            reason=LeftReason.ANOTHER_HOST,
            title="Plan",
            url="http://other.example/a.pdf",
        ),
    )
    assert list(source_walk.described_step(marlshire, Step(found=found))) == [
        "start",
        "  doubt  half a table",
        f"  left  {LeftReason.ANOTHER_HOST}  paper  'Plan'  http://other.example/a.pdf",
    ]
    refused = Step(error=ParseError(source="a", url="b", selector="table", expected="1", found="0"))
    said = list(source_walk.described_step(marlshire, refused))
    assert said[1:] == ["  not recognised: a: b: expected 1 of table, found 0"]


def test_a_source_is_walked_without_a_data_folder(tmp_path):
    with source_walk._alone(App(tmp_path / "gone")) as leases:
        assert leases is None


def test_papers_by_hand_have_no_page_to_save(ask, data):
    (data / "sources").mkdir()
    (data / "sources" / "manual.toml").write_text('mill = { name = "Mill Trust", kind = "trust" }\n')
    code, _, err = ask("sources", "case", "mill", "--step", "papers")
    assert (code, "added by hand" in err) == (Exit.WRONG_CALL, True)


# ---- the machine


def test_a_port_that_is_taken_is_said(data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match="cannot be served on"):
            App(data).serve("127.0.0.1", port, print)


def test_status_as_csv_has_a_row_for_each_source(ask):
    _, out, _ = ask("status", "--format", "csv")
    assert out.splitlines()[0].startswith("id,name,")
    assert "marlshire" in out


def test_status_is_said_again_until_stopped(ask, monkeypatch):
    said = []

    def stop(seconds):
        said.append(seconds)
        if len(said) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(status, "sleep", stop)
    assert ask("status", "--watch", "5")[0] == Exit.INTERRUPTED
    assert said == [5, 5]


def test_lists_that_cannot_be_tried_break_no_status(ask, data):
    ask("subscribers", "add", "someone@example.org", "--concept", "population-payment")
    (data / "concepts").mkdir()
    (data / "concepts" / "mine.toml").write_text("no toml")
    assert App(data).machine().broken_alerts == 0


def test_whoever_has_no_browser_is_told_which_file_to_open(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").touch()
    monkeypatch.setattr(docs, "PLACES", (tmp_path,))
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    assert call(["docs"]) == 0
    assert "There is no browser here" in capsys.readouterr().err


# ---- ends


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ZeroDivisionError("x"), Exit.OUR_FAULT, "this is a fault of the program, not of yours"),
        (DeliveryError("no", retryable=False), Exit.NOT_ALL_WELL, "paperwatch: no"),
    ],
)
def test_every_error_ends_in_a_sentence_and_a_code(ask, monkeypatch, error, code, said):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(main.paperwatch, "main", fail)
    found, _, err = ask("status")
    assert (found, said in err) == (code, True)


@pytest.mark.parametrize("words", [[], ["--format", "json"]])
def test_a_reader_of_our_output_that_goes_is_no_failure(kept, monkeypatch, words):
    """As `| head` does."""
    ours, theirs = os.pipe()
    os.close(ours)
    with suppress(BrokenPipeError), os.fdopen(theirs, "w") as gone:  # closed with words that nobody took
        monkeypatch.setattr(sys, "stdout", gone)
        assert call(["--data", str(kept), "papers", *words]) == Exit.ALL_WELL


def test_a_time_of_day_and_a_table_of_nothing(capsys):
    assert terminal.text(time(9, 30)) == "09:30"
    terminal.rows([], "csv", ())
    assert capsys.readouterr().out == ""
