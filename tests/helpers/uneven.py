"""An archive in which any two ways to count differ: one file in two papers, papers without files, more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from cli.app.context import App
from pipeline.model import (
    BY_HAND,
    Body,
    Cadence,
    Document,
    DocumentKind,
    FailureReason,
    Listing,
    Meeting,
    MeetingStatus,
    PageMethod,
    PageText,
    Part,
    PartState,
    Revision,
    Source,
    SourceState,
    WatchList,
)
from pipeline.ports import Member, Reading, SourceReport
from pipeline.stages import looking
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.views import PaperRow

BASE = "https://watch.example.org"
FIRST, SECOND, THIRD = date(2026, 11, 14), date(2026, 11, 20), date(2026, 11, 21)
TODAY = THIRD
TOPIC, FAR = "population-payment", "Pacific/Auckland"
SAID = "A whole population payment was agreed"
SETTINGS = f"""
[alerts]
sender = "digests@paperwatch.example"
[web]
base_url = "{BASE}"
"""
BODIES = (
    Body(id="wold", name="NHS Wold ICB", kind="icb", region="South East", former=("Wold CCG",)),
    Body(id="vale", name="NHS Vale ICB", kind="icb", until=date(2026, 3, 31), successors=("wold",)),
    Body(id="ellenby", name="Ellenby Council", kind="council"),
)
MANY = 57  # mentions on one page: more than are kept


def source(id_: str, name: str, kind: str = "icb", body: str = "", platform: str = "papers_page") -> Source:
    url = f"https://{id_}.example/"
    return Source(id=id_, name=name, kind=kind, platform=platform, url=url, body=body)


SOURCES = (
    source("wold", "Wold: board papers", body="wold"),
    source("wold-views", "Wold: consultations", body="wold"),
    source("vale", "NHS Vale ICB", body="vale"),
    source("ellenby", "Ellenby Council", "council"),
    source("shut", "Shut Trust", "trust"),
    source("never", "Never Read Council", "council"),
)
BY_PEOPLE = source("manual-friends", "Friends of Wold", "campaign", body="friends", platform="manual")


class Uneven:
    """Three runs over some bodies. What each run said is kept in `said`."""

    def __init__(self, data: Path) -> None:
        (data / "paperwatch.toml").write_text(SETTINGS)
        self.data = data
        self.app = App(data, makes_archive=True)
        self.archive = self.app.archive
        self.run = 0
        self.moment = datetime.combine(FIRST, time(7), UTC)
        self._listed: dict[str, int] = {}

    # ---- what a crawl does

    def begin(self, day: date) -> None:
        self.moment = datetime.combine(day, time(7), UTC)
        self.run = self.archive.catalogue.begin([*SOURCES, BY_PEOPLE], day)
        self._listed = {}

    def meeting(self, source_id: str, key: str, day: date, **more: object) -> None:
        facts = {"body_name": "Board", "title": "Board", "url": f"https://{source_id}.example/{key}"}
        meeting = Meeting(source_id=source_id, key=key, starts_on=day, listing="meetings", **facts | more)
        self.archive.catalogue.record_meeting(self.run, meeting)

    def listed(self, source_id: str, key: str, **more: object) -> Document:
        facts = {"title": f"Paper {key}", "kind": DocumentKind.REPORT}
        document = Document(
            source_id=source_id,
            key=key,
            url=f"https://{source_id}.example/{key}.pdf",
            listing="papers",
            **facts | more,
        )
        self.archive.catalogue.record_document(self.run, document)
        self._listed[source_id] = self._listed.get(source_id, 0) + 1
        return document

    def paper(
        self,
        source_id: str,
        key: str,
        pages: Sequence[str | PageText],
        *,
        content: bytes = b"",
        provenance: str = "crawled",
        reason: FailureReason | None = None,
        members: Sequence[tuple[str, bytes]] = (),
        is_read: bool = True,
        **more: object,
    ) -> str:
        """A paper whose bytes came in this run; returns their SHA-256."""
        document = self.listed(source_id, key, **more)
        sha256, size = self.archive.blobs.put(content or f"%PDF {key} {pages!r}".encode())
        revision = Revision(
            source_id=source_id,
            document_key=key,
            sha256=sha256,
            size=size,
            media_type="application/pdf",
            fetched_at=self.moment,
            urls=(document.url,),
            provenance=provenance,
        )
        self.archive.catalogue.record_revision(self.run, revision)
        if is_read:
            self.read(sha256, pages, reason, members)
        return sha256

    def read(
        self,
        sha256: str,
        pages: Sequence[str | PageText],
        reason: FailureReason | None = None,
        members: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        kept = []
        for name, content in members:
            path = self.data / f"{sha256[:8]}-{name}"
            path.write_bytes(content)
            kept.append(Member(name=name, path=path))
        reading = Reading(
            sha256=sha256,
            extractor="pdf",
            version="1",
            media_type="application/pdf",
            pages=[_page(number, page) for number, page in enumerate(pages, 1)],
            reason=reason,
            members=tuple(kept),
        )
        look = looking(self.archive.mentions, self.app.watcher)
        self.archive.texts.store(reading, look=look)

    def row(self, key: str) -> PaperRow:
        return next(row for row in self.archive.reports.papers() if row.title == f"Paper {key}")

    def finish(self, state: SourceState = SourceState.OK, **states: SourceState) -> None:
        for each in SOURCES:
            if each.id == "never":
                continue
            ended = states.get(each.id, state)
            report = SourceReport(
                source_id=each.id,
                state=ended,
                reason="" if ended is SourceState.OK else "its robots.txt asks us not to",
                documents=self._listed.get(each.id, 0),
            )
            listings = [Listing(source_id=each.id, key=key) for key in ("papers", "meetings")]
            self.archive.catalogue.finish(self.run, report, listings)
        self.archive.catalogue.end(self.run)
        self.archive.log.sign()

    # ---- what readers do

    def readers(self) -> None:
        confirmed = datetime.combine(FIRST, time(12, 30), UTC) - timedelta(days=10)
        facts = {"channel": "mail", "confirmed_at": confirmed}
        readers = self.archive.readers
        readers.subscribe("all@example.org", cadence=Cadence.IMMEDIATE, **facts)
        own, topic = WatchList(name="Own", query='"community hospital"'), WatchList(concepts=(TOPIC,))
        readers.subscribe(
            "own@example.org", cadence=Cadence.WEEKLY, zone=FAR, watch_lists=[own, topic], **facts
        )
        readers.subscribe("wold@example.org", cadence=Cadence.DAILY, bodies=["wold"], quiet=True, **facts)

    def tell(self, moment: datetime) -> None:
        self.app.tell(moment)
        self.app.deliver()


def _page(number: int, page: str | PageText) -> PageText:
    if isinstance(page, PageText):
        return replace(page, number=number)
    method = PageMethod.TEXT_LAYER if page else PageMethod.NONE
    return PageText(number=number, text=canonical(page), method=method)


def _with(text: str, *parts: Part, method: PageMethod = PageMethod.TEXT_LAYER) -> PageText:
    return PageText(number=0, text=canonical(text), method=method if text else PageMethod.NONE, parts=parts)


UNREAD = Part(kind="picture", state=PartState.UNREAD, why="too small")
HIDDEN = Part(kind="text", state=PartState.HIDDEN, text="white words", why="its colour is that of the paper")
PACK = ["Agenda of the meeting in common.", f"{SAID} by the boards in common. {SAID} again by both of them."]
PARTLY = [
    _with("Read but for a picture.", UNREAD),
    _with("", UNREAD),
    "",
    _with("Seen, and more is hidden.", HIDDEN),
    _with("A scan.", method=PageMethod.OCR),
]
INDEX = " ".join(f"Item {n}: whole population payment." for n in range(MANY))
HELD = {"wold": ["zip", "kept back"], "ellenby": ["zip again", "mail", "wrong"]}  # listed since the first run


def made(data: Path) -> Uneven:
    """The archive after its three runs, with all its messages sent."""
    world = Uneven(data)
    world.archive.catalogue.keep_bodies(BODIES)
    world.archive.catalogue.keep_areas({"wold": ["wold", "ellenby"]})
    world.readers()
    for run in (_first_run, _second_run, _third_run):
        run(world)
    return world


def _meetings(world: Uneven, *, later: int = 10, off: MeetingStatus = MeetingStatus.SCHEDULED) -> None:
    world.meeting("wold", "nov", date(2026, 11, 12))
    world.meeting("wold", "dec", date(2026, 12, 3), starts_at=time(9, 30))
    world.meeting("vale", "old", date(2026, 3, 12))
    scrutiny = {"body_name": "Health Scrutiny", "title": "Health Scrutiny"}
    world.meeting("ellenby", "nov", date(2026, 11, 10), **scrutiny)
    world.meeting("ellenby", "dec", date(2026, 12, 3), **scrutiny)
    world.meeting("ellenby", "exempt", date(2026, 11, 24), **scrutiny)
    world.meeting("ellenby", "off", date(2026, 12, 9), body_name="Cabinet", status=off)
    world.meeting("ellenby", "later", date(2026, 12, later), body_name="Cabinet")


def _papers(world: Uneven, plan: Sequence[str], moved_to: str, skip: Sequence[str] = ()) -> None:
    """What the lists have, but for what they `skip`."""
    nov, dec, old = ({"meeting_key": key} for key in ("nov", "dec", "old"))
    common, twice = {"content": b"%PDF in common"}, {"content": b"%PDF twice"}
    pack, consultation = {"kind": DocumentKind.PACK}, {"kind": DocumentKind.CONSULTATION}
    papers = [
        ("wold", "pack", PACK, {**common, **dec, **pack}),
        ("vale", "pack of Vale", PACK, {**common, **old, **pack}),
        ("wold", "old", [f"{SAID} long ago by the Vale board."], {"published_on": date(2025, 6, 1)}),
        ("vale", "own", [f"{SAID} by Vale alone.", f"{SAID} by Vale again.", "The population."], old),
        ("ellenby", "plan", plan, nov),
        ("wold", "same", ["The same text for ever."], nov),
        ("wold", "gone", [f"{SAID} in what was withdrawn.", "More of it."], dec),
        ("wold", "back", [f"{SAID} in what came back."], nov),
        ("ellenby", "moved", [f"{SAID} in what was put elsewhere."], {"meeting_key": moved_to}),
        ("wold", "locked", [], {"reason": FailureReason.ENCRYPTED, **nov}),
        ("wold", "partly", PARTLY, nov),
        ("vale", "partly at Vale", PARTLY, {**twice, **old}),
        ("ellenby", "partly here", PARTLY, {**twice, **nov}),
        ("ellenby", "index", [INDEX], dec),
        (
            "wold-views",
            "views",
            [f"{SAID} and is out for public consultation."],
            {"closes_on": date(2026, 12, 15), **consultation},
        ),
        ("wold", "undated", [f"{SAID} at no time. The community hospital stays."], {}),
    ]
    for source_id, key, pages, facts in papers:
        if key not in skip:
            world.paper(source_id, key, pages, **facts)
    world.listed("ellenby", "exempt", restricted=True, meeting_key="exempt")
    world.listed("wold", "unfetched", **nov)
    world.archive.catalogue.record_unavailable(world.run, "wold", "unfetched", "404")
    world.listed("wold", "to be fetched", **nov)


def _first_run(world: Uneven) -> None:
    world.begin(FIRST)
    _meetings(world)
    _papers(world, [f"{SAID} once.", f"{SAID} twice.", f"{SAID} thrice."], "nov")
    both = [("one.txt", b"first member"), ("two.txt", b"second member")]
    nov, zipped = {"meeting_key": "nov"}, {"content": b"PK zip", "kind": DocumentKind.PACK}
    world.paper("wold", "zip", [], members=both, **zipped, **nov)
    world.paper("ellenby", "zip again", [], **zipped, **nov)
    world.paper("ellenby", "mail", [f"{SAID}, says the mail."], members=[("attached.txt", b"first member")])
    for content, pages in (
        (b"first member", [f"{SAID} within a pack.", "End."]),
        (b"second member", ["Nothing."]),
    ):
        world.read(world.archive.blobs.put(content)[0], pages)
    world.paper("manual-friends", "leaflet", [f"{SAID}, says the leaflet."], provenance=BY_HAND)
    world.paper("wold", "kept back", [f"{SAID} in a paper kept back."], **nov)
    world.paper("ellenby", "wrong", [f"{SAID} wrongly. {SAID} in error."], meeting_key="dec")
    world.paper("ellenby", "shut later", [f"{SAID} before it was exempt."], meeting_key="dec")
    world.finish(shut=SourceState.REFUSED)
    world.tell(datetime(2026, 11, 14, 7, 30, tzinfo=UTC))
    world.archive.custody.withhold(world.row("kept back").document, "a name was in it")


def _listed_as_before(world: Uneven) -> None:
    for source_id, keys in HELD.items():
        for key in keys:
            kind = DocumentKind.PACK if "zip" in key else DocumentKind.REPORT
            at = {"mail": None, "wrong": "dec"}.get(key, "nov")
            world.listed(source_id, key, meeting_key=at, kind=kind)
    world.listed("ellenby", "shut later", meeting_key="dec", restricted=True)


def _second_run(world: Uneven) -> None:
    world.begin(SECOND)
    _meetings(world, off=MeetingStatus.CANCELLED)
    _papers(world, [f"{SAID} once, and no more."], "dec", skip=["gone", "back"])
    _listed_as_before(world)
    said = f"{SAID} in a new paper. The community hospital will close. {SAID} by the boards in common."
    world.paper("ellenby", "new", [said], meeting_key="dec")
    world.finish(shut=SourceState.REFUSED)
    wrong = world.row("wrong").sha256
    for address in ("one@example.org", "two@example.org"):
        world.archive.wrong_hits.say(wrong, TOPIC, "whole population payment", address, world.moment)
    world.tell(datetime(2026, 11, 20, 12, 30, tzinfo=UTC))


def _third_run(world: Uneven) -> None:
    world.begin(THIRD)
    _meetings(world, later=17, off=MeetingStatus.CANCELLED)
    _papers(world, [f"{SAID} once, and no more."], "dec", skip=["gone"])
    _listed_as_before(world)
    world.listed("ellenby", "new", meeting_key="dec")
    world.paper("ellenby", "unread yet", [], is_read=False, meeting_key="dec")
    world.finish(shut=SourceState.REFUSED)
    world.tell(datetime(2026, 11, 21, 12, 30, tzinfo=UTC))
