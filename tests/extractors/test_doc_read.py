"""Word before 2007: raised marks end words, hidden words are apart, deleted ones and codes are not said."""

from __future__ import annotations

import struct

import pytest

from extractors.office import doc_files, doc_looks
from extractors.sniff import sniff
from pipeline.model import PartState
from tests.helpers.office_files import compound

SAID = "The board approved a whole population payment"
RAISED, SUNK, HIGHER = (
    struct.pack("<HB", 0x2A48, 1),
    struct.pack("<HB", 0x2A48, 2),
    struct.pack("<Hh", 0x4845, 6),
)
LOWER = struct.pack("<Hh", 0x4845, -6)
HIDDEN, DELETED, NOT_HIDDEN = (struct.pack("<HB", *each) for each in ((0x83C, 1), (0x800, 1), (0x83C, 0x81)))
A_POINT, READABLE = struct.pack("<HH", 0x4A43, 2), struct.pack("<HH", 0x4A43, 20)
BOLD = struct.pack("<HB", 0x835, 1)
LONG = struct.pack("<HB3s", 0xCA03, 3, b"abc")  # a property of any length, which is of no matter here


def styled(number: int) -> bytes:
    return struct.pack("<HH", 0x4A30, number)


def style(kind: int, base: int, properties: bytes, first: int | None = None) -> bytes:
    """`first`: bytes of the first of two lists of properties, where there are two."""
    name = "Mark".encode("utf-16-le")
    found = struct.pack("<5H", 0, kind | base << 4, 1, 0, 0) + struct.pack("<H", 4) + name + bytes(2)
    found += struct.pack("<H", len(properties) if first is None else first) + properties
    return struct.pack("<H", len(found)) + found + bytes(len(found) % 2)


def of_paragraph(base: int, properties: bytes) -> bytes:
    return style(1, base, b"\0\0\0" + bytes(1) + struct.pack("<H", len(properties)) + properties, 3)


# 10 is raised, 11 based on it, 12 hidden; of paragraphs are 13, raised, 14, of a point, and 15, based on it.
STYLES = (
    struct.pack("<H", 18) + struct.pack("<HH14x", 16, 10) + bytes(20)
    + style(2, 0xFFF, RAISED) + style(2, 10, BOLD) + style(2, 0xFFF, HIDDEN)
    + of_paragraph(0xFFF, RAISED) + of_paragraph(0xFFF, A_POINT) + of_paragraph(14, BOLD)
)  # fmt: skip


def font(name: str) -> bytes:
    said = bytes(39) + f"{name}\0".encode("utf-16-le")
    return bytes([len(said)]) + said


FONTS = struct.pack("<HH", 2, 0) + font("Arial") + font("Wingdings")
TICKED = struct.pack("<HH", 0x4A4F, 1)  # set in the second


def described(text, *, kind=0xF00B):
    """The properties of a shape, by [MS-ODRAW]: one that is short, its name and its alternative text."""
    said = [(0x3F, 1), (0xC380, len(b"P\0\0\0")), (0xC381, 2 * len(text) + 2)]
    table = (
        b"".join(struct.pack("<HI", *each) for each in said) + b"P\0\0\0" + f"{text}\0".encode("utf-16-le")
    )
    return b"\0" * 9 + struct.pack("<HHI", len(said) << 4 | 3, kind, len(table)) + table + b"\0" * 9


def doc(path, *runs, wide=False, cut=0, data=b"", drawn=b"", cap=0, styles=(0, 0)):
    """A document of these runs: texts, or texts with what their characters are set to.

    `cap`: characters of its first paragraph, where that is a drop cap or has a style of its own; `styles`: of
    the first and the second paragraph, in place of the drop cap.
    """
    said = [(run, b"") if isinstance(run, str) else run for run in runs]
    text = "".join(run for run, _ in said) + "\r"
    width = 2 if wide else 1
    begins, edges, place, properties = 0x800, [0x800], 510, []
    for run, packed in [*said, ("\r", b"")]:
        edges.append(edges[-1] + width * len(run))
        place -= (len(packed) + 2) // 2 * 2 if packed else 0
        properties.append((place if packed else 0, packed))
    page = bytearray(512)
    page[: 4 * len(edges)] = struct.pack(f"<{len(edges)}I", *edges)
    for number, (at, packed) in enumerate(properties):
        page[4 * len(edges) + number] = at // 2
        if packed:
            page[at : at + 1 + len(packed)] = bytes([len(packed)]) + packed
    page[511] = len(properties)
    first = begins + width * cap
    look = b"\0\3\0\0" + struct.pack("<HH", 0x442C, 1 | 3 << 3)  # three lines high, in the text
    look = b"\0\1" + struct.pack("<H", styles[0]) if any(styles) else look
    paragraphs = struct.pack("<3I", begins, first, edges[-1]) + bytes([200]) + bytes(12)
    paragraphs += bytes([210 if styles[1] else 0]) + bytes(12)
    paragraphs = paragraphs.ljust(400, b"\0") + look
    paragraphs = paragraphs.ljust(420, b"\0") + b"\0\1" + struct.pack("<H", styles[1])
    paragraphs = paragraphs.ljust(511, b"\0") + b"\2"
    at = begins if wide else 2 * begins | 0x40000000
    pieces = b"\x02" + struct.pack("<I2IHIH", 16, 0, len(text), 0, at, 0)
    formatting = struct.pack("<3I", edges[0], edges[-1], 3)
    about = struct.pack("<3I", edges[0], edges[-1], 10)
    parts = {0x102: about if cap else b"", 0x1A2: b"\x01\x02\x00xx" + pieces, 0xFA: formatting, 0xA2: STYLES}
    parts[0x112] = FONTS
    head, table = bytearray(0x600), bytearray(16)
    struct.pack_into("<HH", head, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", head, 0x0A, 0x200)
    struct.pack_into("<II", head, 0x18, begins, edges[-1])
    for place, content in parts.items():
        struct.pack_into("<II", head, place, len(table), len(content))
        table += content
    content = text.encode("utf-16-le" if wide else "cp1252")
    whole = (bytes(head) + bytes(page) + content).ljust(5120, b"\0") + paragraphs
    streams = {"WordDocument": whole.ljust(4608, b"\0"), "1Table": bytes(table[: len(table) - cut]) + drawn}
    compound(path, streams | ({"Data": data} if data else {}))
    return path


SEEN = {
    "raised": (["payment", ("1", RAISED), " for"], "payment 1 for"),
    "raised by its place": (["payment", ("1", HIGHER), " for"], "payment 1 for"),
    "raised among other properties": (["payment", ("1", LONG + BOLD + RAISED), " for"], "payment 1 for"),
    "raised by its style": (["payment", ("1", styled(10)), " for"], "payment 1 for"),
    "raised by the style of its style": (["payment", ("1", styled(11)), " for"], "payment 1 for"),
    "not raised in spite of its style": (["H", ("2", styled(10) + SUNK), "O"], "H2O"),
    "lowered": (["CO", ("2", SUNK), " and CO", ("2", LOWER)], "CO2 and CO2"),
    "a style of paragraphs is none": (["payment", ("1", styled(13)), " for"], "payment1 for"),
    "an ordinal": (["the 1", ("st", RAISED), " of May"], "the 1st of May"),
    "a mark that Word counts itself": (["payment", ("\x02", RAISED), " for"], "payment for"),
    "bold": (["pay", ("ment", BOLD), " for"], "payment for"),
    "a tick typed in a font of symbols": (["Done: ", ("\xfc", TICKED), " today"], "Done: \u2714 today"),
    "a tick put in": (["Done: ", ("(", struct.pack("<HHH", 0x6A09, 1, 0xF0FC))], "Done: \u2714"),
    "a word in another font": (["pay", ("ment", struct.pack("<HH", 0x4A4F, 0)), " for"], "payment for"),
    "deleted": (["pay", (" nothing", DELETED), "ment"], "payment"),
    "the code of a field": (["See \x13HYPERLINK x\x14the plan\x15."], "See the plan."),
    "a field without a result": (["Page\x13EMBED x\x15."], "Page."),
    "a field within a field": (
        ["\x13IF \x13PAGE\x141\x15 = 1\x14first \x13PAGE\x147\x15\x15 page"], "first 7 page"
    ),
    "a field that never ends": (["See \x13HYPERLINK the plan"], "See HYPERLINK the plan"),
}  # fmt: skip


@pytest.mark.parametrize(("runs", "text"), SEEN.values(), ids=SEEN)
@pytest.mark.parametrize("wide", [False, True], ids=["", "wide"])
def test_a_document_is_read_as_it_is_seen(tmp_path, runs, text, wide):
    path = doc(tmp_path / "a", f"{SAID}.\r", *runs, wide=wide)
    assert sniff(path).format == "doc"
    (page,) = doc_files.extract(path)
    assert page.text.split("\n") == [f"{SAID}.", text]


@pytest.mark.parametrize("where", ["data", "drawn"], ids=["in a line", "beside the text"])
@pytest.mark.parametrize("kind", [0xF00B, 0xF121, 0xF122])
def test_what_a_picture_is_described_with_is_read(tmp_path, where, kind):
    path = doc(tmp_path / "a", f"{SAID}.", **{where: described("A map of the wards", kind=kind)})
    (page,) = doc_files.extract(path)
    assert page.text == f"{SAID}.\n[Alternative text: A map of the wards]"


@pytest.mark.parametrize("kept", [10, 20, 30, 40, 50])
def test_a_description_cut_short_is_none(tmp_path, kept):
    (page,) = doc_files.extract(doc(tmp_path / "a", f"{SAID}.", data=described("A map")[:kept]))
    assert page.text == f"{SAID}."


SMALL, NARROW, WHITE, WHITE_OF_OLD = (
    struct.pack("<HH", 0x4A43, 2), struct.pack("<HH", 0x4852, 1),
    struct.pack("<HI", 0x6870, 0xFFFFFF), struct.pack("<HB", 0x2A42, 8),
)  # fmt: skip


@pytest.mark.parametrize(
    "properties", [SMALL, NARROW, WHITE, WHITE_OF_OLD], ids=["small", "narrow", "white", "of old"]
)
def test_what_nobody_reads_is_kept_apart(tmp_path, properties):
    (page,) = doc_files.extract(doc(tmp_path / "a", "Seen. ", (SAID, properties), " Seen too."))
    assert SAID not in page.text
    assert [(part.state, part.text) for part in page.parts] == [(PartState.HIDDEN, SAID)]


SEEN_WHITE = {
    "marked": (WHITE + struct.pack("<HB", 0x2A0C, 1), b""),
    "on a ground of its own": (WHITE + struct.pack("<HH", 0x4866, 1), b""),
    "where something is shaded": (WHITE, struct.pack("<HH", 0x442D, 1)),
    "black": (struct.pack("<HI", 0x6870, 0), b""),
    "as is usual": (struct.pack("<HI", 0x6870, 0xFF000000), b""),
    "small print": (struct.pack("<HH", 0x4A43, 8), b""),
}


@pytest.mark.parametrize(("properties", "data"), SEEN_WHITE.values(), ids=SEEN_WHITE)
def test_what_may_be_read_is_text(tmp_path, properties, data):
    (page,) = doc_files.extract(doc(tmp_path / "a", "Seen. ", (SAID, properties), " Too.", data=data))
    assert page.text == f"Seen. {SAID} Too."


@pytest.mark.parametrize("wide", [False, True])
def test_a_drop_cap_begins_its_word(tmp_path, wide):
    path = doc(tmp_path / "a", f"T\rhe board met. {SAID}.", wide=wide, cap=2)
    assert next(doc_files.extract(path)).text == f"The board met. {SAID}."
    path = doc(tmp_path / "b", f"T\rhe board met. {SAID}.", wide=wide)
    assert next(doc_files.extract(path)).text == f"T\nhe board met. {SAID}."


def test_words_set_letter_by_letter_are_words(tmp_path):
    path = doc(tmp_path / "a", "The c a p i t a t e d  b u d g e t  was agreed.")
    assert next(doc_files.extract(path)).text == "The capitated budget was agreed."


@pytest.mark.parametrize("properties", [HIDDEN, styled(12)], ids=["by itself", "by its style"])
def test_hidden_words_are_kept_apart(tmp_path, properties):
    (page,) = doc_files.extract(doc(tmp_path / "a", "Seen. ", (SAID, properties), " Seen too."))
    assert " ".join(page.text.split()) == "Seen. Seen too."
    assert [(part.state, part.text) for part in page.parts] == [(PartState.HIDDEN, SAID)]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("number", [14, 15], ids=["by its style", "by the style of its style"])
def test_a_paragraph_of_a_point_by_its_style_is_kept_apart(tmp_path, number, wide):
    runs = ["The ", ("board ", BOLD), "met.\rSeen too ", ("here", READABLE)]
    cap = len("The board met.\r")
    (page,) = doc_files.extract(doc(tmp_path / "a", *runs, wide=wide, cap=cap, styles=(number, 0)))
    assert page.text.split() == ["Seen", "too", "here"]
    assert " ".join(part.text for part in page.parts).split() == ["The", "board", "met."]
    (page,) = doc_files.extract(doc(tmp_path / "b", *runs, wide=wide, cap=cap, styles=(0, number)))
    assert page.text.split() == ["The", "board", "met.", "here"]


def test_a_style_may_be_turned_round(tmp_path):
    (page,) = doc_files.extract(doc(tmp_path / "a", (SAID, styled(12) + NOT_HIDDEN)))
    assert (page.text, page.parts) == (SAID, ())


@pytest.mark.parametrize("cut", [1, 20, 60, 100, 150])
def test_a_table_cut_short_hides_no_word(tmp_path, cut):
    """What the words look like is lost, the words are not."""
    path = doc(tmp_path / "a", f"{SAID} for", ("1", RAISED), cut=cut)
    (page,) = doc_files.extract(path)
    assert page.text.replace(" ", "") == f"{SAID} for1".replace(" ", "")


def test_what_is_read_otherwise_than_by_the_library_is_not_believed(tmp_path, monkeypatch):
    path = doc(tmp_path / "a", f"{SAID}", ("1", RAISED))
    monkeypatch.setattr(doc_looks, "alike_pieces", lambda _: [("Another text", doc_looks.RunLook())])
    (page,) = doc_files.extract(path)
    assert page.text == f"{SAID}1"
