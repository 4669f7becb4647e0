"""Peak memory of a crawl of 29 papers, 300 MB in all, and of reading the most talkative papers, index,
flags and all: `python -m tests.bench.bench_memory`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from storage.archive import open_archive
from tests.bench.measuring import say
from tests.helpers import archives

PAPERS, MEGABYTES, GOAL = 29, 300, 130
BLOCK = bytes(range(256)) * 256  # 64 KiB
PARENT = 150  # MiB, at most, of the process that keeps what the readers read
LETTERS = 40_000_000

# Prints its peak since it was started; what `getrusage` says begins with the peak of whoever started it.
READING = """
import re, sys
from pathlib import Path
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from pipeline import stages
from pipeline.matching import concepts
from pipeline.matching.concept_matching import ConceptMatcher
from storage.archive import open_archive
data = Path(sys.argv[1])
archive = open_archive(data)
watcher = ConceptMatcher(concepts.load([concepts.SHIPPED]).values())
with Sandbox(ExtractConfig(ocr=False, workers=1), data / "spool") as reader:
    stages.extract(archive.texts, reader, stages.looking(archive.mentions, watcher))
print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


class Papers(BaseHTTPRequestHandler):
    """A page that lists the papers, and the papers."""

    def do_GET(self) -> None:
        if self.path == "/papers":
            links = "".join(
                f'<li><a href="/download_file/{n}/0">Item {n}: a paper</a></li>' for n in range(PAPERS)
            )
            self._send(f"<h2>Board meeting, 26 November 2026</h2><ul>{links}</ul>".encode(), "text/html")
        elif self.path.startswith("/download_file/"):
            size = MEGABYTES * 1_000_000 // PAPERS
            self.send_response(200)
            self.send_header("Content-Type", "application/pdf")
            self.send_header("Content-Length", str(size))
            self.end_headers()
            begin = b"%PDF-1.7\n" + self.path.encode()
            self.wfile.write(begin)
            left = size - len(begin)
            while left > 0:
                self.wfile.write(BLOCK[:left])
                left -= len(BLOCK)
        else:
            self.send_error(404)

    def _send(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    crawl()
    for what, letter in (("plain", ""), ("that take most room", "\N{GRINNING FACE}")):
        say(f"read, keep and flag 40 million letters {what}, MiB", reading(letter), PARENT, most=True)


def reading(letter: str) -> int:
    """Peak of the parent over a text of more letters than are kept, with a mention now and then."""
    lines = []
    for number in range(LETTERS // 80):  # words that are new to the index are what makes it grow
        words = (
            f"{number:x} {7 * number:x} {11 * number:x} heard of corridor care and the deficit of the year"
        )
        lines.append(f"{words} {letter}".ljust(79))
    content = "\n".join(lines).encode()
    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(Path(folder))
        run = archive.catalogue.begin([archives.source()], date(2026, 11, 16))
        archive.catalogue.record_meeting(run, archives.meeting())
        archive.catalogue.record_document(run, archives.document())
        archive.blobs.put(content)
        archive.catalogue.record_revision(run, archives.revision(content))
        archive.database.engine.dispose()
        command = [sys.executable, "-c", READING, folder]
        return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def crawl() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Papers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "sources"
        lines.mkdir()
        url = f"http://127.0.0.1:{server.server_port}/papers"
        (lines / "papers_page.toml").write_text(
            f'large = {{ name = "Large", kind = "icb", url = "{url}", delay = 0.01 }}\n'
        )
        command = [sys.executable, "-m", "cli", "--data", folder, "crawl", "large", "--today", "2026-11-20"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        size = sum(path.stat().st_size for path in Path(folder, "papers").rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"crawl of {PAPERS} papers, {size / 1e6:.0f} MB: peak memory {peak:.0f} MiB (goal under {GOAL})")
    server.shutdown()


if __name__ == "__main__":
    main()
