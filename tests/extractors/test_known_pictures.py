"""A picture that was seen before is read once for the whole archive, whatever file or process shows it."""

from __future__ import annotations

import io
import random

import msgspec
import pytest
from docx import Document
from docx.shared import Inches

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from extractors.ocr import known_pictures, tesseract
from tests.documents import fidelity, pictures
from tests.helpers.jobs import job_at

needs_ocr = pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")
ONE = "0" * 64
OTHER = "Words that only the folder has"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    known_pictures._remembered.clear()
    yield
    known_pictures._remembered.clear()
    known_pictures.look_in(None)
    known_pictures.report_to(None)


def letterhead():
    image, words = pictures.table(random.Random(5), 150)
    return image, words


def typed(path):
    image, _ = letterhead()
    pictures.typed_page(path, [(image, 80, 300, 400)], random.Random(path.name))
    return path


def written(path):
    content = io.BytesIO()
    letterhead()[0].save(content, "PNG")
    document = Document()
    document.add_paragraph(f"The board met. {path.name}")
    document.add_picture(content, width=Inches(5))
    document.save(path)
    return path


def read(tmp_path, path):
    """The text that a fresh process reads."""
    with Sandbox(ExtractConfig(workers=1), tmp_path / "reading", tmp_path / "known") as sandbox:
        (reading,) = sandbox.read([job_at(path)])
    assert reading.reason is None
    return " ".join(page.text for page in reading.pages)


@needs_ocr
@pytest.mark.parametrize("made", [typed, written])
def test_another_process_takes_the_words_of_a_picture_from_the_archive(tmp_path, made):
    _, words = letterhead()
    first = read(tmp_path, made(tmp_path / "first"))
    assert fidelity.recall(first, " ".join(words)) >= 0.9
    (kept,) = (tmp_path / "known").iterdir()
    said = msgspec.json.decode(kept.read_bytes())
    changed = OTHER if isinstance(said, str) else [[word, *said[0][1:]] for word in OTHER.split()]
    kept.write_bytes(msgspec.json.encode(changed))
    assert OTHER in read(tmp_path, made(tmp_path / "second"))
    kept.write_bytes(b"[half")
    assert fidelity.recall(read(tmp_path, made(tmp_path / "third")), " ".join(words)) >= 0.9


def test_what_was_read_is_not_read_again(tmp_path):
    asked = []

    def by():
        asked.append(1)
        return "Agreed"

    known_pictures.look_in(tmp_path)
    assert [known_pictures.read(ONE, str, by) for _ in range(2)] == ["Agreed", "Agreed"]
    word = tesseract.Word("Agreed", (1.0, 2.0, 3.0, 4.0), 90.0, 1)
    assert known_pictures.read(ONE, list[tesseract.Word], lambda: [word]) == [word]
    assert len(asked) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"../../outside " + b'"x"\n',
        b"/etc/passwd " + b'"x"\n',
        ONE.encode() + b'-text1/../../a "x"\n',
        ONE.encode() + b'-text1 "' + b"x" * 40_000 + b'"\n',
        ONE.encode() + b'-text1 "no end',
        b"\n",
    ],
    ids=["up", "from the root", "up behind a hash", "too long", "cut short", "empty"],
)
def test_a_child_does_not_choose_what_the_parent_writes(tmp_path, line):
    folder = tmp_path / "known"
    folder.mkdir()
    known_pictures.keep_reported([line], folder)
    assert not list(folder.iterdir())
    assert list(tmp_path.iterdir()) == [folder]


def test_what_is_there_stays_and_the_oldest_go(tmp_path):
    lines = [f'{number:064x}-text1 "{number}"\n'.encode() for number in range(30)]
    known_pictures.keep_reported(lines, tmp_path, most=20)
    assert len(list(tmp_path.iterdir())) == 20
    left = min(tmp_path.iterdir())
    known_pictures.keep_reported([left.name.encode() + b' "other"\n'], tmp_path, most=20)
    assert b"other" not in left.read_bytes()
    known_pictures.forget(tmp_path)
    assert not list(tmp_path.iterdir())


def test_only_what_was_read_is_reported(tmp_path):
    known_pictures.report_to(tmp_path / "report")

    def by():
        raise TimeoutError

    with pytest.raises(TimeoutError):
        known_pictures.read(ONE, str, by)
    assert not (tmp_path / "report").exists()
    known_pictures.read(ONE, str, lambda: "Agreed")
    known_pictures.keep_reported((tmp_path / "report").read_bytes().splitlines(keepends=True), tmp_path)
    known_pictures._remembered.clear()
    known_pictures.look_in(tmp_path)
    assert known_pictures.recalled(ONE, str) == "Agreed"
