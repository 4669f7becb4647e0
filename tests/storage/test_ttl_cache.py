"""Answers kept for some seconds: of many that ask when one is old, one asks anew."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from pipeline.errors import TooBusy
from storage import ttl_cache
from storage.ttl_cache import Memory


def test_while_one_asks_anew_the_others_get_the_answer_of_before():
    memory, begun, go_on = Memory(0), Event(), Event()
    assert memory.recall("count", lambda: 1) == 1

    def slowly():
        begun.set()
        go_on.wait(10)
        return 2

    slow = Thread(target=memory.recall, args=("count", slowly))
    slow.start()
    assert begun.wait(10)
    assert memory.recall("count", lambda: pytest.fail("a second one asks")) == 1
    assert memory.recall("other", lambda: 3) == 3, "of another nobody waits"
    go_on.set()
    slow.join()
    assert memory.recall("count", lambda: 4) == 4, "and old again, it is asked for"


def test_an_answer_that_could_not_be_had_is_asked_for_again():
    memory = Memory(60)
    with pytest.raises(ZeroDivisionError):
        memory.recall("count", lambda: 1 // 0)
    assert memory.recall("count", lambda: 1) == 1
    assert memory.recall("count", lambda: 2) == 1


def test_who_asks_for_what_is_on_its_way_waits_for_it_and_asks_no_second_time():
    memory, begun, go_on = Memory(60), Event(), Event()
    answers: list[int] = []

    def slowly():
        begun.set()
        go_on.wait(10)
        return 2

    asking = [Thread(target=lambda: answers.append(memory.recall("count", slowly)))]
    asking[0].start()
    assert begun.wait(10)
    asking += [
        Thread(
            target=lambda: answers.append(memory.recall("count", lambda: pytest.fail("a second one asks")))
        )
        for _ in range(5)
    ]
    for each in asking[1:]:
        each.start()
    go_on.set()
    for each in asking:
        each.join()
    assert answers == [2] * 6


def test_an_old_answer_is_better_than_that_the_archive_is_busy(monkeypatch):
    memory = Memory(0)

    def busy():
        raise TooBusy("More is searched for than can be done at once.")

    with pytest.raises(TooBusy):
        memory.recall("page", busy)
    assert memory.recall("page", lambda: 1) == 1
    assert memory.recall("page", busy) == 1
    monkeypatch.setattr(ttl_cache, "STALE", 0)
    with pytest.raises(TooBusy):
        memory.recall("page", busy)


def test_an_old_answer_is_none_where_something_was_withheld_since():
    withheld = [0]
    memory, begun, go_on = Memory(0, lambda: withheld[0]), Event(), Event()

    def busy():
        raise TooBusy("More is searched for than can be done at once.")

    def slowly():
        begun.set()
        go_on.wait(10)
        return "the rest"

    assert memory.recall("page", lambda: "a name") == "a name"
    assert memory.recall("page", busy) == "a name"
    withheld[0] = 1
    with pytest.raises(TooBusy):
        memory.recall("page", busy)
    answers: list[str] = []
    asking = [Thread(target=lambda: answers.append(memory.recall("page", slowly))) for _ in range(3)]
    asking[0].start()
    assert begun.wait(10)
    for each in asking[1:]:
        each.start()
    go_on.set()
    for each in asking:
        each.join()
    assert answers == ["the rest"] * 3


def test_an_answer_of_long_ago_is_given_to_nobody_while_one_asks_anew(monkeypatch):
    """A page of yesterday was given to the second of two who asked at once."""
    monkeypatch.setattr(ttl_cache, "STALE", 0)
    memory, begun, go_on = Memory(0), Event(), Event()
    assert memory.recall("page", lambda: "yesterday") == "yesterday"

    def slowly():
        begun.set()
        go_on.wait(10)
        return "today"

    answers: list[str] = []
    asking = [Thread(target=lambda: answers.append(memory.recall("page", slowly))) for _ in range(2)]
    asking[0].start()
    assert begun.wait(10)
    asking[1].start()
    go_on.set()
    for each in asking:
        each.join()
    assert answers == ["today"] * 2


def test_what_is_asked_for_most_stays_longest(monkeypatch):
    monkeypatch.setattr(ttl_cache, "MOST", 2)
    memory = Memory(60)
    for rare in range(5):
        assert memory.recall("often", lambda rare=rare: rare) == 0
        memory.recall(rare, lambda: None)


def test_one_answer_may_keep_longer_than_others():
    memory = Memory(0)
    assert [memory.recall("boxes", lambda at=at: at, 60) for at in range(3)] == [0, 0, 0]
