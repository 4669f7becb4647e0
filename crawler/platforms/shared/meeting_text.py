"""Agenda and minutes that are in a page or an answer, made into papers of their own.

The bytes depend on the words only: no session, no address, no date of today, so the same text gives the same
SHA-256 on every day and on either road.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pipeline.model import Document, DocumentKind, Embedded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.platforms.shared.listed_meeting import ListedMeeting
    from pipeline.model import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of an agenda with what is said under it."""

    number: str = ""  # as printed: "29."
    title: str
    paragraphs: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        return f"{self.number} {self.title}".strip()


def printed_number(number: str) -> str:
    """An item's number for a reader: 0 marks the heading of a part of the agenda."""
    return "" if number.strip(". ") == "0" else number


def meeting_text(heading: str, items: Iterable[Item]) -> bytes:
    """A small HTML page of the items; b"" where they say nothing."""
    lines: list[str] = []
    for item in items:
        lines += [f"<h2>{escape(item.heading)}</h2>"] if item.heading else []
        lines += [f"<p>{escape(paragraph)}</p>" for paragraph in item.paragraphs]
    if not lines:
        return b""
    title = escape(heading)
    page = [
        "<!DOCTYPE html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>',
        f"<h1>{title}</h1>",
        *lines,
        "</body></html>",
        "",
    ]
    return "\n".join(page).encode()


_TITLES = {
    DocumentKind.AGENDA: "Agenda (text)",
    DocumentKind.MINUTES: "Minutes (text)",
    DocumentKind.OTHER: "Decisions (text)",
}


def meeting_paper(
    source: Source,
    listed: ListedMeeting,
    kind: DocumentKind,
    items: Sequence[Item],
    *,
    listing: str,
    draft: bool = False,
) -> Iterator[Embedded]:
    """The agenda, minutes or decisions of a meeting as a paper; nothing where they say nothing yet."""
    title = f"Draft {_TITLES[kind].lower()}" if draft else _TITLES[kind]
    told = [item for item in items if item.paragraphs or kind is DocumentKind.AGENDA]
    if body := meeting_text(f"{_TITLES[kind]}: {listed.body}", told):
        document = Document(
            source_id=source.id,
            key=f"{kind if kind is not DocumentKind.OTHER else 'decisions'}-text/{listed.id}",
            title=title,
            kind=kind,
            url=listed.url,
            meeting_key=listed.key,
            is_page=True,
            listing=listing,
        )
        yield Embedded(document=document, body=body)


def item_minutes(
    source: Source, listed: ListedMeeting, item: Item, *, number: str, url: str
) -> Iterator[Embedded]:
    """The full minutes of one item, where the meeting's page cuts them short."""
    if item.paragraphs:
        document = Document(
            source_id=source.id,
            key=f"minutes-text/{listed.id}/{number}",
            title=f"{_TITLES[DocumentKind.MINUTES]}: {item.heading}",
            kind=DocumentKind.MINUTES,
            url=url,
            meeting_key=listed.key,
            is_page=True,
        )
        yield Embedded(document=document, body=meeting_text(document.title, [item]))
