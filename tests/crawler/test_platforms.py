"""Golden cases: every platform, over saved bytes.

A case is a folder `tests/platforms/<platform>/<case>/`:

- `case.toml`
    today = 2026-11-20            the run's day; the window follows from it
    empty = true                  only where finding nothing (or nothing but a Listing) is right
    fails = true                  only where the page must be a ParseError
    [source]                      what a source line says: id, name, kind, url; options, window as tables
    [fetch]                       url, step, context; leave the table out to test `start`
    [capture]                     url (default: the fetch's), status (200), media_type (text/html), headers
- `body.*`        the answer as it came, rebuilt in our own words: no council's page is kept here
- `expected.json` what was found. Where it is missing it is written and the test fails: read it, run again.

Every golden is also held to invariants, so that it cannot bless a bug. Give `form` in [fetch] for a POST.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.platforms import PLATFORMS
from pipeline.errors import ParseError
from pipeline.model import (
    Capture,
    Document,
    Doubt,
    Embedded,
    Fetch,
    Found,
    Left,
    Listing,
    Meeting,
    Source,
    Window,
)

CASES_ROOT = Path(__file__).parent.parent / "platforms"
CASES = sorted(path.parent for path in CASES_ROOT.glob("*/*/case.toml"))


def source_of(platform: str, said: dict[str, Any]) -> Source:
    window = Window(**said.pop("window", {}))
    return Source(platform=platform, window=window, **{"kind": "council", **said})


def fetch_of(said: dict[str, Any]) -> Fetch:
    return Fetch(
        url=said["url"], step=said["step"], context=dict(said.get("context", {})), form=said.get("form")
    )


def body_of(case: Path) -> bytes:
    [body] = case.glob("body.*")
    return body.read_bytes()


def capture_of(case: Path, fetch: Fetch, said: dict[str, Any]) -> Capture:
    media_type = said.get("media_type", "text/html")
    return Capture(
        url=said.get("url", fetch.url),
        status=said.get("status", 200),
        headers={"content-type": f"{media_type}; charset=utf-8", **said.get("headers", {})},
        media_type=media_type,
        body=body_of(case),
        fetched_at=datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
    )


def run(case: Path) -> tuple[dict[str, Any], list[Found] | ParseError]:
    said = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    platform = PLATFORMS[case.parent.name]
    source = source_of(case.parent.name, said["source"])
    platform.Options(**source.options)  # a line the registry would refuse makes no case
    if "fetch" not in said:
        return said, list(platform.start(source, *source.window.around(said["today"])))
    fetch = fetch_of(said["fetch"])
    try:
        return said, list(platform.parse(source, fetch, capture_of(case, fetch, said.get("capture", {}))))
    except ParseError as error:
        return said, error


def plain(value: Any) -> Any:
    """A found thing as JSON, without the fields that say nothing."""
    match value:
        case ParseError():
            return {
                "ParseError": {"selector": value.selector, "expected": value.expected, "found": value.found}
            }
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8").splitlines()
        case list() | tuple():
            return [plain(each) for each in value]
        case Meeting() | Document() | Embedded() | Listing() | Fetch() | Doubt() | Left():
            shown = {
                each.name: plain(getattr(value, each.name))
                for each in fields(value)
                if not (each.default is not MISSING and getattr(value, each.name) == each.default)
            }
            return {type(value).__name__: shown}
        case _:
            return value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_golden(case: Path) -> None:
    _, found = run(case)
    actual = json.dumps(plain(found), indent=2, ensure_ascii=False) + "\n"
    golden = case / "expected.json"
    if not golden.exists():
        golden.write_text(actual, encoding="utf-8")
        pytest.fail(f"{golden} was not there and has been written: read it, then run again")
    assert json.loads(actual) == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_invariants(case: Path) -> None:
    said, found = run(case)
    if isinstance(found, ParseError):
        assert said.get("fails"), f"not expected to fail: {found}"
        assert said["source"]["id"] in str(found)
        return
    assert not said.get("fails"), "expected a ParseError"
    assert run(case)[1] == found, "the same bytes must give the same findings"

    things = [each.document if isinstance(each, Embedded) else each for each in found]
    assert any(not isinstance(each, Listing | Left) for each in found) != bool(said.get("empty"))
    for kind in (Meeting, Document, Listing):
        keys = [each.key for each in things if isinstance(each, kind)]
        assert all(key and key == key.strip() for key in keys)
        assert len(keys) == len(set(keys)), f"a {kind.__name__} key comes twice: {keys}"
    asked = [(each.url, each.step, str(each.form)) for each in found if isinstance(each, Fetch)]
    assert len(asked) == len(set(asked)), "a page is asked for twice"

    for each in found:
        hold(each, said["source"]["id"])


def hold(each: Found, source_id: str) -> None:
    if isinstance(each, Embedded):
        assert each.body.strip()
        assert b"(S(" not in each.body, "a session token makes every run's bytes new"
        each = each.document
    match each:
        case Fetch():
            hold_fetch(each)
            return
        case Meeting():
            hold_url(each.url)
            hold_title(each.title)
            hold_title(each.body_name)
            hold_day(each.starts_on)
        case Document():
            hold_title(each.title)
            hold_day(each.published_on)
            assert (not each.url) == each.restricted, "all but a restricted paper has an address"
            if each.url:
                hold_url(each.url)
        case Listing():
            hold_day(each.since)
            hold_day(each.until)
    assert each.source_id == source_id


def hold_fetch(fetch: Fetch) -> None:
    hold_url(fetch.url)
    assert fetch.step
    assert all(isinstance(value, str) for value in fetch.context.values())
    if fetch.otherwise:
        assert (fetch.otherwise.url, fetch.otherwise.form) != (fetch.url, fetch.form)
        hold_fetch(fetch.otherwise)


def hold_url(url: str) -> None:
    parts = urlsplit(url)
    assert parts.scheme in {"http", "https"}, url
    assert parts.hostname, url
    assert not re.search(r"[\s<>\"]", url), url


def hold_title(title: str) -> None:
    assert title, "a title is empty"
    assert title == " ".join(title.split()), title
    assert not re.search(r"</?[a-z]|&(?:#\d+|[a-z]+);|\b(?:PDF|DOCX?)\s+\d", title), title


def hold_day(day: date | None) -> None:
    assert day is None or 1990 <= day.year <= 2100, day


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_has_a_case(name: str) -> None:
    assert any(case.parent.name == name for case in CASES), f"save a golden case for {name}"


def test_every_case_has_a_platform() -> None:
    assert {case.parent.name for case in CASES} <= set(PLATFORMS)


@settings(deadline=None)  # the first reading of a case loads its platform
@given(data=st.data())
def test_a_damaged_answer_is_a_parse_error_or_still_sane(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([case for case in CASES if list(case.glob("body.*"))]))
    said = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    body = body_of(case)
    start = data.draw(st.integers(0, len(body)), label="damage begins")
    stop = data.draw(st.one_of(st.just(len(body)), st.integers(start, len(body))), label="damage ends")
    damaged = body[:start] + data.draw(st.binary(max_size=8)) + body[stop:]
    source = source_of(case.parent.name, said["source"])
    fetch = fetch_of(said["fetch"])
    capture = replace(capture_of(case, fetch, said.get("capture", {})), body=damaged)
    try:
        found = list(PLATFORMS[case.parent.name].parse(source, fetch, capture))
    except ParseError:
        return
    keys = [each.key for each in found if isinstance(each, Document)]
    assert len(keys) == len(set(keys))
    for each in found:
        if isinstance(each, Document) and not each.restricted:
            hold_url(each.url)
