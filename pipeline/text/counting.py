"""Numbers with their nouns, as a sentence has them: what any module of the core may use."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """As in "1 page" and "1,204 pages"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
