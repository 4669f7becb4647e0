"""WordPress: posts, pages and publications by its REST API, board meetings by their pages.

`watch` says what: a type of the API ("posts", "pages", "documents" for the publications of NHS England), or
"board" for a page that leads to agendas (`wordpress_board`). The API gives the text of an entry with it.
Where it is off or shut, the site's feed names the newest entries; both know an entry by the same identity.

Entries come by the day they were last changed, so that a publication which is updated is read again.

Traps: a parameter that the site does not know is silently ignored, so order and dates are checked; an address
after the last page is an error; fields of a plugin are a list, an object or false where they hold nothing.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.platforms import feed, wordpress_board
from crawler.platforms.papers.wording.addresses import is_file_address
from crawler.platforms.shared.json_answer import JsonValue, json_answer, nested
from crawler.platforms.shared.listed_meeting import window_of
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_kind, check_patterns, is_wanted, with_query
from crawler.platforms.shared.select import base_url, title_of
from crawler.platforms.shared.web_address import canonical_url
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, DocumentKind, Doubt, Embedded, Fetch, Found, Listing, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

_PER_PAGE = 100  # the most that WordPress gives
_FIELDS = "id,guid,date,modified,link,title,content,excerpt,component_fields,custom_fields,acf"
_POST = re.compile(r"/\?p=\d+$")  # the identity of a post; other types name theirs
_PLUGIN_FIELDS = ("component_fields", "custom_fields", "acf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    watch: str = "posts"  # a type of the REST API, or "board"
    feed: str = ""  # asked where the API fails; "": the site's own feed of this type
    paper_kind: str = "other"  # what its entries are: a `DocumentKind`
    include: str = ""  # only entries whose title matches
    exclude: str = ""  # none whose title matches

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", self.watch):
            raise ValueError(f"watch: {self.watch!r} is no type of the REST API")
        if self.feed and not self.feed.startswith(("https://", "http://")):
            raise ValueError(f"feed: {self.feed!r} is no address")
        check_kind(self.paper_kind)
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    options = Options(**source.options)
    context = {"since": since.isoformat(), "until": until.isoformat()}
    if options.watch == "board":
        yield wordpress_board.landing_fetch(source, context)
    else:
        yield replace(_entries_fetch(source, context, 1), otherwise=_feed_fetch(source, options, context))


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    match fetch.step:
        case "entries":
            yield from _entries(source, fetch, capture)
        case "feed":
            yield from _feed(source, fetch, capture)
        case _:
            yield from wordpress_board.parse(source, fetch, capture)


def _entries_fetch(source: Source, context: dict[str, str], page: int) -> Fetch:
    url = with_query(
        f"{base_url(source)}wp-json/wp/v2/{Options(**source.options).watch}",
        per_page=_PER_PAGE,
        page=page,
        orderby="modified",
        order="desc",
        modified_after=f"{context['since']}T00:00:00",
        _fields=_FIELDS,
    )
    return Fetch(url=url, step="entries", context={**context, "page": str(page)})


def _feed_fetch(source: Source, options: Options, context: dict[str, str]) -> Fetch | None:
    """Pages have no feed."""
    if options.watch == "pages" and not options.feed:
        return None
    of_type = "" if options.watch == "posts" else f"?post_type={options.watch}"
    return Fetch(url=options.feed or f"{base_url(source)}feed/{of_type}", step="feed", context=context)


def _entries(source: Source, fetch: Fetch, capture: Capture) -> Iterator[Found]:
    options = Options(**source.options)
    since, until = window_of(fetch.context)
    answer = json_answer(source, capture)
    rows = answer.rows()
    days = [day for row in rows if (day := row.day("modified") or row.day("date"))]
    if days != sorted(days, reverse=True):
        raise answer.error("the entries last changed first", "another order")
    seen: set[str] = set()
    for row in rows:
        changed = row.day("modified") or row.day("date")
        key, title = _key(row), title_of(row.child("title").text("rendered"))
        if (changed and not since <= changed <= until) or key in seen:
            continue
        if is_wanted(title, include=options.include, exclude=options.exclude):
            for found in _entry(source, options, row, key, title):
                if isinstance(found, Listing) or _document_of(found).key not in seen:
                    seen |= set() if isinstance(found, Listing) else {_document_of(found).key}
                    yield found
    page = int(fetch.context["page"])
    if rows and _has_next(answer, capture, page) and not (days and days[-1] < since):
        yield _entries_fetch(source, fetch.context, page + 1)


def _feed(source: Source, fetch: Fetch, capture: Capture) -> Iterator[Found]:
    """The newest entries. A site that does not know a type answers with its posts instead."""
    options = Options(**source.options)
    plain = {
        "content": "embedded",
        "paper_kind": options.paper_kind,
        "include": options.include,
        "exclude": options.exclude,
    }
    read = list(feed.parse(replace(source, options=plain), fetch, capture))
    yield from (each for each in read if isinstance(each, Doubt))
    found = [_known_by_number(each) for each in read if isinstance(each, Document | Embedded)]
    is_ours = options.watch == "posts" or bool(options.feed)
    meant = [each for each in found if is_ours or not _POST.search(_document_of(each).key)]
    if found and not meant:
        raise ParseError(
            source=source.id, url=capture.url, selector="feed", expected=options.watch, found="posts"
        )
    yield from meant


def _known_by_number(found: Document | Embedded) -> Document | Embedded:
    """The guid of WordPress holds the number of the entry: nobody has to weigh it."""
    if isinstance(found, Embedded):
        return replace(found, document=replace(found.document, claimed=False))
    return replace(found, claimed=False)


def _document_of(found: Document | Embedded) -> Document:
    return found.document if isinstance(found, Embedded) else found


def _has_next(answer: JsonValue, capture: Capture, page: int) -> bool:
    """By the count of pages; by the link to the next one where a cache has dropped the count."""
    total = capture.headers.get("x-wp-totalpages", "").strip()
    if not total:
        return 'rel="next"' in capture.headers.get("link", "")
    if not (total.isascii() and total.isdigit() and len(total) < 9):
        raise answer.error("a count of pages in X-WP-TotalPages", total[:100])
    return page < int(total)


def _key(row: JsonValue) -> str:
    """What the feed knows the entry by as well."""
    guid = html.unescape(row.child("guid").text("rendered"))
    return canonical_url(guid) if guid.startswith("http") else f"post/{row.number('id')}"


def _entry(
    source: Source, options: Options, row: JsonValue, key: str, title: str
) -> Iterator[Document | Embedded | Listing]:
    """An entry, and the papers of a publication."""
    number, url = row.number("id"), row.link("link")
    if not url:
        raise row.at("link").error("an address", row.text("link") or "nothing")
    protected = row.child("content").at("protected").value is True
    document = Document(
        source_id=source.id,
        key=key,
        title=title or canonical_url(url),
        kind=DocumentKind(options.paper_kind),
        url="" if protected else url,
        published_on=row.day("date"),
        restricted=protected,
        is_page=not protected,
    )
    if protected:
        yield document
        return
    blocks = [block for name in _PLUGIN_FIELDS for block in _blocks(row, name)]
    parts = nested(blocks, "documents")
    items = _items(row, blocks, parts)
    yield Embedded(document=document, body=meeting_text(document.title, items)) if items else document
    if blocks:
        listing = f"entry/{number}"
        yield from _papers(source, document, parts, listing)
        yield Listing(source_id=source.id, key=listing)


def _blocks(row: JsonValue, name: str) -> list[JsonValue]:
    """The plugin's fields that hold documents."""
    fields = row.at(name)
    found = row.children(name) if isinstance(fields.value, list) else [fields]
    return [each for each in found if isinstance(each.at("documents").value, list)]


def _items(row: JsonValue, blocks: list[JsonValue], parts: list[JsonValue]) -> list[Item]:
    items = [
        *[Item(title="", paragraphs=block.paragraphs("introduction")) for block in blocks],
        Item(title="", paragraphs=row.child("content").paragraphs("rendered")),
        *[
            Item(
                title=part.title("heading_text") or part.title("title"),
                paragraphs=(*part.paragraphs("snapshot"), *part.paragraphs("free_text")),
            )
            for part in parts
        ],
    ]
    return [item for item in items if item.paragraphs]


def _papers(source: Source, document: Document, parts: list[JsonValue], listing: str) -> Iterator[Document]:
    for part in parts:
        file = part.child("document")
        url = file.link("url") if file.value else part.link("link_url")
        if not url:
            continue
        yield Document(
            source_id=source.id,
            key=f"media/{file.text('ID') or file.text('id')}" if file.value else canonical_url(url),
            title=part.title("title") or file.title("title") or document.title,
            kind=DocumentKind.REPORT if document.kind is DocumentKind.OTHER else document.kind,
            url=url,
            published_on=file.day("date") or document.published_on,
            is_page=not file.value and not is_file_address(url),
            listing=listing,
        )
