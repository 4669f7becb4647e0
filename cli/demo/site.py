"""What the invented sites share: a request, an answer, and the papers that are on a site day by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cli.demo.papers import made

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import DocumentKind

# The day that the world plays on, and the same world a week later.
DAYS = {1: date(2026, 11, 16), 2: date(2026, 11, 23)}

HTML = "text/html; charset=utf-8"
XML = "text/xml; charset=utf-8"
RSS = "application/rss+xml; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`root` is the site's own address, without a slash at its end; `query` has lower-case names."""

    root: str
    path: str  # percent-decoded
    query: Mapping[str, str]
    raw_query: str
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`modified` is set where the real site answers ETag and Last-Modified."""

    body: bytes
    media_type: str = HTML
    status: int = 200
    modified: datetime | None = None
    is_paper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A paper on a site. `papers` says by day which one is at the address; no entry, no paper."""

    title: str
    kind: DocumentKind
    path: str  # as an address: percent-encoded
    papers: Mapping[int, str] = field(default_factory=dict)
    meeting_date: date | None = None
    also_at: tuple[str, ...] = ()  # other paths of the same paper
    restricted_from: int = 0  # listed from this day on, but kept from the public

    def listed(self, day: int) -> bool:
        return day in self.papers or 0 < self.restricted_from <= day


class Site(Protocol):
    """One invented body. Stateless: everything it answers follows from the request and the day."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str:
        """As in a source line."""
        ...

    @property
    def platform(self) -> str: ...

    def line(self, root: str) -> dict[str, object]:
        """The keys of its source line, beside name and kind."""
        ...

    def posted(self) -> Sequence[Posted]: ...

    def answer(self, request: Request) -> Answer | None:
        """None where there is nothing at the address."""
        ...


def both(paper: str) -> dict[int, str]:
    """The same paper on both days."""
    return {1: paper, 2: paper}


def paper_answer(paper: str, modified: datetime | None = None) -> Answer:
    file = made(paper)
    return Answer(body=file.content, media_type=file.media_type, modified=modified, is_paper=True)


def posted_answer(posted: Posted, day: int) -> Answer | None:
    """A paper with the date on which it last changed, for sites that answer conditional requests."""
    paper = posted.papers.get(day)
    if paper is None:
        return None
    since = min(each for each in DAYS if posted.papers.get(each) == paper)
    return paper_answer(paper, morning(since))


def morning(day: int) -> datetime:
    """When a day's changes went online."""
    return datetime.combine(DAYS[day], datetime.min.time(), UTC).replace(hour=7)


def render(template: str, **values: object) -> bytes:
    return _templates().get_template(template).render(**values).encode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
