"""What programs can ask of the archive, for people: the description of the API as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from web import links
from web.data.openapi import ROUTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site

# What an example asks for, where an address alone asks for nothing.
ASKS = {
    "/search.json": ("q",),
    "/papers/{document}/find.json": ("q",),
    "/left-out.json": ("area", "concept"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    path: str
    says: str
    parameters: Sequence[Mapping[str, Any]]
    example: str  # "" where the archive has nothing to show, or the address needs more than we know


class Programs:
    def __init__(self, site: Site) -> None:
        self._site = site

    def page(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        known = self._examples()
        rows = [
            Address(path=path, says=says, parameters=parameters, example=_example(path, parameters, known))
            for path, (says, parameters, _) in ROUTES.items()
        ]
        return self._site.page("api.html", rows=rows)

    def _examples(self) -> dict[str, str]:
        """Values of what is in an address, as this archive has them."""
        shelf = self._site.shelf
        paper = next((row for row in shelf.papers(limit=20) if row.pages), None)
        meeting = next((row for row in shelf.meetings() if row.papers), None)
        return {
            "document": str(paper.document) if paper else "",
            "number": "1" if paper else "",
            "meeting": str(meeting.id) if meeting else "",
            "body": next(iter(shelf.bodies()), ""),
            "concept": next(iter(shelf.concepts()), ""),
            "area": next(iter(shelf.areas()), ""),
            "q": "savings",
        }


def _example(path: str, parameters: Sequence[Mapping[str, Any]], known: Mapping[str, str]) -> str:
    """An address that answers; "" where we have nothing for it."""
    if path.startswith("/log/") or (path.endswith("/changes.json") and "{" in path):
        return ""  # of a record or of two versions: not every archive has them
    asked = ASKS.get(path, ())
    within = [each["name"] for each in parameters if each["in"] == "path"]
    if not all(known.get(name) for name in (*asked, *within)):
        return ""
    for name in within:
        path = path.replace(f"{{{name}}}", quote(known[name], safe=""))
    return links.with_query(path, **{name: known[name] for name in asked})
