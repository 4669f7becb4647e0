"""The signed root of the log as text: a checkpoint in the form that other logs and their witnesses use.

It is a "signed note" of C2SP (tlog-checkpoint): name, size, root in Base64, here the time too; an empty line;
and a line with the signature (Ed25519), which covers all up to the empty line.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.archive_log.entries import stamp
from pipeline.english import counted, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRoot:
    size: int  # entries
    root: bytes
    at: datetime
    note: str  # the checkpoint
    key: bytes  # the public key it is signed with
    stamp: bytes = b""  # an authority's time stamp of the note (RFC 3161), as it came

    @property
    def name(self) -> str:
        return self.note.partition("\n")[0]


def name_of(first_key: bytes) -> str:
    """What a log is called: by the first key that signed it."""
    return f"paperwatch-{hashlib.sha256(first_key).hexdigest()[:16]}"


def signed(
    name: str, size: int, root: bytes, at: datetime, key: bytes, sign: Callable[[bytes], bytes]
) -> str:
    """The checkpoint of a root, with its signature by the key whose public half is given."""
    body = text(name, size, root, at)
    return note(body, name, key, sign(body.encode()))


def note(body: str, name: str, key: bytes, signature: bytes) -> str:
    """What is signed, with its signature under it."""
    return f"{body}\n\u2014 {name} {base64.b64encode(key_id(name, key) + signature).decode()}\n"


def text(name: str, size: int, root: bytes, at: datetime) -> str:
    """What is signed."""
    return f"{name}\n{size}\n{base64.b64encode(root).decode()}\nat {stamp(at)}\n"


def key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key).digest()[:4]


def signature(note: str) -> bytes:
    """The signature of a checkpoint. Raises ValueError where it has none."""
    line = note.rstrip("\n").rpartition("\n")[2]
    return base64.b64decode(line.rpartition(" ")[2], validate=True)[4:]


def line(root: SignedRoot | None) -> str:
    """Returns one sentence for the foot of every digest, page and feed; "" where nothing was ever signed.

    Whoever keeps it is a witness: no later log can show another past without contradicting it.
    """
    if root is None:
        return ""
    return (
        f"The archive\u2019s log had {counted(root.size, 'entry', 'entries')} on {instant(root.at)}; "
        f"its root is {root.size}:{root.root.hex()}."
    )


def root_facts(root: SignedRoot) -> dict[str, Any]:
    """A signed root for programs."""
    return {
        "name": root.name,
        "size": root.size,
        "root": root.root.hex(),
        "at": stamp(root.at),
        "public_key": root.key.hex(),
        "checkpoint": root.note,
    }


def ran_back(roots: Iterable[SignedRoot]) -> list[str]:
    """Each place where the clock ran back between two roots, as a sentence."""
    said = []
    before: SignedRoot | None = None
    for root in roots:
        if before and root.at < before.at:
            said.append(
                f"the clock ran back: the root of {counted(root.size, 'entry', 'entries')} is dated "
                f"{instant(root.at)}, the one before it, of {counted(before.size, 'entry', 'entries')}, "
                f"{instant(before.at)}"
            )
        before = root
    return said
