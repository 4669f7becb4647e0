"""Pages that a reader has saved: notes, tags, and who may see them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

from pipeline.errors import ConfigError
from pipeline.evidence.citing import Cited
from pipeline.text.foreign import storable

if TYPE_CHECKING:
    from collections.abc import Collection as Some
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

MOST_PAGES = 5_000  # of one collection
MOST = 50  # collections of one reader
MAX_NAME = 100  # characters
MAX_NOTE = 1_000
MAX_TAGS = 10  # of one page
MAX_TAG = 40  # characters
_ADDRESS = re.compile(r"/papers/([0-9]{1,15})(?:/pages/([0-9]{1,9}))?/?")
_USUAL_PORTS = {80, 443}
_VERSION = re.compile(r"[0-9a-f]{12,64}")


class Sharing(StrEnum):
    """Who may see a collection as well as its reader."""

    NOBODY = ""
    SECRET = "secret"  # noqa: S105 - whoever has its address
    PUBLIC = "public"  # everybody: it is listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    id: int
    name: str
    note: str
    sharing: Sharing
    share: str  # names it to those it is shared with; "" to nobody
    created_at: datetime
    pages: int
    key: str = field(default="", repr=False)  # opens it to its reader: in nothing that others see


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """A page as an address of the archive names it. No page: the whole paper; no version: the newest."""

    document: int
    page: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page of the bytes that it was saved from, with all that a citation says."""

    id: int
    document: int
    sha256: str
    page: int  # 0: the whole paper
    note: str
    tags: tuple[str, ...]
    saved_at: datetime
    title: str
    body: str
    body_name: str
    committee: str
    meeting_date: date | None
    published_on: date | None
    url: str
    state: str
    captured_at: datetime | None  # None: we do not show these bytes any more
    is_newest: bool  # its paper was not replaced since

    @property
    def cited(self) -> Cited | None:
        """None for what we do not show any more."""
        if self.captured_at is None:
            return None
        return Cited(
            body=self.body_name,
            committee=self.committee,
            day=self.meeting_date or self.published_on,
            title=self.title,
            pages=[self.page] if self.page else [],
            url=self.url,
            captured_at=self.captured_at,
            sha256=self.sha256,
            paper=self.document,
        )


class Collections(Protocol):
    """What the pages of collections may do. Keys and shares come out of addresses: any text may be one.

    Each call is whole or not at all. Raises ConfigError for what is too long or too many, in words.
    """

    def start(self, reader: str, name: str) -> Collection | None:
        """A new one of the reader whose token this is; None where there is no such reader."""
        ...

    def of_reader(self, reader: str) -> Sequence[Collection]: ...
    def of_key(self, key: str) -> Collection | None: ...
    def of_share(self, share: str) -> Collection | None: ...

    def public(self) -> Sequence[Collection]:
        """Those that everybody may see, the newest first."""
        ...

    def rename(self, collection: int, name: str, note: str) -> None: ...

    def share(self, collection: int, sharing: Sharing) -> None:
        """Each time it is shared anew its address is another; the old one opens nothing."""
        ...

    def add(self, collection: int, pages: Iterable[PageAddress], note: str, tags: Some[str]) -> int:
        """How many were not in it yet. Raises ConfigError for a page that the archive does not have."""
        ...

    def pages(self, collection: int, limit: int = 0, skip: int = 0) -> Sequence[SavedPage]:
        """In the order in which they were saved; limit 0 is all."""
        ...

    def annotate(self, collection: int, item: int, note: str, tags: Some[str]) -> None: ...
    def drop(self, collection: int, item: int) -> None: ...
    def delete(self, collection: int) -> None: ...


def addresses(text: str, site: str) -> list[PageAddress]:
    """Returns the pages that addresses of the archive name, one a line.

    `site` is the archive's public address: the number of a paper on another site is another paper, so an
    address has this host and path, or none. Raises ConfigError for any other line.
    """
    found: list[PageAddress] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = _within(line, site)
        match = _ADDRESS.fullmatch(parts.path)
        version = next(iter(parse_qs(parts.query).get("version", [])), "")
        if match is None or (version and not _VERSION.fullmatch(version)):
            raise ConfigError(f"{line[:80]!r} is not the address of a paper or page here.")
        found.append(PageAddress(document=int(match[1]), page=int(match[2] or 0), version=version))
    return found


def _within(line: str, site: str) -> SplitResult:
    """The parts of an address, its path as below the archive's own; no path where it is another's."""
    own = urlsplit(site)
    is_bare = line.startswith("/") and not line.startswith("//")
    try:
        # Browsers show an address without its scheme, and some people copy it so.
        parts = urlsplit(line if is_bare or "://" in line else f"https://{line.lstrip('/')}")
        is_ours = is_bare or (parts.scheme in {"http", "https"} and _host(parts) == _host(own))
    except ValueError:
        return urlsplit("")
    prefix = own.path.rstrip("/")
    if not is_ours or not (is_bare or parts.path.startswith(f"{prefix}/")):
        return urlsplit("")
    return parts._replace(path=parts.path.removeprefix(prefix))


def _host(parts: SplitResult) -> tuple[str | None, int | None]:
    """Raises ValueError for a port that is not valid."""
    return parts.hostname, None if parts.port in _USUAL_PORTS else parts.port


def tags_of(text: str) -> tuple[str, ...]:
    """Tags as they are typed: set apart by commas. Raises ConfigError."""
    tags = tuple(dict.fromkeys(filter(None, (" ".join(tag.split()) for tag in storable(text).split(",")))))
    if len(tags) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in tags):
        raise ConfigError(f"A page has at most {MAX_TAGS} tags of at most {MAX_TAG} characters.")
    return tags


def checked_text(what: str, text: str, most: int) -> str:
    """Raises ConfigError for what is too long."""
    text = storable(text).strip()
    if len(text) > most:
        raise ConfigError(f"The {what} has at most {most:,} characters.")
    return text
