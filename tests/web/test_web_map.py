"""What a page says at a glance: the map of England, citation styles, suggestions, feeds and descriptions."""

from __future__ import annotations

import re
from datetime import date

import html5lib
import pytest
from starlette.testclient import TestClient

from crawler.lines import areas, bodies, registry
from pipeline.matching.families import Families
from pipeline.views import BodyRow, WordingCount
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, PAYMENT, TODAY, XSS, Keeper, source
from web.app import create_app
from web.config import WebConfig
from web.parts.tile_map import PLACES, SIDE, SPOT, tile_map


def test_every_board_that_is_has_one_square_of_its_own():
    assert len({(column, line) for column, line, _ in PLACES.values()}) == len(PLACES)
    assert len({code for _, _, code in PLACES.values()}) == len(PLACES)
    boards = {body.id for body in bodies.load(None).values() if body.kind == "icb" and not body.until}
    assert boards == {*PLACES}


def row(body, name="", **more):
    return BodyRow(**{"id": body, "name": name or body, "kind": "icb", "region": "", **more})


def test_a_board_counts_what_those_said_that_it_took_over_from():
    boards = {
        "essex-icb": row("essex-icb", predecessors=("mid-essex-icb",)),
        "devon-icb": row("devon-icb"),
        "dorset-icb": row("dorset-icb"),
    }
    said = [
        WordingCount(body=body, wording="x", month=month, count=count)
        for body, month, count in (
            ("mid-essex-icb", "2024-02", 4), ("essex-icb", "2026-05", 2), ("devon-icb", "2025-01", 1),
            ("a-council", "2025-01", 50),
        )
    ]  # fmt: skip
    found = tile_map(said, boards)
    told = [(tile.body, tile.count, tile.level, tile.since) for tile in found.tiles]
    assert told[:2] == [("essex-icb", 6, 3, "2024-02"), ("devon-icb", 1, 1, "2025-01")]
    assert ("dorset-icb", 0, 0, "") in told
    assert {tile.body for tile in found.tiles} == {*PLACES}, "England is whole, whatever the archive knows"
    assert next(tile.name for tile in found.tiles if tile.body == "greater-manchester-icb") == (
        "Greater Manchester ICB"
    )
    assert all(0 <= tile.x < found.width and 0 <= tile.y < found.height for tile in found.tiles)
    assert tile_map(said[-1:], boards) is None


def test_a_council_is_in_the_square_of_its_board_or_of_both():
    """With every council of England: each has a place of its own within its square."""
    known = bodies.load(None)
    lines = registry.load(None)
    every = {source.body_id: source for source in lines.values()}
    of_areas = areas.load(None, {*every, *known})
    rows = {
        body: row(body, kind=every[body].kind if body in every else known[body].kind)
        for body in {*every, *known}
    }
    said = [WordingCount(body="north-yorkshire", wording="x", month="2026-01", count=3)]
    found = tile_map(said, rows, of_areas)
    assert {tile.body for tile in found.tiles if tile.said} == {
        "humber-and-north-yorkshire-icb",
        "west-yorkshire-icb",
    }
    for tile in found.tiles:
        assert len({(spot.x, spot.y) for spot in tile.councils}) == len(tile.councils)
        for spot in tile.councils:
            assert tile.x < spot.x <= tile.x + SIDE - SPOT
            assert tile.y + 30 <= spot.y < tile.y + SIDE - SPOT


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    data = tmp_path_factory.mktemp("map")
    keeper = Keeper(data)
    keeper.begin(source("devon-icb", "NHS Devon ICB"))
    keeper.meeting("devon-icb", "m", date(2026, 11, 19))
    keeper.paper("devon-icb", "report", ["A whole population payment."], meeting_key="m", title=f"On {XSS}")
    shelf = PublicArchive(keeper.archive, LABELS)
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY, families=Families([PAYMENT]))) as site:
        yield site


def strict(answer):
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)
    return answer.text


def test_a_topic_has_its_map_and_the_table_beside_it(site):
    text = strict(site.get("/concepts/population-payment"))
    assert 'class="level3"><title>NHS Devon ICB: 1</title>' in text
    assert text.index('class="map"') < text.index("Boards that mention it")
    assert re.search(r'body=devon-icb">NHS Devon ICB</a> <span class="small">DEV', text)


def test_a_page_is_cited_in_five_styles_and_downloaded_in_two(site):
    text = strict(site.get("/papers/1/pages/1"))
    assert re.findall(r"<dt>(\w+)", text) == ["Plain", "OSCOLA", "APA", "BibTeX", "RIS"]
    assert text.count('class="whole"') == 5
    for style, begins in (("bib", "@misc{paper-1-page-1,"), ("ris", "TY  - RPRT")):
        answer = site.get(f"/papers/1/pages/1/citation.{style}")
        assert answer.text.startswith(begins)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="paper-1-page-1.{style}"'
    assert site.get("/papers/1/pages/1/citation.exe").status_code == 404
    assert site.get("/papers/1/pages/9/citation.ris").status_code == 404


@pytest.mark.parametrize(
    ("path", "says", "feeds"),
    [
        ("/", "Public papers of the English health service", 1),
        ("/papers/1", "NHS Devon ICB, Board, 19 November 2026. 1 page", 0),
        ("/papers/1/pages/1", "NHS Devon ICB, Board, 19 November 2026: A whole population payment.", 0),
        ("/meetings/1", "NHS Devon ICB. 1 paper published with 1 mention", 1),
        ("/bodies/devon-icb", "The papers and meetings of NHS Devon ICB", 2),
        ("/concepts/population-payment", "Who mentions Population payment", 1),
    ],
)
def test_pages_say_what_they_are_and_name_their_feeds(site, path, says, feeds):
    text = strict(site.get(path))
    (description,) = re.findall(r'property="og:description" content="([^"]*)"', text)
    assert description.startswith(says)
    (title,) = re.findall(r'property="og:title" content="([^"]*)"', text)
    assert title
    assert title in re.search(r"<title>(.*?)</title>", text)[1]
    found = re.findall(r'rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)"', text)
    assert len(found) == feeds
    for address in found:
        assert site.get(address.replace("&amp;", "&")).headers["content-type"] == "application/atom+xml"


def test_the_box_offers_topics_and_their_names(site):
    for path in ("/", "/search"):
        text = strict(site.get(path))
        assert 'list="offered"' in text
        assert '<option value="Population payment">' in text
        assert '<option value="whole population payment">' in text
