"""Ways of asking that few platforms have: for a page or a paper, by a form, on a host beyond the source's."""

from __future__ import annotations

import json

from pipeline.model import SourceState
from tests.helpers.fakes import MemoryCatalogue, crawl, sites, source

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"
HTML = {"Content-Type": "text/html"}


def test_an_address_that_has_a_paper_or_a_page_about_it_is_asked_once_for_both(tmp_path):
    with sites() as site:
        web = site()
        a_paper, a_page, held, missing = (
            f"{web.url}/{name}" for name in ("paper", "page", "held", "missing")
        )
        web.lists(either=[a_paper, a_page, held, missing])
        about = b"<!DOCTYPE html><html><head><title>About it</title></head></html>"
        web.routes |= {"/paper": (200, {}, PDF), "/page": (200, HTML, about), "/held": (200, {}, PDF + b"2")}
        first = crawl(tmp_path, [source("s", web.url + "/")])
        asked = list(web.paths())
        second = crawl(tmp_path, [source("s", web.url + "/")], catalogue=first.catalogue)
    assert set(first.catalogue.revisions) == {("s", a_paper), ("s", held)}
    assert asked.count("/paper") == asked.count("/page") == 1
    assert first.reports["s"].state is SourceState.BROKEN  # what is there about the paper is no JSON
    assert first.left_over() == []
    assert set(second.catalogue.revisions) == {("s", a_paper), ("s", held)}


def test_a_form_is_sent_as_a_browser_sends_it(tmp_path):
    with sites() as site:
        web = site()
        web.lists(forms={f"{web.url}/search": {"committee": "health & care", "year": "2026"}})
        web.routes["/search"] = lambda handler: (
            200,
            {},
            json.dumps(
                {"meetings": [handler.rfile.read(int(handler.headers["Content-Length"])).decode()]}
            ).encode(),
        )
        done = crawl(tmp_path, [source("s", web.url + "/")])
    assert [key for _, key in done.catalogue.meetings] == ["committee=health+%26+care&year=2026"]


def test_a_platform_may_send_to_one_host_beyond_its_own(tmp_path):
    with sites() as site:
        web, other = site(), site()
        beyond = other.url.replace("127.0.0.1", "localhost")
        web.lists(beyond=[f"{beyond}/list"])
        other.lists("/list", meetings=["m"])
        done = crawl(tmp_path, [source("s", web.url + "/")])
    assert set(done.catalogue.meetings) == {("s", "m")}


def test_what_is_no_address_is_a_problem_of_its_page_or_a_look_in_vain(tmp_path):
    with sites() as site:
        web = site()
        nowhere = web.url.removeprefix("http:")
        web.lists(looks=[f"{nowhere}/look"], pages=[f"{nowhere}/page"], meetings=["m"])
        done = crawl(tmp_path, [source("s", web.url + "/")])
    assert set(done.catalogue.meetings) == {("s", "m")}
    assert done.reports["s"].state is SourceState.BROKEN
    assert "invalid URL" in done.reports["s"].reason


def test_without_a_run_there_is_no_crawl(tmp_path):
    with sites() as site:
        web = site()
        web.lists(meetings=["m"])
        done = crawl(tmp_path, [source("s", web.url + "/")], catalogue=MemoryCatalogue(full_after=-1))
    assert done.error == "StorageError: the disk is full"
    assert web.paths() == []
    assert done.reports == {}
