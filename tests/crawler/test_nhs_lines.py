"""The lines of ICBs and trusts: all of them are there, and each says what a crawl and a reader can use."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.lines import bodies, registry
from crawler.platforms.papers_page import Options, start
from pipeline.model import Expectation, Source

FACTS = Path(__file__).parents[3] / "shared" / "facts"
REGIONS = {
    "East of England",
    "London",
    "Midlands",
    "North East and Yorkshire",
    "North West",
    "South East",
    "South West",
}
NO_LINE = {
    "K0N6A": "no page of papers yet",
    "QHG": "its site was not seen to serve papers after its end",
    "QUE": "its site was not seen to serve papers after its end",
    "QM7": "its site leads to the new board's home page, its papers are gone from there",
    "QH8": "its site lost papers after its end",
    "QMM": "its site was not seen to serve papers after its end",
    "QMJ": "its site was not seen to serve papers after its end",
    "QRV": "its site was not seen to serve papers after its end",
    "QU9": "its papers were copied to the new board's archive",
    "QNQ": "its papers were copied to the new board's archive",
    "QXU": "its site was not seen to serve papers after its end",
    "QNX": "its site was not seen to serve papers after its end",
}


@pytest.fixture(scope="module")
def lines() -> dict[str, Source]:
    return {
        source.id: source
        for source in registry.load(None).values()
        if source.platform == "papers_page" and source.kind in {"icb", "trust"}
    }


def facts(name: str) -> list[dict[str, str]]:
    if not (FACTS / name).exists():
        pytest.skip(f"the facts are not here: {FACTS / name}")
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def by_ods(lines: dict[str, Source]) -> dict[str, Source]:
    return {source.codes["ods"]: source for source in lines.values() if "ods" in source.codes}


@pytest.mark.parametrize(("name", "rows"), [("icbs.tsv", 48), ("nhs_trusts.tsv", 202)])
def test_every_body_of_the_facts_has_a_line_or_a_reason(lines, name, rows):
    said = facts(name)
    assert len(said) == rows
    held, known = by_ods(lines), {body.codes.get("ods") for body in bodies.load(None).values()}
    for row in said:
        code = row["ods_code"]
        assert (code in held) != (code in NO_LINE), row["name"]
        assert code in held or code in known, row["name"]
        if code in held:
            assert (held[code].name, held[code].codes.get("gss", "")) == (
                row["name"],
                row.get("gss_code", ""),
            )
            assert held[code].region == row["region"] or row.get("status", "current") != "current"


def test_every_address_is_the_one_of_the_facts(lines):
    moved = {"QMF"}  # the facts call its first address stale and name the live one
    held = by_ods(lines)
    for row in (*facts("icbs.tsv"), *facts("nhs_trusts.tsv")):
        if row["ods_code"] in held and row["ods_code"] not in moved:
            assert held[row["ods_code"]].url == row["board_papers_url"]


def test_how_many_there_are(lines):
    ours = by_ods(lines)
    assert Counter(source.kind for source in ours.values()) == {"icb": 37, "trust": 201}


def test_a_body_has_one_line_of_its_own(lines):
    codes = [source.codes["ods"] for source in lines.values() if "ods" in source.codes]
    assert len(codes) == len(set(codes))
    for source in lines.values():
        assert source.body_id in lines
        assert bool(source.codes) == (source.body_id == source.id), f"{source.id}: a code belongs to a body"


def test_kinds_ids_and_regions_are_plain(lines):
    for source in lines.values():
        if source.codes:
            assert source.id.endswith(f"-{source.kind}")
        assert source.region in REGIONS
        assert (source.kind == "icb") == ("gss" in source.codes) or not source.codes


def test_options_are_those_of_the_platform_and_a_run_can_start(lines):
    for source in lines.values():
        options = Options(**source.options)
        first = list(start(source, *source.window.around(_today())))
        assert [each.url for each in first] == [source.url]
        for host in options.hosts:
            assert host != (urlsplit(source.url).hostname or "").removeprefix("www."), source.id


def test_a_shared_board_is_named_by_all_who_share_it(lines):
    boards = defaultdict(set)
    for source in lines.values():
        for other in source.options.get("group", ()):
            assert other in lines, f"{source.id} shares its board with {other}"
            assert other != source.id
            if source.id == source.body_id:
                assert source.id in lines[other].options["group"], f"{other} does not know of {source.id}"
        boards[source.url].add(source.id)
    for url, ids in boards.items():
        for each in ids:
            assert ids - {each} <= set(lines[each].options.get("group", ())), f"{url} is the page of {ids}"


def test_a_group_is_a_cluster_of_the_bodies(lines):
    held = bodies.load(None)
    for source in lines.values():
        cluster = held[source.body_id].cluster if source.body_id in held else ""
        for other in source.options.get("group", ()):
            assert cluster
            assert held[other].cluster == cluster, f"{source.id} and {other}"


def test_a_line_knows_how_often_it_should_speak(lines):
    held = bodies.load(None)
    for source in lines.values():
        is_over = source.id in held and held[source.id].until
        assert source.expect == Expectation(every=0 if is_over else source.expect.every)
        assert is_over or 90 <= source.expect.every <= 130, source.id


def test_a_note_is_short_and_names_no_way_round_a_refusal(lines):
    for source in lines.values():
        assert len(source.note) <= 220, source.id
        words = source.note.lower()
        assert not any(
            word in words for word in ("user-agent", "user agent", "proxy", "web.archive", "retry")
        )
        assert "@" not in words


def test_a_page_that_is_filled_by_script_says_so(lines):
    for source in lines.values():
        if "by script" in source.note and "swapped in" not in source.note:
            assert source.options.get("browser"), source.id


def test_a_slow_site_is_asked_as_slowly_as_it_wants(lines):
    assert lines["northern-care-alliance-trust"].delay == 20


def _today():
    from datetime import date

    return date(2026, 11, 21)
