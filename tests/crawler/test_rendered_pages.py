"""Pages filled by script, in a real Chromium: what is asked for, of whom, and how often."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from itertools import pairwise

import pytest
from pytest_httpserver import HTTPServer
from werkzeug.wrappers import Response

from crawler.fetching import browser
from crawler.fetching.browser import Browser
from storage.archive import open_archive
from tests.helpers.demo_run import command

pytestmark = pytest.mark.skipif(
    bool(browser.browser_missing()), reason=f"no browser here: {browser.browser_missing()}"
)

PAGE = """<!doctype html><html><head><link rel="stylesheet" href="/style.css"></head><body>
<h1>Board papers</h1><ul id="papers"></ul><img src="/photo.png">
<script src="/fill.js"></script><script src="http://elsewhere.example/tracker.js"></script></body></html>"""
FILL = """fetch('/papers.json').then(answer => answer.json()).then(papers => {
  for (const paper of papers) {
    const link = document.createElement('a'); link.href = paper; link.textContent = paper;
    document.getElementById('papers').appendChild(link);
  }
});"""


@pytest.fixture
def site():
    # Threaded, as real servers are: Chromium opens connections before it needs them.
    with HTTPServer(threaded=True) as httpserver:
        yield described(httpserver)


def described(httpserver):
    asked = []

    def noted(path, content, media_type):
        def answer(request):
            asked.append((time.monotonic(), request.path, request.headers["User-Agent"]))
            return Response(content, content_type=media_type)

        httpserver.expect_request(path).respond_with_handler(answer)

    noted("/board", PAGE, "text/html")
    noted("/fill.js", FILL, "text/javascript")
    noted("/papers.json", '["/one.pdf", "/two.pdf"]', "application/json")
    noted("/photo.png", b"", "image/png")
    noted("/style.css", b"", "text/css")
    httpserver.expect_request("/moved").respond_with_data(status=302, headers={"Location": "/board"})
    httpserver.expect_request("/away").respond_with_data(
        status=302, headers={"Location": "http://elsewhere.example/"}
    )
    httpserver.expect_request("/gone").respond_with_data("<h1>Gone</h1>", status=404)
    httpserver.asked = asked
    return httpserver


@pytest.fixture(scope="module")
def visit():
    """A page of a site in one Chromium for all these tests, as a crawl has one for all of its pages."""
    chromium = Browser("Paperwatch/0.1 (test)")

    def visited(site, path, hosts=None, delay=0.2):
        hosts_of_line = hosts or [f"127.0.0.1:{site.port}"]
        url = f"http://127.0.0.1:{site.port}{path}"
        return runner.run(chromium.page(url, hosts=hosts_of_line, delay=delay, seconds=20))

    with asyncio.Runner() as runner:
        yield visited
        runner.run(chromium.close())


def test_what_script_writes_is_on_the_page_and_only_what_it_needs_is_asked_for(site, visit):
    rendered = visit(site, "/moved")
    assert rendered.status == 200
    assert b'href="/one.pdf"' in rendered.body
    assert b'href="/two.pdf"' in rendered.body
    assert [path for _, path, _ in site.asked] == ["/board", "/fill.js", "/papers.json"]
    assert {agent for _, _, agent in site.asked} == {"Paperwatch/0.1 (test)"}
    times = [moment for moment, _, _ in site.asked]
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(times))


def test_a_refusal_keeps_its_status(site, visit):
    assert visit(site, "/gone").status == 404


@pytest.mark.parametrize(("path", "hosts"), [("/away", None), ("/board", ["papers.example"])])
def test_it_goes_nowhere_but_to_the_hosts_of_the_line(site, visit, path, hosts):
    with pytest.raises(OSError, match="BLOCKED_BY_CLIENT"):
        visit(site, path, hosts)
    assert site.asked == []


LINE = (
    'scripted = {{ name = "Scripted Trust", kind = "trust", url = "{url}", browser = true, delay = 0.05 }}\n'
)
LISTED = """<!doctype html><html><body><h1>Board papers</h1><div id="papers"></div><script>
fetch('/papers.json').then(answer => answer.json()).then(papers => {
  document.getElementById('papers').innerHTML = '<h2>Board meeting, 26 November 2026</h2><ul>' +
    papers.map(paper => `<li><a href="${paper}">Board papers 26 November 2026</a></li>`).join('') + '</ul>';
});</script></body></html>"""


@pytest.fixture
def scripted(tmp_path):
    """A trust whose list of papers is written by script, and a data folder with its line."""
    with HTTPServer(threaded=True) as server:
        server.expect_request("/robots.txt").respond_with_data("", status=404)
        server.expect_request("/board").respond_with_data(LISTED, content_type="text/html")
        server.expect_request("/papers.json").respond_with_json(["/download_file/7/0"])
        server.expect_request("/download_file/7/0").respond_with_data(
            b"%PDF-1.4 a paper", content_type="application/pdf"
        )
        data = tmp_path / "data"
        (data / "sources").mkdir(parents=True)
        (data / "sources" / "papers_page.toml").write_text(LINE.format(url=server.url_for("/board")))
        yield data


def crawled(data, **environment):
    return subprocess.run(
        command(data, "crawl", "scripted", "--today", "2026-11-20"),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


def test_a_line_that_asks_for_a_browser_has_its_papers_found(scripted):
    done = crawled(scripted)
    assert (done.returncode, done.stderr) == (0, "")
    (paper,) = open_archive(scripted).reports.papers()
    assert (paper.state, paper.url.rpartition("/download")[2]) == ("held", "_file/7/0")


def test_without_a_browser_such_a_source_is_manual_and_says_why(scripted):
    assert crawled(scripted, PATH="/nowhere").returncode == 0
    (health,) = open_archive(scripted).reports.health()
    assert health.state == "manual"
    assert "filled by script" in health.reason
