"""Which addresses are inside: no public site may lead the crawl to one.

A source line may name an inside host (a demo on 127.0.0.1, an intranet); then, and only then, its requests
may go inside. Whether a *line* is inside is read off its text alone, so no DNS answer can make it so; whether
a *connection* goes inside is decided on the address it is about to be made to, so neither redirects, nor odd
spellings of an address, nor a name that resolves inwards get past.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.addresses import is_inside_address

if TYPE_CHECKING:
    from aiohttp import AddrInfoType

# Names that never are public: RFC 6761, RFC 6762, RFC 8375 and ICANN's .internal.
_INSIDE_NAMES = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet")


class InsideAddressError(OSError):
    """A public site led to an inside address. Always the same text, so that aiohttp merges several."""

    def __init__(self) -> None:
        super().__init__("a public page must not lead to a private address")


def is_inside(url: str) -> bool:
    """Whether a source line's own host is an inside one, by its text."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return is_inside_address(ip_address(host))
    except ValueError:
        return "." not in host or host.endswith(_INSIDE_NAMES)


def public_socket(info: AddrInfoType) -> socket.socket:
    """A socket for a connection that must stay outside; asked once for each address tried."""
    family, kind, protocol, _, address = info
    if is_inside_address(ip_address(str(address[0]).partition("%")[0])):
        raise InsideAddressError
    return socket.socket(family, kind, protocol)
