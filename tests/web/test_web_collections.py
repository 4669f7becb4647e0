"""Collections: pages saved with notes and tags, shared by addresses that cannot be guessed, taken along."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime

import html5lib
import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from cli.app.context import App
from cli.main import call
from pipeline.errors import ConfigError
from pipeline.evidence.collection import MOST, MOST_PAGES, PageAddress, addresses, tags_of
from pipeline.model import Cadence, WatchList
from storage import tables as t
from storage.public_archive import PublicArchive
from storage.secure_delete import flush
from tests.helpers.web_archive import LABELS, TODAY, XSS, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

ADDRESS = "saver@example.org"


@pytest.fixture
def made(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    keeper.meeting("wold", "m", date(2026, 11, 19))
    numbers = [
        keeper.paper("wold", "report", ["A whole population payment.", "The second page."], meeting_key="m"),
        keeper.paper("wold", "other", ["Other things."], title=f"=1+1 {XSS}"),
    ]
    (tmp_path / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "http://testserver"\n'
    )
    app = App(tmp_path)
    app.archive.log.sign()
    reader = app.archive.readers.subscribe(
        ADDRESS,
        channel="mail",
        cadence=Cadence.WEEKLY,
        watch_lists=[WatchList(name="Private list")],
        confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    served = WebConfig(base_url="http://testserver")
    web = create_app(PublicArchive(app.archive, LABELS), served, lambda: TODAY, readers=app.readers)
    with TestClient(web) as site:
        yield site, app, reader, numbers
    app.archive.database.engine.dispose()


def started(site, reader, name="Contracts"):
    answer = site.post(f"/reader/{reader.token}", data={"act": "collect", "name": name})
    return re.findall(r'href="(/collections/[\w-]+)"', answer.text)[-1]


def standing(answer):
    html5lib.HTMLParser(strict=True).parse(answer.text)
    return Page(answer.text).text


def test_a_reader_saves_shares_and_takes_along_what_others_see_nothing_private_of(made):
    site, app, reader, (report, other) = made
    own = started(site, reader)
    # From where it is read, by the collection's address; and by addresses on its own page.
    (save,) = [href for href in Page(site.get(f"/papers/{report}/pages/1").text).hrefs if "/save" in href]
    assert "page 1" in standing(site.get(save))
    typed = {"paper": report, "page": 1, "note": f"Ask why {XSS}", "tags": "contract, single  contract"}
    assert site.post("/save", data=typed | {"collection": "/collections/guess"}).status_code == 400
    saved = site.post("/save", data=typed | {"collection": f"http://testserver{own}/"})
    assert "Ask why <script>" in standing(saved)
    more = f"http://testserver/papers/{other}\n/papers/{report}/pages/2\n/papers/{report}/pages/1"
    page = standing(site.post(own, data={"act": "add", "pages": more, "tags": "later"}))
    assert "3 pages" in page
    for header, value in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")):
        assert site.get(own).headers[header] == value

    assert "There are no public collections yet" in site.get("/collections").text
    site.post(own, data={"act": "share", "sharing": "secret"})
    (found,) = app.archive.collections.of_reader(reader.token)
    shared = f"/shared/{found.share}"
    seen = site.get(shared)
    assert "Ask why" in standing(seen)
    assert "single contract" in seen.text
    assert seen.headers["X-Robots-Tag"] == "noindex"
    files = [site.get(f"{shared}/pages.{kind}") for kind in ("csv", "md", "zip")]
    assert [each.status_code for each in files] == [200, 200, 200]
    for answer in (seen, *files[:2], site.get("/collections")):
        for private in (ADDRESS, reader.token, found.key, "Private list", "<form action"):
            assert private not in answer.text.replace('<form class="box" action="/search"', "")
    assert "There are no public collections yet" in site.get("/collections").text

    rows = list(csv.DictReader(io.StringIO(files[0].content.decode("utf-8-sig"))))
    assert [(row["page"], row["tags"]) for row in rows] == [
        ("1", "contract, single contract, later"), ("", "later"), ("2", "later"),
    ]  # fmt: skip
    assert rows[1]["title"].startswith("'=1+1")
    assert rows[0]["citation"].startswith("Wold: “Report”, Board, 19 November 2026, page 1.")
    assert f"/papers/{report}/pages/1?version={rows[0]['sha256']}" in rows[0]["address"]
    assert "\\<script\\>" in files[1].text
    assert "1. Wold: “Report”, Board, 19 November 2026, page 1." in files[1].text
    with zipfile.ZipFile(io.BytesIO(files[2].content)) as pack:
        assert sum("verify.py" in name for name in pack.namelist()) == 1

    site.post(own, data={"act": "share", "sharing": "public"})
    assert site.get(shared).status_code == 404, "the old address does not work"
    public = re.search(r'href="(/shared/[\w-]+)"', site.get("/collections").text)[1]
    assert "X-Robots-Tag" not in site.get(public).headers
    site.post(own, data={"act": "share", "sharing": ""})
    assert site.get(public).status_code == 404

    held = app.readers.export(reader.token)
    assert json.dumps(held["collections"], default=str).count('"sha256"') == 3
    site.post(f"/reader/{reader.token}", data={"act": "remove", "sure": "1"})
    assert site.get(own).status_code == 404
    with app.archive.database.reading() as connection:
        for table in (t.collections, t.collected_pages):
            assert connection.execute(table.select()).all() == []
    assert list(app.archive.upkeep.check()) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("act", ["remove", "delete", "drop", "annotate", "rename"])
def test_a_note_that_a_reader_takes_away_is_on_the_disk_no_more(made, act):
    """Not in the space that it leaves, nor in the write-ahead log; and it was there before."""
    site, app, reader, (report, _) = made
    own = started(site, reader)
    private = b"Ask Amphitryon why"
    site.post(own, data={"act": "rename", "name": "Contracts", "note": private.decode()})
    site.post(own, data={"act": "add", "pages": f"/papers/{report}/pages/1"})
    (found,) = app.archive.collections.of_reader(reader.token)
    (page,) = app.archive.collections.pages(found.id)
    site.post(own, data={"act": "annotate", "item": page.id, "note": private.decode()})
    if act in {"drop", "annotate"}:
        site.post(own, data={"act": "rename", "name": "Contracts", "note": ""})
    if act == "rename":
        site.post(own, data={"act": "annotate", "item": page.id, "note": ""})
    flush(app.archive.database)
    files = list(app.data.glob("archive.sqlite3*"))
    assert private in b"".join(file.read_bytes() for file in files)
    address = f"/reader/{reader.token}" if act == "remove" else own
    form = {"act": act, "item": page.id, "name": "Contracts", "sure": "1"}
    assert site.post(address, data=form).status_code == 200
    assert private not in b"".join(file.read_bytes() for file in files)


def test_a_page_saved_again_keeps_both_notes_and_a_ticked_collection_is_remembered_for_the_form_alone(made):
    site, app, reader, (report, _) = made
    own = started(site, reader)
    typed = {"paper": report, "page": 1, "collection": own, "note": "One", "tags": "a"}
    saved = site.post("/save", data=typed, follow_redirects=False)
    assert "Set-Cookie" not in saved.headers, "nobody asked for it"
    ticked = typed | {"note": "Two", "tags": "b", "remember": "1"}
    cookie = site.post("/save", data=ticked, follow_redirects=False).headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Path=/save"):
        assert part in cookie
    (found,) = app.archive.collections.of_reader(reader.token)
    (page,) = app.archive.collections.pages(found.id)
    assert (page.note, page.tags) == ("One · Two", ("a", "b"))
    assert f"?version={page.sha256}" in site.get(own).text
    assert own in site.get(f"/save?paper={report}&page=1").text
    forgotten = site.post("/save", data=typed, follow_redirects=False).headers["Set-Cookie"]
    assert "Max-Age=0" in forgotten
    assert own not in site.get(f"/save?paper={report}&page=1").text


def test_notes_and_tags_are_changed_and_pages_and_collections_go(made):
    site, app, reader, (report, _) = made
    own = started(site, reader)
    site.post(own, data={"act": "add", "pages": f"/papers/{report}/pages/1\n/papers/{report}"})
    (found,) = app.archive.collections.of_reader(reader.token)
    one, other = app.archive.collections.pages(found.id)
    site.post(own, data={"act": "annotate", "item": one.id, "note": "N", "tags": "t"})
    site.post(own, data={"act": "drop", "item": other.id})
    (left,) = app.archive.collections.pages(found.id)
    assert (left.page, left.note, left.tags) == (1, "N", ("t",))
    site.post(own, data={"act": "rename", "name": "New name", "note": "About"})
    assert "New name" in standing(site.get(own))
    assert site.post(own, data={"act": "fly"}).status_code == 400
    strange = started(site, reader, "Another")
    site.post(strange, data={"act": "drop", "item": left.id})
    assert len(app.archive.collections.pages(found.id)) == 1, "a key opens its own collection alone"
    sure = site.post(own, data={"act": "delete"})
    assert "New name”, its 1 page" in standing(sure)
    assert site.get(own).status_code == 200, "nothing is deleted before its reader is asked"
    assert "has been deleted" in site.post(own, data={"act": "delete", "sure": "1"}).text
    assert site.get(own).status_code == 404


def test_what_is_saved_stays_the_version_that_was_saved(made):
    site, app, reader, (report, _) = made
    own = started(site, reader)
    site.post(own, data={"act": "add", "pages": f"/papers/{report}/pages/1"})
    keeper = Keeper(app.data)
    keeper.begin(source("wold", "Wold"))
    keeper.meeting("wold", "m", date(2026, 11, 19))
    keeper.paper("wold", "report", ["Something else."], meeting_key="m")
    page = site.get(own)
    assert "has been replaced since" in standing(page)
    assert Page(page.text).marks == ["whole population payment"], "of the version that was saved"
    (address,) = [href for href in Page(page.text).hrefs if "version=" in href and "/pages/" in href]
    assert "A whole population payment" in site.get(address).text
    app.archive.custody.withhold(report, "asked by its body")
    page = site.get(own)
    assert "We do not show this paper" in standing(page)
    assert Page(page.text).marks == []
    assert "does not show it any more" in site.get(f"{own}/pages.md").text
    assert site.get(f"{own}/pages.csv").status_code == 200
    assert site.post(own, data={"act": "add", "pages": f"/papers/{report}"}).status_code == 400


def test_nobody_comes_in_by_a_guess(made):
    site, app, reader, (report, _) = made
    started(site, reader)
    for path in (
        "/collections/1",
        "/collections/x",
        "/shared/1",
        "/shared/",
        "/shared/x/pages.csv",
        "/shared/é",
    ):
        assert site.get(path).status_code == 404, path
    assert site.post("/collections/x", data={"act": "delete"}).status_code == 404
    assert site.post("/save", data={"paper": report, "collection": ""}).status_code == 400
    assert site.get("/save?paper=99").status_code == 404
    own = started(site, reader, "Second")
    assert site.get(f"{own}/pages.exe").status_code == 404
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert site.post(own, data={"act": "delete"}, headers=cross).status_code == 403
    assert site.post("/save", data={"paper": report}, headers=cross).status_code == 403
    keys = [(found.key, found.id) for found in app.archive.collections.of_reader(reader.token)]
    assert all(len(key) == 32 for key, _ in keys)


def test_collections_are_bounded(made):
    _, app, reader, (report, other) = made
    store = app.archive.collections
    found = store.start(reader.token, "Full")
    with app.archive.database.writing() as connection:
        connection.execute(
            t.collected_pages.insert(),
            [
                {
                    "collection_id": found.id, "document_id": report, "sha256": "0" * 64, "page": number,
                    "note": "", "tags": [], "saved_at": datetime(2026, 11, 1, tzinfo=UTC),
                }
                for number in range(MOST_PAGES - 1)
            ],
        )  # fmt: skip
    one, two = PageAddress(document=report, page=1), PageAddress(document=other)
    with pytest.raises(ConfigError, match="5,000 pages and no more"):
        store.add(found.id, [one, two], "", ())
    assert store.add(found.id, [one, one], "", ()) == 1
    assert store.add(found.id, [one], "", ()) == 0
    assert len(store.pages(found.id, 100, 4_950)) == 50
    for _ in range(MOST - 1):
        store.start(reader.token, "More")
    for fault in ("Too many", "", "n" * 101):
        with pytest.raises(ConfigError):
            store.start(reader.token, fault)
    with pytest.raises(ConfigError, match="at most 1,000 characters"):
        store.add(found.id, [one], "n" * 1_001, ())
    assert store.start("nobody", "x") is None


def test_a_full_collection_is_shown_a_hundred_pages_at_a_time(made):
    site, app, reader, (report, _) = made
    own = started(site, reader)
    (found,) = app.archive.collections.of_reader(reader.token)
    with app.archive.database.writing() as connection:
        connection.execute(
            t.collected_pages.insert(),
            [
                {
                    "collection_id": found.id, "document_id": report, "sha256": "0" * 64, "page": number,
                    "note": "", "tags": [], "saved_at": datetime(2026, 11, 1, tzinfo=UTC),
                }
                for number in range(1, 251)
            ],
        )  # fmt: skip
    first, last = site.get(own), site.get(f"{own}?page=3")
    assert first.text.count('<li class="result">') == 100
    assert last.text.count('<li class="result">') == 50
    assert site.get(f"{own}?page=4").status_code == 400


def test_the_command_line_makes_the_pack_of_a_collection(made, tmp_path, capsys):
    site, app, reader, (report, _) = made
    own = started(site, reader)
    site.post(own, data={"act": "add", "pages": f"/papers/{report}/pages/2"})
    (found,) = app.archive.collections.of_reader(reader.token)
    out = tmp_path / "pack.zip"
    asked = ["evidence", "--data", str(app.data), "--out", str(out)]
    assert call([*asked, "--collection", str(found.id)]) == 0
    with zipfile.ZipFile(out) as pack:
        (citations,) = [name for name in pack.namelist() if name.endswith("citations.txt")]
        assert "page 2" in pack.read(citations).decode()
    out.unlink()
    assert call([*asked, "--collection", "99"]) != 0
    assert "no collection with the number 99" in capsys.readouterr().err


def test_addresses_and_tags_are_read_as_they_are_pasted():
    version = "a" * 64
    pasted = f" https://x.example/archive/papers/12/pages/3?q=x&version={version}#top \n\n/papers/4/\n"
    assert addresses(pasted, "https://x.example/archive") == [
        PageAddress(document=12, page=3, version=version),
        PageAddress(document=4),
    ]
    for wrong in ("hello", "/papers/x", "/papers/1/pages/2?version=zz", "http://[", "/papers/1/changes"):
        with pytest.raises(ConfigError, match="not the address"):
            addresses(wrong, "https://x.example")
    assert tags_of("one,  two  words ,one,,") == ("one", "two words")
    for wrong in (",".join(map(str, range(11))), "t" * 41):
        with pytest.raises(ConfigError, match="at most 10 tags"):
            tags_of(wrong)


@pytest.mark.parametrize(
    ("line", "site", "is_ours"),
    [
        ("/papers/7", "https://x.example", True),
        ("/papers/7", "https://x.example/archive", True),
        ("/archive/papers/7", "https://x.example/archive", True),
        ("https://x.example/papers/7", "https://x.example", True),
        ("http://X.example:80/papers/7", "https://x.example", True),
        ("x.example/papers/7", "https://x.example", True),
        ("https://x.example:8443/papers/7", "https://x.example:8443/", True),
        ("https://x.example/papers/7", "https://x.example:8443", False),
        ("https://x.example:port/papers/7", "https://x.example", False),
        ("https://x.example/papers/7", "https://x.example/archive", False),
        ("https://x.example/archive2/papers/7", "https://x.example/archive", False),
        ("https://x.example/other/papers/7", "https://x.example", False),
        ("https://other.example/papers/7", "https://x.example", False),
        ("other.example/papers/7", "https://x.example", False),
        ("//other.example/papers/7", "https://x.example", False),
        ("https://x.example.other.example/papers/7", "https://x.example", False),
        ("https://x.example@other.example/papers/7", "https://x.example", False),
        ("ftp://x.example/papers/7", "https://x.example", False),
        ("papers/7", "https://x.example", False),
    ],
)
def test_the_number_of_a_paper_counts_only_in_an_address_of_this_archive(line, site, is_ours):
    if is_ours:
        assert addresses(line, site) == [PageAddress(document=7)]
    else:
        with pytest.raises(ConfigError, match="not the address of a paper or page here"):
            addresses(line, site)


def test_many_addresses_are_looked_up_before_the_lock_is_taken(made):
    _, app, reader, (report, other) = made
    store = app.archive.collections
    found = store.start(reader.token, "Big")
    known = [PageAddress(document=report, page=1), PageAddress(document=report, page=2)]
    asked: list[str] = []
    database = app.archive.database

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(connection, _cursor, statement, *_rest):
        asked.append(f"{connection.get_execution_options().get('writes', False)} {statement}")

    assert store.add(found.id, known, "", ()) == 2
    few = len(asked)
    asked.clear()
    pages = [PageAddress(document=other), *known * 400]
    assert store.add(found.id, pages, "", ()) == 1
    assert len(asked) == few, "many are looked up with as many questions as two"
    assert not [each for each in asked if each.startswith("True") and " pages" in each]
    with pytest.raises(ConfigError, match=r"5,000 pages and no more: these are 37,500\.$"):
        store.add(found.id, [PageAddress(document=n) for n in range(37_500)], "", ())
    with pytest.raises(ConfigError, match=r"no paper 99, page 3\.$"):
        store.add(found.id, [*known, PageAddress(document=99, page=3)], "", ())
    assert len(store.pages(found.id)) == 3


def packed(answer):
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        return {name.partition("/data/")[2]: pack.read(name) for name in pack.namelist()}


def test_a_page_that_cannot_be_packed_is_named_and_the_rest_is_packed(made, tmp_path, capsys):
    site, app, reader, (report, other) = made
    own = started(site, reader)
    site.post(
        own, data={"act": "add", "pages": f"/papers/{report}\n/papers/{report}/pages/2\n/papers/{other}"}
    )
    (found,) = app.archive.collections.of_reader(reader.token)
    kept = app.archive.collections.pages(found.id)[0]
    with app.archive.database.writing() as connection:
        # As if the paper had been read anew since, into fewer pages.
        connection.execute(
            t.collected_pages.insert().values(
                collection_id=found.id, document_id=report, sha256=kept.sha256, page=7,
                note="", tags=[], saved_at=datetime(2026, 11, 1, tzinfo=UTC),
            )
        )  # fmt: skip
        connection.execute(t.hits.delete())
        connection.execute(t.documents.update().where(t.documents.c.id == other).values(title="Changed"))
    missing = f"paper {report} has no page 7: it has 2 pages that were read"
    out = tmp_path / "pack.zip"
    asked = ["evidence", "--data", str(app.data), "--collection", str(found.id), "--out", str(out)]
    for files in (packed(site.get(f"{own}/pages.zip")), call(asked) or _files(out)):
        letter = files["cover-letter.txt"].decode()
        assert f"- {missing}." in letter
        assert f"papers/{report}/pages/2.json" in files
        assert f"papers/{other}/paper.json" in files
    assert f"Not in the pack: {missing}." in capsys.readouterr().err
    kept_at = app.archive.blobs.path(app.archive.collections.pages(found.id)[-2].sha256)
    kept_at.unlink()
    assert f"the original of paper {other} is not what it was" in (
        packed(site.get(f"{own}/pages.zip"))["cover-letter.txt"].decode()
    )


def _files(out):
    with zipfile.ZipFile(out) as pack:
        return {name.partition("/data/")[2]: pack.read(name) for name in pack.namelist()}


def test_a_whole_paper_and_one_of_its_pages_are_both_in_the_pack(made):
    site, app, reader, (report, _) = made
    own = started(site, reader)
    site.post(own, data={"act": "add", "pages": f"/papers/{report}\n/papers/{report}/pages/2"})
    app.archive.log.sign()
    files = packed(site.get(f"{own}/pages.zip"))
    assert {name for name in files if name.startswith(f"papers/{report}/pages/") and "json" in name} == {
        f"papers/{report}/pages/{number}.json" for number in (1, 2)
    }


def test_a_page_a_collection_and_a_pack_cite_alike(made):
    """Also a paper whose address nobody may follow, and whose bytes came back after others."""
    site, app, reader, (report, _) = made
    own = started(site, reader)
    keeper = Keeper(app.data)
    keeper.begin(source("wold", "Wold"))
    keeper.meeting("wold", "m", date(2026, 11, 19))
    keeper.paper("wold", "report", ["Something else."], meeting_key="m")
    keeper.paper("wold", "report", ["A whole population payment.", "The second page."], meeting_key="m")
    with app.archive.database.writing() as connection:
        connection.execute(t.documents.update().values(url="javascript:alert(1)"))
        r = t.revisions.c
        first = connection.execute(t.revisions.select().order_by(r.id)).first()
        connection.execute(
            t.revisions.update().where(r.id == first.id).values(fetched_at=datetime(2020, 1, 1, tzinfo=UTC))
        )
    app.archive.log.sign()
    site.post(own, data={"act": "add", "pages": f"/papers/{report}/pages/1"})
    rows = list(csv.DictReader(io.StringIO(site.get(f"{own}/pages.csv").content.decode("utf-8-sig"))))
    plain = rows[0]["citation"]
    assert "javascript" not in plain
    assert "2020" not in plain
    assert plain in html.unescape(site.get(f"/papers/{report}/pages/1").text)
    assert f"Plain: {plain}" in packed(site.get(f"{own}/pages.zip"))["citations.txt"].decode()
