"""An archive whose papers are in an object store: whose they are, moving them, and what is done to them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile

import pytest

from cli.exits import Exit
from cli.main import call
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from pipeline import stages
from pipeline.errors import ConfigError, DamagedFileError, StorageError
from pipeline.model import DocumentState, FailureReason
from storage.archive import open_archive
from storage.blobs import moving, opening
from storage.blobs.ports import NOTE
from storage.config import StorageConfig
from tests.helpers import s3
from tests.helpers.archives import crawl, keep
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


def test_a_bucket_that_keeps_versions_is_refused_before_a_paper_is_in_it(bucket, s3_server, tmp_path):
    asked = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    s3_server.ask("PUT", f"/{bucket}?versioning", asked)
    archive = open_archive(tmp_path / "own")
    keep(archive, ["Care."])
    for _ in range(2):
        with pytest.raises(ConfigError, match="keeps versions of what is deleted, or kept them once"):
            move(archive, tmp_path / "own", f"s3://{bucket}")
        with pytest.raises(ConfigError, match="Name a bucket without versioning"):
            opened(tmp_path / "new", f"s3://{bucket}").blobs.put(b"ours")
        assert s3.names(s3_server, bucket) == set()


def test_two_machines_that_begin_with_one_place_at_once_both_may(bucket, tmp_path, monkeypatch):
    """One looks for the note before the other has written it, and into the place after that."""
    url = f"s3://{bucket}"
    first, second = (opened(tmp_path / "data", url) for _ in range(2))
    note, waiting = first.blobs.note, [b"by the other"]

    def note_before_the_other() -> bytes | None:
        found = note()
        while waiting:
            second.blobs.put(waiting.pop())
        return found

    monkeypatch.setattr(first.blobs, "note", note_before_the_other)
    first.blobs.put(b"by the one")
    assert len(list(second.blobs.held())) == 2


def test_a_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "holidays").mkdir()
    (tmp_path / "holidays" / "sea.jpg").write_bytes(b"the sea")
    with pytest.raises(ConfigError, match="something else is in it"):
        opened(tmp_path / "data", f"file://{tmp_path}/holidays").blobs.put(b"ours")
    assert [path.name for path in (tmp_path / "holidays").iterdir()] == ["sea.jpg"]


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
        open_archive(data).blobs.put(b"new")


@pytest.fixture(params=["own", "folder", "bucket"])
def emptied(request, tmp_path):
    """A way to open an archive whose one paper has gone with its place, and what is in the place."""
    data, url = tmp_path / "data", ""
    if request.param == "folder":
        url = f"file://{tmp_path}/mounted"
    if request.param == "bucket":
        server, bucket = request.getfixturevalue("s3_server"), request.getfixturevalue("bucket")
        url = f"s3://{bucket}"
    sha256 = keep(opened(data, url), ["Care."], key="d1")
    if request.param == "bucket":
        for name in s3.names(server, bucket):
            server.ask("DELETE", f"/{bucket}/{name}")
        shutil.rmtree(data / opening.COPIES)
        return (lambda: opened(data, url)), sha256, (lambda: s3.names(server, bucket))
    folder = data / "papers" if not url else tmp_path / "mounted"
    folder.rename(tmp_path / "elsewhere")
    if url:
        folder.mkdir()  # where it was mounted

    def names():
        return {path.name for path in folder.rglob("*")}

    return (lambda: opened(data, url)), sha256, names


def test_a_place_that_has_lost_its_papers_is_no_new_one(emptied):
    """An unmounted disk, or an emptied bucket: nothing is lost yet, and nothing is written beside it."""
    again, sha256, names = emptied
    archive = again()
    assert archive.reports.totals().papers == 1  # what needs no file goes on
    for _ in range(2):
        for use in (
            archive.blobs.sweep,
            lambda: archive.blobs.put(b"new"),
            lambda: archive.blobs.size(sha256),
            lambda: archive.blobs.remove(sha256),
            lambda: list(archive.upkeep.check()),
            lambda: archive.blobs.opened(sha256).__enter__(),
        ):
            with pytest.raises(
                StorageError, match=r"1 paper of 1 is no longer there: .* not mounted, or was emptied"
            ):
                use()
    assert names() == set()


def test_a_place_that_is_back_is_used_by_a_process_that_was_refused(tmp_path):
    data, url = tmp_path / "data", f"file://{tmp_path}/mounted"
    keep(opened(data, url), ["Care."])
    (tmp_path / "mounted").rename(tmp_path / "elsewhere")
    archive = opened(data, url)
    with pytest.raises(StorageError, match="not mounted"):
        archive.blobs.sweep()
    (tmp_path / "elsewhere").rename(tmp_path / "mounted")
    assert list(archive.upkeep.check()) == []


def test_a_place_that_has_lost_its_note_alone_gets_it_again(tmp_path):
    data, url = tmp_path / "data", f"file://{tmp_path}/papers"
    keep(opened(data, url), ["Care."])
    (tmp_path / "papers" / NOTE).unlink()
    assert list(opened(data, url).upkeep.check()) == []
    assert (tmp_path / "papers" / NOTE).exists()


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


def test_the_way_back_goes_into_the_folder_of_before_whatever_is_left_there(bucket, tmp_path):
    """Papers that were removed meanwhile go from it too; what nobody knows is named."""
    data, url = tmp_path / "data", f"s3://{bucket}"
    archive = open_archive(data)
    for number in range(3):
        keep(archive, [f"Care {number}."], key=f"d{number}")
    stranger, _ = archive.blobs.put(b"nobody's")
    move(archive, data, url)
    far = opened(data, url)
    first, *_ = far.reports.papers()
    far.custody.remove(first.document, "By order of the court.")
    back = move(far, data, f"file://{data}/papers")
    assert (back.files, back.written, back.removed) == (2, 0, 1)
    assert [where.rpartition("/")[2] for where in back.strange] == [stranger]
    near = open_archive(data)
    assert list(near.upkeep.check()) == []
    assert {name for name, _ in near.blobs.held()} == bytes_of(far).keys() | {stranger}


def test_papers_that_were_lost_before_the_way_back_keep_nobody_from_it(bucket, tmp_path):
    data, url = tmp_path / "data", f"s3://{bucket}"
    keep(open_archive(data), ["Care."], key="d1")
    lost = keep(open_archive(data), ["Lost."], key="d2")
    move(open_archive(data), data, url)
    far = opened(data, url)
    far.blobs.remove(lost)
    open_archive(data).blobs.path(lost).unlink()
    assert len(move(far, data, f"file://{data}/papers").lost) == 1
    assert len(list(open_archive(data).upkeep.check())) == 1


def test_a_database_and_papers_that_move_together_are_still_one_archives(tmp_path):
    data, papers = tmp_path / "data", f"file://{tmp_path}/papers"
    keep(open_archive(data), ["Care."])
    url = f"sqlite:///{tmp_path}/moved.sqlite3"
    assert call(["db", "copy", "--data", str(data), "--to", url, "--papers", papers]) == 0
    (data / "paperwatch.toml").write_text(f'[storage]\nurl = "{url}"\npapers = "{papers}"\n')
    assert call(["db", "check", "--data", str(data)]) == 0


def test_papers_are_not_moved_to_where_they_are(bucket, tmp_path):
    for data, url, target in (
        (tmp_path / "one", "", f"file://{tmp_path}/one/papers"),
        (tmp_path / "two", f"s3://{bucket}", f"s3://{bucket}/"),
    ):
        archive = opened(data, url)
        keep(archive, ["Care."])
        with pytest.raises(ConfigError, match="there already"):
            move(archive, data, target)


def test_what_is_in_the_target_already_is_held_against_its_hash(bucket, s3_server, tmp_path):
    """Its size and name may be those of a paper, and its bytes others."""
    data, url = tmp_path / "data", f"s3://{bucket}"
    archive = open_archive(data)
    sha256 = keep(archive, ["Care."], content=b"the paper itself")
    move(archive, data, url)
    s3_server.ask("PUT", f"/{bucket}/{sha256[:2]}/{sha256}", b"the paper forged")
    assert move(archive, data, url).written == 1
    assert list(opened(data, url).upkeep.check()) == []
    back = f"file://{tmp_path}/back"
    move(opened(data, url), data, back)
    (tmp_path / "back" / sha256[:2] / sha256).write_bytes(b"the paper forged")
    assert move(opened(data, url), data, back).written == 1
    assert list(opened(data, back).upkeep.check()) == []


def test_a_paper_that_the_target_does_not_take_is_no_loss_of_the_archive(bucket, way, tmp_path):
    data = tmp_path / "data"
    archive = open_archive(data)
    keep(archive, ["Care."])
    way.fault = lambda asked: (
        Bad(status=404, code="NoSuchKey") if asked.method == "PUT" and NOTE not in asked.path else None
    )
    with pytest.raises(StorageError, match=f"s3://{bucket}/.* does not have what it was sent"):
        move(archive, data, f"s3://{bucket}")


def test_a_removed_paper_does_not_stay_in_a_copy_that_is_brought_up_to_date(tmp_path):
    data, copy = tmp_path / "data", f"file://{tmp_path}/copy"
    archive = open_archive(data)
    secret = keep(archive, ["Care."], key="d1", content=b"a zeppelinesque secret")
    keep(archive, ["More care."], key="d2")
    move(archive, data, copy)
    (paper,) = (each for each in archive.reports.papers() if each.sha256 == secret)
    archive.custody.remove(paper.document, "By order of the court.")
    moved = move(archive, data, copy)
    assert (moved.files, moved.removed) == (1, 1)
    kept = [path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert not any(b"zeppelinesque" in content for content in kept)


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


def test_a_changed_paper_is_a_failure_of_its_own_and_the_others_are_read(bucket, s3_server, tmp_path):
    data = tmp_path / "data"
    archive = opened(data, f"s3://{bucket}")
    names = [crawl(archive, f"Care {number}.".encode(), key=f"d{number}") for number in range(3)]
    forged = names[1]
    s3_server.ask("PUT", f"/{bucket}/{forged[:2]}/{forged}", b"Care, forged.")
    shutil.rmtree(data / opening.COPIES)
    archive = opened(data, f"s3://{bucket}")
    for _ in range(2):
        with Sandbox(ExtractConfig(workers=1), data / "reading") as reader:
            (failed,) = stages.extract(archive.texts, reader).failed
        assert (failed[0].sha256, failed[1].reason) == (forged, FailureReason.LOST)
    assert [len(archive.texts.pages(sha256)) for sha256 in names] == [1, 0, 1]
    s3_server.ask("PUT", f"/{bucket}/{forged[:2]}/{forged}", b"Care 1.")
    with Sandbox(ExtractConfig(workers=1), data / "reading") as reader:
        assert stages.extract(archive.texts, reader).failed == ()
    assert len(archive.texts.pages(forged)) == 1


def test_a_member_of_a_pack_whose_name_holds_other_bytes_is_a_failure_of_its_own(bucket, s3_server, tmp_path):
    data, pack = tmp_path / "data", io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive_file:
        for number in range(2):
            archive_file.writestr(f"{number}.txt", f"Care {number}.")
    whole, forged = (hashlib.sha256(f"Care {number}.".encode()).hexdigest() for number in range(2))
    archive = opened(data, f"s3://{bucket}")
    crawl(archive, pack.getvalue(), key="d1")
    s3_server.ask("PUT", f"/{bucket}/{forged[:2]}/{forged}", b"Care, forged.")
    with Sandbox(ExtractConfig(workers=1), data / "reading") as reader:
        (failed,) = stages.extract(archive.texts, reader).failed
    assert (failed[0].sha256, failed[1].reason) == (forged, FailureReason.LOST)
    assert [len(archive.texts.pages(sha256)) for sha256 in (whole, forged)] == [1, 0]


def test_a_paper_that_the_store_has_put_away_is_a_failure_of_its_own(bucket, way, tmp_path):
    archive = opened(tmp_path / "data", f"s3://{bucket}")
    first, second = (crawl(archive, f"Care {number}.".encode(), key=f"d{number}") for number in range(2))
    way.fault = lambda asked: (
        Bad(status=403, code="InvalidObjectState") if asked.method == "GET" and first in asked.path else None
    )
    (fault,) = archive.upkeep.check()
    assert first in fault
    assert "has put this file away" in fault
    shutil.rmtree(tmp_path / "data" / opening.COPIES)
    archive = opened(tmp_path / "data", f"s3://{bucket}")
    with pytest.raises(DamagedFileError), archive.blobs.opened(first):
        pass
    with archive.blobs.opened(second) as path:
        assert path.read_bytes() == b"Care 1."


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


def test_no_lock_of_the_database_waits_for_the_store(bucket, tmp_path, monkeypatch):
    archive = opened(tmp_path / "data", f"s3://{bucket}")
    keep(archive, ["Care."])
    (paper,) = archive.reports.papers()
    other, remove = (
        open_archive(tmp_path / "data", StorageConfig(papers=f"s3://{bucket}")),
        archive.blobs.remove,
    )

    def remove_while_a_run_writes(sha256: str) -> None:
        remove(sha256)
        other.texts.take_stock()

    monkeypatch.setattr(archive.blobs, "remove", remove_while_a_run_writes)
    assert archive.custody.remove(paper.document, "why") == 1


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
    assert f"The papers are in {url}: copy them with its own tools." in capsys.readouterr().out
    opened(data, url).blobs.remove(kept)
    assert (
        call(["db", "copy", "--data", str(data), "--papers", f"file://{tmp_path}/new"]) == Exit.NOT_ALL_WELL
    )
    assert f"{kept} is gone: it could not be copied" in capsys.readouterr().err
