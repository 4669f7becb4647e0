"""The documentation says what is so: every command, setting, platform and file it names exists, and back."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import click
import pytest

from alerts.channels.table import CHANNELS
from cli.app.config import Config, convert
from cli.commands import docs
from cli.exits import Exit
from cli.main import call, paperwatch
from crawler.lines.registry import LineKeys
from crawler.platforms import PLATFORMS
from pipeline.health import remedies, run_state
from pipeline.model import SourceState
from tests.helpers.documents import pages
from web.data import openapi

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in pages()}
README = PAGES["README.md"]
EVERYTHING = "\n".join(PAGES.values())
PROBLEMS = PAGES["docs/howto/problems.md"]


def commands(group=paperwatch, prefix=""):
    for name, command in group.commands.items():
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")


@pytest.mark.parametrize("name", [name for name, _ in commands() if " " not in name])
def test_every_command_is_in_a_document_that_somebody_wrote(name):
    assert re.search(rf"paperwatch {name}\b|`{name}\b", EVERYTHING)


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_has_help(name, command):
    assert command.help, name


def test_every_command_that_the_documents_show_exists():
    known = dict(commands())
    shown = set(re.findall(r"paperwatch ([a-z]+(?:-[a-z]+)*(?: [a-z]+)?)(?![a-z/])", EVERYTHING))
    wrong = {words for words in shown if words not in known and words.split()[0] not in known}
    assert wrong == set()


def test_every_setting_of_the_readme_is_one():
    block = re.search(r"```toml\n(\[crawl\].*?)```", README, re.DOTALL)
    convert(tomllib.loads(block.group(1)), Path("README.md"), block.group(1))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (page, block)
        for page, text in PAGES.items()
        for block in re.findall(r"```toml\n(# <data>/paperwatch\.toml.*?)```", text, re.DOTALL)
    ],
)
def test_every_setting_of_a_recipe_is_one(page, text):
    convert(tomllib.loads(text), Path(page), text)


def test_every_channel_is_named_in_the_readme():
    assert [name for name in CHANNELS if f'"{name}"' not in README] == []


def test_every_state_of_a_source_is_explained():
    table = PROBLEMS[PROBLEMS.index("A source is in one of these states") :]
    told = {
        state for row in re.findall(r"^\| ([a-z, ]+) \|", table, re.MULTILINE) for state in row.split(", ")
    }
    assert {state.value for state in SourceState} - {"unknown"} <= told


def test_what_helps_is_what_status_says():
    """One table in the code; the page repeats it, for whoever reads before anything is wrong."""
    every = remedies.SOURCES | remedies.WHOLE
    rows = [f"| {kind} | {remedy.means} | {remedy.helps} |" for kind, remedy in every.items()]
    assert [row for row in rows if row not in PROBLEMS] == []
    assert {*SourceState} - remedies.SOURCES.keys() == run_state.WELL


def test_every_key_of_a_source_line_is_in_one_table():
    """All keys with their platforms, and nothing that is none; a default that is one word is the code's."""
    table = (ROOT / "crawler" / "sources" / "README.md").read_text()
    common, _, own = table.partition("| Platform | Key |")
    rows = re.findall(r"^\| ([^|`]+) \| `([a-z_]+)` \| ([^|]*)\|", own, re.MULTILINE)
    told = {
        (platform, key): default.strip() for names, key, default in rows for platform in names.split(", ")
    }
    options = {
        (platform, field.name): field.default
        for platform, module in PLATFORMS.items()
        for field in dataclasses.fields(module.Options)
    }
    assert told.keys() == options.keys()
    assert len(told) == sum(len(names.split(", ")) for names, _, _ in rows), "each key once"
    for key, default in options.items():
        if isinstance(default, str | int) and default:
            assert told[key].lower() == str(default).lower(), key
    assert {key for key in LineKeys.__struct_fields__ if f"`{key}`" not in common} == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page):
    """The reference is read out of the code when the documents are built: its pages count as there."""
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", PAGES[page])
    there = {f"docs/reference/{name}.md" for name in reference.PAGES}
    targets = {link: (ROOT / page).parent.joinpath(link).resolve() for link in links}
    wrong = [
        link
        for link, path in targets.items()
        if not path.exists() and path.relative_to(ROOT).as_posix() not in there
    ]
    assert wrong == []


# What the pages of the reference are made from: whoever reads a checkout has no pages.
MADE_FROM = {
    "commands": "cli/commands", "settings": "cli/app/config.py", "exit-codes": "cli/exits.py",
    "source-keys": "crawler/sources/README.md", "concept-form": "pipeline/matching/concepts.py",
    "json": "web/data/openapi.py",
}  # fmt: skip


def test_a_link_to_the_reference_says_where_a_checkout_has_it():
    assert MADE_FROM.keys() == reference.PAGES.keys()
    links = [
        (page, name)
        for page, text in PAGES.items()
        for name in re.findall(r"\]\(\.\./reference/([a-z-]+)\.md", text)
    ]
    assert [link for link in links if f"`{MADE_FROM[link[1]]}`" not in PAGES[link[0]]] == []
    assert [path for path in MADE_FROM.values() if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (page, textwrap.dedent(code))
        for page, text in PAGES.items()
        for code in re.findall(r"^ *```python\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    ],
)
def test_an_example_in_python_passes_what_a_contribution_must(page, code):
    where = ["--stdin-filename", ROOT / "crawler" / "platforms" / "my_platform.py", "-"]
    for check in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *check, *where],
            input=code, capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == 0, f"{page}: {done.stdout}{done.stderr}"


def test_the_tests_that_are_named_are_there():
    named = re.findall(r"tests/[\w/]+\.(?:py|md)\b", PAGES["CONTRIBUTING.md"])
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_reference_has_every_command_setting_and_record():
    written = {name: page() for name, page in reference.PAGES.items()}
    assert [name for name, _ in commands() if f"## {name}\n" not in written["commands"]] == []
    keys = [
        key for table in Config.__struct_fields__ for key in type(getattr(Config(), table)).__struct_fields__
    ]
    assert [
        key for key in keys if f"`{key}`" not in written["settings"] and key not in {"smtp", "bounces"}
    ] == []
    assert "## [alerts.smtp]" in written["settings"]
    assert "## [alerts.bounces]" in written["settings"]
    assert all(f"| {code.value} |" in written["exit-codes"] for code in Exit)
    assert all(f"`{name}`" in written["source-keys"] for name in PLATFORMS)
    assert all(f"### `{path}`" in written["json"] for path in openapi.ROUTES)
    assert "label = " in written["concept-form"]


def test_the_documents_build_without_a_warning_and_load_nothing_from_elsewhere(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", ROOT / "docs", tmp_path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    built = list(tmp_path.rglob("*.html"))
    assert len(built) > len(PAGES)
    loads = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*(?:src|href)=["'](?:https?:)?//[^"']+""")
    assert [path.name for path in built if loads.search(path.read_text(encoding="utf-8"))] == []
    styles = [path for path in tmp_path.rglob("*.css") if "url(http" in path.read_text(encoding="utf-8")]
    assert styles == []


def test_docs_prints_where_they_are_or_how_to_make_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs, "PLACES", (tmp_path / "nowhere", tmp_path))
    assert call(["docs", "--print"]) == Exit.WRONG_CALL
    assert "make docs" in capsys.readouterr().err
    (tmp_path / "index.html").touch()
    assert call(["docs", "--print"]) == Exit.ALL_WELL
    assert capsys.readouterr().out.strip() == (tmp_path / "index.html").as_uri()


def test_every_test_that_stands_for_a_fault_is_there():
    named = re.findall(r"`(test_\w+)`", (ROOT / "tests/soak/FAULTS.md").read_text(encoding="utf-8"))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)", tests))
    assert [name for name in named if name not in there] == []
