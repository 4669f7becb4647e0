"""Signing up step by step: words, what they would have found, where, how often.

Each step is a page of its own with an address that holds what was said so far, so that it works without
JavaScript, going back loses nothing, and nothing is kept of whoever does not go on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError
from pipeline.matching import query as q
from web.parts import forms, marks
from web.parts.wordings import wordings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.matching.families import Family
    from pipeline.model import WatchList
    from pipeline.ports import Readers
    from pipeline.views import Answer
    from web.parts.forms import Form
    from web.site import Site

WORDS, FOUND, WHERE, OFTEN, ALL = "words", "found", "where", "often", "all"
STEPS = (WORDS, FOUND, WHERE, OFTEN)
SAMPLES = 3  # of what it would have found
RELATED = 12  # wordings of one family that are offered
BODIES = 8  # that say it most


def step(form: Form) -> str:
    """The step that an address asks for; whoever comes from a page begins where it left off."""
    asked = forms.first_value(form, "step")
    if asked in {*STEPS, ALL}:
        return asked
    if forms.first_value(form, "q").strip():
        return FOUND
    return ALL if any(filter(None, (*form["concept"], *form["body"], *form["part"]))) else WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A wording that means the same, and how many passages say it."""

    wording: str
    passages: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedFamily:
    family: Family
    wordings: Sequence[Related]


def with_wordings(form: Form) -> Form:
    """The form with the wordings that were ticked as part of its query."""
    text = forms.first_value(form, "q").strip()
    ticked = [wording for wording in dict.fromkeys(form.get("wording", [])) if wording.strip()]
    more = [phrase for phrase in map(q.quoted, ticked) if phrase.casefold() not in text.casefold()]
    return {**form, "q": [" OR ".join(filter(None, (text, *more)))], "wording": []}


def _unit(watch: WatchList) -> str:
    """What is counted of each body: a search counts pages, a topic mentions."""
    return "result" if watch.query and watch.concepts else "page" if watch.query else "mention"


class Wizard:
    """What each step shows in addition to what was said so far. Raises ConfigError or QueryError."""

    def __init__(self, readers: Readers, site: Site) -> None:
        self._readers = readers
        self._site = site

    def shown(self, asked: str, form: Form) -> dict[str, Any]:
        """For the template of a step, by what its fields hold."""
        whole = with_wordings(form)
        watch = forms.watch_list(whole)
        if asked == WORDS:
            return {"draft": watch}
        if not (watch.query or watch.concepts):
            raise ConfigError("Enter search words or choose a topic.")
        if asked == FOUND:
            return {"draft": watch, **self._found(form, watch)}
        if asked == WHERE:
            return {"draft": watch, "often": self._bodies(watch), "unit": _unit(watch)}
        return {"draft": watch, "preview": self._readers.preview(watch)}

    def _found(self, form: Form, watch: WatchList) -> dict[str, Any]:
        query = q.parse(watch.query) if watch.query else None
        preview = self._readers.preview(watch)
        shelf = self._site.shelf
        answers: Sequence[Answer] = shelf.look_by_paper(query, SAMPLES).answers if query else ()
        return {
            "preview": preview,
            "answers": [(answer, marks.of_query(answer.snippet, query)) for answer in answers if query],
            "mentions": [
                row
                for concept in watch.concepts[:SAMPLES]
                if not answers
                for row in shelf.mentions(concept, limit=SAMPLES)
            ][:SAMPLES],
            "related": self._related(form),
            "said": forms.first_value(form, "q").strip(),
        }

    def _related(self, form: Form) -> list[RelatedFamily]:
        """The families of the words as they were typed, with what else each is called."""
        text = forms.first_value(form, "q").strip()
        ticked = {*form.get("wording", [])}
        found: list[RelatedFamily] = []
        for family in self._site.families.named(q.parse(text)) if text else ():
            counts = {said.wording: said.passages for said in wordings(family.concept, self._site)}
            names = sorted(family.others, key=lambda name: -counts.get(name, 0))[:RELATED]
            offered = [
                Related(wording=name, passages=counts.get(name, 0), chosen=name in ticked)
                for name in names
                if name.casefold() not in text.casefold()
            ]
            found.append(RelatedFamily(family=family, wordings=offered))
        return found

    def _bodies(self, watch: WatchList) -> list[tuple[str, int]]:
        """Who says it most, in pages and mentions that are held."""
        counts = Counter[str]()
        shelf = self._site.shelf
        if watch.query:
            counts.update({each.id: each.count for each in shelf.look(q.parse(watch.query), 1).facets.bodies})
        for concept in watch.concepts:
            for row in shelf.said(concept):
                counts[row.body] += row.count
        return [(body, count) for body, count in counts.most_common(BODIES) if body in shelf.bodies()]
