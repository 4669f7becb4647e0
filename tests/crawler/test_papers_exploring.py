"""Pages whose links promise nothing by any known word: looked at within a budget, further where that paid."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.fetching.looks import LookBudget
from crawler.platforms import papers_page
from pipeline.model import Document, DocumentKind, Fetch, Source, Window
from tests.papers_generator.crawling import crawl_pages
from tests.papers_generator.site import Answer, same

if TYPE_CHECKING:
    from pipeline.model import Found
    from tests.papers_generator.crawling import Crawl

ORIGIN = "https://www.marlbrook.example"
FILES = "<h2>Documents</h2><ul><li><a href='/f/{0}a.pdf'>Agenda</a></li><li><a href='/f/{0}.pdf'>Winter plan</a></li></ul>"


def crawl(start: str, **pages: str) -> Crawl:
    """Pages by their paths: a heading, "|", and the matter."""
    source = Source(
        id="marlbrook",
        name="Marlbrook Trust",
        kind="trust",
        platform="papers_page",
        url=ORIGIN + start,
        window=Window(back=700, ahead=84),
    )
    answers = {}
    for path, said in pages.items():
        heading, _, matter = said.partition("|")
        html = f"<html><head><title>{heading} - Marlbrook</title></head><body><header><a href='/'>Home</a></header>"
        html += f"<main><h1>{heading}</h1>{matter}</main></body></html>"
        answers[same(ORIGIN + path)] = Answer(body=html.encode())
    return crawl_pages(source, answers, papers_page)


def days(made: Crawl) -> dict[str, str]:
    return {
        each.url.removeprefix(f"{ORIGIN}/f/"): (each.meeting_key or "")[-10:]
        for each in made.documents.values()
    }


TILE = "<div class='tile'><h3>{1}</h3><p>{2}</p><a href='{0}'>Find out more</a></div>"


def test_papers_lie_behind_tiles_years_and_days_that_no_word_names() -> None:
    made = crawl(
        "/about/",
        **{
            "/about/": "About us|"
            + TILE.format("/about/run/", "How we are run", "Our board and what it decides")
            + TILE.format("/about/sites/", "Where we are", "Three hospitals"),
            "/about/sites/": "Where we are|<p>Here.</p>",
            "/about/run/": "How we are run|"
            + TILE.format("/about/run/said/", "What was decided", "And when."),
            "/about/run/said/": "What the board decided|<p><a href='/about/run/said/2026/'>2026</a></p>",
            "/about/run/said/2026/": "2026|<div><a href='/about/run/said/2026/x/'>24 September</a></div>",
            "/about/run/said/2026/x/": f"24 September|{FILES.format('x')}",
        },
    )
    assert days(made) == {"xa.pdf": "2026-09-24", "x.pdf": "2026-09-24"}


@pytest.mark.parametrize("day", ["24th", "Thursday 24", "Thursday 24th"])
def test_folders_of_months_numbered_to_sort_hold_folders_of_days(day: str) -> None:
    folder = "<table><tr><th>Name</th><th>Modified</th></tr>{}</table>"
    row = "<tr><td><a href='/board/{}/'>{}</a></td><td>12/11/2026 10:02</td></tr>"
    made = crawl(
        "/board/",
        **{
            "/board/": "Board papers|" + folder.format(row.format("y", "2026-27")),
            "/board/y/": "2026-27|"
            + folder.format(row.format("y/m", "09 September") + row.format("y/n", "11 November")),
            "/board/y/m/": "September|" + folder.format(row.format("y/m/d", day)),
            "/board/y/m/d/": f"{day}|{FILES.format('x')}",
            "/board/y/n/": "November|<p>To follow.</p>",
        },
    )
    assert days(made) == {"xa.pdf": "2026-09-24", "x.pdf": "2026-09-24"}


def test_a_meeting_s_page_leads_on_to_the_page_of_its_papers() -> None:
    links = "<p><a href='/board/a/documents'>Documents for this meeting</a></p><p><a href='/board/'>All meetings</a></p>"
    made = crawl(
        "/board/",
        **{
            "/board/": "Board meetings|<ul><li><a href='/board/a'>Thursday 24 September 2026</a></li></ul>",
            "/board/a": f"Thursday 24 September 2026|<p>Town Hall, 1pm</p>{links}",
            "/board/a/documents": f"Documents|{FILES.format('x')}",
        },
    )
    assert days(made) == {"xa.pdf": "2026-09-24", "x.pdf": "2026-09-24"}


def test_a_page_that_gives_papers_is_looked_around_in_for_those_of_another_time_only() -> None:
    other = "<p>Looking for last year's? <a href='/board/x/'>See here</a>. <a href='/board/y/'>Our building</a>.</p>"
    made = crawl(
        "/board/",
        **{
            "/board/": f"Board papers|<h2>24 September 2026</h2>{FILES.format('x')}{other}",
            "/board/x/": f"Board papers|<h2>25 September 2025</h2>{FILES.format('y')}",
            "/board/y/": f"Board room|<h2>25 June 2025</h2>{FILES.format('z')}",
        },
    )
    assert set(days(made)) == {"x.pdf", "xa.pdf", "y.pdf", "ya.pdf"}


def test_what_lies_behind_a_look_and_is_not_of_meetings_is_no_paper() -> None:
    list_ = "<ul><li><a href='/f/s.pdf'>Spend over £25,000: October 2026</a></li></ul><h2>3 October 2026</h2>"
    made = crawl(
        "/open/",
        **{
            "/open/": "Openness|<h2><a href='/open/spend'>What we spend</a></h2><h2><a href='/open/shop'>Our shop</a></h2>",
            "/open/spend": f"What we spend|{list_}<ul><li><a href='/f/t.pdf'>List</a></li></ul>",
            "/open/shop": "Our shop|<p>Tea.</p>",
        },
    )
    assert days(made) == {}


def fetch(number: int, *, is_look: bool = True) -> Fetch:
    return Fetch(url=f"https://x.example/{number}", step="papers", is_look=is_look)


def test_looks_are_few_where_they_give_nothing_and_go_on_where_they_pay() -> None:
    paper = Document(
        source_id="x", key="k", title="Agenda", kind=DocumentKind.AGENDA, url="https://x.example/a"
    )
    looks = LookBudget(most=2)
    assert [looks.may(fetch(number)) for number in range(4)] == [True, True, False, False]
    assert looks.may(fetch(9, is_look=False))

    def asked(number: int, *found: Found, is_look: bool = True) -> list[str]:
        looks.gave(fetch(number, is_look=is_look), found)
        return [each.url[-1] for each in looks.ready() if looks.may(each)]

    assert asked(0) == []
    assert asked(0, fetch(7)) == []
    assert asked(1, paper) == ["2"]
    assert asked(9, paper, is_look=False) == []
    assert asked(2, fetch(8, is_look=False)) == ["3"]
    assert looks.waiting == ()


def test_a_look_waits_once_and_leaves_its_turn_where_it_is_not_asked() -> None:
    looks = LookBudget(most=0)
    assert [looks.may(fetch(number)) for number in (1, 1, 2, 3)] == [False] * 4
    assert [each.url[-1] for each in looks.waiting] == ["1", "2", "3"]
    looks.gave(fetch(0), [fetch(7, is_look=False)])
    known = {"1"}  # asked by another way meanwhile
    assert [each.url[-1] for each in looks.ready() if each.url[-1] not in known and looks.may(each)] == ["2"]
    assert [each.url[-1] for each in looks.waiting] == ["3"]


def test_a_calendar_is_read_month_by_month_within_the_window() -> None:
    grid = "<h2>{0}</h2>{1}<table><tr><th>Wed</th><th>Thu</th></tr><tr><td>23</td><td>24 <a href='/e/{2}'>Board meeting</a></td></tr></table>"
    back = "<p><a rel='prev' href='/calendar?m={}'>« {}</a></p>"
    made = crawl(
        "/calendar",
        **{
            "/calendar": "Board calendar|" + grid.format("September 2026", back.format(7, "July 2025"), "x"),
            "/calendar?m=7": "Board calendar|"
            + grid.format("July 2025", back.format(1, "January 2024"), "y"),
            "/calendar?m=1": "Board calendar|" + grid.format("January 2024", "", "z"),
            **{f"/e/{name}": f"Board meeting|{FILES.format(name)}" for name in "xyz"},
        },
    )
    assert days(made) == {
        "x.pdf": "2026-09-24",
        "xa.pdf": "2026-09-24",
        "y.pdf": "2025-07-24",
        "ya.pdf": "2025-07-24",
    }


def test_past_events_are_read_on_from_one_page_to_the_page_before() -> None:
    entry = "<li><time>{} 2026</time> <a href='/e/{}/'>Board meeting</a></li>"
    nav = "<nav class='events-nav'><a rel='prev' href='/list/page/2/'>Previous events</a><a rel='next' href='/list/'>Next events</a></nav>"
    made = crawl(
        "/list/",
        **{
            "/list/": f"Board meetings|<ul>{entry.format('24 September', 'x')}</ul>{nav}",
            "/list/page/2/": f"Board meetings|<ul>{entry.format('30 July', 'y')}</ul>",
            "/e/x/": f"Board meeting|{FILES.format('x')}",
            "/e/y/": f"Board meeting|{FILES.format('y')}",
        },
    )
    assert set(days(made).values()) == {"2026-09-24", "2026-07-30"}


def test_a_menu_of_days_leads_to_their_meetings_wherever_it_stands() -> None:
    days_ = "<div class='side-nav'><ul><li><a href='/m24/'>24 September 2026</a></li><li><a href='/m30/'>30 July 2026</a></li></ul></div>"
    made = crawl(
        "/latest/",
        **{
            "/latest/": f"Latest board meeting|<p><b>26 November 2026</b></p>{FILES.format('x')}</main>{days_}<main>",
            "/m24/": f"Board meeting|<p><b>24 September 2026</b></p>{FILES.format('y')}",
            "/m30/": f"Board meeting|<p><b>30 July 2026</b></p>{FILES.format('z')}",
        },
    )
    assert set(days(made).values()) == {"2026-11-26", "2026-09-24", "2026-07-30"}


def test_items_that_have_pages_of_their_own_are_papers_of_the_meeting() -> None:
    made = crawl(
        "/board/",
        **{
            "/board/": "Board meetings|<ul><li><a href='/node/1'>Thursday 24 September 2026</a></li></ul>",
            "/node/1": "Thursday 24 September 2026|<h2>Papers</h2><ul><li><a href='/node/11'>Finance report</a></li></ul>",
            "/node/11": "Finance report|<p><a href='/f/finance.pdf'>finance.pdf</a></p>",
        },
    )
    assert days(made) == {"finance.pdf": "2026-09-24"}


def test_policies_beside_papers_are_not_looked_at() -> None:
    policy = "<ul><li><a href='/board/policy-2026/'>Board assurance policy 2026</a></li></ul>"
    made = crawl(
        "/board/",
        **{
            "/board/": f"Board papers|<h2>24 September 2026</h2>{FILES.format('x')}{policy}",
            "/board/policy-2026/": f"Board assurance policy|<h2>25 June 2026</h2>{FILES.format('y')}",
        },
    )
    assert set(days(made)) == {"x.pdf", "xa.pdf"}


def test_documents_in_sight_of_which_none_is_known_as_a_paper_are_said() -> None:
    names = ("Blue file", "Green file", "Red file")
    listed = "".join(f"<li><a href='/f/{name[:3]}.pdf'>{name}</a></li>" for name in names)
    made = crawl("/things/", **{"/things/": f"Things|<ul>{listed}</ul>"})
    assert days(made) == {}
    assert [each.title for each in made.left] == list(names)
    paper = f"<h2>24 September 2026</h2>{FILES.format('x')}<h2>Related</h2>"
    assert crawl("/things/", **{"/things/": f"Things|{paper}<ul>{listed}</ul>"}).left == []


MEETING = f"Board meeting 24 September 2026|{FILES.format('x')}"
WAYS = {
    "a hub of publications": {
        "/publications/": "Publications|<ul><li><a href='/publications/board/'>Board: meetings and papers</a></li>"
        "<li><a href='/q.pdf'>Quality account 2025/26</a></li></ul>",
        "/publications/board/": "Board|<ul><li><a href='/m/'>24 September 2026</a></li></ul>",
        "/m/": MEETING,
    },
    "news that is of meetings": {
        "/board": "Board meetings|<p>Dates for 2027: 4 February, 8 April. The papers are published in our news section. "
        "<a href='/tags/37'>See all Board meeting news</a>.</p>",
        "/tags/37": "Board meetings|<h2><a href='/m/'>Board meeting: 24 September 2026</a></h2>",
        "/m/": MEETING,
    },
    "earlier events, page by page": {
        "/events/": "Board events|<nav><a href='/events/page/2/'>Previous Events</a></nav>"
        "<h3><a href='/n/'>Board meeting 26 November 2026</a></h3>",
        "/events/page/2/": "Board events|<nav><a href='/events/page/3/'>Previous Events</a> <a href='/events/'>Next Events"
        "</a></nav><h3><a href='/o/'>Board meeting 15 October 2026</a></h3>",
        "/events/page/3/": "Board events|<h3><a href='/m/'>Board meeting 24 September 2026</a></h3>",
        "/m/": MEETING, "/n/": "Board meeting|<p>Soon.</p>", "/o/": "Board meeting|<p>No papers.</p>",
    },
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_the_way_to_the_papers_is_followed(way: str) -> None:
    made = crawl(next(iter(WAYS[way])), **WAYS[way])
    assert days(made) == {"xa.pdf": "2026-09-24", "x.pdf": "2026-09-24"}


MONTHS = ("March", "April", "May", "June", "July")
MENUS = ["<ul>{}</ul>", "<ul class='pagination'>{}</ul>", "<nav aria-label='Months'>{}</nav>"]


@pytest.mark.parametrize("menu", MENUS)
@pytest.mark.parametrize(
    "words",
    ["{} 2026 \N{RIGHTWARDS ARROW}", "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK} {} 2026", "{} 2026"],
)
@pytest.mark.parametrize("address", ["/papers?month={}", "/papers/{}/"])
def test_each_month_of_a_menu_is_followed_whatever_arrow_stands_at_it(
    address: str, words: str, menu: str
) -> None:
    listed = "".join(f"<li><a href='{address.format(each)}'>{words.format(each)}</a></li>" for each in MONTHS)
    month = "Board papers|{0}<h2>24 {1} 2026</h2>{2}"
    pages = {
        address.format(each): month.format(menu.format(listed), each, FILES.format(each)) for each in MONTHS
    }
    made = crawl("/papers", **{"/papers": f"Board papers|{menu.format(listed)}", **pages})
    assert {each[:7] for each in days(made).values()} == {f"2026-{number:02}" for number in range(3, 8)}


@pytest.mark.parametrize("words", ["View more", "Show more", "\N{RIGHTWARDS ARROW}", "Next"])
@pytest.mark.parametrize("card", ["<div class='card'><h3>{}</h3>{}</div>", "<h3>{}</h3><p>{}</p>"])
def test_a_button_in_the_card_of_a_day_is_the_way_to_that_day(card: str, words: str) -> None:
    cards = "".join(
        card.format(f"24 {each} 2026", f"<a href='/board?id={each}'>{words}</a>") for each in MONTHS
    )
    pages = {f"/board?id={each}": f"Board meeting|<p>Hall</p>{FILES.format(each)}" for each in MONTHS}
    made = crawl("/board", **{"/board": f"Board meetings|{cards}", **pages})
    assert {each[:7] for each in days(made).values()} == {f"2026-{number:02}" for number in range(3, 8)}


def test_a_button_in_the_only_card_of_a_page_is_the_way_to_its_day() -> None:
    card = (
        "<div class='card'><p>Board meeting, 24 September 2026</p><a href='/board?page=2'>View more</a></div>"
    )
    made = crawl(
        "/board", **{"/board": f"Meetings|{card}", "/board?page=2": f"Board meeting|{FILES.format('x')}"}
    )
    assert days(made) == {"xa.pdf": "2026-09-24", "x.pdf": "2026-09-24"}


def test_each_list_of_a_page_has_a_next_page_of_its_own() -> None:
    bodies = ("Audit", "Quality", "People", "Digital")
    paper = "<h2>{0} Committee</h2><p>24 {1} 2026 <a href='/f/{0}{1}.pdf'>Agenda</a></p>{2}"
    more = "<p><a href='/board?{0}={1}'>Older papers</a></p>"

    def page(number: int, of: str) -> str:
        later = {each: number + 1 if each == of or number == 1 else 2 for each in bodies}
        month = {1: "July", 2: "May", 3: "March"}
        lists = (
            paper.format(
                each,
                month[number if each == of else 1],
                more.format(each, later[each]) if later[each] < 4 else "",
            )
            for each in bodies
        )
        return f"Board meetings|{''.join(lists)}"

    pages = {f"/board?{each}={number}": page(number, each) for each in bodies for number in (2, 3)}
    made = crawl("/board", **{"/board": page(1, ""), **pages})
    assert len(days(made)) == 3 * len(bodies)


def test_papers_that_a_body_keeps_among_its_news_are_found_and_news_elsewhere_is_not() -> None:
    year = f"Board papers 2026|<h2>24 March 2026</h2>{FILES.format('a')}"
    listed = "Board papers|<ul><li><a href='{0}2026/'>Meetings in 2026</a></li></ul>"
    made = crawl("/news/board-papers/", **{
        "/news/board-papers/": listed.format("/news/board-papers/"), "/news/board-papers/2026/": year,
    })  # fmt: skip
    assert set(days(made).values()) == {"2026-03-24"}
    made = crawl("/board", **{"/board": listed.format("/news/"), "/news/2026/": year})
    assert days(made) == {}


@pytest.mark.parametrize(
    ("seen", "requests"),
    [
        ("<h2>2019</h2><a href='/f/old.pdf'>Agenda</a>", 1),
        ("<a href='https://files.example/agenda.pdf'>Agenda</a>", 1),
        ("<a href='/f/map.pdf'>Map</a>", 2),
    ],
)
def test_where_papers_are_in_sight_that_are_not_taken_nothing_is_looked_for_elsewhere(
    seen: str, requests: int
) -> None:
    made = crawl(
        "/about/",
        **{
            "/about/": f"About us|{seen}<h2>More</h2>{TILE.format('/about/run/', 'How we are run', 'Our board')}",
            "/about/run/": "How we are run|<p>Here.</p>",
        },
    )
    assert made.requests == requests


def test_a_page_below_a_meeting_s_own_is_looked_at_for_its_papers() -> None:
    made = crawl(
        "/board/",
        **{
            "/board/": "Board meetings|<ul><li><a href='/board/m'>Thursday 24 September 2026</a></li></ul>",
            "/board/m": "Thursday 24 September 2026|<p>Town Hall</p><ul><li><a href='/board/m/part'>Part one</a></li></ul>",
            "/board/m/part": "Part one|<p><a href='/f/x.pdf'>Agenda</a></p>",
        },
    )
    assert days(made) == {"x.pdf": "2026-09-24"}


def test_a_folder_in_the_folder_of_a_meeting_has_its_papers() -> None:
    made = crawl(
        "/board/?in=/2026",
        **{
            "/board/?in=/2026": "Board papers|<ul><li><a href='/board/?in=/2026/m'>24 September 2026</a></li></ul>",
            "/board/?in=/2026/m": "24 September 2026|<ul><li><a href='/board/?in=/2026/m/more'>Appendices</a></li></ul>",
            "/board/?in=/2026/m/more": "Appendices|<ul><li><a href='/f/x.pdf'>Winter plan</a></li></ul>",
        },
    )
    assert days(made) == {"x.pdf": "2026-09-24"}


def test_a_day_that_the_year_over_it_puts_too_far_ahead_is_dated_by_its_own_page() -> None:
    made = crawl(
        "/board/",
        **{
            "/board/": "Board papers 2028|<ul><li><a href='/board/m'>Board meeting 24 September</a></li></ul>",
            "/board/m": f"Board meeting 24 September 2026|{FILES.format('x')}",
        },
    )
    assert days(made) == {"xa.pdf": "2026-09-24", "x.pdf": "2026-09-24"}


@pytest.mark.parametrize("others", [0, 5])
def test_a_page_that_was_looked_at_is_of_meetings_where_many_of_its_files_are_called_papers(
    others: int,
) -> None:
    listed = "".join(f"<li><a href='/f/{each}.pdf'>Agenda item {each}</a></li>" for each in range(others))
    made = crawl(
        "/about/",
        **{
            "/about/": f"About us|{TILE.format('/about/run/', 'How we are run', 'Our board and what it decides')}",
            "/about/run/": f"Publications|<h2>24 September 2026</h2><ul>{listed}<li><a href='/f/x.pdf'>Winter plan</a></li></ul>",
        },
    )
    assert ("x.pdf" in days(made)) == (others > 0)
