"""The words of papers pages: what links and headings are called where papers are, or are not, behind them.

Everything here is a question about one text, with no page around it.
"""

from __future__ import annotations

import re

from crawler.platforms.papers.wording.bodies import committee_in, names_only_the_meeting
from crawler.platforms.shared.dates import without_dates
from crawler.platforms.shared.printed_dates import date_mentions

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
# A standing document's word in a body's name does not count: "Joint Strategy Committee".
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
# What a body holds and is no meeting of it.
_EVENT = re.compile(
    r"\b(?:workshops?|seminars?|webinars?|training|conferences?|roadshows?|drop-?ins?|masterclass\w*"
    r"|away ?days?|(?:engagement|listening|information|recruitment|public|staff) events?)\b",
    re.IGNORECASE,
)
_LEADS_BACK = re.compile(
    r"^[\u00ab\u2039\u2190<\s]*(?:(?:go |return )?back|return)(?: to\b.*)?\W*$", re.IGNORECASE
)
_FLIP_BOOK = re.compile(
    r"\b(?:flip-?\s?books?|e-?books?|page[- ]turn\w+|turn the pages"
    r"|(?:interactive|online|digital|web) (?:version|edition))\b",
    re.IGNORECASE,
)
_NOT_HELD = re.compile(r"\b(?:cancell?ed|stood down|no meeting)\b", re.IGNORECASE)


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


def says_calendar(text: str) -> bool:
    """A page of when meetings are: a way to them, but a document of that name is not one of their papers."""
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
    """An entry of a menu next to that of the papers: "Minutes", "Archive", "Agendas and papers"."""
    return bool(_INDEX.match(text)) and not re.match(r"(?:all |our |the )?meetings\W*$", text, re.IGNORECASE)


def names_an_index(text: str) -> bool:
    """The same with a name before it: "Finance Committee meetings", "Hill ICB papers to March 2026"."""
    return bool(_NAMED_INDEX.match(without_dates(text))) and not _BARE_INDEX.match(text)


def is_generic(text: str) -> bool:
    """Words that say nothing of the paper: "Download", "Read more", "Paper"."""
    return bool(_GENERIC.match(text))


def is_section(heading: str) -> bool:
    """A heading with a date that is no meeting's: "31 August 2026 position", "Minutes of 28 May"."""
    return bool(_OF_A_PAPER.search(heading)) and not _BOARD_OR_MEETING.search(heading)


def says_an_event(text: str) -> bool:
    """It names a workshop, a seminar or the like, and no meeting: "Primary care workshop: slides"."""
    return bool(_EVENT.search(text)) and not _BOARD_OR_MEETING.search(text)


def leads_back(text: str) -> bool:
    """It leads to where the reader came from: "Back", "Return to meetings"."""
    return bool(_LEADS_BACK.match(text))


def says_flip_book(text: str) -> bool:
    """It shows in another form what is also a file."""
    return bool(_FLIP_BOOK.search(text))


def says_not_held(text: str) -> bool:
    return bool(_NOT_HELD.search(text))


def heads_a_meeting(text: str) -> bool:
    """A line with a date that says a meeting, or begins with its day."""
    if is_section(text):
        return False
    if any(each.start == 0 for each in date_mentions(text)):
        return True
    return names_only_the_meeting(text) or says_meeting(text) or bool(committee_in(text))
