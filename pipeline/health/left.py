"""What was in sight and not taken: counted by reason and host, and said with its remedy.

One vocabulary for the run's log, the source's state, `sources check` and every page that shows a source.
"""

from __future__ import annotations

import re
from collections import Counter
from os.path import commonprefix
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.english import counted
from pipeline.model import LeftCount, LeftReason

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from pipeline.model import Left

MOST_COUNTS = 20  # kept of one source and run; what is rarer is counted without its host
MOST_LINKS = 20_000  # of one source and run, so that a page of endless links costs no memory without end
DEPTH = 4  # links that a page of papers is followed where its line does not say
SHORTEST_NAME = 5  # letters; "Agenda" is a name, "PDF" is not
PAPERS_A_PAGE = 5  # that one page of papers means, where nobody has seen it
MOST_HOSTS = 3  # named in one sentence
# So few links say little of a source that gives papers otherwise.
FEW = 3
# Left on purpose: no concern of anybody's.
_MEANT = frozenset({LeftReason.EXCLUDED})
# Pages that promise nothing: each may have papers behind it, and most have none.
_LOOKS = frozenset({LeftReason.NOT_LOOKED_AT, LeftReason.LOOK_FAILED})
# How much is behind these nobody knows: one of them is a concern.
_UNKNOWN = frozenset({LeftReason.NEEDS_A_CLICK})
# Judgements that may well be right: a concern where they outweigh what was taken. The others are facts: a
# concern from a third of what is in sight on.
_JUDGED = frozenset({LeftReason.NO_DATE, LeftReason.NOT_CLEARLY_A_PAPER, *_LOOKS})


class Tally:
    """The links that one source's run left, each once, whatever number of pages shows it."""

    def __init__(self) -> None:
        self._links: dict[str, Left] = {}

    def add(self, left: Left) -> None:
        """Count it. The first page that shows a link decides its reason."""
        if len(self._links) < MOST_LINKS:
            self._links.setdefault(left.url, left)

    def names(self) -> frozenset[str]:
        """What the links are called, by their titles and their files: a paper of that name still is."""
        return frozenset(name for left in self._links.values() for name in names_of(left.title, left.url))

    def counts(self, taken: Container[str] = (), read: Container[str] = ()) -> tuple[LeftCount, ...]:
        """Most first, without what came by another way: the addresses of papers `taken` and pages `read`."""
        groups: dict[tuple[LeftReason, str], list[Left]] = {}
        for url, left in self._links.items():
            if url not in (read if left.is_page else taken):
                groups.setdefault((left.reason, left.host), []).append(left)
        ordered = sorted(groups.values(), key=len, reverse=True)
        kept, rest = ordered[:MOST_COUNTS], ordered[MOST_COUNTS:]
        rarer = Counter(left.reason for group in rest for left in group)
        rarer_pages = Counter(left.reason for group in rest for left in group if left.is_page)
        return (
            *(_count(group) for group in kept),
            *(
                LeftCount(reason=reason, count=number, pages=rarer_pages[reason])
                for reason, number in rarer.most_common()
            ),
        )


def names_of(title: str, url: str) -> set[str]:
    """The title and the file name of a paper, to know it by in another place."""
    file = url.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    return {name for name in (title.strip().casefold(), file.casefold()) if len(name) >= SHORTEST_NAME}


def left_sentence(count: LeftCount) -> str:
    """One sentence for a person, as in "8 papers left: another host, files.example.org"."""
    where = f", {count.host}" if count.host else ""
    named = f"{count.title!r}, " if count.title else ""
    example = f" (such as {named}{count.url})" if count.url else ""
    return f"{_things([count])} left: {count.reason}{where}{example}"


def summary(counts: Iterable[LeftCount], taken: int, options: Mapping[str, Any]) -> str:
    """What a run took, what it left and why, and which key to add: one line for whoever tries a line."""
    by_reason: dict[LeftReason, list[LeftCount]] = {}
    for count in counts:
        by_reason.setdefault(count.reason, []).append(count)
    groups = sorted(by_reason.items(), key=lambda group: -_weight(group[1]))
    parts = [
        f"{_things(group)} left ({', '.join([reason, *_hosts(group)])}): {remedy(group, options)}"
        for reason, group in groups
    ]
    return "; ".join([f"{counted(taken, 'paper')} taken", *(parts or ["nothing that looks like one left"])])


def concern(counts: Iterable[LeftCount], taken: int, options: Mapping[str, Any]) -> str:
    """Returns why a source that took `taken` papers is read by half, with the remedy; "" where it is not.

    It is where one reason kept back a large share of what was in sight.
    """
    by_reason: dict[LeftReason, list[LeftCount]] = {}
    for count in counts:
        if not _is_meant(count.reason, options):
            by_reason.setdefault(count.reason, []).append(count)
    if not by_reason:
        return ""
    worst = max(by_reason.values(), key=lambda group: (group[0].reason in _UNKNOWN, _weight(group)))
    reason = worst[0].reason
    if not _is_grave(reason, _weight(worst), taken):
        return ""
    why = ", ".join([reason, *_hosts(worst)])
    return f"read by half: {_things(worst)} left ({why}), {taken:,} taken; {remedy(worst, options)}"


def remedy(counts: Sequence[LeftCount], options: Mapping[str, Any]) -> str:  # noqa: PLR0911 - a table
    """Returns what a person may do so that links left for one reason are taken.

    That is the key to add, where there is one. `options` are the keys that the line has.
    """
    match counts[0].reason:
        case LeftReason.ANOTHER_HOST:
            hosts = dict.fromkeys([*options.get("hosts", ()), *_hosts(counts)])
            listed = ", ".join(f'"{host}"' for host in hosts)
            return f"add hosts = [{listed}]"
        case LeftReason.NEEDS_SCRIPT if not options.get("browser"):
            return "add browser = true"
        case LeftReason.TOO_DEEP:
            return f"add depth = {int(options.get('depth', DEPTH)) + 1}"
        case LeftReason.BUDGET_SPENT:
            return "raise max_pages under [crawl] in paperwatch.toml"
        case LeftReason.TOO_MANY_PAGES:
            return "make the list of a year or of a kind of paper the url of the line"
        case LeftReason.NOT_LOOKED_AT | LeftReason.LOOK_FAILED:
            return "if papers are there, make the page that lists them the url of the line"
        case LeftReason.NO_DATE | LeftReason.NOT_CLEARLY_A_PAPER:
            under = counts[0].under
            return f"if they are papers, add include = '{_pattern(under) if len(under) > 1 else '…'}'"
        case LeftReason.PAGE_UNREAD:
            return 'if the site never lets its pages be read, add road = "service"; else add them by hand'
        case LeftReason.EXCLUDED:
            return "take exclude out of the line to have them"
        case _:
            return "add them by hand: paperwatch add"


def _pattern(path: str) -> str:
    """A path as a regular expression that a line of TOML may hold between single quotes."""
    return re.sub(r"([.?+*()\[\]{}|^$\\])", r"\\\1", path).replace("'", ".")


def _is_meant(reason: LeftReason, options: Mapping[str, Any]) -> bool:
    """Whether the line itself says that these are left."""
    return reason in _MEANT or (reason is LeftReason.PAGE_UNREAD and options.get("road") == "service")


def _is_grave(reason: LeftReason, lost: int, taken: int) -> bool:
    if reason in _JUDGED:
        return lost >= FEW and lost > taken
    return not taken or reason in _UNKNOWN or (lost >= FEW and 2 * lost >= taken)


def _weight(counts: Iterable[LeftCount]) -> int:
    """About how many papers these are."""
    return sum(
        count.count + (PAPERS_A_PAGE - 1) * count.pages * (count.reason not in _LOOKS) for count in counts
    )


def _things(counts: Sequence[LeftCount]) -> str:
    """As in "8 papers" and "3 pages of papers"."""
    pages = sum(count.pages for count in counts)
    papers = sum(count.count for count in counts) - pages
    if counts[0].reason in _LOOKS:
        return counted(pages, "page")
    words = [counted(papers, "paper")] if papers or not pages else []
    return " and ".join([*words, *([counted(pages, "page of papers", "pages of papers")] if pages else [])])


def _hosts(counts: Iterable[LeftCount]) -> list[str]:
    return [count.host for count in counts if count.host][:MOST_HOSTS]


def of_row(row: Mapping[str, Any]) -> LeftCount:
    """A count as the archive keeps it."""
    facts: dict[str, Any] = {**row, "reason": LeftReason(row["reason"])}
    return LeftCount(**facts)


def _count(group: list[Left]) -> LeftCount:
    first = group[0]
    return LeftCount(
        reason=first.reason,
        count=len(group),
        host=first.host,
        url=first.url[:500],
        title=first.title[:200],
        page=first.page[:500],
        pages=sum(left.is_page for left in group),
        under=_under([left.url for left in group]),
    )


def _under(urls: list[str]) -> str:
    """The folder that all these addresses lie in, "/" where they have none in common."""
    try:
        paths = [urlsplit(url).path for url in urls]
    except ValueError:
        return "/"
    return commonprefix(paths).rpartition("/")[0][:200] + "/"  # noqa: RUF071 - cut at its last slash
