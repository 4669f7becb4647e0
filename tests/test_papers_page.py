"""How well `papers_page` reads pages it has no selectors for.

The pages are written by hand from notes on how ICBs and trusts publish; `truth.toml` beside each says what a
person takes from it. Those in folders named `held_out_…` were written before the rules and kept apart from them.
`PAPERWATCH_FIGURES=1 pytest -s tests/test_papers_page.py` prints the figures.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms import papers_page
from crawler.platforms.page_dates import When, read_when, spot
from crawler.platforms.paper_words import canonical, committee_in, is_file_address, kind_of
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Fetch, Listing, Meeting, MeetingStatus, Source, Window

ROOT = Path(__file__).parent / "platforms" / "papers_page"
CASES = sorted(path.parent for path in ROOT.glob("*/truth.toml"))
HELD_OUT = [case for case in CASES if case.name.startswith("held_out_")]
SEEN = [case for case in CASES if case not in HELD_OUT]
FLOORS = {"recall": 0.98, "precision": 0.98, "dates": 0.97, "kinds": 0.95, "bodies": 0.95, "hops": 0.98}


def source(url: str = "https://trust.example/board-papers", **options: Any) -> Source:
    return Source(id="trust", name="Trust", kind="trust", platform="papers_page", url=url, options=options)


def fetch(url: str = "https://trust.example/board-papers", **context: str) -> Fetch:
    return Fetch(
        url=url,
        step="papers",
        context={"since": "2026-03-01", "until": "2026-07-31", "depth": "1", **context},
    )


def capture(body: str | bytes, url: str = "https://trust.example/board-papers") -> Capture:
    return Capture(
        url=url,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        media_type="text/html",
        body=body if isinstance(body, bytes) else body.encode(),
        fetched_at=datetime(2026, 5, 10, 6, 0, tzinfo=UTC),
    )


def page(*lines: str) -> str:
    title = "<title>Board papers</title>"
    return f"<html><head>{title}</head><body><main><h1>Board papers</h1>{''.join(lines)}</main></body></html>"


def case_of(case: Path) -> tuple[Source, Fetch, Capture]:
    said = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    line = dict(said["source"])
    line["window"] = Window(**line["window"])
    asked = Fetch(**said["fetch"])
    return (
        Source(platform="papers_page", **line),
        asked,
        capture((case / "body.html").read_bytes(), url=asked.url),
    )


def compare(case: Path) -> tuple[Counter[str], list[str]]:
    """Counts of what is right, and a line for each thing that is not."""
    truth = tomllib.loads((case / "truth.toml").read_text(encoding="utf-8"))
    found = list(papers_page.parse(*case_of(case)))
    meetings = {each.key: each for each in found if isinstance(each, Meeting)}
    papers = {each.url: each for each in found if isinstance(each, Document)}
    due = {each["url"]: each for each in truth["papers"]}
    hops = {each.url for each in found if isinstance(each, Fetch)}
    counts: Counter[str] = Counter(
        due=len(due), taken=len(papers), right=len(due.keys() & papers.keys()),
        hops_due=len(truth.get("follow", [])), hops_taken=len(hops), hops_right=len(hops & set(truth.get("follow", []))),
    )  # fmt: skip
    wrong = [f"missed {url}" for url in due.keys() - papers.keys()]
    wrong += [f"not a paper: {url}" for url in papers.keys() - due.keys()]
    wrong += [f"followed or not: {url}" for url in hops ^ set(truth.get("follow", []))]
    for url in due.keys() & papers.keys():
        paper, expected = papers[url], due[url]
        meeting = meetings.get(paper.meeting_key or "")
        when = (paper.meeting_key or "")[len(paper.meeting_key or "") - len(expected["date"]) :]
        if meeting and meeting.starts_on:
            when = meeting.starts_on.isoformat()
        checks = {
            "dates": (when, expected["date"]),
            "kinds": (paper.kind.value, expected["kind"]),
            "pages": (paper.is_page, expected.get("page", False)),
        }
        if "body" in expected:
            checks["bodies"] = (meeting.body_name if meeting else "", expected["body"])
            counts["bodies_due"] += 1
        for name, (is_, should) in checks.items():
            counts[name] += is_ == should
            wrong += [f"{name}: {is_!r} for {should!r}: {url}"] if is_ != should else []
    days = {each.starts_on.isoformat() for each in meetings.values() if each.starts_on}
    wrong += [f"meeting of {each} not announced" for each in truth.get("meetings", []) if each not in days]
    return counts, wrong


def figures(cases: list[Path]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for case in cases:
        total.update(compare(case)[0])
    return {
        "recall": total["right"] / total["due"],
        "precision": total["right"] / total["taken"],
        "dates": total["dates"] / total["right"],
        "kinds": total["kinds"] / total["right"],
        "bodies": total["bodies"] / (total["bodies_due"] or 1),
        "hops": total["hops_right"] / (max(total["hops_due"], total["hops_taken"]) or 1),
    }


@pytest.mark.parametrize("cases", [SEEN, HELD_OUT], ids=["seen", "held out"])
def test_figures(cases: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    said = figures(cases)
    if os.environ.get("PAPERWATCH_FIGURES"):
        with capsys.disabled():
            name = "held out" if cases is HELD_OUT else "seen"
            print(
                f"\n{name}: {len(cases)} pages, "
                + ", ".join(f"{key} {value:.1%}" for key, value in said.items())
            )
            for case in cases:
                for line in compare(case)[1]:
                    print(f"  {case.name}: {line}")
    assert {key: value for key, value in said.items() if value < FLOORS[key]} == {}
