"""What a run says: kept in the journal, silent where all is well and silence was asked for."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from cli.app import journal
from cli.commands.run import Account
from cli.exits import Exit
from cli.main import call
from storage import tables as t
from storage.archive import open_archive
from tests.helpers import commands
from tests.helpers.archives import keep, source
from tests.helpers.demo_run import paperwatch
from tests.helpers.fakes import sites


@pytest.fixture
def data(tmp_path):
    """A data folder whose only source is a feed on this machine."""
    with sites() as make:
        site = make()
        site.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
        yield folder(tmp_path / "data", site.url + "/feed")


ONCE = {"PAPERWATCH_CRAWL_RETRIES": "0"}
FEED = b"""<rss version="2.0"><channel><title>Board</title></channel></rss>"""


def folder(path, *urls):
    (path / "sources").mkdir(parents=True)
    lines = [
        f'feed-{number} = {{ name = "F", url = "{url}", kind = "campaign", delay = 0, timeout = 2 }}'
        for number, url in enumerate(urls)
    ]
    (path / "sources" / "feed.toml").write_text("\n".join(lines), encoding="utf-8")
    return path


def run(data, *words, **variables):
    """A run in a process of its own: Scrapy's reactor starts once in each."""
    done = commands.run(["--data", str(data), "run", *words], environment=os.environ | variables)
    return done.returncode, done.stdout, done.stderr


def lines(data):
    text = (data / "logs" / "run.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_quiet_run_of_which_all_is_well_says_nothing_and_keeps_what_it_did(data):
    code, out, err = run(data, "feed-0", "--quiet")
    assert (code, out, err) == (0, "", "")
    kept = lines(data)
    assert [line["event"] for line in kept][:2] == ["begin", "source"]
    assert kept[1]["text"].startswith("feed-0: empty")
    assert any(line["text"].startswith("Crawled 1 source") for line in kept)
    assert all(line["at"].endswith("+00:00") for line in kept)


def test_a_verbose_run_says_each_source(data):
    assert "feed-0: empty" in run(data, "feed-0", "-v")[2]


def test_a_run_that_reached_no_site_at_all_has_not_finished(tmp_path):
    data = folder(tmp_path / "data", *(f"http://127.0.0.{number}:9/feed" for number in (1, 2, 3)))
    code, _, err = run(data, "feed-0", "feed-1", "feed-2", "--quiet", **ONCE)
    assert code == Exit.NOT_FINISHED
    assert "none of 3 sources answered: is the network down?" in err
    assert run(data, "feed-0", **ONCE)[0] == Exit.NOT_ALL_WELL  # one site may be down by itself


def test_a_refusal_is_news_for_a_week_and_then_a_fact(data):
    with sites() as make:
        shut = make()
        shut.routes["/feed"] = (403, {}, b"no")
        (data / "sources" / "feed.toml").write_text(
            f'shut = {{ name = "F", url = "{shut.url}/feed", kind = "campaign", delay = 0 }}'
        )
        for days_ago, code in ((0, Exit.NOT_ALL_WELL), (6, Exit.NOT_ALL_WELL), (7, Exit.ALL_WELL)):
            with open_archive(data).database.writing() as connection:
                ago = datetime.now(UTC) - timedelta(days=days_ago)
                connection.execute(update(t.source_runs).values(ended_at=ago))
            done, out, err = run(data, "shut", "--quiet", **ONCE)
            assert done == code
            assert ("shut is blocked" in out + err) is (code != Exit.ALL_WELL)
        asked = paperwatch(data, "status").stdout
        assert "Refused for a week or longer: 1." in asked
        assert "problem: source" not in asked
        # Another trouble of the same source is news again.
        shut.routes["/feed"] = (200, {}, b"<p>no feed</p>")
        assert run(data, "shut", "--quiet", **ONCE)[0] == Exit.NOT_ALL_WELL


def test_a_journal_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / "logs").write_text("a file where the folder would be")
    with journal.kept(tmp_path, "run"):
        Account().say("done")
    assert (tmp_path / "logs").read_text() == "a file where the folder would be"


def test_a_database_that_cannot_be_used_is_a_run_that_has_not_finished(tmp_path):
    data = tmp_path / "data"
    keep(open_archive(data), ["One page."], source_id=source().id)
    (data / "archive.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 40)
    for path in data.glob("archive.sqlite3-*"):
        path.unlink()
    assert call(["--data", str(data), "search", "page"]) == Exit.NOT_FINISHED
