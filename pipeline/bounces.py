"""A message of ours that came back by mail, as the archive is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class BounceKind(StrEnum):
    HARD = "hard"  # its server does not know the address
    SOFT = "soft"  # may pass: a full mailbox, a server that is down, or no word that says more
    CONTENT = "content"  # what the message says, or who sends it, was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One message that came back."""

    message_id: str  # of ours: nobody but its reader can know it
    kind: BounceKind
    said: str  # by the server that refused it, in one line without addresses
    fingerprint: str  # of the mail that brought it: read again, it is the same one
    written_at: datetime | None  # when that mail says it was written


class Heard(StrEnum):
    """What became of a mail in the mailbox for bounces."""

    COUNTED = "counted"  # believed, and its message tried again later
    STOPPED = "stopped"  # believed, for the second time: nothing more goes to this reader
    AGAIN = "again"  # known, or of a sending that is long past
    NOT_BELIEVED = "not believed"  # not of a message of ours to this reader
    NO_BOUNCE = "no bounce"  # other mail, or a delay that is not the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What came back in the last days, for reports."""

    days: int
    kinds: dict[str, int]
    not_believed: int
    read_at: datetime | None  # when the mailbox was last read
    to_operator: str  # why a notice to the operator came back; "" where none did
