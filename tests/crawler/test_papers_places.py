"""Whose day a paper has: its own place before its record, that before the group, the page and the way to it.

Each page is our own and one kind; the reader once read each wrongly.
"""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawler.platforms import papers_page
from pipeline.model import Capture, Document, Fetch, Found, Left, LeftReason, Source

URL = "https://trust.example/board/papers"


def found(matter: str, **context: str) -> list[Found]:
    return read(f"<main><h1>Board papers</h1>{matter}</main>", **context)


def read(body: str, **context: str) -> list[Found]:
    body = f"<html><head><title>Board papers</title></head><body>{body}</body></html>"
    source = Source(id="trust", name="Trust", kind="trust", platform="papers_page", url=URL)
    said = {"since": "2025-01-01", "until": "2027-02-13", "depth": "2", **context}
    answer = Capture(
        url=URL,
        status=200,
        headers={},
        media_type="text/html",
        body=body.encode(),
        fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return list(papers_page.parse(source, Fetch(url=URL, step="papers", context=said), answer))


def days(matter: str, **context: str) -> dict[str, str]:
    """The day of each file, by its name."""
    return {
        each.url.rpartition("/")[2].partition(".")[0]: (each.meeting_key or "").removeprefix("board-")
        for each in found(matter, **context)
        if isinstance(each, Document)
    }


def file(name: str, words: str = "Board papers") -> str:
    return f"<a href='/f/{name}.pdf'>{words}</a>"


def test_an_article_of_sentences_is_no_meeting_and_each_sentence_is_one() -> None:
    told = f"<p>The last meeting of the board took place on 19 March 2026. Its {file('a', 'papers')} are here.</p>"
    told += f"<p>On 17 July 2025 the board met online; {file('b', 'download the papers')}.</p>"
    assert days(f"<article>{told}</article>") == {"a": "2026-03-19", "b": "2025-07-17"}


def test_a_year_over_a_part_of_an_article_is_that_of_its_days() -> None:
    parts = "".join(
        f"<h2>{year}</h2><p>On 24 March the board met: {file(f'a{year}', 'papers')}.</p>"
        for year in (2026, 2025)
    )
    assert days(f"<article>{parts}</article>") == {"a2026": "2026-03-24", "a2025": "2025-03-24"}


def test_a_line_of_a_year_in_a_block_is_over_days_in_blocks_of_their_own() -> None:
    row = "<div class='row'><div><div class='t'>{} Nov</div></div><div>Trust Board <div>{}</div></div></div>"
    blocks = "".join(
        f"<div class='yr'><div><span>{year}</span></div>{row.format(20, file(f'a{year}'))}{row.format(27, file(f'b{year}'))}</div>"
        for year in (2026, 2025)
    )
    assert days(blocks) == {
        "a2026": "2026-11-20",
        "b2026": "2026-11-27",
        "a2025": "2025-11-20",
        "b2025": "2025-11-27",
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "The next meeting of the board will take place on Wednesday, November 25th, 2026 at 1pm. The papers are:",
        "The board met on Wednesday 25 November 2026 and considered:",
        "Next board meeting: Wednesday, November 25th, 2026",
    ],
)
def test_the_sentence_above_a_list_of_papers_says_their_day(sentence: str) -> None:
    items = "".join(
        f"<li>{file(name, words)}</li>" for name, words in (("a", "Agenda"), ("b", "Winter plan"))
    )
    assert days(f"<p>{sentence}</p><ul>{items}</ul>") == {"a": "2026-11-25", "b": "2026-11-25"}


def test_the_sentence_above_a_list_without_papers_says_nothing() -> None:
    items = "".join(
        f"<li>{file(name, words)}</li>" for name, words in (("a", "Standing orders"), ("b", "Our values"))
    )
    assert days(f"<p>The next board meeting is on 25 November 2026.</p><ul>{items}</ul>") == {}


def test_a_list_of_one_has_the_day_that_is_called_so_under_its_link() -> None:
    """In a longer list the repeating items show which day is whose."""
    item = f"<div><div>{file('a')}</div><p>Meeting date: 28 October 2026</p><span>PDF</span></div>"
    assert days(item) == {"a": "2026-10-28"}
    assert days(item.replace("Meeting date", "Published")) == {"a": ""}
    assert days(item.replace("Meeting date: ", "")) == {"a": ""}, "the day may be any"


def test_a_day_in_brackets_behind_its_month_is_a_day() -> None:
    assert (
        days(f"<p><b>2026</b></p><p><b>November (Thu 26th)</b></p><ul><li>{file('a')}</li></ul>")["a"]
        == "2026-11-26"
    )


def test_a_month_takes_its_day_from_a_sentence_of_many_days_and_two_years() -> None:
    said = "In 2026 the board meets on 28 January, 25 March, 27 May and 29 July. In 2027 it will meet on 27 January and 31 March."
    listed = "".join(
        f"<li>{file(name, f'{name.title()} 2026 Board papers')}</li>"
        for name in ("january", "march", "may", "july")
    )
    assert days(f"<p>{said}</p><h2>2026</h2><ul>{listed}</ul>") == {
        "january": "2026-01-28",
        "march": "2026-03-25",
        "may": "2026-05-27",
        "july": "2026-07-29",
    }


def test_a_part_s_number_in_a_file_s_name_is_no_day() -> None:
    parts = "".join(f"<li>{file(f'December-{n}', f'December 2025 joint pack part {n}')}</li>" for n in (1, 2))
    assert days(f"<ul>{parts}</ul>") == {"December-1": "2025-12", "December-2": "2025-12"}


def test_days_that_follow_their_months_are_no_years() -> None:
    folder = "<li><span>{} {}</span><ul><li>{}</li></ul></li>"
    inside = folder.format("September", 24, file("a")) + folder.format("July", 30, file("b"))
    assert days(f"<ul><li><span>2026</span><ul>{inside}</ul></li></ul>") == {
        "a": "2026-09-24",
        "b": "2026-07-30",
    }


def test_a_file_of_an_earlier_month_keeps_the_day_of_its_meeting() -> None:
    item = f"<li>Paper 4, finance to the end of October: {file('a', 'View PDF (0.9MB)')}</li>"
    lead = "<p>The board will meet on Wednesday the 25th at 1pm. (Uploaded 18th November.)</p>"
    assert days(f"<h2>November 2026</h2>{lead}<ul>{item}</ul>") == {"a": "2026-11-25"}


def test_tabs_that_name_their_panels_are_not_paired_by_their_order_too() -> None:
    tabs = "".join(f"<button role='tab' aria-controls='y{year}'>{year}</button>" for year in (2026, 2025))
    panel = f"<section role='tabpanel' id='y2026'><h2>2026</h2><ol><li><div>19 Nov</div>{file('a')}</li></ol></section>"
    assert days(f"<div role='tablist'>{tabs}</div>{panel}") == {"a": "2026-11-19"}


def test_a_list_below_the_heading_is_matter_whatever_its_class() -> None:
    listed = f"<ul class='list navigation'><li>{file('a', 'Board papers 19 November 2026')}</li></ul>"
    assert days(listed) == {"a": "2026-11-19"}


def test_a_file_whose_name_a_system_ends_with_aspx_is_a_file() -> None:
    items = "".join(
        f"<dt>Item {n}</dt><dd class='t'>Report {n}</dd><dd class='e'><a href='/getmedia/x/e{n}.pdf.aspx'>Enc {n}</a></dd>"
        for n in (1, 2)
    )
    assert days(f"<h2>19 November 2026</h2><dl>{items}</dl>") == {"e1": "2026-11-19", "e2": "2026-11-19"}


def test_a_sentence_of_many_meetings_gives_each_its_papers_and_all_its_year() -> None:
    parts = "; ".join(
        f"{day} (<a href='/f/{name}.pdf'>papers</a>)"
        for day, name in (("26 March", "a"), ("24 September", "b"))
    )
    assert days(f"<p>In 2026 the board met in public on {parts}.</p>") == {
        "a": "2026-03-26",
        "b": "2026-09-24",
    }


def test_a_meeting_of_two_days_with_their_weekdays_is_that_of_the_first() -> None:
    assert days(f"<h3>Wednesday 29 and Thursday 30 July 2026</h3><p>{file('a')}</p>") == {"a": "2026-07-29"}


@pytest.mark.parametrize(
    "badge", ["<p>November</p><p>Thursday 26th</p>", "<p>26</p><p>NOV</p>", "<p>Thu</p><p>Nov</p><p>26</p>"]
)
def test_the_parts_of_a_badge_are_one_day_in_any_order(badge: str) -> None:
    columns = "".join(
        f"<div class='col'><p>{file(f'{name}{year}')}</p></div>" for name in "ab" for year in [2026]
    )
    rows = f"<div class='cols'><div class='col'>{badge}</div>{columns}</div>"
    other = rows.replace("a2026", "c").replace("b2026", "d").replace("26", "27").replace("Thu", "Fri")
    assert days(f"<h2>2026</h2>{rows}{other}")["a2026"] == "2026-11-26"


def test_the_day_that_a_meeting_s_page_calls_its_own_counts_before_that_of_the_way() -> None:
    page = f"<p>Papers for the board meeting on 26 November 2026.</p><p>Published 20 November 2026</p><ul><li>{file('a')}</li></ul>"
    assert days(page, when="2026-11-20", title="x") == {"a": "2026-11-26"}
    assert days(page.replace("26 November", "20 November"), when="2026-11-20", title="x") == {
        "a": "2026-11-20"
    }


def test_what_a_meeting_s_page_leads_to_has_the_day_that_the_page_calls_its_own() -> None:
    head = "<p>Papers for the board meeting on 26 November 2026.</p>"
    more = "<p><a href='/board/papers/more/'>Documents for this meeting</a></p>"
    led = [
        each.context["when"]
        for each in found(head + more, when="2026-11-20", title="x")
        if isinstance(each, Fetch)
    ]
    assert led == ["2026-11-26"]


def test_the_text_of_a_meeting_s_page_is_of_the_day_that_the_page_calls_its_own() -> None:
    text = " ".join(["The board agreed the budget and the plan for the winter."] * 8)
    page = f"<h2>Minutes</h2><p>Papers for the board meeting on 26 November 2026.</p><p>{text}</p>"
    [minutes] = days(page, when="2026-11-20", title="Minutes").values()
    assert minutes == "2026-11-26"


STAMPS = [
    "Submitted by Communications on 12 November 2026",
    "Submitted by admin on Thu, 12/11/2026 - 10:15",
    "Submitted on 12 November 2026",
    "Posted: 12 November 2026",
    "12 November 2026 by Admin",
    "Created by Admin, 12 November 2026",
]


@pytest.mark.parametrize("stamp", [*STAMPS, "Thursday 12 November 2026", "<time>12 November 2026</time>"])
@pytest.mark.parametrize("way", [{}, {"when": "2026-11-12", "title": "Board meeting"}])
@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Board meeting 26 November 2026", ""),
        ("Board meeting, November", "<p>The board will meet on 26 November 2026 at 1pm.</p>"),
        ("Board meeting papers", "<p>For the meeting held on Thursday 26th November 2026.</p>"),
    ],
)
def test_the_day_of_a_post_gives_way_to_the_meeting_that_its_title_or_text_names(
    heading: str, text: str, way: dict[str, str], stamp: str
) -> None:
    post = f"<main><h1>{heading}</h1><p class='meta'>{stamp}</p>{text}<h2>Documents</h2><p>{file('a')}</p></main>"
    papers = [each for each in read(post, **way) if isinstance(each, Document)]
    assert [each.meeting_key for each in papers] == ["board-2026-11-26"]


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_post_that_names_no_meeting_s_day_says_when_its_papers_were_published(stamp: str) -> None:
    post = f"<main><h1>Board papers</h1><p>{stamp}</p><p>{file('a')}</p></main>"
    [paper] = [each for each in read(post) if isinstance(each, Document)]
    assert (paper.meeting_key, paper.published_on) == (None, date(2026, 11, 12))


MENU = "<ul><li><a href='/care/'>Care</a></li><li><a href='/meetings/'>Meetings</a></li><li><a href='/papers/'>Board papers</a></li></ul>"
HEADS = [
    "<div class='header'><h1>Vale Trust</h1><div class='menu'>{}</div></div>",
    "<div class='header'><h1><a href='/'>Vale Trust</a></h1>{}</div>",
    "<div id='masthead'><h1>Vale Trust</h1><div class='main-navigation'>{}</div></div>",
    "<div role='banner'><h1>Vale Trust</h1>{}</div>",
    "<div class='site-header'><div><h1>Vale Trust</h1></div><div class='nav'>{}</div></div>",
    "<div><h1><a href='https://trust.example/'>Vale Trust</a></h1><p>{}</p></div>",
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("heading", ["<h1>Board papers</h1>", "<h2>Board papers</h2>", ""])
def test_a_menu_below_the_site_s_name_is_frame(heading: str, head: str) -> None:
    paper = f"<h3>26 November 2026</h3><p>{file('a')}</p>"
    page = read(f"{head.format(MENU)}<div>{heading}{paper}</div>")
    assert [each.url for each in page if isinstance(each, Fetch)] == []
    assert [each.meeting_key for each in page if isinstance(each, Document)] == ["board-2026-11-26"]


def test_a_list_below_a_page_s_own_heading_is_matter_in_a_header_too() -> None:
    years = "<ul class='menu'><li><a href='/p/2026/'>2026</a></li><li><a href='/p/2025/'>2025</a></li></ul>"
    for head in (
        "<div class='page-header'>{}</div>",
        "<article><header>{}</header></article>",
        "<div>{}</div>",
    ):
        page = read(
            head.format(f"<h1><a href='#top'>Board papers</a></h1>{years}") + "<div><h2>Contact</h2></div>"
        )
        assert {each.url for each in page if isinstance(each, Fetch)} == {
            "https://trust.example/p/2026/",
            "https://trust.example/p/2025/",
        }


def test_the_days_of_next_year_head_no_papers_and_a_next_meeting_that_its_agenda_names_does() -> None:
    table = "<table><thead><tr><th>Item<th>Paper</thead>"
    table += f"<tr><td>1<td>{file('Agenda-24-11-2026', 'Agenda')}<tr><td>2<td>{file('m', 'Draft minutes 27 October 2026')}"
    table += f"<tr><td>3<td>{file('log', 'Action log')}</table>"
    told = "<p><b>Dates for 2027:</b> 26 January, 30 March, 25 May, 27 July.</p>"
    head = "<h2>Next meeting: Tuesday 24 November 2026</h2>"
    assert days(told + head + table) == dict.fromkeys(("Agenda-24-11-2026", "m", "log"), "2026-11-24")


def test_the_head_of_a_column_leaves_no_meeting() -> None:
    rows = "".join(
        f"<tr><td>{day} 2026<td>{file(f'p{number}')}<td>{file(f's{number}', 'Presentation: winter')}"
        for number, day in enumerate(("3 June", "1 July"))
    )
    table = f"<table><thead><tr><th>Date<th>Papers<th>Other documents</thead>{rows}</table>"
    assert days(table) == {"p0": "2026-06-03", "s0": "2026-06-03", "p1": "2026-07-01", "s1": "2026-07-01"}


def test_a_list_of_meetings_is_no_meetings_page_whatever_day_led_to_it() -> None:
    listed = "".join(
        f"<li>{file(name, f'Trust Board papers {day} 2026')}</li>"
        for name, day in (("a", "12 November"), ("b", "10 September"), ("c", "9 July"), ("d", "14 May"))
    )
    undated = f"<li>{file('dates', 'Trust Board meeting dates 2027')}</li>"
    assert days(f"<ul>{listed}{undated}</ul>", when="2026-06-18") == {
        "a": "2026-11-12",
        "b": "2026-09-10",
        "c": "2026-07-09",
        "d": "2026-05-14",
    }


def test_minutes_that_another_meeting_will_confirm_are_of_their_own() -> None:
    item = f"<li><h3>{file('m', 'Draft minutes - 10 September 2026')}</h3><p>To be confirmed by the Board in November.</p></li>"
    other = f"<li><h3>{file('n', 'Minutes - 9 July 2026')}</h3><p>Approved.</p></li>"
    assert days(f"<ul>{item}{other}</ul>") == {"m": "2026-09-10", "n": "2026-07-09"}


@pytest.mark.parametrize(
    "name",
    [
        "Council of Governors meeting: 14 October 2026",
        "Annual Members' Meeting 2026",
        "Annual General Meeting 2026",
    ],
)
def test_a_news_item_that_is_of_a_public_meeting_is_a_way_to_its_papers(name: str) -> None:
    items = "".join(
        f"<li><a href='/news/{number}'>{title}</a><p>{day} 2026</p></li>"
        for number, (title, day) in enumerate(
            (
                (name, "14 October"),
                ("Board meeting: 1 October 2026", "1 October"),
                ("New eye unit opens", "2 October"),
            )
        )
    )
    followed = {each.url for each in found(f"<ul>{items}</ul>") if isinstance(each, Fetch)}
    assert "https://trust.example/news/0" in followed
    assert "https://trust.example/news/2" not in followed


def test_guides_to_attending_are_no_papers() -> None:
    names = (
        "Guide to attending our meetings",
        "See all dates for 2027",
        "Protocol for questions from the public",
    )
    helps = "".join(f"<li>{file(f'g{number}', name)}</li>" for number, name in enumerate(names))
    page = f"<h2>Thursday 26 November 2026</h2><ul><li>{file('a')}</li>{helps}</ul>"
    assert days(page) == {"a": "2026-11-26"}


def test_a_name_that_an_editor_split_into_two_links_is_one() -> None:
    page = "<h2>28 May 2026</h2><p><a href='/f/a.pdf'>Agenda and p</a><a href='/f/a.pdf'>apers</a></p>"
    page += "<p><a href='/f/b.pdf'>Appendices</a><a href='/f/b.pdf' download>Download</a></p>"
    taken = [(each.title, each.kind.value) for each in found(page) if isinstance(each, Document)]
    assert [kind for _, kind in taken] == ["pack", "pack"]
    assert "Agenda and papers" in taken[0][0]
    assert "Download" not in taken[1][0]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Part 1 (items 1 to 8)", "pack"),
        ("Part 2 (items 9-17)", "pack"),
        ("Part 2: strategy refresh", "report"),
        ("Appendices", "pack"),
        ("Item 5 appendices", "report"),
    ],
)
def test_a_part_of_several_items_is_a_pack(words: str, kind: str) -> None:
    page = f"<h2>28 May 2026</h2><ul><li>{file('agenda', 'Agenda')}</li><li>{file('a', words)}</li></ul>"
    kinds = {
        each.url.rpartition("/")[2]: each.kind.value for each in found(page) if isinstance(each, Document)
    }
    assert kinds["a.pdf"] == kind


def test_a_month_has_the_day_that_the_first_column_of_a_table_of_dates_gives_that_body() -> None:
    rows = "".join(
        f"<tr><td>{day} 2026<td>9.30am<td>{body}"
        for day, body in (
            ("Wednesday 1 July", "Seminar room"),
            ("Wednesday 22 July", "Council of Governors"),
            ("Wednesday 2 September", "Board"),
        )
    )
    table = f"<h2>Meeting dates 2026</h2><table><thead><tr><th>Date<th>Time<th>Meeting</thead>{rows}</table>"
    listed = f"<li>{file('a', 'Board papers - July 2026')}</li><li>{file('b', 'Board papers - September 2026')}</li>"
    assert days(f"{table}<h2>Papers 2026</h2><ul>{listed}</ul>") == {"a": "2026-07-01", "b": "2026-09-02"}


@pytest.mark.parametrize("month", ["Jully", "Marrch", "Aprril", "Septmeber", "Febuary"])
def test_a_month_that_is_mistyped_is_read(month: str) -> None:
    day = {"J": "07-23", "M": "03-23", "A": "04-23", "S": "09-23", "F": "02-23"}[month[0]]
    assert days(f"<h2>23 {month} 2026</h2><ul><li>{file('a')}</li></ul>") == {"a": f"2026-{day}"}


def test_the_rest_of_a_list_too_long_for_a_run_is_said_and_that_of_an_old_one_is_not() -> None:
    def left(year: str) -> list[LeftReason]:
        listed = "".join(
            f"<li>{file(f'a{month}', f'Board papers 5 {month} {year}')}</li>" for month in ("May", "March")
        )
        page = f"<ul>{listed}</ul><nav class='pagination'><a href='?page=21' rel='next'>Next</a></nav>"
        return [each.reason for each in found(page, page="20") if isinstance(each, Left)]

    assert left("2026") == [LeftReason.TOO_MANY_PAGES]
    assert left("2019") == []
