"""Ways on that are no links: what says an address is followed, and what says none is told."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.platforms import papers_page
from crawler.platforms.papers.page.data import page_of_data
from pipeline.health import left
from pipeline.model import Capture, Document, Fetch, Found, Left, LeftReason, Source

PLACE = "https://trust.example/board/papers"
NOW = "<h2>26 November 2026</h2><p><a href='/f/a.pdf'>Agenda</a></p>"


def read(matter: str, *, head: str = "", url: str = PLACE, **context: str) -> list[Found]:
    page = f"<html><head><title>Board papers</title>{head}</head><body><main><h1>Board papers</h1>{matter}</main></body></html>"
    source = Source(id="trust", name="Trust", kind="trust", platform="papers_page", url=PLACE)
    capture = Capture(
        url=url,
        status=200,
        headers={},
        media_type="text/html",
        body=page.encode(),
        fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    window = {"since": "2025-01-01", "until": "2027-06-30", "depth": "2", **context}
    return list(papers_page.parse(source, Fetch(url=url, step="papers", context=window), capture))


def followed(matter: str, *, head: str = "") -> list[str]:
    found = read(matter, head=head)
    return [each.url.removeprefix("https://trust.example") for each in found if isinstance(each, Fetch)]


def told(matter: str) -> list[str]:
    """What is said to need a click."""
    found = [each for each in read(matter) if isinstance(each, Left)]
    return [each.title for each in found if each.reason is LeftReason.NEEDS_A_CLICK]


WAYS = {
    "addresses to choose from": "<select><option value='{}'>2025</option><option value='/board/papers'>2026</option></select>",
    "a button": "<button hx-get='{}'>Load more</button>",
    "a button's data": "<button data-url='{}'>Show 10 more papers</button>",
    "a handler": "<button onclick=\"location.href='{}'\">Older papers</button>",
    "a link's handler": "<a href='#' onclick=\"load('{}', 2)\">Load more</a>",
    "a link's data": "<a href='javascript:void(0)' data-href='{}'>Papers of 2025</a>",
    "a panel": "<details hx-get='{}' hx-trigger='toggle once'><summary>Meetings of 2025</summary><div></div></details>",
    "a panel that a button opens": "<h3><button aria-controls='p41'>Board meeting, 24 September 2025</button></h3><div id='p41' data-src='{}' hidden></div>",
    "a tab": "<div role='tab' data-src='{}'>2025</div>",
    "a card": "<div class='card' data-href='{}'><h3>Board papers 2025</h3><p>Six meetings, in Hall and online, and an away day.</p></div>",
    "a row": "<table><tr data-link='{}'><td>24 September 2025</td><td>Board meeting</td></tr></table>",
    "the end of a scroll": "<div class='infinite-scroll' data-next-url='{}'></div>",
    "a frame": "<iframe src='{}'></iframe>",
    "a frame that comes later": "<iframe data-src='{}'></iframe>",
    "an old button": "<input type='button' data-url='{}' value='Load more'>",
    "addresses in a form": "<form><select name='go'><option value=''>Choose<option value='{}'>Papers of 2025</select></form>",
    "a card with a link": "<div data-href='/card'><a href='{}'>Papers of 2025</a></div>",
    "a lazy frame": "<turbo-frame id='older' src='{}' loading='lazy'></turbo-frame>",
    "for those without scripts": "<noscript><a href='{}'>Papers of 2025</a></noscript>",
    "a shadow root": "<x-list><template shadowrootmode='open'><a href='{}'>Papers of 2025</a></template></x-list>",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_what_says_an_address_is_followed(way: str) -> None:
    place = "/board/papers/older"
    assert followed(NOW + way.format(place)) == [place]
    assert told(NOW + way.format(place)) == []


def test_a_form_is_sent_as_a_person_would_send_it() -> None:
    fields = (
        "<input type='hidden' name='body' value='board'><select name='year'><option>2026<option>2025</select>"
    )
    assert followed(f"{NOW}<form action='/list'>{fields}<button>Go</button></form>") == [
        "/list?body=board&year=2025"
    ]
    assert followed(f"{NOW}<form action='/older'><button>Older papers</button></form>") == ["/older"]
    assert followed(f"{NOW}<form><button name='year' value='2025'>2025</button></form>") == [
        "/board/papers?year=2025"
    ]


def test_a_register_below_a_list_is_not_its_oldest_meeting() -> None:
    below = "<p><a href='/f/register-2024.pdf'>Register of interests (October 2024)</a></p>"
    older = "<h2>21 November 2024</h2><p><a href='/f/z.pdf'>Agenda</a></p>"
    more = "<p><a href='?page=2'>Next page</a></p>"
    assert followed(NOW + below + more) == ["/board/papers?page=2"]
    assert followed(NOW + older + more) == []


def test_the_head_of_a_page_says_the_next() -> None:
    assert followed(NOW, head="<link rel='next' href='/board/papers?page=2'>") == ["/board/papers?page=2"]


def test_a_part_of_a_page_is_of_the_same_body() -> None:
    part = "<section><h3>30 September 2026</h3><a href='/f/b.pdf'>Papers</a></section>"
    (way,) = (
        each
        for each in read(f"<p>Quality Committee</p>{NOW}<button hx-get='/x/2'>Load more</button>")
        if isinstance(each, Fetch)
    )
    (paper,) = (
        each
        for each in read(part, url="https://trust.example/x/2", **way.context)
        if isinstance(each, Document)
    )
    assert paper.meeting_key == "board-2026-09-30"


NOT_FOLLOWED = {
    "Load more": "<button>Load more</button><p>Showing 1-10 of 43</p>",
    "Show 10 more papers": "<a href='#' class='btn'>Show 10 more papers</a>",
    "Showing 1-10 of 43": "<p>Showing 1-10 of 43</p>",
    "Displaying the latest 10 of 43": "<p>Displaying the latest 10 of 43 papers</p>",
    "Previous years": "<button>Previous years</button>",
    "Next": "<ul class='pager'><li><a href='javascript:go(2)'>Next</a></li></ul>",
    "Show more": "<button>Show more</button>",
    "2025": "<select><option>2026</option><option>2025</option></select>",
    "2025/26": "<div role='tab' aria-controls='p'>2025/26</div><div id='p'>Loading…</div>".replace(
        "2026", "2025"
    ),
    "Meetings of 2025": "<details><summary>Meetings of 2025</summary><div></div></details>",
    "October 2025": "<form method='post'><button name='m' value='10'>October 2025</button></form>",
    "Load older papers": "<button data-url='/list' data-page='2'>Load older papers</button>",
}


@pytest.mark.parametrize(("words", "way"), NOT_FOLLOWED.items(), ids=NOT_FOLLOWED.keys())
def test_what_says_no_address_is_told(words: str, way: str) -> None:
    assert told(NOW + way) == [words]


NO_WAYS = {
    "a pattern for a script": "<template><a href='/board/papers/{id}'>Papers of 2025</a></template>",
    "a word for those without scripts": "<noscript>Papers of 2025 need JavaScript.</noscript>",
    "the words of a heading that opens": "<div role='button' aria-controls='p9'><h4><a tabindex='0'>September 2026</a></h4></div>"
    "<div id='p9'><p>The board met in the hall.</p></div>",
    "a month whose papers are too old": "<a class='title' tabindex='0'>September 2024</a><div><p>10 September 2024: <a href='/f/z.pdf'>Agenda</a></p></div>",
    "nothing to click": "<div data-url='/board/papers/older'></div>",
    "a panel with its papers": "<button role='tab' aria-controls='p'>2025</button><div id='p'><p>None was held.</p></div>",
    "a button over its panel": "<button>2025</button><div><p>None was held.</p></div>",
    "years that the page has": "<select><option>2026</option></select>",
    "a year to come": "<select><option>2027</option></select>",
    "a year before the window": "<select><option>2019</option></select>",
    "more words": "<button>Show more</button>".replace("more", "this text"),
    "what is folded": "<ul><li>Winter plan <button>Show more</button></li></ul>",
    "news": "<button>Load more news</button>",
    "the frame": "</main><footer><button>Load more</button></footer>",
    "all that there is": "<p>Showing 1-10 of 10 papers</p>",
    "another's address": "<button data-url='https://other.example/x'>Share</button>",
    "a slide": "<button class='slick-next'>Next</button>",
}


@pytest.mark.parametrize("way", NO_WAYS.values(), ids=NO_WAYS.keys())
def test_what_leads_to_no_papers_is_not_told(way: str) -> None:
    assert told(NOW + way) == []
    assert followed(NOW + way) == []


def test_one_way_that_was_not_followed_is_a_concern_whatever_was_taken() -> None:
    tally = left.Tally()
    for each in read(f"{NOW}<button>Load more</button>"):
        if isinstance(each, Left):
            tally.add(each)
    said = left.concern(tally.counts(read={PLACE}), 500, {})
    assert said.startswith("read by half: 1 page of papers left (needs a click")


def test_a_list_that_is_chosen_by_body_is_not_chosen_by_year_as_well() -> None:
    year = "<select name='year'><option>2026<option>2025</select>"
    body = "<select name='body'><option value=''>All<option value='1' selected>Board<option value='2'>Quality Committee</select>"
    found = read(f"{NOW}<form>{year}{body}</form>", url=f"{PLACE}?body=1")
    assert [each.url for each in found if isinstance(each, Fetch)] == [f"{PLACE}?body=2"]


DATA = {
    "markup": '{"total": 3, "html": "<section><h3>30 September 2026</h3><a href=\'/f/b.pdf\'>Papers</a></section>"}',
    "things": '{"items": [{"id": 7, "date": "2026-09-30", "title": "Board papers", "fileUrl": "/f/b.pdf"}]}',
    "a list": '["3 meetings", {"meeting": {"when": "30 September 2026", "name": "Board papers", "href": "/f/b.pdf"}}]',
}


@pytest.mark.parametrize("data", DATA.values(), ids=DATA.keys())
def test_a_part_that_comes_as_json_is_read(data: str) -> None:
    source = Source(id="trust", name="Trust", kind="trust", platform="papers_page", url=PLACE)
    url = "https://trust.example/api/meetings"
    capture = Capture(
        url=url,
        status=200,
        headers={"content-type": "application/json"},
        media_type="application/json",
        body=data.encode(),
        fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    window = {
        "since": "2025-01-01",
        "until": "2027-06-30",
        "depth": "2",
        "page": "2",
        "of papers": "yes",
        "body": "Board",
    }
    found = papers_page.parse(source, Fetch(url=url, step="papers", context=window), capture)
    assert [(each.url, each.meeting_key) for each in found if isinstance(each, Document)] == [
        ("https://trust.example/f/b.pdf", "board-2026-09-30")
    ]


@pytest.mark.parametrize("body", [b"<p>Papers</p>", b"", b'{"items": [{"title": "Board pa', b"[" * 100_000])
def test_what_is_not_json_is_no_page_of_data(body: bytes) -> None:
    assert page_of_data(body) == b""
