"""The same answers for programs: JSON of what the pages show, and a search as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response
from typing_extensions import override

from pipeline.areas.left_out import QUOTES, BodyStance
from pipeline.english import nearly_found
from pipeline.health.account import account_facts
from pipeline.matching import query as q
from pipeline.matching.firms import read
from pipeline.matching.hints import hints
from pipeline.meetings.lateness import MeetingLateness
from pipeline.text import cells
from pipeline.text.foreign import spreadsheet_cell
from web import asking, words
from web.data import answers
from web.pages.firms import known_firm
from web.pages.passages import lineage
from web.parts import changes, comparing, gathering, lateness, left_out, meetings, papers
from web.parts.wordings import wordings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from pipeline.views import Answer, Results
    from web.parts.gathering import Result
    from web.site import Site

CSV_ROWS = 5_000  # most answers in one file
PAPERS = 200  # of a body, at a time
LATEST = 20  # mentions of a concept
UNREADABLE = 1_000  # papers


class Json(Response):
    """Dataclasses, dates and instants as JSON has them."""

    media_type = "application/json"

    @override
    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


class Api:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._shelf = site.shelf

    def search_json(self, request: Request) -> Response:
        asked = asking.search(request, self._shelf)
        found, more = asking.results(asked, self._shelf)
        nearly = asking.nearly(asked, found, self._shelf)
        return Json(
            {
                "query": asked.q,
                "filters": asked.fields,
                "page": asked.number,
                "per_page": asking.PER_PAGE,
                "counted": "pages",
                "here": len(found.answers),
                "sort": asked.order,
                "more": more,
                "total": _total(found),
                "ranked": found.ranked,
                "facets": found.facets,
                "suggestion": asking.suggestion(asked, found, self._shelf, self._site.families),
                "capitals": q.capitals(asked.q),
                "hints": hints(asked.query),
                "families": [
                    {
                        "concept": known.family.concept,
                        "label": known.family.label,
                        "wording": known.family.wording,
                        "also_called": known.family.others,
                        "total": _total(known.found),
                    }
                    for known in asking.known(asked, self._shelf, self._site.families)
                ],
                "searched": account_facts(self._shelf.account(asked.query)) | {"concern": self._site.stale()},
                "answers": [self._result(request, result) for result in gathering.gathered(found.answers)],
                "nearly": {
                    "sentence": nearly_found(found, nearly) if nearly.answers else "",
                    "answers": [
                        self._result(request, result) for result in gathering.gathered(nearly.answers)
                    ],
                },
            }
        )

    def search_csv(self, request: Request) -> Response:
        asked = asking.search(request, self._shelf)
        found = () if asked.is_empty else self._shelf.find(asked.query, CSV_ROWS)
        base = self._site.base(request)
        rows = [answers.row(answer, base).values() for answer in found]
        file = csv_file("search.csv", [answers.COLUMNS, *rows])
        # No line of the table: a program would take it for an answer.
        foot = f"{asking.foot(asked, self._shelf)} {self._site.stale()}".rstrip()
        cut = f"The first {CSV_ROWS:,} pages. " if len(found) == CSV_ROWS else ""
        said = " ".join(f"{cut}{foot}".split())  # a header has no line end, and a name may have one
        file.headers["Searched"] = said.encode("ascii", "replace").decode()
        return file

    def paper(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        return Json(
            {
                "paper": found.row,
                "body_name": found.body_name,
                "revisions": found.revisions,
                "version": found.revision.sha256 if found.revision else None,
                "pages": papers.lines(found, self._shelf),
                "hits": papers.hits(found, self._shelf),
                "hidden_hits": (self._shelf.hidden_hits(found.revision.sha256) if found.revision else []),
            }
        )

    def page(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        page = papers.page(request, found, self._shelf)
        hits = [hit for hit in papers.hits(found, self._shelf) if hit.page == page.number]
        return Json(
            {
                "paper": found.row,
                "page": page,
                "hits": hits,
                "elsewhere": self._shelf.elsewhere(found.as_asked, page.number),
                "said_elsewhere": self._shelf.said_elsewhere(found.as_asked, page.number),
            }
        )

    def find(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        text = request.query_params.get("q", "")
        return Json({"paper": found.row, "query": text, "hits": papers.find(found, text, self._shelf)})

    def comparison(self, request: Request) -> Response:
        return Json(comparing.versions_asked(request, self._shelf))

    def bodies(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        registry = self._shelf.registry()
        return Json(
            [
                {"id": body, "name": name, "kind": registry[body].kind if body in registry else ""}
                for body, name in self._shelf.bodies().items()
            ]
        )

    def body(self, request: Request) -> Response:
        body: str = request.path_params["body"]
        row = self._shelf.registry().get(body)
        if row is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no body of this name.")
        number = asking.result_page(request)
        return Json(
            {
                "body": row,
                "sources": [source for source in self._shelf.sources() if source.body == body],
                "meetings": self._shelf.meetings(body=body),
                "papers": self._shelf.papers(body=body, limit=PAPERS, skip=(number - 1) * PAPERS),
                "first_mentions": self._shelf.mentions(body=body, oldest=True, limit=LATEST),
            }
        )

    def concept(self, request: Request) -> Response:
        concept: str = request.path_params["concept"]
        if concept not in self._shelf.concepts():
            raise HTTPException(HTTPStatus.NOT_FOUND, "Nothing of this name is watched for.")
        return Json(
            {
                "id": concept,
                "label": self._shelf.concepts()[concept],
                "count": self._shelf.count(concept),
                "wordings": wordings(concept, self._site),
                "said": self._shelf.said(concept),
                "latest": self._shelf.mentions(concept, limit=LATEST),
                "first": self._shelf.mentions(concept, limit=LATEST, oldest=True),
            }
        )

    def meetings(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        return Json(self._shelf.meetings(since=self._site.today()))

    def meeting(self, request: Request) -> Response:
        return Json(meetings.meeting(request, self._shelf))

    def neighbours(self, request: Request) -> Response:
        held, most = meetings.meeting(request, self._shelf), meetings.most_sentences(request)
        return Json(self._shelf.neighbours(held.meeting.id, most))

    def consultations(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        return Json(self._shelf.closing(since=self._site.today()))

    def coverage(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        unreadable, in_all = self._shelf.unreadable(UNREADABLE)
        return Json(
            {
                "searched": account_facts(self._shelf.account()) | {"concern": self._site.stale()},
                "sources": self._shelf.sources(),
                "unreadable": unreadable,
                "unreadable_in_all": in_all,
                "log": self._site.log_line(),
            }
        )

    def changes(self, request: Request) -> Response:
        found = changes.changes(request, self._site)
        return Json(
            {
                "since": found.since,
                "page": found.number,
                "more": found.more,
                "last": found.last,
                "changes": [
                    {**msgspec.to_builtins(change), "said": words.changed(change)} for change in found.changes
                ],
            }
        )

    def late(self, request: Request) -> Response:
        found = lateness.lateness(request, self._site)
        meetings = [{**msgspec.to_builtins(row), "said": words.lateness(row)} for row in found.meetings]
        return Json({"meetings": meetings, "bodies": found.years})

    def late_csv(self, request: Request) -> Response:
        found = lateness.lateness(request, self._site)
        columns = [each.name for each in fields(MeetingLateness)]
        rows = [
            [getattr(row, column) for column in columns] + [words.lateness(row)] for row in found.meetings
        ]
        return csv_file("late.csv", [[*columns, "said"], *rows])

    def left_out(self, request: Request) -> Response:
        found = left_out.left_out(left_out.asked(request, self._site), self._site)
        bodies = [{**msgspec.to_builtins(row), "said": words.stance_sentence(row)} for row in found.bodies]
        return Json({**msgspec.to_builtins(found), "bodies": bodies, "said": words.area_summary(found)})

    def left_out_csv(self, request: Request) -> Response:
        found = left_out.left_out(left_out.asked(request, self._site), self._site)
        columns = [each.name for each in fields(BodyStance) if each.name != "quotes"]
        rows = [
            [getattr(row, column) for column in columns]
            + [words.stance_sentence(row)]
            + [text for quote in row.quotes for text in (quote.snippet, quote.at.url, quote.at.page)]
            for row in found.bodies
        ]
        head = [f"{name}_{number}" for number in range(1, QUOTES + 1) for name in ("quote", "url", "page")]
        return csv_file("left-out.csv", [[*columns, "said", *head], *rows])

    def new_names(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        found = self._shelf.new_names()
        return Json({"on": found.on if found else None, "names": found.names if found else ()})

    def passage(self, request: Request) -> Response:
        return Json(lineage(request, self._site))

    def firms(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        return Json([{"id": each.id, "name": each.name, "names": each.called()} for each in read().values()])

    def firm(self, request: Request) -> Response:
        firm = known_firm(request)
        record = self._shelf.firm(firm.called())
        return Json({"id": firm.id, "name": firm.name, "names": firm.called(), "record": record})

    def concepts(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        counts = self._shelf.totals().hits_by_concept
        return Json(
            [
                {"id": concept, "label": label, "hits": counts.get(concept, 0)}
                for concept, label in self._shelf.concepts().items()
            ]
        )

    def _answer(self, request: Request, answer: Answer) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(answer)
        return row | answers.places(answer, self._site.base(request))

    def _result(self, request: Request, result: Result) -> dict[str, Any]:
        return self._answer(request, result.answer) | {
            "also": [self._answer(request, answer) for answer in result.also],
        }


def csv_file(name: str, rows: Iterable[Iterable[Any]]) -> Response:
    """A table as a download that a spreadsheet opens and does not run."""
    file = io.StringIO()
    csv.writer(file).writerows([cell(value) for value in row] for row in rows)
    return Response(
        file.getvalue().encode("utf-8-sig"),  # with the mark without which Excel misreads curly quotes
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _total(found: Results) -> dict[str, Any]:
    return {"count": found.total, "at_least": found.more, "about": found.about}


def cell(value: object) -> str:
    """Text that a spreadsheet shows and does not run."""
    return spreadsheet_cell(cells.cell_text(value))
