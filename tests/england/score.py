"""What the archive and the run say on a day, held against what is true of the world."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from pipeline.changes import ChangeKind, Thing
from pipeline.model import SourceState
from storage.archive import open_archive
from tests.england import paper as papers
from tests.england.paper import SAYINGS
from tests.england.seasons import end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from tests.england.paper import Paper
    from tests.england.site import Due, Site, Truth
    from tests.england.world import World

WELL = frozenset({SourceState.OK, SourceState.EMPTY})
HALF = frozenset({SourceState.PARTLY, SourceState.SILENT})  # says that something is wanting
_DOCUMENTS = text("""
    SELECT d.source_id, d.title, d.state, coalesce(d.sha256, ''), d.url,
           coalesce(CASE WHEN m.id IS NULL THEN d.published_on ELSE m.starts_on END, ''), coalesce(m.key, '')
    FROM documents d LEFT JOIN meetings m ON m.id = d.meeting_id
""")
_STATES = text("""
    SELECT source_id, state, "left", documents, problems FROM source_runs
    WHERE run_id = (SELECT max(id) FROM runs)
""")
_REVISIONS = text("""
    SELECT d.source_id, r.sha256 FROM revisions r JOIN documents d ON d.id = r.document_id
""")
_HITS = text("SELECT sha256, page, concept_id FROM hits")
_MEETINGS = text("SELECT source_id, coalesce(starts_on, ''), status FROM meetings")
_READ = text("SELECT sha256 FROM files WHERE pages > 0")
_SENTENCES = {sentence: concept for concept, sentence in SAYINGS}


@dataclass(slots=True)
class Score:
    """Shares as (found, of so many), false statements by kind, and a line for each fault."""

    found: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def share(self, what: str, is_found: bool, said: str) -> None:  # noqa: FBT001
        self.of[what] += 1
        self.found[what] += is_found
        if not is_found:
            self.faults.append(f"{what}: {said}")

    def lie(self, kind: str, said: str) -> None:
        self.false[kind] += 1
        self.faults.append(f"FALSE, {kind}: {said}")


@dataclass(slots=True)
class Known:
    """Every file that a line's site has shown so far, by its hash."""

    paper: Paper
    version: int
    due: Due


class Scorer:
    """Keeps what it has worked out from one day to the next."""

    def __init__(self, world: World, first: date) -> None:
        self.world = world
        self.first = first
        self._ever = {site.name: list(site.papers()) for site in world.sites}
        self._known: dict[tuple[str, str], Known] = {}

    def score(self, data: Path, day: date) -> Score:
        made = Score()
        archive = open_archive(data)
        with archive.database.reading() as connection:
            rows = connection.execute(_DOCUMENTS).all()
            states = {row[0]: row for row in connection.execute(_STATES)}
            revisions = {(row[0], row[1]) for row in connection.execute(_REVISIONS)}
            hits = [tuple(row) for row in connection.execute(_HITS)]
            meetings = {(row[0], str(row[1]), row[2]) for row in connection.execute(_MEETINGS)}
            read = {row[0] for row in connection.execute(_READ)}
        told = archive.reports.changes(since=day, until=day)
        silent = {
            each.id: each.reason for each in archive.reports.health() if each.state is SourceState.SILENT
        }
        archive.database.engine.dispose()
        self._learn(day)
        truths = {site.name: site.truth(day) for site in self.world.sites}
        bad = {site.name: self._fault(site, day) for site in self.world.sites}
        missed = self._papers(made, rows, truths, bad)
        self._texts(made, rows, truths, bad, missed)
        self._meetings(made, meetings, truths, bad)
        well = {source.id for site in self.world.sites if not bad[site.name] for source in site.sources}
        self._replaced(made, revisions, truths, well)
        self._withdrawn(made, rows, well)
        self._not_papers(made, rows)
        self._states(made, states, truths, bad, missed)
        for line, reason in silent.items():
            if not missed[line]:
                made.lie("silent, and had nothing to say", f"{line}: {reason}")
        self._changes(made, told, truths, day)
        self._mentions(made, hits, read, truths)
        self._digests(made, data)
        return made

    def _fault(self, site: Site, day: date) -> str:
        fault = next((found for host in site.hosts if (found := self.world.fault(host, day))), "")
        return "" if fault == "slow" else fault

    def _learn(self, day: date) -> None:
        for listed in self._ever.values():
            for due in listed:
                if due.paper.shown <= day:
                    for version in range(due.paper.version(day) + 1):
                        sha256 = papers.sha256(due.paper, version)
                        self._known.setdefault((due.line, sha256), Known(due.paper, version, due))

    # ---- what is held

    def _papers(
        self, made: Score, rows: Iterable[Any], truths: Mapping[str, Truth], bad: Mapping[str, str]
    ) -> Counter[str]:
        """Returns how many papers were missed, by line; those of sites that are not well are not asked."""
        held = defaultdict(list)
        for row in rows:
            if row[2] == "held":
                held[row[0], row[3]].append(row)
        missed: Counter[str] = Counter()
        for name, due in _each(truths):
            if bad[name]:
                continue
            versions = range(due.paper.version(self.world.day), -1, -1)
            found = next(
                (
                    found
                    for version in versions
                    if (found := held.get((due.line, papers.sha256(due.paper, version))))
                ),
                None,
            )
            made.share("papers", found is not None, f"{due.line}: {due.paper.name}")
            if found is None:
                missed[due.line] += 1
                continue
            said = _day_of(found[0])
            # Where the site says the month alone, the day is right too if another place tells it.
            is_right = said == due.day or (said.startswith(due.day) and f" {said} " in due.paper.name)
            made.share("right dates", is_right, f"{due.line}: {said!r} for {due.day!r}: {due.paper.name}")
            if not is_right:
                made.lie(
                    "another day" if said else "no day",
                    f"{due.line}: {said!r} for {due.day!r}: {due.paper.name}: {found[0][1]}",
                )
        return missed

    def _texts(
        self,
        made: Score,
        rows: Iterable[Any],
        truths: Mapping[str, Truth],
        bad: Mapping[str, str],
        missed: Counter[str],
    ) -> None:
        held = {(row[0], str(row[5])[:10], row[1]) for row in rows if row[2] == "held"}
        for name, truth in truths.items():
            for text_of in truth.texts if not bad[name] else ():
                made.share("texts", text_of in held, f"{text_of}")
                missed[text_of[0]] += text_of not in held

    def _meetings(
        self,
        made: Score,
        meetings: set[tuple[str, str, str]],
        truths: Mapping[str, Truth],
        bad: Mapping[str, str],
    ) -> None:
        for name, truth in truths.items():
            for meeting in truth.meetings if not bad[name] else ():
                made.share("meetings", meeting in meetings, f"{meeting}")

    def _replaced(
        self,
        made: Score,
        revisions: set[tuple[str, str]],
        truths: Mapping[str, Truth],
        well: set[str],
    ) -> None:
        """Of those whose first bytes we hold, and that others have replaced, where a site can be read."""
        for due in (due for _, due in _each(truths) if due.line in well):
            for version, on in enumerate(due.paper.replaced, start=1):
                before = (due.line, papers.sha256(due.paper, version - 1))
                if self.first < on <= self.world.day and before in revisions:
                    is_found = (due.line, papers.sha256(due.paper, version)) in revisions
                    made.share("replaced", is_found, f"{due.line}: {due.paper.name} on {on}")

    def _withdrawn(self, made: Score, rows: Iterable[Any], well: set[str]) -> None:
        day = self.world.day
        for row in rows:
            known = self._known.get((row[0], row[3]))
            if known is None:
                continue
            gone = known.paper.gone
            if row[2] == "withdrawn" and known.paper.is_out(day):
                made.lie("withdrawn, and is there", f"{row[0]}: {known.paper.name}: {row[1]}")
            if row[0] in well and gone is not None and self.first < gone <= day:
                made.share(
                    "withdrawn", row[2] == "withdrawn", f"{row[0]}: {known.paper.name}, gone on {gone}"
                )

    def _not_papers(self, made: Score, rows: Iterable[Any]) -> None:
        """Whether each file that is held is one that its site has shown."""
        files = {line for line, source in self.world.sources.items() if source.platform in _FILES}
        for row in rows:
            is_text = row[1].endswith("(text)") or not row[3]
            if row[0] in files and row[2] == "held" and not is_text and (row[0], row[3]) not in self._known:
                made.lie("a paper that is none", f"{row[0]}: {row[1]} {row[4]}")

    # ---- what is said

    def _states(
        self,
        made: Score,
        states: Mapping[str, Any],
        truths: Mapping[str, Truth],
        bad: Mapping[str, str],
        missed: Counter[str],
    ) -> None:
        for site in self.world.sites:
            for source in site.sources:
                if (row := states.get(source.id)) is None:
                    made.lie("a line without a run", source.id)
                    continue
                state, fault = SourceState(row[1]), bad[site.name]
                if fault and state in WELL | HALF:
                    made.lie("well, and its site was not", f"{source.id}: {state} with {fault}")
                has_ended = state is SourceState.ENDED and end_of([source]) < self.world.day
                if not fault and state not in WELL | HALF and not has_ended:
                    made.lie("unwell, and its site was well", f"{source.id}: {state}")
                # The run prints each problem: a paper that did not come is one.
                is_said = any(each not in ("[]", []) for each in (row[2], row[4])) or state in HALF
                if not fault and missed[source.id] and not is_said:
                    made.lie("missed and not said", f"{source.id}: {missed[source.id]}, {state}")
                is_half = missed[source.id] or truths[site.name].is_by_half
                if not fault and not is_half and state in HALF:
                    made.lie("read by half, and all was taken", f"{source.id}: {state}")

    def _changes(self, made: Score, told: Iterable[Any], truths: Mapping[str, Truth], day: date) -> None:
        due_on = {(due.line, due.day) for _, due in _each(truths)}
        listed_on = due_on | {(line, on) for truth in truths.values() for line, on, _ in truth.meetings}
        cancelled = {
            (line, on)
            for truth in truths.values()
            for line, on, status in truth.meetings
            if status == "cancelled"
        }
        for change in told:
            on = (change.source, f"{change.meeting_date}")
            said = f"{change.source}: {change.kind} {change.what}: {change.title} {on[1]} {change.url}"
            made.found[f"told: {change.kind}"] += 1
            match change.kind:
                case ChangeKind.REPLACED:
                    known = self._known.get((change.source, change.now))
                    is_file = self.world.sources[change.source].platform in _FILES and known is not None
                    if is_file and known is not None and not known.version:
                        made.lie("replaced, and is not", said)
                case ChangeKind.WITHDRAWN if change.what is Thing.MEETING and on in listed_on:
                    made.lie("meeting withdrawn, and is there", said)
                case ChangeKind.CANCELLED if on not in cancelled:
                    made.lie("cancelled, and is not", said)
                case ChangeKind.MOVED:
                    made.lie("moved, and is not", said)
                case ChangeKind.LATE if on in due_on:
                    made.lie("no papers out, and they are", said)
                case _:
                    pass

    def _mentions(
        self,
        made: Score,
        hits: Iterable[tuple[str, int, str]],
        read: set[str],
        truths: Mapping[str, Truth],
    ) -> None:
        by_hash = {sha256: known for (_, sha256), known in self._known.items()}
        found = set(hits)
        for sha256, page, concept in found:
            known = by_hash.get(sha256)
            if known is not None and (known.paper.concept, known.paper.said_on(known.version)) != (
                concept,
                page,
            ):
                made.lie("a mention that is none", f"{known.paper.name}: {concept} on page {page}")
        for _, due in _each(truths):
            sha256 = papers.sha256(due.paper, due.paper.version(self.world.day))
            if due.paper.concept and sha256 in read:
                place = (sha256, due.paper.said_on(due.paper.version(self.world.day)), due.paper.concept)
                made.share("mentions", place in found, f"{due.line}: {due.paper.name}")

    def _digests(self, made: Score, data: Path) -> None:
        """Counted alone: what they say is compared with the truth in tests/pipeline/test_truth_table.py."""
        made.found["digests"] += len(list((data / "outbox").glob("*.eml")))


_FILES = frozenset({"moderngov", "cmis", "papers_page"})


def _each(truths: Mapping[str, Truth]) -> Iterator[tuple[str, Due]]:
    return ((name, due) for name, truth in truths.items() for due in truth.due)


def _day_of(row: Any) -> str:
    """The day of a paper, or the month of a meeting without one."""
    month = re.search(r"\d{4}-\d{2}$", row[6])
    return str(row[5])[:10] or (month[0] if month else "")
