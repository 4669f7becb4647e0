"""Which label opens which panel: tabs, accordions and buttons, by id, by place or by order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from crawler.platforms.papers.page.elements import LEVELS, displayed, names_of, shape
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.select import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.platforms.shared.select import Element

PANEL_TITLE = re.compile(
    r"(?:accordion|toggle|tab|panel|faq|collaps|expand)[\w-]*"
    r"(?:title|header|heading|question|button|trigger|label|head|link)",
    re.IGNORECASE,
)
_PANEL_MATTER = re.compile(r"(?:accordion|toggle|collaps)[\w-]*(?:content|body|inner|panel)", re.IGNORECASE)
_LONGEST_LABEL = 160
_LONGEST_TAB = 60
_MOST_TABS = 40
_NO_PANEL = frozenset({"main", "body", "html", "form", "input", *LEVELS})
_NAMED_BY_OTHERS = frozenset({"nav", "ul", "svg", "input", "table", "section", "article", "dialog"})


class Panels:
    """The panels of one page, with the words of their labels."""

    def __init__(self, elements: list[Element]) -> None:
        self._said: dict[Element, str] = {}  # by panel
        self._opened: dict[Element, Element] = {}  # by label
        by_id = {name: each for each in elements if (name := each.get("id"))}
        self._by_target(elements, by_id)
        self._by_name(elements, by_id)
        self._by_place(elements)
        self._by_order(elements)

    def is_panel(self, element: Element) -> bool:
        return element in self._said

    def label(self, panel: Element) -> str:
        return self._said.get(panel, "")

    def of(self, label: Element) -> Element | None:
        """The panel that a label opens."""
        return self._opened.get(label)

    def _pair(self, label: Element, panel: Element | None) -> None:
        if panel is None or panel is label or panel in self._said or panel.tag in _NO_PANEL:
            return
        if any(each in self._opened for each in label.iter(etree.Element)):
            return  # it opens another already
        if any(above is panel for above in label.iterancestors()):
            return
        text = title_of(displayed(label))
        if text and len(text) <= _LONGEST_LABEL:
            self._said[panel] = text
            self._opened[label] = panel

    def _by_target(self, elements: Iterable[Element], by_id: dict[str, Element]) -> None:
        """The label names its panel."""
        for each in elements:
            said = (
                each.get(name) or "" for name in ("aria-controls", "data-bs-target", "data-target", "for")
            )
            target = next((name for text in said if (name := text.strip().lstrip("#"))), "")
            href = each.get("href") or ""
            if (
                not target
                and each.tag == "a"
                and len(href) > 1
                and href[0] == "#"
                and "skip" not in names_of(each)
            ):
                target = href[1:]
            if target:
                self._pair(each, by_id.get(target))

    def _by_name(self, elements: Iterable[Element], by_id: dict[str, Element]) -> None:
        """The panel names its label."""
        for each in elements:
            by = (each.get("aria-labelledby") or "").split()
            label = by_id.get(by[0]) if by else None
            if label is not None and each.tag not in _NAMED_BY_OTHERS:
                self._pair(label, each)

    def _by_place(self, elements: Iterable[Element]) -> None:
        """A label by its class, or a button that says a date, with its panel right after it."""
        for each in elements:
            is_title = bool(PANEL_TITLE.search(each.get("class") or ""))
            if not is_title and not (each.tag == "button" and date_mentions(displayed(each))):
                continue
            is_link = each.tag == "a" and (each.get("href") or "#")[0] != "#"
            if is_link or any(child in self._opened for child in each.iter(etree.Element)):
                continue
            panel = each.getnext()
            if panel is None or panel.tag not in {"div", "ul", "section", "ol"}:
                continue
            if each.tag in LEVELS and not _PANEL_MATTER.search(panel.get("class") or ""):
                continue  # any heading of a panel's look: what it is over is told by its rank
            if not PANEL_TITLE.search(panel.get("class") or ""):
                self._pair(each, panel)

    def _by_order(self, elements: Iterable[Element]) -> None:
        """Tabs without ids: as many labels as panels, in the same order."""
        for each in elements:
            if each.tag not in {"ul", "ol", "div"} or not 2 <= len(each) <= _MOST_TABS:
                continue
            if not re.search(r"\btab", f"{names_of(each)} {each.get('role') or ''}", re.IGNORECASE):
                continue
            if any(tab.get("aria-controls") for tab in each.iter(etree.Element)):
                continue  # they name their panels, some of which are not on this page
            if all(0 < len(displayed(tab)) <= _LONGEST_TAB and not _leads_away(tab) for tab in each):
                for tab, panel in zip(each, _panels_after(each), strict=False):
                    self._pair(tab, panel)


def _leads_away(tab: Element) -> bool:
    return any((link.get("href") or "#")[0] != "#" for link in tab.iter("a"))


def _panels_after(tabs: Element) -> list[Element]:
    """The panels that follow a list of tabs: siblings of one shape, or children of what is next."""
    following = [each for each in tabs.itersiblings() if isinstance(each.tag, str)]
    count = len(tabs)
    if following and len(following[0]) == count:
        return list(following[0])
    panels = following[:count]
    return panels if len(panels) == count and len({shape(each) for each in panels}) == 1 else []
