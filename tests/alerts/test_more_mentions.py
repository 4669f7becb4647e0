"""A paper says a thing more often than is kept: every surface says how often, in the same words."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy

import lxml.html
import pytest
from starlette.testclient import TestClient

from cli.app import feed_files
from cli.app.context import App
from cli.main import call
from pipeline.matching.kept_hits import MOST_ON_A_PAGE
from pipeline.model import Cadence
from storage.public_archive import PublicArchive
from tests.helpers.archives import TODAY, keep
from web.app import create_app
from web.config import WebConfig

MORE = 23
SAID = f"and {MORE} more mentions in this paper"
CONCEPT = "accountable-care-provider"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    (data / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "https://watch.example.org"\n'
    )
    app = App(data, makes_archive=True)
    often = "\n".join(
        f"Board {number} will have an accountable care organisation of its own."
        for number in range(MOST_ON_A_PAGE + MORE)
    )
    keep(app.archive, [often])
    app.archive.readers.subscribe(
        "r@example.org",
        channel="mail",
        cadence=Cadence.IMMEDIATE,
        concepts=[CONCEPT],
        confirmed_at=datetime.now(UTC),
        backlog=True,
    )
    call(["--data", str(data), "flag"])
    call(["--data", str(data), "notify"])
    return app


def test_a_digest_says_so_in_both_parts(app):
    (letter,) = (app.data / "outbox").glob("*.eml")
    message = message_from_bytes(letter.read_bytes(), policy=policy.default)
    for part in ("plain", "html"):
        content = message.get_body((part,)).get_content()
        assert " ".join(content.split()).lower().count(SAID) == 1


def test_a_message_and_the_pages_of_the_paper_lead_to_the_words_that_are_counted_alone(app):
    (letter,) = (app.data / "outbox").glob("*.eml")
    html = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("html",)).get_content()
    (url,) = re.findall(r'href="https://watch\.example\.org([^"]*/find[^"]*)"', html)
    client = TestClient(create_app(PublicArchive(app.archive, {CONCEPT: "x"}), WebConfig()))
    found = lxml.html.fromstring(client.get(url.replace("&amp;", "&")).text).text_content()
    assert "Accountable care organisation" in found or "accountable care organisation" in found
    for path in ("/papers/1", "/papers/1/pages/1"):
        page = lxml.html.fromstring(client.get(path).text)
        (link,) = page.xpath(f"//p[contains(., '{SAID}')]/a")
        assert client.get(link.get("href")).status_code == 200
        assert link.get("href") == url


def test_a_feed_says_so(app):
    feed_files.write(app, TODAY)
    (feed,) = (app.data / "feeds").glob("*.atom")
    assert SAID in feed.read_text().lower()


def test_the_web_says_so_and_counts_them(app):
    client = TestClient(create_app(PublicArchive(app.archive, {CONCEPT: "x"}), WebConfig()))
    for path in ("/papers/1", "/papers/1/pages/1"):
        assert SAID in client.get(path, follow_redirects=True).text
    listed = f"{MOST_ON_A_PAGE + MORE} mentions; {MOST_ON_A_PAGE} are listed here, from 1 page."
    assert listed in client.get("/papers/1").text
    assert f"All {MOST_ON_A_PAGE + MORE} mentions" in client.get("/meetings/1").text
    assert f"with {MOST_ON_A_PAGE + MORE} mentions" in client.get("/meetings/1").text
    assert sum(hit["more"] for hit in client.get("/papers/1.json").json()["hits"]) == MORE


def test_a_hunt_says_so(app, capsys):
    assert call(["--data", str(app.data), "hunt", "--concept", CONCEPT]) == 0
    assert SAID in capsys.readouterr().err
    call(["--data", str(app.data), "hunt", "--concept", CONCEPT, "--format", "json"])
    assert json.loads(capsys.readouterr().out)["more"] == MORE


def test_what_readers_hide_takes_its_own_mentions_that_are_not_kept_and_no_others(tmp_path):
    """They were counted in the last mention of the topic, whichever wording that had."""
    each, app = MOST_ON_A_PAGE // 2, App(tmp_path, makes_archive=True)
    said = [
        "accountable care organisation",
        "integrated health organisation",
        "accountable care organisation",
    ]
    text = "\n".join(f"Board {number} has an {said[number // each]}." for number in range(3 * each))
    sha256 = keep(app.archive, [text])
    call(["--data", str(tmp_path), "flag"])
    shown = app.archive.reports.totals
    assert shown().hits_by_concept[CONCEPT] == 3 * each
    for address in ("one@example.org", "two@example.org"):
        app.archive.wrong_hits.say(sha256, CONCEPT, said[1], address, datetime.now(UTC))
    assert shown().hits_by_concept[CONCEPT] == 2 * each
