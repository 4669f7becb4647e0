"""What is watched for, and one concept through time."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from web.parts import chart
from web.parts.tile_map import tile_map
from web.parts.wordings import wordings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site

FIRST, LATEST = 5, 10  # mentions


class Concepts:
    def __init__(self, site: Site) -> None:
        self._site = site

    def concepts(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        shelf = self._site.shelf
        counts = shelf.totals().hits_by_concept
        rows = sorted(
            ((concept, label, counts.get(concept, 0)) for concept, label in shelf.concepts().items()),
            key=lambda row: row[1].casefold(),
        )
        return self._site.page("concepts.html", rows=rows)

    def concept(self, request: Request) -> Response:
        shelf = self._site.shelf
        concept: str = request.path_params["concept"]
        labels = shelf.concepts()
        if concept not in labels:
            raise HTTPException(HTTPStatus.NOT_FOUND, "Nothing of this name is watched for.")
        said = shelf.said(concept)
        return self._site.page(
            "concept.html",
            concept=concept,
            label=labels[concept],
            count=shelf.count(concept),
            chart=chart.chart(said),
            spread=chart.spread(said),
            areas=shelf.areas(),
            tiles=tile_map(said, shelf.registry(), shelf.in_areas()),
            wordings=wordings(concept, self._site),
            latest=shelf.mentions(concept, limit=LATEST),
            first=shelf.mentions(concept, limit=FIRST, oldest=True),
            names=shelf.bodies(),
            can_watch=self._site.can_watch,
        )
