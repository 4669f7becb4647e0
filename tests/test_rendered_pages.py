"""Pages filled by script, in a real Chromium: what is asked for, of whom, and how often."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest
from pytest_httpserver import HTTPServer
from werkzeug.wrappers import Response

from crawler import browser
from crawler.browser import Browser

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=f"no browser here: {browser.missing()}")

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


def visit(site, path, hosts=None, delay=0.2):
    async def once():
        chromium = Browser("Paperwatch/0.1 (test)")
        try:
            hosts_of_line = hosts or [f"127.0.0.1:{site.port}"]
            url = f"http://127.0.0.1:{site.port}{path}"
            return await chromium.page(url, hosts=hosts_of_line, delay=delay, seconds=20)
        finally:
            await chromium.close()

    return asyncio.run(once())


def test_what_script_writes_is_on_the_page_and_only_what_it_needs_is_asked_for(site):
    rendered = visit(site, "/moved")
    assert rendered.status == 200
    assert b'href="/one.pdf"' in rendered.body
    assert b'href="/two.pdf"' in rendered.body
    assert [path for _, path, _ in site.asked] == ["/board", "/fill.js", "/papers.json"]
    assert {agent for _, _, agent in site.asked} == {"Paperwatch/0.1 (test)"}
    times = [moment for moment, _, _ in site.asked]
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(times))


def test_a_refusal_keeps_its_status(site):
    assert visit(site, "/gone").status == 404


@pytest.mark.parametrize(("path", "hosts"), [("/away", None), ("/board", ["papers.example"])])
def test_it_goes_nowhere_but_to_the_hosts_of_the_line(site, path, hosts):
    with pytest.raises(OSError, match="BLOCKED_BY_CLIENT"):
        visit(site, path, hosts)
    assert site.asked == []
