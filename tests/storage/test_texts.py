"""Pages as stored, and the queue of files to read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model import FailureReason, PageMethod, PageText, Part, PartState
from pipeline.ports import Member
from storage.archive import open_archive
from tests.helpers import archives


@pytest.fixture
def archive(tmp_path):
    opened = open_archive(tmp_path)
    yield opened
    opened.database.engine.dispose()


def test_a_page_keeps_its_item_and_its_reader(archive):
    sha256 = archives.keep(archive, ["Few words"])
    page = PageText(
        number=1,
        text="Few words",
        method=PageMethod.TEXT_LAYER,
        label="page 1",
        item="Item 7: Finance report",
        extractor="pdfminer",
    )
    archive.texts.store(replace(archives.reading(sha256, []), pages=[page]))
    (stored,) = archive.texts.pages(sha256)
    assert (stored.item, stored.label, stored.extractor) == ("Item 7: Finance report", "page 1", "pdfminer")


def test_what_waited_for_ocr_is_read_once_there_is_one(archive):
    sha256 = archives.keep(archive, [""])
    archive.texts.store(archives.reading(sha256, [""], reason=FailureReason.NEEDS_OCR))
    assert list(archive.texts.pending({"pdf": "1"})) == []
    assert [job.sha256 for job in archive.texts.pending({"pdf": "1", "ocr": "1"})] == [sha256]
    archive.texts.store(archives.reading(sha256, ["Words, at last"]))
    assert list(archive.texts.pending({"pdf": "1", "ocr": "1"})) == []


def test_blank_pages_are_not_unreadable(archive):
    sha256 = archives.keep(archive, ["x"])
    pages = [
        PageText(number=1, text="Few words", method=PageMethod.TEXT_LAYER),
        PageText(number=2, text="", method=PageMethod.BLANK),
    ]
    archive.texts.store(replace(archives.reading(sha256, []), pages=pages))
    assert archive.reports.totals().unreadable == ()


def test_two_members_of_one_name_are_two_papers(archive, tmp_path):
    sha256 = archives.keep(archive, [""])

    def members():
        for number, words in enumerate((b"first", b"second", b"third")):
            path = tmp_path / str(number)
            path.write_bytes(words)
            yield Member(name="b.txt" if number == 2 else "a.txt", path=path)

    pack = archives.reading(sha256, [""])
    archive.texts.store(replace(pack, members=tuple(members())))
    archive.texts.store(replace(pack, members=tuple(members())))  # read again: nothing new
    papers = {(row.title, row.revisions) for row in archive.reports.papers()}
    assert {("a.txt", 1), ("a.txt (2)", 1), ("b.txt", 1)} <= papers
    assert len(papers) == 4


def test_what_was_of_no_known_format_is_read_again_once_more_are_known(archive):
    sha256 = archives.keep(archive, [""])
    unknown = replace(archives.reading(sha256, []), extractor="", reason=FailureReason.UNSUPPORTED)
    archive.texts.store(replace(unknown, version="1"))
    assert list(archive.texts.pending({"": "1"})) == []
    assert [job.sha256 for job in archive.texts.pending({"": "2"})] == [sha256]


def test_parts_of_pages_are_kept_with_them_and_go_with_them(archive):
    sha256 = archives.keep(archive, ["x"])
    seen = Part(kind="picture", state=PartState.OCR, start=4, end=9, share=0.25, box=(0.1, 0.2, 0.6, 0.7))
    unread = Part(kind="picture", state=PartState.UNREAD, share=0.5, why="it waits for OCR")
    hidden = Part(kind="text", state=PartState.HIDDEN, text="under the bar", why="covered")
    pages = [
        PageText(number=1, text="Few words", method=PageMethod.TEXT_LAYER, parts=(seen, unread, hidden)),
        PageText(number=2, text="More words", method=PageMethod.TEXT_LAYER),
    ]
    archive.texts.store(replace(archives.reading(sha256, []), pages=pages))
    assert [page.parts for page in archive.texts.pages(sha256)] == [(seen, unread, hidden), ()]
    totals = archive.reports.totals()
    assert totals.pages_with_parts == {"ocr": 1, "not read": 1, "hidden": 1}
    assert [(row.reason, row.detail) for row in totals.unreadable] == [
        ("parts of pages not read", "on 1 of its pages, the first is page 1")
    ]
    archive.texts.store(archives.reading(sha256, ["Few words"]))
    assert [page.parts for page in archive.texts.pages(sha256)] == [()]
    assert archive.reports.totals().unreadable == ()


def test_what_was_read_of_a_file_that_is_lost_stays_and_the_file_is_looked_for_until_it_is_back(archive):
    sha256 = archives.keep(archive, ["What it said."])
    for _ in range(5):
        assert [job.tries for job in archive.texts.pending({"pdf": "2"})] == [0]
        archive.texts.store(
            archives.reading(sha256, [], reason=FailureReason.LOST, extractor="", version="1", media_type="")
        )
        assert list(archive.texts.pending({"pdf": "2"}, again=False)) == []
    assert [page.text for page in archive.texts.pages(sha256)] == ["What it said."]
    archive.texts.store(archives.reading(sha256, ["What it says."], version="2"))
    assert list(archive.texts.pending({"pdf": "2"})) == []


@pytest.mark.parametrize(
    "reason", [FailureReason.TIMED_OUT, FailureReason.CRASHED, FailureReason.OUT_OF_MEMORY]
)
def test_what_failed_and_may_pass_is_tried_three_times_and_after_all_else(archive, reason):
    failed = archives.crawl(archive, b"a paper", key="d1")
    archive.texts.store(archives.reading(failed, [""], reason=FailureReason.NEEDS_OCR))  # no try in vain
    for tries in (1, 2):
        archive.texts.store(archives.reading(failed, [""], reason=reason))
        assert [job.tries for job in archive.texts.pending({"pdf": "1"})] == [tries]
    waiting = archives.crawl(archive, b"another", key="d0")
    assert [job.sha256 for job in archive.texts.pending({"pdf": "1"})] == [waiting, failed]
    archive.texts.store(archives.reading(failed, [""], reason=reason))
    assert [job.sha256 for job in archive.texts.pending({"pdf": "1"})] == [waiting]
    assert [job.tries for job in archive.texts.pending({"pdf": "2"})] == [0, 0], "another reader begins anew"
