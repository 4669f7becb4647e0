"""Which item of the agenda a page belongs to: from the outline, else from the heads of the papers."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors.agenda_items import Items, heading
from extractors.pdf import document as pdf


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Agenda item 7\nFinance report", "Item 7: Finance report"),
        ("Agenda Item: 7\nTitle: Finance report\nAuthor", "Item 7: Finance report"),
        ("AGENDA ITEM NO. 7.2 Quality report", "Item 7.2: Quality report"),
        ("Anytown Council\nItem No: 4a\nReport title: Winter plan", "Item 4a: Winter plan"),
        ("Item 12 \N{EN DASH} Any other business", "Item 12: Any other business"),
        ("Item 5: the year ahead", "Item 5: the year ahead"),
        ("Agenda item 9", "Item 9"),
        ("Agenda item 9\nThe board is asked to note the report.", "Item 9"),
        ("Agenda item 3\nWinter plan\nAgenda item 3", "Item 3: Winter plan"),  # a running head too
        ("Item 3 Minutes\nItem 4 Winter plan\nItem 5 Close", ""),  # the agenda itself
        ("Item 7 of the agenda was put off,", ""),
        ("Item 7 was put off", ""),
        ("An item 7", ""),
        ("Items 7 and 8", ""),
        ("Item 700", ""),
        ("\n".join([*["A line"] * 15, "Agenda item 7"]), ""),  # too far down to be the head of a paper
        ("", ""),
    ],
)
def test_heads_of_papers(text, expected):
    assert heading(text) == expected


def test_an_item_holds_until_the_next():
    items = Items([])
    pages = ["Agenda", "Agenda item 1\nWinter plan", "more of it", "Agenda item 2\nClose", "the end"]
    assert [items.on(number, text) for number, text in enumerate(pages, 1)] == [
        "",
        "Item 1: Winter plan",
        "Item 1: Winter plan",
        "Item 2: Close",
        "Item 2: Close",
    ]


@pytest.mark.parametrize(
    ("outline", "expected"),
    [
        ([(0, 1, "Agenda"), (0, 3, "7 Winter plan"), (1, 3, "Annex")], ["Agenda", "Agenda", "7 Winter plan"]),
        ([(0, 1, "Board pack"), (1, 2, "Agenda"), (1, 3, "Minutes")], ["", "Agenda", "Minutes"]),
        (
            [(0, 1, "Winter plan")],
            ["Item 1", "Item 1", "Item 1"],
        ),  # a title, which tells no page from another
        ([(0, 2, "First"), (0, 2, "Second"), (0, 3, " ")], ["", "First", "First"]),
    ],
)
def test_the_outline_knows_best(outline, expected):
    items = Items(outline)
    assert [items.on(page, "Agenda item 1") for page in (1, 2, 3)] == expected


def test_the_outline_of_a_pack(tmp_path):
    canvas = Canvas(str(tmp_path / "a"))
    for number, title in enumerate(("Agenda", "", "Item 7: Finance report", "")):
        canvas.drawString(72, 700, f"This is page {number}")
        if title:
            canvas.bookmarkPage(str(number))
            canvas.addOutlineEntry(title, str(number))
        canvas.showPage()
    canvas.save()
    assert [page.item for page in pdf.extract(tmp_path / "a")] == [
        "Agenda",
        "Agenda",
        "Item 7: Finance report",
        "Item 7: Finance report",
    ]
