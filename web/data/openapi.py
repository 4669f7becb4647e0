"""The JSON of this site, described for programs (OpenAPI 3.1). The schemas come from the types themselves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from pipeline import days
from pipeline.archive_log.views import ShownLogEntry
from pipeline.areas.left_out import BodyStance, Saying
from pipeline.areas.neighbours import ItemGaps, Sentence
from pipeline.changes import ChangeKind, ChangeRow
from pipeline.lineage import FirstUse, Lineage
from pipeline.matching.firm_record import ContractNotice, FirmMention, FirmRecord, NamedBy
from pipeline.matching.hints import Hint
from pipeline.meetings.lateness import BodyYear, MeetingLateness
from pipeline.model import BodyKind, DocumentKind, Hit, Page, PageRef, Revision
from pipeline.radar import NewName
from pipeline.views import (
    Answer,
    BodyRow,
    Facets,
    MeetingRow,
    MentionRow,
    Order,
    PageLine,
    PaperRow,
    SourceRow,
    TopicCount,
    Unreadable,
    WordingCount,
)
from pipeline.wrong_hits import WrongHit
from web.parts import lateness, left_out
from web.parts.changes import MOST_DAYS
from web.parts.comparing import Comparison
from web.parts.meetings import MeetingWithPapers, PaperHits
from web.parts.wordings import SaidWording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.config import WebConfig

NAMED = (
    Answer, BodyRow, BodyStance, BodyYear, ChangeRow, Comparison, ContractNotice, ShownLogEntry, Facets,
    FirmRecord, FirstUse, Hint, Hit, ItemGaps, Lineage, MeetingWithPapers, MeetingLateness, MeetingRow,
    MentionRow, NamedBy, NewName, Page, PageLine, PageRef, PaperHits, PaperRow, Saying, FirmMention,
    Revision, SaidWording, Sentence, SourceRow, TopicCount, Unreadable, WordingCount, WrongHit,
)  # fmt: skip

TEXT: dict[str, Any] = {"type": "string"}
WORDS: dict[str, Any] = {"type": "string", "maxLength": 2000}
NUMBER: dict[str, Any] = {"type": "integer"}
YES_OR_NO: dict[str, Any] = {"type": "boolean"}
DAY = f"A day, a month or a year: {days.FORMS}."
DATE: dict[str, Any] = {
    "type": "string",
    "pattern": r"^[ \t\r\n]*("
    r"[0-9]{4}(-[0-9]{1,2}(-[0-9]{1,2})?)?"
    r"|([0-9]{1,2}[/.-])?[0-9]{1,2}[/.-]([0-9]{4}|[0-9]{2})"
    r"|([A-Za-z]{6,9},? +)?([0-9]{1,2}[A-Za-z]{0,2} +)?[A-Za-z]{3,9},? +[0-9]{4}"
    r")?[ \t\r\n]*$",
}
KIND: dict[str, Any] = {"type": "string", "enum": ["", *map(str, DocumentKind), *map(str, BodyKind)]}

CHANGE_KIND: dict[str, Any] = {"type": "string", "enum": ["", *map(str, ChangeKind)]}
YEAR: dict[str, Any] = {"type": "string", "pattern": f"^({lateness.YEAR})?$"}
MONTH: dict[str, Any] = {"type": "string", "pattern": f"^({left_out.MONTH})?$"}
DAYS: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}


def _of(kind: type) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _many(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def _object(**fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields)}


def _asked(
    name: str, says: str, schema: dict[str, Any] | None = None, *, path: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path" if path else "query",
        "required": path,
        "description": says,
        "schema": schema or TEXT,
    }


MOMENT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
SEARCHED = _object(
    concern=TEXT,
    as_of=MOMENT,
    since=MOMENT,
    bodies=NUMBER,
    papers=NUMBER,
    pages=NUMBER,
    came=_object(papers=NUMBER, pages=NUMBER),
    followed=NUMBER,
    read=NUMBER,
    by_hand=NUMBER,
    sources=NUMBER,
    unreadable=NUMBER,
    unreadable_pages=NUMBER,
    waiting=NUMBER,
    empty=NUMBER,
    not_fetched=NUMBER,
    sources_not_well=NUMBER,
    not_well=_many(
        _object(id=TEXT, name=TEXT, state=TEXT, reason=TEXT, read={"type": "boolean"}, last_read=MOMENT)
    ),
)
ANSWER: dict[str, Any] = {"allOf": [_of(Answer), _object(url_at_page=TEXT, archived=TEXT)]}
MEETING: dict[str, Any] = {"type": ["integer", "null"], "description": "Number of the paper's meeting."}
ALSO = _many(ANSWER) | {"description": "The others of these answers that are the same page in another place."}
RANKED = NUMBER | {
    "description": "By relevance: how many of the newest matches come best first; the others come by date."
}
TOTAL = _object(count=NUMBER, at_least=YES_OR_NO, about=YES_OR_NO)
FAMILIES = _many(_object(concept=TEXT, label=TEXT, wording=TEXT, also_called=_many(TEXT), total=TOTAL)) | {
    "description": "A topic that is searched for by one of its names, and how many pages mention it."
}
RESULTS = _many({"allOf": [ANSWER, _object(meeting=MEETING, also=ALSO)]})
NEARLY = _object(sentence=TEXT, answers=RESULTS) | {
    "description": "Where few pages have all of the words, those that say most of what is rare in them; "
    "the sentence says so."
}
DOCUMENT = _asked("document", "Number of a paper.", NUMBER, path=True)
PAGE_OF_PAPER = _asked("number", "Number of a page, from 1.", NUMBER, path=True)
VERSION = _asked("version", "SHA-256 of a version that is not the newest.")
CHANGES_PAGE = _asked("page", "Page of changes, from 1.", {"type": "integer", "minimum": 1, "maximum": 1_000})
RESULT_PAGE = _asked("page", "Page of results, from 1.", {"type": "integer", "minimum": 1, "maximum": 50})
SEARCH = (
    _asked("q", "Words, in the language of the search page.", WORDS),
    _asked("body", "Only papers of this body and of those that it took over."),
    _asked("kind", "Only this kind of paper or of body.", KIND),
    _asked("concept", "Only pages on which this is said."),
    _asked("after", f"Only meetings on or after this. {DAY}", DATE),
    _asked("before", f"Only meetings before this. {DAY}", DATE),
    _asked("sort", "How answers are sorted.", {"type": "string", "enum": [order.value for order in Order]}),
    RESULT_PAGE,
)

ROUTES: dict[str, tuple[str, Sequence[dict[str, Any]], dict[str, Any]]] = {
    "/search.json": (
        "Pages that answer a search, how many there are, and how they spread; equal pages come together.",
        SEARCH,
        _object(
            query=TEXT,
            filters={"type": "object", "additionalProperties": TEXT},
            page=NUMBER,
            per_page=NUMBER | {"description": "How many pages of papers are taken at a time."},
            counted=TEXT
            | {"description": "Pages: one in several papers is one answer, with the others in `also`."},
            here=NUMBER | {"description": "Pages on this page of answers, those in `also` too."},
            sort=TEXT,
            more=YES_OR_NO,
            total=TOTAL,
            ranked=RANKED,
            facets=_of(Facets),
            suggestion=TEXT,
            capitals=TEXT | {"description": "The query with its and, or, not and near in capitals."},
            hints=_many(_of(Hint)),
            families=FAMILIES,
            searched=SEARCHED,
            answers=RESULTS,
            nearly=NEARLY,
        ),
    ),
    "/papers/{document}.json": (
        "A paper: its versions, its pages and what is said in it.",
        (DOCUMENT, VERSION),
        _object(
            paper=_of(PaperRow),
            body_name=TEXT,
            revisions=_many(_of(Revision)),
            version={"type": ["string", "null"]},
            pages=_many(_of(PageLine)),
            hits=_many(_of(Hit)),
            hidden_hits=_many(_of(WrongHit)),
        ),
    ),
    "/papers/{document}/pages/{number}.json": (
        "A page: its text, what is said on it, and where else it appears.",
        (DOCUMENT, PAGE_OF_PAPER, VERSION),
        _object(
            paper=_of(PaperRow),
            page=_of(Page),
            hits=_many(_of(Hit)),
            elsewhere=_many(_of(PageRef)),
            said_elsewhere={"type": "object", "additionalProperties": _many(_of(PageRef))},
        ),
    ),
    "/papers/{document}/find.json": (
        "The pages of one paper that answer a search, each with the sentence.",
        (DOCUMENT, VERSION, _asked("q", "Words, in the language of the search page.", WORDS)),
        _object(paper=_of(PaperRow), query=TEXT, hits=_many(_of(Hit))),
    ),
    "/papers/{document}/changes.json": (
        "Two versions of a paper, page by page; the last two unless others are named.",
        (DOCUMENT, _asked("old", "SHA-256 of a version."), _asked("new", "SHA-256 of a version.")),
        _of(Comparison),
    ),
    "/bodies.json": (
        "All bodies with a paper.",
        (),
        _many(_object(id=TEXT, name=TEXT, kind=TEXT)),
    ),
    "/bodies/{body}.json": (
        "A body: its sources, meetings, papers, and what it said first.",
        (_asked("body", "Id of a body.", path=True), RESULT_PAGE),
        _object(
            body=_of(BodyRow),
            sources=_many(_of(SourceRow)),
            meetings=_many(_of(MeetingRow)),
            papers=_many(_of(PaperRow)),
            first_mentions=_many(_of(MentionRow)),
        ),
    ),
    "/meetings.json": ("Meetings ahead, soonest first.", (), _many(_of(MeetingRow))),
    "/meetings/{meeting}.json": (
        "A meeting: its papers with what is said in them, and the committee's meetings before and after it.",
        (_asked("meeting", "Number of a meeting.", NUMBER, path=True),),
        _of(MeetingWithPapers),
    ),
    "/meetings/{meeting}/neighbours.json": (
        "By item of a meeting, what bodies of the same area say on its subjects and its papers do not.",
        (
            _asked("meeting", "Number of a meeting.", NUMBER, path=True),
            _asked("all", "1 for all sentences, not only the first of each topic."),
        ),
        _many(_of(ItemGaps)),
    ),
    "/consultations.json": (
        "Consultations that are open, by their last day, soonest first.",
        (),
        _many(_of(PaperRow)),
    ),
    "/coverage.json": (
        "Every source with its state, and the papers that could not be read.",
        (),
        _object(
            searched=SEARCHED,
            sources=_many(_of(SourceRow)),
            unreadable=_many(_of(Unreadable)),
            unreadable_in_all=NUMBER,
            log=TEXT,
        ),
    ),
    "/log.json": (
        "The archive's log: its newest signed root, and its newest entries.",
        (),
        _object(signed={"type": ["object", "null"]}, entries=_many(_of(ShownLogEntry)), ran_back=_many(TEXT)),
    ),
    "/log/{number}.json": (
        "An entry of the log, and its proof (RFC 9162) in the log of the signed root.",
        (_asked("number", "Number of an entry, from 1.", NUMBER, path=True),),
        _object(entry=_of(ShownLogEntry), size=NUMBER, root=TEXT, proof=_many(TEXT)),
    ),
    "/log/consistency/{size}.json": (
        "The proof (RFC 9162) that the log of this size is the beginning of the log of the signed root.",
        (_asked("size", "How many entries the older log had.", NUMBER, path=True),),
        _object(old=TEXT, new=TEXT, proof=_many(TEXT)),
    ),
    "/changes.json": (
        "What happened to papers and meetings in the last days, the latest first.",
        (
            _asked("body", "Only of this body."),
            _asked("kind", "Only this kind of change.", CHANGE_KIND),
            _asked("days", "How many days back; 7 by default.", DAYS),
            CHANGES_PAGE,
        ),
        _object(
            since=TEXT,
            page=NUMBER,
            more=YES_OR_NO,
            last={"type": ["string", "null"]},
            changes=_many({"allOf": [_of(ChangeRow), _object(said=TEXT)]}),
        ),
    ),
    "/late.json": (
        "Whether the papers of meetings were out in time, by date; and how many, by body and year.",
        (
            _asked("body", "Only of this body."),
            _asked("year", "The meetings of a year; without it, 28 days back and 14 ahead.", YEAR),
        ),
        _object(
            meetings=_many({"allOf": [_of(MeetingLateness), _object(said=TEXT)]}), bodies=_many(_of(BodyYear))
        ),
    ),
    "/left-out.json": (
        "Which bodies of an area said a thing in a month, and which did not in the papers we read.",
        (
            _asked("area", "Id of an integrated care board."),
            _asked("month", "As in 2026-10; without it, the month before this one.", MONTH),
            _asked("concept", "Id of a concept."),
            _asked("q", "Or a search, without body and dates."),
        ),
        _object(
            area=TEXT,
            area_name=TEXT,
            month=TEXT,
            subject=TEXT,
            concept=TEXT,
            query=TEXT,
            said=TEXT,
            bodies=_many({"allOf": [_of(BodyStance), _object(said=TEXT)]}),
        ),
    ),
    "/new-names.json": (
        "Names that first appeared in the papers of the last weeks, as they were last looked for.",
        (),
        _object(on={"type": ["string", "null"]}, names=_many(_of(NewName))),
    ),
    "/passages/{passage}.json": (
        "Who said a passage first, who since, and what each changed.",
        (_asked("passage", "Hash of a passage, as mentions have it.", path=True),),
        _of(Lineage),
    ),
    "/firms.json": (
        "The firms that are known.",
        (),
        _many(_object(id=TEXT, name=TEXT, names=_many(TEXT))),
    ),
    "/firms/{firm}.json": (
        "What the papers say of a firm: bodies that name it, notices of its contracts, judgments, questions.",
        (_asked("firm", "Id of a firm.", path=True),),
        _object(id=TEXT, name=TEXT, names=_many(TEXT), record=_of(FirmRecord)),
    ),
    "/concepts.json": (
        "What is watched for, with the number of its mentions.",
        (),
        _many(_object(id=TEXT, label=TEXT, hits=NUMBER)),
    ),
    "/concepts/{concept}.json": (
        "A concept through time, by body, wording and month; its wordings, latest and first mentions.",
        (_asked("concept", "Id of a concept.", path=True),),
        _object(
            id=TEXT,
            label=TEXT,
            count=_of(TopicCount),
            wordings=_many(_of(SaidWording)),
            said=_many(_of(WordingCount)),
            latest=_many(_of(MentionRow)),
            first=_many(_of(MentionRow)),
        ),
    ),
    "/health": (
        "How the machine is: for a monitor. 503 where it does not do what it is for.",
        (),
        _object(
            status={"type": "string", "enum": ["ok", "concerned", "ill"]},
            papers=NUMBER,
            sources_not_well=NUMBER,
            concerns=_many(TEXT),
            machine={"type": ["object", "null"]},
            searched={"type": "object"},
        ),
    ),
}

FAULTS = {
    "400": "The query cannot be read: `error` says why, `position` where.",
    "404": "The archive has nothing of this name.",
    "429": "Too many requests: wait as long as Retry-After says.",
    "503": "The archive is not available, or busy: wait as long as Retry-After says.",
}


def description(config: WebConfig, base: str) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": config.title,
            "version": "1",
            "description": "What the pages of the archive show, as JSON. No key is needed.",
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": {path: {"get": _operation(*route)} for path, route in ROUTES.items()},
        "components": {"schemas": {**_schemas(), "Fault": _FAULT}},
    }


_FAULT = {
    "type": "object",
    "properties": {"error": TEXT, "query": TEXT, "position": NUMBER},
    "required": ["error"],
}


@cache
def _schemas() -> dict[str, Any]:
    """Fields that have a default in our types are written out all the same: a program may rely on them."""
    schemas = msgspec.json.schema_components(NAMED, ref_template="#/components/schemas/{name}")[1]
    return {
        name: _always_sent(schema) if "properties" in schema else schema for name, schema in schemas.items()
    }


def _always_sent(schema: dict[str, Any]) -> dict[str, Any]:
    fields = {
        name: {key: value for key, value in field.items() if key != "default"}
        for name, field in schema["properties"].items()
    }
    return schema | {"properties": fields, "required": list(fields)}


def _operation(summary: str, parameters: Sequence[dict[str, Any]], answer: dict[str, Any]) -> dict[str, Any]:
    fault = {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}
    return {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            "200": {"description": summary, "content": {"application/json": {"schema": answer}}},
            **{status: {"description": says, "content": fault} for status, says in FAULTS.items()},
        },
    }
