"""Every number that a surface shows is the number that all show: a table of counts by surfaces."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from email import message_from_bytes, policy
from functools import cache
from xml.etree import ElementTree as ET

import lxml.html
import pytest
from msgspec import structs
from starlette.testclient import TestClient

from cli.main import call
from storage.public_archive import PublicArchive
from tests.helpers import uneven
from tests.helpers.uneven import BASE, SECOND, TODAY, TOPIC
from web.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}entry"
SINCE = SECOND.isoformat()
DAYS = (TODAY - SECOND).days
NUMBER = r"([\d,]+)"


class Surfaces:
    """The archive as each surface shows it, each asked once."""

    def __init__(self, data, out):
        self.world, self.data, self.out = uneven.made(data), data, out
        app = self.world.app
        labels = {concept.id: concept.label for concept in app.concepts.values()}
        config = structs.replace(app.config.web, metrics_token="token")
        self.client = TestClient(
            create_app(
                PublicArchive(app.archive, labels),
                config,
                lambda: TODAY,
                readers=app.readers,
                machine=app.machine,
            )
        )
        self.get, self.cli = cache(self._get), cache(self._cli)

    def _get(self, path):
        answer = self.client.get(path, headers={"Authorization": "Bearer token"})
        assert answer.status_code == 200, (path, answer.text[:300])
        return answer.text

    def json(self, path):
        return json.loads(self.get(path))

    def html(self, path):
        return lxml.html.fromstring(self.get(path))

    def text(self, path):
        return said(self.html(path))

    def _cli(self, *words):
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            assert call([*words, f"--data={self.data}"]) in {0, 1}
        return said.getvalue()

    def cli_json(self, *words):
        with redirect_stderr(io.StringIO()), redirect_stdout(out := io.StringIO()):
            call([*words, "--format=json", f"--data={self.data}"])
        rows = [json.loads(line) for line in out.getvalue().splitlines()]
        return rows[0] if words == ("status",) else rows

    def table(self, name):
        if not (self.out / f"{name}.csv").exists():
            self.cli("export", f"--out={self.out}")
        with (self.out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def messages(self):
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self.outbox()]
        return sorted(found, key=lambda message: (message["Date"].datetime, message["To"]))

    def outbox(self):
        return (self.data / "outbox").glob("*.eml")


def said(html):
    return " ".join(html.text_content().split())


def number(pattern, text):
    found = re.search(pattern.replace("N", NUMBER, 1), text)
    assert found, f"no {pattern!r} in {text[:2000]}"
    return int(found[1].replace(",", ""))


def mentions(rows):
    return sum(1 + int(row["more"]) for row in rows)


def held(rows):
    return [row for row in rows if row["sha256"]]


@pytest.fixture(scope="module")
def of(tmp_path_factory):
    return Surfaces(tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("folder") / "out")


# Each count has one definition, and one number of it in the archive of `tests.helpers.uneven`.
TABLE = {
    "papers of which we have the bytes": (
        27,
        {
            "status": lambda of: number("N papers, ", of.cli("status")),
            "status, in words": lambda of: number(r"N papers \(\d+ pages\) held", of.cli("status")),
            "status, JSON": lambda of: of.cli_json("status")["papers"],
            "status, account": lambda of: of.cli_json("status")["account"]["papers"],
            "papers": lambda of: len(held(of.cli_json("papers"))),
            "coverage": lambda of: number(r"N papers \(\d+ pages\) held", of.text("/coverage")),
            "coverage, JSON": lambda of: of.json("/coverage.json")["searched"]["papers"],
            "sources": lambda of: sum(row["papers"] for row in of.json("/coverage.json")["sources"]),
            "bodies": lambda of: sum(len(held(of_body(of, row)["papers"])) for row in bodies(of)),
            "health": lambda of: of.json("/health")["papers"],
            "metrics": lambda of: number(r"paperwatch_papers N\n", of.get("/metrics")),
            "export": lambda of: len(held(of.table("papers"))),
            "export, health": lambda of: sum(int(row["papers"]) for row in of.table("health")),
        },
    ),
    "their pages": (
        42,
        {
            "status": lambda of: number("papers, N pages", of.cli("status")),
            "status, by method": lambda of: sum(of.cli_json("status")["pages_by_method"].values()),
            "coverage": lambda of: number(r"papers \(N pages\) held", of.text("/coverage")),
            "sources": lambda of: sum(row["pages"] for row in of.json("/coverage.json")["sources"]),
            "home": lambda of: number("In the archive: N pages", of.text("/")),
            "search": lambda of: number("Searched N pages", of.text("/search?q=payment")),
            "search, command": lambda of: number("Searched N pages", of.cli("search", "payment")),
            "metrics": lambda of: number(r"paperwatch_pages N\n", of.get("/metrics")),
            "export": lambda of: len(of.table("pages")),
            "papers": lambda of: sum(len(row["pages"]) for row in papers(of)),
        },
    ),
    "papers with a page to search": (
        23,
        {
            "home": lambda of: number(r"pages in N papers of", of.text("/")),
            "search": lambda of: number(r"pages in N papers of", of.text("/search?q=payment")),
            "export": lambda of: sum(int(row["pages"] or 0) > 0 for row in of.table("papers")),
            "the others left out": lambda of: papers_with_text(of.cli_json("status")["account"]),
        },
    ),
    "mentions in papers as they are now": (
        82,
        {
            "status": lambda of: number("pages, N mentions", of.cli("status")),
            "status, JSON": lambda of: of.cli_json("status")["hits"],
            "status, by topic": lambda of: sum(of.cli_json("status")["hits_by_concept"].values()),
            "topics": lambda of: sum(map(int, re.findall(r"(\d+) mention", of.text("/concepts")))),
            "topics, JSON": lambda of: sum(row["hits"] for row in of.json("/concepts.json")),
            "papers": lambda of: sum(mentions(row["hits"]) for row in papers(of)),
            "export": lambda of: mentions(of.table("mentions")),
        },
    ),
    "mentions of one topic": (
        77,
        {
            "status": lambda of: number(f"{TOPIC} N", of.cli("status")),
            "topic": lambda of: number("N mentions in ", of.text(f"/concepts/{TOPIC}")),
            "topic, JSON": lambda of: of.json(f"/concepts/{TOPIC}.json")["count"]["mentions"],
            "export": lambda of: mentions(row for row in of.table("mentions") if row["concept"] == TOPIC),
        },
    ),
    "papers with one topic": (
        17,
        {
            "topic": lambda of: number("mentions in N papers", of.text(f"/concepts/{TOPIC}")),
            "search": lambda of: of.json(f"/search.json?concept={TOPIC}")["total"]["count"] - 1,  # two pages
            "export": lambda of: len(
                {row["paper"] for row in of.table("mentions") if row["concept"] == TOPIC}
            ),
        },
    ),
    "papers that are not held, or not read in full": (
        7,
        {
            "status": lambda of: number(r"not in full: N papers", of.cli("status")),
            "status, JSON": lambda of: len({row["document"] for row in of.cli_json("status")["unreadable"]}),
            "coverage": lambda of: len(of.html("/coverage").xpath("//section[h2[@id='unreadable']]//li")),
            "coverage, JSON": lambda of: len(of.json("/coverage.json")["unreadable"]),
            "coverage, in all": lambda of: of.json("/coverage.json")["unreadable_in_all"],
        },
    ),
    "pages that were not read, or not in full": (
        9,
        {
            "status": lambda of: number("and N pages of other papers", of.cli("status")),
            "home": lambda of: number("and N pages of other papers", of.text("/")),
            "coverage, JSON": lambda of: of.json("/coverage.json")["searched"]["unreadable_pages"],
            "papers": lambda of: sum(row["pages"] for row in of.json("/coverage.json")["unreadable"]),
            "sources": lambda of: sum(row["unread"] for row in of.json("/coverage.json")["sources"]),
        },
    ),
    "pages with a part that was not read": (
        6,
        {"status": lambda of: of.cli_json("status")["pages_with_parts"]["not read"]},
    ),
    "papers that wait to be read": (
        1,
        {
            "status": lambda of: number("N paper is waiting", of.cli("status")),
            "coverage": lambda of: number("N paper is waiting", of.text("/coverage")),
            "metrics": lambda of: number(r"paperwatch_papers_waiting N\n", of.get("/metrics")),
        },
    ),
    "bodies with papers": (
        4,
        {
            "home": lambda of: number(r"papers of N bodies", of.text("/")),
            "bodies": lambda of: len(bodies(of)),
            "bodies, page": lambda of: len(of.html("/bodies").xpath("//main//section//li")),
            "export": lambda of: len({row["body"] for row in held(of.table("papers"))}),
        },
    ),
    "changes since the second run": (
        10,
        {
            "changes, command": lambda of: len(of.cli_json("changes", f"--since={SINCE}")),
            "changes": lambda of: len(of.html(f"/changes?days={DAYS}").xpath("//main//section//li")),
            "changes, JSON": lambda of: len(of.json(f"/changes.json?days={DAYS}")["changes"]),
            "changes, feed": lambda of: len(
                ET.fromstring(of.get(f"/changes.atom?days={DAYS}")).findall(ATOM)
            ),
        },
    ),
    "meetings of one day": (
        2,
        {
            "meetings": lambda of: len(of.html("/meetings?on=2026-12-03").xpath("//main//li")),
            "meetings, JSON": lambda of: sum(r["date"] == "2026-12-03" for r in of.json("/meetings.json")),
            "meetings, command": lambda of: sum(r["date"] == "2026-12-03" for r in of.cli_json("meetings")),
        },
    ),
}


def bodies(of):
    return of.json("/bodies.json")


def of_body(of, row):
    return of.json(f"/bodies/{row['id']}.json")


def papers(of):
    return [of.json(f"/papers/{row['document']}.json") for row in of.cli_json("papers")]


def papers_with_text(account):
    return account["papers"] - account["unreadable"] - account["waiting"] - account["empty"]


@pytest.mark.parametrize(
    ("count", "surface"), [(count, surface) for count, (_, where) in TABLE.items() for surface in where]
)
def test_a_count_is_one_number_on_every_surface(of, count, surface):
    due, where = TABLE[count]
    assert where[surface](of) == due


def test_a_meeting_has_the_same_numbers_wherever_it_is_named(of):
    """Papers that are out, and the mentions in them: those that are not kept too."""
    rows = of.cli_json("meetings")
    assert sum(row["mentions"] for row in rows) > len(of.table("mentions")) / 2
    ahead = of.world.archive.reports.ahead(TODAY, TODAY + timedelta(days=90))
    for row in rows:
        page, told = f"/meetings/{row['id']}", of.json(f"/meetings/{row['id']}.json")
        out = [each for each in told["papers"] if each["paper"]["state"] not in {"withdrawn", "restricted"}]
        assert row["papers"] == len(out)
        assert row["mentions"] == sum(mentions(each["hits"]) for each in out)
        assert {(each.mentions) for each in ahead if each.id == row["id"]} <= {row["mentions"]}
        counted = f"{row['papers']} papers? published with {row['mentions']} mentions?"
        assert not told["papers"] or re.search(counted, of.text(page))
        line = f"{row['papers']} papers? published, {row['mentions']} mentions?"
        assert not row["mentions"] or re.search(line, of.text(f"/bodies/{row['body']}"))
        others = sum(map(int, re.findall(r"(\d+) (?:no longer listed|not open)", of.text(page))))
        assert len(told["papers"]) == row["papers"] + others


def test_a_meeting_of_which_no_paper_is_out_is_late_though_one_is_exempt(of):
    (late,) = of.json(f"/changes.json?days={DAYS}&kind=late")["changes"]
    assert "No papers published yet" in of.text("/meetings")
    assert late["meeting_date"] == "2026-11-24"


SEARCHES = (
    "q=payment",
    "q=population&body=wold",
    "q=payment&body=vale",
    "q=payment&body=wold-views",
    "q=payment&kind=icb",
    "q=payment&kind=report",
    f"q=payment&concept={TOPIC}",
    "q=payment&after=2026-06-01",
    "q=payment&before=2026-11-11",
    "q=payment+body:wold",
    f"concept={TOPIC}&body=wold",
)


@pytest.mark.parametrize("asked", SEARCHES)
def test_the_number_next_to_a_filter_is_what_it_finds(of, asked):
    page = of.html(f"/search?{asked}")
    values = page.xpath("//details[contains(@class, 'facets')]//li")
    assert values
    for value in values:
        (count,) = value.xpath("span/text()")
        for address in value.xpath("a[not(strong)]/@href"):
            found = of.json(address.replace("/search?", "/search.json?"))["total"]["count"]
            assert found == int(count), address
    told = of.json(f"/search.json?{asked}")["facets"]["bodies"]
    names = [said(each) for each in values]
    assert all(any(name.endswith(f" {row['count']}") for name in names) for row in told)


@pytest.mark.parametrize("asked", SEARCHES)
def test_a_search_finds_as_many_as_page_json_csv_feed_and_command(of, asked):
    fields = dict(pair.split("=") for pair in asked.split("&"))
    words = fields.pop("q", "").replace("+", " ")
    due = of.json(f"/search.json?{asked}")["total"]["count"]
    assert due
    assert number("N pages? found", of.text(f"/search?{asked}")) == due
    assert len(list(csv.reader(io.StringIO(of.get(f"/search.csv?{asked}"))))) - 1 == due
    assert len(ET.fromstring(of.get(f"/search.atom?{asked}")).findall(ATOM)) == due
    assert len(of.cli_json("search", words, *(f"--{name}={value}" for name, value in fields.items()))) == due


@pytest.mark.parametrize("asked", ["q=population", f"q=population&concept={TOPIC}"])
def test_all_pages_in_a_paper_are_as_many_as_it_says(of, asked):
    (link,) = of.html(f"/search?{asked}").xpath("//a[contains(text(), ' pages in this paper')]")
    due = {"Both": 2, "All 3": 3}[link.text_content().partition(" pages")[0]]
    assert due == 2 + ("concept" not in asked)
    assert number("N pages of 3", of.text(link.get("href"))) == due


def test_a_year_of_a_body_has_as_many_papers_as_it_says(of):
    for link in of.html("/bodies/wold").xpath("//nav[@aria-label='Years']//a[span]"):
        page = of.html(link.get("href"))
        shown = page.xpath("//section[h2[@id='ahead' or @id='past' or @id='loose']]//ul[@class='papers']/li")
        assert len(shown) == number("N papers?", said(link))


def test_a_body_is_called_by_its_name_and_not_by_that_of_a_source(of):
    texts = [str(message.get_body(("plain",)).get_content()) for message in of.messages()]
    texts += [of.text(path) for path in ("/", "/search?q=payment", f"/concepts/{TOPIC}", "/changes?days=30")]
    texts += [of.cli("spread", TOPIC), of.get("/search.atom?q=payment"), of.get("/late.csv")]
    assert all("NHS Wold ICB" in text or "NHS WOLD ICB" in text for text in texts)
    assert not [
        text for text in texts if re.search("wold: (board papers|consultations)", text, re.IGNORECASE)
    ]


def test_a_paper_added_by_hand_is_said_to_be_so(of):
    assert "Friends of Wold Campaign Papers are added by hand" in of.text("/coverage")


# ---- messages


def digests(of):
    """Each message with its page."""
    for message in of.messages():
        html = lxml.html.fromstring(message.get_body(("html",)).get_content()).find("body")
        page = next(
            url for url in html.xpath("//a/@href") if url.startswith(f"{BASE}/digests/") and "?" not in url
        )
        yield message, html, page.partition("#")[0].removeprefix(BASE)


THINGS = r"(?:passages?|papers?|bod(?:y|ies)|mentions?|pages?)"
COUNTED = re.compile(rf"(?<![\d,])\d[\d,]*(?: of \d+)? (?:new |more |other )?{THINGS}")


def test_both_parts_of_a_message_have_the_same_numbers(of):
    for message, html, _ in digests(of):
        plain = " ".join(message.get_body(("plain",)).get_content().split())
        assert sorted(COUNTED.findall(plain)) == sorted(COUNTED.findall(said(html)))


def test_a_messages_page_has_as_many_passages_as_it_says(of):
    for message, html, page in digests(of):
        text = said(html)
        fresh = number("N new passage", text) if "new passage" in text else 0
        again = number("N passages? you have already seen", text) if "already seen" in text else 0
        gone = (
            number("N passages? of this list can no longer", of.text(page))
            if "no longer be" in of.text(page)
            else 0
        )
        shown = number("N passages?[, ]", of.text(page))
        assert shown + gone == fresh + again, message["Subject"]
        assert (f", {again} of them in another paper before" in of.text(page)) == bool(again)


def test_what_a_message_leads_to_is_as_much_as_it_says(of):
    followed = 0
    for _, html, page in digests(of):
        for link in html.xpath("//a"):
            found = re.fullmatch(r"[Aa]ll (\d+) from .*|.* \((\d+)\)", " ".join(link.text_content().split()))
            if found and f"{page}?" in link.get("href"):
                there = of.text(link.get("href").removeprefix(BASE))
                gone = number("N passages? of this list", there) if "of this list" in there else 0
                shown = number(r"N passages?(?: of \d|[, ])", there)
                assert shown + gone == int(found[1] or found[2]), link.text_content()
                followed += 1
    assert followed > 5


def test_a_first_mention_is_one_in_the_message_and_on_its_page(of):
    shown = 0
    for message, _, page in digests(of):
        if number("N passages?", of.text(page)) > 10:
            continue  # a long one names some, and its page all
        firsts = re.findall(r"First mention\b", message.get_body(("plain",)).get_content())
        assert len(firsts) == len(re.findall(r"First mention\b", of.text(page))), message["Subject"]
        shown += 1
    assert shown


def test_since_is_the_day_where_the_reader_is(of):
    days = {
        (message["To"], number(r"Since N November", message.get_body(("plain",)).get_content()))
        for message in of.messages()
        if message["Date"].datetime.day == 14
    }
    assert days == {("all@example.org", 4), ("wold@example.org", 4), ("own@example.org", 5)}


def test_what_is_ahead_has_the_mentions_of_its_meeting(of):
    (row,) = [
        row for row in of.cli_json("meetings") if row["date"] == "2026-12-03" and row["body"] == "ellenby"
    ]
    told = [said(html) for message, html, _ in digests(of) if message["To"] == "all@example.org"]
    assert f"{row['mentions']} mentions in its papers" in told[-1]
