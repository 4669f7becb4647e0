"""JSON answers, read so that another shape fails on the day, not as silence.

`json_answer(source, capture)` gives the outermost value as an `Answer` that knows where it is. What an
answer must hold is asked for by `rows` and `number` (ParseError where it is missing), what it may hold by
`text`, `day`, `child` and `children` (empty where it is missing, null, or false: PHP writes all three).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crawler.platforms.shared.select import fragment, paragraphs_of, tidy, title_of
from crawler.platforms.shared.web_address import clean_url
from pipeline.days import LONDON
from pipeline.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Capture, Source

_DAY = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)")
# Not for XML, and so not for lxml; a lone surrogate cannot be written down at all.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonValue:
    """A value of an answer, and where it is in it."""

    source: str
    url: str
    place: str
    value: Any

    def at(self, key: str) -> JsonValue:
        """What is under a key, whatever it is; None where there is nothing."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return JsonValue(
            source=self.source, url=self.url, place=f"{self.place}.{key}".lstrip("."), value=value
        )

    def rows(self, key: str = "") -> list[JsonValue]:
        """The objects of a list that must be there; it may be empty."""
        listed = self.at(key) if key else self
        if not isinstance(listed.value, list):
            raise listed.error("a list", listed.found())
        rows = [
            JsonValue(source=self.source, url=self.url, place=f"{listed.place}[{index}]", value=value)
            for index, value in enumerate(listed.value)
        ]
        for row in rows:
            if not isinstance(row.value, dict):
                raise row.error("an object", row.found())
        return rows

    def children(self, key: str) -> list[JsonValue]:
        """The objects of a list that may be missing."""
        return self.rows(key) if self.at(key).value else []

    def child(self, key: str) -> JsonValue:
        """An object that may be missing."""
        child = self.at(key)
        if child.value and not isinstance(child.value, dict):
            raise child.error("an object", child.found())
        return child

    def number(self, key: str) -> int:
        """A whole number that must be there."""
        found = self.at(key)
        if not isinstance(found.value, int) or isinstance(found.value, bool):
            raise found.error("a number", found.found())
        return found.value

    def text(self, key: str) -> str:
        """Words in one line, or a number as words."""
        return tidy(self.markup(key))

    def title(self, key: str) -> str:
        return title_of(self.text(key))

    def markup(self, key: str) -> str:
        """A text as it came, without what no page can hold."""
        value = self.at(key).value
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        return _NO_TEXT.sub("", str(value))

    def paragraphs(self, key: str) -> tuple[str, ...]:
        """The words of a text with markup."""
        return paragraphs(self.markup(key))

    def link(self, key: str, *, base: str = "") -> str:
        """An address, cleaned and absolute; "" if the key has none."""
        return clean_url(self.text(key), base=base or self.url)

    def day(self, key: str) -> date | None:
        """The day in England of a date or an instant."""
        return day_in_england(self.text(key))

    def found(self) -> str:
        """What is here, in words for a person."""
        match self.value:
            case None:
                return "nothing"
            case dict():
                said = tidy(str(self.value.get("message") or self.value.get("code") or ""))[:100]
                return f"an object that says: {said}" if said else "an object"
            case list():
                return "a list"
            case _:
                return tidy(str(self.value))[:100] or "an empty text"

    def error(self, expected: str, found: str) -> ParseError:
        return ParseError(
            source=self.source,
            url=self.url,
            selector=self.place or "JSON",
            expected=expected,
            found=_NO_TEXT.sub("", found),
        )


def json_answer(source: Source, capture: Capture) -> JsonValue:
    """The outermost object or list of an answer; ParseError where it is no JSON."""
    answer = JsonValue(source=source.id, url=capture.url, place="", value=None)
    try:
        value = json.loads(_decoded(capture.body))
    except (ValueError, RecursionError) as error:
        head = capture.body[:2048].lower()
        found = "an HTML page" if b"<html" in head or b"<!doctype" in head else "JSON cut short or malformed"
        raise answer.error("JSON", found if capture.body.strip() else "nothing to read") from error
    if value is None or isinstance(value, str | int | float):
        raise answer.error("an object or a list", type(value).__name__)
    return JsonValue(source=source.id, url=capture.url, place="", value=value)


def paragraphs(markup: str) -> tuple[str, ...]:
    """The words of a piece of HTML, one line a paragraph."""
    return paragraphs_of(fragment(markup)) if markup.strip() else ()


def day_in_england(text: str) -> date | None:
    """The day in England of "2026-06-05", "2026/06/05" or an instant; None if the text is not one."""
    try:
        instant = datetime.fromisoformat(text)
        day = instant.astimezone(LONDON).date() if instant.tzinfo else instant.date()
    except (ValueError, OverflowError):
        match = _DAY.match(text)
        if match is None:
            return None
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    return day if 1990 <= day.year <= 2100 else None


def spoken(day: date | None) -> str:
    """A day as a person writes it; "" for none."""
    return f"{day.day} {day:%B %Y}" if day else ""


def facts(*told: tuple[str, str]) -> tuple[str, ...]:
    """Lines such as "Closes: 26 October 2018", without those that say nothing."""
    return tuple(f"{name}: {value}" for name, value in told if value)


def nested(answers: Sequence[JsonValue], key: str) -> list[JsonValue]:
    """The children of several objects, one after another."""
    return [child for answer in answers for child in answer.children(key)]


def _decoded(body: bytes) -> str:
    """UTF-8, else ISO-8859-1: Contracts Finder sends that and does not say so."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")
