"""A digest as a message: RFC 5322 bytes, the same for the same digest, too small for a client to cut."""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import css_inline
import jinja2

from alerts import links, words
from alerts.addresses import is_url, wire_address
from alerts.view import SIDE, view
from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from email.policy import EmailPolicy, Policy

    from alerts.config import AlertConfig
    from alerts.view import View
    from pipeline.model import Digest

MAX_HTML = 90_000  # bytes; a large web mailer cuts at 102 kB
MAX_MESSAGE = 100_000  # bytes on the wire, both parts


def _starred(pieces: Sequence[tuple[str, bool]]) -> str:
    return "".join(f"*{text}*" if marked else text for text, marked in pieces)


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("alerts"),
        autoescape=jinja2.select_autoescape(disabled_extensions=["txt"], default=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "wrapped": words.wrapped,
        "underline": words.underline,
        "starred": _starred,
        "sentence": words.sentence,
    }
    return environment


class _WholeHeader(UnstructuredHeader, BaseHeader):
    """A header on one line: folding turns a long address into encoded words, which clients do not read."""

    max_count = 1

    # pyrefly: ignore[missing-override-decorator] - `typing.override` begins with Python 3.12
    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """Text as it is given, folded by the older class.

    The newer one may leave the first line empty, which some clients show, and decodes what looks encoded.
    """

    max_count = 1

    @classmethod
    # pyrefly: ignore[missing-override-decorator] - `typing.override` begins with Python 3.12
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        super().parse(value, kwds)
        kwds["decoded"] = value

    # pyrefly: ignore[missing-override-decorator] - `typing.override` begins with Python 3.12
    def fold(self, *, policy: Policy) -> str:
        charset = "us-ascii" if self.isascii() and "=?" not in self else "utf-8"
        folded = Header(str(self), charset, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {folded}{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    headers = HeaderRegistry()
    headers.map_to_type("subject", _Subject)
    headers.map_to_type("list-id", _WholeHeader)
    headers.map_to_type("list-unsubscribe", _WholeHeader)
    return SMTP.clone(header_factory=headers)


POLICY = _policy()
_TEMPLATES = _environment()
_INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True, minify_css=True
)


def message_id(key: str, settings: AlertConfig) -> str:
    """The one Message-ID of what has this key: a message sent twice is seen as one by the reader's client."""
    return f"<{_fingerprint(key)}@{settings.domain}>"


def render(digest: Digest, settings: AlertConfig, *, sent_at: datetime) -> bytes:
    """The message to `digest.subscriber`, CRLF line ends.

    Raises DeliveryError, not retryable, for an address that no mail can be sent to.
    """
    for side in (SIDE, 0):
        message = _largest_that_fits(digest, settings, sent_at, side)
        if message is not None:
            return message
    raise AssertionError("a digest without entries and lists is far below the limit")


def _largest_that_fits(digest: Digest, settings: AlertConfig, sent_at: datetime, side: int) -> bytes | None:
    """The message with as many entries as the limits allow; None where it is too large without any."""
    shown = min(settings.entries_shown, len(digest.entries))
    best = _message(digest, settings, sent_at, view(digest, settings, shown=shown, side=side))
    if best is not None:
        return best
    low, high = 0, shown  # `high` is known not to fit
    while low < high:
        middle = (low + high) // 2
        message = _message(digest, settings, sent_at, view(digest, settings, shown=middle, side=side))
        if message is None:
            high = middle
        else:
            best, low = message, middle + 1
    return best


def _message(digest: Digest, settings: AlertConfig, sent_at: datetime, shown: View) -> bytes | None:
    html = _INLINER.inline(_TEMPLATES.get_template("digest.html").render(view=shown))
    if len(html.encode()) >= MAX_HTML:
        return None
    message = envelope(digest.key, digest.subscriber.address, shown.subject, settings, sent_at)
    _offer_unsubscribe(message, digest, settings)
    # Quoted-printable whatever the text: no server on the way has reason to change or refuse it.
    message.set_content(_TEMPLATES.get_template("digest.txt").render(view=shown), cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # "=_" cannot stand in quoted-printable text, so no digest can hold its own boundary.
    message.set_boundary(f"=_{_fingerprint(digest.key)}")
    content = message.as_bytes()
    return content if len(content) < MAX_MESSAGE else None


def envelope(key: str, address: str, subject: str, settings: AlertConfig, sent_at: datetime) -> EmailMessage:
    """The headers of every message of ours. An address that is a URL gets no To: it takes no mail."""
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(words.clean(settings.sender_name, 60), addr_spec=wire_address(settings.sender))
    if not is_url(address):
        try:
            message["To"] = Address(addr_spec=wire_address(address))
        except ValueError as error:
            raise DeliveryError(f"no mail can be sent to this reader: {error}", retryable=False) from None
    message["Subject"] = subject
    message["Date"] = sent_at
    message["Message-ID"] = message_id(key, settings)
    message["List-Id"] = f"<{settings.list_id or f'digests.{settings.domain}'}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "bulk"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _offer_unsubscribe(message: EmailMessage, digest: Digest, settings: AlertConfig) -> None:
    url = links.unsubscribe(settings, digest.subscriber)
    mail = f"mailto:{wire_address(settings.unsubscribe_address)}" if settings.unsubscribe_address else ""
    if url or mail:
        message["List-Unsubscribe"] = ", ".join(f"<{way}>" for way in (url, mail) if way)
    if url.startswith("https://"):  # RFC 8058 knows one-click over https only
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _fingerprint(key: str) -> str:
    return sha256(key.encode("utf-8", "backslashreplace")).hexdigest()[:40]
