"""What a process that reads a stranger's file may still do, should the file take it over: next to nothing.

The bars are the kernel's, of Linux alone, and each is put up where the machine has it:

- Landlock (5.13 and later): it reads the program and what is handed over to it, one file at a time, and
  writes to its own folders. It sees no other paper, not the database, nor the settings, nor anybody's home.
- A seccomp filter: no sockets but local ones, no look into other processes, none of the calls that make or
  change kernels, mounts or namespaces.
- A network namespace of its own, which leads nowhere.

`bars` says which a process has, for whoever runs it: those that were put up, not what a machine lacks anyway.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_SECCOMP_MODE_FILTER = 2

# Landlock: the same numbers on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_ONLY = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | (1 << 14) | (1 << 15)  # and cut off, and device commands
# How many rights each version knows of.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_RIGHTS = 16

# seccomp: system calls by name, as (x86_64, aarch64). Left out where an architecture lacks one.
_FORBIDDEN = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "delete_module": (176, 106),
    "finit_module": (313, 273),
    "init_module": (175, 105),
    "io_uring_setup": (425, 425),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "open_by_handle_at": (304, 265),
    "perf_event_open": (298, 241),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setns": (308, 268),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
_SOCKET = (41, 198)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_AF_UNIX = 1
_X32 = 0x40000000  # calls of the x32 form have other numbers
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where they are in what a filter sees


class Restriction(StrEnum):
    FILES = "files"  # sees no file but the program's, the one handed over and its own
    CALLS = "system calls"
    NETWORK = "the network"  # no socket but a local one, or a network of its own that leads nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Cage:
    """Folders: what may be read (all, where none is named) and what may be written."""

    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...]


_HOUSE = Path(__file__).parents[2]
_up: list[Restriction] = []  # around this very process


def close(cage: Cage) -> list[Restriction]:
    """Bind this process for its life. Returns the bars that the machine has put up."""
    if not sys.platform.startswith("linux"):
        return []
    _library().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    is_alone, has_own_files, has_filter = _leave_network(), _restrict_files(cage), _restrict_calls()
    is_there = {
        Restriction.FILES: has_own_files,
        Restriction.CALLS: has_filter,
        Restriction.NETWORK: has_filter or is_alone,
    }
    _up[:] = [bar for bar in Restriction if is_there[bar]]
    return list(_up)


def is_up(bar: Restriction) -> bool:
    """Whether this process has such a bar around it."""
    return bar in _up


@cache
def bars() -> list[Restriction]:
    """The bars that this machine has, seen on a process made for it."""
    if not sys.platform.startswith("linux"):
        return []
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        found = b""
        with contextlib.suppress(BaseException):
            found = "\n".join(close(Cage(writable=()))).encode()
        os.write(writer, found)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as said:
        found = said.read().decode()
    os.waitpid(child, 0)
    return [Restriction(name) for name in found.split("\n") if name]


def _leave_network() -> bool:
    """Whether this process has a network of its own now, which has no way out. Refused in many containers."""
    library = _library()
    return library.unshare(_CLONE_NEWNET) == 0 or library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0


def _restrict_files(cage: Cage) -> bool:
    version = _library().syscall(_CREATE_RULESET, None, 0, _VERSION_ONLY)
    if version < 1:
        return False
    known = (1 << _RIGHTS.get(version, _NEWEST_RIGHTS)) - 1
    ruleset = _library().syscall(_CREATE_RULESET, ctypes.c_char_p(struct.pack("=Q", known)), 8, 0)
    if ruleset < 0:
        return False
    try:
        for path in (cage.readable and (*_program(), *cage.readable)) or (Path("/"),):
            _allow(ruleset, path, _READ & known)
        for path in (*cage.writable, Path("/dev/null")):
            _allow(ruleset, path, known)
        return _library().syscall(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _program() -> Iterator[Path]:
    """Where the program and all that it may load or start is."""
    ours = (sys.prefix, sys.base_prefix, *sys.path, *filter(os.path.isabs, os.get_exec_path()), _HOUSE)
    system = (
        "/usr",
        "/lib",
        "/lib64",
        "/bin",
        "/etc",
        "/opt",
        "/dev/urandom",
        "/proc/self/maps",
        "/sys/devices",
    )
    for path in map(Path, (*ours, *system)):
        if path.exists():
            yield path


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """A path that is not there, or may not be opened, needs no rule."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            allowed = rights if path.is_dir() else rights & _OF_FILES
            rule = ctypes.c_char_p(struct.pack("=Qi", allowed, descriptor))
            _library().syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
        finally:
            os.close(descriptor)


def _restrict_calls() -> bool:
    known = _ARCHITECTURES.get(platform.machine())
    if known is None or sys.maxsize < 1 << 32:
        return False
    at, architecture = known
    program = b"".join(struct.pack("=HBBI", *step) for step in _filter(at, architecture))
    steps = ctypes.create_string_buffer(program, len(program))
    whole = struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    return _library().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(whole), 0, 0) == 0


def _filter(at: int, architecture: int) -> Iterable[Sequence[int]]:
    """A classic BPF program: (code, steps to go on if true, if false, value) each."""
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _IF_EQUAL, 1, 0, architecture
    yield _RETURN, 0, 0, _REFUSE
    yield _LOAD, 0, 0, _NUMBER
    yield _IF_AT_LEAST, 0, 1, _X32
    yield _RETURN, 0, 0, _REFUSE
    for numbers in _FORBIDDEN.values():
        yield _IF_EQUAL, 0, 1, numbers[at]
        yield _RETURN, 0, 0, _REFUSE
    yield _IF_EQUAL, 0, 3, _SOCKET[at]
    yield _LOAD, 0, 0, _FIRST_ARGUMENT
    yield _IF_EQUAL, 1, 0, _AF_UNIX
    yield _RETURN, 0, 0, _REFUSE
    yield _RETURN, 0, 0, _ALLOW


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
