"""Search by page: what is found, on which page, and how it is quoted."""

import hashlib
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from pipeline.errors import QueryError, TooBusy
from pipeline.matching import query as q
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.matching.query import parse
from pipeline.matching.query_matching import RuleSet
from pipeline.model import Body, DocumentKind
from pipeline.ports import Findings
from pipeline.text.keys import words
from pipeline.views import Order
from storage import tables as t
from storage.archive import open_archive
from storage.page_rows import unpacked
from storage.search_index import fts, index_placement
from storage.search_index.search import PROCESSORS, RANKED
from tests.bench.big_archive import fill
from tests.helpers.archives import TODAY, document, keep, meeting, reading, revision, source

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
        ("budget NOT (NOT paid NOT nowhere)", [("Pack", 1)]),
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


def test_an_answer_says_its_item_of_the_agenda_where_the_paper_does(tmp_path):
    archive = open_archive(tmp_path)
    keep(archive, ["Savings, as listed.", "Savings, in full."], items=["", "Item 7: Finance report"])
    known = {1: "", 2: "Item 7: Finance report"}
    assert {each.page: each.item for each in archive.search.find(parse("savings"))} == known
    assert {each.page: each.item for each in archive.search.find(parse("body:marlshire"))} == known
    hunted = archive.reports.hunt(RuleSet({"": parse("savings")}).hits)
    assert {each.page: each.item for each in hunted} == known


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


def test_what_stands_under_several_days_does_not_end_the_count(changing):
    run = changing.catalogue.begin([source("ellenby")], TODAY)
    changing.catalogue.record_meeting(run, meeting("ellenby", starts_on=date(2025, 3, 3)))
    changing.catalogue.record_document(run, document("ellenby", "d9"))
    changing.catalogue.record_revision(run, revision(b"Care for all.", "ellenby", "d9"))
    changing.catalogue.record_document(run, document("ellenby", "d8"))
    changing.blobs.put(b"More care.")
    changing.catalogue.record_revision(run, revision(b"More care.", "ellenby", "d8"))
    changing.catalogue.end(run)
    changing.texts.store(reading(hashlib.sha256(b"More care.").hexdigest(), ["More care."]))
    assert found(changing, "care before:2026") == ["Paper d9", "Paper d8"]
    assert changing.search.look(parse("care before:2026")).total == 2


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
    watcher = ConceptMatcher([concept])
    (sha256,) = changing.mentions.pending(watcher.rules)
    assert found(changing, "concept:care") == []
    changing.mentions.store(
        {sha256: Findings(rules=watcher.rules, hits=watcher.hits(changing.texts.pages(sha256)))}
    )
    assert found(changing, "concept:care") == found(changing, "all concept:care") == ["Paper d1"]
    changing.mentions.store({sha256: Findings(rules="other", hits=[])})
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


INDEXED = {
    "sqlite": "SELECT term FROM page_index_words",
    "postgresql": "SELECT word FROM ts_stat('SELECT words FROM page_index')",
}


def test_the_index_forgets_what_it_must(changing):
    """FTS5 without content forgets a row only where it is told the very words that it holds."""
    run = changing.catalogue.begin([source()], TODAY)
    for day in (date(2027, 1, 1), date(2026, 1, 1), None):
        changing.catalogue.record_meeting(run, meeting(starts_on=day))
        changing.catalogue.end(run)
    (sha256,) = (row.sha256 for row in changing.reports.papers())
    changing.texts.store(reading(sha256, ["Other words."], version="2"))
    with changing.database.writing() as connection:
        assert fts.fault(connection) == ""
        left = connection.execute(text(INDEXED[connection.dialect.name])).scalars().all()
    assert sorted(word for word in left if word.isascii()) == ["other", "words"]


# ---- the whole language, against every page read word by word

WORDS = ("care", "cares", "carer", "population", "payment", "payments", "integrated", "uncapped", "capped")
BROKEN = "popu\u00adlation"
DAYS = (date(2025, 3, 1), date(2026, 1, 1), date(2026, 11, 26))


@pytest.fixture(scope="module")
def shelves(tmp_path_factory):
    """An archive of short random papers, and what stands in it: (title, body, day, pages)."""
    archive, dice = open_archive(tmp_path_factory.mktemp("random")), random.Random(4)
    held = []
    for at in range(40):
        count = dice.choice([1, 1, 2, 3])
        said = [*WORDS, BROKEN] if count == 1 else WORDS  # at a page's turn a broken word is read mended only
        pages = [" ".join(dice.choices(said, k=dice.randint(1, 12))) for _ in range(count)]
        body, day = dice.choice(["marlshire", "ellenby"]), dice.choice(DAYS)
        run = archive.catalogue.begin([source(body)], TODAY)
        archive.catalogue.record_meeting(run, meeting(body, f"on {day}", starts_on=day))
        paper = document(body, f"d{at}", meeting_key=f"on {day}", title=f"Paper {at}")
        archive.catalogue.record_document(run, paper)
        sha256, _ = archive.blobs.put(f"paper {at}".encode())
        archive.catalogue.record_revision(run, revision(f"paper {at}".encode(), body, f"d{at}"))
        archive.texts.store(reading(sha256, pages))
        held.append((paper.title, body, day, pages))
    return archive, held


def answers_word_by_word(query, held):
    return sorted(
        (title, number)
        for title, body, day, pages in held
        for number, page in enumerate(pages, 1)
        if (not query.body or body == query.body)
        and (not query.after or day >= query.after)
        and (not query.before or day < query.before)
        and (query.expression is None or says(query.expression, list(read(page, pages[number:]))))
    )


def read(page, following):
    """A page as printed, as mended, and as read on; each with where in it the page ends, if that counts."""
    yield words(page), None
    yield words(page.replace("\u00ad", "")), None
    if following:
        yield words(page) + words(following[0]), len(words(page))


def says(expression, readings):
    match expression:
        case q.And(parts):
            return all(says(part, readings) for part in parts)
        case q.Or(parts):
            return any(says(part, readings) for part in parts)
        case q.Not(part):
            return not says(part, readings)
        case q.Near(left, right, distance):
            return any(
                max(a, b) - min((a, a_end), (b, b_end))[1] <= distance
                and (turn is None or min(a, b) < turn < max(a_end, b_end))
                for said, turn in readings
                for a, a_end in places(left, said)
                for b, b_end in places(right, said)
            )
        case q.Phrase():
            return any(
                turn is None or start < turn < end
                for said, turn in readings
                for start, end in places(expression, said)
            )


def places(phrase, said):
    for form in phrase.forms():
        for start in range(len(said) - len(form) + 1):
            some = list(zip(said[start:], form, strict=False))
            if all(
                word == asked
                or (
                    phrase.suffix
                    and at == 0
                    and (word.endswith(asked) or (phrase.prefix and at == len(form) - 1 and asked in word))
                )
                or (phrase.prefix and at == len(form) - 1 and word.startswith(asked))
                for at, (word, asked) in enumerate(some)
            ):
                yield start, start + len(form)


word = st.sampled_from(WORDS)
phrase = st.lists(word, min_size=1, max_size=3).map(lambda some: f'"{" ".join(some)}"')
term = phrase | st.sampled_from(["car*", "pay*", "*capped", "*aye*", '"care pay*"', "popu", '"popu lation"'])
near = st.builds("{} NEAR/{} {}".format, phrase, st.integers(1, 5), word)
expression = st.recursive(
    term | near,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR", "NOT"]), inner)
        | st.builds("({} NOT (NOT {} NOT {}))".format, inner, inner, inner)
        | st.builds("({} NOT (NOT {} ({} OR {})))".format, inner, inner, inner, inner)
    ),
    max_leaves=6,
)
narrowed = st.sampled_from(
    ["", "body:ellenby", "after:2026", "before:2026-11", "after:2025-06 before:2026-06 body:marlshire"]
)


@settings(max_examples=60, deadline=None)
@given(expression, narrowed)
def test_search_finds_what_reading_every_page_finds(shelves, said, narrowed):
    archive, held = shelves
    query = parse(f"{said} {narrowed}")
    expected = answers_word_by_word(query, held)
    found = archive.search.find(query, 0)
    assert sorted((answer.title, answer.page) for answer in found) == expected
    days = [answer.meeting_date for answer in found]
    assert days == sorted(days, reverse=True)
    for order in Order:
        look = archive.search.look(query, 0, order=order)
        assert sorted((answer.title, answer.page) for answer in look.answers) == expected
        assert (look.total, look.more, look.about) == (len(expected), False, False)


def test_an_index_that_was_lost_is_made_again_from_the_pages(shelves):
    archive, _ = shelves
    queries = [
        parse(text) for text in ("care", '"integrated care"', "*capped body:ellenby", "care after:2026")
    ]

    def found():
        every = (archive.search.find(query, 0) for query in queries)
        return [sorted((answer.title, answer.page, answer.snippet) for answer in some) for some in every]

    before = found()
    assert all(before)
    with archive.database.writing() as connection:
        fts.clear(connection)
        connection.execute(update(t.files).values(labels=[]))
    assert not any(found())
    with archive.database.writing() as connection:
        for sha256 in index_placement.misplaced(connection):
            index_placement.reindex_file(connection, sha256)
    assert found() == before


# ---- at scale: a small sample of tests/bench/bench_search.py


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    archive = open_archive(tmp_path_factory.mktemp("big"))
    fill(archive, 2_000)
    return archive


def test_a_page_is_quoted_as_a_watch_list_quotes_it(tmp_path):
    """Not by a running head that stands on every page."""
    archive = open_archive(tmp_path)
    said = [
        "The board met and spoke of savings.",
        "It found none.",
        "More savings were asked for.",
        "So be it.",
    ]
    keep(
        archive,
        [f"Savings Board of Marlshire\n\n{text}\n\nIt went on to page {n}." for n, text in enumerate(said)],
    )
    found = {answer.page: answer.snippet for answer in archive.search.find(parse("savings"))}
    assert [found[1], found[3]] == [said[0], said[2]]
    assert sorted(found) == [1, 2, 3, 4]
    hunted = archive.reports.hunt(RuleSet({"": parse("savings")}).hits)
    assert {each.page: each.snippet for each in hunted if each.page in {1, 3}} == {1: said[0], 3: said[2]}


def test_common_words_are_capped_and_quick(big):
    look = big.search.look(parse("board"), seconds=1.0)
    assert (look.total, look.more, look.ranked, len(look.answers)) == (1_000, True, 0, 20)
    days = [answer.meeting_date for answer in look.answers]
    assert days == sorted(days, reverse=True)


def test_the_best_of_the_newest_come_first_and_then_the_others_by_date(big):
    by_date = big.search.look(parse("board OR integrated"), 1_100, seconds=5.0).answers
    best = big.search.look(parse("board OR integrated"), 1_100, order=Order.RELEVANCE, seconds=5.0)
    assert (best.total, best.more, best.ranked) == (1_000, True, RANKED)
    assert best.answers[RANKED:] == by_date[RANKED:]
    some = sorted(
        best.answers[:RANKED], key=lambda answer: (answer.meeting_date, answer.document, -answer.page)
    )
    assert some[::-1] == list(by_date[:RANKED])
    rare = {"integrated" in answer.snippet.lower() for answer in best.answers[:5]}
    assert rare == {True}


def test_counts_are_those_of_a_scan_of_every_page(big):
    with big.database.reading() as connection:
        packed = connection.execute(select(t.pages.c.text)).scalars().all()
    said = [f" {' '.join(words(unpacked(page)))} " for page in packed]
    for query, form in [
        ("payment", " payment "), ('"whole population payment"', " whole population payment "),
        ("capitat*", " capitat"), ("*tated", "tated "),
    ]:  # fmt: skip
        look = big.search.look(parse(query))
        assert (look.total, look.more, look.about) == (sum(form in page for page in said), False, False)
    look = big.search.look(parse('"integrated care"'))
    pages = sum(" integrated care " in page for page in said)
    assert look.about
    assert pages <= look.total < 1.2 * pages


@pytest.mark.sqlite
def test_the_database_is_not_much_larger_than_the_text(big):
    """It is 1.4 times the text where there is more of it; made-up words pack worse than English."""
    with big.database.reading() as connection:
        raw = sum(len(unpacked(page)) for page in connection.execute(select(t.pages.c.text)).scalars())
        size = connection.execute(text("SELECT sum(pgsize) FROM dbstat")).scalar_one()
    assert size < 1.8 * raw


@pytest.mark.parametrize(
    "query", ["b*", "ba*", "*a*", "a* OR b* OR c*", "(" * 20 + "board" + ")" * 20, "x" * 1999]
)
def test_no_query_takes_long_or_breaks(big, query):
    began = time.monotonic()
    with suppress(QueryError, TooBusy):  # a refusal is a plain answer too
        big.search.look(parse(query), seconds=1.0)
    with suppress(QueryError, TooBusy):
        big.search.suggest(parse(query), seconds=1.0)
    assert time.monotonic() - began < 3


def out_of_time(archive, others, seconds=0.2):
    """What a search ends with that others keep from its work until its time is over."""
    with ExitStack() as asking:
        for _ in range(others):
            asking.enter_context(archive.search._asking("other", 60.0))
        with pytest.raises((QueryError, TooBusy)) as raised:
            kept_waiting(archive.search, seconds)
    return raised.value


def kept_waiting(search, seconds):
    with search._asking("board", seconds) as connection:
        threading.Event().wait(seconds)
        connection.execute(text("SELECT count(*) FROM pages a, pages b, pages c"))


def test_a_search_that_others_keep_from_its_end_is_not_called_too_much(big, monkeypatch):
    monkeypatch.setattr("os.getloadavg", lambda: (0.5, 0.5, 0.5))  # whatever else goes on here
    assert "say more of what you look for" in str(out_of_time(big, 0))
    busy = out_of_time(big, PROCESSORS)
    assert isinstance(busy, TooBusy)
    assert "Nothing is wrong with your search" in str(busy)
    own = out_of_time(big, PROCESSORS, seconds=1e-9)  # whose work alone was too much
    assert "say more of what you look for" in str(own)
    monkeypatch.setattr("os.getloadavg", lambda: (PROCESSORS + 1.0, 0.5, 0.5))
    assert isinstance(out_of_time(big, 0), TooBusy), "a run may keep it, too"


def looked(archive):
    return archive.search.look(parse('"integrated care" board'), seconds=30.0).answers


def test_a_writer_in_the_middle_of_its_work_keeps_no_reader_waiting(big):
    """It has written more than its memory holds: without a write-ahead log, its file would be locked now."""
    before = looked(big)
    with suppress(InterruptedError), big.database.writing() as connection:
        connection.execute(update(t.files).values(metadata={"title": "x" * 100_000}))
        assert looked(big) == before
        raise InterruptedError


def test_a_reader_in_the_middle_of_its_work_keeps_no_writer_waiting(big):
    with big.database.reading() as connection:
        assert connection.execute(select(t.pages.c.id)).first()
        keep(big, ["Integrated care of the board, written beside a reader."], key="beside")
    assert looked(big)[0].title == "Paper beside"


def test_four_readers_and_a_writer_at_once_have_no_fault(big):
    with ThreadPoolExecutor(4) as readers:
        looks = [readers.submit(looked, big) for _ in range(40)]
        for number in range(20):
            keep(big, [f"Integrated care, written now {number}."], key=f"n{number}")
        assert all(look.result(timeout=300) for look in looks)
