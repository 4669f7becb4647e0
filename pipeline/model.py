"""The core types. Instants are aware UTC; meeting dates and times are local to the body."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from pipeline.changes import ChangeRow  # noqa: TC001 - the types are described at run time
from pipeline.days import LONDON
from pipeline.where import BodyPart, Where, all_of


class DocumentKind(StrEnum):
    """What a paper is in its meeting."""

    AGENDA = "agenda"
    MINUTES = "minutes"
    REPORT = "report"
    PACK = "pack"
    CONSULTATION = "consultation"
    NOTICE = "notice"
    OTHER = "other"


class BodyKind(StrEnum):
    """What a body is. A search narrows by these and by the kinds of papers with one word: none is in both."""

    COUNCIL = "council"
    JOINT_COMMITTEE = "joint-committee"
    STRATEGIC_AUTHORITY = "strategic-authority"
    ICB = "icb"
    TRUST = "trust"
    NATIONAL = "national"
    CAMPAIGN = "campaign"
    STP = "stp"  # was never a body in law, but its papers remain
    OTHER = "other-body"


class DocumentState(StrEnum):
    """What we hold of a paper."""

    LISTED = "listed"  # seen in a listing, bytes not yet fetched
    HELD = "held"  # we hold its bytes
    RESTRICTED = "restricted"  # the body lists it but keeps it from the public
    UNAVAILABLE = "unavailable"  # listed, but its address gave no paper (404, refusal, wrong content)
    WITHDRAWN = "withdrawn"  # no longer listed, on the word of a run that was ok
    WITHHELD = "withheld"  # kept back from readers by whoever runs the archive
    REMOVED = "removed"  # its bytes and text were deleted by whoever runs the archive


KEPT_BACK = (DocumentState.WITHHELD.value, DocumentState.REMOVED.value)  # by a person: not fetched, not shown


class MeetingStatus(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"  # no longer listed, on the word of a run that was ok


class SourceState(StrEnum):
    """How a run of one source ended. Only `OK` and `PARTLY` may call anything withdrawn.

    Two are no run's own: `SILENT` is said of a source whose runs are well and bring nothing for too long,
    `OFF` of one that no run reads.
    """

    OK = "ok"
    EMPTY = "empty"  # nothing found, and nothing was expected
    PARTLY = "partly"  # read by half: much of what was in sight was not taken
    SILENT = "silent"  # nothing new for longer than its rhythm, or never anything
    SUSPECT = "suspect"  # far fewer rows than the last good runs
    BROKEN = "broken"  # a page that the platform does not recognise
    BLOCKED = "blocked"  # 401, 403, 429 or a bot wall
    REFUSED = "refused"  # robots.txt says no
    UNREACHABLE = "unreachable"  # no answer, or a server error
    MANUAL = "manual"  # papers are added by hand
    ENDED = "ended"  # its body has ended, and its site no longer gives papers
    OFF = "off"  # the settings leave it out
    UNKNOWN = "unknown"  # never run


class Outcome(StrEnum):
    """What a write changed: the log line, the run's count and the trigger of alerts."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class FailureReason(StrEnum):
    """Why a file gave no text (or not all of it)."""

    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    NOT_WHAT_IT_SAYS = "not what it says"
    TOO_LARGE = "too large"
    TIMED_OUT = "timed out"
    CRASHED = "crashed the reader"
    OUT_OF_MEMORY = "out of memory"
    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported type"
    NO_TEXT = "no text"
    NEEDS_OCR = "needs OCR"
    NEEDS_LIBREOFFICE = "needs LibreOffice"
    LOST = "lost or damaged in the store"  # a fact about our copy, and none about the paper


class PageMethod(StrEnum):
    """How a page's text was read."""

    TEXT_LAYER = "text layer"
    OCR = "ocr"
    MARKUP = "markup"
    BLANK = "blank"  # empty, or a picture in which OCR sees no word
    NONE = "none"  # something is on it that could not be read


class PartState(StrEnum):
    """What became of a part of a page that is no plain text of it."""

    OCR = "ocr"  # a picture of words: they are in the page's text, read by OCR
    UNREAD = "not read"  # something that may hold words, and nobody has read them
    HIDDEN = "hidden"  # words in the file that nobody sees on the page: no part of its text


MAIL = "mail"  # the channel of a reader with an e-mail address: whichever the settings name


class Cadence(StrEnum):
    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which meetings a run looks at, in days around its day."""

    back: int = 56
    ahead: int = 84

    def around(self, today: date) -> tuple[date, date]:
        """First and last day looked at, both included."""
        return today - timedelta(days=self.back), today + timedelta(days=self.ahead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a source should yield, so that silence can be told from absence."""

    documents: int = 0  # fewer than this in a whole run is broken, not quiet
    every: int = 0  # days within which something new should appear; 0: no rhythm known


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A council, board, trust or campaign. Bodies merge and are renamed; their papers stay theirs."""

    id: str
    name: str
    kind: str
    region: str = ""
    codes: dict[str, str] = field(default_factory=dict)  # gss, ods
    since: date | None = None
    until: date | None = None  # its last day, by law
    successors: tuple[str, ...] = ()  # ids of the bodies that take it over, whole or in part
    planned_end: date | None = None  # its last day by an announced plan that is not law yet
    cluster: str = ""  # bodies of one cluster share a board and its packs
    former: tuple[str, ...] = ()  # names it had before, while it was the same body
    short: tuple[str, ...] = ()  # short names in use: BLMK, LLR
    note: str = ""  # what a reader should know of this entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One line of data: where the papers of one body are listed."""

    id: str
    name: str
    kind: str  # a BodyKind
    platform: str  # a module of crawler.platforms, or "manual"
    url: str
    body: str = ""  # the body whose papers these are; its own id where the line names none
    region: str = ""
    codes: dict[str, str] = field(default_factory=dict)  # gss, ods
    options: dict[str, Any] = field(default_factory=dict)  # typed by the platform
    window: Window = field(default_factory=Window)
    expect: Expectation = field(default_factory=Expectation)
    delay: float = 1.0  # seconds between two requests to its host
    timeout: float = 60.0  # seconds for one answer
    insecure_tls: bool = False  # its host's certificate is not checked: an exception, and shown as one
    note: str = ""  # what a person should know: access, blocks, oddities
    until: date | None = None  # the last day of its body
    successors: tuple[str, ...] = ()  # names of the bodies that take over from it

    @property
    def body_id(self) -> str:
        return self.body or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A page that a platform asks for. `context` travels with it, back into `parse`."""

    url: str
    step: str
    context: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None  # a POST where given
    otherwise: Fetch | None = None  # asked instead when this one fails or cannot be parsed
    paper: Document | None = None  # what is there where the address gives a file and no page
    beyond: bool = False  # it may be on a host that the line does not name: the body keeps its papers there
    is_look: bool = False  # nothing promises anything there: asked to see, within a budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """The answer to a fetch, as it came. `url` is the last of the redirects."""

    url: str
    status: int
    headers: dict[str, str]  # lower-case names
    media_type: str  # from Content-Type, without parameters, lower case; "" if none
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    source_id: str
    key: str  # unique and stable within its source
    body_name: str  # the committee or board, as first seen
    title: str
    starts_on: date | None
    starts_at: time | None = None
    status: MeetingStatus = MeetingStatus.SCHEDULED
    place: str = ""
    url: str = ""
    listing: str = ""  # key of the `Listing` it is in


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper as its body lists it. Identity is (source_id, key); the address may change."""

    source_id: str
    key: str
    title: str
    kind: DocumentKind
    url: str
    meeting_key: str | None = None
    published_on: date | None = None
    closes_on: date | None = None  # last day to answer a consultation
    restricted: bool = False  # listed, but not for the public: never fetched
    is_page: bool = False  # the address is an HTML page whose text is the paper
    listing: str = ""  # key of the `Listing` it is in
    printed: str = ""  # its file's size as the listing prints it: another size is another version
    claimed: bool = False  # its key is the site's word (a guid), weighed against what is held at its address


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A paper whose text is in the page that lists it (an agenda, minutes, a feed entry)."""

    document: Document
    body: bytes
    media_type: str = "text/html"
    if_flagged: bool = False  # one of very many: kept only where the concepts find something in its body


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The platform has read all of this listing: what it held before and does not now is withdrawn.

    `since` and `until` bound the meetings that a listing of meetings was asked for.
    """

    source_id: str
    key: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something a person should look at while the source goes on: a hint that no longer fits."""

    source_id: str
    what: str
    state: SourceState | None = None  # what its source ends in for it, where nothing worse is seen


class LeftReason(StrEnum):
    """Why something in sight that looks like a paper, or like a page of papers, was not taken."""

    ANOTHER_HOST = "another host"  # that the line does not name
    DOCUMENT_SERVICE = "document service"  # SharePoint, Google Drive, Issuu: for people, not for programs
    NEEDS_SCRIPT = "needs a script"  # shown only by a script of the page
    NEEDS_A_CLICK = "needs a click"  # a button or a choice that says no address, and leads to more
    SIGN_IN = "needs a sign-in"
    REFUSED = "refused"  # robots.txt, or a wall, keeps us from it alone
    PAGE_UNREAD = "page not read"  # another answer was read in its place, which does not list them
    UNREADABLE_LINK = "unreadable link"  # an invalid URL
    TOO_DEEP = "too deep"  # more links away than the line looks
    BUDGET_SPENT = "budget spent"  # the run had asked for as many pages as it may
    NOT_LOOKED_AT = "not looked at"  # nothing promised papers there, and other such pages had given none
    LOOK_FAILED = "failed when looked at"  # nothing promised papers there, and the page could not be read
    TOO_MANY_PAGES = "too many pages"  # of one list: the rest of it was not asked for
    NO_DATE = "no date"
    NOT_CLEARLY_A_PAPER = "not clearly a paper"
    EXCLUDED = "excluded by the line"  # on purpose: counted, and no concern


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftCount:
    """How many links were left for one reason at one host, with one of them to look at."""

    reason: LeftReason
    count: int
    host: str = ""
    url: str = ""
    title: str = ""
    page: str = ""  # where it was seen
    under: str = ""  # the path that the addresses of all of them begin with
    pages: int = 0  # of them: those that lead to pages of papers


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something in sight that looks like a paper, or a page of papers, and was not taken.

    What is outside the window is not "left": the run was not asked for it.
    """

    source_id: str
    url: str  # as the page has it, where no address can be made of it
    title: str
    reason: LeftReason
    host: str = ""  # where it is, for a reason that a host is the remedy of
    page: str = ""  # the page on which it was seen
    is_page: bool = False  # papers are behind it; it is not one itself


Found = Fetch | Meeting | Document | Embedded | Listing | Doubt | Left


CRAWLED, BY_HAND = "crawled", "added by hand"  # how a paper's bytes came


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The bytes of a document at one time."""

    source_id: str
    document_key: str
    sha256: str
    size: int
    media_type: str
    fetched_at: datetime
    urls: tuple[str, ...] = ()  # the address asked, then each redirect
    etag: str = ""
    last_modified: str = ""
    provenance: str = CRAWLED
    capture: dict[str, Any] | None = None  # the answers that the bytes came with; None: not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a page that was read otherwise than the rest, or not at all. Plain text has none.

    `box` is left, top, right and bottom as shares of the page as a reader sees it, from its top left corner;
    None where the place is not known, as in formats without pages.
    """

    kind: str  # what it is: "picture", "drawing", "text", "comment", "chart", "attachment"
    state: PartState
    start: int = 0  # of its words in the page's text; start == end where they are not there
    end: int = 0
    share: float = 0.0  # of the page's area; 0 where it is not known
    box: tuple[float, float, float, float] | None = None
    text: str = ""  # hidden words: canonical
    why: str = ""  # it was not read, or cannot be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What an extractor says of one page, before it is stored."""

    number: int  # from 1
    text: str  # canonical: see pipeline.text.canonical
    method: PageMethod
    label: str = ""  # how a reader would find it: "page 12", "slide 3", "sheet Costs"
    item: str = ""  # of the agenda, where the paper says it: "Item 7: Finance report"
    extractor: str = ""  # name/version
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    sha256: str
    number: int
    text: str
    method: PageMethod
    extractor: str
    label: str = ""
    item: str = ""
    body_start: int = 0  # offsets of the text without its running head and foot
    body_end: int = 0
    parts: tuple[Part, ...] = ()  # only where whoever gives the page says that it has them


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One mention of a concept: offsets are characters of the stored text of the page it begins on.

    A mention that runs over the page end has `end` at the end of its page's body.
    """

    sha256: str
    page: int
    concept_id: str
    wording: str  # the wording of the concept that matched
    start: int
    end: int
    snippet: str
    mark_start: int  # where in the snippet the wording is
    mark_end: int
    passage: str  # hash of the words around: the same passage elsewhere is the same thing said again
    rules: str
    more: int = 0  # further mentions of the concept in this paper that are counted and not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchList:
    """What a reader follows: concepts, a query, or both; with neither, every concept.

    It counts from when it is kept: what the archive held before is a matter for a hunt, not for alerts.
    """

    name: str = ""
    concepts: tuple[str, ...] = ()
    query: str = ""  # in the language of pipeline.matching.query
    bodies: tuple[str, ...] = ()  # these and `parts` empty: all
    parts: tuple[BodyPart, ...] = ()  # committees, meetings and papers, as well as the bodies
    kinds: tuple[DocumentKind, ...] = ()  # empty: all
    note: str = ""  # why the reader follows it: said back to them in the digest
    paused: bool = False  # kept, and finds nothing until it is resumed
    area: str = ""  # the board of which area's bodies left its subject out, they are told each month
    id: int = 0  # 0 until it is kept
    token: str = field(default="", repr=False)  # names its feed and its calendar

    @property
    def where(self) -> Where:
        return Where(self.bodies, self.parts)


ASKED = "asked to"  # why a reader gets no messages who stopped them
REFUSED = "refused: "  # begins why a reader was stopped whose address takes no messages


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What somebody asked for in the name of an address."""

    watch: WatchList
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader. The two tokens are for one purpose each and never expire."""

    id: int
    address: str
    channel: str
    watch_lists: tuple[WatchList, ...]
    cadence: Cadence
    confirmed_at: datetime | None
    token: str = field(repr=False)  # opens this reader's own page and nothing else
    stop_token: str = field(default="", repr=False)  # stops the messages and nothing else
    zone: str = LONDON.key  # whose days the cadence counts
    quiet: bool = False  # wants to hear that there was nothing
    stopped: str = ""  # why no message goes to them any more; "" while they do
    stopped_at: datetime | None = None  # None too where that was before it was noted

    @property
    def active(self) -> tuple[WatchList, ...]:
        """The lists that are not paused."""
        return tuple(watch for watch in self.watch_lists if not watch.paused)

    @property
    def where(self) -> Where:
        """Whose papers they follow: everybody's where a list follows all, nobody's where none is active."""
        return all_of(tuple(watch.where for watch in self.active))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """A page of a paper, with everything a reader needs to find and prove it.

    Every answer, mention and line of a digest is one. A new field is added here, and its column in
    `storage.paper_joins`.
    """

    body: str  # its id
    body_name: str
    source: str = ""
    document: int  # the paper, as the archive counts them
    kind: DocumentKind
    state: DocumentState = DocumentState.HELD
    meeting: int | None = None  # as the archive counts them; None: the paper belongs to none
    committee: str = ""
    meeting_date: date | None = None
    published_on: date | None = None
    closes_on: date | None = None  # last day to answer a consultation
    title: str
    url: str
    page: int
    pages: int
    label: str = ""  # how a reader finds what is not a page on paper: "slide 3", "sheet Costs"
    item: str = ""  # of the agenda, where the paper says which: "Item 7: Finance report"
    sha256: str
    captured_at: datetime
    media_type: str = ""
    by_hand: bool = False  # a person added the paper


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPlace(PageRef):
    """A place where a passage of a digest is."""

    hit_id: int
    more: int = 0  # further mentions of this in this paper that are counted and not kept
    is_replaced: bool = False  # its paper has newer bytes, which do not say this


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """One body's first mention of something."""

    body_name: str
    anywhere: bool = False
    before: date | None = None  # day of the first known so far, where this older one came late
    topic: str = ""  # of what, where the passage has several topics
    document: int = 0  # the paper that says it first


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A topic under which a passage is found."""

    concept_id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestEntry:
    """One passage of a digest, said once, with every place it is in."""

    concept_id: str
    concept_label: str
    wording: str
    snippet: str
    marks: tuple[tuple[int, int], ...]  # where in the snippet the wording is
    places: tuple[HitPlace, ...]
    firsts: tuple[First, ...] = ()  # of the bodies that say it for the first time, anywhere's first of all
    said_again: bool = False  # the reader was told of this passage before, in another paper
    note: str = ""  # why the reader follows this
    watch: str = ""  # the name of the list that found it
    also: tuple[Tag, ...] = ()  # further topics of the same passage

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Every topic of the passage, the rarest first."""
        return Tag(concept_id=self.concept_id, label=self.concept_label), *self.also

    def firsts_at(self, place: HitPlace) -> tuple[First, ...]:
        """Those of the firsts that are of this place."""
        return tuple(first for first in self.firsts if self.place_of(first) == place)

    def place_of(self, first: First) -> HitPlace:
        """Where a first is: in its paper; where that is not known, in the first of its body."""
        of_paper = [place for place in self.places if place.document == first.document]
        of_body = [place for place in self.places if place.body_name == first.body_name]
        return (*of_paper, *of_body, *self.places)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    id: str
    name: str
    kind: str
    state: SourceState
    reason: str
    last_run: datetime | None
    last_success: datetime | None
    left: tuple[LeftCount, ...] = ()  # what its last run saw and did not take
    since: datetime | None = None  # when the first run ended in this state that no other has broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was looked at in a part of the archive; with `since`, also in the time from then on.

    `pipeline.health.account` counts and compares it, `pipeline.english` says it.
    """

    since: datetime | None = None
    as_of: datetime | None = None  # when a source of it was last read

    followed: int = 0  # bodies whose sources a run reads
    read: int = 0  # of them: those of which every source was read, since then or when last tried
    by_hand: int = 0  # bodies whose papers only people add
    sources: int = 0  # that a run reads
    missed: tuple[SourceHealth, ...] = ()  # of them: not read since then, or not when last tried
    in_doubt: tuple[SourceHealth, ...] = ()  # of them: read, and something of it is wrong

    came_papers: int = 0  # since then
    came_pages: int = 0
    bodies: int = 0  # with a paper that is held
    papers: int = 0  # held
    pages: int = 0
    without_text: int = 0  # papers held that have no page to search: not read yet, or not to be read
    bodies_without_text: int = 0  # bodies with a paper that is held, all of whose papers are such
    unreadable: int = 0  # papers held that could not be read
    unreadable_pages: int = 0  # of the others: pages that were not read, or not in full
    waiting: int = 0  # papers held that no one has read yet
    empty: int = 0  # papers held that were read and have no page: packs, whose files are papers of their own
    not_fetched: int = 0  # papers listed and not held

    @property
    def not_well(self) -> tuple[SourceHealth, ...]:
        """Every source that something is to be said of."""
        return (*self.missed, *self.in_doubt)

    @property
    def searched_nothing(self) -> bool:
        return self.pages == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What a digest expects soon: a meeting, or the last day of a consultation."""

    body_name: str
    meeting: Meeting
    mentions: int = 0  # of what is watched for, in its papers
    id: int = 0  # of the meeting, as the archive counts them
    document: int = 0  # the consultation whose last day it is


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaLine:
    """What one body of an area says of a subject, in words."""

    stance: str  # of pipeline.areas.left_out
    text: str
    document: int = 0  # where it says it; 0: it does not
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaNote:
    """Who in an area left a subject out in a month, as a digest tells it."""

    subject: str
    area: str
    area_name: str
    month: str  # 2026-10
    concept: str
    query: str
    summary: str
    lines: tuple[AreaLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    subscriber: Subscriber
    key: str  # stable: the Message-ID is made from it
    since: date
    until: date
    entries: tuple[DigestEntry, ...]
    more: int  # entries counted but not shown here; the ledger holds them all
    account: Account  # what was looked at since the last digest, and what is held
    ahead: tuple[Ahead, ...] = ()
    changes: tuple[ChangeRow, ...] = ()  # since the last digest, in the order of `ChangeKind`
    left_out: tuple[AreaNote, ...] = ()  # of months that have ended, for the lists that ask for it
    concern: str = ""  # that the machine itself has not looked for too long
    faults: tuple[str, ...] = ()  # what the reader's own lists ask for and nothing looks for any more
    log: str = ""  # the sentence with the signed root of the archive's log
    # Papers the reader was told of that were overtaken since, each with what was quoted from it.
    replaced: tuple[DigestEntry, ...] = ()
    withdrawn: tuple[DigestEntry, ...] = ()


class MessageKind(StrEnum):
    DIGEST = "digest"
    CONFIRMATION = "confirmation"  # asks an address for its word
    NOTICE = "notice"  # tells the operator that something is wrong, or right again


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered message in the outbox, as bytes on the wire would be."""

    id: int
    message_id: str
    channel: str
    address: str
    content: bytes  # RFC 5322, CRLF line ends
    tries: int = 0
    held: int = 0  # how often its content was refused
