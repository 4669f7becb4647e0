"""The record of how a paper's bytes came: every answer on the way, as the server gave it.

It is kept with the revision, is in the archive's log by its hash, and goes into evidence packs.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.config import VERSION

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Sequence

MOST_HEADERS = 16_384  # bytes of the headers of one answer; what goes beyond is left out, and said
MOST_ANSWERS = 20  # on the way to one paper: redirects, and tries that failed
ROBOTS = "the robots.txt of each host was asked and let us fetch this address"


def answer(
    url: str,
    status: int,
    headers: Iterable[tuple[bytes, bytes]],
    *,
    method: str,
    asked_at: datetime,
    tls: dict[str, Any] | None,
) -> dict[str, Any]:
    """One answer: its status and its headers in their order and spelling, before its body was read."""
    kept: list[list[str]] = []
    size = left = 0
    for name, value in headers:
        size += len(name) + len(value)
        if size > MOST_HEADERS:
            left += 1
        else:
            kept.append([name.decode("latin-1"), value.decode("latin-1")])
    facts = {
        "url": url,
        "method": method,
        "status": status,
        "headers": kept,
        "asked_at": _stamp(asked_at),
        "answered_at": _stamp(datetime.now(UTC)),
        "tls": tls,
    }
    return facts | ({"headers_left_out": left} if left else {})


def record(answers: Sequence[dict[str, Any]], *, note: str, certificate_checked: bool) -> dict[str, Any]:
    """All of them, with what holds for the whole."""
    left = len(answers) - MOST_ANSWERS
    facts = {
        "answers": list(answers[:MOST_ANSWERS]),
        "received_at": _stamp(datetime.now(UTC)),
        "robots": ROBOTS,
        "certificate_checked": certificate_checked,
        "note": note,
        "program": f"Paperwatch {VERSION}",
    }
    return facts | ({"answers_left_out": left} if left > 0 else {})


def tls_of(channel: ssl.SSLObject | None) -> dict[str, Any] | None:
    """The certificate and how the channel was secured; None for plain http."""
    if channel is None:
        return None
    certificate, cipher = channel.getpeercert(binary_form=True), channel.cipher()
    about: dict[str, Any] = channel.getpeercert() or {}  # empty where it was not checked
    return {
        "version": channel.version() or "",
        "cipher": cipher[0] if cipher else "",
        "certificate_sha256": hashlib.sha256(certificate).hexdigest() if certificate else "",
        "subject": _name(about.get("subject", ())),
        "issuer": _name(about.get("issuer", ())),
        "valid_from": about.get("notBefore", ""),
        "valid_until": about.get("notAfter", ""),
    }


def _name(parts: Iterable[Iterable[tuple[str, str]]]) -> str:
    return ", ".join(f"{name}={value}" for part in parts for name, value in part)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
