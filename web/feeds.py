"""A search as an Atom feed (RFC 4287): whoever follows it hears of every new page that answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from markupsafe import Markup, escape
from starlette.responses import Response

from pipeline import wording
from web import asking, links, words
from web.marks import pieces

if TYPE_CHECKING:
    from starlette.requests import Request

    from pipeline.answers import Answer
    from web.site import Site

ENTRIES = 50
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # of a feed that has no entry yet: it must say some instant
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feeds:
    def __init__(self, site: Site) -> None:
        self._site = site

    def search(self, request: Request) -> Response:
        shelf, title = self._site.shelf, self._site.config.title
        asked = asking.search(request, shelf)
        found = () if asked.is_empty else shelf.find(asked.query, ENTRIES)
        base = self._site.base(request)
        address = links.absolute(base, links.search(q=asked.q, **asked.fields))
        feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en-GB"})
        _add(feed, "id", uuid5(NAMESPACE_URL, address).urn)
        _add(feed, "title", f"{asked.q or 'Search'} – {title}")  # noqa: RUF001 - a dash as printed
        _add(feed, "subtitle", f"{asking.foot(asked, shelf)} {self._site.stale()}".rstrip())
        _add(feed, "updated", _instant(max((answer.captured_at for answer in found), default=EPOCH)))
        _add(_add(feed, "author"), "name", title)
        _add(feed, "link", rel="alternate", href=address)
        own = links.with_query("/search.atom", q=asked.q, **asked.fields)
        _add(feed, "link", rel="self", type="application/atom+xml", href=links.absolute(base, own))
        for answer in found:
            feed.append(_entry(answer, base))
        content = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
        return Response(content, media_type="application/atom+xml")


def _entry(answer: Answer, base: str) -> ET.Element:
    entry = ET.Element("entry")
    page = links.absolute(base, links.page(answer.document, answer.page, version=answer.sha256))
    # The same page of the same bytes is the same entry, whatever was crawled or read again.
    _add(entry, "id", uuid5(NAMESPACE_URL, f"{answer.sha256} {answer.document} {answer.page}").urn)
    _add(entry, "title", f"{answer.body_name}: {answer.title}, {_place(answer)}")
    _add(entry, "updated", _instant(answer.captured_at))
    _add(entry, "link", rel="alternate", href=page)
    _add(entry, "content", _content(answer), type="html")
    return entry


def _content(answer: Answer) -> str:
    quote = Markup().join(
        Markup("<b>{}</b>").format(text) if kind else escape(text)
        for text, kind in pieces(answer.snippet, answer.marks)
    )
    when = wording.day(answer.meeting_date) if answer.meeting_date else ""
    where = ", ".join(filter(None, (answer.committee, when, _place(answer))))
    return Markup("<blockquote>{}</blockquote><p>{}</p>").format(quote, where)


def _place(answer: Answer) -> str:
    return words.place(answer.page, answer.pages, answer.label, answer.item)


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, {key: _xml(value) for key, value in attributes.items()})
    child.text = _xml(text) or None
    return child


def _xml(text: str) -> str:
    """Without the characters that no XML may hold."""
    return _NOT_XML.sub(" ", text)
