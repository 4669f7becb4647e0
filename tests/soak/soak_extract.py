"""Read the whole shared corpus, OCR and all: `python -m tests.soak.soak_extract [folder …]`. Takes minutes.

Prints how each folder ended; fails where the parent grew, a file outlived its limit or a spool was left.
"""

from __future__ import annotations

import collections
import resource
import sys
import tempfile
import time
from pathlib import Path

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from pipeline.model import FailureReason
from tests.helpers.jobs import job_at

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FOLDERS = ("uk", "broken", "scanned", "general", "office")
CONFIG = ExtractConfig(seconds=30, ocr_seconds=300)
MOST_MEMORY = 150  # MB of the parent


def main(folders: list[str]) -> int:
    faults = 0
    with tempfile.TemporaryDirectory() as spool:
        for folder in folders:
            faults += soak(folder, Path(spool))
        faults += len(list(Path(spool).iterdir()))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"parent: at most {memory} MB")
    return int(faults > 0 or memory > MOST_MEMORY)


def soak(folder: str, spool: Path) -> int:
    files = sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file())
    states: collections.Counter[str] = collections.Counter()
    methods: collections.Counter[str] = collections.Counter()
    slowest, last = 0.0, time.monotonic()
    with Sandbox(CONFIG, spool) as sandbox:
        for reading in sandbox.read(job_at(path, path.name, name=path.name) for path in files):
            states[str(reading.reason or "read")] += 1
            methods.update(str(page.method) for page in reading.pages)
            slowest, last = max(slowest, time.monotonic() - last), time.monotonic()
            if reading.reason in {FailureReason.CRASHED, FailureReason.TIMED_OUT}:
                print(f"  {reading.sha256}: {reading.reason}: {reading.detail}")
    print(
        f"{folder}: {len(files)} files: {dict(states)}; pages: {dict(methods)}; longest wait {slowest:.1f} s"
    )
    return int(sum(states.values()) != len(files)) + states[FailureReason.CRASHED]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(FOLDERS)))
