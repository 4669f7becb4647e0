"""The ways to a reader. Another one is a class like these and a line in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from alerts.channels.email import SmtpChannel
from alerts.channels.outbox_folder import FolderChannel
from alerts.channels.services import AppriseChannel
from alerts.channels.webhook import WebhookChannel
from pipeline.errors import ConfigError
from pipeline.ports import Channel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from alerts.config import AlertConfig


class OpenChannel(Channel, Protocol):
    """A channel for one batch of messages: leaving the `with` block closes what it holds open."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


CHANNELS: dict[str, Callable[[AlertConfig, Path], OpenChannel]] = {
    "apprise": AppriseChannel,
    "folder": FolderChannel,
    "smtp": SmtpChannel,
    "webhook": WebhookChannel,
}


def open_channel(name: str, config: AlertConfig, data: Path) -> OpenChannel:
    """The channel of this name; `data` is the instance's own folder. Raises ConfigError."""
    try:
        channel = CHANNELS[name]
    except KeyError:
        raise ConfigError(f"there is no channel {name!r}; there are: {', '.join(sorted(CHANNELS))}") from None
    return channel(config, data)
