"""A small archive for the tests of the web pages, filled as a crawl and a reading would."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, time
from html.parser import HTMLParser

import html5lib

from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.model import (
    Document,
    DocumentKind,
    FailureReason,
    Meeting,
    MeetingStatus,
    PageMethod,
    PageText,
    Revision,
    Source,
    SourceState,
)
from pipeline.ports import Findings, Reading, SourceReport
from pipeline.text.canonical import canonical
from storage.archive import open_archive
from storage.public_archive import PublicArchive

TODAY = date(2026, 11, 21)
MOMENT = datetime(2026, 11, 20, 21, 52, tzinfo=UTC)
XSS = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
PAYMENT = Concept(
    id="population-payment",
    label="Population payment",
    about="",
    wordings=(Wording(text="whole population payment"),),
    match=("a", "b", "c"),
    no_match=("a", "b", "c"),
)
LABELS = {"population-payment": "Population payment", "savings": f"Savings {XSS}"}


class Keeper:
    """Fills a real archive as a crawl and a reading would."""

    def __init__(self, data):
        self.archive = open_archive(data)
        self.watcher = ConceptMatcher([PAYMENT])
        self.run = None

    def begin(self, *sources):
        self.run = self.archive.catalogue.begin(sources, TODAY)

    def meeting(self, source, key, day, **more):
        self.archive.catalogue.record_meeting(
            self.run,
            Meeting(
                source_id=source,
                key=key,
                title="",
                starts_on=day,
                **({"body_name": "Board", "url": "https://wold.example/meeting"} | more),
            ),
        )

    def paper(
        self,
        source,
        key,
        pages=(),
        content=None,
        reason=None,
        method=PageMethod.TEXT_LAYER,
        label="",
        item="",
        **more,
    ):
        document = Document(
            source_id=source,
            key=key,
            **(
                {"title": key.title(), "kind": DocumentKind.REPORT, "url": f"https://wold.example/{key}.pdf"}
                | more
            ),
        )
        self.archive.catalogue.record_document(self.run, document)
        body = content or f"%PDF {key} {pages}".encode()
        sha256, size = self.archive.blobs.put(body)
        self.archive.catalogue.record_revision(
            self.run,
            Revision(
                source_id=source,
                document_key=key,
                sha256=sha256,
                size=size,
                media_type="application/pdf",
                fetched_at=MOMENT,
                urls=(document.url,),
            ),
        )
        self.archive.texts.store(
            Reading(
                sha256=sha256,
                extractor="pdf",
                version="1",
                media_type="application/pdf",
                pages=[
                    PageText(
                        number=number,
                        text=canonical(text),
                        method=method if text else PageMethod.NONE,
                        label=label,
                        item=item,
                    )
                    for number, text in enumerate(pages, 1)
                ],
                reason=reason,
            )
        )
        found = self.watcher.hits(self.archive.texts.pages(sha256))
        self.archive.mentions.store({sha256: Findings(rules=self.watcher.rules, hits=found)})
        row = next(row for row in self.archive.reports.papers(source=source) if row.sha256 == sha256)
        return row.document

    def finish(self, source, state=SourceState.OK, reason=""):
        self.archive.catalogue.finish(
            self.run, SourceReport(source_id=source, state=state, reason=reason, documents=1), []
        )


def source(id_, name, kind="icb"):
    return Source(id=id_, name=name, kind=kind, platform="papers_page", url="https://wold.example/")


def named(keeper=None):
    """What stands in addresses, by its name there; with a `keeper` all of it is in its archive."""
    names = {
        "document": 1,
        "passage": "0",
        "number": 1,
        "size": 1,
        "body": "wold",
        "concept": "population-payment",
        "firm": "hcrg",
        "meeting": 1,
    }
    if keeper is None:
        return names
    shelf = PublicArchive(keeper.archive, LABELS)
    hits = shelf.hits(*{row.sha256 for row in keeper.archive.reports.papers()})
    return names | {
        "document": keeper.minutes,
        "passage": next(hit.passage for hit in hits if shelf.trace(hit.snippet)),
    }


def filled(data):
    """An archive with a bit of everything, and strings that would hurt in every place that takes text."""
    keeper = Keeper(data)
    keeper.begin(
        source("wold", "Wold Integrated Care Board"),
        source("ellenby", f"Ellenby & District {XSS}", "council"),
        source("hull", "Shut Council", "council"),
    )
    keeper.meeting("wold", "nov", date(2026, 11, 12))
    keeper.meeting("wold", "dec", date(2026, 12, 3), starts_at=time(9, 30), place=f"Hall {XSS}")
    keeper.meeting("ellenby", "jan", date(2027, 1, 7), url="javascript:alert(1)", body_name="Health Scrutiny")
    keeper.meeting("wold", "off", date(2026, 12, 9), status=MeetingStatus.CANCELLED)
    keeper.pack = keeper.paper(
        "wold",
        "pack",
        [
            "Agenda\n1. Apologies",
            "The board was asked to agree a whole population payment from April. It did so.",
            "",
            "Whole population payments were noted again; the single con\u00ad\ntract begins in May.",
        ],
        meeting_key="nov",
        kind=DocumentKind.PACK,
        title="Board papers, November",
    )
    keeper.hostile = keeper.paper(
        "ellenby",
        "hostile",
        [f"{XSS} The whole population payment {XSS} is here."],
        title=f"Report {XSS}",
        url="javascript:alert(document.domain)//x.pdf",
        content=b"<html><script>alert(1)</script>",
    )
    keeper.paper("wold", "minutes", ["Minutes: replaced soon."], meeting_key="nov", kind=DocumentKind.MINUTES)
    keeper.minutes = keeper.paper(
        "wold", "minutes", ["Minutes: the final text."], meeting_key="nov", kind=DocumentKind.MINUTES
    )
    keeper.paper("wold", "locked", [], reason=FailureReason.ENCRYPTED)
    keeper.scan = keeper.paper("wold", "scan", ["Scanned words."], method=PageMethod.OCR)
    keeper.archive.catalogue.keep_areas({"wold": ["wold", "ellenby"]})
    keeper.finish("wold")
    keeper.finish("ellenby")
    keeper.finish("hull", SourceState.BLOCKED, f"403 for every page {XSS}")
    keeper.archive.log.sign()  # as each run does at its end
    return keeper


class Page(HTMLParser):
    """What a browser would make of a page: enough of it to hold a page to our rules."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.text = ""
        self._marked = 0
        self.marks = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "mark":
            self.marks.append("")
            self._marked += 1

    def handle_endtag(self, tag):
        self._marked -= tag == "mark"

    def handle_data(self, data):
        self.text += data
        if self._marked:
            self.marks[-1] += data

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def hrefs(self):
        return [attributes["href"] for attributes in self.all("a")]


class Shapes:
    """Addresses that differ in numbers, topic, firm or what they ask for are alike: two of each will do."""

    def __init__(self, most=2):
        self._seen, self._most = Counter(), most

    def is_new(self, address):
        asked = re.sub(r"\d+", "0", re.sub(r"=[^&]*", "", address))
        shape = re.sub(r"/(concepts|firms)/[\w-]+", r"/\1/x", asked)
        self._seen[shape] += 1
        return self._seen[shape] <= self._most


def get(site, address, status=200):
    answer = site.get(address)
    assert answer.status_code == status, answer.text[:500]
    return Page(answer.text)


def hold_to_the_standard(answer):
    """A second parser, which takes no mistake."""
    html5lib.HTMLParser(strict=True).parse(answer.text)


def text_of(page):
    return " ".join(page.text.split())
