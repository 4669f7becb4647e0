"""Crawls a generated site without sockets: the pure platform over its pages, by the spider's rules."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.fetching.looks import LookBudget
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Doubt, Embedded, Fetch, Left, Meeting, Source, Window
from tests.papers_generator.matter import SINCE, TODAY, UNTIL
from tests.papers_generator.site import find

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.model import Found
    from pipeline.ports import Platform
    from tests.papers_generator.site import Answer, Site

MOST_REQUESTS = 200


@dataclass(slots=True, kw_only=True)
class Crawl:
    """What a crawl of one site came to."""

    documents: dict[str, Document] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    requests: int = 0
    is_cut: bool = False  # more pages were asked for than the budget allows


def source_of(site: Site) -> Source:
    return Source(
        id=site.matter.slug,
        name=site.matter.name,
        kind=site.matter.kind,
        platform="papers_page",
        url=site.start,
        options={"hosts": site.hosts} if site.hosts else {},
        window=Window(back=(TODAY - SINCE).days, ahead=(UNTIL - TODAY).days),
    )


def crawl(site: Site, platform: Platform) -> Crawl:
    return crawl_pages(source_of(site), site.pages, platform)


def crawl_pages(
    source: Source,
    pages: Mapping[tuple[str, str, str, str], Answer],
    platform: Platform,
    most_requests: int = MOST_REQUESTS,
    *,
    since: date = SINCE,
    until: date = UNTIL,
    only: tuple[Fetch, ...] = (),
) -> Crawl:
    """Ask for pages breadth first, each once, on the hosts that the source's line allows.

    With `only`, these are asked and nothing that they lead to.
    """
    made, looks = Crawl(), LookBudget()
    hosts = {_host(source.url), *(_host(f"//{host}") for host in source.options.get("hosts", ()))}
    waiting = deque(only or platform.start(source, since, until))
    hosts |= {_host(fetch.url) for fetch in waiting}
    asked: set[tuple[str, str]] = set()
    while waiting:
        fetch = waiting.popleft()
        if (fetch.url, fetch.step) in asked:
            continue
        if fetch.beyond:
            hosts.add(_host(fetch.url))
        if _host(fetch.url) not in hosts:
            made.problems.append(f"{fetch.url}: on another host, not followed")
            continue
        if len(asked) >= most_requests:
            made.is_cut = True
            break
        if not looks.may(fetch):
            continue
        asked.add((fetch.url, fetch.step))
        found = _answer(source, fetch, pages, platform, made)
        for each in found:
            if not isinstance(each, Fetch):
                _keep(each, made)
        looks.gave(fetch, found)
        if not only:
            waiting.extend(each for each in found if isinstance(each, Fetch))
            waiting.extend(looks.ready())
    made.requests = len(asked)
    return made


def _answer(
    source: Source,
    fetch: Fetch,
    pages: Mapping[tuple[str, str, str, str], Answer],
    platform: Platform,
    made: Crawl,
) -> list[Found]:
    url, answer = fetch.url, find(pages, fetch.url)
    while answer is not None and answer.to:
        url, answer = answer.to, find(pages, answer.to)
    if answer is None:
        made.problems.append(f"{fetch.url}: 404")
        return []
    capture = Capture(
        url=url,
        status=200,
        headers={"content-type": answer.media_type},
        media_type=answer.media_type,
        body=answer.body,
        fetched_at=datetime.combine(TODAY, datetime.min.time(), UTC),
    )
    try:
        return list(platform.parse(source, fetch, capture))
    except ParseError as error:
        made.problems.append(f"{fetch.url}: {error}")
        return []


def _keep(found: Found, made: Crawl) -> None:
    match found:
        case Document():
            made.documents.setdefault(found.key, found)
        case Embedded():
            made.documents.setdefault(found.document.key, found.document)
        case Meeting():
            made.meetings.setdefault(found.key, found)
        case Left():
            made.left.append(found)
        case Doubt():
            made.problems.append(found.what)
        case _:
            pass


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
