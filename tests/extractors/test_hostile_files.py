"""Files made to hurt: each ends in a named state, in its time, and the next file is read as ever."""

from __future__ import annotations

import os
import random
import time
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from extractors import archive_files
from extractors.config import ExtractConfig, current
from extractors.isolation.sandbox import Sandbox
from pipeline.model import FailureReason
from pipeline.text.canonical import canonical
from tests.documents import make
from tests.helpers.jobs import job_at

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 2  # of the processor's time, for a file
# What must come to its own end has many times what it takes: on a busy machine all takes longer.
WITH_TIME = 20
FUZZ_SECONDS = float(os.environ.get("PAPERWATCH_FUZZ_SECONDS", "2"))  # set it to hours for a long run
CONFIG = ExtractConfig(
    workers=1, seconds=SECONDS, ocr=False, memory_mb=1024, output_mb=64, members_mb=8, page_text_kb=200
)


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of these objects, the first its catalogue; without a table: readers make one themselves."""
    numbered = (b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def one_page(content: bytes, *more: bytes) -> bytes:
    """A PDF of one page with a font and this content stream."""
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</X 5 0 R>>>>>>",
        content,
        *more,
    )


def deflated(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(content, b"/Filter[%s]" % (b"/FlateDecode" * times))


def deflate_bomb() -> bytes:
    return one_page(deflated(bytes(128 << 20), 2))


def lzw_bomb() -> bytes:
    """Twelve bits a code that stands for ever longer runs; most of it decodes to nothing of use."""
    codes = [256, 0, *range(258, 4094)] * 400
    bits = "".join(f"{code:012b}" for code in codes)
    return one_page(stream(int(bits, 2).to_bytes(len(bits) // 8, "big"), b"/Filter/LZWDecode"))


def jbig2_bomb() -> bytes:
    """A picture that says it is 60,000 by 60,000 pixels."""
    image = stream(
        b"\x00\x00\x00\x00\x30\x00\x01\x00\x00\x00\x13" + b"\x00\x00\xea\x60" * 2 + bytes(11),
        b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 1/ColorSpace/DeviceGray"
        b"/Filter/JBIG2Decode",
    )
    return one_page(stream(b"595 0 0 842 0 0 cm /X Do"), image)


def paths() -> bytes:
    draw = random.Random(1)
    lines = (b"%d %d m %d %d l S" % tuple(draw.randrange(800) for _ in range(4)) for _ in range(1_000))
    return one_page(deflated(b"\n".join(lines) * 300))


def junk_text(times: int = 80_000) -> bytes:
    """Two megabytes of words on one page."""
    return one_page(deflated(b"BT /F 1 Tf " + b"(junk words without an end) Tj 1 0 Td\n" * times + b"ET"))


def more_than_is_kept() -> bytes:
    """A quarter of a megabyte of them: PDFium takes a second for each megabyte."""
    return junk_text(10_000)


def form_in_itself() -> bytes:
    return one_page(
        stream(b"/X Do"),
        stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"),
    )


def outline_loop() -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</First 5 0 R/Last 5 0 R>>",
        b"<</Title(round)/Parent 4 0 R/Next 6 0 R/First 6 0 R/Dest[3 0 R/Fit]>>",
        b"<</Title(and round)/Parent 4 0 R/Next 5 0 R/First 5 0 R/Dest[3 0 R/Fit]>>",
    )


def page_tree_loop() -> bytes:
    return pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>")


def deep_page_tree() -> bytes:
    kids = (b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % number for number in range(3, 30_003))
    return pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", *kids)


def many_pages() -> bytes:
    """A hundred thousand are declared, and one is there."""
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 100000/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )


def huge_page() -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9999999 9999999]/Contents 4 0 R>>",
        stream(b"0 0 9999999 9999999 re f"),
    )


def nested_arrays() -> bytes:
    return one_page(stream(b"[" * 500_000))


PDFS = [
    deflate_bomb,
    lzw_bomb,
    jbig2_bomb,
    paths,
    junk_text,
    form_in_itself,
    outline_loop,
    page_tree_loop,
    deep_page_tree,
    many_pages,
    huge_page,
    nested_arrays,
]


def zip_bomb() -> bytes:
    return make.zipped({f"{number}.txt": bytes(4 << 20) for number in range(8)})


def zip_of_zips() -> bytes:
    content = b"at the bottom"
    for depth in range(12):
        content = make.zipped({f"{depth}.zip": content})
    return content


def sheet_bomb() -> bytes:
    """A workbook whose strings unpack to far more than a file may take."""
    return make.zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": b"<workbook/>",
            "xl/sharedStrings.xml": b"<sst>" + b"<si><t>x</t></si>" * 4_000_000 + b"</sst>",
        }
    )


def xml_bomb() -> bytes:
    """Entities of entities: a billion laughs in a Word file."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return make.zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><d>&l11;</d>'.encode(),
        }
    )


def open_bomb() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return make.zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><d>&l11;</d>'.encode(),
        }
    )


def html_deep() -> bytes:
    return b"<html><body>" + b"<div>" * 200_000 + b"words"


def rtf_deep() -> bytes:
    return b"{\\rtf1 " + b"{" * 200_000 + b"words"


def mail_deep() -> bytes:
    head = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n"
    return b"".join(
        head + b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000)
    )


OTHERS = [zip_bomb, zip_of_zips, sheet_bomb, xml_bomb, open_bomb, html_deep, rtf_deep, mail_deep]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with Sandbox(CONFIG, tmp_path_factory.mktemp("spool")) as reader:
        yield reader


@pytest.mark.parametrize("made", [*PDFS, *OTHERS], ids=lambda made: made.__name__)
def test_it_ends_in_a_named_state(sandbox, tmp_path, made):
    path, good = tmp_path / "bad", make.pdf(tmp_path / "good", ["The next paper"])
    path.write_bytes(made())
    (reading,) = [kept(reading) for reading in sandbox.read([job_at(path, "bad")])]
    found, pages = reading
    assert found.reason is not None or pages or found.members
    assert all(len(page.text) <= CONFIG.page_text_kb * 1024 for page in pages)
    ((after, words),) = [kept(reading) for reading in sandbox.read([job_at(good, "good")])]
    assert (after.reason, [page.text for page in words]) == (None, ["The next paper"])
    assert not list(sandbox._root.glob("[0-9]*")), "nothing is left lying about"


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    with Sandbox(replace(CONFIG, seconds=WITH_TIME), tmp_path_factory.mktemp("patient")) as reader:
        yield reader


def kept(reading):
    return reading, reading.pages


@pytest.mark.parametrize(
    ("made", "reasons"),
    [
        (zip_bomb, {FailureReason.TOO_LARGE}),
        (more_than_is_kept, {FailureReason.TOO_LARGE}),
        (xml_bomb, {FailureReason.UNREADABLE, FailureReason.UNSUPPORTED}),
        (open_bomb, {FailureReason.UNREADABLE}),
    ],
    ids=["zip", "junk", "word", "opendocument"],
)
def test_bombs_are_named(patient, tmp_path, made, reasons):
    path = tmp_path / "a"
    path.write_bytes(made())
    (reading,) = patient.read([job_at(path)])
    assert reading.reason in reasons


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../../up.txt", "..\\..\\up.txt", "C:\\up.txt", "a/../../up.txt", "con\x00.txt", "."],
)
def test_names_are_never_paths(tmp_path, name):
    pack = make.archive(tmp_path / "pack", [(name, b"inside")])
    target = tmp_path / "one" / "two"
    target.mkdir(parents=True)
    names = list(archive_files.members(pack, target))
    assert all(not told.startswith(("/", "\\")) and ".." not in told.split("/") for told in names)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files <= {"pack", "one/two/0"}


# ---- fuzz: what a small paper becomes when bytes of it are changed


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    """A fresh file in one directory, and the paper that is mutated."""
    directory: Path = tmp_path_factory.mktemp("fuzz")
    seed = make.form(directory / "seed", "What would you change?", "Keep the unit").read_bytes()
    return directory / "mutated", seed


def mutate(seed: bytes, cuts) -> bytes:
    content = bytearray(seed)
    for where, what, how in cuts:
        at = int(where * len(content))
        match how:
            case "put":
                content[at : at + len(what)] = what
            case "add":
                content[at:at] = what
            case "drop":
                del content[at : at + 8 * len(what)]
            case "again":
                content[at:at] = content[at : at + 64 * len(what)]
    return bytes(content)


CUTS = st.lists(
    st.tuples(
        st.floats(0, 0.9999),
        st.sampled_from([b"0", b"-1", b"99999999", b"<<", b">>", b"R", b"/Kids", b"stream", b"[", b"("])
        | st.binary(min_size=1, max_size=6),
        st.sampled_from(["put", "add", "drop", "again"]),
    ),
    min_size=1,
    max_size=12,
)


def test_mutated_papers_end_in_a_named_state(sandbox, fuzzed):
    path, seed = fuzzed
    deadline = time.monotonic() + FUZZ_SECONDS

    @settings(
        max_examples=200,
        deadline=None,
        database=None,
        derandomize="PAPERWATCH_FUZZ_SECONDS" not in os.environ,  # others each time where time was given
        suppress_health_check=list(HealthCheck),
    )
    @given(CUTS)
    def read(cuts):
        if time.monotonic() > deadline:
            return
        path.write_bytes(mutate(seed, cuts))
        for reading in sandbox.read([job_at(path, "fuzz")]):
            pages = reading.pages
            assert reading.reason is not None or pages
            assert reading.reason is not FailureReason.CRASHED, reading.detail
            assert all(page.text == canonical(page.text) for page in pages)

    while time.monotonic() < deadline:
        read()
        if "PAPERWATCH_FUZZ_SECONDS" not in os.environ:
            break
    assert current.get() == ExtractConfig(), "limits are set in children alone"
