"""Small parts of the web: colours, sizes, places, links, marks, settings."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipeline.matching.query import parse
from tests.helpers.web_archive import TODAY, XSS, get, text_of
from web import links, words
from web.app import create_app
from web.config import WebConfig
from web.parts import marks
from web.render import STYLE


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "behind", "least"),
    [
        *(
            (front, behind, 4.5)
            for front in ("ink", "quiet", "link", "visited", "ill")
            for behind in ("paper", "sheet")
        ),
        ("ink", "note", 4.5),
        ("link", "note", 4.5),
        ("mark-ink", "mark", 4.5),
        ("button-ink", "button", 4.5),
        ("edge", "sheet", 3),
        ("note-edge", "sheet", 3),
    ],
)
def test_colours_have_the_contrast_of_wcag_aa(scheme, front, behind, least):
    block = re.findall(r":root \{(.*?)\}", STYLE.read_text(), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    lighter, darker = sorted((_luminance(colours[front]), _luminance(colours[behind])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_the_style_sheet_loads_nothing():
    assert not re.search(r"url\(|@import|https?:", STYLE.read_text())


@pytest.mark.parametrize(
    ("count", "size"), [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (13_400, "13 kB"),
                        (999_499, "999 kB"), (999_500, "1.0 MB"), (218_000_000, "218.0 MB")],
)  # fmt: skip
def test_sizes(count, size):
    assert words.size(count) == size


@pytest.mark.parametrize(
    ("page", "pages", "label", "item", "place"),
    [
        (143, 402, "", "", "page 143 of 402"),
        (143, 402, "page 143", "Item 7: Finance report", "Item 7: Finance report, page 143 of 402"),
        (12, 1402, "Page 12", "", "page 12 of 1,402"),
        (3, 20, "slide 3", "", "page 3 of 20 (slide 3)"),
        (3, 20, "slide 3", "Item 7", "Item 7, page 3 of 20 (slide 3)"),
        (1, 1, "web page", "", "web page"),
        (1, 1, "", "", "page 1 of 1"),
    ],
)
def test_places(page, pages, label, item, place):
    assert words.place(page, pages, label, item) == place


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://wold.example/a b.pdf", "https://wold.example/a%20b.pdf#page=7"),
        ("https://wold.example/a.pdf#page=2", "https://wold.example/a.pdf#page=2"),
        ("HTTP://wold.example/a", "HTTP://wold.example/a#page=7"),
        (' https://wold.example/"><b>', "https://wold.example/%22%3E%3Cb%3E#page=7"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//wold.example/a", ""),
        ("https:///a", ""),
        ("https://[bad", ""),
        ("https://wold.example/" + "a" * 2000, ""),
        ("", ""),
    ],
)
def test_links_to_originals(url, link):
    assert links.at_page(url, 7) == link


SPANS = st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80)))


@given(st.text(), SPANS, SPANS)
def test_marking_loses_no_text(text, found, watched):
    pieces = marks.pieces(text, found, watched)
    assert "".join(piece for piece, _ in pieces) == text.replace("\u00ad", "-")
    assert all(piece for piece, _ in pieces)


def test_what_was_asked_for_is_laid_over_what_is_watched_for():
    assert marks.pieces("a whole payment", [(8, 15)], [(2, 15)]) == [
        ("a ", ""),
        ("whole ", "watched"),
        ("payment", "found"),
    ]


@pytest.mark.parametrize(
    ("asked", "marked"),
    [
        ("*commissioning", ["decommissioning", "commissioning"]),
        ("*commission*", ["decommissioning", "commissioning", "Commissioners"]),
        ('"*commissioning of beds"', ["decommissioning of beds"]),
        ("commission*", ["commissioning", "Commissioners"]),
    ],
)
def test_words_that_hold_what_is_looked_for_are_marked_whole(asked, marked):
    text = "The decommissioning of beds, and commissioning by Commissioners."
    assert [text[start:end] for start, end in marks.of_query(text, parse(asked))] == marked


def test_only_what_is_looked_for_is_marked():
    text = "Privatisation by a trust, not privately."
    found = marks.of_query(text, parse("privatis* (trust NOT privately)"))
    assert [text[start:end] for start, end in found] == ["Privatisation", "trust"]


@pytest.mark.parametrize(
    "table",
    [
        {"base_url": "archive.example.org"},
        {"base_url": "https://archive.example.org/{papers}"},
        {"base_url": "https://archive.example.org//papers"},
        {"base_url": "https://user@archive.example.org"},
        {"base_url": 'https://a.example/"'},
        {"title": ""},
        {"trusted_proxies": ["nginx"]},
        {"colour": "red"},
    ],
)
def test_settings_that_cannot_be_are_refused(table):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, WebConfig)


def test_a_proxy_is_believed_only_where_it_is_named(shelf):
    headers = {"X-Forwarded-Proto": "https"}
    for proxies, scheme in ((("127.0.0.0/8",), "https"), (("10.0.0.1",), "http"), ((), "http")):
        app = create_app(shelf, WebConfig(trusted_proxies=proxies), lambda: TODAY)
        with TestClient(app, client=("127.0.0.1", 5)) as site:
            answer = site.get("/search.json?q=payment", headers=headers).json()
            assert answer["answers"][0]["archived"].startswith(f"{scheme}://testserver/")


def test_the_base_url_is_the_address_in_citations(shelf, keeper):
    config = WebConfig(base_url="https://archive.example.org/", title=f"Watch {XSS}"[:60])
    with TestClient(create_app(shelf, config, lambda: TODAY)) as site:
        text = text_of(get(site, f"/papers/{keeper.pack}/pages/2"))
    assert f"Kept at https://archive.example.org/papers/{keeper.pack}/pages/2?version=" in text
