"""What kind of paper: an agenda, a pack, minutes, one report; by the words of its link or its file."""

from __future__ import annotations

import re

from crawler.platforms.papers.wording.addresses import spaced
from crawler.platforms.papers.wording.bodies import committee_in, names_only_the_meeting
from crawler.platforms.papers.wording.vocabulary import says_paper
from crawler.platforms.shared.dates import without_dates
from pipeline.model import DocumentKind

_NUMBERED = re.compile(
    r"^(?:(?:agenda )?item|enc(?:losure)?|paper|appendix|annex)\W{1,2}(?:[a-z]?\d[\w.]*|[a-z]\b|[ivx]+\b)"
    r"|^\d{1,3}[a-z]?(?:\.\d{1,2}){0,3}[a-z]?(?:[.:)]\s|\s[-\u2013]?\s?[A-Za-z]"
    r"|\s?[-\u2013_]\s?\D)",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(r"^\d{1,2}(?:st|nd|rd|th)\b[\s:\-\u2013]*", re.IGNORECASE)  # "26th - Board pack"
_AGENDA = re.compile(r"\bagendas?\b(?! item)", re.IGNORECASE)
_AGENDA_AND_REPORTS = re.compile(
    r"\bagendas?(?:,| and| &| with)+ (?:the |all )*(?:reports|enclosures|attachments|appendices)\b",
    re.IGNORECASE,
)
_MINUTES = re.compile(r"\b(?:minutes|mins|notes of the|(?:action|meeting) notes)\b", re.IGNORECASE)
_QUESTIONS = re.compile(
    r"\b(?:questions?|q ?& ?as?|answers|glossary|acronyms|abbreviations)\b", re.IGNORECASE
)
_PACK = re.compile(
    r"\b(?:papers|packs?|bundles?|board ?books?|meeting ?books?|complete|combined|full|documents"
    r"|part (?:\d|one|two|[ai]+)"
    r"|public bd|reading room)\b",
    re.IGNORECASE,
)
_PART = re.compile(r"\bparts? (?:\d|one|two|three|[a-d]\b|[ivx]+\b)", re.IGNORECASE)
_ITEMS = re.compile(
    r"\bitems? \d+ ?(?:to|and|-|\u2013) ?\d+", re.IGNORECASE
)  # several, which is no name of one
_APPENDICES = re.compile(r"\W*(?:the )?(?:board |meeting )?appendices\W*", re.IGNORECASE)
_WHOLE_PACK = re.compile(r"\b(?:all|full|combined|complete)\b.{0,20}\b(?:papers|pack)\b", re.IGNORECASE)
_BOARD_PAPER = re.compile(r"\b(?:board|meeting) paper\b", re.IGNORECASE)
_LATE_PAPER = re.compile(
    r"\blate papers?\b|\bsupplementary(?: paper)?:|\b(?:agenda )?item \d+\b", re.IGNORECASE
)
_REPORT_WITH_MINUTES = re.compile(r"\breports?\b.*\bmin", re.IGNORECASE)
_REPORT = re.compile(
    r"\b(?:reports?|updates?|frameworks?|registers?|logs?|plans?|polic(?:y|ies)|terms|strateg(?:y|ies)"
    r"|presentation"
    r"|performance|accounts|declarations?|assurance|review|summary|late paper|paper|appendi(?:x|ces)"
    r"|annex(?:es)?|chief executive"
    r"|chair|finance|quality|risks?)\b",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"\b(?:notice of|cancell?ed|cancellation)\b", re.IGNORECASE)


def kind_of(text: str, name: str = "") -> DocumentKind:
    """What a paper is, by the words of its link; by its file name where those say nothing."""
    kind = _kind(text)
    if kind is not None:
        return kind
    named = spaced(name)
    by_name = _kind(named)
    if text and not says_paper(named) and not _only_names_the_meeting(text):
        return DocumentKind.REPORT
    return by_name or DocumentKind.PACK


def _kind(text: str) -> DocumentKind | None:
    rest = _DAY_BEFORE.sub("", without_dates(text))
    for kind, holds in (
        (DocumentKind.NOTICE, _says_notice(text)),
        (DocumentKind.PACK, _says_agenda_and_more(text)),
        (DocumentKind.AGENDA, bool(_AGENDA.search(text))),
        (DocumentKind.MINUTES, bool(_MINUTES.search(text) and not _REPORT_WITH_MINUTES.search(text))),
        (DocumentKind.OTHER, bool(_QUESTIONS.search(text))),
        (DocumentKind.REPORT, bool(_NUMBERED.match(rest)) and not _WHOLE_PACK.search(text)),
        (DocumentKind.REPORT, _is_one_paper(text)),
        (
            DocumentKind.PACK,
            bool(
                _PACK.search(text) or _BOARD_PAPER.search(text) or _APPENDICES.fullmatch(without_dates(text))
            ),
        ),
        (DocumentKind.REPORT, bool(_REPORT.search(rest))),
    ):
        if holds:
            return kind
    return None


def _says_notice(text: str) -> bool:
    return bool(_NOTICE.search(text)) and not _MINUTES.search(text)


def _says_agenda_and_more(text: str) -> bool:
    more = _PACK.search(text) or _MINUTES.search(text) or _AGENDA_AND_REPORTS.search(text)
    return bool(_AGENDA.search(text) and more) and not re.search(r"\bagenda part", text, re.IGNORECASE)


def _is_one_paper(text: str) -> bool:
    """A late or supplementary paper, or a part with a name: "Part 2: strategy refresh"."""
    rest = _PART.sub(" ", _ITEMS.sub(" ", text))
    named_part = rest != text and not _PACK.search(rest) and not _only_names_the_meeting(rest)
    return bool(_LATE_PAPER.search(text)) or named_part


def _only_names_the_meeting(text: str) -> bool:
    if committee_in(text) and text.strip().endswith(committee_in(text)):
        return True
    return names_only_the_meeting(text)
