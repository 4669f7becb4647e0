"""How the crawl behaves: the `[crawl]` table of `paperwatch.toml`."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "Paperwatch"  # what robots.txt files call us by
VERSION = version("paperwatch")


class CrawlConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting has a default that is safe for the sites we visit."""

    # A web page or an e-mail address; the owners of a site find us by it. Header-safe: printable ASCII.
    contact: Annotated[str, Meta(pattern=r"^[\x21-\x7e]*$", max_length=200)] = ""
    # Requests in flight over all hosts. Each single host gets one at a time, whatever this says.
    concurrent: Annotated[int, Meta(ge=1, le=100)] = 16
    # Larger papers are recorded as unavailable.
    max_size_mb: Annotated[int, Meta(ge=1, le=2000)] = 150
    # Tries after the first, for network errors, 5xx, 408 and 429.
    retries: Annotated[int, Meta(ge=0, le=10)] = 2
    # Seconds before the first further try where the server names none; doubled each time.
    retry_wait: Annotated[float, Meta(ge=0, le=600)] = 5.0
    # Seconds of Retry-After that we wait out; a server that asks for more is left alone until the next run.
    longest_wait: Annotated[float, Meta(ge=0, le=3600)] = 120.0
    # Failed requests in a row after which a host is left alone until the next run.
    patience: Annotated[int, Meta(ge=1, le=1000)] = 5
    # Pages of one source in one run: an endless calendar ends here.
    max_pages: Annotated[int, Meta(ge=1, le=100_000)] = 2000

    @property
    def user_agent(self) -> str:
        contact = f"+{self.contact}" if self.contact.startswith(("http://", "https://")) else self.contact
        return f"{NAME}/{VERSION} ({contact})" if contact else f"{NAME}/{VERSION}"

    @property
    def max_size(self) -> int:
        """Bytes."""
        return self.max_size_mb * 1024 * 1024


class SourcesConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which lines a run reads: those that the first three name, or all where they are empty; never `off`."""

    areas: tuple[str, ...] = ()  # ids of integrated care boards: the board, its trusts, the councils there
    kinds: tuple[str, ...] = ()  # such as "national"
    only: tuple[str, ...] = ()  # ids of lines
    off: tuple[str, ...] = ()  # ids of lines


def read(table: Mapping[str, Any]) -> CrawlConfig:
    """The `[crawl]` table as a config. Raises ConfigError naming the key."""
    try:
        return msgspec.convert(dict(table), CrawlConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"paperwatch.toml, [crawl]: {error}") from error
