"""What was in sight and not taken: counted by reason and host, and said with its remedy.

One vocabulary for the run's log, the source's state, `sources check` and every page that shows a source.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.wording import counted

if TYPE_CHECKING:
    from collections.abc import Container

    from pipeline.model import Left, LeftReason

MOST_COUNTS = 20  # kept of one source and run; what is rarer is counted without its host
MOST_LINKS = 20_000  # of one source and run, so that a page of endless links costs no memory without end


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftCount:
    """How many links were left for one reason at one host, with one of them to look at."""

    reason: LeftReason
    count: int
    host: str = ""
    url: str = ""
    title: str = ""
    page: str = ""  # where it was seen


class Tally:
    """The links that one source's run left, each once, whatever number of pages shows it."""

    def __init__(self) -> None:
        self._links: dict[str, Left] = {}

    def add(self, left: Left) -> None:
        """Count it. The first page that shows a link decides its reason."""
        if len(self._links) < MOST_LINKS:
            self._links.setdefault(left.url, left)

    def counts(self, taken: Container[str] = ()) -> tuple[LeftCount, ...]:
        """Most first. A link that is among the addresses `taken`, from another page, was not left."""
        groups: dict[tuple[LeftReason, str], list[Left]] = {}
        for url, left in self._links.items():
            if url not in taken:
                groups.setdefault((left.reason, left.host), []).append(left)
        ordered = sorted(groups.values(), key=len, reverse=True)
        kept, rest = ordered[:MOST_COUNTS], ordered[MOST_COUNTS:]
        rarer = Counter(left.reason for group in rest for left in group)
        return (
            *(_count(group) for group in kept),
            *(LeftCount(reason=reason, count=number) for reason, number in rarer.most_common()),
        )


def said(count: LeftCount) -> str:
    """One sentence for a person, as in "8 links were not taken: another host, files.example.org"."""
    what = f"{counted(count.count, 'link was', 'links were')} not taken: {count.reason}"
    where = f", {count.host}" if count.host else ""
    example = f" (such as {count.title!r}, {count.url})" if count.url else ""
    return f"{what}{where}{example}"


def _count(group: list[Left]) -> LeftCount:
    first = group[0]
    return LeftCount(
        reason=first.reason,
        count=len(group),
        host=first.host,
        url=first.url[:500],
        title=first.title[:200],
        page=first.page[:500],
    )
