"""Petitions to Parliament with a word that a line watches for, with the government's answer and the debate.

The text is in the list itself. The count of signatures is not kept: it changes by the minute, and each count
would be a new revision. Nothing is called withdrawn: a petition that closes leaves the list of open ones and
is in that of closed ones, from which those are kept that something has happened to within the window.

Trap: a state that the site does not know gives all petitions, so the state of each row is checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from crawler.platforms.shared.json_answer import JsonValue, facts, json_answer, spoken
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_patterns, check_words, is_wanted, with_query
from crawler.platforms.shared.select import base_url
from pipeline.model import Capture, Document, DocumentKind, Doubt, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATES = ("open", "closed", "awaiting_response", "with_response", "awaiting_debate", "debated")
_DEEPEST = 20  # pages of 50 for one search: what gives more is no search


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    search: tuple[str, ...] = ("integrated care", "NHS")  # a query each
    states: tuple[str, ...] = ("open", "closed")  # most are debated when they are closed
    include: str = ""  # only petitions whose text matches
    exclude: str = ""  # none whose text matches

    def __post_init__(self) -> None:
        check_words(search=self.search, states=self.states)
        for state in self.states:
            if state not in _STATES:
                raise ValueError(f"states: {state!r} is not one of {', '.join(_STATES)}")
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:  # noqa: ARG001 - nothing is ahead
    options = Options(**source.options)
    for state in options.states:
        for words in options.search:
            yield _page(source, {"state": state, "since": since.isoformat(), "words": words}, 1)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    options = Options(**source.options)
    answer = json_answer(source, capture)
    seen: set[str] = set()
    for row in answer.rows("data"):
        petition, number = row.child("attributes"), str(row.number("id"))
        _check_state(fetch.context["state"], petition)
        if _is_over(petition, date.fromisoformat(fetch.context["since"])):
            continue
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
        if page >= _DEEPEST and fetch.context["state"] != "open":
            words = fetch.context["words"]
            what = f"more than {_DEEPEST} pages of closed petitions on {words!r}: the rest is not read"
            yield Doubt(source_id=source.id, what=what)
            return
        if page >= _DEEPEST:
            raise answer.at("links").error(f"at most {_DEEPEST} pages of one search", "more")
        yield _page(source, fetch.context, page + 1)


def _page(source: Source, context: dict[str, str], page: int) -> Fetch:
    url = with_query(
        f"{base_url(source)}petitions.json", state=context["state"], q=context["words"], page=page
    )
    return Fetch(url=url, step="petitions", context={**context, "page": str(page)})


def _is_over(petition: JsonValue, since: date) -> bool:
    """Closed, and neither answered nor debated since. One that is due for a debate is not over."""
    if petition.text("state") == "open":
        return False
    response, debate = petition.child("government_response"), petition.child("debate")
    if petition.text("debate_threshold_reached_at") and not debate.text("debated_on"):
        return False
    events = (
        *(
            petition.day(key)
            for key in ("closed_at", "rejected_at", "government_response_at", "debate_outcome_at")
        ),
        petition.day("scheduled_debate_date"),
        *(response.day(key) for key in ("responded_on", "created_at", "updated_at")),
        debate.day("debated_on"),
    )
    days = [day for day in events if day]
    return bool(days) and max(days) < since


def _check_state(asked_for: str, petition: JsonValue) -> None:
    """The other states are of what has become of a petition, and say nothing of its own state."""
    state = petition.text("state")
    if not state:
        raise petition.at("state").error("the state of a petition", "nothing")
    if asked_for in {"open", "closed"} and state != asked_for:
        raise petition.at("state").error(f"the state asked for, {asked_for}", state)


def _items(petition: JsonValue) -> list[Item]:
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
                *facts(
                    ("To be debated", spoken(petition.day("scheduled_debate_date"))),
                    ("Debated", spoken(debate.day("debated_on"))),
                    ("Transcript", debate.text("transcript_url")),
                ),
                *_lines(debate, "overview"),
            ),
        ),
    ]
    return [item for item in items if item.paragraphs]


def _lines(answer: JsonValue, key: str) -> tuple[str, ...]:
    """Paragraphs of a plain text."""
    return tuple(" ".join(line.split()) for line in answer.markup(key).splitlines() if line.strip())
