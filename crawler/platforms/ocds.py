"""Notices of public contracts in the Open Contracting Data Standard: Find a Tender and Contracts Finder.

A notice never changes once it is out: a correction is a notice of its own, with the same ocid. So a notice is
a paper, its text made from what the release says, and nothing is called withdrawn. The services cannot be
searched by word; they are read window by window. What has to do with health is told by who is party to it,
by its class and its words; which of that is kept the crawl asks of the concepts: there is one vocabulary.

Seen for real: 201 releases of Contracts Finder, the documented release of Find a Tender. The types of the
Procurement Act (UK1 to UK17), the legal basis of the Provider Selection Regime, amendments and terminations
are read after the documentation of the Open Contracting Data Standard and its United Kingdom profile.

Traps: Find a Tender allows 12 requests in 2 minutes, and loses releases from windows longer than 6 hours or
so; Contracts Finder says 403 where it means "wait 5 minutes", takes windows of up to 15 days, and sends
ISO-8859-1. Both ignore parameters that they do not know, so the dates of an answer are checked. A release
names people to ask: they are not kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from crawler.platforms.shared.json_answer import JsonValue, day_in_england, facts, json_answer, nested, spoken
from crawler.platforms.shared.meeting_text import Item, meeting_text
from crawler.platforms.shared.options import check_patterns, is_wanted, with_query
from crawler.platforms.shared.select import base_url
from crawler.platforms.shared.web_address import canonical_url, clean_url
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
    notice: (
        str  # where a person reads it, should the release not say; {id} is its id, or the GUID at its front
    )


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
        notice="Notice/{id}",
    ),
}
# What the notices of the Procurement Act 2023 are called.
NOTICE_TYPES = {
    "UK1": "Pipeline notice",
    "UK2": "Preliminary market engagement notice",
    "UK3": "Planned procurement notice",
    "UK4": "Tender notice",
    "UK5": "Transparency notice",
    "UK6": "Contract award notice",
    "UK7": "Contract details notice",
    "UK8": "Contract payment notice",
    "UK9": "Contract performance notice",
    "UK10": "Contract change notice",
    "UK11": "Contract termination notice",
    "UK12": "Procurement termination notice",
    "UK13": "Dynamic market intention notice",
    "UK14": "Dynamic market establishment notice",
    "UK15": "Dynamic market modification notice",
    "UK16": "Dynamic market cessation notice",
    "UK17": "Payments compliance notice",
}
# A body of the health service or of public health by its name, however it writes itself.
_HEALTH_BODY = re.compile(
    r"\bNHS\b|\bN\.H\.S|\bICBs?\b|\bICS\b|integrated care|clinical commissioning|commissioning support unit"
    r"|\bCSU\b|health ?care|\bhealth\b|hospitals?\b|infirmary|ambulance|foundation trust|\bhospice"
    r"|\bCQC\b|care quality commission|\bNICE\b|\bMHRA\b|\bUKHSA\b|\bDHSC\b|blood and transplant",
    re.IGNORECASE,
)
_HEALTH_WORDS = re.compile(
    r"\bNHS\b|\bICB\b|integrated care|health ?care|health (?:service|system|and (?:social )?care)|hospital"
    r"|clinical|\bpatients?\b|\bGP\b|provider selection regime",
    re.IGNORECASE,
)
_HEALTH_CLASS = "85"  # of the common procurement vocabulary: health and social work services
_END_OF_DAY = re.compile(r"(\d{4}-\d\d-\d\d)T(?:23:59|24:00)")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PROCESS = re.compile(
    r"direct award (?:process )?[ABC]\b|most suitable provider(?: process)?|competitive process"
    r"|urgent (?:award|modification)\w*|modification of (?:a )?contract",
    re.IGNORECASE,
)
_SELECTION_REGIME = re.compile(r"provider selection regime|2023/1348", re.IGNORECASE)
_LIMIT = 100  # releases in an answer
_DEEPEST = 100  # pages of one window


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    service: str = "find-a-tender"
    include: str = ""  # a notice whose text matches is kept, whatever the concepts say of it
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
            url=with_query(base_url(source) + service.path, **window, limit=_LIMIT),
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
        text = _looked_at(release)
        is_named = bool(options.include) and is_wanted(text, include=options.include, exclude="")
        if not (is_named or _is_of_health(release, text)):
            continue
        found = _notice(source, SERVICES[options.service], release)
        if found.document.key in seen or not is_wanted(text, include="", exclude=options.exclude):
            continue
        seen.add(found.document.key)
        yield found if is_named else replace(found, if_flagged=True)
    yield from _next(fetch, answer)


def _next(fetch: Fetch, answer: JsonValue) -> Iterator[Fetch]:
    """The next page, by the service's own cursor; its host and path must be those we asked."""
    link, page = answer.child("links").link("next"), int(fetch.context["page"])
    if not link or not answer.rows("releases"):
        return
    if canonical_url(link).partition("?")[0] != canonical_url(fetch.url).partition("?")[0]:
        raise answer.at("links").error("the next page of the same search", link)
    if link == fetch.url or page >= _DEEPEST:
        raise answer.at("links").error(f"at most {_DEEPEST} pages of one window", "more, or the same again")
    yield Fetch(url=link, step=fetch.step, context={**fetch.context, "page": str(page + 1)})


def _check_days(answer: JsonValue, releases: list[JsonValue], since: str, until: str) -> None:
    """Some day of the window must be there: a release that is changed later keeps its own date.

    A day either side is let through: the services count in UTC, a release may be dated in England.
    """
    one = timedelta(days=1)
    first, last = date.fromisoformat(since) - one, date.fromisoformat(until) + one
    days = [day for each in releases if (day := each.day("date"))]
    if releases and not any(first <= day <= last for day in days):
        found = ", ".join(sorted({str(day) for day in days})[:3]) or "no date"
        raise answer.at("releases").error(f"releases from {since} to {until}", found)


def _looked_at(release: JsonValue) -> str:
    tender = release.child("tender")
    names = [each.text("name") for each in release.children("parties")]
    items = [each.text("description") for each in (*tender.children("lots"), *_deals(release))]
    said = [tender.text("title"), tender.text("description"), release.text("description")]
    return " ".join([*said, *items, release.child("buyer").text("name"), *names])


def _is_of_health(release: JsonValue, text: str) -> bool:
    """A body of the health service buys, sells or supplies; or the class or the words say health."""
    names = [
        release.child("buyer").text("name"),
        *(each.text("name") for each in release.children("parties")),
    ]
    suppliers = (each.text("name") for each in nested(release.children("awards"), "suppliers"))
    if any(_HEALTH_BODY.search(name) for name in (*names, *suppliers)):
        return True
    tender = release.child("tender")
    classes = [
        tender.child("classification"),
        *(each.child("classification") for each in tender.children("items")),
    ]
    is_class = any(each.text("id").startswith(_HEALTH_CLASS) for each in classes)
    return is_class or bool(_HEALTH_WORDS.search(text))


def _deals(release: JsonValue) -> list[JsonValue]:
    return [*release.children("awards"), *release.children("contracts")]


def _documents(release: JsonValue) -> list[JsonValue]:
    """All that a release names as its documents, wherever they hang."""
    holders = [release.child("tender"), release.child("planning"), release, *_deals(release)]
    return nested(holders, "documents")


def _notice(source: Source, service: Service, release: JsonValue) -> Embedded:
    key, ocid = release.text("id"), release.text("ocid")
    if not key or not ocid:
        raise release.error("an id and an ocid", f"{key or 'nothing'} and {ocid or 'nothing'}")
    tender, awards = release.child("tender"), release.children("awards")
    document = Document(
        source_id=source.id,
        key=key,
        title=tender.title("title")
        or next((award.title("title") for award in awards), "")
        or f"Notice {key}",
        kind=DocumentKind.NOTICE,
        url=_address(source, service, release, key),
        published_on=release.day("date"),
        is_page=True,
    )
    items = [
        Item(title="", paragraphs=_about(release, key, ocid)),
        Item(title="Description", paragraphs=tender.paragraphs("description")),
        *[
            Item(title=lot.title("title") or "Lot", paragraphs=lot.paragraphs("description"))
            for lot in tender.children("lots")
        ],
        *[
            Item(title=award.title("title") or "Award", paragraphs=award.paragraphs("description"))
            for award in awards
        ],
        *[
            Item(title=deal.title("title") or "Contract", paragraphs=deal.paragraphs("description"))
            for deal in release.children("contracts")
        ],
        Item(title="Changes", paragraphs=tuple(_changes(release))),
        Item(title="Additional information", paragraphs=release.paragraphs("description")),
    ]
    body = meeting_text(document.title, [item for item in items if item.paragraphs])
    return Embedded(document=document, body=body)


def _address(source: Source, service: Service, release: JsonValue, key: str) -> str:
    """Where a person reads the notice: as the release says, else made of its own id.

    The ocid is the procurement's and not the notice's: an address made of it leads nowhere.
    """
    home = canonical_url(base_url(source)).partition("/")[0]
    named = _GUID.search(key)
    own = (named[0] if named else key).lower()
    told = [each.link("url") for each in (*_documents(release), *release.children("links"))]
    ours = [url for url in told if canonical_url(url).partition("/")[0] == home and "/notice/" in url.lower()]
    said = next((url for url in ours if own in url.lower()), "")
    return said or clean_url(service.notice.format(id=named[0] if named else key), base=base_url(source))


def _about(release: JsonValue, key: str, ocid: str) -> tuple[str, ...]:
    tender, awards = release.child("tender"), release.children("awards")
    return facts(
        ("Notice", key),
        ("Contracting process", ocid),
        ("Type", _type(release, key)),
        ("Stage", ", ".join(_words(release.at("tag")))),
        ("Procedure", _procedure(release)),
        ("Buyer", release.child("buyer").text("name")),
        ("Suppliers", ", ".join(dict.fromkeys(each.text("name") for each in nested(awards, "suppliers")))),
        ("Status", tender.text("status")),
        ("Contract status", ", ".join(_each(release.children("contracts"), "status"))),
        ("Subject", tender.child("classification").text("description")),
        ("Value", _worth(release)),
        ("Tenders by", spoken(_last_day(tender.child("tenderPeriod")))),
        ("Contract from", spoken(_contract_day(release, "startDate"))),
        ("Contract to", spoken(_contract_day(release, "endDate"))),
    )


def _type(release: JsonValue, key: str) -> str:
    """As in "Contract change notice (UK10)": what its own entry among the documents says."""
    typed = [each for each in _documents(release) if each.text("noticeType")]
    own = [each for each in typed if key in (each.text("id"), each.text("url").rpartition("/")[2])] or typed[
        -1:
    ]
    code = own[0].text("noticeType") if own else ""
    return f"{NOTICE_TYPES[code]} ({code})" if code in NOTICE_TYPES else code


def _procedure(release: JsonValue) -> str:
    """How the supplier is chosen, with the process of the Provider Selection Regime where it says one."""
    tender = release.child("tender")
    basis = tender.child("legalBasis")
    said = [tender.text("procurementMethodDetails"), tender.text("procurementMethodRationale")]
    text = " ".join([*said, _looked_at(release)])
    is_selection = bool(_SELECTION_REGIME.search(f"{basis.text('id')} {basis.text('description')} {text}"))
    process = _PROCESS.search(text) if is_selection else None
    regime = f"Provider Selection Regime{f', {process[0]}' if process else ''}" if is_selection else ""
    told = [said[0] or tender.text("procurementMethod"), regime, "" if regime else basis.text("description")]
    return "; ".join(dict.fromkeys(each for each in told if each))


def _changes(release: JsonValue) -> Iterator[str]:
    """What was amended or ended, and why, as its parts say."""
    for part in (release.child("tender"), *_deals(release)):
        for change in part.children("amendments"):
            said = [change.text("description"), change.text("rationale")]
            when = spoken(change.day("date"))
            if told := ". ".join(dict.fromkeys(each for each in said if each)):
                yield f"{when}: {told}" if when else told
        ended = part.child("implementation").text("finalStatus") or part.text("statusDetails")
        if ended:
            yield ended


def _each(answers: list[JsonValue], key: str) -> Iterator[str]:
    return iter(dict.fromkeys(said for each in answers if (said := each.text(key))))


def _words(listed: JsonValue) -> list[str]:
    if isinstance(listed.value, str):  # as Contracts Finder writes a single one
        return [listed.value]
    return [word for word in listed.value if isinstance(word, str)] if isinstance(listed.value, list) else []


def _worth(release: JsonValue) -> str:
    """What it is worth: by its contracts, else its awards, else what was tendered for."""
    tender = release.child("tender")
    for told in (
        release.children("contracts"),
        release.children("awards"),
        [tender],
        tender.children("lots"),
    ):
        if values := list(dict.fromkeys(said for each in told if (said := _value(each)))):
            return ", ".join(values)
    return ""


def _value(answer: JsonValue) -> str:
    """An amount with its currency. The services write numbers with and without pence."""
    value = answer.child("value")
    amount = value.at("amount").value
    amount = value.at("amountGross").value if amount is None else amount
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not abs(amount) < 1e15:
        return ""
    return f"{amount:,.2f}".removesuffix(".00") + f" {value.text('currency')}".rstrip()


def _last_day(period: JsonValue) -> date | None:
    """The last day of a period. An end written 23:59:59Z means that day, in summer too."""
    said = _END_OF_DAY.match(period.text("endDate"))
    return day_in_england(said[1]) if said else period.day("endDate")


def _contract_day(release: JsonValue, which: str) -> date | None:
    """Of the contract where there is one, of its award or of what is tendered otherwise."""
    tender = release.child("tender")
    periods = [
        *[each.child("period") for each in release.children("contracts")],
        *[each.child("contractPeriod") for each in release.children("awards")],
        *[each.child("contractPeriod") for each in (tender, *tender.children("lots"))],
    ]
    days = (_last_day(each) if which == "endDate" else each.day(which) for each in periods)
    return next((day for day in days if day), None)
