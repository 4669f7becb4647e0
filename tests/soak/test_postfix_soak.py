"""Every kind of bounce by a real Postfix, found by its tag and by its Message-ID: `make soak`."""

from __future__ import annotations

import pytest

from pipeline.bounces import BounceKind
from tests.helpers.postfix import what_comes_back


@pytest.mark.soak
@pytest.mark.parametrize("tagged", [True, False], ids=["with a tag", "by its Message-ID"])
@pytest.mark.parametrize(
    ("verb", "answer", "kind"),
    [
        ("RCPT", "550 5.1.1 no such user", BounceKind.HARD),
        ("RCPT", "552 5.2.2 mailbox full", BounceKind.SOFT),
        ("DOT", "554 5.7.1 looks like spam", BounceKind.CONTENT),
        ("DOT", "550 5.1.1 user unknown", BounceKind.CONTENT),
    ],
)
def test_what_postfix_sends_back_is_believed_and_told_apart(tmp_path, verb, answer, kind, tagged):
    assert what_comes_back(tmp_path, verb, answer, tagged=tagged) == kind
    print(f"\nPostfix, {answer!r} to {verb}, {'tagged' if tagged else 'Message-ID'}: {kind}")
