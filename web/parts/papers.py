"""Looking up a paper, one of its versions and one of its pages, as an address names them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.addresses import version_named
from pipeline.matching import query_matching
from web.asking import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from pipeline.model import Hit, Page, Revision
    from pipeline.public_archive import PublicArchive
    from pipeline.views import PageLine, PaperRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPaper:
    """A paper with the version of its bytes that was asked for."""

    row: PaperRow
    body_name: str
    revisions: Sequence[Revision]  # oldest first
    revision: Revision | None  # None: we do not hold its bytes
    version: str  # SHA-256 where it is not the newest, else ""

    @property
    def document(self) -> int:
        return self.row.document

    @property
    def as_asked(self) -> PaperRow:
        """The paper as if the version that was asked for were its newest."""
        return replace(self.row, sha256=self.revision.sha256) if self.revision else self.row


def paper(request: Request, shelf: PublicArchive) -> ShownPaper:
    """Raises HTTPException (404) for a paper or a version that the archive does not have."""
    row = shelf.paper(number(request, "document"))
    if row is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no paper of this number.")
    revisions = shelf.revisions(row.document)
    given = request.query_params.get("version", "")
    asked = version_named(given, (revision.sha256 for revision in revisions))
    if given and not asked:
        raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no such version of this paper.")
    current = row.sha256
    found = [revision for revision in revisions if revision.sha256 == (asked or current)]
    return ShownPaper(
        row=row,
        body_name=shelf.bodies().get(row.body, row.body),
        revisions=revisions,
        revision=found[-1] if found else None,
        version=asked if asked != current else "",
    )


def lines(found: ShownPaper, shelf: PublicArchive) -> Sequence[PageLine]:
    return shelf.lines(found.revision.sha256) if found.revision else []


def hits(found: ShownPaper, shelf: PublicArchive) -> Sequence[Hit]:
    return shelf.hits(found.revision.sha256) if found.revision else []


def find(found: ShownPaper, text: str, shelf: PublicArchive) -> Sequence[Hit]:
    """One hit for each page of a paper that answers a search, its topic too. Raises QueryError."""
    rule = query_matching.rule(text)
    pages = shelf.pages(found.revision.sha256) if found.revision else []
    hits = query_matching.RuleSet({"": rule}).hits(pages)
    if not rule.concept:
        return hits
    of_topic = {line.number for line in lines(found, shelf) if rule.concept in line.concepts}
    return [hit for hit in hits if hit.page in of_topic]


def page(request: Request, found: ShownPaper, shelf: PublicArchive) -> Page:
    """Raises HTTPException (404) where there is no such page."""
    asked = number(request, "number")
    return pages_near(found, asked, shelf)[asked]


def page_number(text: str) -> int:
    """Raises HTTPException (404) for what is no number of a page."""
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10):
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no page of this number.")
    return int(text)


def pages_near(found: ShownPaper, asked: int, shelf: PublicArchive) -> Mapping[int, Page]:
    """A page and those next to it. Raises HTTPException (404) where there is no such page."""
    near = shelf.pages_near(found.revision.sha256 if found.revision else "", asked)
    if asked in near:
        return near
    count = len(lines(found, shelf))
    held = f"It has pages 1 to {count:,}." if count else "We could read none of its pages."
    raise HTTPException(HTTPStatus.NOT_FOUND, f"This paper has no page {asked:,}. {held}")
