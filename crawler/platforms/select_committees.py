"""Publications of select committees: reports, special reports, responses, evidence where asked for.

Each publication is a paper with its summary; its files, as PDF or a page, are papers of their own.

The shapes of the answers are from memory of the API's public description; none was seen for real. What is
known: the public site refuses scripts (403) where the API does not. Parameters that it does not know may be
dropped silently, so the days of an answer are checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.shared.json_answer import JsonValue, facts, json_answer, nested, spoken
from crawler.platforms.shared.listed_meeting import window_of
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_patterns, is_wanted, with_query
from crawler.platforms.shared.select import base_url
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

REPORT, RESPONSE, SPECIAL_REPORT = 1, 2, 12  # types of publications
HEALTH_AND_SOCIAL_CARE, PUBLIC_ACCOUNTS = 81, 127  # from memory
_TAKE = 50
_DEEPEST = 40
_SITE = "https://committees.parliament.uk/publications/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    committees: tuple[int, ...] = (HEALTH_AND_SOCIAL_CARE,)  # their numbers with Parliament
    types: tuple[int, ...] = (REPORT, RESPONSE, SPECIAL_REPORT)
    include: str = ""  # only publications whose title or inquiry matches
    exclude: str = ""  # none that match

    def __post_init__(self) -> None:
        for name, numbers in (("committees", self.committees), ("types", self.types)):
            if not numbers or not all(isinstance(each, int) and each > 0 for each in numbers):
                raise ValueError(f"{name}: {numbers!r} is not a list of numbers")
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    for committee in Options(**source.options).committees:
        context = {"since": since.isoformat(), "until": until.isoformat(), "committee": str(committee)}
        yield _page(source, context, 0)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    options, answer = Options(**source.options), json_answer(source, capture)
    since, until = window_of(fetch.context)
    rows = answer.rows("items")
    days = [day for row in rows if (day := row.day("publicationStartDate"))]
    if days and not any(since <= day <= until for day in days):
        raise answer.at("items").error(f"publications from {since} to {until}", str(days[0]))
    seen: set[str] = set()
    for row in rows:
        for found in _publication(source, options, row):
            key = found.document.key if isinstance(found, Embedded) else found.key
            if key not in seen:
                seen.add(key)
                yield found
    skipped = int(fetch.context["skip"]) + len(rows)
    if rows and skipped < answer.number("totalResults"):
        if skipped >= _DEEPEST * _TAKE:
            raise answer.at("totalResults").error(f"at most {_DEEPEST * _TAKE} publications", "more")
        yield _page(source, fetch.context, skipped)


def _page(source: Source, context: dict[str, str], skip: int) -> Fetch:
    types = Options(**source.options).types
    url = with_query(
        f"{base_url(source)}api/Publications",
        CommitteeId=context["committee"],
        StartDate=context["since"],
        EndDate=context["until"],
        Skip=skip,
        Take=_TAKE,
    )
    listed = "".join(f"&PublicationTypeIds={each}" for each in types)
    return Fetch(url=f"{url}{listed}", step="publications", context={**context, "skip": str(skip)})


def _publication(source: Source, options: Options, row: JsonValue) -> Iterator[Document | Embedded]:
    number, title = row.number("id"), row.title("description")
    inquiries = [each.text("title") for each in row.children("businesses")]
    if not is_wanted(" ".join([title, *inquiries]), include=options.include, exclude=options.exclude):
        return
    kind = row.child("type").text("name")
    document = Document(
        source_id=source.id,
        key=f"publication/{number}",
        title=title or f"Publication {number}",
        kind=DocumentKind.REPORT,
        url=f"{_SITE}{number}/",
        published_on=row.day("publicationStartDate"),
        is_page=True,
    )
    committees = [row.child("committee"), *row.children("committees")]
    told = facts(
        ("Committee", ", ".join(dict.fromkeys(name for each in committees if (name := each.text("name"))))),
        ("Type", kind),
        ("Inquiry", ", ".join(dict.fromkeys(each for each in inquiries if each))),
        ("Number", row.child("hcNumber").text("sessionDescription") or row.text("hcNumber")),
        ("Published", spoken(document.published_on)),
    )
    yield Embedded(document=document, body=meeting_text(document.title, [Item(title="", paragraphs=told)]))
    yield from _files(source, document, row)


def _files(source: Source, publication: Document, row: JsonValue) -> Iterator[Document]:
    """Of each of its documents one file, the PDF before the page of the same words."""
    for each in row.children("documents"):
        files = nested([each], "files")
        chosen = next((file for file in files if file.text("fileDataFormat") == "Pdf"), None)
        chosen = chosen or next(iter(files), None)
        url = chosen.link("url") if chosen is not None else ""
        if chosen is not None and url:
            yield Document(
                source_id=source.id,
                key=f"{publication.key}/{each.text('documentId') or url}",
                title=publication.title,
                kind=publication.kind,
                url=url,
                published_on=publication.published_on,
                is_page=chosen.text("fileDataFormat") == "Html",
            )
