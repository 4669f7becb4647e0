"""The channel that posts a digest as JSON to an address of the reader's own.

Such an address leads out of the house and never into it: one that means this machine or its own network
is refused unless the settings allow it, and what was looked at is what is connected to.
"""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlsplit

from alerts.channels.deadline import cut_off
from alerts.contents import contents
from pipeline.addresses import is_inside_address
from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from alerts.config import AlertConfig
    from pipeline.model import Message

TIMEOUT = 30.0  # seconds for connecting, and again for the whole answer
PASSING = {408, 425, 429}  # the 4xx answers that are about the moment and not about us
OF_CONTENT = {400, 413, 415, 422}  # those that are about what was posted, and not about where to


class Inward(NamedTuple):
    """Whether an address may lead to this machine or its own network, and the setting that says so."""

    allowed: bool
    setting: str


class WebhookChannel:
    """POSTs `{"message_id", "subject", "text", "html"}`. A 2xx is its acceptance; a redirect is not followed.

    The same message_id may come twice after a crash; it is sent as Idempotency-Key too.
    """

    def __init__(self, config: AlertConfig, data: Path) -> None:
        del data  # every channel is opened alike; this one keeps nothing
        self._inward = Inward(
            config.webhooks_to_private_addresses, "`webhooks_to_private_addresses` in [alerts]"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, message: Message) -> None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.message_id}
        body = json.dumps(contents(message))
        status = post(message.address, body, headers, inward=self._inward, timeout=TIMEOUT)
        if not 200 <= status < 300:
            final = 400 <= status < 500 and status not in PASSING
            content = status in OF_CONTENT
            raise DeliveryError(
                f"the webhook answered {status}", retryable=content or not final, content=content
            )


def post(address: str, body: str, headers: dict[str, str], *, inward: Inward, timeout: float) -> int:
    """Returns the status that an address answers a POST with: see `exchange`."""
    return exchange(address, body.encode(), headers, inward=inward, timeout=timeout)[0]


def exchange(
    address: str, body: bytes, headers: dict[str, str], *, inward: Inward, timeout: float, most: int = 0
) -> tuple[int, bytes]:
    """Returns the status and the first `most` bytes of the answer to a POST; a redirect is not followed.

    Connecting and waiting take at most `timeout` seconds each. Raises DeliveryError, which does not name
    the address: it may hold a secret.
    """
    target = _target(address)
    handed_over = False
    try:
        with _connected(target, inward=inward, timeout=timeout) as connection:
            handed_over = True
            connection.request("POST", target.path, body, headers)
            response = connection.getresponse()
            return response.status, response.read(most) if most else b""
    except (OSError, HTTPException, ValueError) as error:
        raise DeliveryError(
            f"the webhook was lost: {type(error).__name__}", retryable=True, uncertain=handed_over
        ) from None


class _Target(NamedTuple):
    host: str
    port: int
    path: str
    secure: bool


def _target(address: str) -> _Target:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    else:
        if parts.scheme in {"http", "https"} and host:
            secure = parts.scheme == "https"
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            return _Target(host, port or (443 if secure else 80), path, secure)
    raise DeliveryError("the webhook has no http or https address", retryable=False)


@contextmanager
def _connected(target: _Target, *, inward: Inward, timeout: float) -> Generator[HTTPConnection]:
    """A connection to the address that was looked at: asked again, its name might mean another."""
    connection = (HTTPSConnection if target.secure else HTTPConnection)(target.host, target.port)
    line = _line(target, inward=inward, timeout=timeout)
    try:
        with cut_off(timeout, lambda: connection.sock):
            connection.sock = line
            if target.secure:
                connection.sock = ssl.create_default_context().wrap_socket(
                    line, server_hostname=target.host, do_handshake_on_connect=False
                )
                connection.sock.do_handshake()
            yield connection
    finally:
        connection.close()


def _line(target: _Target, *, inward: Inward, timeout: float) -> socket.socket:
    """Connected to the first address that answers. Raises DeliveryError where one leads into the house."""
    answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    if not inward.allowed and any(_is_inside(str(place[0])) for *_, place in answers):
        raise DeliveryError(
            "the webhook's address is on this machine or a private network: set "
            f"{inward.setting} to allow that",
            retryable=not _is_literal(target.host),  # what a name means may be put right
        )
    lost: OSError = OSError("no address")
    for family, kind, protocol, _, place in answers:
        line = socket.socket(family, kind, protocol)
        line.settimeout(timeout)
        try:
            line.connect(place)
        except OSError as error:
            line.close()
            lost = error
        else:
            return line
    raise lost


def _is_inside(address: str) -> bool:
    return is_inside_address(ip_address(address.partition("%")[0]))


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
