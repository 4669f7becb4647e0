"""The key that signs the log's roots: Ed25519, made at first use, readable by its owner alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from pipeline.errors import StorageError
from storage.ownership import HELP

if TYPE_CHECKING:
    from pathlib import Path

FILE = "log-key.pem"


def load(folder: Path) -> Ed25519PrivateKey:
    """The key in use, made if there is not one yet. Raises StorageError if the file is not a key."""
    path = folder / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return _make(folder)
    except OSError as error:
        raise StorageError(f"{path}: the log's key cannot be read: {error.strerror}") from error
    try:
        key = load_pem_private_key(content, password=None)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise StorageError(
            f"{path} is not an Ed25519 key: put back the one from a backup, or move it away for a new one"
        )
    return key


def strange(folder: Path, known: bytes) -> str:
    """Why this machine may not sign a log whose key has the public half `known`, "" where it may."""
    path = folder / FILE
    if not known or (folder / _retired(known)).exists():  # we replaced it, and were killed before we said so
        return ""
    if not path.exists():
        return f"{path} is not there, and the archive's log is signed with one: {HELP}"
    try:
        is_known = public(load(folder)) == known
    except StorageError as error:
        return str(error)
    return "" if is_known else f"{path} is not the key of the archive's log: {HELP}"


def replace(folder: Path, key: Ed25519PrivateKey) -> None:
    """Put a key in the place of the one in use, which is kept next to it, named by its public half."""
    path = folder / FILE
    path.rename(folder / _retired(public(load(folder))))
    _write(path, key)


def public(key: Ed25519PrivateKey) -> bytes:
    """Returns its public half, 32 bytes."""
    return key.public_key().public_bytes_raw()


def is_signed(key: bytes, signature: bytes, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _retired(key: bytes) -> str:
    return f"retired-{key.hex()[:16]}.pem"


def _make(folder: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _write(folder / FILE, key)
    except FileExistsError:
        return load(folder)  # another process was quicker
    except OSError as error:
        raise StorageError(f"{folder}: the log's key cannot be kept: {error.strerror}") from error
    return key


def _write(path: Path, key: Ed25519PrivateKey) -> None:
    """Whole or not at all, and never over another key."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    finally:
        unfinished.unlink()
