"""DigestItem from a page's bytes which platform reads it, and the line that comes of it."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_platforms import CASES, capture_of, fetch_of, run

from crawler.lines import registry
from crawler.tools.detect import MARKS, Mark, detect, kind_is_a_guess, line, service_url, suggested_id
from pipeline.model import Capture

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
PLATFORMS = {"moderngov", "cmis", "papers_page", "feed"}
PAPERS = "".join(f'<a href="/files/{number}.pdf">Paper {number}</a>' for number in range(3))


def captured(url: str, body: str | bytes, media_type: str = "text/html") -> Capture:
    body = body.encode() if isinstance(body, str) else body
    headers = {"content-type": f"{media_type}; charset=utf-8"}
    return Capture(url=url, status=200, headers=headers, media_type=media_type, body=body, fetched_at=NOW)


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


MODERNGOV = page('<div id="modgov"><a href="ieListMeetings.aspx?CId=1">Meetings</a></div>')
SERVICE = "<?xml version='1.0'?><committees><committeescount>1</committeescount></committees>"
WORDPRESS = '<meta name="generator" content="WordPress 6.8"><title>Keep Linfold Local</title>'
FEED_LINK = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
CITIZEN_SPACE = '<link rel="stylesheet" href="https://files.citizenspace.com/site.css">'

FINDINGS = {
    "the mark of ModernGov": (
        "https://democracy.kent.gov.uk/mgListCommittees.aspx?bcr=1", MODERNGOV,
        ("moderngov", "https://democracy.kent.gov.uk/", {}),
    ),
    "ModernGov under a path, on a page of the council's own making": (
        "https://www.torbay.gov.uk/meetings",
        page('<div id="modgov"></div><a href="/DemocraticServices/mgWhatsNew.aspx">New</a>'),
        ("moderngov", "https://www.torbay.gov.uk/DemocraticServices/", {}),
    ),
    "ModernGov's web service": (
        "https://rbwm.moderngov.co.uk/mgWebService.asmx/GetCommittees", SERVICE,
        ("moderngov", "https://rbwm.moderngov.co.uk/", {}),
    ),
    "a council's front page that leads to its ModernGov": (
        "https://www.kent.gov.uk/", page('<a href="https://democracy.kent.gov.uk/ieListMeetings.aspx?CId=1">Meetings</a>'),
        ("moderngov", "https://democracy.kent.gov.uk/", {}),
    ),
    "a page of papers that also links to a council's ModernGov": (
        "https://www.marlshire.nhs.uk/board", page(PAPERS + '<a href="https://x.gov.uk/ieListMeetings.aspx?CId=1">HOSC</a>'),
        ("papers_page", "https://www.marlshire.nhs.uk/board", {}),
    ),
    "the controls of CMIS": (
        "https://cmis.essex.gov.uk/essexcmis5/Search.aspx",
        page('<input name="dnn$ctr424$ModCMISSearchC$txt">'),
        ("cmis", "https://cmis.essex.gov.uk/essexcmis5/", {}),
    ),
    "CMIS with a calendar of another name": (
        "https://cmis.warrington.gov.uk/cmis5/",
        page(
            '<a href="/cmis5/MeetingsCalendar.aspx">Calendar</a>'
            '<a href="/cmis5/Meetings/tabid/70/ctl/ViewMeetingPublic/mid/397/Meeting/1/Default.aspx">x</a>'
        ),
        ("cmis", "https://cmis.warrington.gov.uk/cmis5/", {"meetings_page": "MeetingsCalendar.aspx"}),
    ),
    "a meeting's page deep in CMIS": (
        "https://x.cmis.uk.com/x/Meetings/tabid/70/ctl/ViewMeetingPublic/mid/397/Meeting/1/Default.aspx",
        page('<input name="dnn$ctr397$MeetingCalendarPublic$a"><a href="/x/Meetings.aspx">All</a>'),
        ("cmis", "https://x.cmis.uk.com/x/", {}),
    ),
    "a feed": (
        "https://linfold.example/feed/",
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Linfold &amp; all</title></channel></rss>',
        ("feed", "https://linfold.example/feed/", {}),
    ),
    "an Atom feed": (
        "https://linfold.example/atom", '<feed xmlns="http://www.w3.org/2005/Atom"><title>Linfold</title></feed>',
        ("feed", "https://linfold.example/atom", {}),
    ),
    "WordPress with a feed": (
        "https://linfold.example/about", page("<p>About us</p>", WORDPRESS + FEED_LINK),
        ("feed", "https://linfold.example/feed/", {}),
    ),
    "WordPress without one": (
        "https://linfold.example/about", page("<p>About us</p>", WORDPRESS),
        ("papers_page", "https://linfold.example/about", {}),
    ),
    "a page of papers made with WordPress": (
        "https://marlshire.icb.nhs.uk/board-papers/", page(PAPERS, WORDPRESS + FEED_LINK),
        ("papers_page", "https://marlshire.icb.nhs.uk/board-papers/", {}),
    ),
    "Citizen Space": (
        "https://consult.linfold.example/", page("<p>Have your say</p>", CITIZEN_SPACE + FEED_LINK),
        ("feed", "https://consult.linfold.example/feed/", {}),
    ),
    "any other page": (
        "https://www.hartlepool.gov.uk/meetings", page("<h1>Meetings</h1>"),
        ("papers_page", "https://www.hartlepool.gov.uk/meetings", {}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FINDINGS)
def test_what_reads_a_page(name):
    url, body, expected = FINDINGS[name]
    finding = detect(captured(url, body), platforms=PLATFORMS)
    assert (finding.platform, finding.url, finding.options) == expected


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://trust.example/about/board-papers/", "Our trust"),
        ("https://trust.example/about/us", "Board meetings and papers"),
    ],
)
def test_the_page_that_was_asked_about_is_preferred_to_the_sites_own_reader(url, title):
    body = page(f'<h1>{title}</h1><a href="/2026">2026</a>', WORDPRESS + FEED_LINK)
    finding = detect(captured(url, body), platforms=PLATFORMS)
    assert (finding.platform, finding.url) == ("papers_page", url)


@pytest.mark.parametrize(("head", "name"), [(WORDPRESS, "wordpress"), (CITIZEN_SPACE, "citizenspace")])
def test_a_platform_of_its_own_comes_before_the_feed(head, name):
    capture = captured("https://linfold.example/about/us", page("<p>Us</p>", head + FEED_LINK))
    finding = detect(capture, platforms={*PLATFORMS, name})
    assert (finding.platform, finding.url) == (name, "https://linfold.example/")


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"", "text/html"),
        (b"\x00\x01\x02", ""),
        (b'{"a": 1}', "application/json"),
    ],
)
def test_what_is_no_page_is_no_source(body, media_type):
    assert detect(captured("https://a.example/x", body, media_type)) is None


def test_the_line_names_the_site_as_it_names_itself():
    body = page(
        PAPERS, '<meta property="og:site_name" content="NHS \u201cMarlshire\u201d ICB"><title>Papers</title>'
    )
    finding = detect(captured("https://www.marlshire.icb.nhs.uk/board", body))
    assert line(finding) == (
        'marlshire = { name = "NHS \u201cMarlshire\u201d ICB", '
        'url = "https://www.marlshire.icb.nhs.uk/board", kind = "icb" }'
    )
    assert line(finding, identity="ours").startswith("ours = {")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Committee structure - Fenmoor Council", "Fenmoor Council"),
        ("Fenmoor Council | Home", "Fenmoor Council"),
        ("Board papers", "Board papers"),
        ("Our work | Fenmoor Trust", "Our work | Fenmoor Trust"),
    ],
)
def test_a_name_is_not_what_the_page_is_for(title, name):
    finding = detect(captured("https://fenmoor.example/x", page(PAPERS, f"<title>{title}</title>")))
    assert finding.name == name


@pytest.mark.parametrize(
    ("title", "kind", "guess"),
    [
        ("Fenmoor Council", "council", False),
        ("Fenmoor Hospitals NHS Foundation Trust", "trust", False),
        ("NHS Fenmoor ICB", "icb", False),
        ("Fenmoor Combined Authority", "strategic-authority", False),
        ("Keep Fenmoor Local", "campaign", True),
    ],
)
def test_a_kind_that_nothing_says_is_called_a_guess(title, kind, guess):
    finding = detect(captured("https://fenmoor.example/x", page(PAPERS, f"<title>{title}</title>")))
    assert f'kind = "{kind}"' in line(finding)
    assert kind_is_a_guess(finding) is guess


def test_a_platform_is_told_by_a_row_of_marks(monkeypatch):
    row = Mark(system="My Platform", platform="my_platform", css="ul.papers")
    monkeypatch.setattr("crawler.tools.detect.MARKS", (*MARKS, row))
    capture = captured("https://fenmoor.example/x", page(f'<ul class="papers">{PAPERS}</ul>'))
    assert detect(capture, platforms={*PLATFORMS, "my_platform"}).platform == "my_platform"
    assert detect(capture).platform == "papers_page"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.england.nhs.uk/board", "national"),
        ("https://www.marlshire.icb.nhs.uk/board", "icb"),
        ("https://www.marlshirehospitals.nhs.uk/board", "trust"),
        ("https://www.hartlepool.gov.uk/meetings", "council"),
        ("https://linfold.example/", "campaign"),
    ],
)
def test_the_kind_is_guessed_from_the_host(url, kind):
    assert f'kind = "{kind}"' in line(detect(captured(url, page("<p>Us</p>"))))


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://democracy.kent.gov.uk/", "kent"),
        ("https://mycouncil.oxfordshire.gov.uk/", "oxfordshire"),
        ("https://milton-keynes.moderngov.co.uk/", "milton-keynes"),
        ("https://cambridgeshire.cmis.uk.com/ccc_live", "cambridgeshire"),
        ("https://www.england.nhs.uk/", "england"),
        ("https://keep-linfold.example/feed/", "keep-linfold"),
        ("http://127.0.0.1:8000/moderngov", "my-source"),
        ("https://www.gov.uk/", "my-source"),
        ("not an address", "my-source"),
    ],
)
def test_an_id_is_guessed_from_the_host(url, identity):
    assert suggested_id(url) == identity


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://a.example", "https://a.example/mgWebService.asmx/GetCommittees"),
        ("https://a.example/x/mgWhatsNew.aspx?bcr=1", "https://a.example/x/mgWebService.asmx/GetCommittees"),
        ("https://a.example/mgWebService.asmx", "https://a.example/mgWebService.asmx/GetCommittees"),
    ],
)
def test_where_the_web_service_would_be(url, service):
    assert service_url(url) == service


def is_recognised(case) -> bool:
    """Whether the case is an answer that its own platform takes for one of its pages."""
    said = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    is_known = not said.get("fails") and said.get("fetch", {}).get("step") not in {None, "bare", "doubt"}
    return is_known and case.parent.name in {"moderngov", "cmis"}


@pytest.mark.parametrize(
    "case", [*filter(is_recognised, CASES)], ids=lambda case: f"{case.parent.name}/{case.name}"
)
def test_the_pages_that_a_platform_recognises_are_recognised_as_its(case):
    said, _ = run(case)
    capture = capture_of(case, fetch_of(said["fetch"]), said.get("capture", {}))
    finding = detect(capture)
    if capture.body.startswith(b"%PDF-"):
        assert finding is None
        return
    assert finding.platform == case.parent.name
    assert finding.url.casefold() == said["source"]["url"].rstrip("/").casefold() + "/"


def test_real_pages_are_recognised(shared):
    pages = sorted((shared / "samples" / "councils" / "kingston").glob("*.html"))
    assert pages
    for path in pages:
        capture = captured("https://moderngov.kingston.gov.uk/mgCommitteeStructure.aspx", path.read_bytes())
        assert detect(capture).platform == "moderngov", path.name


@settings(deadline=None)  # a busy machine is no failure
@given(
    head=st.sampled_from([b"", b"<html>", b"<rss>", b"<committees>", b"<!doctype html><title>"]),
    body=st.binary(max_size=300),
    url=st.sampled_from(
        ["https://a.example/x?y=1#z", "http://127.0.0.1:1/", "https://a.b.gov.uk/tabid/1/x.aspx"]
    ),
)
def test_whatever_a_page_holds_the_line_can_be_loaded(tmp_path_factory, head, body, url):
    finding = detect(captured(url, head + body))
    if finding is None:
        return
    text = line(finding)
    assert "\n" not in text
    [(identity, keys)] = tomllib.loads(text).items()
    folder = tmp_path_factory.mktemp("lines")
    (folder / f"{finding.platform}.toml").write_text(text, encoding="utf-8")
    loaded = registry.load(None, shipped=folder)[identity]
    assert (loaded.url, loaded.name) == (finding.url, keys["name"])


def test_every_address_of_the_facts_gives_an_id(shared):
    with (shared / "facts" / "councils.tsv").open(encoding="utf-8", newline="") as file:
        urls = [
            row["base_url"] for row in csv.DictReader(file, delimiter="\t") if row["gss"] and row["base_url"]
        ]
    ids = [suggested_id(url) for url in urls]
    assert all(re.fullmatch(r"[a-z0-9-]+", identity) for identity in ids)
    assert ids.count("my-source") == 0
