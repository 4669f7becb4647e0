"""What stands beside papers and leads to them: menus, words that point, bodies' names, sizes and stamps.

The pages are our own, a kind each; each is one that the reader once read wrongly.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.platforms import papers_page
from pipeline.model import Capture, Document, Fetch, Source

URL = "https://trust.example/board/papers"
NAV = (
    '<nav aria-label="Section"><ul><li><a href="/board/papers">Papers</a></li>'
    '<li><a href="{}">{}</a></li></ul></nav>'
)
LIST = (
    '<h2>Thursday 14 May 2026</h2><ul><li><a href="/f/a.pdf">Agenda</a></li>'
    '<li><a href="/f/b.pdf">Papers</a></li></ul>'
)


def read(
    matter: str, *, heading: str = "Board papers", nav: str = "", step: str = "papers", **context: str
) -> list[Any]:
    main = f"<main><h1>{heading}</h1>{matter}</main>"
    body = f"<html><head><title>{heading}</title></head><body>{nav}{main}</body></html>"
    source = Source(id="trust", name="Trust", kind="trust", platform="papers_page", url=URL)
    said = {"since": "2026-03-01", "until": "2026-07-31", "depth": "2", **context}
    answer = Capture(
        url=URL,
        status=200,
        headers={},
        media_type="text/html",
        body=body.encode(),
        fetched_at=datetime(2026, 5, 10, tzinfo=UTC),
    )
    return list(papers_page.parse(source, Fetch(url=URL, step=step, context=said), answer))


def followed(found: list[Any]) -> list[str]:
    return [each.url.removeprefix("https://trust.example") for each in found if isinstance(each, Fetch)]


def taken(found: list[Any]) -> dict[str, Document]:
    return {each.url.rpartition("/")[2]: each for each in found if isinstance(each, Document)}


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("/board/minutes", "Minutes"),
        ("/somewhere/else", "Archive"),
        ("/board/papers/2025", "Previous meetings"),
    ],
)
def test_a_menu_leads_to_the_other_parts_of_the_papers(href: str, words: str) -> None:
    assert followed(read(LIST, nav=NAV.format(href, words))) == [href]


def test_a_menu_of_another_host_is_not_that_of_the_papers() -> None:
    """The same address there is another page, and an entry for this page leads to nothing new."""
    for href in ("https://files.trust.example/board/minutes", URL):
        assert followed(read(LIST, nav=NAV.format(href, "Minutes"))) == []


@pytest.mark.parametrize(
    "words", ["News", "Who is who", "Our services", "Meetings", "Annual reports", "Contact"]
)
def test_other_entries_of_a_menu_are_left(words: str) -> None:
    assert followed(read(LIST, nav=NAV.format("/board/other", words))) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Minutes are on a <a href='/x/1'>separate page</a>.",
        "Our Board meets in public. Papers from before March 2026 are <a href='/x/1'>here</a>.",
        "Older agendas are kept in <a href='/x/1'>our archive</a>.",
        "<a href='/x/1'>When the boards met apart (up to March 2026)</a>",
    ],
)
def test_words_that_only_point_lead_where_their_sentence_says(sentence: str) -> None:
    assert followed(read(f"{LIST}<p>{sentence}</p>")) == ["/x/1"]


def test_a_form_that_a_sentence_asks_for_is_no_paper() -> None:
    form = "To come along, fill in the form <a href='/f/form.docx'>here</a>."
    sentence = f"Papers are <a href='/f/c.pdf'>here</a>. {form}"
    assert set(taken(read(f"<h2>14 May 2026</h2><p>{sentence}</p>"))) == {"c.pdf"}


@pytest.mark.parametrize("name", ["Quality and Safety Committee", "Public Board", "Joint Strategy Committee"])
def test_the_name_of_a_body_in_a_list_leads_to_its_papers(name: str) -> None:
    head = "<tr><th>Name</th><th>Modified</th></tr>"
    row = f"<tr><td><a href='/x/1'>{name}</a></td><td>18/05/2026</td></tr>"
    assert followed(read(f"<table>{head}{row}</table>", heading="Board document library")) == ["/x/1"]


def test_a_standing_document_with_a_day_of_its_own_is_no_item_of_the_meeting_above() -> None:
    below = "<p><a href='/f/tor.pdf'>Terms of reference</a> (agreed 9 July 2025)</p>"
    line = "<p><a href='/f/p.pdf'>Conflicts policy</a> | <a href='/f/c.pdf'>Constitution</a></p>"
    assert set(taken(read(f"{LIST}{below}{line}"))) == {"a.pdf", "b.pdf"}


def test_letters_under_the_column_of_papers_are_papers() -> None:
    head = "<tr><th>Meeting</th><th>Agenda</th><th>Papers</th></tr>"
    place = "/documents/20182/1048576/pack+{0}/ba605569-7463-6c4f-bbdc-f3115c57{0}{0}{0}{0}?t=17938"
    links = " ".join(f"<a href='{place.format(each)}'>{each.upper()}</a>" for each in "ab")
    agenda = f"<a href='{place.format('c')}'><img alt='PDF' src='/p.png'></a>"
    found = read(f"<table>{head}<tr><td>14.05.26</td><td>{agenda}</td><td>{links}</td></tr></table>")
    assert len(taken(found)) == 3
    assert followed(found) == []


def test_a_page_of_papers_that_gives_nothing_is_looked_around_in() -> None:
    matter = (
        "<ul><li><a href='/x/1'>What our directors decided</a></li><li><a href='/news/2'>News</a></li></ul>"
    )
    assert followed(read(matter)) == ["/x/1"]
    assert followed(read(f"{LIST}{matter}")) == []
    assert followed(read(matter, looks="0")) == []


SIZES = {
    "in the link": ("<li><a href='/f/a.pdf'>Agenda 14 May 2026 (PDF, {})</a></li>", "<ul>{}</ul>"),
    "in its line": (
        "<li><a href='/f/a.pdf'>Agenda 14 May 2026</a> <small>PDF {}</small></li>",
        "<ul>{}</ul>",
    ),
    "in its row": (
        "<tr><td><a href='/f/a.pdf'>Agenda 14 May 2026</a></td><td>{}</td></tr>",
        "<table><tr><th>Name</th><th>Size</th></tr>{}</table>",
    ),
    "below it": ("<dt><a href='/f/a.pdf'>Agenda 14 May 2026</a></dt><dd>PDF, {}</dd>", "<dl>{}</dl>"),
}
OTHER = "<li><a href='/f/b.pdf'>Papers 14 May 2026</a> (9.9 MB, updated 1 May 2026)</li>"


@pytest.mark.parametrize("place", SIZES)
def test_the_size_beside_a_paper_is_kept(place: str) -> None:
    record, around = SIZES[place]
    found = [
        taken(read(around.format(record.format(size)) + f"<ul>{OTHER}</ul>")) for size in ("1.2 MB", "1.4MB")
    ]
    assert [each["a.pdf"].printed for each in found] == ["1.2 MB", "1.4 MB"]
    assert [each["b.pdf"].printed for each in found] == ["9.9 MB; 2026-05-01"] * 2


def test_days_of_a_file_are_kept_and_those_of_meetings_are_not() -> None:
    stamps = "Published: 5 May 2026<br>Last updated: {}"
    pages = [
        f"<h2>14 May 2026</h2><dl><dt><a href='/f/a.pdf'>Agenda</a></dt><dd>{stamps.format(day)}</dd></dl>"
        for day in ("9 May 2026", "10 May 2026")
    ]
    said = [taken(read(page))["a.pdf"].printed for page in pages]
    assert said == ["2026-05-05; 2026-05-09", "2026-05-05; 2026-05-10"]


def test_two_links_of_one_line_have_a_size_each() -> None:
    line = (
        "<p>14 May 2026: <a href='/f/a.pdf'>Agenda</a> (120 KB) and <a href='/f/b.pdf'>papers</a> (8 MB)</p>"
    )
    assert {name: each.printed for name, each in taken(read(line)).items()} == {
        "a.pdf": "120 KB",
        "b.pdf": "8 MB",
    }


def test_a_host_below_the_body_s_own_is_its_own() -> None:
    pages = '<ul><li><a href="https://files.trust.example/minutes">Board minutes archive</a></li></ul>'
    found = read(f'{LIST}<p><a href="https://papers.trust.example/f/pack">Pack (PDF, 2 MB)</a></p>{pages}')
    assert [each.url for each in found if isinstance(each, Fetch)] == ["https://files.trust.example/minutes"]
    assert "pack" in taken(found)


def test_the_sections_in_a_lone_panel_stay_under_its_title() -> None:
    papers = "<h3>Papers</h3><p><a href='/f/a.pdf'>Finance report</a></p>"
    panel = f"<h5 class='et_pb_toggle_title'>14 May 2026</h5><div class='et_pb_toggle_content'>{papers}</div>"
    found = taken(read(f"<div class='et_pb_toggle'>{panel}</div>"))
    assert found["a.pdf"].meeting_key == "board-2026-05-14"


def test_a_list_of_years_is_no_menu_whatever_a_theme_calls_it() -> None:
    years = "".join(f'<li><a href="/board/papers/{year}">{year}</a></li>' for year in (2026, 2025))
    assert (
        followed(read(f'<div class="menu_pages"><ul class="card-menu">{years}</ul></div>'))[0]
        == "/board/papers/2026"
    )
    others = '<li><a href="/wards">Wards</a></li><li><a href="/parking">Parking</a></li>'
    assert followed(read(f'{LIST}<div class="menu_pages"><ul class="card-menu">{others}</ul></div>')) == []


@pytest.mark.parametrize("heading", ["Publications", "Documents and files"])
def test_a_year_of_papers_leads_to_its_days_whatever_stands_above_them(heading: str) -> None:
    rows = "".join(
        f'<tr><td><a href="/view/{day}">{day}.05.26</a></td><td>07/05/26</td></tr>' for day in (14, 28)
    )
    table = f"<h2>{heading}</h2><table><tr><th>Name</th><th>Modified Date</th></tr>{rows}</table>"
    assert followed(read(table, heading="2026", step="year")) == ["/view/14", "/view/28"]


def test_an_id_behind_a_file_s_name_hides_no_file() -> None:
    found = taken(read('<h2>14 May 2026</h2><p><a href="/d/1/Agenda.pdf/9c3e-1?t=1">Agenda</a></p>'))
    assert [paper.title for paper in found.values()] == ["Agenda"]
