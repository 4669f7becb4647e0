"""The `[web]` settings."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from pipeline.addresses import is_site

PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")  # under which the archive may be
Text = Annotated[str, msgspec.Meta(max_length=200)]


class WebConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the archive presents itself."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "Paperwatch"
    base_url: Text = ""  # where readers find the archive; "" takes the address that each request names
    contact: Text = ""  # who answers questions: an e-mail address, a web address or a few words
    # Addresses or networks whose X-Forwarded-* headers are believed; nobody else can come from this machine.
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    searches_a_minute: Annotated[int, msgspec.Meta(ge=1)] = (
        60  # of one reader, at each `serve`; as many may come at once
    )
    metrics_token: Text = ""  # whoever sends it may read /metrics; "" shuts it
    sign_ups_an_hour: Annotated[int, msgspec.Meta(ge=1)] = 6  # from one reader's address, at each `serve`

    def __post_init__(self) -> None:
        if self.base_url and not (is_site(self.base_url) and PATH.fullmatch(urlsplit(self.base_url).path)):
            raise ValueError(
                "`base_url` must be like https://archive.example.org or https://example.org/archive"
            )
        for proxy in self.trusted_proxies:
            ip_network(proxy, strict=False)  # its ValueError names what is wrong
