"""How a page is cited: plain, and in the styles of courts, papers and reference programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from pipeline.addresses import safe
from pipeline.text.figures import instant, short_day
from pipeline.text.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A paper, or pages of it, with what a citation says."""

    body: str
    committee: str
    day: date | None  # of the meeting, else of publication
    title: str
    pages: Sequence[int]  # none: the whole paper
    url: str  # where its body published it, as its listing had it
    captured_at: datetime
    sha256: str
    paper: int  # its number

    @property
    def key(self) -> str:
        """Names it among others: "paper-12-page-3"."""
        return f"paper-{self.paper}" + "".join(f"-page-{number}" for number in self.pages[:1])

    @property
    def address(self) -> str:
        """Where a reader may follow it, else "": listings hold javascript: and worse."""
        return safe(self.url)

    @property
    def name(self) -> str:
        return one_line(self.title) or "Paper without a title"

    @property
    def numbers(self) -> str:
        return ", ".join(map(str, self.pages))

    @property
    def held(self) -> str:
        """As in "Health Committee, 1 April 2025"."""
        return ", ".join(filter(None, (one_line(self.committee), short_day(self.day) if self.day else "")))


def plain(cited: Cited) -> str:
    pages = f"page{'s' * (len(cited.pages) > 1)} {cited.numbers}" if cited.pages else ""
    where = ", ".join(filter(None, (f"{cited.body}: \u201c{cited.name}\u201d", cited.held, pages)))
    parts = (where, cited.address, f"Captured {instant(cited.captured_at)}", f"SHA-256 {cited.sha256}")
    return " ".join(f"{part}." for part in parts if part)


def oscola(cited: Cited) -> str:
    """As in "Vale Council, 'Report' (Health Committee, 1 April 2025) 3 <address> accessed 2 April 2025."."""
    words = (
        f"{cited.body}, \u2018{cited.name}\u2019",
        f"({cited.held})" if cited.held else "",
        cited.numbers,
        f"<{cited.address}> accessed {short_day(cited.captured_at)}" if cited.address else "",
    )
    return f"{' '.join(filter(None, words))}."


def apa(cited: Cited) -> str:
    """As in "Vale Council. (2025, April 1). Report [Meeting paper, Health Committee] (p. 3). https://…"."""
    day = f"{cited.day.year}, {_month(cited.day)} {cited.day.day}" if cited.day else "n.d."
    kind = ", ".join(filter(None, ("Meeting paper", one_line(cited.committee))))
    pages = f" ({'pp.' if len(cited.pages) > 1 else 'p.'} {cited.numbers})" if cited.pages else ""
    return f"{cited.body}. ({day}). {cited.name} [{kind}]{pages}. {cited.address}".rstrip()


def bibtex(cited: Cited) -> str:
    fields = {
        "author": f"{{{_tex(cited.body)}}}",  # the second pair keeps a body's name from being taken apart
        "title": f"{{{_tex(cited.name)}}}",
        "howpublished": _tex(cited.held),
        "year": str(cited.day.year) if cited.day else "",
        "pages": cited.numbers,
        "url": re.sub(r"[{}\\\s]", "", cited.address),
        "urldate": f"{cited.captured_at.astimezone(UTC):%Y-%m-%d}",
        "note": f"SHA-256 {cited.sha256}",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{cited.key},\n{lines}}}\n"


def ris(cited: Cited) -> str:
    """A reference as most programs take it: lines that begin with a tag and end with CR and LF."""
    fields = (
        ("TY", "RPRT"),
        ("ID", cited.key),
        ("AU", f"{cited.body},"),  # the comma ends a family name: a body is no person
        ("TI", cited.name),
        ("T2", one_line(cited.committee)),
        ("PY", str(cited.day.year) if cited.day else ""),
        ("DA", f"{cited.day:%Y/%m/%d}" if cited.day else ""),
        ("SP", cited.numbers),
        ("UR", cited.address),
        ("Y2", f"{cited.captured_at.astimezone(UTC):%Y/%m/%d}"),
        ("N1", f"SHA-256 {cited.sha256}"),
        ("ER", ""),
    )
    return "".join(f"{name}  - {value}\r\n" for name, value in fields if value or name == "ER")


STYLES = {"Plain": plain, "OSCOLA": oscola, "APA": apa, "BibTeX": bibtex, "RIS": ris}


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _month(day: date) -> str:
    return short_day(day).split(" ")[1]
