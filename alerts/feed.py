"""Mentions as an Atom feed (RFC 4287), for readers who would rather not have mail."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from markupsafe import Markup, escape

from alerts import links, mentions, words
from pipeline import english

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from alerts.config import AlertConfig
    from pipeline.model import DigestEntry

_ATOM = "http://www.w3.org/2005/Atom"
_PLACES = 20  # of a passage that are named


def atom(
    entries: Iterable[DigestEntry],
    settings: AlertConfig,
    *,
    title: str,
    url: str,
    updated: datetime,
    about: str = "",
) -> bytes:
    """Returns the feed served at `url`, newest first as given.

    `updated` is used where there are no entries; `about` says what was looked at.
    """
    shown = list(entries)
    latest = max((entry.places[0].captured_at for entry in shown), default=updated)
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en-GB"})
    _add(feed, "id", uuid5(NAMESPACE_URL, url).urn)
    _add(feed, "title", words.clean(title) or "Mentions")
    if about:
        _add(feed, "subtitle", words.clean(about, 600))
    _add(feed, "updated", _instant(latest))
    _add(_add(feed, "author"), "name", words.clean(settings.sender_name, 60))
    _add(feed, "link", rel="self", type="application/atom+xml", href=url)
    seen: set[str] = set()
    for entry in shown:
        identity = _identity(entry)
        if identity not in seen:  # two entries of one id are not a valid feed
            seen.add(identity)
            feed.append(_entry(entry, identity, settings))
    ET.indent(feed)
    return ET.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def _entry(entry: DigestEntry, identity: str, settings: AlertConfig) -> ET.Element:
    place = entry.places[0]
    element = ET.Element("entry")
    _add(element, "id", identity)
    _add(
        element,
        "title",
        words.clean(f"{entry.concept_label}: {place.body_name}, {place.title}, {words.page(place)}", 300),
    )
    _add(element, "updated", _instant(place.captured_at))
    url = links.archived(settings, place) or links.original(place)
    if url:
        _add(element, "link", rel="alternate", href=url)
    _add(element, "category", term=words.clean(entry.concept_id), label=words.clean(entry.concept_label))
    _add(element, "content", _content(entry, settings), type="html")
    return element


def _content(entry: DigestEntry, settings: AlertConfig) -> str:
    place = entry.places[0]
    proof = mentions.proof_of(place, settings)
    quote = Markup().join(
        Markup("<b>{}</b>").format(text) if marked else escape(text) for text, marked in words.pieces(entry)
    )
    where = ", ".join(
        filter(
            None,
            (words.clean(place.committee), english.day(place.meeting_date) if place.meeting_date else ""),
        )
    )
    lines = [
        Markup("<blockquote>{}</blockquote>").format(quote),
        Markup("<p>{}{}. {}, captured {}.</p>").format(
            f"{where}, " if where else "",
            words.page(place),
            _linked(proof.text, proof.url),
            english.instant(place.captured_at),
        ),
    ]
    lines += [Markup("<p>{}.</p>").format(english.first_mention(first)) for first in entry.firsts_at(place)]
    more = mentions.more_in_paper([entry], settings)
    if more.text:
        lines.append(Markup("<p>{}.</p>").format(_linked(words.sentence(more.text), more.url)))
    if entry.places[1:]:
        lines.append(_again(entry, settings))
    return Markup().join(lines)


def _again(entry: DigestEntry, settings: AlertConfig) -> Markup:
    """The other places of a passage, each with its address; where they are many, the last is a search."""
    others = entry.places[1:]
    shown = [
        Markup("<li>{}, {}</li>").format(
            _linked(
                mentions.other_place(entry, other), links.archived(settings, other) or links.original(other)
            ),
            words.page(other),
        )
        for other in others[:_PLACES]
    ]
    rest = words.rest(len(others), _PLACES, "other place", links.said(settings, entry))
    if rest.text:
        shown.append(Markup("<li>{}</li>").format(_linked(rest.text, rest.url)))
    said = english.counted(len(others), "other place")
    return Markup("<p>Also in {}:</p><ul>{}</ul>").format(said, Markup().join(shown))


def _linked(text: str, url: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, text) if url else escape(text)


def _identity(entry: DigestEntry) -> str:
    """From what a reader sees and not from row numbers: reading the same papers again alerts nobody again."""
    place = entry.places[0]
    said = "".join(filter(str.isalnum, entry.snippet.casefold()))
    return uuid5(NAMESPACE_URL, f"{entry.concept_id} {place.document} {place.page} {said}").urn


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, attributes)
    # Plain text: of Markup, ElementTree's replacing of "<" by "&lt;" would be escaped once more.
    child.text = str(text) or None
    return child
