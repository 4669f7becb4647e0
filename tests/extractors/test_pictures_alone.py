"""Files that are pictures, and pictures within files: what is too much, damaged or takes too long is said."""

from __future__ import annotations

import io
import random

import msgspec
import pytest
from PIL import Image

from extractors.config import ExtractConfig, current
from extractors.ocr import embedded_pictures, image_files, known_pictures, tesseract
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState
from tests.documents import fidelity, make

pytestmark = pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")


def page(*words, dpi=150):
    return make.picture(words or ["The board approved", "a whole population payment"], dpi=dpi)


def content(image):
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def saved(path, image, **how):
    image.save(path, **how)
    return path


def refused(path):
    with pytest.raises(ExtractionError) as error:
        list(image_files.extract(path))
    return error.value.reason


@pytest.fixture
def no_time(monkeypatch):
    def never(*_):
        raise TimeoutError

    monkeypatch.setattr(tesseract, "recognise", never)


def test_black_letters_on_a_ground_that_is_not_there(tmp_path):
    """What nobody painted is black in grey: the page would be a black square."""
    shades = page().convert("L")
    clear = Image.merge("LA", (Image.new("L", shades.size), shades.point(lambda shade: 255 - shade)))
    (read,) = image_files.extract(saved(tmp_path / "a", clear, format="PNG"))
    assert "approved" in read.text


def test_more_frames_than_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(image_files, "_MOST_FRAMES", 1)
    dot = Image.new("L", (9, 9), "white")
    film = saved(tmp_path / "a", dot, format="TIFF", save_all=True, append_images=[dot])
    assert refused(film) is FailureReason.TOO_LARGE


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_pixels(tmp_path, monkeypatch):
    path = saved(tmp_path / "a", Image.new("L", (99, 99)), format="PNG")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 9)
    assert refused(path) is FailureReason.TOO_LARGE


def test_half_a_picture(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"GIF89a")
    assert refused(path) is FailureReason.UNREADABLE


def test_a_picture_that_takes_too_long_alone(tmp_path, no_time):
    assert refused(saved(tmp_path / "a", page(), format="PNG")) is FailureReason.TIMED_OUT


def test_pictures_within_that_take_too_long_are_counted(no_time):
    reader = embedded_pictures.PictureReader()
    assert reader.read(content(page())).state is PartState.UNREAD
    with pytest.raises(ExtractionError, match="not read: 1"):
        reader.say_what_is_left()


def test_no_picture_is_begun_when_the_time_for_them_is_used_up():
    usual = current.set(msgspec.structs.replace(ExtractConfig(), ocr_seconds=0))
    try:
        reader = embedded_pictures.PictureReader()
        first = reader.read(content(page(dpi=300)))
        assert first.state is PartState.OCR
        assert reader.read(content(page("Another sentence of the board"))).why == "OCR took too long"
    finally:
        current.reset(usual)


def test_what_is_no_word_says_nothing():
    noise = random.Random(1)
    dots = Image.new("L", (300, 300), "white")
    for _ in range(40):
        dots.putpixel((noise.randrange(300), noise.randrange(300)), 0)
    assert embedded_pictures.PictureReader().read(content(dots)) is None


def test_the_size_of_what_is_no_picture():
    assert embedded_pictures.picture_size(b"no picture") == (0.0, 0.0)


def test_only_the_last_words_of_pictures_are_remembered(monkeypatch):
    monkeypatch.setattr(known_pictures, "_MOST_REMEMBERED", 1)
    known_pictures._remembered.clear()
    for number in "12":
        known_pictures.read(number * 64, str, lambda: "Agreed")
    assert len(known_pictures._remembered) == 1
    known_pictures._remembered.clear()


def test_kept_words_that_are_damaged_are_read_again(tmp_path):
    known_pictures.look_in(tmp_path)
    known_pictures.keep_reported([b"1" * 64 + b'-text1 "half"\n'], tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b'"half')
    assert known_pictures.read("1" * 64, str, lambda: "Agreed") == "Agreed"
    known_pictures.look_in(None)
    known_pictures._remembered.clear()
