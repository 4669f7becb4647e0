"""Which lines a run reads, and that those it leaves out are followed by nobody."""

from __future__ import annotations

import json

import pytest

from cli.demo.standin import StandIn
from crawler.config import SourcesConfig
from crawler.lines.choice import switched_off
from pipeline.errors import ConfigError
from pipeline.model import Source
from storage.archive import open_archive
from tests.helpers.demo_run import paperwatch, prepare, run_words

LINES = {
    name: Source(id=name, body=body, name=name, kind=kind, platform="page", url="https://example.org/")
    for name, body, kind in (
        ("board", "board", "icb"),
        ("board-committees", "board", "icb"),
        ("trust", "trust", "trust"),
        ("town", "town", "council"),
        ("court", "court", "national"),
    )
}
AREAS = {"board": ("trust",), "other-board": ()}


@pytest.mark.parametrize(
    ("settings", "read"),
    [
        ({}, {*LINES}),
        ({"off": ("court",)}, {*LINES} - {"court"}),
        ({"areas": ("board",)}, {"board", "board-committees", "trust"}),
        ({"only": ("town",)}, {"town"}),
        (
            {"areas": ("board",), "kinds": ("national",), "off": ("trust",)},
            {"board", "board-committees", "court"},
        ),
    ],
)
def test_what_a_run_reads(settings, read):
    assert {*LINES} - switched_off(SourcesConfig(**settings), LINES, AREAS) == read


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"only": ("twon",)}, "only: 'twon' is not known, did you mean 'town'"),
        ({"off": ("x",)}, "off: 'x' is not known"),
        ({"areas": ("other-board",)}, "leaves nothing to read"),
        ({"only": ("town",), "off": ("town",)}, "leaves nothing to read"),
        ({"areas": ("town",)}, "areas: 'town' is not known"),
        ({"kinds": ("boards",)}, "kinds: 'boards' is not known"),
    ],
)
def test_a_wrong_choice_is_said(settings, said):
    with pytest.raises(ConfigError, match=r"^\[sources\] ") as refused:
        switched_off(SourcesConfig(**settings), LINES, AREAS)
    assert said in str(refused.value)


def test_a_line_that_is_switched_off_is_not_asked_and_not_counted(tmp_path):
    with StandIn() as standin:
        prepare(tmp_path, standin)
        ours = run_words(standin)[1:-2]
        settings = tmp_path / "paperwatch.toml"
        before = settings.read_text()

        def run(off):
            settings.write_text(f"{before}[sources]\nonly = {json.dumps(ours)}\noff = {json.dumps(off)}\n")
            done = paperwatch(tmp_path, "crawl", "--today", standin.today.isoformat())
            assert done.returncode == 0, done.stderr
            reports = open_archive(tmp_path).reports
            return done.stdout, {row.id: row.state for row in reports.health()}, reports.account().sources

        said, _, every = run([])
        assert f"Crawled {len(ours)} sources" in said
        said, states, fewer = run(["marlshire"])
        assert f"Crawled {len(ours) - 1} sources" in said
        assert (states["marlshire"], fewer) == ("off", every - 1)
        listed = paperwatch(tmp_path, "sources", "list", "--state", "off", "--format", "json").stdout
        assert '"id":"marlshire"' in listed.replace(" ", "")
        assert run([])[1]["marlshire"] == "ok"
