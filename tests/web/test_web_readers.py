"""What a reader was told, on the reader's own page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from urllib.parse import urlencode

import lxml.html
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


def test_a_digest_leads_to_all_that_it_told_and_its_address_opens_nothing_else(tmp_path):
    (tmp_path / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "https://watch.example.org"\n'
    )
    app, keeper = App(tmp_path, makes_archive=True), Keeper(tmp_path)
    reader = app.archive.readers.subscribe(
        "reader@example.org",
        channel="mail",
        cadence=Cadence.IMMEDIATE,
        concepts=["population-payment"],
        confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    for body in ("wold", "vale"):
        keeper.begin(source(body, body.title()))
        keeper.meeting(body, "m", date(2026, 11, 26))
        for n in range(20 if body == "wold" else 1):
            said = f"{SAID} for place {n} of {body}, as the officers of that place said in {n + 1} words."
            keeper.paper(body, f"p{n}", [said], meeting_key="m", title=f"Paper {body} {n}")
    moment = datetime(2026, 11, 21, 9, 41, 7, tzinfo=UTC)
    app.tell(moment)
    app.deliver()
    (letter,) = (tmp_path / "outbox").glob("*.eml")
    message = message_from_bytes(letter.read_bytes(), policy=policy.default)
    assert message["Date"].datetime == moment
    text = message.get_body(("plain",)).get_content()
    assert "Thursday 26 November 2026" in text
    assert "20 mentions in its papers" in " ".join(text.split())
    web = re.search(r"Read on the web: https://watch\.example\.org(\S+)", text)[1]
    of_wold = re.search(r"All (\d+) from Wold:\s+https://watch\.example\.org(\S+)", text)
    site = create_app(PublicArchive(app.archive, LABELS), WebConfig(), lambda: TODAY, readers=app.readers)
    with TestClient(site) as site:
        page = site.get(web)
        assert "21 passages" in Page(page.text).text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert reader.token not in page.text
        assert reader.address not in page.text
        own = Page(site.get(of_wold[2]).text).text
        assert "20 passages of 21" in own
        assert of_wold[1] == "20"
        assert "Paper vale" not in own
        assert "1 passage of 21" in Page(site.get(f"{web}?but=wold").text).text
        for wrong in (web[:-1] + ("0" if web[-1] != "0" else "1"), web.partition(".")[0], "/digests/é"):
            assert site.get(wrong).status_code == 404
        app.archive.readers.remove(reader.address)
        assert site.get(web).status_code == 404


def test_a_message_leads_to_an_alert_on_each_body_and_a_look_adds_nothing(tmp_path):
    (tmp_path / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "https://watch.example.org"\n'
    )
    app, keeper = App(tmp_path, makes_archive=True), Keeper(tmp_path)
    reader = app.archive.readers.subscribe(
        "reader@example.org",
        channel="mail",
        cadence=Cadence.IMMEDIATE,
        concepts=["population-payment"],
        confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    keeper.begin(source("wold", "Wold"))
    keeper.meeting("wold", "m", date(2026, 11, 26))
    keeper.paper("wold", "p", [f"{SAID}."], meeting_key="m")
    app.tell(datetime(2026, 11, 21, 9, tzinfo=UTC))
    app.deliver()
    (letter,) = (tmp_path / "outbox").glob("*.eml")
    text = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",)).get_content()
    link = re.search(r"Follow: https://watch\.example\.org(\S+)", text)[1]
    site = create_app(PublicArchive(app.archive, LABELS), WebConfig(), lambda: TODAY, readers=app.readers)
    with TestClient(site) as site:
        forms = lxml.html.fromstring(site.get(link).text).forms
        (form,) = [form for form in forms if "q" in form.fields]
        filled = [(name, value) for name, value in form.form_values() if value]
        assert len(app.archive.readers.of_token(reader.token).watch_lists) == 1
        site.post(
            f"/reader/{reader.token}",
            content=urlencode([*filled, ("act", "add")]),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    _, added = app.archive.readers.of_token(reader.token).watch_lists
    assert added.bodies == ("wold",)
