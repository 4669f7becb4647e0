"""The kind of each character of a text, a byte a character: where a run of kinds is is found at once.

Pages are searched for what few of them have. A regular expression looks at each character of all pages; here
bytes are searched, and an expression is asked only at the places found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def table(kinds: Mapping[bytes, bytes], other: bytes = b" ") -> bytes:
    """A table for `of`, from the characters of each kind, in Latin-1; characters outside it count as "?"."""
    made = bytearray(other * 256)
    for kind, characters in kinds.items():
        for character in characters:
            made[character] = kind[0]
    return bytes(made)


def of(text: str, kinds: bytes) -> bytes:
    """The kind of each character, by a table."""
    return text.encode("latin-1", "replace").translate(kinds)


def places(kinds: bytes, run: bytes, step: int = 0) -> Iterator[int]:
    """Where a run of kinds begins; the next is looked for after it, or `step` characters on."""
    at = kinds.find(run)
    while at >= 0:
        yield at
        at = kinds.find(run, at + (step or len(run)))
