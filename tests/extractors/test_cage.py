"""A process in the cage: what it is refused is tried by real calls, in a process of its own."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from pathlib import Path

import pytest

from extractors.isolation import cage
from extractors.isolation.cage import Cage, Restriction

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the bars are of Linux")


@pytest.fixture
def caged(tmp_path):
    """Runs something in a caged child; answers "done", or the name of what it raised."""
    for name in ("papers", "spool", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("text")

    def run(tried):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                cage.close(Cage(readable=(tmp_path / "papers",), writable=(tmp_path / "spool",)))
                tried()
                said = "done"
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is the answer
                said = type(error).__name__
            os.write(writer, said.encode())
            os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)
        with os.fdopen(reader) as answer:
            return answer.read()

    return run


def needs(bar):
    if bar not in cage.bars():
        pytest.skip(f"this machine has no bar for {bar}")


def test_it_reads_papers_and_writes_to_its_own_folder(caged, tmp_path):
    assert caged((tmp_path / "papers/file").read_text) == "done"
    assert caged(lambda: (tmp_path / "spool/new").write_text("x")) == "done"
    assert caged((tmp_path / "spool/new").unlink) == "done"
    assert caged(lambda: Path("/dev/null").write_text("x")) == "done"
    assert caged(lambda: __import__("wave")) == "done"


@pytest.mark.parametrize(
    "path",
    [
        "secret/file",
        "secret",
        "papers/../secret/file",
        "/proc/1/environ",
        "/root",
        "/home",
        "/proc/self/environ",
    ],
)
def test_it_reads_nothing_else(caged, tmp_path, path):
    needs(Restriction.FILES)
    there = tmp_path / path
    if not there.exists():
        pytest.skip(f"{path} is not there")
    assert caged(lambda: [*there.iterdir()] if there.is_dir() else there.read_bytes()) == "PermissionError"


def test_it_changes_no_paper_and_leaves_nothing_elsewhere(caged, tmp_path):
    needs(Restriction.FILES)
    for tried in (
        lambda: (tmp_path / "papers/file").write_text("forged"),
        (tmp_path / "papers/file").unlink,
        lambda: (tmp_path / "papers/new").write_text("x"),
        lambda: (tmp_path / "secret/new").write_text("x"),
        lambda: os.truncate(tmp_path / "papers/file", 0),
        lambda: (tmp_path / "spool/file").rename(tmp_path / "secret/moved"),
    ):
        assert caged(tried) == "PermissionError"
    assert (tmp_path / "papers/file").read_text() == "text"


def test_it_opens_no_connection_and_looks_into_no_process(caged):
    needs(Restriction.CALLS)
    needs(Restriction.NETWORK)

    def attach():
        library = ctypes.CDLL(None, use_errno=True)
        if library.ptrace(16, os.getppid(), 0, 0) < 0:
            raise OSError(ctypes.get_errno(), "refused")

    assert caged(lambda: socket.socket(socket.AF_INET)) == "PermissionError"
    assert caged(lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)) == "PermissionError"
    assert caged(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)) == "PermissionError"
    assert caged(attach) == "PermissionError"
    assert caged(socket.socketpair) == "done"


def test_what_it_starts_is_caged_too(caged, tmp_path):
    needs(Restriction.FILES)
    path = tmp_path / "secret/file"

    def start():
        status = os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", f"open({str(path)!r}).read()")
        assert status == 1

    assert caged(start) == "done"


@pytest.mark.parametrize(("has_filter", "is_alone"), [(False, False), (False, True), (True, False)])
def test_a_machine_that_is_only_offline_has_no_bar_for_the_network(monkeypatch, has_filter, is_alone):
    """What is said is what was put up: the wire may be plugged in again."""
    monkeypatch.setattr(cage, "_restrict_calls", lambda: has_filter)
    monkeypatch.setattr(cage, "_leave_network", lambda: is_alone)
    up = cage.bars.__wrapped__()
    assert (Restriction.NETWORK in up, Restriction.CALLS in up) == (has_filter or is_alone, has_filter)


def test_the_bars_of_a_machine_are_found_without_binding_the_asker(tmp_path):
    assert set(cage.bars()) <= set(Restriction)
    assert (Restriction.NETWORK in cage.bars()) or Restriction.CALLS not in cage.bars()
    (tmp_path / "still free").write_text("x")
    socket.socket(socket.AF_INET).close()
