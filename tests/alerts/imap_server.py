"""An IMAP server for tests: Twisted's, in a process of its own, with a mailbox of mails given as files."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "bounces@papers.example", "in the mailbox only"


@contextmanager
def imap(folder: Path, **options: object) -> Iterator[int]:
    """Serve a folder of mails by their names; gives the port. `uidvalidity` may be set.

    `uid_step` is how far the mails' numbers (UIDs) are apart; `fill` puts the first of the mails before them
    so many times.
    """
    words = [f"{name}={value}" for name, value in options.items()]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.alerts.imap_server", str(folder), *words], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def main(folder: str, *words: str) -> None:  # noqa: C901 - Twisted wants a class for each part
    from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
    from twisted.cred.portal import Portal
    from twisted.internet import protocol, reactor
    from twisted.mail import imap4
    from zope.interface import implementer

    options = dict(word.split("=") for word in words)
    step = int(options.get("uid_step", 1))

    @implementer(imap4.IMessage, imap4.IMessageFile)
    class Message:
        def __init__(self, uid: int, path: Path) -> None:
            self.uid, self.path = uid, path

        def getUID(self):  # noqa: N802 - Twisted's names
            return self.uid

        def getFlags(self):  # noqa: N802
            return []

        def getInternalDate(self):  # noqa: N802
            return "29-Nov-2026 09:00:00 +0000"

        def getHeaders(self, negate, *names):  # noqa: N802
            return {}

        def getBodyFile(self):  # noqa: N802
            return BytesIO(self.path.read_bytes())

        def open(self):
            return BytesIO(self.path.read_bytes())

        def getSize(self):  # noqa: N802
            return self.path.stat().st_size

        def isMultipart(self):  # noqa: N802
            return False

    @implementer(imap4.IMailbox, imap4.ICloseableMailbox, imap4.ISearchableMailbox)
    class Mailbox:
        def __init__(self) -> None:
            paths = sorted(Path(folder).iterdir())
            paths = paths[:1] * int(options.get("fill", 0)) + paths
            self.messages = [Message(1 + step * number, path) for number, path in enumerate(paths)]
            self.by_uid = {message.uid: message for message in self.messages}

        def getFlags(self):  # noqa: N802
            return []

        def getUIDValidity(self):  # noqa: N802
            return int(options.get("uidvalidity", 1))

        def getUIDNext(self):  # noqa: N802
            return 2 + step * len(self.messages)

        def getMessageCount(self):  # noqa: N802
            return len(self.messages)

        def getRecentCount(self):  # noqa: N802
            return 0

        def getUnseenCount(self):  # noqa: N802
            return len(self.messages)

        def isWriteable(self):  # noqa: N802
            return False

        def getHierarchicalDelimiter(self):  # noqa: N802
            return "/"

        def requestStatus(self, names):  # noqa: N802
            return imap4.statusRequestHelper(self, names)

        def addListener(self, listener): ...  # noqa: N802

        def removeListener(self, listener): ...  # noqa: N802

        def close(self): ...

        def search(self, query, uid):
            assert query[0] == b"UID", query
            first, last = map(int, query[1].split(b":"))
            found = range(-((1 - first) // step), (last - 1) // step + 1)
            return [number + 1 for number in found if number < len(self.messages)]

        def getUID(self, number):  # noqa: N802
            return self.messages[number - 1].uid

        def fetch(self, messages, uid):
            messages.last = self.getUIDNext()
            return [(number, self.by_uid[number]) for number in messages if number in self.by_uid]

    class Account(imap4.MemoryAccount):
        def _emptyMailbox(self, name, number):  # noqa: N802
            return Mailbox()

    class Realm:
        def requestAvatar(self, avatar, mind, *interfaces):  # noqa: N802
            account = Account(USER)
            account.create("INBOX")
            return imap4.IAccount, account, lambda: None

    class Factory(protocol.Factory):
        def buildProtocol(self, address):  # noqa: N802
            server = imap4.IMAP4Server()
            server.portal = portal
            return server

    portal = Portal(Realm(), [InMemoryUsernamePasswordDatabaseDontUse(**{USER: PASSWORD.encode()})])
    port = reactor.listenTCP(0, Factory(), interface="127.0.0.1")
    print(port.getHost().port, flush=True)
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
