"""Reads the mailbox to which messages come back, and tells the archive of what is proved."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.bounces import Heard
from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from cli.app.context import App


def read(app: App) -> tuple[Counter[Heard], str]:
    """Returns what was heard, and what went wrong with the mailbox ("" where nothing did).

    May be killed anywhere: a mail counts in the transaction that knows it by its fingerprint, and is marked
    after that.
    """
    from alerts.bounces import mailboxes

    heard: Counter[Heard] = Counter()
    settings = app.config.alerts.bounces
    if settings is None:
        return heard, ""
    fault = ""
    try:
        with mailboxes.opened(settings, app.archive.bounces) as mailbox:
            for mail in mailbox.mails(settings.most):
                heard[_hear(app, mail.content)] += 1
                mail.done()
    except (DeliveryError, OSError) as error:
        fault = str(error)
    if heard or not fault:
        app.archive.bounces.read(datetime.now(UTC), heard[Heard.NOT_BELIEVED])
    return heard, fault


def _hear(app: App, content: bytes) -> Heard:
    from alerts.bounces import reports

    settings, bounces = app.config.alerts, app.archive.bounces
    tagged = settings.returns_to if settings.bounces and settings.bounces.tagged else ""
    report = reports.read(content, settings.domain, tagged)
    if report is None:
        return Heard.NO_BOUNCE
    for message_id in report.message_ids:
        address = bounces.address(message_id)
        bounce = report.of(message_id, address) if address else None
        if bounce:
            return bounces.hear(bounce, datetime.now(UTC))
    return Heard.NOT_BELIEVED
