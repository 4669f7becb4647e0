"""A list of papers that comes as JSON: as the page that a script makes of it."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKUP = re.compile(r"<(?:a|li|tr|div|p)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|/)[^\s<>]+$")
_NAMES_AN_ADDRESS = re.compile(r"(?:url|uri|href|link|file|path|download|pdf|document)", re.IGNORECASE)
_NAMES_A_TITLE = re.compile(r"(?:title|name|label|text|heading)", re.IGNORECASE)


def page_of_data(body: bytes) -> bytes:
    """The markup that an answer of JSON holds, or a list of the things in it that have an address.

    Returns b"" where the answer is not JSON.
    """
    if body.lstrip()[:1] not in {b"{", b"["}:
        return b""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return b""
    return f"<html><body>{''.join(_shown(data))}</body></html>".encode(errors="replace")


def _shown(data: Any) -> Iterator[str]:
    stack = [data]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if _MARKUP.search(item):
                yield item
        elif isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            place = next((each for key, each in item.items() if _is_address(key, each)), "")
            if place:
                yield _entry(item, place)
            stack.extend(reversed([each for each in item.values() if not isinstance(each, str) or not place]))


def _is_address(key: str, value: object) -> bool:
    is_place = isinstance(value, str) and bool(_ADDRESS.match(value))
    return is_place and bool(_NAMES_AN_ADDRESS.search(key))


def _entry(item: dict[str, Any], place: str) -> str:
    """One thing with its address: its title is the link, and whatever else it says is before it."""
    texts = {key: each for key, each in item.items() if isinstance(each, str) and each != place}
    title = next((each for key, each in texts.items() if _NAMES_A_TITLE.search(key)), "")
    said = "".join(f"<span>{escape(each)}</span> " for each in texts.values() if each not in {title, ""})
    return f'<li>{said}<a href="{escape(place)}">{escape(title) or "Paper"}</a></li>'
