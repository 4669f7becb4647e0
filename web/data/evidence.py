"""An evidence pack of a paper or of one of its pages, for whoever does not trust this archive."""

from __future__ import annotations

import tempfile
from http import HTTPStatus
from importlib.metadata import version
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from pipeline.errors import ConfigError
from pipeline.evidence import pack
from pipeline.evidence.pictures import drawing
from web.parts import papers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.evidence.case import Case
    from web.site import Site

AT_ONCE = 2  # packs made
PATIENCE = 15.0  # seconds to wait for one's turn
MOST_PAGES = 60  # that one question may have drawn
MOST_BYTES = 300_000_000  # of originals in one pack
_CHUNK = 1 << 18


class EvidencePacks:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._turn = BoundedSemaphore(AT_ONCE)

    def answer(self, request: Request) -> Response:
        """As a file; `page` names the one page that it is to hold, `version` the paper's bytes."""
        found = papers.paper(request, self._site.shelf)
        asked = request.query_params.get("page", "")
        pages = [papers.page_number(asked)] if asked else []
        name = f"evidence-paper-{found.document}{f'-page-{pages[0]}' if pages else ''}.zip"
        sha256 = found.revision.sha256 if found.revision else ""
        return self._sent(name, lambda: self._site.shelf.evidence(found.document, sha256, pages))

    def of_pages(self, name: str, asked: str, places: Iterable[tuple[int, str, int]]) -> Response:
        """Of pages of several papers: paper, SHA-256, page; page 0 is all that is flagged in it."""
        return self._sent(name, lambda: self._site.shelf.evidence_of(asked, places))

    def _sent(self, name: str, case: Callable[[], Case]) -> Response:
        if not self._turn.acquire(timeout=PATIENCE):
            wait = "Many packs are asked for just now."
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, wait, {"Retry-After": "20"})
        try:
            file = self._made(case())
        except ConfigError as error:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"There is no evidence pack: {error}.") from error
        finally:
            self._turn.release()
        size = file.tell()
        file.seek(0)
        headers = {"Content-Length": str(size), "Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)

    def _made(self, case: Case) -> IO[bytes]:
        """A file without a name, so that nothing is left of it. Raises ConfigError."""
        if sum(len(paper.pages) for paper in case.papers) > MOST_PAGES:
            raise ConfigError(
                f"something is said on more than {MOST_PAGES} pages; each page has a pack of its own"
            )
        if pack.size_of_originals(case) > MOST_BYTES:
            raise ConfigError(
                "the originals are too large to send together. The person who runs the archive can make it"
            )
        file = tempfile.TemporaryFile()  # noqa: SIM115 - what sends it closes it
        try:
            draw = drawing(self._site.images.pictures)
            pack.write(case, file, version=version("paperwatch"), draw=draw)
        except BaseException:
            file.close()
            raise
        return file


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece
