"""The archive's own log: its signed root, the key to check it with, the newest entries, proofs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from pipeline.archive_log import checkpoint
from pipeline.errors import ConfigError
from web.data.api import Json

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.archive_log.checkpoint import SignedRoot
    from web.site import Site

RECENT = 50
MOST = 1 << 62


class LogPages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def log(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        root = self._site.shelf.log_root()
        return self._site.page(
            "log.html",
            root=root,
            line=checkpoint.line(root),
            entries=self._site.shelf.log_entries(RECENT),
            ran_back=self._site.shelf.clock_ran_back(),
        )

    def log_json(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        root = self._site.shelf.log_root()
        return Json(
            {
                "signed": checkpoint.root_facts(root) if root else None,
                "entries": self._site.shelf.log_entries(RECENT),
                "ran_back": self._site.shelf.clock_ran_back(),
            }
        )

    def proof(self, request: Request) -> Response:
        """The proof of one entry in the log of the signed root."""
        return Json(self._proof(_within(request.path_params["number"]), self._root()))

    def consistency(self, request: Request) -> Response:
        """The proof that the log of an older size is the beginning of the log of the signed root."""
        root, old = self._root(), _within(request.path_params["size"])
        try:
            steps = self._site.shelf.log_consistency(old, root.size)
            before = self._site.shelf.log_root_at(old)
        except ConfigError as error:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"{error}.") from error
        return Json(
            {
                "old": f"{old}:{before.hex()}",
                "new": f"{root.size}:{root.root.hex()}",
                "proof": [step.hex() for step in steps],
            }
        )

    def _root(self) -> SignedRoot:
        root = self._site.shelf.log_root()
        if root is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "No root of the log was signed yet.")
        return root

    def _proof(self, number: int, root: SignedRoot) -> dict[str, Any]:
        try:
            found = self._site.shelf.log_proof(number, root.size)
        except ConfigError as error:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"{error}.") from error
        return {
            "entry": found.entry,
            "size": found.size,
            "root": found.root.hex(),
            "proof": [step.hex() for step in found.proof],
        }


def _within(number: int) -> int:
    """A number that a log could have. Raises HTTPException (404) for one that the database cannot hold."""
    if number >= MOST:
        raise HTTPException(HTTPStatus.NOT_FOUND, "The log has no entry of this number.")
    return number
