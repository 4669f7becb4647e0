"""One file through time, and its bytes: a plain PDF of invented sentences, with a planted phrase in some."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES = 28  # of a page
# What is planted, by the concept that finds it, and the sentence.
SAYINGS = (
    ("population-payment", "The provider would be paid by a whole population annual payment from April."),
    ("accountable-care-provider", "A single integrated care provider contract is one of the four options."),
    ("subsidiary-company", "The board will be asked to approve a wholly owned subsidiary in the spring."),
    ("new-care-model", "The paper recalls the multispecialty community provider of ten years ago."),
    ("support-framework", "The NHS supplier was found through the health systems support framework."),
)
# Nothing here is watched for: test_england holds them to it.
_PLAIN = (
    "The clock in the hall was mended in {month} and keeps good time again.",
    "About {count} chairs were moved to the upper room before the doors opened.",
    "The path by the river is dry, and {count} benches have been painted green.",
    "A shelf of {count} books was given by the people of the town.",
    "The lift was looked at in {month} and no fault was seen.",
    "Tea was served at half past ten to {count} visitors.",
    "The lamp at the gate burned for {count} nights in {month}.",
    "The map on page {count} shows the old road and the new bridge.",
    "Rain fell on {count} days of {month}, which is as usual.",
    "The choir sang {count} songs, the last of them twice.",
    "The garden has {count} apple trees and a pond with two ducks.",
    "A letter of thanks went out in {month} with {count} stamps on it.",
)
# A page that lacks a common letter, or a pair of them, is taken for one whose font misnames it.
_EVERY_LETTER = (
    "Very few boxes of plum jam were kept by the quiet bridge last week, we are told.",
    "A petition to the offices on the first floor came in time, and is being looked at.",
)
_MONTHS = ("June", "July", "August", "September", "October")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file that stands at one address, from a day on, until it is taken down."""

    name: str  # within England, for ever
    shown: date
    gone: date | None = None
    replaced: tuple[date, ...] = ()  # days on which other bytes took its place
    pages: int = 1
    page_size: int = 25_000  # bytes
    said: int = -1  # which of SAYINGS; -1: nothing

    def is_out(self, day: date) -> bool:
        return self.shown <= day and (self.gone is None or day < self.gone)

    def version(self, day: date) -> int:
        return sum(each <= day for each in self.replaced)

    def size(self, version: int) -> int:
        """Bytes; another length for each version, as it mostly is."""
        return self.pages * self.page_size + 137 * version

    @property
    def concept(self) -> str:
        return SAYINGS[self.said][0] if self.said >= 0 else ""

    def said_on(self, version: int) -> int:
        """The page, from 1, that holds what is planted."""
        return random.Random(f"{self.name} {version} said").randrange(self.pages) + 1


def drawn(rng: random.Random, name: str, *, shown: date, meets_on: date, pages: float, scale: float) -> Paper:
    """A paper with its fate: few are replaced about their meeting, fewer taken down, some say something."""
    fate, days = rng.random(), (meets_on - shown).days
    return Paper(
        name=name,
        shown=shown,
        gone=meets_on + timedelta(days=rng.randrange(1, 30)) if fate < 0.01 else None,
        replaced=(shown + timedelta(days=rng.randrange(1, max(2, days + 4))),) if fate > 0.96 else (),
        pages=max(1, round(pages * scale)),
        page_size=rng.randrange(20_000, 90_000),
        said=rng.randrange(len(SAYINGS)) if rng.random() < 0.08 else -1,
    )


@lru_cache(maxsize=64)
def content(paper: Paper, version: int) -> bytes:
    """The bytes of a version: the same on every machine."""
    return _pdf(list(_texts(paper, version)), paper.size(version))


_HASHES: dict[tuple[str, int], str] = {}


def sha256(paper: Paper, version: int) -> str:
    known = _HASHES.get((paper.name, version))
    if known is None:
        known = _HASHES[paper.name, version] = hashlib.sha256(content(paper, version)).hexdigest()
    return known


def _texts(paper: Paper, version: int) -> list[list[str]]:
    rng, said_on = random.Random(f"{paper.name} {version}"), paper.said_on(version)
    pages = []
    for number in range(1, paper.pages + 1):
        lines = [f"Sheet {number} of {paper.pages}, version {version + 1}, mark {rng.getrandbits(40):x}"]
        lines += _EVERY_LETTER
        lines += [
            each.format(month=rng.choice(_MONTHS), count=rng.randrange(3, 90))
            for each in rng.choices(_PLAIN, k=LINES - 2)
        ]
        if paper.said >= 0 and number == said_on:
            lines[LINES // 2] = SAYINGS[paper.said][1]
        pages.append(lines)
    return pages


def _pdf(pages: Sequence[Sequence[str]], size: int) -> bytes:
    """A PDF of these lines; what is wanting to the size is a stream that nothing shows, as a picture is."""
    parts = [b"%PDF-1.4\n"]
    places: list[int] = []

    def put(body: bytes) -> None:
        places.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (len(places), body))

    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    put(b"<< /Type /Catalog /Pages 2 0 R >>")
    put(b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), kids))
    put(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, lines in enumerate(pages):
        put(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number)
        )
        shown = b"".join(b"(%b) Tj T*\n" % line.encode() for line in lines)
        stream = b"BT /F1 11 Tf 24 TL 60 790 Td\n" + shown + b"ET"
        put(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
    count = len(places) + 2
    tail = 20 * count + 150  # bytes of the table of places and what follows, or a little more
    padding = max(0, size - sum(map(len, parts)) - tail)
    put(b"<< /Length %d >>\nstream\n%b\nendstream" % (padding, b"\x5a" * padding))
    start = sum(map(len, parts))
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % count)
    parts += [b"%010d 00000 n \n" % place for place in places]
    parts.append(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (count, start))
    whole = b"".join(parts)
    return whole + b"\n" * (size - len(whole))
