"""What each surface claims of what was looked at, against what is true of the world: a table of cells.

A world is built together with its truth, which no code of the product has computed. Each cell is one surface
in one world: all that it says of bodies, papers, pages, sources, days and the machine is compared.
"""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from types import SimpleNamespace

import feedparser
import pytest
from sqlalchemy import select, text
from starlette.testclient import TestClient

from cli.app import feed_files
from cli.app.context import App
from cli.main import call
from pipeline.model import Cadence, DocumentKind, SourceState, WatchList
from pipeline.ports import SourceReport
from storage import tables as t
from storage.public_archive import PublicArchive
from tests.helpers.archives import document, reading, revision, source
from tests.helpers.web_archive import Page
from web.app import create_app
from web.config import WebConfig

NOW = datetime.now(UTC)
SINCE = NOW - timedelta(days=2)  # the reader confirmed
QUERY = "xylophone"  # which no paper says
BODIES = ("ash", "beech", "cedar", "dogwood")
KINDS = (DocumentKind.REPORT, DocumentKind.PACK)


@dataclass(frozen=True)
class Paper:
    body: str
    kind: DocumentKind
    day: date
    pages: int
    came: bool  # within the reader's time


@dataclass
class World:
    """What is true."""

    states: dict[str, SourceState] = field(default_factory=dict)  # by body, as its last run ended
    read_days_ago: dict[str, int] = field(default_factory=dict)  # by body: its last good run
    papers: list[Paper] = field(default_factory=list)
    body: str = ""  # the filter of searches and of the reader's list
    kind: str = ""
    after: str = ""
    disk_full: bool = False
    mail_down: bool = False

    # What follows from that, in the words of the issue.

    @property
    def looked_in(self) -> list[Paper]:
        return [
            paper
            for paper in self.papers
            if (not self.body or paper.body == self.body)
            and (not self.kind or paper.kind == self.kind)
            and (not self.after or paper.day.isoformat() >= self.after)
        ]

    @property
    def followed(self) -> list[str]:
        return [body for body in self.states if not self.body or body == self.body]

    def missed(self, *, in_time: bool) -> list[str]:
        """Bodies not read in the reader's time, or not when last tried."""
        if in_time:
            return [body for body in self.followed if self.read_days_ago.get(body, 999) >= 2]
        return [body for body in self.followed if self.states[body] is not SourceState.OK]

    @property
    def stale(self) -> int:
        """Days since any run read anything, where that is too long; -1: never, though one has ended."""
        if not self.states:
            return 0
        youngest = min(self.read_days_ago.values(), default=-1)
        return youngest if youngest < 0 or youngest > 2 else 0


def fresh(**changes) -> World:
    """Four bodies, all read today; one paper of each came two weeks ago, and one of each today."""
    papers = [
        Paper(body, KINDS[number % 2], date(2026, 11, 10 + number), 1 + number, came)
        for number, body in enumerate(BODIES)
        for came in (False, True)
    ]
    facts = {
        "states": dict.fromkeys(BODIES, SourceState.OK),
        "read_days_ago": dict.fromkeys(BODIES, 0),
        "papers": papers,
    }
    return World(**facts | changes)


def old(days: int, state: SourceState, *bodies: str, **changes) -> World:
    """The same, but these bodies were last read days ago, and nothing of theirs has come since."""
    bodies = bodies or BODIES
    made = fresh(**changes)
    made.states |= dict.fromkeys(bodies, state)
    made.read_days_ago |= dict.fromkeys(bodies, days)
    made.papers = [paper for paper in made.papers if not (paper.came and paper.body in bodies)]
    return made


def refused() -> World:
    """One body has never let us in."""
    made = fresh()
    made.states["ash"] = SourceState.REFUSED
    del made.read_days_ago["ash"]
    made.papers = [paper for paper in made.papers if paper.body != "ash"]
    return made


def never(state: SourceState) -> World:
    return World(states=dict.fromkeys(BODIES, state))


WORLDS = {
    "all is well": fresh(),
    "no network": old(9, SourceState.UNREACHABLE),
    "no network, ever": never(SourceState.UNREACHABLE),
    "half the sources": old(4, SourceState.UNREACHABLE, "ash", "beech"),
    "one blocked": old(30, SourceState.BLOCKED, "cedar"),
    "refused": refused(),
    "refused, and asked for it": World(**{**vars(refused()), "body": "ash"}),
    "never read": never(SourceState.UNKNOWN),
    "an empty archive": World(),
    "one body": fresh(body="beech"),
    "one body, blocked": old(30, SourceState.BLOCKED, "cedar", body="cedar"),
    "one kind": fresh(kind="pack"),
    "from a day on": fresh(after="2026-11-12"),
    "from a day on that has no paper": fresh(after="2030-01-01"),
    "20 days old": old(20, SourceState.OK),
    "disk full": fresh(disk_full=True),
    "mail down": fresh(mail_down=True),
}


# ---- building it


@contextmanager
def built(folder, world: World, monkeypatch):
    app = App(folder, makes_archive=True)
    archive = app.archive
    if world.states:
        _runs(archive, world)
    filters = f"kind:{world.kind}" * bool(world.kind) + f" after:{world.after}" * bool(world.after)
    archive.readers.subscribe(
        "reader@example.org",
        channel="mail",
        cadence=Cadence.IMMEDIATE,
        confirmed_at=SINCE,
        quiet=True,
        watch_lists=[
            WatchList(
                bodies=(world.body,) if world.body else (),
                query=f"{QUERY} {filters}".strip() if filters else "",
            )
        ],
    )
    if world.disk_full:
        monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    app.tell(NOW)
    if world.mail_down:
        with archive.database.writing() as connection:
            connection.execute(
                text(
                    "UPDATE outbox SET tries = 3, created_at = datetime(created_at, '-10 hours'),"
                    " answer = 'the mail server was lost: no route'"
                )
            )
    yield app
    archive.database.engine.dispose()


def _runs(archive, world: World) -> None:
    lines = [source(body, name=f"{body.title()} Council", platform="moderngov") for body in world.states]
    catalogue = archive.catalogue
    run = catalogue.begin(lines, NOW.date())
    for number, paper in enumerate(world.papers):
        key = f"p{number}"
        content = f"{key} {paper}".encode()
        catalogue.record_document(
            run,
            document(paper.body, key, kind=paper.kind, published_on=paper.day, meeting_key=None),
        )
        archive.blobs.put(content)
        fetched = NOW if paper.came else NOW - timedelta(days=14)
        made = revision(content, paper.body, key, fetched_at=fetched)
        catalogue.record_revision(run, made)
        pages = [f"Page {page} of paper {number} is about care." for page in range(paper.pages)]
        archive.texts.store(reading(made.sha256, pages))
    if all(state is SourceState.UNKNOWN for state in world.states.values()):
        catalogue.end(run)
        return
    for body in world.read_days_ago:
        catalogue.finish(run, SourceReport(source_id=body, state=SourceState.OK, reason=""), [])
    catalogue.end(run)
    with archive.database.writing() as connection:
        youngest = min(world.read_days_ago.values(), default=0)
        for body, days in world.read_days_ago.items():
            connection.execute(
                text("UPDATE source_runs SET ended_at = datetime(ended_at, :by) WHERE source_id = :body"),
                {"by": f"-{days} days", "body": body},
            )
        connection.execute(
            text(
                "UPDATE runs SET started_at = datetime(started_at, :by), ended_at = datetime(ended_at, :by)"
            ),
            {"by": f"-{youngest} days"},
        )
    worse = {body: state for body, state in world.states.items() if state is not SourceState.OK}
    if worse:
        run = catalogue.begin([line for line in lines if line.id in worse], NOW.date())
        for body, state in worse.items():
            catalogue.finish(run, SourceReport(source_id=body, state=state, reason="no answer"), [])
        catalogue.end(run)


# ---- what each surface says


def asked(world: World) -> list[str]:
    pairs = (("--body", world.body), ("--kind", world.kind), ("--after", world.after))
    return [QUERY, *(word for name, value in pairs if value for word in (name, value))]


def hunted(world: World) -> str:
    pairs = (("body", world.body), ("kind", world.kind), ("after", world.after))
    return " ".join([QUERY, *(f"{name}:{value}" for name, value in pairs if value)])


@dataclass
class Said:
    """What one surface has said."""

    text: str
    code: int = 0
    data: dict | None = None


class Surfaces:
    def __init__(self, app, world, capsys) -> None:
        self.app, self.world, self.capsys = app, world, capsys

    def _call(self, *words: str) -> Said:
        self.capsys.readouterr()
        code = call(["--data", str(self.app.data), *words])
        out, err = self.capsys.readouterr()
        return Said(" ".join(f"{out}\n{err}".split()), code)

    def _get(self, path: str):
        shelf = PublicArchive(self.app.archive, {})
        app = create_app(shelf, WebConfig(), machine=self.app.machine)
        with TestClient(app) as site:
            return site.get(path, params=self._fields() if path.startswith("/search") else {})

    def _fields(self) -> dict[str, str]:
        fields = {"body": self.world.body, "kind": self.world.kind, "after": self.world.after}
        return {"q": QUERY, **{name: value for name, value in fields.items() if value}}

    def digest(self) -> Said:
        with self.app.archive.database.reading() as connection:
            (content,) = connection.execute(select(t.outbox.c.content)).scalars()
        message = message_from_bytes(content, policy=policy.default)
        plain = " ".join(message.get_body(("plain",)).get_content().split())
        return Said(f"{message['Subject']} || {plain}")

    def feed(self) -> Said:
        (reader,) = self.app.archive.readers.subscribers()
        parsed = feedparser.parse(feed_files.atom(self.app, reader, reader.watch_lists[0]))
        return Said(parsed.feed.subtitle)

    def search(self) -> Said:
        return self._call("search", *asked(self.world))

    def web(self) -> Said:
        return Said(" ".join(Page(self._get("/search").text).text.split()))

    def json(self) -> Said:
        data = self._get("/search.json").json()["searched"]
        return Said(json.dumps(data), data=data)

    def csv(self) -> Said:
        return Said(
            list(csv.reader(io.StringIO(self._get("/search.csv").content.decode("utf-8-sig"))))[-1][0]
        )

    def hunt(self) -> Said:
        return self._call("hunt", hunted(self.world))

    def status(self) -> Said:
        return self._call("status")

    def health(self) -> Said:
        answer = self._get("/health")
        return Said(answer.text, answer.status_code, answer.json())

    def coverage(self) -> Said:
        return Said(" ".join(Page(self._get("/coverage").text).text.split()))


SURFACES = ("digest", "feed", "search", "web", "json", "csv", "hunt", "status", "health", "coverage")
SEARCHES = {"feed", "search", "web", "csv", "hunt"}


# ---- what should be said


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def missed_words(world: World, missed: list[str], *, in_time: bool) -> str:
    """As in "2 of 4 sources unreachable"."""
    called = {SourceState.UNKNOWN: "never read", SourceState.OK: "not tried"}
    (state,) = {called.get(world.states[body], world.states[body].value) for body in missed}
    return f"{len(missed)} of {counted(len(world.followed), 'source')} {state}"


def hold_search(said: Said, world: World) -> None:
    papers = world.looked_in
    if papers:
        pages, bodies = sum(paper.pages for paper in papers), {paper.body for paper in papers}
        assert (
            f"Searched {counted(pages, 'page')} in {counted(len(papers), 'paper')} "
            f"of {counted(len(bodies), 'body', 'bodies')}"
        ) in said.text
        assert "We hold no paper" not in said.text
    else:
        assert "We hold no paper" in said.text
        assert "nothing was searched" in said.text
        assert not re.search(r"No results|Nothing found|\b0 mentions|\b0 pages? found", said.text)
        assert "Every paper" not in said.text
    missed = world.missed(in_time=False)
    assert not missed or missed_words(world, missed, in_time=False) in said.text
    assert missed or "sources" not in said.text.partition("Searched")[2][:200]
    for body in missed[:3]:
        assert f"{body.title()} Council" in said.text
    hold_day(said, world)


def hold_day(said: Said, world: World) -> None:
    days = [world.read_days_ago[body] for body in world.followed if body in world.read_days_ago]
    if world.looked_in and days:
        read = NOW - timedelta(days=min(days))
        assert re.search(rf"as of {read.day} \w+ {read.year}", said.text), said.text


def hold_stale(text_said: str, world: World) -> None:
    late = "no run has read a source for" in text_said.lower()
    never_read = "no run has read any source yet" in text_said.lower()
    assert late is (world.stale > 0), text_said
    assert never_read is (world.stale < 0), text_said
    if late:
        assert f"{world.stale} days" in text_said


def hold_digest(said: Said, world: World) -> None:
    subject, _, body = said.text.partition(" || ")
    missed = world.missed(in_time=True)
    followed, came = world.followed, [paper for paper in world.looked_in if paper.came]
    if followed and len(missed) / len(followed) > 0.25:
        words = missed_words(world, missed, in_time=True)
        assert subject == f"Could not check: {words}"
        assert f"We could not check: {words}." in body
        assert "Nothing new" not in said.text
    else:
        of = counted(len(followed), "body", "bodies")
        if not followed:
            assert subject == f"Nothing new: {counted(len(came), 'paper')} arrived"
        elif missed:
            read = len(followed) - len(missed)
            assert subject == f"Nothing new in {read} of {of}; {len(missed)} not read"
        else:
            assert subject == f"Nothing new in {of}"
    if followed:
        read = len(followed) - len(missed)
        assert f"{read} of {counted(len(followed), 'body', 'bodies')} followed" in body
        pages = sum(paper.pages for paper in came)
        assert f"{counted(len(came), 'paper')} ({counted(pages, 'page')}) arrived" in body
    held = world.looked_in
    pages = sum(paper.pages for paper in held)
    assert f"{counted(len(held), 'paper')} ({counted(pages, 'page')}) held in total" in body
    assert ("Every paper we hold has been read" in body) is bool(held)
    for name in missed:
        assert f"{name.title()} Council" in body


def hold_facts(data: dict, world: World, papers: list[Paper]) -> None:
    missed = world.missed(in_time=False)
    assert data["pages"] == sum(paper.pages for paper in papers)
    assert data["papers"] == len(papers)
    assert data["bodies"] == len({paper.body for paper in papers})
    assert data["followed"] == data["sources"] == len(world.followed)
    assert data["read"] == len(world.followed) - len(missed)
    assert sorted(row["id"] for row in data["not_well"] if not row["read"]) == sorted(missed)


def whole(world: World) -> World:
    """The world without the filter: for surfaces that have none."""
    return World(**{**vars(world), "body": "", "kind": "", "after": ""})


def hold(surface: str, said: Said, world: World) -> None:
    """One cell."""
    assert " checked" not in said.text.replace("last checked on", "")
    assert "Every paper could be read" not in said.text
    if surface in SEARCHES:
        hold_search(said, world)
        if surface != "feed":
            hold_stale(said.text, world)
        if surface in {"search", "hunt"}:
            assert said.code == (0 if world.looked_in else 1)
    if surface == "digest":
        hold_digest(said, world)
    if surface == "json":
        hold_facts(said.data, world, world.looked_in)
        hold_stale(said.data["concern"], world)
    everything = whole(world)
    missed = everything.missed(in_time=False)
    if surface == "status":
        hold_stale(said.text, world)
        ill = [body for body in missed if world.states[body] is not SourceState.UNKNOWN]
        for body in ill:
            assert f"source {body} is {world.states[body]}" in said.text
        concern = bool(ill or world.stale or world.disk_full or world.mail_down)
        assert (said.code, "problem: " in said.text) == (int(concern), concern)
        assert ("are free on the disk, and a run may take" in said.text) is world.disk_full
        assert ("unsent message has waited 10 hours: the mail server was lost: no route" in said.text) is (
            world.mail_down
        )
    if surface == "health":
        assert said.code == (503 if world.stale or world.disk_full else 200)
        crawled, missed = len(world.states), sum(s is not SourceState.OK for s in world.states.values())
        unread = crawled > 0 and missed / crawled > 0.25
        concerned = bool(world.stale or world.disk_full or world.mail_down or unread)
        assert (said.data["status"] != "ok") is concerned
        hold_facts(said.data["searched"], everything, world.papers)
        assert said.data["machine"]["queue"]["waiting"] == int(world.mail_down)
    if surface == "coverage":
        hold_stale(said.text, world)
        held = sum(paper.pages for paper in world.papers)
        assert f"{counted(len(world.papers), 'paper')} ({counted(held, 'page')}) held in total" in said.text
        assert not missed or missed_words(everything, missed, in_time=False) in said.text
        assert ("There is no problem with any source" in said.text) is bool(world.states and not missed)


def test_every_cell_of_the_table_says_what_is_true(tmp_path, capsys, monkeypatch):
    wrong, cells = [], 0
    for number, (name, world) in enumerate(WORLDS.items()):
        with monkeypatch.context() as patch, built(tmp_path / str(number), world, patch) as app:
            surfaces = Surfaces(app, world, capsys)
            for surface in SURFACES:
                said = getattr(surfaces, surface)()
                cells += 1
                try:
                    hold(surface, said, world)
                except (AssertionError, ValueError, KeyError) as fault:
                    wrong.append(f"{name}, {surface}: {str(fault)[:700]}\n    said: {said.text[:900]}")
    with capsys.disabled():
        print(f"\ntruth table: {cells} cells, {cells - len(wrong)} right")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("name", WORLDS)
def test_the_worlds_differ_from_each_other(name):
    assert [other for other, world in WORLDS.items() if world == WORLDS[name]] == [name]
