"""The search page."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from pipeline import days
from pipeline.errors import QueryError
from pipeline.matching import query as q
from pipeline.matching.hints import hints
from web import asking
from web.parts import gathering, marks, narrowing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.views import Answer
    from web.asking import Asked
    from web.parts.gathering import Result
    from web.site import Site


class SearchPages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def search(self, request: Request) -> Response:
        """The page; made once for all who follow one link within some seconds. A refusal is not kept."""
        try:
            return HTMLResponse(
                self._site.shelf.recall(
                    ("search page", request.url.query), lambda: bytes(self._found(request).body)
                )
            )
        except QueryError as fault:
            return self._page(request, HTTPStatus.BAD_REQUEST, fault=fault)

    def _found(self, request: Request) -> Response:
        """Raises QueryError."""
        site, shelf = self._site, self._site.shelf
        asked = asking.search(request, shelf)
        if asked.is_empty:
            return self._page(request)
        found, more = asking.results_by_paper(asked, shelf)
        nearly = asking.nearly(asked, found, shelf)
        return self._page(
            request,
            asked=asked,
            found=found,
            results=self._results(found.answers, asked),
            pages_of=dict(zip((answer.document for answer in found.answers), found.pages, strict=True)),
            nearly=nearly,
            near_results=self._results(nearly.answers, asked),
            more=more,
            suggestion=asking.suggestion(asked, found, shelf, site.families),
            known=asking.known(asked, shelf, site.families),
            capitals=q.capitals(asked.q),
            hints=[(hint, self._meetings_on(hint.on)) for hint in hints(asked.query)],
            together=asking.as_phrase(asked),
            facets=narrowing.facets(asked, found, shelf),
            account=shelf.account(asked.query),
            narrowing=asking.narrowing(asked, shelf),
        )

    def _page(self, request: Request, status: HTTPStatus = HTTPStatus.OK, **answer: Any) -> Response:
        """The form as it was filled in, with the answer where there is one."""
        site, shelf = self._site, self._site.shelf
        text, fields = asking.written(request)
        nothing: dict[str, Any] = {
            "fault": None, "asked": None, "found": None, "results": (), "more": False, "suggestion": "",
            "together": "", "facets": (), "known": (), "nearly": None, "near_results": (), "capitals": "",
            "hints": (), "pages_of": {}, "narrowing": "",
        }  # fmt: skip
        return site.page(
            "search.html",
            status,
            q=text[: q.MAX_LENGTH],
            fields=fields,
            bodies=shelf.bodies(),
            concepts=shelf.concepts(),
            can_watch=site.can_watch,
            stale=site.stale(),
            suggestions=site.families.suggestions,
            days=days.FORMS,
            **nothing | {"account": shelf.account()} | answer,
        )

    def _meetings_on(self, day: date | None) -> int:
        return len(self._site.shelf.meetings(since=day, until=day)) if day else 0

    def _results(self, answers: Sequence[Answer], asked: Asked) -> list[tuple[Result, list[tuple[int, int]]]]:
        return [
            (result, marks.of_query(result.answer.snippet, asked.query))
            for result in gathering.gathered(answers)
        ]
