"""What unseen layouts showed: each kind in more than one form, so that no layout is the rule."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.platforms import papers_page
from crawler.platforms.papers.wording.addresses import may_be_page
from pipeline.model import Capture, Document, DocumentKind, Fetch, Found, Left, Meeting, Source

PLACE = "https://trust.example/board/papers"


def read(body: str, title: str = "Board papers", **context: str) -> list[Found]:
    source = Source(id="trust", name="Trust", kind="trust", platform="papers_page", url=PLACE)
    capture = Capture(
        url=PLACE,
        status=200,
        headers={},
        media_type="text/html",
        body=f"<html><head><title>{title}</title></head><body><main>{body}</main></body></html>".encode(),
        fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    said = {"since": "2025-01-01", "until": "2027-02-13", "depth": "2", **context}
    return list(papers_page.parse(source, Fetch(url=PLACE, step="papers", context=said), capture))


def papers(body: str, **context: str) -> dict[str, Document]:
    found = read(body, **context)
    return {
        each.url.rpartition("/")[2].partition(".")[0]: each for each in found if isinstance(each, Document)
    }


def days(body: str, **context: str) -> dict[str, str]:
    return {name: each.meeting_key or "" for name, each in papers(body, **context).items()}


def a(name: str, words: str = "Board papers") -> str:
    return f'<a href="/files/{name}.pdf">{words}</a>'


@pytest.mark.parametrize(
    "head", ["<tr><th>Name</th><th>Modified</th></tr>", "<tr><th>File</th><th>Date added</th></tr>"]
)
def test_files_of_a_month_s_folder_take_the_day_that_one_of_them_says_and_no_upload(head: str) -> None:
    rows = "".join(
        f"<tr><td>{a(name, words)}</td><td>{sent}/11/2026 17:02</td></tr>"
        for name, words, sent in (("x", "01 Agenda 19.11.26", 12), ("y", "02 Finance report", 13))
    )
    told = days(f"<h1>11. November</h1><table>{head}{rows}</table>", when="2026-11", title="November")
    assert told == {"x": "board-2026-11-19", "y": "board-2026-11-19"}


@pytest.mark.parametrize("last", ["to March 2026", "until March 2026"])
def test_a_heading_that_ends_a_time_is_over_no_sections(last: str) -> None:
    listed = f"<h1>Boards</h1><h2>Hill Trust Board, {last}</h2><ul><li>{a('x', 'Board papers 5 March 2026')}</li></ul>"
    other = f"<h2>Working together</h2><ul><li>{a('y', 'Partnership agreement (October 2025)')}</li></ul>"
    assert set(days(listed + other)) == {"x"}


@pytest.mark.parametrize(
    "note",
    ["<em>circulated 3 November 2026</em>", "<span>(issued 3 November 2026)</span>", "sent 3 November 2026"],
)
def test_a_note_on_a_file_makes_no_record_of_its_field(note: str) -> None:
    field = "<div class='views-field'><span>{}</span></div>"
    row = field.format("<time datetime='2026-11-11'>11.11.26</time>") + "".join(
        field.format(f"{a(name, words)} {note}") for name, words in (("x", "Agenda"), ("y", "Papers"))
    )
    assert days(f"<h1>Board meetings</h1><div class='views-row'>{row}</div>") == {
        "x": "board-2026-11-11",
        "y": "board-2026-11-11",
    }


@pytest.mark.parametrize("inner", ["<h4>Position at 14 June 2026</h4>", "<p>dated 12 May 2026</p>"])
def test_a_term_over_papers_is_no_name_of_a_fact_whatever_days_they_say(inner: str) -> None:
    terms = "".join(
        f"<dt>{day}</dt><dd>{inner}<p>{a(name)}</p></dd>"
        for name, day in (("x", "Meeting 4"), ("y", "Meeting 3"))
    )
    dates = "<table><tr><th>No.</th><th>Date</th></tr><tr><td>3</td><td>26 August 2026</td></tr><tr><td>4</td><td>28 October 2026</td></tr></table>"
    assert days(f"<h1>Board papers</h1>{dates}<dl>{terms}</dl>") == {
        "x": "board-2026-10-28",
        "y": "board-2026-08-26",
    }


@pytest.mark.parametrize(
    "tags", [("board-meeting", "div"), ("meeting-card", "section")], ids=lambda tags: tags[0]
)
def test_a_lone_element_of_a_site_s_own_is_one_meeting_with_its_heading_last(tags: tuple[str, str]) -> None:
    own, part = tags
    matter = f"<{own}><{part}><ul><li>{a('x', 'Agenda')}</li><li>{a('y', 'Papers')}</li></ul></{part}><h3>12 May 2026</h3></{own}>"
    assert days(f"<h1>Board papers</h1>{matter}") == {"x": "board-2026-05-12", "y": "board-2026-05-12"}


@pytest.mark.parametrize("around", ["<article>{}</article>", "<article class='page'><div>{}</div></article>"])
def test_the_year_of_the_next_meeting_is_not_that_of_the_months_below(around: str) -> None:
    coming = "<p>The next meeting will be held on Thursday 28 January 2027 at 10am.</p>"
    row = "<tr><td>Board of Directors: papers for our November meeting</td><td><a href='/board/papers/november/'>View</a></td></tr>"
    page = around.format(
        f"<h1>Meetings in public</h1>{coming}<h2>Board of Directors</h2><table>{row}</table>"
    )
    found = [each for each in read(page) if isinstance(each, Fetch)]
    assert [each.url for each in found] == ["https://trust.example/board/papers/november"] or [
        each.url for each in found
    ] == ["https://trust.example/board/papers/november/"]


@pytest.mark.parametrize("section", ["Strategy", "Governance", "Annual reports"])
def test_a_section_stays_in_a_meeting_of_which_only_the_month_is_said(section: str) -> None:
    panel = f"<h4>Opening business</h4><p>{a('x', 'Agenda')}</p><h4>{section}</h4><div class='doc-card'><h4>Finance report</h4><p>{a('y', 'View PDF (5.8MB)')}</p></div>"
    page = f"<h1>Board and committee papers</h1><h3><button aria-controls='p0'>Board: January 2026</button></h3><div id='p0'>{panel}</div>"
    assert days(page) == {"x": "board-2026-01", "y": "board-2026-01"}


def test_a_page_cannot_leave_what_it_is_called() -> None:
    listed = f"<ul><li class='item'>{a('x', 'Questions to the Board and replies: 1 April 2026')}</li><li class='item'>{a('y', 'Trust Board papers 1 April 2026')}</li></ul>"
    assert days(f"<h1>Publications</h1>{listed}") == {"x": "board-2026-04-01", "y": "board-2026-04-01"}


@pytest.mark.parametrize("verb", ["took place", "takes place", "was held"])
@pytest.mark.parametrize("frame", ["<article>{}</article>", "<div class='node'>{}</div>"])
def test_a_meeting_s_page_has_the_day_on_which_it_says_it_takes_place(verb: str, frame: str) -> None:
    told = f"<p>Our Annual Members' Meeting {verb} on Thursday 17 September 2026 at 5pm. Read our <a href='/annual-report/'>annual report</a>.</p>"
    matter = f"<h1>Annual Members' Meeting 2026</h1><div class='submitted'>Posted on 3 September 2026</div>{told}<ul><li>{a('x', 'Agenda')}</li></ul>"
    told_days = days(frame.format(matter), when="2026-09-03", title="Annual Members' Meeting 2026")
    assert [each.rpartition("meeting-")[2] for each in told_days.values()] == ["2026-09-17"]


@pytest.mark.parametrize("button", ["Open", "View PDF (3.2MB)", "Download"])
@pytest.mark.parametrize("note", ["", "<div>Updated 1 December 2025</div>"])
def test_a_button_is_called_by_the_block_above_it(button: str, note: str) -> None:
    strips = "".join(
        f"<section><div><p>{day}</p></div><div><p>{words}</p></div>{note}<div>{a(name, button)}</div></section>"
        for name, day, words in (
            ("x", "26.11.26", "Public Board - agenda"),
            ("y", "", "Public Board - approved minutes"),
            ("z", "", "Public Board - papers"),
        )
    )
    found = papers(f"<h1>Board papers</h1>{strips}")
    assert [(each.title, each.kind.value) for each in found.values()] == [
        ("Public Board - agenda", "agenda"),
        ("Public Board - approved minutes", "minutes"),
        ("Public Board - papers", "pack"),
    ]


def test_a_sentence_over_several_buttons_names_none_of_them() -> None:
    listed = f"<p>The agenda and the minutes are below.</p><p>{a('finance-report', 'Download')}</p>"
    found = papers(f"<h1>Board papers</h1><h2>26 November 2026</h2>{listed}")
    assert [each.kind.value for each in found.values()] == ["report"]


def test_a_document_whose_card_says_that_it_is_there_is_no_paper_of_that_day() -> None:
    item = "<div class='timeline-item'><span>{} 2026</span><h3>{}</h3><p>{}</p></div>"
    cards = item.format("27 May", "Board meeting in public", f"The papers are {a('x', 'here')}.")
    cards += item.format("1 June", "Our strategy to 2031 is published", f"Our strategy is {a('y', 'here')}.")
    assert days(f"<h1>Board timeline</h1>{cards}") == {"x": "board-2026-05-27"}


@pytest.mark.parametrize("note", ["(dated 18 October 2026)", "(approved 18 October 2026)"])
def test_a_note_on_an_item_takes_it_from_no_meeting_that_its_own_place_says(note: str) -> None:
    card = f"<details><summary>27 October 2026: Board meeting</summary><ul><li>{a('x', 'Agenda')}</li><li>{a('y', 'Estates strategy')} {note}</li></ul></details>"
    apart = f"<p>{a('z', 'Terms of reference')} {note}</p>"
    assert set(days(f"<h1>Board papers</h1>{card}{apart}")) == {"x", "y"}


def test_an_item_that_a_row_points_at_goes_with_the_other_papers_of_its_row_s_day() -> None:
    row = "<tr><td>24 September 2026</td><td>{} is {} (date added: 16/09/2026).</td></tr>"
    rows = row.format("1. The agenda", a("x", "here")) + row.format(
        "2. The estates strategy", a("estates-strategy", "here")
    )
    assert days(f"<h1>Board papers</h1><table>{rows}</table>") == {
        "x": "board-2026-09-24",
        "estates-strategy": "board-2026-09-24",
    }


def test_a_download_address_that_is_called_a_meeting_may_be_a_page_of_its_papers() -> None:
    matter = f"<ul><li><a href='/downloads/download/301/annual_general_meeting'>Annual General Meeting</a></li></ul><p>{a('x', 'Board papers 5 March 2026')}</p>"
    found = [each.url for each in read(f"<h1>Board meetings</h1>{matter}") if isinstance(each, Fetch)]
    assert found == ["https://trust.example/downloads/download/301/annual_general_meeting"]


@pytest.mark.parametrize("about", ["chair's report", "terms of reference", "annual report", "update"])
def test_a_paper_about_a_committee_is_the_board_s(about: str) -> None:
    row = "<tr><td>24 September 2026</td><td>{} is {}.</td></tr>"
    rows = row.format("1. The agenda", a("x", "here")) + row.format(
        f"2. The Quality Committee {about}", a("y", "here")
    )
    assert set(days(f"<h1>Board papers</h1><table>{rows}</table>").values()) == {"board-2026-09-24"}


def test_every_paper_of_a_row_is_of_the_body_that_the_row_names() -> None:
    row = f"<tr><td>22 September 2026</td><td>Annual General Meeting {a('x', 'Agenda')}</td><td>{a('y', 'Presentation')}</td></tr>"
    named = {
        each.body_name
        for each in read(f"<h1>Board papers</h1><table>{row}</table>")
        if isinstance(each, Meeting)
    }
    assert named == {"Annual General Meeting"}


def test_a_page_of_a_meeting_that_a_link_names_is_of_that_body() -> None:
    link = "<li><a href='/board/papers/m12/'>Annual Members' Meeting: papers for our August meeting</a></li>"
    found = [each for each in read(f"<h1>Board papers</h1><ul>{link}</ul>") if isinstance(each, Fetch)]
    assert [each.context.get("body") for each in found] == ["Annual Members' Meeting"]


def test_minutes_alone_in_a_list_are_of_the_meeting_that_they_record() -> None:
    item = "<li class='result'><h3>{}</h3><p>{}</p></li>"
    listed = item.format(
        a("x", "Draft minutes of 7 October 2026"), "For approval at the meeting in December 2026."
    )
    listed += item.format(a("y", "Board papers 2 December 2026"), "All papers in one file.")
    assert days(f"<h1>Board papers</h1><ul>{listed}</ul>") == {
        "x": "board-2026-10-07",
        "y": "board-2026-12-02",
    }


@pytest.mark.parametrize("words", ["here", "Download"])
def test_a_paper_on_another_host_is_said_whatever_its_link_reads(words: str) -> None:
    card = f"<div class='card'><h3>14 October 2026</h3><dl><dt>Public agenda</dt><dd><a href='https://store.example/d/5dba8dda'>{words}</a></dd></dl></div>"
    left = [each.host for each in read(f"<h1>Board meetings</h1>{card}") if isinstance(each, Left)]
    assert left == ["store.example"]


@pytest.mark.parametrize("address", ["/files/x.pdf", "/documents/72dcccbf-80b5-f563-f76f-9936e8561e0d"])
def test_a_table_of_dates_says_the_day_of_a_month_s_paper_at_any_address(address: str) -> None:
    dates = "<table><tr><th>Month</th><th>Board</th><th>Quality Committee</th></tr><tr><td>October</td><td>15 October</td><td>22 October</td></tr><tr><td>September</td><td>17 September</td><td>24 September</td></tr></table>"
    listed = f"<h2>2026</h2>{dates}<div class='card'><h3>October 2026</h3><p><a href='{address}'>Board papers (PDF)</a></p></div>"
    found = read(f"<h1>Board papers</h1>{listed}")
    told = {each.meeting_key for each in found if isinstance(each, Document)}
    told |= {each.paper.meeting_key for each in found if isinstance(each, Fetch) and each.paper}
    assert told == {"board-2026-10-15"}


@pytest.mark.parametrize(
    "said", ["Version 1", "Version: 1", "v2.0", "Latest version", "Approved version", "Opens a PDF"]
)
def test_what_a_plugin_says_of_a_link_is_not_the_papers_title(said: str) -> None:
    card = "<article class='dlg-card'><h3>{} \u2013 Thursday 30 July 2026</h3><a href='/download/{}/' title='{}'>Download (PDF 8.1MB)</a></article>"
    cards = card.format("Trust Board papers", 6801, said) + card.format("Trust Board minutes", 6784, said)
    papers = [each for each in read(f"<h1>Board papers</h1>{cards}") if isinstance(each, Document)]
    assert [(each.title, each.kind) for each in papers] == [
        ("Trust Board papers \u2013 Thursday 30 July 2026", DocumentKind.PACK),
        ("Trust Board minutes \u2013 Thursday 30 July 2026", DocumentKind.MINUTES),
    ]


@pytest.mark.parametrize(
    ("listed", "day"),
    [
        (a("BoD_260520", "Agenda"), "2026-05-20"),
        (f"<h2>2026</h2><p>{a('x', '260520 Board papers')}</p>", "2026-05-20"),
        (f"<h2>2025</h2><p>{a('x', 'Board papers 250326')}</p>", "2025-03-26"),
        (f"<h2>2024/25</h2><p>{a('BoD_250326', 'Papers')}</p>", "2025-03-26"),
        (f"<h2>2025/26</h2><p>{a('BoD_250326', 'Papers')}</p>", "2026-03-25"),
    ],
)
def test_six_digits_are_read_as_the_years_around_them_say_and_never_as_their_own(
    listed: str, day: str
) -> None:
    assert [*days(f"<h1>Board papers</h1>{listed}").values()] == [f"board-{day}"]


def test_headings_divide_what_a_line_of_a_day_is_over_though_their_rank_is_higher() -> None:
    part = "<h4>{}</h4><p>{}</p>"
    listed = "".join(
        f"<p><b>Board meeting papers</b></p><p>Held on {day} November 2026</p>"
        + part.format("Opening business", a(f"{day}-1", "1. Agenda"))
        + part.format("Strategy", a(f"{day}-2", "2. Winter plan"))
        for day in (12, 26)
    )
    told = days(
        f"<h1>Board papers</h1><h3>2026/27</h3>{listed}<h4>Related documents</h4>{a('x', 'Strategy')}"
    )
    assert told == {f"{day}-{number}": f"board-2026-11-{day}" for day in (12, 26) for number in (1, 2)}


@pytest.mark.parametrize("word", ["quarter", "phase", "Stage", "tier"])
def test_a_number_that_a_word_counts_is_no_day_of_the_month_behind_it(word: str) -> None:
    told = days(
        f"<h1>Board papers</h1><p>{a('x', f'Board: learning from deaths, {word} 2 October 2026')}</p>"
    )
    assert told == {"x": "board-2026-10"}


def test_the_day_of_the_next_meeting_is_neither_day_nor_year_of_the_months_below_it() -> None:
    items = "".join(f"<li>Papers for our {month} meeting: {a(month)}</li>" for month in ("November", "July"))
    ahead = "<p>The next meeting will be held on Thursday 28 January 2027 at 10am.</p>"
    told = days(f"<h1>Board papers</h1>{ahead}<ul>{items}</ul>")
    assert told == {"November": "", "July": ""}, "which year they are of, nothing says"


@pytest.mark.parametrize(("note", "found"), [(" dated 11 November 2026", {"x", "y", "z"}), ("", {"x", "y"})])
def test_a_note_that_every_paper_has_makes_none_of_them_a_standing_document(
    note: str, found: set[str]
) -> None:
    items = f"<p>{a('x', 'Agenda')}{note}</p><p>{a('y', 'Winter plan')}{note}</p>"
    card = f"<h3>Board meeting</h3><p>Held on 19 November 2026</p>{items}<p>{a('z', 'Green plan')} dated 11 November 2026</p>"
    assert {*papers(f"<h1>Board</h1>{card}")} == found


def test_a_cancelled_meeting_is_not_over_the_papers_of_the_next() -> None:
    cancelled = "<p>Wednesday, 9 September 2026: Board meeting, CANCELLED<br></p>"
    moved = "Thursday, 20 August 2026 (moved from Thursday, 13 August 2026): Council of Governors meeting"
    told = days(f"<h1>Meeting papers</h1>{cancelled}<p>{moved}<br>{a('x', 'Agenda pack')}</p>")
    assert told == {"x": "council-of-governors-2026-08-20"}


@pytest.mark.parametrize("body", ["Board meeting", "Trust Board"])
def test_a_meeting_ahead_above_it_makes_no_publication_day_of_the_next_line(body: str) -> None:
    ahead = f"<p><b>Thu 28 Jan 27: {body}, papers come one week before</b></p>"
    held = f"<p><b>Tue 10 Nov 26: {body}</b></p><h4>Opening business</h4><ol><li>{a('x', 'Agenda')}</li></ol>"
    assert days(f"<h1>Board papers</h1>{ahead}{held}") == {"x": "board-2026-11-10"}


def test_the_day_of_a_news_item_is_no_day_of_the_month_whose_meeting_the_page_is() -> None:
    news = "<h2>Latest news</h2><div><h3>Award for nurses</h3><p>12 October 2026</p></div>"
    paper = f"<h1>Board meeting papers</h1><h4>Opening business</h4><p>{a('x', '1. Agenda')}</p>"
    for said, day in ((news, "2026-10"), ("<p>12 October 2026, 10am</p>", "2026-10-12")):
        told = days(paper + said, when="2026-10", title="October", follow="meeting")
        assert told == {"x": f"board-{day}"}


def listed(*items: str) -> str:
    return "".join(f"<li>{item}</li>" for item in items)


def test_between_two_papers_of_a_meeting_is_a_paper_of_it_whatever_it_is_called() -> None:
    day = "10 November 2026"
    items = (a("x", f"Agenda {day}"), a("y", "Audit Committee terms of reference"), a("z", f"Minutes, {day}"))
    told = days(f"<h1>Board papers</h1><ul>{listed(*items)}</ul>")
    assert told == dict.fromkeys("xyz", "board-2026-11-10")


def test_what_is_after_the_last_paper_or_between_two_meetings_is_not_one_for_that() -> None:
    items = (
        a("x", "Agenda 10 November 2026"),
        a("y", "Standing orders"),
        a("z", "Agenda 12 May 2026"),
        a("w", "Constitution"),
    )
    assert {*papers(f"<h1>Board papers</h1><ul>{listed(*items)}</ul>")} == {"x", "z"}
    apart = f"<p>{items[0]}</p><aside><p>{items[1]}</p></aside><p>{a('v', 'Minutes 10 November 2026')}</p>"
    assert {*papers(f"<h1>Board papers</h1>{apart}")} == {"x", "v"}


@pytest.mark.parametrize("head", ["Related documents", "Governance documents", "Policies"])
@pytest.mark.parametrize("day_over", ["<h2>10 November 2026</h2>", ""])
def test_what_is_under_a_heading_of_other_matters_is_no_paper_though_it_is_between_two(
    head: str, day_over: str
) -> None:
    first = f"{day_over}<ul>{listed(a('x', 'Agenda' if day_over else 'Agenda 10 November 2026'))}</ul>"
    others = (
        f"<h2>{head}</h2><ul>{listed(a('y', 'Standing orders'), a('w', 'Equality strategy 2025-2030'))}</ul>"
    )
    last = f"<h2>Minutes</h2><ul>{listed(a('z', 'Minutes, 10 November 2026'))}</ul>"
    assert {*papers(f"<h1>Board papers</h1>{first}{others}{last}")} == {"x", "z"}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Agenda and reports", DocumentKind.PACK),
        ("Agenda with all enclosures", DocumentKind.PACK),
        ("Agenda: item 5, reports of committees", DocumentKind.AGENDA),
    ],
)
def test_agenda_and_reports_are_a_pack(words: str, kind: DocumentKind) -> None:
    assert papers(f"<h1>Board papers</h1><h3>28 May 2026</h3>{a('x', words)}")["x"].kind is kind


CARD = "<div class='tile'>{}<p>{}</p></div>"


def test_slides_of_a_workshop_are_no_paper_and_those_of_a_meeting_are() -> None:
    cards = CARD.format(a("x", "Primary care workshop: slides"), "10 September 2026")
    cards += CARD.format(
        a("y", "Board papers") + a("z", "Report of the winter workshop"), "24 September 2026"
    )
    assert days(f"<h1>Board papers</h1>{cards}") == {"y": "board-2026-09-24", "z": "board-2026-09-24"}
    assert (
        days(
            f"<h1>Board papers</h1><h3>Staff conference, 10 July 2026</h3><p>{a('x', 'Conference slides')}</p>"
        )
        == {}
    )


def test_the_way_back_is_no_paper() -> None:
    matter = "<h3>28 May 2026</h3><p><a href='/downloads/file/7/agenda'>Agenda</a> <a href='/downloads/2/board_meetings'>Back</a></p>"
    assert not any(
        "2/board" in each.url
        for each in read(f"<h1>Board papers</h1>{matter}")
        if isinstance(each, Document | Fetch)
    )


def test_read_more_about_a_policy_is_as_little_a_paper_as_the_policy() -> None:
    def card(name: str, words: str) -> str:
        return f"<div class='abstract'><h3>{a(name, words)}</h3><p>Modified 3 days ago</p><p>{a(name, f'Read more about {words}')}</p></div>"

    cards = card("p", "Conflicts policy (approved October 2026)") + card(
        "m", "Board minutes 29 September 2026"
    )
    assert {name: each.title for name, each in papers(f"<h1>Board papers</h1>{cards}").items()} == {
        "m": "Board minutes 29 September 2026"
    }


FLIP = "<a href='https://books.example/view/8812'>{}</a>"


@pytest.mark.parametrize(
    "words", ["Read the pack as a flip book", "Board papers (online version)", "Papers: e-book"]
)
def test_a_flip_book_of_a_pack_that_is_taken_is_not_missed(words: str) -> None:
    flip = f"<h3>24 September 2026</h3><p>{FLIP.format(words)}</p>"
    whole = f"<h1>Board papers</h1>{flip}<p>{a('pack')}</p>"
    assert not [each for each in read(whole) if isinstance(each, Left)]
    alone = f"<h1>Board papers</h1><h3>28 May 2026</h3><p>{a('pack')}</p>{flip}"
    assert [each.title for each in read(alone) if isinstance(each, Left)] == [words]


def test_the_annual_meeting_is_no_meeting_of_the_board() -> None:
    listed = f"<ul><li>{a('a', 'ICB Annual General Meeting 2026 presentation (28 July 2026)')}</li><li>{a('b', 'AGM slides, 29 July 2025')}</li></ul>"
    assert days(f"<h1>Integrated Care Board papers</h1>{listed}") == {
        "a": "annual-general-meeting-2026-07-28",
        "b": "annual-general-meeting-2025-07-29",
    }
    under = f"<h3>24 September 2026</h3><ul><li>{a('c', 'Minutes of the AGM, 28 July 2026')}</li><li>{a('d')}</li></ul>"
    assert days(f"<h1>Board papers</h1>{under}") == {"c": "board-2026-09-24", "d": "board-2026-09-24"}


def test_of_two_bodies_the_first_that_is_named_counts() -> None:
    card = "<div class='row'><article><h2><a href='/b/cic-3'>Quality Committees in Common</a></h2><time datetime='2026-10-20'>20 Oct</time></article></div>"
    later = card.replace("cic-3", "cic-4").replace("-20'", "-27'").replace("20 Oct", "27 Oct")
    found = read(
        f"<h1>Boards in Common</h1>{card}{later}",
        title="Boards in Common",
    )
    assert {each.context["body"] for each in found if isinstance(each, Fetch)} == {
        "Quality Committees in Common"
    }


def test_an_address_that_gives_one_of_many_by_its_number_may_be_a_file() -> None:
    assert may_be_page("https://trust.example/download?id=214")
    assert may_be_page("https://trust.example/documents.aspx?ref=A77")
    assert not may_be_page("https://trust.example/documents?page=papers")
    assert not may_be_page("https://trust.example/board?id=214")


def test_an_item_that_names_a_committee_makes_no_meeting_of_it() -> None:
    names = (
        "Public agenda",
        "Winter plan",
        "Staff survey",
        "Audit Committee terms of reference",
        "Estates strategy",
    )
    files = "".join(f"<p><a href='/f/{number}.pdf'>{name}</a></p>" for number, name in enumerate(names))
    panel = f"<details><summary>Meeting held on January 21, 2027</summary><div>{files}</div></details>"
    found = read(f"<h1>Trust Board papers</h1>{panel}")
    assert [each.key for each in found if isinstance(each, Meeting)] == ["board-2027-01-21"]
