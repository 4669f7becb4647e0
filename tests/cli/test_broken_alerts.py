"""A list that nothing looks for any more is said to its reader and the operator, and stops nobody else."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest

from cli.app.context import App
from cli.main import call
from pipeline.model import Cadence, WatchList
from pipeline.stages import flag
from storage import tables as t
from tests.helpers.archives import MOMENT, keep

BROKEN = '"never closed'


@pytest.fixture
def app(tmp_path):
    """Three readers: of a search that cannot be read, of a topic that is gone, and of one that is well."""
    (tmp_path / "paperwatch.toml").write_text('[alerts]\noperator = "op@example.org"\n')
    made = App(tmp_path, makes_archive=True)
    keep(made.archive, ["Before anything."], key="d0")
    made.archive.catalogue.keep_areas({"devon-icb": ["marlshire"]})
    for address, watch in (
        ("search@example.org", WatchList(name="Mine", query='"first words"', area="devon-icb")),
        ("topic@example.org", WatchList(concepts=("no-such-topic", "savings"), area="devon-icb")),
        ("well@example.org", WatchList(query='"second words"')),
    ):
        made.archive.readers.subscribe(
            address,
            channel="mail",
            cadence=Cadence.WEEKLY,
            watch_lists=[watch],
            confirmed_at=MOMENT - timedelta(days=60),
        )
    with made.archive.database.writing() as connection:
        r = t.rules.c
        connection.execute(t.rules.update().where(r.text == '"first words"').values(text=BROKEN))
    keep(made.archive, ["The second words are said."], key="d1", published_on=date(2026, 11, 12))
    return made


def mails(app):
    app.deliver()
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((app.data / "outbox").glob("*.eml"))
    ]
    told = defaultdict(str)
    for mail in found:
        told[mail["To"]] += " ".join(mail.get_body(("plain",)).get_content().split())
    return told


def test_each_hears_what_is_theirs_and_nobody_is_stopped(app):
    flag(app.archive.texts, app.archive.mentions, app.watcher)
    app.tell(MOMENT)
    told = mails(app)
    assert "The *second words* are said" in told["well@example.org"]
    assert "no longer" not in told["well@example.org"]
    assert (
        'Your alert “Mine” has the search "never closed, which cannot be read: ' in told["search@example.org"]
    )
    gone = "An alert of yours follows the topic no-such-topic, which is no longer looked for."
    assert gone in told["topic@example.org"]
    assert "We could not look this up: this topic is no longer looked for." in told["topic@example.org"]
    assert told["topic@example.org"].count("0 of 2 bodies said it") == 2, "of savings alone, in two months"
    assert (
        "2 alerts ask for a topic that is gone, or by a search that cannot be read" in told["op@example.org"]
    )


def test_the_operator_sees_which_and_hears_once_when_all_is_well_again(app, capsys):
    assert call(["subscribers", "list", "--format", "json", "--data", str(app.data)]) == 0
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    rows = {row["address"]: row["broken"] for row in lines}
    assert [len(rows[f"{name}@example.org"]) for name in ("search", "topic", "well")] == [1, 1, 0]
    app.tell(MOMENT)
    mails(app)
    for reader in app.archive.readers.subscribers()[:2]:
        app.archive.readers.remove(reader.address)
    app.tell(MOMENT + timedelta(days=1))
    assert "Every alert of a reader is looked for again." in mails(app)["op@example.org"]


def test_a_reader_for_whom_no_digest_can_be_written_is_named_to_the_operator(app, monkeypatch):
    from alerts import render
    from pipeline.errors import DeliveryError

    whole = render.render

    def render_some(digest, *rest, **more):
        if digest.subscriber.address == "topic@example.org":
            raise DeliveryError("it cannot be written", retryable=True)
        return whole(digest, *rest, **more)

    monkeypatch.setattr(render, "render", render_some)
    flag(app.archive.texts, app.archive.mentions, app.watcher)
    app.tell(MOMENT)
    told = mails(app)
    assert {"well@example.org", "search@example.org"} <= set(told)
    assert "topic@example.org" not in told
    assert "1 reader could not be written a digest: reader 2: it cannot be written" in told["op@example.org"]
    monkeypatch.setattr(render, "render", whole)
    app.tell(MOMENT + timedelta(hours=1))
    assert "no-such-topic" in mails(app)["topic@example.org"]


def test_a_topic_that_is_gone_is_said_once_a_month_and_not_at_each_run(tmp_path):
    made = App(tmp_path, makes_archive=True)
    keep(made.archive, ["Nothing of note."], key="d0")
    made.archive.readers.subscribe(
        "soon@example.org",
        channel="mail",
        cadence=Cadence.IMMEDIATE,
        watch_lists=[WatchList(concepts=("no-such-topic",))],
        confirmed_at=MOMENT - timedelta(days=60),
    )
    for day in range(40):
        made.tell(MOMENT + timedelta(days=day))
    assert mails(made)["soon@example.org"].count("follows the topic no-such-topic") == 2
