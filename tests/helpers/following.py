"""Doing what a page of the documents says, line by line, on a small archive and the stand-in web."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from importlib.metadata import metadata
from typing import TYPE_CHECKING

import click
from reportlab.pdfgen.canvas import Canvas

from cli.main import call, paperwatch
from storage.archive import open_archive
from tests.helpers import commands
from tests.helpers.archives import TODAY, keep
from tests.helpers.documents import ROOT, Command, File, pages, steps, why_not_run
from tests.helpers.live_site import live_site

if TYPE_CHECKING:
    from pathlib import Path

    from cli.demo.standin import StandIn

WITH_STEPS = [path for path in pages() if any(isinstance(step, Command) for step in steps(path))]
TO_THE_WEB = re.compile(
    r"(run|crawl|sources (check|detect)|serve)\b"
)  # as cron would: in a process of its own
EXTRA = re.compile(r"pip install 'paperwatch\[(\w+)\]'")  # here all are installed
EXTRAS = metadata("paperwatch").get_all("Provides-Extra")
PIPED = re.compile(r'echo "(?P<said>[^"]*)" \| paperwatch (?P<words>[^|>]*)')
CAMPAIGN = "linfold-campaign"
SERVED = "http://127.0.0.1:8000"
TEXT = [
    "The whole population payment was noted. The urgent treatment centre will close on 4 January 2027.",
    "A consultation on the capitated budget. The subsidiary company reports to the board.",
]


def keep_archive(data: Path, standin: StandIn) -> None:
    """A small archive of one body, whose source line leads to the smallest site of the stand-in web."""
    archive = open_archive(data)
    keep(archive, TEXT, source_id="leeds", title="Board papers")
    archive.catalogue.end(1)
    archive.catalogue.keep_areas({"west-yorkshire-icb": ["leeds"]})
    assert call(["--data", str(data), "flag"]) == 0
    for folder in ("sources", "concepts"):
        (data / folder).mkdir()
    line = f'name = "Leeds", kind = "council", delay = 0.02, url = "{standin.address(CAMPAIGN)}/feed/"'
    (data / "sources" / "feed.toml").write_text(f"leeds = {{ {line} }}\n")
    (data / "paperwatch.toml").write_text("[crawl]\nretries = 0\n")
    (data / "bodies.toml").touch()


def lay_out(folder: Path, kept: Path) -> Path:
    """A checkout, the files that pages speak of, and an archive; returns the archive's folder."""
    shutil.copytree(kept, folder / "data")
    (folder / "paperwatch").symlink_to(ROOT)
    (folder / "deploy").symlink_to(ROOT / "deploy")
    canvas = Canvas(str(folder / "board-papers.pdf"))
    canvas.drawString(72, 700, "The community hospital will close.")
    canvas.save()
    (folder / "scans").mkdir()
    with zipfile.ZipFile(folder / "scans" / "pack.zip", "w") as pack:
        pack.writestr("note.txt", "The cottage hospital.")
    return folder / "data"


def environment(data: Path) -> dict[str, str]:
    return {
        "PAPERWATCH_DATA": str(data),
        "PAPERWATCH_ALERTS_CHANNEL": "folder",  # no page sends mail to anybody
        "BROWSER": "true",  # opens nothing, and is content
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }


class Reader:
    def __init__(self, data: Path, standin: StandIn) -> None:
        self.data = data
        self.hosts = {
            "https://democracy.my-council.example": f"{standin.address('marlshire')}/moderngov",
            "https://blog.my-campaign.example": standin.address(CAMPAIGN),
        }

    def does(self, step: Command | File, *, goes_to_the_web: bool) -> tuple[int, str]:
        """Do one step; returns the exit code and what it said."""
        if isinstance(step, File):
            (self.data / step.path).write_text(self.here(step.text))
            return 0, ""
        words = self.here(step.words)
        if not re.fullmatch(r"paperwatch [^|>]*", words):
            return in_a_shell(words)
        arguments = shlex.split(os.path.expandvars(words))[1:]
        if TO_THE_WEB.match(" ".join(arguments)):
            if goes_to_the_web:
                return self.to_the_web(arguments)
            parsed(arguments)
            return 0, ""
        return call(arguments), ""

    def to_the_web(self, arguments: list[str]) -> tuple[int, str]:
        """A command that would go to the web goes to the stand-in for it, on a day of its own."""
        if arguments[0] == "serve":
            return self.served([sys.executable, "-m", "paperwatch", *arguments, "--port", "0"])
        if arguments[0] in {"run", "crawl"} and arguments[-1].startswith(("run", "crawl", "-")):
            arguments.append("leeds")  # not all of the country
        done = commands.run([*arguments, "--today", TODAY.isoformat()])
        return done.returncode, done.stderr

    def served(self, command: list[str]) -> tuple[int, str]:
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as started:
            said = started.stderr.readline()
            started.terminate()
        return (0 if "http://127.0.0.1" in said else 1), said

    def here(self, text: str) -> str:
        for host, address in self.hosts.items():
            text = text.replace(host, address)
        return text.replace("1234", self.newest()).removeprefix(".venv/bin/")

    def newest(self) -> str:
        with sqlite3.connect(self.data / "archive.sqlite3") as archive:
            return str(archive.execute("SELECT max(id) FROM documents").fetchone()[0])


def in_a_shell(words: str) -> tuple[int, str]:
    """What is not of ours alone, by bash. An extra is looked up: pip takes long to say that it is there."""
    if extra := EXTRA.fullmatch(words):
        return (0 if extra[1] in EXTRAS else 1), f"there is no extra {extra[1]!r}"
    if piped := PIPED.fullmatch(words):
        done = commands.run(shlex.split(piped["words"]), stdin=f"{piped['said']}\n")
    else:
        done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def parsed(arguments: list[str]) -> None:
    """Held to be a call that the command takes, without making it. Raises click.UsageError."""
    command, context = paperwatch, click.Context(paperwatch, info_name="paperwatch")
    while isinstance(command, click.Group):
        name, command, arguments = command.resolve_command(context, arguments)
        context = click.Context(command, info_name=name, parent=context)
    command.parse_args(context, arguments)


def follow(page: Path, reader: Reader, *, goes_to_the_web: bool) -> None:
    with ExitStack() as open_:
        if SERVED in page.read_text():
            reader.hosts[SERVED] = open_.enter_context(live_site(reader.data, TODAY))
        for step in steps(page):
            if isinstance(step, Command) and (step.as_root or why_not_run(step)):
                assert why_not_run(step), f"{step.words}: a command for root needs its reason"
                continue
            code, said = reader.does(step, goes_to_the_web=goes_to_the_web)
            assert code in {0, 1}, f"{step}: {said}"  # 1: not all is well, as `status` says of a new archive
            assert "Traceback" not in said
