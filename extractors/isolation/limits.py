"""What a child process may use. Set inside the child, kept by the kernel: it ends a parser stuck in C too."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from multiprocessing import forkserver
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractors.config import ExtractConfig

_PR_SET_PDEATHSIG = 1
_MEGABYTE = 1024 * 1024
_OPEN_FILES = 256
SLOWEST = 5  # seconds by the clock for one of the processor's: others may want it too


def confine(config: ExtractConfig) -> None:
    """Bind this process for its life: memory, files, no core dumps, no life after its parent."""
    for limit, value in (
        (resource.RLIMIT_AS, config.memory_mb * _MEGABYTE),
        (resource.RLIMIT_FSIZE, config.output_mb * _MEGABYTE),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, bound))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a Python handler would wait for a parser stuck in C
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us too: it is the parent's to end us
    _die_with_parent()
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # parsers chatter, and a hostile file can make them chatter without end
        os.dup2(silence, stream)
    os.close(silence)


def start_clock(seconds: int, longest: int) -> None:
    """The kernel ends this process after `seconds` of processor time, or `longest` with extra time.

    The clock on the wall ends it only much later: what it shows is how busy the machine is.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + longest + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(
        resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )
    _set(seconds, SLOWEST * seconds)


def stop_clock() -> None:
    _set(0, 0)


@contextlib.contextmanager
def extra_time(seconds: int) -> Iterator[None]:
    """Stop the file's clocks and give `seconds` to what is inside. Without a clock there is nothing to do."""
    left = _set(0, 0)
    if left[0]:
        _set(seconds, SLOWEST * seconds)
    try:
        yield
    finally:
        _set(*left)


def _set(processor: float, wall: float) -> tuple[float, float]:
    """Set both clocks, in seconds; 0 stops one. Returns what was left on them."""
    return signal.setitimer(signal.ITIMER_PROF, processor)[0], signal.setitimer(signal.ITIMER_REAL, wall)[0]


def _die_with_parent() -> None:
    """The kernel kills us when the fork server dies, and the fork server dies with the parent.

    The server lives on while anybody holds the write end of its "alive" pipe, its children among them:
    a child that hung would keep it, and so itself, alive. So we let go of our copy.
    """
    if not sys.platform.startswith("linux"):
        return
    descriptor = getattr(forkserver._forkserver, "_forkserver_alive_fd", None)  # noqa: SLF001 - no public way
    if descriptor is not None:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
