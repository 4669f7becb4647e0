"""Which sentences of neighbours a body's own papers do not hold."""

from __future__ import annotations

import pytest

from pipeline.areas import neighbours
from pipeline.areas.neighbours import SHOWN, HeldTexts, OwnPapers, Sentence, not_held, said_of

OWN = "The board noted that the whole population payment would begin in April for the whole of the town."

NEAR = "The board noted that a whole population payment would begin in May for the whole of the town."

PARKING = "Members noted a verbal report on car parking at the main hospital and asked for more figures."


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((2, 0, 30, 0), "Of this meeting we read 2 papers with 30 pages: every page that we know of."),
        ((2, 1, 30, 0), "Of this meeting we read 2 papers with 30 pages. 1 paper was not read, so it may"),
        ((2, 0, 30, 4), "Of this meeting we read 2 papers with 30 pages. 4 pages were not read, so they may"),
        ((2, 1, 30, 1), "Of this meeting we read 2 papers with 30 pages. 1 paper and 1 page were not read"),
    ],
)
def test_what_a_meeting_does_not_say_has_its_denominator(counts, said):
    names = ("papers_read", "papers_not_read", "pages_read", "pages_not_read")
    assert said_of(OwnPapers(**dict(zip(names, counts, strict=True)))).startswith(said)


def test_a_body_that_says_much_does_not_hide_the_others():
    def sentence(body: str, number: int) -> Sentence:
        at = type("At", (), {"body": body})()
        text = (
            f"A sentence number {number} of {body} that is about its very own matter and nothing else at all."
        )
        return Sentence(concept="x", snippet=text, marks=(), at=at)

    said = [*(sentence("loud", number) for number in range(20)), sentence("quiet", 1), sentence("third", 2)]
    chosen, more = not_held(["x"], said, HeldTexts([]))
    assert [each.at.body for each in chosen[:3]] == ["loud", "quiet", "third"]
    assert (len(chosen), more) == (SHOWN, 22 - SHOWN)


def test_what_many_neighbours_say_alike_is_looked_for_once(monkeypatch):
    asked: list[str] = []
    real = neighbours.copy_in
    monkeypatch.setattr(
        neighbours, "copy_in", lambda passage, text: asked.append(text) or real(passage, text)
    )
    held = HeldTexts([OWN, PARKING])
    assert [held.says(NEAR) for _ in range(30)] == [True] * 30
    assert asked == [OWN]


def test_what_is_too_short_to_tell_is_never_called_missing():
    assert HeldTexts([]).says("three words only")
