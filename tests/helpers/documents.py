"""The documents of the project, as a reader who follows them takes them: files and commands in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# <data>/(\S+)\n")


@dataclass(frozen=True, slots=True)
class Command:
    """A line that a page tells its reader to enter."""

    words: str
    as_root: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file of the data folder that a page tells its reader to write."""

    path: str
    text: str


def pages() -> list[Path]:
    """Every document that is kept, and none that is generated."""
    written = [path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "reference"]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(written)]


def steps(page: Path) -> Iterator[Command | File]:
    """What a page has its reader do: the lines of `console` blocks and the files that `toml` blocks name."""
    for indent, language, block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        text = re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)
        if language == "console":
            for line in text.splitlines():
                yield Command(re.sub(r"\s+# .*", "", line[2:]), as_root=line.startswith("# "))
        elif language == "toml" and (named := _FILE.match(text)):
            yield File(named.group(1), text)


# What no test may do, or another does, each with its reason.
NOT_RUN = {
    r"git (clone|pull)": "fetches the project itself",
    r"make (demo|test|setup|docs|wheel)\b.*": "is what runs this, or has a test of its own",
    r"(useradd|systemctl|crontab|apt-get|install|cp deploy/\*).*": "changes the machine",
    r"podman .*": "needs a builder of containers: test_deploy runs the steps of the file",
    r"(uv tool|pipx) install .*|\.venv/bin/python -m pip .*": "installs: soak/test_install_soak does",
    r"dask scheduler .*|paperwatch worker .*": "goes on until it is stopped: test_cluster has both",
    r"paperwatch db copy --papers .*": "needs a store of objects: storage/test_blobs has one",
    r"uvx .*": "fetches a program of others",
    r"paperwatch init": "wants a folder without settings: test_init has one",
    r"paperwatch docs.*": "opens what `make docs` builds: test_docs builds it",
    r"sudo .*": "changes the machine",
    r"paperwatch db copy --to postgresql.*": "needs a server: tests/storage/on_postgres has one",
    r"paperwatch concepts adopt .*": "wants a name that a radar found: test_radar has one",
}


def why_not_run(command: Command) -> str:
    """The reason for which a command is not run, or nothing."""
    return next((why for words, why in NOT_RUN.items() if re.match(words, command.words)), "")
