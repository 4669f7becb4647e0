"""Whose meeting: the boards, committees and councils that a text names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.shared.dates import without_dates

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMES_THE_MEETING = re.compile(
    r"\b(?:boards?|directors|trust|public|meetings?|group|integrated|care|icb|bod|of|in|the|held|on|at|to"
    r"|part|download|view|read|click|here|open|final|draft|version|v\d+|revised|superseded|updated"
    r"|corrected|new|latest|web|date|when"
    r"|trusts|session|extraordinary|special|\d+|pdf|docx?|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri"
    r"|satur|sun)(?:day)?\b",
    re.IGNORECASE,
)
_COMMITTEE = re.compile(
    r"\b(?P<name>(?:[A-Z][\w'\u2019&-]*,?\s(?:(?:and|of|for|the|in|&)\s){0,2}){1,7}"
    r"(?:Sub-?[Cc]ommittee|Committees?(?:\s?-?in-?\s?Common)?|Forum|Collaborative)"
    r"|(?:[A-Z][\w'\u2019&-]*\s){0,4}(?:Oversight|Steering|Working|Advisory|Reference|Delivery) Group)\b"
)
_NAMED = re.compile(
    r"\b(?P<name>Integrated Care Partnership|ICP|Council of Governors|Annual General Meeting|AGM"
    r"|Annual (?:Public |Members['\u2019]? )Meeting|Boards?[ -]in[ -]Common|Health and Wellbeing Board"
    r"|Place Board|Place Partnership)\b",
    re.IGNORECASE,
)
_SHORT_NAMES = {"ICP": "Integrated Care Partnership", "AGM": "Annual General Meeting"}
_BOARD = re.compile(
    r"\b(?P<name>(?:NHS )?Integrated Care Board|ICB Board|Trust Board(?: of Directors)?"
    r"|Group Board(?: of Directors)?"
    r"|Joint Board|Cluster Board|Board of Directors|Governing Body|Board of NHS England)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:(?:our|the|public|trust|icb|group|joint|shared)\s)*"
    r"(?:boards?(?: of directors)?(?:[ -]in[ -](?:common|public))?"
    r"|integrated care board|governing body|council of governors"
    r"|agm|(?:annual )?members'? meetings?|annual (?:general|public) meetings?)\W*$",
    re.IGNORECASE,
)
_ABOUT_A_COMMITTEE = re.compile(
    r"s\b|chair|report|highlight|assurance|update|minutes|terms|annual|escalation|summary|effectiveness",
    re.IGNORECASE,
)
_PAPER_ABOUT = re.compile(
    r"[\s:'\u2019\u2013-]*(?:s\b\W*)?(?:chair|(?:annual )?(?:report|review)|highlight|assurance|update"
    r"|terms of|escalation|summary|effectiveness)",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"(?:(?:un)?confirmed|approved|draft|public|private|boards?|our|the|other|all|meetings?|and|of|for"
    r"|from|minutes"
    r"|agenda|papers|report|chair's|nhs|icb|trust|dates?|schedule|latest|past|previous|earlier|future|upcoming"
    r"|forthcoming|archived?|welcome|to|view|read|open|download|see"
    r"|items?|enc(?:losure)?|appendix|annex|[a-z]|[ivx]+|\d[\w.]*),?",
    re.IGNORECASE,
)
_NOT_A_PLACE = re.compile(
    r"(?:(?:joint|late|latest|previous|past|public|private|full|supporting|our|the|nhs|icb|group|trust|council|key"
    r"|meeting|board|committee|audit|finance|quality|people|agenda|minutes|draft|extraordinary|all|other|more"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)\b)",
    re.IGNORECASE,
)
_OF_ONE_BOARD = re.compile(
    r"^(?:papers for (?:the )?)?(?P<name>[A-Z][\w\u2019'-]+(?: [A-Z][\w\u2019'-]+){0,2}?)(?:\u2019s|'s)?"
    r" (?P<board>(?:Trust )?Board(?: of Directors)?|papers)(?: papers)?(?: only)?$"
)


def committee_in(text: str) -> str:
    """The committee, partnership or council of a text, as a title; "" where it names none but the board."""
    named, match = _NAMED.search(text), _COMMITTEE.search(text)
    if named and (match is None or named.start() < match.end()):
        name = named["name"]
        return _SHORT_NAMES.get(name.upper()) or _as_title(name)
    if match:
        words = match["name"].split()
        while words and _NOT_A_NAME.fullmatch(words[0]):
            words.pop(0)
        if len(words) > 1:
            return " ".join(words)
    return _as_title(named["name"]) if named else ""


def is_of_an_annual_meeting(text: str) -> bool:
    """Slides, minutes or a notice of the annual meeting, which is a meeting of its own."""
    return committee_in(text).startswith("Annual ")


def committee_over(text: str) -> str:
    """The committee of words that are over papers; "" where they name a report about it."""
    name = committee_in(text)
    after = text.partition(name)[2] if name else ""
    return "" if _PAPER_ABOUT.match(after) else name


def leads_with_committee(text: str) -> bool:
    """It begins with the committee whose paper it is: not a report about the committee."""
    name = committee_in(text)
    after = text[len(name) :].lstrip(" :-\u2013'\u2019")
    return bool(name) and text.startswith(name) and not _ABOUT_A_COMMITTEE.match(after)


def names_a_body(text: str) -> bool:
    """It says which board or committee, and nothing else."""
    return bool(_BODY.match(text)) or committee_in(text) == text.strip(" :")


def names_only_the_meeting(text: str) -> bool:
    """But for its day it says "Board meeting in public", or nothing."""
    return not _NAMES_THE_MEETING.sub(" ", without_dates(text)).strip(" ,.:;-\u2013()|/")


def board_in(text: str) -> str:
    """How a text names the board."""
    match = _BOARD.search(text)
    return _as_title(match["name"]) if match else ""


def first_board(texts: Iterable[str]) -> str:
    return next((name for text in texts if (name := board_in(text))), "Board")


def partner_boards(texts: Iterable[str], own: str) -> dict[str, str]:
    """Returns boards that meet in common with the body's own: "Hill" and "Hill Trust Board".

    A page has the papers of both, each under its name ("Vale papers", "Hill papers"); `own` is what the body
    is called.
    """
    found: dict[str, str] = {}
    is_one_ours = False
    for text in texts:
        match = _OF_ONE_BOARD.match(text.strip())
        if match is None or _NAMES_THE_MEETING.fullmatch(match["name"]) or _NOT_A_PLACE.match(match["name"]):
            continue
        if match["name"].casefold() in own.casefold():
            is_one_ours = True
        elif match["board"] != "papers" or match["name"] not in found:
            board = "Board" if match["board"] == "papers" else match["board"]
            found[match["name"]] = f"{match['name']} {board}"
    return found if is_one_ours else {}


def _as_title(name: str) -> str:
    small, kept = {"of", "and", "in", "the"}, {"ICB", "NHS"}
    return " ".join(
        word.upper() if word.upper() in kept else word.lower() if word.lower() in small else word.capitalize()
        for word in re.split(r"[\s-]+", name)
    )


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
