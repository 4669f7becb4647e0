"""The crawl engine over real sockets: every bad answer ends in a named state, and touches no other source."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
import signal
import socket
import struct
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.config import VERSION
from crawler.fetching import spider
from crawler.fetching.looks import MOST
from crawler.platforms.shared.web_address import host_of
from pipeline.model import LeftReason, Outcome, SourceState, Window
from tests.helpers.fakes import (
    PLATFORMS,
    TODAY,
    FolderBlobs,
    MemoryCatalogue,
    crawl,
    finished,
    revision_of,
    sites,
    source,
    start_child,
)

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"
JUST_A_MOMENT = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
LOGIN = b"\xef\xbb\xbf\r\n <!-- portal -->\n<html><body><form>Sign in</form></body></html>"
LOGIN_FORM = b"<html><title>Portal</title><form><input type=password></form></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def reset(handler) -> None:
    """Promise a megabyte, send a little, tear the connection down."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b"{" * 1000)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def cut_off(handler) -> None:
    """A paper that ends early, though in good order."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(PDF) + 1000))
    handler.end_headers()
    handler.wfile.write(PDF)
    handler.close_connection = True


def hang(handler) -> None:
    handler.connection.settimeout(8)
    handler.connection.recv(1)  # until the client goes away
    handler.close_connection = True


def endless(handler) -> None:
    """Chunks without end."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    while True:
        handler.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def soon(handler):
    """Come back at a time that is between one and two seconds away: a date has no fractions."""
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return (503, {"Retry-After": when}, b"")


def once(first, then):
    answers = iter([first])

    def answer(handler):
        now = next(answers, then)
        return now(handler) if callable(now) else now

    return answer


# What the first page of a source answers, the state it ends in, and words of the reason.
FIRST_PAGES = {
    "not-found": ((404, {}, b""), SourceState.BROKEN, "not found (404)"),
    "refuses": ((403, {}, b"no"), SourceState.BLOCKED, "refuses us (403)"),
    "login": ((401, {}, b"no"), SourceState.BLOCKED, "login (401)"),
    "fails": ((500, {}, b"oops"), SourceState.UNREACHABLE, "the server failed (500)"),
    "wall": ((403, HTML, JUST_A_MOMENT), SourceState.BLOCKED, "Cloudflare"),
    "wall-200": ((200, HTML, JUST_A_MOMENT), SourceState.BLOCKED, "Cloudflare"),
    "sign-in": ((200, HTML, LOGIN_FORM), SourceState.BLOCKED, "a sign-in page is in the way"),
    "garbage": ((200, HTML, b"\x00\xff<<<"), SourceState.BROKEN, "expected one of JSON"),
    "empty-answer": ((200, {}, b""), SourceState.BROKEN, "expected one of JSON"),
    "loop": ((302, {"Location": "/"}, b""), SourceState.UNREACHABLE, "redirect loop"),
    "elsewhere": ((302, {"Location": "ftp://127.0.0.1/x"}, b""), SourceState.BROKEN, "unexpected status 302"),
    "reset": (reset, SourceState.UNREACHABLE, "cut off"),
    "hangs": (hang, SourceState.UNREACHABLE, "no answer in time"),
    "stay-away": ((429, {"Retry-After": "3600"}, b""), SourceState.BLOCKED, "stay away for 3600 seconds"),
    "too-often": ((429, {}, b""), SourceState.BLOCKED, "too often (429)"),
    "bomb": (
        (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(40 * 2**20))),
        SourceState.BROKEN,
        "larger than 32 MB",
    ),
    "odd-length": ((200, {"Content-Length": "many"}, b""), SourceState.UNREACHABLE, "connection broke"),
}

ROBOTS = {
    "robots-disallow": (
        (200, {}, b"User-agent: *\nDisallow: /"),
        SourceState.REFUSED,
        "robots.txt disallows /",
    ),
    "robots-for-us": (
        (200, {}, b"User-agent: *\nDisallow:\n\nUser-agent: paperwatch\nDisallow: /"),
        SourceState.REFUSED,
        "robots.txt disallows /",
    ),
    "robots-fails": ((500, {}, b""), SourceState.UNREACHABLE, "robots.txt could not be read"),
    "robots-hangs": (hang, SourceState.UNREACHABLE, "robots.txt could not be read: no answer in time"),
    "robots-busy": ((429, {}, b""), SourceState.UNREACHABLE, "robots.txt could not be read"),
    "robots-403": ((403, {}, b""), SourceState.OK, ""),
    "robots-html": ((200, HTML, b"<html>Disallow: everything</html>"), SourceState.OK, ""),
}

# What a paper's address answers, and why nothing is stored.
BAD_PAPERS = {
    "login-page": ((200, {"Content-Type": "application/pdf"}, LOGIN), "not what its link says: an HTML page"),
    "nothing": ((200, {}, b""), "an empty file"),
    "gone": ((410, {}, b""), "gone for good (410)"),
    "missing": ((404, HTML, b"<html>"), "not found (404)"),
    "walled": ((200, HTML, JUST_A_MOMENT), "Cloudflare is in the way (200)"),
    "cut": (cut_off, "the answer was cut off"),
    "torn": (reset, "the answer was cut off"),
    "endless": (endless, "larger than 1 MB"),
    "too-long": ((200, {"Content-Length": str(2 * 2**20)}, b""), "larger than 1 MB"),
    "packed-bomb": (
        (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(40 * 2**20))),
        "larger than 1 MB",
    ),
    "half-packed": ((200, {"Content-Encoding": "gzip"}, gzip.compress(PDF)[:-20]), "the answer was cut off"),
    "brotli": ((200, {"Content-Encoding": "br"}, PDF), "an encoding that we did not ask for: br"),
    "bad-port": ((302, {"Location": "http://127.0.0.1:99999/"}, b""), "Port out of range"),
    "bad-host": ((302, {"Location": "http://[::1/"}, b""), "Invalid IPv6 URL"),
    "unasked-304": ((304, {}, b""), "unexpected status 304"),
}
GOOD_PAPERS = {
    "plain": (200, {"Content-Type": "application/pdf", "ETag": '"1"'}, PDF),
    "as-html": (200, HTML, PDF),
    "gzip": (200, {"Content-Encoding": "gzip"}, gzip.compress(PDF)),
    "moved": (302, {"Location": "/plain"}, b""),
}


@pytest.fixture(scope="module")
def worst_day(tmp_path_factory):  # noqa: PLR0915 - a bad day is long
    """One crawl of everything that goes wrong, and of some that goes right beside it."""
    with sites() as site:
        lines = []
        for name, (answer, _, _) in FIRST_PAGES.items():
            bad = site()
            bad.routes["/"] = answer
            lines.append(source(name, bad.url + "/", timeout=1.0))
        for name, (answer, _, _) in ROBOTS.items():
            bad = site()
            bad.lists(meetings=["m"])
            bad.routes["/robots.txt"] = answer
            lines.append(source(name, bad.url + "/", timeout=1.0))
        with socket.create_server(("127.0.0.1", 0)) as shut:
            port = shut.getsockname()[1]
        lines.append(source("nobody", f"http://127.0.0.1:{port}/"))

        papers = site()
        papers.routes |= {f"/{name}": answer for name, (answer, _) in BAD_PAPERS.items()}
        papers.routes |= {f"/{name}": answer for name, answer in GOOD_PAPERS.items()}
        papers.lists(
            documents=[
                *({"key": name, "url": f"{papers.url}/{name}"} for name in (*GOOD_PAPERS, *BAD_PAPERS)),
                {"key": "secret", "url": papers.url + "/secret", "restricted": True},
                {"key": "page", "url": papers.url + "/login-page", "is_page": True},
                {"key": "odd", "url": "mailto:someone"},
                {"key": "port", "url": "http://127.0.0.1:99999/"},
                {"key": "bracket", "url": "http://[::1/"},
                {"key": "file", "url": "file:///etc/passwd"},
                {"key": "plain", "url": papers.url + "/plain"},
            ],
            embedded="<p>minutes</p>",
        )
        lines.append(source("papers", papers.url + "/", timeout=2.0))

        raises = site()
        raises.lists(**{"raise": "division by cucumber"})
        lines.append(source("raises", raises.url + "/"))

        poison = site()
        poison.lists(documents=[{"key": key, "url": poison.url + "/1"} for key in ("1", "poison")])
        lines.append(source("poison", poison.url + "/"))

        second = site()
        second.routes["/"] = (403, {}, b"")
        second.lists("/second", meetings=["m"])
        lines.append(source("second", second.url + "/", options={"second": second.url + "/second"}))

        busy = site()
        busy.routes["/"] = once((429, {"Retry-After": "1"}, b""), (200, {}, b'{"meetings": ["m"]}'))
        lines.append(source("busy", busy.url + "/"))
        dated = site()
        dated.routes["/"] = once(soon, (200, {}, b'{"meetings": ["m"]}'))
        lines.append(source("dated", dated.url + "/"))

        spread = site()
        spread.lists(
            pages=[spread.url + "/a", spread.url + "/a", "http://elsewhere.example/b"], meetings=["m"]
        )
        spread.lists("/a", pages=[spread.url + "/"], meetings=["n"])
        lines.append(source("spread", spread.url + "/"))
        endless_pages = site()
        for number in range(40):
            endless_pages.lists(f"/{number or ''}", pages=[f"{endless_pages.url}/{number + 1}"])
        lines.append(source("endless-pages", endless_pages.url + "/"))

        barred = site()
        barred.lists(documents=[{"key": str(n), "url": f"{barred.url}/{n}"} for n in range(9)])
        barred.routes |= {f"/{n}": (403, {}, b"") for n in range(9)}
        lines.append(source("barred", barred.url + "/"))

        signed = site()
        signed.lists(meetings=["m"])
        signed.sign_itself(tmp_path_factory.mktemp("certificate"))
        lines.append(source("self-signed", signed.url + "/"))

        quiet = site()
        quiet.lists()
        lines += [source("quiet", quiet.url + "/"), source("by-hand", quiet.url + "/", platform="manual")]
        result = crawl(
            tmp_path_factory.mktemp("worst"), lines, config={"max_size_mb": 1, "retries": 1, "max_pages": 20}
        )
        result.sites = {
            "papers": papers, "busy": busy, "dated": dated, "spread": spread, "barred": barred,
            "endless-pages": endless_pages, "quiet": quiet,
        }  # fmt: skip
        return result


def test_the_run_ends_and_nothing_is_left_over(worst_day):
    assert worst_day.error == ""
    assert worst_day.catalogue.runs == ["begin", "end"]
    assert worst_day.left_over() == []
    assert worst_day.stderr == ""


@pytest.mark.parametrize("name", [*FIRST_PAGES, *ROBOTS])
def test_a_bad_first_page_is_a_named_state(worst_day, name):
    _, state, words = (FIRST_PAGES | ROBOTS)[name]
    report = worst_day.reports[name]
    assert (report.state, words in report.reason) == (state, True), report


def test_a_host_that_is_not_there_is_unreachable(worst_day):
    assert worst_day.reports["nobody"].state is SourceState.UNREACHABLE


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(worst_day):
    report = worst_day.reports["self-signed"]
    assert report.state is SourceState.UNREACHABLE
    assert "CERTIFICATE_VERIFY_FAILED" in report.reason


def test_one_source_that_raises_is_broken_and_says_with_what(worst_day):
    assert worst_day.reports["raises"].state is SourceState.BROKEN
    assert "division by cucumber" in worst_day.reports["raises"].reason


def test_what_breaks_halfway_through_a_page_still_ends_its_source(worst_day):
    report = worst_day.reports["poison"]
    assert (report.state, report.reason) == (SourceState.BROKEN, "ValueError: what no archive can take")


def test_what_is_asked_otherwise_makes_a_failure_a_problem(worst_day):
    report = worst_day.reports["second"]
    assert (report.state, report.meetings) == (SourceState.OK, 1)
    assert "refuses us (403)" in report.problems[0]


@pytest.mark.parametrize("name", BAD_PAPERS)
def test_what_is_not_the_paper_is_never_stored(worst_day, name):
    assert BAD_PAPERS[name][1] in worst_day.catalogue.unavailable["papers", name]
    assert ("papers", name) not in worst_day.catalogue.revisions


@pytest.mark.parametrize("name", GOOD_PAPERS)
def test_a_paper_is_stored_as_it_is(worst_day, name):
    revision = worst_day.catalogue.revisions["papers", name]
    assert worst_day.blobs.path(revision.sha256).read_bytes() == PDF
    assert revision.size == len(PDF)


def test_a_revision_knows_its_redirects_and_validators(worst_day):
    base = worst_day.sites["papers"].url
    revision = worst_day.catalogue.revisions["papers", "moved"]
    assert revision.urls == (f"{base}/moved", f"{base}/plain")
    assert revision.etag == '"1"'


def test_a_page_that_is_the_paper_is_stored(worst_day):
    revision = worst_day.catalogue.revisions["papers", "page"]
    assert worst_day.blobs.path(revision.sha256).read_bytes() == LOGIN


def test_a_text_within_its_listing_is_stored(worst_day):
    revision = worst_day.catalogue.revisions["papers", "e"]
    assert worst_day.blobs.path(revision.sha256).read_bytes() == b"<p>minutes</p>"


def test_what_is_restricted_or_no_web_address_is_not_fetched(worst_day):
    assert "/secret" not in worst_day.sites["papers"].paths()
    assert ("papers", "secret") in worst_day.catalogue.documents
    assert "invalid URL" in worst_day.catalogue.unavailable["papers", "odd"]
    assert "invalid URL" in worst_day.catalogue.unavailable["papers", "file"]


def test_a_report_counts(worst_day):
    report = worst_day.reports["papers"]
    listed = len(GOOD_PAPERS) + len(BAD_PAPERS) + 7
    assert (report.state, report.documents, report.new, report.changed) == (SourceState.OK, listed, listed, 0)
    assert report.bytes > 4 * len(PDF)
    assert report.requests >= listed - 5
    assert len(report.problems) == len(BAD_PAPERS) + 4


def test_a_refusal_is_news_once(tmp_path):
    """A dead link is said on the day it dies; from then on it is counted where papers are, and no alarm."""
    with sites() as site:
        web = site()
        web.lists(documents=[{"key": "k", "url": web.url + "/k"}])
        lines = [source("s", web.url + "/")]
        first = crawl(tmp_path / "1", lines)
        again = MemoryCatalogue(unavailable=first.catalogue.unavailable)
        second = crawl(tmp_path / "2", lines, catalogue=again)
        web.routes["/k"] = (403, {}, b"")
        third = crawl(tmp_path / "3", lines, catalogue=MemoryCatalogue(unavailable=again.unavailable))
    problems = [len(done.reports["s"].problems) for done in (first, second, third)]
    assert problems == [1, 0, 1]


@pytest.mark.parametrize(
    ("dead", "state"),
    [
        (["{own}/1", "{own}/2", "http://nowhere.invalid/3"], SourceState.OK),
        (
            ["http://nowhere.invalid/1", "http://nowhere.invalid/2", "http://nowhere.invalid/3"],
            SourceState.OK,
        ),
        (["{own}/shut/1", "{own}/shut/2", "{own}/shut/3"], SourceState.BLOCKED),
    ],
    ids=["dead links", "a host that is gone", "its own host shuts us out"],
)
def test_papers_that_are_held_and_not_due_are_had_while_their_host_lets_us_in(tmp_path, dead, state):
    """Two dead links and a host that is gone made the source "broken", although its list was read whole."""
    with sites() as site:
        web = site()
        kept = {f"kept-{number}": f"{web.url}/kept/{number}" for number in range(5)}
        gone = {f"dead-{number}": url.format(own=web.url) for number, url in enumerate(dead)}
        web.routes |= {f"/shut/{number}": (403, {}, b"") for number in (1, 2, 3)}
        listed = [{"key": key, "url": url} for key, url in (kept | gone).items()]
        web.lists(documents=listed, published_on=(TODAY - timedelta(days=300)).isoformat())
        catalogue = MemoryCatalogue()
        for key, url in kept.items():
            held = revision_of("s", key, url, PDF)
            catalogue.revisions["s", key] = replace(held, fetched_at=datetime.now(UTC))
        done = crawl(tmp_path, [source("s", web.url + "/")], catalogue=catalogue, config={"retries": 0})
        assert not any(path.startswith("/kept") for path in web.paths())
    assert done.reports["s"].state is state


def test_retry_after_is_waited_out_in_seconds_and_as_a_date(worst_day):
    for name, wait in (("busy", 0.9), ("dated", 0.8)):
        assert worst_day.reports[name].state is SourceState.OK
        first, second = [begin for begin, _, path, _ in worst_day.sites[name].log if path == "/"]
        assert second - first >= wait


def test_pages_are_asked_once_and_on_the_sources_own_host(worst_day):
    assert worst_day.sites["spread"].paths() == ["/robots.txt", "/", "/a", "/"]  # last as another step
    assert worst_day.reports["spread"].state is SourceState.OK
    assert "on another host" in worst_day.reports["spread"].problems[0]


def test_a_line_may_name_other_hosts_for_its_pages(tmp_path):
    with sites() as site:
        web, other = site(), site()
        other_url = other.url.replace("127.0.0.1", "localhost")
        web.lists(pages=[f"{other_url}/list"])
        other.lists("/list", meetings=["m"])
        named, unnamed = (
            source("named", web.url + "/", options={"hosts": ["localhost"]}),
            source("s", web.url),
        )
        done = crawl(tmp_path, [named, unnamed])
    assert {name: report.meetings for name, report in done.reports.items()} == {"named": 1, "s": 0}
    assert other.paths() == ["/robots.txt", "/list"]


def test_with_and_without_www_a_host_is_the_same():
    assert host_of("https://www.a.example/x") == host_of("http://a.example:8080/")


def test_pages_without_end_come_to_one(worst_day):
    assert worst_day.reports["endless-pages"].reason == "more than 20 pages"
    assert len(worst_day.sites["endless-pages"].log) == 21


def test_meetings_that_were_held_without_a_paper_are_said_and_those_ahead_are_not(tmp_path):
    with sites() as site:
        past, ahead = site(), site()
        past.lists(held=["m", "n"], meetings=["o"])
        ahead.lists(meetings=["m"])
        reports = crawl(tmp_path, [source("past", past.url + "/"), source("ahead", ahead.url + "/")]).reports
    said = (SourceState.PARTLY, "2 meetings held, no papers found on them")
    assert (reports["past"].state, reports["past"].reason) == said
    assert (reports["ahead"].state, reports["ahead"].reason) == (SourceState.OK, "")


def test_looks_that_fail_and_looks_whose_turn_never_came_are_counted_apart(tmp_path):
    with sites() as site:
        web = site()
        looks = [f"{web.url}/{number}" for number in range(MOST + 4)]
        papers = [{"key": str(number), "url": f"{web.url}/plain?{number}"} for number in range(MOST)]
        web.routes |= {f"/plain?{number}": GOOD_PAPERS["plain"] for number in range(MOST)}
        web.lists(documents=papers, looks=[*looks, looks[-1]])
        web.lists("/0", pages=[looks[-2]])  # a look that pays for another, and promises one that waits
        web.lists(f"/{MOST + 2}")
        report = crawl(tmp_path, [source("s", web.url + "/")]).reports["s"]
    assert (report.state, report.reason) == (SourceState.OK, "")
    assert {each.reason: each.count for each in report.left} == {
        LeftReason.LOOK_FAILED: MOST,
        LeftReason.NOT_LOOKED_AT: 2,
    }
    [problem] = report.problems
    assert problem.startswith(f"{MOST} pages that promised nothing could not be read, such as {web.url}/")


def test_a_host_that_keeps_refusing_is_left_alone(worst_day):
    report = worst_day.reports["barred"]
    assert report.state is SourceState.BLOCKED
    assert len(worst_day.sites["barred"].log) in {2 + 5, 2 + 6}  # the next may be on its way
    assert any("left alone until the next run: refuses us" in problem for problem in report.problems)


def test_quiet_and_by_hand_are_no_failures(worst_day):
    assert worst_day.reports["quiet"].state is SourceState.EMPTY
    assert worst_day.reports["by-hand"].state is SourceState.MANUAL
    assert len(worst_day.sites["quiet"].log) == 2


def test_we_say_who_we_are(worst_day):
    assert all(
        headers["User-Agent"] == f"Paperwatch/{VERSION}" for *_, headers in worst_day.sites["papers"].log
    )


def test_second_crawl_asks_with_conditions_and_sees_replacement_in_place(tmp_path):
    with sites() as site:
        web = site()
        keys = ["same", "dated", "replaced", "no-validators", "address-changed"]
        web.lists(documents=[{"key": key, "url": f"{web.url}/{key}"} for key in keys])
        for key in ("same", "dated"):
            web.routes[f"/{key}"] = (304, {}, b"")
        for key in ("replaced", "no-validators", "address-changed"):
            web.routes[f"/{key}"] = (200, {}, PDF)
        held = {
            "same": {"etag": '"abc"'},
            "dated": {"last_modified": "Thu, 01 Oct 2026 10:00:00 GMT"},
            "replaced": {"etag": '"old"'},
            "no-validators": {},
            "address-changed": {"etag": '"old"'},
        }
        catalogue = MemoryCatalogue()
        for key, validators in held.items():
            content = PDF if key == "no-validators" else b"%PDF old"
            url = f"{web.url}/{'elsewhere' if key == 'address-changed' else key}"
            catalogue.revisions["s", key] = revision_of("s", key, url, content, **validators)
        done = crawl(tmp_path, [source("s", web.url + "/")], catalogue=catalogue)
        asked = {path.strip("/"): headers for _, _, path, headers in web.log}

    assert sorted(done.catalogue.unmodified) == [("s", "dated"), ("s", "same")]
    assert {key: outcome for (_, key), outcome in done.catalogue.outcomes.items()} == {
        "replaced": Outcome.CHANGED,
        "no-validators": Outcome.UNCHANGED,
        "address-changed": Outcome.CHANGED,
    }
    assert asked["same"]["If-None-Match"] == '"abc"'
    assert asked["dated"]["If-Modified-Since"] == "Thu, 01 Oct 2026 10:00:00 GMT"
    assert "If-None-Match" not in asked["address-changed"]
    assert {asked[key]["Cache-Control"] for key in keys} == {"max-age=0"}
    assert {asked[key]["Accept-Encoding"] for key in keys} == {"identity"}
    assert done.reports["s"].state is SourceState.OK


def test_a_server_that_is_asked_too_often_for_lengths_is_not_asked_for_papers(tmp_path):
    with sites() as site:
        web = site()
        web.lists(documents=[{"key": "k", "url": web.url + "/k"}])
        web.routes["/k"] = (429, {}, b"")
        catalogue = MemoryCatalogue()
        held = revision_of("s", "k", web.url + "/k", PDF)
        catalogue.revisions["s", "k"] = replace(held, fetched_at=datetime.now(UTC))
        done = crawl(tmp_path, [source("s", web.url + "/")], catalogue=catalogue, config={"retries": 0})
        assert web.paths() == ["/robots.txt", "/", "/k"]
    assert "too often (429)" in done.catalogue.unavailable["s", "k"]


def test_a_shared_host_gets_one_request_at_a_time_at_the_slowest_pace(tmp_path):
    def slowly(handler):
        time.sleep(0.03)  # a server at work: requests that overlap would be seen to
        return (200, {}, PDF)

    with sites() as site:
        shared, other, hasty = site(), site(), site()
        hasty.lists(documents=[{"key": str(n), "url": f"{hasty.url}/{n}"} for n in range(9)])
        hasty.routes |= {f"/{n}": slowly for n in range(9)}
        other.routes["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 0.4")
        for name in ("a", "b", "c"):
            shared.lists(
                f"/{name}", documents=[{"key": str(n), "url": f"{shared.url}/{name}{n}"} for n in (1, 2)]
            )
            shared.routes |= {f"/{name}{n}": slowly for n in (1, 2)}
        other.lists("/", documents=[{"key": "1", "url": other.url + "/1"}])
        other.routes["/1"] = slowly
        lines = [
            source("a", shared.url + "/a"),
            source("b", shared.url + "/b", delay=0.2),
            source("c", shared.url + "/c"),
            source("d", other.url + "/"),
            source("e", hasty.url + "/"),
        ]
        done = crawl(tmp_path, lines)

        assert {report.state for report in done.reports.values()} == {SourceState.OK}
        for web, requests, delay in ((shared, 10, 0.2), (other, 3, 0.4), (hasty, 11, 0.0)):
            log = sorted(web.log)
            assert len(log) == requests
            assert all(later[0] >= earlier[1] for earlier, later in pairwise(log))
            gaps = [later[0] - earlier[0] for earlier, later in pairwise(log)]
            # Seen from the server, which wakes so late the first time that the first pause looks short.
            assert min(gaps[1:]) > delay - 0.05
            assert log[-1][0] - log[0][0] > delay * (len(log) - 1) - 0.2


def test_a_public_site_cannot_lead_us_inside(tmp_path):
    with sites() as site:
        inside, web = site(), site("127.0.0.2")  # which the child takes for a public address
        inside.lists(meetings=["secret"])
        inside.routes["/secret.pdf"] = (200, {}, PDF)
        port = inside.server.server_port
        hosts = ("127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "localhost")
        addresses = [*(f"{host}:{port}" for host in hosts), "169.254.169.254"]
        web.lists(
            documents=[
                *({"key": host, "url": f"http://{host}/secret.pdf"} for host in addresses),
                {"key": "by redirect", "url": web.url + "/away"},
                {"key": "fair", "url": web.url + "/fair"},
            ]
        )
        web.routes["/away"] = (302, {"Location": inside.url + "/secret.pdf"}, b"")
        web.routes["/fair"] = (200, {}, PDF)
        web.routes["/redirected"] = (302, {"Location": inside.url + "/"}, b"")
        lines = [
            source("listed", web.url + "/"),
            source("redirected", web.url + "/redirected"),
            # An operator may point a line inside; what it opens there, a public site cannot use.
            source("operators", inside.url + "/"),
        ]
        done = crawl(tmp_path, lines, public="127.0.0.2")

        assert {key for _, key in done.catalogue.revisions} == {"fair"}
        assert {key for _, key in done.catalogue.unavailable} == {*addresses, "by redirect"}
        assert done.reports["redirected"].state is not SourceState.OK
        assert "private address" in done.reports["redirected"].reason
        assert done.reports["operators"].state is SourceState.OK
        assert inside.paths() == ["/robots.txt", "/"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_a_paper(tmp_path):
    size = 100 * 2**20

    def large(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(size))
        handler.end_headers()
        piece = b"%PDF" + bytes(2**20 - 4)
        for _ in range(100):
            handler.wfile.write(piece)

    with sites() as site:
        web = site()
        web.lists(documents=[{"key": "large", "url": web.url + "/large"}])
        web.routes["/large"] = large
        done = crawl(tmp_path, [source("s", web.url + "/", timeout=30.0)])
    assert done.catalogue.revisions["s", "large"].size == size
    assert 0 < done.grown < 40 * 2**20


def test_ctrl_c_ends_the_run_and_calls_nothing_finished(tmp_path):
    with sites() as site:
        web = site()
        web.lists(documents=[{"key": str(n), "url": f"{web.url}/{n}"} for n in range(50)])
        child = None

        def interrupt(handler):
            os.kill(child.pid, signal.SIGINT)
            return (200, {}, PDF)

        web.routes |= {f"/{n}": interrupt if n == 3 else (200, {}, PDF) for n in range(50)}
        child = start_child(tmp_path, [source("s", web.url + "/", delay=0.05)])
        done = finished(tmp_path, child)
    assert done.error.startswith("KeyboardInterrupt")
    assert done.catalogue.runs == ["begin", "end"]
    assert done.reports["s"].state is SourceState.UNKNOWN
    assert len(web.log) < 50
    assert done.left_over() == []


def test_an_archive_that_cannot_be_written_ends_the_run_with_its_reason(tmp_path):
    with sites() as site:
        web = site()
        web.lists(documents=[{"key": str(n), "url": f"{web.url}/{n}"} for n in range(9)])
        web.routes |= {f"/{n}": (200, {}, PDF) for n in range(9)}
        lines = [source("s", web.url + "/"), source("t", web.url + "/")]
        done = crawl(tmp_path, lines, catalogue=MemoryCatalogue(full_after=12))
    assert done.error == "StorageError: the disk is full"
    assert done.catalogue.runs == ["begin", "end"]
    assert done.reports == {}


def test_a_paper_whose_name_in_the_store_holds_other_bytes_is_its_own_failure(tmp_path):
    damaged, minutes = PDF + b"damaged", b"<p>minutes</p>"
    (tmp_path / "blobs").mkdir(parents=True)
    for content in (damaged, minutes):
        (tmp_path / "blobs" / hashlib.sha256(content).hexdigest()).write_bytes(b"others")
    with sites() as site:
        web = site()
        papers = [{"key": each, "url": f"{web.url}/{each}"} for each in ("damaged", "whole")]
        web.lists(documents=papers, embedded=minutes.decode())
        web.routes |= {"/damaged": (200, {}, damaged), "/whole": (200, {}, PDF)}
        done = crawl(tmp_path, [source("s", web.url + "/")])
    assert done.error == ""
    assert set(done.catalogue.revisions) == {("s", "whole")}
    assert len(done.catalogue.unavailable) == 2
    assert all("other bytes" in reason for reason in done.catalogue.unavailable.values())
    assert done.catalogue.runs == ["begin", "end"]


def test_the_platform_is_asked_for_the_sources_own_window(tmp_path):
    with sites() as site:
        web = site()
        web.lists(meetings=["m"])
        done = crawl(tmp_path, [source("s", web.url + "/", window=Window(back=1, ahead=2))])
    assert [listing.key for listing in done.catalogue.listings["s"]] == ["all"]


def test_papers_wait_as_papers_and_a_source_that_is_done_is_forgotten(tmp_path):
    """What waits as a request takes ten times the room, and a first crawl of England has some thousand."""
    papers = [{"key": f"p{number}", "url": f"https://a.example/{number}"} for number in range(500)]
    made = spider.PapersSpider(
        today=TODAY,
        catalogue=MemoryCatalogue(),
        blobs=FolderBlobs(tmp_path),
        sources=[source("a", "https://a.example/")],
        platforms=PLATFORMS,
    )
    made.settings = Settings()
    waiting = asyncio.run(_requests(made))
    most = asked = 0
    while waiting:
        most, asked = max(most, len(waiting)), asked + 1
        request = waiting.pop(0)
        body = json.dumps({"documents": papers}).encode() if "fetch" in request.meta else b""
        status = 200 if body else 404
        more = request.callback(Response(request.url, status=status, body=body, request=request))
        waiting += asyncio.run(more) if asyncio.iscoroutine(more) else more
    assert asked == 501, "the list, and each paper once"
    assert most <= 3
    assert [report.documents for report in made.reports] == [500]
    assert made._visits == {}


def test_a_paper_that_cannot_even_be_asked_for_costs_no_other(tmp_path):
    keys = [f"p{number}" for number in range(4)]
    with sites() as site:
        web = site()
        web.lists(documents=[{"key": key, "url": f"{web.url}/{key}"} for key in keys])
        for key in keys:
            web.routes[f"/{key}"] = (200, {}, PDF + key.encode())
        done = crawl(tmp_path, [source("s", web.url + "/")], catalogue=MemoryCatalogue(odd_key="p1"))
    assert done.reports["s"].state is SourceState.BROKEN
    assert "a record that makes no sense" in done.reports["s"].reason
    assert sorted(key for _, key in done.catalogue.revisions) == ["p0", "p2", "p3"]


async def _requests(made):
    return [request async for request in made.start()]


@pytest.mark.parametrize("full_after", [None, 150])
def test_few_of_many_sources_are_at_work_and_all_have_their_end(tmp_path, full_after):
    lines = [source(f"s{number:03}", f"https://{number}.example/", delay=number % 3) for number in range(300)]
    catalogue = MemoryCatalogue(full_after=full_after)
    made = spider.PapersSpider(
        today=TODAY, catalogue=catalogue, blobs=FolderBlobs(tmp_path), sources=lines, platforms=PLATFORMS
    )
    made.settings = Settings({"CONCURRENT_REQUESTS": 10})
    most, begun = asyncio.run(_driven(made))
    made.end()
    assert most <= 60
    if full_after is None:
        assert [report.source_id for report in made.reports] == [line.id for line in lines]
        assert begun == sorted(begun, reverse=True), "the slowest hosts are asked first"
    else:
        assert len(begun) < len(lines), "what waits for its turn is let go when the disk is full"


async def _driven(made):
    """Answers requests while the spider begins more. Returns the most sources at work, and their paces."""
    asked, body = asyncio.Queue(), b'{"meetings": ["m"]}'
    paces = {line.id: line.delay for line in made.sources}

    async def answer():
        while True:
            request = await asked.get()
            with suppress(CloseSpider):
                for more in request.callback(Response(request.url, body=body, request=request)):
                    asked.put_nowait(more)
            asked.task_done()

    answering, most, begun = asyncio.create_task(answer()), 0, []
    async for request in made.start():
        most = max(most, len(made._visits))
        begun.append(paces[request.meta["source"]])
        asked.put_nowait(request)
    await asked.join()
    answering.cancel()
    return most, begun
