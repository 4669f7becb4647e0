"""RSS and Atom as they come. What whole feeds give is in the golden cases; here is what they leave open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms import feed
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Embedded, Fetch, Found, Listing, Source

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
    [("28 Feb 2026", 0), ("1 Mar 2026", 1), ("31 Jul 2026", 1), ("1 Aug 2026", 0), ("99 Foo 2026", 1)],
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
    assert len(read(rss(item(guid="a"), item(guid="a", title="Again")))) == 1


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
        "<?xml version='1.0'?><other/>",
        '<rss version="2.0"><channel><title>cut',
        "https://blog.example/other-feed",
        "/etc/hostname",
        b'<?xml version="1.0" encoding="\x80UTF-8"?><rss version="2.0"><channel/></rss>',
    ],
)
def test_what_is_no_feed_is_a_parse_error(body: str | bytes) -> None:
    with pytest.raises(ParseError, match="RSS or Atom"):
        read(body)


def test_an_empty_feed_is_empty() -> None:
    assert read(rss()) == []


def test_a_malformed_feed_gives_the_entries_it_has() -> None:
    assert len(read(rss(item("Ward & bed")) + "<item><title>cut")) == 1


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
