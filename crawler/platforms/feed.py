"""Feeds of any kind (see feed_entries.py): news, blogs, consultations.

A feed forgets its old entries, so it makes no `Listing`: what is gone from a feed is not withdrawn. What a
feed says of itself is a claim: its guids are weighed against its links (and by the crawl against what is
held), its dates against the day.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from crawler.platforms.papers.wording.addresses import is_file_address, is_other_media
from crawler.platforms.papers.wording.bodies import slug
from crawler.platforms.shared import feed_entries
from crawler.platforms.shared.options import check_kind, check_patterns, is_wanted
from crawler.platforms.shared.web_address import canonical_url
from pipeline.english import counted
from pipeline.model import Capture, Document, DocumentKind, Doubt, Embedded, Fetch, Found, Source, SourceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.platforms.shared.feed_entries import Feed, FeedEntry

_CONTENT = ("page", "embedded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    content: str = "page"  # the paper is what the entry links to, or its text in the feed: "embedded"
    paper_kind: str = "other"  # what its entries are: a `DocumentKind`
    include: str = ""  # only entries whose title matches
    exclude: str = ""  # no entries whose title matches

    def __post_init__(self) -> None:
        if self.content not in _CONTENT:
            raise ValueError(f"content: {self.content!r} is not one of {', '.join(_CONTENT)}")
        check_kind(self.paper_kind)
        check_patterns(include=self.include, exclude=self.exclude)


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:
    yield Fetch(url=source.url, step="feed", context={"since": since.isoformat(), "until": until.isoformat()})


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    options = Options(**source.options)
    since = date.fromisoformat(fetch.context["since"])
    until = date.fromisoformat(fetch.context["until"])
    read = feed_entries.read(source, capture)
    ahead = nowhere = 0
    seen: set[str] = set()
    for entry, paper in _papers(source, options, capture, read.entries):
        if not is_wanted(entry.title, include=options.include, exclude=options.exclude):
            continue
        if entry.day and entry.day < since:
            continue
        if paper is None:
            nowhere += 1
            continue
        is_ahead = entry.day is not None and entry.day > until
        ahead += is_ahead
        for found in _found(options, entry, replace(paper, published_on=None) if is_ahead else paper):
            key = found.document.key if isinstance(found, Embedded) else found.key
            if key not in seen:
                seen.add(key)
                yield found
    yield from _doubts(source, read, ahead, nowhere)


def _doubts(source: Source, read: Feed, ahead: int, nowhere: int) -> Iterator[Doubt]:
    if read.is_cut:
        what = f"the feed ends in the middle: {counted(len(read.entries), 'entry', 'entries')} came whole"
        yield Doubt(source_id=source.id, what=what, state=SourceState.SUSPECT)
    if ahead:
        what = f"{counted(ahead, 'entry', 'entries')} dated in the future, kept without a date"
        yield Doubt(source_id=source.id, what=what)
    if nowhere:
        what = f"{counted(nowhere, 'entry', 'entries')} without an address, a file or a text"
        yield Doubt(source_id=source.id, what=what)


def _papers(
    source: Source, options: Options, capture: Capture, entries: Sequence[FeedEntry]
) -> Iterator[tuple[FeedEntry, Document | None]]:
    """Each entry with its paper; None where there is nothing to read behind it."""
    home = canonical_url(capture.url)
    entries = list(dict.fromkeys(entries))
    links = Counter(canonical_url(entry.link) for entry in entries if entry.link)
    guids = {entry.guid for entry in entries if entry.guid}
    trust_guids = len(guids) == len(entries)
    for entry in entries:
        link = entry.link if canonical_url(entry.link) != home else ""
        is_own = links[canonical_url(link)] == 1
        url = link if link and (is_own or not entry.attached) else next(iter(entry.attached), "")
        if not url and not entry.text and not entry.summary:
            yield entry, None
            continue
        yield (
            entry,
            Document(
                source_id=source.id,
                key=_key(entry, link, is_own=is_own, home=home, trust_guid=trust_guids),
                title=entry.title or canonical_url(url or capture.url),
                kind=DocumentKind(options.paper_kind),
                url=url or capture.url,
                published_on=entry.day,
                is_page=url == link or not url,
                claimed=is_own,
            ),
        )


def _key(entry: FeedEntry, link: str, *, is_own: bool, home: str, trust_guid: bool) -> str:
    """What tells an entry from the others of its feed: the first of these that does.

    A guid counts only where each entry has one of its own: some sites write the same into all of them.
    """
    if trust_guid:
        return entry.guid if not re.match(r"https?://", entry.guid) else canonical_url(entry.guid)
    if link and is_own:
        return canonical_url(link)
    if link and not (entry.text or entry.summary or entry.attached):
        return canonical_url(link)  # one page that several entries lead to is one paper
    if link and entry.fragment:
        return f"{canonical_url(link)}#{entry.fragment}"
    if entry.attached:
        return canonical_url(entry.attached[0])
    return f"{canonical_url(link) if link else home}#{slug(entry.title) or entry.guid or entry.day}"


def _found(options: Options, entry: FeedEntry, paper: Document) -> Iterator[Document | Embedded]:
    """The paper, or its text where that is all there is; and the files that come with it."""
    stands_alone = paper.is_page and (paper.claimed or not (entry.text or entry.summary))
    body = b""
    if options.content == "embedded":
        body = _page(paper.title, entry.text)
    elif not stands_alone and paper.is_page:
        body = _page(paper.title, entry.text or entry.summary)
    yield Embedded(document=paper, body=body) if body else paper
    for url in entry.attached:
        if url != paper.url and is_file_address(url) and not is_other_media(url):
            yield Document(
                source_id=paper.source_id,
                key=canonical_url(url),
                title=paper.title,
                kind=paper.kind,
                url=url,
                published_on=paper.published_on,
            )


def _page(title: str, text: str) -> bytes:
    """The text of an entry as a page; b"" if it has no text."""
    if not text:
        return b""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    body = f"<h1>{escape(title)}</h1>\n{text}"
    page = f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'
    return page.encode(errors="replace")
