"""Readers' rules against new pages: ours, and an FTS5 table of one page that every rule is asked of.

`python -m tests.bench.bench_rules [rules] [pages]`. Both find the same pages, or this fails. Only the ratios
mean anything: they hold on any machine.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from pipeline.matching.query import And, Near, Not, Or, Phrase
from pipeline.matching.query_matching import RuleSet, rule
from pipeline.model import Page, PageMethod
from pipeline.text.inflections import inflections
from tests.bench.bench_matching import made_pages, made_phrases, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.matching.query import Expression, Query

SEED = 7
FTS_PAGES = 5  # FTS5 is slow enough
LEAST_FASTER = 200
MOST_GROWTH = 5  # the cost of 10,000 rules beside that of 100

Found = set[tuple[int, str]]  # page and rule


def made_rules(pages: Sequence[str], words: Sequence[str], count: int) -> dict[str, str]:
    """Rules as people write them: phrases, pairs, alternatives, exceptions, words near each other."""
    chance = random.Random(SEED)
    phrases = made_phrases(pages, words, count)
    common = words[:300]

    def made(phrase: str) -> str:
        other = chance.choice(common)
        return chance.choice(
            (
                f'"{phrase}"',
                f'"{phrase}" {other}',
                f'"{phrase}" OR "{chance.choice(phrases)}"',
                f'"{phrase}" NOT {other}',
                f'"{phrase}" NEAR/8 {other}',
                f'"{phrase}"*',
            )
        )

    return {f"r{number}": made(phrase) for number, phrase in enumerate(phrases)}


def page(text: str, number: int = 1) -> Page:
    return Page(
        sha256="0" * 64,
        number=number,
        text=text,
        method=PageMethod.TEXT_LAYER,
        extractor="bench/1",
        body_start=0,
        body_end=len(text),
    )


def fts(expression: Expression) -> str:
    """The same question in FTS5's own language, every form of a phrase written out."""
    match expression:
        case Phrase():
            star = "*" if expression.prefix else ""
            forms = (
                {" ".join(expression.words)}
                if expression.prefix
                else {" ".join(form.split()) for form in inflections(" ".join(expression.words))}
            )
            return "(" + " OR ".join(f'"{form}"{star}' for form in sorted(forms)) + ")"
        case Near(left, right, distance):
            pairs = [
                f'NEAR("{" ".join(a)}" "{" ".join(b)}", {distance})'
                for a in left.forms()
                for b in right.forms()
            ]
            return "(" + " OR ".join(pairs) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(fts, parts)) + ")"
        case And(parts):
            wanted = " AND ".join(fts(part) for part in parts if not isinstance(part, Not))
            unwanted = [fts(part.part) for part in parts if isinstance(part, Not)]
            return f"(({wanted})" + "".join(f" NOT {part}" for part in unwanted) + ")"
        case Not():
            raise AssertionError("no rule only excludes")


def ours(rules: RuleSet, pages: Sequence[str]) -> Found:
    return {(number, name) for number, text in enumerate(pages) for name in rules.holding(page(text))}


def by_fts(questions: dict[str, str], pages: Sequence[str]) -> Found:
    """A table that holds the new page alone, as a percolator without an index would."""
    found: Found = set()
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE one USING fts5(text, tokenize='unicode61')")
        for number, text in enumerate(pages):
            connection.execute("DELETE FROM one")
            connection.execute("INSERT INTO one VALUES (?)", (text,))
            for name, question in questions.items():
                if connection.execute("SELECT 1 FROM one WHERE one MATCH ?", (question,)).fetchone():
                    found.add((number, name))
    return found


def seconds_a_page(work, pages: Sequence[str]) -> tuple[float, Found]:
    began = time.process_time()
    found = work(pages)
    return (time.process_time() - began) / len(pages), found


def compiled(texts: dict[str, str]) -> dict[str, Query]:
    return {name: rule(text) for name, text in texts.items()}


def measure(count: int, page_count: int) -> tuple[float, float]:
    """How many times faster than FTS5, and how many times the cost of 100 rules. Raises on another answer."""
    words = vocabulary()
    pages = made_pages(random.Random(SEED), words)[:page_count]
    texts = made_rules(pages, words, count)
    queries = compiled(texts)
    rules = RuleSet(queries)
    few = RuleSet(dict(list(queries.items())[:100]))
    ours(rules, pages[:20])
    mine, found = seconds_a_page(lambda some: ours(rules, some), pages)
    least, _ = seconds_a_page(lambda some: ours(few, some), pages)
    questions = {name: fts(query.expression) for name, query in queries.items() if query.expression}
    theirs, same = seconds_a_page(lambda some: by_fts(questions, some), pages[:FTS_PAGES])
    assert {(number, name) for number, name in found if number < FTS_PAGES} == same, "not the same hits"
    assert same, "nothing was found: nothing was measured"
    print(
        f"{count:,} rules: {mine * 1e6:,.0f} µs a page, FTS5 {theirs * 1e6:,.0f} µs: "
        f"{theirs / mine:,.0f} times faster; {mine / least:.1f} times the cost of 100 rules; "
        f"{len(found) / len(pages):.1f} rules hold on a page"
    )
    return theirs / mine, mine / least


def main(count: int = 10_000, page_count: int = 500) -> int:
    faster, growth = measure(count, page_count)
    return int(faster < LEAST_FASTER or growth > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
