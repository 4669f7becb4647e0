"""Do we know when text is lost? Our reading of damaged, odd and healthy papers against pdfminer's.

`python -m tests.soak.soak_loss [papers]`; takes minutes. A file is lost where pdfminer reads over ten times
as much as we do; it must be flagged: a reason, or a page that could not be read.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from extractors.text_quality import letters
from pipeline.model import PageMethod
from tests.bench.measuring import CORPUS, say
from tests.documents import fidelity
from tests.helpers.jobs import job_at

FOLDERS = ("broken", "general", "uk")
PAGES = 20  # of a file, for pdfminer is slow
SECONDS = 20  # for a file
CONFIG = ExtractConfig(seconds=SECONDS, ocr_seconds=60)
FEW = 50  # letters: too few to tell lost from never there

OTHER = """
import logging, sys
from pdfminer.high_level import extract_text
logging.disable()
sys.stdout.buffer.write(extract_text(sys.argv[1], maxpages=int(sys.argv[2])).encode("utf-8", "ignore"))
"""


def main(papers: int = 300) -> int:
    files = [path for folder in FOLDERS for path in sample(folder, papers)]
    lost = lost_flagged = healthy = healthy_flagged = 0
    with (
        tempfile.TemporaryDirectory() as spool,
        Sandbox(CONFIG, Path(spool)) as sandbox,
    ):
        for reading in sandbox.read(job_at(path, str(path)) for path in files):
            pages = list(reading.pages)[:PAGES]
            ours, theirs = sum(letters(page.text) for page in pages), other(reading.sha256)
            flagged = reading.reason is not None or any(page.method is PageMethod.NONE for page in pages)
            if theirs > FEW and ours < theirs / 10:
                lost, lost_flagged = lost + 1, lost_flagged + flagged
                state = reading.reason or ("flagged" if flagged else "NOT FLAGGED")
                print(f"  lost: {Path(reading.sha256).name}: {state}")
            elif is_healthy(Path(reading.sha256)) and ours > FEW:
                healthy, healthy_flagged = healthy + 1, healthy_flagged + flagged
                if flagged:
                    print(f"  flagged: {Path(reading.sha256).name}: {reading.reason} {reading.detail}")
    floors = fidelity.FLOORS["loss"]
    say(
        f"of {lost} files that lost their text, flagged",
        lost_flagged / lost if lost else 1,
        floors["flagged"],
    )
    say(
        f"of {healthy} healthy papers, flagged",
        healthy_flagged / max(1, healthy),
        floors["false_flags"],
        most=True,
    )
    return int(lost_flagged < floors["flagged"] * lost or healthy_flagged > floors["false_flags"] * healthy)


def sample(folder: str, papers: int) -> list[Path]:
    found = sorted((CORPUS / folder).rglob("*.pdf"))
    return random.Random(2).sample(found, min(papers, len(found)))


def is_healthy(path: Path) -> bool:
    """The British papers, as their bodies publish them."""
    return path.parent.name == "uk"


def other(path: str) -> int:
    """How many letters pdfminer reads; 0 where it fails or takes too long."""
    try:
        answer = subprocess.run(
            [sys.executable, "-c", OTHER, path, str(PAGES)], capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return 0
    return letters(answer.stdout.decode("utf-8", "replace"))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
