"""Making evidence packs: what is asked for, drawn and written to a file, whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, StorageError
from pipeline.evidence import pack
from pipeline.evidence.case import MOST_PAGES, Quote, Wanted
from pipeline.evidence.pictures import drawing
from pipeline.matching import query as q
from pipeline.matching import query_matching

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cli.app.context import App
    from pipeline.evidence.case import Case


MOST_TOLD = 1_000_000  # more than a digest ever tells


def of_query(app: App, text: str) -> list[Wanted]:
    """Every page that answers, with the words. Raises QueryError, and ConfigError where they are too many."""
    asked = q.parse(text)
    answers = app.archive.search.find(asked, MOST_PAGES + 1)
    if len(answers) > MOST_PAGES:
        raise ConfigError(
            f"more than {MOST_PAGES:,} pages answer, and a pack holds at most {MOST_PAGES:,}: narrow the "
            "search, with body: or after: for instance"
        )
    rules = query_matching.RuleSet({text: query_matching.rule(text)})
    found: dict[tuple[int, str], dict[int, list[Quote]]] = {}
    for answer in answers:
        page = next(each for each in app.archive.texts.pages(answer.sha256) if each.number == answer.page)
        quotes = [
            Quote(start=hit.start, end=hit.end, why=text, wording=hit.wording) for hit in rules.hits([page])
        ]
        found.setdefault((answer.document, answer.sha256), {})[answer.page] = quotes
    return [Wanted(paper=paper, sha256=sha256, pages=pages) for (paper, sha256), pages in found.items()]


def of_digest(app: App, message_id: str) -> list[Wanted]:
    """All that a digest told of. Raises ConfigError for one that is not known."""
    ledger = app.archive.ledger
    known = ledger.digest_of(message_id) or ledger.digest_of(f"<{message_id.strip('<>')}>")
    readers = {reader.id: reader for reader in app.archive.readers.subscribers()}
    if known is None or known.reader not in readers:
        raise ConfigError(f"there is no digest with the Message-ID {message_id}")
    found: dict[tuple[int, str], dict[int, list[Quote]]] = {}
    for item in ledger.told(readers[known.reader], limit=MOST_TOLD, message=known.id):
        place = item.place
        said = app.archive.evidence.said(place.sha256, place.page, item.concept_id)
        found.setdefault((place.document, place.sha256), {}).setdefault(place.page, []).extend(said)
    return [Wanted(paper=paper, sha256=sha256, pages=pages) for (paper, sha256), pages in found.items()]


def of_collection(app: App, number: int) -> list[Wanted]:
    """The pages that a reader has saved. Raises ConfigError for a collection that is not known."""
    if app.archive.collections.of_id(number) is None:
        raise ConfigError(f"there is no collection with the number {number}")
    pages = app.archive.collections.pages(number)
    return app.archive.evidence.mentions((each.document, each.sha256, each.page) for each in pages)


def write_pack(app: App, asked: str, wanted: Iterable[Wanted], target: Path) -> Case:
    """Make the pack. Never overwrites a file. Raises ConfigError and StorageError."""
    from cli.app.page_pictures import PagePictures
    from extractors.isolation.sandbox import Sandbox

    if target.exists():
        raise ConfigError(f"{target} exists already: a pack never overwrites a file")
    case = app.archive.evidence.case(asked, wanted, app.archive.log.sign())
    pack.check_size(case)
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with (
            Sandbox(app.config.extract, app.data / "reading") as sandbox,
            unfinished.open("wb") as file,
        ):
            pack.write(case, file, version=version("paperwatch"), draw=drawing(PagePictures(sandbox)))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    except OSError as error:
        raise StorageError(f"{target}: the pack could not be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return case
