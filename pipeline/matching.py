"""Finding wordings in text as printed: one pass for all of them, exact spans back.

The page becomes a key of one byte a character (letters and digits folded to lower case without accents, all
else a blank), so that offsets need no map. A wording is searched with a blank either side: the blanks are the
word boundaries. What the plain pass cannot see is looked at again on its own: words broken by a line-end
hyphen, and words that run over a page end.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from ahocorasick_rs import BytesAhoCorasick

from pipeline import concepts as concept_files
from pipeline import snippets
from pipeline.flow import flow_around, turn_after
from pipeline.model import Hit
from pipeline.text import LINE_END_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.concepts import Concept, Wording
    from pipeline.flow import Flow
    from pipeline.model import Page

ENGINE = "1"  # part of every rules hash: raise it when the same rules would find other hits
PASSAGE_LETTERS = 40  # either side of a mention: what makes it the same passage elsewhere


def _fold(error: UnicodeError) -> tuple[str, int]:
    """Letters that the key's alphabet lacks (Welsh ŵ, ŷ) become their base letter, one for one."""
    assert isinstance(error, UnicodeEncodeError)
    folded = []
    for character in error.object[error.start : error.end]:
        base = unicodedata.normalize("NFKD", character)[0]
        folded.append(base if base.isascii() else " ")
    return "".join(folded), error.end


codecs.register_error("paperwatch.fold", _fold)


def _key_table() -> bytes:
    table = bytearray(b" " * 256)
    for code in range(256):
        character = bytes([code]).decode("cp1252", errors="replace")
        base = unicodedata.normalize("NFKD", character)[0].lower()
        if base.isascii() and base.isalnum():
            table[code] = ord(base)
    return bytes(table)


_KEY_TABLE = _key_table()
_WORD = re.compile(rb"[a-z0-9]+")


def key(text: str) -> bytes:
    """One byte a character: a-z and 0-9 as themselves, every other character a blank."""
    plain = text.encode("ascii") if text.isascii() else text.encode("cp1252", "paperwatch.fold")
    return plain.translate(_KEY_TABLE)


def words(text: str) -> list[str]:
    """The words of a text as the matcher sees them."""
    return key(text).decode("ascii").split()


# ---- wordings and their inflections

_ISE = re.compile(r"i[sz](?=(?:e|ed|es|er|ers|ing|ation|ations)\b)")
_AMPERSANDS = (" ", "   ")  # "A&E" and "A & E" as the key has them


def inflections(wording: str) -> set[str]:
    """The forms in which a wording is found: plural of its last word, -ise and -ize, "&" for "and"."""
    parts = words(_spelled(wording.removesuffix("*")))
    if wording.endswith("*"):
        return {" ".join(parts) + "*"}
    forms = {" ".join([*parts[:-1], last]) for last in _numbers(parts[-1])}
    forms |= {_ISE.sub(spelling, form) for form in forms for spelling in ("is", "iz")}
    return forms | {form.replace(" and ", printed) for form in forms for printed in _AMPERSANDS}


def _spelled(text: str) -> str:
    return text.replace("&", " and ")


def _numbers(word: str) -> set[str]:
    if len(word) < 2 or word.isdigit() or (word.endswith("s") and not word.endswith("ss")):
        return {word}
    if word.endswith("y") and word[-2] not in "aeiou":
        return {word, word[:-1] + "ies"}
    if word.endswith(("x", "ch", "sh", "ss")):
        return {word, word + "es"}
    return {word, word + "s"}


# ---- the automaton


@dataclass(frozen=True, slots=True)
class Span:
    """An occurrence of a form in a text. `form` is an index into the automaton's forms."""

    form: int
    start: int
    end: int


class Automaton:
    """All forms at once. A form that ends in `*` runs on to the end of its word."""

    def __init__(self, forms: Sequence[str]) -> None:
        self._prefix = [form.endswith("*") for form in forms]
        patterns = [
            f" {form.removesuffix('*')}{'' if form.endswith('*') else ' '}".encode("ascii") for form in forms
        ]
        self._automaton = BytesAhoCorasick(patterns)

    def spans(self, text: str) -> Iterator[Span]:
        """Every occurrence, mended words included, in no promised order."""
        yield from self._plain(text)
        if LINE_END_HYPHEN in text:
            yield from self._mended(text)

    def _plain(self, text: str) -> Iterator[Span]:
        padded = b" " + key(text) + b" "
        for form, start, end in self._automaton.find_matches_as_indexes(padded, overlapping=True):
            if self._prefix[form]:
                yield Span(form, start, padded.index(b" ", end) - 1)
            else:
                yield Span(form, start, end - 2)

    def _mended(self, text: str) -> Iterator[Span]:
        """Occurrences in which a line-end hyphen stands inside a word that it broke."""
        marks = [match.start() for match in re.finditer(LINE_END_HYPHEN, text)]
        joints = [mark - before for before, mark in enumerate(marks)]  # where they stood, in the mended text
        for span in self._plain(text.replace(LINE_END_HYPHEN, "")):
            before, inside = bisect_right(joints, span.start), bisect_left(joints, span.end)
            if before < inside:
                yield Span(span.form, span.start + before, span.end + inside)


class Lexicon:
    """Texts with all their forms, to be found in other texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._meant: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            for form in inflections(text):
                self._meant[form].append(text)
        self._forms = sorted(self._meant)
        self._automaton = Automaton(self._forms)

    def found(self, text: str) -> Iterator[tuple[str, int, int]]:
        """What of the lexicon stands in a text, and where."""
        for span in self._automaton.spans(text):
            for meant in self._meant[self._forms[span.form]]:
                if _capitals_match(meant, text[span.start : span.end]):
                    yield meant, span.start, span.end


# ---- concepts


@dataclass(frozen=True, slots=True)
class Mention:
    """A wording of a concept at a place of one text."""

    concept_id: str
    wording: Wording
    start: int
    end: int


class Watcher:
    """All concepts, compiled once. Says what stands where; knows no storage.

    Context words are common words: they are looked for only where a mention asks for them.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.id: concept for concept in concepts}
        self.rules = concept_files.rules_hash(self.concepts.values(), ENGINE)
        self._meant: dict[str, list[tuple[str, Wording]]] = defaultdict(list)
        for concept in self.concepts.values():
            for wording in concept.wordings:
                self._meant[wording.text].append((concept.id, wording))
        wordings = [wording for concept in self.concepts.values() for wording in concept.wordings]
        self._wordings = Lexicon(self._meant)
        self._needs = Lexicon({word for wording in wordings for word in wording.needs})
        self._around = Lexicon({word for wording in wordings for word in (*wording.near, *wording.not_near)})

    def mentions(self, text: str) -> list[Mention]:
        """All mentions in a text that stands for itself: a sentence, an example, a query's preview."""
        found = self._look(text)
        said = self._said(found, [text])
        return _settle([mention for mention in found if _backed(mention, said)])

    def wrong_examples(self, concept_id: str) -> Iterator[tuple[bool, str]]:
        """Each example of a concept that it does not hold to, and whether it should have matched."""
        concept = self.concepts[concept_id]
        for due, sentences in ((True, concept.match), (False, concept.no_match)):
            for sentence in sentences:
                if any(mention.concept_id == concept_id for mention in self.mentions(sentence)) is not due:
                    yield due, sentence

    def hits(self, pages: Sequence[Page]) -> list[Hit]:
        """All mentions in a paper, page by page, each on the page where it begins."""
        found = [(index, False, m) for index, page in enumerate(pages) for m in self._look(page.text)]
        found += [
            (index, True, m) for index, turn in enumerate(pairwise(pages)) for m in self._crossing(*turn)
        ]
        said = self._said((mention for _, _, mention in found), (page.text for page in pages))
        by_page: dict[tuple[int, bool], list[Mention]] = defaultdict(list)
        for index, crosses, mention in found:
            if _backed(mention, said):
                by_page[index, crosses].append(mention)
        heads: set[tuple[str, str]] = set()
        hits: list[Hit] = []
        for (index, crosses), mentions in sorted(by_page.items(), key=itemgetter(0)):
            page, flow = pages[index], flow_around(pages, index)
            for mention in _settle(mentions):
                head = mention.concept_id, mention.wording.text
                if crosses:
                    hits.append(self._over_the_page(page, mention, flow))
                elif page.body_start <= mention.start < page.body_end:
                    shift = flow.body_at - page.body_start
                    hits.append(self._hit(page, mention, flow.text, shift))
                elif head not in heads:
                    # A running head says the same on every page: it counts where it first stands.
                    heads.add(head)
                    hits.append(self._hit(page, mention, page.text, 0))
        return hits

    def _look(self, text: str) -> list[Mention]:
        """The mentions whose surroundings allow them; whether the paper backs them is asked later."""
        mentions = [
            Mention(concept_id, wording, start, end)
            for meant, start, end in self._wordings.found(text)
            for concept_id, wording in self._meant[meant]
        ]
        if not any(mention.wording.near or mention.wording.not_near for mention in mentions):
            return mentions
        context: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for word, start, end in self._around.found(text):
            context[word].append((start, end))
        return _allowed(mentions, text, context)

    def _crossing(self, page: Page, after: Page) -> list[Mention]:
        """Mentions that begin on this page and end on the next, counted from the end of this page's body."""
        turn, boundary = turn_after(page, after)
        return [
            replace(mention, start=mention.start - boundary, end=mention.end - boundary)
            for mention in self._look(turn)
            if mention.start < boundary < mention.end - 1
        ]

    def _said(self, mentions: Iterable[Mention], texts: Iterable[str]) -> set[str]:
        """What a paper says of that which its mentions need."""
        if not any(mention.wording.needs for mention in mentions):
            return set()
        return {word for text in texts for word, _, _ in self._needs.found(text)}

    def _over_the_page(self, page: Page, mention: Mention, flow: Flow) -> Hit:
        in_flow = replace(mention, start=mention.start + flow.body_end, end=mention.end + flow.body_end)
        hit = self._hit(page, in_flow, flow.text, 0)
        return replace(hit, start=mention.start + page.body_end, end=page.body_end)

    def _hit(self, page: Page, mention: Mention, flow: str, shift: int) -> Hit:
        """A mention as it is stored. It is quoted from the flow around its page, `shift` characters on: there
        no running head comes between.
        """
        snippet = snippets.around(flow, mention.start + shift, mention.end + shift)
        return Hit(
            sha256=page.sha256,
            page=page.number,
            concept_id=mention.concept_id,
            wording=mention.wording.text,
            start=mention.start,
            end=mention.end,
            snippet=snippet.text,
            mark_start=snippet.mark_start,
            mark_end=snippet.mark_end,
            passage=passage_hash(flow, mention.start + shift, mention.end + shift),
            rules=self.rules,
        )


def _capitals_match(wording: str, printed: str) -> bool:
    """An abbreviation in a wording (ACO, WPAP) is meant as capitals; other words match in any case."""
    abbreviations = _abbreviations(wording)
    if not abbreviations:
        return True
    letters = "".join(filter(str.isalnum, _spelled(printed)))
    return all(letters[start:end].isupper() for start, end in abbreviations)


@cache
def _abbreviations(wording: str) -> tuple[tuple[int, int], ...]:
    """Where, among the letters and digits of a wording, its abbreviations stand: no form moves them."""
    spans: list[tuple[int, int]] = []
    at = 0
    for word in re.findall(r"[^\W_]+", _spelled(wording)):
        if len(word) > 1 and word.isupper():
            spans.append((at, at + len(word)))
        at += len(word)
    return tuple(spans)


def _allowed(mentions: list[Mention], text: str, context: dict[str, list[tuple[int, int]]]) -> list[Mention]:
    """The mentions whose `near` stands within reach and whose `not_near` does not.

    Reach is counted in words, by number from the top of the text: a text of one long page with thousands of
    mentions must not be read again for each.
    """
    starts = [match.start() for match in _WORD.finditer(key(text))]
    numbers = {
        word: {
            number for start, end in spans for number in range(_number(starts, start), _number(starts, end))
        }
        for word, spans in context.items()
    }

    def holds(mention: Mention, context_words: tuple[str, ...]) -> bool:
        reach = mention.wording.within
        first, past = _number(starts, mention.start), _number(starts, mention.end)
        near_by = range(first - reach, past + reach)
        return any(not numbers[word].isdisjoint(near_by) for word in context_words if word in numbers)

    return [
        mention
        for mention in mentions
        if (not mention.wording.near or holds(mention, mention.wording.near))
        and not holds(mention, mention.wording.not_near)
    ]


def _number(starts: list[int], at: int) -> int:
    """How many words begin before this place."""
    return bisect_left(starts, at)


def _backed(mention: Mention, said: set[str]) -> bool:
    needs = mention.wording.needs
    return not needs or not said.isdisjoint(needs)


def _settle(mentions: list[Mention]) -> list[Mention]:
    """Of mentions of one concept that overlap, the longest stays; in the order of the text."""
    settled: list[Mention] = []
    taken: dict[str, bytearray] = defaultdict(lambda: bytearray(max(m.end for m in mentions)))
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start, m.concept_id, m.wording.text)):
        places = taken[mention.concept_id]
        if 1 not in places[mention.start : mention.end]:
            places[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            settled.append(mention)
    return sorted(settled, key=lambda m: (m.start, m.end, m.concept_id))


def passage_hash(text: str, start: int, end: int) -> str:
    """A hash of the mention with the letters around it: blind to blanks, hyphens and page layout."""
    before = _letters(text[max(0, start - 4 * PASSAGE_LETTERS) : start])[-PASSAGE_LETTERS:]
    after = _letters(text[end : end + 4 * PASSAGE_LETTERS])[:PASSAGE_LETTERS]
    return hashlib.sha256(b" ".join((before, _letters(text[start:end]), after))).hexdigest()[:16]


def _letters(text: str) -> bytes:
    return key(text).replace(b" ", b"")
