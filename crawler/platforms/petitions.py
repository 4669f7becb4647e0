"""Petitions to Parliament: open ones with a word that a line watches for, with the government's answer.

The text is in the list itself. The count of signatures is not kept: it changes by the minute, and each count
would be a new revision. Nothing is called withdrawn: a petition that closes leaves the list of open ones.

Trap: a state that the site does not know gives all petitions, so the state of each row is checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.json_answer import Answer, facts, json_answer, spoken
from crawler.platforms.meeting_text import Item, meeting_text
from crawler.platforms.select import base_url
from crawler.platforms.wanted import asked, check_patterns, check_words, is_wanted
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_STATES = ("open", "closed", "awaiting_response", "with_response", "awaiting_debate", "debated")
_DEEPEST = 20  # pages of 50 for one search: what gives more is no search


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    search: tuple[str, ...] = ("integrated care", "NHS")  # a query each
    state: str = "open"
    include: str = ""  # only petitions whose text matches
    exclude: str = ""  # none whose text matches

    def __post_init__(self) -> None:
        if self.state not in _STATES:
            raise ValueError(f"state: {self.state!r} is not one of {', '.join(_STATES)}")
        check_words(search=self.search)
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:  # noqa: ARG001 - what is open has no window
    options = Options(**source.options)
    for words in options.search:
        yield _page(source, options.state, words, 1)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    options = Options(**source.options)
    answer = json_answer(source, capture)
    seen: set[str] = set()
    for row in answer.rows("data"):
        petition, number = row.child("attributes"), str(row.number("id"))
        _check_state(options.state, petition)
        items = _items(petition)
        text = " ".join(paragraph for item in items for paragraph in item.paragraphs)
        wanted = is_wanted(
            f"{petition.text('action')} {text}", include=options.include, exclude=options.exclude
        )
        if number not in seen and wanted:
            seen.add(number)
            document = Document(
                source_id=source.id,
                key=f"petition/{number}",
                title=petition.title("action") or f"Petition {number}",
                kind=DocumentKind.OTHER,
                url=f"{base_url(source)}petitions/{number}",
                published_on=petition.day("opened_at") or petition.day("created_at"),
                is_page=True,
            )
            yield Embedded(document=document, body=meeting_text(document.title, items))
    page = int(fetch.context["page"])
    if answer.child("links").text("next"):
        if page >= _DEEPEST:
            raise answer.at("links").error(f"at most {_DEEPEST} pages of one search", "more")
        yield _page(source, options.state, fetch.context["words"], page + 1)


def _page(source: Source, state: str, words: str, page: int) -> Fetch:
    url = asked(f"{base_url(source)}petitions.json", state=state, q=words, page=page)
    return Fetch(url=url, step="petitions", context={"words": words, "page": str(page)})


def _check_state(asked_for: str, petition: Answer) -> None:
    """The other states are of what has become of a petition, and say nothing of its own state."""
    state = petition.text("state")
    if not state:
        raise petition.at("state").error("the state of a petition", "nothing")
    if asked_for in {"open", "closed"} and state != asked_for:
        raise petition.at("state").error(f"the state asked for, {asked_for}", state)


def _items(petition: Answer) -> list[Item]:
    response, debate = petition.child("government_response"), petition.child("debate")
    items = [
        Item(
            title="",
            paragraphs=(
                *facts(
                    ("State", petition.text("state")),
                    ("Opened", spoken(petition.day("opened_at"))),
                    ("Closed", spoken(petition.day("closed_at"))),
                    ("Rejected", spoken(petition.day("rejected_at"))),
                ),
                *_lines(petition, "background"),
                *_lines(petition, "additional_details"),
            ),
        ),
        Item(
            title="Government response",
            paragraphs=(*_lines(response, "summary"), *_lines(response, "details")),
        ),
        Item(
            title="Debate",
            paragraphs=(
                *facts(("Debated", spoken(debate.day("debated_on")))),
                *_lines(debate, "overview"),
            ),
        ),
    ]
    return [item for item in items if item.paragraphs]


def _lines(answer: Answer, key: str) -> tuple[str, ...]:
    """Paragraphs of a plain text."""
    return tuple(" ".join(line.split()) for line in answer.markup(key).splitlines() if line.strip())
