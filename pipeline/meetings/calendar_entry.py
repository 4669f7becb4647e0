"""What is coming: meetings, and the last days of consultations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A day ahead, with what the archive holds about it."""

    ahead: Ahead
    body: str  # id
    sequence: int = 0  # counts its changes, for calendars
    meeting: int = 0  # as the archive counts them; 0: the last day of a consultation
    document: int = 0  # the consultation whose last day it is; 0: a meeting
    papers: int = 0
    mentions: int = 0  # of what is watched for, in its papers
