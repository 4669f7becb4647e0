"""How well `papers_page` crawls whole sites: from the address of a line, over its hops, to dated papers.

The pages of `papers_pages/<site>/` are written by hand from notes on how ICBs and trusts publish; the bodies
are invented. `truth.toml` says what a person takes from a site. Sites named `held_out_…` are never looked at
when a rule is mended: only their figures are. Those named `pen_…` were written by people who had not read the
reader; its rules met them afterwards. `test_papers_page.py` measures single pages in the same way.
`PAPERWATCH_FIGURES=1 pytest -s` on this file prints the figures, and the errors of the other sites.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.platforms import papers_page
from crawler.platforms.papers.wording.bodies import slug
from crawler.platforms.shared.web_address import canonical_url
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, DocumentKind, Fetch, Found, Meeting, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent / "papers_pages"
SITES = sorted(path.parent for path in ROOT.glob("*/truth.toml"))
HELD_OUT = [site for site in SITES if site.name.startswith("held_out_")]
RULE_WRITING = [site for site in SITES if site not in HELD_OUT]
SINCE, UNTIL = date(2026, 3, 1), date(2026, 8, 31)  # where a site's truth says no other window
MOST_FETCHES = 40
GOALS = {"recall": 0.98, "precision": 0.98, "dates": 0.97, "kinds": 0.95, "bodies": 0.95}
FLOORS = {
    "rule-writing": {**GOALS, "recall": 1.0, "precision": 1.0, "dates": 1.0, "kinds": 0.978, "bodies": 1.0},
    "held out": {**GOALS, "recall": 0.981, "precision": 0.981, "dates": 1.0, "kinds": 1.0, "bodies": 1.0},
}


def truth_of(site: Path) -> dict[str, Any]:
    return tomllib.loads((site / "truth.toml").read_text(encoding="utf-8"))


def window_of(truth: dict[str, Any]) -> tuple[date, date]:
    return truth.get("since", SINCE), truth.get("until", UNTIL)


def capture(url: str, body: bytes) -> Capture:
    media_type = "application/pdf" if body.startswith(b"%PDF") else "text/html"
    return Capture(
        url=url,
        status=200,
        headers={"content-type": media_type},
        media_type=media_type,
        body=body,
        fetched_at=datetime(2026, 5, 10, 6, 0, tzinfo=UTC),
    )


def crawl(site: Path) -> tuple[list[Found], list[str]]:
    """All that the platform finds, and the pages that it could not read. What is not there is a 404.

    A look at such a page is called broken, too: it would cost a site a request for nothing.
    """
    truth = truth_of(site)
    source = Source(
        id="site",
        name="Site",
        kind="trust",
        platform="papers_page",
        url=truth["url"],
        options=truth.get("options", {}),
    )
    pages = {canonical_url(url): site / name for url, name in truth.get("pages", {}).items()}
    pages[canonical_url(truth["url"])] = site / "page.html"
    waiting: list[Fetch] = list(papers_page.start(source, *window_of(truth)))
    asked: set[str] = set()
    found: list[Found] = []
    broken: list[str] = []
    while waiting:
        fetch = waiting.pop(0)
        page = pages.get(canonical_url(fetch.url))
        if page is None and fetch.is_look:
            broken.append(f"{fetch.url}: looked at for nothing")
        if page is None or canonical_url(fetch.url) in asked:
            continue
        asked.add(canonical_url(fetch.url))
        assert len(asked) <= MOST_FETCHES
        try:
            said = list(papers_page.parse(source, fetch, capture(fetch.url, page.read_bytes())))
        except ParseError as error:
            broken.append(str(error))
            continue
        found += [each for each in said if not isinstance(each, Fetch)]
        waiting += [each for each in said if isinstance(each, Fetch)]
    return found, broken


def compare(site: Path) -> tuple[Counter[str], list[str]]:
    """Counts of what is right, and a line for each thing that is not."""
    found, broken = crawl(site)
    meetings = {each.key: each for each in found if isinstance(each, Meeting)}
    taken = {each.key: each for each in found if isinstance(each, Document)}
    due = {canonical_url(each["url"]): each for each in truth_of(site)["papers"]}
    right = due.keys() & taken.keys()
    counts: Counter[str] = Counter(due=len(due), taken=len(taken), right=len(right), broken=len(broken))
    wrong = [f"missed {key}" for key in due.keys() - taken.keys()]
    wrong += [f"not a paper: {key}" for key in taken.keys() - due.keys()]
    wrong += [f"could not be read: {error}" for error in broken]
    for key in sorted(right):
        said, expected = taken[key], due[key]
        meeting = meetings.get(said.meeting_key or "")
        when = (said.meeting_key or "")[-len(expected["date"]) :]
        if meeting and meeting.starts_on:
            when = meeting.starts_on.isoformat()
        checks = {"dates": (when, expected["date"]), "kinds": (said.kind.value, expected["kind"])}
        if "body" in expected:
            counts["bodies_due"] += 1
            checks["bodies"] = (slug(meeting.body_name if meeting else ""), slug(expected["body"]))
        for name, (is_, should) in checks.items():
            counts[name] += is_ == should
            wrong += [f"{name}: {is_!r} for {should!r}: {key}"] if is_ != should else []
    return counts, wrong


def figures(sites: Sequence[Path]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for site in sites:
        total.update(compare(site)[0])
    return {
        "recall": total["right"] / total["due"],
        "precision": total["right"] / total["taken"],
        "dates": total["dates"] / total["right"],
        "kinds": total["kinds"] / total["right"],
        "bodies": total["bodies"] / (total["bodies_due"] or 1),
    }


@pytest.mark.parametrize("name", FLOORS)
def test_figures_hold_their_floors(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    sites = HELD_OUT if name == "held out" else RULE_WRITING
    said = figures(sites)
    if os.environ.get("PAPERWATCH_FIGURES"):
        papers = sum(len(truth_of(site)["papers"]) for site in sites)
        with capsys.disabled():
            print(f"\n{name}: {len(sites)} sites, {papers} papers, ", end="")
            print(", ".join(f"{key} {value:.1%}" for key, value in said.items()))
            for site in RULE_WRITING if sites is RULE_WRITING else []:
                for line in compare(site)[1]:
                    print(f"  {site.name}: {line}")
    assert {key: value for key, value in said.items() if value < FLOORS[name][key]} == {}


def test_there_are_sites_enough() -> None:
    assert len(SITES) >= 40
    assert len(HELD_OUT) >= 12


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_no_page_of_a_living_site_is_called_broken_or_looked_at_for_nothing(site: Path) -> None:
    assert crawl(site)[1] == []


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_the_truth_of_a_site_can_be_true(site: Path) -> None:
    truth = truth_of(site)
    since, until = window_of(truth)
    pages = {site / "page.html", *(site / name for name in truth.get("pages", {}).values())}
    assert pages == {*site.iterdir()} - {site / "truth.toml"}
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    for paper in truth["papers"]:
        first, _, last = paper["url"].partition("?")
        assert (last or first.rsplit("/", 1)[-1]) in text.replace("&amp;", "&") or first in text, paper
        assert DocumentKind(paper["kind"])
        year, month = map(int, paper["date"].split("-")[:2])
        assert since.replace(day=1) <= date(year, month, 1) <= until
