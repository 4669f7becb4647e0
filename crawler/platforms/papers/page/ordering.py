"""Folders numbered so that they sort: "04 April", "05 May". The number is no day of that month."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.shared.printed_dates import date_mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.platforms.papers.page.structure import Link

_NUMBERED = re.compile(r"^\W*(\d{1,2})[\s.)_\-\u2013]+(?=[A-Za-z])")
_FEWEST = 2  # one may be a day


def without_order(links: Sequence[Link]) -> None:
    """Take the number from the names of months, where all of the page's carry that of their month."""
    numbered = [(link, found) for link in links if (found := _NUMBERED.match(link.text))]
    months = [
        (link, found, said[0].month)
        for link, found in numbered
        if (said := date_mentions(link.text[found.end() :])) and said[0].month and said[0].start == 0
    ]
    if len(months) < _FEWEST or any(int(found[1]) != month for _, found, month in months):
        return
    for link, found, _ in months:
        start, end = link.start, link.start + found.end()
        link.line.text = f"{link.line.text[:start]}{' ' * (end - start)}{link.line.text[end:]}"
        link.text = link.text[found.end() :]
        link.is_numbered = True
