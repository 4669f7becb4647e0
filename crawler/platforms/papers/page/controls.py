"""Ways on that are no links: lists to choose from, forms, buttons, and parts that a script puts in.

Whatever leads to an address becomes the link that it means, so that it is judged as links are. What leads on
without saying where is known by `is_dead`: nobody but a person's browser can go there, and that is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree

from crawler.platforms.papers.page.elements import LEVELS, displayed, holds_blocks, labels, names_of
from crawler.platforms.papers.wording.addresses import is_other_media
from crawler.platforms.shared.web_address import canonical_url, clean_url, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.platforms.papers.page.markup import Frame
    from crawler.platforms.shared.select import Element

PART = "paperwatch-part"  # the class of a link to what a browser shows in its place
CONTROL = "paperwatch-control"  # that of a link that is not one in the markup

_ROLES = frozenset({"button", "tab", "link", "option", "menuitem"})
_NO_CONTROLS = frozenset(
    {
        *("img", "source", "picture", "video", "audio"),
        *("script", "style", "link", "meta", "select", "form", "body"),
    }
)
_PARTS = frozenset({"turbo-frame", "include-fragment"})
# attributes whose value is where the next part comes from: hx-get, data-next-url, data-href
_NAMES_AN_ADDRESS = re.compile(
    r"(?:data-)?(?:hx-get|formaction|up-href|ic-get-from)$|data-(?:[a-z]+-)*"
    r"(?:url|uri|href|src|link|next|path|page|endpoint|source|load|location|api|remote|get)$"
)
_IS_A_PLACE = re.compile(
    r"(?:https?://|/(?!/)|\?|\.{1,2}/)[^\s{}<>%]*$|[\w-]+(?:/[\w-]+)*\.(?:html?|php|aspx?)\b"
)
_IN_A_HANDLER = re.compile(r"""['"]((?:https?://|/|\?|\./)[^'"]*)['"]""")
_COMES_BY_ITSELF = re.compile(r"\b(?:revealed|load|intersect)", re.IGNORECASE)
_SENTINEL = re.compile(r"infinite|load|more|lazy|scroll|next|sentinel|append", re.IGNORECASE)
_COUNTED = re.compile(r"data-(?:[a-z]+-)*(?:page|offset|start|skip|paged)$")
_OPENS = ("aria-controls", "data-bs-target", "data-target")  # attributes that name what is opened
_WITHIN = 3  # elements between a link without an address and the control whose words it is
_LONGEST = 90  # characters of what is clicked: more is a card with much in it
_LOADING = re.compile(r"\W*(?:please wait|loading)", re.IGNORECASE)
_TYPED = frozenset({"", "text", "search", "email", "date", "month", "password", "number", "tel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Something to click that says no address: its words, and where it is."""

    text: str
    frame: Frame
    in_record: bool  # of one thing in a list


def as_links(root: Element, url: str, base: str) -> None:
    """Make each way on that has an address the link that it means, in place.

    `url` is where the page is, and `base` what its addresses are relative to.
    """
    _show(root)
    for form in list(root.iter("form")):
        if (form.get("method") or "get").lower() == "get":
            asked = {key for key, _ in parse_qsl(urlsplit(url).query)}
            _form(form, urljoin(base, form.get("action") or "") if form.get("action") else url, base, asked)
    for choice in list(root.iter("select")):
        _choices(choice, [(each, each.get("value") or "") for each in _options(choice)], base)
    openers = {
        name.strip().lstrip("#"): words_of(each)
        for each in root.iter(etree.Element)
        for attribute in _OPENS
        if (name := each.get(attribute))
    }
    for element in list(root.iter(etree.Element)):
        _control(element, base, openers)
    known = {each.get("href") for each in root.iter("a")}
    for each in root.getroottree().iter("link"):
        if "next" in (each.get("rel") or "").lower().split() and each.get("href") not in known:
            pager = etree.SubElement(root, "nav", {"class": "pager"})
            etree.SubElement(pager, "a", {"href": each.get("href") or "", "rel": "next"}).text = "Next page"


def is_dead(element: Element, by_id: Mapping[str, Element]) -> bool:
    """It is there to be clicked or chosen, and neither an address nor a part of this page is behind it."""
    tag = element.tag
    if tag == "a":
        if _leads(element):
            return False
    elif tag == "input":
        return (element.get("type") or "").lower() in {"button", "submit"}
    elif tag not in {"button", "summary", "option"} and element.get("role") not in _ROLES:
        return False
    return not any(map(holds_matter, _opened(element, by_id)))


def words_of(element: Element) -> str:
    """What a control is called."""
    said = element.get("value") or "" if element.tag == "input" else displayed(element)
    return said or next(iter(labels(element)), "")


def holds_matter(panel: Element) -> bool:
    """More is in it than the word that says it is being loaded."""
    said = next((text for text in panel.itertext() if text.strip()), "")
    return bool(said) and not _LOADING.match(said)


def _opened(element: Element, by_id: Mapping[str, Element]) -> Iterator[Element]:
    """The parts of the page that a control opens, or the control that it is within."""
    for each in (element, *islice(element.iterancestors(), _WITHIN)):
        for name in (*_OPENS, "href"):
            said = (each.get(name) or "").strip()
            if (panel := by_id.get(said.lstrip("#"))) is not None:
                yield panel
        if each.tag == "summary":
            yield from each.itersiblings(etree.Element)


def _show(root: Element) -> None:
    """What a browser shows: shadow roots, lazy frames, and without scripts the links of a `noscript`."""
    for each in root.iter("template"):
        if each.get("shadowrootmode") or each.get("shadowroot"):
            each.tag = "div"
    for each in root.iter("noscript"):
        if each.find(".//a[@href]") is not None:
            each.tag = "div"
    for each in root.iter("iframe"):
        if not each.get("src") and (later := each.get("data-src") or each.get("data-lazy-src")):
            each.set("src", later)


def _options(choice: Element) -> list[Element]:
    """What can be chosen anew: not what is chosen already."""
    return [each for each in choice.iter("option") if each.get("selected") is None and displayed(each)]


def _sent_options(choice: Element) -> list[Element]:
    """The same of a form, which shows the first option until another is chosen."""
    first = next(choice.iter("option"), None)
    is_chosen = any(each.get("selected") is not None for each in choice.iter("option"))
    return [each for each in _options(choice) if is_chosen or each is not first]


def _choices(choice: Element, options: list[tuple[Element, str]], base: str) -> None:
    """A list of links for a list to choose from, where what is chosen is an address of this host."""
    links = [(displayed(each), place) for each, value in options if (place := _place(value, base))]
    if not links or choice.getparent() is None:
        return
    choice.tag = "ul"
    for child in list(choice):
        choice.remove(child)
    for text, place in links:
        item = etree.SubElement(choice, "li")
        etree.SubElement(item, "a", {"href": place, "class": CONTROL}).text = text


def _form(form: Element, action: str, base: str, asked: set[str]) -> None:
    """Each of its choices, and each of its buttons, with the address to which it is sent.

    `asked` are the fields that the page's own address says: a list that is chosen by body is not chosen by
    year as well, or a site would be asked for every pair.
    """
    action = action.partition("#")[0].partition("?")[0]
    fixed = {
        each.get("name"): each.get("value") or ""
        for each in form.iter("input")
        if each.get("name") and (each.get("type") or "").lower() == "hidden"
    }
    selects = [each for each in form.iter("select") if each.get("name")]
    chosen = {
        each.get("name"): said[0].get("value") or ""
        for each in selects
        if (said := [one for one in each.iter("option") if one.get("selected") is not None])
    }

    def sent(name: str | None, value: str) -> str:
        fields = {**fixed, **{key: said for key, said in chosen.items() if said and key != name}}
        return f"{action}?{urlencode({**fields, name: value} if name else fields)}".rstrip("?")

    names = {each.get("name") for each in selects}
    for each in selects:
        if names & asked and each.get("name") not in asked:
            continue
        if any(_place(one.get("value") or "", base) for one in each.iter("option")):
            continue  # addresses themselves
        said = [(one, value) for one in _sent_options(each) if (value := _value_of(one))]
        _choices(each, [(one, sent(each.get("name"), value)) for one, value in said], base)
    typed = any((each.get("type") or "").lower() in _TYPED for each in form.iter("input"))
    for button in list(form.iter("button")):
        asks = (button.get("type") or "submit").lower() == "submit" and not button.get("formaction")
        place = sent(button.get("name"), button.get("value") or "")
        leads = button.get("name") or (form.get("action") and not selects)
        if asks and leads and not typed and canonical_url(place) != canonical_url(base):
            _retag(button, place)


def _value_of(option: Element) -> str:
    value = option.get("value")
    return displayed(option) if value is None else value


def _control(element: Element, base: str, openers: Mapping[str, str]) -> None:
    """The link that an element with an address in its attributes means.

    `openers` says what opens the element of an id.
    """
    if element.tag in _NO_CONTROLS or element.getparent() is None or _leads(element) or _is_typed(element):
        return
    place = _address_of(element, base)
    if not place:
        return
    text = words_of(element)
    summary = element if element.tag == "summary" else element.find("summary")
    if element.tag in {"a", "button", "input"}:
        _retag(element, place, text)
    elif summary is not None:
        _append(summary.getparent(), place, displayed(summary))
    elif element.find(".//a[@href]") is not None:
        return  # the card's own link leads there
    elif text and len(text) <= _LONGEST and not holds_blocks(element):
        _wrap(element, place)
    elif text:
        heading = next(element.iter(*LEVELS), None)
        said = displayed(heading) if heading is not None else text[:_LONGEST]
        _append(next(element.iterchildren("td"), element), place, said)
    elif opener := openers.get(element.get("id") or ""):
        _append(element, place, opener)
    elif _comes_by_itself(element):
        _append(element, place, "Load more", part=True)


def _leads(element: Element) -> bool:
    """It is a link already."""
    href = element.get("href") or ""
    return element.tag == "a" and bool(href) and not href.startswith(("#", "javascript:"))


def _comes_by_itself(element: Element) -> bool:
    """Empty until a script fills it: when it is shown, or when the page has loaded."""
    trigger = element.get("hx-trigger") or element.get("data-hx-trigger") or ""
    return (
        element.tag in _PARTS
        or bool(_COMES_BY_ITSELF.search(trigger))
        or bool(_SENTINEL.search(" ".join([names_of(element), *element.attrib])))
    )


def _is_typed(element: Element) -> bool:
    return element.tag == "input" and (element.get("type") or "").lower() in _TYPED


def _address_of(element: Element, base: str) -> str:
    """The address of the same host that an attribute says; "" where a script counts on from it."""
    said = [value for name, value in element.attrib.items() if _NAMES_AN_ADDRESS.match(name)]
    said += [element.get("src") or ""] if element.tag in _PARTS else []
    handlers = (element.get("onclick"), element.get("href") if element.tag == "a" else None)
    said += [found[1] for each in handlers if each and (found := _IN_A_HANDLER.search(each))]
    place = next((place for each in said if (place := _place(each, base))), "")
    counts = any(_COUNTED.match(name) and value.isdigit() for name, value in element.attrib.items())
    return "" if counts and "?" not in place else place


def _place(value: str, base: str) -> str:
    """An address of this host as it is written, "" where it is something else, or a picture's."""
    value = value.strip()
    if not _IS_A_PLACE.match(value):
        return ""
    url = clean_url(value, base=base)
    return value if url and host_of(url) == host_of(base) and not is_other_media(url) else ""


def _retag(element: Element, place: str, text: str = "") -> None:
    element.tag = "a"
    element.set("href", place)
    element.set("class", f"{element.get('class') or ''} {CONTROL}".strip())
    if text and not displayed(element):
        element.text = text


def _wrap(element: Element, place: str) -> None:
    link = element.makeelement("a", {"href": place, "class": CONTROL})
    link.text, element.text = element.text, None
    link.extend(list(element))
    element.append(link)


def _append(element: Element, place: str, text: str, *, part: bool = False) -> None:
    etree.SubElement(element, "a", {"href": place, "class": PART if part else CONTROL}).text = text
