"""Which language a paper is in: said where its words tell, of every format."""

from __future__ import annotations

import pytest

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from extractors.language import Language
from tests.documents import make
from tests.helpers.jobs import job_at

ENGLISH = (
    "The board is asked to note that the trust has been in deficit for the whole of the year, and that the "
    "plan which was agreed with the regulator will be reviewed by the finance committee in May."
)
WELSH = (
    "Mae'r bwrdd wedi cytuno ar y cynllun gyda'r bwriad o wella gofal yn yr ysbyty, ac mae angen mwy o staff "
    "er mwyn cyrraedd y nod hwn. Bydd ein tîm yn gweithio gyda phobl leol, ond nid oes digon o arian gan y "
    "bwrdd."
)
GERMAN = (
    "Der Vorstand wird gebeten, den Bericht zur Kenntnis zu nehmen und den Plan für das kommende Jahr zu "
    "beschließen, der mit allen Beteiligten in den letzten Monaten erarbeitet worden ist."
)
FIGURES = "Ward Planned Actual\n" + "Renal 120 133\n" * 40
CASES = {
    "English": ([ENGLISH], "en"),
    "Welsh": ([WELSH], "cy"),
    "another": ([GERMAN], ""),
    "figures": ([FIGURES], ""),
    "a title": (["The plan of the board"], ""),
    "nothing": ([""], ""),
    "Welsh behind an English cover": (["The plan of the board", WELSH, WELSH], "cy"),
    "English with a page in Welsh": ([ENGLISH, WELSH, ENGLISH], "en"),
    "English after pages of figures": ([FIGURES, *[ENGLISH] * 5], "en"),
}


@pytest.mark.parametrize(("pages", "language"), CASES.values(), ids=CASES)
def test_guess(pages, language):
    guessing = Language()
    for page in pages:
        guessing.hear(page)
    assert guessing.guess() == language


def test_of_every_format_in_place_of_what_a_template_declares(tmp_path):
    (tmp_path / "html").write_text(f'<html lang="cy"><body><p>{ENGLISH}</p></body></html>', encoding="utf-8")
    (tmp_path / "text").write_text(WELSH, encoding="utf-8")
    make.pdf(tmp_path / "pdf", ["\n".join(ENGLISH.split(", "))])
    make.opendocument(tmp_path / "odt", "text", f"<text:p>{WELSH}</text:p>")
    make.workbook(tmp_path / "xlsx")
    with Sandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "spool") as sandbox:
        jobs = [job_at(path, path.name) for path in sorted(tmp_path.iterdir()) if path.is_file()]
        said = {reading.extractor: reading.metadata.get("language") for reading in sandbox.read(jobs)}
    assert said == {"html": "en", "text": "cy", "pdf": "en", "odt": "cy", "xlsx": None}
