"""Every error that Paperwatch raises on purpose.

PaperwatchError
├── ConfigError       the configuration or the call is wrong: names the file, the line or key, and the remedy
├── SourceError       a source could not be read: names the source and its state
│   └── ParseError    a page was not what the platform knows: names URL, selector, expected and found
├── ExtractionError   a fact about a file: stored with it, never raised past the stage
├── QueryError        a search query that cannot be read: knows the position for the caret
├── TooBusy           others ask at the same time, so that a search took too long: the same one may do later
├── DeliveryError     a message was not accepted: says whether trying again makes sense
├── StorageError      the archive cannot be read or written
│   └── DamagedFileError  one file of it cannot, or is not what was stored
├── LeaseLost         another crawl has taken over what this one was reading
└── Busy              another run holds the lock
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model import FailureReason, SourceState


class PaperwatchError(Exception):
    """Base of all; its text is one sentence a person can act on."""


class ConfigError(PaperwatchError):
    """The configuration or the call is wrong."""


class SourceError(PaperwatchError):
    """A source could not be read; `state` is how the run will name it."""

    def __init__(self, message: str, *, state: SourceState) -> None:
        super().__init__(message)
        self.state = state


class ParseError(PaperwatchError):
    """A page was not what its platform knows: a redesign, an error page, a cut-off answer."""

    def __init__(self, *, source: str, url: str, selector: str, expected: str, found: str) -> None:
        self.said = f"expected {expected} of {selector}, found {found}"
        super().__init__(f"{source}: {url}: {self.said}")
        self.source = source
        self.url = url
        self.selector = selector
        self.expected = expected
        self.found = found


class ExtractionError(PaperwatchError):
    """A file gave no text; `reason` is the named state it is stored under."""

    def __init__(self, reason: FailureReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class QueryError(PaperwatchError):
    """A query that cannot be read; `position` is the offset of the fault in characters."""

    def __init__(self, message: str, *, query: str, position: int) -> None:
        super().__init__(message)
        self.query = query
        self.position = position

    def with_caret(self) -> str:
        """The query, a caret under the fault, and the sentence, for a terminal or a `<pre>`."""
        return f"{self.query}\n{' ' * self.position}^\n{self}"


class TooBusy(PaperwatchError):  # noqa: N818 - it is a state of the machine, not a fault
    """A search took too long because others asked at the same time."""


class DeliveryError(PaperwatchError):
    """A message was not accepted."""

    def __init__(
        self, message: str, *, retryable: bool, uncertain: bool = False, content: bool = False
    ) -> None:
        """What is to be done depends on what was refused.

        `retryable` False: the other side does not know the address.
        `uncertain`: it may have taken the message after all, so it may only be sent as it is.
        `content`: it refuses what this message says, or how large it is; the address is not in question.
        """
        super().__init__(message)
        self.retryable = retryable
        self.uncertain = uncertain
        self.content = content


class StorageError(PaperwatchError):
    """The archive cannot be read or written."""


OF_THE_DISK = frozenset({errno.EROFS, errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ESTALE})


def unusable(folder: Path, error: OSError) -> StorageError | ConfigError:
    """Returns what to raise for a data folder that cannot be used: the disk's fault, or the call's."""
    kind = StorageError if error.errno in OF_THE_DISK else ConfigError
    return kind(f"the data folder {folder} cannot be used: {error.strerror}")


class DamagedFileError(StorageError):
    """One file of the archive cannot be read, or is not what was stored; the others can."""


class LeaseLost(PaperwatchError):  # noqa: N818 - as Busy
    """Another crawl has taken over a source or a host: nothing more is written or asked of it."""


class Busy(PaperwatchError):  # noqa: N818 - it is a state of the house, not a fault
    """Another run holds the lock."""
