"""Recall, precision and frugality of the council platforms, against generated councils whose truth is known.

A small world, in the real process, over real sockets; `python -m tests.bench.bench_recrawl` prints the same
figures for 40 committees with 400 meetings and 4,000 papers. `PAPERWATCH_FIGURES=1 pytest -s` prints these.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import pairwise

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from storage.archive import open_archive
from tests.councils import figures
from tests.councils.crawling import crawl, holding, overlaps, sites
from tests.councils.serving import HANG_UP, Reply
from tests.councils.world import PLANS, TODAY, Plan, Quirk, file_of, world

MOST_MEMORY = 200 * 2**20
ROUNDING = 1e-6  # seconds
MOST_AGAIN = {"no validators": 0.05, "validators": 0.02}


class Run:
    """One day: what the crawl said, what is held after it, and what should be."""

    def __init__(self, data, made, sources, day):
        self.crawled = crawl(data, made, sources, today=TODAY + timedelta(days=day))
        self.held = holding(data)
        self.due = figures.truth(made.councils)

    @property
    def reports(self):
        return self.crawled.reports

    def differences(self, *left_out):
        return figures.differences(self.due, self.held, left_out)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A first crawl, a second on the next day on which nothing is new, and a third after a lively night."""
    data = tmp_path_factory.mktemp("councils")
    councils = world(seed=3, committees=len(PLANS), reports=(4, 7), every=42)
    with sites(councils) as made:
        sources = made.sources()
        runs = {"councils": councils, "first": Run(data, made, sources, 0)}
        runs["second"] = Run(data, made, sources, 1)
        runs["night"] = lively_night(data, {each.id: each for each in councils})
        made.instead = {
            "lund": on_head(Reply(headers={"Content-Length": "7"})),
            "brook": on_head(Reply(status=HANG_UP)),
        }
        runs["third"] = Run(data, made, sources, 2)
        runs["changes"] = open_archive(data).reports.changes(since=TODAY + timedelta(days=1))
    return runs


def on_head(reply):
    return lambda method, target: reply if method == "HEAD" else None


def lively_night(data, councils):
    """What happens to papers between the second and the third run; answers them by what it was."""

    def papered(council, *, near):
        found = [each for each in councils[council].watched() if each.items]
        lively = [each for each in found if -12 <= (each.on - TODAY).days <= 9]
        return (lively if near else [each for each in found if each not in lively])[0]

    def pack(council, *, near):
        meeting = papered(council, near=near)
        return next(file_of(meeting, each) for each in meeting.printed if each.suffix == 10)

    done = {
        "another length, near its meeting": ("ings", pack("ings", near=True)),
        "the same length, with a validator": ("dene", pack("dene", near=False)),
        "the same length, not compared for days, no HEAD": ("keld", pack("keld", near=True)),
        "the same length, not compared for a month": ("ashby", pack("ashby", near=False)),
        "another title, long after its meeting": ("holt", pack("holt", near=False)),
    }
    for what, (council, file) in done.items():
        councils[council].replace(file, 5000 if "another length" in what else None)
    meeting = papered("holt", near=False)
    councils["holt"].change(
        meeting,
        printed=tuple(
            replace(each, title="Agenda reports pack (corrected)") if each.suffix == 10 else each
            for each in meeting.printed
        ),
    )
    with open_archive(data).database.writing() as connection:
        connection.execute(
            text("UPDATE revisions SET checked_at = :then WHERE document_id IN"
                 " (SELECT id FROM documents WHERE source_id IN ('ashby', 'keld'))"),
            {"then": "2026-01-01 00:00:00.000000"},
        )  # fmt: skip
    # A council whose listing loses most of its rows, and one that takes a single meeting down.
    councils["fosse"].meetings = [each for each in councils["fosse"].meetings if not each.items]
    marsh = councils["marsh"]
    marsh.meetings.remove(next(each for each in marsh.watched() if not each.items))
    return done


@pytest.mark.parametrize("day", ["first", "second"])
def test_all_meetings_papers_and_texts_are_found_and_nothing_else(runs, day):
    due = runs[day].due
    assert runs[day].differences() == {}
    assert len({council for council, *_ in due.meetings}) == len(PLANS) >= 8
    assert len(due.papers) > 200


def test_the_councils_have_all_their_quirks(runs):
    assert {quirk for council in runs["councils"] for quirk in council.plan.quirks} == set(Quirk)
    statuses = {status for *_, status in runs["first"].due.meetings}
    assert statuses == {"scheduled", "cancelled", "moved"}
    assert any(not paper.sha256 for paper in runs["first"].due.papers), "papers kept from the public"


def test_every_source_is_well_and_says_what_it_could_not_have(runs):
    reports = runs["first"].reports
    assert {report["state"] for name, report in reports.items() if name != "carr"} == {"ok"}
    assert reports["carr"]["state"] == "partly"
    assert "read by half" in reports["carr"]["reason"], "packs cannot be had where pages are refused"
    assert "has expired" in reports["lund"]["problems"][-1]
    assert "Cloudflare" in reports["carr"]["problems"][0]
    assert "expected XML with this root of committees" in reports["brook"]["problems"][0]


def test_a_wall_before_the_pages_is_knocked_at_twice_and_then_left(runs):
    refused = [each for each in runs["second"].crawled.asked if each.council == "carr" and each.status == 403]
    assert 1 <= len(refused) <= 3  # one may have been on its way


def test_an_unchanged_crawl_moves_a_small_share_and_changes_nothing(runs, capsys):
    first, second = runs["first"].crawled, runs["second"].crawled
    if os.environ.get("PAPERWATCH_FIGURES"):
        with capsys.disabled():
            print("\n" + figures.table(runs["councils"], runs["first"].due, first, second))
    shares = figures.shares(runs["councils"], first, second)
    assert {name: share for name, share in shares.items() if share > MOST_AGAIN[name]} == {}
    assert {(report["new"], report["changed"]) for report in second.reports.values()} == {(0, 0)}
    assert runs["second"].held == runs["first"].held


@pytest.mark.parametrize("day", ["first", "second", "third"])
def test_each_host_gets_one_request_at_a_time(runs, day):
    asked = runs[day].crawled.asked
    for council in PLANS:
        assert overlaps([each for each in asked if each.council == council]) == 0


@pytest.mark.parametrize("day", ["first", "second", "third"])
def test_memory_does_not_notice_large_papers(runs, day):
    assert runs[day].crawled.peak < MOST_MEMORY
    assert any(each.size > 10_000_000 for each in runs["first"].crawled.asked)


def test_papers_replaced_in_place_are_found(runs):
    third = runs["third"]
    assert third.differences("fosse", "marsh") == {}
    found = {council: report["changed"] for council, report in third.reports.items() if report["changed"]}
    assert found == dict.fromkeys((council for council, _ in runs["night"].values()), 1)


def test_what_changed_on_two_days_is_named_and_nothing_else(runs):
    """On the first of them nothing did; fosse's list was cut short, and nothing of it is called withdrawn."""
    told = [(change.kind, change.source, change.what) for change in runs["changes"] if change.kind != "late"]
    titled, _ = runs["night"]["another title, long after its meeting"]
    due = [("replaced", council, "paper") for council, _ in runs["night"].values()]
    assert sorted(told) == sorted([*due, ("renamed", titled, "paper"), ("withdrawn", "marsh", "meeting")])


def test_a_head_that_says_something_odd_changes_nothing(runs):
    asked = runs["third"].crawled.asked
    lund = {(each.method, each.path) for each in asked if each.council == "lund"}
    looked = {path for method, path in lund if method == "HEAD"}
    assert looked
    assert {path for method, path in lund if method == "GET"} >= looked, (
        "another length is fetched to be sure"
    )
    brook = {each.path for each in asked if each.council == "brook" and each.method == "HEAD"}
    assert 1 <= len(brook) <= 2, "who hangs up is asked no more; one may have been on its way"
    assert {runs["third"].reports[name]["state"] for name in ("lund", "brook")} == {"ok"}


def test_a_shrunken_listing_is_suspect_and_withdraws_nothing(runs):
    before, after = (
        {paper for paper in runs[day].held.papers if paper.council == "fosse"} for day in ("first", "third")
    )
    report = runs["third"].reports["fosse"]
    assert report["state"] in {"suspect", "broken"}
    assert "usually there are" in report["reason"]
    assert before == after
    assert {m for m in runs["third"].held.meetings if m[0] == "fosse" and m[-1] == "withdrawn"} == set()


def test_a_meeting_that_a_good_run_no_longer_lists_is_withdrawn(runs):
    assert runs["third"].reports["marsh"]["state"] == "ok"
    withdrawn = [meeting for meeting in runs["third"].held.meetings if meeting[-1] == "withdrawn"]
    assert [meeting[0] for meeting in withdrawn] == ["marsh"]


def test_many_councils_on_one_host_share_its_pace(tmp_path):
    plans = {f"c{number:02}": Plan(platform="moderngov", mount=f"/c{number:02}") for number in range(10)}
    councils = world(seed=5, committees=10, reports=(1, 1), every=28, large=0, plans=plans)
    pace = 0.03
    with sites(councils, one_host=True) as made:
        lines = [
            replace(line, window=replace(line.window, back=1, ahead=3)) for line in made.sources(delay=pace)
        ]
        done = crawl(tmp_path, made, lines)
    assert {report["state"] for report in done.reports.values()} <= {"ok", "empty"}
    assert {each.council for each in done.asked} >= set(plans)
    assert overlaps(done.asked) == 0
    (turns,) = done.turns.values()
    assert len(turns) == len(done.asked)
    assert min(later - earlier for earlier, later in pairwise(turns)) >= pace - ROUNDING


HTML = {"Content-Type": "text/html"}
WALL = Reply(body=b"<html><head><title>Just a moment...</title></head><body></body></html>", headers=HTML)
LOGIN = Reply(body=b"<!DOCTYPE html><html><body><form>Sign in</form></body></html>", headers=HTML)
MODERNGOV = Plan(platform="moderngov")
SERVICE = Plan(platform="moderngov", options={"road": "service"})
PACK = b"%PDF-1.7\n" + bytes(40 * 2**20)


def at(part, reply):
    """An answer of its own to every address with `part` in it."""
    return lambda method, target: reply if part in target and target != "/robots.txt" else None


def edited(council, part, old, new):
    """The site's own answer with some of it put otherwise."""

    def answer(method, target):
        from tests.councils import moderngov

        if part not in target:
            return None
        reply = moderngov.answer(council, target, "")
        return replace(reply, body=new(reply.body) if callable(new) else reply.body.replace(old, new))

    return answer


def cut(body):
    return body[: len(body) // 2]


def robots(reply):
    return lambda method, target: reply if target == "/robots.txt" else None


# A fault, the state it ends in, and words of its reason or its problems.
FAULTS = {
    "wall": (MODERNGOV, lambda c: at("", WALL), "blocked", "Cloudflare is in the way (200)"),
    "cmis-wall": (Plan(platform="cmis"), lambda c: at("", WALL), "blocked", "Cloudflare"),
    "barred": (MODERNGOV, lambda c: at("", Reply(status=403)), "blocked", "refuses us (403)"),
    "disallowed": (
        MODERNGOV,
        lambda c: robots(Reply(body=b"User-agent: *\nDisallow: /")),
        "refused",
        "robots.txt disallows",
    ),
    "robots-time-out": (
        MODERNGOV,
        lambda c: robots(Reply(wait=4.0)),
        "unreachable",
        "robots.txt could not be read: no answer in time",
    ),
    "loop": (
        MODERNGOV,
        lambda c: at("", Reply(status=302, headers={"Location": "/"})),
        "unreachable",
        "redirect loop",
    ),
    "cut": (SERVICE, lambda c: edited(c, "GetMeetings", b"", cut), "broken", "XML that is cut"),
    "html-for-xml": (
        SERVICE,
        lambda c: at("GetMeetings", LOGIN),
        "broken",
        "expected XML with this root of getmeetings",
    ),
    "cut-with-another-way": (MODERNGOV, lambda c: edited(c, "GetMeetings", b"", cut), "ok", "ieListMeetings"),
    "no-such-page": (MODERNGOV, lambda c: at("", LOGIN), "broken", "expected exactly 1 of #modgov"),
    "login-for-papers": (MODERNGOV, lambda c: at("/documents/s", LOGIN), "ok", "not what its link says"),
    "odd-dates": (
        SERVICE,
        lambda c: edited(c, "/GetMeeting", b"<meetingdate>", b"<meetingdate>31/02/2026 was "),
        "ok",
        "",
    ),
    "no-dates": (
        Plan(platform="moderngov", options={"road": "html"}),
        lambda c: edited(c, "ie", b"", lambda body: body.replace(b"2026", b"").replace(b"2027", b"")),
        "ok",
        "",
    ),
    "file-for-page": (
        replace(MODERNGOV, quirks=frozenset({Quirk.CHOICE_PAGES})),
        lambda c: at("mgChooseDocPack", Reply(body=PACK, headers={"Content-Type": "application/pdf"})),
        "ok",
        "",
    ),
    "chain-broken": (MODERNGOV, lambda c: None, "unreachable", "CERTIFICATE_VERIFY_FAILED"),
    "chain-excepted": (MODERNGOV, lambda c: None, "ok", ""),
    "chain-whole": (MODERNGOV, lambda c: None, "ok", ""),
    "well": (MODERNGOV, lambda c: None, "ok", ""),
}


@pytest.fixture(scope="module")
def bad_day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad-day")
    trusted, whole, broken = chain(tmp_path_factory.mktemp("certificates"))
    plans = {name: plan for name, (plan, *_) in FAULTS.items()}
    councils = world(seed=7, committees=len(plans), reports=(1, 2), every=56, large=0, plans=plans)
    tls = {"chain-broken": broken, "chain-excepted": broken, "chain-whole": whole}
    with sites(councils, tls=tls) as made:
        for council in councils:
            made.instead[council.id] = FAULTS[council.id][1](council) or (lambda method, target: None)
        lines = [
            replace(line, insecure_tls=line.id == "chain-excepted") for line in made.sources(timeout=2.0)
        ]
        done = crawl(folder, made, lines, trusted=trusted)
    return done, holding(folder), figures.truth(councils), folder


def chain(folder):
    """An authority to believe in, and servers that send their whole chain and only its end."""

    def certificate(name, key, issuer, signer, *, ca):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        return (
            x509.CertificateBuilder(issuer or subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
            )
            .sign(signer, hashes.SHA256())
        )

    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    root = certificate("root", keys[0], None, keys[0], ca=True)
    between = certificate("between", keys[1], root.subject, keys[0], ca=True)
    leaf = certificate("127.0.0.1", keys[2], between.subject, keys[1], ca=False)
    pem = {name: each.public_bytes(Encoding.PEM) for name, each in
           (("root", root), ("between", between), ("leaf", leaf))}  # fmt: skip
    pem["key"] = keys[2].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    contexts = []
    for name, parts in (("whole", ("leaf", "between", "key")), ("broken", ("leaf", "key"))):
        path = folder / name
        path.write_bytes(b"".join(pem[part] for part in parts))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        contexts.append(context)
    (folder / "root").write_bytes(pem["root"])
    return folder / "root", *contexts


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_a_named_state_and_the_others_finish(bad_day, name):
    _, _, state, words = FAULTS[name]
    report = bad_day[0].reports[name]
    said = " ".join((report["reason"], *report["problems"]))
    assert (report["state"], words in said) == (state, True), report


def test_a_source_that_is_well_beside_faults_misses_nothing(bad_day):
    _, held, due, _ = bad_day
    well = {"well", "chain-whole", "chain-excepted", "cut-with-another-way", "file-for-page"}
    others = [name for name in FAULTS if name not in well]
    assert figures.differences(due, held, [*others, "file-for-page"]) == {}


def test_dates_that_do_not_exist_leave_a_meeting_without_one(bad_day):
    with open_archive(bad_day[3]).database.reading() as connection:
        rows = connection.execute(text("SELECT source_id, starts_on FROM meetings")).all()
    assert {on for source, on in rows if source in {"odd-dates", "no-dates"}} == {None}
    assert {source for source, _ in rows} >= {"odd-dates", "no-dates"}


def test_a_paper_that_is_a_login_page_is_listed_and_not_held(bad_day):
    held = {paper.title for paper in bad_day[1].papers if paper.council == "login-for-papers"}
    due = {paper.title for paper in bad_day[2].papers if paper.council == "login-for-papers"}
    assert {"Agenda reports pack", "Agenda frontsheet"} <= held < due


def test_a_file_behind_a_page_is_kept_on_disk_and_out_of_memory(bad_day):
    done, *_, folder = bad_day
    with open_archive(folder).database.reading() as connection:
        sizes = connection.execute(text("SELECT max(size) FROM files")).scalar_one()
    assert sizes == len(PACK)
    assert done.peak < MOST_MEMORY
