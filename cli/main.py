"""`paperwatch`: reads its words, calls the house, and turns every error into a sentence and an exit code."""

from __future__ import annotations

import errno
import gc
import sys
import traceback

import click

from cli.commands import COMMANDS
from cli.commands.options import Group, root_data_option
from cli.exits import Exit
from cli.terminal import note
from pipeline.errors import Busy, ConfigError, PaperwatchError, QueryError, StorageError

LOCKED = "database is locked"  # SQLite's words, which know not by whom
DAMAGED = ("disk image is malformed", "file is not a database")  # SQLite's words

HELP = """Watches the papers of the English health service and says what is in them.

\b
In a hurry:
  paperwatch demo                      see it work, with no network
  paperwatch init                      set up an archive of your own
  paperwatch run                       crawl, extract, flag, notify, and end: what cron runs
  paperwatch search '"whole population payment"'
  paperwatch serve                     the archive as a web page
  paperwatch status                    what is held, and what is wrong

\b
Exit codes: 0 all well; 1 finished, but something is wrong with a source, paper or message (named on
stderr); 2 the call or the configuration is wrong; 3 another run holds the lock; 4 not finished: the
disk, the database or the whole network stopped it.
"""

paperwatch = Group(
    "paperwatch",
    help=HELP,
    params=[root_data_option()],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    commands=COMMANDS,  # type: ignore[bad-argument-type] - click asks for one to write in, and only reads
)
click.version_option(package_name="paperwatch")(paperwatch)


def main() -> None:
    """The console script."""
    code = call(sys.argv[1:])
    gc.freeze()  # else Python looks through all it has once more before it goes: as long as a search takes
    sys.exit(code)


def call(arguments: list[str]) -> int:  # noqa: PLR0911 - an exit code for each way to end
    """Run one command; returns its exit code. Every error of ours is one clear sentence on stderr."""
    try:
        return paperwatch.main(arguments, prog_name="paperwatch", standalone_mode=False) or Exit.ALL_WELL
    except PaperwatchError as error:
        note(error.with_caret() if isinstance(error, QueryError) else f"paperwatch: {error}")
        if LOCKED in str(error):
            note("Another process has been writing to it all the while; `paperwatch status` names a run.")
        if any(words in str(error) for words in DAMAGED):
            note(
                "Stop every Paperwatch and bring the database back from a copy: "
                "`paperwatch docs`, Back up and restore."
            )
        return _code(error)
    except click.ClickException as error:
        error.show()
        return Exit.WRONG_CALL
    except (KeyboardInterrupt, click.Abort):
        note("paperwatch: stopped; finished work is kept, and the next run continues from there")
        return Exit.INTERRUPTED
    except SystemExit:  # as click and rich leave where the reader of our output has gone (`| head`)
        return Exit.ALL_WELL
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            note("paperwatch: the disk is full: make room and run it again; whatever was finished is kept")
        else:
            note(f"paperwatch: {error.strerror}: {error.filename or ''}".rstrip(": "))
        return Exit.NOT_FINISHED
    except Exception:  # noqa: BLE001 - the last place where a fault of ours can be named as one
        traceback.print_exc()
        note("paperwatch: this is a fault of the program, not of yours; nothing that was stored is lost")
        return Exit.OUR_FAULT


def _code(error: PaperwatchError) -> int:
    match error:
        case ConfigError() | QueryError():
            return Exit.WRONG_CALL
        case Busy():
            return Exit.BUSY
        case StorageError():
            return Exit.NOT_FINISHED
        case _:
            return Exit.NOT_ALL_WELL
