"""Matching 100, 1,000 and 10,000 phrases: ours, one alternation of `re`, and a loop of one `re` a phrase.

    python tests/bench/bench_matching.py

Each way finds the same phrases on the same pages, or this fails. Slow ways are given fewer pages; all figures
are pages a second of processor time on one core.
"""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.matching import concepts as concept_files
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.model import Page, PageMethod
from pipeline.text.keys import BREAK, readings, words
from pipeline.text.lexicon import Automaton

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SEED = 6
PAGES = 2_000
WORDS_A_PAGE = 400
COUNTS = (100, 1_000, 10_000)
GOALS = {100: 100, 1_000: 1_000, 10_000: 1_000}  # times the loop

Found = set[tuple[int, str]]  # page and phrase


def vocabulary() -> list[str]:
    """The words of the labelled sentences and, so that there are enough, pairs of them in one word."""
    sentences = (Path(__file__).parents[1] / "flagging").glob("*.tsv")
    said = {word for path in sentences for word in words(path.read_text(encoding="utf-8"))}
    plain = sorted(said - {BREAK})
    chance = random.Random(SEED)
    return plain + [chance.choice(plain) + chance.choice(plain) for _ in range(20_000)]


def made_pages(chance: random.Random, vocabulary: Sequence[str]) -> list[str]:
    """Pages in which, as in any language, few words do most of the talking."""
    weights = [1 / rank for rank in range(1, len(vocabulary) + 1)]
    ends = (" ",) * 12 + ("\n",) + (", ", ". ")
    return [
        "".join(
            word + chance.choice(ends) for word in chance.choices(vocabulary, weights=weights, k=WORDS_A_PAGE)
        )
        for _ in range(PAGES)
    ]


def made_phrases(pages: Sequence[str], vocabulary: Sequence[str], count: int) -> list[str]:
    """Phrases of two to four words, as rare as those of a watch list: one in twenty stands on a page."""
    chance = random.Random(count)
    phrases: set[str] = set()
    while len(phrases) < count:
        length = chance.randint(2, 4)
        if len(phrases) % 20:
            phrase = chance.choices(vocabulary, k=length)
        else:
            clause = words(chance.choice(re.split(r"[,.]", chance.choice(pages))))
            start = chance.randrange(len(clause) or 1)
            phrase = clause[start : start + length]
        if len(phrase) == length:
            phrases.add(" ".join(phrase))
    return sorted(phrases)


def timed(find: Callable[[Sequence[str]], Found], pages: Sequence[str]) -> tuple[float, Found]:
    """Pages a second, and what was found."""
    began = time.process_time()
    found = find(pages)
    return len(pages) / (time.process_time() - began), found


def ours(phrases: Sequence[str]) -> Callable[[Sequence[str]], Found]:
    automaton = Automaton(phrases)
    return lambda pages: {
        (number, phrases[form])
        for number, page in enumerate(pages)
        for reading in readings(page)
        for form, _, _ in automaton.found(reading.key)
    }


def pattern(phrase: str) -> str:
    return phrase.replace(" ", "[^a-z0-9]")


def alternation(phrases: Sequence[str]) -> Callable[[Sequence[str]], Found]:
    longest_first = sorted(phrases, key=len, reverse=True)
    # The lookahead lets matches overlap, as ours do.
    one = re.compile(
        rf"(?<![a-z0-9])(?=({'|'.join(map(pattern, longest_first))})(?![a-z0-9]))", re.IGNORECASE
    )
    return lambda pages: {
        (number, " ".join(words(match[1])))
        for number, page in enumerate(pages)
        for match in one.finditer(page)
    }


def loop(phrases: Sequence[str]) -> Callable[[Sequence[str]], Found]:
    each = [
        (phrase, re.compile(rf"(?<![a-z0-9]){pattern(phrase)}(?![a-z0-9])", re.IGNORECASE))
        for phrase in phrases
    ]
    return lambda pages: {
        (number, phrase)
        for number, page in enumerate(pages)
        for phrase, compiled in each
        if compiled.search(page)
    }


def compare(count: int, vocabulary: Sequence[str], pages: Sequence[str]) -> None:
    phrases = made_phrases(pages, vocabulary, count)
    few = pages[: max(3, 2_000 // count)]
    some = pages[: max(10, 20_000 // count)]
    looped, found_by_loop = timed(loop(phrases), few)
    alternated, found_by_one = timed(alternation(phrases), some)
    fast, found = timed(ours(phrases), pages)
    assert found_by_loop == {(page, phrase) for page, phrase in found if page < len(few)}
    # An alternation answers once a place: of two phrases that begin there, it says one.
    assert found_by_one <= {(page, phrase) for page, phrase in found if page < len(some)}
    print(
        f"{count:6,} phrases: {fast:8,.0f} pages/s, {len(found):,} found;"
        f" one alternation {alternated:8,.1f} ({fast / alternated:6,.0f} x);"
        f" loop {looped:8,.2f} ({fast / looped:6,.0f} x, goal {GOALS[count]:,} x)"
    )


def stage(name: str, watcher: ConceptMatcher, papers: Sequence[Sequence[Page]]) -> None:
    """The whole of flagging: rules, page ends, snippets, passages."""
    began = time.process_time()
    hits = sum(len(watcher.hits(paper)) for paper in papers)
    rate = sum(map(len, papers)) / (time.process_time() - began)
    print(f"{name}: {rate:8,.0f} pages/s, {hits:,} hits; 100,000 pages in {100_000 / rate:.1f} s")


def main() -> None:
    known = vocabulary()
    pages = made_pages(random.Random(SEED), known)
    for count in COUNTS:
        compare(count, known, pages)
    papers = [
        [
            Page(
                sha256="",
                number=number,
                text=text,
                method=PageMethod.TEXT_LAYER,
                extractor="",
                body_end=len(text),
            )
            for number, text in enumerate(pages[start : start + 20], 1)
        ]
        for start in range(0, len(pages), 20)
    ]
    shipped = concept_files.load([concept_files.SHIPPED])
    stage("flagging, shipped concepts", ConceptMatcher(shipped.values()), papers)
    for count in COUNTS:
        wordings = tuple(map(_wording, made_phrases(pages, known, count)))
        watch = Concept(id="made", label="", about="", wordings=wordings, match=(), no_match=())
        stage(f"flagging, {count:6,} wordings ", ConceptMatcher([watch]), papers)


def _wording(text: str) -> Wording:
    return Wording(text=text)


if __name__ == "__main__":
    main()
