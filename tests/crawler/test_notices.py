"""Notices of contracts: where they stand, what they say, and which of them are kept.

The releases are made here, in the shape of the Open Contracting Data Standard. Which notices are kept is
asked of the concepts that ship: there is one vocabulary.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lines import registry
from crawler.platforms import ocds
from crawler.platforms.ocds import NOTICE_TYPES, _is_of_health
from crawler.platforms.shared.json_answer import json_answer
from extractors.html import to_text
from pipeline.matching import concepts as concept_files
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.model import Capture, Embedded, Fetch, Source

FTS = "https://www.find-tender.example/"
CF = "https://www.contractsfinder.example/"
GUID = "0d1e2f30-1111-4222-8333-444455556666"


@pytest.fixture(scope="module")
def watcher() -> ConceptMatcher:
    folder = concept_files.SHIPPED
    return ConceptMatcher(concept_files.load([folder]).values())


def release(buyer: str = "Marlshire Hospitals NHS Foundation Trust", **more: Any) -> dict[str, Any]:
    tender = {"title": "A service", "description": "", **more.pop("tender", {})}
    told = {
        "ocid": "ocds-h6vhtk-0abc12",
        "id": "001060-2026",
        "date": "2026-11-19T11:07:45Z",
        "tag": ["award"],
    }
    return {**told, "buyer": {"name": buyer}, "tender": tender, **more}


def read(*releases: dict[str, Any], url: str = FTS, **options: Any) -> list[Embedded]:
    source = Source(id="n", name="N", kind="national", platform="ocds", url=url, options=options)
    context = {"since": "2026-11-19", "until": "2026-11-19", "page": "1"}
    fetch = Fetch(url=url, step="releases", context=context)
    found = ocds.parse(source, fetch, answer({"releases": releases}, url))
    return [each for each in found if isinstance(each, Embedded)]


def answer(body: object, url: str = FTS) -> Capture:
    return Capture(
        url=url,
        status=200,
        headers={},
        media_type="application/json",
        body=json.dumps(body).encode(),
        fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
    )


def text_of(found: Embedded) -> str:
    return to_text(found.body.decode())


def award(supplier: str, **more: Any) -> dict[str, Any]:
    return {"suppliers": [{"name": supplier}], **more}


KEPT = {
    "trust-optum": release(
        tender={"title": "Population health management platform"},
        awards=[award("Optum Health Solutions (UK) Limited")],
    ),
    "icb-hcrg": release(
        "NHS KENT & MEDWAY ICB",
        tender={"title": "Community services for adults"},
        awards=[award("HCRG Care Group Limited")],
    ),
    "nhs-england-palantir": release(
        "NHS England",
        tag=["contractAmendment"],
        tender={"title": "Federated Data Platform and associated services"},
        awards=[award("Palantir Technologies UK, Ltd.")],
    ),
    "trust-own-company": release(
        tender={
            "title": "Estates and facilities",
            "description": "Award to the trust's wholly owned subsidiary.",
        },
        awards=[award("Marlshire Facilities Management Limited")],
    ),
    "property-disposal": release(
        "NHS Property Services Limited",
        tender={
            "title": "Agents for the disposal of surplus land",
            "description": "Sale of surplus NHS estate.",
        },
    ),
    "framework": release("A Council", tender={"title": "NHS Health Systems Support Framework: lot 3"}),
    "council-whole-population": release(
        "Marlshire County Council",
        tender={
            "title": "Care of adults",
            "description": "NHS services paid for by a whole population budget.",
        },
    ),
}
LEFT = {
    "catering": release(tender={"title": "Hospital catering"}),
    "road": release(
        "Marlshire County Council", tender={"title": "Ring road", "description": "Cost improvement."}
    ),
    "analyser": release(tender={"title": "ICP analyser for a laboratory"}),
    "council-sale": release("Marlshire Borough Council", tender={"title": "Disposal of surplus land"}),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_a_person_would_want_to_hear_of_is_kept(name: str, watcher: ConceptMatcher) -> None:
    [found] = read(KEPT[name])
    assert found.if_flagged
    assert watcher.mentions(text_of(found)), text_of(found)


@pytest.mark.parametrize("name", LEFT)
def test_the_rest_is_left(name: str, watcher: ConceptMatcher) -> None:
    assert not any(watcher.mentions(text_of(found)) for found in read(LEFT[name]))


@pytest.mark.parametrize(
    "spelled",
    [
        "NHS KENT & MEDWAY ICB",
        "NHS Kent and Medway Integrated Care Board",
        "Kent And Medway Icb",
        "KENT & MEDWAY INTEGRATED CARE BOARD (QKS)",
    ],
)
def test_however_a_body_spells_itself_its_notices_are_kept(spelled: str, watcher: ConceptMatcher) -> None:
    [found] = read(release(spelled, awards=[award("HCRG Care Group Limited")]))
    assert watcher.mentions(text_of(found))


def test_every_body_of_the_registry_is_one_of_health() -> None:
    names = {each.name for each in registry.load(None).values() if each.kind in {"icb", "trust"}}
    missed = {
        name
        for name in names
        if not _is_of_health(json_answer(SOURCE, answer(release(name.partition(":")[0]))), "")
    }
    assert not missed


SOURCE = Source(id="n", name="N", kind="national", platform="ocds", url=FTS)


def test_a_line_may_name_what_is_kept_whatever_the_concepts_say() -> None:
    [found] = read(LEFT["road"], include="ring road")
    assert not found.if_flagged
    assert read(LEFT["catering"], exclude="catering") == []


@pytest.mark.parametrize(
    ("url", "told", "stands_at"),
    [
        (FTS, {}, f"{FTS}Notice/001060-2026"),
        (
            FTS,
            {"links": [{"url": f"{FTS}Notice/001060-2026?origin=api"}]},
            f"{FTS}Notice/001060-2026?origin=api",
        ),
        (FTS, {"tender": {"documents": [{"url": f"{FTS}Notice/000001-2025"}]}}, f"{FTS}Notice/001060-2026"),
        (CF, {"id": f"{GUID}-700001"}, f"{CF}Notice/{GUID}"),
        (
            CF,
            {"id": f"{GUID}-7", "tender": {"documents": [{"url": f"{CF}Notice/{GUID.upper()}"}]}},
            f"{CF}Notice/{GUID.upper()}",
        ),
        (
            CF,
            {"id": f"{GUID}-7", "tender": {"documents": [{"url": "https://e.example/x"}]}},
            f"{CF}Notice/{GUID}",
        ),
    ],
)
def test_a_notice_stands_where_its_release_says(url: str, told: dict[str, Any], stands_at: str) -> None:
    service = "contracts-finder" if url == CF else "find-a-tender"
    [found] = read(release(**told), url=url, service=service)
    assert found.document.url == stands_at


def test_the_value_is_that_of_the_contract_once_there_is_one() -> None:
    amounts = {"tender": 1_000_000, "awards": 2_000_000, "contracts": 3_000_000.5}
    worth = {name: {"value": {"amount": amount, "currency": "GBP"}} for name, amount in amounts.items()}
    whole = {"tender": worth["tender"], "awards": [worth["awards"]], "contracts": [worth["contracts"]]}
    said = {}
    for names in (("tender",), ("tender", "awards"), ("tender", "awards", "contracts")):
        [found] = read(release(**{name: whole[name] for name in names}))
        said[names[-1]] = next(line for line in text_of(found).splitlines() if line.startswith("Value"))
    assert said == {
        "tender": "Value: 1,000,000 GBP",
        "awards": "Value: 2,000,000 GBP",
        "contracts": "Value: 3,000,000.50 GBP",
    }


@given(st.dates(date(2024, 1, 1), date(2035, 12, 30)))
def test_an_end_is_the_day_it_is_written_as_in_summer_too(day: date) -> None:
    for end in (
        f"{day}T23:59:59Z",
        f"{day}T23:59:59.999Z",
        f"{day}T23:59:59+01:00",
        f"{day}T12:00:00Z",
        str(day),
    ):
        [found] = read(release(contracts=[{"period": {"endDate": end}}]))
        assert f"Contract to: {day.day} {day:%B %Y}" in text_of(found)


@pytest.mark.parametrize("code", NOTICE_TYPES)
def test_the_type_of_a_notice_is_said(code: str) -> None:
    documents = [{"id": "000001-2025", "noticeType": "UK4"}, {"id": "001060-2026", "noticeType": code}]
    [found] = read(release(tender={"documents": documents}))
    assert f"Type: {NOTICE_TYPES[code]} ({code})" in text_of(found)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "This is a Provider Selection Regime intention to award notice. Direct award process C.",
            "Direct award process C",
        ),
        (
            "Awarded under the Provider Selection Regime by the most suitable provider process.",
            "most suitable provider process",
        ),
        (
            "The Health Care Services (Provider Selection Regime) Regulations 2023",
            "Provider Selection Regime",
        ),
    ],
)
def test_the_process_of_the_selection_regime_is_said(words: str, said: str) -> None:
    [found] = read(release(tender={"description": words}))
    line = next(line for line in text_of(found).splitlines() if line.startswith("Procedure"))
    assert "Provider Selection Regime" in line
    assert said in line


def test_changes_and_ends_are_kept() -> None:
    change = {
        "date": "2026-11-01T00:00:00Z",
        "description": "Extended by a year",
        "rationale": "Continuity of care",
    }
    deal = {"status": "terminated", "amendments": [change], "statusDetails": "Ended by agreement"}
    [found] = read(release(tag=["contractTermination"], contracts=[deal]))
    text = text_of(found)
    assert "1 November 2026: Extended by a year. Continuity of care" in text
    assert "Contract status: terminated" in text
    assert "Ended by agreement" in text
    assert "Stage: contractTermination" in text
