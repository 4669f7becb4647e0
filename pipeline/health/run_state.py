"""Did a source yield what it should? Decides the state that its run ends in: silence is never success."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.english import counted, short_day
from pipeline.health import left
from pipeline.model import SourceState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from typing import Any

    from pipeline.model import Expectation, LeftCount, Source, SourceHealth

# The states in which nobody need go and look. Every surface asks this and no list of its own.
WELL = frozenset(
    {
        SourceState.OK,
        SourceState.EMPTY,
        SourceState.MANUAL,
        SourceState.ENDED,
        SourceState.OFF,
        SourceState.UNKNOWN,
    }
)
OFF = "paperwatch.toml leaves it out"
# What a site says to us: after so long a person has seen it, and asking the site is all that is left to do.
_REFUSALS = frozenset({SourceState.REFUSED, SourceState.BLOCKED})
SETTLED = timedelta(days=7)
# Days after which a source without a rhythm of its own has to have given a paper: such bodies meet quarterly.
FIRST_PAPER = dict.fromkeys(("council", "strategic-authority", "icb", "trust"), 130)
# States that the site of a body which has ended comes to.
_GONE = {
    SourceState.BLOCKED,
    SourceState.BROKEN,
    SourceState.EMPTY,
    SourceState.REFUSED,
    SourceState.SUSPECT,
    SourceState.UNREACHABLE,
}
# With this much or less of the usual, a half-failed run is likelier than a quiet month…
SHRUNK = 0.7
# …unless so few rows are missing that one cancelled meeting explains it. So few links may be wrong, too.
FEW = 3
# From this share of unreadable pages on it is the source that fails, no longer a page of it.
TOO_MANY_FAILED = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One page or paper that gave nothing, and the state its source is in if it is not alone."""

    state: SourceState
    reason: str
    elsewhere: bool = False  # on a host that is not the source's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one run saw of one source."""

    pages: int = 0  # read and understood
    start: Failure | None = None  # the way in was shut: nothing behind it could be seen
    failed: tuple[Failure, ...] = ()  # other pages that gave nothing, and had no other way
    meetings: int = 0
    held: int = 0  # of them: their day has passed, and nobody called them off
    documents: int = 0
    papers: int = 0  # papers that came, or are still what we hold
    barred: tuple[Failure, ...] = ()  # papers that did not
    doubted: Failure | None = None  # what its platform doubts of a page that it could read
    left: tuple[LeftCount, ...] = ()  # links in sight that were not taken


def decide_state(  # noqa: PLR0911 - a truth table, read from the top
    seen: Seen, expect: Expectation, usual: int | None, options: Mapping[str, Any] | None = None
) -> tuple[SourceState, str]:
    """Returns the state, and one sentence for a person ("" where all is well).

    `usual` is the median of documents that the last good runs saw and this one should see too, None where
    there were none. `options` are the keys that the source's line has, for the remedy.
    """
    if seen.start is not None:
        return seen.start.state, seen.start.reason
    if not seen.pages:
        return SourceState.BROKEN, seen.failed[0].reason if seen.failed else "no page was read"
    if seen.failed and len(seen.failed) >= TOO_MANY_FAILED * (seen.pages + len(seen.failed)):
        return _commonest(seen.failed, f"{len(seen.failed)} of {seen.pages + len(seen.failed)} pages failed")
    concern = left.concern(seen.left, seen.documents, options or {})
    if few := _fewer_than_due(seen.documents, expect, usual):
        state, reason = few
        return state, f"{reason}; {concern}" if concern else reason
    if seen.barred and not seen.papers and (len(seen.barred) >= FEW or not _are_odd(seen.barred)):
        return _commonest(seen.barred, "no paper could be fetched")
    if seen.doubted is not None:
        return seen.doubted.state, seen.doubted.reason
    if concern:
        return SourceState.PARTLY, concern
    if seen.held and not seen.documents and not usual:
        return (
            SourceState.PARTLY,
            f"{counted(seen.held, 'meeting')} held, no papers found on {_them(seen.held)}",
        )
    if not seen.documents and not seen.meetings:
        return SourceState.EMPTY, "nothing listed, and nothing was expected"
    return SourceState.OK, ""


def after_its_end(source: Source, state: SourceState, reason: str, today: date) -> tuple[SourceState, str]:
    """The state of a source whose body may have ended: a site that goes with its body is no fault.

    Returns the state and reason given while the body exists, and while its site still gives papers.
    """
    if source.until is None or source.until >= today or state not in _GONE:
        return state, reason
    others = " and ".join(source.successors)
    return SourceState.ENDED, f"ended on {short_day(source.until)}{f': see {others}' if others else ''}"


def is_settled(source: SourceHealth, now: datetime) -> bool:
    """Whether a site has refused us in the same way for so long that it is news to nobody."""
    return source.state in _REFUSALS and source.since is not None and now - source.since >= SETTLED


def silence(
    state: SourceState, *, every: int, kind: str, first_run: date, last_new: date | None, today: date
) -> str:
    """Returns why a source whose runs are well should be looked at all the same; "" where it need not be.

    `every` is its rhythm in days, `first_run` the day since which it is followed, `last_new` the day on which
    its newest paper was first seen, `today` the day of its last run.
    """
    if state not in {SourceState.OK, SourceState.EMPTY}:
        return ""
    due = every or (0 if last_new else FIRST_PAPER.get(kind, 0))
    if not due or (today - (last_new or first_run)).days <= due:
        return ""
    rhythm = f"something is due every {counted(due, 'day')}"
    if last_new is None:
        return f"Never gave a paper since {short_day(first_run)}: {rhythm}."
    return f"Nothing new since {short_day(last_new)}: {rhythm}."


def _fewer_than_due(documents: int, expect: Expectation, usual: int | None) -> tuple[SourceState, str] | None:
    if documents < expect.documents:
        return (
            SourceState.BROKEN,
            f"{counted(documents, 'document')}, at least {expect.documents} were expected",
        )
    if usual and usual >= FEW and not documents:
        return SourceState.BROKEN, f"no documents at all, usually there are {usual}"
    if usual and documents <= usual * SHRUNK and usual - documents >= FEW:
        return SourceState.SUSPECT, f"only {counted(documents, 'document')}, usually there are {usual}"
    return None


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _are_odd(failures: tuple[Failure, ...]) -> bool:
    """Each may be the fault of its own link; a refusal or a silence of its own host is the host's."""
    return all(failure.state is SourceState.BROKEN or failure.elsewhere for failure in failures)


def _commonest(failures: tuple[Failure, ...], what: str) -> tuple[SourceState, str]:
    state = Counter(failure.state for failure in failures).most_common(1)[0][0]
    first = next(failure for failure in failures if failure.state is state)
    return state, f"{what}: {first.reason}"
