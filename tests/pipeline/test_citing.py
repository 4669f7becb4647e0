"""A page is cited in the styles that courts, papers and reference programs ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.evidence import citing
from pipeline.evidence.citing import Cited

CITED = Cited(
    body="Vale Council",
    committee="Health Committee",
    day=date(2025, 4, 1),
    title="Costs & {risks}: 50%_of\nit",
    pages=[3],
    url="https://vale.example/a_b.pdf",
    captured_at=datetime(2025, 4, 2, 9, 5, tzinfo=UTC),
    sha256="ab12",
    paper=12,
)


def test_each_style_says_who_what_when_and_where():
    assert citing.plain(CITED) == (
        "Vale Council: “Costs & {risks}: 50%_of it”, Health Committee, 1 April 2025, page 3. "
        "https://vale.example/a_b.pdf. Captured 2 April 2025, 09:05 UTC. SHA-256 ab12."
    )
    assert citing.oscola(CITED) == (
        "Vale Council, \u2018Costs & {risks}: 50%_of it\u2019 (Health Committee, 1 April 2025) 3 "
        "<https://vale.example/a_b.pdf> accessed 2 April 2025."
    )
    assert citing.apa(CITED) == (
        "Vale Council. (2025, April 1). Costs & {risks}: 50%_of it [Meeting paper, Health Committee] (p. 3). "
        "https://vale.example/a_b.pdf"
    )


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York", "Europe/London"])
@pytest.mark.parametrize("style", citing.STYLES.values(), ids=citing.STYLES)
def test_an_instant_is_cited_in_utc_whatever_zone_it_comes_in(style, zone):
    late = replace(CITED, captured_at=datetime(2025, 4, 30, 23, 50, tzinfo=UTC))
    early = replace(CITED, captured_at=datetime(2025, 5, 1, 0, 10, tzinfo=UTC))
    for cited in (late, early):
        elsewhere = replace(cited, captured_at=cited.captured_at.astimezone(ZoneInfo(zone)))
        assert style(elsewhere) == style(cited)


def test_reference_programs_read_it():
    made = citing.bibtex(CITED)
    assert r"title = {{Costs \& \{risks\}: 50\%\_of it}}" in made
    assert made.count("{") - made.count(r"\{") == made.count("}") - made.count(r"\}")
    assert "url = {https://vale.example/a_b.pdf}" in made
    lines = citing.ris(CITED).split("\r\n")
    assert lines[0] == "TY  - RPRT"
    assert lines[-2:] == ["ER  - ", ""]
    assert "DA  - 2025/04/01" in lines
    assert all(line[2:6] == "  - " for line in lines[:-1])


def test_what_is_not_known_is_left_out():
    bare = Cited(
        body="Vale", committee="", day=None, title="", pages=[], url="https://u.example/",
        captured_at=CITED.captured_at, sha256="ab", paper=1,
    )  # fmt: skip
    assert citing.plain(bare).startswith("Vale: “Paper without a title”. https://u.example/. ")
    assert (
        citing.oscola(bare)
        == "Vale, \u2018Paper without a title\u2019 <https://u.example/> accessed 2 April 2025."
    )
    assert citing.apa(bare) == "Vale. (n.d.). Paper without a title [Meeting paper]. https://u.example/"
    assert "year" not in citing.bibtex(bare)
    assert "PY" not in citing.ris(bare)


def test_an_address_that_no_reader_may_follow_is_in_no_style():
    unsafe = replace(CITED, url="javascript:alert(1)")
    for name, write in citing.STYLES.items():
        assert "javascript" not in write(unsafe), name
    assert ", page 3. Captured 2 April" in citing.plain(unsafe)
    assert "1 April 2025) 3." in citing.oscola(unsafe)
