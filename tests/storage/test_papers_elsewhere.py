"""An archive whose papers are in an object store: whose they are, moving them, and what is done to them."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from cli.exits import Exit
from cli.main import call
from pipeline.errors import ConfigError, StorageError
from pipeline.model import DocumentState
from storage.archive import open_archive
from storage.blobs import moving, opening
from storage.blobs.ports import NOTE
from storage.config import StorageConfig
from tests.helpers import s3
from tests.helpers.archives import keep
from tests.helpers.s3 import Bad


@pytest.fixture
def bucket(s3_server, way):
    return s3_server.new_bucket()


def opened(data, url):
    return open_archive(data, StorageConfig(papers=url))


def move(archive, data, url):
    return moving.copy_papers(
        archive.blobs, opening.store_at(url, data, 1), url, archive.database, lambda done, of: None
    )


def bytes_of(archive):
    """Every file, by its hash, as it is read."""
    found = {}
    for sha256, _ in archive.blobs.held():
        with archive.blobs.opened(sha256) as path:
            found[sha256] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


# ---- whose papers a store holds


def test_an_archive_keeps_to_its_bucket_and_another_one_is_refused(bucket, tmp_path):
    url = f"s3://{bucket}/ours"
    archive = opened(tmp_path / "one", url)
    keep(archive, ["Care."])
    assert list(opened(tmp_path / "one", url).upkeep.check()) == []
    with pytest.raises(ConfigError, match="papers of another archive"):
        opened(tmp_path / "two", url).blobs.put(b"theirs")
    with pytest.raises(ConfigError, match="papers of another archive"):
        move(open_archive(tmp_path / "three"), tmp_path / "three", url)


def test_a_bucket_with_something_else_in_it_is_refused_and_left_as_it_is(bucket, s3_server, tmp_path):
    s3_server.ask("PUT", f"/{bucket}/ours/holiday.jpg", b"the sea")
    with pytest.raises(ConfigError, match="something else is in it"):
        opened(tmp_path / "data", f"s3://{bucket}/ours").blobs.put(b"ours")
    assert s3.names(s3_server, bucket) == {"ours/holiday.jpg"}
    elsewhere = opened(tmp_path / "data", f"s3://{bucket}/another prefix")
    assert elsewhere.blobs.put(b"ours")[1] == 4


def test_a_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "holidays").mkdir()
    (tmp_path / "holidays" / "sea.jpg").write_bytes(b"the sea")
    with pytest.raises(ConfigError, match="something else is in it"):
        opened(tmp_path / "data", f"file://{tmp_path}/holidays")


def test_a_note_that_is_not_one_of_ours_is_refused(bucket, s3_server, tmp_path):
    for note in (b"", b"[]", b'{"archive": "7"}'):
        s3_server.ask("PUT", f"/{bucket}/{NOTE}", note)
        with pytest.raises(ConfigError, match="papers of another archive"):
            opened(tmp_path / "data", f"s3://{bucket}").blobs.put(b"ours")


def test_a_place_in_which_papers_are_missing_is_refused_in_both_directions(bucket, tmp_path):
    data, url = tmp_path / "data", f"s3://{bucket}"
    keep(open_archive(data), ["In the folder."], key="d1")
    with pytest.raises(ConfigError, match=r"1 paper of 1 is not there.*db copy --papers s3://"):
        opened(data, url).blobs.put(b"new")
    move(open_archive(data), data, url)
    keep(opened(data, url), ["In the bucket."], key="d2")
    with pytest.raises(ConfigError, match=r"the data folder: 1 paper of 2 is not there"):
        open_archive(data)


def test_opening_an_archive_asks_the_store_for_nothing(bucket, way, tmp_path):
    """A search starts in a blink, and wants no paper."""
    archive = opened(tmp_path / "data", f"s3://{bucket}")
    assert archive.reports.papers() == []
    assert way.asked == []


# ---- moving


def test_papers_move_to_a_bucket_and_back_and_are_the_same(bucket, tmp_path):
    data, url, back = tmp_path / "data", f"s3://{bucket}/papers", f"file://{tmp_path}/back"
    archive = open_archive(data)
    for number in range(9):
        keep(archive, [f"Care {number}."], key=f"d{number}")
    before = bytes_of(archive)
    there = move(archive, data, url)
    assert (there.files, there.written, there.lost) == (9, 9, ())
    assert (
        there.sha256 == hashlib.sha256("".join(f"{name}\n" for name in sorted(before)).encode()).hexdigest()
    )
    assert move(archive, data, url).written == 0
    far = opened(data, url)
    assert bytes_of(far) == before
    assert list(far.upkeep.check()) == []
    again = move(far, data, back)
    assert (again.files, again.sha256) == (9, there.sha256)
    near = opened(data, back)
    assert bytes_of(near) == before
    assert list(near.upkeep.check()) == []


def test_a_move_that_is_stopped_goes_on_where_it_was(bucket, way, tmp_path):
    data, url = tmp_path / "data", f"s3://{bucket}"
    archive = open_archive(data)
    for number in range(9):
        keep(archive, [f"Care {number}."], key=f"d{number}")
    sent: list[str] = []

    def break_down(asked: s3.Asked) -> Bad | None:
        if asked.method != "PUT" or NOTE in asked.path:
            return None
        sent.append(asked.path)
        return Bad(status=503, code="ServiceUnavailable") if len(sent) > 4 else None

    way.fault = break_down
    with pytest.raises(StorageError, match="not available"):
        move(archive, data, url)
    way.fault = lambda asked: None
    done = move(archive, data, url)
    assert (done.files, done.written) == (9, 5)
    assert list(opened(data, url).upkeep.check()) == []


def test_a_paper_that_was_lost_before_is_named_and_keeps_nobody_from_moving(bucket, tmp_path):
    data, url = tmp_path / "data", f"s3://{bucket}"
    archive = open_archive(data)
    gone, forged, _ = (keep(archive, [f"Care {number}."], key=f"d{number}") for number in range(3))
    archive.blobs.path(gone).unlink()
    archive.blobs.path(forged).write_bytes(b"forged")
    moved = move(archive, data, url)
    assert (moved.files, len(moved.lost)) == (1, 2)
    assert {fault.rpartition(" ")[2] for fault in moved.lost} == {"gone", "changed"}
    faults = list(opened(data, url).upkeep.check())
    assert len(faults) == 2
    assert all("cannot be read: No such file" in fault for fault in faults)


# ---- what is done to papers


def test_the_check_names_what_is_gone_or_changed_in_the_bucket_and_reads_no_copy(bucket, s3_server, tmp_path):
    archive = opened(tmp_path / "data", f"s3://{bucket}")
    first, second, third = (keep(archive, [f"Page {number}"], key=f"d{number}") for number in range(3))
    assert list(archive.upkeep.check()) == []
    s3_server.ask("PUT", f"/{bucket}/{first[:2]}/{first}", b"Page 0, forged")
    s3_server.ask("DELETE", f"/{bucket}/{second[:2]}/{second}")
    stranger, _ = archive.blobs.put(b"nobody's")
    faults = sorted(archive.upkeep.check())
    assert len(faults) == 2
    assert any(first in fault and "has been changed" in fault for fault in faults)
    assert any(second in fault and "cannot be read: No such file" in fault for fault in faults)
    assert list(archive.upkeep.unknown_files()) == [f"s3://{bucket}/{stranger[:2]}/{stranger}"]
    with archive.blobs.opened(third) as path:
        assert path.exists()


def test_a_store_that_is_away_is_no_changed_paper(bucket, way, tmp_path):
    archive = opened(tmp_path / "data", f"s3://{bucket}")
    keep(archive, ["Care."])
    way.fault = lambda asked: Bad(status=503, code="SlowDown")
    with pytest.raises(StorageError, match="503"):
        list(archive.upkeep.check())


def test_a_removed_paper_leaves_no_byte_here_or_there(bucket, s3_server, tmp_path):
    data = tmp_path / "data"
    archive = opened(data, f"s3://{bucket}")
    keep(archive, ["Care."], key="d1", content=b"a zeppelinesque secret")
    (paper,) = archive.reports.papers()
    assert archive.custody.remove(paper.document, "By order of the court.") == 1
    assert s3.names(s3_server, bucket) == {NOTE}
    files = [path for path in data.rglob("*") if path.is_file()]
    assert [path for path in files if b"zeppelinesque" in path.read_bytes()] == []


def test_a_removal_that_the_store_does_not_do_is_not_called_done_and_is_done_the_next_time(
    bucket, way, tmp_path
):
    archive = opened(tmp_path / "data", f"s3://{bucket}")
    sha256 = keep(archive, ["Care."])
    (paper,) = archive.reports.papers()
    way.fault = lambda asked: Bad(status=403, code="AccessDenied") if "?delete" in asked.path else None
    with pytest.raises(StorageError, match="may not do this"):
        archive.custody.remove(paper.document, "why")
    assert next(iter(archive.reports.papers())).state == DocumentState.WITHHELD
    assert archive.blobs.size(sha256) is not None
    way.fault = lambda asked: None
    assert archive.custody.remove(paper.document, "why") == 1
    assert archive.blobs.size(sha256) is None


def test_the_number_of_an_archive_goes_with_its_database(bucket, s3_server, tmp_path):
    archive = opened(tmp_path / "data", f"s3://{bucket}")
    keep(archive, ["Care."])
    archive.upkeep.backup(str(tmp_path / "backup"))
    (tmp_path / "restored").mkdir()
    (tmp_path / "backup").rename(tmp_path / "restored" / "archive.sqlite3")
    assert list(opened(tmp_path / "restored", f"s3://{bucket}").upkeep.check()) == []
    note = json.loads(s3_server.ask("GET", f"/{bucket}/{NOTE}"))
    assert note["archive"] > 0


def test_copies_here_are_as_few_as_the_settings_say(bucket, tmp_path):
    data = tmp_path / "data"
    archive = open_archive(data, StorageConfig(papers=f"s3://{bucket}", papers_cache_mb=1))
    names = [archive.blobs.put(os.urandom(400_000))[0] for _ in range(6)]

    def kept() -> set[str]:
        return {path.name for path in (data / opening.COPIES).glob("??/*")}

    assert kept() == set(names[-2:])
    for sha256 in names:
        with archive.blobs.opened(sha256):
            assert sha256 in kept()
    assert kept() == set(names[-2:])


def test_the_command_moves_papers_and_says_what_it_did(bucket, tmp_path, capsys):
    data, url = tmp_path / "data", f"s3://{bucket}"
    archive = open_archive(data)
    kept, lost = (keep(archive, [f"Care {number}."], key=f"d{number}") for number in range(2))
    assert call(["db", "copy", "--data", str(data)]) == Exit.WRONG_CALL
    assert call(["db", "copy", "--data", str(data), "--papers", url]) == 0
    assert f"{url}: 2 files, 0 MB, 2 of them written now." in capsys.readouterr().out
    keep(archive, ["Care 3."], key="d3")
    next(iter((data / "papers").glob(f"??/{lost}"))).unlink()
    assert call(["db", "copy", "--data", str(data), "--papers", url]) == 0  # it is there already
    (data / "paperwatch.toml").write_text(f'[storage]\npapers = "{url}"\n')
    assert call(["db", "check", "--data", str(data)]) == 0
    assert call(["db", "backup", str(tmp_path / "copy"), "--data", str(data)]) == 0
    assert f"Now copy {url} next to it." in capsys.readouterr().out
    opened(data, url).blobs.remove(kept)
    assert (
        call(["db", "copy", "--data", str(data), "--papers", f"file://{tmp_path}/new"]) == Exit.NOT_ALL_WELL
    )
    assert f"{kept} is gone: it could not be copied" in capsys.readouterr().err
