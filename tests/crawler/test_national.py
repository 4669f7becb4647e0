"""The national platforms as a whole: their roads and fall-backs, their limits, their lines, bad answers."""

from __future__ import annotations

import json
import tomllib
from collections import deque
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lines import registry
from crawler.platforms import PLATFORMS
from crawler.platforms.ocds import SERVICES
from crawler.platforms.shared.json_answer import day_in_england, json_answer
from crawler.platforms.shared.select import query_of
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Doubt, Embedded, Fetch, Found, Listing, Meeting, Source, Window

if TYPE_CHECKING:
    from collections.abc import Mapping

NATIONAL = ("wordpress", "citizenspace", "govuk", "petitions", "written_questions", "bills", "ocds")
CASES = Path(__file__).parent.parent / "platforms"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "nhs"
TODAY = date(2026, 11, 20)


def capture(url: str, body: str | bytes | list[Any] | dict[str, Any], **headers: str) -> Capture:
    data = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    return Capture(
        url=url,
        status=200,
        headers=headers,
        media_type="",
        body=data,
        fetched_at=datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
    )


def a_source(platform: str, **options: Any) -> Source:
    return Source(
        id="national",
        name="National",
        kind="national",
        platform=platform,
        url=f"https://{platform.replace('_', '-')}.example/",
        options=options,
    )


def body_of(case: str) -> bytes:
    [body] = (CASES / case).glob("body.*")
    return body.read_bytes()


def walk(source: Source, site: Mapping[str, bytes | str]) -> tuple[list[Found], list[str], list[str]]:
    """Follow a site as the engine does: what was found, the steps asked for, and the problems met.

    The site is addresses without their queries; what it does not hold is not there.
    """
    platform = PLATFORMS[source.platform]
    waiting = deque(platform.start(source, *source.window.around(TODAY)))
    found: list[Found] = []
    steps: list[str] = []
    problems: list[str] = []
    while waiting:
        fetch = waiting.popleft()
        steps.append(fetch.step)
        try:
            body = site[fetch.url.partition("?")[0]]
            results = list(platform.parse(source, fetch, capture(fetch.url, body)))
        except (KeyError, ParseError) as problem:
            problems.append(str(problem))
            waiting.extend([fetch.otherwise] if fetch.otherwise else [])
            continue
        waiting.extend(each for each in results if isinstance(each, Fetch))
        found.extend(each for each in results if not isinstance(each, Fetch))
        assert len(steps) < 100, "it walks in circles"
    return found, steps, problems


def documents(found: list[Found]) -> list[Document]:
    papers = [each.document if isinstance(each, Embedded) else each for each in found]
    return [each for each in papers if isinstance(each, Document)]


class TestFallBack:
    """A paper is the same paper on every road to it."""

    def test_wordpress_entries_and_feed(self) -> None:
        source = replace(a_source("wordpress"), url="https://www.care-office.example/")
        by_api, steps, _ = walk(
            source,
            {"https://www.care-office.example/wp-json/wp/v2/posts": body_of("wordpress/posts-last-page")},
        )
        assert steps == ["entries"]
        assert documents(by_api)
        by_feed, steps, problems = walk(
            source,
            {
                "https://www.care-office.example/wp-json/wp/v2/posts": "<html><body>Sign in</body></html>",
                "https://www.care-office.example/feed/": body_of("wordpress/feed"),
            },
        )
        assert steps == ["entries", "feed"]
        assert "an HTML page" in problems[0]
        rows = list(
            PLATFORMS["wordpress"].parse(
                source,
                Fetch(url=source.url, step="entries", context=context(page="1")),
                capture(source.url, body_of("wordpress/posts")),
            )
        )
        same = [each for each in documents(rows) if each.key == documents(by_feed)[0].key]
        assert same == documents(by_feed)

    def test_citizenspace_api_and_finder(self) -> None:
        source = replace(
            a_source("citizenspace", states=("open",)), url="https://engage.care-office.example/"
        )
        api = {
            "https://engage.care-office.example/api/2.4/json_search_results": body_of(
                "citizenspace/search-open"
            )
        }
        finder = {"https://engage.care-office.example/consultation_finder/": body_of("citizenspace/finder")}
        by_api, steps, _ = walk(source, api | finder)
        assert steps == ["search"]
        by_finder, steps, _ = walk(source, finder)
        assert steps == ["search", "finder"]
        known = {each.key: each for each in documents(by_api)}
        assert known["contracts/one-contract"] in documents(by_finder)

    def test_govuk_content_and_page(self) -> None:
        path = "government/consultations/one-contract"
        source = replace(a_source("govuk"), url="https://www.gov.example/")
        site = {"https://www.gov.example/api/search.json": json.dumps({
            "total": 1,
            "results": [{
                "title": "One contract: consultation",
                "link": f"/{path}",
                "public_timestamp": "2026-11-02T09:30:00Z",
                "content_store_document_type": "open_consultation",
            }],
        }), f"https://www.gov.example/{path}": body_of("govuk/page")}  # fmt: skip
        by_page, steps, _ = walk(source, site)
        assert steps == ["search", "content", "page"]
        content = {f"https://www.gov.example/api/content/{path}": body_of("govuk/content-open-consultation")}
        by_content, steps, _ = walk(source, site | content)
        assert steps == ["search", "content"]
        # The page says the closing date in prose only.
        assert replace(documents(by_content)[0], closes_on=None) == documents(by_page)[0]

    def test_govuk_search_and_atom(self) -> None:
        source = replace(a_source("govuk"), url="https://www.gov.example/")
        site = {
            "https://www.gov.example/search/policy-papers-and-consultations.atom": body_of("govuk/atom"),
            "https://www.gov.example/government/publications/neighbourhood-contracts": "<h1>Contracts</h1>",
        }
        found, steps, _ = walk(source, site)
        assert steps == ["search", "atom", "content", "page"]
        assert [each.key for each in documents(found)] == [
            "gov.example/government/publications/neighbourhood-contracts"
        ]

    @pytest.mark.parametrize("platform", ["petitions", "written_questions", "bills", "find_case_law", "ocds"])
    def test_without_another_road_nothing_is_invented(self, platform: str) -> None:
        found, _, problems = walk(replace(a_source(platform), window=Window(back=2, ahead=0)), {})
        assert found == []
        assert problems


def test_a_board_is_walked_from_its_page_to_its_papers() -> None:
    home = "https://www.care-office.example"
    source = replace(
        a_source("wordpress", watch="board"),
        url=f"{home}/about/board/meetings/",
        window=Window(back=120, ahead=90),
    )
    minutes = "<main><h1>Minutes of the board held on Thursday 23 July 2026</h1></main>"
    site = {
        f"{home}/about/board/meetings/": body_of("wordpress/board-landing"),
        f"{home}/about/board/meetings/2025-meetings/": body_of("wordpress/board-landing"),
        f"{home}/long-read/meeting-of-the-board-agenda-1-october-2026/": body_of("wordpress/board-agenda"),
        f"{home}/long-read/board-agenda-undated/": body_of("wordpress/board-agenda-beyond-the-window"),
        f"{home}/long-read/minutes-of-a-public-meeting-of-the-board-held-on-thursday-23-july-2026/": minutes,
    }
    found, _, problems = walk(source, site)
    assert not problems
    meetings = {each.key: each for each in found if isinstance(each, Meeting)}
    assert sorted(meetings) == [
        "board-2026-07-23",
        "board-2026-10-01",
        "board-2026-12-03",
        "board-2027-02-04",
    ]
    # Named by several pages, always in the same words: else each run would tell of a change.
    assert all(each == meetings[each.key] for each in found if isinstance(each, Meeting))
    papers = {each.key: each for each in documents(found)}
    assert len(papers) == 5
    assert all(each == papers[each.key] for each in documents(found))
    assert {each.meeting_key for each in papers.values()} == {"board-2026-07-23", "board-2026-10-01"}


def context(**more: str) -> dict[str, str]:
    return {"since": "2026-09-25", "until": "2026-11-20", **more}


@pytest.mark.parametrize(
    ("platform", "options"),
    [
        ("wordpress", {"watch": "../users"}),
        ("wordpress", {"watch": ""}),
        ("wordpress", {"feed": "ftp://elsewhere.example/"}),
        ("wordpress", {"paper_kind": "novel"}),
        ("wordpress", {"include": "("}),
        ("citizenspace", {"states": ()}),
        ("citizenspace", {"states": ("open", "ajar")}),
        ("citizenspace", {"exclude": "["}),
        ("govuk", {"organisations": ()}),
        ("govuk", {"document_types": ("",)}),
        ("petitions", {"states": ["all"]}),
        ("hansard", {"search": "one word"}),
        ("hansard", {"sections": "("}),
        ("select_committees", {"committees": []}),
        ("select_committees", {"types": ["report"]}),
        ("petitions", {"search": "one word"}),
        ("written_questions", {"search": "one word"}),
        ("written_questions", {"search": (" ",)}),
        ("bills", {"search": ()}),
        ("find_case_law", {"queries": ()}),
        ("find_case_law", {"courts": ("",)}),
        ("ocds", {"service": "ted"}),
        ("ocds", {"include": "*"}),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(platform: str, options: dict[str, Any]) -> None:
    [name] = options
    with pytest.raises(ValueError, match=name):
        PLATFORMS[platform].Options(**options)


class TestLimits:
    """What the services publish, and what our lines do."""

    lines = registry.load(None)

    def test_find_a_tender_is_asked_less_than_12_times_in_2_minutes(self) -> None:
        assert self.lines["find-a-tender"].delay * 12 >= 120

    def test_find_case_law_is_asked_less_than_1000_times_in_5_minutes(self) -> None:
        assert self.lines["judgments"].delay * 1000 >= 300

    def test_a_first_look_at_any_national_source_is_few_requests(self) -> None:
        for line in self.national():
            since, until = line.window.around(TODAY)
            fetches = list(PLATFORMS[line.platform].start(line, since, until))
            assert 0 < len(fetches) <= 20, line.id
            assert all(fetch.url.startswith("https://") for fetch in fetches)

    @given(back=st.integers(0, 60), name=st.sampled_from(sorted(SERVICES)))
    def test_windows_are_short_and_leave_no_gap(self, back: int, name: str) -> None:
        service = SERVICES[name]
        source = replace(a_source("ocds", service=name), window=Window(back=back, ahead=0))
        since, until = source.window.around(TODAY)
        ends = [query_of(each.url) for each in PLATFORMS["ocds"].start(source, since, until)]
        windows = [
            (
                datetime.strptime(each[service.since.lower()], service.format),  # noqa: DTZ007 - both ends are UTC
                datetime.strptime(each[service.until.lower()], service.format),  # noqa: DTZ007
            )
            for each in ends
        ]
        assert all(stop - start <= timedelta(hours=service.hours) for start, stop in windows)
        assert all(earlier[1] == later[0] for earlier, later in pairwise(windows))
        if windows:
            assert (windows[0][0].date(), windows[-1][1].date()) == (since, until)

    def national(self) -> list[Source]:
        return [line for line in self.lines.values() if line.platform in {*NATIONAL, "find_case_law", "feed"}]

    def test_every_platform_has_its_lines(self) -> None:
        assert {line.platform for line in self.national()} == {*NATIONAL, "find_case_law", "feed"}
        assert {line.kind for line in self.national()} == {"national", "campaign"}
        assert {line.kind for line in self.national() if line.platform != "feed"} == {"national"}

    def test_lines_of_one_host_keep_one_pace(self) -> None:
        paces: dict[str, set[float]] = {}
        for line in self.national():
            paces.setdefault(line.url.split("/")[2], set()).add(line.delay)
        assert all(len(pace) == 1 for pace in paces.values()), paces


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-05", date(2026, 6, 5)),
        ("2026/06/05", date(2026, 6, 5)),
        ("2026-06-05T23:30:00Z", date(2026, 6, 6)),  # summer time in England
        ("2026-12-05T23:30:00.000Z", date(2026, 12, 5)),
        ("2026-06-05T00:30:00+01:00", date(2026, 6, 5)),
        ("2026-11-18T17:03:11.1", date(2026, 11, 18)),
        ("2026-10-13 16:42:55", date(2026, 10, 13)),
        ("2026-06-31", None),
        ("2026/06/31", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("2216-12-21T23:45:00+00:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days_of_answers(text: str, day: date | None) -> None:
    assert day_in_england(text) == day


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"7", b'"text"', b"<html>", b"[" * 100_000, b"\xff\xfe"]
)
def test_what_is_no_answer_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        json_answer(a_source("govuk"), capture("https://x.example/", body))


@pytest.mark.parametrize(
    ("rows", "expected", "found"),
    [
        ([7], "an object", "7"),
        ([[]], "an object", "a list"),
        ({"a": 1}, "a list", "an object"),
        ({"message": "Down for\nrepair"}, "a list", "an object that says: Down for repair"),
        (None, "a list", "nothing"),
        ("", "a list", "an empty text"),
    ],
)
def test_rows_that_are_none_are_named(rows: Any, expected: str, found: str) -> None:
    answer = json_answer(a_source("govuk"), capture("https://x.example/", {"rows": rows}))
    with pytest.raises(ParseError) as told:
        answer.rows("rows")
    assert (told.value.expected, told.value.found) == (expected, found)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
JSON_CASES = sorted(
    path.parent
    for name in NATIONAL
    for path in CASES.glob(f"{name}/*/body.json")
    if "fails" not in (path.parent / "case.toml").read_text(encoding="utf-8")
    and "latin" not in path.parent.name
)


@given(data=st.data())
def test_an_answer_of_another_shape_is_a_parse_error_or_still_sane(data: st.DataObject) -> None:
    """One value anywhere in a good answer becomes something else."""
    case = data.draw(st.sampled_from(JSON_CASES))
    said = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    source = Source(platform=case.parent.name, **{**said["source"], "window": Window()})
    answer = {"root": json.loads(body_of(f"{case.parent.name}/{case.name}"))}
    at: Any = answer
    key: Any = "root"
    while isinstance(at[key], dict | list) and at[key] and data.draw(st.integers(0, 5), label="deeper"):
        at = at[key]
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
    at[key] = data.draw(VALUES)
    fetch = Fetch(**said["fetch"])
    try:
        found = list(
            PLATFORMS[source.platform].parse(
                source, fetch, capture(fetch.url, json.dumps(answer["root"]).encode())
            )
        )
    except ParseError as error:
        str(error).encode()
        return
    papers = documents(found)
    assert len({each.key for each in papers}) == len(papers)
    for each in found:
        if isinstance(each, Embedded):
            assert b"<h1>" in each.body
        if isinstance(each, Document) and not each.restricted:
            assert each.url.startswith("http")
        assert isinstance(each, Fetch | Listing | Document | Embedded | Doubt)


def sample(name: str) -> bytes:
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"no sample {name} beside the project")
    return path.read_bytes()


class TestSamples:
    """Answers as services gave or document them; kept beside the project, not in it."""

    def test_citizen_space(self) -> None:
        source = a_source("citizenspace")
        answer = sample("citizenspace_caa_json_search_results_open_all.json")
        rows = json.loads(answer)
        fetch = Fetch(url=source.url, step="search", context=context(state="open"))
        found = list(PLATFORMS["citizenspace"].parse(source, fetch, capture(source.url, answer)))
        consultations = [each for each in found if isinstance(each, Embedded)]
        assert 5 <= len(consultations) < len(rows)
        assert not any(isinstance(each, Fetch) for each in found)
        # The first row is a register open for more than two years.
        assert rows[0]["title"] not in {each.document.title for each in consultations}
        contacts = [row["contact_email"].encode() for row in rows if row["contact_email"]]
        assert contacts
        bodies = b"".join(each.body for each in consultations)
        # An overview may print an address itself; the contact fields add none.
        overviews = "".join(
            str(row["overview"]) + str(row["why"]) + str(row["what_happens_next"]) for row in rows
        )
        assert all(each not in bodies or each.decode() in overviews for each in contacts)

    def test_citizen_space_details(self) -> None:
        source = a_source("citizenspace")
        fetch = Fetch(url=f"{source.url}api/2.4/json_consultation_details", step="details")
        answer = sample("citizenspace_caa_json_consultation_details.json")
        [found] = PLATFORMS["citizenspace"].parse(source, fetch, capture(fetch.url, answer))
        assert isinstance(found, Embedded)

    @pytest.mark.parametrize(
        ("name", "attached"),
        [
            ("govuk_content_publication.json", 2),
            ("govuk_content_open_consultation_with_participation.json", 1),
            ("govuk_content_consultation_outcome.json", 1),
        ],
    )
    def test_govuk_content(self, name: str, attached: int) -> None:
        answer = sample(name)
        source = a_source("govuk")
        path = json.loads(answer)["base_path"].strip("/")
        fetch = Fetch(url=source.url, step="content", context={"path": path, "title": "", "changed": ""})
        page, *papers, listing = PLATFORMS["govuk"].parse(source, fetch, capture(source.url, answer))
        assert isinstance(page, Embedded)
        assert isinstance(listing, Listing)
        assert len(papers) == attached
        assert all(isinstance(each, Document) and each.url.endswith(".pdf") for each in papers)

    def test_find_case_law(self) -> None:
        source = a_source("find_case_law")
        fetch = Fetch(
            url=source.url,
            step="judgments",
            context={"since": "2025-01-01", "until": "2025-12-31", "query": "", "page": "1"},
        )
        answer = sample("findcaselaw_atom_documented_example.xml")
        judgment, following = PLATFORMS["find_case_law"].parse(source, fetch, capture(source.url, answer))
        assert isinstance(judgment, Embedded)
        assert "[2024] UKSC 123" in judgment.document.title
        assert isinstance(following, Fetch)

    def test_find_a_tender(self) -> None:
        source = a_source("ocds", include="sample")
        fetch = Fetch(
            url=source.url,
            step="releases",
            context={"since": "2020-12-08", "until": "2020-12-08", "page": "1"},
        )
        answer = sample("findatender_documented_release_example.json")
        [notice] = PLATFORMS["ocds"].parse(source, fetch, capture(source.url, answer))
        assert isinstance(notice, Embedded)
        assert notice.document.url.endswith("/Notice/001060-2020")

    def test_nhs_england_publications(self) -> None:
        fields = json.loads(sample("nhsengland_wpjson_documents_excerpt_2020.json"))["component_fields"]
        source = a_source("wordpress", watch="documents")
        row = {
            "id": 144645,
            "date": "2026-10-01T09:00:00",
            "modified": "2026-11-02T09:00:00",
            "guid": {"rendered": "https://wordpress.example/?post_type=documents&#038;p=144645"},
            "link": "https://wordpress.example/publication/letters/",
            "title": {"rendered": "Letters"},
            "content": {"rendered": "", "protected": False},
            "component_fields": fields,
        }
        fetch = Fetch(url=source.url, step="entries", context=context(page="1"))
        papers = documents(list(PLATFORMS["wordpress"].parse(source, fetch, capture(source.url, [row]))))
        assert [each.is_page for each in papers] == [True, False, True]
        assert papers[1].key == "media/164774"


def test_debates_that_nest_without_end_are_a_parse_error() -> None:
    debate: dict[str, Any] = {}
    for _ in range(60):
        debate = {"Overview": {"Title": "Care", "Date": "2026-11-12"}, "Items": [], "ChildDebates": [debate]}
    fetch = Fetch(
        url="https://hansard.example/", step="debate", context={"id": "1", "house": "", "section": ""}
    )
    with pytest.raises(ParseError, match="debates within each other"):
        list(PLATFORMS["hansard"].parse(a_source("hansard"), fetch, capture(fetch.url, debate)))


class TestPetitions:
    """Which closed petitions are kept: those that something has happened to since the window began."""

    @staticmethod
    def kept(**told: Any) -> bool:
        attributes = {"action": "Save it", "background": "Words.", "state": "closed", **told}
        source = a_source("petitions", search=["NHS"])
        context = {"state": "closed", "since": "2026-09-25", "words": "NHS", "page": "1"}
        fetch = Fetch(url=source.url, step="petitions", context=context)
        answer = json.dumps({"links": {"next": None}, "data": [{"id": 1, "attributes": attributes}]})
        return bool(list(PLATFORMS["petitions"].parse(source, fetch, capture(source.url, answer.encode()))))

    @pytest.mark.parametrize(
        ("told", "is_kept"),
        [
            ({"closed_at": "2026-03-01T00:00:00Z"}, False),
            ({"closed_at": "2026-10-01T00:00:00Z"}, True),
            ({"closed_at": "2026-03-01T00:00:00Z", "debate": {"debated_on": "2026-10-01"}}, True),
            ({"closed_at": "2025-03-01T00:00:00Z", "debate": {"debated_on": "2025-10-01"}}, False),
            ({"closed_at": "2026-03-01T00:00:00Z", "scheduled_debate_date": "2026-12-01"}, True),
            ({"closed_at": "2026-03-01T00:00:00Z", "debate_threshold_reached_at": "2026-02-01"}, True),
            ({"closed_at": "2026-03-01T00:00:00Z", "government_response_at": "2026-10-01"}, True),
            ({}, True),
        ],
    )
    def test_what_is_over_is_left(self, told: dict[str, Any], is_kept: bool) -> None:  # noqa: FBT001 - a truth table
        assert self.kept(**told) is is_kept
