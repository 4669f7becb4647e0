"""Files that LibreOffice reads for us: what is said without it, and how it is called where it is there.

LibreOffice itself is not needed here: a small script of that name stands in for it. It takes the same command
line and leaves what the test prepared; what LibreOffice makes of a file is tried where it is installed.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from legacy_doc.exceptions import LegacyDocError

from extractors.config import ExtractConfig, current
from extractors.formats import EXTRACTORS
from extractors.isolation.sandbox import Sandbox
from extractors.office import doc_files, libreoffice, office_kit, pptx_files
from extractors.sniff import sniff
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from tests.documents import make
from tests.extractors.test_doc_read import described
from tests.helpers.jobs import job_at
from tests.helpers.office_files import compound

KINDS = {
    "doc": lambda path: make.ole(path, "WordDocument"),
    "ppt": lambda path: make.ole(path, "PowerPoint Document"),
    "pub": lambda path: make.ole(path, "Quill"),
    "vsd": lambda path: make.ole(path, "VisioDocument"),
    "wpd": lambda path: (path.write_bytes(b"\xffWPC\x10\0\0\0\1\n"), path)[1],
    "odg": lambda path: make.archive(path, {"mimetype": b"application/vnd.oasis.opendocument.graphics"}),
}

# Writes down how it was called, then does what the test says.
SCRIPT = """#!/bin/sh
echo "$HOME" "$@" > {log}
while [ "$1" != --convert-to ]; do shift; done
[ -r "$5" ] || exit 1
{act}
"""
READ = 'cp {made} "$4/paper.$2"'


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH of the test's own, with `timeout` and a few tools; `install` puts the stand-in there."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for tool in ("timeout", "sh", "cp", "sleep"):
        (folder / tool).symlink_to(shutil.which(tool))
    monkeypatch.setenv("PATH", str(folder))

    def install(act):
        (folder / "soffice").write_text(SCRIPT.format(log=tmp_path / "log", act=act))
        (folder / "soffice").chmod(0o755)

    return install


def failure(path, reader=libreoffice):
    with pytest.raises(ExtractionError) as error:
        list(reader.extract(path))
    return error.value


@pytest.mark.parametrize("kind", KINDS)
def test_without_it_the_file_waits_for_it(tmp_path, programs, kind):
    path = KINDS[kind](tmp_path / "paper")
    assert sniff(path).format == kind
    assert failure(path).reason is FailureReason.NEEDS_LIBREOFFICE
    assert "libreoffice" not in Sandbox(ExtractConfig()).versions()


def test_what_is_read_by_way_of_another_format_is_stale_where_that_is():
    ways = {
        name: way.to for name, way in libreoffice._WAYS.items() if name != "doc"
    }  # which has a reader of its own
    assert {name: f"1.{EXTRACTORS[to].version}" for name, to in ways.items()} == {
        name: EXTRACTORS[name].version for name in ways
    }


def test_alternative_texts_that_it_leaves_out_come_last(tmp_path, programs):
    made = make.slides(tmp_path / "made")
    programs(READ.format(made=made))
    path = compound(tmp_path / "paper", {"PowerPoint Document": described("A map of the wards")})
    said = [page.text for page in libreoffice.extract(path)]
    assert said[-1] == "[Alternative text: A map of the wards]"
    assert len(said) == 1 + len(list(pptx_files.extract(made)))


def test_it_is_called_in_a_folder_of_its_own_that_is_gone_after(tmp_path, programs):
    made = make.slides(tmp_path / "made")
    programs(READ.format(made=made))
    facts = {}
    pages = list(libreoffice.extract(KINDS["ppt"](tmp_path / "a name; $(sh) of others"), facts))
    assert [page.label for page in pages] == ["slide 1", "slide 2", "slide 3"]
    assert "Elective recovery" in pages[0].text
    assert "created" in facts
    home, *words = (tmp_path / "log").read_text().split()
    assert words[-5:] == ["--convert-to", "pptx", "--outdir", home, f"{home}/paper.ppt"]
    assert f"-env:UserInstallation=file://{home}/profile" in words
    assert not Path(home).exists()
    assert "libreoffice" in Sandbox(ExtractConfig()).versions(), "what waited is read"


def test_a_drawing_is_read_by_page(tmp_path, programs):
    programs(READ.format(made=make.pdf(tmp_path / "made", ["A map of the wards"])))
    facts = {}
    (page,) = libreoffice.extract(KINDS["odg"](tmp_path / "a"), facts)
    assert (page.text, facts["pages"]) == ("A map of the wards", "1")


def test_a_word_file_that_we_cannot_read_waits_for_it(tmp_path, programs, monkeypatch):
    path = KINDS["doc"](tmp_path / "a")
    assert failure(path, doc_files).reason is FailureReason.NEEDS_LIBREOFFICE
    without_letters = SimpleNamespace(text="12 / 14", metadata={})
    monkeypatch.setattr(doc_files, "extract_text", lambda *_, **__: without_letters)
    assert failure(path, doc_files).reason is FailureReason.NEEDS_LIBREOFFICE


def test_a_word_file_that_we_cannot_read_is_read_by_it(tmp_path, programs):
    programs(READ.format(made=make.word(tmp_path / "made")))
    facts = {}
    pages = list(doc_files.extract(KINDS["doc"](tmp_path / "a"), facts))
    assert [page.label for page in pages] == ["beginning", "section Finance", "section Estates"]
    assert facts["title"] == "Winter plan"


def test_a_word_file_that_we_can_read_is_not_given_to_it(tmp_path, programs, monkeypatch):
    programs("exit 0")
    found = SimpleNamespace(text="The roof leaks.", metadata={"title": "Estates", "company": ""})
    monkeypatch.setattr(doc_files, "extract_text", lambda *_, **__: found)
    facts = {}
    (page,) = doc_files.extract(KINDS["doc"](tmp_path / "a"), facts)
    assert (page.text, facts) == ("The roof leaks.", {"title": "Estates"})
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_word_file_with_a_password_stays_encrypted(tmp_path, programs, monkeypatch, is_there):
    def refuse(*_, **__):
        raise LegacyDocError("Encrypted legacy .doc files are not supported")

    if is_there:
        programs("exit 0")
    monkeypatch.setattr(doc_files, "extract_text", refuse)
    assert failure(KINDS["doc"](tmp_path / "a"), doc_files).reason is FailureReason.ENCRYPTED
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("act", ["exit 0", "exit 77", 'ln -s /etc/passwd "$4/paper.$2"'])
def test_a_file_that_it_cannot_read_is_unreadable(tmp_path, programs, act):
    programs(act)
    assert failure(KINDS["ppt"](tmp_path / "a")).reason is FailureReason.UNREADABLE


def test_it_is_ended_in_time_with_all_it_started(tmp_path, programs):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    programs(f"exec 9> {fifo}; trap '' TERM; sleep 600 & sleep 600; sleep 600")
    token = current.set(ExtractConfig(seconds=1))
    watch = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert failure(KINDS["ppt"](tmp_path / "a")).reason is FailureReason.TIMED_OUT
        assert select.select([watch], [], [], 10)[0], "somebody still holds the pipe"
        assert os.read(watch, 1) == b""
    finally:
        current.reset(token)
        os.close(watch)


needs_library = pytest.mark.skipif(
    office_kit.library(shutil.which("soffice") or "") is None, reason="no LibreOffice with a library here"
)


@needs_library
def test_libreoffice_itself_reads_within_the_bars_around_a_child(tmp_path):
    """Its own program does not: it may make no socket there."""
    said = "The board approved a whole population payment"
    body = f'<draw:page><draw:frame svg:width="9cm" svg:height="2cm" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"><draw:text-box><text:p>{said}</text:p></draw:text-box></draw:frame></draw:page>'  # noqa: E501
    path = make.opendocument(tmp_path / "a", "drawing", body)
    parts = make.unzipped(path) | {"mimetype": b"application/vnd.oasis.opendocument.graphics"}
    make.archive(path, parts)
    with Sandbox(ExtractConfig(workers=1), tmp_path / "spool") as sandbox:
        (reading,) = sandbox.read([job_at(path, "a")])
    assert (reading.extractor, reading.reason) == ("odg", None)
    assert said in " ".join(reading.pages[0].text.split())


def test_the_library_is_asked_where_it_is_next_to_the_program(tmp_path, programs):
    programs(READ.format(made=tmp_path / "made"))
    (tmp_path / "programs" / "libmergedlo.so").write_bytes(b"no library")
    assert failure(KINDS["ppt"](tmp_path / "a")).reason is FailureReason.UNREADABLE
    assert not (tmp_path / "log").exists(), "the program was called"


WAITING = """
import pathlib, sys
from extractors.office import libreoffice
list(libreoffice.extract(pathlib.Path(sys.argv[1])))
"""


# `timeout` passes on what ends it once it knows what it has started; then it sleeps.
WATCHED = """
while [ "$state" != S ]; do
  while read -r key value _; do [ "$key" = State: ] && state=$value; done < /proc/$PPID/status
done
"""


def test_it_does_not_outlive_us(tmp_path, programs):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    programs(f"{WATCHED} exec 9> {fifo}; echo started >&9; sleep 10; echo outlived >&9")
    child = subprocess.Popen([sys.executable, "-c", WAITING, KINDS["ppt"](tmp_path / "a")])
    with fifo.open() as watch:
        assert watch.readline() == "started\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert watch.read() == ""  # the end comes when the last process that holds it has ended


def test_the_sandbox_reads_by_it(tmp_path, programs):
    """In a process of its own: the server that makes the children keeps the PATH of when it was started."""
    programs(READ.format(made=make.slides(tmp_path / "programs" / "made")))  # where a caged child may look
    path = KINDS["ppt"](tmp_path / "a")
    code = (
        "import pathlib, sys\n"
        "from extractors.config import ExtractConfig\n"
        "from extractors.isolation.sandbox import Sandbox\n"
        "from tests.helpers.jobs import job_at\n"
        "with Sandbox(ExtractConfig(workers=1), pathlib.Path(sys.argv[2])) as sandbox:\n"
        "    for reading in sandbox.read([job_at(pathlib.Path(sys.argv[1]), 'a')]):\n"
        "        print(reading.extractor, reading.reason, len(reading.pages), sep=';')\n"
    )
    command = [sys.executable, "-c", code, path, tmp_path / "spool"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said.strip() == "ppt;None;3"
    assert list((tmp_path / "spool").iterdir()) == []
