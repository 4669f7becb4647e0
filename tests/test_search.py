"""Search by page: what is found, on which page, and how it is quoted."""

from datetime import date

import pytest

from pipeline.query import parse
from storage.archive import open_archive
from tests.archives import keep, reading

MENDED = "whole popu\u00adlation payment"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    archive = open_archive(tmp_path_factory.mktemp("data"))
    keep(
        archive,
        [
            "The Board noted the whole population payment for 2027.",
            "Nothing here but care.",
            f"A {MENDED} was agreed, with multi\u00adagency working.",
            "At the end of this page stands the integrated care",
            "provider contract, at the head of the next.",
        ],
        title="Finance",
    )
    keep(archive, ["Privatisation of Llŷn's clinics; £12.3m deficit."], key="d2", title="Risk")
    keep(
        archive,
        ["The capitated budget of the whole population is paid each year."],
        source_id="ellenby",
        key="d3",
        title="Pack",
    )
    return archive


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"whole population payment"', [("Finance", 1), ("Finance", 3)]),
        ('"Whole  Population-Payments"', []),
        ('"whole population"', [("Finance", 1), ("Finance", 3), ("Pack", 1)]),
        ("whole payment", [("Finance", 1), ("Finance", 3)]),
        ("multi-agency", [("Finance", 3)]),
        ("multiagency", [("Finance", 3)]),
        ('"care provider"', [("Finance", 4)]),
        ('"integrated care provider contract"', [("Finance", 4)]),
        ('"provider contract"', [("Finance", 5)]),
        ('"this page stands"', [("Finance", 4)]),
        ("privatis*", [("Risk", 1)]),
        ("privatisat*", [("Risk", 1)]),
        ("*vatisation", [("Risk", 1)]),
        ("*ivatisa*", [("Risk", 1)]),
        ("*nywhere", []),
        (chr(34) + "*grated care" + chr(34) + "*", [("Finance", 4)]),
        ("clinic", [("Risk", 1)]),
        ("llyn", [("Risk", 1)]),
        ("LLŶN", [("Risk", 1)]),
        ('"£12.3m deficit"', [("Risk", 1)]),
        ("payment NOT capitated", [("Finance", 1), ("Finance", 3)]),
        ("capitated OR privatisation", [("Risk", 1), ("Pack", 1)]),
        ("capitated NEAR/1 budget", [("Pack", 1)]),
        ("capitated NEAR/2 population", []),
        ("capitated NEAR/4 population", [("Pack", 1)]),
        ("budget body:ellenby", [("Pack", 1)]),
        ("budget body:marlshire", []),
        ("nowhere", []),
        ("body:ellenby", [("Pack", 1)]),
        ("care after:2026-11-26 before:2026-11-27", [("Finance", 2), ("Finance", 4)]),
        ("care before:2026-11-26", []),
        ("care kind:report", [("Finance", 2), ("Finance", 4)]),
        ("care kind:council", [("Finance", 2), ("Finance", 4)]),
        ("care kind:icb", []),
    ],
)
def test_pages_found(archive, query, found):
    answers = archive.search.find(parse(query), 0)
    assert sorted((answer.title, answer.page) for answer in answers) == sorted(found)


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ('"whole population payment"', "whole population payment"),
        ("privatis*", "Privatisation"),
        ('"integrated care provider contract"', "integrated care provider contract"),
        ("multiagency", "multi-agency"),
        ("clinic", "clinics"),
    ],
)
def test_the_quotation_marks_what_was_asked_for(archive, query, marked):
    answer = archive.search.find(parse(query), 1)[0]
    ((start, end),) = answer.marks
    assert answer.snippet[start:end] == marked


def test_an_answer_can_be_proved(archive):
    (answer,) = archive.search.find(parse("capitated"))
    assert len(answer.sha256) == 64
    assert answer.captured_at.tzinfo is not None
    assert (answer.body, answer.meeting_date, answer.page, answer.pages) == (
        "ellenby",
        date(2026, 11, 26),
        1,
        1,
    )


def test_limit_and_skip_walk_through_all_answers(archive):
    every = archive.search.find(parse("care OR whole"), 0)
    walked = [archive.search.find(parse("care OR whole"), 2, skip) for skip in range(0, len(every), 2)]
    assert [answer for part in walked for answer in part] == every
    assert len(every) > 2


def test_a_paper_read_again_is_found_by_its_new_text_only(tmp_path):
    archive = open_archive(tmp_path)
    sha256 = keep(archive, ["The old words.", "More of them."])
    archive.texts.store(reading(sha256, ["The better words."], version="2"))
    assert archive.search.find(parse("old OR more")) == []
    assert [answer.page for answer in archive.search.find(parse("better words"))] == [1]


@pytest.mark.parametrize(
    "query", ["text:care", "also:care", "care^2", "rowid", "a+b", "{care}", "a'; DROP b"]
)
def test_nothing_a_reader_types_is_syntax_of_the_index(archive, query):
    archive.search.find(parse(query))
