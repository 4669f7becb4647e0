"""One handler a page. They are plain functions of a thread pool: the archive's database blocks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.responses import Response as PlainResponse

from pipeline import query as q
from pipeline import snippets, wording
from pipeline.errors import QueryError
from pipeline.icalendar import Event, icalendar
from pipeline.model import MeetingStatus
from web import asking, chart, comparing, links, marks, narrowing, papers, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.answers import MeetingRow, MentionRow, PaperRow
    from pipeline.coming import Coming
    from pipeline.model import Hit, Page
    from web.config import WebConfig
    from web.pictures import PageImages
    from web.render import Renderer
    from web.shelf import Shelf

LOCAL = ZoneInfo("Europe/London")
NEWEST = 6  # papers with a mention on the home page
MENTIONS = 60  # among which they are looked for: a pack may hold very many
BEFORE = 3  # older mentions there, where nothing is new
NEW = timedelta(days=7)  # what is new this week
SOON = 6  # days ahead on the home page, of the next weeks
SOON_DAYS = timedelta(days=28)
ON_ONE_PAGE = 150  # days ahead; of more, a month at a time
PAST_MEETINGS = 15  # a page of a body's meetings
LOOSE = 50  # a page of a body's papers that belong to no meeting
LAST_PAGE = 1_000  # of a body's meetings or papers
CALENDAR_BACK = timedelta(days=28)  # for which a calendar keeps what is past
FIRST, LATEST = 5, 10  # mentions of a concept or by a body
CLOSE = 150  # characters, between words that are said together
FOUND = 200  # pages of one paper
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
        self._prefix = links.prefix(config.base_url)
        self._render = renderer.page
        self._images = images
        self._today = today
        self._can_watch = can_watch

    def home(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        today = self._today()
        since = datetime.combine(today - NEW, time(), LOCAL)
        ahead = self._ahead(until=today + SOON_DAYS)
        newest = _by_paper(self._shelf.mentions(limit=MENTIONS, since=since))
        return self._render(
            "home.html",
            stands=self._shelf.denominator(),
            since=since.date(),
            newest=newest,
            before=() if newest else _by_paper(self._shelf.mentions(limit=MENTIONS))[:BEFORE],
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
            "asked": None, "found": None, "answers": (), "more": False, "suggestion": "",
            "together": "", "facets": (),
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
            together=asking.together(asked),
            facets=narrowing.facets(asked, found, self._shelf),
            stands=asking.stands_behind(asked, self._shelf),
            **context,
        )

    def paper(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        page = request.query_params.get("page", "")
        if page.isascii() and page.isdigit() and len(page) < 10:
            address = links.page(found.document, int(page), version=found.version)
            return RedirectResponse(self._prefix + address)
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
        around = marks.Around(
            page=page,
            before=self._shelf.page(page.sha256, page.number - 1),
            after=self._shelf.page(page.sha256, page.number + 1),
        )
        query = _query(text)
        asked = around.of_query(query) if query else []
        carried = [hit for hit in hits if hit.page == page.number - 1 and around.is_carried_here(hit)]
        watched = [(hit.start, hit.end) for hit in here]
        watched += [span for hit in carried for span in around.of_hit(hit)]
        pictures = self._images.can_show(found.revision.media_type)
        return self._render(
            "page.html",
            found=found,
            page=page,
            pages=papers.lines(found, self._shelf),
            q=text if query else "",
            hits=hits,
            here=here,
            carried=carried,
            runs_on={hit for hit in here if around.runs_on(hit)},
            asked=asked,
            watched=watched,
            quote=_quote(page, asked, here),
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

    def find(self, request: Request) -> Response:
        """The pages of one paper that answer a search."""
        found = papers.paper(request, self._shelf)
        text = request.query_params.get("q", "")[: q.MAX_LENGTH]
        fault: QueryError | None = None
        hits: Sequence[Hit] = ()
        try:
            hits = papers.find(found, text, self._shelf) if text.strip() else ()
        except QueryError as error:
            fault = error
        return self._render(
            "find.html",
            HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK,
            found=found,
            q=text,
            fault=fault,
            hits=hits[:FOUND],
            count=len(hits),
            pages=len(papers.lines(found, self._shelf)),
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
        today, year = self._today(), asking.year(request)
        since, before = (date(year, 1, 1), date(year + 1, 1, 1)) if year else (None, None)
        meetings = self._shelf.meetings(body=body, since=since, until=before and before - timedelta(days=1))
        ahead = [meeting for meeting in meetings if meeting.date and meeting.date >= today]
        past = [meeting for meeting in reversed(meetings) if not meeting.date or meeting.date < today]
        number = asking.result_page(request, LAST_PAGE)
        first = (number - 1) * PAST_MEETINGS
        past, more = past[first : first + PAST_MEETINGS], len(past) > first + PAST_MEETINGS
        by_meeting: dict[int | None, list[PaperRow]] = defaultdict(list)
        for paper in self._shelf.papers_of_meetings([meeting.id for meeting in (*ahead, *past)]):
            by_meeting[paper.meeting].append(paper)
        loose_number = asking.result_page(request, LAST_PAGE, "papers")
        loose = self._shelf.papers_of_no_meeting(
            body, since=since, before=before, limit=LOOSE + 1, skip=(loose_number - 1) * LOOSE
        )

        def with_papers(meeting: MeetingRow) -> MeetingPapers:
            return MeetingPapers(meeting=meeting, papers=by_meeting.get(meeting.id, []))

        return self._render(
            "body.html",
            body=body,
            row=row,
            name=row.name if row else sources[0].name,
            registry=registry,
            sources=sources,
            years=self._shelf.years(body),
            year=year,
            ahead=[with_papers(meeting) for meeting in ahead],
            closing=self._shelf.closing(since=today, body=body) if not year else (),
            past=[with_papers(meeting) for meeting in past],
            more=more,
            number=number,
            loose=loose[:LOOSE],
            more_loose=len(loose) > LOOSE,
            loose_number=loose_number,
            first=self._shelf.mentions(body=body, limit=FIRST, oldest=True),
            concepts=self._shelf.concepts(),
        )

    def meetings(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("kind", "said", "month")}
        kinds = {body: row.kind for body, row in self._shelf.registry().items()}
        every = self._ahead()
        shown = [
            coming
            for coming in every
            if (not asked["said"] or coming.mentions)
            and (not asked["kind"] or asked["kind"] == kinds.get(coming.body))
        ]
        months: dict[str, list[Coming]] = defaultdict(list)
        for coming in shown:
            if day := coming.ahead.meeting.starts_on:
                months[f"{day:%Y-%m}"].append(coming)
        counts = {month: len(rows) for month, rows in months.items()}
        if len(shown) > ON_ONE_PAGE:
            month = asked["month"] if asked["month"] in months else next(iter(months))
            months = defaultdict(list, {month: months[month]})
        return self._render(
            "meetings.html",
            months=months,
            counts=counts,
            asked=asked,
            kinds=sorted({kinds.get(coming.body, "") for coming in every} - {""}),
            is_empty=not every,
            names=self._shelf.bodies(),
        )

    def calendar(self, request: Request) -> Response:
        body, today = request.query_params.get("body", ""), self._today()
        base = self._config.base_url or str(request.base_url)
        rows = self._shelf.coming(today - CALENDAR_BACK, body)
        content = icalendar(
            (
                Event(ahead=coming.ahead, sequence=coming.sequence, note=_note(coming, base))
                for coming in rows
            ),
            name=f"{self._shelf.bodies().get(body, '') or self._config.title}: meetings and consultations",
            domain=urlsplit(base).hostname or "paperwatch",
            stamped_at=datetime.combine(today, time(), UTC),
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

    def _ahead(self, until: date = date.max) -> list[Coming]:
        """What is still to come, soonest first."""
        return [
            coming
            for coming in self._shelf.coming(self._today())
            if (coming.ahead.meeting.starts_on or date.max) <= until
            and coming.ahead.meeting.status != MeetingStatus.WITHDRAWN
        ]


def _query(text: str) -> q.Query | None:
    """The search that a reader came with, or None where there was none that can be read."""
    try:
        query = q.parse(text)
    except QueryError:
        return None
    return query if query.expression else None


def _quote(page: Page, asked: Sequence[tuple[int, int]], said: Sequence[Hit]) -> str:
    """The sentence that a citation of the page quotes: the reader's own words', else that of a mention."""
    if asked:
        # Of words that stand here and there, the sentence where most of them stand close together.
        most = max(asked[:CLOSE], key=lambda span: sum(0 <= other[0] - span[0] < CLOSE for other in asked))
        return snippets.around(page.text, *most).text
    return said[0].snippet if said else ""


def _by_paper(mentions: Sequence[MentionRow]) -> list[MentionRow]:
    """One mention of a paper, the newest papers first."""
    once: dict[int, MentionRow] = {}
    for mention in mentions:
        once.setdefault(mention.at.document, mention)
    return list(once.values())[:NEWEST]


def _note(coming: Coming, base: str) -> str:
    """What an entry of a calendar says besides, with the address where the archive says more."""
    said = f"{wording.counted(coming.mentions, 'mention')} of what we watch for. " if coming.mentions else ""
    if coming.document:
        return said + links.absolute(base, links.paper(coming.document))
    papers = f"{wording.counted(coming.papers, 'paper')} published. " if coming.papers else ""
    return (papers or "No papers published yet. ") + said + links.absolute(base, links.body(coming.body))
