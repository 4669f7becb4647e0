"""Written questions to a department, and its answers: what ministers say in writing.

The list shows the first 255 characters of a text and three dots; the question itself is asked for then. So
`include` looks at what the list shows of a question, its heading and its answer, and `search` lets the API
look at the whole.

Traps: parameters that the API does not know are silently dropped, and its filter by department lets others
through now and then. So each row is checked: what was not asked for is left, and an answer of nothing else
is another page. A wrong date would give the whole archive, so the total has a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.shared.json_answer import JsonValue, facts, json_answer, spoken
from crawler.platforms.shared.listed_meeting import window_of
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_patterns, is_wanted, with_query
from crawler.platforms.shared.select import base_url
from crawler.platforms.shared.web_address import clean_url
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

_TAKE = 100
_MOST = 10_000  # questions in a window; all departments together table some 1,500 a week
_SHOWN_AT = "https://questions-statements.parliament.uk/written-questions/detail/"
_CUT = ("...", "\u2026")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    answering_body: int = 17  # Department of Health and Social Care
    search: tuple[str, ...] = ()  # a query each, for any of its words; none: all of the window
    include: str = ""  # only questions of which what the list shows matches
    exclude: str = ""  # none of which what the list shows matches

    def __post_init__(self) -> None:
        if isinstance(self.search, str) or not all(words.strip() for words in self.search):
            raise ValueError(f"search: {self.search!r} is not a list of words")
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    for words in Options(**source.options).search or ("",):
        context = {"since": since.isoformat(), "until": until.isoformat(), "words": words}
        yield _list(source, context, 0)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    answer = json_answer(source, capture)
    if fetch.step == "question":
        yield _question(source, answer.child("value"), wanted_id=fetch.context["id"])
    else:
        yield from _questions(source, fetch, answer)


def _list(source: Source, context: dict[str, str], skip: int) -> Fetch:
    words = {"searchTerm": context["words"]} if context["words"] else {}
    url = with_query(
        f"{base_url(source)}api/writtenquestions/questions",
        answeringBodies=Options(**source.options).answering_body,
        tabledWhenFrom=context["since"],
        tabledWhenTo=context["until"],
        **words,
        take=_TAKE,
        skip=skip,
    )
    return Fetch(url=url, step="questions", context={**context, "skip": str(skip)})


def _questions(source: Source, fetch: Fetch, answer: JsonValue) -> Iterator[Found]:
    options = Options(**source.options)
    since, until = window_of(fetch.context)
    total, rows = answer.number("totalResults"), answer.rows("results")
    if total > _MOST:
        raise answer.at("totalResults").error(f"at most {_MOST}: the questions of a window", str(total))
    values = [row.child("value") for row in rows]
    meant = [value for value in values if _is_asked_for(value, options.answering_body, since, until)]
    if values and not meant:
        raise answer.error(
            f"questions to body {options.answering_body} from {since} to {until}", "none of them"
        )
    seen: set[int] = set()
    for value in meant:
        number = value.number("id")
        shown = " ".join(value.text(key) for key in ("heading", "questionText", "answerText"))
        if number in seen or not is_wanted(shown, include=options.include, exclude=options.exclude):
            continue
        seen.add(number)
        if _is_cut(value):
            yield Fetch(
                url=f"{base_url(source)}api/writtenquestions/questions/{number}",
                step="question",
                context={"id": str(number)},
            )
        else:
            yield _question(source, value, wanted_id=str(number))
    skip = int(fetch.context["skip"]) + len(rows)
    if rows and skip < total:
        yield _list(source, fetch.context, skip)


def _is_asked_for(value: JsonValue, body: int, since: date, until: date) -> bool:
    tabled = value.day("dateTabled")
    return value.text("answeringBodyId") == str(body) and tabled is not None and since <= tabled <= until


def _is_cut(value: JsonValue) -> bool:
    return value.text("questionText").endswith(_CUT) or value.text("answerText").endswith(_CUT)


def _question(source: Source, value: JsonValue, *, wanted_id: str) -> Embedded:
    if value.text("id") != wanted_id:
        raise value.at("id").error(wanted_id, value.text("id") or "nothing")
    number, tabled = value.text("uin") or wanted_id, value.day("dateTabled")
    document = Document(
        source_id=source.id,
        key=f"question/{wanted_id}",
        title=f"{value.title('heading') or 'Written question'} ({number})",
        kind=DocumentKind.OTHER,
        url=clean_url(f"{tabled}/{number}", base=_SHOWN_AT) if tabled else _SHOWN_AT,
        published_on=tabled,
        is_page=True,
    )
    dates = facts(
        ("House", value.text("house")),
        ("Tabled", spoken(tabled)),
        ("Answered", spoken(value.day("dateAnswered"))),
        ("Corrected", spoken(value.day("dateAnswerCorrected"))),
        ("Withdrawn", "yes" if value.at("isWithdrawn").value is True else ""),
        ("Holding answer", "yes" if value.at("answerIsHolding").value is True else ""),
    )
    items = [
        Item(title="", paragraphs=dates),
        Item(title="Question", paragraphs=value.paragraphs("questionText")),
        Item(title="Answer", paragraphs=value.paragraphs("answerText")),
    ]
    text = meeting_text(document.title, [item for item in items if item.paragraphs])
    if not value.text("questionText"):
        raise value.at("questionText").error("the text of a question", "nothing")
    return Embedded(document=document, body=text)
