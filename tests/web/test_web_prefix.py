"""The archive under a path of somebody's site, behind a real proxy that passes on that path and no other."""

from __future__ import annotations

import http.client
import re
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode, urljoin, urlsplit

import feedparser
import httpx2
import pytest

from tests.helpers.live_site import live_site
from tests.helpers.web_archive import TODAY, Page, Shapes, filled

PREFIX = "/paperwatch"
OTHERS = "The site of somebody else."


class Proxy(BaseHTTPRequestHandler):
    """What nginx does with `location /paperwatch/ { proxy_pass http://127.0.0.1:8000; }`."""

    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not f"{self.path}/".startswith(f"{PREFIX}/"):
            return self.answer(418, [], OTHERS.encode())
        ahead = http.client.HTTPConnection("127.0.0.1", self.server.ahead, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name != "Connection"}
        headers |= {"X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "http"}
        ahead.request(self.command, self.path, body, headers)
        answer = ahead.getresponse()
        content = answer.read()
        ahead.close()
        return self.answer(answer.status, answer.getheaders(), content)

    def answer(self, status, headers, content):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_HEAD = pass_on  # noqa: N815 - the names http.server calls

    def log_message(self, *_):
        pass


@contextmanager
def proxied(data, searches=10_000):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    host = f"http://127.0.0.1:{server.server_address[1]}"
    with live_site(data, TODAY, public=f"{host}{PREFIX}/", searches=searches) as address:
        server.ahead = urlsplit(address).port
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            with httpx2.Client(base_url=host, timeout=30) as client:
                yield client, address
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    data = tmp_path_factory.mktemp("prefix")
    keeper = filled(data)
    with proxied(data) as (client, address):
        yield client, address, keeper, data


def test_every_address_of_every_page_stays_under_the_path(archive):
    client, _, _, _ = archive
    # One of each kind: tests/web/test_web.py follows more of them, without a proxy.
    seen, ahead, shapes = set(), {f"{PREFIX}/"}, Shapes(1)
    while ahead:
        address = ahead.pop()
        seen.add(address)
        answer = client.get(address)
        # The papers here are no real PDFs: a picture is asked of us, and cannot be made.
        assert answer.status_code == 200 or "cannot be shown as a picture" in answer.text, address
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page = Page(answer.text)
        named = [
            (value, attributes.get("method") == "post")
            for _, attributes in page.tags
            for name, value in attributes.items()
            if name in {"href", "src", "action"}
        ]
        for value, is_posted in named:
            url = urljoin(str(answer.url), value)
            if url.startswith(str(client.base_url)):
                assert urlsplit(url).path.startswith(f"{PREFIX}/"), (address, value)
                own = url.removeprefix(str(client.base_url).rstrip("/")).partition("#")[0]
                if own not in seen and not is_posted and shapes.is_new(own):
                    ahead.add(own)
    assert len(seen) > 30
    assert any("/static/" in address for address in seen)
    assert any(address.endswith(".json") for address in seen)


def test_what_stands_outside_the_path_is_not_ours(archive):
    client, address, _, _ = archive
    assert client.get("/search?q=payment").text == OTHERS
    assert client.get(PREFIX).headers["location"].endswith(f"{PREFIX}/")
    own = httpx2.get(address)  # whoever asks us directly
    assert own.headers["location"] == f"{PREFIX}/"
    assert httpx2.get(f"{address}/search").status_code == 404


def test_files_feeds_and_redirects_name_the_whole_address(archive):
    client, _, keeper, _ = archive
    public = f"{str(client.base_url).rstrip('/')}{PREFIX}"
    found = client.get(f"{PREFIX}/search.json?q=population").json()["answers"]
    feed = feedparser.parse(client.get(f"{PREFIX}/search.atom?q=population").content)
    events = client.get(f"{PREFIX}/meetings.ics").text.replace("\r\n ", "")
    named = [answer["archived"] for answer in found] + [entry.link for entry in feed.entries]
    named += re.findall(r"http://127\S+/meetings/\d+", events)
    assert len(named) > 6
    for address in named:
        assert address.startswith(f"{public}/")
        assert client.get(address).status_code == 200
    digest = client.get(f"{PREFIX}/papers/{keeper.pack}?page=2")
    assert digest.headers["location"] == f"{PREFIX}/papers/{keeper.pack}/pages/2"
    assert client.get(f"{PREFIX}/openapi.json").json()["servers"] == [{"url": public}]
    assert f"Disallow: {PREFIX}/search\n" in client.get(f"{PREFIX}/robots.txt").text
    assert f"Kept at {public}/papers/" in " ".join(
        Page(client.get(f"{PREFIX}/papers/{keeper.pack}/pages/2").text).text.split()
    )


def test_a_reader_signs_up_and_stops_under_the_path(archive):
    client, _, _, data = archive
    public = f"{str(client.base_url).rstrip('/')}{PREFIX}"
    form = {"act": "sign-up", "address": "reader@example.org", "q": "payment"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(f"{PREFIX}/watch", content=urlencode(form), headers=headers).status_code == 200
    (letter,) = (data / "outbox").glob("*.eml")
    words = BytesParser(policy=policy.default).parsebytes(letter.read_bytes()).get_body(("plain",))
    (link,) = re.findall(rf"{re.escape(public)}/confirm/[\w-]+", words.get_content())
    (confirm,) = Page(client.get(link).text).all("form")
    own = client.post(confirm["action"]).headers["location"].partition("?")[0]
    assert own.startswith(f"{PREFIX}/reader/")
    page = Page(client.get(own).text)
    assert {form["action"] for form in page.all("form")} == {own}
    assert all(href.startswith((PREFIX, "#")) for href in page.hrefs)
    gone = client.post(own, content=urlencode({"act": "remove", "sure": "1"}), headers=headers)
    assert "have been deleted" in gone.text


def test_readers_behind_a_proxy_are_told_apart(tmp_path):
    filled(tmp_path)
    with proxied(tmp_path, searches=1) as (_, address), httpx2.Client(base_url=address, timeout=30) as client:

        def searched(reader):
            headers = {"X-Forwarded-For": f"198.51.100.1, {reader}"}  # the first is what the reader made up
            return client.get(f"{PREFIX}/search.json?q=zebra", headers=headers).status_code

        assert {searched("203.0.113.5") for _ in range(3)} == {200, 429}
        assert searched("203.0.113.6") == 200
