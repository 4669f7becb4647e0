"""The words around a mention, as a reader would quote them."""

from __future__ import annotations

import itertools
import re
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.canonical import canonical, shown
from pipeline.text.snippets import MOST_WORDS, around


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("One. The *plan* is new. Three.", "The *plan* is new."),
        ("The *plan* is new", "The *plan* is new"),
        ("4. Checks\nContracts must pass\nthe *plan* first. Then", "Contracts must pass the *plan* first."),
        ("Report\nThe plan\nIt is a *plan* of ours.", "It is a *plan* of ours."),
        (
            "So it is. Why\nThe *plan*, which the\nBoard noted, is new.",
            "The *plan*, which the Board noted, is new.",
        ),
        ("A popu\u00adlation *plan*", "A popu-lation *plan*"),
        ("A popu\u00adlation *plan*. Population", "A population *plan*."),
        ("A popu\u00adlation *plan*. Populations", "A popu-lation *plan*."),
        ("No co\u00adordination *plan*. Coordination or co-ordination", "No co-ordination *plan*."),
        ("Of 2025\u00ad26 a *plan*. 202526", "Of 2025-26 a *plan*."),
        ("Cost: £12.3m for the *plan* in 2026. Next", "Cost: £12.3m for the *plan* in 2026."),
        ("\u2022 First\n\u2022 The *plan*\n\u2022 Third", "\u2022 The *plan*"),
        ("Heading\n\nThe *plan*\n\nMore", "The *plan*"),
        ("*plan*", "… *plan*"),  # the page before has how it begins
        ("the *plan*. So", "… the *plan*."),
        (
            "Seen by Dr. Who and No. 5 of the *plan* there. Next",
            "Seen by Dr. Who and No. 5 of the *plan* there.",
        ),
        ("Risk\n2.1 The *plan* is new.\n2.2 More", "2.1 The *plan* is new."),
        (
            "Access to Chemists\nThere was much concern in the town about\nthe *plan* of the board. So",
            "There was much concern in the town about the *plan* of the board.",
        ),
        (
            "Words that fill a line of a page as wide as\nit is.\nLead\nThe *plan*\nAmber\nDue May",
            "Lead / The *plan* / Amber / Due May",
        ),
        (
            "It was agreed with all of the members to\nask Dudley Group for its *plan* of beds. Then",
            "It was agreed with all of the members to ask Dudley Group for its *plan* of beds.",
        ),
        (
            "Trusts of our town 410.2 415.9\nThe *plan* of all beds here 88.0 87.1 9\nAll of it 498 503",
            "The *plan* of all beds here 88.0 87.1 9",
        ),
        (
            "Item 5 Lead: the board here\nAction: the *plan* is to be told to all of us\nOwner: chair",
            "Action: the *plan* is to be told to all of us",
        ),
        (
            "Dear Councillor,\nWe write of the *plan* for you and all of us here. So",
            "We write of the *plan* for you and all of us here.",
        ),
        (
            "It should be with the *plan* of the town, and Youth and\nCommunity Services. Then it is told.",
            "It should be with the *plan* of the town, and Youth and Community Services.",
        ),
        (
            "It was for all of the many boards and councils of the whole of our town and here it is so. So\n"  # noqa: ISC004
            "the *plan* is that which all of the members of Northshire Integrated\nCare Board",
            "So the *plan* is that which all of the members of Northshire Integrated …",
        ),
    ],
)
def test_the_sentence_and_nothing_else(text, quoted):
    start = text.index("*")
    bare = text.replace("*", "")
    snippet = around(bare, start, start + len("plan"))
    marked = f"{snippet.text[: snippet.mark_start]}*{snippet.text[snippet.mark_start : snippet.mark_end]}*"
    assert marked + snippet.text[snippet.mark_end :] == quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Ask jo.bloggs@dudley.gov.uk for the *plan*.", "Ask … for the *plan*."),
        ("Ask jo.bloggs@*plan*.nhs.uk today.", "Ask …*plan*… today."),
        ("Ask jo [at] dudley.gov.uk or jo(at)x.org: *plan*.", "Ask … or …: *plan*."),
        ("The *plan* (tel 01384 812345, 0300 123 4567).", "The *plan* (tel …, …)."),
        ("Ring +44 (0)20 7946 0000 or (020) 7946 0958: *plan*.", "Ring … or …: *plan*."),
        ("Ring 07700 900123 ext. 4021 of the *plan*.", "Ring … … of the *plan*."),
        ("In 2025/26 the *plan* costs £0.5m, 020 of 1,000 by 01/04/2027.",) * 2,
        ("The *plan* is SN 00123456 of 12 0001234567890 and 2026-11-26.",) * 2,
        ("An extension 2027 of the *plan* at 50% @ noon.",) * 2,
    ],
)
def test_nobodys_address_or_number_is_quoted(text, quoted):
    start = text.index("*")
    snippet = around(text.replace("*", ""), start, start + len("plan"))
    marked = f"{snippet.text[: snippet.mark_start]}*{snippet.text[snippet.mark_start : snippet.mark_end]}*"
    assert marked + snippet.text[snippet.mark_end :] == quoted


BLOCKS = st.lists(
    st.tuples(st.sampled_from(["heading", "cell", "item", "numbered", "paragraph"]), st.integers(1, 4)),
    min_size=1,
    max_size=3,
)


def page(groups: list[list[tuple[str, int]]], width: int) -> str:
    """A page of blocks, between paragraphs that show how wide it is set; a word says of which block it is."""
    lines: list[str] = []
    for number, group in enumerate(groups):
        for at, (kind, length) in enumerate([*group, ("paragraph", 9)]):
            block = f"b{number}x{at}"
            words = [f"{block}w{n}" for n in range(length * 4 if kind == "paragraph" else length)]
            if kind == "item":
                lines.append("• " + " ".join(words))
            elif kind == "numbered":
                lines.append(f"{number + 1}.{at + 1} " + " ".join(words).capitalize())
            elif kind == "paragraph":
                lines += textwrap.wrap(" ".join(words).capitalize() + ".", width)
            else:
                lines.append(" ".join(words).capitalize())
    return canonical("\n".join(lines))


@settings(deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=3), st.integers(50, 100), st.data())
def test_a_quote_never_runs_over_a_break_without_showing_it(groups, width, data):
    text = page(groups, width)
    mention = data.draw(st.sampled_from(list(re.finditer(r"b\w+", text, re.IGNORECASE))))
    quote = around(text, *mention.span()).text
    assert mention[0] in quote
    words = list(re.finditer(r"b(\d+x\d+)w\d+", quote, re.IGNORECASE))
    for one, other in itertools.pairwise(words):
        between = quote[one.end() : other.start()]
        assert one[1] == other[1] or " / " in between or "…" in between, quote


@settings(deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=3), st.integers(50, 100), st.data())
def test_a_quote_is_short_and_of_the_page(groups, width, data):
    text = page(groups, width)
    mention = data.draw(st.sampled_from(list(re.finditer(r"b\w+", text, re.IGNORECASE))))
    snippet = around(text, *mention.span())
    assert snippet.text[snippet.mark_start : snippet.mark_end] == mention[0]
    assert len(re.findall(r"\w+", snippet.text)) <= MOST_WORDS + 2  # the numbers of items
    for piece in re.split(r" / |…", snippet.text):
        assert piece.strip() in shown(text)


def test_a_long_sentence_keeps_the_words_near_the_mention():
    words = [f"W{n}" for n in range(200)]
    text = " ".join(words)
    for number in (0, 5, 40, 100, 199):
        start = text.index(f"{words[number]} " if number < 199 else "W199")
        quote = around(text, start, start + len(words[number])).text
        assert len(quote.replace("…", "").split()) == MOST_WORDS or number == 199
        assert words[number] in quote.split()
        assert quote.startswith("… ") is (number > MOST_WORDS - 1 or number > 20)
        assert quote.endswith(" …") is (number < 199)


def test_a_sentence_without_end_is_cut_at_words():
    text = "word " * 300 + "plan " + "word " * 300
    snippet = around(text, 1500, 1504)
    assert snippet.text.startswith("… word")
    assert snippet.text.endswith("word …")
    assert len(snippet.text) < 900


@given(st.text(alphabet="aB .\n\u00ad-1", max_size=200), st.integers(0, 200), st.integers(1, 20))
def test_the_mark_is_on_the_mention(text, start, length):
    text = canonical(text)
    start, end = min(start, len(text)), min(start + length, len(text))
    snippet = around(text, start, end)
    marked = snippet.text[snippet.mark_start : snippet.mark_end]
    assert (
        marked.replace("-", "").replace(" / ", " ").split() == shown(text[start:end]).replace("-", "").split()
    )
    assert "\n" not in snippet.text


@pytest.mark.parametrize("lines", [1, 40])
def test_lines_far_from_the_mention_change_no_quote(lines):
    far = "\n".join(f"{number}. Another item of the agenda." for number in range(lines))
    text = f"1. The board agreed the plan.\n{far}"
    assert around(text, text.index("plan"), text.index("plan") + 4).text == "The board agreed the plan."
