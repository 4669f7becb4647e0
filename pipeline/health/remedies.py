"""What helps against each kind of problem: one table for `status`, its JSON and docs/howto/problems.md."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from pipeline.model import SourceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

S = SourceState


@dataclass(frozen=True, slots=True)
class Remedy:
    """A kind of problem, as the documents describe it, and what a person may do about it."""

    means: str
    helps: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong now; `kind` is a key of one of the tables below."""

    kind: str
    what: str

    @property
    def helps(self) -> str:
        return (SOURCES.get(self.kind) or WHOLE[self.kind]).helps


SOURCES: dict[str, Remedy] = {  # by the state of a source
    S.PARTLY: Remedy(
        "much of what was in sight was left, or meetings were held and no paper of them was found",
        "do what the reason says; where it says nothing, open a meeting's page: are its papers elsewhere?",
    ),
    S.SILENT: Remedy(
        "its runs are well, but nothing has come for longer than its `every`, or ever",
        "look at the site: has it moved?",
    ),
    S.SUSPECT: Remedy(
        "far fewer papers than usual: nothing is called withdrawn on the strength of this run",
        "look at the site",
    ),
    S.BROKEN: Remedy(
        "a page that the platform does not recognise, or no paper could be fetched",
        "`paperwatch sources check ID` shows where; after a redesign the platform needs a fix",
    ),
    S.BLOCKED: Remedy(
        "the site refused us (401, 403, 429, a bot wall, a sign-in page)",
        "ask the body to let you in, or add its papers by hand: `paperwatch add`",
    ),
    S.REFUSED: Remedy(
        "the site's robots.txt says no",
        "ask the body to let you in, or add its papers by hand: `paperwatch add`",
    ),
    S.UNREACHABLE: Remedy(
        "no answer, or a server error",
        "usually passes; if not, open the address in a browser and correct the `url` of its line",
    ),
}
WHOLE: dict[str, Remedy] = {  # by what is wrong with the whole
    "files": Remedy(
        "a file of yours (concept, source line, body) cannot be read",
        "correct the file that is named: until then no run begins",
    ),
    "run": Remedy("a run was interrupted", "run it again: it goes on from there"),
    "rhythm": Remedy(
        "no run has read a source for twice `run_every_hours`",
        "run `paperwatch run` by hand: it says what stops it; then see why cron or the timer does not",
    ),
    "shards": Remedy("a shard has not crawled", "look at the machine that crawls it"),
    "disk": Remedy("less room on the disk than a run may take", "make room, or move the data folder"),
    "clock": Remedy(
        "the clock is behind what is recorded", "set the clock right: what was put off becomes due by itself"
    ),
    "queue": Remedy(
        "a message has waited for six hours", "`paperwatch notify --now` tries again and says why"
    ),
    "held": Remedy(
        "the mail server takes the message and refuses what it says", "ask whoever runs the mail server"
    ),
    "operator": Remedy("a notice to you came back", "correct `operator` under [alerts]"),
    "unread": Remedy(
        "more sources not read than `unread_share`, if there are three or more; or none at all could be read",
        "see what the sources named here say; if it is all of them, is the network or the name server down?",
    ),
    "papers": Remedy(
        "no paper for twice the longest pause so far",
        "`paperwatch sources check ID` for a few of the sources",
    ),
    "reading": Remedy(
        "papers wait to be read for two runs", "`paperwatch extract` reads them and says why not"
    ),
    "mentions": Remedy(
        "fifty papers or more say nothing of what is watched for, while others did",
        "`paperwatch concepts test`; then read one of them with `paperwatch papers show`",
    ),
    "alerts": Remedy(
        "an alert asks for a topic that is gone, or by a search that cannot be read",
        "`paperwatch subscribers list` shows which; its reader is told",
    ),
    "digests": Remedy("a reader could not be written a digest", "`paperwatch notify` tries again"),
    "keys": Remedy(
        "a key of this machine is missing, or is not the archive's",
        "put the folder `keys` back, from a backup or another machine: without it nothing is signed",
    ),
    "settings": Remedy("a variable of the environment is no setting", "correct its name, or unset it"),
    "channel": Remedy("no message could be sent", "correct [alerts] in paperwatch.toml"),
    "addresses": Remedy(
        "readers' addresses rejected our mail", "ask them for another address: `paperwatch subscribers add`"
    ),
    "unreadable": Remedy(
        "papers or pages could not be read",
        "the list names each with its reason; `paperwatch extract` tries again",
    ),
}


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """A line for each problem; after those of one kind, what helps."""
    for helps, alike in groupby(problems, key=attrgetter("helps")):
        yield from (f"problem: {problem.what}" for problem in alike)
        yield f"  what helps: {helps}"
