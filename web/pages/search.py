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
        """The page; made once for all who follow one link within some seconds."""

        def made() -> tuple[bytes, int]:
            page = self._made(request)
            return bytes(page.body), page.status_code

        return HTMLResponse(*self._site.shelf.recall(("search page", request.url.query), made))

    def _made(self, request: Request) -> Response:
        site, shelf = self._site, self._site.shelf
        text, fields = asking.written(request)
        context: dict[str, Any] = {
            "q": text[: q.MAX_LENGTH],
            "fields": fields,
            "bodies": shelf.bodies(),
            "concepts": shelf.concepts(),
            "can_watch": site.can_watch,
            "stale": site.stale(),
            "suggestions": site.families.suggestions,
            "days": days.FORMS,
        }
        nothing: dict[str, Any] = {
            "asked": None, "found": None, "results": (), "more": False, "suggestion": "",
            "together": "", "facets": (), "known": (), "nearly": None, "near_results": (), "capitals": "",
            "hints": (), "pages_of": {},
        }  # fmt: skip
        try:
            asked = asking.search(request, shelf)
            found, more = asking.results_by_paper(asked, shelf)
            suggestion = asking.suggestion(asked, found, shelf, site.families)
            known = asking.known(asked, shelf, site.families)
            nearly = asking.nearly(asked, found, shelf)
        except QueryError as fault:
            context |= nothing | {"account": shelf.account(), "narrowing": ""}
            return site.page("search.html", HTTPStatus.BAD_REQUEST, fault=fault, **context)
        if asked.is_empty:
            context |= nothing | {"account": shelf.account(), "narrowing": ""}
            return site.page("search.html", fault=None, **context)
        return site.page(
            "search.html",
            fault=None,
            asked=asked,
            found=found,
            results=self._results(found.answers, asked),
            pages_of=dict(zip((answer.document for answer in found.answers), found.pages, strict=True)),
            nearly=nearly,
            near_results=self._results(nearly.answers, asked),
            more=more,
            suggestion=suggestion,
            known=known,
            capitals=q.capitals(asked.q),
            hints=[(hint, self._meetings_on(hint.on)) for hint in hints(asked.query)],
            together=asking.as_phrase(asked),
            facets=narrowing.facets(asked, found, shelf),
            account=shelf.account(asked.query),
            narrowing=asking.narrowing(asked, shelf),
            **context,
        )

    def _meetings_on(self, day: date | None) -> int:
        return len(self._site.shelf.meetings(since=day, until=day)) if day else 0

    def _results(self, answers: Sequence[Answer], asked: Asked) -> list[tuple[Result, list[tuple[int, int]]]]:
        return [
            (result, marks.of_query(result.answer.snippet, asked.query))
            for result in gathering.gathered(answers, self._site.shelf)
        ]
