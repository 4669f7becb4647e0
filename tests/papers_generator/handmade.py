"""Sites written by hand, in the form of ../shared/papers_pages: what a crawl misses, and whether it says so.

`python -m tests.papers_generator --unsaid FOLDER...` prints each paper that a crawl with a bare line misses
and names nowhere: neither the paper, nor its host, nor a page that lists it. There should be none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import lxml.html

from crawler.platforms import PLATFORMS
from pipeline.model import Source, Window
from tests.papers_generator.crawling import crawl_pages
from tests.papers_generator.matter import SINCE, TODAY, UNTIL
from tests.papers_generator.site import PDF, Answer, find, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    Address = tuple[str, str, str, str]

ORIGIN, SECOND = "https://www.shared-site.example", "https://files.shared-second.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handmade:
    name: str
    source: Source
    pages: Mapping[Address, Answer]
    papers: tuple[dict[str, Any], ...]  # with real addresses


def handmade(folder: Path, *, hosts: bool) -> Iterator[Handmade]:
    """The sites of a folder; none where it is missing. With `hosts` their lines name the second host."""
    for path in sorted(folder.glob("*/site.json")):
        site = json.loads(path.read_text(encoding="utf-8"))
        pages = {
            same(_whole(address)): _answer(path.parent, entry) for address, entry in site["pages"].items()
        }
        source = Source(
            id="shared-site",
            name=site.get("name", path.parent.name),
            kind="trust",
            platform="papers_page",
            url=_whole(site["start"]),
            options={"hosts": [urlsplit(SECOND).hostname]} if hosts else {},
            window=Window(back=(TODAY - SINCE).days, ahead=(UNTIL - TODAY).days),
        )
        papers = tuple(
            {**each, "url": _whole(each["url"]), "also": [_whole(url) for url in each.get("also", ())]}
            for each in site["papers"]
        )
        yield Handmade(name=path.parent.name, source=source, pages=pages, papers=papers)


def _whole(address: str) -> str:
    address = address.replace("http://files.test:{port2}", SECOND).replace("{origin}", ORIGIN)
    return address if address.startswith("http") else ORIGIN + address


def _answer(folder: Path, entry: Mapping[str, str]) -> Answer:
    if "redirect" in entry:
        return Answer(to=_whole(entry["redirect"]))
    if "file" not in entry:
        return Answer(media_type="application/pdf", body=PDF)
    text = (folder / entry["file"]).read_text(encoding="utf-8")
    return Answer(body=text.replace("http://files.test:{port2}", SECOND).replace("{origin}", ORIGIN).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Of the papers in the window: how many were taken, and what of the others the run names or does not."""

    due: int
    taken: int
    said: tuple[str, ...]
    unsaid: tuple[str, ...]


def account(site: Handmade) -> Account:
    made = crawl_pages(site.source, site.pages, PLATFORMS["papers_page"])
    taken = {same(each.url) for each in made.documents.values()}
    due = [each for each in site.papers if SINCE.isoformat() <= each["date"] <= UNTIL.isoformat()]
    missed = [each for each in due if not taken & {same(url) for url in (each["url"], *each["also"])}]
    named = {same(each.url) for each in made.left}
    behind = _behind((each.url for each in made.left if each.is_page), site.pages)
    hosts = {each.host for each in made.left if each.host != urlsplit(ORIGIN).hostname}
    said: list[str] = []
    unsaid: list[str] = []
    for each in missed:
        addresses = {same(url) for url in (each["url"], *each["also"])}
        is_named = bool(addresses & (named | behind)) or urlsplit(each["url"]).hostname in hosts
        (said if is_named else unsaid).append(f"{each['kind']} of {each['date']} {each['url']}")
    return Account(due=len(due), taken=len(due) - len(missed), said=tuple(said), unsaid=tuple(unsaid))


def _behind(urls: Iterable[str], pages: Mapping[Address, Answer]) -> set[Address]:
    """Every address that these pages list."""
    met = set()
    for url in urls:
        answer = find(pages, url)
        if answer is not None and answer.media_type == "text/html" and answer.body:
            met |= {same(urljoin(url, link)) for link in lxml.html.fromstring(answer.body).xpath("//a/@href")}
    return met


def tell(folders: Iterable[Path]) -> int:
    """Print the account of each folder. Returns how many papers are missed and unsaid."""
    silent = 0
    for folder in folders:
        accounts = [(site.name, account(site)) for site in handmade(folder, hosts=False)]
        for name, each in accounts:
            print(
                *(f"{name}: missed, said: {paper}" for paper in each.said),
                sep="\n",
                end="\n" * bool(each.said),
            )
            print(
                *(f"{name}: SILENT: {paper}" for paper in each.unsaid), sep="\n", end="\n" * bool(each.unsaid)
            )
        due, taken = (sum(getattr(each, name) for _, each in accounts) for name in ("due", "taken"))
        missed = due - taken
        unsaid = sum(len(each.unsaid) for _, each in accounts)
        print(f"{folder.name}: {taken} of {due} papers taken, {missed} missed, {unsaid} of them said nowhere")
        silent += unsaid
    return silent
