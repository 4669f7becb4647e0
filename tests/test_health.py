"""What bad answers mean, and when a source is well: truth tables."""

from __future__ import annotations

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

from crawler import health
from crawler.addresses import InsideAddressError
from pipeline.errors import ParseError, SourceError
from pipeline.expectations import FEW, Failure, Seen, decide, overdue
from pipeline.model import Expectation, SourceState

S = SourceState
SHUT = Failure(state=S.BLOCKED, reason="refuses us (403)")
ODD = Failure(state=S.BROKEN, reason="not found (404)")
DOWN = Failure(state=S.UNREACHABLE, reason="no answer in time")


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
        # Listed, but every paper is kept from us.
        (Seen(pages=1, documents=3, barred=(SHUT, SHUT, DOWN)), 0, 3, S.BLOCKED, "no paper could be fetched"),
        (Seen(pages=1, documents=3, papers=1, barred=(SHUT, SHUT)), 0, 3, S.OK, ""),
        (Seen(pages=1, documents=3, papers=3), 0, 3, S.OK, ""),
        (Seen(pages=1, documents=3, barred=(ODD, ODD, ODD)), 0, 3, S.BROKEN, "no paper could be fetched"),
        (Seen(pages=1, documents=2, barred=(ODD, ODD)), 0, 2, S.OK, ""),
    ],
)
def test_state_of_a_run(seen, expect, usual, state, words):
    found, reason = decide(seen, Expectation(documents=expect), usual)
    assert found is state
    assert words in reason
    assert bool(reason) is (state is not S.OK), "whatever is not well says why"


counts = st.integers(min_value=0, max_value=500)


@given(
    pages=counts, meetings=counts, documents=counts, papers=counts, expect=counts, usual=st.none() | counts
)
def test_silence_is_never_success(pages, meetings, documents, papers, expect, usual):
    seen = Seen(pages=pages, meetings=meetings, documents=documents, papers=papers)
    state, _ = decide(seen, Expectation(documents=expect), usual)
    if not documents and (expect or (usual or 0) >= FEW):
        assert state not in {S.OK, S.EMPTY}
    if not documents and not meetings:
        assert state is not S.OK
    if not pages:
        assert state is S.BROKEN


@pytest.mark.parametrize(
    ("every", "last", "today", "is_overdue"),
    [
        (30, date(2026, 10, 1), date(2026, 10, 31), False),
        (30, date(2026, 10, 1), date(2026, 11, 1), True),
        (0, date(2020, 1, 1), date(2026, 11, 1), False),
        (30, None, date(2026, 11, 1), False),
    ],
)
def test_overdue(every, last, today, is_overdue):
    assert overdue(Expectation(every=every), last, today) is is_overdue


@pytest.mark.parametrize(
    ("body", "who"),
    [
        (b"<html><head><title>Just a moment...</title>", "Cloudflare"),
        (b"<TITLE>Attention Required! | Cloudflare</TITLE>", "Cloudflare"),
        (b'<script src="/cdn-cgi/challenge-platform/h/b/orchestrate">', "Cloudflare"),
        (b'<iframe src="/_Incapsula_Resource?SWUDNSAI=31">', "Imperva Incapsula"),
        (b"<h1>Pardon Our Interruption</h1>", "Imperva"),
        (b"<html><head><title>Bot Verification</title>", "a bot check"),
        (b"<html><title>Health scrutiny committee</title><p>just a moment ago</p>", ""),
        (b"<p>The committee noted a cyber incident and thanked Cloudflare.</p>", ""),
        (b"<html>" + b" " * 20_000 + b"<title>just a moment...</title>", ""),
        (b"%PDF-1.7", ""),
        (b"", ""),
    ],
)
def test_bot_walls(body, who):
    assert health.bot_wall(body) == who


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
        (PARSE_ERROR, S.BROKEN, "expected one of #modgov, found none"),
        (SourceError("robots.txt disallows /x", state=S.REFUSED), S.REFUSED, "robots.txt disallows /x"),
        (InsideAddressError(), S.BROKEN, "private address"),
        (UnsupportedURLSchemeError("ftp"), S.BROKEN, "cannot be asked"),
        (DownloadTimeoutError("x"), S.UNREACHABLE, "no answer in time"),
        (CannotResolveHostError("x"), S.UNREACHABLE, "no such host"),
        (DownloadConnectionRefusedError("x"), S.UNREACHABLE, "no connection"),
        (ResponseDataLossError("x"), S.UNREACHABLE, "cut off"),
        (DownloadFailedError("x"), S.UNREACHABLE, "connection broke"),
        (OSError("x"), S.UNREACHABLE, "no answer"),
        (IgnoreRequest("max redirections reached"), S.UNREACHABLE, "redirects without end"),
        (IgnoreRequest("Ignored response because its body exceeded"), S.BROKEN, "too large"),
        (KeyError("x"), S.BROKEN, "KeyError: 'x'"),
    ],
)
def test_exceptions(error, state, words):
    failure = health.of_exception(error)
    assert failure.state is state
    assert words in failure.reason
