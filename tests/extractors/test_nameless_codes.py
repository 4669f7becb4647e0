"""Ligatures and dashes of fonts without names, as TeX's bitmap fonts are, and of those with turned bytes."""

# ruff: noqa: E501 - a dictionary of a PDF on a line of its own reads better than one broken over three

import pytest

from extractors.pdf import document as pdf
from pipeline.errors import ExtractionError
from tests.documents import fidelity
from tests.extractors.test_maps import paper as mapped


def bitmaps(path, *lines):
    """A page of these lines in a font of type 3 whose characters have numbers for names."""
    codes = sorted({ord(each) for line in lines for each in line})
    drawn = b"500 0 0 0 450 700 d1 40 0 400 600 re f"
    shown = b"\n".join(
        b"BT /F 12 Tf 60 %d Td <%s> Tj ET" % (740 - 20 * number, line.encode("latin-1").hex().encode())
        for number, line in enumerate(lines)
    )
    procs = b" ".join(b"/a%d 6 0 R" % code for code in codes if code != 32)
    names = b" ".join(b"%d /a%d" % (code, code) for code in codes if code != 32)
    widths = b" ".join(b"0.5" for _ in range(256))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[0.001 0 0 0.001 0 0]/FirstChar 0"
        b"/LastChar 255/Widths[%s]/CharProcs<<%s>>/Encoding<</Type/Encoding/Differences[%s]>>>>"
        % (widths.replace(b"0.5", b"500"), procs, names),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
    ]
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    path.write_bytes(body + b"trailer<</Size 7/Root 1 0 R>>\n%%EOF")
    return path


PROSE = "The board met in public and the chair welcomed all members to the town hall"


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        (
            "the bene\x1ct of the sta\x1b was o\x1eicial and in\x1duenced",
            "the benefit of the staff was official and influenced",
        ),
        ("between 12\x1515 beds \x16 for \x1cve of them", "between 12\u201315 beds \u2014 for five of them"),
        (
            "the bene\x0ct of the sta\x0b and the di\x0ecult o\x0ece",
            "the benefit of the staff and the difficult office",
        ),
        ("between 12{15 beds in the plan", "between 12\u201315 beds in the plan"),
    ],
)
def test_codes_of_bitmap_fonts(tmp_path, drawn, read):
    (page,) = pdf.extract(bitmaps(tmp_path / "a.pdf", PROSE, drawn.replace("o\x1eicial", "o\x1ecial")))
    assert page.text.splitlines() == [PROSE, read]


def test_names_with_their_bytes_turned_round(tmp_path):
    lines = [PROSE, "the bene\x80t of the sta\x81 and the \x80nance plan"]
    (page,) = pdf.extract(mapped(tmp_path / "a.pdf", {0x80: "\u6600\u6900", 0x81: "\u6600\u6600"}, lines))
    assert page.text.splitlines() == [PROSE, "the benefit of the staff and the finance plan"]


def test_words_of_other_scripts_stay_as_they_are(tmp_path):
    lines = [PROSE, "the sign \x80 is read by some"]
    (page,) = pdf.extract(mapped(tmp_path / "a.pdf", {0x80: "\u6c00"}, lines))
    assert "\u6c00" in page.text


def test_signs_of_a_font_of_symbols(tmp_path):
    lines = [PROSE, "Audit \x80", "Late \xfb", "Plan P"]
    path = mapped(tmp_path / "a.pdf", {0x80: "\uf0fc", 0xFB: "\u00fb"}, lines)
    assert [page.text.splitlines()[1:] for page in pdf.extract(path)] == [
        ["Audit \uf0fc", "Late \u00fb", "Plan P"]
    ]
    path.write_bytes(path.read_bytes().replace(b"/BaseFont/Helvetica", b"/BaseFont/Wingdings"))
    assert [page.text.splitlines()[1:] for page in pdf.extract(path)] == [
        ["Audit \u2714", "Late \u2718", "Plan \u2691"]
    ]


def test_a_bullet_stays_what_whoever_shows_it_knows(tmp_path):
    lines = [PROSE, "\x80 Beds were closed"]
    path = mapped(tmp_path / "a.pdf", {0x80: "\uf0a7"}, lines)
    path.write_bytes(path.read_bytes().replace(b"/BaseFont/Helvetica", b"/BaseFont/Wingdings"))
    assert [page.text.splitlines()[1] for page in pdf.extract(path)] == ["\uf0a7 Beds were closed"]


def test_words_seen_through_a_mask_are_read(tmp_path):
    """A dark box that is painted through a mask of words."""
    words = b"BT /F 16 Tf 1 g 60 500 Td (The board approved the winter plan) Tj ET"
    shown = b"BT /F 12 Tf 60 740 Td (%s) Tj ET q /G gs 0.1 g 40 450 515 80 re f Q" % PROSE.encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/ExtGState<</G<</SMask<</S/Luminosity/G 6 0 R>>>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Group<</S/Transparency/CS/DeviceGray>>/Resources<</Font<</F 5 0 R>>>>/Length %d>>stream\n%s\nendstream"
        % (len(words), words),
    ]
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    path = tmp_path / "a.pdf"
    path.write_bytes(body + b"trailer<</Size 7/Root 1 0 R>>\n%%EOF")
    if fidelity.can_read_scans():
        (page,) = pdf.extract(path)
        assert "The board approved the winter plan" in page.text
    else:
        with pytest.raises(ExtractionError):
            list(pdf.extract(path))
