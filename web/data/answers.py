"""An answer to a search as a row: the web's CSV and the command line have the same columns and values."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pipeline.views import Answer
from web import links

# Programs rely on these and their order; whatever else an answer has comes after them.
_FIRST = (
    "body", "source", "document", "meeting_date", "title", "url", "page", "snippet", "sha256", "captured_at",
    "concepts", "committee", "kind", "state", "pages", "label", "published_on", "item", "closes_on",
    "withdrawn_on",
)  # fmt: skip
_OWN = (*_FIRST, *(each.name for each in fields(Answer) if each.name not in {*_FIRST, "marks"}))
COLUMNS = (*_OWN, "url_at_page", "archived")


def places(answer: Answer, base: str) -> dict[str, str]:
    """Where its page is: at its body, and in the archive whose pages begin at `base`."""
    page = links.page(answer.document, answer.page, version=answer.sha256)
    return {
        "url_at_page": links.at_page(answer.url, answer.page),
        "archived": links.absolute(base, page),
    }


def row(answer: Answer, base: str) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in _OWN} | places(answer, base)
