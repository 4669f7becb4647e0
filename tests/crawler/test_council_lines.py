"""The lines of the councils: all of them, each once, and each watching the committees that are known."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from crawler.lines import registry
from crawler.platforms import PLATFORMS
from crawler.platforms.shared.committees import Committee, named_by
from pipeline.errors import ConfigError
from pipeline.model import SourceState
from tests.helpers.fakes import crawl, sites, source

SOURCES = registry.load(None)
COUNCILS = {name: line for name, line in SOURCES.items() if line.kind == "council"}
JOINT = {name: line for name, line in SOURCES.items() if line.kind == "joint-committee"}
WATCHED_JOINT = [line for line in JOINT.values() if line.platform != "manual"]
REGIONS = {
    "East Midlands", "East of England", "London", "North East", "North West", "South East", "South West",
    "West Midlands", "Yorkshire and The Humber",
}  # fmt: skip
# Councils that were only ever seen on http.
ON_HTTP = {"cheshire-west-and-chester", "hillingdon", "isles-of-scilly", "rutland"}


def watches(line, *names: str) -> bool:
    options = PLATFORMS[line.platform].Options(**line.options)
    listed = [Committee(id=str(number), name=name) for number, name in enumerate(names, 10**6)]
    return len(replace(options, ids=()).choose(listed).watched) == len(names)


def test_every_upper_tier_council_has_a_line():
    """At least: a contributor's council is one line, and no number here to change."""
    by_hand = [line for line in COUNCILS.values() if line.codes.get("gss") and line.platform == "manual"]
    assert len(by_hand) <= 5
    codes = [line.codes["gss"] for line in COUNCILS.values() if "gss" in line.codes]
    assert all(re.fullmatch(r"E(?:06|08|09|10)0000\d\d", code) for code in codes)
    assert len(set(codes)) == len(codes) >= 153


def test_a_strategic_authority_is_followed_by_its_scrutiny():
    """They take on health duties; the committees that look into them are called scrutiny alone."""
    authorities = [line for line in SOURCES.values() if line.kind == "strategic-authority"]
    assert authorities
    for line in authorities:
        assert re.fullmatch(r"E470000\d\d", line.codes["gss"])
        assert watches(line, "Overview and Scrutiny Committee") or watches(line, "Scrutiny Committee")


def test_every_joint_committee_has_a_line():
    assert len(WATCHED_JOINT) >= 12
    assert len(JOINT) >= 17
    assert all(line.note for line in JOINT.values() if line.platform == "manual")


@pytest.mark.parametrize("platform", ["moderngov", "cmis", "manual"])
def test_lines_stand_in_order(platform):
    table = tomllib.loads((registry.SHIPPED / f"{platform}.toml").read_text(encoding="utf-8"))
    assert list(table) == sorted(table)
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", name) for name in table)


@pytest.mark.parametrize("line", [*COUNCILS.values(), *JOINT.values()], ids=lambda line: line.id)
def test_a_line_says_what_a_reader_and_the_crawl_need(line):
    assert line.region in REGIONS
    assert line.name == " ".join(line.name.split())
    assert line.insecure_tls is False
    assert 1 <= line.delay <= 5
    assert line.timeout >= (120 if line.platform == "cmis" else 60)
    assert len(line.note) <= 160
    if line.platform == "manual":
        assert line.note
        return
    assert urlsplit(line.url).scheme == ("http" if line.id in ON_HTTP else "https")
    assert line.url.endswith("/")
    assert not urlsplit(line.url).query
    if line.kind == "council" and not named_by(line.options):
        assert watches(line, "Health and Wellbeing Board")
        assert watches(line, "Health Scrutiny Committee")
    assert not watches(line, "Health and Safety Panel")
    assert not watches(line, "Planning Committee")


@pytest.mark.parametrize("joint", WATCHED_JOINT, ids=lambda line: line.id)
def test_a_joint_committee_is_watched_by_its_own_line_and_not_by_its_host_too(joint):
    hosts = [line for line in COUNCILS.values() if line.url == joint.url and not named_by(line.options)]
    assert len(hosts) == 1
    assert watches(joint, joint.name)
    assert not watches(hosts[0], joint.name)
    for other in (
        "Health and Wellbeing Board",
        "Health Scrutiny Committee",
        "Adult Care and Health Committee",
    ):
        assert not watches(joint, other)


RENAMINGS = (
    "{area} Joint Health Scrutiny Committee",
    "{area} Joint Health and Social Care Overview and Scrutiny Committee",
    "{area} and Beyond Joint Health Scrutiny Committee",
    "{area} JHOSC",
    "{area} Joint HOSC",
    "Joint Health Overview and Scrutiny Committee ({area})",
    "Joint Health and Care Scrutiny Committee for {area}",
    "{area} Health Scrutiny Committee",
    "{area} Integrated Care Partnership",
)


@pytest.mark.parametrize("joint", WATCHED_JOINT, ids=lambda line: line.id)
def test_whatever_a_joint_committee_is_called_next_one_line_of_its_site_watches_it(joint):
    here = [line for line in SOURCES.values() if line.platform == "moderngov" and line.url == joint.url]
    area = joint.name.partition(" Joint")[0]
    for form in RENAMINGS:
        name = form.format(area=area)
        assert sum(watches(line, name) for line in here) == 1, name


def test_west_yorkshire_and_harrogate_is_no_longer_watched_by_nobody():
    assert watches(
        SOURCES["west-yorkshire-jhosc"], "West Yorkshire and Harrogate Joint Health Scrutiny Committee"
    )


def test_a_shadow_council_is_watched_by_its_own_line_and_not_by_the_council_that_houses_it():
    for name in ("East Surrey Voluntary Joint Committee", "East Surrey Shadow Authority"):
        assert watches(SOURCES["east-surrey"], name)
        assert not watches(SOURCES["west-surrey"], name)
        assert not watches(SOURCES["surrey"], name)
    assert not watches(SOURCES["east-surrey"], "Adults and Health Select Committee")
    assert watches(SOURCES["surrey"], "Adults and Health Select Committee")


def test_an_operators_own_narrower_line_is_left_its_committee_too(tmp_path):
    (tmp_path / "sources").mkdir()
    own = (
        'mine = { name = "M", url = "https://democracy.kirklees.gov.uk/", kind = "joint-committee", '
        'committees = ["^dental health scrutiny"] }'
    )
    (tmp_path / "sources" / "moderngov.toml").write_text(own, encoding="utf-8")
    lines = registry.load(tmp_path)
    assert watches(lines["mine"], "Dental Health Scrutiny Panel")
    assert not watches(lines["kirklees"], "Dental Health Scrutiny Panel")
    assert watches(SOURCES["kirklees"], "Dental Health Scrutiny Panel")


@pytest.mark.parametrize("text", ['joint = "["', 'joint = "leeds", committees = ["leeds"]'])
def test_a_wrong_area_is_refused_with_the_line(tmp_path, text):
    line = f'a = {{ name = "A", url = "https://a.example/", kind = "joint-committee", {text} }}'
    with pytest.raises(ConfigError, match=r"moderngov\.toml:1: a: .*joint: "):
        load(tmp_path, "moderngov", line)


def test_no_two_lines_watch_the_same():
    lines = [line for line in (*COUNCILS.values(), *JOINT.values()) if line.platform != "manual"]
    watched = Counter((line.url, str(sorted(line.options.items()))) for line in lines)
    assert max(watched.values()) == 1


# ---- against the facts, where they are


def rows(shared) -> list[dict[str, str]]:
    with (shared / "facts" / "councils.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def names_in(cell: str) -> list[str]:
    """The committee names of a cell of the facts, without the remarks in brackets that are no part of one."""
    bare = re.sub(r"\[[^\]]*\]|\((?!Adults, Health|\d)[^)]*\)", "", cell)
    return [name for part in bare.split(";") if (name := " ".join(part.split()))]


def test_the_lines_are_those_of_the_facts(shared):
    councils = {row["gss"]: row for row in rows(shared) if row["gss"]}
    assert set(councils) == {line.codes["gss"] for line in COUNCILS.values() if "gss" in line.codes}
    for line in COUNCILS.values():
        if "gss" not in line.codes:
            continue
        row = councils[line.codes["gss"]]
        assert line.region == row["region"], line.id
        system = row["system"].partition(" ")[0].lower()
        assert line.platform == (system if system in {"moderngov", "cmis"} else "manual"), line.id
        assert not row["base_url"] or line.url.rstrip("/") == row["base_url"].rstrip("/"), line.id
        known = re.findall(r"\d+", f"{row['hs_committee_id']} {row['hwb_committee_id']}")
        assert {str(each) for each in line.options.get("ids", ())} <= set(known), line.id


def test_the_committees_of_the_facts_are_watched(shared):
    by_code = {line.codes["gss"]: line for line in COUNCILS.values() if "gss" in line.codes}
    tried = 0
    for row in rows(shared):
        line = by_code.get(row["gss"])
        if line is None or line.platform == "manual":
            continue
        for name in names_in(row["health_scrutiny_committee"]) + names_in(row["hwb_committee"]):
            owners = [each for each in WATCHED_JOINT if each.url == line.url and watches(each, name)]
            assert watches((owners or [line])[0], name), (line.id, name)
            tried += 1
    assert tried > 60


def test_the_joint_committees_of_the_facts_are_watched(shared):
    joint = [row for row in rows(shared) if row["tier"] == "joint committee"]
    assert len(joint) == len(JOINT)
    for row in joint:
        if not row["base_url"] or "historic" in row["name"]:
            continue
        [name] = names_in(row["health_scrutiny_committee"])
        here = [line for line in WATCHED_JOINT if line.url.rstrip("/") == row["base_url"]]
        assert sum(watches(line, name) for line in here) == 1, name


# ---- what the lines need of the registry and the crawl


def load(folder, platform: str, text: str):
    (folder / f"{platform}.toml").write_text(text, encoding="utf-8")
    return registry.load(None, shipped=folder)


def test_region_and_the_exception_for_a_certificate_are_keys_of_a_line(tmp_path):
    text = 'a = { name = "A", url = "https://a.example", kind = "council"%s }'
    line = load(tmp_path, "moderngov", text % ', region = "London", insecure_tls = true')["a"]
    assert (line.region, line.insecure_tls, line.note) == ("London", True, registry.UNCHECKED)


def test_only_a_line_for_papers_added_by_hand_may_have_no_address(tmp_path):
    text = 'a = { name = "A", kind = "joint-committee" }'
    with pytest.raises(ConfigError, match="key 'url' is missing"):
        load(tmp_path, "moderngov", text)
    (tmp_path / "moderngov.toml").unlink()
    assert load(tmp_path, "manual", text)["a"].url == ""
    with pytest.raises(ConfigError, match="url: must begin with https://"):
        load(tmp_path, "manual", text.replace(" }", ', url = "" }'))


def test_a_certificate_goes_unchecked_at_the_listed_host_and_nowhere_else(tmp_path):
    with sites() as site:
        listed, unlisted, leading_away = site(), site(), site()
        for each in (listed, unlisted, leading_away):
            folder = tmp_path / each.url.rpartition(":")[2]
            folder.mkdir()
            each.lists(meetings=["m"])
            each.sign_itself(folder)
        leading_away.routes["/"] = (302, {"Location": unlisted.url + "/"}, b"")
        done = crawl(
            tmp_path / "crawl",
            [
                source("listed", listed.url + "/", insecure_tls=True),
                source("unlisted", unlisted.url + "/"),
                source("leading-away", leading_away.url + "/", insecure_tls=True),
            ],
            config={"retries": 0},
        )
    assert {name: report.state for name, report in done.reports.items()} == {
        "listed": SourceState.OK,
        "unlisted": SourceState.UNREACHABLE,
        "leading-away": SourceState.UNREACHABLE,
    }
    assert "CERTIFICATE_VERIFY_FAILED" in done.reports["leading-away"].reason
