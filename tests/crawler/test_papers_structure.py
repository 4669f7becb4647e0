"""What the markup of a papers page means: its tables, labels and panels, its headings, its frame, its links."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.platforms import papers_page
from pipeline.model import Capture, Document, Fetch, Found, Source

PLACE = "https://trust.example/board/papers"
DAY, NEXT = "26 November 2026", "28 January 2027"
ON, ON_NEXT = "2026-11-26", "2027-01-28"


def read(page: str) -> list[Found]:
    source = Source(id="trust", name="Trust", kind="trust", platform="papers_page", url=PLACE)
    capture = Capture(
        url=PLACE,
        status=200,
        headers={},
        media_type="text/html",
        body=f"<html><body>{page}</body></html>".encode(),
        fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    context = {"since": "2025-01-01", "until": "2027-06-30", "depth": "2"}
    return list(papers_page.parse(source, Fetch(url=PLACE, step="papers", context=context), capture))


def papers(matter: str, heading: str = "<h1>Board papers</h1>") -> dict[str, Document]:
    """The papers of a page by the file's name."""
    found = read(heading + matter)
    return {
        each.url.rpartition("/")[2].partition(".")[0]: each for each in found if isinstance(each, Document)
    }


def days(matter: str, heading: str = "<h1>Board papers</h1>") -> dict[str, str]:
    found = papers(matter, heading)
    return {name: (each.meeting_key or "").removeprefix("board-") for name, each in found.items()}


def a(name: str, words: str = "Agenda") -> str:
    return f"<a href='/files/{name}.pdf'>{words}</a>"


def test_a_cell_over_several_rows_is_in_each_of_them() -> None:
    rows = f"<tr><td rowspan='2'>{DAY}</td><td>{a('a')}</td></tr><tr><td>{a('b', 'Minutes')}</td></tr>"
    last = f"<tr><td>{NEXT}</td><td>{a('c')}</td></tr>"
    assert days(f"<table><tr><th>Date</th><th>Paper</th></tr>{rows}{last}</table>") == {
        "a": ON,
        "b": ON,
        "c": ON_NEXT,
    }


def test_a_cell_over_rows_and_columns_moves_the_cells_after_it() -> None:
    head = "<tr><th>No.</th><th>Board</th><th>Quality Committee</th></tr>"
    first = f"<tr><td rowspan='2' colspan='2'>{DAY}</td><td>{a('a')}</td></tr><tr><td>{a('b')}</td></tr>"
    found = papers(f"<table>{head}{first}</table>")
    assert {each.meeting_key for each in found.values()} == {f"quality-committee-{ON}"}


def test_a_table_made_of_roles_is_one_whatever_notes_its_author_left_in_it() -> None:
    def row(*cells: str, role: str = "cell") -> str:
        return f"<div role='row'>{''.join(f'<div role={role!r}>{cell}</div>' for cell in cells)}</div>"

    head = row("Meeting", "Paper", role="columnheader")
    rows = row(DAY, a("a")) + row(NEXT, a("b"))
    assert days(f"<div role='table'><!-- drawn by script -->{head}{rows}</div>") == {"a": ON, "b": ON_NEXT}


@pytest.mark.parametrize("length", [60, 200])
def test_a_row_of_one_cell_is_over_the_rows_below_it_if_it_is_no_paragraph(length: int) -> None:
    said = f"Papers of {DAY} ".ljust(length, "x")
    row = f"<tr><td>1</td><td>{a('a')}</td></tr>"
    assert days(f"<table><tr><td colspan='2'>{said}</td></tr>{row}</table>") == {
        "a": ON if length < 100 else ""
    }


def test_a_label_opens_one_panel() -> None:
    """Tabs that name theirs are not paired by their order, too, with what comes next."""
    tabs = f"<ul class='tabs'><li><a href='#p'>{DAY}</a></li><li><a href='#q'>{NEXT}</a></li></ul>"
    notes = (
        f"<div class='note'>{a('x', 'Board papers')}</div><div class='note'>{a('y', 'Board papers')}</div>"
    )
    panels = f"<section><div id='p'>{a('a')}</div><div id='q'>{a('b')}</div></section>"
    assert days(tabs + notes + panels) == {"x": "", "y": "", "a": ON, "b": ON_NEXT}


def test_a_way_back_to_the_top_of_a_panel_is_no_label_of_it() -> None:
    panel = f"<div id='p'><a href='#p'>Up from {NEXT}</a><p>{a('a')}</p></div>"
    assert days(f"<h2>{DAY}</h2>{panel}") == {"a": ON}


@pytest.mark.parametrize("around", ["{}", "<div>{}</div>"])
def test_tabs_without_names_open_the_panels_after_them_in_their_order(around: str) -> None:
    tabs = f"<ul class='tabs'><li>{DAY}</li><li>{NEXT}</li></ul>"
    panels = f"<div>{a('a')}</div><div>{a('b')}</div>"
    assert days(tabs + around.format(panels)) == {"a": ON, "b": ON_NEXT}


def test_a_label_without_words_says_nothing_of_its_panel() -> None:
    panel = f"<button aria-controls='p'><svg></svg></button><div id='p'>{a('a')}</div>"
    assert days(f"<h2>{DAY}</h2>{panel}") == {"a": ON}


def test_a_heading_that_looks_like_a_label_is_over_all_that_follows_it() -> None:
    parts = f"<div class='row'>{a('a')}</div><div class='row'>{a('b', 'Minutes')}</div>"
    assert days(f"<h3 class='accordion-title'>{DAY}</h3>{parts}") == {"a": ON, "b": ON}


def test_a_label_is_no_panel_of_the_label_before_it() -> None:
    labels = f"<div class='accordion-title'>{NEXT}</div><div class='accordion-title'>{DAY}</div>"
    assert days(f"{labels}<div>{a('a')}</div>") == {"a": ON}


@pytest.mark.parametrize(
    "shown",
    [
        "<iframe src='/files/a.pdf' title='Board papers'></iframe>",
        "<object data='/files/a.pdf' title='Board papers'></object>",
        "<embed src='/files/a.pdf' title='Board papers'>",
        "<iframe></iframe><iframe src='/viewer.html?file=/files/a.pdf' title='Board papers'></iframe>",
    ],
)
def test_a_file_that_is_shown_on_the_page_is_a_paper_of_the_day_above_it(shown: str) -> None:
    [found] = papers(f"<h2>{DAY}</h2>{shown}").values()
    assert (found.url, found.title, found.meeting_key) == (
        "https://trust.example/files/a.pdf",
        "Board papers",
        f"board-{ON}",
    )


@pytest.mark.parametrize("moment", ["2026-11-26", "2026-11-26T10:00:00Z", "2026-11-26 10:00 am"])
def test_the_moment_of_a_time_is_its_day_in_whatever_form_its_hour_is(moment: str) -> None:
    other = f"<div class='card'>{NEXT} {a('b')}</div>"
    assert days(f"<div class='card'><time datetime='{moment}'>Thursday</time> {a('a')}</div>{other}") == {
        "a": ON,
        "b": ON_NEXT,
    }


@pytest.mark.parametrize("first", ["Agenda and p", "<b>Agenda and p</b>"])
def test_a_name_that_is_split_between_two_links_is_whole(first: str) -> None:
    link = "<a href='/files/a.pdf'>{}</a>"
    found = papers(f"<h2>{DAY}</h2><p>{link.format(first)}{link.format('apers')}</p>")
    assert [each.title for each in found.values()] == ["Agenda and papers"]


@pytest.mark.parametrize("length", [60, 200])
def test_a_paragraph_in_the_clothes_of_a_heading_is_over_nothing(length: int) -> None:
    said = f"Papers of {DAY} ".ljust(length, "x")
    assert days(f"<h2>{said}</h2><p>See below.</p><p>{a('a')}</p>") == {"a": ON if length < 100 else ""}


def test_the_rank_that_a_heading_says_is_its_rank() -> None:
    def heading(words: str, level: int) -> str:
        return f"<div role='heading' aria-level='{level}'>{words}</div>"

    first = heading(DAY, 2) + heading("Opening business", 3) + f"<p>{a('a')}</p>"
    second = heading("Other papers", 2) + f"<p>{a('b', 'Board papers')}</p>"
    assert days(first + second) == {"a": ON, "b": ""}


def test_a_heading_with_an_address_that_is_none_leads_nowhere() -> None:
    heading = f"<h1><a href='http://[trust/'>Board meeting of {DAY}</a></h1>"
    assert days(f"<p>{a('a')}</p>", heading) == {"a": ON}


def test_the_part_around_the_name_of_a_site_is_matter_where_there_is_no_other() -> None:
    found = read("<div><h1><a href='/'>Trust</a></h1><p><a href='/z'>Agendas and minutes</a></p></div>")
    assert [each.url for each in found if isinstance(each, Fetch)] == ["https://trust.example/z"]


def test_a_line_without_end_still_has_its_links() -> None:
    assert days(f"<h2>{DAY}</h2><p>{'All are welcome. ' * 200}{a('a')}</p>") == {"a": ON}


SPRING = {"a3": "2026-03-26", "m3": "2026-03-26", "a5": "2026-05-28", "m5": "2026-05-28"}
TURNED = {
    "plain cells": "<table><caption>Meetings of 2026</caption><tr><td></td><td>26 March</td><td>28 May</td></tr>"
    "<tr><td>Agenda</td><td>{a3}</td><td>{a5}</td></tr><tr><td>Minutes</td><td>{m3}</td><td>{m5}</td></tr></table>",
    "heads": "<table><tr><th>Paper</th><th>Thu 26 March 2026</th><th>Thu 28 May 2026</th></tr>"
    "<tr><th>Agenda</th><td>{a3}</td><td>{a5}</td></tr><tr><th>Minutes</th><td>{m3}</td><td>{m5}</td></tr></table>",
    "two rows of heads": "<table><tr><th rowspan='2'>Body</th><th colspan='2'>26 March 2026</th><th colspan='2'>28 May 2026</th></tr>"
    "<tr><th>Agenda</th><th>Minutes</th><th>Agenda</th><th>Minutes</th></tr>"
    "<tr><td>Board</td><td>{a3}</td><td>{m3}</td><td>{a5}</td><td>{m5}</td></tr></table>",
    "two plain rows": "<table><tr><td></td><td colspan='2'>26 March 2026</td><td colspan='2'>28 May 2026</td></tr>"
    "<tr><td></td><td>Agenda</td><td>Minutes</td><td>Agenda</td><td>Minutes</td></tr>"
    "<tr><td>Board</td><td>{a3}</td><td>{m3}</td><td>{a5}</td><td>{m5}</td></tr></table>",
    "a year over the days": "<table><tr><th></th><th colspan='2'>2026</th></tr><tr><th></th><th>26 March</th><th>28 May</th></tr>"
    "<tr><th>Agenda</th><td>{a3}</td><td>{a5}</td></tr><tr><th>Minutes</th><td>{m3}</td><td>{m5}</td></tr></table>",
    "rows of divisions": "<div class='grid'><div class='row'><div></div><div>26 March 2026</div><div>28 May 2026</div></div>"
    "<div class='row'><div>Agenda</div><div>{a3}</div><div>{a5}</div></div>"
    "<div class='row'><div>Minutes</div><div>{m3}</div><div>{m5}</div></div></div>",
    "divisions with heads": "<div><div class='row'><div>Date</div><div>Agenda</div><div>Minutes</div></div>"
    "<div class='row'><div>26 March 2026</div><div>{a3}</div><div>{m3}</div></div>"
    "<div class='row'><div>28 May 2026</div><div>{a5}</div><div>{m5}</div></div></div>",
}


@pytest.mark.parametrize("table", TURNED.values(), ids=TURNED.keys())
def test_a_day_over_a_column_is_that_of_its_papers(table: str) -> None:
    matter = table.format(**{name: a(name, "View") for name in SPRING})
    assert days(matter) == SPRING
    kinds = {name: each.kind.value for name, each in papers(matter).items()}
    assert kinds == {"a3": "agenda", "m3": "minutes", "a5": "agenda", "m5": "minutes"}


def test_a_cell_that_has_no_paper_names_no_row() -> None:
    head = "<tr><th>Paper</th><th>26 March 2026</th><th>28 May 2026</th></tr>"
    found = papers(f"<table>{head}<tr><td>Minutes</td><td>n/a</td><td>{a('m5', 'PDF')}</td></tr></table>")
    assert [(each.title, each.kind.value) for each in found.values()] == [("Minutes", "minutes")]


def test_a_row_of_a_turned_table_says_whose_its_papers_are() -> None:
    head = "<tr><th>Body</th><th>26 March 2026</th><th>28 May 2026</th></tr>"
    rows = "".join(
        f"<tr><th>{body}</th><td>{a(name + '3', 'Papers')}</td><td>{a(name + '5', 'Papers')}</td></tr>"
        for name, body in (("b", "Board"), ("f", "Finance Committee"))
    )
    assert days(f"<table>{head}{rows}</table>") == {
        "b3": "2026-03-26",
        "b5": "2026-05-28",
        "f3": "finance-committee-2026-03-26",
        "f5": "finance-committee-2026-05-28",
    }
