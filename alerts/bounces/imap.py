"""An IMAP mailbox, looked at and never changed: how far it was read is a number that the archive keeps."""

from __future__ import annotations

import imaplib
import os
import re
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from alerts.bounces.mail import Mail
from alerts.bounces.reports import MOST_BYTES
from alerts.channels.deadline import cut_off
from alerts.words import clean
from pipeline.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.bounces.mail import MailboxMarks
    from alerts.config import BounceSettings

WINDOW = 2_000  # UIDs asked for at once: an answer stays far below what one line may hold
MOST_WINDOWS = 100  # of a mailbox whose numbers have wide gaps, in one run
_PLAIN = re.compile(r"[\x20-\x7e]+")


class ImapMailbox:
    """Opened when it is first asked for mails."""

    def __init__(self, settings: BounceSettings, marks: MailboxMarks) -> None:
        self._settings = settings
        self._marks = marks
        self._context = _context(settings)
        self._password = settings.password(os.environ)
        self._connection: imaplib.IMAP4 | None = None

    def mails(self, most: int) -> Iterator[Mail]:
        name, following = self._select()
        first = self._marks.position(name) + 1
        given = 0
        for _ in range(MOST_WINDOWS):
            if first >= following or given >= most:
                return
            last = min(first + WINDOW - 1, following - 1)
            for uid in self._uids(first, last)[: most - given]:
                given += 1
                yield Mail(self._content(uid), lambda uid=uid: self._marks.passed(name, uid))
            if given < most:
                self._marks.passed(name, last)
            first = last + 1

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with suppress(imaplib.IMAP4.error, OSError), self._deadline(connection):
                connection.logout()

    def _select(self) -> tuple[str, int]:
        """The mailbox's name as of now (made anew, it counts anew), and its next number."""
        with self._asking() as connection:
            _answer(connection.select(_quoted(self._settings.mailbox), readonly=True))
            validity = _number(connection.response("UIDVALIDITY")[1])
            following = _number(connection.response("UIDNEXT")[1])
            if not following:
                answer = _answer(connection.status(_quoted(self._settings.mailbox), "(UIDNEXT)"))
                found = re.search(rb"UIDNEXT (\d+)", answer[0] or b"")
                following = int(found[1]) if found else 1
        s = self._settings
        return f"bounces {s.username}@{s.host}:{s.port}/{s.mailbox} {validity}", following

    def _uids(self, first: int, last: int) -> list[int]:
        with self._asking() as connection:
            answer = _answer(connection.uid("SEARCH", "UID", f"{first}:{last}"))
        found = [int(number) for line in answer if line for number in line.split()]
        return sorted(uid for uid in found if first <= uid <= last)

    def _content(self, uid: int) -> bytes:
        with self._asking() as connection:
            answer = _answer(connection.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
        # A mail that is deleted meanwhile has none.
        return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.shutdown()

    @contextmanager
    def _asking(self) -> Iterator[imaplib.IMAP4]:
        """The connection, for one question; whatever goes wrong is a DeliveryError."""
        try:
            if self._connection is None:
                self._connection = self._open()
                self._log_in(self._connection)
            with self._deadline(self._connection):
                yield self._connection
        except (imaplib.IMAP4.error, OSError, ValueError) as error:
            self._drop()
            said = clean(str(error)).replace(self._password, "…") or type(error).__name__
            raise DeliveryError(
                f"the IMAP server {self._settings.host} does not answer as it should: {said}", retryable=True
            ) from error

    def _open(self) -> imaplib.IMAP4:
        s = self._settings
        if s.security == "tls":
            return imaplib.IMAP4_SSL(s.host, s.port, ssl_context=self._context, timeout=s.timeout)
        return imaplib.IMAP4(s.host, s.port, timeout=s.timeout)

    def _log_in(self, connection: imaplib.IMAP4) -> None:
        with self._deadline(connection):
            if self._settings.security == "starttls":
                connection.starttls(self._context)
            connection.login(self._settings.username, self._password)

    @contextmanager
    def _deadline(self, connection: imaplib.IMAP4) -> Iterator[None]:
        with cut_off(self._settings.timeout, lambda: connection.sock) as expired:
            try:
                yield
            except (imaplib.IMAP4.error, OSError) as error:
                if expired.is_set():
                    raise TimeoutError(f"no answer within {self._settings.timeout:g} seconds") from error
                raise


def _context(settings: BounceSettings) -> ssl.SSLContext | None:
    if settings.security == "none" and not settings.ca_file:
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:
        raise ConfigError(f"alerts.bounces.ca_file cannot be read: {error}") from None


def _answer(reply: tuple[str, list[Any]]) -> list[Any]:
    if reply[0] != "OK":
        raise imaplib.IMAP4.error(
            b" ".join(part for part in reply[1] if isinstance(part, bytes)).decode("latin-1")
        )
    return reply[1]


def _number(values: list[Any]) -> int:
    return int(values[0]) if values and values[0] else 0


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
