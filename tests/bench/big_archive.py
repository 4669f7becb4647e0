"""A generated archive of any size, written straight into the tables: what a search meets after some years."""

from __future__ import annotations

import hashlib
import itertools
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from pipeline.model import DocumentKind, DocumentState, Page, PageMethod
from storage import engines
from storage import tables as t
from storage.page_rows import pack
from storage.search_index import fts, index_placement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storage.archive import Archive

BODIES = 400
BODY_KINDS = ("council", "icb", "trust", "joint-committee")
FIRST, LAST = date(2016, 1, 4), date(2026, 11, 20)
PAGES_A_PAPER = 25
SENTENCES_A_PAGE = 18
CONCEPTS = ("population-payment", "savings", "workforce")
MOMENT = datetime(2026, 11, 20, 7, tzinfo=UTC)

# How often pages say them, in a thousand: from everywhere to almost nowhere.
SAYINGS = {
    "The board noted the report of the committee.": 700,
    "Members agreed the integrated care budget for the coming year.": 60,
    "A whole population payment was discussed with the provider.": 4,
    "The capitated allocation is delegated to the alliance.": 1,
}


def vocabulary(random: random.Random, count: int = 40_000) -> list[str]:
    """Made-up words, the frequent ones short."""
    syllables = ["".join(pair) for pair in itertools.product("bcdfglmnprstv", "aeiou")]
    return ["".join(random.choices(syllables, k=1 + min(4, at // 300 + 1))) for at in range(count)]


def sentences(random: random.Random, count: int = 4_000) -> list[str]:
    words = vocabulary(random)
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(words))))
    return [
        " ".join(random.choices(words, cum_weights=weights, k=random.randint(12, 30))).capitalize() + "."
        for _ in range(count)
    ]


def page_text(random: random.Random, pool: Sequence[str]) -> str:
    said = random.choices(pool, k=SENTENCES_A_PAGE)
    for saying, often in SAYINGS.items():
        if random.random() * 1_000 < often:
            said[random.randrange(SENTENCES_A_PAGE)] = saying
    return "\n".join(said)


def fill(archive: Archive, pages: int, seed: int = 7) -> None:
    """Bodies, meetings, papers and `pages` pages, oldest first, as years of crawls would leave them."""
    dice = random.Random(seed)
    pool = sentences(dice)
    papers = max(1, pages // PAGES_A_PAPER)
    days = (LAST - FIRST).days
    archive.blobs.put(b"0")  # of the first paper: a folder without a single one would be a lost one
    with archive.database.writing() as connection:
        connection.execute(insert(t.sources), [_source(number) for number in range(BODIES)])
    for batch in _batched(range(papers), 200):
        rows = [_paper(number, FIRST + timedelta(days=number * days // papers)) for number in batch]
        with archive.database.writing() as connection:
            connection.execute(insert(t.meetings), [row[0] for row in rows])
            connection.execute(insert(t.files), [row[1] for row in rows])
            connection.execute(insert(t.documents), [row[2] for row in rows])
            connection.execute(insert(t.revisions), [row[3] for row in rows])
            for meeting, file, _, _ in rows:
                free = index_placement.free_rows(connection, meeting["starts_on"], PAGES_A_PAPER)
                texts = [page_text(dice, pool) for _ in range(PAGES_A_PAPER)]
                pages = [_page(file["sha256"], number, text) for number, text in enumerate(texts, 1)]
                said = [" ".join(name for name in CONCEPTS if dice.random() < 0.02) for _ in pages]
                place = index_placement.Standing(labels=file["labels"], rows=free, concepts=said)
                stored = list(map(_stored, pages, free, said))
                connection.execute(insert(t.pages), stored[::-1])
                fts.add(connection, place.index_rows(pages))
    with archive.database.writing() as connection:
        engines.of(connection).set_last_numbers(connection, {})  # the numbers above were given by us


def _batched(numbers: range, size: int) -> Iterator[range]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


def _source(number: int) -> dict[str, object]:
    name = f"body-{number}"
    return {
        "id": name, "body_id": name, "name": f"Body {number}", "kind": BODY_KINDS[number % 4],
        "platform": "manual", "url": "https://body.example/", "codes": {}, "note": "",
    }  # fmt: skip


def _paper(number: int, day: date) -> tuple[dict, dict, dict, dict]:
    body, sha256 = number % BODIES, hashlib.sha256(str(number).encode()).hexdigest()
    kind = list(DocumentKind)[number % 4].value
    labels = {f"body:body-{body}", f"source:body-{body}", f"kind:{BODY_KINDS[body % 4]}", f"kind:{kind}"}
    meeting = {
        "id": number + 1, "source_id": f"body-{body}", "key": f"m{number}", "body_name": "Board",
        "title": "Meeting", "starts_on": day, "status": "scheduled", "place": "", "url": "", "listing": "",
        "first_seen": MOMENT, "last_run": 1, "sequence": 0,
    }  # fmt: skip
    file = {
        "sha256": sha256, "size": 1, "media_type": "application/pdf", "extractor": "pdf", "version": "1",
        "tries": 1, "reason": "", "detail": "", "pages": PAGES_A_PAPER, "metadata": {}, "rules": "",
        "labels": sorted([*labels, index_placement.DAY + day.isoformat()]),
    }  # fmt: skip
    document = {
        "id": number + 1, "source_id": f"body-{body}", "key": f"d{number}", "meeting_id": number + 1,
        "title": f"Paper {number}", "kind": kind, "url": f"https://body.example/{number}.pdf", "listing": "",
        "state": DocumentState.HELD.value, "reason": "", "first_seen": MOMENT, "last_run": 1,
        "sha256": sha256,
    }  # fmt: skip
    revision = {
        "document_id": number + 1, "sha256": sha256, "fetched_at": MOMENT, "checked_at": MOMENT, "urls": [],
        "etag": "", "last_modified": "", "provenance": "crawled",
    }  # fmt: skip
    return meeting, file, document, revision


def _page(sha256: str, number: int, text: str) -> Page:
    return Page(
        sha256=sha256, number=number, text=text, method=PageMethod.TEXT_LAYER, extractor="pdf/1",
        body_end=len(text),
    )  # fmt: skip


def _stored(page: Page, row: int, concepts: str) -> dict[str, object]:
    return {
        "id": row, "sha256": page.sha256, "number": page.number, "text": pack(page.text),
        "method": page.method.value, "extractor": page.extractor, "label": "", "item": "", "body_start": 0,
        "body_end": page.body_end, "concepts": concepts,
    }  # fmt: skip
