"""One handler a page. They are plain functions of a thread pool: the archive's database blocks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.responses import Response as PlainResponse

from pipeline import query as q
from pipeline import wording
from pipeline.errors import QueryError
from pipeline.model import MeetingStatus
from web import asking, calendar, chart, comparing, links, marks, narrowing, papers, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.answers import MeetingRow, PaperRow
    from pipeline.model import Page
    from pipeline.ports import Shelf
    from web.config import WebConfig
    from web.pictures import PageImages
    from web.render import Renderer

NEWEST = 6  # mentions on the home page
SOON = 6  # meetings on the home page, of the next days
SOON_DAYS = 28
PAST_MEETINGS = 15  # a page of a body's meetings
CALENDAR_BACK = 28  # days for which a calendar keeps what is past
FIRST, LATEST = 5, 10  # mentions of a concept or by a body
UNREADABLE_SHOWN = 200

EXAMPLES = (
    ('"whole population payment"', "these words together, in this order"),
    ("capitated NEAR/8 budget", "both words, at most eight words apart"),
    ("privatis*", "every word that begins so"),
    ('"integrated care" NOT pathway', "the phrase, on pages that do not say pathway"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPapers:
    meeting: MeetingRow
    papers: Sequence[PaperRow]


class Pages:
    def __init__(
        self,
        shelf: Shelf,
        config: WebConfig,
        renderer: Renderer,
        images: PageImages,
        today: Callable[[], date],
        *,
        can_watch: bool,
    ) -> None:
        self._shelf = shelf
        self._config = config
        self._render = renderer.page
        self._images = images
        self._today = today
        self._can_watch = can_watch

    def home(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        today = self._today()
        ahead = self._ahead(today + timedelta(days=SOON_DAYS))
        by_paper = {row.at.document: row for row in reversed(self._shelf.mentions(limit=5 * NEWEST))}
        newest = list(reversed(by_paper.values()))[:NEWEST]
        return self._render(
            "home.html",
            stands=self._shelf.denominator(),
            newest=newest,
            ahead=ahead[:SOON],
            more_ahead=max(0, len(ahead) - SOON),
            examples=EXAMPLES,
            names=self._shelf.bodies(),
            concepts=self._shelf.concepts(),
            can_watch=self._can_watch,
        )

    def search(self, request: Request) -> Response:
        text, fields = asking.written(request)
        context: dict[str, Any] = {
            "q": text[: q.MAX_LENGTH],
            "fields": fields,
            "bodies": self._shelf.bodies(),
            "registry": self._shelf.registry(),
            "concepts": self._shelf.concepts(),
            "can_watch": self._can_watch,
        }
        nothing: dict[str, Any] = {
            "asked": None, "found": None, "answers": (), "more": False, "suggestion": "", "facets": (),
        }  # fmt: skip
        try:
            asked = asking.search(request, self._shelf)
            found, more = asking.results(asked, self._shelf)
            suggestion = asking.suggestion(asked, found, self._shelf)
        except QueryError as fault:
            context |= nothing | {"stands": self._shelf.denominator()}
            return self._render("search.html", HTTPStatus.BAD_REQUEST, fault=fault, **context)
        if asked.is_empty:
            context |= nothing | {"stands": self._shelf.denominator()}
            return self._render("search.html", fault=None, **context)
        return self._render(
            "search.html",
            fault=None,
            asked=asked,
            found=found,
            answers=[(answer, marks.of_query(answer.snippet, asked.query)) for answer in found.answers],
            more=more,
            suggestion=suggestion,
            facets=narrowing.facets(asked, found, self._shelf),
            stands=asking.stands_behind(asked, self._shelf),
            **context,
        )

    def paper(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        page = request.query_params.get("page", "")
        if page.isascii() and page.isdigit() and len(page) < 10:
            return RedirectResponse(links.page(found.document, int(page), version=found.version))
        hits = papers.hits(found, self._shelf)
        return self._render(
            "paper.html",
            found=found,
            pages=papers.lines(found, self._shelf),
            hits=hits,
            said={hit.page for hit in hits},
            concepts=self._shelf.concepts(),
            pictures=found.revision is not None and self._images.can_show(found.revision.media_type),
        )

    def page(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        page = papers.page(request, found, self._shelf)
        assert found.revision is not None, "a page is of a version that we hold"
        hits = papers.hits(found, self._shelf)
        here = [hit for hit in hits if hit.page == page.number]
        text = request.query_params.get("q", "")
        asked = self._marked(page, text)
        watched = [(hit.start, hit.end) for hit in here]
        pictures = self._images.can_show(found.revision.media_type)
        return self._render(
            "page.html",
            found=found,
            page=page,
            pages=papers.lines(found, self._shelf),
            q=text if asked else "",
            hits=hits,
            here=here,
            asked=asked,
            watched=watched,
            pictures=pictures,
            boxes=self._images.boxes(page, asked or watched) if pictures else (),
            elsewhere=self._shelf.elsewhere(found.row, page.number),
            said_elsewhere=self._shelf.said_elsewhere(found.row, page.number) if here else {},
            before=max((hit.page for hit in hits if hit.page < page.number), default=0),
            after=min((hit.page for hit in hits if hit.page > page.number), default=0),
            concepts=self._shelf.concepts(),
            # A citation names the version, so that it still holds when the paper is replaced.
            address=links.absolute(
                self._config.base_url or str(request.base_url),
                links.page(found.document, page.number, version=page.sha256),
            ),
        )

    def comparison(self, request: Request) -> Response:
        return self._render("comparison.html", compared=comparing.asked(request, self._shelf))

    def bodies(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        registry = self._shelf.registry()
        groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for body, name in sorted(self._shelf.bodies().items(), key=lambda item: item[1].casefold()):
            kind = registry[body].kind if body in registry else ""
            groups[words.BODY_KINDS_MANY.get(kind, "Other bodies")].append((body, name))
        return self._render("bodies.html", groups=sorted(groups.items()), stands=self._shelf.denominator())

    def body(self, request: Request) -> Response:
        body: str = request.path_params["body"]
        registry = self._shelf.registry()
        row = registry.get(body)
        sources = [source for source in self._shelf.sources() if body in {source.body, source.id}]
        if row is None and not sources:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no body of this name.")
        meetings = self._shelf.meetings(body=body)
        held = self._shelf.papers(body=body)
        today = self._today()
        ahead = [meeting for meeting in meetings if meeting.date and meeting.date >= today]
        past = [meeting for meeting in reversed(meetings) if not meeting.date or meeting.date < today]
        number = asking.result_page(request)
        first = (number - 1) * PAST_MEETINGS
        by_meeting: dict[int | None, list[PaperRow]] = defaultdict(list)
        for paper in held:
            by_meeting[paper.meeting].append(paper)

        def with_papers(meeting: MeetingRow) -> MeetingPapers:
            return MeetingPapers(meeting=meeting, papers=by_meeting.get(meeting.id, []))

        return self._render(
            "body.html",
            body=body,
            row=row,
            name=row.name if row else sources[0].name,
            registry=registry,
            sources=sources,
            ahead=[with_papers(meeting) for meeting in ahead],
            past=[with_papers(meeting) for meeting in past[first : first + PAST_MEETINGS]],
            more=len(past) > first + PAST_MEETINGS,
            number=number,
            loose=by_meeting.get(None, []),
            held=held,
            first=self._shelf.mentions(body=body, limit=FIRST, oldest=True),
            concepts=self._shelf.concepts(),
        )

    def meetings(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        months: dict[str, list[MeetingRow]] = defaultdict(list)
        for meeting in self._ahead():
            if meeting.date:
                months[wording.month(meeting.date)].append(meeting)
        return self._render("meetings.html", months=months, names=self._shelf.bodies())

    def calendar(self, request: Request) -> Response:
        body = request.query_params.get("body", "")
        since = self._today() - timedelta(days=CALENDAR_BACK)
        meetings = self._shelf.meetings(body=body, since=since)
        name = self._shelf.bodies().get(body, "") or self._config.title
        content = calendar.icalendar(
            (meeting for meeting in meetings if meeting.status != MeetingStatus.WITHDRAWN),
            name=f"{name}: meetings",
            base=self._config.base_url or str(request.base_url),
        )
        return PlainResponse(content, media_type="text/calendar; charset=utf-8")

    def coverage(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("kind", "region", "state")}
        every = self._shelf.sources()
        shown = [
            source
            for source in every
            if (not asked["kind"] or source.kind == asked["kind"])
            and (not asked["region"] or source.region == asked["region"])
            and (not asked["state"] or (source.state in words.WELL) == (asked["state"] == "well"))
        ]
        unreadable, count = self._shelf.unreadable(UNREADABLE_SHOWN)
        return self._render(
            "coverage.html",
            asked=asked,
            kinds=sorted({source.kind for source in every}),
            regions=sorted({source.region for source in every} - {""}),
            sources=every,
            shown=shown,
            stands=self._shelf.denominator(),
            unreadable=unreadable,
            more_unreadable=count - len(unreadable),
            today=self._today(),
        )

    def concepts(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        labels = self._shelf.concepts()
        counts = self._shelf.totals().hits_by_concept
        rows = sorted(
            ((concept, label, counts.get(concept, 0)) for concept, label in labels.items()),
            key=lambda row: row[1].casefold(),
        )
        return self._render("concepts.html", rows=rows)

    def concept(self, request: Request) -> Response:
        concept: str = request.path_params["concept"]
        labels = self._shelf.concepts()
        if concept not in labels:
            raise HTTPException(HTTPStatus.NOT_FOUND, "Nothing of this name is watched for.")
        said = self._shelf.said(concept)
        return self._render(
            "concept.html",
            concept=concept,
            label=labels[concept],
            chart=chart.chart(said),
            spread=chart.spread(said),
            latest=self._shelf.mentions(concept, limit=LATEST),
            first=self._shelf.mentions(concept, limit=FIRST, oldest=True),
            names=self._shelf.bodies(),
            concepts=labels,
            can_watch=self._can_watch,
        )

    def _marked(self, page: Page, words_asked: str) -> list[tuple[int, int]]:
        """Where the words stand that the reader came with; a query that cannot be read marks nothing."""
        try:
            query = q.parse(words_asked)
        except QueryError:
            return []
        found = marks.of_query(page.text, query)
        after = None if found or not words_asked else self._shelf.page(page.sha256, page.number + 1)
        return marks.over_the_turn(page, after, query) if after else found

    def _ahead(self, until: date | None = None) -> list[MeetingRow]:
        """Meetings still to come, soonest first."""
        return [
            meeting
            for meeting in self._shelf.meetings(since=self._today(), until=until)
            if meeting.date and meeting.status != MeetingStatus.WITHDRAWN
        ]
