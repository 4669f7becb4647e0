"""Short messages in plain text: the question to confirm, the notice to the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts import links, words
from alerts.render import envelope
from pipeline import english

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from alerts.config import AlertConfig
    from pipeline.model import Subscriber


def confirmation_key(token: str) -> str:
    """What names the question that has this token."""
    return f"confirm {token}"


def confirmation(
    address: str, asked: str, token: str, settings: AlertConfig, *, sent_at: datetime, is_known: bool = False
) -> bytes:
    """Returns the question to an address whether it wants what somebody asked for in its name.

    A reader `is_known`: they have messages and alerts, which stay. Raises DeliveryError.
    """
    sender = words.clean(settings.sender_name, 60)
    url = links.confirm(settings, token)
    otherwise = (
        "This alert will not be added, and nothing else about your alerts will change."
        if is_known
        else "We will send nothing else, and delete this address after 7 days."
    )
    return _letter(
        address,
        f"Confirm your alert from {sender}",
        [
            f"Someone, probably you, asked {sender} to send you alerts about {words.clean(asked, 300)}.",
            "If it was you, open this page and select Confirm:",
            url,
            f"If it was not you, do nothing. {otherwise}",
        ],
        confirmation_key(token),
        settings,
        sent_at,
    )


def welcome(reader: Subscriber, asked: str, key: str, settings: AlertConfig, *, sent_at: datetime) -> bytes:
    """Says that an alert is on, and where its reader changes it. Raises DeliveryError."""
    sender = words.clean(settings.sender_name, 60)
    return _letter(
        reader.address,
        f"Your alert from {sender} is on",
        [
            f"Your alert about {words.clean(asked, 300)} is on. {english.first_message(reader)}",
            (
                "Keep this message. This is the private address of your alerts, where you change or delete "
                "them:"
            ),
            links.reader(settings, reader),
            "Anyone who has this address can change your alerts, so do not pass it on. To stop all messages:",
            links.unsubscribe(settings, reader),
        ],
        key,
        settings,
        sent_at,
    )


def notice(
    address: str,
    lines: Sequence[str],
    key: str,
    settings: AlertConfig,
    *,
    sent_at: datetime,
    subject: str = "",
    opening: str = "Since the last notice:",
) -> bytes:
    """Tells the operator what has changed for worse or better, or what else. Raises DeliveryError."""
    if not subject:
        subject = words.clean(lines[0], 120) if len(lines) == 1 else f"{len(lines)} changes of state"
    return _letter(
        address,
        subject,
        [opening, *(f"- {words.clean(line, 400)}" for line in lines)],
        key,
        settings,
        sent_at,
    )


def _letter(
    address: str, subject: str, paragraphs: Sequence[str], key: str, settings: AlertConfig, sent_at: datetime
) -> bytes:
    message = envelope(key, address, subject, settings, sent_at)
    text = "\n\n".join(words.wrapped(paragraph) for paragraph in paragraphs) + "\n"
    contact = words.clean(settings.contact, 100)
    text += f"\n-- \nSent by {words.clean(settings.sender_name, 60)}"
    text += f"; questions to {contact}.\n" if contact else ".\n"
    message.set_content(text, cte="quoted-printable")
    return message.as_bytes()
