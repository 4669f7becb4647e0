"""The `[alerts]` settings. They name where a secret lives and never hold one, so any of this may be shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from alerts.addresses import domain_of
from pipeline.addresses import is_site
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?", re.IGNORECASE)


_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def _secret(table: str, file: str, variable: str, environ: Mapping[str, str]) -> str:
    if file:
        try:
            secret = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{table}.password_file cannot be read: {type(error).__name__}") from None
    else:
        secret = environ.get(variable, "")
    if not secret:
        raise ConfigError(f"{table} has a username but no password: set {variable} or `password_file`")
    if not secret.isascii():  # smtplib would fail on it and quote a piece of it
        raise ConfigError(f"the password of {table} must be ASCII to be sent to a mail server")
    return secret


class Smtp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mail server that takes our messages."""

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_variable: str = "PAPERWATCH_SMTP_PASSWORD"  # noqa: S105 - the name of a variable, no secret
    password_file: str = ""  # read instead of the variable where given
    ca_file: str = ""  # extra certificate authority, for a server with a private one
    timeout: Annotated[float, msgspec.Meta(gt=0, le=600)] = 60.0  # seconds for one message

    def __post_init__(self) -> None:
        if self.username and self.security == "none":
            raise ValueError(
                "`username` needs `security` to be starttls or tls: a password never travels in clear"
            )

    def password(self, environ: Mapping[str, str]) -> str:
        """The secret, read when it is needed and kept nowhere. Raises ConfigError."""
        return _secret("alerts.smtp", self.password_file, self.password_variable, environ)


class BounceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mailbox to which messages come back: a folder on this machine, or one of an IMAP server."""

    folder: str = ""  # a Maildir, or a folder of .eml files
    host: str = ""  # of an IMAP server
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 993
    security: Literal["starttls", "tls", "none"] = "tls"
    mailbox: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern="^[ -~]+$")] = "INBOX"
    username: str = ""
    password_variable: str = "PAPERWATCH_BOUNCES_PASSWORD"  # noqa: S105 - the name of a variable, no secret
    password_file: str = ""  # read instead of the variable where given
    ca_file: str = ""  # extra certificate authority, for a server with a private one
    timeout: Annotated[float, msgspec.Meta(gt=0, le=600)] = 60.0  # seconds for one question
    most: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1_000  # mails read in one run
    # Where messages come back to; "" is `sender`. With `tagged`, each has an address of its own there,
    # as in bounces+3f…@example.org.
    return_path: str = ""
    tagged: bool = False

    def __post_init__(self) -> None:
        if bool(self.folder) == bool(self.host):
            raise ValueError("`bounces` needs a `folder` or the `host` of an IMAP server: one of the two")
        if self.host and not self.username:
            raise ValueError("`bounces` needs a `username` for its IMAP server")
        if self.host and self.security == "none" and self.host not in _THIS_MACHINE:
            raise ValueError("`security` may be none on this machine only: a password never travels in clear")
        if self.return_path:
            _check_address("return_path", self.return_path)
        if self.tagged and not self.return_path:
            raise ValueError("`tagged` needs a `return_path`")

    def password(self, environ: Mapping[str, str]) -> str:
        """The secret, read when it is needed and kept nowhere. Raises ConfigError."""
        return _secret("alerts.bounces", self.password_file, self.password_variable, environ)


class AlertConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    channel: str = "folder"  # a name of alerts.channels.table.CHANNELS
    sender: str = "paperwatch@localhost"
    sender_name: str = "Paperwatch"
    contact: str = ""  # who answers a reader's question: an address or a few words
    # Where the archive is served: [web] says it. "" if nowhere: then no link leads to it.
    base_url: Annotated[str, msgspec.Meta(max_length=200)] = ""
    list_id: str = ""  # "" is digests. and the domain of `sender`
    unsubscribe_address: str = ""  # reads mail that asks to stop; "" if none does
    operator: str = ""  # is told of sources and queues with faults; "" if nobody is
    # A second way to the operator, for when mail is what fails: a web address that takes a POST, or one
    # of Apprise's. "" where there is none.
    operator_also: Annotated[str, msgspec.Meta(max_length=500)] = ""
    entries_shown: Annotated[int, msgspec.Meta(ge=1, le=500)] = 40  # most in one message; the rest is counted
    # Above this share of a reader's sources not read since their last digest, it says so before all else.
    unread_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.25
    # Whether a webhook may lead to this machine or its own network: else nobody can reach in by one.
    webhooks_to_private_addresses: bool = False
    smtp: Smtp | None = None
    bounces: BounceSettings | None = None  # where messages come back to; None: nobody looks

    def __post_init__(self) -> None:
        _check_address("sender", self.sender)
        if self.operator:
            _check_address("operator", self.operator)
        if self.operator_also and "://" not in self.operator_also:
            raise ValueError("`operator_also` must be an address with ://, such as https://example.org/hook")
        if self.unsubscribe_address:
            _check_address("unsubscribe_address", self.unsubscribe_address)
        if self.base_url and not is_site(self.base_url):
            raise ValueError("`base_url` must be like https://archive.example.org, without query or fragment")
        if self.list_id and not _HOST_NAME.fullmatch(self.list_id):
            raise ValueError("`list_id` must be like a host name: letters, digits, dots, hyphens")
        if self.channel == "smtp" and self.smtp is None:
            raise ValueError("`channel` is smtp, but there is no table [alerts.smtp] with a `host`")

    @property
    def returns_to(self) -> str:
        """The sender of the envelope: where a message that cannot be delivered comes back to."""
        return (self.bounces.return_path if self.bounces else "") or self.sender

    @property
    def domain(self) -> str:
        return domain_of(self.sender)


def _check_address(key: str, address: str) -> None:
    try:
        domain_of(address)
    except ValueError as error:
        raise ValueError(f"`{key}`: {error}, as in name@example.org: {address!r}") from None


def parse(table: Mapping[str, Any]) -> AlertConfig:
    """The settings from a TOML table. Raises ConfigError, which names the key at fault."""
    try:
        return msgspec.convert(table, AlertConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"[alerts] {error}") from None
