"""What bad answers mean, and when a source is well: truth tables."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.answers import health
from crawler.answers.inside_addresses import InsideAddressError
from crawler.platforms import PLATFORMS
from crawler.source_visit import at_address
from pipeline.errors import ParseError, SourceError
from pipeline.health.left import DEPTH, remedy, summary
from pipeline.health.run_state import FEW, Failure, Seen, decide_state, silence
from pipeline.model import Expectation, LeftCount, LeftReason, SourceState

S = SourceState
SHUT = Failure(state=S.BLOCKED, reason="refuses us (403)")
ODD = Failure(state=S.BROKEN, reason="not found (404)")
DOWN = Failure(state=S.UNREACHABLE, reason="no answer in time")
AWAY = Failure(state=S.UNREACHABLE, reason="no such host", elsewhere=True)


@pytest.mark.parametrize(
    ("seen", "expect", "usual", "state", "words"),
    [
        # All is well.
        (Seen(pages=3, meetings=2, documents=10, papers=10), 0, None, S.OK, ""),
        (Seen(pages=3, meetings=2, documents=10, papers=10), 10, 10, S.OK, ""),
        (Seen(pages=1, meetings=1), 0, None, S.OK, ""),
        (Seen(pages=1, documents=1), 0, None, S.OK, ""),
        # Nothing there, and nothing was expected.
        (Seen(pages=1, documents=1, doubted=Failure(state=S.SUSPECT, reason="cut")), 0, 1, S.SUSPECT, "cut"),
        (Seen(pages=1), 0, None, S.EMPTY, "nothing listed"),
        (Seen(pages=1), 0, 0, S.EMPTY, "nothing listed"),
        # The way in was shut: nothing else counts.
        (Seen(start=SHUT), 0, None, S.BLOCKED, "refuses us (403)"),
        (Seen(start=DOWN, pages=5, documents=50, papers=50), 0, 50, S.UNREACHABLE, "no answer"),
        (Seen(), 0, None, S.BROKEN, "no page was read"),
        (Seen(failed=(ODD,), documents=3, papers=3), 0, None, S.BROKEN, "not found (404)"),
        # Pages that failed: a few are problems, many are the source's.
        (Seen(pages=9, failed=(ODD,), documents=9, papers=9), 0, None, S.OK, ""),
        (Seen(pages=4, failed=(ODD,), documents=9, papers=9), 0, None, S.BROKEN, "1 of 5 pages failed"),
        (
            Seen(pages=1, failed=(SHUT, ODD, SHUT), documents=9),
            0,
            None,
            S.BLOCKED,
            "3 of 4 pages failed: refuses",
        ),
        # Fewer than declared.
        (Seen(pages=1), 1, None, S.BROKEN, "0 documents, at least 1"),
        (Seen(pages=1, meetings=5, documents=1), 2, None, S.BROKEN, "1 document, at least 2"),
        # Fewer than usual: nothing at all, a tenth, 70 %, and what a quiet month explains.
        (Seen(pages=1, meetings=5), 0, 20, S.BROKEN, "no documents at all, usually there are 20"),
        (Seen(pages=1, meetings=5), 0, 3, S.BROKEN, "no documents at all, usually there are 3"),
        # … but what speaks once or twice a window may well say nothing for a while.
        (Seen(pages=1), 0, 2, S.EMPTY, "nothing was expected"),
        (Seen(pages=1, documents=2, papers=2), 0, 20, S.SUSPECT, "only 2 documents"),
        (Seen(pages=1, documents=14, papers=14), 0, 20, S.SUSPECT, "usually there are 20"),
        (Seen(pages=1, documents=15, papers=15), 0, 20, S.OK, ""),
        (Seen(pages=1, documents=1, papers=1), 0, 3, S.OK, ""),
        (Seen(pages=1, documents=1, papers=1), 0, 4, S.SUSPECT, "only 1 document"),
        # Meetings were held, and nobody has ever seen a paper of one; those ahead may have none yet.
        (Seen(pages=1, meetings=9, held=2), 0, None, S.PARTLY, "2 meetings held, no papers found on them"),
        (Seen(pages=1, meetings=1, held=1), 0, 0, S.PARTLY, "1 meeting held, no papers found on it"),
        (Seen(pages=1, meetings=9), 0, None, S.OK, ""),
        (Seen(pages=1, meetings=9, held=2), 0, 2, S.OK, ""),
        (Seen(pages=1, meetings=9, held=2, documents=1, papers=1), 0, None, S.OK, ""),
        # Listed, but every paper is kept from us.
        (Seen(pages=1, documents=3, barred=(SHUT, SHUT, DOWN)), 0, 3, S.BLOCKED, "no paper could be fetched"),
        (Seen(pages=1, documents=3, papers=1, barred=(SHUT, SHUT)), 0, 3, S.OK, ""),
        (Seen(pages=1, documents=3, papers=3), 0, 3, S.OK, ""),
        (Seen(pages=1, documents=3, barred=(ODD, ODD, ODD)), 0, 3, S.BROKEN, "no paper could be fetched"),
        (Seen(pages=1, documents=2, barred=(ODD, ODD)), 0, 2, S.OK, ""),
        (Seen(pages=1, documents=2, barred=(ODD, AWAY)), 0, 2, S.OK, ""),
        (Seen(pages=1, documents=1, barred=(DOWN,)), 0, 1, S.UNREACHABLE, "no paper could be fetched"),
    ],
)
def test_state_of_a_run(seen, expect, usual, state, words):
    found, reason = decide_state(seen, Expectation(documents=expect), usual)
    assert found is state
    assert words in reason
    assert bool(reason) is (state is not S.OK), "whatever is not well says why"


counts = st.integers(min_value=0, max_value=500)


@given(
    pages=counts, meetings=counts, documents=counts, papers=counts, expect=counts, usual=st.none() | counts
)
def test_silence_is_never_success(pages, meetings, documents, papers, expect, usual):
    seen = Seen(pages=pages, meetings=meetings, documents=documents, papers=papers)
    state, _ = decide_state(seen, Expectation(documents=expect), usual)
    if not documents and (expect or (usual or 0) >= FEW):
        assert state not in {S.OK, S.EMPTY}
    if not documents and not meetings:
        assert state is not S.OK
    if not pages:
        assert state is S.BROKEN


FIRST = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("state", "every", "kind", "last", "today", "words"),
    [
        (S.OK, 30, "icb", date(2026, 10, 1), date(2026, 10, 31), ""),
        (S.OK, 30, "icb", date(2026, 10, 1), date(2026, 11, 1), "Nothing new since 1 October 2026"),
        (S.OK, 0, "council", date(2020, 1, 1), date(2026, 11, 1), ""),
        # It never gave a paper: a rhythm of its own, or that of its kind.
        (S.EMPTY, 30, "trust", None, date(2026, 1, 31), ""),
        (S.EMPTY, 30, "trust", None, date(2026, 2, 1), "Never gave a paper since 1 January 2026"),
        (S.OK, 0, "council", None, date(2026, 6, 1), "Never gave a paper"),
        (S.EMPTY, 0, "campaign", None, date(2030, 1, 1), ""),
        # What is worse is said already.
        (S.BROKEN, 30, "icb", None, date(2026, 11, 1), ""),
        (S.PARTLY, 30, "icb", date(2026, 1, 1), date(2026, 11, 1), ""),
    ],
)
def test_a_source_that_says_nothing_for_too_long_is_silent(state, every, kind, last, today, words):
    said = silence(state, every=every, kind=kind, first_run=FIRST, last_new=last, today=today)
    assert words in said
    assert bool(said) is bool(words)


def test_the_depth_of_a_line_that_has_none_is_the_platforms():
    assert PLATFORMS["papers_page"].Options().depth == DEPTH


def left(reason, count, **more):
    return LeftCount(reason=reason, count=count, **more)


HOST = LeftReason.ANOTHER_HOST
BY_HAND = "add them by hand"


@pytest.mark.parametrize(
    ("counts", "taken", "options", "words"),
    [
        # A third of what is in sight is elsewhere.
        (
            (left(HOST, 16, host="f.example"),),
            0,
            {},
            'another host, f.example), 0 taken; add hosts = ["f.example"]',
        ),
        (
            (left(HOST, 8, host="f.example"),),
            16,
            {"hosts": ["old.example"]},
            'hosts = ["old.example", "f.example"]',
        ),
        ((left(HOST, 2, host="a"), left(HOST, 1, host="b")), 4, {}, 'hosts = ["a", "b"]'),
        ((left(HOST, 7, host="f.example"),), 16, {}, ""),
        ((left(HOST, 1, host="f.example"),), 0, {}, "1 paper left"),
        ((left(HOST, 2, host="f.example"),), 1, {}, ""),
        # What the rules judged may well be right.
        ((left(LeftReason.NOT_CLEARLY_A_PAPER, 16, under="/a/b.c/"),), 16, {}, ""),
        ((left(LeftReason.NOT_CLEARLY_A_PAPER, 17, under="/a/b.c/"),), 16, {}, r"include = '/a/b\.c/'"),
        ((left(LeftReason.NO_DATE, 2),), 0, {}, ""),
        ((left(LeftReason.NO_DATE, 3, under="/"),), 0, {}, "include = '…'"),
        # On purpose.
        ((left(LeftReason.EXCLUDED, 90),), 1, {}, ""),
        # Pages stand for several papers.
        (
            (left(LeftReason.TOO_DEEP, 3, pages=3),),
            30,
            {},
            "3 pages of papers left (too deep), 30 taken; add depth = 5",
        ),
        ((left(LeftReason.TOO_DEEP, 3, pages=3),), 30, {"depth": 2}, "add depth = 3"),
        ((left(LeftReason.TOO_DEEP, 3, pages=3),), 31, {}, ""),
        ((left(LeftReason.PAGE_UNREAD, 9, pages=9),), 60, {}, 'add road = "service"; else'),
        # The line says that pages are not read: counted, and no concern.
        ((left(LeftReason.PAGE_UNREAD, 9, pages=9),), 6, {"road": "service"}, ""),
        ((left(LeftReason.NEEDS_SCRIPT, 9),), 0, {}, "add browser = true"),
        ((left(LeftReason.NEEDS_SCRIPT, 9),), 0, {"browser": True}, BY_HAND),
        ((left(LeftReason.DOCUMENT_SERVICE, 9, host="d.example"),), 0, {}, BY_HAND),
        ((left(LeftReason.SIGN_IN, 9),), 0, {}, BY_HAND),
        ((left(LeftReason.BUDGET_SPENT, 9),), 0, {}, "max_pages"),
        # Where nothing promises papers, a page is a page and no more.
        ((left(LeftReason.NOT_LOOKED_AT, 9, pages=9),), 9, {}, ""),
        ((left(LeftReason.NOT_LOOKED_AT, 9, pages=9),), 8, {}, "9 pages left (not looked at), 8 taken; if"),
        ((left(LeftReason.LOOK_FAILED, 4, pages=4),), 0, {}, "make the page that lists them the url"),
        # The worst of several is the one that is said.
        ((left(LeftReason.NO_DATE, 5), left(HOST, 20, host="f.example")), 3, {}, "another host"),
        ((), 0, {}, ""),
    ],
)
def test_read_by_half(counts, taken, options, words):
    seen = Seen(pages=1, meetings=1, documents=taken, papers=taken, left=counts)
    state, reason = decide_state(seen, Expectation(), None, options)
    assert (state, words in reason) == (S.PARTLY if words else S.OK, True), reason
    assert len(reason) <= 160, "it is said whole at the foot of a digest"
    if words:
        state, reason = decide_state(seen, Expectation(documents=taken + 1), None, options)
        assert state is S.BROKEN
        assert words in reason, "that nothing came is explained by where it is"


def test_a_summary_says_what_is_taken_what_is_left_and_the_key():
    counts = (
        left(HOST, 8, host="f.example"),
        left(LeftReason.TOO_DEEP, 2, pages=2),
        left(HOST, 1, host="g.example"),
    )
    said = summary(counts, 12, {})
    assert (
        '9 papers left (another host, f.example, g.example): add hosts = ["f.example", "g.example"]' in said
    )
    assert "2 pages of papers left (too deep): add depth = 5" in said
    assert "\n" not in said


@given(st.sampled_from(LeftReason), st.text(max_size=30))
def test_a_key_to_add_is_a_line_of_toml(reason, under):
    said = remedy((left(reason, 3, host="f.example", under=f"/{under}/"),), {})
    if said.startswith("add ") and "=" in said:
        assert tomllib.loads(said.removeprefix("add "))
    if "include = " in said and not any(c in "\x00\x7f" or ord(c) < 32 for c in under):
        pattern = tomllib.loads(said.partition(", add ")[2])["include"]
        assert re.search(pattern, f"/{under}/") or pattern == "…"


@pytest.mark.parametrize(
    ("body", "who"),
    [
        (b"<html><head><title>Just a moment...</title>", "Cloudflare"),
        (b"<TITLE>Attention Required! | Cloudflare</TITLE>", "Cloudflare"),
        (b'<script src="/cdn-cgi/challenge-platform/h/b/orchestrate">', "Cloudflare"),
        (b'<iframe src="/_Incapsula_Resource?SWUDNSAI=31">', "Imperva Incapsula"),
        (b"<h1>Pardon Our Interruption</h1>", "Imperva"),
        (b'<script src="https://geo.captcha-delivery.com/c.js"></script>', "DataDome"),
        (b'<p>One more step</p><div class="h-captcha"></div>', "hCaptcha"),
        (
            b'<script src="https://x.awswaf.com/x/challenge.js"></script><h1>JavaScript is disabled</h1>',
            "Amazon WAF",
        ),
        (b"<p>The requested URL was rejected. Please consult with your administrator.</p>", "F5"),
        (b"<title>Making sure you&#39;re not a bot!</title>", "Anubis"),
        (b"<html><head><title>Bot Verification</title>", "a bot check"),
        (b"<html><title>Health scrutiny committee</title><p>just a moment ago</p>", ""),
        (b"<p>The committee noted a cyber incident and thanked Cloudflare.</p>", ""),
        (b"<html>" + b" " * 20_000 + b"<title>just a moment...</title>", ""),
        # what guarded sites put into their ordinary pages is no wall
        (b'<script src="/_Incapsula_Resource?SWJIYLWA=1"></script>' + b"<p>Board papers of May</p>" * 20, ""),
        (b'<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>' + b"<p>a b</p>" * 40, ""),
        (b'<form class="g-recaptcha">Ask us</form>' + b"<p>Board papers of May</p>" * 20, ""),
        (b"%PDF-1.7", ""),
        (b"", ""),
    ],
)
def test_bot_walls(body, who):
    assert health.bot_wall(body) == who


SIGN_IN = b"<html><title>Staff portal</title><form><input name='p' type='password'><button>Go</button></form>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (SIGN_IN, "a sign-in page is in the way"),
        (b"<title>Log in | Vale Council</title><p>Hello", "a sign-in page: Log in is in the way"),
        (b"<title>Before you continue to Vale</title>", "asks for consent: Before you continue to Vale"),
        (b"<title>Cookie preferences</title><p>We use cookies.", "asks for consent"),
        (SIGN_IN + b"<p>word " * 200, ""),  # a form next to what the page says: a redesign is one
        (b"<title>Board papers</title><p>All papers.", ""),
        (b"<title>Cookie policy</title>", ""),
    ],
)
def test_what_is_in_the_way_of_a_page_that_gives_nothing(body, words):
    found = health.of_unread(body)
    assert bool(found) is bool(words)
    assert not found or (found.state is S.BLOCKED and words in found.reason)


@pytest.mark.parametrize(
    ("head", "is_html"),
    [
        (b"<!DOCTYPE html><html>", True),
        (b"\xef\xbb\xbf \r\n<HTML lang=en>", True),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC", True),
        (b"<!-- generated -->\n<html>", True),
        (b"<script>location='/login'</script>", True),
        (b"<p>", True),
        (b"<pre>", False),
        (b"<?xml version='1.0'?><feed>", False),
        (b"%PDF-1.4 <html>", False),
        (b"PK\x03\x04", False),
        (b"{\\rtf1", False),
        (b"", False),
    ],
)
def test_first_bytes_of_a_web_page(head, is_html):
    assert health.is_html(head) is is_html


@given(st.binary(max_size=1024))
def test_any_bytes_can_be_looked_at(head):
    assert health.is_html(head) in {True, False}
    assert isinstance(health.bot_wall(head), str)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *((status, S.BROKEN) for status in (304, 400, 404, 410, 418)),
        *((status, S.BLOCKED) for status in (401, 403, 429, 451)),
        *((status, S.UNREACHABLE) for status in (408, 500, 503, 522)),
    ],
)
def test_statuses(status, state):
    failure = health.of_answer(status, b"")
    assert failure == health.of_status(status)
    assert failure.state is state
    assert str(status) in failure.reason


def test_a_page_is_no_failure_and_a_wall_is_one_whatever_its_status():
    assert health.of_answer(200, b"<html>") is None
    wall = b"<title>Just a moment...</title>"
    assert {health.of_answer(status, wall).state for status in (200, 403, 429, 503)} == {S.BLOCKED}
    assert health.of_answer(404, wall).state is S.BROKEN


PARSE_ERROR = ParseError(
    source="s", url="https://h.example/", selector="#modgov", expected="one", found="none"
)


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (PARSE_ERROR, S.BROKEN, "https://h.example/: expected one of #modgov, found none"),
        (
            DownloadConnectionRefusedError(
                "Cannot connect to host 127.0.0.1:8712 ssl:default [Connect call failed ('127.0.0.1', 8712)]"
            ),
            S.UNREACHABLE,
            "nothing answers at 127.0.0.1:8712",
        ),
        (
            DownloadFailedError("Cannot connect to host a.example:443 ssl:default [Network is unreachable]"),
            S.UNREACHABLE,
            "the connection broke: no way to a.example: Network is unreachable",
        ),
        (SourceError("robots.txt disallows /x", state=S.REFUSED), S.REFUSED, "robots.txt disallows /x"),
        (InsideAddressError(), S.BROKEN, "private address"),
        (UnsupportedURLSchemeError("ftp"), S.BROKEN, "invalid URL"),
        (DownloadTimeoutError("x"), S.UNREACHABLE, "no answer in time"),
        (CannotResolveHostError("x"), S.UNREACHABLE, "no such host"),
        (DownloadConnectionRefusedError("x"), S.UNREACHABLE, "x"),
        (ResponseDataLossError("x"), S.UNREACHABLE, "cut off"),
        (DownloadFailedError("x"), S.UNREACHABLE, "connection broke"),
        (OSError("x"), S.UNREACHABLE, "no answer"),
        (IgnoreRequest("max redirections reached"), S.UNREACHABLE, "redirect loop"),
        (IgnoreRequest("Ignored response because its body exceeded"), S.BROKEN, "too large"),
        (KeyError("x"), S.BROKEN, "KeyError: 'x'"),
    ],
)
def test_exceptions(error, state, words):
    failure = health.of_exception(error)
    assert failure.state is state
    assert words in failure.reason
    assert "ssl:" not in failure.reason


def test_an_address_is_said_once_in_a_problem():
    failure = health.of_exception(PARSE_ERROR)
    assert at_address(PARSE_ERROR.url, failure) == failure.reason
    assert at_address("https://h.example/", ODD) == "https://h.example/: not found (404)"
    assert at_address("https://h.example/", failure).count("https://h.example/") == 1
