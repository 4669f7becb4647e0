"""What a reader was told, on the reader's own page."""

from __future__ import annotations

from datetime import UTC, date, datetime

from starlette.testclient import TestClient

from cli.app.context import App
from pipeline.model import Cadence
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

SAID = "The whole population payment is agreed"


def test_the_last_message_stands_first_and_in_it_the_newest_papers(tmp_path):
    (tmp_path / "paperwatch.toml").write_text('[alerts]\nsender = "digests@paperwatch.example"\n')
    app, keeper = App(tmp_path, makes_archive=True), Keeper(tmp_path)
    reader = app.archive.readers.subscribe(
        "reader@example.org",
        channel="mail",
        cadence=Cadence.IMMEDIATE,
        concepts=["population-payment"],
        confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    for told, papers in enumerate(
        [{"b": date(2026, 12, 3), "a": date(2026, 12, 10), "undated": None}, {"c": date(2026, 11, 26)}]
    ):
        keeper.begin(source("wold", "Wold"))
        for key, day in papers.items():
            keeper.meeting("wold", key, day)
            keeper.paper("wold", key, [f"{SAID} in paper {key}."], meeting_key=key, title=f"Paper {key}")
        app.tell(datetime(2026, 11, 21 + told, 7, tzinfo=UTC))
        app.deliver()
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 2
    app = create_app(PublicArchive(app.archive, LABELS), WebConfig(), lambda: TODAY, readers=app.readers)
    with TestClient(app) as site:
        text = Page(site.get(f"/reader/{reader.token}").text).text
    order = ["Paper c", "Paper a", "Paper b", "Paper undated"]
    assert sorted(order, key=text.index) == order
