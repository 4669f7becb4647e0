"""The `[web]` settings."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=200)]


class WebConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the archive presents itself."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "Paperwatch"
    base_url: Text = ""  # where readers find the archive; "" takes the address that each request names
    contact: Text = ""  # who answers questions: an e-mail address, a web address or a few words
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-* headers are believed
    searches_a_minute: Annotated[int, msgspec.Meta(ge=1)] = 60  # of one reader; as many may come at once
    sign_ups_an_hour: Annotated[int, msgspec.Meta(ge=1)] = 6  # from one reader's address

    def __post_init__(self) -> None:
        if self.base_url and not _is_site(self.base_url):
            raise ValueError(
                "`base_url` must be like https://archive.example.org: no path, the archive is a site's root"
            )
        for proxy in self.trusted_proxies:
            ip_network(proxy, strict=False)  # its ValueError names what is wrong


def _is_site(url: str) -> bool:
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
        and parts.path in {"", "/"}
        and not (parts.query or "#" in url or "?" in url or "@" in parts.netloc)
    )
