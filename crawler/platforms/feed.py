"""RSS and Atom, of any version and however malformed: news, blogs, consultations.

feedparser reads bytes that were already fetched; it is never given an address. A feed forgets its old
entries, so it makes no `Listing`: what is gone from a feed is not withdrawn.
"""

from __future__ import annotations

import re
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import feedparser

from crawler.platforms.paper_words import canonical
from crawler.platforms.select import clean_url, tidy, title_of
from crawler.platforms.wanted import check_kind, check_patterns, is_wanted
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HERE = ZoneInfo("Europe/London")  # an entry of half past midnight in June is of that day
_CONTENT = ("page", "embedded")
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    content: str = "page"  # the paper is what the entry links to, or its text in the feed: "embedded"
    paper_kind: str = "other"  # what its entries are: a `DocumentKind`
    include: str = ""  # only entries whose title matches
    exclude: str = ""  # no entries whose title matches

    def __post_init__(self) -> None:
        if self.content not in _CONTENT:
            raise ValueError(f"content: {self.content!r} is not one of {', '.join(_CONTENT)}")
        check_kind(self.paper_kind)
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    yield Fetch(url=source.url, step="feed", context={"since": since.isoformat(), "until": until.isoformat()})


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    options = Options(**source.options)
    since = date.fromisoformat(fetch.context["since"])
    until = date.fromisoformat(fetch.context["until"])
    seen: set[str] = set()
    for entry in _entries(source, capture):
        document = _document(source, options, capture, entry)
        if document is None or document.key in seen:
            continue
        if not is_wanted(document.title, include=options.include, exclude=options.exclude):
            continue
        if document.published_on and not since <= document.published_on <= until:
            continue
        seen.add(document.key)
        body = _content(entry, document.title) if options.content == "embedded" else b""
        yield Embedded(document=document, body=body) if body else document


def _entries(source: Source, capture: Capture) -> Iterator[Any]:
    try:
        parsed = feedparser.parse(
            BytesIO(capture.body),  # bytes alone might be taken for an address or a file's name
            response_headers={
                "content-location": capture.url,
                "content-type": capture.headers.get("content-type", ""),
            },
        )
    except UnicodeDecodeError:  # feedparser 6.0.14: where the XML declaration's own encoding is not text
        parsed = feedparser.FeedParserDict(entries=[], bozo=True)
    if not parsed.entries and (parsed.bozo or not parsed.get("version")):
        found = "an HTML page" if b"<html" in capture.body[:4096].lower() else "no entries that can be read"
        raise ParseError(
            source=source.id, url=capture.url, selector="feed", expected="RSS or Atom", found=found
        )
    yield from parsed.entries


def _document(source: Source, options: Options, capture: Capture, entry: Any) -> Document | None:
    """None for an entry that leads nowhere."""
    identity = tidy(str(entry.get("id") or ""))
    link = tidy(str(entry.get("link") or ""))
    url = clean_url(link, base=capture.url) if link else clean_url(identity, base="")
    if not url or url == clean_url(capture.url, base=""):
        return None
    key = identity if identity and not re.match(r"https?://", identity) else canonical(identity or url)
    return Document(
        source_id=source.id,
        key=key,
        title=title_of(str(entry.get("title") or ""))[:_LONGEST_TITLE].strip() or canonical(url),
        kind=DocumentKind(options.paper_kind),
        url=url,
        published_on=_day(entry, "published_parsed") or _day(entry, "updated_parsed"),
        is_page=True,
    )


def _day(entry: Any, field: str) -> date | None:
    """The day in England; None for a date that a clock could not have shown."""
    parsed = dict.get(entry, field)  # feedparser's own `get` answers one field with another, and warns
    if parsed is None:
        return None
    try:
        day = datetime.fromtimestamp(timegm(parsed), UTC).astimezone(_HERE).date()
    except (OverflowError, ValueError, OSError):
        return None
    return day if 1990 <= day.year <= 2100 else None


def _content(entry: Any, title: str) -> bytes:
    """The full text of an entry as a page; b"" where the feed carries only a summary."""
    contents = [each for each in entry.get("content", []) if tidy(str(each.get("value") or ""))]
    if not contents:
        return b""
    markup = next((each for each in contents if "html" in str(each.get("type"))), None)
    text = str(markup["value"]) if markup else f"<p>{escape(str(contents[0]['value']))}</p>"
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    body = f"<h1>{escape(title)}</h1>\n{text}"
    page = f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'
    return page.encode(errors="replace")
