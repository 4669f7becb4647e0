"""The site in a real browser: search, read, cite, sign up, stop; axe everywhere.

Needs Chromium, which CI installs. Pictures of every page, narrow, middling and wide,
light and dark, go to the folder that SCREENSHOTS names, where it does.
"""

from __future__ import annotations

import os
import re
from datetime import date
from email import policy
from email.parser import BytesParser
from pathlib import Path

import axe_playwright_python.base as axe
import pypdfium2
import pytest

from cli.app.context import App
from cli.demo.standin import StandIn
from pipeline.evidence.collection import PageAddress, Sharing
from storage.archive import open_archive
from tests.helpers.demo_run import paperwatch, prepare, run_words
from tests.helpers.live_site import live_site

TODAY = date(2026, 11, 17)
AXE = Path(axe.__file__).parent / "axe.min.js"
SHOTS = os.environ.get("SCREENSHOTS")
# Of what is well axe need not say where it is: that is half of its work.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
EVERY_RULE, CONTRAST = {}, {"runOnly": ["color-contrast"]}
ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
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


# The policy of the pages lets no script run: both are the same to a reader.
@pytest.fixture(
    params=[True, pytest.param(False, marks=pytest.mark.soak)], ids=["with JavaScript", "without JavaScript"]
)
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
    archive = open_archive(data)
    hit = archive.search.find(query())[0]
    return [
        "/",
        "/search",
        f"/search?q=%22{PHRASE.replace(' ', '+')}%22",
        "/search?q=(unclosed",
        "/search?q=populaton",
        f"/papers/{hit.document}",
        f"/papers/{hit.document}/pages/{hit.page}?q=payment",
        f"/papers/{replaced(data)}/changes",
        "/bodies",
        f"/bodies/{hit.body}",
        "/meetings",
        "/meetings?on=2026-12-03",
        "/search?q=3/12/2026",
        *(f"/meetings/{meeting}" for meeting in one_past_one_ahead(archive, hit)),
        "/concepts",
        "/concepts/population-payment",
        "/changes",
        "/late",
        "/coverage",
        "/watch",
        f"/watch?q={PHRASE.replace(' ', '+')}&concept=population-payment",
        "/watch?step=where&concept=population-payment",
        "/watch?step=often&concept=population-payment",
        f"/watch?part={hit.body}/paper/{hit.document}&body={hit.body}",
        f"/collections/{collection(archive, hit).key}",
        f"/shared/{collection(archive, hit).share}",
        "/collections",
        f"/save?paper={hit.document}&page={hit.page}",
        "/confirm/nothing",
        "/unsubscribe/nothing",
        f"/reader/{open_archive(data).readers.subscribers()[0].token}",
        *(f"/digests/{digest.name}" for digest in digests(data)),
        "/nowhere",
    ]


def digests(data):
    """The digests of the first reader who has any."""
    own = App(data).readers
    told = (own.digests(reader.token) for reader in open_archive(data).readers.subscribers())
    return next(filter(None, told))


def collection(archive, hit):
    """A collection of the first reader, with one page, that everybody may see."""
    token, store = archive.readers.subscribers()[0].token, archive.collections
    if not store.of_reader(token):
        made = store.start(token, "Contracts")
        store.add(
            made.id, [PageAddress(document=hit.document, page=hit.page)], "Ask who decides.", ("a tag",)
        )
        store.share(made.id, Sharing.PUBLIC)
    return store.of_reader(token)[0]


def one_past_one_ahead(archive, hit):
    """Two meetings: of the paper that says it, and the last that is known of."""
    last = max(archive.reports.meetings(), key=lambda meeting: meeting.date or date.min)
    return archive.reports.papers(document=hit.document)[0].meeting, last.id


def query():
    from pipeline.matching.query import parse

    return parse(f'"{PHRASE}"')


def with_axe(page):
    """Put axe into the page. Without JavaScript that has no clock: what axe puts off is done at once."""
    at_once = "window.setTimeout = (act) => { Promise.resolve().then(act); return 0; }"
    page.evaluate(f"{at_once}; window.clearTimeout = () => {{}};")
    page.evaluate(AXE.read_text())


def audited(page, rules, where=None):
    """What axe finds."""
    run = "([where, options]) => { axe.run(where, options).then((found) => { window.found = found; }); }"
    page.evaluate(run, [where or {"include": [["html"]]}, AXE_OPTIONS | rules])
    found = page.evaluate("window.found")
    assert found["passes"] or where, "axe has run"
    return [(row["id"], row["nodes"][0]["html"]) for row in found["violations"]]


# Colours come from what an element is and what it stands in: of those that are alike one is looked at, on
# whatever page. Marks what holds nothing new, and returns what is new.
MARK_KNOWN = """(known) => {
  const seen = new Set(known), fresh = [];
  const look = (element, above) => {
    const place = /^T[DH]$/.test(element.tagName) ? element.cellIndex : "";
    const own = ["class", "type", "aria-current", "aria-invalid"].map((name) => element.getAttribute(name));
    const here = `${above}>${element.tagName}${place} ${own}`, isNew = !seen.has(here);
    if (isNew) { seen.add(here); fresh.push(here); }
    const within = [...element.children].map((child) => look(child, here)).some(Boolean);
    element.toggleAttribute("data-known", !isNew && !within);
    return isNew || within;
  };
  look(document.body, "");
  return fresh;
}"""
LOOKS = [
    pytest.param(320, 1, {"light": ALL_BUT_CONTRAST}, {"light": CONTRAST, "dark": CONTRAST}),
    # Of what is at this width alone every third page shows some; colours are the same.
    pytest.param(1280, 3, {"light": ALL_BUT_CONTRAST}, {}),
    pytest.param(1280, 1, {"light": EVERY_RULE, "dark": CONTRAST}, {}, marks=pytest.mark.soak),
    pytest.param(768, 1, {"light": EVERY_RULE, "dark": CONTRAST}, {}, marks=pytest.mark.soak),
    pytest.param(320, 1, {"light": EVERY_RULE, "dark": CONTRAST}, {}, marks=pytest.mark.soak),
]


@pytest.mark.parametrize(("width", "every", "whole", "new"), LOOKS)
def test_axe_finds_nothing_and_no_page_scrolls_sideways(browser, site, data, width, every, whole, new):
    """Whole pages by some rules, and what no page before had by others."""
    faults = []

    def note(error):
        faults.append(str(error))

    # axe is put into the page from outside: only that needs the policy off.
    context = browser.new_context(base_url=site, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.on("pageerror", note)
    known = []
    for number, address in enumerate(every_page(data)[::every]):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} wide at {width}"
        shoot(page, f"{number:02}-{name_of(address)}-{width}", {*whole, *new})
        with_axe(page)
        look(page, whole, address)
        if new and (fresh := page.evaluate(MARK_KNOWN, known)):
            known += fresh
            look(page, new, address, {"exclude": [["[data-known]"]]})
    context.close()
    assert not faults
    assert len(known) > 200 or not new


def look(page, rules, address, where=None):
    """What axe finds wrong by the rules for each colour scheme is a failure; `where` is what it looks at."""
    for scheme, some in rules.items():
        page.emulate_media(color_scheme=scheme)
        found = audited(page, some, where)
        assert not found, (address, scheme, found)


def name_of(address):
    return re.sub(r"\W+", "-", address.split("/reader/")[0]).strip("-")[:40] or "home"


def shoot(page, name, schemes):
    for scheme in schemes if SHOTS else ():
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=Path(SHOTS) / f"{name}-{scheme}.png", full_page=True)


def follow(page, link):
    """Click, and be on the next page: counting does not wait for it."""
    with page.expect_navigation():
        link.click()


def printed(page):
    """The sheets of paper that the browser's own print makes, as text."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    return [sheet.get_textpage().get_text_range().replace("\ufffe\r\n", "") for sheet in document]


def test_a_first_time_reader_gets_from_home_to_a_printed_citation_in_five_actions(page, site):
    page.goto("/")
    # Somebody who has never seen it knows no quotation marks: the words alone must do.
    page.get_by_label("Search words").fill(PHRASE)  # 1
    follow(page, page.get_by_role("button", name="Search"))  # 2
    follow(page, page.locator(".result h2 a").first)  # 3
    page.keyboard.press(
        "Control+p"
    )  # 4: a browser without a window shows no dialogue; what it prints is read
    sheet = " ".join(printed(page)[0].split())  # all of it stands on the first
    cited = sheet.partition("To quote this page")[2]
    title, place = re.fullmatch(
        r"(.+) (page \d+ of \d+)", " ".join(page.locator("h1").inner_text().split())
    ).groups()
    body = page.get_by_label("Where you are").get_by_role("link").nth(1).inner_text()
    day = page.locator(".where time").get_attribute("datetime")
    assert sheet.startswith("Paperwatch")
    for said in (title, place, body, str(date.fromisoformat(day).year), site):
        assert said in cited, said
    assert re.search(r"SHA-256 [0-9a-f]{64}\.", cited)
    assert re.search(r"Captured \d+ \w+ \d{4}, \d\d:\d\d UTC", cited)
    assert re.search(rf"{PHRASE.partition(' ')[0]}.*Captured", cited, re.IGNORECASE), "the sentence"
    marked = " ".join(page.locator(".sheet mark:not(.watched)").all_inner_texts())
    assert set(marked.casefold().replace("-", "").split()) == set(PHRASE.split())
    # What is printed as its address leads to the same page again.
    again = re.search(rf"Kept at ({re.escape(site)}/papers/\S+)", cited)[1]
    assert page.goto(again).status == 200
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert len(printed(page)) <= 3


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
    follow(page, page.get_by_role("link", name="Get alerts for this"))
    page.get_by_label("Your e-mail address").fill(address)
    follow(page, page.get_by_role("button", name="Continue"))
    assert "Check your e-mail" in page.locator("h1").inner_text()
    (message,) = [mail for path, mail in mails(data).items() if path not in known]
    assert message["To"] == address
    words = message.get_body(("plain",)).get_content()
    (link,) = re.findall(r"https?://\S+/confirm/[\w-]+", words)
    page.goto(link)
    assert not [one for one in open_archive(data).readers.subscribers() if one.address == address]
    follow(page, page.get_by_role("button", name="Confirm"))
    assert address in page.locator(".lead").inner_text()
    page.get_by_role("combobox", name="How often").select_option("daily")
    follow(page, page.get_by_role("button", name="Save"))
    assert page.get_by_role("combobox", name="How often").input_value() == "daily"
    assert "has been saved" in page.get_by_role("status").inner_text()
    (reader,) = [one for one in open_archive(data).readers.subscribers() if one.address == address]
    page.goto(f"/unsubscribe/{reader.stop_token}")
    follow(page, page.get_by_role("button", name="Stop all messages"))
    assert "stopped" in page.locator("h1").inner_text()
    page.goto(f"/reader/{reader.token}")
    assert "You stopped these messages on" in page.locator(".note").inner_text()
    follow(page, page.get_by_role("button", name="Delete my details"))
    follow(page, page.get_by_role("button", name="Delete my details"))
    assert page.goto(f"/reader/{reader.token}").status == 404


def test_a_reader_signs_up_step_by_step_and_saves_a_page(page, data, request):
    address = f"steps-{re.sub(r'[^a-z]', '', request.node.name.split('[')[1])}@example.org"
    known = mails(data).keys()
    page.goto("/watch")
    page.get_by_label("What should papers mention?").fill(PHRASE)
    follow(page, page.get_by_role("button", name="Continue"))
    assert "would have found" in page.get_by_role("status").inner_text()
    page.get_by_role("checkbox").nth(1).check()
    follow(page, page.get_by_role("button", name="Count again"))
    assert page.get_by_role("checkbox").nth(1).is_checked()
    follow(page, page.get_by_role("button", name="Continue"))
    page.get_by_role("checkbox").first.check()
    follow(page, page.get_by_role("button", name="Continue"))
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_label("Your e-mail address").press("Enter")
    page.get_by_role("heading", name="Check your e-mail").wait_for()
    (message,) = [mail for path, mail in mails(data).items() if path not in known]
    (link,) = re.findall(r"https?://\S+/confirm/[\w-]+", message.get_body(("plain",)).get_content())
    page.goto(link)
    follow(page, page.get_by_role("button", name="Confirm"))
    follow(page, page.get_by_role("button", name="Pause alert 1"))
    assert page.get_by_text("Paused", exact=True).is_visible()
    follow(page, page.get_by_role("button", name="Copy alert 1"))
    assert page.get_by_label("Name of the alert").input_value() == "Copy"
    page.get_by_label("Name of a new collection").fill("Contracts")
    follow(page, page.get_by_role("button", name="Start a collection"))
    follow(page, page.get_by_role("link", name="Contracts"))
    own = page.url
    page.goto(f"/search?q={PHRASE}")
    follow(page, page.locator(".result h2 a").first)
    title = page.locator("h1").inner_text().splitlines()[0]
    follow(page, page.get_by_role("link", name="Save to a collection"))
    page.get_by_label("Address of your collection").fill(own)
    page.get_by_label("Note").fill("Who decides?")
    follow(page, page.get_by_role("button", name="Save"))
    assert title in page.locator(".result h2").inner_text()
    assert "Who decides?" in page.locator(".result").inner_text()


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
