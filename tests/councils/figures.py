"""What the crawls of generated councils are held to, and the table of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.councils.world import LARGE, Council, Due, Quirk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.councils.crawling import Crawled, Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    meetings: set[Any]
    papers: set[Due]
    texts: set[Any]


def truth(councils: Sequence[Council]) -> Truth:
    return Truth(
        meetings={each for council in councils for each in council.due_meetings()},
        papers={each for council in councils for each in council.due()},
        texts={each for council in councils for each in council.due_texts()},
    )


def differences(due: Truth, held: Holding, left_out: Iterable[str] = ()) -> dict[str, set[Any]]:
    """What was missed and what was invented, by kind; empty where all is as it should be."""
    out = set(left_out)
    found: dict[str, set[Any]] = {}
    for kind in ("meetings", "papers", "texts"):
        should, are = getattr(due, kind), getattr(held, kind)
        for name, rows in (("missed", should - are), ("invented", are - should)):
            rest = {row for row in rows if _council(row) not in out}
            if rest:
                found[f"{kind} {name}"] = rest
    return found


def _council(row: Any) -> str:
    return row.council if isinstance(row, Due) else row[0]


def groups(councils: Sequence[Council]) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {"no validators": [], "validators": []}
    for council in councils:
        made["validators" if council.has(Quirk.VALIDATORS) else "no validators"].append(council.id)
    return made


def shares(councils: Sequence[Council], first: Crawled, second: Crawled) -> dict[str, float]:
    """Bytes moved again, as a share of those moved at first; large papers are left out of both."""
    return {name: second.moved(ids) / first.moved(ids) for name, ids in groups(councils).items()}


def table(councils: Sequence[Council], due: Truth, first: Crawled, second: Crawled) -> str:
    """The figures for a person."""
    papers = [each for each in first.asked if each.status == 200 and each.size and _is_paper(each.path)]
    pages = [each for each in first.asked if each.status == 200 and "ieListDocuments" in each.path]
    mean = sum(each.size for each in papers if each.size < LARGE) / len(papers)
    times = mean / (sum(each.size for each in pages) / len(pages))
    counts = f"{len(councils)} councils, {len(due.meetings)} meetings, {len(due.papers)} papers"
    lines = [
        f"{counts}; a paper is {times:.0f} times a meeting's page",
        f"{'':>14} {'requests':>9} {'a meeting':>9} {'MB':>8} {'seconds':>8} {'peak MiB':>9}",
    ]
    for name, run in (("first crawl", first), ("unchanged", second)):
        lines.append(
            f"{name:>14} {len(run.asked):>9} {len(run.asked) / len(due.meetings):>9.1f} "
            f"{run.moved() / 1e6:>8.2f} {run.seconds:>8.1f} {run.peak / 2**20:>9.0f}"
        )
    heads = sum(each.method == "HEAD" for each in second.asked)
    unmodified = sum(each.status == 304 for each in second.asked)
    lines.append(f"asked again by length (HEAD): {heads}; under a validator (304): {unmodified}")
    for name, share in shares(councils, first, second).items():
        lines.append(f"bytes moved again, {name}: {share:.2%}")
    return "\n".join(lines)


def _is_paper(path: str) -> bool:
    return any(part in path for part in ("/documents/", "mgConvert2PDF", "Document.ashx"))
