"""The words of papers pages: what a link is called when it is a paper, what kind of paper, and whose meeting.

Everything here is a question about one text or one address, with no page around it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.wording.addresses import spaced
from crawler.platforms.shared.dates import mentions, without_dates
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Iterable

# Help for those who come to a meeting: never a paper, not even among its papers.
_HELP = re.compile(
    r"\b(?:(?:room|floor) plan|venue map|joining guide|how to (?:find|join|ask|get|submit|watch"
    r"|attend)|directions to|(?:location|site) map|\(map\)"
    r"|joining (?:link|instructions)|join (?:online|the meeting|via|us|by)|guidance (?:on"
    r"|for) (?:public )?questions"
    r"|public questions guidance|question form|register (?:to|your)|book a place|watch (?:the|it|live"
    r"|online|again)"
    r"|fill in (?:the|this|our|an?)|(?:registration|booking) form|to (?:come along|book)|sign up"
    r"|(?:guide|guidance) (?:to|for|on) (?:attending|joining|people attending)"
    r"|attending (?:our|the|a) (?:board )?meetings?"
    r"|see all dates|(?:protocol|guidance|procedure) (?:for|on) questions"
    r"|recording of|webcast|subscribe|sign[ -]?in|log ?in|contact us)\b|\(map\)",
    re.IGNORECASE,
)
# What every site carries somewhere: no paper unless it is as an item under a meeting.
_OF_EVERY_SITE = re.compile(
    r"\b(?:privacy|cookies?|accessibility|newsletters?|leaflets?|glossary|acronyms|easy read guide)\b",
    re.IGNORECASE,
)
_HELPS_TO_READ = re.compile(r"\b(?:glossary|acronyms|abbreviations|easy read)\b", re.IGNORECASE)
# Standing documents: a paper where they are as an item under a meeting, and only there.
_STANDING = re.compile(
    r"\b(?:polic(?:y|ies)|strateg(?:y|ies)|annual (?:report|accounts|review)|quality accounts?"
    r"|constitution|standing orders"
    r"|standing financial|sfis|scheme of|terms of reference|tor\b|registers? of"
    r"|register of interests?|hospitality"
    r"|expenses|handbook|publication scheme|modern slavery|slavery statement|gender pay|pay gap"
    r"|equality|wres\b"
    r"|wdes\b|job description|code of conduct|standards of|forward plan|green plan|complaints?|forms?\b"
    r"|risk appetite|agreement|memorandum of"
    r"|statements?\b|guide(?:s|lines|ance)?\b|biograph\w+|schedule of|dates of|timetable"
    r"|calendar"
    r"|meeting dates|payments? over|spend(?:ing)?\b|freedom of information|business conduct"
    r"|organi[sz]ation chart"
    r"|structure chart|prospectus|membership|fit and proper|declarations?)\b",
    re.IGNORECASE,
)
# A standing document's word in a body's name is none: "Joint Strategy Committee".
_IN_A_NAME = re.compile(
    r"\b(?:polic(?:y|ies)|strateg(?:y|ies)|equality|complaints?|membership|standards|forms?|expenses"
    r"|hospitality|freedom of information|business conduct|constitution|statements?|risk appetite)"
    r"(?:(?:, [\w'\u2019-]+)?,? (?:and|&) [\w'\u2019-]+)? "
    r"(?:sub-?)?(?:committee|group|forum|board|panel|council)\b",
    re.IGNORECASE,
)
# A heading after which a page has left its meetings.
_OTHER_MATTERS = re.compile(
    r"^(?:related|popular|useful|other (?:documents?|events?|information|news|publications)"
    r"|(?:latest|recent) (?:news|announcements|updates|posts|stories)|announcements"
    r"|news\b|see also|you (?:may|might)|more (?:from|in|on|about)|in this section|on this page"
    r"|share\b|follow us"
    r"|policies\W*$|policies and|publication|newsletters?|spending|how (?:to|the|we)\b|about"
    r"|contact|further (?:information|reading)"
    r"|key documents|glossary|quick links|recent posts|categories|tags|attending|attend\b|venue|membership"
    r"|taking part|get involved|ask(?:ing)?\b|questions? (?:to|for) the board|governance documents)",
    re.IGNORECASE,
)
# The same, where no meeting is above it: within one it is a section of the agenda.
_MATTERS_OR_SECTION = re.compile(
    r"^(?:polic(?:y|ies)|strateg(?:y|ies)|plans?\b|annual reports?|declarations?|registers?"
    r"|corporate|governance$|equality)",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"\b(?:agendas?|minutes|mins|papers?|packs?|bundles?|board ?books?|meeting ?books?|enclosures?"
    r"|reports pack"
    r"|questions (?:from|and answers)|q ?& ?as?|supplementary|item \d+|agenda item|full pack|reading room)\b",
    re.IGNORECASE,
)
_DOCUMENTS = re.compile(
    r"\b(?:documents?|documentation|files?|downloads?|attachments?|materials|resources|reports?)\b",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(?:boards?|bod|icb|icp|committees?|meetings?|extraordinary|governing body|council of governors"
    r"|members'? meeting|agm"
    r"|partnership|papers?|agendas?|minutes|in public|in common|meeting dates)\b",
    re.IGNORECASE,
)
# A public meeting of the body, by name.
_NAMED_MEETING = re.compile(
    r"\bboards?\b.{0,40}\bmeetings?\b|\bmeetings?\b.{0,40}\bboards?\b"
    r"|\bgovernors\b.{0,12}\bmeetings?\b"
    r"|\b(?:members|annual (?:general|public|members))['\u2019]? meetings?\b|\bagm\b",
    re.IGNORECASE,
)
_CALENDAR = re.compile(r"\b(?:calendar|diary|schedule of|dates of|meeting dates|timetable)\b", re.IGNORECASE)
_MET = re.compile(
    r"\b(?:boards?|committees?|governing body)\b.{0,60}\b(?:met|meets?|meetings?|held)\b"
    r"|\bmeetings? of the\b.{0,30}\b(?:board|committee|governing body)\b",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"\b(?:news|award|blog|press|stories|vacanc\w+|jobs?|coffee|open day|health day|appointed"
    r"|appointments?|new chair"
    r"|who'?s who|meet the|(?<!board of )directors$|members$"
    r"|(?<!council of )governors$|biograph\w+|feedback|consultation|campaign)\b",
    re.IGNORECASE,
)
_INDEX = re.compile(
    r"^(?:view |see |read |go to |all |our |the |public |here:? ?)*"
    r"(?:previous|past|earlier|older|recent|archived?|current|latest|upcoming|future|next)?\s?"
    r"(?:public )?(?:trust |icb |integrated care )?(?:group )?(?:board|governing body|meeting"
    r"|board meetings?|meetings?|board of directors)?\s?"
    r"(?:meetings? |public )?(?:and )?(?:papers|agendas|minutes|packs|meetings|meeting papers"
    r"|papers archive|archive)"
    r"(?:(?:,| and| &) (?:papers|agendas|minutes|packs|meetings|papers archive))*(?: archive| here"
    r"| page)?\W*$",
    re.IGNORECASE,
)
_NAMED_INDEX = re.compile(
    r"^(?:[\w'\u2019&,-]+ ){1,8}(?:papers|agendas|minutes|packs|meetings|archive)"
    r"(?: (?:to|until|before))?\W*$",
    re.IGNORECASE,
)
_BARE_INDEX = re.compile(r"^(?:all |our |the )?(?:meetings|archive|minutes)\W*$", re.IGNORECASE)

_GENERIC = re.compile(
    r"^(?:(?:read|view|open|see|download|click|get)\b\s*)?(?:here|more|read more|this|it|the)?\s*"
    r"(?:paper|document|file|pdf|link|download|view|attachment|enclosure)?\W*(?:\(?(?:pdf|word|docx?"
    r"|zip)\)?)?\W*$",
    re.IGNORECASE,
)

# Kinds
_NUMBERED = re.compile(
    r"^(?:(?:agenda )?item|enc(?:losure)?|paper|appendix|annex)\W{1,2}(?:[a-z]?\d[\w.]*|[a-z]\b|[ivx]+\b)"
    r"|^\d{1,3}[a-z]?(?:\.\d{1,2}){0,3}[a-z]?(?:[.:)]\s|\s[-\u2013]?\s?[A-Za-z]"
    r"|\s?[-\u2013_]\s?\D)",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(r"^\d{1,2}(?:st|nd|rd|th)\b[\s:\-\u2013]*", re.IGNORECASE)  # "26th - Board pack"
_AGENDA = re.compile(r"\bagendas?\b(?! item)", re.IGNORECASE)
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

_NAMES_THE_MEETING = re.compile(
    r"\b(?:boards?|directors|trust|public|meetings?|group|integrated|care|icb|bod|of|in|the|held|on|at|to"
    r"|part|download|view|read|click|here|open|final|draft|version|v\d+|revised|superseded|updated"
    r"|corrected|new|latest|web|date|when"
    r"|trusts|session|extraordinary|special|\d+|pdf|docx?|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri"
    r"|satur|sun)(?:day)?\b",
    re.IGNORECASE,
)

# Whose meeting
_COMMITTEE = re.compile(
    r"\b(?P<name>(?:[A-Z][\w'\u2019&-]*,?\s(?:(?:and|of|for|the|in|&)\s){0,2}){1,7}"
    r"(?:Sub-?[Cc]ommittee|Committees?(?:\s?-?in-?\s?Common)?|Forum|Collaborative)"
    r"|(?:[A-Z][\w'\u2019&-]*\s){0,4}(?:Oversight|Steering|Working|Advisory|Reference|Delivery) Group)\b"
)
_NAMED = re.compile(
    r"\b(?P<name>Integrated Care Partnership|ICP|Council of Governors|Annual General Meeting"
    r"|Annual (?:Public |Members['\u2019]? )Meeting|Boards?[ -]in[ -]Common|Health and Wellbeing Board"
    r"|Place Board|Place Partnership)\b",
    re.IGNORECASE,
)
_BOARD = re.compile(
    r"\b(?P<name>(?:NHS )?Integrated Care Board|ICB Board|Trust Board(?: of Directors)?"
    r"|Group Board(?: of Directors)?"
    r"|Joint Board|Cluster Board|Board of Directors|Governing Body|Board of NHS England)\b",
    re.IGNORECASE,
)
_ABOUT_A_COMMITTEE = re.compile(
    r"s\b|chair|report|highlight|assurance|update|minutes|terms|annual|escalation|summary|effectiveness",
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


def is_help(text: str) -> bool:
    return bool(_HELP.search(text))


def is_standing(text: str) -> bool:
    """A document of the body as such: a paper only where it is as an item under a meeting."""
    text = _IN_A_NAME.sub(" ", text)
    return bool(_STANDING.search(text) or _OF_EVERY_SITE.search(text))


def is_of_every_site(text: str) -> bool:
    """What every site carries somewhere: privacy, cookies, leaflets."""
    return bool(_OF_EVERY_SITE.search(text))


def helps_to_read(text: str) -> bool:
    """It goes with the papers of a meeting where it lies among them: a glossary, a list of short forms."""
    return bool(_HELPS_TO_READ.search(text))


def leaves_the_meetings(heading: str, *, within_meeting: bool = False) -> bool:
    """It ends the matter of meetings; within one, "Strategy" is a section of its agenda."""
    heading = _IN_A_NAME.sub(" ", heading)
    return bool(_OTHER_MATTERS.search(heading)) or (
        not within_meeting and bool(_MATTERS_OR_SECTION.search(heading))
    )


def says_paper(text: str) -> bool:
    return bool(_PAPER.search(text))


def says_documents(text: str) -> bool:
    """It names papers, in whatever word: "Documents for this meeting"."""
    return bool(_DOCUMENTS.search(text)) or says_paper(text)


def says_papers(text: str) -> bool:
    """It names a kind of paper, and not only "paper"."""
    return says_paper(text) and not re.fullmatch(
        r"\W*(?:view |read |open |download )?(?:the )?paper\W*", text, re.IGNORECASE
    )


def says_meeting(text: str) -> bool:
    return bool(_MEETING.search(text))


def names_a_meeting(text: str) -> bool:
    """A public meeting of the body, by name: some bodies announce each among their news."""
    return bool(_NAMED_MEETING.search(text))


def says_a_board_met(text: str) -> bool:
    """A sentence of a meeting's page: "The Board of Directors met on 26 March"."""
    return bool(_MET.search(text))


def says_news(text: str) -> bool:
    return bool(_NEWS.search(text))


def says_index(text: str) -> bool:
    """The words of a link to more papers: "Previous meetings", "Board papers archive"."""
    return bool(_INDEX.match(text)) and not _BARE_INDEX.match(text)


_EARLIER = re.compile(
    r"\b(?:earlier|previous|older|past|before|until|up to|archived?|former|prior|historic(?:al)?"
    r"|last year(?:'s)?|blaenorol)\b",
    re.IGNORECASE,
)
_PAPERS = re.compile(
    r"\b(?:papers|minutes|agendas|packs|meetings|years|(?:boards?|committees?) met|papurau|cofnodion)\b",
    re.IGNORECASE,
)
_LIST_OF_PAPERS = re.compile(r"\b(?:papers|minutes|agendas|packs)\b", re.IGNORECASE)
# "Minutes are on a separate page", "2024 is in the archive"
_POINTER = re.compile(
    r"^(?:(?:in|on|at|from|to|see|visit|our|the|this|that|its|their|an?|own|separate|other|another|next|older"
    r"|web)\b\s*)*(?:web ?)?(?:pages?|archives?|section|list|library|folder|here)\W*$",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:(?:our|the|public|trust|icb|group|joint|shared)\s)*"
    r"(?:boards?(?: of directors)?(?:[ -]in[ -](?:common|public))?"
    r"|integrated care board|governing body|council of governors"
    r"|agm|(?:annual )?members'? meetings?|annual (?:general|public) meetings?)\W*$",
    re.IGNORECASE,
)


def says_calendar(text: str) -> bool:
    """A page of when meetings are: a way to them, though a document of that name is none of their papers."""
    return bool(_CALENDAR.search(text))


def says_earlier(text: str) -> bool:
    """It speaks of another time: "Looking for last year's?"."""
    return bool(_EARLIER.search(text))


def says_earlier_papers(text: str) -> bool:
    """As "Papers of earlier years" or "Papers from before April 2025 are available here" do."""
    return len(text.split()) <= 16 and bool(_EARLIER.search(text) and _PAPERS.search(text))


def points_to_papers(text: str, sentence: str) -> bool:
    """A link that only points, in a sentence that says to what: "Minutes are on a separate page"."""
    return bool(_POINTER.match(text)) and (
        bool(_LIST_OF_PAPERS.search(sentence)) or says_earlier_papers(sentence)
    )


def says_list_of_papers(text: str) -> bool:
    """An entry of a menu beside that of the papers: "Minutes", "Archive", "Agendas and papers"."""
    return bool(_INDEX.match(text)) and not re.match(r"(?:all |our |the )?meetings\W*$", text, re.IGNORECASE)


def names_a_body(text: str) -> bool:
    """It says which board or committee, and nothing else."""
    return bool(_BODY.match(text)) or committee_in(text) == text.strip(" :")


def names_an_index(text: str) -> bool:
    """The same with a name before it: "Finance Committee meetings", "Hill ICB papers to March 2026"."""
    return bool(_NAMED_INDEX.match(without_dates(text))) and not _BARE_INDEX.match(text)


def is_generic(text: str) -> bool:
    """Words that say nothing of the paper: "Download", "Read more", "Paper"."""
    return bool(_GENERIC.match(text))


def kind_of(text: str, *, name: str = "", under_meeting: bool) -> DocumentKind:
    """What a paper is, by the words of its link; by its file name where those say nothing."""
    kind = _kind(text, under_meeting=under_meeting)
    if kind is not None:
        return kind
    named = spaced(name)
    by_name = _kind(named, under_meeting=under_meeting)
    if under_meeting and text and not says_paper(named) and not _only_names_the_meeting(text):
        return DocumentKind.REPORT
    return by_name or DocumentKind.PACK


def _kind(text: str, *, under_meeting: bool) -> DocumentKind | None:
    rest = _DAY_BEFORE.sub("", without_dates(text))
    for kind, holds in (
        (DocumentKind.NOTICE, _says_notice(text)),
        (DocumentKind.PACK, _says_agenda_and_more(text)),
        (DocumentKind.AGENDA, bool(_AGENDA.search(text))),
        (DocumentKind.MINUTES, bool(_MINUTES.search(text) and not _REPORT_WITH_MINUTES.search(text))),
        (DocumentKind.OTHER, bool(_QUESTIONS.search(text))),
        (DocumentKind.REPORT, under_meeting and bool(_NUMBERED.match(rest)) and not _WHOLE_PACK.search(text)),
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
    more = _PACK.search(text) or _MINUTES.search(text)
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


# What a heading with a day speaks of, where it is a section of an agenda and no meeting.
_OF_A_PAPER = re.compile(
    r"\b(?:position|performance|quarter(?:ly|s)?|q[1-4]|data|figures|months? \d+|year[- ]end"
    r"|and beyond|outlook|forecasts?|minutes|notes|matters arising|actions?|reports?|reviews?|plans?"
    r"|strateg(?:y|ies)|budgets?|accounts|updates?|results?|returns?|surveys?)\b",
    re.IGNORECASE,
)
_BOARD_OR_MEETING = re.compile(
    r"\b(?:boards?|meetings?|directors|committees?|governing body|papers|agendas?)\b", re.IGNORECASE
)


def names_only_the_meeting(text: str) -> bool:
    """But for its day it says "Board meeting in public", or nothing."""
    return not _NAMES_THE_MEETING.sub(" ", without_dates(text)).strip(" ,.:;-\u2013()|/")


def is_section(heading: str) -> bool:
    """A heading with a date that is no meeting's: "31 August 2026 position", "Minutes of 28 May"."""
    return bool(_OF_A_PAPER.search(heading)) and not _BOARD_OR_MEETING.search(heading)


_NOT_HELD = re.compile(r"\b(?:cancell?ed|stood down|no meeting)\b", re.IGNORECASE)


def says_not_held(text: str) -> bool:
    return bool(_NOT_HELD.search(text))


def heads_a_meeting(text: str) -> bool:
    """A line with a date that says a meeting, or begins with its day."""
    if is_section(text):
        return False
    if any(each.start == 0 for each in mentions(text)):
        return True
    return names_only_the_meeting(text) or says_meeting(text) or bool(committee_in(text))


def committee_in(text: str) -> str:
    """The committee, partnership or council of a text, as a title; "" where it names none but the board."""
    if match := _NAMED.search(text):
        name = match["name"]
        return "Integrated Care Partnership" if name.upper() == "ICP" else _as_title(name)
    if match := _COMMITTEE.search(text):
        words = match["name"].split()
        while words and _NOT_A_NAME.fullmatch(words[0]):
            words.pop(0)
        if len(words) > 1:
            return " ".join(words)
    return ""


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


def leads_with_committee(text: str) -> bool:
    """It begins with the committee whose paper it is: not a report about the committee."""
    name = committee_in(text)
    after = text[len(name) :].lstrip(" :-\u2013'\u2019")
    return bool(name) and text.startswith(name) and not _ABOUT_A_COMMITTEE.match(after)


def board_in(text: str) -> str:
    """How a text names the board."""
    match = _BOARD.search(text)
    return _as_title(match["name"]) if match else ""


def first_board(texts: Iterable[str]) -> str:
    return next((name for text in texts if (name := board_in(text))), "Board")


def _as_title(name: str) -> str:
    small, kept = {"of", "and", "in", "the"}, {"ICB", "NHS"}
    return " ".join(
        word.upper() if word.upper() in kept else word.lower() if word.lower() in small else word.capitalize()
        for word in re.split(r"[\s-]+", name)
    )


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
