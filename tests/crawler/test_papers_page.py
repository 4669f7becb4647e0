"""How well `papers_page` reads pages it has no selectors for.

The pages are written by hand from notes on how ICBs and trusts publish; `truth.toml` beside each says what
a person takes from it. For those in folders named `held_out_` no rule was written: a page that the rules once
read wrongly, and that a rule was mended for, has lost that name. What the rules made of 24 pages when they
first met them: recall 98.9 %, precision 95.7 %, right dates 92.1 %, right kinds 97.8 %.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms import papers_page
from crawler.platforms.papers.wording.addresses import file_name, is_file_address, spaced
from crawler.platforms.papers.wording.bodies import committee_in
from crawler.platforms.papers.wording.kinds import kind_of
from crawler.platforms.shared.dates import spot
from crawler.platforms.shared.web_address import canonical_url
from crawler.platforms.shared.when import When, read_when
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Fetch, Listing, Meeting, MeetingStatus, Source, Window

ROOT = Path(__file__).parent.parent / "platforms" / "papers_page"
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
    hops = {each.url for each in found if isinstance(each, Fetch)} - set(truth.get("look", []))
    hops_due = set(truth.get("follow", []))  # and `look`: where a person may look, or not
    counts: Counter[str] = Counter(
        due=len(due),
        taken=len(papers),
        right=len(due.keys() & papers.keys()),
        hops_due=len(hops_due),
        hops_taken=len(hops),
        hops_right=len(hops & hops_due),
    )
    wrong = [f"missed {url}" for url in due.keys() - papers.keys()]
    wrong += [f"not a paper: {url}" for url in papers.keys() - due.keys()]
    wrong += [f"followed or not: {url}" for url in hops ^ hops_due]
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
    """PAPERWATCH_FIGURES=1 prints them."""
    said = figures(cases)
    if os.environ.get("PAPERWATCH_FIGURES"):
        with capsys.disabled():
            shown = ", ".join(f"{key} {value:.1%}" for key, value in said.items())
            sys.stdout.write(
                f"\n{'held out' if cases is HELD_OUT else 'seen'}, {len(cases)} pages: {shown}\n"
            )
            for case in cases:
                sys.stdout.writelines(f"  {case.name}: {line}\n" for line in compare(case)[1])
    assert {key: value for key, value in said.items() if value < FLOORS[key]} == {}


def test_no_page_is_looked_at_for_nothing() -> None:
    """What promises nothing is asked for only where a person says that it may be."""
    for case in CASES:
        truth = tomllib.loads((case / "truth.toml").read_text(encoding="utf-8"))
        fetches = [each for each in papers_page.parse(*case_of(case)) if isinstance(each, Fetch)]
        looks = {each.url for each in fetches if each.is_look}
        assert looks <= {*truth.get("look", []), *truth.get("follow", [])}, case.name


def test_announced_meetings_and_reasons_of_the_pages() -> None:
    for case in CASES:
        wrong = [line for line in compare(case)[1] if "announced" in line]
        assert not wrong, (case.name, wrong)
        truth = tomllib.loads((case / "truth.toml").read_text(encoding="utf-8"))
        verdicts = {each.url: each for each in papers_page.explain(*case_of(case))}
        for url, why in truth.get("left", {}).items():
            assert not verdicts[url].taken
            assert why in verdicts[url].why


def test_there_are_enough_pages() -> None:
    assert len(CASES) >= 40
    assert len(HELD_OUT) >= 6


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_link_has_one_sentence_why(case: Path) -> None:
    verdicts = papers_page.explain(*case_of(case))
    assert all(each.why and "\n" not in each.why for each in verdicts)
    assert not any(each.taken and each.follow for each in verdicts)
    taken = {each.url for each in verdicts if each.taken}
    assert taken == {each.url for each in papers_page.parse(*case_of(case)) if isinstance(each, Document)}


def papers(body: str | bytes, **options: Any) -> dict[str, Document]:
    found = papers_page.parse(source(**options), fetch(), capture(body))
    return {each.url.rsplit("/", 1)[-1]: each for each in found if isinstance(each, Document)}


def meetings(body: str, **context: str) -> dict[str, Meeting]:
    found = papers_page.parse(source(), fetch(**context), capture(body))
    return {each.key: each for each in found if isinstance(each, Meeting)}


@pytest.mark.parametrize(
    ("text", "year", "whens"),
    [
        ("Thursday 26th of March 2026", None, ["2026-03-26"]),
        ("26-march-2026", None, ["2026-03-26"]),
        ("March 26, 2026", None, ["2026-03-26"]),
        ("26/03/2026, 26.03.26 and 2026-03-26", None, ["2026-03-26"] * 3),
        ("26 and 27 March 2026", None, ["2026-03-26"]),
        ("26 March", None, []),
        ("26 March", "2026", ["2026-03-26"]),
        ("5 March", "2025/26", ["2026-03-05"]),
        ("5 May", "2025/26", ["2025-05-05"]),
        ("May", "2026", ["2026-05"]),
        ("It may rain", "2026", []),
        ("May 2026", None, ["2026-05"]),
        ("31 June 2026", None, []),
        ("Board papers 2025-26", None, ["2025/26"]),
        ("2025 to 2026 papers", None, ["2025/26"]),
        ("26-05-20_BoardAGENDA", None, ["2026-05-20"]),
        ("Public-Board-050326.zip", None, ["2026-03-05"]),
        ("25-03-26 BoD.pdf", "2025", ["2025-03-26"]),
        ("BoD_250326_Item4.pdf", None, ["2026-03-25"]),
        ("BoD_250326_Item4.pdf", "2025", ["2025-03-26"]),
        ("BoD_250326_Item4.pdf", "2026", ["2026-03-25"]),
        ("BoD_250326_Item4.pdf", "2024", ["2026-03-25"]),
        ("20260402-trust-board", None, ["2026-04-02"]),
        ("board 26032026", None, ["2026-03-26"]),
        ("bod-jan26.pdf", None, ["2026-01"]),
        ("12 May 10.30am", "2026", ["2026-05-12"]),
        ("Item 6.1.2 of 3", None, []),
        ("Part 1 - 25 September 2025", None, ["2025-09-25"]),
        ("Item 3 27 November 2025 minutes", None, ["2025-11-27"]),
        ("Item 4 November 2025", None, ["2025-11"]),
        ("1. May 2025 minutes", None, ["2025-05"]),
        ("Enclosure 34 May 2025", None, ["2025-05"]),
        ("Meeting 56 - Nov. 20th, 2019", None, ["2019-11-20"]),
        ("19-January-18-2017", None, ["2017-01-18"]),
        ("26\u201327 November", "2026", ["2026-11-26"]),
        ("30 September \u2013 1 October 2026", None, ["2026-09-30", "2026-10-01"]),
        ("29.2.26", None, []),
        ("10.09.26", None, ["2026-09-10"]),
        ("Thursday 29 January 2025", "2026", ["2026-01-29"]),
        ("Thurday 3rd Septmber 2026", None, ["2026-09-03"]),
        ("26 Tachwedd 2026", None, ["2026-11-26"]),
        ("Tel 01234 567890", None, []),
    ],
)
def test_dates(text: str, year: str | None, whens: list[str]) -> None:
    known = read_when(year) if year else None
    assert [str(each.when) for each in spot(text, known, 2026)] == whens


@pytest.mark.parametrize(
    ("text", "of_meeting"),
    [
        ("Published on 14 May 2026", False),
        ("Last updated: 14 May 2026", False),
        ("Questions by noon on 14 May 2026", False),
        ("Date of next meeting: 14 May 2026", False),
        ("Finance report to 14 May 2026", False),
        ("Meeting on 14 May 2026", True),
        ("Minutes of 14 May 2026", True),
    ],
)
def test_a_date_that_is_not_the_meeting_s(text: str, of_meeting: bool) -> None:  # noqa: FBT001 - a truth table
    [found] = spot(text)
    assert found.of_meeting is of_meeting


@pytest.mark.parametrize(
    ("when", "said"),
    [("2026-03-26", "26 March 2026"), ("2026-03", "March 2026"), ("2026", "2026"), ("2025/26", "2025/26")],
)
def test_dates_as_a_person_writes_them(when: str, said: str) -> None:
    known = read_when(when)
    assert known
    assert known.said() == said
    assert read_when("soon") is None


def test_a_weekday_that_does_not_fit_is_noticed() -> None:
    assert [each.weekday_fits for each in spot("Thursday 23 September 2025, Tuesday 23 September 2025")] == [
        False,
        True,
    ]


@given(st.text(max_size=80), st.integers(2000, 2049))
def test_any_text_gives_sane_dates(text: str, year: int) -> None:
    for each in spot(text, When(year=year), year):
        first, last = each.when.span()
        assert date(2000, 1, 1) <= first <= last <= date(2050, 3, 31)
        assert read_when(str(each.when)) == each.when
        assert 0 <= each.start < each.end <= len(text)


@pytest.mark.parametrize(
    ("address", "is_file"),
    [
        ("/a/board.pdf", True),
        ("/download_file/view/12/475", True),
        ("/download_file/5b1c0c9e-1f6a-4d0b-9a1e-2f1c3b4d5e6f/668", True),
        ("/download-attachment/21775", True),
        ("/download/icb-papers/", True),
        ("/?wpdmdl=40112", True),
        ("/board/3012-public-board?layout=file", True),
        ("/board-papers/1402-board-papers-19-may-2026/file", True),
        ("/download.cfm?doc=docm93&ver=5", True),
        ("/media/k3hd92la/pack", True),
        ("/Documents/GatewayLink.aspx?alId=88012", True),
        ("/wp-content/uploads/2026/05/pack", True),
        ("/board/2026/may/", False),
        ("/board.aspx", False),
        ("/media/index.html", False),
        ("/documents/board-meeting-26-march-2026/", False),
        ("/downloads/", False),
    ],
)
def test_addresses_of_files(address: str, is_file: bool) -> None:  # noqa: FBT001 - a truth table
    assert is_file_address(f"https://trust.example{address}") is is_file


@pytest.mark.parametrize(
    "address",
    [
        "http://www.trust.example/download.cfm?doc=a1&ver=2",
        "https://trust.example/download.cfm?ver=9&doc=a1",
        "https://trust.example/download.cfm?doc=a1&utm_source=mail&CFID=1&CFTOKEN=2",
        "https://TRUST.example/download.cfm;jsessionid=AB12?doc=a1#page=2",
    ],
)
def test_a_document_s_key_outlives_the_noise_of_its_address(address: str) -> None:
    assert canonical_url(address) == "trust.example/download.cfm?doc=a1"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Agenda", "agenda"),
        ("Agenda and papers", "pack"),
        ("Agenda and minutes", "pack"),
        ("Full board pack (public)", "pack"),
        ("Meeting book", "pack"),
        ("Board of Directors Bundle Part I", "pack"),
        ("26 March 2026", "pack"),
        ("Unconfirmed minutes", "minutes"),
        ("5. Minutes of the last meeting", "minutes"),
        ("Item 11 - Audit Committee highlight report and minutes", "report"),
        ("Enc C", "report"),
        ("06.2 Winter plan", "report"),
        ("Charity strategy for approval", "report"),
        ("Something of its own", "report"),
        ("Questions from the public", "other"),
        ("Notice of an extraordinary meeting", "notice"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert kind_of(text).value == kind


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PUBLIC Finance and Performance Committee papers", "Finance and Performance Committee"),
        ("Draft Primary Care Commissioning Committee minutes", "Primary Care Commissioning Committee"),
        ("ICP papers 15 April", "Integrated Care Partnership"),
        ("Board-in-Common pack", "Board in Common"),
        ("Public Board and Committee papers", ""),
        ("Our committees", ""),
        ("Sheffield Partnership Trust Board", ""),
    ],
)
def test_committees_by_name(text: str, name: str) -> None:
    assert committee_in(text) == name


def test_include_and_exclude() -> None:
    body = page(
        '<p><a href="/odd/one">Notes</a></p>',
        '<p><a href="/f/a.pdf">Board papers 7 May 2026</a></p>',
        '<p><a href="/f/b.pdf">Board papers 7 May 2026, observer notes</a></p>',
    )
    assert set(papers(body)) == {"a.pdf", "b.pdf"}
    assert set(papers(body, include="/odd/")) == {"one", "a.pdf", "b.pdf"}
    assert set(papers(body, exclude="observer")) == {"a.pdf"}
    assert set(papers(body, include="observer", exclude="observer")) == {"a.pdf"}


@pytest.mark.parametrize(
    "options",
    [
        {"depth": 9},
        {"include": "("},
        {"exclude": "["},
        {"hosts": "docs.trust.example"},
        {"group": "RX1"},
        {"hosts": ["https://docs.trust.example/"]},
    ],
)
def test_options_that_cannot_be_used(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        papers_page.Options(**options)


def test_the_same_meeting_keeps_its_key_whatever_the_board_is_called() -> None:
    link = '<ul><li><a href="/f/a.pdf">Agenda</a></li></ul>'
    keys = {
        key
        for name in ("Trust Board", "Board of Directors", "Integrated Care Board", "Meeting")
        for key in meetings(page(f"<h2>{name}: 7 May 2026</h2>{link}"))
    }
    assert keys == {"board-2026-05-07"}


def test_what_was_said_of_a_meeting_is_its_status() -> None:
    found = meetings(
        page(
            "<h2>Meeting dates</h2><ul><li>7 May 2026: cancelled</li><li>4 June 2026 (postponed)</li>",
            "<li>2 July 2026</li><li>1 October 2026</li></ul>",
        )
    )
    assert {each.starts_on: each.status for each in found.values()} == {
        date(2026, 5, 7): MeetingStatus.CANCELLED,
        date(2026, 6, 4): MeetingStatus.MOVED,
        date(2026, 7, 2): MeetingStatus.SCHEDULED,
    }


def test_a_file_where_a_page_was_due_is_the_paper() -> None:
    asked = fetch("https://trust.example/documents/may/", when="2026-05-07", title="Meeting book: 7 May 2026")
    found = list(papers_page.parse(source(), asked, capture(b"%PDF-1.7 ...", asked.url)))
    [meeting] = [each for each in found if isinstance(each, Meeting)]
    [paper] = [each for each in found if isinstance(each, Document)]
    assert (meeting.key, paper.meeting_key, paper.kind) == ("board-2026-05-07", "board-2026-05-07", "pack")
    assert paper.url == asked.url
    assert not any(isinstance(each, Listing) for each in found)
    assert papers_page.explain(source(), asked, capture(b"%PDF-1.7 ...", asked.url))[0].taken


def listing_of(*parts: str) -> Listing:
    found = papers_page.parse(source(), fetch(), capture(page(*parts)))
    return next(each for each in found if isinstance(each, Listing))


def test_the_listing_is_the_page_and_the_window() -> None:
    body = page('<p><a href="/f/a.pdf">Board papers 7 May 2026</a></p>')
    before = '<p><a href="/f/z.pdf">Board papers 8 January 2026</a></p>'
    listing = listing_of(before, body)
    assert listing == Listing(
        source_id="trust", key="trust.example/board-papers", since=date(2026, 3, 1), until=date(2026, 7, 31)
    )
    assert papers(body)["a.pdf"].listing == listing.key
    undated = page('<p><a href="/f/a.pdf">Board papers, May 2026</a></p><p><a href="/f/b.pdf">Agenda</a></p>')
    assert {each.listing for each in papers(undated).values()} == {""}, "these can never be called withdrawn"


def test_a_list_says_nothing_of_what_is_older_than_all_that_it_shows() -> None:
    """A page of this financial year lets go of March's papers on 1 April: nobody has taken them away."""
    assert listing_of('<p><a href="/f/a.pdf">Board papers 7 May 2026</a></p>').since == date(2026, 5, 7)
    assert listing_of('<p><a href="/meetings/7-may-2026/">7 May 2026</a></p>').since == date(2026, 5, 7)
    assert listing_of('<p><a href="/f/a.pdf">Board papers, April 2026</a></p>').since == date(2026, 4, 1)
    assert listing_of('<p><a href="/about/">There are no papers yet</a></p>').since == date(2026, 7, 31)


def test_the_same_paper_twice_counts_once_with_its_date() -> None:
    body = page(
        '<p><a href="/f/a.pdf?ver=1">Latest board papers</a></p>',
        '<h3>7 May 2026</h3><p><a href="/f/a.pdf?ver=2">Papers</a></p>',
    )
    [paper] = papers(body).values()
    assert paper.meeting_key == "board-2026-05-07"
    twice = papers_page.explain(source(), fetch(), capture(body))[0]
    assert (twice.taken, twice.why) == (False, "listed twice on this page")


def test_pages_of_a_list_end() -> None:
    body = page(
        '<p><a href="/f/a.pdf">Board papers 7 May 2026</a></p>', '<a rel="next" href="?page=2">Next</a>'
    )
    hops = [
        [
            each
            for each in papers_page.parse(source(), fetch(page=str(number)), capture(body))
            if isinstance(each, Fetch)
        ]
        for number in (1, 20)
    ]
    assert [len(each) for each in hops] == [1, 0]
    assert hops[0][0].context["page"] == "2"
    assert hops[0][0].context["depth"] == "1"


def test_depth_is_spent_by_each_hop() -> None:
    body = page('<ul><li><a href="/board/may/">Board meeting 7 May 2026</a></li></ul>')

    def hops(depth: str) -> list[str]:
        found = papers_page.parse(source(), fetch(depth=depth), capture(body))
        return [each.context["depth"] for each in found if isinstance(each, Fetch)]

    assert (hops("2"), hops("1"), hops("0")) == (["1"], ["0"], [])


def test_a_date_line_between_papers_governs_what_follows_it() -> None:
    body = page(
        "<p>Thursday 7 May 2026</p><p><a href='/f/a.pdf'>Agenda</a></p>",
        "<p>Published 1 July 2026</p><p><a href='/f/b.pdf'>Meeting book</a></p>",
    )
    assert {each.meeting_key for each in papers(body).values()} == {"board-2026-05-07"}


AGENDA = "<a href='/f/a.pdf'>Agenda</a>"
NOISE = (
    '<nav><a href="#">About us</a></nav>',
    '<div class="menu"><a href="#">Menu</a> <a href="/news/">News, 1 June 2026</a></div>',
    '<div id="cookiebar"><p>We use cookies, since 3 March 2026.</p><button>Accept all</button></div>',
    '<footer><p>Of 9 June 2026</p><a href="/f/x.pdf">Annual report</a> <a href="/p">Privacy</a></footer>',
)


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_frame_of_a_site_changes_no_paper(case: Path, noise: str) -> None:
    """A menu toggle, a cookie bar or a footer more, and every paper keeps its day and kind."""
    line, asked, answer = case_of(case)
    noisy = re.sub(rb"(<body[^>]*>)", lambda match: match[0] + noise.encode(), answer.body, count=1)
    if b"password" in answer.body or noisy == answer.body:
        return

    def said(body: bytes) -> dict[str, tuple[str | None, str]] | None:
        try:
            found = list(papers_page.parse(line, asked, capture(body, url=asked.url)))
        except ParseError:
            return None
        return {each.key: (each.meeting_key, each.kind) for each in found if isinstance(each, Document)}

    before = said(answer.body)
    assert before is None or said(noisy) == before


@pytest.mark.parametrize(
    "body",
    [
        # a row says the month first and the day later
        f"<table><tr><td>May 2026</td><td>7 May 2026</td><td>{AGENDA}</td></tr></table>",
        # the title of a panel stands elsewhere on the page
        f"<b id='t'>7 May 2026</b><div id='p' aria-labelledby='t'>{AGENDA}</div>",
        # the next meeting is not where papers of a dated meeting stand
        f"<h2>7 May 2026</h2><h3>Next meeting: 2 July 2026</h3><p>{AGENDA}</p>",
        # breaks cut a paragraph into lines
        f"<p><em>Held</em> on<br>7 May 2026</p><p>{AGENDA}</p>",
        # an accordion that names no id, with a heading inside
        f"<div class='accordion-title'>7 May 2026</div><div><h3>Part 1</h3>{AGENDA}</div>",
        # a link that is a picture, and one without words
        "<h2>7 May 2026</h2><a href='/f/a.pdf'><img src='x.png' alt='Agenda'></a>",
        "<h2>7 May 2026</h2><a href='/f/a.pdf'></a>",
        # a day of publication beside the name, in an unnamed column
        (
            "<table><tr><td><a href='/f/a.pdf'>Board papers 07.05.26</a></td><td>30/04/2026</td></tr>"
            "<tr><td><a href='/f/b.pdf'>Board papers 05.03.26</a></td><td>26/02/2026</td></tr></table>"
        ),
        # sections of a meeting that are called like other matters
        f"<h2>Thursday 7 May 2026</h2><h3>Strategy</h3><ul><li>{AGENDA}</li></ul>",
        # a meeting without papers above one with
        (
            "<ul><li>2 July 2026: to follow</li>"
            f"<li><a href='/f/x.pdf'>7 May 2026: papers</a><br>{AGENDA}</li></ul>"
        ),
        # the moment of a meeting in its markup
        f"<div class='card'><time datetime='2026-05-07T09:30'>7 May</time><p>{AGENDA}</p></div>",
        # a month in a bubble, the day beside it
        f"<div class='card'><span>MAY</span> <span>26</span><p>Thursday 7th, 9am</p><p>{AGENDA}</p></div>",
        # facts of a meeting
        f"<dl><dt>Date</dt><dd>7 May 2026</dd><dt>Papers</dt><dd>{AGENDA}</dd></dl>",
        # packs with their own dates under the date of another meeting
        (
            "<h2>2 July 2026</h2><p><a href='/f/a.pdf'>Board papers 7 May 2026</a></p>"
            "<p><a href='/f/b.pdf'>Board papers 5 March 2026</a></p>"
        ),
    ],
)
def test_where_a_date_may_stand(body: str) -> None:
    assert papers(page(body))["a.pdf"].meeting_key == "board-2026-05-07"


def test_a_table_of_dates_gives_the_day_to_papers_of_a_month() -> None:
    links = (
        "<h3>September 2026</h3><p><a href='/f/39e1_sept.pdf'>September 2026 board papers</a></p>"
        "<h3>April 2026</h3><p><a href='/f/1d_22-april.pdf'>April 2026 board papers</a></p>"
        "<h3>June 2026</h3><p><a href='/f/j.pdf'>Audit Committee papers June 2026</a></p>"
    )
    months = (
        "<tr><th>April</th><td>22, now 29</td><td>8</td><td>1</td></tr>"
        "<tr><th>June</th><td>24</td><td>17</td><td>-</td></tr>"
        "<tr><th>September</th><td>23</td><td>-</td><td>30</td></tr>"
    )
    bodies = (
        "<tr><th>Board (in public)</th><td>22, now 29</td><td>24</td><td>23</td></tr>"
        "<tr><th>Audit Committee</th><td>8</td><td>17</td><td>-</td></tr>"
        "<tr><th>Board seminar</th><td>1</td><td></td><td>30</td></tr>"
    )
    by_month = "<tr><th>Month</th><th>Board (in public)</th><th>Audit</th><th>Board seminar</th></tr>"
    by_body = "<tr><th>Body</th><th>April</th><th>June</th><th>September</th></tr>"
    for rows in (by_month + months, by_body + bodies):
        table = f"<h2>Dates of meetings 2026</h2><table>{rows}</table>"
        for body in (page(links, table), page(table, "<h2>Papers</h2>", links)):
            found = papers_page.parse(source(), fetch(since="2026-01-01", until="2026-12-31"), capture(body))
            days = {
                each.url.rpartition("/")[2]: each.meeting_key for each in found if isinstance(each, Document)
            }
            assert days == {
                "39e1_sept.pdf": "board-2026-09-23",
                "1d_22-april.pdf": "board-2026-04-29",
                "j.pdf": "audit-committee-2026-06-17",
            }


@pytest.mark.parametrize(
    "panel",
    [
        "<p>The Board met on 7 May and 2 July.</p><h4>May</h4>{}",
        "<h4>May</h4><p>Thursday 7th, 9.30am, Hall</p>{}",
        "<h4>May</h4><p>Thursday 7th (moved from Thursday 14th)</p>{}<h4>July</h4><p>Thursday 2nd</p>",
        "<h4>July</h4><p>Thursday 9th</p><p><a href='/f/b.pdf'>Papers</a></p><h4>May</h4><p>Thursday 7</p>{}",
        "<h4>March</h4><p>Thursday 14th</p><h4>May</h4><p>The 7th, moved from the 14th</p>{}",
    ],
)
def test_days_of_months_in_a_panel_of_a_financial_year(panel: str) -> None:
    body = f"<details><summary>2026/27: April to March</summary>{panel.format(f'<ul><li>{AGENDA}</li></ul>')}"
    assert papers(page(f"{body}</details>"))["a.pdf"].meeting_key == "board-2026-05-07"


STAMPS = [
    "<dl><dt>When</dt><dd>{held}</dd><dt>Where</dt><dd>Hall</dd><dt>Page updated</dt><dd>{put}</dd></dl>",
    "<dl><dt>Page updated</dt><dd>{put}</dd><dt>When</dt><dd>{held}</dd></dl>",
    "<table><tr><th>Meeting date</th><td>{held}</td></tr><tr><th>Reviewed</th><td>{put}</td></tr></table>",
    "<table><tr><td>Date</td><td>{held}</td></tr><tr><td>Updated</td><td>{put}</td></tr></table>",
    "<p><strong>Date:</strong> {held}</p><p><strong>Last updated:</strong> {put}</p>",
    "<p><strong>Page reviewed:</strong> {put}</p><p><strong>When:</strong> {held}</p>",
    "<p>Meeting date: {held}</p><p>Posted in Board papers on {put}</p>",
    "<p><i class='icon-cal'></i> {held}, 9.30am</p><p><i class='icon-pen'></i> Last modified {put}</p>",
    "<p><time>{held}</time></p><p><time class='updated'>{put}</time></p>",
    "<p>{held}</p><div><span class='posted-on'>{put}</span> by <a href='/author/comms/'>Comms</a></div>",
    "<p>{held}</p><p>By Communications, {put}</p>",
    "<div><b>When</b> {held}</div><div><b>Content last changed</b> {put}</div>",
    "<ul><li><b>When</b> {held}</li><li><b>Date published</b> {put}</li></ul>",
]


@pytest.mark.parametrize("box", ["{}", "<article>{}</article>"])
@pytest.mark.parametrize("context", [{}, {"when": "2026-05-07"}], ids=["first page", "followed"])
@pytest.mark.parametrize("stamp", STAMPS)
def test_the_day_of_a_page_is_not_that_of_its_meeting(stamp: str, context: dict[str, str], box: str) -> None:
    facts = stamp.format(held="7 May 2026", put="21 May 2026")
    body = box.format(f"<h1>Board meeting</h1>{facts}<h2>Papers</h2><ul><li>{AGENDA}</li></ul>")
    html = f"<html><body><main>{body}</main></body></html>"
    found = papers_page.parse(source(), fetch(**context), capture(html))
    assert [each.meeting_key for each in found if isinstance(each, Document)] == ["board-2026-05-07"]


@pytest.mark.parametrize("stamp", ["<p>{}</p>", "<p class='meta'>{} | News</p>", "<p>Comms team, {}</p>"])
def test_a_bare_day_below_a_heading_with_another_is_a_stamp(stamp: str) -> None:
    body = f"<h2>Board meeting, 7 May 2026</h2>{stamp.format('21 May 2026')}<ul><li>{AGENDA}</li></ul>"
    assert papers(page(body))["a.pdf"].meeting_key == "board-2026-05-07"


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ('<a href="/flowers/">Flowers of 2026</a>', "a year, but not of papers"),
        ('<a href="/board/2019/">Board papers 2019</a>', "papers of 2019, outside the window"),
        ('<a href="mailto:board@trust.example">Write to us</a>', "not a web address"),
        ('<a href="#top">Top</a>', "this page itself"),
        ('<a href="/photo.jpg">The board, May 2026</a>', "a picture, a recording or raw data"),
        ('<a href="https://youtu.be/1">7 May 2026</a>', "a social network, a recording or a form"),
        (
            '<a href="https://council.example/may">Board 7 May 2026</a>',
            "a page on another host: council.example",
        ),
        ('<a href="/f/x.pdf">Something</a>', "nothing says that it is a paper"),
        ('<a href="/coffee/">Coffee, 7 May 2026</a>', "news or people, not papers"),
        ('<a href="/fair/">Summer fair, 7 May 2026</a>', "dated, but not a meeting"),
        ('<a href="/f/tor.pdf">Terms of reference</a>', "a standing document, and no item of a meeting"),
        ('<a href="/f/2019.pdf">Board papers 2019</a>', "of 2019, outside the window"),
    ],
)
def test_what_is_left_and_why(link: str, why: str) -> None:
    body = f"<html><title>Trust</title><body><p>{link}</p><p><a href='/other'>Other</a></p></body></html>"
    asked = fetch("https://trust.example/list", looks="0")
    lines = papers_page.explain(source("https://trust.example/list"), asked, capture(body, asked.url))
    assert lines[0].why == why
    assert not lines[0].taken


@pytest.mark.parametrize("depth", [200, 5000])
def test_nesting_does_not_break_it(depth: int) -> None:
    body = page("<div>" * depth, '<a href="/f/a.pdf">Board papers 7 May 2026</a>')
    try:
        found = set(papers(body))
    except ParseError:
        found = set()  # cut off by the parser, and said so
    assert found == ({"a.pdf"} if depth == 200 else set())


PIECES = (
    "<h2> </h2> <li> </ul> <ul> <table> <tr> <td> </td> </table> <p> <br> <details> <summary> </details> <a> "
    "</a> <nav> </div> <!----> &nbsp; \0 2026 Agenda <button>2026</button> <div|id='x'> <a|href='#x'>May</a> "
    "<a|href='/f/a.pdf'> <a|href='/b/may/'> <a|href='http://['> 7|May|2026 Board|papers Audit|Committee"
)


@given(st.lists(st.sampled_from([each.replace("|", " ") for each in PIECES.split()]), max_size=40))
def test_any_markup_gives_findings_or_a_parse_error(pieces: list[str]) -> None:
    asked, answered = fetch(), capture("".join(pieces))
    try:
        found = list(papers_page.parse(source(), asked, answered))
    except ParseError:
        return
    listed = {each.key for each in found if isinstance(each, Meeting)}
    for each in found:
        if isinstance(each, Document):
            assert each.title
            assert each.meeting_key is None or each.meeting_key in listed
    keys = [each.key for each in found if isinstance(each, Document)]
    assert len(keys) == len(set(keys))


@given(st.binary(max_size=200))
def test_any_bytes_give_findings_or_a_parse_error(body: bytes) -> None:
    try:
        list(papers_page.parse(source(), fetch(), capture(body)))
    except ParseError as error:
        assert error.source == "trust"  # noqa: PT017 - both ends are right


def row(tag: str, *cells: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


TABLE_OF_FILES = (
    "<table>"
    + row("th", "Name", "Meeting date", "Modified")
    + row("td", '<a href="/a.pdf">Board pack</a>', "14/05/2026", "07/05/2026")
    + row("td", '<a href="/b.pdf">Minutes</a>', "12/03/2026", "20/05/2026")
    + "</table>"
)


def as_grid(table: str, *, icon: bool) -> str:
    """The same table as a library of documents draws it: `div`s that say in their roles what they are."""
    for tag, role in (("table", "grid"), ("tr", "row"), ("th", "columnheader"), ("td", "gridcell")):
        first = '<div role="gridcell"><i class="icon"></i></div>' if icon and tag == "tr" else ""
        table = table.replace(f"<{tag}>", f'<div role="{role}">{first}').replace(f"</{tag}>", "</div>")
    head = '<div role="gridcell"><i class="icon"></i></div><div role="columnheader">Name'
    return table.replace(head, '<div role="columnheader">Name')


def taken(body: str, **context: str) -> list[tuple[str, str, str]]:
    verdicts = papers_page.explain(source(), fetch(**context), capture(body))
    return [(each.url, each.date, str(each.kind)) for each in verdicts if each.taken]


@pytest.mark.parametrize("icon", [False, True])
def test_a_table_made_of_roles_is_read_as_the_table_that_it_is(icon):
    plain = taken(page(TABLE_OF_FILES))
    assert [(url.rpartition("/")[2], day) for url, day, _ in plain] == [
        ("a.pdf", "2026-05-14"),
        ("b.pdf", "2026-03-12"),
    ]
    assert taken(page(as_grid(TABLE_OF_FILES, icon=icon))) == plain


def test_the_name_of_a_group_in_such_a_table_stands_over_its_rows():
    """The day on which a file was changed stands in its row, and is none of a meeting."""
    heads = "".join(f'<div role="columnheader">{head}</div>' for head in ("Name", "Modified", "Modified By"))
    rows = [f'<div role="row">{heads}</div>']
    for day, files in (("14/05/2026", ("a", "b")), ("12/03/2026", ("c", "d"))):
        rows.append(f'<div role="row"><span>Meeting date : {day} <span>(2)</span></span></div>')
        for name in files:
            cells = (
                "<i></i>",
                f'<a href="/{name}.pdf">0{name} Agenda.pdf</a>',
                "07/05/2026",
                "Governance Team",
            )
            rows.append(
                '<div role="row">'
                + "".join(f'<div role="gridcell">{cell}</div>' for cell in cells)
                + "</div>"
            )
    found = taken(page(f'<div role="grid">{"".join(rows)}</div>'))
    assert [day for _, day, _ in found] == ["2026-05-14", "2026-05-14", "2026-03-12", "2026-03-12"]


def test_a_meetings_page_that_a_month_led_to_gives_the_day():
    """The day is in one field and the papers, minutes of an earlier day too, in another of the same class."""
    day = '<time datetime="2026-05-14T09:30:00Z">Thursday 14 May 2026, 9.30am</time>'
    when = f'<div class="field"><div class="field__label">When</div>{day}</div>'
    titles = ("Agenda", "Draft minutes of the meeting held on 26 March 2026", "Public Board papers May")
    items = "".join(
        f'<div class="item"><span><a href="/{number}.pdf">{title}</a></span></div>'
        for number, title in enumerate(titles)
    )
    files = f'<div class="field"><div class="label">Documents</div><div class="items">{items}</div></div>'
    body = f"<html><body><main><h1>Board meeting May 2026</h1><article>{when}{files}</article></main>"
    assert [each for _, each, _ in taken(body, when="2026-05")] == ["2026-05-14"] * 3


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Minutes-4-11-25.pdf", "2025-11-04"),
        ("Cabinet 20.1.2026 Item 5.pdf", "2026-01-20"),
        ("board_9_7_2026.pdf", "2026-07-09"),
        ("26-05-20_BoardAGENDA.pdf", "2026-05-20"),
        ("Item 6.1.2026.pdf", "2026"),
        ("item-4-1-25.pdf", ""),
        ("policy-v1-2-24.pdf", ""),
    ],
)
def test_the_words_of_a_file_s_name_keep_its_day_together(name, said):
    found = spot(spaced(file_name(f"https://trust.example/{name}")), near=2026)
    assert [str(each.when) for each in found] == ([said] if said else [])
