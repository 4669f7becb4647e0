"""A page that is itself the paper: a contract page, a case, a policy. Its text is kept by revision.

What is kept is the page's own matter (page_matter.py): the main part, or what `selector` names, with the rows
of its tables. The files that it links to are papers too. An address of the UK Government Web Archive works as
any other: the paper is the page that was captured, its day the day of the capture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import TYPE_CHECKING

from crawler.answers.bot_walls import bot_wall
from crawler.answers.not_the_page import no_page
from crawler.platforms.papers.wording.addresses import is_file_address, is_other_media
from crawler.platforms.shared import page_matter, web_archive
from crawler.platforms.shared.json_answer import spoken
from crawler.platforms.shared.options import check_kind, check_patterns, is_wanted
from crawler.platforms.shared.web_address import canonical_url, clean_url
from pipeline.days import LONDON
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, DocumentKind, Embedded, Fetch, Found, Listing, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.platforms.shared.page_matter import Matter, MatterLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source line may add."""

    pages: tuple[str, ...] = ()  # more addresses that are papers, of the same body and host
    selector: str = ""  # CSS: what of the page is the paper; its main part where nothing is said
    paper_kind: str = "other"  # what the page is: a `DocumentKind`
    files: bool = True  # the files that the page links to are papers as well
    include: str = ""  # only files whose title or address matches
    exclude: str = ""  # no files whose title or address matches

    def __post_init__(self) -> None:
        page_matter.check_selector(self.selector)
        check_kind(self.paper_kind)
        check_patterns(include=self.include, exclude=self.exclude)
        if isinstance(self.pages, str) or not all(clean_url(each, base="") for each in self.pages):
            raise ValueError(f"pages: {self.pages!r} is not a list of addresses")


def start(source: Source, since: date, until: date) -> Iterable[Fetch]:  # noqa: ARG001 - a page has no window
    for url in dict.fromkeys((source.url, *Options(**source.options).pages)):
        archived = web_archive.at(url)
        yield Fetch(url=url if archived is None else archived.raw, step="page")


def parse(source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
    options = Options(**source.options)
    archived = web_archive.at(capture.url) or web_archive.at(fetch.url)
    matter = _read(source, options, capture, base=archived.original if archived else capture.url)
    paper = _paper(source, options, fetch, archived, matter)
    yield Embedded(document=paper, body=_with_capture(matter, archived))
    if options.files:
        yield from _files(source, options, paper, archived, matter)
        yield Listing(source_id=source.id, key=_listing(paper))


def _read(source: Source, options: Options, capture: Capture, *, base: str) -> Matter:
    """Raises ParseError for a wall, an error page, and a page that says nothing."""
    stands_instead = bot_wall(capture.body) or no_page(capture.body)
    if stands_instead:
        raise ParseError(
            source=source.id, url=capture.url, selector="page", expected="the paper", found=stands_instead
        )
    matter = page_matter.read(source, capture, selector=options.selector, base=base)
    if not matter.words:
        raise ParseError(source=source.id, url=capture.url, selector="main", expected="words", found="none")
    return matter


def _paper(
    source: Source, options: Options, fetch: Fetch, archived: web_archive.Archived | None, matter: Matter
) -> Document:
    """Its key is the address that was asked for: captures of one page are revisions of one paper."""
    asked = web_archive.original_of(fetch.url)
    return Document(
        source_id=source.id,
        key=canonical_url(asked),
        title=matter.title or source.name,
        kind=DocumentKind(options.paper_kind),
        url=fetch.url,
        published_on=_day(archived.moment) if archived else None,
        is_page=True,
    )


def _with_capture(matter: Matter, archived: web_archive.Archived | None) -> bytes:
    """The page, and where it comes from the web archive the time at which it stood so."""
    if archived is None or archived.moment is None:
        return matter.page()
    told = f"As captured by the UK Government Web Archive on {spoken(_day(archived.moment))}"
    note = f"<p>{told} ({archived.moment:%H:%M} UTC), from {escape(archived.original)}</p>\n"
    return matter.page(before=note)


def _files(
    source: Source, options: Options, paper: Document, archived: web_archive.Archived | None, matter: Matter
) -> Iterator[Document]:
    for link in matter.links:
        original = web_archive.original_of(link.url)
        if not _is_file(options, link, original):
            continue
        yield Document(
            source_id=source.id,
            key=canonical_url(original),
            title=link.title or original.rstrip("/").rpartition("/")[2] or paper.title,
            kind=DocumentKind.REPORT,
            url=link.url if archived is None else archived.beside(link.url),
            published_on=paper.published_on,
            listing=_listing(paper),
        )


def _is_file(options: Options, link: MatterLink, original: str) -> bool:
    text = f"{link.title} {original}"
    is_paper = is_file_address(original) and not is_other_media(original)
    return is_paper and is_wanted(text, include=options.include, exclude=options.exclude)


def _listing(paper: Document) -> str:
    return f"page/{paper.key}"


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).astimezone(LONDON).date() if moment else None
