"""LibreOffice as a library, which writes a file in another format: a program for a process of its own.

`soffice` waits on a socket in /tmp for others of its kind, whatever it is told. A confined process may not
make one; the library makes none. [LibreOfficeKit.h]
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

LIBRARIES = ("libmergedlo.so", "libsofficeapp.so")  # as distributions and as LibreOffice itself build it
_LOAD, _SAVE = 2, 2  # in the tables of methods, after their size and what ends them


def library(program: str) -> Path | None:
    """Returns the library that is next to the program, wherever links to that lead; None where it is not."""
    folder = Path(program).resolve().parent
    return next((folder / name for name in LIBRARIES if (folder / name).is_file()), None)


def _method(thing: int, number: int, *texts: bytes | None) -> int:
    """Call a method of an object, the first of whose fields is the table of them."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    kind = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_char_p] * len(texts))
    return kind(table[number])(thing, *texts) or 0


def main(found: str, profile: str, source: str, made: str) -> int:
    """Write `source` as `made`, whose suffix is the format. Returns the exit code."""
    begin = ctypes.CDLL(found, mode=ctypes.RTLD_GLOBAL).libreofficekit_hook_2
    begin.restype, begin.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
    office = begin(os.fsencode(Path(found).parent), profile.encode())
    document = _method(office, _LOAD, source.encode()) if office else 0
    if not document:
        return 1
    _method(document, _SAVE, made.encode(), made.rpartition(".")[2].encode(), None)
    return 0


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    os._exit(code)  # what it started has no more to do, and does not always end
