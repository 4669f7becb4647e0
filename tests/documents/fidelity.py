"""How much of a page's words a reading has: the measures, and pages whose words are known."""

from __future__ import annotations

import collections
import contextlib
import csv
import random
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from extractors.config import ExtractConfig, current
from extractors.ocr import tesseract
from extractors.pdf import document as pdf
from pipeline.errors import ExtractionError
from pipeline.text.canonical import LINE_END_HYPHEN
from tests.documents import make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))
PHRASES = ["corridor care", "whole population annual payment", "office of financial efficiency"]
_SENTENCES = Path(__file__).with_name("scan_sentences.txt")
_MOST_SKEW = 1.5  # degrees


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.replace(LINE_END_HYPHEN, "").casefold())


def f1(read: str, truth: str) -> float:
    """Of the bags of words: 1 where they are the same."""
    ours, theirs = collections.Counter(tokens(read)), collections.Counter(tokens(truth))
    both = sum((ours & theirs).values())
    return 2 * both / (ours.total() + theirs.total()) if ours or theirs else 1.0


def recall(read: str, truth: str, length: int = 1) -> float:
    """The share of the truth's sequences of `length` words that the reading has."""
    ours, theirs = (collections.Counter(_runs(tokens(text), length)) for text in (read, truth))
    return sum((ours & theirs).values()) / theirs.total()


def order(read: str, truth: str) -> float:
    """How alike the sequences of words are: 1 where they are the same."""
    return SequenceMatcher(None, tokens(read), tokens(truth), autojunk=False).ratio()


def _runs(words: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(length)), strict=False)


# ---- pages that are hard to read


def two_columns(path: Path) -> None:
    """Each column written down to its end, as word processors do it.

    A page written line by line across both columns reads across them: it cannot be told from a table, whose
    rows must stay together.
    """
    left = ["The trust reported that", "the whole population", "annual payment and the", "corridor care plan"]
    right = ["were sent to the", "office of financial", "efficiency, which had", "asked for them."]
    make.two_columns(path, left, right)


def turned(angle: int) -> Callable[[Path], None]:
    def draw(path: Path) -> None:
        make.turned(make.pdf(path, ["\n".join(PHRASES)]), angle)

    return draw


def upwards(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.translate(300, 100)
    canvas.rotate(90)
    for number, phrase in enumerate(PHRASES):
        canvas.drawString(0, -20 * number, phrase)
    canvas.save()


def hyphenated(path: Path) -> None:
    lines = [
        "a corri-",
        "dor care and a whole popu-",
        "lation annual pay-",
        "ment, an office of fin-",
        "ancial efficiency",
    ]
    make.pdf(path, ["\n".join(lines)])


def ligatures(path: Path) -> None:
    registerFont(TTFont("Vera", "Vera.ttf"))
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Vera", 12)
    for number, phrase in enumerate(PHRASES):
        folded = phrase.replace("fi", "\N{LATIN SMALL LIGATURE FI}")
        canvas.drawString(72, 700 - 20 * number, folded)
    canvas.save()


def small_capitals(path: Path) -> None:
    """Capitals in two sizes, letter groups of their own."""
    canvas = Canvas(str(path), pagesize=A4)
    for number, phrase in enumerate(PHRASES):
        line = canvas.beginText(72, 700 - 20 * number)
        for word in phrase.upper().split():
            line.setFont("Times-Roman", 12)
            line.textOut(word[0])
            line.setFont("Times-Roman", 9)
            line.textOut(f"{word[1:]} ")
        canvas.drawText(line)
    canvas.save()


def tight(path: Path) -> None:
    """Set tightly, blanks by position alone: no character stands between the words."""
    canvas = Canvas(str(path), pagesize=A4)
    for number, phrase in enumerate(PHRASES):
        x = 72.0
        for word in phrase.split():
            canvas.drawString(x, 700 - 20 * number, word)
            x += canvas.stringWidth(word, "Helvetica", 12) + 3.0
    canvas.save()


HARD = {
    "two columns": two_columns,
    "turned by 90": turned(90),
    "turned by 180": turned(180),
    "turned by 270": turned(270),
    "upwards": upwards,
    "hyphenated": hyphenated,
    "ligatures": ligatures,
    "small capitals": small_capitals,
    "tight": tight,
}


def phrases_found(path: Path) -> int:
    """How many of `PHRASES` stand on the first page as one run of words."""
    said = f" {' '.join(tokens(next(iter(pdf.extract(path))).text))} "
    return sum(f" {phrase} " in said for phrase in PHRASES)


# ---- scans of known text


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    words: float
    phrases: float  # three words in a row


def sentences() -> list[str]:
    """A list of their own, so that floors stay comparable, in an order of chance that is always the same."""
    plain = _SENTENCES.read_text(encoding="utf-8").splitlines()
    random.Random(5).shuffle(plain)
    return plain


def scanned_page(text: str, dpi: int, chance: random.Random) -> Image.Image:
    """The text as an office scanner of middling care gives it: askew, soft, speckled, unevenly lit."""
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > 80:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    page = make.picture([*lines, line], dpi=dpi, size=11)
    page = page.rotate(chance.uniform(-_MOST_SKEW, _MOST_SKEW), Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(dpi / 400))
    shade = Image.linear_gradient("L").resize(page.size).point(lambda light: 225 + light * 30 // 255)
    page = ImageChops.multiply(page, shade)
    noise = Image.effect_noise(page.size, 40)
    return Image.blend(page, noise, 0.12)


def ocr_recall(pages: int, dpi: int, directory: Path) -> Recall:
    """Mean over made scans, read as a PDF of them would be."""
    chance, said = random.Random(dpi), sentences()
    words = phrases = 0.0
    for number in range(pages):
        text = " ".join(chance.sample(said, 18))
        path = make.scan(directory / f"{dpi}-{number}.pdf", [scanned_page(text, dpi, chance)])
        read = next(iter(pdf.extract(path))).text
        words += recall(read, text) / pages
        phrases += recall(read, text, 3) / pages
    return Recall(words=words, phrases=phrases)


# ---- other engines

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def compared(path: Path) -> Iterator[tuple[str, str]]:
    """Each page as we read it, without OCR, and as pdftotext does; pages that are blank for both left out."""
    token = current.set(ExtractConfig(ocr=False))
    ours: list[str] = []
    with contextlib.suppress(ExtractionError):  # some pages are pictures; the others count
        ours.extend(page.text for page in pdf.extract(path))
    current.reset(token)
    for text, other in zip(ours, poppler_pages(path), strict=False):
        if text or other.strip():
            yield text, other


def phrases_missed(readings: Iterable[tuple[str, Sequence[str]]]) -> tuple[int, list[tuple[str, str, str]]]:
    """How many phrases are known of these files (name and pages), and which are not read: file, page, phrase.

    That reading looked for letters, inside words and over hyphens too. A line-end hyphen is a hyphen, or
    nothing: a phrase may be meant either way.
    """
    known: dict[str, list[tuple[str, str]]] = collections.defaultdict(list)
    with (CORPUS / "uk_phrases.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            known[row["file"]].append((row["page"], row["phrase"].lower().replace("-", " ")))
    count, missed = 0, []
    for name, pages in readings:
        plain = {str(number): _both_ways(text) for number, text in enumerate(pages, 1)}
        plain[""] = _both_ways("\n".join(pages))
        for number, phrase in known.get(name, ()):
            count += 1
            if not any(phrase in text for text in plain.get(number, ())):
                missed.append((name, number, phrase))
    return count, missed


def files_with_phrases() -> list[str]:
    with (CORPUS / "uk_phrases.tsv").open(encoding="utf-8", newline="") as rows:
        return sorted({row["file"] for row in csv.DictReader(rows, delimiter="\t")})


def _both_ways(text: str) -> list[str]:
    return [re.sub(r"[\s-]+", " ", text.replace(LINE_END_HYPHEN, mark)).lower() for mark in ("-", "")]


def has_poppler() -> bool:
    return shutil.which("pdftotext") is not None


def poppler_pages(path: Path) -> list[str]:
    answer = subprocess.run(["pdftotext", "-q", str(path), "-"], capture_output=True, check=False, timeout=60)
    return answer.stdout.decode("utf-8", "replace").split("\f")[:-1]


def can_read_scans() -> bool:
    return tesseract.available()
