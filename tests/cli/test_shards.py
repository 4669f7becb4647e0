"""`crawl --shard`: shards together ask for all, and what one did not ask is not told as asked."""

from __future__ import annotations

import json

import pytest

from cli.main import call
from tests.helpers.demo_run import paperwatch
from tests.helpers.fakes import sites

PAGE = b"<html><body><h1>Papers</h1><p>The board met.</p></body></html>"
HOSTS = {"wold": "127.0.0.1", "dene": "127.0.0.2", "marsh": "127.0.0.3", "fen": "127.0.0.7"}


@pytest.fixture
def webs(tmp_path):
    """A data folder with four lines, each on a host of its own; two of them are in each of two shards."""
    with sites() as made:
        found = {name: made(host) for name, host in HOSTS.items()}
        (tmp_path / "data" / "sources").mkdir(parents=True)
        for web in found.values():
            web.routes["/"] = (200, {"Content-Type": "text/html"}, PAGE)
        (tmp_path / "data" / "sources" / "page.toml").write_text(
            "".join(
                f'{name} = {{ name = "{name.title()}", url = "{web.url}/", kind = "council", delay = 0 }}\n'
                for name, web in found.items()
            )
        )
        (tmp_path / "data" / "paperwatch.toml").write_text(f"[sources]\nonly = {json.dumps(list(found))}\n")
        yield found


def test_two_shards_ask_each_source_once_and_what_one_left_is_not_called_read(tmp_path, webs):
    data = tmp_path / "data"
    first = paperwatch(data, "crawl", "--shard", "1/2")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("Crawled 2 sources, which are shard 1/2 of 4: ")
    states = json.loads(paperwatch(data, "status", "--format", "json").stdout)
    by_name = {row["id"]: row["state"] for row in states["sources"] if row["id"] in HOSTS}
    assert by_name == {"wold": "ok", "fen": "ok", "dene": "unknown", "marsh": "unknown"}
    # Whoever counts knows of those that are another machine's to ask.
    assert (states["account"]["sources"], len(states["account"]["not_well"])) == (4, 2)
    assert {row["id"] for row in states["account"]["not_well"]} == {"dene", "marsh"}
    assert states["last_run"]["shard"] == "1/2"
    second = paperwatch(data, "crawl", "--shard", "2/2")
    assert second.stdout.startswith("Crawled 2 sources, which are shard 2/2 of 4: ")
    assert {name: web.paths().count("/") for name, web in webs.items()} == dict.fromkeys(HOSTS, 1)
    told = paperwatch(data, "status").stdout
    assert "The last crawls of each shard: 1/2 ended on " in told
    assert " and 2/2 ended on " in told
    assert json.loads(paperwatch(data, "status", "--format", "json").stdout)["account"]["not_well"] == []


def test_a_shard_that_none_of_the_lines_is_in_says_so(tmp_path, webs):
    done = paperwatch(tmp_path / "data", "crawl", "wold", "--shard", "2/2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Crawled 0 sources, which are shard 2/2 of 1: ")
    assert webs["wold"].paths() == []


@pytest.mark.parametrize("shard", ["3/2", "0/2", "x"])
def test_what_is_no_shard_is_refused_before_anything_is_asked(tmp_path, webs, capsys, shard):
    assert call(["--data", str(tmp_path / "data"), "crawl", "--shard", shard]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"{shard!r} is no shard" in err
    assert not any(web.paths() for web in webs.values())
