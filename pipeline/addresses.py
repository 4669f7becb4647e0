"""Addresses of others: where a reader may follow them, and where we may."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

FEWEST_DIGITS = 12  # of a SHA-256 that name one version of a paper
LONGEST = 2_000  # characters: a longer address is left out, since a shortened one would lead elsewhere
# What may be in an address as it is; "%" because addresses come already encoded.
_SAFE = "/:?#[]@!$&'()*+,;=%~"
_NAT64 = IPv6Network("64:ff9b::/96")


def safe(url: str, longest: int = LONGEST) -> str:
    """The address if a reader may follow it, else "": listings hold javascript: and worse."""
    encoded = quote(url.strip(), safe=_SAFE, errors="replace")
    try:
        parts = urlsplit(encoded)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and bool(parts.netloc)
    return encoded if is_web and len(encoded) <= longest else ""


def is_site(url: str) -> bool:
    """Whether this is where a site may be served: https://archive.example.org, perhaps with a path."""
    if not url.isascii() or not url.isprintable() or set(" <>\"'") & set(url):
        return False
    try:
        parts = urlsplit(url)
        port_is_sane = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and port_is_sane
        and not ("?" in url or "#" in url or "@" in parts.netloc)
    )


def is_inside_address(address: IPv4Address | IPv6Address) -> bool:
    """Loopback, private, link-local, shared, reserved or multicast, also wrapped into an IPv6 address."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_inside_address(wrapped)
    return not address.is_global or address.is_multicast or address.is_reserved


def version_named(asked: str, held: Iterable[str]) -> str:
    """Returns the one of some SHA-256 that an address names: whole, or by its first digits, 12 or more.

    "" where it names none of them, or several.
    """
    found = {sha256 for sha256 in held if sha256.startswith(asked)} if len(asked) >= FEWEST_DIGITS else set()
    return found.pop() if len(found) == 1 else ""
