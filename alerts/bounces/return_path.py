"""The address that a message comes back to: with a tag, each message has one of its own."""

from __future__ import annotations

import re

from alerts.addresses import wire_address

_MESSAGE_ID = re.compile(r"<([0-9a-f]{40})@([^>\s]+)>")
_TAGGED = re.compile(r"(.+)\+([0-9a-f]{40})@([^@]+)", re.IGNORECASE)


def address(message_id: str, returns_to: str) -> str:
    """As in "bounces+3f…@example.org", of a message of ours; any other goes back to `returns_to` itself."""
    found = _MESSAGE_ID.fullmatch(message_id)
    local, _, domain = wire_address(returns_to).rpartition("@")
    return f"{local}+{found[1]}@{domain}" if found and len(local) + 41 <= 64 else f"{local}@{domain}"


def tag(to: str, returns_to: str) -> str:
    """The fingerprint of the message that a mail to this address is about; "" where it has no tag of ours."""
    found = _TAGGED.fullmatch(to.strip())
    if not found or not returns_to:
        return ""
    plain = f"{found[1]}@{found[3]}".lower()
    return found[2].lower() if plain == wire_address(returns_to).lower() else ""
