"""The concepts that ship find what they are for, and nothing that only looks like it."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.matching import concepts as concept_files
from pipeline.model import Page, PageMethod
from pipeline.text.canonical import canonical
from tests.helpers import shipped

SHIPPED = concept_files.load([concept_files.SHIPPED])
LABELLED = Path(__file__).parent.parent / "flagging"
LEAST_PRECISION = 0.97
# Precision and recall by whose sentences they are. Reached, not wished for: they may only rise. All are after
# mending by these very sentences, so none says how unseen ones fare: first scores are in flagging/README.md
# (pen5: precision 0.992, recall 0.706; pen8: 0.944 and 0.913; pen9: 0.895
# and 0.833).
REACHED_BY_PEN = {
    "lead": (0.98, 1.0),
    "pen2": (0.96, 0.98),
    "pen3": (0.99, 0.97),
    "pen4": (0.98, 0.99),
    "pen5": (0.99, 0.99),
    "own": (0.99, 0.97),
    "own2": (0.99, 0.93),
    "own3": (0.99, 0.94),
    "own4": (0.99, 0.95),
    "pen6": (0.98, 0.99),
    "pen7": (0.99, 0.99),
    "pen8": (0.98, 0.99),
    "pen9": (0.97, 0.88),
    "own5": (0.98, 0.96),
    "pen10": (0.99, 0.98),
    "own6": (0.99, 0.96),
    "pen13": (0.99, 0.99),
    "own7": (0.98, 0.94),
}
LEAST_RECALL = 0.99
FIXED = {
    "accountable-care-provider",
    "assurance",
    "care-system",
    "consultation",
    "delegation",
    "demand-management",
    "estates-sale",
    "new-care-model",
    "outsourcing",
    "place-partnership",
    "population-payment",
    "provider-group",
    "savings",
    "service-closure",
    "subsidiary-company",
    "support-framework",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    wording: str
    concepts: frozenset[str]
    text: str


def labelled(path: Path) -> list[Labelled]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Labelled(
                wording=row["wording"],
                concepts=frozenset(() if row["concepts"] == "-" else row["concepts"].split(",")),
                text=canonical(row["sentence"].replace(r"\n", "\n")),
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


PENS = sorted((LABELLED / "pens").glob("*.tsv"))
OF_PENS = [each for path in PENS for each in labelled(path)]
ORDINARY = [each for path in sorted((LABELLED / "ordinary").glob("*.tsv")) for each in labelled(path)]
SENTENCES = [sentence for path in sorted(LABELLED.glob("*.tsv")) for sentence in labelled(path)]


@pytest.fixture(scope="module")
def watcher():
    return shipped.matcher()


@pytest.fixture(scope="module")
def answers(watcher):
    return [{mention.concept_id for mention in watcher.mentions(each.text)} for each in SENTENCES]


def test_the_fixed_concepts_ship():
    assert set(SHIPPED) >= FIXED


@pytest.mark.parametrize("concept", SHIPPED.values(), ids=SHIPPED.keys())
def test_examples(concept, watcher):
    def found(sentence):
        return concept.id in {mention.concept_id for mention in watcher.mentions(sentence)}

    assert [sentence for sentence in concept.match if not found(sentence)] == []
    assert [sentence for sentence in concept.no_match if found(sentence)] == []


def test_the_labelled_sentences_are_many_different_and_of_every_concept():
    assert len(SENTENCES) + len(OF_PENS) >= 1_200
    assert len({each.text for each in SENTENCES}) == len(SENTENCES)
    assert {concept for each in SENTENCES for concept in each.concepts} == set(SHIPPED)
    assert {path.stem for path in LABELLED.glob("*.tsv")} == set(SHIPPED)
    assert sum(not each.concepts for each in SENTENCES) >= len(SENTENCES) / 4


@pytest.mark.parametrize("concept", SHIPPED)
def test_precision_and_recall_hold_their_floor(concept, answers):
    pairs = list(zip(SENTENCES, answers, strict=True))
    missed = [each.text for each, found in pairs if concept in each.concepts - found]
    wrong = [each.text for each, found in pairs if concept in found - each.concepts]
    right = sum(concept in each.concepts & found for each, found in pairs)
    reached = {"precision": right / (right + len(wrong)), "recall": right / (right + len(missed))}
    floor = tomllib.loads((LABELLED / "floors.toml").read_text(encoding="utf-8"))[concept]
    assert floor["precision"] >= LEAST_PRECISION
    assert floor["recall"] >= LEAST_RECALL
    assert reached["precision"] >= floor["precision"], wrong
    assert reached["recall"] >= floor["recall"], missed


@pytest.mark.parametrize("path", PENS, ids=lambda path: path.stem)
def test_sentences_by_pens_that_had_not_read_the_concepts(path, watcher):
    right = wrong = missed = 0
    faults: list[tuple[str, set[str]]] = []
    for each in labelled(path):
        found = {mention.concept_id for mention in watcher.mentions(each.text)}
        right += len(found & each.concepts)
        wrong += len(found - each.concepts)
        missed += len(each.concepts - found)
        if found != each.concepts:
            faults.append((each.text, found ^ set(each.concepts)))
    precision, recall = REACHED_BY_PEN[path.stem]
    assert right / (right + wrong) >= precision, faults
    assert right / (right + missed) >= recall, faults


def test_ordinary_sentences_are_not_flagged(watcher):
    flagged = [
        (each.text, mention.concept_id) for each in ORDINARY for mention in watcher.mentions(each.text)
    ]
    assert len(ORDINARY) >= 400
    assert flagged == []


OF_A_COUNCIL = """Appendix 1: Budget monitoring. Directorate, division and key service.
Adult Social Care and Health: older people, physical disability, mental health, learning disability.
Children in care, school transport, highways, waste collection, libraries, council tax.
Adult social care: the purchasing of residential care; mental health: supported living.
The revenue budget is forecast to be overspent at the end of the year."""
OF_A_TRUST = """Finance report to the board of the foundation trust, month seven.
The hospital is two million behind plan. Nursing agency spend has fallen on the wards. Adult social care
delays cost four hundred beds. The trust pays business rates and maintains its highways and car park.
Mental health placements outside the county are the largest pressure that the NHS faces here."""
OF_SCRUTINY = """Health overview and scrutiny committee. Adult social care and the NHS: discharge
from hospital. The integrated care board will report on patients who wait for adult social care. Members of
the county council are asked to note the effects of the council budget on hospital beds
and on mental health services."""
TABLE = "Purchasing of residential care: efficiency savings of 8,000. Mental health: savings target 400."


@pytest.mark.parametrize(("head", "found"), [(OF_A_COUNCIL, False), (OF_A_TRUST, True), (OF_SCRUTINY, True)])
def test_savings_are_of_the_health_service_where_its_paper_is(head, found, watcher):
    pages = [
        Page(
            sha256="0" * 64,
            number=number,
            text=text,
            method=PageMethod.TEXT_LAYER,
            extractor="",
            body_end=len(text),
        )
        for number, text in enumerate(map(canonical, (head, TABLE)), 1)
    ]
    assert any(hit.page == 2 and hit.concept_id == "savings" for hit in watcher.hits(pages)) is found


@pytest.mark.parametrize("concept", SHIPPED.values(), ids=SHIPPED.keys())
def test_every_plain_wording_is_found_in_any_dress(concept, watcher):
    plain = [
        each.text for each in concept.wordings if not (each.all or each.needs or each.near or each.not_near)
    ]
    assert plain
    for text in plain:
        for dress in (text, text.upper(), text.replace(" ", "\n"), f"\u2018{text}\u2019s", f"({text})"):
            found = {mention.concept_id for mention in watcher.mentions(canonical(f"The {dress} was noted."))}
            assert concept.id in found, dress


@pytest.mark.parametrize(
    "short", ["ICP", "ACO", "MCP", "PACS", "STP", "ACS", "ICS", "ICB", "LCO", "IHO", "CIP"]
)
def test_a_short_form_alone_never_counts(short, watcher):
    assert watcher.mentions(f"The {short} met on Tuesday and agreed the {short}.") == []


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("STP update", "care-system"),
        ("Has anybody elected our ICS?", "care-system"),
        ("ACS: first wave", "care-system"),
        ("What is an MCP?", "new-care-model"),
        ("FDP: business case", "patient-data"),
        ("LGR timeline", "local-government-reorganisation"),
        ("PHM roadmap", "population-health-management"),
        ("WOS: terms of reference", "subsidiary-company"),
        ("WPB: proposals", "population-payment"),
    ],
)
def test_a_short_form_counts_beside_a_word_of_the_business(text, concept, watcher):
    assert {mention.concept_id for mention in watcher.mentions(text)} == {concept}


@pytest.mark.parametrize(
    "text",
    [
        "Our ICS inhaler budget was spent.",
        "ICS (incident command system) workshop",
        "ACS pathway: chest pain priorities",
        "MCP (Motor Cycle Parking) update",
        "PACS downtime: radiology update",
        "The FDP of Germany has a new leader.",
    ],
)
def test_a_short_form_of_another_thing_counts_beside_no_word(text, watcher):
    assert watcher.mentions(text) == []


def test_a_short_form_counts_as_what_its_paper_defines_it_as(watcher):
    def said(text):
        return Counter((mention.concept_id, mention.wording.text) for mention in watcher.mentions(text))

    provider, partnership, system = "accountable-care-provider", "place-partnership", "care-system"
    spelled = "An integrated care provider (ICP) is proposed. The ICP will be paid by the year."
    assert said(spelled) == {(provider, "integrated care provider"): 1, (provider, "ICP"): 2}
    spelled = "The ICP (integrated care partnership) met in Leeds. The ICP agreed."
    assert said(spelled) == {(partnership, "integrated care partnership"): 1, (partnership, "ICP"): 2}
    spelled = "A local care organisation (LCO) is proposed. The LCO will be paid by the year."
    assert said(spelled) == {(provider, "local care organisation"): 1, (provider, "LCO"): 2}
    assert said("The integrated care pathway (ICP) of the NHS is new. The ICP is used on each ward.") == {}
    assert said("Our Integrated Clinical Services (ICS) serve the NHS. The ICS has ten nurses.") == {}
    assert said("NHS patients use inhaled corticosteroids (“ICS”). Integrated care suits ICS.") == {}
    assert said("ICS (integrated care strategy) and the NHS. Each ICS is long; ICSs differ.") == {}
    spelled = "The Integrated Care System (hereafter the “ICS”) is wide. The ICS met; two ICSs met."
    assert said(spelled)[system, "ICS"] == 3
