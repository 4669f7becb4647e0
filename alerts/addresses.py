"""Mail addresses as they go on the wire: ASCII, one line, nothing that could end a header or a command."""

from __future__ import annotations

import re

# Wider than most people's, narrower than RFC 5321: no quoted local parts, which servers rarely take.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
)
_LONGEST = 254


def wire_address(address: str) -> str:
    """The address with an international domain in its ASCII form. Raises ValueError in words for a person."""
    local, _, domain = address.rpartition("@")
    try:
        wire = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise ValueError("the address has a domain that cannot be written in ASCII") from None
    if len(wire) > _LONGEST:
        raise ValueError(f"the address is longer than {_LONGEST} characters")
    if not _ADDRESS.fullmatch(wire) or ".." in wire or wire.startswith(".") or ".@" in wire:
        raise ValueError("the address is not one that mail can be sent to")
    return wire


def is_url(address: str) -> bool:
    """Whether it is an address of a service (a webhook, a chat) and not of a person's mailbox."""
    return "://" in address


def domain_of(address: str) -> str:
    return wire_address(address).rpartition("@")[2].lower()
