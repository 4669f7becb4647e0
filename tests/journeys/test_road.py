"""The whole road: from the stand-in web to hits, e-mails and answers, against the truth it was built from."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from email import policy
from email.parser import BytesParser
from itertools import pairwise

import bagit
import pytest
from sqlalchemy import text

from cli.demo.standin import StandIn
from storage.archive import open_archive
from tests.helpers.demo_run import bodies, paperwatch, path_of, prepare, run_words

# Every hit with every paper that ever held it: the truth knows replaced papers too.
HITS = text("""
    SELECT DISTINCT hits.id, documents.id, sources.body_id, documents.url, hits.page, hits.concept_id
    FROM hits JOIN revisions USING (sha256) JOIN documents ON documents.id = revisions.document_id
    JOIN sources ON sources.id = documents.source_id
""")
TOLD = text("""
    SELECT DISTINCT ledger.concept_id, ledger.passage FROM ledger
    JOIN subscribers ON subscribers.id = ledger.subscriber_id WHERE subscribers.address = 'all@example.org'
""")


class Day:
    """What the house held after one day's run."""

    def __init__(self, data, standin, done):
        self.data, self.done = data, done
        self.truth, self.expected = standin.truth(), standin.papers()
        self.bodies = bodies(standin)
        archive = open_archive(data)
        with archive.database.reading() as connection:
            self.hits = connection.execute(HITS).all()
            self.told = connection.execute(TOLD).all()
        self.papers = archive.reports.papers()
        self.meetings = archive.reports.meetings()
        self.health = archive.reports.health()
        self.mail = {
            path.name: BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            for path in sorted((data / "outbox").glob("*.eml"))
        }


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """Two days of the stand-in web, and a second run of the second that finds nothing new."""
    data = tmp_path_factory.mktemp("road") / "data"
    with StandIn() as standin:
        prepare(data, standin)
        days = {}
        for name, day in ((1, 1), (2, 2), ("again", 2)):
            standin.day = day
            days[name] = Day(data, standin, paperwatch(data, *run_words(standin)))
        days["requests"] = standin.requests
    return days


@pytest.mark.parametrize("day", [1, 2, "again"])
def test_a_run_ends_well_with_a_short_account(days, day):
    done = days[day].done
    assert (done.returncode, done.stderr) == (0, "")
    said = [line.split()[0] for line in done.stdout.splitlines()]
    # What has pictures of words is read twice, the second time with OCR.
    assert list(dict.fromkeys(said)) == ["Crawled", "Read", "Flagged", "Sent"]


@pytest.mark.parametrize("day", [1, 2, "again"])
def test_every_planted_mention_is_found_on_its_page_and_nothing_else(days, day):
    known_as = {
        (paper.body, path_of(url)): path_of(paper.url)
        for paper in days[day].expected
        for url in (paper.url, *paper.also_at)
    }
    planted = Counter((m.body, path_of(m.url), m.page, m.concept) for m in days[day].truth)
    found = Counter(
        (body, known_as.get((body, path_of(url)), url), page, concept)
        for _, _, body, url, page, concept in days[day].hits
    )
    assert {"missed": planted - found, "invented": found - planted} == {"missed": {}, "invented": {}}
    assert sum(planted.values()) > 100


@pytest.mark.parametrize("day", [1, 2])
def test_every_paper_is_in_its_state(days, day):
    held = {(row.body, row.title, row.meeting_date): row.state for row in days[day].papers}
    expected = {
        (paper.body, paper.title, paper.meeting_date): paper.state.value for paper in days[day].expected
    }
    assert {key: held.get(key) for key in expected} == expected


def test_the_second_day_shows_new_replaced_and_withdrawn_papers_and_a_cancelled_meeting(days):
    first, second = days[1], days[2]
    assert len(second.papers) > len(first.papers)
    assert sum(row.revisions == 2 for row in second.papers) >= 2
    assert [row.state for row in second.papers].count("withdrawn") == 1
    cancelled = [[row.status for row in day.meetings].count("cancelled") for day in (first, second)]
    assert cancelled == [1, 2]


def test_running_again_changes_nothing_and_tells_nobody(days):
    assert days["again"].papers == days[2].papers
    assert days["again"].hits == days[2].hits
    assert days["again"].mail.keys() == days[2].mail.keys()


def test_the_readers_are_told_once(days):
    first, second = days[1].mail, days[2].mail
    assert len(first) == 2
    assert second.keys() > first.keys()
    assert len({message["Message-ID"] for message in second.values()}) == len(second)


def test_the_same_passage_in_a_pack_and_on_its_own_and_on_two_sites_is_told_once(days):
    (message,) = [m for m in days[1].mail.values() if m["To"] == "all@example.org"]
    words = message.get_body(("plain",)).get_content()
    passages = {mention.passage for mention in days[1].truth}
    assert len(passages) < len(days[1].truth)
    told = days[1].told
    assert len({passage for _, passage in told}) >= len(passages)
    # Fewer are to be read: words that say two things watched for are quoted once.
    new = int(re.search(r"(\d+) new passages in", words)[1])
    assert 60 < new < len(told)
    assert f" · {new - 1} more from " in message["Subject"]
    assert "Also in:" in words


def test_every_source_is_well(days):
    assert {row.id: row.state for row in days["again"].health} == dict.fromkeys(days[1].bodies, "ok")


def test_one_request_at_a_time_for_each_host_and_never_into_a_disallowed_path(days):
    for body in days[1].bodies:
        requests = sorted((r for r in days["requests"] if r.body == body), key=lambda r: r.started)
        assert all(a.finished <= b.started for a, b in pairwise(requests))
        assert all("Paperwatch" in r.user_agent for r in requests)
        assert not any(r.path.startswith("/private/") for r in requests)


def test_search_answers_with_page_level_proof(days):
    done = paperwatch(
        days[1].data, "search", '"whole population annual payment"', "--limit", "0", "--format", "json"
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    wanted = {
        (m.body, m.page)
        for m in days["again"].truth
        if m.wording.casefold() == "whole population annual payment"
    }
    assert wanted <= {(answer["body"], answer["page"]) for answer in answers}
    keys = [
        "body",
        "source",
        "document",
        "meeting_date",
        "title",
        "url",
        "page",
        "snippet",
        "sha256",
        "captured_at",
        "concepts",
    ]
    assert all(list(answer)[: len(keys)] == keys for answer in answers)
    assert all("population-payment" in answer["concepts"] for answer in answers)


def test_what_the_road_kept_stands_as_its_log_says(days):
    done = paperwatch(days["again"].data, "log", "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("The archive matches its log of ")


def test_every_digest_is_a_witness_of_the_log(days):
    log = open_archive(days["again"].data).log
    digests = list(days["again"].mail.values())
    assert digests
    for mail in digests:
        for kind in ("plain", "html"):
            said = mail.get_body((kind,)).get_content()
            size, root = re.search(r"root is\s+([0-9]+):([0-9a-f]{64})\.", said).groups()
            assert log.root_at(int(size)).hex() == root


def test_a_stranger_checks_a_pack_of_papers_of_several_platforms(days, tmp_path):
    pack = tmp_path / "pack.zip"
    asked = '"whole population payment" OR "integrated health organisation"'
    done = paperwatch(days["again"].data, "evidence", asked, "--out", str(pack))
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(pack) as packed:
        packed.extractall(tmp_path)
    [bag] = [path for path in tmp_path.iterdir() if path.is_dir()]
    platforms = {json.loads(path.read_text())["source"]["platform"] for path in bag.rglob("body.json")}
    assert {"moderngov", "papers_page"} <= platforms
    versions = [json.loads(path.read_text()) for path in bag.rglob("versions/*.json")]
    assert all(version["capture"]["answers"] for version in versions)
    assert bagit.Bag(str(bag)).validate()
    (tmp_path / "empty").mkdir()
    program = shutil.copy(bag / "verify.py", tmp_path / "empty")
    command = [sys.executable, "-I", "-S", program, str(bag)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path / "empty")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "FAILED" not in checked.stdout
