"""What a pack holds and claims. That a stranger can check it all is tried in tests/cli/test_evidence.py."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from pipeline.archive_log import checkpoint, entries, merkle
from pipeline.archive_log.checkpoint import SignedRoot
from pipeline.archive_log.references import read_root
from pipeline.archive_log.views import Inclusion, ShownLogEntry
from pipeline.errors import ConfigError, ExtractionError, StorageError
from pipeline.evidence import pack
from pipeline.evidence.case import MOST_BYTES, MOST_PAGES, Case, PageCase, PaperCase, Quote
from pipeline.evidence.letter import STAMPED, citations, letter
from pipeline.evidence.pictures import WIDTH, drawing
from pipeline.model import FailureReason, Page, PageMethod

AT = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
BYTES = b"%PDF-1.7 the budget"
SHA = sha256(BYTES).hexdigest()
PAGES = [
    Page(
        sha256=SHA,
        number=number,
        text=text,
        method=PageMethod.TEXT_LAYER,
        extractor="pdf/1",
        body_end=len(text),
    )
    for number, text in ((1, "Agenda"), (2, "The budget is cut."))
]
QUOTE = Quote(start=4, end=10, why="savings", wording="budget")
ROOT = SignedRoot(size=2, root=bytes(32), at=AT, note="paperwatch-1\n2\n\n", key=bytes(range(32)))


def revision(**more: object) -> dict[str, object]:
    facts = {
        "revision": 5,
        "sha256": SHA,
        "size": len(BYTES),
        "fetched_at": AT,
        "provenance": "crawled",
        "capture": {},
    }
    return {**facts, **more}


def entry(number: int, subject: str) -> Inclusion:
    facts = {"at": "2026-11-03T09:05:00.000000Z"}
    shown = ShownLogEntry(number=number, kind="kept", subject=subject, content=f"{number}", facts=facts)
    return Inclusion(entry=shown, size=2, root=bytes(32), proof=(bytes(32),))


LOGGED = ("paper:12", "meeting:3", "revision:5", f"file:{SHA}", f"mentions:{SHA}")
THE_REVISION = revision()


def paper(tmp_path, **changes: object) -> PaperCase:
    original = tmp_path / "original.pdf"
    original.write_bytes(BYTES)

    @contextmanager
    def opened():
        yield original

    facts = {
        "paper": 12,
        "state": "public",
        "reason": "",
        "title": "Costs",
        "url": "https://vale.example/costs.pdf",
        "body_name": "Vale Council",
        "committee": "Health Committee",
        "day": date(2026, 11, 10),
        "about": {"id": "vale"},
        "record": {"paper": 12},
        "meeting": {"meeting": 3},
        "revisions": (THE_REVISION,),
        "revision": THE_REVISION,
        "original": opened,
        "media_type": "application/pdf",
        "reading": {"pages": 2},
        "mentions": {"savings": 1},
        "page_hashes": tuple(map(entries.page_hash, PAGES)),
        "pages": (PageCase(page=PAGES[1], index=1, quotes=(QUOTE,)),),
        "entries": tuple(entry(number, subject) for number, subject in enumerate(LOGGED, 1)),
        **changes,
    }
    return PaperCase(**facts)


def case(*papers: PaperCase, **more: object) -> Case:
    return Case(**{"asked": "budget", "root": ROOT, "papers": papers, **more})


def written(one: Case, picture: bytes = b"") -> dict[str, bytes]:
    """The files of a pack."""
    file = io.BytesIO()
    pack.write(one, file, version="1", draw=lambda *_: picture)
    with zipfile.ZipFile(file) as packed:
        return {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}


def claims(files: dict[str, bytes]) -> list[tuple[str, str]]:
    """What is to be checked, and of which file or entry."""
    said = json.loads(files["data/claims.json"])
    return [(each["check"], each.get("file", "") or str(each.get("entry", ""))) for each in said]


def test_each_record_of_a_paper_is_claimed_to_be_that_of_the_log(tmp_path):
    files = written(case(paper(tmp_path)), b"PNG")
    assert files["data/papers/12/original.pdf"] == BYTES
    assert files["data/papers/12/pages/2.txt"] == b"The budget is cut."
    assert files["data/papers/12/pages/2.png"] == b"PNG"
    folder = "data/papers/12"
    assert claims(files) == [
        ("checkpoint", ""),
        *(("entry", str(number)) for number in range(1, 6)),
        ("record", f"{folder}/paper.json"),
        ("record", f"{folder}/meeting.json"),
        ("record", f"{folder}/versions/5.json"),
        ("original", f"{folder}/original.pdf"),
        ("record", f"{folder}/reading.json"),
        ("record", f"{folder}/mentions.json"),
        ("page", f"{folder}/pages/2.json"),
        ("text", f"{folder}/pages/2.txt"),
        ("quote", ""),
    ]
    [page] = [each for each in json.loads(files["data/claims.json"]) if each["check"] == "page"]
    assert merkle.includes(
        page["index"],
        page["pages"],
        merkle.leaf_hash(files[page["file"]]),
        [bytes.fromhex(step) for step in page["proof"]],
        merkle.root(2, merkle.small(list(map(entries.page_hash, PAGES)))),
    )


def test_of_what_the_log_does_not_name_nothing_is_claimed(tmp_path):
    """Its files are in the pack all the same; a page's words are those of its own text."""
    files = written(case(paper(tmp_path, entries=(), meeting=None)))
    assert claims(files) == [("checkpoint", ""), ("text", "data/papers/12/pages/2.txt"), ("quote", "")]
    assert {"data/papers/12/paper.json", "data/papers/12/reading.json"} <= files.keys()
    assert "data/papers/12/mentions.json" not in files


@pytest.mark.parametrize("missing", ["revision", "original", "reading"])
def test_a_paper_without_bytes_or_reading_has_its_records_alone(tmp_path, missing: str):
    files = written(case(paper(tmp_path, **{missing: None})))
    assert "data/papers/12/versions/5.json" in files
    assert ("data/papers/12/original.pdf" in files) == (missing == "reading")
    assert "data/papers/12/reading.json" not in files


def test_a_paper_that_is_kept_back_leaves_its_entries_alone(tmp_path):
    files = written(case(paper(tmp_path, state="withheld", reason="a name\nin it")))
    assert [name for name in files if name.startswith("data/papers/")] == []
    assert [check for check, _ in claims(files)] == ["checkpoint", *["entry"] * 5]
    said = files["data/cover-letter.txt"].decode()
    assert "The reason given: a name in it" in said
    assert "Costs" not in said
    assert files["data/citations.txt"] == b""


def test_bytes_that_changed_or_went_are_in_no_pack(tmp_path):
    changed = paper(tmp_path)
    (tmp_path / "original.pdf").write_bytes(b"other bytes")
    with pytest.raises(StorageError, match=r"original\.pdf is not what it was when it came"):
        written(case(changed))
    (tmp_path / "original.pdf").unlink()
    with pytest.raises(StorageError, match="No such file"):
        written(case(changed))

    def gone():
        raise FileNotFoundError(2, "No such object", "s3://papers/original")

    with pytest.raises(StorageError, match="s3://papers/original: No such object"):
        written(case(paper(tmp_path, original=gone)))


def test_a_pack_is_bounded(tmp_path):
    one = paper(tmp_path)
    many = replace(one, pages=one.pages * (MOST_PAGES + 1))
    with pytest.raises(ConfigError, match="501 pages, and a pack holds at most 500"):
        pack.check_size(case(many))
    large = paper(tmp_path, revision=revision(size=MOST_BYTES + 1))
    with pytest.raises(ConfigError, match=r"20\.0 GB, and a pack holds at most 20 GB"):
        pack.check_size(case(large))
    pack.check_size(case(one, replace(large, original=None)))  # of which no bytes are in it


def test_the_letter_says_what_is_here_and_what_is_not(tmp_path):
    one = paper(tmp_path)
    said = letter(case(one, left=("paper 9: it is not read yet",), roots_said=("the clock ran back",)))
    assert "It holds 1 paper, as they were when the archive's log had 2 entries." in said
    assert "- paper 9: it is not read yet." in said
    assert "To know: the clock ran back." in said
    assert f"SHA-256 {SHA}, 19 bytes (in this pack)" in said
    assert "the answer it came with: not kept" in said
    assert "Page 2 (text layer)\n     characters 4 to 10: \u201cbudget\u201d (savings)" in said
    assert "State when the pack was made" not in said
    assert STAMPED not in said


def test_the_letter_names_the_state_of_a_paper_and_versions_without_bytes(tmp_path):
    stamped = replace(ROOT, stamp=b"stamp")
    page = replace(PAGES[1], item="Item 3:\nthe budget")
    gone = paper(
        tmp_path,
        state="withdrawn",
        day=None,
        revision=None,
        revisions=(revision(capture={"status": 200}),),
        pages=(PageCase(page=page, index=1, quotes=()),),
    )
    said = letter(case(gone, root=stamped))
    assert "State when the pack was made: withdrawn" in said
    assert "none: we have no bytes of it" in said
    assert "the answer it came with: in its record" in said
    assert "Page 2 (text layer): Item 3: the budget" in said
    assert "Vale Council, Health Committee\n" in said
    assert STAMPED in said
    assert citations(case(gone)) == ""
    assert "data/log/checkpoint.tsr" in written(case(gone, root=stamped))


class Pictures:
    """Draws a page as the places that are boxed on it."""

    def boxes(self, original, page, spans):
        if not page.text:
            raise ExtractionError(FailureReason.TRUNCATED, "no such page")
        return spans

    def picture(self, original, number, width, boxes):
        return f"{number} {width} {[*boxes]}".encode()


@pytest.mark.parametrize(
    ("pictures", "quotes", "text", "drawn"),
    [
        (Pictures(), (QUOTE,), "The budget", f"2 {WIDTH} [(4, 10)]"),
        (Pictures(), (), "The budget", f"2 {WIDTH} []"),
        (Pictures(), (QUOTE,), "", ""),  # as of a web page, which has no pictures
        (None, (QUOTE,), "The budget", ""),
    ],
)
def test_a_page_is_drawn_with_its_quotes_boxed_where_it_can_be(
    tmp_path, pictures, quotes, text: str, drawn: str
):
    one = PageCase(page=replace(PAGES[1], text=text), index=1, quotes=quotes)
    assert drawing(pictures)(tmp_path / "original.pdf", one).decode() == drawn


def test_a_record_holds_days_and_hours_in_one_form_and_nothing_unknown():
    assert entries.canonical_json({"b": AT, "a": [date(2026, 1, 2), AT.time()]}) == (
        b'{"a":["2026-01-02","09:05:00"],"b":"2026-11-03T09:05:00.000000Z"}'
    )
    with pytest.raises(TypeError, match="cannot hold set"):
        entries.canonical_json({"a": {1}})


def test_an_entry_is_hashed_with_what_it_is_of_and_when():
    one = entries.LogEntry(kind="read", subject="file:ab", facts={"pages": 2})
    assert json.loads(one.content(AT)) == {
        "at": "2026-11-03T09:05:00.000000Z",
        "kind": "read",
        "pages": 2,
        "subject": "file:ab",
    }
    assert entries.record_hash({"a": 1}) == sha256(b'{"a":1}').hexdigest()


def test_a_checkpoint_is_a_signed_note():
    key = bytes(range(32))
    name = checkpoint.name_of(key)
    note = checkpoint.signed(name, 2, bytes(32), AT, key, lambda body: sha256(body).digest())
    body = checkpoint.text(name, 2, bytes(32), AT)
    assert note.startswith(f"{body}\n\u2014 {name} ")
    assert checkpoint.signature(note) == sha256(body.encode()).digest()
    root = replace(ROOT, note=note)
    assert root.name == name
    assert checkpoint.root_facts(root)["size"] == 2


def test_a_root_is_told_in_a_sentence_and_so_is_a_clock_that_ran_back():
    assert checkpoint.line(None) == ""
    assert checkpoint.line(ROOT) == (
        f"The archive\u2019s log had 2 entries on 3 November 2026, 09:05 UTC; its root is 2:{'0' * 64}."
    )
    later = replace(ROOT, size=3, at=AT.replace(hour=8))
    assert checkpoint.ran_back([ROOT, later]) == [
        (
            "the clock ran back: the root of 3 entries is dated 3 November 2026, 08:05 UTC, "
            "the one before it, of 2 entries, 3 November 2026, 09:05 UTC"
        )
    ]
    assert checkpoint.ran_back([later, ROOT]) == []


@pytest.mark.parametrize("text", ["1,234", f"12:{'ab' * 32}", f" 12:{'AB' * 32}. "])
def test_a_root_is_read_as_people_copy_it(text: str):
    read = read_root(text)
    assert read_root(str(read)) == read
    assert bool(read.root) is (":" in text)


@pytest.mark.parametrize("text", ["", "x", "12:abc", "-1"])
def test_what_is_no_root_is_refused(text: str):
    with pytest.raises(ConfigError, match="is no root of a log"):
        read_root(text)
