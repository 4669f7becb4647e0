"""What a web page holds and shows to nobody: hidden by its styles, with nothing on the page that opens it.

A closed panel is text of the page, for a press opens it. So an element is taken for hidden only where no
control names it, none is before it, and no script or style says how it is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tinycss2.color3
from lxml import etree

from extractors import hidden
from extractors.colours import WHITE, is_lost
from extractors.signs.symbol_fonts import as_drawn, signs_of
from extractors.web import generated, lists, placing, styles
from extractors.web.styles import Says

if TYPE_CHECKING:
    from collections.abc import Iterator

    import lxml.html

    from extractors.colours import Colour

_UNTOLD = {"aria-labelledby", "aria-describedby", "headers", "id", "class", "style", "name"}  # open nothing
_PANELS, _DIALOGS = {"tabpanel", "menu", "region", "listbox", "tooltip"}, {"dialog", "alertdialog"}
_CHANGES_LOOKS = re.compile(r"class|opacity|style|animat|fade|show|\$\(", re.IGNORECASE)
_OPEN_A_DIALOG = {"showModal", "show", "open"}  # what a script calls or sets
_CONTROLS = {"button", "summary", "label", "input", "select"}
_HEADS = {"h1", "h2", "h3", "h4", "h5", "h6", "dt", "th", "legend"}
_CALLED = re.compile(
    r"accord|tab|collaps|expand|toggle|panel|slide|carousel|modal|popup|faq|reveal|fade|anim|drawer|drop|"
    r"menu|more|step|wow|aos|lazy",
    re.IGNORECASE,
)
_DATA = {"application/ld+json", "application/json", "text/template", "text/html", "text/x-template"}
_HOSTS = {  # of shadow roots, in addition to elements with names of their own (DOM standard)
    "article", "aside", "blockquote", "body", "div", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "main", "nav", "p", "section", "span",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z][\w-]*")
_OUTSIDE_THE_FLOW = {
    "none",
    "inline",
    "inline-block",
    "contents",
    "initial",
    "inherit",
    "unset",
    "revert",
    "",
}
_MATTER = {
    "display", "visibility", "opacity", "font", "font-size", "font-family", "color", "background",
    "background-color", "background-clip", "-webkit-background-clip", "vertical-align", "content",
    "counter-increment", "counter-reset", "counter-set", "list-style", "list-style-type", "flex-direction",
    "order", "direction", "unicode-bidi",
}  # fmt: skip
_AROUND = {
    *("margin", "margin-left", "margin-right"),
    *("padding", "padding-left", "padding-right"),
}
# A gap as wide as a blank, and more, at both sides or one: a lone length is for all sides.
_A_GAP = re.compile(
    r"\A(?:\S+ )?(?:[3-9]|\d\d+)(?:\.\d+)?px|\A(?:\S+ )?(?:0?\.[2-9]\d*|[1-9]\d*(?:\.\d+)?)r?em"
)
_AN_ITEM = {"", "list-item", "inherit", "revert"}  # of a list, as far as a style says so
_SIDE_BY_SIDE = {"flex", "inline-flex", "grid", "inline-grid"}  # what is in such is set apart
_CUT_OUT = {"background-clip", "-webkit-background-clip"}  # of a picture, in the form of letters
_SIDES, _LENGTHS = {"left", "top", "right", "bottom"}, {"width", "height", "max-height", "max-width"}
_PLACED = {
    *_SIDES, *_LENGTHS, "position", "overflow", "text-indent", "transform", "clip", "clip-path",
    "content-visibility", "scale", "zoom", "filter",
}  # fmt: skip
_OPENED = {*_SIDES, "height", "max-height", "clip", "clip-path", "transform"}
_AWAY = re.compile(
    r"-\d{3}|-\d\d+(?:em|rem|vw|%)|(?:width|height)\s*:\s*[01](?:px|em|rem|%)?\s*(?:;|!|\}|\Z)|"
    r"clip(?:-path)?\s*:|scale|content-visibility|zoom\s*:|filter\s*:",
    re.IGNORECASE,
)
_FAR = re.compile(
    r"-(?:\d{4,}(?:\.\d+)?(?:px|pt)?|[5-9]\d\d(?:\.\d+)?(?:px|pt)|\d{2,}(?:\.\d+)?(?:em|rem)|\d{3,}(?:\.\d+)?(?:%|vw))"
)
_CLIPPED = re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]*){4}\)")
_WAYS_TO_CUT = {
    "clip-path": re.compile(r"inset\(\s*(?:[5-9]\d|100)%\s*\)|circle\(\s*0"),
    "transform": re.compile(r"scale(?:x|y|3d)?\(\s*0+(?:\.0+)?\s*[,)]|translate(?:x|y|3d)?\(\s*-\d{4,}px"),
    "content-visibility": re.compile(r"hidden"),
    "scale": re.compile(r"0+(?:\.0*)?%?(?=\s|\Z)"),
    "zoom": re.compile(r"(?:0?\.0\d*|[1-5](?:\.\d+)?%)\Z"),
    "filter": re.compile(r"opacity\(\s*0+(?:\.0*)?%?\s*\)"),
}
_STATE = re.compile(r":(?!:|first-|last-|nth-|only-|not\()|\[")  # what a press may change without a script
# What a browser shows in place of nothing that it knows, or offers to whoever types.
_FALLBACKS = (
    "datalist", "meter", "progress", "audio", "video", "canvas", "annotation", "annotation-xml",
)  # fmt: skip


def mark_hidden(tree: lxml.html.HtmlElement) -> None:
    """Put what nobody sees between the marks of that, as one piece; set apart what styles set apart."""
    placed = (_PLACED if _is_placed(tree) else set()) | (_AROUND if _has_boxes(tree) else set())
    rules = styles.rules_of(tree, _MATTER | placed)
    found = styles.styled(tree, rules, _MATTER | placed)
    generated.put_words(tree, found)
    said = found.elements
    styles.hand_down(tree, said)
    scripts, is_dressed = _Scripts(tree, rules), _is_dressed_from_outside(tree)
    for element in list(tree.iter(*_FALLBACKS)):
        if _is_connected(element, tree):
            replace_with_words(element)
    for element in [each for each in tree.iter(etree.Element) if each in said]:
        if element.getparent() is None or element.tag in {"html", "body"}:
            continue
        look = said[element]
        if signs_of(font := look.get("font-family", "")):
            _draw_signs(element, font, said)
        _set_apart(element, look, said)
        why = _is_hidden(element, look, said, is_dressed=is_dressed)
        if why and not scripts.may_open(element, fades=why == "fades") and _is_connected(element, tree):
            replace_with_words(element)
        elif not why and _hides_own_words(look) and not scripts.may_open(element, fades=False):
            _replace_own_words(element)


def _set_apart(element: lxml.html.HtmlElement, look: Says, said: dict[lxml.html.HtmlElement, Says]) -> None:
    """Say of what is on lines of its own, apart in its line, raised, or a list, that it is so."""
    if element.tag == "li" and look.get("display", "") not in _AN_ITEM:
        element.set(lists.STYLE, "none")
    elif listed := look.get("list-style-type") or look.get("list-style"):
        element.set(lists.STYLE, listed)
    if look.get("display", "") not in _OUTSIDE_THE_FLOW:
        element.set("style", "display:block")
    for child in element if look.get("display") in _SIDE_BY_SIDE else ():
        child.set("style", f"display:block;{child.get('style') or ''}")
    placing.put_in_order(element, look, said)
    if look.get("display") == "inline-block" and any(_A_GAP.match(look.get(name, "")) for name in _AROUND):
        element.text, element.tail = f" {element.text or ''}", f" {element.tail or ''}"
    if look.get("vertical-align") in {"super", "text-top"}:
        element.set("style", f"{element.get('style') or ''};vertical-align:super")


def _draw_signs(element: lxml.html.HtmlElement, font: str, said: dict[lxml.html.HtmlElement, Says]) -> None:
    """Put the signs that a font draws in place of the characters set in it."""
    element.text = as_drawn(font, element.text or "")
    for child in element:
        child.tail = as_drawn(font, child.tail or "")
        if "font-family" not in said.get(child, Says()):
            _draw_signs(child, font, said)


def _hides_own_words(look: Says) -> bool:
    """Whether an element hides what is in it by itself, whatever the elements within say of theirs."""
    return look.get("visibility") in {"hidden", "collapse"} or _is_dot(look.get("font-size"))


def _replace_own_words(element: lxml.html.HtmlElement) -> None:
    element.text = hidden.hidden(element.text or "")
    for child in element:
        child.tail = hidden.hidden(child.tail or "")


def _is_connected(element: lxml.html.HtmlElement, tree: lxml.html.HtmlElement) -> bool:
    """Whether it was not taken out with another."""
    return element is tree or any(above is tree for above in element.iterancestors())


def is_root(mode: str, host: str) -> bool:
    """Whether a browser makes a shadow root of a template in such a host, without running any script."""
    return mode.lower() in {"open", "closed"} and ("-" in host or host in _HOSTS)


def shadow_roots(tree: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """Returns the templates whose content is shown: the first that is a shadow root of each host."""
    found: dict[lxml.html.HtmlElement, lxml.html.HtmlElement] = {}
    for template in tree.iter("template"):
        host = template.getparent()
        if host is not None and is_root(template.get("shadowrootmode", ""), host.tag):
            found.setdefault(host, template)
    return list(found.values())


def hide_templates(tree: lxml.html.HtmlElement) -> None:
    """Keep apart what only a script could show: which of it, and filled with what, the page does not tell."""
    for template in list(tree.iter("template")):
        if _is_connected(template, tree):
            replace_with_words(template)


def replace_with_words(element: lxml.html.HtmlElement) -> None:
    """Its words in its place, as hidden ones."""
    etree.strip_elements(element, "script", "style", with_tail=False)
    words = (
        " ".join(" ".join(element.itertext(etree.Element)).split()) if len(element) else element.text or ""
    )
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "span", hidden.hidden(words), tail


# ---- styles


def _is_placed(tree: lxml.html.HtmlElement) -> bool:
    """Whether any style on the page may put something out of sight: else no place need be looked at."""
    sheets = (sheet.text or "" for sheet in tree.iter("style"))
    return any(_AWAY.search(said) for said in (*sheets, *tree.xpath("//@style")))


def _has_boxes(tree: lxml.html.HtmlElement) -> bool:
    """Whether a style on the page makes boxes within lines: these may be apart without a blank."""
    sheets = (sheet.text or "" for sheet in tree.iter("style"))
    return any("inline-block" in said for said in (*sheets, *tree.xpath("//@style")))


def _is_hidden(
    element: lxml.html.HtmlElement,
    look: Says,
    said: dict[lxml.html.HtmlElement, Says],
    *,
    is_dressed: bool,
) -> str:
    """By what nobody sees it: "closed", or "fades" where a page may show it without a press; else ""."""

    def is_reset(name: str) -> bool:
        return any(name in said.get(inner, {}) for inner in element.iterdescendants(etree.Element))

    if look.get("display") == "none" or (
        look.get("visibility") in {"hidden", "collapse"} and not is_reset("visibility")
    ):
        return "closed"
    if any(_is_out_of_sight(name, says, look) for name, says in look.items() if name in _PLACED):
        return "closed"
    if _is_nothing(look.get("opacity")):
        return "fades"
    is_lost = "color" in look and not is_reset("color")
    if look.get("color") == "transparent":
        is_lost = is_lost and not any("text" in look.get(name, "") for name in _CUT_OUT)
    elif is_lost:
        is_lost = _is_on_its_own_colour(element, look["color"], said, is_dressed=is_dressed)
    is_small = _is_dot(look.get("font-size")) and not is_reset("font-size")
    return "closed" if is_lost or is_small else ""


def _is_out_of_sight(name: str, says: str, look: Says) -> bool:
    """Whether a declaration puts an element off the page, makes it no larger than a dot, or cuts it away."""
    if name in _SIDES:
        return look.get("position") in {"absolute", "fixed"} and _FAR.match(says) is not None
    if name == "text-indent":
        return _FAR.match(says) is not None
    if name in _LENGTHS:
        is_cut = bool({"hidden", "clip"} & set(look.get("overflow", "").split()))
        is_dot = says == "1px" and look.get("width", "1px") == look.get("height", "1px") == "1px"
        return is_cut and (_is_nothing(says) or is_dot)
    if name == "clip":
        return look.get("position") in {"absolute", "fixed"} and _CLIPPED.match(says) is not None
    return name in _WAYS_TO_CUT and _WAYS_TO_CUT[name].search(says) is not None


def _is_dot(size: str | None) -> bool:
    """Whether text of this size is too small to see."""
    return _is_nothing(size) or (
        size is not None and re.fullmatch(r"(?:0*\.\d+|1(?:\.0*)?)(?:px|pt)", size) is not None
    )


def _is_nothing(size: str | None) -> bool:
    return size is not None and re.fullmatch(r"0+(?:\.0*)?(?:px|pt|em|rem|%)?", size) is not None


def _is_on_its_own_colour(
    element: lxml.html.HtmlElement,
    colour: str,
    said: dict[lxml.html.HtmlElement, Says],
    *,
    is_dressed: bool,
) -> bool:
    """Whether its words have the colour of what they are on, as far as the page itself tells that.

    Where it `is_dressed` from outside too, a style sheet that we do not have may say otherwise.
    """
    shade = _shade(colour)
    if shade is None or any(
        name in said.get(inner, {})
        for inner in element.iterdescendants(etree.Element)
        for name in ("background", "background-color")
    ):
        return False
    for above in (element, *element.iterancestors()):
        look = said.get(above, Says())
        if ground := look.get("background-color") or look.get("background"):
            return is_lost(shade, _shade(ground))
        if above.get("bgcolor") or above.get("background"):
            return is_lost(shade, _shade(above.get("bgcolor") or ""))
        if above is not element and above.get("class") and is_dressed:
            return False
    return is_lost(shade, WHITE) and not is_dressed


def _is_dressed_from_outside(tree: lxml.html.HtmlElement) -> bool:
    return bool(tree.xpath("//link[contains(@rel, 'stylesheet')]")) or any(
        "@import" in (sheet.text or "") for sheet in tree.iter("style")
    )


def _shade(colour: str) -> Colour | None:
    """None for what is no plain colour."""
    said = tinycss2.color3.parse_color(colour)
    if not isinstance(said, tinycss2.color3.RGBA) or said.alpha < 1:
        return None
    return round(255 * said.red), round(255 * said.green), round(255 * said.blue)


# ---- what opens it


def _scripts(tree: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    return [each for each in tree.iter("script") if (each.get("type") or "").lower() not in _DATA]


def _code(tree: lxml.html.HtmlElement) -> str:
    return "\n".join(script.text or "" for script in _scripts(tree))


class _Scripts:
    """What on a page may open what is closed."""

    def __init__(self, tree: lxml.html.HtmlElement, rules: list[styles.StyleRule]) -> None:
        self._runs = bool(_scripts(tree))
        code = _code(tree)
        told = frozenset(_NAME.findall(code))
        self._named = {*_told(tree), *told}
        is_told_all = not any(script.get("src") for script in _scripts(tree))
        self._may_fade = not is_told_all or _CHANGES_LOOKS.search(code) is not None
        self._opens_dialogs = not is_told_all or not self._named.isdisjoint(_OPEN_A_DIALOG)
        self._changed = set[str]()  # classes that are shown in some state: a script may put it in that
        for rule in rules:
            if _shows(rule):
                names = set(_NAME.findall(re.split(r"[\s>+~]", rule.selector)[-1]))
                self._changed |= names
                may_run = self._runs and not (is_told_all and names.isdisjoint(told))
                self._named |= names if may_run or _STATE.search(rule.selector) else set()

    def may_open(self, element: lxml.html.HtmlElement, *, fades: bool) -> bool:
        called = [*(element.get("class") or "").split(), *filter(None, [element.get("id")])]
        if not self._named.isdisjoint(called) or element.get("role") in _PANELS:
            return True
        if not self._changed.isdisjoint(called) and _is_opened_by_what_is_before(element):
            return True  # by a script that the page as we have it lacks
        if element.tag == "dialog" or element.get("role") in _DIALOGS:
            return self._opens_dialogs
        if not self._runs:
            return False
        if _is_opened_by_what_is_before(element):
            return True
        around = " ".join([*called, *(name for name in element.attrib if name.startswith("data-"))])
        above = element.getparent()
        return _CALLED.search(
            f"{around} {above.get('class') or '' if above is not None else ''}"
        ) is not None or (fades and self._may_fade and bool(around.strip()))


def _is_opened_by_what_is_before(element: lxml.html.HtmlElement) -> bool:
    before = element.getprevious()
    return before is not None and (_is_control(before) or before.tag in _HEADS)


def _shows(rule: styles.StyleRule) -> bool:
    """Whether a rule shows in some state what another may hide, as ".panel.open { display: block }"."""
    if len(re.findall(r"[.#\[:]|\w(?=[\s>+~])", rule.selector)) < 2:
        return False
    says = rule.says
    return (
        says.get("display", "none") != "none"
        or says.get("visibility") == "visible"
        or any(
            name in says and not _is_out_of_sight(name, said, says)
            for name, said in says.items()
            if name in _OPENED
        )
        or not _is_nothing(says.get("opacity", "0"))
    )


def _told(tree: lxml.html.HtmlElement) -> Iterator[str]:
    """The names that attributes of the page refer to."""
    for element in tree.iter(etree.Element):
        for name, value in element.attrib.items():
            if name not in _UNTOLD:
                if name.startswith("on"):
                    yield from _NAME.findall(value)
                else:
                    yield from (word.rpartition("#")[2].lstrip(".") for word in value.split())


def _is_control(element: lxml.html.HtmlElement) -> bool:
    """Whether a press on it, or on something in it, may do something on the page."""
    return any(
        each.tag in _CONTROLS
        or each.get("role") in {"button", "tab", "link"}
        or each.get("aria-expanded") is not None
        or each.get("onclick") is not None
        or (each.tag == "a" and (each.get("href") or "#").startswith(("#", "javascript:")))
        for each in element.iter(etree.Element)
    )
