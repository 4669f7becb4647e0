"""What is in a pack, file by file, and the claims that its own `verify.py` checks."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.archive_log import merkle
from pipeline.archive_log.entries import canonical_json, page_record
from pipeline.errors import ConfigError, StorageError
from pipeline.evidence.bag import Bag
from pipeline.evidence.case import MOST_BYTES, MOST_PAGES
from pipeline.evidence.letter import citations, letter
from pipeline.text.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from pipeline.archive_log.views import Inclusion, ShownLogEntry
    from pipeline.evidence.case import Case, PageCase, PaperCase
    from pipeline.ports import Opened

VERIFY = Path(__file__).with_name("verify.py")
ENDINGS = {"application/pdf": ".pdf", "text/html": ".html", "text/plain": ".txt"}


class Draw(Protocol):
    """A page as PNG with the words at these places boxed; b"" where no picture can be drawn."""

    def __call__(self, original: Path, case: PageCase, /) -> bytes: ...


def check_size(case: Case) -> None:
    """Raises ConfigError for a pack that would hold more than a pack may."""
    pages = sum(len(paper.pages) for paper in case.papers)
    if pages > MOST_PAGES:
        raise ConfigError(
            f"that is {pages:,} pages, and a pack holds at most {MOST_PAGES:,}: narrow the "
            "search, or make one pack a paper"
        )
    if (total := size_of_originals(case)) > MOST_BYTES:
        raise ConfigError(
            f"the originals are {total / 1024**3:.1f} GB, and a pack holds at most {MOST_BYTES // 1024**3} "
            "GB: narrow the search, or make one pack a paper"
        )


def size_of_originals(case: Case) -> int:
    """Bytes of the originals."""
    return sum(paper.revision["size"] for paper in case.papers if paper.original and paper.revision)


def write(case: Case, file: IO[bytes], *, version: str, draw: Draw) -> None:
    """Write the pack as a ZIP. Raises ConfigError (too large) and StorageError (an original has changed)."""
    check_size(case)
    with Bag(file, f"paperwatch-evidence-{case.root.size}") as bag:
        _fill(_Pack(bag=bag, draw=draw), case)
        info = {
            "Source-Organization": "Paperwatch",
            "Bag-Software-Agent": f"Paperwatch {version}",
            "Bagging-Date": f"{case.root.at:%Y-%m-%d}",
            "External-Description": "Evidence: data/cover-letter.txt says what it shows, verify.py checks it",
        }
        bag.close(info, {"verify.py": VERIFY.read_bytes()})


def _fill(pack: _Pack, case: Case) -> None:
    pack.bag.add("cover-letter.txt", letter(case).encode())
    pack.bag.add("citations.txt", citations(case).encode())
    pack.claim(f"the root of the log is signed: {case.root.size}:{case.root.root.hex()}", "checkpoint")
    for paper in case.papers:
        _paper(pack, paper)
    _log(pack, case)
    pack.bag.add("claims.json", canonical_json(pack.claims))


@dataclass
class _Pack:
    bag: Bag
    draw: Draw
    claims: list[dict[str, Any]] = field(default_factory=list)
    entries: dict[int, Inclusion] = field(default_factory=dict)

    def claim(self, say: str, check: str, **facts: Any) -> None:
        self.claims.append({"say": say, "check": check, **facts})

    def record(self, say: str, path: str, record: Any, entry: ShownLogEntry | None) -> None:
        """A record, and that it is the one in the log."""
        self.bag.add(path, canonical_json(record))
        if entry:
            self.claim(
                f"{say} is the one of entry {entry.number}", "record", file=f"data/{path}", entry=entry.number
            )


def _paper(pack: _Pack, paper: PaperCase) -> None:
    folder = f"papers/{paper.paper}"
    for found in paper.entries:
        entry = found.entry
        pack.entries[entry.number] = found
        what = f"{entry.kind} {entry.subject}, {entry.facts['at']}"
        say = f"paper {paper.paper}: entry {entry.number} of the log, {what}"
        pack.claim(say, "entry", entry=entry.number)
    if paper.is_kept_back:
        return
    latest = {found.entry.subject: found.entry for found in paper.entries}
    name = f"paper {paper.paper}: its record"
    pack.record(name, f"{folder}/paper.json", paper.record, latest.get(f"paper:{paper.paper}"))
    pack.bag.add(f"{folder}/body.json", canonical_json(paper.about))
    if paper.meeting:
        subject = f"meeting:{paper.meeting['meeting']}"
        pack.record(
            f"paper {paper.paper}: its meeting's record",
            f"{folder}/meeting.json",
            paper.meeting,
            latest.get(subject),
        )
    for revision in paper.revisions:
        number = revision["revision"]
        path = f"{folder}/versions/{number}.json"
        name = f"paper {paper.paper}: the record of version {number}"
        pack.record(name, path, revision, latest.get(f"revision:{number}"))
    if paper.revision is None or paper.original is None:
        return
    _original(pack, paper, folder, latest)


@contextmanager
def _opened(file: Opened) -> Iterator[Path]:
    """Raises StorageError where it is not there."""
    with ExitStack() as stack:
        try:
            path = stack.enter_context(file())
        except OSError as error:
            raise StorageError(f"{error.filename}: {error.strerror}") from error
        yield path


def _original(pack: _Pack, paper: PaperCase, folder: str, latest: dict[str, ShownLogEntry]) -> None:
    assert paper.revision is not None
    assert paper.original is not None
    with _opened(paper.original) as original:
        _fill_original(pack, paper, original, folder, latest)


def _fill_original(
    pack: _Pack, paper: PaperCase, original: Path, folder: str, latest: dict[str, ShownLogEntry]
) -> None:
    assert paper.revision is not None
    sha256 = paper.revision["sha256"]
    path = f"{folder}/original{ENDINGS.get(paper.media_type, '.bin')}"
    pack.bag.add_file(path, original, sha256)
    if entry := latest.get(f"revision:{paper.revision['revision']}"):
        say = f"paper {paper.paper}: the original's bytes are those of entry {entry.number}"
        pack.claim(say, "original", file=f"data/{path}", entry=entry.number)
    reading = latest.get(f"file:{sha256}")
    if paper.reading is not None:
        name = f"paper {paper.paper}: the record of its reading"
        pack.record(name, f"{folder}/reading.json", paper.reading, reading)
    if flagged := latest.get(f"mentions:{sha256}"):
        name = f"paper {paper.paper}: the record of what was found in it"
        pack.record(name, f"{folder}/mentions.json", paper.mentions, flagged)
    for page in paper.pages:
        _page(pack, paper, page, folder, reading)
        if picture := pack.draw(original, page):
            pack.bag.add(f"{folder}/pages/{page.page.number}.png", picture)


def _page(pack: _Pack, paper: PaperCase, case: PageCase, folder: str, reading: ShownLogEntry | None) -> None:
    page, whole = case.page, f"{folder}/pages/{case.page.number}.json"
    name = f"paper {paper.paper}, page {page.number}"
    pack.bag.add(whole, canonical_json(page_record(page)))
    if reading:
        steps = merkle.inclusion(case.index, len(paper.page_hashes), merkle.small(paper.page_hashes))
        pack.claim(
            f"{name}: its text is the one of entry {reading.number}",
            "page",
            file=f"data/{whole}",
            entry=reading.number,
            index=case.index,
            pages=len(paper.page_hashes),
            proof=[step.hex() for step in steps],
        )
    text = f"{folder}/pages/{page.number}.txt"
    pack.bag.add(text, page.text.encode())
    pack.claim(f"{name}: {page.number}.txt is that text", "text", page=f"data/{whole}", file=f"data/{text}")
    for quote in case.quotes:
        words = page.text[quote.start : quote.end]
        said = f"\u201c{one_line(words)}\u201d ({quote.why})"
        pack.claim(
            f"{name}: characters {quote.start} to {quote.end} are {said}",
            "quote",
            page=f"data/{whole}",
            start=quote.start,
            end=quote.end,
            words=words,
            wording=quote.wording,
        )


def _log(pack: _Pack, case: Case) -> None:
    root = case.root
    facts = {"size": root.size, "root": root.root.hex(), "public_key": root.key.hex()}
    pack.bag.add("log/checkpoint.txt", root.note.encode())
    if root.stamp:
        pack.bag.add("log/checkpoint.tsr", root.stamp)
    pack.bag.add("log/log.json", canonical_json(facts))
    lines = (
        canonical_json(
            {"number": number, "content": found.entry.content, "proof": [step.hex() for step in found.proof]}
        )
        for number, found in sorted(pack.entries.items())
    )
    pack.bag.add("log/entries.jsonl", b"".join(line + b"\n" for line in lines))
