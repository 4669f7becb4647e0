"""What is installed elsewhere: one package under one name, which finds its own parts and brings its data."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from crawler.config import CrawlConfig

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PARTS = ("alerts", "cli", "crawler", "extractors", "pipeline", "storage", "web")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder as an installer leaves it: the wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    [wheel] = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_nothing_of_a_common_name_stands_at_the_top(installed):
    """Another package's `web` or `cli` in the same environment would be overwritten, or overwrite ours."""
    assert {path.name for path in installed.iterdir()} == {"paperwatch", f"paperwatch-{VERSION}.dist-info"}


def test_every_file_of_data_is_in_the_wheel(installed):
    """Templates, concepts, source lines, the demo's prose, migrations: all that the checkout has, by name."""
    kept = subprocess.run(
        ["git", "ls-files", *PARTS], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    app = installed / "paperwatch" / "_app"
    assert [name for name in kept if (ROOT / name).exists() and not (app / name).exists()] == []


def test_an_installed_program_runs_on_its_own_parts(installed, tmp_path):
    code = "import paperwatch, cli; print(cli.__file__, flush=True); paperwatch.main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "concepts", "test", "--data", tmp_path],
        env=os.environ | {"PYTHONPATH": str(installed)}, cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.splitlines()[0], done.stdout.splitlines()[-1]
    assert Path(first).is_relative_to(installed), "not those of the checkout"
    assert "0 examples are wrong" in last


def test_there_is_one_version():
    """That of pyproject.toml: the robot says it to sites, and the changelog has its heading."""
    assert CrawlConfig().user_agent == f"Paperwatch/{VERSION}"
    assert f"\n## [{VERSION}] - 20" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
