"""Answers kept for some seconds: of many that ask when one is old, one asks anew."""

from __future__ import annotations

from threading import Event, Thread

import pytest

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
