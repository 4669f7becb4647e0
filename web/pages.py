"""One handler a page. They are plain functions of a thread pool: the archive's database blocks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from pipeline import query as q
from pipeline.errors import QueryError
from pipeline.model import MeetingStatus
from web import asking, links, marks, papers, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.answers import Answer, MeetingRow, PaperRow
    from pipeline.model import Hit
    from pipeline.ports import Shelf
    from web.config import WebConfig
    from web.render import Renderer

NEWEST = 6  # papers with mentions on the home page
SOON = 6  # meetings on the home page
PAST_MEETINGS = 15  # a page of a body's meetings
UNREADABLE_SHOWN = 200

EXAMPLES = (
    ('"whole population payment"', "these words together, in this order"),
    ("capitated NEAR/8 budget", "both words, at most eight words apart"),
    ("privatis*", "every word that begins so"),
    ('"integrated care" NOT pathway', "the phrase, on pages that do not say pathway"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """A paper on the home page, by the first of its mentions."""

    answer: Answer
    hit: Hit
    count: int  # of mentions in the whole paper


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPapers:
    meeting: MeetingRow
    papers: Sequence[PaperRow]


class Pages:
    def __init__(
        self, shelf: Shelf, config: WebConfig, renderer: Renderer, today: Callable[[], date]
    ) -> None:
        self._shelf = shelf
        self._config = config
        self._render = renderer.page
        self._today = today

    def home(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        ahead = self._ahead()
        return self._render(
            "home.html",
            stands=self._shelf.denominator(),
            newest=self._newest(),
            ahead=ahead[:SOON],
            more_ahead=max(0, len(ahead) - SOON),
            examples=EXAMPLES,
            names=self._shelf.bodies(),
            concepts=self._shelf.concepts(),
        )

    def search(self, request: Request) -> Response:
        text, fields = asking.written(request)
        context = {
            "q": text[: q.MAX_LENGTH],
            "fields": fields,
            "bodies": self._shelf.bodies(),
            "concepts": self._shelf.concepts(),
            "stands": self._shelf.denominator(),
        }
        try:
            asked = asking.search(request, self._shelf)
        except QueryError as fault:
            return self._render(
                "search.html",
                HTTPStatus.BAD_REQUEST,
                fault=fault,
                asked=None,
                answers=[],
                more=False,
                **context,
            )
        answers, more = asking.answers(asked, self._shelf)
        return self._render(
            "search.html",
            fault=None,
            asked=None if asked.is_empty else asked,
            answers=[(answer, marks.of_query(answer.snippet, asked.query)) for answer in answers],
            more=more,
            **context,
        )

    def paper(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        page = request.query_params.get("page", "")
        if page.isascii() and page.isdigit() and len(page) < 10:
            return RedirectResponse(links.page(found.document, int(page), version=found.version))
        pages = papers.pages(found, self._shelf)
        hits = papers.hits(found, self._shelf)
        return self._render(
            "paper.html",
            found=found,
            pages=pages,
            hits=hits,
            said={hit.page for hit in hits},
            concepts=self._shelf.concepts(),
        )

    def page(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        pages = papers.pages(found, self._shelf)
        page = papers.page(request, pages)
        hits = papers.hits(found, self._shelf)
        here = [hit for hit in hits if hit.page == page.number]
        text = request.query_params.get("q", "")
        asked = _marked(page.text, text)
        return self._render(
            "page.html",
            found=found,
            page=page,
            pages=pages,
            q=text if asked else "",
            hits=hits,
            here=here,
            asked=asked,
            watched=[(hit.start, hit.end) for hit in here],
            before=max((hit.page for hit in hits if hit.page < page.number), default=0),
            after=min((hit.page for hit in hits if hit.page > page.number), default=0),
            concepts=self._shelf.concepts(),
            # A citation names the version, so that it still holds when the paper is replaced.
            address=links.absolute(
                self._config.base_url or str(request.base_url),
                links.page(found.document, page.number, version=page.sha256),
            ),
        )

    def bodies(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        kinds = {source.id: source.kind for source in self._shelf.health()}
        groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for body, name in sorted(self._shelf.bodies().items(), key=lambda item: item[1].casefold()):
            groups[words.BODY_KINDS_MANY.get(kinds.get(body, ""), "Other bodies")].append((body, name))
        return self._render("bodies.html", groups=sorted(groups.items()), stands=self._shelf.denominator())

    def body(self, request: Request) -> Response:
        body: str = request.path_params["body"]
        meetings = self._shelf.meetings(body=body)
        sources = [source for source in self._shelf.health() if source.id == body]
        name = self._shelf.bodies().get(body) or next((source.name for source in sources), "")
        if not name:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no body of this name.")
        held = self._shelf.papers(body=body)
        today = self._today()
        ahead = [meeting for meeting in meetings if meeting.date and meeting.date >= today]
        past = [meeting for meeting in reversed(meetings) if not meeting.date or meeting.date < today]
        number = asking.result_page(request)
        first = (number - 1) * PAST_MEETINGS
        by_meeting: dict[tuple[str, str, date | None], list[PaperRow]] = defaultdict(list)
        for paper in held:
            by_meeting[paper.source, paper.committee, paper.meeting_date].append(paper)

        def with_papers(meeting: MeetingRow) -> MeetingPapers:
            key = (meeting.source, meeting.committee, meeting.date)
            return MeetingPapers(meeting=meeting, papers=by_meeting.get(key, []))

        known = {(meeting.source, meeting.committee, meeting.date) for meeting in meetings}
        return self._render(
            "body.html",
            body=body,
            name=name,
            sources=sources,
            ahead=[with_papers(meeting) for meeting in ahead],
            past=[with_papers(meeting) for meeting in past[first : first + PAST_MEETINGS]],
            more=len(past) > first + PAST_MEETINGS,
            number=number,
            loose=[paper for key, some in by_meeting.items() if key not in known for paper in some],
            held=held,
        )

    def meetings(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        months: dict[str, list[MeetingRow]] = defaultdict(list)
        for meeting in self._ahead():
            if meeting.date:
                months[words.month(meeting.date)].append(meeting)
        return self._render("meetings.html", months=months, names=self._shelf.bodies())

    def coverage(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        unreadable = self._shelf.totals().unreadable
        return self._render(
            "coverage.html",
            sources=self._shelf.health(),
            stands=self._shelf.denominator(),
            unreadable=unreadable[:UNREADABLE_SHOWN],
            more_unreadable=max(0, len(unreadable) - UNREADABLE_SHOWN),
        )

    def concepts(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        labels = self._shelf.concepts()
        counts = self._shelf.totals().hits_by_concept
        rows = sorted(
            ((concept, label, counts.get(concept, 0)) for concept, label in labels.items()),
            key=lambda row: row[1].casefold(),
        )
        return self._render("concepts.html", rows=rows)

    def _ahead(self) -> list[MeetingRow]:
        """Meetings still to come, soonest first."""
        return [
            meeting
            for meeting in self._shelf.meetings(since=self._today())
            if meeting.date and meeting.status != MeetingStatus.WITHDRAWN
        ]

    def _newest(self) -> list[Mentioned]:
        """The papers of the latest meetings in which something watched for is said, one mention each."""
        latest: dict[int, Answer] = {}
        for concept in self._shelf.concepts():
            for answer in self._shelf.find(q.Query(text="", concept=concept), limit=NEWEST):
                latest.setdefault(answer.document, answer)
        chosen = sorted(
            latest.values(),
            key=lambda answer: (answer.meeting_date or date.min, answer.document),
            reverse=True,
        )
        said = ((answer, self._shelf.hits(answer.sha256)) for answer in chosen[:NEWEST])
        return [Mentioned(answer=answer, hit=hits[0], count=len(hits)) for answer, hits in said if hits]


def _marked(text: str, words_asked: str) -> list[tuple[int, int]]:
    """Where the words stand that the reader came with; a query that cannot be read marks nothing."""
    try:
        return marks.of_query(text, q.parse(words_asked)) if words_asked else []
    except QueryError:
        return []
