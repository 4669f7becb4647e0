"""Papers pages that are too large, too deep, endless, broken or at odds with themselves.

Work is counted in requests, in calls and in lines of code that are run, never in seconds.
"""

from __future__ import annotations

import cProfile
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from crawler.platforms import PLATFORMS
from tests.papers_generator import hostile
from tests.papers_generator.crawling import MOST_REQUESTS, Crawl, crawl_pages
from tests.papers_generator.hostile import SOURCE, Made
from tests.papers_generator.scoring import day_of
from tests.papers_generator.site import Answer, same

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def crawled(site: Made) -> Crawl:
    return crawl_pages(SOURCE, site, PLATFORMS["papers_page"])


def days(made: Crawl) -> dict[str, str]:
    """Each paper's file with the day of its meeting."""
    return {
        each.url.rpartition("/")[2]: day_of(each, made.meetings.get(each.meeting_key or ""))
        for each in made.documents.values()
    }


def calls(work: Callable[[], object]) -> int:
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(each.callcount for each in profile.getstats())


def lines_run(work: Callable[[], object]) -> Counter[str]:
    """How many lines of each function of the crawler's are run."""
    counts: Counter[str] = Counter()

    def trace(frame: FrameType, _event: str, _arg: object) -> Callable[..., object] | None:
        if not frame.f_globals.get("__name__", "").startswith("crawler."):
            return None
        name = f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}"

        def count(_frame: FrameType, event: str, _arg: object) -> Callable[..., object]:
            counts[name] += event == "line"
            return count

        return count

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counts


MENU = "</main><div class='sidebar'><ul>{}</ul></div><main>"
LEAD = "<p>The board met on 25 November 2026. These are its orders:</p><ul>{}</ul>"
ROWS = {
    "after a lead": (LEAD, "<li><a href='/f/{0}.pdf'>Order {0}</a></li>"),
    "a menu": (MENU, "<li><a href='/z{0}/q'>Board papers {0}</a></li>"),
    "days": ("<ul>{}</ul>", "<li><a href='/y/{0}/q'>26 May</a></li>"),
    "one line": ("<p>{}</p>", "<a href='/f/{0}.pdf'>Agenda {0}</a> "),
    "standing documents": ("<p>{}</p>", "<a href='/f/{0}.pdf'>Constitution {0}</a> "),
    "one card": ("<article><h3>26 May 2026</h3>{}</article>", "<p><a href='/f/{0}.pdf'>Agenda {0}</a></p>"),
    "headings": ("{}", "<h3>26 May 2026</h3><p><a href='/m/{0}/'>View more</a></p>"),
}


@pytest.mark.parametrize("rows", ROWS)
def test_no_step_of_the_reading_is_done_for_each_pair_of_links(rows: str) -> None:
    around, row = ROWS[rows]

    def read(number: int) -> Counter[str]:
        listed = around.format("".join(row.format(each) for each in range(number)))
        page = f"<html><body><main><h1>Board papers</h1>{listed}</main></body></html>"
        return lines_run(lambda: crawled({same(SOURCE.url): Answer(body=page.encode())}))

    few, many = read(60), read(120)
    assert {name: (few[name], each) for name, each in many.items() if each > 3 * few[name] + 500} == {}


@pytest.mark.parametrize(
    ("links", "size"), [(500, 500_000), pytest.param(10_000, 5_000_000, marks=pytest.mark.soak)]
)
def test_a_page_of_many_links_and_much_text_gives_its_twelve_papers(links: int, size: int) -> None:
    """That the work grows no faster than the links is held below."""
    made = crawled(hostile.large(links, size))
    assert len(days(made)) == 12
    assert min(days(made).values()) == "2026-01-15"
    assert made.requests <= MOST_REQUESTS


@pytest.mark.parametrize("site", [hostile.many_records, hostile.plain_links], ids=lambda site: site.__name__)
def test_twice_as_many_links_are_twice_the_work(site: Callable[[int], Made]) -> None:
    crawled(site(20))  # what is made once is not counted
    few, many = (calls(lambda number=number: crawled(site(number))) for number in (150, 300))
    assert many < 2.6 * few


@pytest.mark.parametrize("depth", [1, 3, 12])
def test_a_paper_in_tables_in_tables_is_found(depth: int) -> None:
    assert days(crawled(hostile.nested_tables(depth))) == {"a.pdf": "2026-11-26"}


@pytest.mark.parametrize("site", [hostile.nested_tables(), hostile.nested_divs()], ids=["tables", "divs"])
def test_what_is_nested_beyond_reading_is_named(site: Made) -> None:
    made = crawled(site)
    assert made.documents or made.problems or made.left


def test_unclosed_tags_keep_each_paper_to_its_own_day() -> None:
    assert days(crawled(hostile.unclosed())) == {
        "0.pdf": "2026-11-26",
        "1.pdf": "2026-09-24",
        "2.pdf": "2026-07-30",
    }


def test_misnested_tags_bring_no_day_that_is_not_written() -> None:
    made = days(crawled(hostile.misnested()))
    assert set(made) == {"0.pdf", "1.pdf", "2.pdf"}
    assert set(made.values()) <= {"2026-11-26", "2026-09-24", "2026-07-30", ""}


def test_of_four_days_at_odds_one_that_is_written_is_taken() -> None:
    [day] = days(crawled(hostile.contradictory())).values()
    assert day in {*hostile.WRITTEN, ""}


def test_no_day_is_invented_where_none_is_written() -> None:
    assert set(days(crawled(hostile.undated())).values()) <= {""}


@pytest.mark.parametrize(
    "site",
    [
        hostile.endless_calendar(),
        hostile.endless_years(),
        hostile.next_page_loop(),
        hostile.next_page_loop(1),
        hostile.next_page_loop(5),
        hostile.session_ids(),
    ],
    ids=["calendar", "years", "new pages", "itself", "ring", "sessions"],
)
def test_a_site_without_end_is_left_within_the_budget(site: Made) -> None:
    made = crawled(site)
    assert days(made) == {"october.pdf": "2026-10-15"}
    assert made.requests <= 60
    assert not made.is_cut


def test_a_page_that_is_not_there_has_no_papers() -> None:
    made = crawled(hostile.error_pages())
    assert not made.documents
    assert made.requests <= 3
