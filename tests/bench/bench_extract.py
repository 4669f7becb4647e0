# ruff: noqa: T201 - its output is its purpose
"""Pages a processor second of the extract stage, beside pdfplumber and bare PDFium on the same papers.

`python -m tests.bench.bench_extract`. Only the ratios mean anything: they hold on any machine.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.documents import make

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "uk"
PAPERS = 40
PR_SET_CHILD_SUBREAPER = 36
OURS_AGAINST = {
    "pdfplumber": """
import sys, pdfplumber
pages = 0
for path in sys.argv[1:]:
    with pdfplumber.open(path) as paper:
        for page in paper.pages:
            page.extract_text(); page.close(); pages += 1
print(pages)
""",
    "pypdfium2": """
import sys, pypdfium2
pages = 0
for path in sys.argv[1:]:
    paper = pypdfium2.PdfDocument(path)
    for index in range(len(paper)):
        page = paper[index]; text = page.get_textpage(); text.get_text_range()
        text.close(); page.close(); pages += 1
    paper.close()
print(pages)
""",
    # All of it: starting children, sniffing, normal form, score, spool, and the parent's reading of it.
    "the extract stage": """
import sys, pathlib, tempfile
from extractors.config import ExtractConfig
from extractors.sandbox import Sandbox
from pipeline.ports import Job
config = ExtractConfig(ocr=False)
with tempfile.TemporaryDirectory() as spool, Sandbox(config, pathlib.Path(spool)) as sandbox:
    jobs = (Job(sha256=path, path=pathlib.Path(path)) for path in sys.argv[1:])
    print(sum(1 for reading in sandbox.read(jobs) for _ in reading.pages))
""",
}


def papers(directory: Path) -> list[str]:
    """Real papers with a text layer where they are at hand; else some made here."""
    if CORPUS.is_dir():
        return random.Random(1).sample(sorted(map(str, CORPUS.glob("*.pdf"))), PAPERS)
    text = "\n".join(["The integrated care board met to consider the finance report of the year."] * 45)
    return [str(make.pdf(directory / f"{number}.pdf", [text] * 20)) for number in range(PAPERS)]


def measured(code: str, files: list[str]) -> tuple[int, float]:
    """Pages and processor seconds of a program and all that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True)
    with contextlib.suppress(ChildProcessError):
        while True:  # the fork server and its children outlive the program by a moment, and come to us
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return int(answer.stdout), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as directory:
        files = papers(Path(directory))
        speeds = {}
        for name, code in OURS_AGAINST.items():
            pages, seconds = measured(code, files)
            speeds[name] = pages / seconds
            print(
                f"{name}: {pages} pages, {seconds:.2f} processor seconds, {speeds[name]:.0f} pages a second"
            )
    ours = speeds.pop("the extract stage")
    for name, speed in speeds.items():
        print(f"the extract stage against {name}: {ours / speed:.2f}")


if __name__ == "__main__":
    main()
