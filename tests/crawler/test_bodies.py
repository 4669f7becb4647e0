"""Bodies and their succession: what is read, who came before whom, and that a wrong entry says where."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lines import bodies, registry
from pipeline.errors import ConfigError, PaperwatchError
from pipeline.health.run_state import after_its_end
from pipeline.model import Body, Source, SourceState
from tests.helpers.fakes import crawl, sites, source

FACTS = Path(__file__).parents[3] / "shared" / "facts"
NEW = 'new = { name = "New", kind = "icb" }\n'
OLD = 'old = { name = "Old", kind = "icb", until = 2026-03-31, successors = ["new"] }\n'


@pytest.fixture(scope="module")
def shipped():
    return bodies.load(None)


@pytest.fixture
def load(tmp_path):
    def load(text, own=None):
        (tmp_path / "bodies.toml").write_text(text, encoding="utf-8")
        data = tmp_path / "data"
        data.mkdir(exist_ok=True)
        if own is not None:
            (data / "bodies.toml").write_text(own, encoding="utf-8")
        return bodies.load(data, shipped=tmp_path / "bodies.toml")

    return load


def facts(name):
    if not (FACTS / name).exists():
        pytest.skip(f"the facts are not here: {FACTS / name}")
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_an_entry_with_every_key(load):
    text = (
        'a = { name = "A", kind = "trust", region = "Midlands", gss = "E1", ods = "R1", since = 2022-07-01, '
        'until = 2026-03-31, successors = ["new"], cluster = "c" }\n'
    )
    assert load(NEW + text)["a"] == Body(
        id="a",
        name="A",
        kind="trust",
        region="Midlands",
        codes={"gss": "E1", "ods": "R1"},
        since=date(2022, 7, 1),
        until=date(2026, 3, 31),
        successors=("new",),
        cluster="c",
    )


def test_an_operators_own_body_replaces_the_shipped_one_and_adds_others(load):
    found = load(
        NEW + OLD, own='new = { name = "Newer", kind = "icb" }\nmine = { name = "M", kind = "council" }\n'
    )
    assert {body.id: body.name for body in found.values()} == {"mine": "M", "new": "Newer", "old": "Old"}


def test_without_a_file_of_its_own_an_operator_has_the_shipped_bodies(load, tmp_path):
    assert list(load(NEW)) == ["new"]
    assert bodies.load(tmp_path / "nowhere", shipped=tmp_path / "bodies.toml").keys() == {"new"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'a = { name = "A", kind = "icb", sucessors = [] }',
            r":1: a: unknown key 'sucessors', did you mean 'succ",
        ),
        (
            NEW + '\n[a]\nname = "A"\nkind = "icb"\nuntill = 2026-03-31',
            r":6: a: unknown key 'untill', did you",
        ),
        ('a = { name = "A" }', r":1: a: key 'kind' is missing"),
        ('a = { kind = "icb" }', r":1: a: key 'name' is missing"),
        ('a = { name = "", kind = "icb" }', r":1: a: name: "),
        ('a = { name = "A", kind = "icbs" }', r":1: a: kind: no kind of body 'icbs', did you mean 'icb'"),
        ('a = { name = "A", kind = "icb", since = "2022-13-01" }', r":1: a: since: "),
        ('a = { name = "A", kind = "icb", successors = "b" }', r":1: a: successors: "),
        (NEW + OLD.replace('"new"', '"nwe"'), r":2: old: successors: no body 'nwe', did you mean 'new'"),
        (NEW + OLD.replace("until = 2026-03-31, ", ""), r":2: old: key 'until' is missing"),
        (OLD.replace('"new"', '"old"'), r":1: old: successors: it comes after itself"),
        (
            OLD + OLD.replace("old", "new").replace('["new"]', '["old"]'),
            r"comes after itself, by way of others",
        ),
        (
            'a = { name = "A", kind = "icb", since = 2026-04-01, until = 2026-03-31 }',
            r"until: 2026-03-31 is before",
        ),
        ('A_b = { name = "A", kind = "icb" }', r"an id is made of a-z, 0-9 and -"),
        ("a = 1", r"a body is `id = "),
        ("a = {", r"bodies.toml:1: "),
    ],
)
def test_a_wrong_entry_says_where_and_what(load, text, message):
    with pytest.raises(ConfigError, match=message):
        load(text)


def test_bytes_that_are_no_text_say_where(tmp_path):
    (tmp_path / "bodies.toml").write_bytes(b'a = "\xff"')
    with pytest.raises(ConfigError, match="not UTF-8 at byte 5"):
        bodies.load(None, shipped=tmp_path / "bodies.toml")


@given(st.text(max_size=200))
def test_whatever_stands_in_the_file_is_read_or_refused_in_words(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("own") / "bodies.toml"
    file.write_text(text, encoding="utf-8", errors="replace", newline="")
    said = ""
    found = {}
    try:
        found = bodies.load(None, shipped=file)
    except PaperwatchError as error:
        said = str(error)
    assert str(file) in said or (all(isinstance(body, Body) for body in found.values()) and not said)


def chain(links: list[tuple[int, int]]) -> dict[str, Body]:
    """Bodies 0 to 9; a link is from an older to a newer one."""
    successors = {number: tuple(str(b) for a, b in links if a == number) for number in range(10)}
    return {
        str(number): Body(id=str(number), name=str(number), kind="icb", successors=successors[number])
        for number in range(10)
    }


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1])))
def test_predecessors_are_all_from_whom_a_way_leads_here(links):
    known = chain(links)
    for body in known.values():
        direct = {each.id for each in known.values() if body.id in each.successors}
        expected = direct.union(*(bodies.predecessors(known, each) for each in direct))
        assert bodies.predecessors(known, body.id) == expected
        assert body.id not in expected


def test_a_body_that_is_not_listed_has_no_predecessors(shipped):
    assert bodies.predecessors(shipped, "nobody") == set()


def test_the_mergers_of_april_2026(shipped):
    before = {
        body.id: sorted(each for each in bodies.predecessors(shipped, body.id) if each.endswith("-icb"))
        for body in shipped.values()
        if body.kind == "icb" and not body.until
    }
    assert {name: olds for name, olds in before.items() if olds} == {
        "central-east-icb": [
            "bedfordshire-luton-and-milton-keynes-icb",
            "cambridgeshire-and-peterborough-icb",
            "hertfordshire-and-west-essex-icb",
        ],
        "essex-icb": [
            "hertfordshire-and-west-essex-icb",
            "mid-and-south-essex-icb",
            "suffolk-and-north-east-essex-icb",
        ],
        "norfolk-and-suffolk-icb": ["norfolk-and-waveney-icb", "suffolk-and-north-east-essex-icb"],
        "west-and-north-london-icb": ["north-central-london-icb", "north-west-london-icb"],
        "thames-valley-icb": ["buckinghamshire-oxfordshire-and-berkshire-west-icb", "frimley-icb"],
        "surrey-and-sussex-icb": ["frimley-icb", "surrey-heartlands-icb", "sussex-icb"],
        "hampshire-and-isle-of-wight-icb": ["frimley-icb"],
    }


def test_two_steps_back_stands_the_stp(shipped):
    assert "north-central-london-stp" in bodies.predecessors(shipped, "west-and-north-london-icb")


def test_every_icb_of_the_facts_is_a_body(shipped):
    codes = {body.codes["ods"]: body for body in shipped.values() if "ods" in body.codes}
    for row in facts("icbs.tsv"):
        body = codes[row["ods_code"]]
        assert (body.name, body.kind, body.codes["gss"]) == (row["name"], "icb", row["gss_code"])
        assert body.cluster == row["cluster"].lower()
        assert (body.until == date(2026, 3, 31)) == row["status"].startswith("abolished")
        if body.until:
            assert {shipped[each].codes["ods"] for each in body.successors} == set(
                row["predecessors_or_successor"].split(";")
            )


def test_successors_take_over_the_day_after(shipped):
    for body in shipped.values():
        for each in body.successors:
            since = shipped[each].since
            assert body.until
            assert since is None or since <= body.until + timedelta(days=1), f"{body.id}, {each}"
            assert shipped[each].until is None or shipped[each].until > body.until


def test_codes_belong_to_one_body_of_a_kind(shipped):
    for name in ("ods", "gss"):
        codes = [(body.kind, body.codes[name]) for body in shipped.values() if name in body.codes]
        assert len(codes) == len(set(codes))


def test_a_cluster_has_members(shipped):
    clusters = [body.cluster for body in shipped.values() if body.cluster]
    assert min(clusters.count(each) for each in clusters) >= 2


def test_a_body_and_its_line_say_the_same(shipped):
    lines = registry.load(None)
    with_line = [body for body in shipped.values() if body.id in lines]
    assert len(with_line) > 60
    for body in with_line:
        line = lines[body.id]
        assert (body.name, body.kind, body.region, body.codes) == (
            line.name.partition(":")[0],  # one line of several says which
            line.kind,
            line.region,
            line.codes,
        )


# ---- bodies that end, are planned to end, or have other names


def test_all_44_stps_have_an_entry_and_those_without_a_source_say_so(shipped):
    stps = {body.codes["gss"]: body for body in shipped.values() if body.kind == "stp"}
    assert sorted(stps) == [f"E540000{number:02}" for number in range(1, 45)]
    for row in facts("stp_to_icb.tsv"):
        body = stps[row["stp_gss_code_2017"]]
        codes = [part.split()[0] for part in row["icb_ods_2022"].split(";")]
        assert body.name == f"{row['stp_name']} STP"
        assert [shipped[each].codes["ods"] for each in body.successors] == codes
        assert bool(body.note) == ("unchanged" not in row["basis"])


def test_councils_of_every_reorganisation_since_2019_lead_to_those_that_followed(shipped):
    assert {
        body.id: body.successors for body in shipped.values() if body.kind == "council" and body.until
    } == {
        "bournemouth": ("bournemouth-christchurch-and-poole",),
        "buckinghamshire-county": ("buckinghamshire",),
        "cumbria-county": ("cumberland", "westmorland-and-furness"),
        "dorset-county": ("dorset", "bournemouth-christchurch-and-poole"),
        "northamptonshire-county": ("north-northamptonshire", "west-northamptonshire"),
        "poole": ("bournemouth-christchurch-and-poole",),
        "surrey": ("east-surrey", "west-surrey"),
    }


def test_every_county_of_two_tiers_and_every_cluster_is_known_to_be_ending(shipped):
    lines = registry.load(None)
    counties = [line.id for line in lines.values() if line.codes.get("gss", "").startswith("E10")]
    assert len(counties) == 21
    assert all(shipped[each].until or shipped[each].planned_end == date(2028, 3, 31) for each in counties)
    clustered = [body for body in shipped.values() if body.kind == "icb" and body.cluster]
    assert {body.planned_end for body in clustered} == {date(2027, 3, 31)}


def test_a_plan_beside_a_law_is_refused(load):
    text = 'a = { name = "A", kind = "council", until = 2027-03-31, planned_end = 2028-03-31 }'
    with pytest.raises(ConfigError, match="planned_end: 'until' is law"):
        load(text)


def test_a_source_knows_when_its_body_ends_and_who_follows(shipped):
    lines = bodies.with_ends(registry.load(None), shipped)
    assert lines["surrey"].until == date(2027, 3, 31)
    assert lines["surrey"].successors == ("East Surrey Council", "West Surrey Council")
    assert lines["kent"].until is None, "a plan ends nothing"
    assert lines["bristol"].until is None


SURREY = Source(
    id="surrey",
    name="Surrey",
    kind="council",
    platform="moderngov",
    url="https://surrey.example/",
    until=date(2027, 3, 31),
    successors=("East Surrey Council", "West Surrey Council"),
)


@pytest.mark.parametrize("state", [*SourceState])
def test_a_site_that_goes_with_its_body_is_no_fault_and_says_who_follows(state):
    gone = {
        SourceState.BLOCKED, SourceState.BROKEN, SourceState.EMPTY, SourceState.REFUSED,
        SourceState.SUSPECT, SourceState.UNREACHABLE,
    }  # fmt: skip
    on_the_day = after_its_end(SURREY, state, "why", date(2027, 3, 31))
    assert on_the_day == (state, "why")
    ended = (SourceState.ENDED, "ended on 31 March 2027: see East Surrey Council and West Surrey Council")
    assert after_its_end(SURREY, state, "why", date(2027, 4, 1)) == (
        ended if state in gone else (state, "why")
    )


def test_a_crawl_says_ended_and_not_unreachable(tmp_path):
    with sites() as site:
        gone = site()
        gone.routes["/"] = (503, {}, b"")
        line = replace(source("gone", gone.url + "/"), until=date(2026, 3, 31), successors=("New Council",))
        done = crawl(tmp_path, [line], config={"retries": 0})
    report = done.reports["gone"]
    assert (report.state, report.reason) == (SourceState.ENDED, "ended on 31 March 2026: see New Council")
