"""Pages that say 200 and are where another was asked for: sign-in, consent and error pages."""

from __future__ import annotations

import html
import re

from crawler.answers.bot_walls import word_count

_TITLE = re.compile(rb"<(?:title|h1)\b[^>]{0,200}>([^<]{0,300})<", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s+[-|\u2013\u2014\u00b7:»]\s+|:\s|\|")
_SIGN_IN = re.compile(
    r"(?:please |staff |user |member )?(?:sign|log)[ -]?(?:in|on)(?: (?:to|with|required|page|form)\b.*)?"
    r"|authenticat\w+ required|session (?:has )?(?:expired|timed out)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue\b.{0,40}|we value your privacy"
    r"|(?:your )?(?:cookies?|privacy)(?: and (?:cookies?|privacy))? (?:consent|choices|settings|preferences)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(rb"<input\b[^>]{0,500}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
_A_FORM_ALONE = 150  # words: a page with more on it has the form next to what it says
_NOT_THERE = re.compile(
    r"(?:error |http )*(?:40[0-9]|410|50[0-4])(?: (?:error|page|not found|-).*)?"
    r"|(?:page|file|document|content) (?:unavailable|no longer available)"
    r"|(?:(?:page|file|document|content) )?(?:not|cannot be|can't be|could not be) found"
    r"|(?:sorry|oops)\b.{0,60}|(?:internal server|server|runtime|application|unexpected) error.{0,20}"
    r"|an? (?:unexpected )?error (?:has )?occurred|access (?:is )?denied|forbidden|unauthori[sz]ed"
    r"|bad request|(?:service|site|page) (?:is )?(?:temporarily )?unavailable"
    r"|(?:under|site|scheduled) maintenance|maintenance mode|we'?ll be back soon",
    re.IGNORECASE,
)


def _title(head: bytes) -> str:
    match = _TITLE.search(head)
    return html.unescape(match[1].decode(errors="replace")) if match else ""


def no_page(head: bytes) -> str:
    """What a page is if it replaces the one asked for although it says 200; "" if it does not."""
    for part in _TITLE_PARTS.split(_title(head)):
        words = " ".join(part.split()).strip(" .!")
        if _SIGN_IN.fullmatch(words):
            return f"a sign-in page: {words}"
        if _NOT_THERE.fullmatch(words):
            return f"an error page: {words}"
    return ""


def stands_between(body: bytes) -> str:
    """What a page is that only a person passes; "" if it is not such a page."""
    said = no_page(body)
    if said.startswith("a sign-in page"):
        return said
    title = _title(body)
    if any(_CONSENT.fullmatch(" ".join(part.split()).strip(" .!")) for part in _TITLE_PARTS.split(title)):
        return f"a page that asks for consent: {title.strip()}"
    return "a sign-in page" if _PASSWORD.search(body) and word_count(body) < _A_FORM_ALONE else ""
