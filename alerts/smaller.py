"""A message whose content was refused, with less in it each time it is tried again.

Filters look at markup, links and quoted words: first the HTML goes, then the quotes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from typing import TYPE_CHECKING

from alerts.render import POLICY

if TYPE_CHECKING:
    from pipeline.model import Message

TEXT_ALONE, WITHOUT_QUOTES = 2, 3  # refusals from which on so little is sent
_LEFT_OUT = (
    "What this message quoted is left out here: the mail server of this address refused it. Everything is "
    "kept in the archive that sent this message, and on your own page where a link to it is below."
)
_FOOT = "\n-- \n"


def smaller(message: Message) -> Message:
    """The message as it is tried next, under the same Message-ID."""
    if message.held < TEXT_ALONE:
        return message
    whole = message_from_bytes(message.content, _class=EmailMessage, policy=POLICY)
    if not whole.is_multipart():
        return message  # a letter: what it asks or says is its links and lines
    part = whole.get_body(("plain",))
    text = part.get_content().replace("\r\n", "\n") if part else ""
    less = EmailMessage(policy=POLICY)
    for name, value in whole.items():
        if not name.lower().startswith(("content-", "mime-")):
            less[name] = value
    less.set_content(
        _without_quotes(text) if message.held >= WITHOUT_QUOTES else text, cte="quoted-printable"
    )
    return replace(message, content=less.as_bytes())


def _without_quotes(text: str) -> str:
    head = re.split(r"\n\s*\n", text, maxsplit=1)[0]
    foot = text.rpartition(_FOOT)[2] if _FOOT in text else ""
    return f"{head}\n\n{_LEFT_OUT}\n{_FOOT}{foot}"
