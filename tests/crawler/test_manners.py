"""Rules in any encoding are obeyed; hosts that drip, swell or break off cost a bounded part of a run."""

from __future__ import annotations

import gzip
import time
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from crawler.fetching.robots import rules_text
from pipeline.model import SourceState
from tests.helpers.fakes import crawl, sites, source

RULES = "User-agent: *\r\nDisallow: /private/\r\n"
HTML = {"Content-Type": "text/html"}
MARKED = ("utf-8-sig", "utf-16", "utf-32")
UNMARKED = ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp1252")


def allows(body: bytes, path: str) -> bool:
    return Protego.parse(rules_text(body)).can_fetch(f"https://b.example{path}", "Paperwatch")


@pytest.mark.parametrize("encoding", [*MARKED, *UNMARKED])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\r\n\r\n", "\u2028"])
@pytest.mark.parametrize("before", ["", "# Caf\u00e9 rules\n", "\n\n"])
def test_rules_hold_in_every_encoding(encoding: str, line_end: str, before: str) -> None:
    if line_end == "\u2028" and encoding in {"latin-1", "cp1252"}:
        line_end = "\n"  # which neither can write
    body = (before + RULES.replace("\r\n", line_end)).encode(encoding)
    assert not allows(body, "/private/x")
    assert allows(body, "/papers/x")


def test_a_page_in_place_of_rules_says_what_it_shows() -> None:
    shown = f"<html><head><style>a{{}}</style></head><body><pre>{RULES}</pre></body></html>".encode()
    assert not allows(shown, "/private/x")
    assert allows(shown, "/papers/x")
    assert allows(b"<!DOCTYPE html><html><body><h1>Disallow: everything</h1></body></html>", "/private/x")


def test_rules_of_any_length_are_read_to_the_limit() -> None:
    many = RULES.encode() + b"# nothing\n" * 100_000
    assert not allows(many, "/private/x")
    assert allows(b"# nothing\n" * 60_000 + RULES.encode(), "/private/x")
    cut = b"User-agent: *\n" + b"Disallow: /a\n" * 40_000
    assert not allows(cut, "/a")
    assert allows(cut, "/b")


@given(st.binary(max_size=500))
def test_any_bytes_are_rules_of_some_kind(body: bytes) -> None:
    assert allows(body, "/x") in {True, False}


def drip(handler) -> None:
    """The head of a PDF, and then a byte now and again, for as long as anybody listens."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"%PDF-1.7\n")
    with suppress(OSError):
        while True:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)  # the server's pace, not ours


def slow_head(handler) -> None:
    """A status line that comes byte by byte."""
    with suppress(OSError):
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
            handler.connection.send(bytes([byte]))
            time.sleep(0.05)


def old_server(body: bytes):
    def answer(handler) -> None:
        """HTTP/1.0: no length, the end of the connection is the end of the page."""
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + body)
        handler.close_connection = True

    return answer


# A page that unpacks to 64 MB and more: a thousandth of that on the way.
BOMB = (200, {"Content-Encoding": "gzip", **HTML}, gzip.compress(b"<p>" + bytes(2**20)) * 64)


@pytest.fixture(scope="module")
def bad_hosts(tmp_path_factory):
    with sites() as site:
        lines = []

        def line(name: str, web, **more) -> None:
            lines.append(source(name, web.url + "/", timeout=1.0, **more))

        webs = {}
        for name, answer in (("drips", drip), ("slow-head", slow_head)):
            web = webs[name] = site()
            web.lists(documents=[{"key": str(n), "url": f"{web.url}/{n}"} for n in range(40)])
            web.routes |= {f"/{n}": answer for n in range(40)}
            line(name, web)
        for name in ("gzip", "deflate", "raw-deflate", "two-members", "bomb", "brotli", "zstd"):
            web = site()
            packed = b'{"meetings": ["m"]}'
            headers = {"Content-Encoding": {"brotli": "br", "zstd": "zstd"}.get(name, "gzip")}
            body = {
                "gzip": gzip.compress(packed),
                "deflate": zlib.compress(packed),
                "raw-deflate": zlib.compress(packed)[2:-4],
                "two-members": gzip.compress(packed[:9]) + gzip.compress(packed[9:]),
            }.get(name, b"(\xb5/\xfd" + packed)
            headers["Content-Encoding"] = "deflate" if "deflate" in name else headers["Content-Encoding"]
            web.routes["/"] = BOMB if name == "bomb" else (200, headers, body)
            line(name, web)
        for name, encoding in (("robots-utf-16", "utf-16"), ("robots-bom", "utf-8-sig")):
            web = webs[name] = site()
            web.lists(documents=[{"key": "p", "url": f"{web.url}/private/p"}])
            web.routes["/robots.txt"] = (200, {}, RULES.encode(encoding))
            line(name, web)
        huge = site()
        huge.lists(meetings=["m"])
        huge.routes["/robots.txt"] = (200, {}, b"# nothing\n" * 4_000_000)
        line("robots-huge", huge)
        return crawl(tmp_path_factory.mktemp("bad"), lines, config={"patience": 3, "retries": 2}), webs


@pytest.mark.parametrize("name", ["drips", "slow-head"])
def test_a_host_that_drips_is_left_after_its_patience(bad_hosts, name) -> None:
    """Three papers are waited for, once each; the others are not asked for."""
    done, webs = bad_hosts
    report = done.reports[name]
    assert report.state is SourceState.UNREACHABLE
    assert "no answer in time" in report.reason
    assert len(webs[name].paths()) <= 2 + 3 + 1  # the next may be on its way
    assert done.left_over() == []


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw-deflate", "two-members", "robots-huge"])
def test_what_is_packed_is_read(bad_hosts, name) -> None:
    assert (bad_hosts[0].reports[name].state, bad_hosts[0].reports[name].meetings) == (SourceState.OK, 1)


@pytest.mark.parametrize("name", ["brotli", "zstd"])
def test_an_encoding_that_we_did_not_ask_for_is_said(bad_hosts, name) -> None:
    assert "an encoding that we did not ask for" in bad_hosts[0].reports[name].reason


def test_a_bomb_is_stopped_while_it_unpacks(bad_hosts) -> None:
    done, _ = bad_hosts
    assert "larger than 32 MB" in done.reports["bomb"].reason
    assert done.grown < 120 * 2**20


@pytest.mark.parametrize("name", ["robots-utf-16", "robots-bom"])
def test_what_robots_txt_keeps_closed_is_not_asked_for(bad_hosts, name) -> None:
    done, webs = bad_hosts
    assert "/private/p" not in webs[name].paths()
    assert "robots.txt disallows" in done.catalogue.unavailable[name, "p"]


PAGE = (
    b"<!DOCTYPE html><html><body><ul>" + b"<li><a href='/p.pdf'>Paper</a></li>" * 9 + b"</ul></body></html>"
)


OLD_PAGES = {
    "whole": (PAGE, SourceState.OK),
    "half": (PAGE[: len(PAGE) // 2], SourceState.SUSPECT),
    "nearly": (PAGE[:-9], SourceState.SUSPECT),
    "frameless": (b"<p>A page without a frame</p>", SourceState.OK),
    "frameless-cut": (b"<p>A page without a frame</p><a hre", SourceState.SUSPECT),
}


def test_a_page_that_an_old_server_breaks_off_withdraws_nothing(tmp_path) -> None:
    """`SUSPECT` is a state in which nothing is called withdrawn."""
    with sites() as site:
        lines = []
        for name, (body, _) in OLD_PAGES.items():
            web = site()
            web.routes["/"] = old_server(body)
            lines.append(source(name, web.url + "/", platform="any"))
        done = crawl(tmp_path, lines)
    assert {name: report.state for name, report in done.reports.items()} == {
        name: state for name, (_, state) in OLD_PAGES.items()
    }
