"""Which body a person means by what they typed."""

import pytest

from crawler.lines import bodies, registry
from pipeline.body_names import MOST, is_named, kind_of_id, name_of_id, suggest


@pytest.fixture(scope="module")
def names():
    found = {body.id: [body.name, *body.short, *body.former] for body in bodies.load(None).values()}
    for source in registry.load(None).values():
        found.setdefault(source.body_id, []).append(source.name)
    return found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kent-county-council", "kent"),
        ("Kent County Council", "kent"),
        ("NHS Dorset Integrated Care Board", "dorset-icb"),
        ("BLMK", "bedfordshire-luton-and-milton-keynes-icb"),
        ("llr", "leicester-leicestershire-and-rutland-icb"),
        ("kings-college-hospital", "kings-college-hospital-trust"),
        ("University Hospitals Bristol and Weston NHS Foundation Trust", "bristol-trust"),
        ("bristl-trust", "bristol-trust"),
        ("North Yorkshire County Council", "north-yorkshire"),
        ("UCLH", "university-college-london-hospitals-trust"),
        ("gstt", "guys-and-st-thomas-trust"),
        ("SLaM", "south-london-and-maudsley-trust"),
        ("RBKC", "kensington-and-chelsea"),
        ("C.U.H.", "cambridge-university-hospitals-trust"),
        ("surrey-heartland-icb", "surrey-heartlands-icb"),
        ("BANES", "bath-and-north-east-somerset"),
    ],
)
def test_the_body_meant_is_named_first(names, typed, meant):
    assert suggest(typed, names)[0] == meant


@pytest.mark.parametrize("typed", ["zzzz-xyzzy", "council", "nhs trust", "", "---"])
def test_words_that_name_no_body_suggest_none_or_only_what_is_spelt_alike(names, typed):
    assert len(suggest(typed, names)) <= MOST


def test_a_kind_of_body_alone_suggests_no_body_of_that_kind():
    assert suggest("county council", {"a": ["Avon County Council"], "b": ["Berks County Council"]}) == []


SHARES = [0, *(pytest.param(nth, marks=pytest.mark.soak) for nth in range(1, 7))]


@pytest.mark.parametrize("nth", SHARES)
def test_every_name_of_a_body_leads_to_it(names, nth):
    for body in sorted(names)[nth::7]:
        for name in (body, *names[body]):
            found = suggest(name.upper(), names)
            assert body in found or len(found) == MOST, name  # several bodies may have had one name


def test_initials_may_leave_out_what_most_names_have():
    trusts = {
        "manchester": ["Manchester University NHS Foundation Trust"],
        "medway": ["Medway NHS Foundation Trust"],
        "mid": ["Mid Essex Hospital NHS Trust"],
    }
    assert suggest("MFT", trusts) == ["medway", "manchester"]
    assert is_named("MFT", trusts["manchester"])
    assert not is_named("MFX", trusts["manchester"])
    assert suggest("MT", {"mid": ["Mersey Trust"]}) == []


def test_a_short_name_of_one_body_may_be_the_initials_of_another(names):
    assert set(suggest("MSE", names)) == {"mid-and-south-essex-icb", "mid-and-south-essex-trust"}


def test_a_trust_may_have_two_letters(names):
    assert "lancashire-teaching-hospitals-trust" in suggest("LTHTR", names)


def test_a_word_of_a_name_is_no_initials():
    bodies = {"e": ["East Anglia Service Trust"], "c": ["Cheshire East Council"]}
    assert suggest("east", bodies) == ["c", "e"]


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        ("surrey-heartlands-icb", "Surrey Heartlands ICB", "icb"),
        ("the-vale-of-wold-trust", "The Vale of Wold Trust", "trust"),
        ("stow-on-the-wold-council", "Stow on the Wold Council", "council"),
        ("x", "X", "other-body"),
        ("9-friends-of-nhs", "9 Friends of NHS", "other-body"),
    ],
)
def test_an_id_says_what_its_body_may_be_called_and_be(body, name, kind):
    assert (name_of_id(body), kind_of_id(body)) == (name, kind)


@pytest.mark.parametrize(("typed", "is_so"), [("Trust", True), ("council", False)])
def test_a_kind_of_body_alone_names_only_what_is_called_just_so(typed, is_so):
    """As in a federation that is called "The Trust": else "council" would be every council."""
    assert is_named(typed, ["The Trust", "Vale Council"]) is is_so
