"""What crashes.py kills, for the folder that is named to it. Apart: a child has to load all of its module."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from cli.app.context import App


def main() -> None:
    """Flag, tell and send; says when it begins."""
    app = App(Path(sys.argv[1]), makes_archive=True)
    app.validate_files()
    _ = app.archive
    print("ready", flush=True)
    app.flag(lambda *_: None)
    app.tell(datetime(2026, 11, 16, 7, tzinfo=UTC))
    app.deliver()
    os._exit(0)
