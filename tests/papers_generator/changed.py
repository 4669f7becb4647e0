"""Pages read as they are and with each change: which verdicts stay.

A subject is one page (a golden case) or one site (generated, or of the shared set, where that is present).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.html

from crawler.platforms import PLATFORMS
from pipeline.model import Fetch, Source, Window
from tests.papers_generator.build import site_of_seed
from tests.papers_generator.changes import ADDED_HOST, CHANGES, Known, moved, year_on
from tests.papers_generator.crawling import Crawl, crawl_pages, source_of
from tests.papers_generator.handmade import handmade
from tests.papers_generator.matter import SINCE, UNTIL
from tests.papers_generator.scoring import day_of
from tests.papers_generator.site import PDF, Answer, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from pipeline.ports import Platform

    Pages = dict[tuple[str, str, str, str], Answer]
    Verdict = tuple[str, str, str]  # day, kind, committee

TESTS = Path(__file__).parent.parent
SHARED = TESTS.parent.parent / "shared" / "papers_pages"
A_YEAR_ON = "all dates a year on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    name: str
    source: Source
    pages: Pages
    since: date = SINCE
    until: date = UNTIL
    fetches: tuple[Fetch, ...] = ()  # what is asked, and nothing beyond it, where it is one page

    def read(self, platform: Platform) -> dict[str, Verdict]:
        """The papers that are found, by address, with what is said of them."""
        made = self._crawl(platform)
        said = {}
        for document in made.documents.values():
            meeting = made.meetings.get(document.meeting_key or "")
            body = meeting.body_name if meeting else ""
            said[document.url] = (day_of(document, meeting), document.kind.value, body)
        return said

    def _crawl(self, platform: Platform) -> Crawl:
        return crawl_pages(
            self.source, self.pages, platform, since=self.since, until=self.until, only=self.fetches
        )


@dataclass(slots=True, kw_only=True)
class Comparison:
    """How many pages and changes were tried, and in how many every verdict stayed."""

    tried: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    papers: Counter[str] = field(default_factory=Counter)
    papers_same: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.same.total() / (self.tried.total() or 1)


def compare(subject: Subject, platform: Platform, into: Comparison) -> None:
    """Read a subject as it is and with every change that it has a place for."""
    plain = _with_pages(subject, {key: _redone(answer) for key, answer in subject.pages.items()})
    first = plain.read(platform)
    if not first:
        return
    for name in (*CHANGES, A_YEAR_ON):
        changed = _a_year_on(plain) if name == A_YEAR_ON else _changed(plain, name, first)
        if changed is None:
            continue
        due = {_url_of(url, name): _verdict_of(verdict, name) for url, verdict in first.items()}
        said = {_url_of(url, name): verdict for url, verdict in changed.read(platform).items()}
        if name == A_YEAR_ON:
            said = changed.read(platform)
        kept = sum(said.get(url) == verdict for url, verdict in due.items())
        into.tried[name] += 1
        into.same[name] += said == due
        into.papers[name] += len(due)
        into.papers_same[name] += kept
        if said != due:
            into.faults.append(f"{name}: {subject.name}: {_difference(due, said)}")


def _url_of(url: str, change: str) -> str:
    if change == "second host":
        return moved(url)
    return year_on(url) if change == A_YEAR_ON else url


def _verdict_of(verdict: Verdict, change: str) -> Verdict:
    if change != A_YEAR_ON:
        return verdict
    day, kind, body = verdict
    return (f"{int(day[:4]) + 1}{day[4:]}" if day else "", kind, body)


def _difference(due: Mapping[str, Verdict], said: Mapping[str, Verdict]) -> str:
    for url, verdict in due.items():
        if said.get(url) != verdict:
            return f"{said.get(url, 'nothing')} for {verdict}: {url}"
    return f"not there before: {next(url for url in said if url not in due)}"


def _with_pages(subject: Subject, pages: Pages) -> Subject:
    return replace(subject, pages=pages)


def _redone(answer: Answer) -> Answer:
    """A page as the parser writes it, so that a change is all that differs."""
    if answer.media_type != "text/html" or not answer.body.strip():
        return answer
    return replace(
        answer, body=lxml.html.tostring(_parsed(answer), encoding="utf-8", doctype="<!DOCTYPE html>")
    )


def _parsed(answer: Answer) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8")
    return lxml.html.document_fromstring(answer.body, parser=parser)


def _changed(subject: Subject, name: str, first: Mapping[str, Verdict]) -> Subject | None:
    """None where none of its pages has a place for the change."""
    pages, is_changed = dict(subject.pages), False
    for key, answer in subject.pages.items():
        if answer.media_type != "text/html" or not answer.body.strip():
            continue
        page = _parsed(answer)
        url = f"{key[0]}://{key[1]}{key[2]}/"
        if page.find("body") is not None and CHANGES[name](page, Known(url, first)):
            is_changed = True
            pages[key] = replace(
                answer, body=lxml.html.tostring(page, encoding="utf-8", doctype="<!DOCTYPE html>")
            )
    if name == "second host":
        pages |= {same(moved(url)): Answer(media_type="application/pdf", body=PDF) for url in first}
        hosts = (*subject.source.options.get("hosts", ()), ADDED_HOST)
        source = replace(subject.source, options={**subject.source.options, "hosts": list(hosts)})
        return replace(subject, pages=pages, source=source) if is_changed else None
    return _with_pages(subject, pages) if is_changed else None


def _a_year_on(subject: Subject) -> Subject:
    pages = {
        same(year_on(_whole(key))): replace(
            answer,
            to=year_on(answer.to),
            body=year_on(answer.body.decode()).encode() if answer.media_type == "text/html" else answer.body,
        )
        for key, answer in subject.pages.items()
    }
    fetches = tuple(
        replace(
            fetch,
            url=year_on(fetch.url),
            context={
                name: year_on(value) if name != "depth" else value for name, value in fetch.context.items()
            },
        )
        for fetch in subject.fetches
    )
    return replace(
        subject,
        pages=pages,
        source=replace(subject.source, url=year_on(subject.source.url)),
        since=subject.since.replace(year=subject.since.year + 1),
        until=subject.until.replace(year=subject.until.year + 1),
        fetches=fetches,
    )


def _whole(key: tuple[str, str, str, str]) -> str:
    return f"{key[0]}://{key[1]}{key[2]}" + (f"?{key[3]}" if key[3] else "")


# --- where subjects come from ---


def generated(seeds: range) -> Iterator[Subject]:
    for seed in seeds:
        site = site_of_seed(seed)
        yield Subject(name=f"--show {seed}", source=source_of(site), pages=site.pages)


def golden() -> Iterator[Subject]:
    """Every golden case of one page: its answer, read alone."""
    for path in sorted((TESTS / "platforms" / "papers_page").glob("*/case.toml")):
        case = tomllib.loads(path.read_text(encoding="utf-8"))
        if "fetch" not in case or case.get("fails") or case.get("empty"):
            continue
        said = case["source"]
        window = Window(**said.pop("window", {}))
        source = Source(platform="papers_page", window=window, **{"kind": "trust", **said})
        fetch = Fetch(
            url=case["fetch"]["url"],
            step=case["fetch"]["step"],
            context=dict(case["fetch"].get("context", {})),
        )
        [body] = path.parent.glob("body.*")
        since, until = window.around(case["today"])
        yield Subject(
            name=path.parent.name,
            source=source,
            pages={same(fetch.url): Answer(body=body.read_bytes())},
            since=since,
            until=until,
            fetches=(fetch,),
        )


def shared() -> Iterator[Subject]:
    """The sites of ../shared/papers_pages; none where it is missing."""
    for site in handmade(SHARED, hosts=True):
        yield Subject(name=site.name, source=site.source, pages=site.pages)


def measured(subjects: Iterable[Subject]) -> Comparison:
    made = Comparison()
    for subject in subjects:
        compare(subject, PLATFORMS["papers_page"], made)
    return made
