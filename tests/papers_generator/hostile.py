"""Sites that no one means well with: how large, deep, endless or contradictory a papers page can be."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from pipeline.model import Source
from tests.papers_generator.site import PDF, Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    Address = tuple[str, str, str, str]

HOST = "www.hostile.example"
START = f"https://{HOST}/board/"
SOURCE = Source(id="hostile", name="Hostile NHS Trust", kind="trust", platform="papers_page", url=START)


@dataclass(frozen=True)
class Made(Mapping["Address", Answer]):
    """Pages made when they are asked for: a site may have no end."""

    answer: Callable[[str, dict[str, str]], str | None]  # a page's markup by its path and query

    def __getitem__(self, address: Address) -> Answer:
        _, host, path, query = address
        if host != HOST:
            raise KeyError(address)
        if path.endswith(".pdf"):
            return Answer(media_type="application/pdf", body=PDF)
        html = self.answer(path, dict(parse_qsl(query)))
        if html is None:
            raise KeyError(address)
        return Answer(body=html.encode())

    def __iter__(self) -> Iterator[Address]:
        return iter(())

    def __len__(self) -> int:
        return 0


def page(main: str, title: str = "Board papers") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><main><h1>{title}</h1>{main}</main></body></html>"


def one_page(main: str) -> Made:
    return Made(lambda path, _: page(main) if path == "/board" else None)


def large(links: int, size: int) -> Made:
    """One page of many links and much text between them; twelve of the links are papers."""
    papers = "".join(
        f'<li>{day.day} {day:%B %Y}: <a href="/files/paper-{number}.pdf">Agenda and papers</a></li>'
        for number, day in enumerate(date(2026, 1, 15) + timedelta(days=28 * n) for n in range(12))
    )
    filler = "x" * (size // links - 60)
    others = "".join(
        f'<p><a href="/services/{number}/">Service {number}</a> {filler}</p>' for number in range(links)
    )
    return one_page(f"<ul>{papers}</ul>{others}")


def many_records(papers: int = 10_000) -> Made:
    """As many papers as links: a meeting a day, as far back as it takes."""
    rows = "".join(
        f'<tr><td>{day:%d/%m/%Y}</td><td><a href="/files/{number}.pdf">Board papers</a></td></tr>'
        for number, day in enumerate(date(2026, 11, 20) - timedelta(days=n) for n in range(papers))
    )
    return one_page(f"<table><tr><th>Date</th><th>Papers</th></tr>{rows}</table>")


def plain_links(links: int) -> Made:
    """One paper among links that lead elsewhere."""
    others = "".join(
        f'<p><a href="/files/leaflet-{number}.pdf">Leaflet {number}</a></p>' for number in range(links)
    )
    return one_page(f'<p>15 October 2026: <a href="/files/october.pdf">Board papers</a></p>{others}')


def nested_tables(depth: int = 400) -> Made:
    """Tables in tables, the paper in the innermost."""
    inner = (
        '<table><tr><td>26 November 2026</td><td><a href="/files/a.pdf">Board papers</a></td></tr></table>'
    )
    return one_page("<table><tr><td>" * depth + inner + "</td></tr></table>" * depth)


def nested_divs(depth: int = 5_000) -> Made:
    inner = '<p>26 November 2026 <a href="/files/a.pdf">Board papers</a></p>'
    return one_page("<div>" * depth + inner + "</div>" * depth)


UNCLOSED = ("26 November 2026", "24 September 2026", "30 July 2026")


def unclosed() -> Made:
    """No list point, row or cell is closed, and attributes have no quotes, as HTML allows."""
    points = "".join(
        f"<li>{day} <a href=/files/{n}.pdf>Board papers</a>" for n, day in enumerate(UNCLOSED[:2])
    )
    row = f"<table><tr><td>{UNCLOSED[2]}<td><a href=/files/2.pdf>Board papers</a></table>"
    return Made(
        lambda path, _: (
            f"<title>Board papers</title><h1>Board papers</h1><ul>{points}</ul>{row}"
            if path == "/board"
            else None
        )
    )


def misnested() -> Made:
    """Nothing is closed where it should be, and some is closed that was never open."""
    points = "".join(
        f"<li><b>{day} <a href=/files/{n}.pdf>Board papers<i></b>" for n, day in enumerate(UNCLOSED)
    )
    return one_page(f"<ul>{points}</span></div></ul>")


def contradictory() -> Made:
    """Heading, row, file name and <time> each name another day: whichever is taken is one that is written."""
    return one_page(
        '<h2>Thursday 26 November 2026</h2><ul><li><time datetime="2026-09-24">24 September 2026</time> '
        '<a href="/files/board-papers-30-july-2026.pdf">Board papers 28 May 2026</a></li></ul>'
    )


WRITTEN = {"2026-11-26", "2026-09-24", "2026-07-30", "2026-05-28"}


def undated() -> Made:
    """Papers of which no date is written anywhere."""
    return one_page(
        '<ul><li><a href="/files/a.pdf">Board papers</a></li><li><a href="/files/b.pdf">Agenda</a></li></ul>'
    )


def endless_calendar() -> Made:
    """Every month links to the next and the one before, for ever; one paper on the first page."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path not in {"/board", "/board/calendar"}:
            return None
        month = int(query.get("month", "24322"))  # since the year 0
        year, number = divmod(month, 12)
        links = (
            f'<a href="/board/calendar?month={month - 1}">Previous month</a> '
            f'<a href="/board/calendar?month={month + 1}">Next month</a>'
        )
        days = "".join(
            f'<td><a href="/board/calendar?month={month}&amp;day={day}">{day}</a></td>'
            for day in range(1, 29)
        )
        paper = (
            '<p>15 October 2026: <a href="/files/october.pdf">Board papers</a></p>'
            if path == "/board"
            else ""
        )
        return page(
            f"{paper}<h2>{number + 1}/{year}</h2>{links}<table><tr>{days}</tr></table>",
            "Board meetings calendar",
        )

    return Made(answer)


def endless_years() -> Made:
    """Each year's page leads to the year before it, back to the flood; the latest has a paper."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path != "/board":
            return None
        year = int(query.get("year", "2026"))
        paper = (
            '<p>15 October 2026: <a href="/files/october.pdf">Board papers</a></p>' if year == 2026 else ""
        )
        return page(
            f'{paper}<p><a href="/board/?year={year - 1}">Board papers {year - 1}</a></p>',
            f"Board papers {year}",
        )

    return Made(answer)


def next_page_loop(length: int = 0) -> Made:
    """A list whose next page is itself again (length 0), or one of a ring of so many pages."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path != "/board":
            return None
        number = int(query.get("page", "1"))
        after = number % length + 1 if length else number + 1
        same_list = '<li>15 October 2026: <a href="/files/october.pdf">Board papers</a></li>'
        return page(f'<ul>{same_list}</ul><p><a rel="next" href="/board/?page={after}">Next page</a></p>')

    return Made(answer)


def session_ids() -> Made:
    """Every page's links carry a new session, so that no address comes twice."""
    counter = iter(range(1_000_000))

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path != "/board":
            return None
        links = "".join(
            f'<li><a href="/board/?sid={next(counter)}">Older papers {year}</a></li>'
            for year in (2026, 2025, 2024)
        )
        return page(f'<ul>{links}</ul><p>15 October 2026: <a href="/files/october.pdf">Board papers</a></p>')

    return Made(answer)


def error_pages() -> Made:
    """A page that says it is not there, with status 200, as every address of the site does."""
    return Made(
        lambda *_: page(
            "<p>Sorry, we cannot find that page. <a href='/board/old/'>Board papers archive</a></p>",
            "Page not found",
        )
    )
