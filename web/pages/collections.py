"""Collections: a reader saves pages with notes and tags, shares them and takes them along.

Nobody logs in here either: the key in the address opens one collection to its reader. A shared one has
another address, which says nothing of whose it is. Neither can be guessed. The form to save a page asks for
the collection's own address; where its reader ticks so, the browser keeps it in a cookie that goes to that
form alone.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from pipeline.errors import ConfigError
from pipeline.evidence import citing
from pipeline.evidence.collection import PageAddress, Sharing, addresses, tags_of
from pipeline.text.foreign import one_line
from web import asking, links
from web.data.api import csv_file
from web.faults import DeadLink
from web.headers import PRIVATE
from web.parts import forms
from web.readers import of_this_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.requests import Request

    from pipeline.evidence.collection import Collection, SavedPage
    from pipeline.model import Hit
    from pipeline.ports import Readers
    from web.data.evidence import EvidencePacks
    from web.parts.forms import Form
    from web.site import Site

REMEMBERED = "collection"  # the cookie
KEPT = 365 * 24 * 3600  # seconds
TYPED = ("act", "item", "name", "note", "tags", "pages", "sharing")
AT_A_TIME = 100  # pages of a collection on one page
LONGEST_FORM = 600_000  # bytes: the addresses of a full collection
COLUMNS = (
    "number", "body", "body_name", "committee", "meeting_date", "published_on", "title", "page", "url",
    "address", "sha256", "captured_at", "note", "tags", "saved_at", "citation",
)  # fmt: skip
GONE = "The collection is not shared, or no longer shared."
NO_COLLECTION = "Copy the whole address of the collection. If you deleted it, it is gone."


class CollectionPages:
    def __init__(self, readers: Readers, site: Site, packs: EvidencePacks) -> None:
        self._collections = readers.collections
        self._site = site
        self._packs = packs

    # ---- to everybody

    def public(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        return self._site.page("collections.html", collections=self._collections.public())

    def shared(self, request: Request) -> Response:
        found = self._shared(request)
        return self._headed(found, self._page(request, found, own=False))

    def shared_file(self, request: Request) -> Response:
        found = self._shared(request)
        return self._headed(found, self._file(request, found))

    def _shared(self, request: Request) -> Collection:
        found = self._collections.of_share(request.path_params["share"])
        if found is None:
            raise DeadLink(GONE)
        return found

    def _headed(self, found: Collection, answer: Response) -> Response:
        if found.sharing is not Sharing.PUBLIC:
            answer.headers.update(PRIVATE)
        return answer

    # ---- to its reader

    def own(self, request: Request) -> Response:
        return self._private(self._page(request, self._own(request), own=True))

    def own_file(self, request: Request) -> Response:
        return self._private(self._file(request, self._own(request)))

    def _own(self, request: Request) -> Collection:
        found = self._collections.of_key(request.path_params["key"])
        if found is None:
            raise DeadLink(NO_COLLECTION)
        return found

    async def act(self, request: Request) -> Response:
        of_this_site(request)
        form = await forms.form(request, LONGEST_FORM)
        return await run_in_threadpool(self._act, request, form)

    def _act(self, request: Request, form: Form) -> Response:
        found = self._own(request)
        item = forms.whole_number(form, "item")
        asked = {name: forms.first_value(form, name) for name in TYPED}
        acts: Mapping[str, Callable[[], object]] = {
            "rename": lambda: self._collections.rename(found.id, asked["name"], asked["note"]),
            "add": lambda: self._collections.add(
                found.id,
                addresses(asked["pages"], self._site.config.base_url),
                asked["note"],
                tags_of(asked["tags"]),
            ),
            "annotate": lambda: self._collections.annotate(
                found.id, item, asked["note"], tags_of(asked["tags"])
            ),
            "drop": lambda: self._collections.drop(found.id, item),
            "share": lambda: self._collections.share(found.id, _sharing(asked["sharing"])),
        }
        act = acts.get(asked["act"], _unknown)
        if asked["act"] == "delete" and not forms.first_value(form, "sure"):
            return self._private(self._site.page("collection_sure.html", collection=found))
        if asked["act"] == "delete":
            self._collections.delete(found.id)
            return self._private(self._site.page("collection_gone.html", name=found.name))
        try:
            act()
        except ConfigError as fault:
            bad = HTTPStatus.BAD_REQUEST
            return self._private(self._page(request, found, own=True, status=bad, fault=fault, typed=asked))
        return RedirectResponse(
            self._site.prefix + links.collection(found.key), HTTPStatus.SEE_OTHER, PRIVATE
        )

    # ---- saving a page from where it is read

    def saving(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("paper", "page", "version")}
        found = self._collections.of_key(request.cookies.get(REMEMBERED, ""))
        if found:
            own = links.absolute(self._site.base(request), links.collection(found.key))
            asked |= {"collection": own, "remember": "1"}
        return self._save_form(asked)

    async def save(self, request: Request) -> Response:
        of_this_site(request)
        form = await forms.form(request)
        return await run_in_threadpool(self._save, request, form)

    def _save(self, request: Request, form: Form) -> Response:
        asked = {
            name: forms.first_value(form, name)
            for name in ("paper", "page", "version", "collection", "note", "tags", "remember")
        }
        key = urlsplit(asked["collection"].strip()).path.rstrip("/").rpartition("/")[2]
        try:
            found = self._collections.of_key(key) or _none_there()
            self._collections.add(found.id, [_address(form)], asked["note"], tags_of(asked["tags"]))
        except ConfigError as fault:
            return self._save_form(asked, HTTPStatus.BAD_REQUEST, fault)
        answer = RedirectResponse(
            self._site.prefix + links.collection(found.key), HTTPStatus.SEE_OTHER, PRIVATE
        )
        if asked["remember"] or REMEMBERED in request.cookies:
            answer.set_cookie(
                REMEMBERED,
                found.key if asked["remember"] else "",
                max_age=KEPT if asked["remember"] else 0,
                path=f"{self._site.prefix}/save",
                secure=self._site.base(request).startswith("https:"),
                httponly=True,
                samesite="lax",
            )
        return answer

    def _save_form(
        self, asked: dict[str, str], status: HTTPStatus = HTTPStatus.OK, fault: Exception | None = None
    ) -> Response:
        number = forms.whole_number({"paper": [asked["paper"]]}, "paper")
        paper = self._site.shelf.paper(number) if number else None
        if paper is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no paper of this number.", PRIVATE)
        typed = {"collection": "", "note": "", "tags": "", "remember": "", **asked}
        return self._private(self._site.page("save.html", status, paper=paper, asked=typed, fault=fault))

    # ---- what both see

    def _page(
        self,
        request: Request,
        found: Collection,
        *,
        own: bool,
        status: HTTPStatus = HTTPStatus.OK,
        fault: Exception | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        number = asking.result_page(request, -(-max(found.pages, 1) // AT_A_TIME))
        pages = self._collections.pages(found.id, AT_A_TIME, (number - 1) * AT_A_TIME)
        return self._site.page(
            "collection.html",
            status,
            collection=found,
            own=own,
            here=links.collection(found.key) if own else links.shared(found.share),
            shared_at=links.absolute(self._site.base(request), links.shared(found.share)),
            pages=pages,
            quotes=self._quotes(pages),
            number=number,
            more=found.pages > number * AT_A_TIME,
            fault=fault,
            typed=typed or {},
        )

    def _quotes(self, pages: Iterable[SavedPage]) -> dict[tuple[str, int], Hit]:
        """The first mention on each saved page, or in each saved paper, of those that have one."""
        quotes: dict[tuple[str, int], Hit] = {}
        for hit in self._site.shelf.hits(*{page.sha256 for page in pages if page.cited}):
            quotes.setdefault((hit.sha256, hit.page), hit)
            quotes.setdefault((hit.sha256, 0), hit)
        return quotes

    def _file(self, request: Request, found: Collection) -> Response:
        match request.path_params["kind"]:
            case "csv":
                return self._csv(request, found)
            case "md":
                return self._markdown(request, found)
            case "zip":
                pages = self._collections.pages(found.id)
                places = ((each.document, each.sha256, each.page) for each in pages)
                asked = f"the collection {one_line(found.name)}"
                return self._packs.of_pages(f"evidence-collection-{found.id}.zip", asked, places)
        raise HTTPException(
            HTTPStatus.NOT_FOUND, "A collection can be downloaded as CSV, Markdown or an evidence pack."
        )

    def _csv(self, request: Request, found: Collection) -> Response:
        rows = [
            [
                number, page.body, page.body_name, page.committee, page.meeting_date, page.published_on,
                page.title, page.page or "", page.url, self._address_of(request, page), page.sha256,
                page.captured_at or "", page.note, ", ".join(page.tags), page.saved_at,
                citing.plain(page.cited) if page.cited else "",
            ]
            for number, page in enumerate(self._collections.pages(found.id), 1)
        ]  # fmt: skip
        return csv_file("collection.csv", [COLUMNS, *rows])

    def _markdown(self, request: Request, found: Collection) -> Response:
        lines = [f"# {_md(found.name)}", ""]
        lines += [_md(found.note), ""] if found.note else []
        for number, page in enumerate(self._collections.pages(found.id), 1):
            cited = page.cited
            said = (
                _md(citing.plain(cited))
                if cited
                else f"{_md(page.title)}. This archive does not show it any more."
            )
            lines.append(f"{number}. {said} [Kept here]({self._address_of(request, page)})")
            lines += [f"   {_md(line)}" for line in ("", page.note) if page.note]
            lines += ["", f"   Tags: {_md(', '.join(page.tags))}"] if page.tags else []
        text = "\n".join(lines) + "\n"
        headers = {"Content-Disposition": 'attachment; filename="collection.md"'}
        return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)

    def _address_of(self, request: Request, page: SavedPage) -> str:
        return links.absolute(self._site.base(request), links.saved(page))

    def _private(self, answer: Response) -> Response:
        answer.headers.update(PRIVATE)
        return answer


def _unknown() -> None:
    raise ConfigError("This form asks for something unknown.")


def _none_there() -> NoReturn:
    raise ConfigError("Enter the address of your collection, as its own page shows it.")


def _sharing(value: str) -> Sharing:
    if value not in set(Sharing):
        raise ConfigError(
            "Choose who can see the collection: nobody, people who have its secret address, or everyone."
        )
    return Sharing(value)


def _address(form: Form) -> PageAddress:
    document, page = forms.whole_number(form, "paper"), forms.whole_number(form, "page")
    return PageAddress(document=document, page=page, version=forms.first_value(form, "version"))


def _md(text: str) -> str:
    """Foreign words in one line of Markdown, where none of them is markup."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|!~" else sign for sign in one_line(text))
