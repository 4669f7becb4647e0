"""A mail of a mailbox for bounces, and what such a mailbox is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Mail:
    content: bytes
    done: Callable[[], None]  # note that it was dealt with


class Mailbox(Protocol):
    def mails(self, most: int) -> Iterator[Mail]:
        """At most `most` mails that were not dealt with yet. Raises DeliveryError."""
        ...


class MailboxMarks(Protocol):
    """How far numbered mailboxes were read, kept by the archive."""

    def position(self, mailbox: str) -> int: ...

    def passed(self, mailbox: str, position: int) -> None: ...
