"""What changed, as a page, as JSON and as a feed: the same records, each safe for where it stands."""

from __future__ import annotations

from datetime import timedelta

import feedparser
import lxml.html
import pytest
from starlette.testclient import TestClient

from pipeline.changes import ChangeKind, change_said
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, filled
from web.app import create_app
from web.config import WebConfig
from web.parts import changes


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def site(keeper):
    return TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY))


def test_page_json_and_feed_show_the_same_records(site, keeper):
    due = keeper.archive.reports.changes(since=TODAY - timedelta(days=7))
    assert {change.kind for change in due} >= {ChangeKind.NEW, ChangeKind.REPLACED, ChangeKind.CANCELLED}
    told = site.get("/changes.json").json()
    assert [change["id"] for change in told["changes"]] == [change.id for change in due]
    assert [change["said"] for change in told["changes"]] == [change_said(change) for change in due]
    feed = feedparser.parse(site.get("/changes.atom").content)
    assert not feed.bozo
    assert len({entry.id for entry in feed.entries}) == len(due)
    assert [entry.tags[0].term for entry in feed.entries] == [change.kind for change in due]
    page = site.get("/changes").text
    assert page.count('<strong class="state">') == len(due)
    assert "Cancelled." in page
    assert "<script>" not in page


def test_all_that_changed_is_reached_page_by_page_on_each_surface(site, keeper, monkeypatch):
    read = changes.changes
    monkeypatch.setattr(changes, "changes", lambda request, site, limit=0: read(request, site, 2))
    due = [change.id for change in keeper.archive.reports.changes(since=TODAY - timedelta(days=7))]
    assert len(due) > 4
    told, number, more = [], 0, True
    while more:
        number += 1
        answer = site.get(f"/changes.json?page={number}").json()
        told, more = told + [change["id"] for change in answer["changes"]], answer["more"]
    assert told == due
    shown, url = 0, "/changes"
    while url:
        page = lxml.html.fromstring(site.get(url).text)
        shown += len(page.xpath("//strong[@class='state']"))
        url = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert shown == len(due)
    entries, url = [], "/changes.atom"
    while url:
        feed = feedparser.parse(site.get(url).content)
        entries += [entry.id for entry in feed.entries]
        url = next((link.href for link in feed.feed.links if link.rel == "next"), "")
    assert len(set(entries)) == len(entries) == len(due)
    assert "There are no more changes" in site.get(f"/changes?page={number + 1}").text
    assert site.get("/changes?page=0").status_code == 400


def test_the_list_is_narrowed_by_body_kind_and_days(site):
    def kinds(**asked):
        found = site.get("/changes.json", params=asked).json()["changes"]
        return {(change["kind"], change["body"]) for change in found}

    assert kinds(kind="cancelled") == {("cancelled", "wold")}
    assert kinds(kind="cancelled", body="ellenby") == set()
    assert {body for _, body in kinds(body="ellenby")} == {"ellenby"}
    assert len(site.get("/changes.atom?kind=cancelled").text.split("<entry>")) == 2


@pytest.mark.parametrize(
    ("asked", "status"),
    [("body=nobody", 404), ("kind=odd", 400), ("days=0", 400), ("days=367", 400), ("days=x", 400)],
)
@pytest.mark.parametrize("form", ["", ".json", ".atom"])
def test_what_there_is_not_is_said(site, form, asked, status):
    assert site.get(f"/changes{form}?{asked}").status_code == status


def test_where_nothing_changed_lately_the_last_changes_are_a_link_away(keeper):
    later = TODAY + timedelta(days=60)
    site = TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: later))
    last = keeper.archive.reports.changes(limit=1)[0].day
    assert site.get("/changes.json").json()["last"] == last.isoformat()
    (link,) = lxml.html.fromstring(site.get("/changes").text).xpath(
        "//p[contains(., 'No changes since')]/a/@href"
    )
    assert site.get(link).text.count('<strong class="state">') > 0
    assert "The last are of" not in site.get("/changes?kind=moved&days=1").text, "of this kind there are none"
