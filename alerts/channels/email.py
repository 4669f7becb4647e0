"""The channel that hands messages to a mail server, and knows what each of its answers means.

| what happened                                                  | what was refused, and what follows       |
|----------------------------------------------------------------|------------------------------------------|
| 2xx after the final dot                                        | nothing: `send` returns                  |
| no connection, no TLS, a wrong certificate, a drop, too slow   | the line: try again                      |
| 4xx anywhere; 5xx before RCPT (greeting, EHLO, AUTH, MAIL)     | us, or the day: try again                |
| 552 or x.3.4 (too large), x.6.z (content) anywhere             | this message: hold it                    |
| RCPT: x.1.z of the recipient, 2.1, 7.13, 7.17, 551, 553, 556   | the address: its server does not know it |
| RCPT: 550 without a code that says more, and no word of policy | the address                              |
| any other 5xx to RCPT (policy, relaying, a full mailbox)       | us, or the day: try again                |
| any 5xx to DATA or after the dot                               | this message: hold it                    |

Only a server that does not know an address can stop its reader, and only at RCPT: at that moment it has seen
nothing of the message. A verdict on a message, a wrong password or a relay that shuts us out must never count
as one: that would stop every reader at once.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from contextlib import contextmanager, suppress
from enum import Enum
from typing import TYPE_CHECKING, NoReturn, Self

from alerts.addresses import wire_address
from alerts.bounces import return_path
from alerts.channels.deadline import cut_off
from alerts.words import clean
from pipeline.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from alerts.config import AlertConfig, Smtp
    from pipeline.model import Message

_ENHANCED = re.compile(r"\s*5\.(\d{1,3})\.(\d{1,3})\b")
_ABOUT_US = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})  # syntax, order of verbs, authentication
_TOO_LARGE = frozenset({(2, 3), (3, 4)})
# Of x.1.z those about the sender; of the others, mailboxes that are switched off or have a new owner.
_OF_SENDER = frozenset({(1, 7), (1, 8), (1, 9)})
_NO_MAILBOX = frozenset({(2, 1), (7, 13), (7, 17)})
_UNKNOWN_ADDRESS = frozenset({551, 553, 556})
# A plain 550 serves for "no such user" and for every policy; its words tell which.
_POLICY = re.compile(
    r"spam|junk|block|\bban|listed|policy|reputation|relay|permi|authenti|spf|dkim|dmarc|rbl|dnsbl|sender"
    r"|\brate|quota|full|too many|your (?:ip|host|server)",
    re.IGNORECASE,
)
_CLOSING = 421


class SmtpChannel:
    """One connection for a batch, opened with the first message and again after a drop."""

    def __init__(self, config: AlertConfig, data: Path) -> None:
        del data  # every channel is opened alike; this one keeps nothing
        if config.smtp is None:
            raise ConfigError("[alerts] the smtp channel needs a table [alerts.smtp] with a `host`")
        self._settings: Smtp = config.smtp
        self._returns_to = wire_address(config.returns_to)
        self._is_tagged = bool(config.bounces and config.bounces.tagged)
        self._context = _context(config.smtp)
        if config.smtp.username:
            config.smtp.password(os.environ)  # so that its absence is known before the first message
        self._domain = config.domain
        self._connection: smtplib.SMTP | None = None
        self._handing_over = False  # a message that is lost from here on may have been taken

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with suppress(smtplib.SMTPException, OSError), self._deadline(connection):
                connection.quit()
            connection.close()

    def send(self, message: Message) -> None:
        """Each step (open, ask, hand over) ends within `timeout`; name look-up comes on top."""
        try:
            recipient = wire_address(message.address)
        except ValueError as error:
            raise DeliveryError(f"no mail can be sent to this reader: {error}", retryable=False) from None
        self._handing_over = False
        try:
            connection = self._connected()
            with self._deadline(connection):
                self._transact(connection, recipient, message)
        except DeliveryError:
            raise
        except smtplib.SMTPResponseException as error:
            self._drop()
            _refuse("the start of the conversation", (error.smtp_code, error.smtp_error), message)
        except (smtplib.SMTPException, OSError, ValueError, ConfigError) as error:
            # ValueError: ssl and encodings say so for a connection that was cut under them
            self._drop()
            text = clean(str(error)) or type(error).__name__
            raise DeliveryError(
                f"the mail server {self._settings.host} was lost: {text}",
                retryable=True,
                uncertain=self._handing_over,
            ) from error

    def _transact(self, connection: smtplib.SMTP, recipient: str, message: Message) -> None:
        size = [f"size={len(message.content)}"] if connection.has_extn("size") else []
        for verb, answer in (
            ("MAIL", lambda: connection.mail(self._return_path(message), size)),
            ("RCPT", lambda: connection.rcpt(recipient)),
            ("DATA", lambda: _data(connection, message.content)),
        ):
            self._handing_over = verb == "DATA"
            reply = answer()
            if not 200 <= reply[0] < 300:
                self._forget(connection, reply[0])
                _refuse(verb, reply, message)

    def _return_path(self, message: Message) -> str:
        return (
            return_path.address(message.message_id, self._returns_to) if self._is_tagged else self._returns_to
        )

    def _forget(self, connection: smtplib.SMTP, code: int) -> None:
        """Leave a refused message behind, so that the next one starts afresh."""
        if code == _CLOSING:
            self._drop()
            return
        try:
            connection.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._connection:
            with suppress(smtplib.SMTPException, OSError), self._deadline(self._connection):
                if self._connection.noop()[0] == 250:
                    return self._connection
            self._drop()
        self._connection = self._open()
        return self._connection

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        # Our domain in EHLO: smtplib's own guess asks the name servers, and may wait for them.
        connection = (
            smtplib.SMTP_SSL(local_hostname=self._domain, timeout=settings.timeout, context=self._context)
            if settings.security == "tls"
            else smtplib.SMTP(local_hostname=self._domain, timeout=settings.timeout)
        )
        # smtplib checks the certificate against this, but sets it only where its constructor connects: there,
        # no deadline could watch over it.
        connection._host = settings.host  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        try:
            with self._deadline(connection):
                _greeted(connection.connect(settings.host, settings.port))
                if settings.security == "starttls":
                    connection.starttls(context=self._context)
                connection.ehlo_or_helo_if_needed()
                if settings.username:
                    connection.login(settings.username, settings.password(os.environ))
        except BaseException:
            connection.close()
            raise
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    @contextmanager
    def _deadline(self, connection: smtplib.SMTP) -> Generator[None]:
        with cut_off(self._settings.timeout, lambda: connection.sock) as expired:
            try:
                yield
            except (smtplib.SMTPException, OSError) as error:
                if expired.is_set():
                    raise TimeoutError(f"no answer within {self._settings.timeout:g} seconds") from error
                raise


def _greeted(reply: tuple[int, bytes]) -> None:
    if reply[0] != 220:
        raise smtplib.SMTPConnectError(*reply)


def _context(settings: Smtp) -> ssl.SSLContext | None:
    if settings.security == "none" and not settings.ca_file:
        return None  # to read all authorities takes longer than to send
    try:
        return ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:
        raise ConfigError(f"alerts.smtp.ca_file cannot be read: {error}") from None


def _data(connection: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    try:
        return connection.data(content)
    except smtplib.SMTPDataError as error:  # refused before the content was asked for
        return error.smtp_code, _bytes(error.smtp_error)


def _refuse(verb: str, reply: tuple[int, bytes | str], message: Message) -> NoReturn:
    code, said = reply[0], _bytes(reply[1]).decode("utf-8", "replace")
    # Servers repeat the address in their answer; what is logged and shown must not hold it.
    either = "|".join(map(re.escape, (message.address, wire_address(message.address))))
    words = clean(re.sub(either, "this reader", said, flags=re.IGNORECASE), 200)
    refused = what_is_refused(verb, code, said)
    raise DeliveryError(
        f"the mail server answered {code} to {verb}: {words}",
        retryable=refused is not Refused.ADDRESS,
        content=refused is Refused.MESSAGE,
    )


class Refused(Enum):
    LINE = "us, or the moment"
    MESSAGE = "what this message says, or its size"
    ADDRESS = "an address that its server does not know"


def what_is_refused(verb: str, code: int, said: str) -> Refused:
    """What an answer other than acceptance is about; `verb` is MAIL, RCPT, DATA or something before them."""
    if not 500 <= code < 600 or code in _ABOUT_US:
        return Refused.LINE
    found = _ENHANCED.match(said)
    detail = (int(found[1]), int(found[2])) if found else (0, 0)
    known = detail[0] != 0  # 5.0.0 says no more than 550 does
    if verb in {"MAIL", "RCPT", "DATA"} and (detail in _TOO_LARGE or detail[0] == 6):
        return Refused.MESSAGE
    if verb == "MAIL" and code == 552 and not known:
        return Refused.MESSAGE  # larger than the server takes, as we said beforehand
    if verb == "RCPT":
        return Refused.ADDRESS if _unknown_address(code, detail, said, known=known) else Refused.LINE
    if verb == "DATA":
        return Refused.LINE if detail == (2, 2) else Refused.MESSAGE
    return Refused.LINE


def _unknown_address(code: int, detail: tuple[int, int], said: str, *, known: bool) -> bool:
    if known:
        return (detail[0] == 1 and detail not in _OF_SENDER) or detail in _NO_MAILBOX
    return code in _UNKNOWN_ADDRESS or (code == 550 and not _POLICY.search(said))


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")
