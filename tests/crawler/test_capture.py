"""The record of how a paper's bytes came: headers as received, redirects, times, TLS."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.answers import provenance
from crawler.config import VERSION
from tests.helpers.fakes import crawl, sites, source

PDF = b"%PDF-1.4\n" + b"x" * 3000 + b"\n%%EOF\n"
ODD = "F\u00fcnf".encode().decode("latin-1")
MOMENT = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crawl")
    with sites() as site:
        web = site()
        web.sign_itself(folder)
        web.routes["/moved"] = (302, {"Location": "/paper"}, b"")
        headers = {
            "Content-Type": "application/pdf",
            "X-Odd": ODD,
            "ETag": '"1"',
        }
        web.routes["/paper"] = (200, headers, PDF)
        web.lists(documents=[{"key": "p", "url": web.url + "/moved"}], embedded="Words.")
        line = source("papers", web.url + "/", insecure_tls=True, note="A note on this site.")
        yield web.url, crawl(folder / "crawl", [line]).catalogue.revisions


def test_a_paper_keeps_every_answer_on_its_way(crawled):
    url, revisions = crawled
    capture = revisions["papers", "p"].capture
    assert [(each["url"], each["status"]) for each in capture["answers"]] == [
        (f"{url}/moved", 302),
        (f"{url}/paper", 200),
    ]
    first, last = capture["answers"]
    assert ["Location", "/paper"] in first["headers"]
    assert {"Server", "Date", "Content-Type", "X-Odd", "ETag"} <= {name for name, _ in last["headers"]}
    assert first["asked_at"] <= first["answered_at"] <= last["asked_at"] <= capture["received_at"]
    assert last["tls"]["version"].startswith("TLSv1.")
    assert len(last["tls"]["certificate_sha256"]) == 64
    assert capture["certificate_checked"] is False
    assert capture["note"] == "A note on this site."
    assert capture["program"] == f"Paperwatch {VERSION}"
    assert "robots.txt" in capture["robots"]


def test_a_text_within_its_listing_keeps_the_answer_of_the_listing(crawled):
    url, revisions = crawled
    [answer] = revisions["papers", "e"].capture["answers"]
    assert (answer["url"], answer["status"]) == (f"{url}/", 200)


def test_headers_and_answers_without_end_are_bounded_and_the_rest_counted():
    headers = [(b"X-%d" % number, b"y" * 1000) for number in range(100)]
    answer = provenance.answer("https://example.org/", 200, headers, method="GET", asked_at=MOMENT, tls=None)
    assert len(answer["headers"]) + answer["headers_left_out"] == 100
    assert sum(len(name) + len(value) for name, value in answer["headers"]) <= provenance.MOST_HEADERS
    record = provenance.record([answer] * 30, note="", certificate_checked=True)
    assert (len(record["answers"]), record["answers_left_out"]) == (20, 10)
