"""How much of the truth a crawl found: verdicts on each paper, and figures."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.papers_generator.site import Truth, same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import Document, Meeting
    from tests.papers_generator.crawling import Crawl
    from tests.papers_generator.site import Site

KINDS = {"report": "item", "notice": "other"}
LITTLE = {"and", "the", "of", "nhs", "meeting", "meetings", "public", "s"}
# Words of the machinery round a link: at a title's end, alone, or run into what stands beside them.
JUNK = re.compile(
    r"\b(?:download|click|here)$|view pdf|load more|accept all|\d ?[mk]b\b|pdf\d|^\W*\(", re.IGNORECASE
)


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """What is right on one site, counted, and a line for each thing that is not."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def score(site: Site, made: Crawl) -> Verdicts:
    verdicts = Verdicts()
    others = {each.committee for each in site.truth.values()} - {""}
    by_address: dict[tuple[str, str, str, str], list[Document]] = {}
    for document in made.documents.values():
        by_address.setdefault(same(document.url), []).append(document)
    for address, truth in site.truth.items():
        addresses = dict.fromkeys((address, *map(same, truth.also_urls)))
        got = [document for each in addresses for document in by_address.pop(each, [])]
        _judge(truth, got, made, others, verdicts)
    for documents in by_address.values():
        verdicts.counts["taken"] += len(documents)
        verdicts.faults += [f"not a paper: {each.kind} {each.title!r} {each.url}" for each in documents]
    verdicts.counts["requests"] += made.requests
    verdicts.counts["cut"] += made.is_cut
    return verdicts


def _judge(truth: Truth, got: list[Document], made: Crawl, others: set[str], verdicts: Verdicts) -> None:
    counts, faults = verdicts.counts, verdicts.faults
    if truth.is_tolerated and not got:
        return
    if truth.is_elsewhere and not got:
        host = urlsplit(truth.url).hostname or ""
        is_named = any(host in each for each in made.problems) or any(
            host == each.host or same(each.url) == same(truth.url) for each in made.left
        )
        counts["elsewhere"] += 1
        counts["elsewhere told"] += is_named
        if not is_named:
            faults.append(f"its host is not named: {truth.url}")
        return
    counts["due"] += 1
    if not got:
        reasons = [str(each.reason) for each in made.left if same(each.url) == same(truth.url)]
        counts["missed"] += 1
        counts["missed and said"] += bool(reasons)
        said = f" ({reasons[0]})" if reasons else ""
        faults.append(f"missed{said}: {truth.kind} of {truth.day} {truth.url}")
        return
    counts["found"] += 1
    counts["taken"] += len(got)
    if len(got) > 1:
        faults.append(f"taken twice: {truth.url}")
    document = got[0]
    meeting = made.meetings.get(document.meeting_key or "")
    body = meeting.body_name if meeting else ""
    checks = {
        "date": (day_of(document, meeting), truth.day, day_of(document, meeting) == truth.day),
        "kind": (document.kind.value, truth.kind, _is_kind(document, truth)),
        "committee": (body, truth.committee or "the board", right_body(body, truth.committee, others)),
        "title": (document.title, "/".join(truth.words), says(document.title, truth)),
    }
    for name, (said, due, is_right) in checks.items():
        counts[name] += is_right
        if not is_right:
            faults.append(f"{name}: {said!r} for {due!r}: {document.title!r} {truth.url}")


def day_of(document: Document, meeting: Meeting | None) -> str:
    """The day of a paper's meeting, or its month as 2026-11 where no day is known; "" where neither is."""
    if meeting is None:
        return ""
    if meeting.starts_on is not None:
        return meeting.starts_on.isoformat()
    month = re.search(r"\d{4}-\d{2}$", document.meeting_key or "")
    return month[0] if month else ""


def _is_kind(document: Document, truth: Truth) -> bool:
    return KINDS.get(document.kind.value, document.kind.value) in (truth.kind, *truth.also)


def says(title: str, truth: Truth) -> bool:
    """Whether a title tells what the paper is, and nothing of the machinery round its link."""
    return any(word in title.lower() for word in truth.words) and not JUNK.search(title)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower())) - LITTLE


def right_body(said: str, committee: str, others: Iterable[str]) -> bool:
    """Whether the committee is named; for the main board, that no other body of the site is."""
    got, due = words(said), words(committee)
    if committee:
        return due <= got or bool(got and got <= due and got - {"board"})
    if "board" in got or "body" in got:
        return True
    return "committee" not in got and not any(words(other) <= got for other in others)


FIGURES = (
    ("found with the right date", "date", "due"),
    ("found", "found", "due"),
    ("precision", "found", "taken"),
    ("kind", "kind", "found"),
    ("committee", "committee", "found"),
    ("title", "title", "found"),
    ("papers elsewhere named", "elsewhere told", "elsewhere"),
    ("missed ones said", "missed and said", "missed"),
)


def figures(counts: Counter[str]) -> dict[str, float]:
    return {name: counts[part] / (counts[whole] or 1) for name, part, whole in FIGURES if counts[whole]}
