"""What is filled in comes back filled in: on every step, on every form of an alert, after every fault."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from starlette.testclient import TestClient

from cli.app.context import App
from pipeline.model import Cadence, WatchList
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, source
from web import wizard
from web.app import create_app
from web.config import WebConfig
from web.parts import forms

HELD = {
    "q": ["payment OR budget"],
    "concept": sorted(LABELS)[:2],
    "body": ["wold", "vale"],
    "part": ["wold/committee/Board", "vale/committee/Board"],
    "kind": ["minutes", "agenda"],
    "name": ["My alert"],
    "note": ["A note"],
    "area": ["devon-icb"],
}
WISH = {**HELD, "cadence": ["daily"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    data = tmp_path_factory.mktemp("forms")
    keeper = Keeper(data)
    for body in ("wold", "vale"):
        keeper.begin(source(body, body.title()))
        keeper.meeting(body, "m", date(2026, 11, 19))
        keeper.paper(body, "report", ["A whole population payment."], meeting_key="m")
    keeper.archive.catalogue.keep_areas({"devon-icb": ["wold", "vale"]})
    (data / "paperwatch.toml").write_text(
        '[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "http://testserver"\n'
    )
    app = App(data)
    reader = app.archive.readers.subscribe(
        "a@example.org",
        channel="mail",
        cadence=Cadence.WEEKLY,
        watch_lists=[forms.watch_list(HELD), WatchList(query="other")],
        confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    web = create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY, readers=app.readers)
    with TestClient(web) as site:
        yield site, reader


def filled(form):
    """What a browser would send of a form, without what names the form itself."""
    found = {}
    for name, value in form.form_values():
        if value and name not in {"step", "act", "watch", "address"}:
            found.setdefault(name, []).append(value)
    return found


def same(found, wanted):
    """In any order, but none lost, none added and none twice."""
    assert {name: sorted(values) for name, values in found.items()} == {
        name: sorted(values) for name, values in wanted.items()
    }


def form_to(answer, action, having="q"):
    page = lxml.html.fromstring(answer.text)
    found = [form for form in page.forms if form.action.startswith(action) and having in form.fields]
    return page, found[-1]


def test_these_are_all_fields_of_an_alert():
    assert set(HELD) == set(forms.OF_A_LIST)


@pytest.mark.parametrize("step", [*wizard.STEPS, wizard.ALL])
def test_every_step_carries_all_that_was_said_and_so_do_its_links(made, step):
    site, _ = made
    answer = site.get("/watch", params={**WISH, "step": step})
    assert answer.status_code == 200
    page, form = form_to(answer, "/watch")
    same(filled(form), WISH)
    for href in (href for href in page.xpath("//main//a/@href") if href.startswith("/watch")):
        asked = parse_qs(urlsplit(href).query)
        del asked["step"]
        same(asked, WISH)


def test_ticked_wordings_are_carried_from_every_step_that_a_fault_goes_back_to(made):
    site, _ = made
    answer = site.get("/watch", params={**WISH, "wording": ["WPB"], "step": "found", "body": ["wold", "?"]})
    assert answer.status_code == 400
    _, form = form_to(answer, "/watch")
    assert filled(form)["q"] == ['payment OR budget OR "WPB"']
    assert "wording" not in filled(form)


@pytest.mark.parametrize("act", ["another", "preview", "sign-up"])
def test_the_whole_form_comes_back_as_it_was_sent(made, act):
    site, _ = made
    wish = WISH | ({"address": "nobody"} if act == "sign-up" else {"address": "b@example.org"})
    answer = site.post("/watch", data={**wish, "act": act})
    assert answer.status_code == (400 if act == "sign-up" else 200)
    _, form = form_to(answer, "/watch")
    same(filled(form), WISH)
    assert form.fields["address"] == wish["address"]


def test_a_part_that_names_nothing_takes_no_other_along(made):
    site, _ = made
    answer = site.post("/watch", data={**WISH, "part": [*HELD["part"], "x"], "act": "sign-up"})
    assert answer.status_code == 400
    same(filled(form_to(answer, "/watch")[1]), WISH)


def test_a_readers_own_form_has_what_the_alert_holds_and_comes_back_after_a_fault(made):
    site, reader = made
    own = f"/reader/{reader.token}"
    first, _ = reader.watch_lists
    same(filled(form_to(site.get(own, params={"edit": first.id}), own)[1]), HELD)
    broken = {**HELD, "q": ['"never closed']}
    for act, more in (("save", {"watch": str(first.id)}), ("add", {})):
        answer = site.post(own, data={**broken, **more, "act": act})
        assert answer.status_code == 400
        same(filled(form_to(answer, own)[1]), broken)


@pytest.mark.parametrize(
    ("act", "having", "typed"),
    [
        ("add", "pages", {"pages": "nowhere", "note": "Typed note", "tags": "typed, tags"}),
        ("annotate", "item", {"note": "Typed note", "tags": ",".join(map(str, range(11)))}),
        ("rename", "name", {"name": "n" * 101, "note": "Typed note"}),
    ],
)
def test_a_collections_forms_come_back_after_a_fault(made, act, having, typed):
    site, reader = made
    collections = made_collections(site, reader)
    own, item = collections
    more = {"item": str(item)} if act == "annotate" else {}
    answer = site.post(own, data={**typed, **more, "act": act})
    assert answer.status_code == 400
    form = form_to(answer, own, having)[1]
    found = {name: form.fields[name].strip() for name in typed}
    assert found == typed


def made_collections(site, reader):
    """A collection of the reader's with one page in it: its address, and the page's number."""
    site.post(f"/reader/{reader.token}", data={"act": "collect", "name": "Mine"})
    page = lxml.html.fromstring(site.get(f"/reader/{reader.token}").text)
    own = page.xpath("//a[starts-with(@href, '/collections/')]/@href")[0]
    answer = site.post(own, data={"act": "add", "pages": "/papers/1/pages/1"})
    return own, form_to(answer, own, "item")[1].fields["item"]
