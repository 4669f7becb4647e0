"""The exit codes, one meaning each: what cron, systemd and scripts go by."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    ALL_WELL = 0  # all well
    NOT_ALL_WELL = 1  # finished, but some source, paper or message has a fault
    WRONG_CALL = 2  # the call or the configuration is wrong
    BUSY = 3  # another run holds the lock
    NOT_FINISHED = 4  # the disk, the database or the whole network stopped it
    OUR_FAULT = 70  # a fault of the program; nothing that was stored is lost
    INTERRUPTED = 130  # stopped with Ctrl-C; the next run goes on from there
