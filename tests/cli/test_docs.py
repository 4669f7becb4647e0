"""The documentation says what is so: every command, setting, platform and file it names exists, and back."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import click
import pytest

from alerts.channels.table import CHANNELS
from cli.main import paperwatch
from crawler.lines.registry import Line
from crawler.platforms import PLATFORMS
from pipeline.model import SourceState

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()


def commands(group=paperwatch, prefix=""):
    for name, command in group.commands.items():
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")


@pytest.mark.parametrize("name", [name for name, _ in commands() if " " not in name])
def test_every_command_is_in_the_readme(name):
    assert re.search(rf"`[^`]*\b{name}\b[^`]*`", README)


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_has_help(name, command):
    assert command.help, name


def test_every_command_that_the_documents_show_exists():
    known = dict(commands())
    shown = set(re.findall(r"paperwatch ([a-z]+(?: [a-z]+)?)", README + CONTRIBUTING))
    wrong = {words for words in shown if words not in known and words.split()[0] not in known}
    assert wrong == set()


def test_every_setting_of_the_readme_is_one():
    from cli.app.config import convert

    block = re.search(r"```toml\n(\[crawl\].*?)```", README, re.DOTALL)
    import tomllib

    convert(tomllib.loads(block.group(1)), Path("README.md"), block.group(1))


def test_every_channel_is_named_in_the_readme():
    assert [name for name in CHANNELS if f'"{name}"' not in README] == []


def test_every_state_of_a_source_is_explained():
    table = README[README.index("A source is in one of these states") :]
    told = {
        state for row in re.findall(r"^\| ([a-z, ]+) \|", table, re.MULTILINE) for state in row.split(", ")
    }
    assert {state.value for state in SourceState} - {"unknown"} <= told


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
    assert {key for key in Line.__struct_fields__ if f"`{key}`" not in common} == set()


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_link_to_a_file_leads_somewhere(document):
    links = re.findall(r"\]\((?!http)([^)#]+)", (ROOT / document).read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []
