"""A digest's page has all that its message told; each "and N more" of the message leads to its place."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import lxml.html
import pytest
from starlette.testclient import TestClient

from cli.app.context import App
from pipeline.model import Cadence
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

SAID = "The whole population payment is agreed"
NUMBER = 8  # of each thing: more than a message names
SECRET = f"{SAID} in a paper that is kept back later."


def lay(keeper, said: str, no_mention: str) -> None:
    keeper.begin(source("wold", "Wold"), *(source(f"ill{n}", f"Ill {n}") for n in range(NUMBER)))
    for n in range(NUMBER):
        keeper.meeting("wold", f"m{n}", TODAY + timedelta(days=n + 3), body_name=f"Committee {n}")
        more = {"meeting_key": f"m{n}"}
        keeper.paper("wold", f"told{n}", [said.format(n)], title=f"Told {n}", **more)
        keeper.paper("wold", f"plain{n}", [no_mention.format(n)], title=f"Plain {n}", **more)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Two digests of one day: the second tells what has become of the papers of the first."""
    data = tmp_path_factory.mktemp("data")
    (data / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "https://watch.example.org"\n'
    )
    app, keeper = App(data, makes_archive=True), Keeper(data)
    reader = app.archive.readers.subscribe(
        "reader@example.org",
        channel="mail",
        cadence=Cadence.IMMEDIATE,
        zone="Asia/Tokyo",
        concepts=["population-payment"],
        confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    lay(keeper, SAID + " in paper {}, it was told.", "Nothing is said in paper {}.")
    app.tell(datetime(2026, 11, 21, 7, tzinfo=UTC))
    app.deliver()
    first = {*(data / "outbox").glob("*.eml")}
    lay(keeper, "Paper {} says other things now.", "Nothing at all is said in paper {}.")
    keeper.paper("wold", "fresh", [SECRET], title="Fresh secret")
    keeper.paper("wold", "copy", [SECRET], title="Copy of the secret")
    keeper.meeting("wold", "m0", TODAY + timedelta(days=4), body_name="Committee 0")
    app.tell(datetime(2026, 11, 21, 9, tzinfo=UTC))
    app.deliver()
    (second,) = {*(data / "outbox").glob("*.eml")} - first
    message = message_from_bytes(second.read_bytes(), policy=policy.default)
    site = create_app(PublicArchive(app.archive, LABELS), WebConfig(), lambda: TODAY, readers=app.readers)
    with TestClient(site) as client:
        yield app, reader, message, client


def links(message) -> dict[str, tuple[int, str]]:
    """By what it is of: how many there are, and where they are."""
    html = lxml.html.fromstring(message.get_body(("html",)).get_content())
    found = {}
    for link in html.iter("a"):
        more = re.fullmatch(r"[Aa]ll (\d+) (\w+)", link.text_content())
        if more:
            found[more[2].rstrip("s")] = int(more[1]), link.get("href")
    return found


@pytest.mark.parametrize(
    ("what", "place", "lines", "each"),
    [
        ("paper", "overtaken", NUMBER, "Told"),
        ("change", "changes", NUMBER, "Plain"),
        ("source", "not-read", NUMBER + 1, ""),
    ],
)
def test_what_a_message_counts_is_all_on_its_page_at_the_place_it_leads_to(told, what, place, lines, each):
    _, _, message, client = told
    total, url = links(message)[what]
    assert url.startswith("https://watch.example.org/digests/")
    assert url.endswith(f"#{place}")
    page = client.get(url.removeprefix("https://watch.example.org"))
    (head,) = lxml.html.fromstring(page.text).xpath(f"//*[@id='{place}']")
    found = head.xpath("following-sibling::ul[1]/li")
    assert len(found) == lines == total
    if each:
        assert {f"{each} {n}" for n in range(NUMBER)} == {
            re.search(rf"{each} \d", line.text_content())[0] for line in found
        }
    plain = message.get_body(("plain",)).get_content()
    assert url in plain


def test_what_is_ahead_is_on_the_page_of_the_digest_that_told_it(told):
    app, reader, _, client = told
    first = app.readers.digests(reader.token)[-1]
    page = lxml.html.fromstring(client.get(f"/digests/{first.name}").text)
    (head,) = page.xpath("//*[@id='ahead']")
    found = [line.text_content() for line in head.xpath("following-sibling::ul[1]/li")]
    assert len(found) == NUMBER
    assert all("1 mention" in line for line in found)


def test_two_digests_of_a_day_are_told_apart_by_their_readers_clock(told):
    app, reader, _, client = told
    listed = app.readers.digests(reader.token)
    assert [each.written.utcoffset() for each in listed] == [timedelta(hours=9)] * 2
    own = client.get(f"/reader/{reader.token}").text
    for each in listed:
        title = f"{each.written:%H:%M}"
        assert title in Page(client.get(f"/digests/{each.name}").text).text
        assert f"/digests/{each.name}" in own


def test_a_digest_is_called_on_the_web_what_its_message_calls_itself(told):
    """It was written on another day than the last that it tells of, which its reader has in the message."""
    app, reader, message, client = told
    title = message.get_body(("plain",)).get_content().splitlines()[1]
    assert title == "Alert · 21 November 2026"
    last = app.readers.digests(reader.token)[0]
    page = lxml.html.fromstring(client.get(f"/digests/{last.name}").text)
    assert page.findtext(".//h1") == title
    assert f"written {last.written.day} " in page.text_content()
    assert f"{last.written:%H:%M} JST" in page.text_content()
    assert title in client.get(f"/reader/{reader.token}").text


def test_what_is_counted_in_papers_ahead_is_not_said_of_now(told):
    app, reader, _, client = told
    first = app.readers.digests(reader.token)[-1]
    page = lxml.html.fromstring(client.get(f"/digests/{first.name}").text)
    (note,) = page.xpath("//section[h2[@id='ahead']]/p[1]")
    assert "mentions that their papers had when the message was written" in note.text_content()


def test_a_passage_whose_paper_was_replaced_is_shown_from_the_version_that_was_told(told):
    """Kept, shown elsewhere and so not lost; each link leads to those very bytes, by a short version too."""
    app, reader, _, client = told
    first = app.readers.digests(reader.token)[-1]
    page = lxml.html.fromstring(client.get(f"/digests/{first.name}").text)
    assert "can no longer be shown" not in page.text_content()
    passages = page.xpath("//section[h2[@id='passages']]//li[h3]")
    assert len(passages) == NUMBER
    for passage in passages:
        assert "Replaced: the new version no longer says this" in passage.text_content()
        (link,) = passage.xpath(".//h3/a/@href")
        path, _, version = link.partition("?version=")
        assert len(version) == 64
        assert SAID in Page(client.get(link).text).text
        assert SAID in Page(client.get(f"{path}?version={version[:12]}").text).text
        assert client.get(f"{path}?version={version[:11]}").status_code == 404
    assert client.get(f"/reader/{reader.token}").text.count("Replaced: the new version") == NUMBER


def test_a_first_mention_is_said_on_the_page_as_in_the_message(told):
    app, reader, _, client = told
    with app.archive.database.reading() as connection:
        said = connection.exec_driver_sql(
            "SELECT DISTINCT s.name FROM first_mentions f JOIN documents d ON d.id = f.document_id "
            "JOIN sources s ON s.id = d.source_id"
        ).scalars()
        assert list(said) == ["Wold"]
    page = Page(client.get(f"/digests/{app.readers.digests(reader.token)[0].name}").text).text
    assert page.count("First mention in this archive, by Wold") == 1


def test_every_other_place_of_a_passage_is_named(told):
    app, reader, _, client = told
    page = lxml.html.fromstring(client.get(f"/digests/{app.readers.digests(reader.token)[0].name}").text)
    (also,) = page.xpath("//details[summary[contains(., 'Also in 1 other place')]]")
    (link,) = also.xpath(".//a")
    assert {link.text_content().split(",")[0], page.xpath("//ol//h3/a")[0].text_content().strip()} == {
        "Fresh secret",
        "Copy of the secret",
    }


def test_what_is_kept_back_since_is_counted_and_not_shown(told):
    app, reader, _, client = told
    last = app.readers.digests(reader.token)[0]
    fresh, copy = [paper for paper in app.archive.reports.papers() if "secret" in paper.title]
    (plain,) = [paper for paper in app.archive.reports.papers() if paper.title == "Plain 3"]
    (old,) = [paper for paper in app.archive.reports.papers() if paper.title == "Told 4"]
    assert "Fresh secret" in client.get(f"/digests/{last.name}").text
    for paper in (fresh, copy, plain, old):
        app.archive.custody.withhold(paper.document, "a person asked")
    narrowed = Page(client.get(f"/digests/{last.name}?body=vale").text).text
    assert "can no longer be shown" not in narrowed, "of another body"
    page = Page(client.get(f"/digests/{last.name}").text).text
    assert "1 passage of this list can no longer be shown" in page
    assert "1 line of this list can no longer be shown" in page
    assert "1 paper of this list can no longer be shown" in page
    for title in ("secret", "Plain 3", "Told 4", "a person asked"):
        assert title not in page


def test_the_page_says_nothing_of_its_reader(told):
    app, reader, _, client = told
    for each in app.readers.digests(reader.token):
        page = client.get(f"/digests/{each.name}")
        assert reader.token not in page.text
        assert reader.stop_token not in page.text
        assert reader.address not in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_an_old_digest_whose_lists_were_not_kept_has_its_mentions(told):
    app, reader, _, client = told
    first = app.readers.digests(reader.token)[-1]
    with app.archive.database.writing() as connection:
        connection.exec_driver_sql("UPDATE outbox SET lists = NULL")
    page = client.get(f"/digests/{first.name}")
    assert page.status_code == 200
    assert 'id="ahead"' not in page.text
