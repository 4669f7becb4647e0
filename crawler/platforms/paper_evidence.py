"""Which date a paper has: all that speaks for one, in the order of our trust, and what we believe.

A heading comes first (or the title of an opened accordion), then the page that led here, the table row or
list item, the link's own words, its file name and the line above it. A heading loses where it announces the
next meeting, or where packs with several dates of their own stand under it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.platforms import paper_words as words
from crawler.platforms.page_dates import Spotted, When, read_when, spot, without_dates
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from crawler.platforms.page_outline import Heading, Link, Outline

_NEXT_MEETING = re.compile(r"\b(?:next|upcoming|future|forthcoming)\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm|noon)?\b", re.IGNORECASE)


_ITS_OWN = frozenset({"link text", "file name"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One date that speaks for a link."""

    when: When
    origin: str
    structural: bool  # says which meeting the link stands under, not only what it is called
    heading: Heading | None = None
    weekday_fits: bool = True
    announces: bool = False  # "Next meeting: …"
    leads: bool = False  # a row that begins with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A link with the dates that speak for it, most trusted first."""

    link: Link
    evidence: tuple[Evidence, ...]
    year: When | None  # the year it says, or the nearest above it


class Calendar:
    """The dates of one page, with the years that stand over them."""

    def __init__(self, said: Outline, url: str, context: str, since: date, until: date) -> None:
        self.since, self.until = since, until
        self.context = read_when(context)
        self.of_one_meeting = bool(self.context and not self.context.is_year)
        self.page_year = self._year_in(said.title) or self._year_in(
            words.spaced(urlsplit(url).path.replace("/", " / "))
        )

    def spot(self, text: str, year: When | None) -> list[Spotted]:
        return [each for each in spot(text, year, self.since.year) if each.when.year <= self.until.year + 1]

    def _year_in(self, text: str) -> When | None:
        spotted = [each.when for each in spot(text, None, self.since.year)]
        years = [each for each in spotted if each.is_year]
        if years:
            return years[0]
        return When(year=spotted[0].year) if spotted else None

    def year_above(self, headings: tuple[Heading, ...]) -> When | None:
        for heading in reversed(headings):
            if year := self._year_in(heading.text):
                return year
        if self.context:
            return self.context if self.context.is_year else When(year=self.context.year)
        return self.page_year

    def evidence(self, link: Link) -> Dated:
        year = self.year_above(link.headings)
        headings = list(self._heading_evidence(link))
        if self.of_one_meeting and self.context and not self.is_beside_the_point(link):
            headings.append(Evidence(when=self.context, origin="page", structural=True))
        rows = list(self._row_evidence(link, year))
        if rows and rows[0].leads:  # a row that begins with its own date beats a paragraph above it
            lines = [each for each in headings if each.heading and each.heading.rank == "line"]
            found = [each for each in headings if each not in lines] + rows + lines
        else:
            found = headings + rows
        evidence = (*found, *self._own_evidence(link, year))
        return Dated(link=link, evidence=evidence, year=self._year_in(link.text) or year)

    def _heading_evidence(self, link: Link) -> Iterator[Evidence]:
        """From the heading next above outwards, until one that leaves the meetings."""
        nothing_yet = True
        for depth in range(len(link.headings), 0, -1):
            heading = link.headings[depth - 1]
            if nothing_yet and words.leaves_the_meetings(without_dates(heading.text)):
                return
            dates = [
                each
                for each in self.spot(heading.text, self.year_above(link.headings[:depth]))
                if not each.when.is_year and (each.of_meeting or heading.rank != "line")
            ]
            if not dates:
                continue
            nothing_yet = False
            best = max(dates, key=lambda each: each.when.whole)
            yield Evidence(
                when=best.when,
                origin="accordion" if heading.rank == "accordion" else "heading",
                structural=True,
                heading=heading,
                weekday_fits=best.weekday_fits,
                announces=not best.of_meeting or announces_next(heading.text),
            )

    def _own_evidence(self, link: Link, year: When | None) -> Iterator[Evidence]:
        """What the link says of itself, and the line it follows."""
        for origin, text in (
            ("link text", link.text),
            ("file name", words.file_name(link.url)),
            ("line above", "" if announces_next(link.line) else link.line),
        ):
            for each in self.spot(text, year)[:3]:
                if not each.when.is_year and each.of_meeting:
                    yield Evidence(
                        when=each.when, origin=origin, structural=False, weekday_fits=each.weekday_fits
                    )

    def _row_evidence(self, link: Link, year: When | None) -> Iterator[Evidence]:
        year = self._year_in(link.row) or year
        dates = [each for each in self.spot(link.row, year) if each.of_meeting and not each.when.is_year]
        if not dates:
            return
        before = [each for each in dates if each.end <= len(link.before)]
        chosen = dates[0] if link.in_table or not before else before[-1]
        whole = [each for each in (before or dates) if each.when.whole]
        if not chosen.when.whole and whole:
            chosen = whole[0] if link.in_table else whole[-1]
        yield Evidence(
            when=chosen.when,
            origin="row",
            structural=True,
            weekday_fits=chosen.weekday_fits,
            leads=chosen.when.whole and chosen.start <= 3,
        )

    def is_beside_the_point(self, link: Link) -> bool:
        """It stands in a side column or under a heading of other matters."""
        return link.beside or any(
            words.leaves_the_meetings(without_dates(heading.text))
            and not any(not each.when.is_year for each in self.spot(heading.text, self.page_year))
            for heading in link.headings[-1:]
        )

    def believe(self, dated: Dated, contested: set[Heading | None]) -> tuple[Evidence | None, str]:
        """The date we go by, and what speaks against it."""
        if not dated.evidence:
            return None, ""
        believed = self._most_trusted(dated, contested)
        for each in dated.evidence:
            if not believed.when.whole and each.when.whole and believed.when.holds(each.when):
                believed = replace(believed, when=each.when, origin=f"{believed.origin} and {each.origin}")
        carries_its_date = self._is_dated_pack(dated.link)
        against = [
            each
            for each in dated.evidence
            if believed.when.whole
            and each.when.whole
            and each.when != believed.when
            and (each.structural or (carries_its_date and each.origin != "line above"))
        ]
        if against:
            other = f"the {against[0].origin} says {against[0].when.said()}"
            return believed, f"{other}, the {believed.origin} was believed"
        return (
            believed,
            "" if believed.weekday_fits else "the weekday printed beside the date does not fit it",
        )

    def _most_trusted(self, dated: Dated, contested: set[Heading | None]) -> Evidence:
        first, *others = dated.evidence
        own = [each for each in others if each.origin in _ITS_OWN and each.when.whole]
        loses = first.announces or (first.origin != "row" and first.heading in contested)
        if first.structural and own and own[0].when != first.when and self._is_dated_pack(dated.link):
            return own[0] if loses else first
        if first.announces and not own and others and others[0].structural:
            return others[0]
        return first

    @staticmethod
    def _is_dated_pack(link: Link) -> bool:
        """Agendas and packs carry the date of their own meeting; minutes and reports may carry another."""
        kind = words.kind_of(link.text, name=words.file_name(link.url), under_meeting=True)
        return kind in {DocumentKind.PACK, DocumentKind.AGENDA}

    def contested(self, links: list[Dated]) -> set[Heading | None]:
        """Headings (None: the page that led here) over packs with two or more dates of their own."""
        own: dict[Heading | None, set[When]] = {}
        for dated in links:
            if not dated.evidence or not dated.evidence[0].structural or not self._is_dated_pack(dated.link):
                continue
            dates = [each.when for each in dated.evidence if each.origin in _ITS_OWN and each.when.whole]
            if dates and dated.evidence[0].origin != "row":
                own.setdefault(dated.evidence[0].heading, set()).add(dates[0])
        return {heading for heading, dates in own.items() if len(dates) > 1}


def announces_next(text: str) -> bool:
    """It speaks of a meeting to come: the papers below may be of another."""
    return bool(_NEXT_MEETING.search(text))


def subject(text: str) -> str:
    """The words of a text but for its dates and times of day."""
    return _CLOCK.sub(" ", without_dates(text)).replace(" to ", " ").strip(" ,.:;-\u2013()|")
