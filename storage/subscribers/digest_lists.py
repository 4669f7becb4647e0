"""What a digest tells other than mentions, kept with its message so that its page on the web has all of it.

Meetings, papers and changes are kept as their numbers and shown as the archive has them now: what is withheld
or removed since is not shown again, and is counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from pipeline.changes import ChangeRow
from pipeline.digest_order import other_changes, what_is_ahead
from pipeline.model import Account, Ahead, AreaNote  # noqa: TC001 - msgspec reads the types
from pipeline.ports import ToldLists
from storage.reports import changes, meetings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from pipeline.model import Digest

MOST = 1_000  # lines of a list that are kept; the rest is counted


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of what is ahead, by its number."""

    meeting: int = 0
    document: int = 0  # the consultation whose last day it is
    mentions: int = 0
    change: int = 0  # of a meeting


class _Lists(msgspec.Struct, frozen=True):
    ahead: list[_Line]
    changes: list[int]
    more_ahead: int
    more_changes: int
    account: Account
    left_out: list[AreaNote]


def kept_lists(digest: Digest) -> dict[str, Any]:
    """What is kept of a digest's lists, for `lists`."""
    ahead, changed = what_is_ahead(digest), other_changes(digest)
    return msgspec.to_builtins(
        _Lists(
            ahead=[_line(each) for each in ahead[:MOST]],
            changes=[change.id for change in changed[:MOST]],
            more_ahead=len(ahead[MOST:]),
            more_changes=len(changed[MOST:]),
            account=digest.account,
            left_out=[replace(note, lines=()) for note in digest.left_out],  # its table has them
        )
    )


def _line(each: Ahead | ChangeRow) -> _Line:
    if isinstance(each, ChangeRow):
        return _Line(change=each.id)
    return _Line(meeting=each.id, document=each.document, mentions=each.mentions)


def lists(connection: Connection, kept: dict[str, Any]) -> ToldLists:
    """Returns the lists as they can be shown now, each line in its place."""
    found = msgspec.convert(kept, _Lists)
    wanted = [*found.changes, *(line.change for line in found.ahead if line.change)]
    noted = {change.id: change for change in changes.changes_by_number(connection, wanted)}
    days = {
        (each.id, each.document): each
        for each in meetings.ahead_by_number(
            connection, [line.meeting for line in found.ahead], [line.document for line in found.ahead]
        )
    }
    ahead = [
        noted.get(line.change) if line.change else _as_told(days.get((line.meeting, line.document)), line)
        for line in found.ahead
    ]
    changed = [noted.get(number) for number in found.changes]
    return ToldLists(
        ahead=tuple(filter(None, ahead)),
        changes=tuple(filter(None, changed)),
        more_ahead=found.more_ahead,
        more_changes=found.more_changes,
        gone_ahead=_missing(ahead),
        gone_changes=_missing(changed),
        account=found.account,
        left_out=tuple(found.left_out),
    )


def _as_told(each: Ahead | None, line: _Line) -> Ahead | None:
    return replace(each, mentions=line.mentions) if each else None


def _missing(lines: Sequence[object]) -> int:
    return sum(line is None for line in lines)
