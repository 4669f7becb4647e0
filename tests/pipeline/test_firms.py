"""Firms: under every name that they have or had, and whose they were when."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.matching import firms
from pipeline.matching.firm_record import ContractNotice, by_contract, contract_notice
from pipeline.matching.query import parse
from pipeline.model import DocumentKind, PageRef
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
        ("Arriva takes dialysis patients to the clinic.", "arriva"),
        ("Patients wait for an EMED ambulance.", "emed"),
        ("E-zec Medical took over the journeys.", "emed"),
        ("The domestics work for OCS.", "ocs"),
        ("Deloitte was paid to find savings at the trust.", "deloitte"),
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
        "The Arriva bus stops at the hospital.",
        "Deloitte, the external auditors, were appointed by the governors.",
    ],
)
def test_what_only_looks_like_a_firm(said):
    assert [
        mention for mention in shipped.matcher().mentions(said) if mention.concept_id == "outsourcing"
    ] == []


def test_a_name_is_among_the_suppliers_as_whole_words_alone():
    facts = {"body": "b", "body_name": "B", "title": "", "url": "", "sha256": "", "captured_at": None}
    at = PageRef(document=1, page=1, pages=1, kind=DocumentKind.OTHER, **facts)
    for suppliers, is_one in (
        ("NHS Commissioning Ltd", False),
        ("Somebody, ISS Facility Services Ltd", True),
        ("Swiss Group", False),
        ("", False),
    ):
        notice = contract_notice(at, f"Suppliers: {suppliers}", ["ISS"])
        assert notice.is_supplier is is_one, suppliers


def notice(process: str, day: date | None, document: int, text: str = "") -> ContractNotice:
    at = PageRef(
        document=document,
        page=1,
        pages=1,
        kind=DocumentKind.NOTICE,
        body="b",
        body_name="B",
        title="",
        url="",
        sha256="",
        captured_at=datetime(2026, 11, 3, tzinfo=UTC),
        published_on=day,
    )
    return contract_notice(at, f"Contracting process: {process}\n{text}", [])


def test_notices_of_one_contract_stand_together_and_the_contract_with_the_newest_first():
    old, new, again, undated = (
        notice("a", date(2026, 1, 1), 1),
        notice("b", date(2026, 3, 1), 2),
        notice("a", date(2026, 5, 1), 3),
        notice("c", None, 4),
    )
    assert [each.at.document for each in by_contract([new, undated, again, old])] == [1, 3, 2, 4]


@pytest.mark.parametrize("after", ["", "Additional information\nNothing."])
def test_a_notice_says_what_was_changed_and_whether_it_ended(after):
    found = notice("a", None, 1, f"Contract status: terminated\nChanges\n3 May 2026: Ended early.\n{after}")
    assert found.changes == ("3 May 2026: Ended early.",)
    assert found.is_end
    assert notice("a", None, 1).changes == ()


def test_a_firm_is_looked_for_under_all_its_names():
    firm = FIRMS["optum"]
    assert firm.called()[0] == firm.name
    assert parse(firm.query()).expression is not None
