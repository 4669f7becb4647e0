"""What a paper says that its short forms mean decides what they count as, in that paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.matching.definitions import name_around, spelled_by
from pipeline.model import Page, PageMethod
from tests.helpers import shipped

SYSTEM = Concept(
    id="system",
    label="",
    about="",
    wordings=(Wording(text="integrated care system"), Wording(text="ICS", needs=("NHS",))),
    match=(),
    no_match=(),
)
PROVIDER = Concept(
    id="provider",
    label="",
    about="",
    wordings=(Wording(text="accountable care board"), Wording(text="integrated care provider")),
    match=(),
    no_match=(),
)
MATCHER = ConceptMatcher([SYSTEM, PROVIDER])


def said(*pages: str) -> list[tuple[int, str, str]]:
    hits = MATCHER.hits(
        [
            Page(
                sha256="0" * 64,
                number=number,
                text=text,
                method=PageMethod.TEXT_LAYER,
                extractor="",
                body_start=0,
                body_end=len(text),
            )
            for number, text in enumerate(pages, 1)
        ]
    )
    return [(hit.page, hit.concept_id, hit.wording) for hit in hits]


@pytest.mark.parametrize(
    ("form", "name", "spells"),
    [
        ("ICS", "Integrated Care System", True),
        ("ICS", "inhaled corticosteroid", True),
        ("ICS", "Integrated Care Strategy", True),
        ("ICS", "care system", False),
        ("STP", "Sustainability and Transformation Partnership", True),
        ("PACS", "primary and acute care system", True),
        ("MCP", "multispecialty community provider", True),
        ("SubCo", "subsidiary company", True),
        ("DHSC", "Department of Health and Social Care", True),
        ("ICS", "see page four", False),
        ("ICS", "Integrated Care System of Kent", False),
    ],
)
def test_a_name_gives_the_letters_of_its_short_form(form, name, spells):
    assert spelled_by(form, name.split()) is spells


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the Integrated Care System (ICS) met", "Integrated Care System "),
        ("the Integrated Care System (\u201cICS\u201d) met", "Integrated Care System "),
        ("the Integrated Care System (the \u201cICS\u201d) met", "Integrated Care System "),
        ("the Integrated Care System (hereafter ICS) met", "Integrated Care System "),
        ("the Kent Integrated Care System (KCC ICS)", "Integrated Care System "),
        ("the Integrated\nCare System (ICS; see page 2)", "Integrated\nCare System "),
        ("the Integrated Care Systems (ICS) met", "Integrated Care Systems "),
        ("ICS (Integrated Care System) met", "Integrated Care System"),
        ("ICS (see the Integrated Care System)", None),
        ("ICS (integrated care. System)", "integrated care. System"),
        ("as we said. System (ICS)", None),
        ("children in care (ICS)", None),
        ("ICS boards (Integrated Care System) met", "Integrated Care System"),
        ("ICS boards also met (see Integrated Care System)", None),
        ("ICS has not yet met (Integrated Care System)", None),
        ("ICS. Others (Integrated Care System)", None),
        ("(ICS)", None),
        ("ICS (" + "integrated care system and " * 130 + ")", None),
        ("integrated " * 400 + "(ICS)", None),
        ("ICS (integrated care system", None),
    ],
)
def test_a_definition_is_a_name_in_brackets_or_before_them(text, name):
    at = text.index("ICS")
    assert name_around(text, at, at + 3, "ICS") == name


def test_a_short_form_means_what_its_paper_says_on_every_page():
    assert said("The NHS board.", "Our Integrated Clinical Services (ICS) are new.", "The ICS met.") == []
    assert said("The Integrated Care System (ICS) is new.", "The ICS met.", "Two ICSs met.") == [
        (1, "system", "integrated care system"),
        (2, "system", "ICS"),
        (3, "system", "ICS"),
    ]


def test_without_a_definition_the_needs_decide():
    assert said("The ICS met.") == []
    assert said("The ICS met.", "NHS") == [(1, "system", "ICS")]


def test_of_several_definitions_the_last_one_before_counts_and_before_all_the_first():
    pages = [
        "The ICS met with the NHS.",
        "The Integrated Care Strategy (ICS) is long. The ICS is dull.",
        "The Integrated Care System (ICS) met. The ICS agreed.",
        "Inhaled corticosteroids (ICS) help. Take ICS daily.",
        "The ICS ended.",
    ]
    assert said(*pages) == [
        (3, "system", "integrated care system"),
        (3, "system", "ICS"),
    ]


def test_a_short_form_that_no_list_has_counts_as_what_it_is_defined_as():
    first = "The Shadow Accountable Care Board (SACB) meets."
    assert said(first, "The SACB agreed.") == [
        (1, "provider", "accountable care board"),
        (2, "provider", "SACB"),
    ]
    assert said("ICP (integrated care provider) means this.", "The ICP agreed, icp.") == [
        (1, "provider", "ICP"),
        (2, "provider", "ICP"),
    ]
    assert said("The ICP agreed.", "An integrated care pathway (ICP).") == []


def test_a_paper_full_of_brackets_is_read_in_one_go():
    text = "The Integrated Care System (ICS) " + "(((ICS (a (ICS) b ICS ( " * 2_000
    assert said(text)


def test_all_short_forms_of_the_shipped_concepts_follow_the_one_rule():
    watcher = shipped.matcher()
    for form, name in (
        ("ICB", "Inner City Bikes"),
        ("CCG", "Canal Cruising Guild"),
        ("STP", "Street Tree Plan"),
    ):
        text = f"NHS integrated care and clinical commissioning: the {name} ({form}) met. The {form} cluster."
        assert form not in {mention.wording.text for mention in watcher.mentions(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The ICP pathway was revised. In June of last year two more wards were told to adopt the ICP.", 0),
        ("The ICP was let. In June of last year two more wards were told of it and of the ICP.", 2),
    ],
)
def test_a_short_form_that_stands_for_something_else_goes_on_to_do_so(text: str, found: int) -> None:
    form = Wording(text="ICP", needs=("NHS",), not_near=("pathway",))
    whole = Wording(text="integrated care provider")
    concept = Concept(id="c", label="", about="", wordings=(form, whole), match=(), no_match=())
    pages = [page("NHS"), page(text, 2)]
    assert sum(hit.wording == "ICP" for hit in ConceptMatcher([concept]).hits(pages)) == found


def page(text: str, number: int = 1) -> Page:
    return Page(
        sha256="0" * 64, number=number, text=text, method=PageMethod.TEXT_LAYER, extractor="", body_start=0,
        body_end=len(text),
    )  # fmt: skip


def test_a_pattern_of_a_short_form_means_what_the_paper_says_that_it_does():
    """Flagged on the made-up council: "Adult Care Operations (ACO) will run the procurement"."""
    pattern = Wording(text="ICS \u2026 run", all=(("ICS",), ("run",)), within=8)
    matcher = ConceptMatcher([replace(SYSTEM, wordings=(*SYSTEM.wordings, pattern))])

    def flagged(text: str) -> list[str]:
        return [mention.wording.text for mention in matcher.mentions(text)]

    assert flagged("Who will run the ICS?") == ["ICS \u2026 run"]
    assert flagged("The inhaled corticosteroid (ICS) clinic is run by nurses. Who will run the ICS?") == []
    system = "The integrated care system (ICS) is run by its board."
    assert set(flagged(system)) >= {"integrated care system"}
    other = replace(PROVIDER, wordings=(*PROVIDER.wordings, pattern))
    # In another concept the same words are no name of it: it says nothing of what they mean.
    assert [m.concept_id for m in ConceptMatcher([SYSTEM, other]).mentions(system)].count("provider") == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ICS Incident command structure\nDTOC Delayed transfer of care", "Incident command structure"),
        (
            "DTOC: Delayed transfer of care\nICS: Incident command structure, of the fire service",
            "Incident command structure",
        ),
        ("ICS\nIncident command structure\nDTOC\nDelayed transfer of care", "Incident command structure"),
        (
            "| ICS | Incident command structure |\n| DTOC | Delayed transfer of care |",
            "Incident command structure",
        ),
        ("ICS Investment Case Summary\nThe board is asked to approve it.", None),
        ("ICS the incident command structure\nDTOC Delayed transfer of care", None),
        ("Our ICS Incident command structure\nDTOC Delayed transfer of care", None),
    ],
    ids=["rows", "colons", "a line each", "cells", "a title", "prose", "within a line"],
)
def test_the_row_of_a_glossary_is_a_definition(text, name):
    at = text.index("ICS")
    assert name_around(text, at, at + 3, "ICS") == name


def test_what_a_glossary_gives_another_meaning_is_not_flagged_by_words_of_the_business_next_to_it():
    """Flagged in the demo: ACO over DTOC in the words used in these papers."""
    said_of_it = "The ACO business case came to the board."
    rows = "ACO Adult care officer\nDTOC Delayed transfer of care\n"
    matcher = shipped.matcher()
    assert [mention.concept_id for mention in matcher.mentions(said_of_it)] == ["accountable-care-provider"]
    assert not list(matcher.mentions(rows + said_of_it))
