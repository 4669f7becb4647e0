"""A campaign's blog: an RSS feed with whole entries, written by hand and not quite well-formed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.demo.papers import made, prose
from cli.demo.site import RSS, Answer, Posted, both, morning, render
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.demo.site import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogEntry:
    path: str
    published: str  # as the feed says it
    papers: Mapping[int, str]
    well_formed: bool = True


ENTRIES = (
    BlogEntry(
        path="/2026/11/22/the-winter-report-came-late/",
        published="Sun, 22 Nov 2026 20:15:00 +0000",
        papers={2: "blog-winter"},
    ),
    BlogEntry(
        path="/2026/11/14/what-is-in-the-countys-new-contract/",
        published="Sat, 14 Nov 2026 10:00:00 +0000",
        papers=both("blog-contract"),
    ),
    BlogEntry(
        path="/2026/11/11/beds-and-budgets-at-linfold/",
        published="Wed, 11 Nov 2026",
        papers=both("blog-beds"),
        well_formed=False,
    ),
    BlogEntry(
        path="/2026/11/05/saturday-stall-and-cake/",
        published="Thu, 05 Nov 2026 07:45:00 +0000",
        papers=both("blog-stall"),
    ),
)


class BlogSite:
    id = "linfold-campaign"
    name = "Keep Linfold Local"
    kind = "campaign"
    platform = "feed"

    def line(self, root: str) -> dict[str, object]:
        return {"url": f"{root}/feed/"}

    def posted(self) -> list[Posted]:
        return [
            Posted(
                title=prose(next(iter(entry.papers.values()))).title,
                kind=DocumentKind.OTHER,
                path=entry.path,
                papers=entry.papers,
            )
            for entry in ENTRIES
        ]

    def answer(self, request: Request) -> Answer | None:
        changed = morning(request.day)
        path = request.path.rstrip("/") + "/"
        rows = [
            (entry, prose(paper).title, made(paper).content.decode())
            for entry in ENTRIES
            if (paper := entry.papers.get(request.day))
        ]
        if path == "/feed/":
            body = render("blog/feed.xml", root=request.root, rows=rows, name=self.name)
            return Answer(body=body, media_type=RSS, modified=changed)
        for entry, title, text in rows:
            if entry.path == path:
                body = render("blog/entry.html", name=self.name, title=title, text=text)
                return Answer(body=body, modified=changed)
        return None
