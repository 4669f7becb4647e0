"""What a reader is told, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline import digest_order
from pipeline.changes import ChangeKind, ChangeRow, Thing
from pipeline.digest import (
    REPLACED,
    WITHDRAWN,
    DigestItem,
    compose,
    faults_of,
    is_due,
    is_quiet_due,
    label,
    topics,
)
from pipeline.matching.concepts import Concept, Wording
from pipeline.matching.query_matching import topic
from pipeline.model import (
    Account,
    Ahead,
    Cadence,
    Digest,
    DocumentKind,
    HitPlace,
    Meeting,
    Subscriber,
    WatchList,
)

TODAY = date(2026, 11, 22)
CONCEPTS = {
    name: Concept(
        id=name, label=name.title(), about="", wordings=(Wording(text=name),), match=(), no_match=()
    )
    for name in ("savings", "merger")
}


def reader(*lists: WatchList) -> Subscriber:
    return Subscriber(
        id=1,
        address="r@example.org",
        channel="mail",
        watch_lists=lists,
        cadence=Cadence.WEEKLY,
        confirmed_at=None,
        token="t",
    )


def place(**changes: object) -> HitPlace:
    facts = {
        "body": "vale",
        "body_name": "Vale",
        "document": 1,
        "kind": DocumentKind.PACK,
        "title": "Papers",
        "url": "https://vale.example/p.pdf",
        "page": 1,
        "pages": 9,
        "sha256": "a" * 64,
        "captured_at": datetime(2026, 11, 3, tzinfo=UTC),
        "meeting_date": date(2026, 11, 10),
        "hit_id": 1,
        **changes,
    }
    return HitPlace(**facts)


def item(**changes: object) -> DigestItem:
    facts = {
        "concept_id": "savings",
        "wording": "savings",
        "snippet": "The savings are agreed.",
        "mark": (4, 11),
        "passage": "p",
        "place": place(),
        "told_before": False,
        "first_by_body": False,
        **changes,
    }
    return DigestItem(**facts)


def told(*items: DigestItem, by: Subscriber | None = None, **more: object) -> Digest:
    return compose(
        by or reader(WatchList()),
        items,
        concepts=CONCEPTS,
        since=None,
        today=TODAY,
        account=Account(),
        **more,
    )


@pytest.mark.parametrize(
    ("cadence", "last", "due", "quiet"),
    [
        (Cadence.IMMEDIATE, TODAY, True, False),  # "nothing" is never urgent
        (Cadence.IMMEDIATE, date(2026, 11, 21), True, True),
        (Cadence.DAILY, TODAY, False, False),
        (Cadence.WEEKLY, date(2026, 11, 15), True, True),
        (Cadence.WEEKLY, date(2026, 11, 16), False, False),
        (Cadence.MONTHLY, date(2026, 10, 22), True, True),
        (Cadence.MONTHLY, date(2026, 10, 23), False, False),
    ],
)
def test_a_digest_is_due_when_its_time_has_passed(cadence: Cadence, last: date, *, due: bool, quiet: bool):
    assert is_due(cadence, last, TODAY) is due
    assert is_quiet_due(cadence, last, TODAY) is quiet
    assert is_due(cadence, None, TODAY)


def test_a_month_after_the_31st_is_the_last_day_of_the_next():
    assert is_due(Cadence.MONTHLY, date(2027, 1, 31), date(2027, 2, 28))
    assert not is_due(Cadence.MONTHLY, date(2027, 1, 31), date(2027, 2, 27))
    assert is_due(Cadence.MONTHLY, date(2026, 12, 22), date(2027, 1, 22))


@pytest.mark.parametrize(
    ("lists", "note"),
    [
        ([WatchList(note="all")], "all"),
        ([WatchList(note="elsewhere", bodies=("wold",))], ""),
        ([WatchList(note="minutes", kinds=(DocumentKind.MINUTES,))], ""),
        ([WatchList(note="packs", kinds=(DocumentKind.PACK,))], "packs"),
        ([WatchList(note="merger", concepts=("merger",)), WatchList(name="mine", concepts=("savings",))], ""),
        ([WatchList(), WatchList(note="savings", concepts=("savings",))], "savings"),  # one with a note first
        ([WatchList(note="words", query="plan")], ""),
    ],
)
def test_the_list_by_which_a_mention_is_followed_says_why(lists: list[WatchList], note: str):
    [entry] = told(item(), by=reader(*lists)).entries
    assert entry.note == note


def test_a_search_of_one_s_own_is_called_by_its_name_or_its_words():
    own = topic("the plan")
    lists = [WatchList(query="the plan", name="Plans"), WatchList(query="other")]
    [entry] = told(item(concept_id=own), by=reader(*lists)).entries
    assert (entry.concept_label, entry.watch) == ("Plans", "Plans")
    assert label(own, WatchList(query="the plan"), CONCEPTS) == "the plan"
    assert label(own, WatchList(query="plan " * 30), CONCEPTS).endswith("…")
    assert label(own, None, CONCEPTS) == "a query of yours"
    assert label("savings", None, CONCEPTS) == "Savings"
    assert label("gone", None, CONCEPTS) == "gone"


def test_what_a_reader_follows_are_topics_or_all_of_them():
    assert topics(reader(WatchList())) is None
    assert topics(reader(WatchList(concepts=("a", "b")), WatchList(concepts=("a",), query="x"))) == (
        "a",
        "b",
        topic("x"),
    )


def test_what_nothing_looks_for_any_more_is_said():
    lists = [
        WatchList(name="Old", concepts=("savings", "gone")),
        WatchList(query="plan OR"),
        WatchList(query="fine"),
    ]
    gone, unread = faults_of(lists, CONCEPTS)
    assert gone == (
        "Your alert \u201cOld\u201d follows the topic gone, which is no longer looked for. "
        "Change it on the page of your alerts."
    )
    assert unread.startswith("An alert of yours has the search plan OR, which cannot be read: ")


def test_a_passage_is_quoted_from_the_shortest_paper_and_then_the_earliest():
    pack, report = place(document=1, hit_id=1, pages=200), place(document=2, hit_id=2, pages=4)
    earlier = place(document=3, hit_id=3, pages=4, meeting_date=date(2026, 11, 9))
    [entry] = told(*(item(place=each) for each in (pack, report, earlier))).entries
    assert [each.document for each in entry.places] == [3, 2, 1]


def test_words_under_two_topics_are_one_entry_called_by_the_rarer():
    both = [item(), item(concept_id="merger", wording="agreed", mark=(16, 22), first_by_body=True)]
    other = item(passage="q", snippet="More savings.", place=place(page=2, hit_id=2))
    first, second = told(*both, other).entries
    assert (first.concept_label, [tag.concept_id for tag in first.also]) == ("Merger", ["savings"])
    assert sorted(first.marks) == [(4, 11), (16, 22)]
    assert [each.topic for each in first.firsts] == ["Merger"]
    assert second.concept_label == "Savings"


def test_a_first_mention_is_named_once_a_body_and_that_of_anywhere_leads():
    vale = place(hit_id=1)
    wold = place(hit_id=2, document=2, body="wold", body_name="Wold")
    firsts = {"first_by_body": True}
    [entry] = told(
        item(place=vale, **firsts),
        item(place=replace(vale, page=2, hit_id=3), **firsts),
        item(place=wold, first_anywhere=True, **firsts),
    ).entries
    assert [(each.body_name, each.anywhere) for each in entry.firsts] == [("Wold", True), ("Vale", False)]


def test_each_body_and_topic_has_a_turn_before_the_second_of_any():
    items = [
        item(
            passage=f"{body}{page}", snippet=f"{body} {page}", place=place(body=body, page=page, hit_id=page)
        )
        for body in ("vale", "wold")
        for page in (1, 2)
    ]
    entries = told(*items).entries
    shown = digest_order.in_turn(entries, TODAY, most=3)
    assert [each.places[0].body for each in shown[:2]] in (["vale", "wold"], ["wold", "vale"])
    assert len(shown) == 3
    assert len(digest_order.in_turn(entries, TODAY, most=9)) == 4


def test_the_newest_stands_first_where_all_are_shown():
    days = [date(2026, 11, 3), date(2026, 11, 10), date(2026, 10, 1)]
    items = [
        item(
            passage=f"{day}", snippet=f"{day}", place=place(meeting_date=day, document=number, hit_id=number)
        )
        for number, day in enumerate(days)
    ]
    found = digest_order.newest_first(told(*items).entries)
    assert [each.places[0].meeting_date for each in found] == sorted(days, reverse=True)


def test_a_wording_is_the_rarest_where_others_are_said_more_often():
    common = [item(passage=f"{n}", snippet=f"{n}", place=place(page=n, hit_id=n)) for n in (1, 2)]
    rare = item(passage="r", snippet="r", wording="cuts", place=place(page=3, hit_id=3))
    entries = told(*common, rare).entries
    found = digest_order.rarest(entries, entries)
    assert found is not None
    assert found.wording == "cuts"
    alike = told(*common).entries
    assert digest_order.rarest(alike, alike) is None
    assert digest_order.rarest((), alike) is None


def test_meetings_that_say_what_a_reader_follows_come_before_others_of_their_bodies():
    meeting = Meeting(source_id="vale", key="m", body_name="Board", title="Board", starts_on=TODAY, url="")
    silent, telling = (
        Ahead(body_name="Vale", meeting=meeting),
        Ahead(body_name="Vale", meeting=meeting, mentions=1),
    )
    last_day = Ahead(body_name="Vale", meeting=meeting, document=3)
    found = digest_order.what_is_ahead(
        told(ahead=(silent, telling, last_day), by=reader(WatchList(bodies=("vale",))))
    )
    assert found == [telling, last_day, silent]
    assert digest_order.what_is_ahead(told(ahead=(silent, telling))) == [telling]


def test_what_became_of_papers_is_told_once_and_no_kind_hides_another():
    def change(document: int, kind: ChangeKind) -> ChangeRow:
        return ChangeRow(
            id=document,
            day=TODAY,
            at=datetime(2026, 11, 3, tzinfo=UTC),
            kind=kind,
            what=Thing.PAPER,
            source="vale",
            body="vale",
            body_name="Vale",
            committee="",
            meeting=None,
            meeting_date=None,
            document=document,
            title="Papers",
            url="",
            was="",
            now="",
        )

    gone = item(concept_id=WITHDRAWN, passage="w")
    changed = [item(concept_id=REPLACED, passage=f"{n}", place=place(document=n, hit_id=n)) for n in (2, 3)]
    digest = told(gone, *changed, changes=[change(n, ChangeKind.RENAMED) for n in (1, 2, 4)])
    assert [each.document for each in digest_order.other_changes(digest)] == [4]
    order = digest_order.overtaken(digest.withdrawn, digest.replaced)
    assert [each.places[0].document for each in order] == [1, 2, 3]
