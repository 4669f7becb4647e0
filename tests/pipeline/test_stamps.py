"""A stamp proves when an authority had seen a root, and only of that root and by that authority."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.archive_log.timestamps import request, stamped_at
from tests.helpers.stamping import certify, openssl

NOTE = "paperwatch-1\n2\nroot\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here: apt-get install openssl")
    made = tmp_path_factory.mktemp("authority")
    certify(made)
    return made


def stamp(folder, note: str) -> bytes:
    (folder / "query").write_bytes(request(note))
    openssl("ts", "-reply", "-config", "config", "-queryfile", "query", "-out", "stamp", folder=folder)
    return (folder / "stamp").read_bytes()


def test_a_stamp_says_when_its_authority_had_seen_a_root(folder):
    authorities = (folder / "ca.pem").read_bytes()
    at = stamped_at(stamp(folder, NOTE), NOTE, authorities)
    assert abs(at - datetime.now(UTC)) < timedelta(hours=1)
    assert NOTE.encode() not in request(NOTE)


def test_a_stamp_of_another_root_or_authority_proves_nothing(folder, tmp_path):
    other = certify(tmp_path).read_bytes()
    one = stamp(folder, NOTE)
    with pytest.raises(ValueError, match=r"\w"):
        stamped_at(one, NOTE + "x", (folder / "ca.pem").read_bytes())
    with pytest.raises(ValueError, match=r"\w"):
        stamped_at(one, NOTE, other)
