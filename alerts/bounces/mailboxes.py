"""Where bounces lie: a folder (a Maildir, or of .eml files) or an IMAP mailbox. Each gives them in order.

A mail that was dealt with is marked: in a folder by its name or place, in IMAP by a number that the archive
keeps. Killed in between, it is read again, and known by its fingerprint.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.bounces.imap import ImapMailbox
from alerts.bounces.mail import Mail
from alerts.bounces.reports import MOST_BYTES
from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alerts.bounces.mail import Mailbox, MailboxMarks
    from alerts.config import BounceSettings

READ = "read"  # where a mail of a plain folder goes when it was dealt with
SEEN = ":2,S"


class FolderMailbox:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_maildir = (folder / "new").is_dir() and (folder / "cur").is_dir()

    def mails(self, most: int) -> Iterator[Mail]:
        try:
            for path in islice(self._waiting(), most):
                with path.open("rb") as file:
                    content = file.read(MOST_BYTES)
                yield Mail(content, lambda path=path: self._done(path))
        except FileNotFoundError as error:
            raise DeliveryError(f"{error.filename} is not there", retryable=True) from error
        except OSError as error:
            raise DeliveryError(
                f"{error.filename or self._folder} cannot be read: {error.strerror}", retryable=True
            ) from error

    def _waiting(self) -> Iterator[Path]:
        if not self._is_maildir:
            yield from _files(self._folder, lambda name: name.endswith(".eml"))
            return
        yield from _files(self._folder / "new", lambda _: True)
        yield from _files(self._folder / "cur", lambda name: "S" not in name.partition(":2,")[2])

    def _done(self, path: Path) -> None:
        if not self._is_maildir:
            (self._folder / READ).mkdir(exist_ok=True)
            path.replace(self._folder / READ / path.name)
        elif path.parent.name == "new":
            path.replace(self._folder / "cur" / f"{path.name.partition(':2,')[0]}{SEEN}")
        else:
            name, _, flags = path.name.partition(":2,")
            path.replace(path.with_name(f"{name}:2,{''.join(sorted({*flags, 'S'}))}"))


def _files(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Listed before the first is given out: what is done to them changes the folder."""
    with os.scandir(folder) as entries:
        names = [
            entry.name for entry in entries if wanted(entry.name) and entry.is_file(follow_symlinks=False)
        ]
    yield from (folder / name for name in sorted(names))


@contextmanager
def opened(settings: BounceSettings, marks: MailboxMarks) -> Iterator[Mailbox]:
    """The mailbox of the settings. Raises ConfigError or DeliveryError."""
    if settings.folder:
        yield FolderMailbox(Path(settings.folder))
        return
    mailbox = ImapMailbox(settings, marks)
    try:
        yield mailbox
    finally:
        with suppress(DeliveryError):
            mailbox.close()
