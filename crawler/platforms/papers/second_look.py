"""What the links of a page say of each other: items next to a pack, next pages, repeats, worth a look."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.papers import exploring, titles
from crawler.platforms.papers.dates.belief import Belief
from crawler.platforms.papers.dates.evidence import IN_RECORD, OWN, PACKS, Dated, DatePlace
from crawler.platforms.papers.listing_page import ListingPage, is_matter
from crawler.platforms.papers.page.lines import is_prose, says_a_day
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.verdict import Verdict, Why
from crawler.platforms.papers.wording import addresses, kinds
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.select import title_of
from crawler.platforms.shared.web_address import canonical_url, host_of
from crawler.platforms.shared.when import read_when

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.platforms.papers.files import FileLinks
    from crawler.platforms.papers.page.structure import Heading, Link
    from crawler.platforms.papers.ways import PageLinks


_WAYS_ON = 2  # from one page of a list, where no other is on it: in a calendar earlier and later
_MOST_PAGES = 20  # pages of one paginated list
TEXT_OF_A_PAPER = 60  # words; less is a note
# left for want of a word that speaks for it
_UNKNOWN = frozenset(
    {
        *(Why.FRAME, Why.NO_PAPERS_BEHIND, Why.NOT_A_MEETING, Why.YEAR_OF_OTHERS),
        *(Why.NO_PAPER, Why.TOO_DEEP, Why.OTHER_PAGE),
    }
)
_MAY_BE_AN_ITEM = frozenset({Why.STANDING, Why.NO_PAPER, Why.OTHER_MATTERS})
_NOT_KNOWN = frozenset({Why.NO_PAPER, Why.OTHER_MATTERS, Why.PROSE})  # files that may be papers
_ON_OTHER_HOSTS = frozenset({Why.PAGE_ON_OTHER_HOST, Why.FILE_ON_OTHER_HOST, Why.DOCUMENT_SERVICE})
_ITS_OWN = OWN | {DatePlace.FILE}
_TEXT_PAPER = re.compile(r"\b(?:agenda|minutes|report)\b", re.IGNORECASE)

Pairs = list[tuple[Dated, Belief | None]]


class SecondLook:
    """Compares the verdicts of one page with each other."""

    def __init__(self, page: ListingPage, files: FileLinks, ways: PageLinks, pairs: Pairs) -> None:
        self.page, self.files, self.ways, self.pairs = page, files, ways, pairs

    def items_of_a_day(self, judged: list[Verdict]) -> list[Verdict]:
        """A standing document with a day is an item if a paper of that day is next to it."""
        packs = {
            (_list_of(each.link), verdict.date): verdict
            for (each, belief), verdict in zip(self.pairs, judged, strict=True)
            if (verdict.taken or verdict.perhaps) and belief and belief.when.month
        }
        done = []
        for (each, _), verdict in zip(self.pairs, judged, strict=True):
            row = next(
                (one for one in each.evidence if one.place in IN_RECORD | _ITS_OWN and one.when.whole), None
            )
            if row is None and words.says_meeting(each.link.text):  # "July 2026 Board: estates strategy"
                row = next(
                    (one for one in each.evidence if one.place is DatePlace.LINK and one.when.month), None
                )
            pack = packs.get((_list_of(each.link), str(row.when))) if row else None
            if row and pack and verdict.reason is Why.STANDING and not self._is_apart(each.link):
                kind = self.files.kind(each.link, verdict.text)
                item = self.files.take(verdict, each.link, Belief(evidence=row), Why.BESIDE_PACK, kind)
                done.append(replace(item, body=pack.body, date=str(row.when), date_from=row.place.value))
            else:
                done.append(verdict)
        return done

    def items_between(self, judged: list[Verdict]) -> list[Verdict]:
        """What is in a list between two papers of one meeting is a paper of it, whatever it is called."""
        done, files = list(judged), self._files_in_order()
        taken = [place for place, index in enumerate(files) if judged[index].taken]
        for first, last in pairwise(taken):
            before, after = judged[files[first]], judged[files[last]]
            when = read_when(before.date)
            if not (when and when.whole and (before.date, before.body) == (after.date, after.body)):
                continue
            ends = [self.pairs[files[place]][0].link for place in (first, last)]
            days = {each for end in ends for each in end.headings if says_a_day(each.text)}
            shapes = {_shape_of(end) for end in ends}
            for index in files[first + 1 : last]:
                link, verdict = self.pairs[index][0].link, judged[index]
                # Under a heading that has ended their meeting's it is of other matters.
                is_with_them = _shape_of(link) in shapes and (not days or not days.isdisjoint(link.headings))
                if is_with_them and self._may_be_item_of(verdict, before.date, link):
                    done[index] = replace(
                        self.files.take(
                            verdict, link, None, Why.BETWEEN, self.files.kind(link, verdict.text)
                        ),
                        date=before.date,
                        date_from=before.date_from,
                        body=before.body,
                        looks_like_paper=False,
                    )
        return done

    def _may_be_item_of(self, verdict: Verdict, date: str, link: Link) -> bool:
        """Nothing but its name, or a heading over it, says that it is no paper of the meeting of that day."""
        return (
            verdict.reason in _MAY_BE_AN_ITEM
            and verdict.date in {"", date}
            and not words.says_calendar(verdict.text)
            and not any(words.leaves_the_meetings(each.text, within_meeting=True) for each in link.headings)
            and not self._is_apart(link)
        )

    def _files_in_order(self) -> list[int]:
        """Which links of the page's matter give files: of several in a row to one file, the first."""
        found: list[int] = []
        for index, (each, _) in enumerate(self.pairs):
            is_file = each.link.frame is Frame.MATTER and self.page.is_file(each.link)
            if is_file and not (found and self.pairs[found[-1]][0].link.url == each.link.url):
                found.append(index)
        return found

    def _is_apart(self, link: Link) -> bool:
        """Not one of a list of papers."""
        in_prose = is_prose(link.line) and not titles.is_pointed_at(link)
        return self.files.stands_apart(link) or in_prose or link.frame is not Frame.MATTER

    def help_to_papers(self, judged: list[Verdict]) -> list[Verdict]:
        """A glossary on a meeting's own page, in the list of its papers, is one of them."""
        lists = {
            _list_of(each.link)
            for (each, _), verdict in zip(self.pairs, judged, strict=True)
            if verdict.taken
        }
        done = []
        for (each, belief), verdict in zip(self.pairs, judged, strict=True):
            link = each.link
            is_own = bool(link.headings) and link.headings[-1].text == verdict.text  # a card with its title
            is_help = words.helps_to_read(verdict.text) and (
                verdict.reason is Why.STANDING or (is_own and verdict.reason is Why.OTHER_MATTERS)
            )
            elsewhere = self.page.under_other_matters(link) and not is_own
            if (
                self.page.meeting.of_one_meeting
                and belief
                and is_help
                and not elsewhere
                and _list_of(link) in lists
            ):
                kind = kinds.kind_of(link.text)
                done.append(self.files.take(verdict, link, belief, Why.UNDER_DATE, kind))
            else:
                done.append(verdict)
        return done

    def look_around(self, judged: list[Verdict]) -> list[Verdict]:
        """Where a page gives nothing, the pages that it links to may be where the papers are.

        Returns the verdicts with those links followed; where it gives some, only those all but certain.
        """
        gives = [each for each in judged if each.taken or (each.follow and not each.unsure)]
        self.page.looks = exploring.IN_A_ROW if gives else self.page.looks
        if self.page.looks <= 0 or self.page.limits.depth <= 0:
            return judged
        files_left = (
            each for each in judged if each.looks_like_paper and addresses.is_file_address(each.url)
        )
        if not gives and any(files_left):
            return judged
        is_list = self.page.is_start or (self.page.about_papers and not self.page.meeting.of_one_meeting)
        least = exploring.CERTAIN if gives else 0 if is_list else exploring.LIKELY
        scored = []
        for index, ((each, _), verdict) in enumerate(zip(self.pairs, judged, strict=True)):
            is_page = verdict.reason in _UNKNOWN and not self.page.is_file(each.link)
            if gives and verdict.reason is Why.OTHER_PAGE:
                continue
            if is_page and self.page.is_own(host_of(verdict.url)):
                score = exploring.promise(each.link, verdict.text, self.page.url, self.page.menus)
                if self.page.meeting.of_one_meeting and not self._may_have_its_papers(each.link):
                    continue
                scored.append((-score, index))
        likely = [index for score, index in sorted(scored) if -score >= least]
        dates = [index for index in likely if exploring.is_bare_date(self.pairs[index][0].link.text)]
        others = [index for index in likely if index not in dates]
        best = {*dates, *others[: exploring.MOST[self.page.looks]]}  # a list of dates is one thing
        return [
            self._look(self.pairs[index][0].link, verdict) if index in best else verdict
            for index, verdict in enumerate(judged)
        ]

    def _may_have_its_papers(self, link: Link) -> bool:
        """From a meeting's page: not to the meeting before it or the next."""
        return exploring.below(link.url, self.page.url) or words.says_documents(link.text)

    def _look(self, link: Link, verdict: Verdict) -> Verdict:
        """A link followed to see. What it is called says when, where it says that alone."""
        if self.page.meeting.of_one_meeting:
            return replace(self.ways.onward(link), reason=Why.MAYBE_PAGE, unsure=True)
        dated = verdict.date if exploring.is_bare_date(link.text) else ""
        return replace(
            verdict,
            follow="papers",
            reason=Why.MAYBE_PAGE,
            unsure=True,
            looks_like_paper=False,
            date=dated,
            date_from=verdict.date_from if dated else "",
            doubt=None,
        )

    def files_in_sight(self, judged: list[Verdict]) -> list[Verdict]:
        """Where the page of a line gives nothing, its documents may be papers that we do not know as such."""
        if not self.page.is_start or any(each.taken or (each.follow and not each.unsure) for each in judged):
            return judged
        return [
            replace(verdict, looks_like_paper=True)
            if verdict.reason in _NOT_KNOWN and not verdict.follow and _is_in_sight(each.link)
            else verdict
            for (each, _), verdict in zip(self.pairs, judged, strict=True)
        ]

    def shown_otherwise(self, judged: list[Verdict]) -> list[Verdict]:
        """A flip book of the pack of a meeting, whose file is taken: nothing is missed with it."""
        held = {each.date for each in judged if each.taken and each.kind in PACKS}
        done = []
        for (each, belief), verdict in zip(self.pairs, judged, strict=True):
            said = f"{verdict.text} {each.link.line.text}"
            when = str(belief.when) if belief else verdict.date
            if verdict.reason in _ON_OTHER_HOSTS and words.says_flip_book(said) and when in held:
                done.append(replace(verdict, reason=Why.FILE_BESIDE, looks_like_paper=False))
            else:
                done.append(verdict)
        return done

    def more_pages(self, judged: list[Verdict]) -> list[Verdict]:
        """Newest first: the next page is worth asking for until one ends in what is too old."""
        listed = [each for each in judged if each.is_of_the_list]
        dates = [when for each in listed if (when := read_when(each.date)) and not when.is_year]
        stop = bool(dates) and dates[-1].span()[1] < self.page.limits.since and dates[-1] <= max(dates[-2:])
        last = self.page.number >= _MOST_PAGES
        more = {
            each.url: each
            for each in judged
            if each.follow == "more" and host_of(each.url) in self.page.hosts
        }
        # a page of several lists has a next page of each; on that page, only its own list goes on
        is_of_several = self.page.number == 1 and len(more) > _WAYS_ON
        ways = sorted(more.values(), key=lambda each: _query_keys(each.url) != _query_keys(self.page.url))
        wanted = ways if is_of_several else ways[: 0 if stop or last else _WAYS_ON]
        why = Why.TOO_MANY_PAGES if last and not stop else Why.OLDER
        return [
            replace(each, follow="", reason=why, looks_like_paper=why is Why.TOO_MANY_PAGES)
            if each.follow == "more" and each not in wanted
            else each
            for each in judged
        ]

    def the_page_itself(self, judged: list[Verdict]) -> Iterable[Verdict]:
        """A meeting's page without files, whose text is the agenda or the minutes."""
        said = f"{self.page.title} {self.page.fetch.context.get('title', '')}"
        if not self.page.meeting.of_one_meeting or any(
            each.taken or each.perhaps or each.looks_like_paper for each in judged
        ):
            return
        text = sum(len(line.text.split()) for line in self.page.structure.lines if is_matter(line))
        if text < TEXT_OF_A_PAPER or not _TEXT_PAPER.search(said):
            return
        title = self.page.structure.heading or title_of(self.page.structure.title)
        yield Verdict(
            url=self.page.fetch.url,
            text=title or "Agenda",
            taken=True,
            reason=Why.TEXT_OF_PAGE,
            kind=kinds.kind_of(title),
            date=str(self.page.meeting.when),
            date_from=DatePlace.CONTEXT.value,
            body=self.page.body,
            is_page=True,
        )


def _shape_of(link: Link) -> str:
    return link.records[-1].shape if link.records else link.line.shape


def _list_of(link: Link) -> tuple[object, ...]:
    """What the entries of one list have in common."""
    return _shape_of(link), _over_records(link)


def _over_records(link: Link) -> tuple[Heading, ...]:
    """The heading over its records; that of a card, or of a section within one, is the card's own."""
    return tuple(each for each in link.headings if not each.depth)[-1:]


def _query_keys(url: str) -> set[str]:
    return {key for key, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}


def once(judged: list[Verdict]) -> list[Verdict]:
    """The same address twice on a page: the fuller date counts, the others say so."""
    best: dict[str, int] = {}
    for index, verdict in enumerate(judged):
        if verdict.taken or verdict.follow:
            key = canonical_url(verdict.url)
            if key not in best or len(verdict.date) > len(judged[best[key]].date):
                best[key] = index
    return [
        replace(verdict, taken=False, follow="", reason=Why.TWICE)
        if (verdict.taken or verdict.follow) and best[canonical_url(verdict.url)] != index
        else verdict
        for index, verdict in enumerate(judged)
    ]


def _is_in_sight(link: Link) -> bool:
    return link.frame is Frame.MATTER and addresses.is_file_address(link.url)
