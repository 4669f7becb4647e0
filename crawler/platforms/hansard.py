"""Hansard: debates of either House and Westminster Hall, and of public bill committees, by a word of theirs.

A search gives the debates of the window whose words match; the text of each comes whole by its own answer,
and is the paper. A debate that ended is not changed but for corrections, so nothing is called withdrawn.

The shapes of the answers are those that public clients of the API read; none was seen for real.
Traps they tell of: a search for debates gives at most 25 and takes no OR, so each word is asked for by itself
and the window is asked for in parts; the public site refuses scripts (403) where the API does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from crawler.platforms.shared.json_answer import JsonValue, facts, json_answer, paragraphs, spoken
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_patterns, check_words, is_wanted, with_query
from crawler.platforms.shared.select import base_url, tidy
from pipeline.model import Capture, Document, DocumentKind, Doubt, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST = 25  # debates in one answer, whatever is asked for
_STEP = timedelta(days=7)
_SITE = "https://hansard.parliament.uk/"
_DEEPEST = 50  # debates within debates


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    search: tuple[str, ...] = ("integrated care", "NHS")  # a query each
    sections: str = ""  # only sections that match: "Westminster Hall", "Public Bill Committees"
    include: str = ""  # only debates whose title matches
    exclude: str = ""  # none whose title matches

    def __post_init__(self) -> None:
        check_words(search=self.search)
        check_patterns(sections=self.sections, include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    for words in Options(**source.options).search:
        begin = since
        while begin <= until:
            end = min(begin + _STEP - timedelta(days=1), until)
            yield Fetch(url=_search(source, words, begin, end), step="search", context={"words": words})
            begin = end + timedelta(days=1)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    answer = json_answer(source, capture)
    if fetch.step == "search":
        yield from _results(source, fetch, answer)
    else:
        yield _debate(source, fetch, answer)


def _search(source: Source, words: str, begin: date, end: date) -> str:
    return with_query(
        f"{base_url(source)}search/debates.json",
        **{
            "queryParameters.searchTerm": words,
            "queryParameters.startDate": begin.isoformat(),
            "queryParameters.endDate": end.isoformat(),
            "queryParameters.take": _MOST,
        },
    )


def _results(source: Source, fetch: Fetch, answer: JsonValue) -> Iterator[Found]:
    options = Options(**source.options)
    rows = answer.rows("Results")
    for row in rows:
        name, section = row.text("DebateSectionExtId"), row.text("DebateSection")
        if not name:
            raise row.error("the id of a debate", row.found())
        is_there = is_wanted(section, include=options.sections, exclude="")
        if is_there and is_wanted(row.title("Title"), include=options.include, exclude=options.exclude):
            context = {"id": name, "section": section, "house": row.text("House")}
            yield Fetch(url=f"{base_url(source)}debates/debate/{name}.json", step="debate", context=context)
    total = answer.at("TotalResultCount").value
    if isinstance(total, int) and total > len(rows):
        what = (
            f"{total} debates on {fetch.context['words']!r} in a week, of which the search gives {len(rows)}"
        )
        yield Doubt(source_id=source.id, what=what)


def _debate(source: Source, fetch: Fetch, answer: JsonValue) -> Embedded:
    overview = answer.child("Overview")
    day, title = overview.day("Date"), overview.title("Title")
    if day is None or not title:
        raise overview.error("the title and the day of a debate", overview.found())
    house, place = fetch.context["house"], overview.text("Location") or fetch.context["section"]
    told = facts(("House", house), ("Place", place), ("Day", spoken(day)))
    document = Document(
        source_id=source.id,
        key=f"debate/{fetch.context['id']}",
        title=title,
        kind=DocumentKind.OTHER,
        url=f"{_SITE}{house or 'Commons'}/{day}/debates/{fetch.context['id']}/debate",
        published_on=day,
        is_page=True,
    )
    items = [Item(title="", paragraphs=told), *_sections(answer, 0)]
    return Embedded(document=document, body=meeting_text(title, [each for each in items if each.paragraphs]))


def _sections(debate: JsonValue, depth: int) -> Iterator[Item]:
    """What was said, in order; then the debates within it, each under its own heading."""
    if depth > _DEEPEST:
        raise debate.error(f"at most {_DEEPEST} debates within each other", "more")
    said = [line for item in debate.children("Items") for line in _contribution(item)]
    title = debate.child("Overview").title("Title") if depth else ""
    yield Item(title=title, paragraphs=tuple(said))
    children = debate.at("ChildDebates").value
    if isinstance(children, list) and all(isinstance(child, dict) for child in children):
        for child in debate.children("ChildDebates"):  # some clients show ids there: those have no words
            yield from _sections(child, depth + 1)


def _contribution(item: JsonValue) -> Iterator[str]:
    lines = paragraphs(item.markup("Value"))
    speaker = tidy(item.text("AttributedTo"))
    for number, line in enumerate(lines):
        yield f"{speaker}: {line}" if speaker and not number else line
