"""Sentences that pages, mails and commands share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline import english
from pipeline.matching.query import Query
from pipeline.model import (
    REFUSED,
    Account,
    Cadence,
    DocumentKind,
    First,
    HitPlace,
    SourceHealth,
    SourceState,
    Subscriber,
    WatchList,
)
from pipeline.views import Nearly, Results
from pipeline.where import EVERYWHERE, NOWHERE, Where, part

ON, OFF = WatchList(name="a"), WatchList(name="b", paused=True)


def reader(*lists: WatchList, **more: object) -> Subscriber:
    facts = {"cadence": Cadence.WEEKLY, "confirmed_at": None, "token": "t", **more}
    return Subscriber(id=1, address="r@example.org", channel="mail", watch_lists=lists, **facts)


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ([], "You have no alerts, so we look for nothing."),
        ([ON], ""),
        ([ON, ON], ""),
        ([OFF], "Your alert is paused, so we look for nothing new until you resume it."),
        ([OFF, OFF], "All your alerts are paused, so we look for nothing new until you resume one."),
        ([ON, OFF], "1 alert is paused."),
        ([ON, OFF, OFF], "2 alerts are paused."),
    ],
)
def test_alerts_that_find_nothing_are_said(lists: list[WatchList], said: str):
    assert english.paused(reader(*lists)) == said


@pytest.mark.parametrize(
    ("cadence", "said"),
    [
        (Cadence.IMMEDIATE, "We will write as soon as something new is found."),
        (Cadence.WEEKLY, "We will write when something new is found, at most once a week."),
    ],
)
def test_when_a_reader_hears_first(cadence: Cadence, said: str):
    assert english.first_message(reader(cadence=cadence)) == said


@pytest.mark.parametrize(
    ("why", "at", "said"),
    [
        ("", None, ""),
        ("by the reader", None, "You stopped these messages."),
        # Half past midnight in London.
        (
            "by the reader",
            datetime(2026, 6, 22, 23, 30, tzinfo=UTC),
            "You stopped these messages on 23 June 2026.",
        ),
        (
            f"{REFUSED}no such mailbox",
            None,
            "We stopped these messages, because your mail server did not take them: no such mailbox",
        ),
    ],
)
def test_why_no_message_goes_to_a_reader(why: str, at: datetime | None, said: str):
    assert english.stopped(reader(stopped=why, stopped_at=at)) == said


@pytest.mark.parametrize(
    ("watch", "said"),
    [
        (WatchList(), "every topic"),
        (WatchList(concepts=("a", "b")), "2 topics"),
        (WatchList(query="x"), "a search of your own"),
        (WatchList(concepts=("a",), query="x"), "1 topic and a search of your own"),
    ],
)
def test_what_a_list_looks_for(watch: WatchList, said: str):
    assert english.followed(watch) == said


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (NOWHERE, "no papers"),
        (EVERYWHERE, "the papers of all bodies"),
        (Where(bodies=("vale", "wold")), "the papers of 2 bodies"),
        (
            Where(
                bodies=("vale",),
                parts=(part("wold/committee/Cabinet"), part("wold/meeting/3"), part("wold/paper/4")),
            ),
            "the papers of 1 body, 1 committee and 1 meeting and 1 paper",
        ),
        (Where(parts=(part("wold/paper/4"),)), "1 paper"),
    ],
)
def test_whose_papers_are_followed(where: Where, said: str):
    assert english.whose(where) == said


def source(name: str, state: SourceState, reason: str = "") -> SourceHealth:
    return SourceHealth(
        id=name, name=name, kind="council", state=state, reason=reason, last_run=None, last_success=None
    )


GONE = [source(name, SourceState.UNREACHABLE) for name in "abcd"]
BLOCKED = source("e", SourceState.BLOCKED, "a wall.")
SUSPECT = source("f", SourceState.SUSPECT, "half the papers")


@pytest.mark.parametrize(
    ("missed", "in_doubt", "which", "all_of_it"),
    [
        ([], [], "", ""),
        (GONE[:1], [], "1 of 9 sources unreachable", "1 of 9 sources unreachable: a."),
        (
            [*GONE, BLOCKED],
            [],
            "5 of 9 sources not read (4 unreachable, 1 blocked)",
            "5 of 9 sources not read (4 unreachable, 1 blocked): a, b, c and 2 others.",
        ),
        ([], [SUSPECT], "", "1 of 9 sources in doubt: f."),
    ],
)
def test_sources_that_were_not_read_are_counted_by_what_is_wrong(
    missed, in_doubt, which: str, all_of_it: str
):
    account = Account(sources=9, missed=tuple(missed), in_doubt=tuple(in_doubt))
    assert english.missed_sources(account) == which
    assert english.not_well(account) == all_of_it


def test_a_source_has_a_line_of_its_own():
    assert english.source_line(BLOCKED, missed=True) == "e: blocked. A wall. Never read."
    read = replace(SUSPECT, last_success=datetime(2026, 11, 3, 6, tzinfo=UTC))
    assert (
        english.source_line(read, missed=False) == "f: suspect. Half the papers. Last read 3 November 2026."
    )
    never = source("g", SourceState.UNKNOWN)
    assert english.source_line(never, missed=True) == "g: never read."


ACCOUNT = Account(sources=1, papers=3, pages=9, bodies=2, as_of=datetime(2026, 11, 21, 6, 52, tzinfo=UTC))


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (Account(), "We have no paper of Vale: nothing was searched."),
        (
            replace(ACCOUNT, pages=0),
            "None of the 3 papers we hold has been read, so nothing was searched.",
        ),
        (ACCOUNT, "Searched 9 pages in 3 papers of 2 bodies, as of 21 November 2026, 06:52 UTC."),
        (
            replace(ACCOUNT, as_of=None, without_text=1, bodies_without_text=1),
            "Searched 9 pages in 2 papers of 1 body, from sources that have not been read yet.",
        ),
        (replace(ACCOUNT, as_of=None, sources=0), "Searched 9 pages in 3 papers of 2 bodies."),
    ],
)
def test_an_answer_says_what_it_was_looked_for_in(account: Account, said: str):
    assert english.searched(account, "of Vale") == said


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (Account(), ""),
        (ACCOUNT, "Every paper we hold has been read."),
        (
            replace(ACCOUNT, unreadable=1, unreadable_pages=2, waiting=1, not_fetched=2),
            (
                "1 paper and 2 pages of other papers could not be read, so mentions in them would be missed. "
                "1 paper is waiting to be read. 2 listed papers are not held."
            ),
        ),
    ],
)
def test_an_answer_says_what_was_not_read(account: Account, said: str):
    assert english.not_read(account) == said


SINCE = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (ACCOUNT, "No bodies are followed yet. 3 papers (9 pages) held in total."),
        (
            replace(ACCOUNT, followed=2, read=1),
            "When last tried, 1 of 2 bodies followed was read. 3 papers (9 pages) held in total.",
        ),
        (
            replace(ACCOUNT, followed=2, read=2, since=SINCE, came_papers=1, came_pages=4),
            (
                "Since 16 November 2026, 2 of 2 bodies followed were read. 1 paper (4 pages) arrived. "
                "3 papers (9 pages) held in total."
            ),
        ),
        (
            replace(ACCOUNT, by_hand=1, since=SINCE),
            (
                "The papers of 1 body are added by hand. Since 16 November 2026, 0 papers (0 pages) arrived. "
                "3 papers (9 pages) held in total."
            ),
        ),
    ],
)
def test_a_digest_says_what_was_read_and_what_came(account: Account, said: str):
    assert english.read_since(account) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        ({"body": "vale", "kind": "pack"}, "of Vale, of the kind pack of papers"),
        ({"body": "wold", "kind": "trust"}, "of wold, of NHS trusts"),
        ({"kind": "council"}, "of councils"),
        (
            {"after": date(2026, 1, 1), "before": date(2027, 1, 1)},
            "from 1 January 2026 on, before 1 January 2027",
        ),
    ],
)
def test_a_search_that_was_narrowed_says_how(facts: dict[str, object], said: str):
    assert english.narrowed(Query(text="x", **facts), {"vale": "Vale"}) == said


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), "22 November 2026"),
        (date(2026, 11, 16), date(2026, 11, 22), "16 to 22 November 2026"),
        (date(2026, 11, 28), date(2026, 12, 4), "28 November to 4 December 2026"),
        (date(2026, 12, 28), date(2027, 1, 3), "28 December 2026 to 3 January 2027"),
    ],
)
def test_a_span_of_days_says_month_and_year_once(since: date, until: date, said: str):
    assert english.period(since, until) == said
    assert english.digest_title(Cadence.WEEKLY, since, until) == f"Weekly digest · {said}"


LATE = "found late: the first known so far was of 2 January 2026"


@pytest.mark.parametrize(
    ("first", "alone", "beside"),
    [
        (First(body_name="Vale"), "First mention by Vale", "(first mention by this body)"),
        (
            First(body_name="Vale", topic="savings", anywhere=True, before=date(2026, 1, 2)),
            f"First mention of savings in this archive, by Vale, {LATE}",
            f"(first mention of savings in this archive, {LATE})",
        ),
    ],
)
def test_a_first_mention_is_said_alone_and_beside_a_name(first: First, alone: str, beside: str):
    assert english.first_mention(first) == alone
    assert english.first_here(first) == beside


@pytest.mark.parametrize(
    ("total", "facts", "said"),
    [
        (1, {}, "1 page"),
        (120, {"about": True}, "about 120 pages"),
        (1000, {"more": True}, "more than 1,000 pages"),
    ],
)
def test_how_many_pages_were_found(total: int, facts: dict[str, bool], said: str):
    assert english.pages_found(Results(total=total, **facts)) == said


@pytest.mark.parametrize(
    ("total", "facts", "said"),
    [
        (0, {"is_of_one": True}, "No page has this word. Pages with another form of it:"),
        (2, {"is_of_one": True}, "Only 2 pages have this word. Pages with another form of it:"),
        (1, {}, "Only 1 page has all of these words. Pages with most of them:"),
        (0, {"is_most": False}, "No page has all of these words. Pages with some of them, the best first:"),
    ],
)
def test_what_stands_above_pages_with_many_of_the_words(total: int, facts: dict[str, bool], said: str):
    found = Results(total=total)
    assert english.nearly_found(found, Nearly(**facts)) == said


@pytest.mark.parametrize(
    ("number", "more", "not_flagged"),
    [
        (0, "", ""),
        (
            1,
            "and 1 more mention in this paper",
            "1 paper has not been looked through with the topics as they are now: run `paperwatch flag`.",
        ),
    ],
)
def test_what_is_counted_and_none(number: int, more: str, not_flagged: str):
    assert english.more_mentions(number) == more
    assert english.not_flagged(number) == not_flagged


def test_every_day_of_a_paper_but_its_meeting_s_is_shown():
    place = HitPlace(
        body="vale", body_name="Vale", document=1, kind=DocumentKind.PACK, title="Papers", url="", page=1,
        pages=1, sha256="a" * 64, captured_at=datetime(2026, 11, 3, tzinfo=UTC), hit_id=1,
        published_on=date(2026, 11, 1), closes_on=date(2026, 12, 1),
    )  # fmt: skip
    assert english.paper_dates(place) == (
        "published 1 November 2026",
        "closes 1 December 2026",
        "captured 3 November 2026",
    )
    assert english.paper_dates(replace(place, published_on=None, closes_on=None)) == (
        "captured 3 November 2026",
    )
