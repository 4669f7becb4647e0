"""The entries of a feed, whatever it is written in: RSS of any version, Atom, JSON Feed.

feedparser reads bytes that were already fetched; it is never given an address. Its guesses at dates are not
taken: it reads 23-11-2026 as a day of 2023. Dates are read here, day first, as people in Britain write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import feedparser

from crawler.platforms.shared.dates import parse_date
from crawler.platforms.shared.json_answer import day_in_england, json_answer
from crawler.platforms.shared.select import tidy, title_of
from crawler.platforms.shared.web_address import clean_url
from pipeline.days import LONDON
from pipeline.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.platforms.shared.json_answer import JsonValue
    from pipeline.model import Capture, Source

_LONGEST_TITLE = 300
# The end of a feed, or of one entry. In UTF-16 a zero is next to each character.
_END = re.compile(rb"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</\s*(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_SUMMER_TIME = re.compile(r"\bBST\b", re.IGNORECASE)  # not a zone of RFC 822
_WORDED = re.compile(r"\d\s*[-\s]\s*[a-z]{3}", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    r"\b(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})\b", re.IGNORECASE
)
_NUMBERS = re.compile(r"^\D{0,10}(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b")
_SHORT = re.compile(r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})\b")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_MEDIA = re.compile(r"(?:image|audio|video)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """What a feed says of one of its entries."""

    guid: str = ""
    link: str = ""  # where a person reads it: clean, with its fragment left out
    fragment: str = ""
    attached: tuple[str, ...] = ()  # files that come with it
    title: str = ""
    day: date | None = None  # in England
    text: str = ""  # all of it, as HTML; "" where the feed carries no more than a summary
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """All entries that came whole, and whether the feed did."""

    entries: tuple[FeedEntry, ...]
    is_cut: bool = False


def read(source: Source, capture: Capture) -> Feed:
    """Raises ParseError for what is no feed, or so badly cut that no entry is left."""
    if capture.body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _json_feed(source, capture)
    parsed = _parsed(capture)
    entries = [_entry(each, capture.url) for each in parsed.entries]
    body = capture.body.replace(b"\0", b"")
    is_cut = _END.search(body) is None
    if is_cut:  # of the last one nobody knows what is missing
        entries = entries[: len(_ENTRY_END.findall(body))]
    if not entries and (is_cut or parsed.bozo or not parsed.get("version")):
        found = "an HTML page" if b"<html" in body[:4096].lower() else "no entries that can be read"
        raise _no_feed(source, capture, found)
    return Feed(entries=tuple(entries), is_cut=is_cut)


def entry_day(text: str) -> date | None:
    """Returns the day in England of a feed's date; None where it says none, or one that nobody lived through.

    Numbers are read day first; month first only where a month cannot be meant (11/23/2026).
    """
    text = tidy(text)
    if _EPOCH.fullmatch(text):
        return _of_our_time(datetime.fromtimestamp(int(text[:10]), LONDON).date())
    if match := _SHORT.match(text):
        return day_in_england(text) or _day(match[1], match[2], match[3])
    if match := _NUMBERS.match(text):
        return _day(match[3], match[2], match[1]) or _day(match[3], match[1], match[2])
    if _WORDED.search(text) and (day := _mail_day(text)):
        return day
    if match := _MONTH_FIRST.search(text):
        return parse_date(f"{match['day']} {match['month']} {match['year']}")
    return day_in_england(text) or parse_date(text)


def _mail_day(text: str) -> date | None:
    """Of a date as mail has it: "Mon, 23 Nov 2026 23:30:00 +0000"."""
    try:
        instant = parsedate_to_datetime(_SUMMER_TIME.sub("+0100", text))
        return _of_our_time((instant.astimezone(LONDON) if instant.tzinfo else instant).date())
    except (ValueError, OverflowError, IndexError):
        return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return _of_our_time(date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)))
    except ValueError:
        return None


def _of_our_time(day: date) -> date | None:
    return day if 1990 <= day.year <= 2100 else None


def _parsed(capture: Capture) -> Any:
    headers = {"content-location": capture.url, "content-type": capture.headers.get("content-type", "")}
    try:  # bytes alone might be taken for an address or a file's name
        return feedparser.parse(BytesIO(capture.body), response_headers=headers)
    except UnicodeDecodeError:  # feedparser 6.0.14: where the XML declaration's own encoding is not text
        return feedparser.FeedParserDict(entries=[], bozo=True)


def _entry(entry: Any, base: str) -> FeedEntry:
    links: Sequence[Any] = entry.get("links", [])
    pages = [str(each.get("href") or "") for each in links if each.get("rel", "alternate") == "alternate"]
    guid = tidy(str(entry.get("id") or ""))
    link = next((each for each in pages if each.strip()), guid)
    enclosures = [
        str(each.get("href") or "")
        for each in links
        if each.get("rel") == "enclosure" and not _MEDIA.match(str(each.get("type") or ""))
    ]
    contents = entry.get("content", [])
    outside = [str(each.get("src") or "") for each in contents]
    files = (clean_url(each, base=base) for each in (*enclosures, *outside))
    return FeedEntry(
        guid=guid,
        link=clean_url(link, base=base if link != guid else ""),
        fragment=link.partition("#")[2].strip(),
        attached=tuple(dict.fromkeys(each for each in files if each)),
        title=title_of(str(entry.get("title") or ""))[:_LONGEST_TITLE].strip(),
        day=next((day for day in map(entry_day, _dates(entry)) if day), None),
        text=_markup(contents),
        summary=str(entry.get("summary") or "").strip(),
    )


def _dates(entry: Any) -> Iterator[str]:
    """As they are written; feedparser's own `get` answers one field with another, and warns."""
    for field in ("published", "updated", "created"):
        yield str(dict.get(entry, field) or "")


def _markup(contents: Sequence[Any]) -> str:
    said = [each for each in contents if tidy(str(each.get("value") or ""))]
    if not said:
        return ""
    html = next((each for each in said if "html" in str(each.get("type"))), None)
    return str(html["value"]) if html else f"<p>{escape(str(said[0]['value']))}</p>"


def _json_feed(source: Source, capture: Capture) -> Feed:
    """https://www.jsonfeed.org/version/1.1/; not met live among the sites we read."""
    answer = json_answer(source, capture)
    if "jsonfeed" not in answer.text("version"):
        raise _no_feed(source, capture, answer.found())
    return Feed(entries=tuple(_json_entry(each, capture.url) for each in answer.rows("items")))


def _json_entry(item: JsonValue, base: str) -> FeedEntry:
    link = item.text("url") or item.text("external_url")
    plain = item.markup("content_text")
    files = (
        each.link("url", base=base)
        for each in item.children("attachments")
        if not _MEDIA.match(each.text("mime_type"))
    )
    return FeedEntry(
        guid=item.text("id"),
        link=clean_url(link, base=base),
        fragment=link.partition("#")[2].strip(),
        attached=tuple(dict.fromkeys(each for each in files if each)),
        title=item.title("title")[:_LONGEST_TITLE].strip(),
        day=entry_day(item.text("date_published")) or entry_day(item.text("date_modified")),
        text=item.markup("content_html") or (f"<p>{escape(plain)}</p>" if plain.strip() else ""),
        summary=item.markup("summary").strip(),
    )


def _no_feed(source: Source, capture: Capture, found: str) -> ParseError:
    return ParseError(source=source.id, url=capture.url, selector="feed", expected="RSS or Atom", found=found)
