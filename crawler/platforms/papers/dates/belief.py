"""Which of the dates that speak for a link we believe.

Agendas and packs carry the day of their own meeting; minutes and reports may carry another, and belong to
the meeting that they are listed under. Where the places contradict each other they are weighed by witnesses:
the weekday printed next to the day, the file's name, the other papers under the same heading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.context import LONGEST_LAG
from crawler.platforms.papers.dates.evidence import (
    IN_RECORD,
    OVER,
    OVER_SEVERAL,
    OWN,
    PACKS,
    Dated,
    DateEvidence,
    DatePlace,
)
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.platforms.papers.page.structure import Heading
    from crawler.platforms.shared.when import When


_MISCOUNTED = 3  # days after the end of a month


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The date we go by, and what speaks against it."""

    evidence: DateEvidence
    refined_by: DatePlace | None = None  # where the day is, if elsewhere than the month
    against: DateEvidence | None = None
    weekday_misfits: bool = False

    @property
    def when(self) -> When:
        return self.evidence.when

    @property
    def place(self) -> DatePlace:
        return self.evidence.place


def believe(dated: Dated, contested: set[Heading | None]) -> Belief | None:
    if not dated.evidence:
        return None
    chosen = _chosen(dated, contested)
    refined = next((each for each in dated.evidence if _refines(each, chosen)), None)
    evidence = replace(chosen, when=refined.when) if refined else chosen
    return Belief(
        evidence=evidence,
        refined_by=refined.place if refined else None,
        against=_against(dated, evidence),
        weekday_misfits=not evidence.weekday_fits,
    )


def _refines(each: DateEvidence, chosen: DateEvidence) -> bool:
    """A day of the month that is believed; of a misprinted one, what the paper itself says."""
    if chosen.when.whole or not each.when.whole:
        return False
    if not chosen.no_such_day:
        return chosen.when.holds(each.when)
    beyond = (each.when.first - chosen.when.span()[1]).days  # "31st November" may be 1 December
    is_own = each.place in OWN | {DatePlace.FILE}
    return is_own and (chosen.when.holds(each.when) or 0 < beyond <= _MISCOUNTED)


def contested(links: Iterable[Dated]) -> set[Heading | None]:
    """Headings (None: the page) over packs with two or more days of their own: no one meeting's."""
    own: dict[Heading | None, set[When]] = {}
    for dated in links:
        over = next((each for each in dated.evidence if each.place in OVER_SEVERAL), None)
        if over is None or dated.kind not in PACKS:
            continue
        beside = next((each for each in dated.evidence if each.place in IN_RECORD), None)
        if beside is not None:
            is_nearer = dated.evidence.index(beside) < dated.evidence.index(over)
            if is_nearer and over.when.whole and beside.when.whole and not _is_near(over, beside):
                own.setdefault(over.heading, set()).update({over.when, beside.when})
            continue
        day = next(
            (
                each.when
                for each in dated.evidence
                if each.place in OWN | {DatePlace.FILE} and each.when.whole
            ),
            None,
        )
        if day:
            own.setdefault(over.heading, set()).add(day)
    return {heading for heading, days in own.items() if len(days) > 1}


def with_heads_confirmed(links: Sequence[Dated]) -> list[Dated]:
    """The links with each "Next meeting: 24 November" that heads papers as good as any other head.

    It announces nothing where an agenda or a pack below it says the same day by itself.
    """
    confirmed = {
        head.heading
        for dated in links
        if dated.kind in PACKS
        for head in dated.evidence
        if head.announces and head.place in OVER and head.heading is not None and head.when.whole
        if any(each.place in OWN | {DatePlace.FILE} and each.when == head.when for each in dated.evidence)
    }
    if not confirmed:
        return list(links)
    return [
        replace(
            dated,
            evidence=tuple(
                replace(each, announces=False) if each.place in OVER and each.heading in confirmed else each
                for each in dated.evidence
            ),
        )
        for dated in links
    ]


def _chosen(  # noqa: PLR0911 - one return a rule, the first that holds
    dated: Dated, contested_headings: set[Heading | None]
) -> DateEvidence:
    own = _first(dated, OWN)
    structural = _structural(dated, contested_headings)
    if structural is None:
        return own or dated.evidence[0]
    loses = structural.announces or (
        structural.place in OVER_SEVERAL and structural.heading in contested_headings
    )
    if own is None or not own.when.whole:
        file = next(
            (each for each in dated.evidence if each.place is DatePlace.FILE and each.when.whole), None
        )
        if loses and file:
            return file
        if own and not structural.when.whole and dated.kind in PACKS and own.when.month:
            return own
        return structural
    if own.when == structural.when or structural.when.holds(own.when):
        return own
    if dated.kind not in PACKS:
        return own if loses or _is_of_its_next(structural, dated) else structural
    if structural.is_after:
        return own
    if not structural.when.whole:
        return own
    return (
        own
        if _weight(own, dated, contested_headings) > _weight(structural, dated, contested_headings)
        else structural
    )


def _is_of_its_next(structural: DateEvidence, dated: Dated) -> bool:
    """Minutes alone in a record that says only the month of a meeting: that of the one that approves them."""
    is_alone = bool(dated.link.records) and dated.link.records[-1].links == 1
    is_month = structural.place is DatePlace.RECORD and not structural.when.whole and not structural.leads
    return is_alone and is_month and dated.kind is DocumentKind.MINUTES


def _structural(dated: Dated, contested_headings: set[Heading | None]) -> DateEvidence | None:
    """The nearest place that says a meeting; one that only announces the next gives way to another."""
    found = [each for each in dated.evidence if each.structural]
    sure = [
        each
        for each in found
        if not each.announces and not (each.place in OVER_SEVERAL and each.heading in contested_headings)
    ]
    nearest = next(iter(sure or found), None)
    if nearest and nearest.place in IN_RECORD and nearest.when.whole and not nearest.leads:
        nearest = next((each for each in sure if _is_head_of(each, nearest)), nearest)
    if nearest is None or nearest.when.whole or nearest.no_such_day:
        return nearest
    whole = next((each for each in sure if each.when.whole and nearest.when.holds(each.when)), None)
    return replace(nearest, when=whole.when) if whole else nearest


def _is_head_of(head: DateEvidence, note: DateEvidence) -> bool:
    """The day of the meeting over a link; one next to the link is that of its file, such as its upload."""
    return head.leads and head.when.whole and (head.place is DatePlace.RECORD or _is_near(head, note))


def _is_near(one: DateEvidence, other: DateEvidence) -> bool:
    first, second = one.when.on(), other.when.on()
    return first is not None and second is not None and abs((first - second).days) <= LONGEST_LAG


def _weight(side: DateEvidence, dated: Dated, contested_headings: set[Heading | None]) -> float:
    weight = 0.0
    if side.weekday_printed:
        weight += 1 if side.weekday_fits else -1
    file = next((each for each in dated.evidence if each.place is DatePlace.FILE and each.when.whole), None)
    if file and file.when == side.when:
        weight += 1
    if side.place in OVER:
        weight += 0.5
        agreeing = {each.place for each in dated.evidence if each.place in OVER and each.when == side.when}
        weight += 1 if len(agreeing) > 1 else 0
    if side.announces or (side.place in OVER_SEVERAL and side.heading in contested_headings):
        weight -= 3
    return weight


def _first(dated: Dated, places: frozenset[DatePlace]) -> DateEvidence | None:
    found = [each for each in dated.evidence if each.place in places]
    return next((each for each in found if each.when.whole), None) or next(iter(found), None)


def _against(dated: Dated, believed: DateEvidence) -> DateEvidence | None:
    if not believed.when.whole:
        return None
    says_its_day = dated.kind in PACKS
    return next(
        (
            each
            for each in dated.evidence
            if each.when.whole
            and each.when != believed.when
            and (each.structural or (says_its_day and each.place is not DatePlace.ABOVE))
        ),
        None,
    )
