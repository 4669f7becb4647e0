"""Installed as the documents say, in fresh environments: from the wheel, and by the Containerfile."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTAINERFILE = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")


def ran(*words: object, **more: object) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    ran(sys.executable, "-m", "sphinx", "-q", "-b", "html", "docs", "build/docs", cwd=ROOT)
    ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    [built] = folder.glob("*.whl")
    return built


def works(program: Path, data: Path) -> None:
    """The command as installed: the whole road, on the stand-in web, and its documents."""
    assert "paperwatch, version" in ran(program, "--version", cwd="/")
    assert " mentions:" in ran(program, "demo", "--no-serve", "--data", data, cwd="/")
    assert Path(ran(program, "docs", "--print", cwd="/").strip().removeprefix("file://")).is_file()


@pytest.mark.soak
@pytest.mark.parametrize("installer", ["uv tool install", "pipx install"])
def test_a_tool_installer_installs_the_wheel(installer, wheel, tmp_path):
    words = shlex.split(installer)
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    place = {
        "UV_TOOL_DIR": tmp_path / "tools", "UV_TOOL_BIN_DIR": tmp_path / "bin",
        "PIPX_HOME": tmp_path / "pipx", "PIPX_BIN_DIR": tmp_path / "bin", "PIPX_MAN_DIR": tmp_path / "man",
    }  # fmt: skip
    ran(*words, wheel, env=os.environ | {name: str(path) for name, path in place.items()})
    works(tmp_path / "bin" / "paperwatch", tmp_path / "data")


@pytest.mark.soak
def test_the_steps_of_the_containerfile_make_a_program_that_runs(tmp_path):
    """The first stage, with folders of our own in place of the image's."""
    source = tmp_path / "src"
    ran("git", "clone", "-q", ROOT, source)
    stage = CONTAINERFILE.split("\nFROM ")[1]
    for step in re.findall(r"^RUN (.*)$", stage, re.MULTILINE):
        command = step.replace("/opt/paperwatch", str(tmp_path / "opt")).replace(
            "python -m venv", f"{sys.executable} -m venv"
        )
        ran("bash", "-c", command, cwd=source)
    assert "paperwatch, version" in ran(tmp_path / "opt" / "bin" / "paperwatch", "--version", cwd="/")
