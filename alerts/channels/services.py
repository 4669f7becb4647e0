"""The channel to the services that Apprise knows (chats, pagers…), where that library is installed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Self

from alerts.contents import contents
from pipeline.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

    from alerts.config import AlertConfig
    from pipeline.model import Message


class AppriseChannel:
    """The reader's address is one of Apprise's own, such as `matrix://…`."""

    def __init__(self, config: AlertConfig, data: Path) -> None:
        del config, data  # every channel is opened alike; this one needs nothing
        try:
            # By name: the library is an extra, and nothing else may come to need it.
            self._apprise: Any = importlib.import_module("apprise")
        except ImportError:
            raise ConfigError(
                "the apprise channel needs the extra: pip install 'paperwatch[notify]'"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, message: Message) -> None:
        service = self._apprise.Apprise()
        if not service.add(message.address):
            raise DeliveryError("Apprise does not know a service of this address", retryable=False)
        said = contents(message)
        if not service.notify(title=said["subject"], body=said["text"]):
            raise DeliveryError("the service did not take the message", retryable=True)
