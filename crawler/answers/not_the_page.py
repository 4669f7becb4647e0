"""Pages that say 200 and are where another was asked for: sign-in and error pages, by their titles."""

from __future__ import annotations

import html
import re

_TITLE = re.compile(rb"<(?:title|h1)\b[^>]{0,200}>([^<]{0,300})<", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s+[-|\u2013\u2014\u00b7:»]\s+|:\s|\|")
_SIGN_IN = re.compile(
    r"(?:please |staff |user |member )?(?:sign|log)[ -]?(?:in|on)(?: (?:to|with|required|page|form)\b.*)?"
    r"|authenticat\w+ required|session (?:has )?(?:expired|timed out)",
    re.IGNORECASE,
)
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


def no_page(head: bytes) -> str:
    """What a page is if it replaces the one asked for although it says 200; "" if it does not."""
    match = _TITLE.search(head)
    said = html.unescape(match[1].decode(errors="replace")) if match else ""
    for part in _TITLE_PARTS.split(said):
        words = " ".join(part.split()).strip(" .!")
        if _SIGN_IN.fullmatch(words):
            return f"a sign-in page: {words}"
        if _NOT_THERE.fullmatch(words):
            return f"an error page: {words}"
    return ""
