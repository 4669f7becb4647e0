"""Atom feeds (RFC 4287): of a search, for every new page that answers it, and of what changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from markupsafe import Markup, escape
from starlette.responses import Response

from pipeline import english
from pipeline.matching import query as q
from web import asking, links, words
from web.parts import changes
from web.parts.marks import pieces

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from starlette.requests import Request

    from pipeline.changes import ChangeRow
    from pipeline.radar import NewName
    from pipeline.views import Answer
    from web.site import Site

ENTRIES = 50
MOST_CHANGES = 200
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # of a feed that has no entry yet: it must say some instant
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feeds:
    def __init__(self, site: Site) -> None:
        self._site = site

    def search(self, request: Request) -> Response:
        shelf, title = self._site.shelf, self._site.config.title
        asked = asking.search(request, shelf)
        found = () if asked.is_empty else shelf.find(asked.query, ENTRIES + 1, (asked.number - 1) * ENTRIES)
        base = self._site.base(request)
        address = links.absolute(base, links.search(q=asked.q, **asked.fields))

        def page(number: int) -> str:
            path = links.with_query("/search.atom", q=asked.q, **asked.fields, page=_second(number))
            return links.absolute(base, path)

        return _feed(
            f"{asked.q or 'Search'} – {title}",  # noqa: RUF001 - a dash as printed
            address,
            page(asked.number),
            author=title,
            subtitle=self._about(asking.foot(asked, shelf)),
            updated=max((answer.captured_at for answer in found), default=EPOCH),
            entries=[_entry(answer, base) for answer in found[:ENTRIES]],
            older=page(asked.number + 1) if len(found) > ENTRIES else "",
        )

    def _about(self, foot: str = "") -> str:
        return " ".join(filter(None, (foot, self._site.stale(), self._site.log_line())))

    def changes(self, request: Request) -> Response:
        """What changed lately: whoever follows it hears of each change once."""
        found = changes.changes(request, self._site, MOST_CHANGES)
        base, title, asked = self._site.base(request), self._site.config.title, found.asked.address
        name = self._site.shelf.bodies().get(found.asked.body, "")

        def page(number: int) -> str:
            return links.absolute(base, links.with_query("/changes.atom", **asked, page=_second(number)))

        return _feed(
            f"{f'{name}: what' if name else 'What'} changed – {title}",  # noqa: RUF001 - a dash as printed
            links.absolute(base, links.with_query("/changes", **asked)),
            page(found.number),
            author=title,
            subtitle=self._about(),
            updated=max((change.at for change in found.changes), default=EPOCH),
            entries=[_change(change, base) for change in found.changes],
            older=page(found.number + 1) if found.more else "",
        )

    def new_names(self, request: Request) -> Response:
        """Names that papers began to use: each is an entry once."""
        found, base, title = self._site.shelf.new_names(), self._site.base(request), self._site.config.title
        names = found.names if found else ()
        return _feed(
            f"New names – {title}",  # noqa: RUF001 - a dash as printed
            links.absolute(base, "/new-names"),
            links.absolute(base, "/new-names.atom"),
            author=title,
            subtitle=self._about(),
            updated=_midnight(found.on) if found else EPOCH,
            entries=[_name(name, base) for name in names],
        )


def _name(name: NewName, base: str) -> ET.Element:
    entry = ET.Element("entry")
    _add(entry, "id", uuid5(NAMESPACE_URL, f"{base} new name {name.name.casefold()}").urn)
    _add(entry, "title", f"{name.name} ({name.form})" if name.form else name.name)
    _add(entry, "updated", _instant(_midnight(name.first_on)))
    _add(entry, "link", rel="alternate", href=links.absolute(base, links.search(q=q.quoted(name.name))))
    said = Markup().join(
        Markup("<blockquote>{}</blockquote><p>{}, {}</p>").format(
            each.text, each.body_name, english.short_day(each.day)
        )
        for each in name.contexts
    )
    many = f"{english.counted(name.papers, 'paper')} of {english.counted(len(name.bodies), 'body', 'bodies')}"
    first = f"First in a paper of {english.short_day(name.first_on)}; {many}."
    _add(entry, "content", Markup("<p>{}</p>{}").format(first, said), type="html")
    return entry


def _second(number: int) -> str:
    """A page of a feed as its address has it: the first has none."""
    return str(number) if number > 1 else ""


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _feed(
    title: str,
    address: str,
    own: str,
    *,
    author: str,
    subtitle: str,
    updated: datetime,
    entries: Sequence[ET.Element],
    older: str = "",
) -> Response:
    """Returns a feed; `older` is the address of its next page (RFC 5005), where there is one."""
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en-GB"})
    _add(feed, "id", uuid5(NAMESPACE_URL, address).urn)
    _add(feed, "title", title)
    if subtitle:
        _add(feed, "subtitle", subtitle)
    _add(feed, "updated", _instant(updated))
    _add(_add(feed, "author"), "name", author)
    _add(feed, "link", rel="alternate", href=address)
    _add(feed, "link", rel="self", type="application/atom+xml", href=own)
    if older:
        _add(feed, "link", rel="next", type="application/atom+xml", href=older)
    feed.extend(entries)
    content = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return Response(content, media_type="application/atom+xml")


def _change(change: ChangeRow, base: str) -> ET.Element:
    entry = ET.Element("entry")
    where = links.paper(change.document) if change.document else links.meeting(change.meeting or 0)
    # Row numbers differ from archive to archive.
    _add(entry, "id", uuid5(NAMESPACE_URL, f"{base} change {change.id}").urn)
    title = change.title if change.document else change.committee
    _add(entry, "title", f"{change.body_name}: {title}: {words.changed(change)}")
    _add(entry, "updated", _instant(change.at))
    _add(entry, "link", rel="alternate", href=links.absolute(base, where))
    _add(entry, "category", term=change.kind.value)
    when = english.day(change.meeting_date) if change.meeting_date else ""
    about = ", ".join(filter(None, (change.committee, when)))
    said = Markup("<p>{}</p><p>{}</p>").format(words.changed(change), about)
    _add(entry, "content", said, type="html")
    return entry


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
    when = english.day(answer.meeting_date) if answer.meeting_date else ""
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
