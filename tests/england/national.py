"""The national lines: one list of entries, as each API, feed and page has it that a platform reads."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.platforms.shared import web_archive
from tests.councils.serving import Reply
from tests.england import paper as papers
from tests.england.paper import SAYINGS, Paper
from tests.england.seasons import is_holiday, parliament_returns
from tests.england.site import AFTER, FIRST, Due, Truth, window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.model import Source

_BEFORE = timedelta(days=400)
_TOPICS = ("the lamps", "the river path", "the hall clock", "chairs", "the garden", "the old bridge")
_TEXT = "The clock in the hall was mended and keeps good time again. The path by the river is dry."
_IN_FEED = 20  # the newest entries; it forgets the others
# Days between two entries; 7 where nothing is said.
_EVERY = {"hansard": 9, "find_case_law": 40, "bills": 20, "petitions": 12, "written_questions": 2,
          "select_committees": 14, "citizenspace": 20, "govuk": 2, "wordpress": 2, "ocds": 1}  # fmt: skip


_PARLIAMENT = frozenset({"hansard", "bills", "petitions", "written_questions", "select_committees"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    number: int
    title: str
    day: date
    said: int = -1  # which of SAYINGS

    @property
    def text(self) -> str:
        return f"{_TEXT} {SAYINGS[self.said][1] if self.said >= 0 else ''} Mark {self.number * 7919:x}."

    @property
    def instant(self) -> datetime:
        return datetime.combine(self.day, time(6), UTC)


Query = dict[str, str]


class NationalSite:
    """What one line reads. Several share a host: each answers only for its own addresses."""

    refuses_head = False

    def __init__(self, sources: Sequence[Source], *, seed: int, scale: float) -> None:
        [self.source] = self.sources = sources
        parts = urlsplit(self.source.url)
        self.host, self.path = parts.netloc, parts.path
        self.hosts = (self.host,)
        self.root = f"http://{self.host}"
        self.name = self.source.id
        self.scale = scale
        self.platform = self.source.platform
        is_board = self.source.options.get("watch") == "board"
        self._answer: Callable[[date, str, Query], Reply | None] = (
            _board if is_board else _ANSWERS[self.platform]
        ).__get__(self)
        self.entries = list(self._entries(random.Random(f"{seed} {self.name}")))
        self.files = (
            {each.number: self._file(each, seed) for each in self.entries} if self.platform == "govuk" else {}
        )

    def address(self, source: Source) -> str:
        return source.url.replace("https://", "http://", 1)

    def answer(self, day: date, target: str, host: str) -> Reply | None:
        parts = urlsplit(target)
        return self._answer(day, parts.path, dict(parse_qsl(parts.query)))

    def is_shut(self, day: date) -> bool:
        return False

    def papers(self) -> Iterator[Due]:
        return (Due(line=self.source.id, paper=each, day=f"{each.shown}") for each in self.files.values())

    def truth(self, day: date) -> Truth:
        since, until = window(self.source, day)
        until = min(until, day)
        line = self.source.id
        if self.platform == "page":
            archived = web_archive.at(self.source.url)  # such a page has the day on which it was captured
            taken = f"{archived.moment.date()}" if archived and archived.moment else ""
            return Truth(texts=[(line, taken, f"A page of {line}")])
        if self.source.options.get("watch") == "board":
            texts = [(line, f"{each.day}", title) for each in self.out(day) if since <= each.day
                     for title, _ in _agenda(each)]  # fmt: skip
            return Truth(texts=[*texts])
        if self.platform == "ocds":
            # Notices are kept where the concepts find something, up to the night before.
            shown = [each for each in self.out(day) if since <= each.day < day and each.said >= 0]
        else:
            shown = [each for each in self.out(day) if since <= each.day <= until]
        if self.platform == "feed":
            shown = [each for each in shown if each in self.out(day)[:_IN_FEED]]
        due = [
            Due(line=line, paper=self.files[each.number], day=f"{each.day}") for each in shown if self.files
        ]
        dated = self.platform != "bills"
        mark = (
            " ({})" if self.platform == "written_questions" else ""
        )  # the question's number is in its title
        texts = [
            (line, f"{each.day}" if dated else "", each.title + mark.format(each.number)) for each in shown
        ]
        return Truth(due=due, texts=texts)

    def out(self, day: date) -> list[Entry]:
        """What is out on a day, the newest first."""
        return [each for each in self.entries if each.day <= day][::-1]

    def within(self, day: date, since: str, until: str, words: str = "") -> list[Entry]:
        """What a search of the platform finds."""
        listed = self.source.options.get("search") or self.source.options.get("queries") or ()
        place = listed.index(words) if words in listed else 0
        return [
            each
            for each in self.out(day)
            if since[:10] <= each.day.isoformat() <= until[:10]
            and (not listed or each.number % len(listed) == place)
        ]

    def _entries(self, rng: random.Random) -> Iterator[Entry]:
        is_board = self.source.options.get("watch") == "board"
        every = 61 if is_board else _EVERY.get(self.platform, 7)
        day, number = FIRST - _BEFORE, 1000
        while day < FIRST + AFTER:
            number += 1
            said = rng.randrange(len(SAYINGS)) if rng.random() < 0.15 else -1
            title = f"Health and care: {rng.choice(_TOPICS)}, note {number}"
            yield Entry(number=number, title=title, day=day, said=said)
            day += timedelta(days=rng.randrange(max(1, every - 2), every + 3))
            day += timedelta(days=max(0, 7 - day.isoweekday()) if day.isoweekday() > 5 else 0)
            if self.platform in _PARLIAMENT:
                day = parliament_returns(day)
            while is_holiday(day):
                day += timedelta(days=1)

    def _file(self, entry: Entry, seed: int) -> Paper:
        rng = random.Random(f"{seed} {self.name} {entry.number}")
        drawn = papers.drawn(rng, f"{self.name} {entry.number}", shown=entry.day, meets_on=entry.day,
                             pages=rng.lognormvariate(2.5, 0.8), scale=self.scale)  # fmt: skip
        return Paper(
            name=drawn.name, shown=drawn.shown, pages=drawn.pages, page_size=drawn.page_size, said=drawn.said
        )

    def json(self, value: Any, **headers: str) -> Reply:
        return Reply(body=json.dumps(value).encode(), headers={"Content-Type": "application/json", **headers})


def _html(title: str, text: str) -> Reply:
    body = f"<p>{escape(text)}</p>" if not text.startswith("<") else text
    page = (
        f'<!DOCTYPE html><html lang="en"><head><title>{escape(title)}</title></head><body>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return Reply(body=page.encode())


def _xml(body: str) -> Reply:
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return Reply(body=(head + body).encode(), headers={"Content-Type": "application/xml; charset=utf-8"})


def _feed(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    shown = site.out(day)[:_IN_FEED]
    if path.rstrip("/") != site.path.rstrip("/"):
        found = [each for each in site.out(day) if path.strip("/") == f"note-{each.number}"]
        return _html(found[0].title, found[0].text) if found else None
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{site.root}/note-{each.number}/</link>"
        f"<guid isPermaLink='false'>{site.root}/?p={each.number}</guid>"
        f"<pubDate>{format_datetime(each.instant)}</pubDate>"
        f"<content:encoded><![CDATA[<p>{each.text}</p>]]></content:encoded></item>"
        for each in shown
    )
    return _xml(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(site.source.name)}</title><link>{site.root}/</link>"
        f"<description>News</description>{items}</channel></rss>"
    )


def _wordpress(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    kind = site.source.options.get("watch", "posts")
    if path != f"/wp-json/wp/v2/{kind}":
        return None
    shown = [each for each in site.out(day) if f"{each.day}" >= query.get("modified_after", "")[:10]][:100]
    rows = [
        {
            "id": each.number, "guid": {"rendered": f"{site.root}/?post_type={kind}&p={each.number}"},
            "date": f"{each.day}T06:00:00", "modified": f"{each.day}T06:00:00",
            "link": f"{site.root}/{kind}/note-{each.number}/", "title": {"rendered": each.title},
            "content": {"rendered": f"<p>{each.text}</p>", "protected": False}, "excerpt": {"rendered": ""},
        }
        for each in shown
    ]  # fmt: skip
    return site.json(rows, **{"X-WP-TotalPages": "1", "X-WP-Total": str(len(rows))})


def _agenda(entry: Entry) -> list[tuple[str, str]]:
    """Titles and addresses of a board meeting: its agenda and papers."""
    said = f"{entry.day.day} {entry.day:%B %Y}"
    head = (f"Meeting of the board: agenda, {said}", f"/long-read/board-agenda-{entry.number}/")
    topics = [
        (topic.capitalize(), f"/long-read/paper-{entry.number}-{n}/") for n, topic in enumerate(_TOPICS[:4])
    ]
    return [head, *topics]


def _board(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    out = site.out(day)
    if path == site.path:
        links = "".join(f'<p><a href="{_agenda(each)[0][1]}">{_agenda(each)[0][0]}</a></p>' for each in out)
        return _html("Board meetings", f"<h2>Papers</h2>{links}")
    for each in out:
        for number, (title, address) in enumerate(_agenda(each)):
            if address == path and number:
                return _html(title, f"{each.text} Sheet {number}.")
            if address == path:
                items = "".join(f'<h2>{t}</h2><p><a href="{a}">View the paper for this item</a></p>'
                                for t, a in _agenda(each)[1:])  # fmt: skip
                return _html(title, items)
    return None


def _page(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    archived = web_archive.at(site.source.url)
    own = {site.path, *(urlsplit(each).path for each in site.source.options.get("pages", ()))}
    if archived is not None:
        own.add(urlsplit(archived.raw).path)
    title = f"A page of {site.source.id}"
    return _html(title, f"{_TEXT} Mark {site.source.id}.") if path in own else None


def _bills(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    parts = path.strip("/").split("/")
    if parts[:3] != ["api", "v1", "Bills"]:
        return None
    if len(parts) == 3:
        shown = site.within(day, "", "9", query["SearchTerm"])[:50]
        items = [{"billId": each.number, "shortTitle": each.title, "lastUpdate": f"{each.day}T06:00:00"}
                 for each in shown]  # fmt: skip
        return site.json({"items": items, "totalResults": len(items)})
    entry = next((each for each in site.out(day) if str(each.number) == parts[3]), None)
    if entry is None:
        return None
    if len(parts) == 5:
        return site.json({"billId": entry.number, "publications": []})
    bill = {"billId": entry.number, "shortTitle": entry.title, "longTitle": entry.text,
            "currentHouse": "Commons", "isAct": False, "isDefeated": False,
            "currentStage": {"description": "2nd reading", "stageSittings": []}}  # fmt: skip
    return site.json(bill)


def _citizenspace(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    if path != "/api/2.4/json_search_results":
        return None
    rows = [
        {"dept": "board", "id": f"note-{each.number}", "title": each.title, "status": state,
         "startdate": f"{each.day:%Y/%m/%d}", "enddate": f"{each.day + timedelta(days=42):%Y/%m/%d}",
         "visibility": "public", "overview": f"<p>{each.text}</p>", "supporting_documents": []}
        for each in site.out(day)
        if (state := "open" if each.day + timedelta(days=42) >= day else "closed") == query["st"]
    ]  # fmt: skip
    return site.json(rows)


def _find_case_law(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    if path != "/atom.xml":
        return None
    here = escape(f"{site.root}/atom.xml?{urlencode({'query': query['query'], 'page': 1})}")
    entries = "".join(
        f"<entry><title>{escape(each.title)}</title>"
        f"<link href='{site.root}/ewca/{each.number}' rel='alternate'/>"
        f"<published>{each.day}T00:00:00+00:00</published><updated>{each.day}T00:00:00+00:00</updated>"
        f"<author><name>A court</name></author><id>{site.root}/id/{each.number}</id>"
        f"<summary>{each.text}</summary><tna:uri>ewca/{each.number}</tna:uri></entry>"
        for each in site.within(day, "", "9", query["query"])
    )
    return _xml(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:tna="https://caselaw.nationalarchives.gov.uk">'
        f"<title>Judgments</title><id>x</id><updated>{day}T00:00:00+00:00</updated>"
        f"<link rel='first' href='{here}'/><link rel='last' href='{here}'/>{entries}</feed>"
    )


def _govuk(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    if path == "/api/search.json":
        since, _, until = query["filter_public_timestamp"].removeprefix("from:").partition(",to:")
        shown = site.within(day, since, until)
        start = int(query["start"])
        rows = [{"title": each.title, "link": f"/government/publications/note-{each.number}",
                 "description": "", "public_timestamp": f"{each.day}T06:00:00Z",
                 "content_store_document_type": "policy_paper"} for each in shown]  # fmt: skip
        return site.json({"total": len(rows), "results": rows[start : start + 100]})
    for each in site.out(day):
        if path == f"/api/content/government/publications/note-{each.number}":
            file = {"title": f"{each.title} (paper)", "url": f"{site.root}/media/{each.number}/note.pdf",
                    "attachment_type": "file"}  # fmt: skip
            return site.json({
                "base_path": f"/government/publications/note-{each.number}", "document_type": "policy_paper",
                "title": each.title, "first_published_at": f"{each.day}T06:00:00Z",
                "public_updated_at": f"{each.day}T06:00:00Z", "description": "",
                "details": {"body": f"<p>{each.text}</p>", "attachments": [file]},
            })  # fmt: skip
        if path == f"/media/{each.number}/note.pdf":
            body = papers.content(site.files[each.number], 0)
            return Reply(body=body, headers={"Content-Type": "application/pdf"})
    return None


def _hansard(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    if path == "/search/debates.json":
        if query["queryParameters.searchTerm"] not in site.source.options["search"]:
            return None
        shown = site.within(day, query["queryParameters.startDate"], query["queryParameters.endDate"],
                            query["queryParameters.searchTerm"])  # fmt: skip
        section = "Public Bill Committees" if site.source.options.get("sections") else "Commons Chamber"
        rows = [{"DebateSectionExtId": f"{site.name}-{each.number}", "DebateSection": section,
                 "House": "Commons", "Title": each.title} for each in shown]  # fmt: skip
        return site.json({"Results": rows, "TotalResultCount": len(rows)})
    for each in site.out(day):
        if path == f"/debates/debate/{site.name}-{each.number}.json":
            overview = {"Date": f"{each.day}T00:00:00", "Title": each.title, "Location": "Chamber"}
            said = {"AttributedTo": "A member", "Value": f"<p>{each.text}</p>"}
            return site.json({"Overview": overview, "Items": [said], "ChildDebates": []})
    return None


def _ocds(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    names = {"/api/1.0/ocdsReleasePackages": "updated", "/Published/Notices/OCDS/Search": "published"}
    if path not in names:
        return None
    since, until = query[f"{names[path]}From"], query[f"{names[path]}To"]
    rows = []
    for each in site.out(day):
        moment = f"{each.day}T10:00:00Z"
        if since <= moment < until:
            board = {"id": "1", "name": "Care Board NHS Trust"}
            rows.append({
                "ocid": f"ocds-{each.number}", "id": f"{each.number:06}-{each.day.year}", "date": moment,
                "tag": ["tender"], "description": "", "language": "en", "initiationType": "tender",
                "tender": {"id": "1", "title": each.title, "description": each.text, "status": "active"},
                "parties": [{**board, "roles": ["buyer"]}], "buyer": board,
            })  # fmt: skip
    return site.json({"version": "1.1", "releases": rows, "links": {}})


def _petitions(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    if path != "/petitions.json":
        return None
    rows = [
        {"id": each.number, "attributes": {"action": each.title, "background": each.text, "state": "open",
                                           "additional_details": "", "opened_at": f"{each.day}T06:00:00Z"}}
        for each in site.within(day, "", "9", query["q"])
        if query["state"] == "open"
    ]  # fmt: skip
    return site.json({"links": {"next": None}, "data": rows})


def _select_committees(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    if path != "/api/Publications":
        return None
    place = [str(each) for each in site.source.options["committees"]].index(query["CommitteeId"])
    rows = [
        {"id": each.number, "description": each.title, "publicationStartDate": f"{each.day}T06:00:00",
         "type": {"name": "Report"}, "businesses": [{"title": each.text}], "documents": []}
        for each in site.within(day, query["StartDate"], query["EndDate"])
        if each.number % 2 == place
    ]  # fmt: skip
    return site.json({"items": rows, "totalResults": len(rows)})


def _written_questions(site: NationalSite, day: date, path: str, query: Query) -> Reply | None:
    if path != "/api/writtenquestions/questions":
        return None
    shown = site.within(day, query["tabledWhenFrom"], query["tabledWhenTo"], query.get("searchTerm", ""))
    rows = [
        {"value": {"id": each.number, "uin": str(each.number), "heading": each.title, "house": "Commons",
                   "dateTabled": f"{each.day}T00:00:00", "answeringBodyId": 17, "questionText": each.text,
                   "answerText": ""}}
        for each in shown
    ]  # fmt: skip
    return site.json({"totalResults": len(rows), "results": rows[int(query["skip"]) :][:100]})


_ANSWERS: dict[str, Any] = {
    "feed": _feed,
    "wordpress": _wordpress,
    "page": _page,
    "bills": _bills,
    "citizenspace": _citizenspace,
    "find_case_law": _find_case_law,
    "govuk": _govuk,
    "hansard": _hansard,
    "ocds": _ocds,
    "petitions": _petitions,
    "select_committees": _select_committees,
    "written_questions": _written_questions,
}
PLATFORMS = frozenset(_ANSWERS)
