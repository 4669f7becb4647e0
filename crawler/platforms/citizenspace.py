"""Citizen Space (Delib): the consultation hub of NHS England and of many councils and ICBs.

The public API comes first: one list for each state, with everything in it, no paging and no key. Where it is
off, the finder's page gives titles, addresses and dates, and the consultation's own page is the paper.

A consultation opens and closes. One that says neither, or that runs for more than a year, is a standing page
("tell us what you think of our service") and left out. Names and addresses of contacts are not kept.

Traps: filters that the API does not know are silently ignored, so the state of each row is checked; the
reference of the API prints other field names than it answers with; titles carry stray blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.platforms.papers.wording.addresses import is_file_address
from crawler.platforms.shared.dates import parse_date
from crawler.platforms.shared.json_answer import JsonValue, facts, json_answer, spoken
from crawler.platforms.shared.listed_meeting import window_of
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_patterns, is_wanted, with_query
from crawler.platforms.shared.select import Element, ParsedPage, base_url, html_page, text_of, title_of
from crawler.platforms.shared.web_address import canonical_url
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STATES = ("open", "forthcoming", "closed")
_LONGEST = timedelta(days=366)  # what runs longer is a standing page
_OPENS = re.compile(r"\bopen(?:s|ed|ing date)\b:?", re.IGNORECASE)
_CLOSES = re.compile(r"\bclos(?:es|ed|ing date)\b:?", re.IGNORECASE)
_NEXT = re.compile(r"\bnext\b", re.IGNORECASE)
_NOT_A_DEPARTMENT = frozenset({"api", "consultation_finder", "we_asked_you_said", "support", "login_form"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    states: tuple[str, ...] = ("open", "forthcoming")  # and "closed": those that closed within the window
    include: str = ""  # only consultations whose title matches
    exclude: str = ""  # none whose title matches

    def __post_init__(self) -> None:
        if not self.states or any(state not in _STATES for state in self.states):
            raise ValueError(f"states: {self.states!r} are not of {', '.join(_STATES)}")
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    for state in Options(**source.options).states:
        context = {"since": since.isoformat(), "until": until.isoformat(), "state": state}
        finder = with_query(
            f"{base_url(source)}consultation_finder/",
            sort_on="iconsultable_enddate",
            sort_order="ascending",
            advanced=1,
            st=state,
        )
        closed = {"dk": "cl", "fd": f"{since:%d/%m/%Y}", "td": f"{until:%d/%m/%Y}"}
        yield Fetch(
            url=with_query(
                f"{base_url(source)}api/2.4/json_search_results",
                st=state,
                fields="all",
                **(closed if state == "closed" else {}),
            ),
            step="search",
            context=context,
            otherwise=Fetch(url=finder, step="finder", context=context),
        )


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    match fetch.step:
        case "search":
            yield from _search(source, fetch, capture)
        case "details":
            yield from _consultation(source, json_answer(source, capture))
        case _:
            yield from _finder(source, fetch, html_page(source, capture))


def _search(source: Source, fetch: Fetch, capture: Capture) -> Iterator[Found]:
    options = Options(**source.options)
    since, until = window_of(fetch.context)
    seen: set[str] = set()
    for each in json_answer(source, capture).rows():
        key = _key(each)
        if (state := each.text("status")) != fetch.context["state"]:
            raise each.at("status").error(
                f"the state asked for, {fetch.context['state']}", state or "nothing"
            )
        opens, closes = each.day("startdate"), each.day("enddate")
        if key in seen or not is_wanted(
            each.title("title"), include=options.include, exclude=options.exclude
        ):
            continue
        seen.add(key)
        if not _is_standing(opens, closes) and _within(state, closes, since, until):
            yield from _consultation(source, each)


def _consultation(source: Source, answer: JsonValue) -> Iterator[Found]:
    """One consultation; where the list kept its papers back, they are asked for."""
    key = _key(answer)
    url = f"{base_url(source)}{key}/"
    opens, closes = answer.day("startdate"), answer.day("enddate")
    public = answer.text("visibility") in {"", "public"}
    document = Document(
        source_id=source.id,
        key=key,
        title=answer.title("title") or key,
        kind=DocumentKind.CONSULTATION,
        url=url if public else "",
        published_on=opens,
        closes_on=closes,
        restricted=not public,
        is_page=public,
    )
    if not public:
        yield document
        return
    if "supporting_documents" not in answer.value and "details" not in answer.url:
        department, name = key.split("/")
        yield Fetch(
            url=with_query(
                f"{base_url(source)}api/2.4/json_consultation_details", dept=department, id=name, fields="all"
            ),
            step="details",
        )
    items = [
        Item(title="", paragraphs=facts(("Opens", spoken(opens)), ("Closes", spoken(closes)))),
        Item(title="Overview", paragraphs=answer.paragraphs("overview")),
        Item(title="Why we are consulting", paragraphs=answer.paragraphs("why")),
        Item(title="What happens next", paragraphs=answer.paragraphs("what_happens_next")),
    ]
    told = [item for item in items if item.paragraphs]
    yield Embedded(document=document, body=meeting_text(document.title, told)) if told else document
    seen: set[str] = set()
    for each in answer.children("supporting_documents"):
        link = each.link("url")
        if link and canonical_url(link) not in seen:
            seen.add(canonical_url(link))
            yield Document(
                source_id=source.id,
                key=f"{key}/{canonical_url(link)}",
                title=each.title("title") or document.title,
                kind=DocumentKind.CONSULTATION,
                url=link,
                published_on=opens,
                is_page=_is_page(source, link),
            )


def _finder(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    """Titles, addresses and dates are all that is sure of this page: each hub dresses it in its own way."""
    options = Options(**source.options)
    since, until = window_of(fetch.context)
    state = fetch.context["state"]
    if not page.every("form[action*=consultation_finder], a[href*=consultation_finder]"):
        raise page.error("consultation_finder", "the finder of a hub", "another page")
    seen: set[str] = set()
    for anchor in page.every("a[href]"):
        key, title = _key_in(source, page.link(anchor)), title_of(text_of(anchor))
        opens, closes = _dates_beside(source, page, anchor)
        if not key or key in seen or not title or not closes:
            continue
        seen.add(key)
        if _is_standing(opens, closes) or not _within(state, closes, since, until):
            continue
        if is_wanted(title, include=options.include, exclude=options.exclude):
            yield Document(
                source_id=source.id,
                key=key,
                title=title,
                kind=DocumentKind.CONSULTATION,
                url=f"{base_url(source)}{key}/",
                published_on=opens,
                closes_on=closes,
                is_page=True,
            )
    yield from _following(fetch, page)


def _following(fetch: Fetch, page: ParsedPage) -> Iterator[Fetch]:
    """The finder's next page; the engine asks for none twice."""
    for anchor in page.every("a[href*=b_start]"):
        if _NEXT.search(text_of(anchor)) and (url := page.link(anchor)):
            yield Fetch(url=url, step=fetch.step, context=fetch.context)
            return


def _key(answer: JsonValue) -> str:
    """Department and name: the consultation's address within its hub."""
    department, name = answer.text("dept"), answer.text("id")
    if not re.fullmatch(r"[\w.~-]+", department) or not re.fullmatch(r"[\w.~-]+", name):
        raise answer.error("dept and id", f"{department or 'nothing'} and {name or 'nothing'}")
    return f"{department}/{name}"


def _key_in(source: Source, url: str) -> str:
    """The same, from an address; "" for one that is no consultation's."""
    base = base_url(source)
    if canonical_url(url).partition("/")[0] != canonical_url(base).partition("/")[0]:
        return ""
    path = unquote(urlsplit(url).path).removeprefix(urlsplit(base).path.rstrip("/"))
    parts = [part for part in path.split("/") if part and part != "consult_view"]
    if len(parts) != 2 or parts[0] in _NOT_A_DEPARTMENT:
        return ""
    return "/".join(parts) if all(re.fullmatch(r"[\w.~-]+", part) for part in parts) else ""


def _dates_beside(source: Source, page: ParsedPage, anchor: Element) -> tuple[date | None, date | None]:
    """When it opens and closes, as printed around its link and no other's."""
    for around in anchor.iterancestors():
        if len({key for link in around.iter("a") if (key := _key_in(source, page.link(link)))}) > 1:
            break
        text = text_of(around)
        if closes := _CLOSES.search(text):
            opens = _OPENS.search(text)
            return parse_date(text[opens.end() :]) if opens else None, parse_date(text[closes.end() :])
    return None, None


def _is_standing(opens: date | None, closes: date | None) -> bool:
    return opens is None or closes is None or closes - opens > _LONGEST


def _within(state: str, closes: date | None, since: date, until: date) -> bool:
    """What is open is looked at until it closes; what has closed, within the window."""
    return state != "closed" or (closes is not None and since <= closes <= until)


def _is_page(source: Source, url: str) -> bool:
    """Papers of a hub end in `…/supporting_documents/namepdf`, without a dot."""
    on_hub = canonical_url(url).startswith(canonical_url(base_url(source)).rstrip("/"))
    return not (is_file_address(url) or (on_hub and "/supporting_documents/" in url) or "user_uploads" in url)
