"""The papers' own bytes: always a download, never shown as a page of this site."""

from __future__ import annotations

import re
from contextlib import ExitStack
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from typing_extensions import override

from pipeline.errors import DamagedFileError
from web.parts import papers

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from pipeline.public_archive import PublicArchive

ENDINGS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "application/zip": ".zip",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/html": ".html",
    "text/plain": ".txt",
}
# Whatever a paper holds, it runs nothing here and reads nothing of this site.
HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
_UNSAFE = re.compile(r"[^\w .,()&+'-]+")
LONGEST_NAME = 100


class Files:
    def __init__(self, shelf: PublicArchive) -> None:
        self._shelf = shelf

    def original(self, request: Request) -> Response:
        found = papers.paper(request, self._shelf)
        if found.revision is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "We do not have a copy of this paper.")
        with ExitStack() as until_sent:
            try:
                path = until_sent.enter_context(self._shelf.original(found.revision.sha256))
            except DamagedFileError:
                raise HTTPException(HTTPStatus.NOT_FOUND, "Our copy of this paper is damaged.") from None
            except OSError:
                raise HTTPException(
                    HTTPStatus.NOT_FOUND, "Our copy of this paper is not where it should be."
                ) from None
            media_type = found.revision.media_type
            answer = _Opened(
                path,
                media_type=media_type if media_type in ENDINGS else "application/octet-stream",
                filename=file_name(found.row.title, media_type),
                headers=HEADERS,
                stat_result=path.stat(),
            )
            answer.until_sent = until_sent.pop_all()
            return answer


class _Opened(FileResponse):
    """Holds the file until it is sent, or until nobody waits for it."""

    until_sent: ExitStack

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.until_sent:
            await super().__call__(scope, receive, send)


def file_name(title: str, media_type: str) -> str:
    """A name that any file system takes: no path, no control, an ending that the type has."""
    ending = ENDINGS.get(media_type, "")
    name = " ".join(_UNSAFE.sub(" ", title).split()).strip(" .")
    if ending and name.lower().endswith(ending):
        name = name[: -len(ending)]
    return (name[:LONGEST_NAME].strip(" .") or "paper") + ending
