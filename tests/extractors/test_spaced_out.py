"""Words set letter by letter are words; single letters of lists and tables are none."""

from __future__ import annotations

import pytest

from extractors import html, spaced_out
from extractors.office import rtf
from tests.extractors.test_hidden_words import docx, odf, pptx, xlsx
from tests.helpers.office_files import words

WIDE = "M A N A G E D   C A R E   P L A N"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("C A R E", "CARE"),
        ("Our C A R E model", "Our CARE model"),
        (WIDE, "MANAGED CARE PLAN"),
        ("m a n a g e d\xa0 c a r e", "managed care"),
        ("Options A B C D were scored", "Options A B C D were scored"),
        ("R A G A R", "R A G A R"),
        ("Y N Y N Y", "Y N Y N Y"),
        ("A C B D A", "A C B D A"),
        ("J F M A M J J A S O N D", "J F M A M J J A S O N D"),
        ("A M J J A S", "A M J J A S"),
        ("S M T W", "S M T W"),
        ("a   o   e   u", "a   o   e   u"),
        ("I C P", "I C P"),
        ("a b out it", "a b out it"),
    ],
)
def test_letters_that_spell_are_a_word(text, said):
    assert spaced_out.joined(text) == said
    assert spaced_out.joined(said) == said


def written(path):
    path.write_text(f"{{\\rtf1 {WIDE}\\par}}")
    return rtf.extract(path)


def page(path):
    path.write_text(f"<p>We met.</p><p>{WIDE.replace('   ', ' &nbsp; ')}</p>")
    return html.extract(path)


def on_a_slide(slide):
    slide.shapes.add_textbox(0, 0, 9, 9).text_frame.text = WIDE


READERS = {
    "docx": docx(f'<w:p><w:r><w:t xml:space="preserve">{WIDE}</w:t></w:r></w:p>'),
    "docx cell": docx(f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{WIDE}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"),
    "pptx": pptx(on_a_slide),
    "xlsx": xlsx(lambda _, sheet: sheet.write(4, 0, WIDE)),
    "odt": odf("text", "<text:p>" + WIDE.replace("   ", '<text:s text:c="3"/>') + "</text:p>"),
    "rtf": written,
    "html": page,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_words_set_letter_by_letter_are_read_in_every_format(tmp_path, read):
    assert "MANAGED CARE PLAN" in words(read(tmp_path / "a"))
