"""Names that are new: the renamings of ten years are heard within weeks of their second body."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from cli.app.context import App
from cli.main import call
from pipeline.matching import concepts as concept_files
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.radar import (
    NewNames,
)
from pipeline.stages import flag
from pipeline.text.keys import words
from storage.archive import open_archive
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from collections.abc import Iterable

SHIPPED = list(concept_files.load([concept_files.SHIPPED]).values())
# When each name first stood in papers of the health service, as far as is known.
RENAMINGS = {
    "Multispecialty Community Provider (MCP)": date(2014, 10, 23),
    "Sustainability and Transformation Plan (STP)": date(2015, 12, 22),
    "accountable care organisation": date(2016, 7, 13),
    "Whole Population Annual Payment (WPAP)": date(2017, 8, 4),
    "integrated care system": date(2018, 2, 2),
    "Integrated Care Provider (ICP)": date(2018, 8, 3),
    "Provider Collaborative": date(2021, 8, 20),
    "Primary Care Network (PCN)": date(2019, 1, 7),
    "integrated health organisation": date(2025, 7, 3),
    "host provider": date(2025, 12, 18),
}
SENTENCES = (
    "The clinical commissioning group asked what the {} would mean for the hospital.",
    "The board considered a paper on the {}, which the clinical commissioning group had asked for.",
    "Officers said that each {} would be subject to consultation by the clinical commissioning group.",
)

NOISE = (
    "Members thanked the staff of both hospitals for their work over the winter.",
    "The chair asked for a report on waiting times in the emergency department by the spring.",
    "The finance report shows a deficit of two million pounds at the end of month seven.",
    "Patients told the meeting that buses to the clinic had been cut.",
    "The Director of Nursing said that vacancies had fallen for the third month.",
    "A public question was asked about parking charges, and an answer was given.",
    "The clinical commissioning group will write to every practice in the county.",
    "The minutes of the last meeting were agreed as a true record.",
    "The council of governors elected a new deputy chair.",
    "Ambulance crews waited longer than last year outside the main hospital.",
)


def plain(name: str) -> str:
    return name.partition(" (")[0]


def said_in(name: str, text: str) -> bool:
    return " ".join(words(plain(name))) in " ".join(words(text))


def without(names: Iterable[str]) -> list[concept_files.Concept]:
    """The concepts as they were before anybody knew these names."""
    return [
        replace(
            concept,
            wordings=tuple(
                wording
                for wording in concept.wordings
                if not wording.all
                and not any(
                    said_in(name, wording.text) or said_in(wording.text, plain(name)) for name in names
                )
            ),
        )
        for concept in SHIPPED
    ]


@pytest.fixture(scope="module")
def known():
    return without(RENAMINGS)


@pytest.fixture(scope="module")
def archive(tmp_path_factory, known):
    """Ten years of papers of three bodies: noise each year, and each name in two bodies, ten days apart."""
    made = open_archive(tmp_path_factory.mktemp("data"))
    dice = random.Random(14)
    days = [
        (date(year, month, 5), body, "") for year in range(2013, 2027) for month in (2, 8) for body in "abc"
    ]
    days += [(day, "a", name) for name, day in RENAMINGS.items()]
    days += [(day + timedelta(days=10), "b", name) for name, day in RENAMINGS.items()]
    for number, (day, body, name) in enumerate(sorted(days)):
        said = dice.sample(NOISE, 6) + ([dice.choice(SENTENCES).format(name)] if name else [])
        dice.shuffle(said)
        keep(made, ["\n".join(said)], source_id=body, key=f"p{number}", meeting_key=None, published_on=day)
    flag(made.texts, made.mentions, ConceptMatcher(known))
    return made


@pytest.mark.parametrize("name", RENAMINGS)
def test_each_renaming_is_heard_within_weeks_of_its_second_body(archive, known, name):
    second = RENAMINGS[name] + timedelta(days=10)
    found = archive.new_names.look(second + timedelta(days=7), known)
    (heard,) = (each for each in found if each.name.casefold() == plain(name).casefold())
    assert (heard.first_on, heard.bodies, heard.form) == (
        RENAMINGS[name], ("a", "b"), name.partition(" (")[2].removesuffix(")"),
    )  # fmt: skip
    assert all(plain(name) in context.text for context in heard.contexts)
    assert [context.body for context in heard.contexts] == ["a", "b"]


def test_a_name_is_new_once_and_not_before_its_second_body(archive, known):
    first = RENAMINGS["host provider"]
    for day, is_new in ((first + timedelta(days=3), False), (first + timedelta(days=60), False)):
        names = {each.name for each in archive.new_names.look(day, known)}
        assert ("host provider" in names) is is_new


def test_what_a_concept_knows_is_no_news(archive):
    found = archive.new_names.look(RENAMINGS["Integrated Care Provider (ICP)"] + timedelta(days=17), SHIPPED)
    assert "Integrated Care Provider" not in {each.name for each in found}


@pytest.mark.parametrize(("earlier", "is_new"), [(1, False), (3, False), (8, True)])
def test_a_name_is_new_only_where_its_own_bodies_had_papers_without_it(tmp_path, known, earlier, is_new):
    """However old the archive is, and whatever it holds of others."""
    made = open_archive(tmp_path)
    day = date(2026, 11, 1)
    quiet = "The clinical commissioning group met and noted report {} and nothing more."
    laid = [("c", n, quiet.format(f"c{n}")) for n in range(1, 30)]
    laid += [(body, n, quiet.format(f"{body}{n}")) for body in "ab" for n in range(1, earlier + 1)]
    laid += [(body, 0, SENTENCES[0].format("host provider")) for body in "ab"]
    for body, weeks, text in laid:
        on = day - timedelta(weeks=5 * bool(weeks) + weeks)
        keep(made, [text], source_id=body, key=f"{body}{weeks}", meeting_key=None, published_on=on)
    flag(made.texts, made.mentions, ConceptMatcher(known))
    names = {each.name for each in made.new_names.look(day + timedelta(days=3), known)}
    assert ("host provider" in names) is is_new


def test_to_a_young_archive_no_name_is_new(tmp_path, known):
    made = open_archive(tmp_path)
    for body in "ab":
        text = SENTENCES[0].format("host provider")
        keep(made, [text], source_id=body, key=body, meeting_key=None, published_on=date(2026, 11, 1))
    flag(made.texts, made.mentions, ConceptMatcher(known))
    assert made.new_names.look(date(2026, 11, 5), known) == ()


def test_a_look_is_kept_for_a_week_and_a_spoilt_file_is_none(tmp_path, known):
    made = open_archive(tmp_path)
    assert (made.new_names.kept(), made.new_names.is_due(date(2026, 11, 1))) == (None, True)
    made.new_names.look(date(2026, 11, 1), known)
    assert made.new_names.kept() == NewNames(on=date(2026, 11, 1), names=())
    due = [made.new_names.is_due(date(2026, 11, day)) for day in (1, 7, 8)]
    assert due == [False, False, True]
    assert made.new_names.is_due(date(2026, 10, 31)), "a clock that was ahead"
    (tmp_path / "new-names.json").write_text("{")
    assert made.new_names.kept() is None


def test_a_name_is_adopted_as_a_concept_with_the_sentences_that_hold_it(archive, known, capsys):
    data = archive.blobs.path("0" * 64).parents[2]
    archive.new_names.look(RENAMINGS["host provider"] + timedelta(days=17), known)
    assert call(["concepts", "adopt", "Host provider", "--id", "a-host", "--data", str(data)]) == 0
    concept = App(data).concepts["a-host"]
    assert [wording.text for wording in concept.wordings] == ["host provider"]
    assert not list(ConceptMatcher([concept]).wrong_examples("a-host"))
    assert call(["concepts", "adopt", "Host provider", "--id", "a-host", "--data", str(data)]) == 2
    assert call(["concepts", "adopt", "nobody says so", "--data", str(data)]) == 2
    assert "radar" in capsys.readouterr().err
    assert call(["radar", "--today", "2026-01-04", "--format", "json", "--data", str(data)]) == 0
