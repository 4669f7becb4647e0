"""What is searched by kinds of characters is what the expressions would find, at the same places."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from extractors.pdf.words import character_kinds, font_maps

TABLE = character_kinds.table({b"a": b"abcdefghijklmnopqrstuvwxyz", b"0": b"0123456789"})
texts = st.text(alphabet="ab1 .\u2019\ufffd\U0001f600\u00e9?\r\n\x01")


@given(texts)
def test_a_kind_stands_for_each_character(text):
    assert len(character_kinds.of(text, TABLE)) == len(text)
    assert list(character_kinds.places(character_kinds.of(text, TABLE), b"a0")) == [
        match.start() for match in re.finditer("[a-z][0-9]", text)
    ]


def test_runs_may_share_their_ends():
    shown = character_kinds.of("a1a1a", TABLE)
    assert list(character_kinds.places(shown, b"a0a")) == [0]
    assert list(character_kinds.places(shown, b"a0a", 2)) == [0, 2]


@given(st.lists(st.sampled_from(["the", "popula\ufffdon", "sec\ue001on", "\u00deis", "caf\u00e9", "Board"])))
def test_words_with_junk_in_them_are_found_wherever_they_stand(words):
    text = " ".join(words)
    found = {text[start:end] for start, end in font_maps.odd_words(text)}
    assert found == {word for word in words if re.search("\ufffd|\ue001|\u00de", word)}
