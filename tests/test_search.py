"""Search by page: what is found, on which page, and how it is quoted."""

import statistics
import threading
import time
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import text

from pipeline.answers import Order
from pipeline.concepts import Concept, Wording
from pipeline.errors import QueryError
from pipeline.matching import Watcher
from pipeline.model import Body, DocumentKind
from pipeline.query import parse
from storage.archive import open_archive
from tests.archives import TODAY, document, keep, meeting, reading, revision, source
from tests.bench.big_archive import fill

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


# ---- how many, and how they spread


def spread(counts):
    return {count.id: count.count for count in counts}


def test_answers_are_counted_and_spread(archive):
    found = archive.search.look(parse("care OR whole"), 2)
    assert (found.total, found.more, found.about, len(found.answers)) == (5, False, False, 2)
    assert spread(found.facets.bodies) == {"marlshire": 4, "ellenby": 1}
    assert spread(found.facets.kinds) == {"report": 5}
    assert spread(found.facets.body_kinds) == {"council": 5}
    assert spread(found.facets.years) == {"2026": 5}


def test_what_only_the_next_page_says_is_neither_shown_nor_counted(archive):
    found = archive.search.look(parse('"provider contract"'))
    assert (found.total, [answer.page for answer in found.answers]) == (1, [5])


@pytest.mark.parametrize("order", Order)
def test_both_orders_give_the_same_answers(archive, order):
    found = archive.search.look(parse("care OR whole OR privatis*"), order=order)
    assert len(found.answers) == found.total == 6


def test_relevance_puts_first_what_says_it_most(tmp_path):
    archive = open_archive(tmp_path)
    keep(archive, ["care " * 8, "One mention of care among many other words of all kinds."], key="d1")
    pages = [answer.page for answer in archive.search.look(parse("care"), order=Order.RELEVANCE).answers]
    assert pages == [1, 2]


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("populaton", "population"),
        ("whole Populatoin paymnt", "whole population payment"),
        ('"capitatde budget"', '"capitated budget"'),
        ("privitisasion", "privatisation"),
        ("population", ""),
        ("zzzz", ""),
        ("pop*", ""),
        ("body:marlshire populaton", "body:marlshire population"),
    ],
)
def test_a_misspelling_is_put_right(archive, query, suggestion):
    assert archive.search.suggest(parse(query)) == suggestion


# ---- what changes after a paper was read


@pytest.fixture
def changing(tmp_path):
    archive = open_archive(tmp_path)
    keep(archive, ["Care for all."])
    return archive


def found(archive, query):
    return [answer.title for answer in archive.search.find(parse(query))]


def test_a_meeting_that_moves_takes_its_papers_along(changing):
    run = changing.catalogue.begin([source()], TODAY)
    changing.catalogue.record_meeting(run, meeting(starts_on=date(2027, 2, 3)))
    changing.catalogue.end(run)
    assert found(changing, "care after:2027") == ["Paper d1"]
    assert found(changing, "care before:2027") == []
    assert found(changing, "after:2027-02-03 before:2027-02-04") == ["Paper d1"]


def test_the_same_bytes_in_another_paper_are_found_under_both(changing):
    run = changing.catalogue.begin([source("ellenby", kind="icb")], TODAY)
    changing.catalogue.record_meeting(run, meeting("ellenby", starts_on=date(2025, 3, 3)))
    changing.catalogue.record_document(run, document("ellenby", "d9", kind=DocumentKind.PACK))
    changing.catalogue.record_revision(run, revision(b"Care for all.", "ellenby", "d9"))
    changing.catalogue.end(run)
    assert found(changing, "care") == ["Paper d9", "Paper d1"]
    assert found(changing, "care body:ellenby") == found(changing, "care kind:icb") == ["Paper d9"]
    assert found(changing, "care before:2026") == ["Paper d9"]
    assert found(changing, "care after:2026") == ["Paper d1"]
    assert found(changing, "care kind:report") == ["Paper d1"]


def test_a_replaced_paper_is_found_by_its_new_text_only(changing):
    run = changing.catalogue.begin([source()], TODAY)
    content = b"Nothing."
    changing.catalogue.record_document(run, document())
    sha256, _ = changing.blobs.put(content)
    changing.catalogue.record_revision(run, revision(content))
    changing.catalogue.end(run)
    changing.texts.store(reading(sha256, ["Nothing."]))
    assert found(changing, "care") == []
    assert found(changing, "nothing") == ["Paper d1"]


def test_a_concept_is_a_filter_once_it_is_flagged_and_no_more_when_it_is_dropped(changing):
    concept = Concept(id="care", label="", about="", wordings=(Wording(text="care"),), match=(), no_match=())
    watcher = Watcher([concept])
    (sha256,) = changing.mentions.pending(watcher.rules)
    assert found(changing, "concept:care") == []
    changing.mentions.store(sha256, watcher.hits(changing.texts.pages(sha256)), watcher.rules)
    assert found(changing, "concept:care") == found(changing, "all concept:care") == ["Paper d1"]
    changing.mentions.store(sha256, [], "other")
    assert found(changing, "concept:care") == []
    assert found(changing, "care") == ["Paper d1"]


def test_a_body_brings_the_papers_of_those_it_took_over(changing):
    bodies = [
        Body(id="marlshire", name="Marlshire", kind="council", successors=("wold",)),
        Body(id="wold", name="Wold", kind="council", successors=("great-wold",)),
        Body(id="great-wold", name="Great Wold", kind="council"),
    ]
    for _ in range(2):
        changing.catalogue.keep_bodies(bodies)
    assert found(changing, "care body:great-wold") == ["Paper d1"]
    assert found(changing, "care body:ellenby") == []


def test_the_index_forgets_what_it_must(changing):
    """FTS5 without content forgets a row only where it is told the very words that it holds."""
    run = changing.catalogue.begin([source()], TODAY)
    for day in (date(2027, 1, 1), date(2026, 1, 1), None):
        changing.catalogue.record_meeting(run, meeting(starts_on=day))
        changing.catalogue.end(run)
    (sha256,) = (row.sha256 for row in changing.reports.papers())
    changing.texts.store(reading(sha256, ["Other words."], version="2"))
    with changing.database.writing() as connection:
        connection.execute(text("INSERT INTO page_index(page_index) VALUES ('integrity-check')"))
        left = connection.execute(text("SELECT term FROM page_index_words")).scalars().all()
    assert sorted(word for word in left if word.isascii()) == ["other", "words"]


# ---- at scale: a small sample of tests/bench/bench_search.py


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    archive = open_archive(tmp_path_factory.mktemp("big"))
    fill(archive, 2_000)
    return archive


def test_common_words_are_capped_and_quick(big):
    look = big.search.look(parse("board"), seconds=1.0)
    assert (look.total, look.more, len(look.answers)) == (1_000, True, 20)
    days = [answer.meeting_date for answer in look.answers]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    "query", ["b*", "ba*", "*a*", "a* OR b* OR c*", "(" * 20 + "board" + ")" * 20, "x" * 1999]
)
def test_no_query_takes_long_or_breaks(big, query):
    began = time.monotonic()
    with suppress(QueryError):  # a refusal is a plain answer too
        big.search.look(parse(query), seconds=1.0)
    assert time.monotonic() - began < 3


def test_readers_are_not_kept_waiting_by_a_writer(big):
    stop, faults, times = threading.Event(), [], []

    def read():
        while not stop.is_set():
            began = time.monotonic()
            try:
                big.search.look(parse('"integrated care" board'), seconds=5.0)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the test shows it
                faults.append(fault)
            times.append(time.monotonic() - began)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(20):
        keep(big, [f"Integrated care, written now {number}."], key=f"n{number}")
    stop.set()
    for reader in readers:
        reader.join()
    assert not faults
    assert len(times) > 4
    assert statistics.median(times) < 1
