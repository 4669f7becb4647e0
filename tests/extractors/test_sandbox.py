"""Reading in child processes: the parent lives through whatever a file does, and nothing is left behind."""

from __future__ import annotations

import errno
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace

import pytest

import extractors.isolation.process_pool
import extractors.isolation.sandbox
from extractors.config import ExtractConfig
from extractors.formats import EXTRACTORS
from extractors.isolation import cage
from extractors.isolation.cage import Restriction
from extractors.isolation.sandbox import Sandbox
from extractors.ocr import tesseract
from extractors.office import libreoffice
from pipeline.errors import StorageError
from pipeline.model import FailureReason, PageMethod
from tests.documents import hostile, make
from tests.helpers.jobs import job_at

CONFIG = ExtractConfig(workers=2, seconds=1, ocr=False, memory_mb=1024, output_mb=16)
ENDS = {
    "nothing": (None, 2),
    "shout": (None, 2),
    "litter": (None, 2),
    "interrupt": (None, 2),
    "hang": (FailureReason.TIMED_OUT, 1),
    "escape": (FailureReason.TIMED_OUT, 1),
    "spin": (FailureReason.TIMED_OUT, 1),
    "hog": (FailureReason.OUT_OF_MEMORY, 1),
    "flood": (FailureReason.TOO_LARGE, 1),
    "recurse": (FailureReason.UNREADABLE, 1),
    "unpicklable": (FailureReason.UNREADABLE, 1),
    "exit_politely": (FailureReason.UNREADABLE, 1),
    "leave": (FailureReason.CRASHED, 1),
    "segfault": (FailureReason.CRASHED, 1),
    "abort": (FailureReason.CRASHED, 1),
}


class HostileSandbox(Sandbox):
    _start = staticmethod(hostile.start)


def job(directory, act):
    path = directory / act.partition(" ")[0]
    path.write_text(act)
    return job_at(path, act, name="paper.txt")


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """Every act read in one sandbox, with a mended backstop for those that escape their own clock."""
    files, spool = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("spool")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extractors.isolation.sandbox, "_GRACE", 1)
        with HostileSandbox(CONFIG, spool) as sandbox:
            found = {
                reading.sha256: (reading, reading.pages)
                for reading in sandbox.read(job(files, act) for act in ENDS)
            }
            left = [path for path in spool.rglob("*") if path.is_file() and path.name != "lock"]
    return found, left, list(spool.iterdir())


@pytest.mark.parametrize("act", ENDS)
def test_every_act_ends_in_a_named_state(ends, act):
    reading, pages = ends[0][act]
    reason, count = ENDS[act]
    assert (reading.reason, len(pages)) == (reason, count)
    assert pages[0].text == "before"
    assert len(reading.detail) <= 500


def test_nothing_is_left_on_the_disk(ends):
    _, while_open, after = ends
    assert while_open == []
    assert after == []


def test_the_next_file_starts_promptly_after_a_crash(tmp_path):
    acts = [job(tmp_path, act) for act in ("segfault", "nothing")]
    with HostileSandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "spool") as sandbox:
        readings = sandbox.read(acts)
        assert next(readings).reason is FailureReason.CRASHED
        started = time.monotonic()
        assert next(readings).reason is None
        assert time.monotonic() - started < 5


def test_a_reader_killed_while_idle_is_replaced(tmp_path):
    """As an out-of-memory killer does."""
    with HostileSandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "spool") as sandbox:
        assert [r.reason for r in sandbox.read([job(tmp_path, "nothing")])] == [None]
        for child in sandbox._children._living:
            child._process.kill()
            child._process.join()
        assert [r.reason for r in sandbox.read([job(tmp_path, "nothing"), job(tmp_path, "shout")])] == [
            None,
            None,
        ]


def test_no_network(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        act = job(tmp_path, f"call {server.getsockname()[1]}")
        with HostileSandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "spool") as sandbox:
            (reading,) = sandbox.read([act])
            refused = sandbox._warned
    if refused:
        pytest.skip("this system refuses its processes a network namespace; the sandbox says so in its log")
    assert reading.reason is FailureReason.UNREADABLE
    assert "OSError" in reading.detail or "Error" in reading.detail


def test_a_child_sees_no_file_but_its_own(tmp_path):
    """Not its neighbour's paper, not what the neighbour was handed or has made, not the folder of papers."""
    if Restriction.FILES not in cage.bars():
        pytest.skip("this machine has no bar for files")
    papers, spool = tmp_path / "papers", tmp_path / "spool"
    papers.mkdir()
    neighbour = job(papers, "nothing")
    with HostileSandbox(ExtractConfig(workers=2, ocr=False), spool) as sandbox:
        assert [reading.reason for reading in sandbox.read([neighbour, job(papers, "shout")])] == [None, None]
        sandbox._children.kill()  # whoever looks now is another child than the first
        theirs = [sandbox._root / folder for folder in ("handed-0", "work-0", "out-0")]
        for folder in theirs:
            folder.mkdir(exist_ok=True)
            (folder / "file").write_text("of the first child")
        handed = papers / neighbour.sha256
        looks = [handed, papers, sandbox._root, *theirs, *(folder / "file" for folder in theirs)]
        for number, there in enumerate(looks):
            act = papers / f"peek{number}"
            act.write_text(f"peek {there}")
            (reading,) = sandbox.read([job_at(act, act.name, name="paper.txt")])
            assert reading.reason is FailureReason.UNREADABLE
            assert reading.detail.startswith(("PermissionError", "FileNotFoundError")), there
        assert not list(sandbox._root.glob("handed-[1-9]*/*")), "what was read is taken back"


def test_a_file_that_can_have_no_second_name_is_handed_over_as_a_copy(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(extractors.isolation.sandbox.Path, "hardlink_to", refuse)
    with HostileSandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "spool") as sandbox:
        gone = job_at(tmp_path / "gone", "gone", name="paper.txt")
        readings = {each.sha256: each for each in sandbox.read([job(tmp_path, "nothing"), gone])}
    assert readings["nothing"].reason is None
    assert readings["gone"].reason is FailureReason.LOST


PARENT = """
import sys
from pathlib import Path
from extractors.config import ExtractConfig
from tests.helpers.jobs import job_at
from tests.extractors.test_sandbox import HostileSandbox

if __name__ == "__main__":
    with HostileSandbox(ExtractConfig(workers=1, ocr=False, seconds=600), Path(sys.argv[2])) as sandbox:
        list(sandbox.read([job_at(Path(sys.argv[1]))]))
"""


def test_no_child_outlives_a_killed_parent(tmp_path, request):
    spool, script = tmp_path / "spool", tmp_path / "parent.py"
    script.write_text(PARENT)
    listener = socket.socket(socket.AF_UNIX)  # it may write nowhere but in its spool, and call only locally
    listener.bind(str(tmp_path / "line"))
    listener.listen()
    listener.settimeout(120)  # a parent that fails calls nobody
    (tmp_path / "hang").write_text(f"hang {tmp_path / 'line'}")
    root = str(request.config.rootpath)
    parent = subprocess.Popen(
        [sys.executable, script, tmp_path / "hang", spool],
        env=os.environ | {"PYTHONPATH": root},
        stderr=subprocess.DEVNULL,
    )
    with listener, listener.accept()[0] as line:
        child = os.pidfd_open(int(line.recv(32)))
    try:
        parent.kill()
        parent.wait()
        assert select.select([child], [], [], 10)[0], "the child lives on"
    finally:
        os.close(child)
    assert list(spool.iterdir()), "the killed parent could not tidy up"
    with HostileSandbox(ExtractConfig(workers=1, ocr=False), spool):
        assert len(list(spool.iterdir())) == 1, "the next one does, and keeps its own"


def test_real_papers(tmp_path):
    good = make.pdf(tmp_path / "a", ["The first page", "The second page"], title="Board papers")
    bad = tmp_path / "b"
    bad.write_bytes(good.read_bytes()[:300])
    with Sandbox(CONFIG, tmp_path / "spool") as sandbox:
        readings = {r.sha256: (r, r.pages) for r in sandbox.read([job_at(p, p.name) for p in (good, bad)])}
        assert (
            EXTRACTORS.keys() | {""} <= sandbox.versions().keys() <= EXTRACTORS.keys() | {"", "libreoffice"}
        )
        assert all(sandbox.versions()[name] == known.version for name, known in EXTRACTORS.items())
    there = Sandbox(ExtractConfig(ocr=True)).versions()
    assert ("ocr" in there, "libreoffice" in there) == (tesseract.available(), libreoffice.available())
    reading, pages = readings["a"]
    assert (reading.extractor, reading.version, reading.media_type) == (
        "pdf",
        EXTRACTORS["pdf"].version,
        "application/pdf",
    )
    assert reading.metadata["title"] == "Board papers"
    assert [(p.number, p.label, p.text, p.method, p.extractor) for p in pages] == [
        (1, "page 1", "The first page", PageMethod.TEXT_LAYER, f"pdf/{reading.version}"),
        (2, "page 2", "The second page", PageMethod.TEXT_LAYER, f"pdf/{reading.version}"),
    ]
    assert readings["b"][0].reason is FailureReason.TRUNCATED


def test_members_can_be_adopted_and_are_removed_otherwise(tmp_path):
    pack = make.archive(tmp_path / "pack", [("../a.txt", b"first"), ("a.txt", b"second")])
    with Sandbox(CONFIG, tmp_path / "spool") as sandbox:
        for reading in sandbox.read([job_at(pack)]):
            assert [(m.name, m.path.read_bytes()) for m in reading.members] == [
                ("a.txt", b"first"),
                ("a.txt", b"second"),
            ]
            reading.members[0].path.rename(tmp_path / "adopted")
            left = reading.members[1].path
        assert not left.exists()
    assert (tmp_path / "adopted").read_bytes() == b"first"


def test_jobs_are_taken_as_they_are_read(tmp_path):
    """A million jobs do not queue in memory."""
    taken = []

    def jobs():
        for number in range(1000):
            taken.append(number)
            yield job(tmp_path, "nothing")

    with HostileSandbox(CONFIG, tmp_path / "spool") as sandbox:
        next(readings := sandbox.read(jobs()))
        readings.close()
    assert len(taken) <= extractors.isolation.sandbox._AHEAD * CONFIG.workers


def test_a_line_cut_off_ends_the_pages(tmp_path):
    """A child killed in mid-write."""
    spool = tmp_path / "pages"
    spool.write_bytes(b'={"format":"pdf"}\n{"number":1,"text":"whole","method":"ocr"}\n{"number":2,"te')
    outcome, pages = Sandbox()._said(str(spool))
    assert (outcome.format, outcome.reason) == ("pdf", FailureReason.CRASHED)
    assert [page.text for page in pages] == ["whole"]


def test_a_child_is_replaced_after_its_files(tmp_path):
    with HostileSandbox(ExtractConfig(workers=1, ocr=False, files_a_worker=3), tmp_path / "spool") as sandbox:
        children = sandbox._children._living = Remembered()
        assert len(list(sandbox.read([job(tmp_path, "nothing")] * 7))) == 7
    assert len(children.all) == 3


class Remembered(set):
    """A set that knows what was ever in it: a child may come and go between two looks."""

    def __init__(self):
        self.all = []

    def add(self, child):
        self.all.append(child)
        super().add(child)


def test_whoever_stops_listening_waits_for_nobody(tmp_path):
    """A child that hangs for ten minutes does not keep a person who pressed Ctrl-C."""
    config = ExtractConfig(workers=2, ocr=False, seconds=600)
    with HostileSandbox(config, tmp_path / "spool") as sandbox:
        readings = sandbox.read([job(tmp_path, "nothing"), job(tmp_path, "hang")])
        assert next(readings).reason is None
        began = time.monotonic()
        readings.close()
        assert time.monotonic() - began < 5
        assert not list(sandbox._root.rglob("[0-9]*"))
        assert [reading.reason for reading in sandbox.read([job(tmp_path, "shout")])] == [None]


@pytest.mark.parametrize("act", ["plug", "link", "folder", "leak"])
def test_what_is_put_in_place_of_pages_holds_nobody(tmp_path, act):
    with HostileSandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "spool") as sandbox:
        acts = [job(tmp_path, act), job(tmp_path, "nothing")]
        assert [reading.reason for reading in sandbox.read(acts)] == [FailureReason.CRASHED, None]
        assert not list(sandbox._root.rglob("[0-9]*"))


def test_pages_that_leave_no_room_for_their_outcome_stop_nobody(tmp_path):
    long, short = tmp_path / "long", tmp_path / "short"
    long.write_text("The board met. " * 300_000)
    short.write_text("The board met.")
    config = ExtractConfig(workers=1, ocr=False, output_mb=1)
    with Sandbox(config, tmp_path / "spool") as sandbox:
        jobs = [job_at(path, path.name) for path in (long, short)]
        assert [reading.reason for reading in sandbox.read(jobs)] == [FailureReason.TOO_LARGE, None]


def test_a_page_with_more_text_than_is_kept_is_named(tmp_path):
    page = "\n".join(["word " * 15] * 40)
    paper = make.pdf(tmp_path / "a", ["short", page])
    config = ExtractConfig(workers=1, ocr=False, page_text_kb=1)
    with Sandbox(config, tmp_path / "spool") as sandbox:
        (reading,) = sandbox.read([job_at(paper)])
    assert (reading.reason, "page 2" in reading.detail) == (FailureReason.TOO_LARGE, True)
    assert [len(page.text) for page in reading.pages] == [5, 1024]


def test_many_who_die_at_once_are_each_told_of_truly(tmp_path):
    """Who starts a process reaps those that have ended: for another their exit status was lost."""
    acts = [
        replace(job(tmp_path, act), sha256=f"{act}{number}")
        for number in range(20)
        for act in ("leave", "abort")
    ]
    with HostileSandbox(ExtractConfig(workers=8, ocr=False), tmp_path / "spool") as sandbox:
        told = {(reading.sha256.rstrip("0123456789"), reading.detail) for reading in sandbox.read(acts)}
    assert told == {("leave", "exit status 3"), ("abort", "Aborted")}


def test_a_stopped_child_is_replaced(tmp_path):
    """It takes no request: what is to be said must not wait for it for ever."""
    paper = make.pdf(tmp_path / "a", ["The first page"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extractors.isolation.process_pool, "_TAKING", 1)
        with Sandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "spool") as sandbox:
            assert sandbox.picture(paper, 1, 100)
            (child,) = sandbox._children._living
            os.kill(child._process.pid, signal.SIGSTOP)
            text = "x" * 1_000_000
            assert sandbox.boxes(paper, 1, text, PageMethod.TEXT_LAYER, [(0, 1)]).spans == [[]]


def test_a_full_disk_is_no_fact_about_a_file(tmp_path):
    """What the child says of it reaches whoever reads, and the child lives."""
    act = job(tmp_path, "fill")
    with HostileSandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "spool") as sandbox:
        with pytest.raises(StorageError, match="No space left"):
            list(sandbox.read([act]))
        assert [reading.reason for reading in sandbox.read([job(tmp_path, "nothing")])] == [None]
