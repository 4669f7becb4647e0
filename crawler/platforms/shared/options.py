"""What platforms have in common: the words a line watches for, and addresses with a query."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from pipeline.model import DocumentKind


def check_patterns(**options: str | tuple[str, ...]) -> None:
    """ValueError for a pattern that is no regular expression, so that the line is refused and not the run."""
    for name, given in options.items():
        for pattern in (given,) if isinstance(given, str) else given:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{name}: {pattern!r} is not a regular expression: {error}") from error


def check_words(**lists: tuple[str, ...]) -> None:
    """ValueError for a list of words with nothing in it, or a word where a list was meant."""
    for name, words in lists.items():
        if isinstance(words, str) or not words or not all(word.strip() for word in words):
            raise ValueError(f"{name}: {words!r} is not a list of words")


def check_kind(paper_kind: str) -> None:
    if paper_kind not in {str(each) for each in DocumentKind}:
        raise ValueError(f"paper_kind: {paper_kind!r} is not one of {', '.join(DocumentKind)}")


def is_wanted(text: str, *, include: str = "", exclude: str = "") -> bool:
    """Whether a text holds what a line watches for; `exclude` wins."""
    if exclude and re.search(exclude, text, re.IGNORECASE):
        return False
    return not include or bool(re.search(include, text, re.IGNORECASE))


def with_query(url: str, **query: str | int) -> str:
    """An address with a query; a trailing underscore of a name is for Python's own words only."""
    return f"{url}?{urlencode({name.rstrip('_'): value for name, value in query.items()})}"
