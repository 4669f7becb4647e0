"""Numbers, days and names of kinds as plain British English, for mail and web alike.

Nothing here depends on the machine's locale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.health.account import NOT_READ_WORDS, missed_by_state
from pipeline.model import REFUSED, BodyKind, Cadence, DocumentKind, MeetingStatus
from pipeline.text.figures import (  # noqa: F401 - sentences are asked of this module, whole or in parts
    brief_day,
    counted,
    day,
    instant,
    month,
    short_day,
)
from pipeline.text.foreign import clean
from pipeline.where import PartKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.health.account import Sources
    from pipeline.matching.query import Query
    from pipeline.model import Account, First, HitPlace, SourceHealth, Subscriber, WatchList
    from pipeline.views import Nearly, Results
    from pipeline.where import Where


MEETING_STATES = {
    MeetingStatus.SCHEDULED: "",
    MeetingStatus.CANCELLED: "Cancelled",
    MeetingStatus.MOVED: "Moved",
    MeetingStatus.WITHDRAWN: "No longer listed",
}
PAPER_KINDS = {
    DocumentKind.AGENDA: "Agenda",
    DocumentKind.MINUTES: "Minutes",
    DocumentKind.REPORT: "Report",
    DocumentKind.PACK: "Pack of papers",
    DocumentKind.CONSULTATION: "Consultation",
    DocumentKind.NOTICE: "Notice",
    DocumentKind.OTHER: "Other paper",
}
BODY_KINDS = {
    BodyKind.COUNCIL: "Council",
    BodyKind.JOINT_COMMITTEE: "Joint committee of councils",
    BodyKind.STRATEGIC_AUTHORITY: "Strategic authority",
    BodyKind.ICB: "NHS integrated care board",
    BodyKind.TRUST: "NHS trust",
    BodyKind.NATIONAL: "National body",
    BodyKind.CAMPAIGN: "Campaign",
    BodyKind.STP: "Sustainability and transformation partnership",
    BodyKind.OTHER: "Other body",
}
BODY_KINDS_MANY = {
    BodyKind.COUNCIL: "Councils",
    BodyKind.JOINT_COMMITTEE: "Joint committees of councils",
    BodyKind.STRATEGIC_AUTHORITY: "Strategic authorities",
    BodyKind.ICB: "NHS integrated care boards",
    BodyKind.TRUST: "NHS trusts",
    BodyKind.NATIONAL: "National bodies",
    BodyKind.CAMPAIGN: "Campaigns",
    BodyKind.STP: "Sustainability and transformation partnerships",
    BodyKind.OTHER: "Other bodies",
}
REPLACED = "Replaced: the new version no longer says this"
WITHDRAWN = "Withdrawn: no longer listed"
SEEN_BEFORE = "You have seen this passage before, in another paper"
CADENCES = {
    Cadence.IMMEDIATE: "as soon as something is found",
    Cadence.DAILY: "every day",
    Cadence.WEEKLY: "every week",
    Cadence.MONTHLY: "every month",
}

DIGESTS = {
    Cadence.IMMEDIATE: "Alert",
    Cadence.DAILY: "Daily digest",
    Cadence.WEEKLY: "Weekly digest",
    Cadence.MONTHLY: "Monthly digest",
}


def digest_title(cadence: Cadence, since: date, until: date) -> str:
    """As in "Weekly digest · 16 to 22 November 2026": what a digest is called wherever it is named."""
    return f"{DIGESTS[cadence]} · {period(since, until)}"


def first_mention(first: First) -> str:
    """That a body says something for the first time."""
    topic = f"of {clean(first.topic, 60)} " if first.topic else ""
    where = "in this archive, " if first.anywhere else ""
    return f"First mention {topic}{where}by {clean(first.body_name, 100)}{_found_late(first)}"


def first_here(first: First) -> str:
    """The same after the name of the body or the paper, in brackets."""
    topic = f"of {clean(first.topic, 60)} " if first.topic else ""
    where = "in this archive" if first.anywhere else "by this body"
    return f"(first mention {topic}{where}{_found_late(first)})"


def _found_late(first: First) -> str:
    if not first.before:
        return ""
    return f", found late: the first known so far was of {short_day(first.before)}"


def more_mentions(number: int) -> str:
    """As in "and 12 more mentions in this paper"; "" where all are kept."""
    return f"and {counted(number, 'more mention')} in this paper" if number else ""


def pages_found(found: Results) -> str:
    """As in "1 page", "about 120 pages" and "more than 1,000 pages"."""
    about = "more than " if found.more else "about " if found.about else ""
    return f"{about}{counted(found.total, 'page')}"


def nearly_found(found: Results, nearly: Nearly) -> str:
    """What is above pages with many of the words, beneath those with all of them."""
    if nearly.is_of_one:
        pages = f"Only {counted(found.total, 'page has', 'pages have')}" if found.total else "No page has"
        return f"{pages} this word. Pages with another form of it:"
    pages = f"Only {counted(found.total, 'page has', 'pages have')}" if found.total else "No page has"
    others = "most of them" if nearly.is_most else "some of them, the best first"
    return f"{pages} all of these words. Pages with {others}:"


def period(since: date, until: date) -> str:
    """As in "22 November 2026", "16 to 22 November 2026" and "28 November to 4 December 2026"."""
    if since == until:
        return short_day(until)
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day} to {short_day(until)}"
    first = short_day(since) if since.year != until.year else short_day(since).rpartition(" ")[0]
    return f"{first} to {short_day(until)}"


def paper_dates(place: HitPlace) -> tuple[str, ...]:
    """Every date that is known of a paper except its meeting's, as it is shown next to it."""
    return (
        *((f"published {short_day(place.published_on)}",) if place.published_on else ()),
        *((f"closes {short_day(place.closes_on)}",) if place.closes_on else ()),
        f"captured {short_day(place.captured_at)}",
    )


def followed(watch: WatchList) -> str:
    """What a list looks for, in a few words."""
    topics = counted(len(watch.concepts), "topic") if watch.concepts else ""
    query = "a search of your own" if watch.query else ""
    return " and ".join(filter(None, (topics, query))) or "every topic"


def paused(reader: Subscriber) -> str:
    """Returns what is to be said of a reader's lists that find nothing; "" where all are active."""
    active, number = len(reader.active), len(reader.watch_lists)
    if not number:
        return "You have no alerts, so we look for nothing."
    if not active:
        which = "Your alert is" if number == 1 else "All your alerts are"
        return (
            f"{which} paused, so we look for nothing new until you resume {'it' if number == 1 else 'one'}."
        )
    off = number - active
    return f"{counted(off, 'alert is', 'alerts are')} paused." if off else ""


def first_message(reader: Subscriber) -> str:
    """When a reader hears of an alert that they have just confirmed."""
    if reader.cadence is Cadence.IMMEDIATE:
        return "We will write as soon as something new is found."
    at_most = CADENCES[reader.cadence].replace("every", "once a")
    return f"We will write when something new is found, at most {at_most}."


def stopped(reader: Subscriber) -> str:
    """Why no message goes to a reader any more, as one says it to them; "" while they do."""
    if not reader.stopped:
        return ""
    at = reader.stopped_at
    on = f" on {short_day(at.astimezone(ZoneInfo(reader.zone)).date())}" if at else ""
    if reader.stopped.startswith(REFUSED):
        said = reader.stopped.removeprefix(REFUSED)
        return f"We stopped these messages{on}, because your mail server did not take them: {said}"
    return f"You stopped these messages{on}."


def whose(where: Where) -> str:
    """Whose papers are followed, counted: "the papers of 2 bodies and 1 committee"."""
    if where.nobody:
        return "no papers"
    if not where:
        return "the papers of all bodies"
    kinds = [part.kind for part in where.parts]
    of = [
        counted(count, *names)
        for count, names in (
            (len(where.bodies), ("body", "bodies")),
            (kinds.count(PartKind.COMMITTEE), ("committee",)),
            (kinds.count(PartKind.MEETING), ("meeting",)),
        )
        if count
    ]
    own = counted(kinds.count(PartKind.PAPER), "paper") if PartKind.PAPER in kinds else ""
    return listed([*([f"the papers of {listed(of)}"] if of else []), *([own] if own else [])])


# ---- the account of what was looked at


def read_since(account: Account) -> str:
    """What was read and what came in the account's time, for a digest."""
    # The day is that of its reader's zone, which the instant has.
    since = f"Since {short_day(account.since.date())}" if account.since else "When last tried"
    followed = counted(account.followed, "body", "bodies")
    parts = []
    if account.followed:
        came = f" {_papers(account.came_papers, account.came_pages)} arrived." if account.since else ""
        parts.append(f"{since}, {account.read:,} of {followed} followed {_were(account.read)} read.{came}")
    if account.by_hand:
        whose = counted(account.by_hand, "body", "bodies")
        parts.append(f"The papers of {whose} are added by hand.")
        if account.since and not account.followed:
            parts.append(f"{since}, {_papers(account.came_papers, account.came_pages)} arrived.")
    if not parts:
        parts.append("No bodies are followed yet.")
    return " ".join([*parts, f"{_papers(account.papers, account.pages)} held in total."])


def searched(account: Account, asked: str = "") -> str:
    """What an answer was looked for in. `asked` says in words how the search was narrowed."""
    if not account.papers:
        return f"We have no paper{asked and ' '}{asked}: nothing was searched."
    if account.searched_nothing:
        return (
            f"None of the {counted(account.papers, 'paper')} we hold has been read, so nothing was searched."
        )
    return (
        f"Searched {counted(account.pages, 'page')} "
        f"in {counted(account.papers - account.without_text, 'paper')} "
        f"of {counted(account.bodies - account.bodies_without_text, 'body', 'bodies')}{as_of(account)}."
    )


def answer_foot(account: Account, asked: str = "") -> str:
    """All that is to be said under an answer: what was searched, what was not read, what is wrong."""
    return " ".join(filter(None, (searched(account, asked), not_read(account), not_well(account))))


def as_of(account: Account) -> str:
    """As in ", as of 21 November 2026, 06:52 UTC"."""
    if account.as_of:
        return f", as of {instant(account.as_of)}"
    return "" if not account.sources else ", from sources that have not been read yet"


def not_read(account: Account) -> str:
    """Which papers and pages of those that are known were not read, or that all were."""
    lost = [
        counted(number, one, many)
        for number, one, many in (
            (account.unreadable, "paper", "papers"),
            (account.unreadable_pages, "page of other papers", "pages of other papers"),
        )
        if number
    ]
    said = [f"{' and '.join(lost)} could not be read, so mentions in them would be missed."] if lost else []
    if account.waiting:
        said.append(f"{counted(account.waiting, 'paper is', 'papers are')} waiting to be read.")
    if account.not_fetched:
        said.append(f"{counted(account.not_fetched, 'listed paper is', 'listed papers are')} not held.")
    if not said and account.papers:
        said = ["Every paper we hold has been read."]
    if account.empty:
        have = counted(account.empty, "paper has", "papers have")
        said.append(f"{have} no text of {'its' if account.empty == 1 else 'their'} own, such as a ZIP file.")
    return " ".join(said)


def not_flagged(papers: int) -> str:
    """That concepts have changed since these papers were looked through; "" for none."""
    if not papers:
        return ""
    have = counted(papers, "paper has", "papers have")
    return f"{have} not been looked through with the topics as they are now: run `paperwatch flag`."


def missed_sources(account: Account | Sources) -> str:
    """As in "419 of 419 sources unreachable"; "" where all were read."""
    states = missed_by_state(account)
    if not states:
        return ""
    of = f"{len(account.missed):,} of {counted(account.sources, 'source')}"
    if len(states) == 1:
        return f"{of} {states[0][0]}"
    return f"{of} not read ({', '.join(f'{count:,} {what}' for what, count in states)})"


def not_well(account: Account, named: int = 3) -> str:
    """The sources of which something is to be said, some of them by name; "" where there are none."""
    ill = account.not_well
    if not ill:
        return ""
    names = [source.name for source in ill[:named]]
    rest = [counted(len(ill) - named, "other")] if len(ill) > named else []
    what = missed_sources(account) or f"{len(ill):,} of {counted(account.sources, 'source')} in doubt"
    return f"{what}: {listed([*names, *rest])}."


def source_line(source: SourceHealth, *, missed: bool) -> str:
    """How a source is, in one line of its own."""
    state = NOT_READ_WORDS.get(source.state, source.state.value) if missed else source.state.value
    reason = source.reason.rstrip(".")
    last = f"Last read {short_day(source.last_success)}" if source.last_success else "Never read"
    if state == "never read":
        last = ""
    return ". ".join(filter(None, (f"{source.name}: {state}", reason[:1].upper() + reason[1:], last))) + "."


def narrowed(query: Query, bodies: Mapping[str, str]) -> str:
    """The filters of a query in words, after "paper"; `bodies` are names by id."""
    parts = [
        f"of {bodies.get(query.body, query.body)}" if query.body else "",
        _of_kind(query.kind) if query.kind else "",
        f"from {short_day(query.after)} on" if query.after else "",
        f"before {short_day(query.before)}" if query.before else "",
    ]
    return ", ".join(filter(None, parts))


def _of_kind(kind: str) -> str:
    """As in "of the kind pack of papers", and of bodies "of NHS trusts"."""
    if kind in set(DocumentKind):
        return f"of the kind {PAPER_KINDS[DocumentKind(kind)].lower()}"
    bodies = BODY_KINDS_MANY[BodyKind(kind)]
    return f"of {bodies if bodies.startswith('NHS') else bodies[:1].lower() + bodies[1:]}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """As in "a", "a and b" and "a, b and c"."""
    return f" {last} ".join(([", ".join(items[:-1])] if items[1:] else []) + list(items[-1:]))


def _papers(papers: int, pages: int) -> str:
    return f"{counted(papers, 'paper')} ({counted(pages, 'page')})"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
