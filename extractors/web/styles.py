"""What the styles of a web page say of its elements: its own sheets, and the elements themselves. Pure."""

from __future__ import annotations

import re
from collections import Counter
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
_A_WORD = re.compile(r"[^\W\d_]{2}|\d")
_INHERITED = {"visibility", "color"}


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


class Rule(NamedTuple):
    selector: str
    says: Says
    root: lxml.html.HtmlElement | None  # the shadow root whose elements alone it speaks of, or those of none


def rules_of(tree: lxml.html.HtmlElement, matter: AbstractSet[str]) -> list[Rule]:
    """Of the page's own style sheets, those for all screens."""
    found: list[Rule] = []
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
                found += [Rule(each.strip(), says, _root(sheet)) for each in selectors]
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
            says = value if each.lower_name == "content" else value.lower()
            found.put(each.lower_name, says, is_important=each.important)
    return found


def said_of(
    tree: lxml.html.HtmlElement, rules: list[Rule], matter: AbstractSet[str]
) -> dict[lxml.html.HtmlElement, Says]:
    """What the page itself says of its elements, in the order of the page.

    Words that a rule puts before or after elements are put there.
    """
    said = _said_by_markup(tree)
    rules = sorted(rules, key=_specificity)  # what is said later counts among the equal
    has_roots = tree.find(".//template") is not None
    numbers = Counter[tuple[object, str]]()
    for rule in rules:
        generated = _GENERATED.search(rule.selector)
        try:
            selector = rule.selector[: generated.start()] or "*" if generated else rule.selector
            matches = tree.xpath(HTMLTranslator().css_to_xpath(selector))
        except (SelectorError, etree.XPathError, ValueError):
            continue  # of a state, such as under the pointer, or of a browser's own
        for element in matches:
            if has_roots and _root(element) is not rule.root:
                continue
            if generated:
                counted = rule.says.get("counter-increment") or said.get(element, Says()).get(
                    "counter-increment", ""
                )
                words = _generated(element, rule.says.get("content", ""), counted, numbers)
                _generate(element, words, is_before=generated[1] == "before")
            else:
                said.setdefault(element, Says()).take(rule.says)
    for element in tree.xpath("//*[@style or @hidden]"):
        if own := _declared(element.get("style") or "", matter):
            said.setdefault(element, Says()).take(own)
        if element.get("hidden") is not None and element.get("hidden") != "until-found":
            said.setdefault(element, Says()).setdefault("display", "none")  # any style is stronger
    return {element: said[element] for element in tree.iter(etree.Element) if element in said} if said else {}


def _specificity(rule: Rule) -> tuple[int, int, int]:
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


def _generated(
    element: lxml.html.HtmlElement, content: str, counted: str, numbers: Counter[tuple[object, str]]
) -> str:
    """The words of a style sheet for an element: as it has them, from the element, or `counted`.

    `numbers`: how far each was counted, below one element; nearly all counters begin anew with a list.
    """
    pieces: list[str] = []
    for part in tinycss2.parse_component_value_list(content):
        if isinstance(part, tinycss2.ast.StringToken):
            pieces.append(part.value)
        elif isinstance(part, tinycss2.ast.FunctionBlock):
            name = tinycss2.serialize(part.arguments).strip()
            if part.lower_name == "attr":
                pieces.append(element.get(name.lower()) or "")
            elif part.lower_name == "counter" and counted.split()[:1] == [name]:
                numbers[element.getparent(), name] += 1
                pieces.append(str(numbers[element.getparent(), name]))
    return "".join(pieces).strip()


def _generate(element: lxml.html.HtmlElement, words: str, *, is_before: bool) -> None:
    """Put words of a style sheet where it shows them; signs, such as those of lists, are no words."""
    if _A_WORD.search(words) is None:
        return
    if is_before:
        element.text = f"{words} {element.text or ''}"
    elif len(element):
        element[-1].tail = f"{element[-1].tail or ''} {words}"
    else:
        element.text = f"{element.text or ''} {words}"
