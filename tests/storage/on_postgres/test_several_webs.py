"""Several machines serve and run one archive: what is begun at one is finished at another."""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack
from email import message_from_bytes, policy

import httpx2
import pytest

from cli.main import call
from pipeline.ports import Work
from storage.archive import open_archive
from storage.config import StorageConfig
from tests.helpers import postgres
from tests.helpers.archives import keep
from tests.helpers.demo_run import command

SETTINGS = """
[storage]
url = "{url}"
papers = "file://{papers}"
[web]
base_url = "https://papers.example.org"
[alerts]
sender = "digests@paperwatch.example"
"""


@pytest.fixture(scope="module")
def machines(tmp_path_factory, server):
    """The data folders of two machines with one archive."""
    url, folder = server.new(), tmp_path_factory.mktemp("machines")
    for name in "ab":
        (folder / name).mkdir()
        (folder / name / "paperwatch.toml").write_text(
            SETTINGS.format(url=postgres.shown(url), papers=folder / "papers")
        )
    settings = StorageConfig(url=postgres.shown(url), papers=f"file://{folder}/papers")
    archive = open_archive(folder / "a", settings)
    keep(archive, ["The whole population payment was noted."], title="Board papers")
    archive.catalogue.end(1)
    yield [folder / "a", folder / "b"]
    archive.database.engine.dispose()
    server.drop(url)


@pytest.fixture(scope="module")
def webs(machines):
    """Their web pages, each a process of its own, as a proxy in front of them would ask them in turn."""
    with ExitStack() as started:
        found, processes = [], []
        for data in machines:  # both are started before either is waited for
            words = command(data, "serve", "--port", "0")
            processes.append(
                started.enter_context(subprocess.Popen(words, stderr=subprocess.PIPE, text=True))
            )
            started.callback(processes[-1].terminate)
        for process in processes:
            address = re.search(r"http://[0-9.:]+", process.stderr.readline())
            found.append(started.enter_context(httpx2.Client(base_url=address[0], timeout=60)))
        yield found


def test_a_reader_who_signs_up_at_one_web_confirms_at_another_and_is_known_to_both(machines, webs):
    one, other = webs
    asked = one.post("/watch", data={"act": "sign-up", "address": "reader@example.org", "q": "payment"})
    assert asked.status_code == 200
    (letter,) = (machines[0] / "outbox").glob("*.eml")
    text = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",)).get_content()
    token = re.search(r"/confirm/([\w-]+)", text)[1]
    confirmed = other.post(f"/confirm/{token}")
    assert confirmed.status_code == 303
    own = re.search(r"/reader/[\w-]+", confirmed.headers["Location"])[0]
    pages = [web.get(own) for web in webs]
    assert [page.status_code for page in pages] == [200, 200]
    (feed,) = {re.search(r"/feeds/[\w-]+\.atom", page.text)[0] for page in pages}
    assert {web.get(feed).status_code for web in webs} == {200}
    watch = re.search(r'name="watch" value="(\d+)"', pages[0].text)[1]
    assert one.post(own, data={"act": "drop", "sure": "1", "watch": watch}).status_code == 303
    assert {web.get(feed).status_code for web in webs} == {404}  # gone at once, everywhere


@pytest.mark.parametrize(
    "path", ["/", "/search?q=payment", "/search.json?q=payment", "/papers/1", "/coverage"]
)
def test_every_web_gives_the_same_answer(webs, path):
    one, other = (web.get(path) for web in webs)
    assert one.status_code == other.status_code == 200
    assert re.sub(r"127\.0\.0\.1:\d+", "", one.text) == re.sub(r"127\.0\.0\.1:\d+", "", other.text)


@pytest.mark.parametrize(
    ("work", "words", "said"),
    [
        (Work.SEND, ["notify"], "sends messages"),
        (Work.SEND, ["run", "chpi"], "sends messages"),
        (Work.READ, ["extract"], "reads papers"),
        (Work.CRAWL, ["papers", "withhold", "1", "--reason", "as asked"], "crawls"),
    ],
)
def test_what_another_machine_does_is_not_begun_here_and_who_does_it_is_said(
    machines, capsys, work, words, said
):
    here, there = machines
    archive = open_archive(there, StorageConfig(url=_url(there)))
    with archive.at_work([work], [], "process 7 on elsewhere"):
        capsys.readouterr()
        assert call(["--data", str(here), *words]) == 3
        assert f"another process {said} in this archive: process 7 on elsewhere" in capsys.readouterr().err
        assert call(["--data", str(here), "status"]) in {0, 1}
        assert "A run is going on (process 7 on elsewhere)" in capsys.readouterr().out
    archive.database.engine.dispose()


def _url(data):
    return re.search(r'url = "(.*?)"', (data / "paperwatch.toml").read_text())[1]
