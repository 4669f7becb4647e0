"""Single elements of a page: which are shown, their words as on the screen, where a link leads."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.platforms.papers.wording.addresses import is_document_service
from crawler.platforms.shared.select import clean_url, tidy
from pipeline.days import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.platforms.shared.select import Element

LEVELS = {f"h{level}": float(level) for level in range(1, 7)}
SILENT = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "select",
        "head",
        "input",
        "textarea",
        "audio",
        "video",
        "canvas",
    }
)
EMBEDS = frozenset({"iframe", "embed", "object"})
BOLD = frozenset({"b", "strong"})
WITHIN_WORDS = frozenset(
    {"b", "i", "em", "strong", "u", "sup", "sub", "font", "mark", "s", "wbr", "tt", "big"}
)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_ICON = re.compile(
    r"(?:^|[\s-])(?:icons?|material-icons|material-symbols[\w-]*|fa-[\w-]+|glyphicon)(?:$|\s)", re.IGNORECASE
)
_HIDDEN_LABEL = re.compile(
    r"\(?\b(?:opens?|opening|link opens|will open|this link opens) (?:up )?(?:in"
    r"|a) (?:an? )?(?:new )?(?:window|tab|browser)(?: or tab)?\b\)?"
    r"|\(?\bexternal (?:link|site)\b\)?|\(?\bagor(?:yd)? mewn (?:tab|ffenestr) newydd\b\)?",
    re.IGNORECASE,
)
_SAYS_FILE = re.compile(
    r"\b(?:pdf|docx?|xlsx?|pptx?|zip|word document)\b|\b\d[\d.,]*\s?[kmg]i?b\b", re.IGNORECASE
)
_VIEWER = re.compile(r"view|embed|reader|pdf|docs?|gview|open", re.IGNORECASE)
_FILE_SHOWN = re.compile(r"\.(?:pdf|docx?|pptx?|xlsx?)(?:$|[?#&])", re.IGNORECASE)
_SHOWN_FILE = ("file", "url", "src", "doc", "document", "pdf")


def is_custom(element: Element) -> bool:
    """An element that the site has made itself, such as `<meeting-card>`."""
    return isinstance(element.tag, str) and "-" in element.tag


def is_block(element: Element) -> bool:
    """It begins a line of its own; one that the site has made does if no words are next to it."""
    if element.tag in BLOCKS:
        return True
    if not is_custom(element):
        return False
    before = element.getprevious()
    beside = (element.getparent().text if before is None else before.tail, element.tail)
    return not any((words or "").strip() for words in beside)


def is_silent(element: Element) -> bool:
    tag = element.tag
    if tag in SILENT:
        return True
    if tag in {"i", "span"} and not len(element):
        return element.get("aria-hidden") == "true" or bool(
            _ICON.search(element.get("class") or "") and tag == "i"
        )
    return False


def shape(element: Element) -> str:
    """Tag and first class without its numbers: what siblings of one kind have in common."""
    names = (element.get("class") or "").split()
    return f"{element.tag}.{re.sub(r'[-_]?[0-9]+.*', '', names[0])}" if names else str(element.tag)


def displayed(element: Element) -> str:
    """The words of an element as they are on the screen, in one line."""
    return tidy(_HIDDEN_LABEL.sub(" ", "".join(_displayed(element))))


def _displayed(element: Element) -> Iterator[str]:
    # an explicit stack: pasted Word nests deep enough to run out of Python's
    stack: list[Element | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        if item is not element and item.tail:
            stack.append(item.tail)
        if not isinstance(item.tag, str) or is_silent(item):
            continue
        gap = "" if item.tag in WITHIN_WORDS else " "
        stack.append(gap)
        stack.extend(reversed(item))
        stack.append(gap + (item.text or ""))


def labels(anchor: Element) -> tuple[str, ...]:
    """What a link says of itself in addition to its words."""
    said = (anchor.get(name) for name in ("aria-label", "data-title", "title", "download"))
    found = [tidy(_HIDDEN_LABEL.sub(" ", each)) for each in said if each]
    return tuple(each for each in found if each)


def alternative(anchor: Element) -> str:
    """The words of a link that has none to show."""
    images = [image.get("alt") or "" for image in anchor.iter("img")]
    return next((tidy(each) for each in (*labels(anchor), *images) if tidy(each)), "")


def marks_a_file(anchor: Element) -> bool:
    """The markup says that a link gives a file."""
    kind = anchor.get("type") or ""
    return (
        anchor.get("download") is not None
        or kind.startswith(("application/pdf", "application/msword", "application/vnd", "application/zip"))
        or (anchor.get("data-extension") is not None)
    )


def says_file(text: str) -> bool:
    return bool(_SAYS_FILE.search(text))


def holds_blocks(anchor: Element) -> bool:
    return any(is_block(each) for each in anchor.iterdescendants() if isinstance(each.tag, str))


def seen_through(url: str, base: str) -> str:
    """The file behind a viewer or a mail gateway, where its address says it."""
    parts = urlsplit(url)
    if not parts.query:
        return url
    query = parse_qsl(parts.query)
    host = (parts.hostname or "").lower()
    if host.endswith("safelinks.protection.outlook.com") or "urldefense" in host:
        return next((clean_url(value, base=base) for key, value in query if key == "url"), url) or url
    if not _VIEWER.search(f"{parts.path} {host}"):
        return url
    for key, value in query:
        shown = unquote(value)
        is_address = shown.startswith(("http://", "https://", "/"))
        is_file = bool(_FILE_SHOWN.search(shown)) or is_document_service(shown)
        if key.lower() in _SHOWN_FILE and is_address and is_file:
            return clean_url(shown, base=url) or url
    return url


def day_of_time(moment: str) -> str:
    """The day in London of the `datetime` of a `<time>`: "2026-11-26"; "" where it says none."""
    moment = moment.strip()
    if not re.match(r"20\d\d-\d\d-\d\d", moment):
        return ""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment[:10]
    return (at.astimezone(LONDON) if at.tzinfo else at).date().isoformat()


def names_of(element: Element) -> str:
    """What its author calls it: its class, its id, its slot, and the tag that the author made."""
    said = " ".join(element.get(name) or "" for name in ("class", "id", "slot"))
    return f"{element.tag} {said}" if is_custom(element) else said


def join_split_links(root: Element) -> None:
    """Make one link of two to the same place that share a word: "Agenda and p" and "apers"."""
    for link in list(root.iter("a")):
        while (after := link.getnext()) is not None and _goes_on(link, after):
            _append_text(link, after.text or "")
            link.extend(after)
            link.tail = after.tail
            after.getparent().remove(after)


def _goes_on(link: Element, after: Element) -> bool:
    href = link.get("href")
    if not href or link.tail or after.tag != "a" or after.get("href") != href:
        return False
    return "".join(link.itertext())[-1:].isalpha() and "".join(after.itertext())[:1].islower()


def _append_text(element: Element, text: str) -> None:
    """After all that it holds."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
