"""Pages a processor second of extraction and of its whole stage, beside other readers on the same papers.

`python -m tests.bench.bench_extract [papers]`. Only the ratios mean anything: they hold on any machine.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import made_or_real_papers, measured, say

PAPERS = 120
ROUNDS = 3  # of the quick ones; the middle counts

PDFPLUMBER = """
import sys, pdfplumber
pages = 0
for path in sys.argv[1:]:
    with pdfplumber.open(path) as paper:
        for page in paper.pages:
            page.extract_text(); page.close(); pages += 1
print(pages)
"""

PDFIUM = """
import sys, pypdfium2
pages = 0
for path in sys.argv[1:]:
    paper = pypdfium2.PdfDocument(path)
    for index in range(len(paper)):
        page = paper[index]; text = page.get_textpage(); text.get_text_range()
        text.close(); page.close(); pages += 1
    paper.close()
print(pages)
"""

POPPLER = """
import subprocess, sys
pages = 0
for path in sys.argv[1:]:
    answer = subprocess.run(["pdftotext", "-q", path, "-"], capture_output=True)
    pages += answer.stdout.count(b"\\f")
print(pages)
"""

# What a warm child does to a file (sniffing, normal form, score, items, facts), in turn with bare PDFium.
# Answers the ratio of their processor seconds, without the loading of modules, and so in thousandths.
EXTRACTION = """
import pathlib, statistics, sys, time
import pypdfium2
from extractors import pdf, sniff
from extractors.config import ExtractConfig, current
from pipeline.errors import ExtractionError
current.set(ExtractConfig(ocr=False))
def bare(path):
    paper = pypdfium2.PdfDocument(path)
    for index in range(len(paper)):
        page = paper[index]; text = page.get_textpage(); text.get_text_range()
        text.close(); page.close()
    paper.close()
def ours(path):
    path = pathlib.Path(path)
    sniff.sniff(path)
    try:
        for page in pdf.extract(path):
            pass
    except ExtractionError:
        pass
    pdf.metadata(path)
def seconds(read):
    began = time.process_time()
    for path in sys.argv[1:]:
        read(path)
    return time.process_time() - began
seconds(bare), seconds(ours)
print(round(1000 * statistics.median(seconds(bare) / seconds(ours) for _ in range(5))))
"""

# All of it: starting children, the spool, and the parent's reading of it.
STAGE = """
import pathlib, sys, tempfile
from extractors.config import ExtractConfig
from extractors.sandbox import Sandbox
from pipeline.ports import Job
workers, *papers = sys.argv[1:]
config = ExtractConfig(ocr=False, workers=int(workers))
with tempfile.TemporaryDirectory() as spool, Sandbox(config, pathlib.Path(spool)) as sandbox:
    jobs = (Job(sha256=path, path=pathlib.Path(path)) for path in papers)
    print(sum(1 for reading in sandbox.read(jobs) for _ in reading.pages))
"""


def main(papers: int = PAPERS) -> None:
    with tempfile.TemporaryDirectory() as directory:
        files = made_or_real_papers(Path(directory), papers)
        programs = {
            "pdfium": (PDFIUM, files),
            "stage": (STAGE, ["1", *files]),
            "two": (STAGE, ["2", *files]),
        }
        if shutil.which("pdftotext"):
            programs["pdftotext"] = (POPPLER, files)
        rounds = [
            {name: measured(*program) for name, program in programs.items()} for _ in range(ROUNDS)
        ]  # in turn, so that a busy moment of the machine hits all of them
        plumber = measured(PDFPLUMBER, files)
        warm = measured(EXTRACTION, files).pages / 1000
    assert len({result.pages for each in rounds for result in (each["pdfium"], each["stage"])}) == 1

    def against(other: str, ours: str, what: str = "seconds") -> float:
        return statistics.median(getattr(each[other], what) / getattr(each[ours], what) for each in rounds)

    say("extraction x bare pypdfium2", warm, 0.85)
    say("extract stage, children and spool, x bare pypdfium2", against("pdfium", "stage"))
    if "pdftotext" in programs:
        say("extraction x pdftotext", against("pdftotext", "pdfium") * warm, 2.8)
    else:
        print("extraction x pdftotext: not measured, pdftotext is not installed")
    stage = statistics.median(each["stage"].seconds for each in rounds)
    say("extract stage x pdfplumber", plumber.seconds / stage, 40)
    say("two workers x one, by the clock", against("stage", "two", "wall"), 1.7)
    say("memory of the parent, MiB", max(each["two"].memory for each in rounds), 150, most=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
