"""Whose papers belong to a board's area: every board has one, every trust and council stands in one."""

from __future__ import annotations

import pytest

from crawler.lines import areas, bodies, registry
from pipeline.errors import ConfigError

KNOWN = ("a-icb", "a-trust", "a-council")
NOWHERE = {"online-trust"}  # of the whole country


def test_each_board_has_an_area_and_each_trust_and_council_a_board():
    known = bodies.load(None)
    kinds = {source.body_id: source.kind for source in registry.load(None).values()}
    kinds |= {body.id: body.kind for body in known.values() if body.until is None}
    shipped = areas.load(None, {*kinds, *known})
    assert {body for body in known if known[body].kind == "icb"} == shipped.keys()
    local = {
        body
        for body, kind in kinds.items()
        if kind in {"trust", "council", "joint-committee", "strategic-authority"}
    }
    assert local - {body for area in shipped.values() for body in area} == NOWHERE
    current = [body for body in shipped if known[body].until is None]
    assert local - {body for area in current for body in shipped[area]} == NOWHERE
    for area in shipped.values():
        assert len(area) == len({*area})


@pytest.fixture
def load(tmp_path):
    def load(text, own=None):
        (tmp_path / "areas.toml").write_text(text, encoding="utf-8")
        if own is not None:
            (tmp_path / "data").mkdir()
            (tmp_path / "data" / "areas.toml").write_text(own, encoding="utf-8")
        return areas.load(tmp_path / "data", KNOWN, shipped=tmp_path / "areas.toml")

    return load


def test_an_operators_own_area_takes_the_place_of_the_shipped(load):
    assert load('a-icb = { trusts = ["a-trust"], councils = ["a-council"] }') == {
        "a-icb": ("a-trust", "a-council")
    }


def test_an_own_area(load):
    assert load('a-icb = { trusts = ["a-trust"] }', 'a-icb = { councils = ["a-council"] }') == {
        "a-icb": ("a-council",)
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a-icb = { trusts = ["b-trust"] }', r"areas.toml:1: a-icb: trusts: no body 'b-trust', did you mean"),
        ('\nb-icb = { trusts = ["a-trust"] }', r"areas.toml:2: b-icb: no body has this id"),
        ('a-icb = { trust = ["a-trust"] }', r"unknown key 'trust', did you mean 'trusts'"),
        ('a-icb = { trusts = "a-trust" }', r"trusts: must be a list"),
        ("a-icb = 1", r"an area is `id = "),
    ],
)
def test_a_wrong_area_says_where(load, text, said):
    with pytest.raises(ConfigError, match=said):
        load(text)
