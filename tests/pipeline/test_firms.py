"""Firms: under every name that they have or had, and whose they were when."""

from __future__ import annotations

import pytest

from pipeline.matching import firms
from tests.helpers import shipped

FIRMS = firms.read()


def test_every_firm_has_a_name_of_its_own_and_dates_in_order():
    called = [name for firm in FIRMS.values() for name in {row["text"] for row in firm.names}]
    assert len(called) == len(set(called))
    for firm in FIRMS.values():
        assert firm.name
        assert firm.names
        dates = [date for owner in firm.groups for date in (owner.since, owner.until) if date]
        assert dates == sorted(dates), firm.id


@pytest.mark.parametrize(
    ("said", "firm"),
    [
        ("Operose was part of Centene.", "operose"),
        ("The surgeries were run by The Practice plc.", "operose"),
        ("Virgin Care held the contract.", "hcrg"),
        ("HCRG\u2019s bid for the wards won.", "hcrg"),
        ("UnitedHealth owns the software.", "unitedhealth"),
        ("Care UK ran the treatment centre.", "practice-plus"),
        ("Serco cleans the hospital under contract.", "serco"),
        ("Hospital food is made by Sodexo.", "sodexo"),
    ],
)
def test_a_firm_is_found_under_each_of_its_names(said, firm):
    names = {row["text"] for row in FIRMS[firm].names}
    assert names & {mention.wording.text for mention in shipped.matcher().mentions(said)}


@pytest.mark.parametrize(
    "said",
    [
        "Kidney Care UK gave a grant to the hospital.",
        "Palliative Care UK wrote to the trust.",
        "Serco runs the prison and its trains under contract.",
        "Spending per capita rose at the hospital.",
        "The optimum dose was given in hospital.",
    ],
)
def test_what_only_looks_like_a_firm(said):
    assert [
        mention for mention in shipped.matcher().mentions(said) if mention.concept_id == "outsourcing"
    ] == []
