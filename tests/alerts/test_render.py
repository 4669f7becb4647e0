from __future__ import annotations

import email
import email.policy
import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from alerts import letters, links, opening, words
from alerts.config import AlertConfig
from alerts.render import _TEMPLATES, MAX_HTML, MAX_MESSAGE, MAX_WORDS, message_id, render
from pipeline import digest_order, english
from pipeline.body_names import short_name
from pipeline.digest import REPLACED, WITHDRAWN
from pipeline.english import listed
from pipeline.errors import DeliveryError
from pipeline.model import (
    Account,
    Ahead,
    Cadence,
    Digest,
    DigestEntry,
    DocumentKind,
    First,
    HitPlace,
    Meeting,
    SourceHealth,
    SourceState,
    Subscriber,
    Tag,
    WatchList,
)
from tests.helpers.digest_cases import CASES, DIGESTS, KEPT, load

SENT_AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
PLAIN = AlertConfig(sender="paperwatch@watch.example.org")
SERVED = AlertConfig(
    sender="paperwatch@watch.example.org",
    base_url="https://watch.example.org",
    unsubscribe_address="stop@watch.example.org",
)


def parsed(content: bytes):
    return email.message_from_bytes(content, policy=email.policy.default)


def part(content: bytes, kind: str) -> str:
    return parsed(content).get_body((kind,)).get_content()


class Elements(HTMLParser):
    """The elements of a page: (name, attributes), and all the text in it."""

    def __init__(self, html: str):
        super().__init__()
        self.found, self.open, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} is closed but not open"

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text += data


def check_message(content: bytes) -> None:
    """What holds for every message, whatever stands in the digest."""
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert len(content) < MAX_MESSAGE
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    message = parsed(content)
    assert message.defects == []
    assert set(message.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
        "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert len(set(message.keys())) == len(message.keys())
    assert [piece.get_content_type() for piece in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Auto-Submitted"] == "auto-generated"
    check_html(message.get_body(("html",)).get_content())


def check_html(html: str) -> None:
    """Nothing remote, nothing that acts, nothing but what our own template writes."""
    assert len(html.encode()) < MAX_HTML
    page = Elements(html)
    assert page.open == []
    names = {name for name, _ in page.found}
    assert names <= {
        "html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "h4", "p", "span", "br",
        "b", "a", "ul", "ol", "li", "blockquote",
    }  # fmt: skip
    for name, attributes in page.found:
        assert set(attributes) <= {"lang", "charset", "name", "content", "class", "style", "href"}
        if name == "a":
            assert re.match(r"(https?://|mailto:)", attributes["href"])
        else:
            assert "href" not in attributes
        assert "url(" not in attributes.get("style", "")
    assert html.startswith("<!DOCTYPE html>")
    assert page.found[0] == ("html", {"lang": "en-GB"})
    assert "@media (prefers-color-scheme: dark)" in html or "@media (prefers-color-scheme:dark)" in html
    assert "@import" not in html


@pytest.mark.parametrize("name", CASES)
def test_golden_digest(name):
    case = load(name)
    content = render(case.digest, case.settings, sent_at=case.sent_at)
    check_message(content)
    headers = "".join(f"{key}: {value}\n" for key, value in parsed(content).items())
    made = {"txt": f"{headers}\n{part(content, 'plain')}", "html": part(content, "html")}
    made = {kind: text.replace("\r\n", "\n") for kind, text in made.items()}
    (DIGESTS / name).mkdir(exist_ok=True)
    missing = [kind for kind in made if not (DIGESTS / name / f"expected.{kind}").exists()]
    for kind in missing:
        (DIGESTS / name / f"expected.{kind}").write_text(made[kind], encoding="utf-8", newline="\n")
    assert not missing, f"{name}: expected.{missing} was missing and has been made: read it, then run again"
    for kind, text in made.items():
        assert text == (DIGESTS / name / f"expected.{kind}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_the_same_digest_is_the_same_bytes(name):
    case = load(name)
    assert render(case.digest, case.settings, sent_at=case.sent_at) == render(
        case.digest, case.settings, sent_at=case.sent_at
    )


@pytest.mark.parametrize("name", CASES)
def test_a_digest_is_read_in_two_minutes_whatever_came(name):
    content = rendered(name)
    assert words.counted_words(part(content, "plain")) <= MAX_WORDS
    seen = Elements(part(content, "html")).text
    assert words.counted_words(seen) <= MAX_WORDS * 1.05


@pytest.mark.parametrize("name", CASES)
def test_each_mention_is_shown_once_or_counted_in_both_parts(name):
    told = load(name).digest
    plain, html = (part(rendered(name), kind) for kind in ("plain", "html"))
    seen = Quotes(html).found
    bodies = [short_name(words.clean(each.places[0].body_name, 100)) for each in told.entries]
    of_body = Counter(bodies)
    shown = Counter(body for body in map(short_name, Quotes(html).under) if body in of_body)
    flat = " ".join(plain.replace("*", "").split())
    assert all(" ".join(quote.replace("*", "").split()) in flat for quote in seen)
    for text in (html, " ".join(plain.split())):
        hidden = [int(n.replace(",", "")) for n in re.findall(r"[Aa]nd ([\d,]+) more (?:from|passage)", text)]
        for number, body in re.findall(r"(?:[Bb]oth|[Aa]ll ([\d,]+)) from ([^:<]+)", text):
            total = int(number.replace(",", "") or 2)
            assert total == of_body[unescape(body)]
            hidden.append(total - shown[unescape(body)])
        assert shown.total() + sum(hidden) == len(told.entries) + told.more


def rendered(name: str) -> bytes:
    case = load(name)
    return render(case.digest, case.settings, sent_at=case.sent_at)


class Quotes(HTMLParser):
    """What stands in the quotations of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.found, self.inside = [], False
        self.under, self.heading, self.in_heading = [], "", False  # the <h3> above each
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.in_heading = tag == "h3"
        if tag == "h3":
            self.heading = ""
        if tag == "blockquote":
            self.inside = True
            self.found.append("")
            self.under.append(self.heading.strip())

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "blockquote"

    def handle_data(self, data):
        if self.inside:
            self.found[-1] += data
        if self.in_heading:
            self.heading += data


def subscriber(**changes) -> Subscriber:
    values = {
        "id": 1, "address": "reader@example.org", "channel": "folder", "watch_lists": (WatchList(),),
        "cadence": Cadence.DAILY, "confirmed_at": None, "token": "tok", "stop_token": "stop",
    }  # fmt: skip
    return Subscriber(**values | changes)


def place(**changes) -> HitPlace:
    values = {
        "hit_id": 1, "body": "vale", "body_name": "Vale Council", "committee": "Board",
        "meeting_date": date(2026, 11, 26), "document": 1, "title": "A paper", "kind": DocumentKind.REPORT,
        "url": "https://vale.example.net/a.pdf", "page": 3, "pages": 9, "sha256": "ab" * 32,
        "captured_at": datetime(2026, 11, 21, 5, 12, tzinfo=UTC),
    }  # fmt: skip
    return HitPlace(**values | changes)


def entry(**changes) -> DigestEntry:
    values = {
        "concept_id": "c", "concept_label": "a concept", "wording": "word", "snippet": "A word here.",
        "marks": ((2, 6),), "places": (place(),),
    }  # fmt: skip
    return DigestEntry(**values | changes)


def digest(*entries: DigestEntry, **changes) -> Digest:
    values = {
        "subscriber": subscriber(), "key": "k", "since": date(2026, 11, 21), "until": date(2026, 11, 21),
        "entries": entries, "more": 0, "account": Account(bodies=1, papers=2, pages=3),
    }  # fmt: skip
    return Digest(**values | changes)


def test_ten_thousand_mentions_fit_and_each_is_counted():
    long = " ".join(["Ünglaublich <long> & “quoted”"] * 30)
    entries = [
        entry(
            concept_id=f"c{n % 7}",
            concept_label=f"concept {n % 7}",
            snippet=long,
            places=tuple(
                place(document=n + m, url=f"https://vale.example.net/{'x&' * 200}.pdf") for m in range(8)
            ),
            firsts=(First(body_name="Vale Council"),) if n == 9_999 else (),
        )
        for n in range(10_000)
    ]
    content = render(digest(*entries, more=5), SERVED, sent_at=SENT_AT)
    check_message(content)
    html, plain = part(content, "html"), part(content, "plain")
    shown = html.count("<blockquote")
    assert 1 < shown <= SERVED.entries_shown
    assert "All 10,000 from Vale" in html
    assert "All 10,000 from Vale:" in plain
    assert "And 5 more passages" in html
    assert parsed(content)["Subject"] == "Vale: concept 3 at Board on 26 Nov · 10,004 more"
    assert "First mention by Vale Council" in html  # the last of ten thousand is shown: it is the news


def test_the_topics_are_counted_at_the_top_and_each_leads_to_its_passages():
    def told(topics, **changes):
        names = [name for name, times in topics.items() for _ in range(times)]
        made = digest(*(entry(concept_id=name, concept_label=f"topic {name}") for name in names), **changes)
        content = render(made, SERVED, sent_at=SENT_AT)
        return part(content, "html"), " ".join(part(content, "plain").split())

    html, plain = told({"a": 1, "b": 4, "c": 2, "d": 3, "e": 1})
    assert "By topic: topic b (4), topic d (3), topic c (2); all 5 topics." in plain
    assert re.search(r'href="https://watch\.example\.org/digests/[^"]+\?topic=b"[^>]*>topic b \(4\)<', html)
    assert re.search(r'href="https://watch\.example\.org/digests/[^"?]+"[^>]*>all 5 topics<', html)
    assert "topic b (4), topic d (3), topic c (2), topic a (1)." in told({"a": 1, "b": 4, "c": 2, "d": 3})[1]
    assert "topic a (" not in told({"a": 3})[1]
    assert "topic a (" not in told({"a": 3, "b": 1}, more=7)[1]  # of seven it is not known


def test_every_number_of_more_leads_to_just_those():
    bodies = {f"b{n}": f"Body {n} Council" for n in range(30)}
    entries = [
        entry(
            concept_id=f"c{n % 3}",
            snippet=f"A word {n} in a sentence that is long enough to fill a digest with very few of them.",
            places=(place(body=body, body_name=name, document=n),),
        )
        for n in range(3)
        for body, name in bodies.items()
    ]
    told = digest(*entries)
    html = part(render(told, SERVED, sent_at=SENT_AT), "html")
    web = links.digest(SERVED, told)
    assert re.match(r"https://watch\.example\.org/digests/[0-9a-f]{40}\.[0-9a-f]{32}$", web)
    of_bodies = re.findall(rf'href="{re.escape(web)}\?body=(b\d+)"[^>]*>All 3 from (Body \d+)<', html)
    assert of_bodies
    assert all(bodies[body] == f"{name} Council" for body, name in of_bodies)
    rest = 30 - len(of_bodies)
    named = "%2C".join(sorted(body for body, _ in of_bodies))
    assert f'href="{web}?but={named}"' in html
    assert f"And {3 * rest} more passages from {rest} other bodies" in html
    assert f'href="{web}"' in html  # all of it, on the web


def test_each_body_and_each_topic_has_a_turn_before_the_second_of_any():
    def said(body: str, topic: str, number: int, **changes) -> DigestEntry:
        at = place(body=body, document=number)
        return entry(concept_id=topic, concept_label=topic, places=(at,), **changes)

    many = [said("one", "many", n) for n in range(50)]
    few = said("one", "few", 60)
    other = said("two", "many", 70)
    known = said("three", "known", 80, said_again=True)
    chosen = digest_order.in_turn([known, *many, other, few], date(2026, 11, 22), 5)
    assert set(map(id, chosen[:3])) >= {id(few), id(other)}
    assert known not in chosen
    assert digest_order.in_turn([known, few], date(2026, 11, 22), 5) == [few, known]


def on(day: int) -> dict[str, object]:
    """An entry of a meeting on that day of November."""
    return {"places": (place(meeting_date=date(2026, 11, day)),)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"firsts": (First(body_name="V", anywhere=True),)}, {"firsts": (First(body_name="V"),)}),
        ({"firsts": (First(body_name="V"),)}, {}),
        (on(26), on(27)),
        (on(27), on(21)),
        (on(21), on(6)),
        (
            {"places": (place(meeting_date=None, published_on=date(2026, 11, 21)),)},
            {"places": (place(meeting_date=None, published_on=date(2026, 11, 2)),)},
        ),
    ],
)  # fmt: skip
def test_what_is_first_ahead_or_newest_comes_first(one, other):
    for pair in ([entry(**one), entry(**other)], [entry(**other), entry(**one)]):
        assert digest_order.in_turn(pair, date(2026, 11, 22), 2) == [entry(**one), entry(**other)]


def test_a_rare_wording_comes_before_a_common_one_however_old():
    common = [entry(places=(place(document=n, page=n + 1),)) for n in range(9)]
    rare = entry(wording="rare", places=(place(meeting_date=date(2020, 1, 1)),))
    assert digest_order.in_turn([*common, rare], date(2026, 11, 22), 1) == [rare]


def test_the_same_words_under_two_topics_are_said_once():
    one = entry(concept_id="a", concept_label="alpha", firsts=(First(body_name="Vale Council"),))
    other = entry(concept_id="b", concept_label="beta", marks=((7, 11),))
    elsewhere = entry(concept_id="b", concept_label="beta", places=(place(page=4),))
    made = digest_order.merged([one, other, elsewhere])
    assert [[tag.label for tag in each.tags] for each in made] == [["alpha", "beta"], ["beta"]]
    assert made[0].marks == ((2, 6), (7, 11))
    for text in parts(render(digest(*made), SERVED, sent_at=SENT_AT)):
        assert "alpha, beta" in text
        assert "First mention of alpha by Vale Council" in text


NO_MEETING = {"committee": "", "meeting_date": None}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Dudley: ICP contract at Board on 26 Nov"),
        ({"meeting_date": date(2027, 1, 4)}, "Dudley: ICP contract at Board on 4 Jan 2027"),
        ({"committee": ""}, "Dudley: ICP contract in a report on 26 Nov"),
        (
            {**NO_MEETING, "published_on": date(2026, 11, 20)},
            "Dudley: ICP contract in a report of 20 Nov",
        ),
        ({**NO_MEETING, "kind": DocumentKind.MINUTES}, "Dudley: ICP contract in minutes"),
        ({**NO_MEETING, "kind": DocumentKind.AGENDA}, "Dudley: ICP contract in an agenda"),
    ],
)  # fmt: skip
def test_a_subject_says_who_what_and_when(changes, said):
    at = place(body_name="Dudley Metropolitan Borough Council", **changes)
    lead = entry(concept_label="ICP contract", places=(at,), firsts=(First(body_name="D", anywhere=True),))
    others = [entry(places=(place(document=n, body=f"b{n % 5}"),)) for n in range(12)]
    assert parsed(render(digest(lead), PLAIN, sent_at=SENT_AT))["Subject"] == said
    assert parsed(render(digest(lead, *others), PLAIN, sent_at=SENT_AT))["Subject"] == (
        f"{said} · 12 more from 5 bodies"
    )


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (Account(followed=43, read=41, sources=43), "Nothing new in 41 of 43 bodies; 2 not read"),
        (Account(followed=43, read=43, sources=43), "Nothing new in 43 bodies"),
        (Account(followed=1, read=1, sources=1), "Nothing new in 1 body"),
        (Account(came_papers=2), "Nothing new: 2 papers arrived"),
    ],
)
def test_a_subject_of_nothing_says_where_nothing_was_found(account, said):
    assert parsed(render(digest(account=account), PLAIN, sent_at=SENT_AT))["Subject"] == said


nasty = st.text(
    st.characters() | st.sampled_from("\r\n\x00\x0b\x85\u2028\u202e\u00ad\ud800<>&\"'{}%*é😀"), max_size=400
)


@settings(max_examples=60, deadline=None)
@given(
    nasty,
    nasty,
    nasty,
    st.lists(st.tuples(st.integers(-5, 500), st.integers(-5, 500)), max_size=4),
    st.booleans(),
)
def test_no_text_breaks_a_message(one, other, third, marks, served):
    bad = place(body_name=one, committee=other, title=third, url=f"https://{one}/{other}.pdf", sha256=third)
    sick = SourceHealth(
        id="s",
        name=one,
        kind="council",
        state=SourceState.BROKEN,
        reason=other,
        last_run=None,
        last_success=None,
    )
    ahead = Ahead(
        body_name=other,
        meeting=Meeting(
            source_id="s", key="k", body_name=one, title=other, starts_on=date(2026, 12, 1), url=third
        ),
    )
    made = digest(
        entry(
            concept_label=one,
            snippet=other,
            marks=tuple(marks),
            places=(bad, bad, place(url=third, title=one)),
        ),
        subscriber=subscriber(token=third, stop_token=other),
        key=other,
        account=Account(papers=1, pages=1, unreadable=1, sources=50, missed=(sick,) * 50),
        ahead=(ahead,) * 50,
    )
    sender = AlertConfig(
        sender_name=one, contact=other, base_url="https://watch.example.org" if served else ""
    )
    check_message(render(made, sender, sent_at=SENT_AT))


def test_the_widest_lists_still_fit():
    wide = "😀&" * 300
    sick = SourceHealth(
        id="s",
        name=wide,
        kind="council",
        state=SourceState.BROKEN,
        reason=wide,
        last_run=None,
        last_success=None,
    )
    url = "https://vale.example.net/" + "&" * 900
    ahead = Ahead(
        body_name=wide,
        meeting=Meeting(
            source_id="s", key="k", body_name=wide, title=wide, starts_on=date(2026, 12, 1), url=url
        ),
    )
    bad = place(body_name=wide, committee=wide, title=wide, url=url)
    made = digest(
        *[entry(concept_id=str(n), concept_label=wide, snippet=wide, places=(bad,) * 20) for n in range(60)],
        account=Account(papers=1, pages=1, unreadable=1, sources=400, missed=(sick,) * 400),
        ahead=(ahead,) * 400,
    )
    content = render(made, SERVED, sent_at=SENT_AT)
    check_message(content)
    assert re.search(r"(?i)(all )?400 sources", part(content, "plain"))


@pytest.mark.parametrize("token", ["t" * 200, "a/b?c=d#e", "é", "a b", '"><script>'])
def test_the_way_out_is_one_whole_address_however_long(token):
    content = render(digest(entry(), subscriber=subscriber(stop_token=token)), SERVED, sent_at=SENT_AT)
    check_message(content)
    raw = next(line for line in content.split(b"\r\n") if line.startswith(b"List-Unsubscribe: "))
    assert re.fullmatch(
        rb"List-Unsubscribe: <https://watch\.example\.org/unsubscribe/[A-Za-z0-9%._~-]+>, "
        rb"<mailto:stop@watch\.example\.org>",
        raw,
    )
    assert parsed(content)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_without_https_there_is_no_one_click():
    plain_http = AlertConfig(base_url="http://127.0.0.1:8000")
    message = parsed(render(digest(entry()), plain_http, sent_at=SENT_AT))
    assert message["List-Unsubscribe"] == "<http://127.0.0.1:8000/unsubscribe/stop>"
    assert "List-Unsubscribe-Post" not in message
    assert "List-Unsubscribe" not in parsed(render(digest(entry()), PLAIN, sent_at=SENT_AT))


def test_the_message_id_hangs_on_the_key_alone():
    one = parsed(render(digest(entry(), key="a"), PLAIN, sent_at=SENT_AT))["Message-ID"]
    other = parsed(render(digest(key="a"), PLAIN, sent_at=SENT_AT.replace(year=2027)))["Message-ID"]
    assert one == other == message_id("a", PLAIN)
    assert message_id("b", PLAIN) != one


def test_an_address_that_is_none_is_a_permanent_refusal():
    for address in ("reader@example.org\r\nBcc: x@example.net", "nobody", "é@example.org"):
        with pytest.raises(DeliveryError) as refusal:
            render(digest(entry(), subscriber=subscriber(address=address)), PLAIN, sent_at=SENT_AT)
        assert not refusal.value.retryable


def test_a_long_or_international_address_stands_whole_in_its_header():
    longest = "a" * 64 + "@" + "b" * 189
    for address, wire in ((longest, longest), ("r@bücher.example", "r@xn--bcher-kva.example")):
        content = render(digest(entry(), subscriber=subscriber(address=address)), PLAIN, sent_at=SENT_AT)
        check_message(content)
        assert parsed(content)["To"].addresses[0].addr_spec == wire


@pytest.mark.parametrize(
    ("fresh", "more", "subject", "opening"),
    [
        (
            1, 0, "Vale: a at Board on 26 Nov · 2 said again",
            "1 new passage in 1 paper of 1 body. 2 passages you have already seen also appear in",
        ),
        (0, 0, "Nothing new · 2 passages said again", "Nothing new was found in the papers you follow."),
        (0, 4, "4 new passages · 2 said again", "4 new passages. 2 passages"),
    ],
)  # fmt: skip
def test_what_is_said_again_is_not_called_new(fresh, more, subject, opening):
    again = entry(concept_label="a", said_again=True)
    made = digest(*[entry(concept_label="a")] * fresh, again, again, more=more)
    content = render(made, PLAIN, sent_at=SENT_AT)
    assert parsed(content)["Subject"] == subject
    plain = " ".join(part(content, "plain").split())
    assert opening in plain[:300]
    assert plain.count("You have seen this passage before, in another paper.") == 2
    assert part(content, "html").count("You have seen this passage before, in another paper") == 2


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/x.pdf", "https://a.example/x.pdf#page=3"),
        ("https://a.example/x.PDF?v=1#old", "https://a.example/x.PDF?v=1#page=3"),
        ("https://a.example/agenda", "https://a.example/agenda"),
        ("https://a.example/a b.pdf", "https://a.example/a%20b.pdf#page=3"),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("https://[broken", ""),
        ("/relative.pdf", ""),
        ("https://a.example/" + "x" * 2000, ""),
    ],
)
def test_the_original_opens_at_its_page_or_not_at_all(url, link):
    html = part(render(digest(entry(places=(place(url=url),))), PLAIN, sent_at=SENT_AT), "html")
    assert [attributes["href"] for name, attributes in Elements(html).found if name == "a"] == [link][
        : bool(link)
    ]


@pytest.mark.parametrize(
    ("media_type", "url", "opens_at_page"),
    [
        ("application/pdf", "https://a.example/download?id=7", True),
        ("application/vnd.ms-powerpoint", "https://a.example/x.pdf", False),
        ("text/html", "https://a.example/x", False),
    ],
)  # fmt: skip
def test_only_a_pdf_is_opened_at_its_page_whatever_its_address_says(media_type, url, opens_at_page):
    assert links.original(place(url=url, media_type=media_type)) == url + "#page=3" * opens_at_page


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("", "page 3 of 9"),
        ("slide 3", "slide 3"),
        ("sheet Costs", "sheet Costs"),
        ("3", "page 3 of 9"),
        ("page 3", "page 3 of 9"),
        ("page iii", "page iii"),
    ],
)
@pytest.mark.parametrize("item", ["", "Item 7: Finance report"])
def test_a_place_is_called_what_its_reader_would_call_it(label, said, item):
    at = place(label=label, item=item)
    assert words.page(at) == (f"{item}, {said}" if item else said)
    text = part(render(digest(entry(places=(at,))), PLAIN, sent_at=SENT_AT), "plain")
    assert f"    {words.sentence(words.page(at))} · a concept." in text.splitlines()


def test_wherever_a_passage_stands_its_item_is_said_and_none_where_none_is_known():
    places = place(item="Item 7: Finance report"), place(page=5), place(page=6, item="8. Risk\r\nBcc: <b>")
    content = render(digest(entry(places=places)), PLAIN, sent_at=SENT_AT)
    html = Elements(part(content, "html")).text
    for text in (part(content, "plain"), html):
        said = " ".join(text.split())
        assert "Item 7: Finance report, page 3 of 9" in said
        assert "A paper, page 5 of 9" in said
        assert "A paper, 8. Risk Bcc: <b>, page 6 of 9" in said
    assert parsed(content)["Bcc"] is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"firsts": (First(body_name="Vale Council"),)}, "First mention by Vale Council"),
        (
            {"firsts": (First(body_name="Vale Council", anywhere=True),)},
            "First mention in this archive, by Vale Council",
        ),
        (
            {"firsts": (First(body_name="Vale Council", before=date(2026, 12, 3)),)},
            "First mention by Vale Council, found late: the first known so far was of 3 December 2026",
        ),
        ({"said_again": True}, "You have seen this passage before, in another paper"),
    ],
)
def test_what_makes_a_mention_news_is_said(changes, said):
    content = render(digest(entry(**changes)), PLAIN, sent_at=SENT_AT)
    assert said in part(content, "html")
    assert said in " ".join(part(content, "plain").split())


def test_each_body_that_says_it_for_the_first_time_is_named():
    spread = entry(
        places=(place(), place(body="hill", body_name="Hill Board", document=2)),
        firsts=(
            First(body_name="Hill Board", anywhere=True),
            First(body_name="Moor Trust", before=date(2026, 12, 3)),
        ),
    )
    content = render(digest(spread), PLAIN, sent_at=SENT_AT)
    for text in (part(content, "html"), " ".join(part(content, "plain").split())):
        assert "Hill Board (first mention in this archive)," in text
        assert "by Hill Board" not in text, "which is not whose page is quoted"
        assert "First mention by Moor Trust, found late: the first known so far was of 3 December" in text
        assert "by Vale Council" not in text


def plain(told: Digest) -> str:
    return " ".join(part(render(told, SERVED, sent_at=SENT_AT), "plain").split())


def test_what_comes_first_is_called_a_first_of_its_own_body_and_topic():
    """A passage may be of two topics, and of two bodies: what is first by one is not said of the other."""
    hill = place(body="hill", body_name="Hill Board", document=7)
    first = First(body_name="Hill Board", anywhere=True, topic="Consultation")
    merged = entry(
        concept_label="Contracts", wording="IHO contract", places=(place(), hill), firsts=(first,),
        also=(Tag(concept_id="consultation", label="Consultation"),),
    )  # fmt: skip
    others = [
        entry(wording="IHO contract", snippet=f"Word {n}.", places=(place(document=n),)) for n in (2, 3)
    ]
    text = plain(digest(merged, *others))
    assert "First in this archive: Consultation, Hill Board, Board, 26 November 2026" in text
    assert "“IHO contract”" not in text.partition("NEW PASSAGES")[0].partition("FIRST")[2].split("Newest")[0]
    rare = entry(
        wording="rare", places=(place(), hill), firsts=(First(body_name="Hill Board", anywhere=True),)
    )
    text = plain(digest(rare, *others))
    assert "Rarest: “rare”, Vale, Board" in text
    own = First(body_name="Vale Council", anywhere=True)
    text = plain(digest(entry(wording="rare", places=(place(), hill), firsts=(own,)), *others))
    assert "Rarest and first in this archive: “rare”, Vale, Board" in text


def test_a_pattern_is_quoted_by_what_stands_in_the_paper():
    some = [
        entry(
            wording="close … ward",
            snippet=f"They may shut ward {n}.",
            marks=((9, 20),),
            places=(place(document=n),),
        )
        for n in (1, 2, 3)
    ]
    text = plain(digest(*some))
    assert "“shut ward 1”" in text
    assert "“close … ward”" not in text


def test_where_there_is_room_for_one_no_kind_of_loss_hides_another():
    replaced = [entry(concept_id=REPLACED, places=(place(document=n),)) for n in range(1, 9)]
    withdrawn = entry(concept_id=WITHDRAWN, places=(place(document=20, title="The paper that went"),))
    many = [
        entry(snippet="A word " + "here " * 60 + f"{n}.", places=(place(document=n),)) for n in range(30, 60)
    ]
    text = plain(digest(*many, replaced=tuple(replaced), withdrawn=(withdrawn,)))
    assert "All 9 papers" in text
    assert "The paper that went" in text


def test_a_meeting_ahead_says_its_day_once():
    meeting = Meeting(
        source_id="vale", key="1", body_name="Board", title="Board, 26 November 2026",
        starts_on=date(2026, 11, 26), url="https://vale.example.net/1",
    )  # fmt: skip
    text = plain(digest(entry(), ahead=(Ahead(body_name="Vale Council", meeting=meeting, mentions=2),)))
    assert "Thursday 26 November 2026: Board, Vale Council; 2 mentions in its papers" in text


def test_a_paper_that_a_person_added_is_marked():
    by_hand = place(by_hand=True)
    other = place(by_hand=True, document=2, title="Another")
    for text in parts(render(digest(entry(places=(by_hand, other))), PLAIN, sent_at=SENT_AT)):
        assert "captured 21 November 2026, added by hand" in text
        assert "Another (added by hand)," in text
    for text in parts(render(digest(entry(places=(place(),))), PLAIN, sent_at=SENT_AT)):
        assert "by hand" not in text


def parts(content: bytes) -> list[str]:
    return [" ".join(part(content, kind).split()) for kind in ("plain", "html")]


def test_the_proof_is_whole_and_leads_to_the_very_bytes():
    content = render(digest(entry()), SERVED, sent_at=SENT_AT)
    address = f"https://watch.example.org/papers/1/pages/3?version={'ab' * 6}"
    for text in (part(content, "plain"), part(content, "html")):
        assert f"SHA-256 {'ab' * 6}" in text
        assert f"https://watch.example.org/papers/1?version={'ab' * 32}" in text  # the whole hash
        assert address in text
    for text in parts(render(digest(entry()), PLAIN, sent_at=SENT_AT)):
        assert f"SHA-256 {'ab' * 32}" in text  # nowhere else to see it


@pytest.mark.parametrize("count", [1, 2])
def test_papers_replaced_or_withdrawn_are_told_apart_from_mentions(count):
    replaced, withdrawn = (
        tuple(
            entry(concept_id=what, places=(place(document=n, title=f"{what} {n}"),))
            for n in range(1, count + 1)
        )
        for what in (REPLACED, WITHDRAWN)
    )
    told = digest(entry(concept_label="a"), replaced=replaced, withdrawn=withdrawn)
    content = render(told, SERVED, sent_at=SENT_AT)
    check_message(content)
    papers, were = ("1 paper", "1 was") if count == 1 else ("2 papers", "2 were")
    assert parsed(content)["Subject"] == (
        f"Vale: a at Board on 26 Nov · {papers} replaced · {papers} withdrawn"
    )
    for text in parts(content):
        one = [f" (“{what} 1”)" if count == 1 else "" for what in (REPLACED, WITHDRAWN)]
        became = f"{were} replaced{one[0]} and {were} withdrawn{one[1]}"
        assert f"Of the papers we told you about, {became}." in text
        assert (
            "This paper has been replaced since we told you about it" in text
        )  # the new mention is in one of them
        assert text.count(f"/papers/1/changes?old={'ab' * 6}") == 2
        assert text.count("Withdrawn: no longer listed") == count
        assert text.count("Replaced: the new version no longer says this") == count
    alone = render(digest(replaced=replaced), PLAIN, sent_at=SENT_AT)
    assert parsed(alone)["Subject"] == f"Nothing new · {papers} replaced"
    assert "1 new passage" not in part(alone, "plain")
    assert "/changes" not in part(alone, "plain")  # without an address of ours there is nothing to lead to


def test_many_replaced_papers_are_counted():
    told = tuple(entry(concept_id=REPLACED, places=(place(document=n),)) for n in range(30))
    content = render(digest(replaced=told), SERVED, sent_at=SENT_AT)
    for text in parts(content):
        shown = text.count("Replaced: the new version")
        assert 2 < shown < 10
        assert "ll 30 papers" in text


@pytest.mark.parametrize(
    "label",
    [
        "Accountable care provider (12), Population payment (10)",
        "é" * 60,
        "x" * 100,
        "=?utf-8?q?a=0ABcc:b?= b",
    ],
)
def test_no_subject_begins_with_an_empty_line(label):
    for length in range(4):
        made = digest(entry(concept_label=label + "y" * length))
        message = render(made, PLAIN, sent_at=SENT_AT)
        assert re.search(rb"^Subject: \S.*\r$", message, re.MULTILINE)
        assert parsed(message)["Subject"] == (
            f"Vale: {words.clean(label + 'y' * length, 50)} at Board on 26 Nov"
        )


def test_pages_and_papers_that_could_not_be_read_are_counted_apart():
    account = Account(bodies=1, papers=2, pages=3, unreadable=1, unreadable_pages=4)
    text = " ".join(part(render(digest(account=account), PLAIN, sent_at=SENT_AT), "plain").split())
    assert (
        "1 paper and 4 pages of other papers could not be read, so mentions in them would be missed." in text
    )


def test_short_letters_are_whole_messages_too():
    asked = letters.confirmation("r@example.org", "savings\r\nBcc: x@y.z", "tok/n", SERVED, sent_at=SENT_AT)
    message = parsed(asked)
    assert message.defects == []
    assert "Bcc" not in message
    assert "https://watch.example.org/confirm/tok%2Fn" in message.get_content()
    one = letters.notice("o@example.org", ["Vale (vale) is broken: 0 rows"], "k", SERVED, sent_at=SENT_AT)
    assert parsed(one)["Subject"] == "Vale (vale) is broken: 0 rows"
    two = letters.notice("o@example.org", ["a", "b"], "k", SERVED, sent_at=SENT_AT)
    assert parsed(two)["Subject"] == "2 changes of state"
    assert "- a" in parsed(two).get_content()


@pytest.mark.parametrize(
    ("snippet", "marks", "pieces"),
    [
        ("one two", ((4, 7),), (("one ", False), ("two", True))),
        ("one two", (), (("one two", False),)),
        ("one two", ((0, 3), (4, 7)), (("one", True), (" ", False), ("two", True))),
        ("one two", ((4, 7), (0, 5)), (("one two", True),)),
        ("one two", ((-9, 3), (5, 3), (7, 99)), (("one", True), (" two", False))),
        ("popu\u00adlation\npayment", ((0, 20),), (("popu-lation payment", True),)),
        ("", ((0, 3),), ()),
    ],
)
def test_the_wording_is_marked_where_it_stands(snippet, marks, pieces):
    assert words.pieces(entry(snippet=snippet, marks=marks)) == pieces


def test_a_very_long_sentence_is_cut_around_its_wording():
    snippet = "a " * 5_000 + "WORD" + " z" * 5_000
    shown = words.pieces(entry(snippet=snippet, marks=((10_000, 10_004),)))
    assert ("WORD", True) in shown
    text = "".join(piece for piece, _ in shown)
    assert len(text) <= words.SNIPPET + 2
    assert text[0] == text[-1] == "…"


def test_words():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert english.counted(1, "body", "bodies") == "1 body"
    assert english.counted(1204, "body", "bodies") == "1,204 bodies"
    assert english.day(date(2026, 11, 26)) == "Thursday 26 November 2026"
    assert english.instant(datetime(2026, 7, 1, 9, 5, tzinfo=UTC)) == "1 July 2026, 09:05 UTC"
    assert words.clean("a\r\nb\u202ec" + "d" * 900, 10) == "a b cdddd…"


def test_templates_are_strict_and_escape_all_but_text():
    assert _TEMPLATES.from_string("{{ a }}").render(a="<") == "&lt;"
    with pytest.raises(UndefinedError):
        _TEMPLATES.from_string("{{ nothing }}").render()


def contrast(one: str, other: str) -> float:
    def luminance(colour):
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_colour_can_be_read():
    style = (Path(__file__).parent.parent.parent / "alerts" / "templates" / "digest.html").read_text(
        encoding="utf-8"
    )
    light, dark = style.split("prefers-color-scheme: dark")
    for part_, ground in ((light, "#ffffff"), (dark, "#15191d")):
        colours = re.findall(r"[;{ ]color: (#[0-9a-f]{6})", part_)
        assert len(colours) == 3
        assert min(contrast(colour, ground) for colour in colours) >= 4.5


def test_golden_cases_are_plain_data():
    for name in KEPT:
        assert set(json.loads((DIGESTS / name / "case.json").read_text(encoding="utf-8"))) == {
            "settings", "sent_at", "digest",
        }  # fmt: skip
    assert len(CASES) >= 12


def test_what_is_left_out_is_more_only_where_some_is_shown():
    def said(*counts, url=""):
        return [words.rest(total, shown, "date", url).text for total, shown in counts]

    assert said((5, 0), (5, 2), (5, 5), (0, 0)) == ["5 dates", "and 3 more dates", "", ""]
    leads_to_all = said((5, 0), (5, 2), (2, 1), (5, 5), url="https://watch.example.org")
    assert leads_to_all == ["5 dates", "all 5 dates", "both dates", ""]


@pytest.mark.parametrize(
    ("kind", "said"), [("Other paper", "a paper"), ("Agenda", "an agenda"), ("Minutes", "minutes")]
)
def test_a_subject_names_a_paper_in_plain_english(kind, said):
    assert opening._a(kind) == said
