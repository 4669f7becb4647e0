"""A digest as a message: RFC 5322 bytes, the same for the same digest, too small for a client to cut."""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

import css_inline
import jinja2

from alerts import links, words
from alerts.addresses import is_url, wire_address
from alerts.identity import fingerprint, message_id
from alerts.view import SIDES, view
from pipeline import digest_order
from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from email.policy import EmailPolicy, Policy

    from alerts.config import AlertConfig
    from alerts.view import View
    from alerts.words import Linked
    from pipeline.model import Digest, DigestEntry

MAX_HTML = 90_000  # bytes; a large web mailer cuts at 102 kB
MAX_MESSAGE = 100_000  # bytes on the wire, both parts
MAX_WORDS = 500  # that a reader sees: two minutes of reading
_FEWEST_SHOWN = 4  # mentions for which the lists next to them make room


def _starred(pieces: Sequence[tuple[str, bool]]) -> str:
    return "".join(f"*{text}*" if marked else text for text, marked in pieces)


def _with_address(line: Linked, indent: int = 0) -> str:
    """A line that leads somewhere, with its address under it."""
    text = words.wrapped(words.sentence(line.text) + (":" if line.url else "."), indent)
    return f"{text}\n{' ' * indent}{line.url}" if line.url else text


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
        "starred": _starred,
        "sentence": words.sentence,
        "with_address": _with_address,
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


def render(digest: Digest, settings: AlertConfig, *, sent_at: datetime) -> bytes:
    """Returns the message to `digest.subscriber`, CRLF line ends.

    Raises DeliveryError, not retryable, for an address that no mail can be sent to.
    """
    in_turn = digest_order.in_turn(digest.entries, digest.until, settings.entries_shown)
    enough = min(_FEWEST_SHOWN, len(in_turn))
    best: tuple[int, bytes] | None = None
    for side in SIDES:
        found = _largest_that_fits(digest, in_turn, settings, sent_at, side)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
        # The last line of what is ahead goes only where no mention would be shown next to it.
        if best is not None and best[0] >= (enough if side > 1 else 1):
            break
    if best is None:
        raise AssertionError("a digest without entries and lists is far below the limit")
    return best[1]


def _largest_that_fits(
    digest: Digest, in_turn: Sequence[DigestEntry], settings: AlertConfig, sent_at: datetime, side: int
) -> tuple[int, bytes] | None:
    """How many entries fit into the limits, and that message; None where it is too large without any.

    One that says all is not always longer than one that says what it leaves out.
    """
    found: tuple[int, bytes] | None = None
    misses = 0
    for shown in range(len(in_turn) + 1):
        message = _message(digest, settings, sent_at, view(digest, in_turn, settings, shown=shown, side=side))
        if message is not None:
            found, misses = (shown, message), 0
        else:
            misses += 1
            if misses > 1:
                break
    return found


def _message(digest: Digest, settings: AlertConfig, sent_at: datetime, shown: View) -> bytes | None:
    plain = _TEMPLATES.get_template("digest.txt").render(view=shown)
    if (shown.bodies or shown.ahead or shown.not_well) and words.counted_words(plain) > MAX_WORDS:
        return None
    html = _INLINER.inline(_TEMPLATES.get_template("digest.html").render(view=shown))
    if len(html.encode()) >= MAX_HTML:
        return None
    message = envelope(digest.key, digest.subscriber.address, shown.subject, settings, sent_at)
    _offer_unsubscribe(message, digest, settings)
    # Quoted-printable whatever the text: no server on the way has reason to change or refuse it.
    message.set_content(plain, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # "=_" cannot be in quoted-printable text, so no digest can hold its own boundary.
    message.set_boundary(f"=_{fingerprint(digest.key)}")
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
