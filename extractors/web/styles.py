"""What the styles of a web page say of its elements: its own sheets, and the elements themselves. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import tinycss2
from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    import lxml.html

_MOST_RULES = 1_000  # of a page's own styles
_GENERATED = re.compile(r"::?(before|after)\Z", re.IGNORECASE)
_SCREEN, _PIXELS_AN_EM = 1280, 16
_WIDTH_ASKED = re.compile(r"\(\s*(min|max)-width\s*:\s*(\d+(?:\.\d+)?)(px|r?em)\s*\)")
_INHERITED = {"visibility", "color"}
_AS_WRITTEN = {"content", "counter-reset", "counter-set", "counter-increment"}
_FONT = re.compile(r"(?:^|\s)(?P<size>[\d.]+[a-z%]*)(?:\s*/\s*\S+)?\s+(?P<family>[^\d\s].*)\Z")  # all in one


class Says(dict[str, str]):
    """What styles say of an element, by the names of properties. What is important holds against the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.important: set[str] = set()

    def put(self, name: str, says: str, *, is_important: bool = False) -> None:
        if is_important or name not in self.important:
            self[name] = says
        if is_important:
            self.important.add(name)

    def take(self, other: Says) -> None:
        for name, says in other.items():
            self.put(name, says, is_important=name in other.important)


class StyleRule(NamedTuple):
    selector: str
    says: Says
    root: lxml.html.HtmlElement | None  # the shadow root whose elements alone it speaks of, or those of none


class Said(NamedTuple):
    """What is said of each element, and of words that styles put before and after what is in it."""

    elements: dict[lxml.html.HtmlElement, Says]
    before: dict[lxml.html.HtmlElement, Says]
    after: dict[lxml.html.HtmlElement, Says]


def rules_of(tree: lxml.html.HtmlElement, matter: AbstractSet[str]) -> list[StyleRule]:
    """Of the page's own style sheets, those for all screens."""
    found: list[StyleRule] = []
    for sheet in tree.iter("style"):
        if not _is_of_screens(sheet.get("media") or "all"):
            continue
        for rule in _qualified(
            tinycss2.parse_stylesheet(sheet.text or "", skip_comments=True, skip_whitespace=True)
        ):
            if len(found) >= _MOST_RULES:
                break
            if says := _declared(rule.content, matter):
                selectors = tinycss2.serialize(rule.prelude).split(",")
                found += [StyleRule(each.strip(), says, _root(sheet)) for each in selectors]
    return found[:_MOST_RULES]


def _is_of_screens(media: str) -> bool:
    """Whether a list of media names a screen as wide as a desk's, and asks for nothing else."""
    return any(
        all(_holds_of_screens(part.strip()) for part in re.split(r"\band\b", query))
        for query in media.lower().split(",")
    )


def _holds_of_screens(part: str) -> bool:
    if part in {"all", "screen", "only screen"}:
        return True
    asked = _WIDTH_ASKED.fullmatch(part)
    if asked is None:
        return False
    width = float(asked[2]) * (1 if asked[3] == "px" else _PIXELS_AN_EM)
    return width <= _SCREEN if asked[1] == "min" else width >= _SCREEN


def _qualified(nodes: Iterable[tinycss2.ast.Node]) -> Iterator[tinycss2.ast.QualifiedRule]:
    """The rules, and those within what is for all screens."""
    for node in nodes:
        if isinstance(node, tinycss2.ast.QualifiedRule):
            yield node
        elif isinstance(node, tinycss2.ast.AtRule) and node.lower_at_keyword == "media" and node.content:
            within = node.content if _is_of_screens(tinycss2.serialize(node.prelude)) else []
            yield from _qualified(tinycss2.parse_rule_list(within, skip_comments=True, skip_whitespace=True))


def _root(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """The shadow root that an element is of: styles go neither into one nor out of it."""
    return next(element.iterancestors("template"), None)


def _declared(content: Iterable[tinycss2.ast.Node] | str, matter: AbstractSet[str]) -> Says:
    """The declarations that matter, by their names; the last of each, or the last that is important."""
    found = Says()
    for each in tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration" and each.lower_name in matter:
            value = tinycss2.serialize(each.value).strip()
            says = value if each.lower_name in _AS_WRITTEN else value.lower()
            found.put(each.lower_name, says, is_important=each.important)
            if each.lower_name == "font" and (parts := _FONT.search(says)):
                found.put("font-size", parts["size"], is_important=each.important)
                found.put("font-family", parts["family"], is_important=each.important)
    return found


def styled(tree: lxml.html.HtmlElement, rules: list[StyleRule], matter: AbstractSet[str]) -> Said:
    """What the page itself says of its elements."""
    said = Said(_said_by_markup(tree), {}, {})
    has_roots = tree.find(".//template") is not None
    for rule in sorted(rules, key=_specificity):  # what is said later counts among the equal
        generated = _GENERATED.search(rule.selector)
        try:
            selector = rule.selector[: generated.start()] or "*" if generated else rule.selector
            matches = tree.xpath(HTMLTranslator().css_to_xpath(selector))
        except (SelectorError, etree.XPathError, ValueError):
            continue  # of a state, such as under the pointer, or of a browser's own
        place = generated[1].lower() if generated else ""
        of = {"before": said.before, "after": said.after}.get(place, said.elements)
        for element in matches:
            if not has_roots or _root(element) is rule.root:
                of.setdefault(element, Says()).take(rule.says)
    for element in tree.xpath("//*[@style or @hidden]"):
        if own := _declared(element.get("style") or "", matter):
            said.elements.setdefault(element, Says()).take(own)
        if element.get("hidden") is not None and element.get("hidden") != "until-found":
            said.elements.setdefault(element, Says()).setdefault("display", "none")  # any style is stronger
    return said


def _specificity(rule: StyleRule) -> tuple[int, int, int]:
    try:
        return parse(rule.selector)[0].specificity()
    except SelectorError:
        return (0, 0, 0)


def hand_down(tree: lxml.html.HtmlElement, said: dict[lxml.html.HtmlElement, Says]) -> None:
    """Give children what they inherit, where one of them says otherwise: the others are judged alone."""
    for element in tree.iter(etree.Element):
        for name in _INHERITED & said.get(element, Says()).keys():
            inner = element.iterdescendants(etree.Element)
            if not any(name in said.get(each, Says()) for each in inner):
                continue
            for child in element.iterchildren(etree.Element):
                if name not in said.get(child, Says()):
                    said.setdefault(child, Says()).put(name, said[element][name])


def _said_by_markup(tree: lxml.html.HtmlElement) -> dict[lxml.html.HtmlElement, Says]:
    """What holds where no style says otherwise."""
    said: dict[lxml.html.HtmlElement, Says] = {}
    for element in tree.iter("dialog"):
        if element.get("open") is None:
            said[element] = Says()
            said[element].put("display", "none")
    for element in tree.xpath("//*[@dir]"):
        said[element] = said.get(element, Says())
        said[element].put("direction", element.get("dir").lower())
        if element.tag == "bdo":
            said[element].put("unicode-bidi", "bidi-override")
    for element in tree.iter("font"):
        for attribute, name in (("color", "color"), ("face", "font-family")):
            if says := element.get(attribute):
                said.setdefault(element, Says()).put(name, says.lower())
    return said
