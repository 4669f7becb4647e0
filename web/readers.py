"""Readers help themselves: sign up, confirm, see and change what they follow, stop, be forgotten.

Nobody logs in: a token in the address opens one reader's page and nothing else. A GET changes nothing, since
programs that look through mail follow every link; a POST acts. These pages are kept by no cache, told to no
other site and named in no search engine.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from pipeline.errors import ConfigError, QueryError
from web import links, wizard, words
from web.data.api import Json
from web.faults import DeadLink
from web.headers import PRIVATE
from web.limits import Limit
from web.parts import forms
from web.wizard import Wizard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from pipeline.model import Subscriber, WatchList
    from pipeline.ports import Readers
    from web.parts.forms import Form
    from web.site import Site

MENTIONS = 50
OF_A_STEP = ("cadence", "wording", "step")  # what an address has in addition to the list
FOR_GOOD = {"drop", "remove"}  # what is asked about before it is done
ONE_CLICK = "One-Click"
FEED_TYPES = {"atom": "application/atom+xml", "ics": "text/calendar; charset=utf-8"}
GONE = (
    "Copy the whole address from our message: it may have been cut short. If you deleted your details, "
    "sign up again to get alerts."
)
NOT_ASKED = (
    "Copy the whole address from our message: it may have been cut short. It works for 7 days; after that, "
    "sign up again."
)
NOT_STOPPED = (
    "We have stopped nothing. Copy the whole address from one of our messages: this one may have been cut "
    "short. If you deleted your details, we send you nothing more."
)


class ReaderPages:
    """The pages over `pipeline.ports.Readers`."""

    def __init__(self, readers: Readers, site: Site, searches: Limit) -> None:
        self._readers = readers
        self._site = site
        self._wizard = Wizard(readers, site)
        self._searches = searches  # a list that is tried out is a search, and a long one
        self._sign_ups = Limit(site.config.sign_ups_an_hour / 60, site.config.sign_ups_an_hour)

    # ---- signing up

    def watch(self, request: Request) -> Response:
        asked = request.query_params
        form: Form = {name: asked.getlist(name) for name in (*forms.OF_A_LIST, *OF_A_STEP)}
        step = wizard.step(form)
        if step == wizard.ALL:
            return self._watch_form(form, HTTPStatus.OK)
        if step != wizard.WORDS:
            self._searches.take(request)
        try:
            shown = self._wizard.shown(step, form)
        except (ConfigError, QueryError) as fault:
            return self._step(
                wizard.WORDS,
                form,
                HTTPStatus.BAD_REQUEST,
                fault,
                {"draft": forms.draft(wizard.with_wordings(form))},
            )
        return self._step(step, form, HTTPStatus.OK, None, shown)

    def _step(
        self, step: str, form: Form, status: HTTPStatus, fault: Exception | None, shown: dict[str, Any]
    ) -> Response:
        draft: WatchList = shown["draft"]
        return self._private(
            f"watch_{step}.html",
            status,
            carried=form if step == wizard.FOUND else wizard.with_wordings(form),
            fault=fault,
            **self._names(draft),
            **shown,
        )

    async def sign_up(self, request: Request) -> Response:
        of_this_site(request)
        form = await forms.form(request)
        return await run_in_threadpool(self._sign_up, request, form)

    def _sign_up(self, request: Request, form: Form) -> Response:
        address = forms.first_value(form, "address").strip()
        if forms.first_value(form, "act") == "another":
            return self._watch_form(form, HTTPStatus.OK)
        try:
            watch = forms.watch_list(form)
            if forms.first_value(form, "act") == "preview":
                self._searches.take(request)
                return self._watch_form(form, HTTPStatus.OK, preview=self._readers.preview(watch))
            cadence = forms.cadence(form)
            self._sign_ups.take(request)
            self._readers.sign_up(address, watch, cadence=cadence)
        except (ConfigError, QueryError) as fault:
            return self._watch_form(form, HTTPStatus.BAD_REQUEST, fault=fault)
        return self._private("asked.html", address=address)

    def _watch_form(self, form: Form, status: HTTPStatus, **more: Any) -> Response:
        context: dict[str, Any] = {"fault": None, "preview": None} | more
        draft = forms.draft(form)
        return self._private(
            "watch.html",
            status,
            form={name: forms.first_value(form, name) for name in ("address", "cadence")},
            draft=draft,
            **self._names(draft),
            **context,
        )

    # ---- confirming and stopping

    def confirmation(self, request: Request) -> Response:
        token: str = request.path_params["token"]
        asked = self._readers.asked(token)
        if asked is None:
            raise DeadLink(NOT_ASKED)
        return self._private("confirm.html", token=token, asked=asked, **self._names(asked.watch))

    def confirm(self, request: Request) -> Response:
        of_this_site(request)
        reader = self._readers.confirm(request.path_params["token"])
        if reader is None:
            raise DeadLink(NOT_ASKED)
        return self._back_to(reader.token, done="confirm")

    def stopping(self, request: Request) -> Response:
        token: str = request.path_params["token"]
        if not self._readers.can_stop(token):
            raise DeadLink(NOT_STOPPED)
        return self._private("stop.html", token=token, done=False)

    async def stop(self, request: Request) -> Response:
        """RFC 8058: a mail program posts here by itself. It is told that all is well where nobody is left."""
        token: str = request.path_params["token"]
        stopped = await run_in_threadpool(self._readers.unsubscribe, token)
        if not stopped and ONE_CLICK not in str(await forms.form(request)):
            raise DeadLink(NOT_STOPPED)
        return await run_in_threadpool(self._private, "stop.html", token=token, done=True)

    # ---- one's own page

    def own(self, request: Request) -> Response:
        token: str = request.path_params["token"]
        reader = self._readers.reader(token)
        if reader is None:
            raise DeadLink(GONE)
        asked = request.query_params
        edited = forms.whole_number({"watch": asked.getlist("edit")}, "watch")
        draft = next((watch for watch in reader.watch_lists if watch.id == edited), None)
        wanted: Form = {name: asked.getlist(name) for name in forms.OF_A_LIST}  # a link in a message
        if draft is None and any(wanted.values()):
            draft = forms.draft(wanted)
        return self._own(reader, HTTPStatus.OK, draft=draft, done=asked.get("done", ""))

    async def act(self, request: Request) -> Response:
        of_this_site(request)
        form = await forms.form(request)
        return await run_in_threadpool(self._act, request.path_params["token"], form)

    def _act(self, token: str, form: Form) -> Response:
        reader = self._readers.reader(token)
        if reader is None:
            raise DeadLink(GONE)
        act = forms.first_value(form, "act")
        if act in FOR_GOOD and not forms.first_value(form, "sure"):
            return self._are_you_sure(reader, act, forms.whole_number(form, "watch"))
        if act == "remove":
            self._readers.remove(token)
            return self._private("removed.html")
        if act == "another":
            return self._own(reader, HTTPStatus.OK, draft=forms.draft(form))
        try:
            self._change(reader, form)
        except (ConfigError, QueryError) as fault:
            draft = forms.draft(form) if act in {"add", "save"} else None
            return self._own(reader, HTTPStatus.BAD_REQUEST, fault, draft)
        changed = self._readers.reader(token) if act == "copy" else None
        return self._back_to(token, done=act, edit=changed.watch_lists[-1].id if changed else 0)

    def _are_you_sure(self, reader: Subscriber, act: str, number: int) -> Response:
        watch = next((watch for watch in reader.watch_lists if watch.id == number), None)
        names = self._names(*([watch] if watch else []))
        return self._private("sure.html", reader=reader, act=act, watch=watch, **names)

    def _back_to(self, token: str, *, done: str, edit: int = 0) -> Response:
        """To a reader's own page, which says what was done."""
        own = links.with_query(links.reader(token), done=done, edit=edit) + "#edit" * bool(edit)
        return RedirectResponse(self._site.prefix + own, HTTPStatus.SEE_OTHER, PRIVATE)

    def _change(self, reader: Subscriber, form: Form) -> None:
        """Raises ConfigError or QueryError for what cannot be."""
        watch = forms.whole_number(form, "watch")
        acts: Mapping[str, Callable[[], object]] = {
            "change": lambda: self._readers.change(
                reader.token,
                cadence=forms.cadence(form),
                zone=forms.first_value(form, "zone") or reader.zone,
                quiet=bool(forms.first_value(form, "quiet")),
            ),
            "add": lambda: self._readers.add_watch(reader.token, forms.watch_list(form)),
            "save": lambda: self._readers.change_watch(reader.token, forms.watch_list(form)),
            "pause": lambda: self._readers.pause_watch(reader.token, watch, paused=True),
            "unpause": lambda: self._readers.pause_watch(reader.token, watch, paused=False),
            "copy": lambda: self._readers.copy_watch(reader.token, watch),
            "drop": lambda: self._readers.drop_watch(reader.token, watch),
            "collect": lambda: self._readers.collections.start(reader.token, forms.first_value(form, "name")),
            "resume": lambda: self._readers.resume(reader.token),
            "stop": lambda: self._readers.unsubscribe(reader.stop_token),
        }
        act = acts.get(forms.first_value(form, "act"))
        if act is None:
            raise ConfigError("This form asks for something unknown.")
        act()

    def _own(
        self,
        reader: Subscriber,
        status: HTTPStatus,
        fault: Exception | None = None,
        draft: WatchList | None = None,
        done: str = "",
    ) -> Response:
        """`draft` is the list whose form is open: a new one has no id; `done` is the act that led here."""
        drafts = [draft] if draft else []
        return self._private(
            "reader.html",
            status,
            reader=reader,
            mentions=self._readers.mentions(reader.token, MENTIONS),
            digests=self._readers.digests(reader.token),
            fault=fault,
            collections=self._readers.collections.of_reader(reader.token),
            draft=draft,
            done=words.done(done, reader),
            **self._names(*reader.watch_lists, *drafts),
        )

    def export(self, request: Request) -> Response:
        """Everything that is held on a reader, as a file."""
        held = self._readers.export(request.path_params["token"])
        if held is None:
            raise DeadLink(GONE)
        attached = {"Content-Disposition": 'attachment; filename="what-we-hold-on-you.json"'}
        answer = Json(held)
        answer.headers.update(PRIVATE | attached)
        return answer

    def feed(self, request: Request) -> Response:
        """A list's own feed or calendar: its name is the secret."""
        token, kind = request.path_params["token"], request.path_params["kind"]
        content = self._readers.feed(token, kind) if kind in FEED_TYPES else None
        if content is None:
            raise DeadLink(GONE)
        return Response(content, media_type=FEED_TYPES[kind], headers={"X-Robots-Tag": "noindex"})

    def _names(self, *lists: WatchList) -> dict[str, Any]:
        """What topics, bodies and what these lists follow of bodies are called."""
        return {
            "concepts": self._site.shelf.concepts(),
            "bodies": self._site.shelf.bodies(),
            "areas": self._site.shelf.areas(),
            "part_names": self._readers.part_names({part for watch in lists for part in watch.parts}),
        }

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
