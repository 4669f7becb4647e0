"""The digest seen by other eyes: a strict HTML parser, a CSS parser, and Chromium as three mail clients."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache, lru_cache

import html5lib
import pytest
import tinycss2

from alerts.render import MAX_HTML, MAX_MESSAGE, MAX_WORDS, render
from alerts.words import counted_words
from pipeline.model import First
from tests.alerts.test_render import SENT_AT, SERVED, digest, entry, part, place
from tests.helpers.digest_cases import CASES, load

WIDTHS = (320, 700)
SCHEMES = ("light", "dark")

# What caniemail.com says that Outlook for Windows, Gmail or Yahoo do not draw: none of it may carry meaning.
NOT_IN_MAIL = {
    "align-content", "align-items", "animation", "aspect-ratio", "backdrop-filter", "background-image",
    "background-size", "bottom", "box-shadow", "clip-path", "column-count", "columns", "cursor",
    "display", "filter", "flex", "float", "gap", "grid", "grid-template-columns", "inset",
    "justify-content", "left", "mask", "object-fit", "opacity", "outline", "overflow", "position",
    "resize", "right", "text-shadow", "top", "transform", "transition", "visibility", "z-index",
}  # fmt: skip
# Left out where it is not known, and nothing is lost by that.
MAY_BE_IGNORED = {"max-width", "overflow-wrap", "white-space"}
DRAWN_EVERYWHERE = {
    "background", "border-left", "border-left-color", "border-top", "border-top-color", "color", "font",
    "font-family", "font-size", "font-style", "font-weight", "line-height", "margin", "margin-top", "padding",
    "padding-left", "padding-top",
}  # fmt: skip
MOST_STYLE = 8_192  # characters: Gmail leaves out a longer <style> whole


@cache
def largest() -> bytes:
    """As many mentions as one message takes."""
    words = " ".join(["The “payment” of <the> year & after"] * 9)
    return render(
        digest(
            *[
                entry(
                    concept_id=f"c{n % 5}",
                    concept_label=f"concept {n % 5}",
                    snippet=f"{n}. {words}",
                    marks=((8, 15),),
                    places=tuple(
                        place(
                            document=n * 10 + m,
                            title=f"Paper {n}.{m}",
                            page=n + 1,
                            pages=900,
                            url=f"https://vale.example.net/papers/{n}/{m}.pdf",
                        )
                        for m in range(4)
                    ),
                    firsts=(First(body_name="Vale Council"),) if n % 3 == 0 else (),
                )
                for n in range(2_000)
            ]
        ),
        SERVED,
        sent_at=SENT_AT,
    )


def made(name: str) -> bytes:
    if name == "largest":
        return largest()
    case = load(name)
    return render(case.digest, case.settings, sent_at=case.sent_at)


MESSAGES = [*CASES, "largest"]


@pytest.fixture(scope="module", params=MESSAGES)
def message(request):
    return made(request.param)


@pytest.fixture
def html(message):
    return part(message, "html")


@lru_cache(maxsize=2)  # several tests ask for one, and none changes it
def tree(html: str):
    """Raises ParseError for what the HTML standard calls an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def test_a_strict_parser_has_nothing_to_mend(html):
    found = tree(html)
    assert {element.tag for element in found.iter() if isinstance(element.tag, str)} <= {
        "html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "h4", "p", "span", "br",
        "b", "a", "ul", "ol", "li", "blockquote",
    }  # fmt: skip


def test_headings_go_down_by_single_steps(html):
    levels = [int(tag[1]) for tag in (str(e.tag) for e in tree(html).iter()) if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def declarations(css: str):
    for declared in tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True):
        assert declared.type == "declaration", declared
        yield declared


def test_nothing_is_asked_of_a_mail_client_that_it_cannot_draw(html):
    found = tree(html)
    (style,) = found.iter("style")
    assert len(style.text) < MOST_STYLE
    rules = tinycss2.parse_stylesheet(style.text, skip_comments=True, skip_whitespace=True)
    conditions, blocks = [], []
    for rule in rules:
        assert rule.type in {"qualified-rule", "at-rule"}, rule
        if rule.type == "at-rule":
            assert rule.at_keyword == "media"  # no @import, no @font-face
            conditions.append(tinycss2.serialize(rule.prelude).strip())
            blocks += tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        else:
            blocks.append(rule)
    assert conditions == ["(max-width: 400px)", "(prefers-color-scheme: dark)"]
    asked = [tinycss2.serialize(block.content) for block in blocks]
    asked += [element.attrib["style"] for element in found.iter() if "style" in element.attrib]
    names = {declared.lower_name for css in asked for declared in declarations(css)}
    assert not names & NOT_IN_MAIL
    assert names <= DRAWN_EVERYWHERE | MAY_BE_IGNORED
    for css in asked:
        for declared in declarations(css):
            kinds = {token.type for token in declared.value}
            assert not kinds & {"url", "function"}, css  # nothing remote, no var() or calc()


@dataclass(frozen=True)
class Seen:
    """One mention as a reader of either part sees it."""

    page: str
    quote: str
    original: str
    archived: str


def flat(text: str) -> str:
    return " ".join(text.split())


def in_html(html: str) -> list[Seen]:
    found = []
    body = next(tree(html).iter("div"))
    for quote, below in zip(body, list(body)[1:], strict=False):
        if quote.tag != "blockquote":
            continue
        assert below.tag == "p"
        addresses: dict[str, str] = {}
        for link in below.iter("a"):
            addresses.setdefault(flat("".join(link.itertext())).casefold(), link.attrib["href"])
        where = re.match(r"(?:.+?, )??page [\d,]+ of [\d,]+", flat("".join(below.itertext())), re.IGNORECASE)
        page = where[0]
        found.append(
            Seen(
                page.casefold(),
                flat("".join(quote.itertext())),
                addresses.get(page.casefold(), ""),
                addresses.get("archive", ""),
            )
        )
    return found


def in_text(text: str) -> list[Seen]:
    """Mentions stand four columns in: where, an empty line, the sentence, an empty line, the addresses."""
    indented = re.findall(
        r"^    ((?:\S(?:.|\n    )*?,(?: |\n    ))??[Pp]age\s+[\d,]+\s+of\s+[\d,]+)(?:\.|\s+·).*\n"
        r"(?:    .*\n)*\n"
        r"((?:    .*\n)+)\n"
        r"((?:    (?:Original|Archive): \S+\n)*)",
        text,
        re.MULTILINE,
    )
    found = []
    for page, quote, addresses in indented:
        of = dict(re.findall(r"(Original|Archive): (\S+)", addresses))
        found.append(
            Seen(
                flat(page).casefold(),
                flat(quote.replace("*", "")),
                of.get("Original", ""),
                of.get("Archive", ""),
            )
        )
    return found


def test_both_parts_have_the_same_mentions_in_the_same_order(message, html):
    seen = in_html(html)
    assert seen == in_text(part(message, "plain").replace("\r\n", "\n"))
    assert len(seen) == html.count("<blockquote")


def test_the_largest_message_is_full_and_still_whole():
    message = largest()
    html = part(message, "html")
    assert len(html.encode()) < MAX_HTML
    assert len(message) < MAX_MESSAGE
    assert MAX_WORDS * 0.8 < counted_words(part(message, "plain")) <= MAX_WORDS
    assert 3 < len(in_html(html)) < SERVED.entries_shown


# ---- as drawn


@pytest.fixture(scope="module")
def client(browser):
    """Draws one message after the other; `asked` is what it would have fetched."""
    context = browser.new_context(viewport=viewport(700), offline=True, bypass_csp=True)
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


def viewport(width):
    return {"width": width, "height": 800}


_STYLES = """() => [...document.body.querySelectorAll('*')].map(element => {
  const style = getComputedStyle(element);
  return [element.tagName, ...['color', 'fontFamily', 'fontSize', 'fontStyle', 'fontWeight', 'lineHeight',
    'marginTop', 'marginBottom', 'paddingTop', 'paddingLeft', 'borderTopWidth', 'borderTopColor',
    'borderLeftWidth', 'borderLeftColor', 'maxWidth'].map(name => style[name])];
})"""


def test_a_client_that_drops_the_style_sheet_draws_the_same(client, html):
    client.emulate_media(color_scheme="light")
    client.set_content(html)
    whole = client.evaluate(_STYLES)
    client.set_content(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    assert len(whole) > 3
    assert client.evaluate(_STYLES) == whole


def test_nothing_runs_over_the_edge_and_nothing_is_fetched(client, html):
    client.asked.clear()
    client.set_content(html)
    for width, scheme in itertools.product(WIDTHS, SCHEMES):
        client.set_viewport_size(viewport(width))
        client.emulate_media(color_scheme=scheme)
        assert client.evaluate("document.documentElement.scrollWidth") == width, scheme
        assert client.evaluate(
            """() => [...document.body.querySelectorAll('*')].every(element =>
                 [...element.getClientRects()].every(box => box.left >= 0 && box.right <= innerWidth))"""
        ), (width, scheme)
    assert client.asked == []


_CONTRASTS = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  return [...document.body.querySelectorAll('*')].map(element => {
    const ink = light(getComputedStyle(element).color);
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
  });
}"""


def test_all_of_it_can_be_read_by_day_and_by_night(client, html):
    client.set_content(html)
    grounds = set()
    for scheme in SCHEMES:
        client.emulate_media(color_scheme=scheme)
        assert min(client.evaluate(_CONTRASTS)) >= 4.5, scheme
        grounds.add(client.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(grounds) == len(SCHEMES), "each was drawn"
