"""Looking up a meeting by its address: its papers with what they say, and the meetings next to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.areas.neighbours import SHOWN
from pipeline.meetings.lateness import MeetingLateness  # noqa: TC001 - the types are described to programs at run time
from pipeline.model import Hit, MeetingStatus
from pipeline.views import MeetingRow, PaperRow  # noqa: TC001 - as above
from web.asking import number

if TYPE_CHECKING:
    from starlette.requests import Request

    from pipeline.public_archive import PublicArchive


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHits:
    """A paper with every mention in it."""

    paper: PaperRow
    hits: tuple[Hit, ...]

    @property
    def mentions(self) -> int:
        """Those that are counted and not kept, too."""
        return sum(1 + hit.more for hit in self.hits)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingWithPapers:
    meeting: MeetingRow
    body_name: str
    lateness: MeetingLateness | None  # of its papers; none of a meeting that does not take place
    papers: tuple[PaperHits, ...]  # in the order in which they were listed
    earlier: MeetingRow | None  # of the same committee
    later: MeetingRow | None


def meeting(request: Request, shelf: PublicArchive) -> MeetingWithPapers:
    """Raises HTTPException (404) for a meeting that the archive does not have."""
    id_ = number(request, "meeting")
    every = shelf.meetings_of_committee(id_)
    row = next((row for row in every if row.id == id_), None)
    if row is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no meeting of this number.")
    papers = shelf.papers_of_meetings([id_])
    said: dict[str, list[Hit]] = defaultdict(list)
    for hit in shelf.hits(*{paper.sha256 for paper in papers}):
        said[hit.sha256].append(hit)
    listed = [
        other for other in every if other is row or (other.date and other.status != MeetingStatus.WITHDRAWN)
    ]
    at = listed.index(row) if row.date else 0
    return MeetingWithPapers(
        meeting=row,
        body_name=shelf.bodies().get(row.body) or row.source_name,
        lateness=next(iter(shelf.lateness(row.date, row.date, meeting=id_)), None) if row.date else None,
        papers=tuple(PaperHits(paper=paper, hits=tuple(said[paper.sha256])) for paper in papers),
        earlier=listed[at - 1] if at else None,
        later=listed[at + 1] if row.date and at + 1 < len(listed) else None,
    )


def most_sentences(request: Request) -> int:
    """Returns how many of neighbours' sentences are shown of each topic of an item: 0 is all of them."""
    return 0 if request.query_params.get("all") else SHOWN
