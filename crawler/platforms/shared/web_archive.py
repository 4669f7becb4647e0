"""Addresses of the UK Government Web Archive: what stood at an address, and when.

    https://webarchive.nationalarchives.gov.uk/ukgwa/20220301120000/https://www.example.nhs.uk/page/

A capture is asked for as it was stored (`id_`): without the archive's bar, with its links as they were. The
archive answers with the capture that is nearest in time; its address says which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

HOSTS = ("webarchive.nationalarchives.gov.uk", "webarchive.nationalarchives.gov.uk.")
_CAPTURE = re.compile(
    r"^https?://webarchive\.nationalarchives\.gov\.uk/(?:ukgwa/)?(?P<stamp>\d{4,14}|\+)(?:[a-z]{2}_)?/"
    r"(?P<original>.+)$",
    re.IGNORECASE,
)
_ROOT = "https://webarchive.nationalarchives.gov.uk/ukgwa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """One capture of one address."""

    original: str
    stamp: str  # up to 14 digits, UTC; "+" for the latest

    @property
    def moment(self) -> datetime | None:
        """When it was captured; None where the address names no whole day."""
        digits = self.stamp.ljust(14, "0")
        try:
            return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None

    @property
    def raw(self) -> str:
        """The address of its bytes as they were stored."""
        return self.beside(self.original)

    def beside(self, url: str) -> str:
        """Another address as it stood at the same time; an archived one is as it is."""
        if at(url) is not None:
            return url
        kind = "" if self.stamp == "+" else "id_"
        return f"{_ROOT}/{self.stamp}{kind}/{url}"


def at(url: str) -> Archived | None:
    """What an address of the archive is a capture of; None for any other."""
    match = _CAPTURE.match(url)
    if match is None:
        return None
    original = match["original"]
    if not re.match(r"https?://", original, re.IGNORECASE):
        original = f"http://{re.sub(r'^https?:/+', '', original)}"  # `http:/` where a proxy merged slashes
    return Archived(original=original, stamp=match["stamp"])


def original_of(url: str) -> str:
    """The address that a capture is of; any other address as it is."""
    archived = at(url)
    return url if archived is None else archived.original
