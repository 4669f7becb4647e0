"""What single elements of a page are: frame or matter, heading or panel, record or division.

Everything is told from tags, roles, a few words in class names, and from what repeats: siblings of one shape
of which at least half of those with links also say a date or have a heading are records.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from enum import Enum
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree

from crawler.platforms.papers.page.elements import LEVELS, SILENT, displayed, is_custom, names_of, shape
from crawler.platforms.papers.page.panels import PANEL_TITLE, Panels
from crawler.platforms.papers.wording.addresses import is_file_address
from crawler.platforms.shared.printed_dates import date_mentions

if TYPE_CHECKING:
    from crawler.platforms.shared.select import Element

_PANEL_LEVEL = 7.0
_TERM_LEVEL = 8.5


# the site's furniture, by the words of a class or an id: "site-nav", "DeltaTopNavigation", "cookie-bar"
_FURNITURE = re.compile(
    r"\b(?:nav|navbar|navigation|(?:sub|mega)?menu|breadcrumbs?|crumbs?|footer|foot|cookies?|cookiebar|skip|skiplinks?"
    r"|share|sharing|social|gdpr|consent|onetrust|ccc|masthead|toolbar|langs|language)\b"
)
# those that a theme also says of lists in the matter: "list navigation" below a page's heading
_LISTS = re.compile(r"\b(?:nav|navbar|navigation|(?:sub|mega)?menu|toolbar)\b")
# where such a word is said of a part of the matter: the foot of a card, tabs
_OF_THE_MATTER = re.compile(
    r"\b(?:card|tabs?|pills|tile|panel|modal|table|entry|item|article|post|accordion|document|doc)\b"
)
_CONTENT = re.compile(r"(?:^|\s)(?:nav-content|menu-content|tab-content|nav-tabs-content)", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:^|\s)(?:sidebar|side-bar|side-?col(?:umn)?|module|widget-area|related|popular|latest-news"
    r"|see-also|[\w]+-related)"
    r"(?:[-_][\w-]*)?(?=\s|$)",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|crumbs?|trail|you-are-here)(?:[-_\s]|$)|breadcrumb", re.IGNORECASE
)
_PAGER = re.compile(r"pag(?:er|ination|ing|enav)|nav-links|page-numbers|wp-pagenavi", re.IGNORECASE)
_EVERY_PAGE = re.compile(
    r"^(?:privacy|cookies?|accessibility|site ?map|terms (?:and|&) conditions|disclaimer|copyright)\b",
    re.IGNORECASE,
)
_HEAD_OF_SITE = re.compile(
    r"(?:^|\s)(?:(?:site|main|global|top)[-_]?)?(?:header|masthead|banner|branding)(?:[-_]\w+)?(?=\s|$)",
    re.IGNORECASE,
)
_LARGEST_FOOT = 25  # links
_MOST_OF_A_RECORD = 60  # links
_ARROWS = " \u00ab\u2039\u2190<\u00bb\u203a\u2192>"
_YEAR = re.compile(r"20\d\d(?:\s?[/\u2013-]\s?(?:20)?\d\d)?")
_A_RECORD = re.compile(
    r"(?:^|\s)(?:[a-z]{1,3}-)?(?:accordion-item|card|panel|event|search-result|teaser|listing"
    r"|result|meeting|timeline-item)"
    r"(?=\s|$|__|--)",
    re.IGNORECASE,
)
_DIGIT = re.compile(
    r"\d"
)  # looked for first: of long texts most have none, and a date's form is slow to seek
_DATE_LIKE = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?[\s.\-/]*(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
    r"|\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?[a-z]{4,11}\s20\d\d\b"  # of a mistyped month
    r"|\b\d{1,2}[/.\-]\d{1,2}[/.\-](?:20)?\d\d\b|\b20\d\d-\d\d-\d\d"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?20\d\d",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:publish|upload|post|updat|add|modif|review|last)\w*\b[\s\w:]{0,12}\d", re.IGNORECASE
)
_MONTH_LIKE = re.compile(r"^\W*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W*$", re.IGNORECASE)
_NUMBER_LIKE = re.compile(
    r"^\W*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\W+)?\d{1,2}(?:st|nd|rd|th)?\W*$", re.IGNORECASE
)


class Frame(Enum):
    MATTER = "matter"
    BESIDE = "beside"  # a side column: related pages, the section's menu
    TRAIL = "trail"  # breadcrumbs
    PAGER = "pager"
    SITE = "site"  # header, footer, menus, cookie bar


_RUN_TAGS = frozenset({"div", "section", "article", "li", "tr", "p", "details", "fieldset", "figure"})


class PageMarkup:
    """What the elements of one page are, from one pass over it."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._links: Counter[Element] = Counter()
        self._dates: set[Element] = set()
        self._months: set[Element] = set()
        self._numbers: set[Element] = set()
        self._headed: set[Element] = set()
        self._elements = list(root.iter(etree.Element))
        self._gather()
        self._closed: set[Element] = set()  # members of runs of records
        self._flowing: set[Element] = set()  # items that only say a date, over items that say none
        self._runs()
        self._panels = Panels(self._elements)
        site_names = {each for each in root.iter("h1") if self._is_site_name(each)}
        headings = [each for each in root.iter("h1") if each not in site_names]
        self._over_matter = {
            above for each in (*headings, *root.iter("main")) for above in each.iterancestors()
        }
        first = next((each for each in headings if not _is_in(each, "header")), None)
        self._before_heading: set[Element] = set()
        if first is not None:
            above = {first, *first.iterancestors()}
            before = self._elements[: self._elements.index(first)]
            self._before_heading = {each for each in before if each not in above}
        self._matter = self._below(first)
        self._foot = self._find_foot()
        self._head = self._find_head(site_names)
        self._has_main = first is not None

    def links(self, element: Element) -> int:
        return self._links[element]

    def is_dated(self, element: Element) -> bool:
        return element in self._dates or (element in self._months and element in self._numbers)

    def is_heading(self, element: Element) -> bool:
        tag = element.tag
        if tag in LEVELS or tag in {"summary", "legend", "caption"} or element.get("role") == "heading":
            return True
        if tag == "dt":
            return not self.is_fact_name(element)
        if self._panels.of(element) is not None:
            return not self._links[element]
        if tag == "button":
            return bool(date_mentions(displayed(element)))
        if tag not in {"div", "span", "p", "label"} or self._links[element]:
            return False
        return bool(PANEL_TITLE.search(element.get("class") or "")) and not any(
            child.tag in LEVELS for child in element.iter(etree.Element)
        )

    def is_fact_name(self, term: Element) -> bool:
        """A term that names the fact next to it ("Date", "Venue") and is over nothing."""
        facts = (each for each in term.getparent() if each.tag == "dd" and not self._links[each])
        return not self.is_dated(term) and any(self.is_dated(each) for each in facts)

    def _is_facts(self, element: Element) -> bool:
        """A list of facts about one meeting: its date is one of them."""
        terms = [each for each in element if each.tag == "dt"]
        return bool(terms) and bool(self._links[element]) and all(self.is_fact_name(each) for each in terms)

    def level(self, element: Element) -> float:
        if element.tag in LEVELS:
            return LEVELS[element.tag]
        if element.tag == "dt":
            return _TERM_LEVEL
        said = element.get("aria-level") or ""
        if element.get("role") == "heading" and said.isdigit():
            return float(said)
        nested = next((each for each in element.iter(*LEVELS)), None)
        return LEVELS[nested.tag] if nested is not None else _PANEL_LEVEL

    def frame(self, element: Element, outer: Frame) -> Frame:
        """Which part of the page an element opens."""
        tag, role = element.tag, element.get("role") or ""
        named = names_of(element)
        if outer in {Frame.SITE, Frame.TRAIL, Frame.PAGER}:
            return Frame.PAGER if _PAGER.search(named) else outer
        if (
            _PAGER.search(named)
            and tag in {"nav", "div", "ul", "ol"}
            and not element.xpath(".//h1 | .//h2 | .//h3")
            and not self._is_of_times(element)
        ):
            return Frame.PAGER
        if tag in {"nav", "div", "ol", "ul", "p"} and _TRAIL.search(
            f"{named} {element.get('aria-label') or ''}"
        ):
            return Frame.TRAIL if not element.xpath("boolean(.//h1)") else outer
        if (
            element in self._foot
            or element in self._head
            or self._is_furniture(element, tag, role, named)
            or self._is_menu(element)
        ):
            return Frame.SITE
        if tag == "aside" or role == "complementary" or _BESIDE.search(named):
            return outer if element.xpath("boolean(.//h1 | .//main)") else Frame.BESIDE
        return outer

    def _is_furniture(self, element: Element, tag: str, role: str, named: str) -> bool:
        if tag in {"body", "main", "html", "article", "table", "tbody", "tr", "td", "th"} or role == "main":
            return False
        if tag in {"header", "footer"}:
            inside = any(
                above.tag in {"article", "main", "section", "li"} for above in element.iterancestors()
            )
            return not inside and (tag == "footer" or self._has_main or element not in self._over_matter)
        if self._is_of_times(element):
            return False
        if (
            role in {"navigation", "banner", "contentinfo", "search", "alert", "dialog", "alertdialog"}
            or tag == "nav"
        ):
            return element not in self._over_matter
        if role == "tablist" or element in self._over_matter or element.find(".//article") is not None:
            return False
        said = _words_of(named)
        if element in self._matter:
            said = _LISTS.sub(" ", said)
        return bool(_FURNITURE.search(said)) and not (_OF_THE_MATTER.search(said) or _CONTENT.search(named))

    def _below(self, heading: Element | None) -> set[Element]:
        """What follows the page's heading in the same part of the page: no class makes it the site's menu."""
        if heading is None:
            return set()
        own = self._links[heading]
        holds_more = (each for each in heading.iterancestors() if self._links[each] > own)
        part = next((each for each in holds_more if each.tag not in {"body", "html", "form"}), None)
        if part is None:
            return set()
        return {each for each in part.iter(etree.Element) if each not in self._before_heading}

    def _is_of_times(self, element: Element) -> bool:
        """Links to years or months alone: the way through the papers, whatever a theme calls the list.

        Two with arrows are the steps of a calendar.
        """
        if self._links[element] < 2 or not all(
            _is_time(displayed(each).strip(_ARROWS)) for each in element.iter("a")
        ):
            return False
        is_bare = all(_is_time(displayed(each)) for each in element.iter("a"))
        return is_bare or self._links[element] > 2

    def _find_foot(self) -> set[Element]:
        """The lists that every page of a site ends with, told by links that are in every such list."""
        found: set[Element] = set()
        for anchor in self._elements:
            if anchor.tag != "a" or not _EVERY_PAGE.match(displayed(anchor)):
                continue
            *_, block = anchor, *takewhile(self._may_be_foot, anchor.iterancestors())
            found.add(block)
        return found

    def _may_be_foot(self, element: Element) -> bool:
        holds_matter = (
            element in self._headed or self.is_dated(element) or self._links[element] > _LARGEST_FOOT
        )
        is_part = element.tag in {"main", "article", "body", "html", "form", "td", "table"}
        return not (holds_matter or is_part)

    def _is_site_name(self, heading: Element) -> bool:
        """An h1 that only leads home, or is over a menu in the head of the site, is not the page's own."""
        links = [each.get("href") or "#" for each in heading.iter("a")]
        if links and all(map(_leads_home, links)):
            return True
        own = self._links[heading]
        return any(
            _HEAD_OF_SITE.search(names_of(above)) or above.get("role") == "banner"
            for above in heading.iterancestors()
            if self._links[above] > own + 2 and self._is_of_no_matter(above)
        )

    def _find_head(self, site_names: set[Element]) -> set[Element]:
        """The largest parts around the site's name without matter, where the page has some elsewhere."""
        found: set[Element] = set()
        for heading in site_names:
            *_, block = heading, *takewhile(self._may_be_head, heading.iterancestors())
            inside = set(block.iter(etree.Element))
            if any(each not in inside and self._tells(each) for each in self._elements):
                found.add(block)
        return found

    def _may_be_head(self, element: Element) -> bool:
        return element.tag not in {"body", "html", "form"} and self._is_of_no_matter(element)

    def _is_of_no_matter(self, element: Element) -> bool:
        """Without a heading but one h1, a date or a link to a file."""
        return (
            len(list(element.iter(*LEVELS))) < 2
            and element.find(".//main") is None
            and not self.is_dated(element)
            and not any(is_file_address(each.get("href") or "") for each in element.iter("a"))
        )

    def _tells(self, element: Element) -> bool:
        """It is matter by itself: a heading, or a link to a file."""
        return element.tag in LEVELS or (element.tag == "a" and is_file_address(element.get("href") or ""))

    def _is_menu(self, element: Element) -> bool:
        """Links before the heading of the page, none of them dated or to a file: a menu in plain divs."""
        return (
            element in self._before_heading
            and self._links[element] > 2
            and not self.is_dated(element)
            and not any(is_file_address(each.get("href") or "") for each in element.iter("a"))
        )

    def is_closed(self, element: Element) -> bool:
        """What is in it says nothing about what follows."""
        tag = element.tag
        if tag == "li":
            return element not in self._flowing
        if tag in {"tr", "td", "th", "table", "aside", "details", "fieldset", "figure", "dl"}:
            return True
        if element in self._closed or element.get("role") == "tabpanel" or self._panels.is_panel(element):
            return True
        if tag == "dd":
            return element in self._headed  # sections of what its term says
        if tag in {"article", "section"}:
            return bool(self._links[element]) and element in self._headed
        return (tag == "div" and self._is_card(element)) or self._is_own_element(element)

    def is_record(self, element: Element) -> bool:
        if self._panels.is_panel(element) or element.tag in {"td", "th", "table", "ul", "ol"}:
            return False
        if element.tag == "dl":
            return self._is_facts(element)
        if element.tag == "figure":
            return bool(self._links[element])
        is_figure = element.tag == "figure" and bool(self._links[element])
        return (
            element in self._closed
            or element.tag == "details"
            or (element.tag == "article" and element not in self._over_matter)  # not the page itself
            or is_figure
            or self._is_card(element)
            or self._is_own_element(element)
        )

    def _is_card(self, element: Element) -> bool:
        return (
            bool(_A_RECORD.search(element.get("class") or ""))
            and 0 < self._links[element] <= _MOST_OF_A_RECORD
            and (self.is_dated(element) or element in self._headed)
        )

    def _is_own_element(self, element: Element) -> bool:
        """An element that the site has made, with a day and links, and none like it with links within."""
        if not is_custom(element) or element in self._over_matter or not self.is_dated(element):
            return False
        inner = (each for each in element.iterdescendants() if is_custom(each))
        return 0 < self._links[element] <= _MOST_OF_A_RECORD and not any(self._links[each] for each in inner)

    def is_flowing_label(self, element: Element) -> bool:
        return element in self._flowing

    def panel_label(self, element: Element) -> str:
        return self._panels.label(element)

    def panel_of(self, label: Element) -> Element | None:
        """The panel that a heading or button opens, where one is known."""
        for each in (label, *label.iter(etree.Element)):
            if (panel := self._panels.of(each)) is not None:
                return panel
        return None

    def _gather(self) -> None:
        for element in reversed(self._elements):
            tag = element.tag
            if tag == "a" and (element.get("href") or "#")[:1] != "#":
                self._links[element] += 1
            if tag in LEVELS or tag in {"summary", "legend"}:
                self._headed.add(element)
            if tag not in SILENT:
                self._note(element, element.text)
            if tag == "time" and element.get("datetime"):
                self._dates.add(element)
            above = element.getparent()
            if above is None or element is self._root:
                continue
            self._links[above] += self._links[element]
            for marks in (self._dates, self._months, self._numbers, self._headed):
                if element in marks:
                    marks.add(above)
            self._note(above, element.tail)

    def _note(self, element: Element, text: str | None) -> None:
        if not text or len(text) < 1:
            return
        if _DIGIT.search(text) and _DATE_LIKE.search(text):
            if not _PUBLISHED.search(text) and any(each.of_meeting for each in date_mentions(text)):
                self._dates.add(element)
        elif len(text) < 40 and (text := text.strip()):
            if _MONTH_LIKE.match(text):
                self._months.add(element)
            elif _NUMBER_LIKE.match(text):
                self._numbers.add(element)

    def _runs(self) -> None:
        for parent in self._elements:
            if len(parent) < 2:
                continue
            groups: defaultdict[str, list[Element]] = defaultdict(list)
            for child in parent:
                if isinstance(child.tag, str) and (child.tag in _RUN_TAGS or is_custom(child)):
                    groups[shape(child)].append(child)
            for members in groups.values():
                if len(members) > 1:
                    self._run(members)

    def _run(self, members: list[Element]) -> None:
        linked = [each for each in members if self._links[each]]
        labelled = [
            each
            for each in linked
            if self.is_dated(each) or (each in self._headed and each.tag not in {"li", "tr", "p"})
        ]
        if members[0].tag in {"li", "tr"}:
            if linked and not any(self.is_dated(each) for each in linked):
                self._flowing |= {each for each in members if not self._links[each] and self.is_dated(each)}
            return
        if members[0].tag == "p" or self._heads_are_apart(members, linked):
            return
        named = "." in shape(members[0]) or is_custom(
            members[0]
        )  # one bare division next to another is no run
        if linked and 2 * len(labelled) >= len(linked) and (named or len(linked) > 1):
            self._closed |= set(members)

    def _heads_are_apart(self, members: list[Element], linked: list[Element]) -> bool:
        """One block says the day, and the next has its papers: none of them is the record of a meeting."""
        return not any(each in self._headed for each in linked) and any(
            not self._links[each] and each in self._headed and self.is_dated(each) for each in members
        )


@lru_cache(maxsize=1024)
def _words_of(named: str) -> str:
    """The words of class names: "sideNavBox" is "side nav box"."""
    return re.sub(r"[-_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", named)).lower()


def _leads_home(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return not href.startswith("#") and not parts.path.strip("./") and not parts.query


def _is_time(text: str) -> bool:
    """A year, or a month with its year, and no more."""
    found = date_mentions(text)
    is_month = len(found) == 1 and bool(found[0].month and found[0].year and not found[0].day)
    return bool(_YEAR.fullmatch(text)) or (is_month and (found[0].start, found[0].end) == (0, len(text)))


def breadcrumbs(root: Element) -> tuple[str, ...]:
    """The trail from the home page to this one."""
    for element in root.iter("nav", "div", "ol", "ul", "p"):
        if (
            _TRAIL.search(f"{names_of(element)} {element.get('aria-label') or ''}")
            and len(displayed(element)) < 400
        ):
            steps = [displayed(each) for each in element.iter("a", "span", "li") if not len(each)]
            return tuple(step for step in (steps or [displayed(element)]) if step)
    return ()


def repeated_headings(root: Element) -> frozenset[str]:
    """Headings that occur more than once: the sections of meetings, not the ends of them."""
    counts = Counter(displayed(each).casefold() for each in root.iter(*LEVELS))
    return frozenset(text for text, count in counts.items() if count > 1)


def _is_in(element: Element, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None
