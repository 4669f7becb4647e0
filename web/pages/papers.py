"""A paper, its pages one by one, finding words in it, and comparing its versions."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from pipeline.errors import QueryError
from pipeline.evidence import citing
from pipeline.evidence.citing import Cited
from pipeline.matching import query as q
from pipeline.text import snippets
from web import asking, links
from web.parts import comparing, marks, papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request

    from pipeline.model import Hit, Page
    from web.parts.papers import ShownPaper
    from web.site import Site

CLOSE = 150  # characters, between words that are said together
CANDIDATES = 150  # of the reader's words, for the one in whose sentence most of them are
FOUND = 200  # pages of one paper
CITATIONS = {
    "bib": (citing.bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": (citing.ris, "application/x-research-info-systems; charset=utf-8"),
}


class Papers:
    def __init__(self, site: Site) -> None:
        self._site = site

    def paper(self, request: Request) -> Response:
        site, shelf = self._site, self._site.shelf
        found = papers.paper(request, shelf)
        page = request.query_params.get("page", "")
        if page.isascii() and page.isdigit() and len(page) < 10:
            address = links.page(found.document, int(page), version=found.version)
            return RedirectResponse(site.prefix + address)
        hits = papers.hits(found, shelf)
        return site.page(
            "paper.html",
            found=found,
            pages=papers.lines(found, shelf),
            hits=hits,
            more=sum(hit.more for hit in hits),
            more_said=_more_said(hits),
            said={hit.page for hit in hits},
            hidden=shelf.hidden_hits(found.revision.sha256) if found.revision else (),
            can_watch=site.can_watch,
            concepts=shelf.concepts(),
            pictures=found.revision is not None and site.images.can_show(found.revision.media_type),
        )

    def page(self, request: Request) -> Response:
        site, shelf = self._site, self._site.shelf
        found = papers.paper(request, shelf)
        number = asking.number(request, "number")
        near = papers.pages_near(found, number, shelf)
        page = near[number]
        assert found.revision is not None, "a page is of a version that we hold"
        hits = papers.hits(found, shelf)
        here = [hit for hit in hits if hit.page == page.number]
        text = request.query_params.get("q", "")
        around = marks.Around(page=page, before=near.get(number - 1), after=near.get(number + 1))
        query = _query(text)
        asked = around.of_query(query) if query else []
        carried = [hit for hit in hits if hit.page == page.number - 1 and around.is_carried_here(hit)]
        watched = [(hit.start, hit.end) for hit in here]
        watched += [span for hit in carried for span in around.of_hit(hit)]
        pictures = site.images.can_show(found.revision.media_type)
        return site.page(
            "page.html",
            found=found,
            can_watch=site.can_watch,
            page=page,
            pages=papers.lines(found, shelf),
            q=text if query else "",
            hits=hits,
            more=sum(hit.more for hit in hits),
            more_said=_more_said(hits),
            here=here,
            carried=carried,
            runs_on={hit for hit in here if around.runs_on(hit)},
            asked=asked,
            watched=watched,
            quote=_quote(page, asked, here),
            pictures=pictures,
            boxes=site.images.boxes(page, asked or watched) if pictures else (),
            elsewhere=shelf.elsewhere(found.as_asked, page.number),
            said_elsewhere=shelf.said_elsewhere(found.as_asked, page.number) if here else {},
            before=max((hit.page for hit in hits if hit.page < page.number), default=0),
            after=min((hit.page for hit in hits if hit.page > page.number), default=0),
            concepts=shelf.concepts(),
            **_citations(found, page.number),
            # A citation names the version, so that it still holds when the paper is replaced.
            address=links.absolute(
                site.base(request), links.page(found.document, page.number, version=page.sha256)
            ),
        )

    def citation(self, request: Request) -> Response:
        """One page for a program that keeps references."""
        found = papers.paper(request, self._site.shelf)
        page = papers.page(request, found, self._site.shelf)
        style: str = request.path_params["style"]
        if style not in CITATIONS:
            raise HTTPException(HTTPStatus.NOT_FOUND, "Citations are .bib or .ris files.")
        write, media_type = CITATIONS[style]
        cited = _cited(found, page.number)
        name = f'attachment; filename="{cited.key}.{style}"'
        return Response(write(cited), media_type=media_type, headers={"Content-Disposition": name})

    def find(self, request: Request) -> Response:
        """The pages of one paper that answer a search."""
        shelf = self._site.shelf
        found = papers.paper(request, shelf)
        text = request.query_params.get("q", "")[: q.MAX_LENGTH]
        fault: QueryError | None = None
        hits: Sequence[Hit] = ()
        try:
            hits = papers.find(found, text, shelf) if text.strip() else ()
        except QueryError as error:
            fault = error
        return self._site.page(
            "find.html",
            HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK,
            found=found,
            q=text,
            fault=fault,
            hits=hits[:FOUND],
            count=len(hits),
            pages=len(papers.lines(found, shelf)),
        )

    def comparison(self, request: Request) -> Response:
        return self._site.page(
            "comparison.html", compared=comparing.versions_asked(request, self._site.shelf)
        )


def _more_said(hits: Iterable[Hit]) -> list[str]:
    """The words of mentions that are counted and not kept: to be found in the paper."""
    return list(dict.fromkeys(hit.snippet[hit.mark_start : hit.mark_end] for hit in hits if hit.more))


def _citations(found: ShownPaper, page: int) -> dict[str, Any]:
    """The page in every style, and where a program that keeps references gets it."""
    cited = _cited(found, page)
    files = {"BibTeX": "bib", "RIS": "ris"}
    return {
        "cited": [(style, write(cited)) for style, write in citing.STYLES.items()],
        "files": {
            style: links.citation(found.document, page, name, found.version) for style, name in files.items()
        },
    }


def _cited(found: ShownPaper, page: int) -> Cited:
    assert found.revision is not None, "a page is of a version that we hold"
    row = found.row
    return Cited(
        body=found.body_name,
        committee=row.committee,
        day=row.meeting_date or row.published_on,
        title=row.title,
        pages=[page],
        url=row.url,
        captured_at=found.revision.fetched_at,
        sha256=found.revision.sha256,
        paper=found.document,
    )


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
        # Of words that are here and there, the sentence where most of them are close together.
        most = max(
            asked[:CANDIDATES], key=lambda span: sum(0 <= other[0] - span[0] < CLOSE for other in asked)
        )
        return snippets.around(page.text, *most).text
    return said[0].snippet if said else ""
