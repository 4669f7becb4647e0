"""GOV.UK: what departments publish, by the search API and the content API.

A search gives the pages that an organisation changed within the window; the content API gives the text of
each and all that is attached to it, in one answer. Where the search is off, the Atom feed of the finder for
policy papers and consultations names the pages; where the content API is off, the page itself is the paper.

Traps: the search answers 422 to a parameter that it does not know, and its filter by date is a day coarse; a
page that moved answers with a redirect as its type; older pages carry their attachments as HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.platforms import feed
from crawler.platforms.papers.wording.addresses import is_file_address
from crawler.platforms.shared.json_answer import JsonValue, facts, json_answer, paragraphs, spoken
from crawler.platforms.shared.listed_meeting import window_of
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_patterns, check_words, is_wanted, with_query
from crawler.platforms.shared.select import base_url, fragment, html_page, text_of, title_of
from crawler.platforms.shared.web_address import canonical_url, clean_url
from pipeline.model import Capture, Document, DocumentKind, Doubt, Embedded, Fetch, Found, Listing, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COUNT = 100
_MOST = 3000  # pages that one organisation changes in a window
_FIELDS = "title,link,description,public_timestamp,content_store_document_type"
_CONSULTATIONS = frozenset(
    {"consultation", "open_consultation", "closed_consultation", "consultation_outcome", "call_for_evidence"}
    | {"open_call_for_evidence", "closed_call_for_evidence", "call_for_evidence_outcome"}
)
_POLICY = (
    *sorted(_CONSULTATIONS),
    *("policy_paper", "guidance", "statutory_guidance", "detailed_guide", "regulation", "impact_assessment"),
    *("independent_report", "corporate_report", "correspondence", "decision", "written_statement"),
    *("oral_statement", "government_response", "memorandum_of_understanding", "research", "transparency"),
)
# What is next to an attachment and is not one.
_BESIDE = re.compile(
    r"/preview/?$|^view online\b|^order a copy|^request an accessible|/order-a-copy", re.IGNORECASE
)
_DOWNLOAD = re.compile(r"download\b", re.IGNORECASE)
# Where attachments stood before the content API listed them as data.
_ATTACHED_AS_HTML = ("documents", "final_outcome_documents", "public_feedback_documents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    organisations: tuple[str, ...] = ("department-of-health-and-social-care",)
    document_types: tuple[str, ...] = _POLICY  # as the content API names them; ["all"] for every type
    include: str = ""  # only pages whose title or description matches
    exclude: str = ""  # none whose title or description matches

    def __post_init__(self) -> None:
        check_words(organisations=self.organisations, document_types=self.document_types)
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    for organisation in Options(**source.options).organisations:
        context = {"since": since.isoformat(), "until": until.isoformat(), "organisation": organisation}
        finder = f"{base_url(source)}search/policy-papers-and-consultations.atom"
        atom = Fetch(
            url=with_query(finder, **{"organisations[]": organisation, "order": "updated-newest"}),
            step="atom",
            context=context,
        )
        yield replace(_search(source, context, 0), otherwise=atom)


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    match fetch.step:
        case "search":
            yield from _results(source, fetch, json_answer(source, capture))
        case "atom":
            yield from _entries(source, fetch, capture)
        case "content":
            yield from _content(source, fetch, json_answer(source, capture))
        case _:
            html_page(source, capture).some("main h1, #content h1, h1")
            yield _document(source, fetch.context)


def _search(source: Source, context: dict[str, str], start_at: int) -> Fetch:
    url = with_query(
        f"{base_url(source)}api/search.json",
        filter_organisations=context["organisation"],
        filter_public_timestamp=f"from:{context['since']},to:{context['until']}",
        order="-public_timestamp",
        fields=_FIELDS,
        count=_COUNT,
        start=start_at,
    )
    return Fetch(url=url, step="search", context={**context, "start": str(start_at)})


def _results(source: Source, fetch: Fetch, answer: JsonValue) -> Iterator[Found]:
    options = Options(**source.options)
    since, until = window_of(fetch.context)
    total, rows = answer.number("total"), answer.rows("results")
    if total > _MOST:
        raise answer.at("total").error(f"at most {_MOST}: the pages of a window", str(total))
    one = timedelta(days=1)
    days = [day for row in rows if (day := row.day("public_timestamp"))]
    if rows and not any(since - one <= day <= until + one for day in days):
        found = ", ".join(sorted({str(day) for day in days})[:3]) or "no date"
        raise answer.at("results").error(f"pages changed from {since} to {until}", found)
    seen: set[str] = set()
    for row in rows:
        kind, words = (
            row.text("content_store_document_type"),
            f"{row.title('title')} {row.text('description')}",
        )
        if options.document_types != ("all",) and kind not in options.document_types:
            continue
        if is_wanted(words, include=options.include, exclude=options.exclude):
            yield from _page(source, row.link("link"), row.title("title"), row.day("public_timestamp"), seen)
    start_at = int(fetch.context["start"]) + len(rows)
    if rows and start_at < total:
        yield _search(source, fetch.context, start_at)


def _entries(source: Source, fetch: Fetch, capture: Capture) -> Iterator[Found]:
    """The entries of the finder's feed, as if the search had found them."""
    options = Options(**source.options)
    plain = replace(source, options={"include": options.include, "exclude": options.exclude})
    seen: set[str] = set()
    found = list(feed.parse(plain, fetch, capture))
    yield from (each for each in found if isinstance(each, Doubt))
    entries = [each for each in found if isinstance(each, Document)]
    for each in entries:
        yield from _page(source, each.url, each.title, each.published_on, seen)


def _page(source: Source, url: str, title: str, changed: date | None, seen: set[str]) -> Iterator[Fetch]:
    """Ask for a page's content, once; what lies on another site is not the department's paper."""
    path = urlsplit(url).path.strip("/")
    home = canonical_url(base_url(source)).partition("/")[0]
    if not path or path in seen or canonical_url(url).partition("/")[0] != home:
        return
    seen.add(path)
    context = {"path": path, "title": title or path, "changed": changed.isoformat() if changed else ""}
    yield Fetch(
        url=f"{base_url(source)}api/content/{path}",
        step="content",
        context=context,
        otherwise=Fetch(url=f"{base_url(source)}{path}", step="page", context=context),
    )


def _content(source: Source, fetch: Fetch, answer: JsonValue) -> Iterator[Found]:
    path = answer.text("base_path").strip("/")
    if path != fetch.context["path"]:
        raise answer.at("base_path").error(f"/{fetch.context['path']}", path or "nothing")
    kind = answer.text("document_type")
    if not kind or kind in {"redirect", "gone", "unpublishing", "vanish"}:
        raise answer.at("document_type").error("a page", kind or "nothing")
    details = answer.child("details")
    document = replace(
        _document(source, fetch.context),
        title=answer.title("title") or fetch.context["title"],
        kind=DocumentKind.CONSULTATION if kind in _CONSULTATIONS else DocumentKind.OTHER,
        published_on=answer.day("first_published_at")
        or details.day("first_public_at")
        or answer.day("public_updated_at"),
        closes_on=details.day("closing_date"),
    )
    yield Embedded(document=document, body=meeting_text(document.title, _items(answer, details)))
    listing = f"page/{path}"
    seen: set[str] = {document.key}
    for title, url, is_page in _attached(source, details):
        if url and canonical_url(url) not in seen:
            seen.add(canonical_url(url))
            yield Document(
                source_id=source.id,
                key=canonical_url(url),
                title=title or document.title,
                kind=document.kind if document.kind is DocumentKind.CONSULTATION else DocumentKind.REPORT,
                url=url,
                published_on=document.published_on,
                is_page=is_page,
                listing=listing,
            )
    yield Listing(source_id=source.id, key=listing)


def _document(source: Source, context: dict[str, str]) -> Document:
    """The page as a paper; the one identity on every road to it."""
    url = f"{base_url(source)}{context['path']}"
    is_consultation = "/consultations/" in url or "/calls-for-evidence/" in url
    return Document(
        source_id=source.id,
        key=canonical_url(url),
        title=context["title"],
        kind=DocumentKind.CONSULTATION if is_consultation else DocumentKind.OTHER,
        url=url,
        published_on=date.fromisoformat(context["changed"]) if context["changed"] else None,
        is_page=True,
    )


def _items(answer: JsonValue, details: JsonValue) -> list[Item]:
    withdrawn = answer.child("withdrawn_notice")
    dates = facts(
        ("Opens", spoken(details.day("opening_date"))),
        ("Closes", spoken(details.day("closing_date"))),
        ("Updated", spoken(answer.day("public_updated_at"))),
        ("Withdrawn", spoken(withdrawn.day("withdrawn_at"))),
    )
    changes = [
        f"{spoken(change.day('public_timestamp'))}: {change.text('note')}".removeprefix(": ")
        for change in details.children("change_history")
        if change.text("note")
    ]
    outcome = (*details.paragraphs("final_outcome_detail"), *details.paragraphs("public_feedback_detail"))
    items = [
        Item(title="Withdrawn", paragraphs=withdrawn.paragraphs("explanation")),
        Item(title="", paragraphs=(*dates, *answer.paragraphs("description"))),
        Item(title="", paragraphs=_body(details)),
        Item(title="Outcome", paragraphs=outcome),
        Item(title="Changes", paragraphs=tuple(changes)),
    ]
    return [item for item in items if item.paragraphs]


def _body(details: JsonValue) -> tuple[str, ...]:
    """Text in one piece, in the parts of a guide, or as both Govspeak and HTML."""
    parts = [
        line
        for part in details.children("parts")
        for line in (part.title("title"), *part.paragraphs("body"))
        if line
    ]
    if not isinstance(details.at("body").value, list):
        return (*details.paragraphs("body"), *parts)
    html = [each for each in details.rows("body") if each.text("content_type") == "text/html"]
    return (*(line for each in html for line in each.paragraphs("content")), *parts)


def _attached(source: Source, details: JsonValue) -> Iterator[tuple[str, str, bool]]:
    """Title, address, and whether it is a page of its own, for all that is attached.

    Older answers carry the attachments as pieces of HTML only, newer ones may carry data and HTML.
    """
    base = base_url(source)
    for each in details.children("attachments"):
        url = each.link("url", base=base)
        yield each.title("title"), url, each.text("attachment_type") != "file" and not is_file_address(url)
    for name in _ATTACHED_AS_HTML:
        pieces = details.at(name).value
        for piece in pieces if isinstance(pieces, list) else []:
            if isinstance(piece, str) and paragraphs(piece):
                yield from _attached_as_html(base, piece)


def _attached_as_html(base: str, piece: str) -> Iterator[tuple[str, str, bool]]:
    """One for each attachment: its title leads to it, or else its first link that is a file.

    Beside them are "Download CSV", "View online" (a preview), "Order a copy", a request for another format.
    """
    root = fragment(piece)
    sections = [each for each in root.iter() if "attachment" in (each.get("class") or "").split()]
    for section in sections or [root]:
        links = [
            (title_of(text_of(anchor)), clean_url(anchor.get("href") or "", base=base))
            for anchor in section.iter("a")
            if (anchor.get("href") or "").startswith(("/", "http"))
        ]
        links = [(title, url) for title, url in links if url and not _BESIDE.search(f"{title} {url}")]
        heading = next((title_of(text_of(each)) for each in section.iter("h2", "h3", "h4")), "")
        named = [(title, url) for title, url in links if title and not _DOWNLOAD.match(title)]
        chosen = named if not sections else named[:1]
        for title, url in chosen or links[:1]:
            yield title if (title, url) in named else heading, url, not is_file_address(url)
