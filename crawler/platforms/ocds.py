"""Notices of public contracts in the Open Contracting Data Standard: Find a Tender and Contracts Finder.

A notice never changes once it is out: a correction is a notice of its own, with the same ocid. So a notice is
a paper, its text made from what the release says, and nothing is called withdrawn. The services cannot be
searched by word; they are read window by window, and what a line watches for is kept.

Traps: Find a Tender allows 12 requests in 2 minutes, and loses releases from windows longer than 6 hours or
so; Contracts Finder says 403 where it means "wait 5 minutes", takes windows of up to 15 days, and sends
ISO-8859-1. Both ignore parameters that they do not know, so the dates of an answer are checked. A release
names people to ask: they are not kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from crawler.platforms.json_answer import Answer, facts, json_answer, nested, spoken
from crawler.platforms.meeting_text import Item, meeting_text
from crawler.platforms.select import base_url
from crawler.platforms.wanted import asked, check_patterns, is_wanted
from crawler.platforms.web_address import canonical, clean_url
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How one of the services is asked."""

    path: str
    since: str  # its names for the two ends of a window
    until: str
    hours: int  # the longest window that is safe
    format: str  # of the two ends
    notice: str  # where a person reads it; {id} is the release's, {guid} the last part of its ocid


SERVICES = {
    "find-a-tender": Service(
        path="api/1.0/ocdsReleasePackages",
        since="updatedFrom",
        until="updatedTo",
        hours=6,
        format="%Y-%m-%dT%H:%M:%SZ",
        notice="Notice/{id}",
    ),
    "contracts-finder": Service(
        path="Published/Notices/OCDS/Search",
        since="publishedFrom",
        until="publishedTo",
        hours=24 * 15,
        format="%Y-%m-%d",
        notice="Notice/{guid}",
    ),
}
# Frameworks and contracts for whole systems of care. A bare "ICP" means three things and is not among them.
_FRAMEWORKS_AND_CONTRACTS = (
    r"health systems? support framework",
    r"\bHSSF\b",
    r"integrated care (?:provider|system|partnership|organisation|board|alliance)",
    r"integrated health organisation",
    r"accountable care",
    r"multi-?special(?:ty|ity) community provider",
    r"primary and acute care system",
    r"whole population",
    r"\bcapitat",
    r"year of care",
    r"neighbourhood (?:health )?(?:provider|service)",
    r"population health (?:management|delivery)",
    r"outcomes?[- ]based contract",
    r"prime (?:provider|contractor)",
)
WHOLE_SYSTEMS = "|".join(_FRAMEWORKS_AND_CONTRACTS)
_LIMIT = 100  # releases in an answer
_DEEPEST = 100  # pages of one window
_GUID = re.compile(r"ocds-[a-z0-9]{6}-(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    service: str = "find-a-tender"
    include: str = (
        WHOLE_SYSTEMS  # only notices whose title, description, buyer or suppliers match; "" for all
    )
    exclude: str = ""  # none that match

    def __post_init__(self) -> None:
        if self.service not in SERVICES:
            raise ValueError(f"service: {self.service!r} is not one of {', '.join(SERVICES)}")
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    """A request for each window, up to the night before `until`: today's notices are not all out yet."""
    service = SERVICES[Options(**source.options).service]
    step = timedelta(hours=service.hours)
    begin, end = datetime.combine(since, time()), datetime.combine(until, time())
    while begin < end:
        stop = min(begin + step, end)
        first, last = begin.strftime(service.format), stop.strftime(service.format)
        window = {service.since: first, service.until: last}
        yield Fetch(
            url=asked(base_url(source) + service.path, **window, limit=_LIMIT),
            step="releases",
            context={"since": begin.date().isoformat(), "until": stop.date().isoformat(), "page": "1"},
        )
        begin = stop


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    options = Options(**source.options)
    answer = json_answer(source, capture)
    releases = answer.rows("releases")
    _check_days(answer, releases, fetch.context["since"], fetch.context["until"])
    seen: set[str] = set()
    for release in releases:
        found = _notice(source, SERVICES[options.service], release)
        if found.document.key not in seen and is_wanted(
            _looked_at(release), include=options.include, exclude=options.exclude
        ):
            seen.add(found.document.key)
            yield found
    yield from _next(fetch, answer)


def _next(fetch: Fetch, answer: Answer) -> Iterator[Fetch]:
    """The next page, by the service's own cursor; its host and path must be those we asked."""
    link, page = answer.child("links").link("next"), int(fetch.context["page"])
    if not link or not answer.rows("releases"):
        return
    if canonical(link).partition("?")[0] != canonical(fetch.url).partition("?")[0]:
        raise answer.at("links").error("the next page of the same search", link)
    if link == fetch.url or page >= _DEEPEST:
        raise answer.at("links").error(f"at most {_DEEPEST} pages of one window", "more, or the same again")
    yield Fetch(url=link, step=fetch.step, context={**fetch.context, "page": str(page + 1)})


def _check_days(answer: Answer, releases: list[Answer], since: str, until: str) -> None:
    """Some day of the window must be there: a release that is changed later keeps its own date.

    A day either side is let through: the services count in UTC, a release may be dated in England.
    """
    one = timedelta(days=1)
    first, last = date.fromisoformat(since) - one, date.fromisoformat(until) + one
    days = [day for each in releases if (day := each.day("date"))]
    if releases and not any(first <= day <= last for day in days):
        found = ", ".join(sorted({str(day) for day in days})[:3]) or "no date"
        raise answer.at("releases").error(f"releases from {since} to {until}", found)


def _looked_at(release: Answer) -> str:
    tender = release.child("tender")
    names = [each.text("name") for each in release.children("parties")]
    items = [each.text("description") for each in (*tender.children("lots"), *release.children("awards"))]
    said = [tender.text("title"), tender.text("description"), release.text("description")]
    return " ".join([*said, *items, release.child("buyer").text("name"), *names])


def _notice(source: Source, service: Service, release: Answer) -> Embedded:
    key, ocid = release.text("id"), release.text("ocid")
    if not key or not ocid:
        raise release.error("an id and an ocid", f"{key or 'nothing'} and {ocid or 'nothing'}")
    tender, match = release.child("tender"), _GUID.fullmatch(ocid)
    awards = release.children("awards")
    document = Document(
        source_id=source.id,
        key=key,
        title=tender.title("title")
        or next((award.title("title") for award in awards), "")
        or f"Notice {key}",
        kind=DocumentKind.NOTICE,
        url=clean_url(service.notice.format(id=key, guid=match[1] if match else ocid), base=base_url(source)),
        published_on=release.day("date"),
        is_page=True,
    )
    about = facts(
        ("Notice", key),
        ("Contracting process", ocid),
        ("Stage", ", ".join(tag for tag in _words(release.at("tag")))),
        ("Buyer", release.child("buyer").text("name")),
        ("Suppliers", ", ".join(each.text("name") for each in nested(awards, "suppliers"))),
        ("Status", tender.text("status")),
        ("Subject", tender.child("classification").text("description")),
        ("Value", _value(tender) or next((said for award in awards if (said := _value(award))), "")),
        ("Tenders by", spoken(tender.child("tenderPeriod").day("endDate"))),
        ("Contract from", spoken(_contract_day(release, "startDate"))),
        ("Contract to", spoken(_contract_day(release, "endDate"))),
    )
    items = [
        Item(title="", paragraphs=about),
        Item(title="Description", paragraphs=tender.paragraphs("description")),
        *[
            Item(title=lot.title("title") or "Lot", paragraphs=lot.paragraphs("description"))
            for lot in tender.children("lots")
        ],
        *[
            Item(title=award.title("title") or "Award", paragraphs=award.paragraphs("description"))
            for award in awards
        ],
        Item(title="Additional information", paragraphs=release.paragraphs("description")),
    ]
    body = meeting_text(document.title, [item for item in items if item.paragraphs])
    return Embedded(document=document, body=body)


def _words(listed: Answer) -> list[str]:
    return [word for word in listed.value if isinstance(word, str)] if isinstance(listed.value, list) else []


def _value(answer: Answer) -> str:
    """An amount with its currency. The services write numbers with and without pence."""
    value = answer.child("value")
    amount = value.at("amount").value
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not abs(amount) < 1e15:
        return ""
    return f"{amount:,.2f}".removesuffix(".00") + f" {value.text('currency')}".rstrip()


def _contract_day(release: Answer, which: str) -> date | None:
    """Of the contract where there is one, of its award or of what is tendered otherwise."""
    tender = release.child("tender")
    periods = [
        *[each.child("period") for each in release.children("contracts")],
        *[each.child("contractPeriod") for each in release.children("awards")],
        *[each.child("contractPeriod") for each in (tender, *tender.children("lots"))],
    ]
    return next((day for period in periods if (day := period.day(which))), None)
