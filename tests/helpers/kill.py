"""Killing a run at a random moment, and what the house must look like after the next one."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

from sqlalchemy import text

from storage.archive import open_archive
from tests.helpers import commands
from tests.helpers.demo_run import paperwatch, path_of, prepare, run_words

if TYPE_CHECKING:
    from pathlib import Path

    from cli.demo.standin import StandIn

MENTIONS = text("""
    SELECT documents.url, hits.sha256, page, concept_id, start, "end", passage
    FROM hits JOIN documents USING (sha256)
""")


def killed_after(data: Path, words: list[str], seconds: float) -> bool:
    """Start the command and kill it, children and all, after so long; returns whether it still ran."""
    return commands.killed(["--data", str(data), *words], lambda waited: waited > seconds)


def killed_when(there: Path, data: Path, words: list[str]) -> bool:
    """Start the command and kill it once that file is there; returns whether it still ran."""
    return commands.killed(["--data", str(data), *words], lambda _: there.exists())


def held(data: Path) -> dict[str, object]:
    """All that an archive holds and has sent, without what differs from run to run: ports, ids, the clock."""
    archive = open_archive(data)
    with archive.database.reading() as connection:
        mentions = sorted((path_of(url), *rest) for url, *rest in connection.execute(MENTIONS))
        pages = connection.execute(text("SELECT count(*), count(DISTINCT id) FROM pages")).one()
        words = connection.execute(text("SELECT term, doc, cnt FROM page_index_words ORDER BY term")).all()
    papers = sorted(
        (row.source, path_of(row.url), row.title, row.kind, row.state, row.sha256, row.revisions, row.pages)
        for row in archive.reports.papers()
    )
    meetings = sorted(
        (row.source, row.committee, str(row.date), row.status) for row in archive.reports.meetings()
    )
    return {
        "papers": papers,
        "meetings": meetings,
        "pages": tuple(pages),
        "indexed": [tuple(word) for word in words],
        "mentions": mentions,
        "faults": list(archive.upkeep.check()),
        "half written": [path.name for path in (data / "papers" / "incoming").iterdir()],
        "half read": [path.name for path in (data / "reading").iterdir()],
        "mail": sorted(_letter(path) for path in (data / "outbox").iterdir()),
        "unsent": archive.reports.totals().outbox,
    }


def _letter(path: Path) -> tuple[str, str, str]:
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    return path.suffix, str(message["To"]), str(message["Subject"])


def broken(data: Path, standin: StandIn, moments: list[float]) -> dict[str, object]:
    """A run killed at each of these moments in turn, each time begun again, and then left to end."""
    prepare(data, standin)
    for seconds in moments:
        killed_after(data, run_words(standin), seconds)
    done = paperwatch(data, *run_words(standin))
    assert (done.returncode, done.stderr) == (0, ""), (moments, done.stdout, done.stderr)
    return held(data)
