"""Pages as images: made once by whoever can (pipeline.ports.Pictures), then kept on disk."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from pipeline.errors import DamagedFileError, ExtractionError, PaperwatchError
from web import asking
from web.parts import papers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from starlette.requests import Request

    from pipeline.model import Page
    from pipeline.ports import Box, Pictures
    from pipeline.public_archive import PublicArchive

_log = logging.getLogger(__name__)

WIDTHS = {"page": 1_000, "small": 160}  # pixels
AT_ONCE = 2  # pages drawn
PATIENCE = 15.0  # seconds to wait for one's turn
MOST = 20_000  # images kept
MOST_BOXED = 100  # mentions on one page
REMEMBERED = 3_600.0  # seconds, for where the words of a page are: they stay there
SHOWABLE = "application/pdf"


class PageImages:
    """`folder` holds what can be made again: it may be emptied at any time."""

    def __init__(self, shelf: PublicArchive, pictures: Pictures | None, folder: Path | None) -> None:
        self._shelf = shelf
        self.pictures = pictures
        self._folder = folder
        self._turn = BoundedSemaphore(AT_ONCE)
        self._written = 0

    def can_show(self, media_type: str) -> bool:
        return self.pictures is not None and media_type == SHOWABLE

    def answer(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        size: str = request.path_params["size"]
        number = asking.number(request, "number")
        revision = found.revision
        if size not in WIDTHS or revision is None or not self.can_show(revision.media_type):
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no picture of this page.")
        image = self._image(revision.sha256, number, WIDTHS[size])
        # The address names the bytes it shows, so it never shows others.
        lasting = "public, max-age=31536000, immutable" if request.query_params.get("version") else "no-cache"
        return Response(image, media_type="image/png", headers={"Cache-Control": lasting})

    def boxes(self, page: Page, spans: Sequence[tuple[int, int]]) -> Sequence[Box]:
        """Where these words are; nothing where that cannot be told."""
        if not spans:
            return ()
        asked = tuple(spans[:MOST_BOXED])
        try:
            # The file is read for it: that takes longer than all else of the page.
            name = "boxes", page.sha256, page.number, page.extractor, asked
            return self._shelf.recall(name, lambda: self._boxes(page, asked), REMEMBERED)
        except (PaperwatchError, FileNotFoundError, TimeoutError) as error:
            _log.warning("page %d of %s: no boxes: %s", page.number, page.sha256, error)
            return ()

    def _boxes(self, page: Page, spans: Sequence[tuple[int, int]]) -> Sequence[Box]:
        assert self.pictures is not None, "asked only for what can be shown"
        if not self._turn.acquire(timeout=PATIENCE):
            raise TimeoutError("many pages are asked for just now")
        try:
            with self._shelf.original(page.sha256) as path:
                return self.pictures.boxes(path, page, spans)
        finally:
            self._turn.release()

    def _image(self, sha256: str, number: int, width: int) -> bytes:
        kept = self._folder / sha256[:2] / f"{sha256}-{number}-{width}.png" if self._folder else None
        if kept:
            with suppress(OSError):
                return kept.read_bytes()
        image = self._drawn(sha256, number, width)
        if kept:
            with suppress(OSError):  # a full disk keeps nobody from reading
                self._keep(kept, image)
        return image

    def _drawn(self, sha256: str, number: int, width: int) -> bytes:
        assert self.pictures is not None, "asked only for what can be shown"
        if not self._turn.acquire(timeout=PATIENCE):
            raise HTTPException(
                HTTPStatus.SERVICE_UNAVAILABLE, "Many pages are asked for just now.", {"Retry-After": "10"}
            )
        try:
            with self._shelf.original(sha256) as path:
                return self.pictures.picture(path, number, width)
        except (ExtractionError, DamagedFileError, FileNotFoundError) as error:
            _log.warning("page %d of %s: no picture: %s", number, sha256, error)
            raise HTTPException(HTTPStatus.NOT_FOUND, "This page cannot be shown as a picture.") from None
        finally:
            self._turn.release()

    def _keep(self, path: Path, image: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{secrets.token_hex(8)}")
        temporary.write_bytes(image)
        os.replace(temporary, path)  # noqa: PTH105 - Path.replace does the same; this names what counts
        self._written += 1
        if self._written % 500 == 0:
            self._thin_out()

    def _thin_out(self) -> None:
        assert self._folder is not None, "something was kept in it"
        kept = sorted(self._folder.glob("??/*.png"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-MOST]:
            path.unlink(missing_ok=True)
