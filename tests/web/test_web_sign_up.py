"""Readers who help themselves on the web: signing up, changing, pausing, stopping."""

from __future__ import annotations

import re
import shutil
from email import policy
from email.parser import BytesParser

import feedparser
import pytest
from starlette.testclient import TestClient

from cli.app.context import App
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, get, hold_to_the_standard, source
from web.app import create_app
from web.config import WebConfig


@pytest.fixture(scope="module")
def reader_site(tmp_path_factory):
    data = tmp_path_factory.mktemp("readers")
    keeper = Keeper(data)
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "report", ["A whole population payment."])
    (data / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "http://testserver"\n'
    )
    app = App(data)
    shelf, config = PublicArchive(keeper.archive, LABELS), WebConfig(sign_ups_an_hour=3)
    web = create_app(shelf, config, lambda: TODAY, readers=app.readers)
    with TestClient(web, follow_redirects=False) as site:
        yield site, app


def signed_up(site, app, address, **asked):
    wish = asked or {"q": "payment"}
    answer = site.post("/watch", data={"act": "sign-up", "address": address} | wish)
    assert answer.status_code == 200, answer.text
    letters = [
        BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        for path in (app.data / "outbox").glob("*.eml")
    ]
    (letter,) = [letter for letter in letters if letter["To"] == address]
    token = re.search(r"/confirm/([\w-]+)", letter.get_body(("plain",)).get_content())[1]
    assert wish.get("q", "alert") in site.get(f"/confirm/{token}").text
    return token


def test_readers_help_themselves(reader_site):
    site, app = reader_site
    token = signed_up(site, app, "reader@example.org")
    assert app.archive.readers.subscribers() == []  # a GET has begun nothing
    answer = site.post(f"/confirm/{token}")
    assert answer.status_code == 303
    page = site.get(answer.headers["Location"])
    own = answer.headers["Location"].partition("?")[0]
    assert "reader@example.org" in page.text
    assert "Your alert is on." in page.text
    hold_to_the_standard(page)
    hold_to_the_standard(site.get("/watch"))
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert site.post(own, data={"act": "change", "cadence": "daily"}).status_code == 303
    assert site.post(own, data={"act": "add", "concept": "population-payment"}).status_code == 303
    (reader,) = app.archive.readers.subscribers()
    assert (reader.cadence, len(reader.watch_lists)) == ("daily", 2)
    feed, calendar = (f"/feeds/{reader.watch_lists[0].token}.{kind}" for kind in ("atom", "ics"))
    shutil.rmtree(app.data / "feeds")  # another machine's web page has none
    assert feedparser.parse(site.get(feed).content).feed.title == "payment"
    assert site.get(calendar).text.startswith("BEGIN:VCALENDAR")
    assert site.get(f"{feed[:-4]}exe").status_code == 404
    gone = {"act": "drop", "watch": str(reader.watch_lists[0].id)}
    hold_to_the_standard(site.post(own, data=gone))
    assert site.get(feed).status_code == 200, "a question alone deletes nothing"
    assert site.post(own, data=gone | {"sure": "1"}).status_code == 303
    assert site.get(feed).status_code == site.get(calendar).status_code == 404
    assert site.post(own, data={"act": "fly"}).status_code == 400
    assert site.post(own, data={"act": "add", "q": "(unclosed"}).status_code == 400
    export = site.get(f"{own}/everything.json")
    assert "reader@example.org" in export.text
    assert export.headers["Content-Disposition"].startswith("attachment")
    stop = f"/unsubscribe/{reader.stop_token}"
    assert "<form" in site.get(stop).text
    assert app.archive.readers.of_token(reader.token).stopped == ""
    assert site.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert app.archive.readers.of_token(reader.token).stopped
    assert site.post(own, data={"act": "resume"}).status_code == 303
    question = site.post(own, data={"act": "remove"})
    hold_to_the_standard(question)
    assert "have been deleted" in site.post(own, data={"act": "remove", "sure": "1"}).text
    assert site.get(own).status_code == 404


def test_a_reader_follows_from_a_page_and_changes_pauses_and_copies_it(reader_site):
    site, app = reader_site
    (held,) = app.archive.reports.papers()
    (follow,) = [href for href in get(site, f"/papers/{held.document}").hrefs if "part=" in href]
    form = site.get(follow)
    hold_to_the_standard(form)
    assert "the paper “Report” (Wold)" in form.text
    part = f"wold/paper/{held.document}"
    more = {"act": "another", "part": part, "concept": "population-payment", "body": "wold", "note": "Mine"}
    again = site.post("/watch", data=more)
    hold_to_the_standard(again)
    ticked = re.findall(r'type="checkbox" name="(\w+)" value="([^"]+)" checked', again.text)
    assert ticked == [("concept", "population-payment"), ("body", "wold"), ("part", part)]
    token = signed_up(site, app, "follower@example.org", part=part)
    assert "the paper “Report” (Wold)" in site.get(f"/confirm/{token}").text
    own = site.post(f"/confirm/{token}").headers["Location"].partition("?")[0]

    def lists():
        return app.archive.readers.of_address("follower@example.org").watch_lists

    (watch,) = lists()
    assert [str(each) for each in watch.parts] == [part]
    assert site.post(own, data={"act": "pause", "watch": watch.id}).status_code == 303
    paused = site.get(own)
    hold_to_the_standard(paused)
    assert "Your alert is paused, so we look for nothing new" in paused.text
    assert site.post(own, data={"act": "unpause", "watch": watch.id}).status_code == 303
    assert "paused" not in site.get(own).text.lower()
    assert "The alert is on again." in site.get(own, params={"done": "unpause"}).text
    copied = site.post(own, data={"act": "copy", "watch": lists()[0].id}).headers["Location"]
    edit = site.get(copied)
    hold_to_the_standard(edit)
    assert f"edit={lists()[-1].id}" in copied
    assert 'value="Copy"' in edit.text
    changed = {"watch": lists()[-1].id, "q": "payment", "body": "wold", "name": "Payments", "kind": "report"}
    open_again = site.post(own, data={"act": "another", **changed})
    assert 'value="Payments"' in open_again.text
    assert lists()[-1].name == "Copy", "only a form shown again"
    assert site.post(own, data={"act": "save", **changed, "q": "(unclosed"}).status_code == 400
    assert site.post(own, data={"act": "save", **changed}).status_code == 303
    kept = lists()[-1]
    assert (kept.name, kept.query, kept.bodies, kept.parts) == ("Payments", "payment", ("wold",), ())
    hold_to_the_standard(site.get(own))
    app.archive.readers.remove("follower@example.org")


@pytest.mark.parametrize(
    "wrong",
    [
        {"part": "wold/paper/99", "address": "a@example.org"},
        {"part": "anything", "address": "a@example.org"},
        {"address": ""},
        {"address": "nobody"},
        {"address": "a@b.example\r\nBcc: c@d.example"},
        {"address": "a@example.org", "q": "(unclosed"},
        {"address": "a@example.org", "concept": "nothing"},
        {"address": "a@example.org", "cadence": "hourly"},
    ],
)
def test_what_cannot_be_signed_up_for_is_said_plainly(reader_site, wrong):
    answer = reader_site[0].post("/watch", data={"act": "sign-up"} | wrong)
    assert answer.status_code == 400
    hold_to_the_standard(answer)
    assert "That did not work" in answer.text


def test_forms_are_bounded_and_a_list_can_be_tried_first(reader_site):
    site, _ = reader_site
    assert site.post("/watch", content=b"x" * 30_000).status_code == 413
    assert site.post("/watch", content=b"\xff\xfe").status_code == 400
    assert "in the last 30 days" in site.post("/watch", data={"act": "preview", "q": "payment"}).text


def test_an_unknown_token_opens_nothing_and_tells_nothing(reader_site):
    site, _ = reader_site
    for path in ("/reader/x", "/confirm/x", "/reader/x/everything.json", "/feeds/x.atom", "/feeds/x.exe"):
        assert site.get(path).status_code == 404
    for path in ("/reader/x", "/confirm/x"):
        assert site.post(path).status_code == 404
    for stopping in (site.get("/unsubscribe/x"), site.post("/unsubscribe/x")):
        assert stopping.status_code == 404
        assert "This link does not work" in stopping.text
        assert "We have stopped nothing" in stopping.text
    one_click = {"List-Unsubscribe": "One-Click"}  # a mail program of a reader who has gone
    assert site.post("/unsubscribe/x", data=one_click).status_code == 200
    assert site.post("/unsubscribe/x", files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200
    assert site.get("/feeds/..%2fpaperwatch.toml").status_code == 404


def test_trying_a_list_counts_as_a_search(reader_site):
    _, app = reader_site
    config = WebConfig(searches_a_minute=2)
    web = create_app(PublicArchive(app.archive, LABELS), config, lambda: TODAY, readers=app.readers)
    asked = {"act": "preview", "q": "payment"}
    with TestClient(web, client=("203.0.113.9", 5)) as site:
        assert [site.post("/watch", data=asked).status_code for _ in range(3)] == [200, 200, 429]
        assert site.get("/search?q=payment").status_code == 429
        assert site.get("/watch").status_code == 200


def test_sign_ups_are_limited(reader_site):
    with TestClient(reader_site[0].app, client=("203.0.113.9", 5)) as other:
        form = {"act": "sign-up", "address": "nobody"}
        assert [other.post("/watch", data=form).status_code for _ in range(4)] == [400, 400, 400, 429]


def test_without_readers_nobody_is_asked_to_sign_up(site):
    assert site.get("/watch").status_code == 404
    assert not [href for href in get(site, "/search?q=payment").hrefs if href.startswith("/watch")]
