"""Who left a subject out: who said it, who had papers and did not, and nothing of what was not read."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from cli.app.context import App
from cli.main import call
from pipeline import stages
from pipeline.areas.left_out import (
    Stance,
    area_summary,
    row_sentence,
)
from pipeline.errors import ConfigError, PaperwatchError, QueryError
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.query import parse
from pipeline.matching.subject import subject_of
from pipeline.model import Body, Cadence, MeetingStatus, PageMethod, PageText, WatchList
from pipeline.ports import Reading
from pipeline.views import Results
from storage.archive import open_archive
from storage.reports import left_out as reports_of_areas
from storage.subscribers.watch_lists import from_json
from tests.helpers.archives import TODAY, crawl, keep, meeting, source
from tests.helpers.web_archive import PAYMENT

if TYPE_CHECKING:
    from email.message import EmailMessage

AREA = ["a-trust", "b-trust", "c-council", "d-trust", "e-council", "f-trust", "g-trust"]
SAID = "The board considered the whole population payment for the place."
ELSE = "Members noted a verbal report on car parking at the main hospital in town."


def fill(archive) -> None:
    """A board's area in November 2026: a body for each thing that may be known of one."""
    catalogue = archive.catalogue
    catalogue.keep_bodies(
        [
            Body(id="x-icb", name="NHS X ICB", kind="icb"),
            Body(id="y-icb", name="NHS Y ICB", kind="icb"),
            Body(
                id="old-trust",
                name="Old Trust",
                kind="trust",
                until=date(2026, 3, 31),
                successors=("b-trust",),
            ),
            Body(id="b-trust", name="B Trust", kind="trust"),
        ]
    )
    catalogue.keep_areas({"x-icb": AREA, "y-icb": ["z-trust"]})
    keep(archive, [ELSE, SAID], source_id="a-trust", key="a1")
    keep(archive, [SAID], source_id="a-trust", key="a2", content=b"the same words in another paper")
    keep(archive, [SAID], source_id="old-trust", key="o1", content=b"the forerunner's")
    keep(archive, [ELSE], source_id="c-council", key="c1", content=b"c")
    unread = crawl(archive, b"a page that is a picture", source_id="c-council", key="c2")
    archive.texts.store(
        Reading(
            sha256=unread,
            pages=(
                PageText(number=1, text=ELSE, method=PageMethod.TEXT_LAYER, extractor="x/1"),
                PageText(number=2, text="", method=PageMethod.NONE, extractor="x/1"),
            ),
            extractor="x",
            media_type="application/pdf",
            version="1",
        )
    )
    crawl(archive, b"nobody has read this", source_id="d-trust", key="d1")
    crawl(archive, b"locked", source_id="c-council", key="c3")
    run = catalogue.begin(
        [source(each) for each in ("c-council", "e-council", "f-trust", "x-icb", "z-trust")], TODAY
    )
    catalogue.record_meeting(run, meeting("e-council", starts_on=date(2026, 10, 30)))
    catalogue.record_meeting(run, meeting("f-trust"))
    catalogue.record_meeting(run, meeting("c-council", "without-papers"))
    catalogue.record_meeting(run, meeting("x-icb", status=MeetingStatus.CANCELLED))
    keep(archive, [SAID], source_id="z-trust", key="z1", content=b"of another area")
    stages.flag(archive.texts, archive.mentions, ConceptMatcher([PAYMENT]))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    fill(open_archive(folder))
    return folder


@pytest.fixture(scope="module")
def archive(data):
    return open_archive(data)


ASKED = {"concept": {"concept": PAYMENT.id}, "search": {"query": parse('"whole population payment"')}}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_each_body_has_its_row_and_its_denominator(archive, asked):
    found = archive.reports.left_out("x-icb", "2026-11", subject="Payment", **asked)
    assert [(row.body, row.stance) for row in found.bodies] == [
        ("a-trust", Stance.SAID),
        ("b-trust", Stance.SAID),
        ("c-council", Stance.NOT_SAID),
        ("d-trust", Stance.NOT_READ),
        ("f-trust", Stance.NOT_READ),
        ("e-council", Stance.NO_PAPERS),
        ("x-icb", Stance.NO_PAPERS),
        ("g-trust", Stance.NOT_FOLLOWED),
    ]
    rows = {row.body: row for row in found.bodies}
    quote = rows["a-trust"].quotes[0]
    assert [quote.snippet[start:end] for start, end in quote.marks] == ["whole population payment"]
    assert (quote.at.body, quote.at.meeting_date) == ("a-trust", date(2026, 11, 26))
    assert 2 in {each.at.page for each in rows["a-trust"].quotes}
    assert rows["b-trust"].quotes[0].at.body == "old-trust"  # what it took over
    council = rows["c-council"]
    assert (council.papers_read, council.papers_not_read) == (2, 1)
    assert (council.pages_read, council.pages_not_read) == (2, 1)
    assert row_sentence(council) == (
        "Not said: 2 papers with 2 pages read, 1 page and 1 paper not read; no paper of 1 of 2 meetings read."
    )
    assert (
        row_sentence(rows["d-trust"])
        == "None of their papers was read (1 meeting; 1 paper listed, none read)."
    )
    assert row_sentence(rows["f-trust"]) == "None of their papers was read (1 meeting; no paper seen)."
    assert area_summary(found) == (
        "2 of 8 bodies said it; 1 did not in the papers we read, 1 of them read only in part; "
        "of 2 no paper was read; of 2 we know of no meeting or paper; 1 is not followed."
    )


def test_a_body_whose_lines_are_switched_off_is_not_followed(archive):
    archive.catalogue.keep_switched_off(["e-council"])
    found = archive.reports.left_out("x-icb", "2026-11", subject="Payment", **ASKED["concept"])
    archive.catalogue.keep_switched_off([])
    assert {row.body: row.stance for row in found.bodies}["e-council"] is Stance.NOT_FOLLOWED
    assert "2 are not followed" in area_summary(found)


def test_another_month_is_another_answer(archive):
    found = archive.reports.left_out("x-icb", "2026-10", subject="Payment", concept=PAYMENT.id)
    assert {row.body for row in found.bodies if row.stance is Stance.NOT_READ} == {"e-council"}
    assert found.stances[Stance.SAID] == found.stances[Stance.NOT_SAID] == 0


def test_what_cannot_be_asked(archive):
    with pytest.raises(ConfigError, match="no area 'nowhere'; there are: x-icb, y-icb"):
        archive.reports.left_out("nowhere", "2026-11", subject="", concept=PAYMENT.id)
    with pytest.raises(ValueError, match="no month"):
        archive.reports.left_out("x-icb", "2026-13", subject="", concept=PAYMENT.id)
    with pytest.raises(QueryError, match="leave after: out"):
        subject_of("payment after:2026-01-01", {})


def test_the_command_says_the_same_in_every_form(data, capsys):
    asked = ["left-out", '"whole population payment"', "--area=x-icb", "--month=2026-11", f"--data={data}"]
    assert call([*asked, "--format=json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert call([*asked, "--format=csv"]) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["body"], row["stance"]) for row in rows] == [(row["body"], row["stance"]) for row in table]
    assert call(asked) == 0
    shown = capsys.readouterr()
    assert "2 of 8 bodies said it" in shown.err
    assert "c-council" in shown.out.lower()
    assert call([*asked[:3], "--month=soon", asked[-1]]) == 2
    assert "is no month" in capsys.readouterr().err


# ---- in a digest


def told(app, moment) -> list[EmailMessage]:
    """The digests of a moment."""
    before = set((app.data / "outbox").glob("*.eml"))
    app.tell(moment)
    app.deliver()
    new = sorted(set((app.data / "outbox").glob("*.eml")) - before)
    return [message_from_bytes(each.read_bytes(), policy=policy.default) for each in new]


def test_a_list_that_asks_hears_once_of_each_month_that_ended(tmp_path):
    app = App(tmp_path, makes_archive=True)
    fill(app.archive)
    (tmp_path / "concepts").mkdir()
    watch = WatchList(query='"whole population payment"', area="x-icb")
    app.archive.readers.subscribe(
        "r@example.org",
        channel="mail",
        cadence=Cadence.WEEKLY,
        confirmed_at=datetime(2026, 11, 16, tzinfo=UTC),
        watch_lists=[watch],
    )
    assert app.archive.readers.subscribers()[0].watch_lists[0].area == "x-icb"
    november, december = datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert told(app, november) == []
    (mail,) = told(app, december)
    page = mail.get_body(("html",)).get_content()
    assert (
        page.index("Who left it out</h2>") < page.index("2 of 8 bodies said it") < page.index("What we read")
    )
    text = mail.get_body(("plain",)).get_content()
    assert "WHO LEFT IT OUT" in text
    assert "2 of 8 bodies said it; 1 did not in the papers we read, 1 of them" in " ".join(text.split())
    assert "C-Council: Not said: 2 papers with 2 pages read" in " ".join(text.split())
    assert "None of their papers was read" in text
    assert told(app, december + timedelta(days=8)) == []
    (mail,) = told(app, datetime(2027, 1, 4, 7, tzinfo=UTC))
    assert mail["Subject"] == 'Who left it out in December 2026: "whole population payment"'
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert "0 of 8 bodies said it; of 7 we know of no meeting or paper; 1 is not followed." in text
    # No run until March: both months are told of, and a table that cannot be made is said.
    app.archive.catalogue.keep_areas({"y-icb": ["z-trust"]})
    (mail,) = told(app, datetime(2027, 3, 8, 7, tzinfo=UTC))
    assert mail["Subject"].startswith("Who left it out in January 2027 and February 2027: ")
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert text.count("We could not look this up: its area is no longer in our list.") == 2


@pytest.mark.parametrize(
    ("watch", "said_of_it"),
    [
        (WatchList(area="nowhere", query="payment"), "there is no area 'nowhere'"),
        (WatchList(area="west-yorkshire-icb"), "choose a topic or search words"),
        (WatchList(area="west-yorkshire-icb", query="payment body:leeds"), "leave body: out"),
    ],
)
def test_a_list_that_cannot_ask(tmp_path, watch, said_of_it):
    with pytest.raises(PaperwatchError, match=said_of_it):
        App(tmp_path, makes_archive=True).readers.checked(watch)


def test_who_signed_up_before_there_were_areas_named_none():
    asked = {"name": "", "concepts": [], "query": "x", "bodies": [], "kinds": [], "note": ""}
    assert from_json(asked).area == ""


def test_all_bodies_of_an_area_share_one_budget_of_time(monkeypatch):
    """Not one each: an area of twenty would take as long as twenty searches."""
    clock, given = [0.0], []

    class Slow:
        def look(self, _query, _limit, seconds):
            given.append(seconds)
            clock[0] += 1.5
            return Results()

    monkeypatch.setattr(reports_of_areas, "monotonic", lambda: clock[0])
    areas = {f"b{number}": (f"b{number}",) for number in range(8)}
    reports_of_areas.pages_answering(Slow(), areas, parse("x"), date(2026, 11, 1), date(2026, 12, 1))
    most = reports_of_areas.SECONDS
    assert given == [max(0.0, most - 1.5 * number) for number in range(8)]
