"""One letter by way of a real Postfix, which is refused and comes back. Every kind: test_postfix_soak."""

from __future__ import annotations

from pipeline.bounces import BounceKind
from tests.helpers.postfix import what_comes_back


def test_a_letter_that_postfix_could_not_deliver_comes_back_and_is_believed(tmp_path):
    answer = "550 5.1.1 no such user"
    assert what_comes_back(tmp_path, "RCPT", answer, tagged=True) == BounceKind.HARD
