"""Whoever waits at a terminal is told how far it is; nobody else is."""

from __future__ import annotations

import io
import os
from contextlib import suppress

from cli import progress
from pipeline import stages


def test_a_bar_for_each_stage_on_a_terminal(monkeypatch):
    ours, theirs = os.openpty()
    with open(theirs, "w") as terminal, open(ours, "rb", buffering=0) as seen:  # noqa: PTH123 - descriptors
        monkeypatch.setattr("sys.stderr", terminal)
        monkeypatch.setenv("TERM", "xterm")
        with progress.bar() as tell:
            tell("Reading", 1, 2, "a paper")
            tell("Reading", 2, 2, "another")
        terminal.close()
        said = b""
        with suppress(OSError):  # at its end
            while piece := seen.read(1 << 16):
                said += piece
    assert b"Reading" in said
    assert b"another" in said


def test_nothing_where_nobody_looks(monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with progress.bar() as tell:
        assert tell is stages.quiet
