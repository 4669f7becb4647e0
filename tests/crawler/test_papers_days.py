"""Whose day a paper takes, in layouts of one kind each: every kind in several, so that no layout is the rule."""
# ruff: noqa: E501, ISC004 - markup reads best a line each

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.platforms import papers_page
from pipeline.model import Capture, Document, Fetch, Found, Meeting, Source

PLACE = "https://trust.example/board/papers"


def case_of(body: str, **context: str) -> tuple[Source, Fetch, Capture]:
    source = Source(id="trust", name="Trust", kind="trust", platform="papers_page", url=PLACE)
    window = {"since": "2025-01-01", "until": "2027-06-30", "depth": "2"}
    capture = Capture(
        url=PLACE,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        media_type="text/html",
        body=f"<html><body><main>{body}</main></body></html>".encode(),
        fetched_at=datetime(2026, 11, 21, 6, 0, tzinfo=UTC),
    )
    return source, Fetch(url=PLACE, step="papers", context={**window, **context}), capture


def read(body: str, **context: str) -> list[Found]:
    return list(papers_page.parse(*case_of(body, **context)))


def papers(body: str, **context: str) -> dict[str, Document]:
    """The papers of a page by the file's name."""
    found = read(body, **context)
    return {each.url.rpartition("/")[2]: each for each in found if isinstance(each, Document)}


def days(body: str, **context: str) -> dict[str, str]:
    """The meeting of each file of a page."""
    return {name: each.meeting_key or "" for name, each in papers(body, **context).items()}


def kinds(body: str) -> dict[str, str]:
    return {name: each.kind.value for name, each in papers(body).items()}


def a(name: str, words: str) -> str:
    return f'<a href="/files/{name}.pdf">{words}</a>'


NUMBERED = [
    "<table><tr><th>No.</th><th>Date</th><th>Papers due</th></tr><tr><td>3</td><td>Wed 26 Aug 2026</td>"
    "<td>12 Aug 2026</td></tr><tr><td>4</td><td>Wed 28 Oct 2026</td><td>14 Oct 2026</td></tr></table>",
    "<ul><li>Meeting 3: Wednesday 26 August 2026</li><li>Meeting 4: Wednesday 28 October 2026, Hall</li></ul>",
    "<table><tr><th></th><th>Date</th></tr><tr><th>Third</th><td>26/08/2026</td></tr>"
    "<tr><th>Fourth</th><td>28/10/2026</td></tr></table>",
    "<table><tr><td colspan='3'>Dates for 2026</td></tr><tr><td>Meeting</td><td>Board</td><td>Seminar (private)</td>"
    "</tr><tr><td>Meeting 3</td><td>26 August</td><td>2 September</td></tr>"
    "<tr><td>Meeting 4</td><td>28 October</td><td>4 November</td></tr></table>",
]
OF_NUMBERS = [
    "<ul><li>{}</li><li>{}</li></ul>".format(a("a", "Meeting 4: agenda"), a("b", "Meeting 3: late appendix")),
    "<h3>Fourth meeting</h3><p>{}</p><h3>Third meeting of the year</h3><p>{}</p>".format(
        a("a", "Agenda"), a("b", "Papers")
    ),
    "<table><tr><td>Meeting no. 4</td><td>{}</td></tr><tr><td>Meeting no. 3</td><td>{}</td></tr></table>".format(
        a("a", "View"), a("b", "View")
    ),
]


@pytest.mark.parametrize("table", NUMBERED)
@pytest.mark.parametrize("papers", OF_NUMBERS)
def test_the_number_of_a_meeting_has_the_day_that_a_table_or_list_gives_it(table: str, papers: str) -> None:
    body = f"<h1>Board meetings</h1><h2>Dates of meetings</h2>{table}<h2>Papers</h2>{papers}"
    assert days(body) == {"a.pdf": "board-2026-10-28", "b.pdf": "board-2026-08-26"}


def test_each_body_has_numbers_of_its_own() -> None:
    def section(body: str, day: str, name: str) -> str:
        dates = f"<h3>Dates of {body} meetings</h3><table><tr><th>First</th><td>{day}</td></tr></table>"
        return f"<h2>{body}</h2>{dates}<h3>Papers</h3><p>{a(name, 'First meeting: agenda')}</p>"

    both = section("Trust Board", "29 April 2026", "a") + section("Quality Committee", "13 May 2026", "b")
    assert days(f"<h1>Meetings</h1>{both}") == {
        "a.pdf": "board-2026-04-29",
        "b.pdf": "quality-committee-2026-05-13",
    }


@pytest.mark.parametrize(
    "papers",
    [
        f"<h3>September 2026</h3><ul><li>{a('a', 'Agenda (Weds 16th)')}</li></ul>",
        f"<table><tr><th colspan='2'>Nov-26</th></tr><tr><td>Wed 18th</td><td>{a('b', 'Papers')}</td></tr>"
        f"<tr><th colspan='2'>Sep-26</th></tr><tr><td>Wed 16th</td><td>{a('a', 'Papers')}</td></tr></table>",
        f"<h3>September 2026</h3><p>16th: {a('a', 'Agenda')} | {a('c', 'Minutes')}</p>",
        f"<h3>September 2026</h3><ul><li>{a('a', '16th - Board pack')}</li><li>{a('d', 'Finance report month 5')}"
        "</li></ul>",
    ],
)
def test_a_day_takes_its_month_from_what_stands_around_it(papers: str) -> None:
    assert days(f"<h1>Board papers</h1>{papers}")["a.pdf"] == "board-2026-09-16"


@pytest.mark.parametrize("name", ["mv-meeting", "article", "div class='row-of-meeting'"])
@pytest.mark.parametrize("sent", ["1 September", "15 September"])
def test_a_records_heading_may_stand_after_its_papers(name: str, sent: str) -> None:
    def record(day: str, file: str) -> str:
        papers = f"<ul><li>{a(file, 'Agenda')} <span>sent out {sent}</span></li></ul><p>Chapel Hall</p>"
        return f"<{name}>{papers}<h3>{day}</h3><p>Put off from 8 September.</p></{name.partition(' ')[0]}>"

    body = record("Tuesday 22 September 2026", "a") + record("Tuesday 14 July 2026", "b")
    assert days(f"<h1>Meetings</h1><h2>2026</h2>{body}") == {
        "a.pdf": "board-2026-09-22",
        "b.pdf": "board-2026-07-14",
    }


@pytest.mark.parametrize("level", ["h2", "strong"])
@pytest.mark.parametrize(
    "section",
    [
        "31 August 2026 position",
        "October 2026 performance",
        "Minutes of 28 May 2026",
        "Quarter 1 (April to June 2026)",
        "People Committee, 10 September 2026",
        "Annual Members' Meeting 2026",
    ],
)
@pytest.mark.parametrize(
    "head", ["<h1>Board, Thursday 24 September 2026</h1>", "<h1>Papers</h1><h2>24/09/2026</h2>"]
)
def test_a_section_of_an_agenda_is_no_meeting(section: str, level: str, head: str) -> None:
    over = f"<{level}>{section}</{level}>"
    over = f"<p>{over}</p>" if level == "strong" else over
    body = f"{head}{over}<ol><li>{a('a', 'Summary of the half year')}</li></ol>"
    assert days(body, when="2026-09-24") == {"a.pdf": "board-2026-09-24"}


@pytest.mark.parametrize("note", ["sent out 15 September 2026", "15/09/2026", "issued on 15 September 2026"])
@pytest.mark.parametrize("over", ["<h3>{}</h3>", "<p><strong>{}</strong></p>"])
def test_a_day_beside_a_file_gives_way_to_the_meeting_over_it(over: str, note: str) -> None:
    papers = (
        f"<ul><li>{a('a', 'Agenda')} <em>{note}</em></li><li>{a('b', 'Papers')} <em>{note}</em></li></ul>"
    )
    head = over.format("Tuesday 22 September 2026")
    assert days(f"<h1>Meetings</h1>{head}{papers}") == {
        "a.pdf": "board-2026-09-22",
        "b.pdf": "board-2026-09-22",
    }


def test_cells_with_papers_have_days_of_their_own() -> None:
    def cell(day: str, name: str) -> str:
        return f"<td>{day}<br>{a(name, 'Papers')}</td>"

    head = "<tr><td></td><td><b>Trust Board</b></td><td><b>Quality Committee</b></td></tr>"
    row = f"<tr><td>March 2026</td>{cell('26th March 2026', 'a')}{cell('24th March 2026', 'b')}</tr>"
    assert days(f"<h1>Meetings</h1><table>{head}{row}</table>") == {
        "a.pdf": "board-2026-03-26",
        "b.pdf": "quality-committee-2026-03-24",
    }


def test_numbers_of_files_that_look_like_years_are_none() -> None:
    links = "".join(
        f"<li><a href='/media/{2001 + 3 * n}/{n}.pdf'>Board papers, item {n}</a></li>" for n in range(12)
    )
    assert len(days(f"<h1>Board papers</h1><h2>26 November 2026</h2><ul>{links}</ul>")) == 12
    assert len(days(f"<h1>Board papers</h1><ul>{links}</ul>")) == 12


def test_the_day_of_a_link_is_that_of_its_own_words() -> None:
    tiles = "".join(
        f"<a href='{PLACE}/{name}/'><strong>{day}</strong> <span>Papers</span></a> "
        for name, day in (("nov", "Thursday 26 November 2026"), ("sep", "Thursday 24 September 2026"))
    )
    found = read(f"<h1>Board meetings</h1><div>{tiles}</div>")
    led = {each.url.split("/")[-2]: each.context.get("when") for each in found if isinstance(each, Fetch)}
    assert led == {"nov": "2026-11-26", "sep": "2026-09-24"}


KINDS = [
    "<dl><dt>Held on</dt><dd>10 September 2026</dd><dt>Where</dt><dd>Hall</dd><dt>Minutes</dt><dd>{}</dd>"
    "<dt>Agenda and papers</dt><dd>{}</dd></dl>",
    "<h2>10 September 2026</h2><p>The minutes are {} and the agenda and papers are {}.</p>",
    "<h2>10 September 2026</h2><p>Held in the Hall. Click {} for the minutes and {} for the agenda and papers.</p>",
    "<article><p><b>Minutes</b></p><h3>September meeting</h3><p>Meeting: 10.09.26</p>{}</article>"
    "<article><p><b>Papers</b> <b>Trust Board</b></p><h3>September meeting</h3><p>Meeting: 10.09.26</p>{}</article>",
    "<h2>10 September 2026</h2><figure>{}<figcaption>Minutes of the meeting</figcaption></figure>"
    "<figure>{}<figcaption>Board pack (21 MB)</figcaption></figure>",
    "<table><tr><td>No.</td><td>Item</td><td>Link</td></tr><tr><td>A1</td><td>Minutes for approval</td><td>{}</td></tr>"
    "<tr><td>A2</td><td>Supporting papers</td><td>{}</td></tr></table>",
]


@pytest.mark.parametrize("layout", KINDS)
@pytest.mark.parametrize("words", ["here", "Download", "Paper A1"])
def test_a_link_that_says_nothing_is_what_its_place_says(layout: str, words: str) -> None:
    body = f"<h1>Board meeting, 10 September 2026</h1>{layout.format(a('m', words), a('p', words))}"
    assert kinds(body) == {"m.pdf": "minutes", "p.pdf": "pack"}


@pytest.mark.parametrize(
    "order", [("Trust Board", "Quality Committee"), ("Quality Committee", "Trust Board")]
)
@pytest.mark.parametrize(
    "over", ["<h2>{}</h2>", "<details><summary>{}</summary>", "<table><caption>{}</caption>"]
)
def test_a_papers_body_is_the_nearest_that_is_named(over: str, order: tuple[str, str]) -> None:
    row = "<ul><li>10 September 2026: {}</li></ul>"
    if "table" in over:
        row = "<tr><td>10 September 2026</td><td>{}</td></tr></table>"
    parts = [over.format(name) + row.format(a(name[0], "Papers")) for name in order]
    close = "</details>" if "details" in over else ""
    seen = days(
        f"<h1>Meetings</h1><article>{close.join(parts)}{close}<p>The Audit Committee met in private.</p></article>"
    )
    assert seen == {"T.pdf": "board-2026-09-10", "Q.pdf": "quality-committee-2026-09-10"}


@pytest.mark.parametrize(
    "layout",
    [
        "<h2>Boards in common: 5 November 2026</h2><h3>Vale papers</h3><p>{}</p><h3>Hill papers</h3><p>{}</p>",
        "<table><tr><td></td><td><b>Vale Board of Directors</b></td><td><b>Hill Trust Board</b></td></tr>"
        "<tr><td>November</td><td>5 November 2026<br>{}</td><td>5 November 2026<br>{}</td></tr></table>",
    ],
)
def test_boards_in_common_have_papers_of_their_own(layout: str) -> None:
    body = f"<title>Our boards - Vale Hospitals</title><h1>Boards</h1>{layout.format(a('v', 'Papers'), a('h', 'Papers'))}"
    seen = days(body)
    assert seen["v.pdf"] != seen["h.pdf"]
    assert seen["h.pdf"].startswith("hill-")
    assert all(each.endswith("2026-11-05") for each in seen.values())


SPANS = [
    "Papers of meetings held between April 2025 and March 2026.",
    "April 2025 to March 2026",
    "1 April 2025 \N{EN DASH} 31 March 2026",
    "Meetings from 1st April 2025 to 31st March 2026",
]


@pytest.mark.parametrize("span", SPANS)
def test_a_year_said_by_its_two_ends_is_one_financial_year(span: str) -> None:
    listed = f"<li>{a('march', 'Board papers - 5 March')}</li><li>{a('june', 'Board papers - 5 June')}</li>"
    for over in (f"<h2>{span}</h2>", f"<h1>Board papers</h1><p>{span}</p>"):
        found = days(f"{over}<ul>{listed}</ul>")
        assert [found["march.pdf"][-10:], found["june.pdf"][-10:]] == ["2026-03-05", "2025-06-05"]


MEETINGS = "<h1>Board meetings</h1>"


def test_a_number_has_the_day_of_the_year_after_where_the_year_over_it_has_none() -> None:
    dates = (
        "<ul><li>Meeting 4: Wednesday 28 October 2026</li><li>Meeting 5: Wednesday 27 January 2027</li></ul>"
    )
    listed = f"<p>{a('a', 'Meeting 4: agenda')}</p><p>{a('b', 'Meeting 5: agenda')}</p>"
    assert days(f"{MEETINGS}<h2>Dates</h2>{dates}<h2>Papers 2026</h2>{listed}") == {
        "a.pdf": "board-2026-10-28",
        "b.pdf": "board-2027-01-27",
    }


@pytest.mark.parametrize("stray", ["", "Chapel Hall"])
@pytest.mark.parametrize("column", ["Board", "Board papers published"])
def test_a_day_of_publication_in_a_table_of_dates_is_no_second_day_of_a_meeting(
    column: str, stray: str
) -> None:
    """Words that stand in a row and in none of its cells are of no column."""
    rows = f"<tr>{stray}<td>3</td><td>26 August 2026</td><td>19 August 2026</td></tr>"
    table = f"<table><tr><th>No.</th><th>Date</th><th>{column}</th></tr>{rows}</table>"
    found = days(f"{MEETINGS}{table}<p>{a('a', 'Meeting 3: agenda')}</p>")
    assert found == {"a.pdf": "board-2026-08-26" if column != "Board" else ""}


@pytest.mark.parametrize(
    "matter",
    [
        f"<p>{a('a', 'Agenda 5 November 2026')} 28 January 2027</p>",  # what follows a link may be another's
        f"<h2>October 2026</h2><p>{a('a', 'Agenda 5 November 2026')}</p>",  # the month is less than a day
    ],
)
def test_the_day_of_an_agenda_is_its_own_where_what_is_around_it_says_less(matter: str) -> None:
    assert days(f"<h1>Board papers</h1>{matter}") == {"a.pdf": "board-2026-11-05"}


@pytest.mark.parametrize("section", ["Finance report 31 August 2026", "Minutes of 31 August 2026"])
def test_the_day_of_a_section_counts_where_nothing_else_says_one(section: str) -> None:
    assert days(f"<h1>Board papers</h1><h2>{section}</h2><p>{a('a', 'Download')}</p>") == {
        "a.pdf": "board-2026-08-31"
    }


@pytest.mark.parametrize("dates", ["26 January, 30 March, 25 May 2027", "26.1.27, 30.3.27 and 25.5.27"])
def test_a_list_of_a_year_s_days_dates_no_paper_below_it(dates: str) -> None:
    assert days(f"<h1>Board papers</h1><p>{dates}</p><p>{a('a', 'Agenda')}</p>") == {"a.pdf": ""}


@pytest.mark.parametrize("number", [6, 61])
def test_an_item_of_more_than_sixty_papers_is_no_meeting_but_a_part_of_the_page(number: int) -> None:
    since = (
        "All that has come out since the hall in Chapel Street was opened by the Mayor on 26 November 2026."
    )
    listed = "".join(f"<p>{a(str(each), 'Agenda 7 May')}</p>" for each in range(number))
    found = set(
        days(f"<h1>Board papers</h1><ul><li><p>{since}</p><p>Tea is served.</p>{listed}</li></ul>").values()
    )
    assert found == {"board-2026-11-26" if number < 60 else ""}


@pytest.mark.parametrize("joint", [" ", "<br>", "</p><p>"])
def test_packs_in_one_item_keep_each_its_own_day(joint: str) -> None:
    packs = joint.join(
        [a("a", "Board papers 28 January 2027"), a("b", "Board papers 25 March 2027"), a("c", "Late paper")]
    )
    found = days(f"<h1>Board papers</h1><ul><li><p>{packs}</p></li></ul>")
    assert {name: found[name] for name in ("a.pdf", "b.pdf")} == {
        "a.pdf": "board-2027-01-28",
        "b.pdf": "board-2027-03-25",
    }


def test_minutes_next_to_a_pack_are_of_its_meeting() -> None:
    item = f"{a('a', 'Board papers 26 November 2026')}<br>{a('b', 'Minutes of 8 October 2026')}"
    assert set(days(f"<h1>Board papers</h1><ul><li>{item}</li></ul>").values()) == {"board-2026-11-26"}


def test_of_several_days_on_a_meeting_s_page_the_one_that_led_here_counts() -> None:
    page = f"<h1>Board meeting</h1><article><p>26 November 2026</p><p>27 November 2026</p><p>{a('a', 'Agenda')}</p></article>"
    assert days(page, when="2026-11-27") == {"a.pdf": "board-2026-11-27"}


@pytest.mark.parametrize("day", ["Monday 26th", "Thursday 26th"])
def test_a_day_whose_weekday_is_not_its_month_s_is_not_of_that_month(day: str) -> None:
    """26 November 2026 is a Thursday."""
    found = days(f"<h1>Board papers</h1><h2>November 2026</h2><p>{day}</p><p>{a('a', 'Agenda')}</p>")
    assert found == {"a.pdf": "board-2026-11-26" if day.startswith("Thu") else "board-2026-11"}


def test_a_day_next_to_a_piece_of_news_is_no_meeting() -> None:
    news = "<ul><li><p>20 January 2027</p><p><a href='/news/scanner'>A new scanner</a></p></li></ul>"
    named = [each.key for each in read(f"{news}<p>28 January 2027</p>") if isinstance(each, Meeting)]
    assert named == ["board-2027-01-28"]


@pytest.mark.parametrize("words", ["Download", "View"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_button_has_the_words_of_the_link_next_to_it_that_has_some(words: str, is_first: bool) -> None:  # noqa: FBT001 - the order
    links = [a("a", words), a("a", "Winter plan")]
    matter = "".join(f"<p>{each}</p>" for each in (links if is_first else reversed(links)))
    found = papers(f"<h1>Board papers</h1><h2>26 November 2026</h2>{matter}")
    assert [each.title for each in found.values()] == ["Winter plan"]


@pytest.mark.parametrize("number", [2, 13])
def test_what_stands_in_an_item_of_many_papers_names_none_of_them(number: int) -> None:
    listed = "".join(f"<p>{a(f'p{each}', 'Download')}</p>" for each in range(number))
    item = f"<ul><li><p>Winter plan</p><p>In parts.</p>{listed}</li></ul>"
    found = papers(f"<h1>Board papers</h1><h2>26 November 2026</h2>{item}")
    assert ("Winter plan" in {each.title for each in found.values()}) == (number < 13)


@pytest.mark.parametrize("nearer", ["<h3>Vale papers</h3>", "<h3>Hill papers</h3>"])
def test_a_link_that_names_the_partner_board_is_of_it_whatever_is_above(nearer: str) -> None:
    over = (
        "<title>Our boards - Vale Hospitals</title><h1>Boards</h1><h2>Boards in common: 5 November 2026</h2>"
    )
    named = f"<h3>Hill Trust Board</h3><p>{a('h', 'Papers')}</p><h3>Vale papers</h3><p>{a('v', 'Papers')}</p>"
    found = days(f"{over}{named}{nearer}<p>{a('i', 'Hill papers')}</p>")
    assert found["i.pdf"] == found["h.pdf"] == "hill-trust-board-2026-11-05"


def test_a_glossary_among_the_papers_of_a_meeting_is_one_of_them() -> None:
    listed = "".join(
        f"<li>{a(name, words)}</li>"
        for name, words in (("a", "Agenda"), ("g", "Glossary"), ("b", "Board papers"))
    )
    page = f"<h1>Board meeting 26 November 2026</h1><ul>{listed}</ul><h2>About us</h2><p>{a('x', 'Glossary')}</p>"
    assert set(days(page, when="2026-11-26")) == {"a.pdf", "g.pdf", "b.pdf"}


def test_the_day_in_a_file_s_name_counts_more_than_a_next_meeting_that_is_announced() -> None:
    file = "<a href='/files/papers-26-november-2026.pdf'>Papers</a>"
    found = days(f"<h1>Board papers</h1><h2>Next meeting: 28 January 2027</h2><p>{file}</p>")
    assert found == {"papers-26-november-2026.pdf": "board-2026-11-26"}


WITHOUT_SUCH_A_DAY = {
    "headings": "<h3>24 November 2026</h3><p>{x}</p><h3>31st November 2026</h3><p>{y}</p><h3>24 September 2026</h3><p>{z}</p>",
    "lines": "<p><b>24 November 2026</b><br>{x}<br><b>Monday 31st November 2026</b><br>{y}<br><b>24 September 2026</b><br>{z}</p>",
    "rows": "<table><tr><td>24/11/2026</td><td>{x}</td></tr><tr><td>31/11/2026</td><td>{y}</td></tr><tr><td>24/09/2026</td><td>{z}</td></tr></table>",
    "items": "<ul><li>24 Nov 2026: {x}</li><li>31 Nov 2026: {y}</li><li>24 Sep 2026: {z}</li></ul>",
}


@pytest.mark.parametrize("layout", WITHOUT_SUCH_A_DAY.values(), ids=WITHOUT_SUCH_A_DAY.keys())
@pytest.mark.parametrize(
    ("name", "on"), [("y", "2026-11"), ("TB-30-11-2026", "2026-11-30"), ("tb-01-12-2026", "2026-12-01")]
)
def test_a_day_that_there_is_not_is_no_neighbours_day(layout: str, name: str, on: str) -> None:
    body = layout.format(x=a("x", "Agenda"), y=a(name, "Agenda"), z=a("z", "Agenda"))
    assert days(f"<h1>Board papers</h1>{body}") == {
        "x.pdf": "board-2026-11-24",
        f"{name}.pdf": f"board-{on}",
        "z.pdf": "board-2026-09-24",
    }


def test_a_day_in_a_block_of_its_own_is_over_the_block_after_it() -> None:
    """Blocks of one class were cards, of which each kept its day to itself."""
    body = "".join(
        f"<div class='block text'><h2>{day}</h2><p>In the chamber.</p></div>"
        f"<div class='block files'><p>{a(name, 'Agenda')}</p><p>{a(name + '-m', 'Minutes of the meeting of 1 July 2026')}</p></div>"
        for name, day in (("n", "Thursday 19 November 2026"), ("s", "Thursday 17 September 2026"))
    )
    assert days(f"<h1>Board papers</h1><div>{body}</div>") == {
        "n.pdf": "board-2026-11-19",
        "n-m.pdf": "board-2026-11-19",
        "s.pdf": "board-2026-09-17",
        "s-m.pdf": "board-2026-09-17",
    }


def test_a_meeting_that_is_named_further_down_is_not_that_of_the_papers_above() -> None:
    body = (
        f"<p><b>26 Nov 2026</b></p><p>{a('n', 'Agenda')}</p><p><b>Thursday 24 September 2026</b></p><p>{a('s', 'Agenda')}</p>"
        f"<p><b>Annual Members' Meeting</b></p><p>{a('m', 'Slides')}</p>"
    )
    found = days(f"<h1>Board papers</h1><div class='listing'>{body}</div>")
    assert (found["n.pdf"], found["s.pdf"]) == ("board-2026-11-26", "board-2026-09-24")


def test_of_a_day_that_there_is_not_the_month_is_taken_and_the_doubt_is_said() -> None:
    (verdict,) = papers_page.explain(*case_of(f"<h3>31st November 2026</h3><p>{a('y', 'Agenda')}</p>"))
    assert verdict.date == "2026-11"
    assert verdict.why.endswith("the heading says a day that there is not")


@pytest.mark.parametrize(
    "layout",
    [
        "<h3>26 March 2026</h3><p>{x}</p><h3>Tuesday 12th</h3><p>{y}</p>",
        "<p><b>26 March 2026</b><br>{x}<br><b>Tuesday 12th</b><br>{y}</p>",
        "<ul><li>26 March 2026: {x}</li><li>Tuesday 12th: {y}</li></ul>",
    ],
)
def test_a_day_without_its_month_is_no_neighbours_day(layout: str) -> None:
    body = layout.format(x=a("x", "Agenda"), y=a("y", "Agenda"))
    assert days(f"<h1>Board papers</h1>{body}") == {"x.pdf": "board-2026-03-26", "y.pdf": ""}


@pytest.mark.parametrize(
    "words",
    [
        "Papers (version 2, replaces the papers of 12 November)",
        "Papers, superseding those of the meeting on 12 November 2026",
        "Minutes of 24 September for approval at the meeting on 26 November 2026",
        "Estates report (deferred from 24 September 2026)",
        "Papers (v2 of 3 November 2026)",
        "Papers published 3 November 2026",
    ],
)
def test_the_day_of_another_paper_in_its_words_is_not_its_own(words: str) -> None:
    body = f"<h1>Board papers</h1><h3>November 2026</h3><ul><li>{a('TB-19.11.26', words)}</li></ul>"
    assert days(body) == {"TB-19.11.26.pdf": "board-2026-11-19"}


def test_a_mistyped_day_is_a_fact_of_its_meeting() -> None:
    facts = "<dt>Date</dt><dd>Tuesday 13th Ocotber 2026</dd><dt>Venue</dt><dd>Hall</dd>"
    body = f"<h1>Board papers</h1><dl>{facts}<dt>Papers</dt><dd>{a('x', 'Agenda')}</dd></dl>"
    assert days(body) == {"x.pdf": "board-2026-10-13"}


@pytest.mark.parametrize("name", ["papers-superseded-2026-11-25", "papers-superseded-25.11.26"])
def test_what_was_superseded_keeps_its_own_day(name: str) -> None:
    body = f"<h1>Board papers</h1><ul><li>{a(name, 'Papers (superseded)')}</li></ul>"
    assert days(body) == {f"{name}.pdf": "board-2026-11-25"}
