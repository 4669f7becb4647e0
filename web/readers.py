"""Readers help themselves: sign up, confirm, see and change what they follow, stop, be forgotten.

Nobody logs in: a token in the address opens one reader's page and nothing else. A GET changes nothing, since
programs that look through mail follow every link; a POST acts. These pages are kept by no cache, told to no
other site and named in no search engine.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse

from pipeline.errors import ConfigError, QueryError
from pipeline.model import Cadence, DocumentKind, WatchList
from web import links
from web.data.api import Json
from web.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.model import Subscriber
    from pipeline.ports import Readers
    from web.site import Site

LONGEST_FORM = 20_000  # bytes
MENTIONS = 50
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
FEED_TYPES = {"atom": "application/atom+xml", "ics": "text/calendar; charset=utf-8"}
GONE = "This link does not work or has expired. Sign up again to get a new one."

Form = dict[str, list[str]]


class ReaderPages:
    """The pages over `pipeline.ports.Readers`. `feeds` is the folder of the lists' own feeds."""

    def __init__(self, readers: Readers, site: Site, feeds: Path | None, searches: Limit) -> None:
        self._readers = readers
        self._site = site
        self._feeds = feeds
        self._searches = searches  # a list that is tried out is a search, and a long one
        self._sign_ups = Limit(site.config.sign_ups_an_hour / 60, site.config.sign_ups_an_hour)

    # ---- signing up

    def watch(self, request: Request) -> Response:
        asked = request.query_params
        form: Form = {name: asked.getlist(name) for name in ("q", "concept", "body", "cadence")}
        return self._watch_form(form, HTTPStatus.OK)

    async def sign_up(self, request: Request) -> Response:
        of_this_site(request)
        form = await _form(request)
        return await run_in_threadpool(self._sign_up, request, form)

    def _sign_up(self, request: Request, form: Form) -> Response:
        address = _first(form, "address").strip()
        try:
            watch = _watch_list(form)
            if _first(form, "act") == "preview":
                self._searches.take(request)
                return self._watch_form(form, HTTPStatus.OK, preview=self._readers.preview(watch))
            cadence = _cadence(form)
            self._sign_ups.take(request)
            self._readers.sign_up(address, watch, cadence=cadence)
        except (ConfigError, QueryError) as fault:
            return self._watch_form(form, HTTPStatus.BAD_REQUEST, fault=fault)
        return self._private("asked.html", address=address)

    def _watch_form(self, form: Form, status: HTTPStatus, **more: Any) -> Response:
        context: dict[str, Any] = {"fault": None, "preview": None} | more
        return self._private(
            "watch.html",
            status,
            form={name: _first(form, name) for name in ("q", "name", "address", "cadence")},
            chosen=form.get("concept", []),
            followed=form.get("body", []),
            concepts=self._site.shelf.concepts(),
            bodies=self._site.shelf.bodies(),
            **context,
        )

    # ---- confirming and stopping

    def confirmation(self, request: Request) -> Response:
        token: str = request.path_params["token"]
        watch = self._readers.asked(token)
        if watch is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, GONE, PRIVATE)
        return self._private("confirm.html", token=token, watch=watch, **self._names())

    def confirm(self, request: Request) -> Response:
        of_this_site(request)
        reader = self._readers.confirm(request.path_params["token"])
        if reader is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, GONE, PRIVATE)
        return RedirectResponse(self._site.prefix + links.reader(reader.token), HTTPStatus.SEE_OTHER, PRIVATE)

    def stopping(self, request: Request) -> Response:
        return self._private("stop.html", token=request.path_params["token"], done=False)

    def stop(self, request: Request) -> Response:
        """RFC 8058: a mail program posts here by itself. An unknown token is answered alike."""
        self._readers.unsubscribe(request.path_params["token"])
        return self._private("stop.html", token=request.path_params["token"], done=True)

    # ---- one's own page

    def own(self, request: Request) -> Response:
        token: str = request.path_params["token"]
        reader = self._readers.reader(token)
        if reader is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, GONE, PRIVATE)
        return self._own(reader, HTTPStatus.OK)

    async def act(self, request: Request) -> Response:
        of_this_site(request)
        form = await _form(request)
        return await run_in_threadpool(self._act, request.path_params["token"], form)

    def _act(self, token: str, form: Form) -> Response:
        reader = self._readers.reader(token)
        if reader is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, GONE, PRIVATE)
        if _first(form, "act") == "remove":
            self._readers.remove(token)
            return self._private("removed.html")
        try:
            self._change(reader, form)
        except (ConfigError, QueryError) as fault:
            return self._own(reader, HTTPStatus.BAD_REQUEST, fault)
        return RedirectResponse(self._site.prefix + links.reader(token), HTTPStatus.SEE_OTHER, PRIVATE)

    def _change(self, reader: Subscriber, form: Form) -> None:
        """Raises ConfigError or QueryError for what cannot be."""
        acts: Mapping[str, Callable[[], object]] = {
            "change": lambda: self._readers.change(
                reader.token,
                cadence=_cadence(form),
                zone=_first(form, "zone") or reader.zone,
                quiet=bool(_first(form, "quiet")),
            ),
            "add": lambda: self._readers.add_watch(reader.token, _watch_list(form)),
            "drop": lambda: self._readers.drop_watch(reader.token, _number(form, "watch")),
            "resume": lambda: self._readers.resume(reader.token),
            "stop": lambda: self._readers.unsubscribe(reader.stop_token),
        }
        act = acts.get(_first(form, "act"))
        if act is None:
            raise ConfigError("This form asks for something unknown.")
        act()

    def _own(self, reader: Subscriber, status: HTTPStatus, fault: Exception | None = None) -> Response:
        return self._private(
            "reader.html",
            status,
            reader=reader,
            mentions=self._readers.mentions(reader.token, MENTIONS),
            fault=fault,
            has_feeds=self._feeds is not None,
            **self._names(),
        )

    def export(self, request: Request) -> Response:
        """Everything that is held on a reader, as a file."""
        held = self._readers.export(request.path_params["token"])
        if held is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, GONE, PRIVATE)
        attached = {"Content-Disposition": 'attachment; filename="what-we-hold-on-you.json"'}
        answer = Json(held)
        answer.headers.update(PRIVATE | attached)
        return answer

    def feed(self, request: Request) -> Response:
        """A list's own feed or calendar: its name is the secret."""
        token, kind = request.path_params["token"], request.path_params["kind"]
        name = f"{token}.{kind}"
        known = (
            self._feeds is not None
            and kind in FEED_TYPES
            and token.replace("-", "").replace("_", "").isalnum()
        )
        path = self._feeds / name if self._feeds is not None else None
        if not known or path is None or not path.is_file():
            raise HTTPException(HTTPStatus.NOT_FOUND, GONE, PRIVATE)
        return FileResponse(path, media_type=FEED_TYPES[kind], headers={"X-Robots-Tag": "noindex"})

    def _names(self) -> dict[str, Any]:
        return {"concepts": self._site.shelf.concepts(), "bodies": self._site.shelf.bodies()}

    def _private(self, template: str, status: HTTPStatus = HTTPStatus.OK, **context: Any) -> Response:
        answer = self._site.page(template, status, **context)
        answer.headers.update(PRIVATE)
        return answer


def of_this_site(request: Request) -> None:
    """Raises HTTPException for a form that another site made a reader's browser send.

    Stopping is not asked this: RFC 8058 lets a mail program post from wherever it is.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(
            HTTPStatus.FORBIDDEN, "Another site sent this form. Open the page here and use its own.", PRIVATE
        )


async def _form(request: Request) -> Form:
    """A small form, as browsers send it without JavaScript. Raises HTTPException for anything else."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_FORM:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This form is too large.")
    try:
        return parse_qs(body.decode("ascii"), max_num_fields=500, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "This form could not be read.") from None


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, [])), "")


def _number(form: Form, name: str) -> int:
    value = _first(form, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _cadence(form: Form) -> Cadence:
    value = _first(form, "cadence") or Cadence.WEEKLY.value
    if value not in set(Cadence):
        raise ConfigError("Choose immediate, daily, weekly or monthly.")
    return Cadence(value)


def _watch_list(form: Form) -> WatchList:
    kinds = [kind for kind in form.get("kind", []) if kind in set(DocumentKind)]
    return WatchList(
        name=_first(form, "name"),
        query=_first(form, "q").strip(),
        concepts=tuple(filter(None, form.get("concept", []))),
        bodies=tuple(filter(None, form.get("body", []))),
        kinds=tuple(map(DocumentKind, kinds)),
    )
