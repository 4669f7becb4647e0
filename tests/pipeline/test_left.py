"""What is in sight and not taken: counted once, bounded, and said."""

import json
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.app.context import App
from cli.commands.run import Account, Known, _tell_troubles
from pipeline.health.left import MOST_COUNTS, MOST_LINKS, Tally, left_sentence, remedy
from pipeline.model import Left, LeftCount, LeftReason, SourceState
from pipeline.ports import SourceReport
from storage.archive import open_archive
from tests.helpers import archives, fakes

URLS = st.sampled_from([f"https://files.example.org/{number}.pdf" for number in range(8)])
LEFT = st.builds(
    Left,
    source_id=st.just("vale"),
    url=URLS,
    title=st.just("Pack"),
    reason=st.sampled_from(LeftReason),
    host=st.sampled_from(["", "files.example.org", "papers.example.org"]),
)


def of(number: int, **more) -> Left:
    facts = {"reason": LeftReason.NO_DATE, "title": "Pack", **more}
    return Left(source_id="vale", url=f"https://vale.example/{number}.pdf", **facts)


def test_a_page_of_papers_was_left_until_it_is_read():
    tally = Tally()
    tally.add(of(1, is_page=True))
    tally.add(of(2))
    address = "https://vale.example/{}.pdf".format
    assert [count.pages for count in tally.counts(taken={address(1), address(2)})] == [1]
    assert [count.pages for count in tally.counts(read={address(1), address(2)})] == [0]


@given(st.lists(LEFT, max_size=40), st.sets(URLS))
def test_each_link_counts_once_and_what_was_taken_does_not(lefts, taken):
    tally = Tally()
    for each in lefts:
        tally.add(each)
    counts = tally.counts(taken)
    assert sum(count.count for count in counts) == len({each.url for each in lefts} - taken)
    assert [count.count for count in counts] == sorted((count.count for count in counts), reverse=True)
    again = Tally()
    for each in [*lefts, *lefts]:
        again.add(each)
    assert again.counts(taken) == counts


def test_what_is_kept_is_bounded_and_the_rest_still_counts():
    tally = Tally()
    for number in range(MOST_LINKS + 5):
        tally.add(of(number, reason=LeftReason.ANOTHER_HOST, host=f"{number % 100}.example", title="t" * 900))
    counts = tally.counts()
    assert len(counts) == MOST_COUNTS + 1
    assert sum(count.count for count in counts) == MOST_LINKS
    assert counts[-1] == LeftCount(reason=LeftReason.ANOTHER_HOST, count=MOST_LINKS - MOST_COUNTS * 200)
    assert len(json.dumps([count.title for count in counts])) < 10_000


def test_a_crawl_counts_what_its_platform_left(tmp_path):
    with fakes.sites() as make:
        site = make()
        there = [{"url": f"https://files.example/{n}", "reason": "another host"} for n in range(3)]
        there = [{**each, "host": "files.example"} for each in there]
        here = {"url": f"{site.url}/a.pdf", "reason": "no date"}
        site.lists("/", left=[*there, here], documents=[], pages=[f"{site.url}/two"])
        site.lists("/two", left=there[:1], documents=[{"key": "a", "url": here["url"]}])
        site.routes["/a.pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4 a paper")
        done = fakes.crawl(tmp_path, [fakes.source("vale", f"{site.url}/")])
    assert done.reports["vale"].left == (
        LeftCount(
            reason=LeftReason.ANOTHER_HOST,
            count=3,
            host="files.example",
            url="https://files.example/0",
            title="Pack",
            page=f"{site.url}/",
            under="/",
        ),
    )


def test_the_archive_keeps_the_counts_and_the_log_names_the_hosts(tmp_path, capsys):
    archive = open_archive(tmp_path)
    run = archive.catalogue.begin([archives.source("vale")], archives.TODAY)
    count = LeftCount(
        reason=LeftReason.ANOTHER_HOST, count=8, host="files.example", url="https://f/1", title="P"
    )
    report = SourceReport(source_id="vale", state=SourceState.OK, left=(count,))
    archive.catalogue.finish(run, report, [])
    with sqlite3.connect(tmp_path / "archive.sqlite3") as connection:
        ((kept,),) = connection.execute("SELECT left FROM source_runs").fetchall()
    assert json.loads(kept) == [
        {
            "reason": "another host",
            "count": 8,
            "host": "files.example",
            "url": "https://f/1",
            "title": "P",
            "page": "",
            "under": "",
            "pages": 0,
        }
    ]
    account = Account()
    _tell_troubles(report, Known(App(tmp_path)), account)
    assert capsys.readouterr().err == f"source vale: {left_sentence(count)}\n"
    assert left_sentence(count) == "8 papers left: another host, files.example (such as 'P', https://f/1)"
    assert not account.troubles


def test_addresses_that_are_none_lie_in_no_folder():
    tally = Tally()
    tally.add(replace(of(1), url="http://[vale.example/papers/1.pdf"))
    tally.add(of(2))
    assert [count.under for count in tally.counts()] == ["/"]


@pytest.mark.parametrize(
    ("reason", "options", "do"),
    [
        (LeftReason.ANOTHER_HOST, {"hosts": ["a.example"]}, 'add hosts = ["a.example", "files.example"]'),
        (LeftReason.NEEDS_SCRIPT, {}, "add browser = true"),
        (LeftReason.NEEDS_SCRIPT, {"browser": True}, "add them by hand: paperwatch add"),
        (LeftReason.TOO_DEEP, {"depth": 2}, "add depth = 3"),
        (LeftReason.TOO_MANY_PAGES, {}, "make the list of a year or of a kind of paper the url of the line"),
        (LeftReason.NO_DATE, {}, "if they are papers, add include = '/a\\.b/'"),
        (LeftReason.EXCLUDED, {}, "take exclude out of the line to have them"),
    ],
)
def test_what_was_left_has_a_remedy(reason, options, do):
    count = LeftCount(reason=reason, count=1, host="files.example", under="/a.b/")
    assert remedy([count], options) == do
