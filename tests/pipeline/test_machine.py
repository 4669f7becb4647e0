"""The machine's own health: one record, said on every surface, told to the operator and to a watchdog."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text, update
from starlette.testclient import TestClient

from cli.app import operator_notices, ping
from cli.app.config import OperationsConfig
from cli.app.context import App
from cli.main import call
from pipeline.bounces import Returned
from pipeline.health import remedies
from pipeline.health.account import Sources
from pipeline.health.machine import Arrivals, Machine, Queue, concerns, machine_facts, machine_sentences
from pipeline.model import Cadence, SourceHealth, SourceState
from pipeline.ports import SourceReport
from pipeline.views import RunRow
from storage import tables as t
from storage.public_archive import PublicArchive
from tests.alerts.test_channels import serving
from tests.helpers.archives import TODAY, keep, source
from web.app import create_app
from web.config import WebConfig
from web.data.metrics import exposition

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DONE = RunRow(today=TODAY, started_at=NOW - 2 * HOUR, ended_at=NOW - HOUR)
KILLED = RunRow(today=TODAY, started_at=NOW - 2 * HOUR, ended_at=None)
SMTP = '[alerts.smtp]\nhost = "127.0.0.1"\nsecurity = "none"\nport = '


def machine(**facts) -> Machine:
    last = facts.pop("last_run", DONE)
    runs = {"last_runs": (last,)} if last else {}
    return Machine(**{"now": NOW, "rhythm": DAY, "last_good": NOW - HOUR, **runs, **facts})


def missed(some: int, of: int) -> Sources:
    health = SourceHealth(id="s", name="S", kind="", state=SourceState.UNREACHABLE, reason="", last_run=None,
                          last_success=None)  # fmt: skip
    return Sources(sources=of, missed=(health,) * some)


@pytest.mark.parametrize(
    ("facts", "subjects", "grave"),
    [
        ({}, [], False),
        ({"last_run": None, "last_good": None}, [], False),  # nothing was asked of it yet
        ({"last_good": NOW - 2 * DAY}, [], False),
        ({"last_good": NOW - 2 * DAY - HOUR}, ["rhythm"], True),
        ({"last_good": NOW - 20 * DAY, "rhythm": 14 * DAY}, [], False),
        ({"last_good": None}, ["rhythm"], True),
        ({"last_good": None, "crawled": 0}, [], False),  # people add all papers
        ({"last_run": KILLED}, ["run"], False),
        ({"last_run": KILLED, "running": "71"}, [], False),
        ({"free": 100, "needed": 101}, ["disk"], True),
        ({"free": 101, "needed": 101}, [], False),
        ({"latest": NOW + 5 * 365 * DAY}, ["clock"], False),
        ({"latest": NOW + HOUR}, [], False),
        ({"queue": Queue(waiting=1, oldest=NOW - 7 * HOUR)}, ["queue"], False),
        ({"queue": Queue(waiting=1, oldest=NOW - 5 * HOUR)}, [], False),
        ({"queue": Queue(waiting=2, oldest=NOW, held=2, newest_held=9)}, ["held"], False),
        ({"last_run": KILLED, "last_good": NOW - 9 * DAY, "free": 0, "needed": 1}, ["rhythm", "disk", "run"],
         True),
        ({"sources": missed(2, 4), "most_missed": 0.25}, ["unread"], False),
        ({"sources": missed(1, 4), "most_missed": 0.25}, [], False),
        ({"sources": missed(1, 2), "most_missed": 0.25}, [], False),  # each of so few is told of by itself
        ({"sources": missed(1, 1), "most_missed": 1.0}, ["unread"], True),  # nothing at all can be read
        ({"sources": missed(9, 9), "most_missed": 1.0}, ["unread"], True),
        ({"arrivals": Arrivals(newest=NOW - 22 * DAY, longest_pause=10 * DAY)}, ["papers"], False),
        ({"arrivals": Arrivals(newest=NOW - 19 * DAY, longest_pause=10 * DAY)}, [], False),
        ({"arrivals": Arrivals(newest=NOW - 6 * DAY, longest_pause=DAY)}, [], False),  # Christmas
        ({"arrivals": Arrivals(newest=NOW - 400 * DAY)}, [], False),  # nothing is known of its pauses
        ({"arrivals": Arrivals(waits_since=NOW - 2 * DAY - HOUR)}, ["reading"], False),
        ({"arrivals": Arrivals(waits_since=NOW - 2 * DAY)}, [], False),
        ({"arrivals": Arrivals(silent=50, telling=0.3)}, ["mentions"], False),
        ({"arrivals": Arrivals(silent=49, telling=1.0)}, [], False),
        ({"arrivals": Arrivals(silent=50, telling=0.2)}, [], False),  # one time in 70,000
    ],
)  # fmt: skip
def test_what_is_of_concern_and_how_grave(facts, subjects, grave):
    found = concerns(machine(**facts))
    assert [concern.subject for concern in found] == subjects
    assert any(concern.grave for concern in found) is grave
    assert all(concern.subject in operator_notices.MACHINE for concern in found)
    assert all(concern.subject in remedies.WHOLE for concern in found)


def test_the_age_of_the_last_good_run_is_said_with_its_rhythm():
    (concern,) = concerns(machine(last_good=NOW - 20 * DAY))
    assert concern.text == (
        "no run has read a source for 20 days, since 9 November 2026: one is due every 24 hours"
    )
    assert machine_facts(machine())["run_due_every_hours"] == 24


def set_values(archive, table, sha256, **values):
    with archive.database.writing() as connection:
        connection.execute(update(table).where(table.c.sha256 == sha256).values(**values))


def test_the_archive_knows_its_pauses_what_waits_and_what_says_nothing(app):
    archive = app.archive
    with archive.database.writing() as connection:
        connection.execute(update(t.revisions).values(fetched_at=NOW - 60 * DAY))
    mention = "The new care model is agreed."
    for number in range(12):
        text = mention if number < 8 else f"Nothing of note {number}."
        sha256 = keep(archive, [text], key=f"a{number}", content=f"{number}".encode())
        moment = NOW - timedelta(days=40 - 2 * number if number else 50)
        set_values(archive, t.revisions, sha256, fetched_at=moment)
    call(["--data", str(app.data), "flag"])
    found = archive.reports.machine(NOW, DAY).arrivals
    assert (found.newest, found.longest_pause) == (NOW - 18 * DAY, 12 * DAY)
    assert (found.silent, found.telling, found.waits_since) == (4, 1.0, None)
    set_values(archive, t.files, sha256, extractor="")
    assert archive.reports.machine(NOW, DAY).arrivals.waits_since == NOW - 18 * DAY


# ---- on every surface


@pytest.fixture
def app(tmp_path):
    """An archive with one source that a run read well just now."""
    made = App(tmp_path, makes_archive=True)
    run = made.archive.catalogue.begin([source("vale", platform="moderngov")], TODAY)
    made.archive.catalogue.finish(run, SourceReport(source_id="vale", state=SourceState.OK, reason=""), [])
    made.archive.catalogue.end(run)
    keep(made.archive, ["A whole population payment is made."])
    yield made
    made.archive.database.engine.dispose()


def age(app: App, days: int) -> None:
    """Put all runs into the past."""
    with app.archive.database.writing() as connection:
        for table, column in (("runs", "started_at"), ("runs", "ended_at"), ("source_runs", "ended_at")):
            connection.execute(text(f"UPDATE {table} SET {column} = datetime({column}, '-{days} days')"))


def health(app: App):
    app = create_app(PublicArchive(app.archive, {}), WebConfig(), machine=app.machine, today=lambda: TODAY)
    with TestClient(app) as site:
        return site.get("/health"), site.get("/coverage").text, site.get("/search.json?q=x").json()


def test_twenty_days_without_a_run_are_said_everywhere(app, capsys):
    assert health(app)[0].status_code == 200
    age(app, 20)
    capsys.readouterr()
    assert call(["--data", str(app.data), "status"]) == 1
    assert "problem: no run has read a source for 20 days" in capsys.readouterr().out
    answer, coverage, found = health(app)
    assert (answer.status_code, answer.json()["status"]) == (503, "ill")
    assert answer.json()["machine"]["last_good_run"] is not None
    assert "No run has read a source for 20 days" in coverage
    assert found["searched"]["concern"].startswith("No run has read a source for 20 days")
    call(["--data", str(app.data), "search", "x"])
    assert "no run has read a source for 20 days" in capsys.readouterr().err


def test_the_machine_remembers_its_check_its_backup_and_its_memory(app, tmp_path):
    before = app.machine()
    assert (before.verified, before.backed_up, before.memory) == (None, None, None)
    call(["--data", str(app.data), "db", "check"])
    app.archive.upkeep.backup(str(tmp_path / "copy.sqlite3"))
    app.note_memory()
    now = app.machine()
    assert now.verified is not None
    assert now.backed_up is not None
    assert now.memory is not None
    assert now.memory > 1_000_000


def test_a_queue_says_why_it_waits_and_can_be_hurried(app, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (app.data / "paperwatch.toml").write_text(f'[alerts]\nchannel = "smtp"\n{SMTP}{port}\n')
        app.archive.readers.subscribe(
            "r@example.org",
            channel="mail",
            cadence=Cadence.IMMEDIATE,
            confirmed_at=NOW,
            backlog=True,
        )
        call(["--data", str(app.data), "flag"])
        assert call(["--data", str(app.data), "notify"]) == 1
        capsys.readouterr()
        assert call(["--data", str(app.data), "notify"]) == 0  # it waits for its next try
        assert "1 message waits until" in capsys.readouterr().err
    with serving() as server:
        (app.data / "paperwatch.toml").write_text(f'[alerts]\nchannel = "smtp"\n{SMTP}{server.port}\n')
        assert call(["--data", str(app.data), "notify", "--now"]) == 0
        assert len(server.accepted) == 1


# ---- the operator


def ill(number: int, state: SourceState) -> SourceHealth:
    return SourceHealth(
        id=f"s{number}", name=f"Source {number}", kind="council", state=state, reason="no answer",
        last_run=NOW, last_success=None,
    )  # fmt: skip


def test_a_notice_is_one_page_however_many_sources_fail():
    rows = [ill(number, SourceState.UNREACHABLE) for number in range(419)]
    lines = operator_notices.notice(operator_notices.changes_of_state(rows, (), {}), rows, ())
    assert lines == ["419 of 419 sources unreachable: is the network down, or the name server?"]
    well = [ill(number, SourceState.OK) for number in range(419)]
    told = {f"source s{number}": "unreachable" for number in range(419)}
    assert operator_notices.notice(operator_notices.changes_of_state(well, (), told), well, ()) == [
        "419 sources are well again."
    ]


def test_the_operator_hears_by_the_second_way_where_mail_is_dead(tmp_path, httpserver):
    httpserver.expect_request("/hook").respond_with_data("", status=204)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        (tmp_path / "paperwatch.toml").write_text(
            '[alerts]\nchannel = "smtp"\noperator = "op@example.org"\nwebhooks_to_private_addresses = true\n'
            f'operator_also = "{httpserver.url_for("/hook")}"\n{SMTP}{taken.getsockname()[1]}\n'
        )
        app = App(tmp_path, makes_archive=True)
        run = app.archive.catalogue.begin([source("vale", platform="moderngov")], TODAY)
        report = SourceReport(source_id="vale", state=SourceState.BROKEN, reason="0 rows")
        app.archive.catalogue.finish(run, report, [])
        app.tell(datetime.now(UTC))
        sent, failed = app.deliver()
        app.archive.database.engine.dispose()
    assert (len(sent), len(failed)) == (1, 1)
    ((request, _),) = httpserver.log
    assert "Vale (vale) is broken: 0 rows" in request.get_json()["text"]
    assert message_from_bytes(failed[0][0].content, policy=policy.default)["To"] == "op@example.org"


# ---- the watchdog


def watchdog(address: str) -> OperationsConfig:
    return OperationsConfig(ping_url=address, ping_to_private_addresses=True)


def test_a_watchdog_hears_of_the_beginning_and_the_end(httpserver):
    for path in ("/ping/abc/start", "/ping/abc", "/ping/abc/fail"):
        httpserver.expect_request(path, method="POST").respond_with_data("OK")
    config = watchdog(httpserver.url_for("/ping/abc"))
    with ping.pinged(config, lambda: (True, "Crawled 3 sources.")):
        pass
    with ping.pinged(config, lambda: (False, "The disk is full.")):
        pass
    with pytest.raises(RuntimeError), ping.pinged(config, lambda: (True, "")):
        raise RuntimeError("a fault")
    heard = [(request.path, request.get_data(as_text=True)) for request, _ in httpserver.log]
    assert heard == [
        ("/ping/abc/start", ""), ("/ping/abc", "Crawled 3 sources."),
        ("/ping/abc/start", ""), ("/ping/abc/fail", "The disk is full."),
        ("/ping/abc/start", ""), ("/ping/abc/fail", "a fault"),
    ]  # fmt: skip


def test_a_watchdog_that_is_within_or_redirects_stops_no_run(httpserver, capsys):
    httpserver.expect_request("/away").respond_with_data(
        "", status=302, headers={"Location": httpserver.url_for("/secret")}
    )
    ping.ping(OperationsConfig(ping_url=httpserver.url_for("/away")), "")
    assert "`ping_to_private_addresses` in [operations]" in capsys.readouterr().err
    ping.ping(watchdog(httpserver.url_for("/away")), "")
    assert "answered 302" in capsys.readouterr().err
    assert [request.path for request, _ in httpserver.log] == ["/away"]
    ping.ping(OperationsConfig(), "start")
    assert capsys.readouterr().err == ""


def test_a_watchdog_that_hangs_is_left(capsys, monkeypatch):
    monkeypatch.setattr(ping, "SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        config = watchdog(f"http://127.0.0.1:{silent.getsockname()[1]}/x")
        thread = threading.Thread(target=ping.ping, args=(config, "start"))
        thread.start()
        thread.join(60)
        assert not thread.is_alive()
    assert "was not reached" in capsys.readouterr().err


def test_status_as_json_has_the_machine_and_the_account(app, capsys):
    capsys.readouterr()
    call(["--data", str(app.data), "status", "--format", "json"])
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert row["machine"]["run_due_every_hours"] == 24
    assert (row["account"]["followed"], row["account"]["read"], row["account"]["by_hand"]) == (1, 1, 1)


# ---- metrics


def scraped(app: App, token: str = "", sent: str = ""):
    app = create_app(PublicArchive(app.archive, {}), WebConfig(metrics_token=token), machine=app.machine)
    with TestClient(app) as site:
        return site.get("/metrics", headers={"Authorization": f"Bearer {sent}"})


def test_metrics_are_off_until_they_have_a_token_and_are_for_its_bearer(app):
    assert scraped(app).status_code == 404
    assert scraped(app, "s3cret", "other").status_code == 403
    assert scraped(app, "s3cret", "s3cret").status_code == 200


def test_metrics_are_what_a_prometheus_parser_reads_and_say_what_the_machine_says(app):
    age(app, 20)
    answer = scraped(app, "s3cret", "s3cret")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    values = {name: family.samples[0].value for name, family in families.items()}
    assert values["paperwatch_sources"] == 1
    assert values["paperwatch_pages"] == 1
    assert values["paperwatch_run_rhythm_seconds"] == 86_400
    assert values["paperwatch_last_good_run_seconds"] == app.machine().last_good.timestamp()
    (concern,) = [
        each for each in families["paperwatch_concern"].samples if each.labels["subject"] == "rhythm"
    ]
    assert concern.value == 1
    assert all(family.documentation for family in families.values())


def test_a_label_with_quotes_is_read_as_it_was():
    odd = 'a "quoted"\\ label\nof two lines'
    (family,) = text_string_to_metric_families(exposition([("x", "An x.", 1.5, {"label": odd})]))
    assert family.samples[0].labels == {"label": odd}
    assert exposition([("x", "An x.", None, {})]) == "\n"


# ---- shards


def shard(name: str, days: float, **facts) -> RunRow:
    """A crawl of a shard, begun so many days ago."""
    began = NOW - days * DAY
    return RunRow(**{"today": TODAY, "started_at": began, "ended_at": began + HOUR, "shard": name, **facts})


@pytest.mark.parametrize(
    ("days", "first", "said"),
    [
        ({"1/2": 0.1, "2/2": 0.2}, 30, ""),
        ({"1/2": 0.1, "2/2": 1.9}, 30, ""),  # one that was missed is no alarm
        (
            {"1/2": 0.1, "2/2": 5},
            30,
            "shard 2/2 has not crawled since 24 November 2026: its sources are not read",
        ),
        ({"1/3": 0.1, "2/3": 0.1}, 0.2, ""),  # the third may still come, the first time
        ({"1/3": 0.1, "2/3": 0.1}, 30, "shard 3/3 has never crawled: its sources are not read"),
        (
            {"2/3": 0.1, "3/3": 5},
            30,
            (
                "shard 1/3 has never crawled and shard 3/3 has not crawled since 24 November 2026: "
                "their sources are not read"
            ),
        ),
        ({"1/2": 9, "2/2": 9.5}, 30, ""),  # all are late: that is another matter
    ],
)
def test_a_shard_that_has_stopped_is_told_while_the_others_are_well(days, first, said):
    runs = tuple(shard(name, ago) for name, ago in days.items())
    found = concerns(machine(last_runs=runs, first_run=shard("1/2", first)))
    assert [concern.text for concern in found if concern.subject == "shards"] == ([said] if said else [])


def test_a_shard_that_was_killed_is_told_though_a_newer_one_has_ended():
    runs = (shard("1/2", 0.2, ended_at=None), shard("2/2", 0.1))
    (found,) = concerns(machine(last_runs=runs))
    assert found.text.endswith(
        "(shard 1/2) was interrupted: run `paperwatch crawl --shard 1/2` again to resume"
    )


def test_a_notice_to_the_operator_that_came_back_and_broken_alerts_are_said():
    came = Returned(days=7, kinds={"unknown": 2}, not_believed=1, read_at=NOW, to_operator="no such mailbox")
    found = concerns(machine(returned=came, broken_alerts=1))
    assert {each.subject: each.text for each in found} == {
        "operator": "a notice to the operator came back: no such mailbox",
        "alerts": (
            "1 alert asks for a topic that is gone, or by a search that cannot be read: "
            "the next digest tells its reader"
        ),
    }
    said = " ".join(machine_sentences(machine(returned=came)))
    assert "Bounces of the last 7 days: 2 unknown; not believed, in all: 1. Last looked for on" in said
    none = replace(came, kinds={}, not_believed=0, to_operator="")
    assert "Bounces of the last 7 days: none. Last" in " ".join(machine_sentences(machine(returned=none)))
    assert concerns(machine(returned=none)) == ()
