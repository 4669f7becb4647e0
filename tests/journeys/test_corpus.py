"""Real papers, handed in with `paperwatch add`: each ends as text or as a named failure, and is found."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict

import pytest

from cli.commands.add import title_of
from pipeline.matching.query import parse
from storage.archive import open_archive
from tests.helpers.demo_run import paperwatch

FLOOR = 0.99  # of the (file, page, phrase) rows of an independent reading


@pytest.fixture(
    scope="module", params=[48, pytest.param(1, marks=pytest.mark.soak)], ids=["a forty-eighth", "all"]
)
def corpus(request, shared, tmp_path_factory):
    """An archive of every so many files of ../shared/corpus/uk, and those files."""
    files = sorted(path for path in (shared / "corpus" / "uk").rglob("*") if path.is_file())[:: request.param]
    data = tmp_path_factory.mktemp("corpus") / "data"
    done = paperwatch(data, "add", *map(str, files), "--body", "corpus", seconds=3600)
    assert done.returncode in {0, 1}, done.stderr
    return open_archive(data), files


def test_every_file_ends_as_text_or_as_a_named_failure(corpus):
    archive, files = corpus
    papers = archive.reports.papers(body="corpus")
    found = Counter(paper.title for paper in papers)
    inside = {name for name in found if name.endswith(".accreport.html")}  # attached to four of the files
    given = Counter(title_of(path.name) for path in files)
    assert Counter({name: count for name, count in found.items() if name not in inside}) == given
    failed = {row.title for row in archive.reports.totals().unreadable}
    assert [paper.title for paper in papers if not paper.pages and paper.title not in failed] == []


def test_phrases_of_an_independent_reading_are_found_on_their_pages(corpus, shared):
    archive, files = corpus
    given = {f"uk/{path.name}" for path in files if path.suffix == ".pdf"}
    with (shared / "corpus" / "uk_phrases.tsv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["file"] in given]
    found = defaultdict(set)
    for phrase in {row["phrase"] for row in rows}:
        # That reading looked for the letters, inside words too: "recommissioning" holds "commissioning".
        for answer in archive.search.find(parse(f'"*{phrase}*"'), 0):
            found[phrase].add((answer.title, str(answer.page)))
    missed = [row for row in rows if (title_of(row["file"]), row["page"]) not in found[row["phrase"]]]
    recall = 1 - len(missed) / len(rows)
    print(f"\n{len(rows)} rows, {recall:.2%} found; missed: {missed}")
    assert recall >= FLOOR
