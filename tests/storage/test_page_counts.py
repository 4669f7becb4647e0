"""Pages are counted in one way: what was searched, what is held, and what a search finds."""

from __future__ import annotations

from pipeline.health.account import Scope
from pipeline.matching.query import parse
from pipeline.where import Where
from storage.archive import open_archive
from tests.helpers.archives import keep


def test_no_search_finds_more_pages_than_were_searched(tmp_path):
    """Two boards publish one pack: its pages are found in both papers, and are searched in both."""
    archive = open_archive(tmp_path)
    pack = ["The payment.", "The payment again.", "The last payment."]
    keep(archive, pack, source_id="hill", key="a")
    keep(archive, pack, source_id="vale", key="b")
    keep(archive, ["One payment more."], source_id="vale", key="c")
    found = archive.search.look(parse("payment"))
    account, totals = archive.reports.account(), archive.reports.totals()
    assert (account.papers, account.pages, found.total) == (3, 7, 7)
    assert (totals.papers, totals.pages) == (account.papers, account.pages)
    scopes = [Scope(where=Where(bodies=(body,))) for body in ("hill", "vale")]
    assert [archive.reports.account([scope]).pages for scope in scopes] == [3, 4]
