"""An extractor that does what hostile files make parsers do. The file says what, in its first word."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from extractors import formats
from extractors.isolation import worker
from pipeline.model import PageMethod, PageText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractors.config import ExtractConfig

version = "1"
LEAKED = []


def start(config: ExtractConfig) -> None:
    """Readies a child in which plain text is read by this module."""
    formats.EXTRACTORS["text"] = formats.Format("tests.documents.hostile", version, "text/plain")
    worker.start(config)


def extract(path: Path) -> Iterator[PageText]:
    yield page(1, "before")
    act, _, argument = path.read_text().partition(" ")
    ACTS[act](argument)
    yield page(2, "after")


def page(number: int, text: str) -> PageText:
    return PageText(number=number, text=text, method=PageMethod.MARKUP)


class UnpicklableError(Exception):
    def __init__(self) -> None:
        super().__init__("x" * 100_000)
        self.lock = sys.stdout

    def __reduce__(self):
        raise TypeError


def nothing(_):
    pass


def hang(address):
    """Stuck in C, deaf to everything but the kernel; says who it is first, where it is asked to."""
    if address:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(address)
            line.sendall(str(os.getpid()).encode())
    ctypes.PyDLL(None).pause()  # keeps the interpreter's lock


def escape(_):
    for clock in (signal.ITIMER_REAL, signal.ITIMER_PROF):
        signal.setitimer(clock, 0)
    ctypes.PyDLL(None).pause()


def spin(_):
    while True:
        pass


def hog(_):
    bytearray(1 << 36)


def flood(_):
    with Path("flood").open("wb") as file:
        while True:
            file.write(bytes(1 << 20))


def recurse(_):
    recurse(_)


def unpicklable(_):
    raise UnpicklableError


def leave(_):
    os._exit(3)


def exit_politely(_):
    sys.exit(4)


def segfault(_):
    ctypes.string_at(0)


def abort(_):
    os.abort()


def shout(_):
    for _ in range(1000):
        print("x" * 1000)
        os.write(2, b"x" * 1000)


def call(port):
    """Reach for a server of the test; raises where there is no network."""
    socket.create_connection(("127.0.0.1", int(port)), timeout=1).close()


def interrupt(_):
    """As Ctrl-C does to all processes of a terminal."""
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    os.kill(os.getpid(), signal.SIGINT)


def litter(_):
    (Path(__import__("tempfile").gettempdir()) / "litter").write_bytes(b"x")


def fill(_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def plug(_):
    """A pipe that nobody writes to, where the parent looks for pages."""
    path = spool()
    path.unlink()
    os.mkfifo(path)


def link(_):
    path = spool()
    path.unlink()
    path.symlink_to("/etc/hostname")


def folder(_):
    path = spool()
    path.unlink()
    path.mkdir()


def leak(_):
    """Open files until there are no more, and keep them."""
    while True:
        LEAKED.append(Path("/dev/null").open())  # noqa: SIM115 - left open on purpose


def peek(path):
    """Look at what others are given or have made."""
    there = Path(path)
    if there.is_dir():
        list(there.iterdir())
    else:
        there.read_bytes()


def spool():
    """Where this process writes what it reads."""
    own = Path.cwd()
    own = own.with_name(own.name.replace("work-", "out-"))
    return max(own.glob("[0-9]*"), key=lambda path: path.stat().st_mtime_ns)


def babble(_):
    """A page that has no end, past all that our own code would write."""
    with spool().open("ab") as file:
        file.write(b'{"number": 2, "method": "markup", "text": "')
        for _ in range(200):
            file.write(b"x" * 1_000_000)


def chatter(_):
    """Page after page, past all that our own code would write."""
    with spool().open("ab") as file:
        for _ in range(1_000):
            file.write(b'{"number": 2, "method": "markup", "text": "%s"}\n' % (b"x" * 200_000))


ACTS = {
    act.__name__: act
    for act in (
        nothing,
        hang,
        escape,
        spin,
        hog,
        flood,
        recurse,
        unpicklable,
        leave,
        exit_politely,
        segfault,
        abort,
        shout,
        call,
        interrupt,
        litter,
        fill,
        plug,
        link,
        folder,
        leak,
        babble,
        chatter,
        peek,
    )
}
