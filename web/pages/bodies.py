"""The bodies there are, and what there is of one body."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.english import BODY_KINDS_MANY
from pipeline.model import BodyKind
from web import asking, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.views import BodyRow, MeetingRow, PaperRow
    from web.site import Site

PAST_MEETINGS = 15  # at a time
LOOSE = 50  # papers that belong to no meeting, at a time
LAST_PAGE = 1_000  # of meetings or papers
FIRST = 5  # mentions


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPapers:
    meeting: MeetingRow
    papers: Sequence[PaperRow]


class Bodies:
    def __init__(self, site: Site) -> None:
        self._site = site

    def bodies(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        shelf = self._site.shelf
        registry = shelf.registry()
        groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for body, name in sorted(shelf.bodies().items(), key=lambda item: item[1].casefold()):
            kind = BodyKind(registry[body].kind) if body in registry else BodyKind.OTHER
            groups[BODY_KINDS_MANY[kind]].append((body, name))
        return self._site.page("bodies.html", groups=sorted(groups.items()))

    def body(self, request: Request) -> Response:
        shelf, today = self._site.shelf, self._site.today()
        body: str = request.path_params["body"]
        registry = shelf.registry()
        row = registry.get(body)
        sources = [source for source in shelf.sources() if body in {source.body, source.id}]
        if row is None and not sources:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no body of this name.")
        year = asking.year(request)
        since, before = (date(year, 1, 1), date(year + 1, 1, 1)) if year else (None, None)
        meetings = shelf.meetings(body=body, since=since, until=before and before - timedelta(days=1))
        ahead = [meeting for meeting in meetings if meeting.date and meeting.date >= today]
        past = [meeting for meeting in reversed(meetings) if not meeting.date or meeting.date < today]
        number = asking.result_page(request, LAST_PAGE)
        first = (number - 1) * PAST_MEETINGS
        past, more = past[first : first + PAST_MEETINGS], len(past) > first + PAST_MEETINGS
        loose_number = asking.result_page(request, LAST_PAGE, "papers")
        loose = shelf.papers_of_no_meeting(
            body, since=since, before=before, limit=LOOSE + 1, skip=(loose_number - 1) * LOOSE
        )
        predecessors = row.predecessors if row else ()
        still_here = [each for each in predecessors if _exists(registry.get(each), today)]
        return self._site.page(
            "body.html",
            body=body,
            row=row,
            today=today,
            taken_over=[each for each in predecessors if each not in still_here],
            taking_over=still_here,
            name=row.name if row else sources[0].name,
            registry=registry,
            sources=sources,
            years=shelf.years(body),
            year=year,
            ahead=self._with_papers(ahead),
            closing=shelf.closing(since=today, body=body) if not year else (),
            past=self._with_papers(past),
            more=more,
            number=number,
            loose=loose[:LOOSE],
            more_loose=len(loose) > LOOSE,
            loose_number=loose_number,
            first=shelf.mentions(body=body, limit=FIRST, oldest=True),
            concepts=shelf.concepts(),
            can_watch=self._site.can_watch,
            ill=[source for source in sources if source.state not in words.WELL],
        )

    def _with_papers(self, meetings: Sequence[MeetingRow]) -> list[MeetingPapers]:
        papers: dict[int | None, list[PaperRow]] = defaultdict(list)
        for paper in self._site.shelf.papers_of_meetings([meeting.id for meeting in meetings]):
            papers[paper.meeting].append(paper)
        return [MeetingPapers(meeting=meeting, papers=papers[meeting.id]) for meeting in meetings]


def _exists(row: BodyRow | None, today: date) -> bool:
    return row is not None and (row.until is None or row.until >= today)
