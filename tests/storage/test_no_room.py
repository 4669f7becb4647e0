"""SQLite calls a full disk an I/O error when it is opened: whoever is woken is told which it is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pipeline.errors import StorageError
from storage import archive


@pytest.mark.parametrize(("free", "is_full"), [(0, True), (1 << 30, False)])
def test_a_full_disk_is_told_from_a_broken_one(tmp_path, monkeypatch, free, is_full):
    def refused(_engine):
        raise StorageError("the archive's database cannot be opened: disk I/O error")

    monkeypatch.setattr(archive.migrations, "upgrade", refused)
    monkeypatch.setattr(archive, "disk_usage", lambda _folder: SimpleNamespace(free=free))
    with pytest.raises(StorageError) as caught:
        archive.open_archive(tmp_path)
    assert ("the disk is full, so make room" in str(caught.value)) is is_full
