"""Web pages as text, without the site around them: its menus and notices are not what the body said.

What is furniture is told by what it does, not by what it is called: an element that says it is a way about
the site (by its tag, its role, its class) is taken out where its words are links, and kept where it speaks.
Panels that are closed are part of the page: their headings open them.
"""

from __future__ import annotations

import base64
import re
import warnings
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote

import lxml.html
from bs4 import BeautifulSoup
from bs4.element import PreformattedString
from bs4.exceptions import ParserRejectedMarkup
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement
from lxml import etree

from extractors import hidden, html_hidden, spaced_out
from extractors.charset import decode
from extractors.parts import alternative_line, numbered
from extractors.raised import END, START, settled
from extractors.web import lists, tables
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from extractors.ocr.embedded_pictures import PictureReader
    from extractors.parts import Aside, Line
    from pipeline.model import PageText

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 64 * 1024  # bytes
_NO_DECLARATION = re.compile(rb"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}>")  # lxml refuses text that names an encoding
_DEEPEST = 400  # elements within elements: what renders the page calls itself for each

_NEVER_SEEN = "//script | //style | //noscript | //iframe | //head/*[not(self::title)]"
_OF_HEAD = {"title", "meta", "link", "base", "basefont", "script", "style", "template", "noscript", "object"}
_NO_WORDS = {"script", "style", "template", "noscript", "link", "meta"}
_TITLE = "//title[not(ancestor::svg or ancestor::template)]/text()"  # drawings and their like have their own
_WAYS = {"nav"}
_WAYS_BY_ROLE = {"navigation", "menu", "menubar"}
_ENDS = {"footer"}
_ENDS_BY_ROLE = {"contentinfo"}
_FORMS = {"form", "search"}
_MAY_BE = {"header", "aside", "dialog", "menu"}
_MAY_BE_BY_ROLE = {"banner", "complementary", "dialog", "alertdialog", "alert"}
_MAY_BE_CALLED = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|skip-?(?:link|to-content)|site-?(?:header|footer|nav)|main-?nav|navbar|menu|"
    r"share-?(?:links|buttons)|social-?(?:links|media))(?:$|[\s_-])",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"cookie|consent", re.IGNORECASE)
_MOST_IN_FURNITURE = 0.5  # of the page's words: what holds more is the page itself, however it is called
_A_SENTENCE, _A_SHORT_SENTENCE = 8, 4  # words, in a way about the site, that are no link; with a full stop
_STOP = re.compile(r"[.!?][\"'\u2019\u201d)]?\s*\Z")
_NOTHING = re.compile(r"(?!)")
_ON_THE_SITE = re.compile(  # whose it is, who made it, and how to reach them: at the foot of each page
    r"\u00a9|copyright|rights reserved|licen[cs]e|cookie|privacy|regist(?:ered|ration)|web\s?site|powered by|"
    r"(?:designed|developed|hosted|built|site) by|follow us|subscribe|sign up|contact us|javascript|browser",
    re.IGNORECASE,
)
_A_NOTICE = 200  # words of one on cookies, at most
_A_CRUMB = 12  # words, at most, of the way to a page
_A_DESCRIPTION = 4  # words: what logos and icons are called is shorter
_A_LOGIN = 25  # words, at most: "E-mail Password Remember me Forgotten your password? Sign in"
_A_QUICK_FORM = 6  # words, at most: "Was this useful? Yes No"

_RAISED_BY_STYLE = re.compile(
    r"vertical-align\s*:\s*(?:super|text-top|[1-9])|position\s*:\s*relative(?=(?:.*;)?\s*top\s*:\s*-)|"
    r"(?:^|;)\s*top\s*:\s*-.*position\s*:\s*relative",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"[\"'\u2018\u201c]?[A-Z]")
_MARK = "\ufdd2"  # never a character of a text, as those of `raised`
_NEVER = dict.fromkeys(map(ord, f"\0\u00ad{START}{END}{hidden.START}{hidden.END}{_MARK}"))  # and soft hyphens
_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[*\u2020\u2021\u00a7]+)[\])]?")
_TYPED = {
    "text",
    "email",
    "number",
    "tel",
    "url",
    "date",
    "time",
    "datetime-local",
    "month",
    "week",
    "submit",
    "button",
    "reset",
}
_NO_OPACITY = re.compile(r"0*\.?0+%?")
_NOT_DRAWN = {"defs", "symbol", "clippath", "mask", "pattern", "marker", "lineargradient", "radialgradient"}
_INLINE = {
    "a",
    "abbr",
    "b",
    "cite",
    "code",
    "em",
    "font",
    "i",
    "label",
    "mark",
    "small",
    "span",
    "strong",
    "u",
}
_SET_APART = {
    "block",
    "flex",
    "grid",
    "table",
    "list-item",
    "flow-root",
    "table-row",
    "table-caption",
    "-webkit-box",
}
_PICTURE = re.compile(rb"data:image/[\w.+-]{1,20};base64,([A-Za-z0-9+/=%\s]+)", re.IGNORECASE)
_A_PICTURE = 1024  # bytes: rules, dots and counters have less
_HIDING = re.compile(r"(?:display|visibility|content-visibility)\s*:[^;]*;?", re.IGNORECASE)

_BLOCKS = (  # which inscriptis does not know for such: their words would run into those next to them
    "button",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "dl",
    "dt",
    "fieldset",
    "form",
    "hr",
    "legend",
    "menu",
    "optgroup",
    "option",
    "search",
    "section",
    "summary",
    "template",
)
_CSS = CSS_PROFILES["strict"] | {tag: HtmlElement(display=Display.block) for tag in _BLOCKS}
_CONFIG = ParserConfig(css=_CSS, table_cell_separator=" ")


def extract(path: Path) -> Iterator[PageText]:
    markup = _markup(path.read_bytes())
    tree = _parsed(markup)
    if tree is None:
        yield from numbered([("web page", _flat(markup))])
        return
    _unfold(tree)
    _remove_furniture(tree)
    from extractors.ocr.embedded_pictures import PictureReader  # noqa: PLC0415 - a crawl reads text, no picture

    pictures = PictureReader()
    asides = _mark_pictures(tree, pictures)
    yield from numbered([("web page", list(_with_asides(_rendered(tree), asides)))])
    pictures.say_what_is_left()


def metadata(path: Path) -> dict[str, str]:
    tree = _parsed(_markup(path.read_bytes()))
    if tree is None:
        return {}
    facts = {"title": next(iter(tree.xpath(_TITLE)), "")}
    for element in tree.iterfind(".//meta[@name]"):
        name = (element.get("name") or "").lower()
        if name in {"author", "dcterms.created", "dcterms.modified", "dc.title"}:
            facts.setdefault(name.removeprefix("dcterms."), element.get("content") or "")
    return facts


def to_text(markup: str, sheets: Callable[[str], str] | None = None) -> str:
    """Returns the canonical text of a piece of HTML, such as a mail's body; "" where nothing is in it.

    What nobody sees of it is between the marks of `hidden`. `sheets` gives the style sheet that came with it
    under an address; "" for none.
    """
    try:
        tree = _parsed(markup)
    except ExtractionError:
        return ""
    if tree is None:
        return canonical(_flat(markup))
    if sheets:
        _put_in(tree, sheets)
    _unfold(tree)
    return canonical(_rendered(tree))


def from_bytes(content: bytes, declared: str = "", sheets: Callable[[str], str] | None = None) -> str:
    """As `to_text`, of bytes whose encoding is told by whoever sent them or by themselves."""
    return to_text(_markup(content, declared), sheets)


def _put_in(tree: lxml.html.HtmlElement, sheets: Callable[[str], str]) -> None:
    """Style sheets that came with a page, in place of the links to them."""
    for link in tree.xpath("//link[contains(@rel, 'stylesheet')][@href]"):
        if said := sheets(link.get("href") or ""):
            link.tag, link.text = "style", said


def _markup(content: bytes, told: str = "") -> str:
    head = _NO_DECLARATION.sub(b"", content[:_DECLARED_WITHIN])
    declared = _DECLARED.search(head)
    return decode(content, told or (declared.group(1).decode("ascii") if declared else ""))


# ---- parsing


def _parsed(markup: str) -> lxml.html.HtmlElement | None:
    """The page; None where it is nested deeper than we can follow.

    Raises ExtractionError, `NO_TEXT` where there is no element in it.
    """
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(_DECLARATION.sub("", markup.translate(_NEVER)), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ExtractionError(FailureReason.NO_TEXT, f"a web page without content: {error}") from error
    _move_out_of_head(tree)
    gave_up = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return None if gave_up or _is_deep(tree) else tree


def _move_out_of_head(tree: lxml.html.HtmlElement) -> None:
    """What a page shows is of its body: the parser takes new elements for the head where no body begins."""
    head = tree.find("head")
    shown = [each for each in (head if head is not None else ()) if each.tag not in _OF_HEAD]
    if head is None or not shown:
        return
    body = tree.find("body")
    if body is None:
        body = tree.makeelement("body")
        head.addnext(body)
    for at, element in enumerate(shown):
        body.insert(at, element)


def _is_deep(tree: lxml.html.HtmlElement) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def _flat(markup: str) -> str:
    """All words of a page by a parser that no depth stops, a line for each piece of text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it minds what the markup may be instead
            soup = BeautifulSoup(markup.translate(_NEVER), "html.parser")
    except ParserRejectedMarkup as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"a web page in pieces: {error}") from error
    for template in soup.find_all("template"):
        host = template.parent.name if template.parent else ""
        if not html_hidden.is_root(str(template.get("shadowrootmode", "")), host):
            template.clear()
    skipped = {"script", "style", "noscript", "title"}
    return "\n".join(
        text
        for text in soup.find_all(string=True)
        if not isinstance(text, PreformattedString) and text.parent and text.parent.name not in skipped
    )


def _rendered(tree: lxml.html.HtmlElement) -> str:
    text = Inscriptis(tree, _CONFIG).get_text()
    if spaced_out.joined(text) != text:  # few pages: the wide blanks that end words are no longer in it
        for element in tree.iter(etree.Element):
            element.text = spaced_out.joined(element.text or "")
            element.tail = spaced_out.joined(element.tail or "")
        text = Inscriptis(tree, _CONFIG).get_text()
    return settled(text)


# ---- what a reader may see


def _unfold(tree: lxml.html.HtmlElement) -> None:
    """Open what is closed, take out what is never seen, mark what is raised."""
    html_hidden.mark_hidden(tree)
    for root in html_hidden.shadow_roots(tree):
        _fill_slots(root)
    html_hidden.hide_templates(tree)
    _say_what_is_no_text(tree)
    for element in tree.xpath(_NEVER_SEEN):
        _drop(element)
    lists.write_numbers(tree)
    for element in tree.xpath("//sup | //a[starts-with(@href, '#')] | //*[@style]"):
        style = element.get("style") or ""
        if element.tag == "sup" or _RAISED_BY_STYLE.search(style) or _is_note_mark(element):
            _raise(element)
        if _is_drop_cap(element, style):
            _begin_word(element)
        elif style:
            element.set("style", _HIDING.sub(_as_block, style))
    for small in tree.iter("rt"):  # over the words before it
        small.text = f" {small.text or ''}"
    tables.lay_out(tree)


def _is_drop_cap(element: lxml.html.HtmlElement, style: str) -> bool:
    """Whether it is set apart for how it looks alone: a large first letter, its word goes on behind it."""
    return (
        bool(style) and _CAPITAL.fullmatch(element.text_content().strip()) is not None and _goes_on(element)
    )


def _goes_on(element: lxml.html.HtmlElement) -> bool:
    """Whether the rest of a word follows, in the same line or at the head of the next block."""
    after = element.getnext()
    if (element.tail or "").strip() or after is None:
        return (element.tail or "")[:1].isalpha()
    return "float" in (element.get("style") or "").lower() and (after.text or "")[:1].islower()


def _begin_word(element: lxml.html.HtmlElement) -> None:
    """Put a letter before the rest of its word."""
    after = element.getnext()
    if not (element.tail or "").strip() and after is not None:
        after.text = element.text_content().strip() + (after.text or "")
        _drop(element)
    else:
        element.attrib.pop("style")


def _say_what_is_no_text(tree: lxml.html.HtmlElement) -> None:
    """Words that are in attributes, in drawings, or in pages within the page."""
    for drawing in tree.xpath("//svg[not(ancestor::svg)]"):
        _keep_labels(drawing)
    for choice in tree.xpath("//select[not(@multiple)]"):
        if (choice.get("size") or "1") == "1":
            _show_chosen(choice)
    for field in tree.xpath("//input | //textarea[not(text())]"):
        if said := _said_in(field):
            field.tail = f" {said} {field.tail or ''}"
    for picture in tree.xpath("//img[@alt]"):
        if _count(picture.get("alt") or "") >= _A_DESCRIPTION:
            _say_after(picture, alternative_line(picture.get("alt") or ""))
    for frame in tree.xpath("//iframe | //object | //embed"):
        if within := frame.get("srcdoc") or _page_in(frame.get("src") or frame.get("data") or ""):
            _say_after(frame, to_text(within))


def _said_in(field: lxml.html.HtmlElement) -> str:
    """What a field of a form shows: what was typed, or what is asked for."""
    is_typed = (field.get("type") or "text").lower() in _TYPED
    return (field.get("value") if is_typed else "") or field.get("placeholder") or ""


def _show_chosen(choice: lxml.html.HtmlElement) -> None:
    """A list that opens when it is pressed shows one option before: the one chosen, or the first."""
    options = list(choice.iter("option"))
    chosen = next((each for each in reversed(options) if each.get("selected") is not None), None)
    for option in options:
        if option is not (chosen if chosen is not None else options[0]):
            html_hidden.replace_with_words(option)


def _is_note_mark(element: lxml.html.HtmlElement) -> bool:
    """Whether it leads to a note on the same page, by a number or a sign."""
    return element.tag == "a" and _NOTE_MARK.fullmatch(element.text_content().strip()) is not None


def _as_block(match: re.Match[str]) -> str:
    """Of how an element is laid out, whether it is on lines of its own: that keeps its words apart."""
    kind = match[0].partition(":")[2].strip(" ;").partition(" ")[0].lower()
    return "display:block;" if kind in _SET_APART else ""


def _page_in(address: str) -> str:
    """The page that an address is itself; "" for all others."""
    head, _, content = address.partition(",")
    if not head.lower().startswith("data:text/html"):
        return ""
    packed = head.lower().endswith(";base64")
    return _markup(_unpacked(content)) if packed else unquote(content)


def _fill_slots(template: lxml.html.HtmlElement) -> None:
    """Show a shadow root in its place, and in its slots what its host holds. The rest of that is not seen."""
    host = template.getparent()
    template.tag = "section"
    # Roots within this one are still templates: their turn comes.
    slots = [slot for slot in template.iter("slot") if next(slot.iterancestors("template"), None) is None]
    free: dict[str, list[lxml.html.HtmlElement]] = {}  # by the slot that they ask for
    for child in host:
        if child is not template and child.tag not in _NO_WORDS:
            free.setdefault(child.get("slot") or "", []).append(child)
    if all(slot.get("name") for slot in slots):
        _hide_loose_words(host)
    for slot in slots:
        taken = free.pop(slot.get("name") or "", [])
        if not taken:
            continue
        passed_on, tail = slot.get("slot"), slot.tail
        slot.clear()
        slot.tag, slot.tail = "div", tail
        if passed_on is not None:  # into a slot of the root within which it is
            slot.set("slot", passed_on)
        slot.extend(taken)
    for child in chain.from_iterable(free.values()):
        html_hidden.replace_with_words(child)


def _hide_loose_words(host: lxml.html.HtmlElement) -> None:
    """Words that are in a host by themselves are seen only in a slot without a name."""
    words = " ".join(filter(None, (host.text, *(child.tail for child in host)))).strip()
    if words:
        host.text = None
        for child in host:
            child.tail = None
        said = host.makeelement("span")
        said.text = hidden.hidden(words)
        host.append(said)


def _keep_labels(drawing: lxml.html.HtmlElement) -> None:
    """Of a drawing the words that are drawn, each label a line."""
    used = {(use.get("href") or use.get("xlink:href") or "#").lstrip("#") for use in drawing.iter("use")}
    words = [
        hidden.hidden(label) if _is_undrawn(text) else label
        for text in drawing.iter("text", "foreignobject", "foreignObject")
        if (label := " ".join(_label(text).split()))
        and not any(
            above.tag.lower() in _NOT_DRAWN and used.isdisjoint((text.get("id"), above.get("id")))
            for above in text.iterancestors()
        )
    ]
    tail = drawing.tail
    drawing.clear()
    drawing.tag, drawing.text, drawing.tail = "div" if words else "span", "\n".join(words), tail


def _is_undrawn(text: lxml.html.HtmlElement) -> bool:
    """Whether a label, or what it is within, says that it is not drawn, or clear, or of no colour."""
    around = [text, *text.iterancestors("g", "svg", "a", "switch", "symbol", "defs")]
    if any(
        each.get("display") == "none"
        or each.get("visibility") in {"hidden", "collapse"}
        or _NO_OPACITY.fullmatch(_painted(each, "opacity"))
        for each in around
    ):
        return True
    fill, opacity, line = (
        next(filter(None, (_painted(each, name) for each in around)), "")
        for name in ("fill", "fill-opacity", "stroke")
    )
    is_clear = fill in {"none", "transparent"} or _NO_OPACITY.fullmatch(opacity) is not None
    return is_clear and line in {"", "none", "transparent"}


def _painted(element: lxml.html.HtmlElement, name: str) -> str:
    """What an element of a drawing says of how it is painted, by its style or by itself."""
    said = re.search(rf"(?:^|[;\s]){name}\s*:\s*([^;]+)", element.get("style") or "")
    return (said[1] if said else element.get(name) or "").strip().lower()


def _label(text: lxml.html.HtmlElement) -> str:
    """Pieces that are set at places of their own are apart."""
    pieces = [text.text or ""]
    for piece in text.iterdescendants():
        apart = " " if piece.tag != "tspan" or {"x", "y", "dy"} & set(piece.keys()) else ""
        pieces += [apart, piece.text or "", apart if piece.tag != "tspan" else "", piece.tail or ""]
    return "".join(pieces)


def _say_after(element: lxml.html.HtmlElement, text: str) -> None:
    """Put a paragraph behind an element."""
    said = element.makeelement("p")
    said.text, said.tail, element.tail = text, element.tail, None
    element.addnext(said)


def _raise(element: lxml.html.HtmlElement) -> None:
    """Put the marks of what is raised around all that it holds."""
    element.text = START + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + END
    else:
        element.text += END


# ---- pictures that the page brings with it


def _mark_pictures(tree: lxml.html.HtmlElement, pictures: PictureReader) -> list[Aside]:
    """Read those that are in the page itself: each leaves a mark in its place, its number in the list."""
    asides: list[Aside] = []
    for picture in tree.xpath("//img[starts-with(@src, 'data:image/')]"):
        head, _, content = (picture.get("src") or "").partition(",")
        if head.endswith(";base64") and (found := pictures.read(_unpacked(content), "a picture")):
            _say_after(picture, f"{_MARK}{len(asides)}{_MARK}")
            asides.append(found)
    return asides


def pictures_within(content: bytes) -> list[bytes]:
    """Returns the pictures that a page brings with it in addresses, but for the smallest: no words fit in."""
    found = (_unpacked(match[1].decode("ascii")) for match in _PICTURE.finditer(content))
    return [picture for picture in found if len(picture) >= _A_PICTURE]


def _unpacked(content: str) -> bytes:
    try:
        return base64.b64decode("".join(unquote(content).split()) + "==")
    except ValueError:
        return b""


def _with_asides(text: str, asides: list[Aside]) -> Iterator[Line]:
    """The text, and each picture where its mark is."""
    for at, piece in enumerate(text.split(_MARK) if asides else [text]):
        yield asides[int(piece)] if at % 2 else piece


# ---- the site around the page


def _remove_furniture(tree: lxml.html.HtmlElement) -> None:
    """Take out menus and notices, but never the greater part of the words."""
    words = _count(tree.text_content())
    for element in reversed(list(tree.iter(etree.Element))):  # those within others first
        if element.getparent() is None or element.tag in {"html", "body", "main", "article"}:
            continue
        if _is_furniture(element) and _count(element.text_content()) <= words * _MOST_IN_FURNITURE:
            _drop(element)


def _is_furniture(element: lxml.html.HtmlElement) -> bool:
    role, called = element.get("role"), f"{element.get('id') or ''} {element.get('class') or ''}"
    if _COOKIES.search(called) and _is_on_cookies(element):
        return True
    if element.tag in _WAYS or role in _WAYS_BY_ROLE:
        return not _has_sentence(element)
    if element.tag in _ENDS or role in _ENDS_BY_ROLE:
        is_of_site = not any(True for _ in element.iterancestors("main", "article"))
        return is_of_site and not _has_sentence(element, but_not=_ON_THE_SITE)
    if element.tag in _FORMS or role in _FORMS:
        return _is_quick_form(element)
    if element.tag in _MAY_BE or role in _MAY_BE_BY_ROLE:
        return _is_mostly_links(element) and not _has_sentence(element)
    return _MAY_BE_CALLED.search(called) is not None and (_is_mostly_links(element) or _is_crumb(element))


def _is_on_cookies(element: lxml.html.HtmlElement) -> bool:
    text = element.text_content()
    return "cookie" in text.lower() and _count(text) <= _A_NOTICE


def _is_quick_form(form: lxml.html.HtmlElement) -> bool:
    """Whether it asks for a search, a password and little more, or a press of a button."""
    if "search" in {form.tag, form.get("role")} or form.xpath(".//input[@type='search']"):
        return True
    asks = _A_LOGIN if form.xpath(".//input[@type='password']") else _A_QUICK_FORM
    return _count(form.text_content()) <= asks


def _has_sentence(element: lxml.html.HtmlElement, but_not: re.Pattern[str] = _NOTHING) -> bool:
    """Whether any block in it says a sentence, links aside: by its full stop, or by its length."""
    said: dict[lxml.html.HtmlElement, str] = {}
    for text in element.xpath(".//text()[not(ancestor::a or ancestor::button or ancestor::label)]"):
        block = text.getparent().getparent() if text.is_tail else text.getparent()
        while block.tag in _INLINE and block is not element:
            block = block.getparent()
        said[block] = said.get(block, "") + text
    return any(
        _count(words) >= (_A_SHORT_SENTENCE if _STOP.search(words) else _A_SENTENCE)
        for words in said.values()
        if not but_not.search(words)
    )


def _is_mostly_links(element: lxml.html.HtmlElement) -> bool:
    """Whether more than half of its words are there to be pressed; headings of such lists aside."""
    pressed = sum(_count(each.text_content()) for each in element.iter("a", "button", "label", "option"))
    if not pressed:
        return _count(element.text_content()) == 0
    of_lists = sum(
        _count(heading.text_content())
        for heading in element.iter("h2", "h3", "h4", "h5", "h6")
        if not heading.xpath(".//a | .//button")
    )
    return pressed > (_count(element.text_content()) - of_lists) / 2


def _is_crumb(element: lxml.html.HtmlElement) -> bool:
    text = element.text_content()
    return _count(text) <= _A_CRUMB and any(sign in text for sign in ">/\u203a\u00bb")


def _count(text: str) -> int:
    """How many words."""
    return len(text.split())


def _drop(element: lxml.html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
