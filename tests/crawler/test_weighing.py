"""An answer worse than what is held never takes its place; a better one does; nothing of it is silent."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.answers import weighing
from crawler.answers.weighing import FileStart, why_not_kept
from pipeline.model import Document, DocumentKind, Outcome
from tests.helpers.fakes import FolderBlobs, MemoryCatalogue, crawl, revision_of, sites, source

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\nstartxref\n9\n%%EOF\n"
HTML = {"Content-Type": "text/html; charset=utf-8"}
MINUTES = "<p>" + "The board heard how the winter plan would be paid for and asked for more. " * 20 + "</p>"


def office(words: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("word/document.xml", words * 200)
    return packed.getvalue()


def page(title: str, body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


WORSE = {
    "json": b'{"error": "file not found"}',
    "locked": b"File is locked by another user.",
    "cut": PDF[:350],
    "nothing": b"",
    "sign-in": page("Sign in to your account"),
    "soft-404": page("Page not found | The Board", MINUTES),
    "store": b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    "page": page("Documents", "<p>Our documents.</p>"),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(400),
    "cut-office": office("The winter plan. ")[:200],
    "tiny": b"{\\rtf1 Withdrawn.}",
}
BETTER = {
    "new-pdf": PDF.replace(b"1.7", b"1.6") + b"%%EOF",
    "office": office("The winter plan, revised, with all that was asked for. "),
    "junk-first": b"\r\nX-Header: 1\r\n" + PDF,
}


def look(content: bytes, folder) -> FileStart:
    path = folder / "file"
    path.write_bytes(content)
    return FileStart.at(path)


def paper(*, is_page: bool = False, url: str = "https://b.example/p.pdf") -> Document:
    return Document(source_id="b", key="p", title="P", kind=DocumentKind.PACK, url=url, is_page=is_page)


@pytest.mark.parametrize("name", WORSE)
def test_what_is_worse_is_refused_and_what_was_is_not(name, tmp_path) -> None:
    held = look(PDF * 20, tmp_path)
    assert why_not_kept(paper(), look(WORSE[name], tmp_path), held)
    assert not why_not_kept(paper(), held, look(WORSE[name], tmp_path))


@pytest.mark.parametrize("name", BETTER)
def test_what_is_better_is_taken(name, tmp_path) -> None:
    assert why_not_kept(paper(), look(BETTER[name], tmp_path), look(PDF, tmp_path)) == ""


def test_half_a_paper_is_more_than_none(tmp_path) -> None:
    half = look(PDF[:350], tmp_path)
    assert why_not_kept(paper(), half, None) == ""
    assert why_not_kept(paper(), half, half) == ""
    assert why_not_kept(paper(), look(PDF, tmp_path), half) == ""


def test_a_text_may_be_short_where_a_text_was_promised(tmp_path) -> None:
    few = look(b"a,b\r\n1,2\r\n", tmp_path)
    assert why_not_kept(paper(url="https://b.example/spend.csv"), few, None) == ""
    assert "plain text: a,b" in why_not_kept(paper(), few, None)


@pytest.mark.parametrize(
    "title",
    ["Access to services denied: a report", "Medication errors", "Maintenance of estates", "Sign language"],
)
def test_a_page_about_errors_is_no_error_page(title, tmp_path) -> None:
    assert why_not_kept(paper(is_page=True), look(page(title, MINUTES), tmp_path), None) == ""


@given(st.binary(max_size=600), st.binary(max_size=600))
@example(PDF[:350], WORSE["picture"])
@example(PDF[:9] + b"%%EOF", WORSE["picture"])
@example(office("The winter plan. ")[:590], b"%PDF-1.7 %%EOF")
def test_a_file_never_gives_way_to_what_is_less(new: bytes, old: bytes) -> None:
    """Of any two answers at least one may follow the other: else a paper could never change again."""
    looks = [
        FileStart(kind=kind, size=len(body), head=body, is_whole=weighing._is_whole(kind, body))
        for body in (new, old)
        for kind in [weighing._kind(body)]
    ]
    sound = [each for each in looks if not why_not_kept(paper(), each, None)]
    if len(sound) == 2:
        assert not why_not_kept(paper(), sound[0], sound[1]) or not why_not_kept(paper(), sound[1], sound[0])


@pytest.fixture(scope="module")
def second_day(tmp_path_factory):
    """A crawl of papers that are held, each of which now answers something else."""
    folder = tmp_path_factory.mktemp("second")
    blobs, catalogue = FolderBlobs(folder / "blobs"), MemoryCatalogue()
    held = PDF * 20
    blobs.put(held)
    with sites() as site:
        web = site()
        answers = {name: (200, {}, body) for name, body in (WORSE | BETTER).items()}
        web.routes |= {f"/{name}": answer for name, answer in answers.items()}
        web.routes |= {
            "/viewer": (200, HTML, page("Viewer", '<iframe src="/files/board.pdf"></iframe>')),
            "/offer": (
                200,
                HTML,
                page("Offer", '<main><h1>Board</h1><a href="/files/board.pdf">Download</a></main>'),
            ),
            "/refresh": (200, HTML, b'<html><meta http-equiv="refresh" content="0; url=/files/board.pdf">'),
            "/loop": (200, HTML, page("Loop", '<iframe src="/loop2.pdf"></iframe>')),
            "/loop2.pdf": (200, HTML, page("Loop", '<iframe src="/loop.pdf"></iframe>')),
            "/files/board.pdf": (200, {"Content-Type": "application/pdf"}, PDF),
            "/text": (200, HTML, page("Minutes", f"<main>{MINUTES}</main>")),
            "/fresh-cut": (200, {}, PDF[:350]),
        }
        for name in (*answers, "offer-held"):
            catalogue.revisions["s", name] = revision_of("s", name, f"{web.url}/{name}", held)
        web.routes["/offer-held"] = web.routes["/offer"]
        names = [*answers, "viewer", "offer", "offer-held", "refresh", "loop", "text", "fresh-cut"]
        web.lists(documents=[{"key": name, "url": f"{web.url}/{name}"} for name in names])
        done = crawl(folder, [source("s", web.url + "/")], catalogue=catalogue)
        done.url = web.url
        return done


@pytest.mark.parametrize("name", WORSE)
def test_the_good_revision_stays_and_the_poor_answer_is_said(second_day, name) -> None:
    assert ("s", name) not in second_day.catalogue.outcomes
    assert "stays" in second_day.catalogue.unavailable["s", name]
    assert any(f"/{name}: " in problem for problem in second_day.reports["s"].problems)


@pytest.mark.parametrize("name", BETTER)
def test_a_better_one_takes_its_place(second_day, name) -> None:
    assert second_day.catalogue.outcomes["s", name] is Outcome.CHANGED


@pytest.mark.parametrize("name", ["viewer", "offer", "offer-held", "refresh"])
def test_a_page_that_offers_the_file_is_seen_through(second_day, name) -> None:
    revision = second_day.catalogue.revisions["s", name]
    assert revision.sha256 == revision_of("s", "", "", PDF).sha256
    assert revision.urls == (f"{second_day.url}/{name}", f"{second_day.url}/files/board.pdf")


def test_a_page_in_place_of_a_file_is_read_as_a_page(second_day) -> None:
    assert second_day.catalogue.revisions["s", "text"].media_type == "text/html"
    assert any("read as a page" in problem for problem in second_day.reports["s"].problems)


def test_pages_that_lead_to_pages_end(second_day) -> None:
    assert "an HTML page" in second_day.catalogue.unavailable["s", "loop"]


def test_nothing_is_left_over(second_day) -> None:
    assert second_day.left_over() == []
    assert second_day.error == ""
