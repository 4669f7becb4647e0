"""The words around a mention, as a reader would quote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.canonical import canonical, shown
from pipeline.text.snippets import around


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("One. The *plan* is new. Three.", "The *plan* is new."),
        ("The *plan* is new", "The *plan* is new"),
        ("4. Checks\nContracts must pass\nthe *plan* first. Then", "Contracts must pass the *plan* first."),
        ("Report\nThe plan\nIt is a *plan* of ours.", "It is a *plan* of ours."),
        (
            "So it is. Why\nThe *plan*, which the\nBoard noted, is new.",
            "Why The *plan*, which the Board noted, is new.",
        ),
        ("a popu\u00adlation *plan*", "a popu-lation *plan*"),
        ("a popu\u00adlation *plan*. Population", "a population *plan*."),
        ("a popu\u00adlation *plan*. Populations", "a popu-lation *plan*."),
        ("no co\u00adordination *plan*. Coordination or co-ordination", "no co-ordination *plan*."),
        ("of 2025\u00ad26 a *plan*. 202526", "of 2025-26 a *plan*."),
        ("Cost: £12.3m for the *plan* in 2026. Next", "Cost: £12.3m for the *plan* in 2026."),
        ("\u2022 First\n\u2022 The *plan*\n\u2022 Third", "\u2022 The *plan*"),
        ("Heading\n\nThe *plan*\n\nMore", "The *plan*"),
        ("*plan*", "*plan*"),
    ],
)
def test_the_sentence_and_nothing_else(text, quoted):
    start = text.index("*")
    bare = text.replace("*", "")
    snippet = around(bare, start, start + len("plan"))
    marked = f"{snippet.text[: snippet.mark_start]}*{snippet.text[snippet.mark_start : snippet.mark_end]}*"
    assert marked + snippet.text[snippet.mark_end :] == quoted


def test_a_sentence_without_end_is_cut_at_words():
    text = "word " * 300 + "plan " + "word " * 300
    snippet = around(text, 1500, 1504)
    assert snippet.text.startswith("… word")
    assert snippet.text.endswith("word …")
    assert len(snippet.text) < 900


@given(st.text(alphabet="aB .\n\u00ad-1", max_size=200), st.integers(0, 200), st.integers(1, 20))
def test_the_mark_is_on_the_mention(text, start, length):
    text = canonical(text)
    start, end = min(start, len(text)), min(start + length, len(text))
    snippet = around(text, start, end)
    marked = snippet.text[snippet.mark_start : snippet.mark_end]
    assert marked.replace("-", "").split() == shown(text[start:end]).replace("-", "").split()
    assert "\n" not in snippet.text
