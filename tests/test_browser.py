"""The site in a real browser: search, read, cite, sign up, stop; with and without JavaScript; axe everywhere.

Needs the set-up for tests and Chromium; CI installs both. Its pictures go to `screenshots/`, which CI keeps.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import date
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from cli.demo.standin import StandIn
from storage.archive import open_archive
from tests.demo_run import paperwatch, prepare, run_words
from tests.live_site import live_site

playwright = pytest.importorskip("playwright.sync_api", reason="the set-up for tests is not installed")
axe = pytest.importorskip("axe_playwright_python.base", reason="the set-up for tests is not installed")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("there is no Chromium: apt-get install chromium", allow_module_level=True)

TODAY = date(2026, 11, 17)
WIDTHS = (320, 768, 1440)
AUDITED = (320, 1440)
AXE = Path(axe.__file__).parent / "axe.min.js"
SHOTS = os.environ.get("SCREENSHOTS", "")
PHRASE = "whole population annual payment"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    data = tmp_path_factory.mktemp("browser") / "data"
    with StandIn() as standin:
        prepare(data, standin)
        for day in (1, 2):
            standin.day = day
            done = paperwatch(data, *run_words(standin))
            assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def site(data):
    with live_site(data, TODAY) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(browser, site, request):
    context = browser.new_context(base_url=site, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def mails(data):
    return {
        path: BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        for path in (data / "outbox").glob("*.eml")
    }


def replaced(data):
    archive = open_archive(data)
    return next(row.document for row in archive.reports.papers() if row.revisions > 1)


def every_page(data):
    hit = open_archive(data).search.find(query())[0]
    return [
        "/",
        "/search",
        f"/search?q=%22{PHRASE.replace(' ', '+')}%22",
        "/search?q=%22unclosed",
        "/search?q=populaton",
        f"/papers/{hit.document}",
        f"/papers/{hit.document}/pages/{hit.page}?q=payment",
        f"/papers/{replaced(data)}/changes",
        "/bodies",
        f"/bodies/{hit.body}",
        "/meetings",
        "/concepts",
        "/concepts/population-payment",
        "/coverage",
        "/watch?concept=population-payment",
        "/confirm/nothing",
        "/unsubscribe/nothing",
        f"/reader/{open_archive(data).readers.subscribers()[0].token}",
        "/nowhere",
    ]


def query():
    from pipeline.query import parse

    return parse(f'"{PHRASE}"')


def test_axe_finds_nothing_and_no_page_scrolls_sideways(browser, site, data):
    faults = []

    def note(error):
        faults.append(str(error))

    for width in WIDTHS:
        # axe is put into the page from outside: only that needs the policy off.
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": 900}, bypass_csp=True
        )
        page = context.new_page()
        page.on("pageerror", note)
        for number, address in enumerate(every_page(data)):
            page.goto(address)
            if SHOTS:
                Path(SHOTS).mkdir(parents=True, exist_ok=True)
                name = re.sub(r"\W+", "-", address.split("/reader/")[0]).strip("-")[:40] or "home"
                page.screenshot(path=Path(SHOTS) / f"{width}-{number:02}-{name}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{address} is {wide} wide at {width}"
            if width not in AUDITED:
                continue
            page.evaluate(AXE.read_text())
            found = page.evaluate("axe.run()")["violations"]
            assert not found, (address, width, [(row["id"], row["nodes"][0]["html"]) for row in found])
        context.close()
    assert not faults


def follow(page, link):
    """Click, and be on the next page: counting does not wait for it."""
    with page.expect_navigation():
        link.click()


def test_a_first_time_reader_gets_from_home_to_a_printed_citation_in_five_actions(page, site):
    actions = 0
    page.goto("/")
    page.get_by_label("Words to look for").fill(f'"{PHRASE}"')
    actions += 1
    follow(page, page.get_by_role("button", name="Search"))
    actions += 1
    follow(page, page.locator(".result h2 a").first)
    actions += 1
    pdf = page.pdf()  # what the browser's own print makes
    actions += 1
    assert actions <= 5
    page.emulate_media(media="print")
    cited = page.locator(".cite").inner_text()
    assert re.search(r"SHA-256 [0-9a-f]{64}", cited)
    assert re.search(r"page \d+ of \d+", cited)
    assert re.search(r"Captured \d+ \w+ \d{4}", cited)
    assert site in cited
    marked = page.locator(".sheet mark:not(.watched)").first.inner_text()
    # It may run over to the next page.
    assert PHRASE.startswith(" ".join(marked.split()).casefold())
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert pdf.startswith(b"%PDF")


def test_the_box_lies_over_the_words(page):
    page.goto(f'/search?q="{PHRASE}"&kind=pack')
    follow(page, page.locator(".result h2 a").first)
    image, box = page.locator(".picture img"), page.locator(".picture rect").first
    assert page.request.get(image.get_attribute("src")).headers["content-type"] == "image/png"
    around, inside = image.bounding_box(), box.bounding_box()
    assert around["x"] < inside["x"] < inside["x"] + inside["width"] < around["x"] + around["width"]
    assert around["y"] < inside["y"] < inside["y"] + inside["height"] < around["y"] + around["height"]
    assert 8 < inside["height"] < 40


def test_a_misspelling_is_offered_a_correction(page):
    page.goto("/search?q=populaton paymnt")
    follow(page, page.get_by_role("link", name="population payment"))
    assert "found" in page.get_by_role("status").inner_text()


def test_facets_narrow_and_widen(page):
    page.goto("/search?q=provider")
    before = page.locator(".result").count()
    follow(page, page.locator(".facets section").first.locator("a").first)
    assert 0 < page.locator(".result").count() < before
    follow(page, page.get_by_role("link", name=re.compile("Take off")).first)
    assert page.locator(".result").count() == before


def test_versions_are_compared_page_by_page(page, data):
    page.goto(f"/papers/{replaced(data)}")
    follow(page, page.get_by_role("link", name="What changed in it").first)
    assert page.locator("ins, del").count() + page.get_by_text("word for word").count() > 0


def test_a_reader_signs_up_confirms_from_the_message_and_stops(page, data, request):
    address = f"{re.sub(r'[^a-z]', '', request.node.name.split('[')[1])}@example.org"
    known = mails(data).keys()
    page.goto("/concepts/population-payment")
    follow(page, page.get_by_role("link", name="Watch this by e-mail"))
    page.get_by_label("Your e-mail address").fill(address)
    follow(page, page.get_by_role("button", name="Send me a message to confirm"))
    assert "look at your e-mail" in page.locator("h1").inner_text()
    (message,) = [mail for path, mail in mails(data).items() if path not in known]
    assert message["To"] == address
    words = message.get_body(("plain",)).get_content()
    (link,) = re.findall(r"https?://\S+/confirm/[\w-]+", words)
    page.goto(link)
    assert not [one for one in open_archive(data).readers.subscribers() if one.address == address]
    follow(page, page.get_by_role("button", name="Yes, write to me"))
    assert address in page.locator(".lead").inner_text()
    page.get_by_role("combobox", name="How often").select_option("daily")
    follow(page, page.get_by_role("button", name="Keep this"))
    assert page.get_by_role("combobox", name="How often").input_value() == "daily"
    (reader,) = [one for one in open_archive(data).readers.subscribers() if one.address == address]
    page.goto(f"/unsubscribe/{reader.stop_token}")
    follow(page, page.get_by_role("button", name="Stop all messages"))
    assert "stopped" in page.locator("h1").inner_text()
    page.goto(f"/reader/{reader.token}")
    follow(page, page.get_by_role("button", name="Delete me"))
    assert page.goto(f"/reader/{reader.token}").status == 404


def test_everything_is_reached_by_keyboard_and_focus_is_seen(browser, site):
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("provider")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=provider")
    seen, places = set(), page.locator("main a, main button, main input, main select, main summary").count()
    for _ in range(places + 20):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        tag = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if tag.startswith("<body"):
            break
        assert outline != "none", tag
        seen.add(tag)
    assert page.locator(".result h2 a").count() > 3
    assert any("/papers/" in tag for tag in seen)
    context.close()
