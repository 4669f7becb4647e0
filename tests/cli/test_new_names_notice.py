"""The operator hears of new names in the first telling of a month, each once; a feed has them too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from cli.app import new_names_notice
from cli.app.context import App
from pipeline.stages import flag
from storage.public_archive import PublicArchive
from tests.helpers.archives import keep
from web.app import create_app
from web.config import WebConfig

FIRST = datetime(2026, 11, 2, 7, tzinfo=UTC)
EARLIER = 30  # papers of each body without the names: with fewer, nothing is known to be new
OLD = "Members noted the outsourcing of catering and a report on car parking at the hospital in the town."
NEW = (
    "The outsourcing would be led by a Zonal Delivery Trustee Provider (ZDTP) under the contract from April."
)
NEXT = "The outsourcing would pass to a Regional Bundled Steward Provider (RBSP) under the contract from May."


def say(app: App, key: str, text: str, day: date) -> None:
    for body in "ab":
        keep(
            app.archive,
            [f"{text} Paper {key}{body}."],
            source_id=body,
            key=f"{key}{body}",
            meeting_key=None,
            published_on=day,
        )
    flag(app.archive.texts, app.archive.mentions, app.watcher)


@pytest.fixture
def app(tmp_path):
    (tmp_path / "paperwatch.toml").write_text('[alerts]\noperator = "op@example.org"\n')
    made = App(tmp_path, makes_archive=True)
    for week in range(EARLIER):
        say(made, f"old{week}", OLD, date(2026, 1, 5) + timedelta(weeks=week))
    say(made, "new", NEW, FIRST.date() - timedelta(days=9))
    return made


def notices(app: App) -> list[str]:
    app.deliver()
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((app.data / "outbox").glob("*.eml"))
    ]
    return [
        " ".join(mail.get_body(("plain",)).get_content().split())
        for mail in mails
        if "new name" in mail["Subject"]
    ]


def test_each_name_is_told_once_in_the_first_telling_of_a_month(app):
    assert new_names_notice.tell_new_names(app, FIRST)
    (said,) = notices(app)
    assert "Zonal Delivery Trustee Provider (ZDTP): first on 24 October 2026, in 2 papers of a and b." in said
    assert "concepts adopt NAME" in said
    say(app, "next", NEXT, date(2026, 11, 9))
    assert not new_names_notice.tell_new_names(app, FIRST + timedelta(days=20))
    assert new_names_notice.tell_new_names(app, FIRST + timedelta(days=30))
    assert not new_names_notice.tell_new_names(app, FIRST + timedelta(days=31))
    later = [text for text in notices(app) if "Regional Bundled Steward Provider" in text]
    assert len(later) == 1
    assert "Zonal" not in later[0]


def test_a_month_without_a_name_has_no_notice(app):
    assert not new_names_notice.tell_new_names(app, FIRST + timedelta(days=200))
    assert app.archive.ledger.noticed()[new_names_notice.LOOKED] == "2027-05"
    assert notices(app) == []


def test_nobody_is_told_where_there_is_no_operator(app):
    (app.data / "paperwatch.toml").write_text("")
    assert not new_names_notice.tell_new_names(App(app.data), FIRST)


def test_the_feed_has_each_name_as_an_entry(app):
    made = create_app(PublicArchive(app.archive, {}), WebConfig(), FIRST.date)
    with TestClient(made) as site:
        assert ET.fromstring(site.get("/new-names.atom").content).find("{*}entry") is None
        app.archive.new_names.look(FIRST.date(), list(app.concepts.values()))
        feed = ET.fromstring(site.get("/new-names.atom").content)
    titles = [entry.findtext("{*}title") for entry in feed.findall("{*}entry")]
    assert "Zonal Delivery Trustee Provider (ZDTP)" in titles
    assert "24 October 2026" in feed.findtext("{*}entry/{*}content", "")
