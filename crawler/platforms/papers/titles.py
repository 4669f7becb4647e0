"""What a paper is called: by its link, or where that only says "Download", by what is around it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.lines import (
    is_date_line,
    is_prose,
    lead_of,
    own_lines,
    says_a_day,
    says_when,
)
from crawler.platforms.papers.page.publication import says_publication
from crawler.platforms.papers.page.structure import RecordKind
from crawler.platforms.papers.wording import addresses, bodies, vocabulary
from crawler.platforms.shared.dates import without_dates
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.select import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.platforms.papers.page.structure import Line, Link, Record

_LONGEST = 200
# "(PDF, 18.6MB)", "[PDF 2 MB]", "- PDF", "PDF 142 KB" at the end
_TYPE = (
    r"(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|csv|word|excel|powerpoint|ms word)\b"
    r"(?:\s(?:file|document|format|version))?"
)
_SIZE = r"\d[\d.,]{0,9}\s?(?:bytes|[kmg]i?b)\b"
_FILE = re.compile(
    rf"[\s,\-\u2013|:.]*[(\[]?\s*\b(?:{_TYPE}[\s,:;\-\u2013|/)\]]{{0,4}}[(\[]?(?:{_SIZE})?|{_SIZE}"
    rf"(?:[\s,;/]{{1,3}}{_TYPE})?)\s*(?:,?\s*\d+ pages?)?[)\]]?\s*$",
    re.IGNORECASE,
)
_ONLY_A_KIND = re.compile(r"(?:(?:view|read|see|open|download) )?(?:the )?papers", re.IGNORECASE)
_FEW_WORDS = 12
_SHORT = 90  # characters of what is around "Papers" and is put before it
_JUNK = re.compile(r"download|upload|publish|added|modified|\bpdf\b|\d ?[km]b\b", re.IGNORECASE)
_KIND_WORD = re.compile(r"\b(?:agenda|minutes|papers|pack)\b", re.IGNORECASE)
_VERB = re.compile(
    r"^(?:please\s+)?(?:click\s+(?:here|to)\s*(?:to|for)?\s*)?(?:view|read|open|see|download|get"
    r"|access)\b[\s:]*(?:and download\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
# "the slides are here", "here for the minutes"
_BEFORE_WHAT = re.compile(r"^(?:\W|(?:and|or|the|our|its|a|an)\b)+", re.IGNORECASE)
_AFTER_WHAT = re.compile(
    r"\W*(?:\b(?:is|are|may|can|be|and|found|read|downloaded|seen|available)\b\W*)*$", re.IGNORECASE
)
_FOR = re.compile(r"^\W*(?:for|to (?:read|see|view|download|open))\s+(?P<what>[^.;]+)", re.IGNORECASE)
# "Item 5", "Paper A1": which of many it is, and not what
_ONLY_A_NUMBER = re.compile(
    r"(?:(?:agenda )?item|paper|enc(?:losure)?|appendix|attachment|document|no\.?)"
    r"(?:\W{0,2}[a-z]{0,2}\d+(?:\.\d+)*[a-z]?|\W{1,2}[a-z])",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"n/?a|none|tbc|to follow|\W*", re.IGNORECASE)  # of a cell that has no paper
_BARE_KIND = re.compile(
    r"(?:(?:draft|approved|confirmed|board|public|full|combined|supporting|meeting|the)\s)*"
    r"(?:agendas?|papers|minutes|pack|presentations?|slides)(?:\s(?:and|&)\s(?:papers|minutes|reports))?",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"[\s:,\-\u2013]*\b(?:please\s+)?(?:click|view|read|see|download|available)\W*$", re.IGNORECASE
)
_EMPTY = re.compile(
    r"^(?:click|here|this|it|the|to|more|link|file|document|attachment|pdf|word|docx?|zip|full|final|now|online|\W)*$",
    re.IGNORECASE,
)

# What download plugins and content systems say of a link, whatever the paper.
_OF_THE_LINK = re.compile(
    r"\b(?:(?:latest|current|final|draft|updated|revised|approved|signed|print|full|web) version"
    r"|(?:v|ver|version|rev|revision)\b[.:]?\s*(?:no\.?\s*)?(?:\d+(?:[. ]\d+)*|one|two|three|four|five)"
    r"|v\d+(?:[. ]\d+)*|(?:this link )?opens?(?: an?)?(?: (?:pdf|file|document))?)\b",
    re.IGNORECASE,
)


def cleaned(text: str) -> str:
    """A title without file size and type; a file's name as words."""
    text = title_of(text)
    if " " not in text and ("_" in text or text.count("-") > 1 or "." in text[1:]):
        text = addresses.spaced(re.sub(r"\.[a-z]{3,4}$", "", text, flags=re.IGNORECASE))
    while True:
        shorter = _FILE.sub("", text).strip(" ,-\u2013|:")
        if shorter == text or not shorter:
            return text if shorter or not _FILE.fullmatch(text) else ""
        text = shorter


def says_nothing(text: str) -> bool:
    """Words of a link that do not say which paper it is: "Download", "View PDF", "Read more"."""
    rest = _VERB.sub("", cleaned(_OF_THE_LINK.sub("", text))).strip()
    return bool(_EMPTY.match(rest)) or vocabulary.is_generic(text) or rest.casefold() == "paper"


def is_number(text: str) -> bool:
    """It says which paper of many, and not what: "Item 5", "View paper A1"."""
    return bool(_ONLY_A_NUMBER.fullmatch(_VERB.sub("", cleaned(text))))


def is_pointed_at(link: Link) -> bool:
    """All its line says is what the link is: "The winter plan is here"."""
    before, after = link.line.text[: link.start], link.line.text[link.end :]
    points = says_nothing(link.text) and re.search(r"\b(?:is|are)\W*$", before, re.IGNORECASE)
    return bool(points) and len(before.split()) <= _FEW_WORDS and not re.search(r"[.!?]\s+\S", after)


def lend_words(links: Sequence[Link]) -> None:
    """A button next to a title's link, to the same file, is that title's."""
    for one, other in pairwise(links):
        if one.url and one.url == other.url and other.line.order - one.line.order <= 3:
            is_about = bool(one.text) and other.text.endswith(one.text)  # "Read more about …"
            if is_about or (says_nothing(other.text) and not says_nothing(one.text)):
                other.text = one.text
            elif says_nothing(one.text) and not says_nothing(other.text):
                one.text = other.text


def title_of_link(link: Link) -> str:
    """What a person would call the paper."""
    own = cleaned(link.text)
    only_a_kind = bool(_ONLY_A_KIND.fullmatch(own))
    number = is_number(own)
    if own and not says_nothing(own) and not number and not (only_a_kind and not _is_named(link, own)):
        return own[:_LONGEST]
    rest = _VERB.sub("", own)
    kind = rest if vocabulary.says_papers(rest) and not number else _kind_beside(link) or _kind_in_name(link)
    over = [each.text for each in reversed(link.headings)][:1]
    for text in (*_around(link), *(() if number else over)):
        said = cleaned(text)
        if (
            said
            and not says_nothing(said)
            and not is_number(said)
            and not (only_a_kind and (len(said) > _SHORT or _JUNK.search(said)))
        ):
            named = kind and not vocabulary.says_paper(said)
            return (
                f"{said[: _LONGEST - len(kind) - 2].rstrip()}: {kind}" if named else said[:_LONGEST]
            ).strip()
    name = cleaned(addresses.spaced(addresses.file_name(link.url)))
    return own or name[:_LONGEST] or "Paper"


def caption(link: Link) -> str:
    """All that is with a picture: the words of a link that has none of its own."""
    record = link.records[-1] if link.records else None
    if record is None or record.links > 1:
        return ""
    return " ".join(line.text for line in record.lines)


def _is_named(link: Link, own: str) -> bool:
    """The list that it is in calls it so: "Papers" next to the term "Papers"."""
    return own.casefold() in {
        link.line.label.casefold(),
        *(each.text.casefold() for each in link.headings[-1:]),
    }


def _kind_beside(link: Link) -> str:
    """The kind that a badge of the link's own record says."""
    record = link.records[-1] if link.records else None
    if record is None or record.links > 1:
        return ""
    said = (_without_body(line.text) for line in record.lines if not line.links and not line.is_heading)
    return next((text for text in said if _BARE_KIND.fullmatch(text)), "")


def _without_body(text: str) -> str:
    """The words of a line of badges but for whose meeting it is."""
    body = bodies.committee_in(text) or bodies.board_in(text)
    return re.sub(
        rf"\b(?:new|{re.escape(body)})\b" if body else r"\bnew\b", "", text, flags=re.IGNORECASE
    ).strip()


def _kind_in_name(link: Link) -> str:
    """The kind of paper that the file's name says, where the link says none."""
    said = [each.lower() for each in _KIND_WORD.findall(addresses.spaced(addresses.file_name(link.url)))]
    return " and ".join(dict.fromkeys(said)).capitalize()


def _around(link: Link) -> Iterator[str]:
    """What is around a link that says nothing itself, the nearest first."""
    yield from link.labels
    yield from _spoken_of(link)
    if (
        link.line.cell is not None
        and vocabulary.says_paper(link.line.cell.head)
        and not says_nothing(link.line.cell.head)
    ):
        yield link.line.cell.head
    term = link.headings[-1].text if link.headings and link.headings[-1].is_term else link.line.label
    if (
        term
        and not says_when(term)
        and not any(each.month and each.of_meeting for each in date_mentions(term))
    ):
        yield term
    yield from _item_above(link)
    for record in reversed(link.records):
        if record.links > 12:
            break
        yield from _of_record(record, link)
    yield from _name_above(link)


def _item_above(link: Link) -> Iterator[str]:
    """The item to which a number belongs in a list of terms: "Winter plan", and below it "Enc 4"."""
    above = link.line.before
    if above is None or above.links or above.headings != link.headings or not _is_told(above):
        return
    if above.shape.startswith("dd") and link.line.shape.startswith("dd"):
        yield above.text


def _name_above(link: Link) -> Iterator[str]:
    """The line above a button "Open" that names its paper, where a note on the file may be between them.

    A sentence is over a list, and names none of its papers.
    """
    above = link.line.before
    while above is not None and not above.links and _is_note(above):
        above = above.before
    if above is None or above.links or (above.headings, above.records) != (link.headings, link.records):
        return
    is_name = not (above.is_heading or is_prose(above) or is_date_line(above.text)) and _is_told(above)
    if is_name and len(above.text) <= _SHORT and link.line.links[0] is link:
        yield above.text


def _is_note(line: Line) -> bool:
    """It says of the file when it was put there: "Updated 1 December 2025"."""
    return line.is_publication or (
        bool(date_mentions(line.text)) and says_publication(without_dates(line.text))
    )


def _is_told(line: Line) -> bool:
    return bool(without_dates(line.text)) and not says_nothing(line.text)


def _spoken_of(link: Link) -> Iterator[str]:
    """What its line says of it."""
    after = link.line.text[
        link.end : min((each.start for each in link.line.links if each.start >= link.end), default=None)
    ]
    if found := _FOR.match(after):
        yield _AFTER_WHAT.sub("", _BEFORE_WHAT.sub("", found["what"]))
    is_first = not link.line.links[0].start < link.start
    before = _CALL.sub("", link.line.text[: link.start] if is_first else lead_of(link))
    before = _AFTER_WHAT.sub("", before if is_first else _BEFORE_WHAT.sub("", before)).strip(" -\u2013:|(")
    if before:
        yield before


def _of_record(record: Record, link: Link) -> Iterator[str]:
    """The line of a record that names the thing: its heading, else its longest words before the link."""
    lines = [line for line in own_lines(record) if line is not link.line and not line.label]
    headings = [line.text for line in lines if line.is_heading]
    yield from headings
    if record.kind is RecordKind.ROW:
        of_others = {line.cell for line in lines if line.links and line.cell is not link.line.cell}
        named = (line for line in lines if line.links or line.cell not in of_others)
        told = [line.text for line in named if _names_the_row(line, link)]
        if told:
            yield " ".join(told)[:_LONGEST]
        return
    for line in sorted(lines, key=lambda line: line.order > link.line.order):
        is_after = line.order > link.line.order
        of_another = bool(line.links) or (bool(link.text) and record.links > 1)
        if _is_title(line.text) and not (is_after and of_another):
            yield line.text
    dated = [line for line in lines if any(each.month for each in date_mentions(line.text))]
    before = [line.text for line in dated if line.order < link.line.order]
    yield from before[-1:] or [line.text for line in dated[:1]]


def _names_the_row(line: Line, link: Link) -> bool:
    """A cell that says what the row is of: one before the link's, and no column of papers."""
    if _NOTHING.fullmatch(line.text):
        return False
    if line.cell is None or link.line.cell is None or line.cell is link.line.cell:
        return _is_title(line.text)
    if says_a_day(link.line.cell.head) and line.cell.column < link.line.cell.column and not line.links:
        return True  # a row of a turned table: "Agenda"
    if vocabulary.says_paper(line.cell.head) or line.cell.column > link.line.cell.column:
        return False
    return not line.links or not all(
        says_nothing(each.text) or _BARE_KIND.fullmatch(cleaned(each.text)) for each in line.links
    )


def _is_title(text: str) -> bool:
    return len(without_dates(text).split()) >= 2 and not says_nothing(text)
