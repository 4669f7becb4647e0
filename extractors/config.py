"""What reading papers may cost."""

from __future__ import annotations

from contextvars import ContextVar
from urllib.parse import urlsplit

import msgspec


class ExtractConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The `[extract]` section of the configuration."""

    workers: int = 0  # child processes; 0: one a processor
    seconds: int = 60  # of processor time for one file, without its OCR
    ocr: bool = True
    ocr_page_seconds: int = 60  # of processor time for one page
    ocr_seconds: int = 1800  # of processor time for all pages of one file
    memory_mb: int = 1536  # address space of a child process
    page_text_kb: int = 200  # of a page's text; the rest is cut off
    text_mb: int = 16  # of memory for a file's text, some 3,000 pages; the rest is left out and said
    output_mb: int = 512  # of any file that a child writes, a member of an archive among them
    members_mb: int = 2048  # of all members of an archive together
    files_a_worker: int = 100  # a worker is replaced after this many, so that no leak grows old
    cluster: str = (
        ""  # the scheduler of a dask cluster whose workers read, tcp://host:port or tls://…; "": here
    )

    def __post_init__(self) -> None:
        if self.cluster:
            scheduler_of(self.cluster)

    def widened(self, tries: int) -> ExtractConfig:
        """With the time for one file as many times as long as it is tried, after `tries` in vain."""
        times = tries + 1
        return msgspec.structs.replace(
            self,
            seconds=times * self.seconds,
            ocr_page_seconds=times * self.ocr_page_seconds,
            ocr_seconds=times * self.ocr_seconds,
        )


def scheduler_of(address: str) -> tuple[str, int]:
    """Returns the host and port that an address of a cluster's scheduler names. Raises ValueError."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:  # a port that is not valid, brackets that do not close
        host = port = None
    if not address.startswith(("tcp://", "tls://")) or not (host and port):
        raise ValueError("a cluster's scheduler is named tcp://host:port or tls://host:port")
    return host, port


# What this process reads by. The sandbox sets it in each child; an extractor on its own uses the defaults.
current: ContextVar[ExtractConfig] = ContextVar("current", default=ExtractConfig())  # noqa: B039 - it is frozen
