"""Bills before Parliament and all that is published with them: texts, explanatory notes, amendment papers.

A list of bills, newest change first, is read as far back as the window goes; each bill that changed is asked
for its publications. A bill's publications come in one answer, so what is gone from it is withdrawn.

Traps: parameters that the API does not know are silently dropped, so the order is checked; a publication is
there as PDF and as HTML, or only as a link to another site.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.papers.wording.addresses import is_file_address
from crawler.platforms.shared.json_answer import JsonValue, facts, json_answer, spoken
from crawler.platforms.shared.listed_meeting import window_of
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_patterns, check_words, is_wanted, with_query
from crawler.platforms.shared.select import base_url
from crawler.platforms.shared.web_address import canonical_url
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Listing, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

_TAKE = 50
_SHOWN_AT = "https://bills.parliament.uk/bills/"
_MEDIA = ("application/pdf", "text/html")  # the first that a publication is there in


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    search: tuple[str, ...] = ("health",)  # a query each
    include: str = ""  # only bills whose title matches
    exclude: str = ""  # none whose title matches

    def __post_init__(self) -> None:
        check_words(search=self.search)
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    for words in Options(**source.options).search:
        context = {"since": since.isoformat(), "until": until.isoformat(), "words": words}
        yield _list(source, context, 0)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    answer = json_answer(source, capture)
    match fetch.step:
        case "bills":
            yield from _bills(source, fetch, answer)
        case "bill":
            yield from _bill(source, fetch, answer)
        case _:
            yield from _publications(source, fetch, answer)


def _list(source: Source, context: dict[str, str], skip: int) -> Fetch:
    url = with_query(
        f"{base_url(source)}api/v1/Bills",
        SearchTerm=context["words"],
        SortOrder="DateUpdatedDescending",
        Take=_TAKE,
        Skip=skip,
    )
    return Fetch(url=url, step="bills", context={**context, "skip": str(skip)})


def _bills(source: Source, fetch: Fetch, answer: JsonValue) -> Iterator[Found]:
    options = Options(**source.options)
    since, _ = window_of(fetch.context)
    total, rows = answer.number("totalResults"), answer.rows("items")
    days = [day for row in rows if (day := row.day("lastUpdate"))]
    if days != sorted(days, reverse=True):
        raise answer.at("items").error("the bills last changed first", "another order")
    seen: set[int] = set()
    for row in rows:
        number, title, changed = row.number("billId"), row.title("shortTitle"), row.day("lastUpdate")
        is_old = changed is not None and changed < since
        if is_old or number in seen or not is_wanted(title, include=options.include, exclude=options.exclude):
            continue
        seen.add(number)
        context = {"bill": str(number), "title": title or f"Bill {number}"}
        url = f"{base_url(source)}api/v1/Bills/{number}"
        yield Fetch(url=url, step="bill", context=context)
        yield Fetch(url=f"{url}/Publications", step="publications", context=context)
    skip = int(fetch.context["skip"]) + len(rows)
    if rows and skip < total and not (days and days[-1] < since):
        yield _list(source, fetch.context, skip)


def _bill(source: Source, fetch: Fetch, answer: JsonValue) -> Iterator[Found]:
    """The bill itself: what it is for, and how far it has come."""
    number = _check_bill(fetch, answer)
    stage = answer.child("currentStage")
    sittings = sorted(day for each in stage.children("stageSittings") if (day := each.day("date")))
    document = Document(
        source_id=source.id,
        key=f"bill/{number}",
        title=answer.title("shortTitle") or fetch.context["title"],
        kind=DocumentKind.OTHER,
        url=f"{_SHOWN_AT}{number}",
        is_page=True,
    )
    progress = facts(
        ("House", answer.text("currentHouse")),
        ("Stage", stage.text("description")),
        ("Sittings of this stage", ", ".join(spoken(day) for day in sittings)),
        ("Withdrawn", spoken(answer.day("billWithdrawn"))),
        ("Defeated", "yes" if answer.at("isDefeated").value is True else ""),
        ("Now an Act", "yes" if answer.at("isAct").value is True else ""),
    )
    items = [
        Item(title="Progress", paragraphs=progress),
        Item(title="Long title", paragraphs=answer.paragraphs("longTitle")),
        Item(title="Summary", paragraphs=answer.paragraphs("summary")),
    ]
    told = [item for item in items if item.paragraphs]
    yield Embedded(document=document, body=meeting_text(document.title, told)) if told else document


def _publications(source: Source, fetch: Fetch, answer: JsonValue) -> Iterator[Found]:
    number = _check_bill(fetch, answer)
    listing = f"bill/{number}"
    seen: set[str] = set()
    for each in answer.rows("publications"):
        title = each.title("title") or each.child("publicationType").title("name") or "Publication"
        for key, url, is_page in _ways(source, each):
            if key not in seen:
                seen.add(key)
                yield Document(
                    source_id=source.id,
                    key=key,
                    title=f"{fetch.context['title']}: {title}",
                    kind=DocumentKind.REPORT,
                    url=url,
                    published_on=each.day("displayDate"),
                    is_page=is_page,
                    listing=listing,
                )
    yield Listing(source_id=source.id, key=listing)


def _ways(source: Source, publication: JsonValue) -> Iterator[tuple[str, str, bool]]:
    """Key, address and whether it is a page: the files of one kind, or the links where there are no files."""
    number, files = publication.number("id"), publication.children("files")
    by_media = {media: [each for each in files if each.text("contentType") == media] for media in _MEDIA}
    media = next((media for media in _MEDIA if by_media[media]), "")
    chosen = by_media[media] if media else files
    for each in chosen:
        file = each.number("id")
        url = f"{base_url(source)}api/v1/Publications/{number}/Documents/{file}/Download"
        yield f"publication/{number}/{file}", url, media == "text/html"
    for each in [] if chosen else publication.children("links"):
        if url := each.link("url"):
            page = each.text("contentType") == "text/html" or not is_file_address(url)
            yield f"publication/{number}/{canonical_url(url)}", url, page


def _check_bill(fetch: Fetch, answer: JsonValue) -> str:
    if answer.text("billId") != fetch.context["bill"]:
        raise answer.at("billId").error(fetch.context["bill"], answer.text("billId") or "nothing")
    return fetch.context["bill"]
