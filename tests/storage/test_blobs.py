"""What every store of papers does: a folder, an object store on a disk, and one behind a server of S3."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, DamagedFileError, StorageError
from storage.blobs import credentials, faults, objects, opening
from storage.blobs.cache import Cache
from storage.blobs.folder import FileBlobs
from storage.blobs.incoming import LOCK, Incoming
from storage.blobs.objects import ObjectBlobs
from tests.helpers import s3
from tests.helpers.s3 import Bad

ROOT = Path(__file__).parents[2]
MB = 1024 * 1024
PART = 5 * MB  # the smallest that S3 takes


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def bucket(s3_server, way):
    return s3_server.new_bucket()


@pytest.fixture
def at_s3(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(objects, "PART", PART)
    return opening.store_at(f"s3://{bucket}/papers/of ours", tmp_path, 1)


@pytest.fixture(params=["folder", "disk", "s3"])
def store(request, tmp_path, monkeypatch):
    if request.param == "folder":
        return FileBlobs(tmp_path / "papers")
    if request.param == "disk":
        from obstore.store import LocalStore

        def disk() -> LocalStore:
            return LocalStore(tmp_path / "disk", mkdir=True)

        monkeypatch.setattr(objects, "PART", PART)
        return ObjectBlobs("disk:", disk, Cache(tmp_path / "copies", MB))
    return request.getfixturevalue("at_s3")


# ---- every store


def test_what_is_put_is_there_once_under_its_hash(store):
    assert store.put(b"one") == store.put(b"one") == (sha(b"one"), 3)
    assert list(store.held()) == [(sha(b"one"), 3)]
    assert store.size(sha(b"one")) == 3
    assert store.digest(sha(b"one")) == sha(b"one")
    assert sha(b"one") in store.named(sha(b"one"))
    with store.opened(sha(b"one")) as path:
        assert path.read_bytes() == b"one"


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1, 2 * PART + 7])
def test_a_file_of_any_size_comes_back_as_it_was(store, size, tmp_path):
    content = os.urandom(size)
    temporary = store.temporary()
    temporary.write_bytes(content)
    assert store.adopt(temporary, sha(content)) == (sha(content), size)
    assert not temporary.exists()
    again = tmp_path / "again"
    again.write_bytes(content)
    store.take(again, sha(content))
    assert again.read_bytes() == content
    assert (store.size(sha(content)), store.digest(sha(content))) == (size, sha(content))
    with store.opened(sha(content)) as path:
        assert sha(path.read_bytes()) == sha(content)


def test_what_is_not_there_is_not_there_in_every_way(store):
    gone = sha(b"gone")
    assert store.size(gone) is None
    with pytest.raises(FileNotFoundError, match="No such file"), store.opened(gone):
        pass
    with pytest.raises(FileNotFoundError, match="No such file"):
        store.digest(gone)
    store.remove(gone)


def test_what_is_removed_is_gone_with_every_copy_of_it(store, tmp_path):
    sha256, _ = store.put(b"to be removed")
    with store.opened(sha256):
        pass
    store.remove(sha256)
    assert list(store.held()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.name != LOCK] == []


def test_a_file_that_is_open_stays_while_it_is_removed_from_under_us(store):
    sha256, _ = store.put(b"being read")
    with store.opened(sha256) as path, path.open("rb") as file:
        store.remove(sha256)
        assert file.read() == b"being read"


def test_the_note_is_written_once_and_is_no_paper(store):
    assert store.is_empty()
    assert store.note() is None
    assert store.write_note(b"ours")
    assert not store.write_note(b"theirs")
    assert store.note() == b"ours"
    assert not store.is_empty()
    assert list(store.held()) == []
    assert store.write_note(b"ours, anew", anew=True)
    assert store.note() == b"ours, anew"


KILLED = """
import os, sys
from pathlib import Path
from storage.blobs.incoming import Incoming
incoming = Incoming(Path(sys.argv[1]))
incoming.temporary().write_bytes(b"half of a pap")
os._exit(9)
"""


def test_what_a_killed_run_left_half_written_is_swept_and_what_a_living_one_writes_is_not(store):
    sha256, _ = store.put(b"whole")
    incoming = store._incoming if isinstance(store, FileBlobs) else store._cache.incoming
    subprocess.run([sys.executable, "-c", KILLED, incoming.folder], cwd=ROOT, check=False)
    writer = Incoming(incoming.folder)  # of another process, as far as locks know
    for name in (store.temporary(), download := writer.temporary()):
        name.write_bytes(b"half of another")
    assert store.sweep() == 1
    assert download.exists()
    assert store.sweep() == 0
    assert list(store.held()) == [(sha256, 5)]


def test_what_ends_well_leaves_nothing_behind(tmp_path):
    incoming = Incoming(tmp_path)
    incoming.temporary().write_bytes(b"half of a pap")
    del incoming
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_a_person_emptied_is_made_again(tmp_path):
    incoming = Incoming(tmp_path)
    shutil.rmtree(incoming.temporary().parent)
    incoming.temporary().write_bytes(b"a paper")


def test_what_a_process_left_that_was_killed_while_it_began_is_swept(tmp_path):
    (tmp_path / "no lock yet").mkdir()
    (tmp_path / "of an older Paperwatch").write_bytes(b"half of a pap")
    assert Incoming(tmp_path).sweep() == 1
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_fetches_is_not_swept(at_s3):
    sha256, _ = at_s3.put(b"a whole paper")
    at_s3._cache.remove(sha256)
    fetch, swept = at_s3._fetch, []

    def fetch_while_a_run_begins(wanted: str, target: Path) -> None:
        fetch(wanted, target)
        swept.append(at_s3.sweep())

    at_s3._fetch = fetch_while_a_run_begins
    with at_s3.opened(sha256) as path:
        assert path.read_bytes() == b"a whole paper"
    assert swept == [0]


def test_what_another_process_puts_is_not_swept(store, monkeypatch):
    swept, adopt = [], store.adopt

    def adopt_while_a_run_begins(temporary: Path, sha256: str = "") -> tuple[str, int]:
        swept.append(store.sweep())
        return adopt(temporary, sha256)

    monkeypatch.setattr(store, "adopt", adopt_while_a_run_begins)
    sha256, _ = store.put(b"whole")
    assert swept == [0]
    assert store.digest(sha256) == sha256


def test_a_folder_that_fails_is_said_in_one_sentence(tmp_path):
    """No OSError leaves: those who ask know of StorageError alone."""
    folder = FileBlobs(tmp_path / "papers")
    folder.sweep()
    folder.path(sha(b"one")).parent.write_bytes(b"a file in the folder's place")
    for use in (
        lambda: folder.put(b"one"),
        lambda: folder.opened(sha(b"one")).__enter__(),
        lambda: folder.size(sha(b"one")),
        lambda: folder.digest(sha(b"one")),
        lambda: folder.remove(sha(b"one")),
    ):
        with pytest.raises(StorageError, match="papers"):
            use()
    shutil.rmtree(tmp_path / "papers")
    (tmp_path / "papers").write_bytes(b"a file in the folder's place")
    for use in (
        lambda: folder.put(b"one"),
        lambda: folder.write_note(b"ours"),
        folder.note,
        folder.is_empty,
        folder.sweep,
    ):
        with pytest.raises(StorageError, match="papers"):
            use()


def test_a_file_that_the_disk_does_not_give_is_damaged_and_the_folder_is_not(tmp_path, monkeypatch):
    def fail(file, name):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    folder = FileBlobs(tmp_path / "papers")
    sha256, _ = folder.put(b"one")
    monkeypatch.setattr(hashlib, "file_digest", fail)
    with pytest.raises(DamagedFileError, match=sha256):
        folder.digest(sha256)


# ---- copies of what is far


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/*")}


def test_copies_are_fewer_bytes_than_allowed_and_the_longest_unused_goes_first(tmp_path):
    cache, fetched = Cache(tmp_path, 250), []

    def fetch(name: str):
        def write(path: Path) -> None:
            fetched.append(name)
            path.write_bytes(b"x" * 100)

        return write

    for moment, name in enumerate(["aa1", "bb2", "aa1", "cc3", "bb2"]):
        with cache.opened(name, fetch(name)) as path:
            os.utime(path, (moment, moment))
    assert fetched == ["aa1", "bb2", "cc3", "bb2"]
    assert names(tmp_path) == {"cc3", "bb2"}


def test_a_copy_in_use_is_not_removed_for_another_and_one_larger_than_all_is_still_there(tmp_path):
    cache = Cache(tmp_path, 250)
    with (
        cache.opened("aa1", lambda path: path.write_bytes(b"x" * 300)) as first,
        cache.opened("bb2", lambda path: path.write_bytes(b"y" * 300)) as second,
    ):
        assert (first.read_bytes()[:1], second.read_bytes()[:1]) == (b"x", b"y")
    with cache.opened("cc3", lambda path: path.write_bytes(b"z")):
        pass
    assert names(tmp_path) == {"cc3"}


def test_many_who_want_one_file_all_get_it(at_s3, way):
    sha256, _ = at_s3.put(b"wanted by all")
    at_s3._cache.remove(sha256)
    found, begin = [], threading.Barrier(8)

    def look() -> None:
        begin.wait()
        with at_s3.opened(sha256) as path:
            found.append(path.read_bytes())

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"wanted by all"] * 8
    assert at_s3._cache.incoming.sweep() == 0


# ---- a store that is as bad as it gets


def refused(code: str, status: int):
    return lambda asked: Bad(status=status, code=code)


def once(bad: Bad, wanted=lambda asked: True):
    """The first request that is wanted goes wrong, no other."""
    left = [bad]
    return lambda asked: left.pop() if left and wanted(asked) else None


@pytest.mark.parametrize(
    "bad", [Bad(status=503, code="SlowDown"), Bad(status=500, code="InternalError"), Bad(drop=True)]
)
def test_what_passes_is_tried_again(at_s3, way, bad):
    way.fault = once(bad, lambda asked: asked.method == "PUT")
    sha256, _ = at_s3.put(b"one")
    at_s3._cache.remove(sha256)
    way.fault = once(bad, lambda asked: asked.method == "GET")
    with at_s3.opened(sha256) as path:
        assert path.read_bytes() == b"one"


@pytest.mark.parametrize("bad", [Bad(cut=3), Bad(falsify=True)])
def test_what_comes_cut_or_false_is_asked_for_again(at_s3, way, bad):
    sha256, _ = at_s3.put(b"a whole paper")
    at_s3._cache.remove(sha256)
    way.fault = once(bad, lambda asked: asked.method == "GET")
    with at_s3.opened(sha256) as path:
        assert path.read_bytes() == b"a whole paper"
    way.fault = once(bad, lambda asked: asked.method == "GET")
    assert at_s3.digest(sha256) == sha256


@pytest.mark.parametrize(
    ("status", "code", "means"),
    [
        (503, "SlowDown", "too busy"),
        (500, "InternalError", "fault of its own"),
        (403, "AccessDenied", "may not do this"),
        (403, "InvalidAccessKeyId", "does not know these credentials"),
        (403, "SignatureDoesNotMatch", "secret"),
        (400, "ExpiredToken", "have expired"),
        (403, "RequestTimeTooSkewed", "clock"),
        (404, "NoSuchBucket", "no such bucket"),
        (418, "Teapot", "refuses it: Teapot"),
    ],
)
def test_what_does_not_pass_is_named_in_words_and_leaves_nothing(
    at_s3, way, bucket, s3_server, status, code, means
):
    kept, _ = at_s3.put(b"kept")
    at_s3._cache.remove(kept)
    way.fault = refused(code, status)
    uses = {
        "put": lambda: at_s3.put(b"new"),
        "read": lambda: at_s3.opened(kept).__enter__(),
        "check": lambda: at_s3.digest(kept),
        "list": lambda: list(at_s3.held()),
        "remove": lambda: at_s3.remove(kept),
        "note": at_s3.note,
    }
    for name, use in uses.items():
        if (name, status) in {("read", 404), ("check", 404), ("remove", 404)}:
            continue  # a HEAD is answered without words
        with pytest.raises((ConfigError, StorageError)) as raised:
            use()
        said = str(raised.value)
        assert bucket in said
        is_told = name in {"put", "list", "note"}  # a HEAD is answered without words
        assert isinstance(raised.value, ConfigError) == (is_told and code in faults.OF_SETTINGS)
        assert s3.KEYS["AWS_SECRET_ACCESS_KEY"] not in said
        assert s3.KEYS["AWS_ACCESS_KEY_ID"] not in said
        if is_told:
            assert means in said
    way.fault = lambda asked: None
    assert {name.rpartition("/")[2] for name in s3.names(s3_server, bucket)} == {kept}


def test_a_store_that_is_not_there_is_said(at_s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StorageError, match="cannot be reached"):
        at_s3.put(b"one")


def test_a_store_that_keeps_other_bytes_than_it_was_sent_is_found_out(
    at_s3, way, s3_server, bucket, monkeypatch
):
    """It says another MD5 than that of what was sent, and gives other bytes when they are read back."""
    way.fault = lambda asked: Bad(falsify=True) if asked.method == "GET" else None
    monkeypatch.setattr(objects, "_tag", lambda path: "another")
    with pytest.raises(StorageError, match="other bytes than it was sent"):
        at_s3.put(b"one")
    assert s3.names(s3_server, bucket) == set()


def test_a_copy_is_not_taken_for_one_where_other_bytes_are_under_its_name(tmp_path):
    (tmp_path / "mine").write_bytes(b"mine")
    folder = FileBlobs(tmp_path / "papers")
    sha256, _ = folder.put(b"mine")
    folder.path(sha256).write_bytes(b"them")
    with pytest.raises(DamagedFileError, match="other bytes are under its name"):
        folder.take(tmp_path / "mine", sha256)


def test_a_name_that_holds_other_bytes_is_never_written_over(at_s3, s3_server, bucket):
    sha256 = sha(b"ours")
    s3_server.ask("PUT", f"/{bucket}/papers/of%20ours/{sha256[:2]}/{sha256}", b"them")
    with pytest.raises(StorageError, match="other bytes"):
        at_s3.put(b"ours")
    assert at_s3.digest(sha256) == sha(b"them")


def test_a_large_file_is_seen_when_its_last_part_has_come_and_not_before(at_s3, way, s3_server, bucket):
    seen: list[set[str]] = []

    def look(asked: s3.Asked) -> Bad | None:
        if "partNumber" in asked.path or "uploadId" in asked.path:
            seen.append(s3.names(s3_server, bucket))
        return Bad(status=403, code="AccessDenied") if "partNumber=2" in asked.path else None

    way.fault = look
    content = os.urandom(2 * PART)
    with pytest.raises(StorageError, match="may not do this"):
        at_s3.put(content)
    assert set().union(*seen) == set()
    assert s3.names(s3_server, bucket) == set()
    way.fault = lambda asked: None
    assert at_s3.put(content) == (sha(content), len(content))


@pytest.mark.parametrize("version", ["an id", "null"])  # "null": it is told to keep none now
def test_a_bucket_that_keeps_versions_or_did_is_asked_to_delete_nothing(bucket, way, tmp_path, version):
    store = opening.store_at(f"s3://{bucket}", tmp_path, 1)
    sha256, _ = store.put(b"to be removed")
    way.fault = lambda asked: Bad(headers={"x-amz-version-id": version})
    with pytest.raises(StorageError, match="keeps versions of what is deleted"):
        store.remove(sha256)
    assert store.size(sha256) == 13


def test_a_removal_that_the_store_refuses_leaves_the_copy_here_as_well(at_s3, way):
    """Else the next call finds nothing to remove, and nobody knows that the paper is still there."""
    sha256, _ = at_s3.put(b"to be removed")
    way.fault = lambda asked: Bad(status=403, code="AccessDenied") if "?delete" in asked.path else None
    with pytest.raises(StorageError, match="may not do this"):
        at_s3.remove(sha256)
    way.asked.clear()
    with at_s3.opened(sha256) as path:
        assert path.read_bytes() == b"to be removed"
    assert way.asked == []


# ---- credentials and addresses


def test_keys_in_the_usual_file_are_used_and_read_again_when_they_change(at_s3, way, monkeypatch, tmp_path):
    file = tmp_path / "credentials"

    def keys(name: str) -> str:
        own = f"aws_access_key_id={name}\naws_secret_access_key=s\n"
        return f"[default]\naws_access_key_id=D\naws_secret_access_key=d\n[ours]\n{own}"

    monkeypatch.setattr(credentials, "AGAIN", timedelta(seconds=-1))  # a minute is over
    file.write_text(keys("FIRST"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "ours")
    at_s3.put(b"one")
    file.write_text(keys("SECOND"))
    at_s3.put(b"two")
    used = [asked.headers["authorization"] for asked in way.asked]
    assert "Credential=FIRST/" in used[0]
    assert "Credential=SECOND/" in used[-1]
    file.unlink()
    with pytest.raises(StorageError, match="credentials"):
        at_s3.put(b"three")


@pytest.mark.parametrize(
    ("url", "means"),
    [
        ("s3://KEY:secret@bucket/papers", "credentials belong into the environment"),
        ("s3://bucket/papers?key=secret", "credentials belong into the environment"),
        ("s3://KEY:sec/ret@bucket/papers", "credentials belong into the environment"),
        ("s3://KEY/secret@bucket/papers", "credentials belong into the environment"),
        ("s3://KEY:secret", "credentials belong into the environment"),
        ("s3://bucket;secret/papers", "the name of a bucket"),
        ("ftp://bucket/papers", "begins with one of s3://"),
        ("/srv/papers", "begins with one of s3://"),
        ("s3://", "the name of a bucket"),
        ("file://server/papers", "like file:///srv/papers"),
        ("file:///", "like file:///srv/papers"),
        ("s3://[bucket", "papers"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(url, means, tmp_path):
    with pytest.raises(ConfigError, match=means) as raised:
        opening.store_at(url, tmp_path, 1)
    assert "secret" not in str(raised.value)


def test_an_address_that_only_the_library_refuses_is_refused_without_repeating_it(monkeypatch, tmp_path):
    """What it raises then repeats what it was given."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://[secret")
    store = opening.store_at("s3://bucket", tmp_path, 1)
    with pytest.raises((ConfigError, StorageError)) as raised:
        store.put(b"one")
    assert "secret" not in str(raised.value)


def test_without_the_library_the_extra_is_named(monkeypatch, tmp_path):
    import storage.blobs

    for module in ("connect", "faults", "objects"):
        monkeypatch.delitem(sys.modules, f"storage.blobs.{module}")
        monkeypatch.delattr(storage.blobs, module)
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)
    assert opening.store_at("file:///srv/papers", tmp_path, 1)
    with pytest.raises(ConfigError, match=r"paperwatch\[objectstore\]"):
        opening.store_at("s3://bucket", tmp_path, 1)
