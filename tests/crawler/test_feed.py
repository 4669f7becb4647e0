"""RSS and Atom as they come. What whole feeds give is in the golden cases; here is what they leave open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms import feed
from crawler.platforms.shared import feed_entries
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Doubt, Embedded, Fetch, Found, Listing, Source, SourceState

URL = "https://blog.example/feed/"


def read(body: str | bytes, media_type: str = "application/rss+xml", **options: Any) -> list[Found]:
    source = Source(id="blog", name="Blog", kind="campaign", platform="feed", url=URL, options=options)
    [asked] = feed.start(source, date(2026, 3, 1), date(2026, 7, 31))
    answered = Capture(
        url=URL,
        status=200,
        headers={"content-type": media_type},
        media_type=media_type,
        body=body if isinstance(body, bytes) else body.encode(),
        fetched_at=datetime(2026, 5, 10, 6, 0, tzinfo=UTC),
    )
    return list(feed.parse(source, asked, answered))


def rss(*items: str) -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>B</title>{"".join(items)}</channel></rss>'
    )


def item(
    title: str = "Post", link: str = "https://blog.example/p", day: str = "7 May 2026", guid: str = ""
) -> str:
    said = f"<guid>{guid}</guid>" if guid else ""
    return (
        f"<item><title>{title}</title><link>{link}</link><pubDate>{day} 10:00:00 +0000</pubDate>{said}</item>"
    )


def test_start_asks_for_the_feed_with_its_window() -> None:
    source = Source(id="blog", name="Blog", kind="campaign", platform="feed", url=URL)
    assert list(feed.start(source, date(2026, 3, 1), date(2026, 7, 31))) == [
        Fetch(url=URL, step="feed", context={"since": "2026-03-01", "until": "2026-07-31"})
    ]


@pytest.mark.parametrize(
    ("day", "taken"),
    [("28 Feb 2026", 0), ("1 Mar 2026", 1), ("31 Jul 2026", 1), ("99 Foo 2026", 1)],
)
def test_the_window(day: str, taken: int) -> None:
    assert len(read(rss(item(day=day)))) == taken


def test_half_past_midnight_in_summer_is_of_the_day_in_england() -> None:
    late = item().replace("7 May 2026 10:00:00 +0000", "Wed, 06 May 2026 23:30:00 +0000")
    [found] = read(rss(late))
    assert isinstance(found, Document)
    assert found.published_on == date(2026, 5, 7)


def test_the_key_is_the_guid_and_outlives_a_new_address() -> None:
    before = read(rss(item(link="https://blog.example/old", guid="post-7")))
    after = read(rss(item(link="https://blog.example/new?utm_source=rss", guid="post-7")))
    [first, second] = [each.key for each in before + after if isinstance(each, Document)]
    assert first == second
    assert first.endswith("post-7")


def test_without_a_guid_the_key_is_the_address_without_its_noise() -> None:
    found = read(rss(item(link="http://www.blog.example/p/?utm_source=rss#more")))
    assert [each.key for each in found if isinstance(each, Document)] == ["blog.example/p"]


def test_an_entry_twice_counts_once() -> None:
    assert len(read(rss(item(guid="a"), item(guid="a")))) == 1
    assert len(read(rss(item(guid="a"), item(guid="a", title="Again")))) == 1


def papers(found: list[Found]) -> list[Document]:
    found = [each.document if isinstance(each, Embedded) else each for each in found]
    return [each for each in found if isinstance(each, Document)]


def test_one_guid_for_all_entries_says_nothing() -> None:
    """The links tell them apart; where those are all one too, the titles of their texts do."""
    many = [item(f"Post {n}", link=f"https://blog.example/p{n}", guid="the blog") for n in range(10)]
    assert len({each.key for each in papers(read(rss(*many)))}) == 10
    said = "<description>Some words.</description></item>"
    bare = [
        item(f"Post {n}", link="https://blog.example/", guid="x").replace("</item>", said) for n in range(9)
    ]
    found = read(rss(*bare))
    assert len({each.key for each in papers(found)}) == 9
    assert all(isinstance(each, Embedded) for each in found)


def test_two_places_of_one_page_are_two_papers_whatever_they_are_called() -> None:
    """A blog on one page: each entry leads to its own heading there."""
    said = "<description>Some words.</description></item>"

    def keys(title: str) -> list[str]:
        links = [f"https://blog.example/news#{place}" for place in ("may", "june")]
        return [
            each.key
            for each in papers(read(rss(*(item(title, link).replace("</item>", said) for link in links))))
        ]

    assert keys("News") == keys("Latest news") == ["blog.example/news#may", "blog.example/news#june"]


def test_the_order_of_entries_changes_no_key() -> None:
    items = [
        item("One", link="https://blog.example/1", guid="a"),
        item("Two", link="https://blog.example/2", guid="a"),
        item("Three", link="https://blog.example/2#there", guid=""),
    ]
    assert {each.key for each in papers(read(rss(*items)))} == {
        each.key for each in papers(read(rss(*reversed(items))))
    }


def test_an_enclosure_without_a_link_is_the_paper() -> None:
    file = '<enclosure url="/papers/winter.pdf" type="application/pdf" length="9"/>'
    [found] = papers(read(rss(f"<item><title>Winter</title>{file}</item>")))
    assert (found.url, found.is_page) == ("https://blog.example/papers/winter.pdf", False)
    [page, attached] = papers(read(rss(item(guid="a").replace("</item>", f"{file}</item>"))))
    assert page.is_page
    assert attached == replace(found, title="Post", published_on=date(2026, 5, 7))


def test_an_entry_that_leads_nowhere_is_said() -> None:
    found = read(rss("<item><title>Nothing</title><guid isPermaLink='false'>x</guid></item>", item()))
    assert [each.what for each in found if isinstance(each, Doubt)] == [
        "1 entry without an address, a file or a text"
    ]


@pytest.mark.parametrize(
    "written",
    [
        "Tue, 23 Jun 2026 10:00:00 +0100",
        "Tue, 23 Jun 2026 23:30:00 BST",
        "Mon, 22 Jun 2026 23:30:00 GMT",
        "2026-06-22T23:30:00Z",
        "2026-06-23T00:30:00+01:00",
        "2026-06-23",
        "2026/06/23",
        "23-06-2026",
        "23/06/2026 10:30",
        "23.06.26",
        "Tuesday 23 June 2026",
        "23rd June, 2026",
        "June 23, 2026",
        "06/23/2026",
        "1782172800",
        "23-Jun-2026",
    ],
)
@pytest.mark.parametrize("tag", ["pubDate", "dc:date"])
def test_a_day_in_any_form_is_read_day_first(written: str, tag: str) -> None:
    said = f'<{tag} xmlns:dc="http://purl.org/dc/elements/1.1/">{written}</{tag}>'
    [found] = papers(read(rss(f"<item><title>A</title><link>https://blog.example/p</link>{said}</item>")))
    assert found.published_on == date(2026, 6, 23)


@pytest.mark.parametrize(
    "written", ["Fri, 31 Dec 9999 23:30:00 -0100", "Mon, 01 Jan 1900 00:00:00 +0000", "9999999999"]
)
def test_a_day_that_nobody_lives_through_is_no_day(written: str) -> None:
    assert feed_entries.entry_day(written) is None


@given(st.dates(date(1995, 1, 1), date(2090, 12, 31)))
def test_day_first_on_every_day(day: date) -> None:
    for form in (
        "%d-%m-%Y",
        "%d/%m/%Y",
        "%d.%m.%Y",
        "%Y/%m/%d",
        "%Y-%m-%d",
        "%d %B %Y",
        "%a, %d %b %Y 12:00:00 +0000",
    ):
        assert feed_entries.entry_day(day.strftime(form)) == day


def test_an_entry_of_the_future_is_kept_and_said() -> None:
    found = read(rss(item(day="23 Nov 2027")))
    assert [each.published_on for each in papers(found)] == [None]
    assert [each.what for each in found if isinstance(each, Doubt)] == [
        "1 entry dated in the future, kept without a date"
    ]


def test_a_cut_feed_is_suspect_and_gives_what_came_whole() -> None:
    """Cut at every byte: never an entry of which a part is missing, never a word that all is well."""
    whole = rss(*[item(f"Post {n}", link=f"https://blog.example/post-{n}", guid=f"g{n}") for n in range(3)])
    full = papers(read(whole))
    for end in range(len(whole) - len("</rss>") + 1):
        try:
            found = read(whole[:end])
        except ParseError:
            continue
        assert papers(found) == full[: len(papers(found))]
        assert [each.state for each in found if isinstance(each, Doubt)] == [SourceState.SUSPECT]
    assert not [each for each in read(whole + "<!-- cached -->") if isinstance(each, Doubt)]


def test_a_json_feed() -> None:
    body = """{"version": "https://jsonfeed.org/version/1.1", "title": "B", "items": [
        {"id": "7", "url": "/p", "title": "Post", "date_published": "2026-05-07T10:00:00Z",
         "content_html": "<p>The contract</p>",
         "attachments": [{"url": "/a.pdf", "mime_type": "application/pdf"},
                         {"url": "/a.mp3", "mime_type": "audio/mpeg"}]}]}"""
    [page, attached] = read(body, media_type="application/feed+json", content="embedded")
    assert isinstance(page, Embedded)
    assert (page.document.key, page.document.published_on) == ("7", date(2026, 5, 7))
    assert b"<p>The contract</p>" in page.body
    assert isinstance(attached, Document)
    assert attached.url == "https://blog.example/a.pdf"


def test_the_first_versions_of_rss() -> None:
    body = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>B</title></channel>
        <item rdf:about="https://blog.example/p"><title>Post</title><link>https://blog.example/p</link>
        <dc:date>2026-05-07</dc:date></item></rdf:RDF>"""
    [found] = papers(read(body))
    assert (found.title, found.published_on) == ("Post", date(2026, 5, 7))


def test_titles_choose() -> None:
    body = rss(item("Board papers", guid="a"), item("Jumble sale", guid="b"))
    assert [each.title for each in read(body, include="board") if isinstance(each, Document)] == [
        "Board papers"
    ]
    assert [each.title for each in read(body, exclude="board") if isinstance(each, Document)] == [
        "Jumble sale"
    ]


def test_no_listing_since_a_feed_forgets() -> None:
    assert not any(isinstance(each, Listing) for each in read(rss(item())))


def test_full_text_in_the_feed_is_a_paper_of_its_own() -> None:
    body = rss(
        item("A &amp; B", guid="a").replace(
            "</item>",
            '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
            "&lt;p onclick='x()'&gt;The contract&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;"
            "</content:encoded></item>",
        )
    )
    [found] = read(body, content="embedded")
    assert isinstance(found, Embedded)
    assert b"<title>A &amp; B</title>" in found.body
    assert b"<p>The contract</p>" in found.body
    assert b"script" not in found.body
    assert read(body, content="embedded") == [found]
    assert isinstance(read(body)[0], Document)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<!doctype html><html><body><p>Not found</p></body></html>",
        '{"version": "https://jsonfeed.org/version/1"}',
        '{"error": "no such feed"}',
        "<?xml version='1.0'?><other/>",
        '<rss version="2.0"><channel><title>cut',
        "https://blog.example/other-feed",
        "/etc/hostname",
        b'<?xml version="1.0" encoding="\x80UTF-8"?><rss version="2.0"><channel/></rss>',
    ],
)
def test_what_is_no_feed_is_a_parse_error(body: str | bytes) -> None:
    with pytest.raises(ParseError, match=r"RSS or Atom|a list"):
        read(body)


def test_an_empty_feed_is_empty() -> None:
    assert read(rss()) == []


def test_a_malformed_feed_gives_the_entries_it_has() -> None:
    assert len(papers(read(rss(item("Ward & bed")) + "<item><title>cut"))) == 1


def test_a_feed_in_another_encoding_and_under_the_wrong_type() -> None:
    body = rss(item("Caf\u00e9")).replace(
        '<?xml version="1.0"?>', '<?xml version="1.0" encoding="ISO-8859-1"?>'
    )
    [found] = read(body.encode("latin-1"), media_type="text/html")
    assert isinstance(found, Document)
    assert found.title == "Caf\u00e9"


def test_entities_that_grow_are_not_expanded() -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "boom">{lines}]>' + rss(item("&a8;"))[21:]
    found = read(bomb)
    assert all(len(each.title) <= 300 for each in found if isinstance(each, Document))


def test_an_outside_entity_is_not_read() -> None:
    body = (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        + rss(item("x &f; y"))[21:]
    )
    assert not any("root:" in each.title for each in read(body) if isinstance(each, Document))


@pytest.mark.parametrize(
    "options", [{"content": "all"}, {"paper_kind": "novel"}, {"include": "("}, {"exclude": "["}]
)
def test_options_that_cannot_be_used(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        feed.Options(**options)


@given(st.binary(max_size=200))
def test_any_bytes_give_findings_or_a_parse_error(body: bytes) -> None:
    for content in (body, b'<rss version="2.0"><channel><item>' + body + b"</item></channel></rss>"):
        try:
            found = read(content)
        except ParseError:
            continue
        assert all(each.url.startswith("http") and each.title for each in found if isinstance(each, Document))
