"""How much of our time on a PDF is PDFium's own: each paper by bare pypdfium2 and by us, in turn.

`python -m tests.bench.bench_extract_paired [papers] [rounds] [folder of another checkout…]`. Processor time
of one process, paper by paper, the least of some rounds: so it holds on a machine that is busy with other
things. Other checkouts, as one from before a change, read the same papers, each beside its own pypdfium2.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.bench_extract import text_papers
from tests.bench.measuring import say

PAPERS, ROUNDS = 40, 3
HERE = Path(__file__).parents[2]

PAIRED = """
import contextlib, json, logging, pathlib, sys, time
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

rounds, *papers = sys.argv[1:]
least = {}
for turn in range(int(rounds) + 1):  # the first loads everything
    for path in papers:
        for read in (bare, ours):
            began = time.process_time()
            read(path)
            taken = time.process_time() - began
            if turn:
                key = path, read.__name__
                least[key] = min(least.get(key, taken), taken)
print(json.dumps([sum(each for (_, name), each in least.items() if name == way) for way in ("bare", "ours")]))
"""


def main(most: int = PAPERS, rounds: int = ROUNDS, *others: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        papers = text_papers(Path(directory), most)
        for folder in (HERE, *map(Path, others)):
            command = [sys.executable, "-c", PAIRED, str(rounds), *papers]
            done = subprocess.run(
                command, stdout=subprocess.PIPE, check=True, cwd=folder, env={"PYTHONPATH": str(folder)}
            )
            bare, ours = json.loads(done.stdout)
            goal = 0.9 if folder == HERE else None
            say(f"extraction x bare pypdfium2, paired, {folder.name}", bare / ours, goal)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
