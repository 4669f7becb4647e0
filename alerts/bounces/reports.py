"""Reads a mail that may be a bounce: RFC 3464, and the plain text of servers that write no report.

A bounce is only ever about a message of ours whose Message-ID it carries, in the copy that it returns or in
the address that it came back to. Nobody but its reader knows that name, so nobody can stop another reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from alerts.addresses import wire_address
from alerts.bounces import return_path
from alerts.bounces.codes import OF_DATA, kind_of_failure
from alerts.words import clean
from pipeline.bounces import Bounce, BounceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 256_000  # of one mail; our longest message is 100,000, and a report is before its copy
MOST_SAID = 600  # characters after an address that are taken to speak of it
_OURS = re.compile(r"^message-id:\s*(<[0-9a-f]{40}@[^>\s]+>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']{1,64}@[^\s<>()\[\]:;,\"']{1,255}")
_REPORT = "message/delivery-status"
_POSTMASTERS = re.compile(
    r"^(mailer-daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]*)@", re.IGNORECASE
)
# Where what follows is no longer what the server says, but our own message.
_COPY_BEGINS = re.compile(
    r"^.{0,20}(original message|copy of (the|your) message|below this line is a copy|returned message"
    r"|message headers? follow|return-path:|received: |message-id:).*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Failure:
    recipients: frozenset[str]
    status: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a mail says before it is believed."""

    message_ids: tuple[str, ...]  # of ours, as far as it names them
    is_tagged: bool  # it came to an address that only this one message had
    failures: tuple[_Failure, ...]
    fingerprint: str
    written_at: datetime | None

    def of(self, message_id: str, address: str) -> Bounce | None:
        """Returns the bounce of this message to this reader; None where it is of another address.

        A reader may have their mail sent on: what the next mailbox says is not said of theirs.
        """
        wire = _wire(address)
        for failure in self.failures:
            if wire in failure.recipients or (self.is_tagged and not failure.recipients):
                said = _without_addresses(failure.said) or failure.status
                return Bounce(
                    message_id=message_id,
                    kind=_kind(failure),
                    said=said,
                    fingerprint=self.fingerprint,
                    written_at=self.written_at,
                )
        return None


def read(content: bytes, domain: str, returns_to: str = "") -> Report | None:
    """Returns what a mail says of messages that came back; None where it is no bounce, or only of a delay.

    `domain` is that of our Message-IDs, `returns_to` the address that bounces come to where it is tagged.
    """
    mail = message_from_bytes(content[:MOST_BYTES])
    if not _is_from_a_server(mail):
        return None
    failures = tuple(_reported(mail)) or tuple(_told(mail))
    if not failures:
        return None
    tag = _tag(mail, returns_to)
    named = [f"<{tag}@{domain}>"] if tag else list(dict.fromkeys(_returned_ids(mail)))
    return Report(
        message_ids=tuple(named),
        is_tagged=bool(tag),
        failures=failures,
        fingerprint=sha256(content[:MOST_BYTES]).hexdigest(),
        written_at=_date(mail),
    )


def _is_from_a_server(mail: Mail) -> bool:
    """People's answers and notices of absence carry our Message-ID too."""
    if mail.get_content_type() == "multipart/report":
        return str(mail.get_param("report-type") or "delivery-status").lower() == "delivery-status"
    if str(mail.get("Return-Path", "")).strip() == "<>" or mail.get("X-Failed-Recipients"):
        return True
    senders = getaddresses([str(value) for value in mail.get_all("From", [])])
    return any(_POSTMASTERS.match(address) for _, address in senders)


# ---- a report by the standard


def _reported(mail: Mail) -> Iterator[_Failure]:
    # Postfix says at which verb it was refused to people alone: what comes after DATA is about the message.
    verb = " (in reply to DATA)" if OF_DATA.search(_text(mail)) else ""
    for part in mail.walk():
        if part.get_content_type() != _REPORT or not isinstance(part.get_payload(), list):
            continue
        for fields in part.get_payload():  # one group of fields for the message, then one for each recipient
            if isinstance(fields, Mail) and str(fields.get("Action", "")).strip().lower() == "failed":
                yield _Failure(
                    frozenset(
                        _wire(_value(str(value)))
                        for name in ("Original-Recipient", "Final-Recipient")
                        for value in fields.get_all(name, [])
                    ),
                    str(fields.get("Status", "")).strip(),
                    _value(str(fields.get("Diagnostic-Code", ""))) + verb,
                )


def _value(field: str) -> str:
    """Without the type that is before it: "rfc822; a@example.org"."""
    kind, semicolon, value = field.partition(";")
    return (value if semicolon and kind.strip().isascii() and len(kind) < 20 else field).strip()


# ---- a report in plain words


def _told(mail: Mail) -> Iterator[_Failure]:
    """What servers write that follow no standard: an address, and soon after it a code or a usual phrase."""
    if any(part.get_content_type() == _REPORT for part in mail.walk()):
        return  # it is by the standard, and says that nothing failed for good
    text = _COPY_BEGINS.split(_text(mail), maxsplit=1)[0]
    found: dict[str, str] = {}
    places = [(place.start(), place.end(), _wire(place[0].rstrip("."))) for place in _ADDRESS.finditer(text)]
    for number, (_, end, address) in enumerate(places):
        following = places[number + 1][0] if number + 1 < len(places) else len(text)
        found[address] = found.get(address, "") + text[end : min(following, end + MOST_SAID)] + "\n"
    for _, address in getaddresses([str(mail.get("X-Failed-Recipients", ""))]):
        found.setdefault(_wire(address), text)
    for address, said in found.items():
        if address and kind_of_failure("", said) is not None:
            yield _Failure(frozenset({address}), "", said)


def _text(mail: Mail) -> str:
    """The first part that is plain text; of a mail without one, what it says between its marks."""
    for part in mail.walk():
        if part.get_content_type() in {"text/plain", "text/html"} and not part.is_multipart():
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            return (
                re.sub(r"<(?![^<>\s]*@)[^<>]*>", " ", text) if part.get_content_subtype() == "html" else text
            )
    return ""


# ---- of which message


def _returned_ids(mail: Mail) -> Iterator[str]:
    """Message-IDs in the copy that came back; those of the bounce itself and of answers are no proof."""
    for part in mail.walk():
        if part is mail and not part.is_multipart():
            payload = part.get_payload(decode=True)
            yield from _OURS.findall(payload.decode("latin-1") if isinstance(payload, bytes) else "")
        elif part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
            for copy in (each for each in part.get_payload() if isinstance(each, Mail)):
                yield from _OURS.findall(f"Message-ID: {str(copy.get('Message-ID', '')).strip()}")
        elif part.get_content_type() in {"text/rfc822-headers", "text/plain"} and part is not mail:
            payload = part.get_payload(decode=True)
            yield from _OURS.findall(payload.decode("latin-1") if isinstance(payload, bytes) else "")


def _tag(mail: Mail, returns_to: str) -> str:
    headers = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
    values = [str(value) for name in headers for value in mail.get_all(name, [])]
    tags = (return_path.tag(address, returns_to) for _, address in getaddresses(values))
    return next(filter(None, tags), "")


def _date(mail: Mail) -> datetime | None:
    try:
        written = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, OverflowError):
        return None
    return written if written.tzinfo else written.replace(tzinfo=UTC)


def _kind(failure: _Failure) -> BounceKind:
    return kind_of_failure(failure.status, failure.said) or BounceKind.SOFT


def _wire(address: str) -> str:
    try:
        return wire_address(address.strip().strip("<>")).lower()
    except ValueError:
        return ""


def _without_addresses(said: str) -> str:
    return clean(_ADDRESS.sub("this reader", said), 200)
