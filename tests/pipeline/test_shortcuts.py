"""What is passed over as unlikely changes no hit: the quick way finds and quotes what the plain way does."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching import concepts as concept_files
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.model import Page, PageMethod
from pipeline.text import snippets
from pipeline.text.canonical import LINE_END_HYPHEN, body_spans, canonical
from pipeline.text.keys import readings
from pipeline.text.lexicon import Automaton

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from pipeline.model import Hit
    from pipeline.text.keys import Reading

SEED, PAPERS, SENTENCES, PAGES = 15, 60, 14, 4
# Rows of dots, tables, broken words and signs: what moves the words of a key away from those of the text.
BETWEEN = (
    " ",
    " ",
    "\n",
    "\n\n",
    " ........................ 12\n",
    " & ",
    "\n\u2022 ",
    " (\u00a31,250) ",
    ", , , ",
)


def papers() -> Iterator[list[Page]]:
    """The labelled sentences in papers whose pages end anywhere, with running heads and feet."""
    chance = random.Random(SEED)
    sentences = [
        row["sentence"].replace(r"\n", "\n")
        for path in sorted((Path(__file__).parents[1] / "flagging").rglob("*.tsv"))
        for row in csv.DictReader(
            path.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE
        )
    ]
    for number in range(PAPERS):
        said = "".join(each + chance.choice(BETWEEN) for each in chance.sample(sentences, SENTENCES)).split(
            " "
        )
        cuts = sorted(chance.sample(range(1, len(said)), PAGES - 1))
        texts = [" ".join(said[at:to]) for at, to in zip([0, *cuts], [*cuts, None], strict=True)]
        if number % 2:
            texts = [f"Board & papers\n{text}\nPage {at} of 4" for at, text in enumerate(texts, 1)]
        if number % 3 == 0:
            texts = [text.replace("tion", "-\ntion", 2) for text in texts]
        texts = list(map(canonical, texts))
        yield [
            Page(
                sha256="0" * 64, number=at, text=text, method=PageMethod.TEXT_LAYER, extractor="",
                body_start=start, body_end=end,
            )
            for at, (text, (start, end)) in enumerate(zip(texts, body_spans(texts), strict=True), 1)
        ]  # fmt: skip


def found() -> list[Hit]:
    matcher = ConceptMatcher(concept_files.load([concept_files.SHIPPED]).values())
    return [hit for pages in papers() for hit in matcher.hits(pages)]


def with_a_mended_word(automaton: Automaton, reading: Reading) -> list[tuple[int, int, int]]:
    """What is found in a reading; in a mended one what the plain one has not: the slow way."""
    return [
        place
        for place in automaton.found(reading.key)
        if not reading.mended or LINE_END_HYPHEN in reading.printed(*place[1:])
    ]


@given(
    st.lists(
        st.sampled_from(("care ", "trust ", "closed ", "clo\u00adsed ", "sub\u00adsidiary ", "\u00ad")),
        max_size=9,
    )
)
def test_of_mended_words_all_is_found_and_nothing_twice(words: list[str]) -> None:
    automaton = Automaton(
        ["closed", "subsid*", "subsidiary trust", "closed closed", "trust", "care closed trust care"]
    )
    for reading in readings("".join(words)):
        found = automaton.new(reading)
        assert sorted(found) == sorted(with_a_mended_word(automaton, reading))


def test_shortcuts_change_no_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = found()
    own = "pipeline.matching.mentions"
    monkeypatch.setattr(
        f"{own}.rules.Alternatives.likely", lambda self, _: [rule for _, rule in self.patterns]
    )
    monkeypatch.setattr(f"{own}.words_beside.LikelyWords.among", lambda *_: True)
    monkeypatch.setattr(f"{own}.page_turns.PageTurns.may_cross", lambda *_: True)
    monkeypatch.setattr(f"{own}.needs.Needs._may_say", lambda *_: True)
    monkeypatch.setattr(Automaton, "new", with_a_mended_word)
    monkeypatch.setattr(snippets, "_USUAL", snippets.REACH)
    plain = found()
    assert len(quick) > PAPERS
    assert any(hit.mark_end - hit.mark_start > hit.end - hit.start for hit in quick)  # over a page's end
    assert quick == plain
