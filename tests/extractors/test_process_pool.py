"""What a child does all its life, and what becomes of requests that no child can take."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from multiprocessing import Pipe
from pathlib import Path

import pytest

from extractors.isolation import process_pool
from extractors.isolation.process_pool import ChildFolders, Children


def ready(_place):
    """Nothing to ready."""


def write(name):
    """In the folder where a child works, next to what else is left there."""
    Path("left").mkdir()
    Path("left", "file").write_text("x")
    Path(name).write_text(os.environ.get("PAPERWATCH_SECRET", "no secret"))
    Path("..", name).write_text(Path(name).read_text())


def refuse(number):
    raise OSError(number, "said by the system") if number else OSError("said by nobody")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", None)
    place = ChildFolders.within(tmp_path, 0)
    for folder in place:
        folder.mkdir()
    return place


def test_a_child_answers_each_request_with_a_byte_and_keeps_nothing(place):
    ours, theirs = Pipe()
    with ours, theirs:
        for request in ((write, ["made"]), (refuse, [errno.ENOSPC]), (refuse, [0])):
            ours.send(request)
        with socket.socket(fileno=os.dup(ours.fileno())) as end:
            end.shutdown(socket.SHUT_WR)
        process_pool._serve(theirs, ready, place)
        assert list(os.read(ours.fileno(), 10)) == [0, errno.ENOSPC, errno.EIO]
    assert (place.work.parent / "made").exists()
    assert not list(place.work.iterdir())
    assert Path(tempfile.gettempdir()) == place.work


def nothing(place):
    return ()


@pytest.fixture
def children(tmp_path):
    children = Children(1, 9, ready, tmp_path, [])
    yield children
    children.close()


def test_a_child_inherits_no_secret_and_its_parent_keeps_it(children, tmp_path, monkeypatch):
    monkeypatch.setenv("PAPERWATCH_SECRET", "known to us")
    assert children.ask(60, write, lambda _: ["made"]) is None
    assert (tmp_path / "made").read_text() == "no secret"
    assert os.environ["PAPERWATCH_SECRET"] == "known to us"


def test_what_a_child_says_of_the_disk_is_raised_here(children):
    with pytest.raises(OSError, match="No space left"):
        children.ask(60, refuse, lambda _: [errno.ENOSPC])


def test_once_closed_they_take_no_request(children):
    children.close()
    with pytest.raises(RuntimeError):
        children.ask(60, ready, nothing)


def test_where_nothing_can_be_forked_no_file_is_blamed(children, monkeypatch):
    """The process that forks them may be gone: it was killed for its memory, say."""

    def gone(**_):
        raise EOFError

    monkeypatch.setattr(children._context, "Process", gone)
    with pytest.raises(OSError, match="no reader can be started"):
        children.ask(60, ready, nothing)
