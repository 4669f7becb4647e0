"""Find Case Law (The National Archives): which judgments mention what a line watches for.

The Open Justice licence lets anyone read the feed and link to a judgment; searching judgments in bulk by
machine needs a licence of its own. So we keep what the feed says of a judgment and its address, and never
fetch its text. A feed is no listing of all there is: nothing is called withdrawn.

Traps: a page without the query in its own links is the feed of everything; entries come newest first, so
reading stops at the first page that ends before the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.shared.json_answer import day_in_england, facts, spoken
from crawler.platforms.shared.listed_meeting import window_of
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_words, with_query
from crawler.platforms.shared.select import Element, ParsedPage, base_url, query_of, tidy, title_of, xml_page
from crawler.platforms.shared.web_address import clean_url
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_ATOM = "{http://www.w3.org/2005/Atom}"
_TNA = "{https://caselaw.nationalarchives.gov.uk}"
_PER_PAGE = 50
_DEEPEST = 20  # pages of one query within a window: what gives more is no query


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    queries: tuple[str, ...] = ('"integrated care"',)  # full text; quotes keep words together
    courts: tuple[str, ...] = ()  # such as ewca/civ; none: all

    def __post_init__(self) -> None:
        check_words(queries=self.queries)
        if self.courts:
            check_words(courts=self.courts)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    for query in Options(**source.options).queries:
        yield _page(source, {"since": since.isoformat(), "until": until.isoformat(), "query": query}, 1)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    since, until = window_of(fetch.context)
    page = xml_page(source, capture, root=f"{_ATOM}feed")
    has_next = _check_links(page, fetch.context["query"])
    entries = page.root.findall(f"{_ATOM}entry")
    days: list[date] = []
    seen: set[str] = set()
    for entry in entries:
        judgment = _judgment(source, page, entry)
        if (day := judgment.document.published_on) is not None:
            days.append(day)
            if not since <= day <= until:
                continue
        if judgment.document.key not in seen:
            seen.add(judgment.document.key)
            yield judgment
    if days != sorted(days, reverse=True):
        raise page.error("published", "the newest first", "another order")
    number = int(fetch.context["page"])
    if has_next and entries and not (days and days[-1] < since):
        if number >= _DEEPEST:
            raise page.error("link[rel=next]", f"at most {_DEEPEST} pages within the window", "more")
        yield _page(source, fetch.context, number + 1)


def _page(source: Source, context: dict[str, str], number: int) -> Fetch:
    url = with_query(
        f"{base_url(source)}atom.xml",
        query=context["query"],
        order="-date",
        per_page=_PER_PAGE,
        page=number,
    )
    courts = "".join(f"&{with_query('', court=court)[1:]}" for court in Options(**source.options).courts)
    return Fetch(url=url + courts, step="judgments", context={**context, "page": str(number)})


def _check_links(page: ParsedPage, query: str) -> bool:
    """Whether there is a next page. The links to other pages say what was asked for."""
    links = {each.get("rel"): each.get("href") or "" for each in page.root.findall(f"{_ATOM}link")}
    paging = [links[rel] for rel in ("next", "last") if links.get(rel)]
    for link in paging:
        if tidy(query_of(link).get("query", "")) != tidy(query):
            raise page.error("link[rel=next]", f"pages of the query {query}", link)
    return "next" in links


def _judgment(source: Source, page: ParsedPage, entry: Element) -> Embedded:
    links = [each for each in entry.findall(f"{_ATOM}link") if each.get("rel", "alternate") == "alternate"]
    shown = next((each for each in links if each.get("type") in {None, "text/html"}), None)
    url = clean_url(shown.get("href") or "", base=page.url) if shown is not None else ""
    key = _text(entry, f"{_TNA}uri") or _text(entry, f"{_ATOM}id")
    title = title_of(_text(entry, f"{_ATOM}title"))
    if not (url and key and title):
        raise page.error("entry", "an address, an identity and a title", f"{url!r}, {key!r} and {title!r}")
    citation = next(
        (tidy(each.text or "") for each in entry.findall(f"{_TNA}identifier") if each.get("type") == "ukncn"),
        "",
    )
    document = Document(
        source_id=source.id,
        key=key,
        title=f"{title} {citation}".strip(),
        kind=DocumentKind.NOTICE,
        url=url,
        published_on=day_in_england(_text(entry, f"{_ATOM}published")),
    )
    told = facts(
        ("Court", _text(entry, f"{_ATOM}author/{_ATOM}name")),
        ("Neutral citation", citation),
        ("Published by the court", spoken(document.published_on)),
        ("Summary", title_of(_text(entry, f"{_ATOM}summary"))),
        ("Text of the judgment", url),
    )
    return Embedded(document=document, body=meeting_text(document.title, [Item(title="", paragraphs=told)]))


def _text(element: Element, path: str) -> str:
    found = element.find(path)
    return tidy(found.text or "") if found is not None else ""
