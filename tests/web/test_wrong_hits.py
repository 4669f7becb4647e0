"""Readers say that a hit is not about its topic: two of them hide it for all."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from cli.app.context import App
from cli.main import call
from pipeline.ports import Findings
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

SAID = "The whole population payment of the works canteen is agreed."
FORM = re.compile(r"/wrong/[^\"]+")


@pytest.fixture
def kept(tmp_path):
    app, keeper = App(tmp_path, makes_archive=True), Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    for key in ("one", "two"):
        keeper.paper("wold", key, [SAID, f"{SAID} It is {key}."], published_on=date(2026, 11, 20))
    return app, keeper, tmp_path


def site_of(app, address):
    made = create_app(PublicArchive(app.archive, LABELS), WebConfig(), lambda: TODAY, readers=app.readers)
    return TestClient(made, client=(address, 50_000))


def form_of(site, paper=1):
    found = FORM.search(site.get(f"/papers/{paper}").text)[0]
    return found.replace("&amp;", "&")


def mentions(site, paper=1):
    return len(site.get(f"/papers/{paper}.json").json()["hits"])


def test_two_readers_hide_a_wording_in_its_paper_for_all_and_one_does_not(kept):
    app, keeper, _ = kept
    with site_of(app, "192.0.2.1") as one, site_of(app, "192.0.2.2") as other:
        address = form_of(one)
        assert "Is this not about" in Page(one.get(address).text).text
        assert mentions(one) == 2  # to look changes nothing
        for _ in range(3):
            assert "We have counted your report" in Page(one.post(address).text).text
        assert mentions(one) == 2
        assert "no longer show it in this paper to anyone" in Page(other.post(address).text).text
        assert (mentions(one), mentions(one, paper=2)) == (0, 2)
        (hidden,) = one.get("/papers/1.json").json()["hidden_hits"]
        assert (hidden["wording"], hidden["readers"]) == ("whole population payment", 2)
        assert "2 readers said that it is not about" in Page(one.get("/papers/1").text).text
        found = one.get("/search.json", params={"concept": "population-payment"}).json()
        assert {answer["document"] for answer in found["answers"]} == {2}
        assert "no longer show it in this paper to anyone" in Page(other.post(address).text).text
    # Flagged anew it stays hidden.
    sha256 = hidden["sha256"]
    pages = [PublicArchive(app.archive, LABELS).pages_near(sha256, number)[number] for number in (1, 2)]
    again = Findings(hits=keeper.watcher.hits(pages), rules=keeper.watcher.rules)
    assert len(again.hits) == 2
    assert app.archive.mentions.store({sha256: again}) == []
    assert PublicArchive(app.archive, LABELS).hits(sha256) == []


def test_many_clicks_from_one_address_count_once_and_are_held_back(kept):
    app, _, _ = kept
    with site_of(app, "2001:db8::1") as one, site_of(app, "2001:db8::2") as neighbour:
        address = form_of(one)
        answers = [one.post(address).status_code for _ in range(40)]
        assert set(answers) == {200, 429}
        neighbour.post(address)  # the same network: one reader
        assert mentions(one) == 2


def test_a_reader_takes_back_their_own_word_and_what_it_hid_is_found_again(kept):
    app, keeper, _ = kept
    with site_of(app, "192.0.2.1") as one, site_of(app, "192.0.2.2") as other:
        address = form_of(one)
        said = other.post(address).text
        one.post(address)
        assert mentions(one) == 0
        (undo,) = re.findall(r"/wrong/[^\"]+undo=1", said)
        undo = undo.replace("&amp;", "&")
        with site_of(app, "192.0.2.3") as stranger:
            assert (
                "stays hidden" in Page(stranger.post(undo).text).text
            )  # who said nothing takes nothing back
        assert "We no longer count your report" in Page(other.post(undo).text).text
        sha = address.partition("?")[0].rpartition("/")[2]
        assert app.archive.wrong_hits.of_paper(sha) == []
        assert app.archive.mentions.pending(keeper.watcher.rules) == [sha]
        pages = [PublicArchive(app.archive, LABELS).pages_near(sha, number)[number] for number in (1, 2)]
        app.archive.mentions.store(
            {sha: Findings(hits=keeper.watcher.hits(pages), rules=keeper.watcher.rules)}
        )
        assert mentions(one) == 2
        assert app.archive.mentions.pending(keeper.watcher.rules) == []
        other.post(undo)  # twice is once
        assert mentions(one) == 2
        other.post(address)  # the first one's word still stands
        assert mentions(one) == 0


def test_the_short_link_of_a_message_and_the_whole_one_of_a_page_mean_the_same(kept):
    app, _, _ = kept
    with site_of(app, "192.0.2.1") as one, site_of(app, "192.0.2.2") as other:
        address = form_of(one)
        whole = address.partition("?")[0].rpartition("/")[2]
        short = address.replace(whole, whole[:12])
        assert one.get(short).text == one.get(address).text
        one.post(short)
        one.post(address)  # one reader's word, once
        assert mentions(one) == 2
        other.post(short)
        assert mentions(one) == 0
        other.post(f"{short}&undo=1")
        assert app.archive.wrong_hits.of_paper(whole) == []
        assert one.get(address.replace(whole, whole[:11])).status_code == 404


def test_a_link_that_stands_for_nothing_and_a_form_of_another_site_count_nothing(kept):
    app, _, _ = kept
    with site_of(app, "192.0.2.1") as site:
        address = form_of(site)
        for wrong in ("/wrong/00?topic=x&wording=y", address.partition("?")[0], address + "s"):
            assert site.get(wrong).status_code == 404
            assert site.post(wrong).status_code == 404
        assert site.post(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert app.archive.wrong_hits.precision() == []


def test_the_operator_sees_precision_by_wording_and_the_sentence(kept, capsys):
    app, _, data = kept
    with site_of(app, "192.0.2.1") as one, site_of(app, "192.0.2.2") as other:
        first, second = form_of(one), form_of(one, paper=2)
        for site in (one, other):
            site.post(first)
        one.post(second)
    capsys.readouterr()
    assert call(["--data", str(data), "concepts", "precision", "--format", "json"]) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["precision"], row["shown"], row["hidden"], row["doubted"]) == (0.5, 2, 2, 1)
    assert SAID in row["no_match"][0]


def test_an_address_is_kept_under_a_key_of_this_archive_alone(kept):
    app, _, data = kept
    with site_of(app, "192.0.2.77") as site:
        site.post(form_of(site))
    files = [path for path in data.iterdir() if path.is_file()]
    assert files
    assert b"192.0.2.77" not in b"".join(path.read_bytes() for path in files)
    key = data / "keys" / "readers-key"
    assert len(key.read_bytes()) == 32
    assert key.stat().st_mode & 0o777 == 0o600
