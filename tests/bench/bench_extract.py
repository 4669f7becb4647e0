"""What reading papers costs, beside other readers on the same papers.

`python -m tests.bench.bench_extract [papers]`. Only the ratios mean anything: they hold on any machine.

Papers: every different PDF of the shared ones that has a text layer (made ones where those are not here).
"Extraction" is what a warm child does to a file, without the spool; it is measured in one process that has
loaded everything and read all papers once before, in turn with bare pypdfium2 and pdftotext, by processor
time. pdftotext is a process a paper, as it is used, and its time is that of these processes alone. The slow
readers read a sample, once, and are compared with our reading of that sample.
"The extract stage" is a program of its own from its start to its end: Python, children, spool. So is bare
pypdfium2 beside it. Beside pdfplumber it is the product of both ratios: extraction on the sample, stage on
all papers.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pypdfium2

from tests.bench.measuring import CORPUS, made_or_real_papers, measured, say

PAPERS = 1_000  # at most
SAMPLE = 30  # for the slow readers
ROUNDS = 3  # the middle counts
TEXT = 200  # characters a page; less is no text layer

READERS = """
import contextlib, importlib, json, logging, os, pathlib, statistics, subprocess, sys, shutil
import pypdfium2
from extractors import sniff
from extractors.pdf import document as pdf
from extractors.config import ExtractConfig, current
from pipeline.errors import ExtractionError

logging.disable()
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
    with contextlib.suppress(ExtractionError):
        for page in pdf.extract(path, {}):
            pass

def pdftotext(path):
    subprocess.run(["pdftotext", "-q", path, "-"], stdout=subprocess.DEVNULL)

def pypdf(path):
    for page in importlib.import_module("pypdf").PdfReader(path).pages:
        page.extract_text()

def pdfminer(path):
    importlib.import_module("pdfminer.high_level").extract_text(path)

def plumber(path):
    with importlib.import_module("pdfplumber").open(path) as paper:
        for page in paper.pages:
            page.extract_text(); page.close()

def mupdf(path):
    with importlib.import_module("pymupdf").open(path) as paper:
        for page in paper:
            page.get_text()

def seconds(read, papers):
    own = read is not pdftotext
    before = os.times()
    for path in papers:
        with contextlib.suppress(Exception) if read not in (bare, ours) else contextlib.nullcontext():
            read(path)
    after = os.times()
    return sum(after[:2]) - sum(before[:2]) if own else sum(after[2:4]) - sum(before[2:4])

rounds, sampled, *papers = sys.argv[1:]
sample = papers[: int(sampled)]
quick = [bare, ours] + ([pdftotext] if shutil.which("pdftotext") else [])
for read in quick:
    seconds(read, papers)
taken = [{read.__name__: seconds(read, papers) for read in quick} for _ in range(int(rounds))]
slow = {}
for name, read in (("pypdf", pypdf), ("pdfminer", pdfminer), ("pdfplumber", plumber), ("pymupdf", mupdf)):
    try:
        importlib.import_module(name)
    except ImportError:
        slow[name] = None
    else:
        slow[name] = seconds(read, sample)
slow["ours"] = statistics.median(seconds(ours, sample) for _ in range(int(rounds)))
print(json.dumps({"rounds": taken, "slow": slow}))
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

STAGE = """
import pathlib, sys, tempfile
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from tests.helpers.jobs import job_at
workers, *papers = sys.argv[1:]
config = ExtractConfig(ocr=False, workers=int(workers))
with tempfile.TemporaryDirectory() as spool, Sandbox(config, pathlib.Path(spool)) as sandbox:
    jobs = (job_at(pathlib.Path(path), path) for path in papers)
    print(sum(len(reading.pages) for reading in sandbox.read(jobs)))
"""


def main(most: int = PAPERS) -> None:
    with tempfile.TemporaryDirectory() as directory:
        papers = text_papers(Path(directory), most)
        warm = extraction(papers)
        stage(papers, warm["pdfplumber"] / warm["bare"])


def text_papers(directory: Path, most: int) -> list[str]:
    """In an order of chance, the same each time."""
    found = made_or_real_papers(directory, PAPERS) + sorted(map(str, (CORPUS / "general").rglob("*.pdf")))
    random.Random(1).shuffle(found)
    chosen = [path for path in found if has_text_layer(path)][:most]
    print(f"{len(chosen)} papers with a text layer")
    return chosen


def has_text_layer(path: str) -> bool:
    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            letters = 0
            for page in document:
                with closing(page), closing(page.get_textpage()) as text:
                    letters += text.count_chars()
            return letters >= TEXT * len(document)
    except pypdfium2.PdfiumError:  # damaged: another bench's
        return False


def extraction(papers: list[str]) -> dict[str, float]:
    """How many times our extraction another reader's processor time is."""
    command = [sys.executable, "-c", READERS, str(ROUNDS), str(SAMPLE), *papers]
    figures = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

    def against(other: str) -> float:
        return statistics.median(each[other] / each["ours"] for each in figures["rounds"])

    say("extraction x bare pypdfium2", against("bare"), 0.85)
    if "pdftotext" in figures["rounds"][0]:
        say("extraction x pdftotext", against("pdftotext"), 2.8)
    else:
        print("extraction x pdftotext: not measured, it is not installed")
    ratios = {}
    for name, seconds in figures["slow"].items():
        if name == "ours":
            continue
        if seconds is None:
            print(f"extraction x {name}: not measured, it is not installed")
        else:
            ratios[name] = seconds / figures["slow"]["ours"]
            say(f"extraction x {name}", ratios[name])
    return ratios | {"bare": against("bare")}


def stage(papers: list[str], plumber: float) -> None:
    """`plumber`: how many times bare pypdfium2 pdfplumber is."""
    programs = {"pdfium": (PDFIUM, papers), "stage": (STAGE, ["1", *papers]), "two": (STAGE, ["2", *papers])}
    rounds = [
        {name: measured(*program) for name, program in programs.items()} for _ in range(ROUNDS)
    ]  # in turn, so that a busy moment of the machine hits all of them
    assert len({result.pages for each in rounds for result in each.values()}) == 1

    def against(other: str, ours: str, what: str = "seconds") -> float:
        return statistics.median(getattr(each[other], what) / getattr(each[ours], what) for each in rounds)

    share = against("pdfium", "stage")
    say("extract stage x bare pypdfium2, from start to end", share)
    say("extract stage x pdfplumber", plumber * share, 40)
    say("two workers x one, by the clock", against("stage", "two", "wall"), 1.7)
    say("memory of the parent, MiB", max(each["two"].memory for each in rounds), 150, most=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
