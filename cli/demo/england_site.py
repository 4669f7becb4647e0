"""A national body on WordPress: an RSS feed of headlines, and the papers as HTML long-reads."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from cli.demo.papers import made, prose
from cli.demo.site import RSS, Answer, Posted, both, morning, render
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from cli.demo.site import Request


def _long_read(slug: str, papers: dict[int, str], kind: DocumentKind) -> Posted:
    title = prose(next(iter(papers.values()))).title
    return Posted(title=title, kind=kind, path=f"/long-read/{slug}/", papers=papers)


# With the number of the post and the time it was published.
POSTS = (
    (
        91840,
        datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        _long_read(
            "your-views-on-the-contract-template", {2: "template-consultation"}, DocumentKind.CONSULTATION
        ),
    ),
    (
        91702,
        datetime(2026, 11, 12, 14, 30, tzinfo=UTC),
        _long_read("guide-for-applicants", both("guide-for-applicants"), DocumentKind.OTHER),
    ),
    (
        91455,
        datetime(2026, 9, 29, 8, 5, tzinfo=UTC),
        _long_read("the-new-contract-a-paper-for-the-board", both("board-contract"), DocumentKind.REPORT),
    ),
    (
        91454,
        datetime(2026, 9, 29, 8, 0, tzinfo=UTC),
        _long_read("board-agenda-1-october-2026", both("board-agenda"), DocumentKind.AGENDA),
    ),
)


class EnglandSite:
    id = "national-board"
    name = "National Health Board"
    kind = "national"
    platform = "feed"

    def line(self, root: str) -> dict[str, object]:
        return {"url": f"{root}/feed/"}

    def posted(self) -> list[Posted]:
        return [posted for _, _, posted in POSTS]

    def answer(self, request: Request) -> Answer | None:
        changed = morning(request.day)
        shown = [each for each in POSTS if request.day in each[2].papers]
        path = request.path.rstrip("/") + "/"
        if path == "/feed/":
            rows = [(number, format_datetime(at, usegmt=False), posted) for number, at, posted in shown]
            body = render("england/feed.xml", root=request.root, rows=rows, name=self.name)
            return Answer(body=body, media_type=RSS, modified=changed)
        if path == "/":
            return Answer(body=render("england/home.html", name=self.name), modified=changed)
        for _, at, posted in shown:
            if posted.path == path:
                text = made(posted.papers[request.day]).content.decode()
                body = render("england/long_read.html", name=self.name, posted=posted, at=at, text=text)
                return Answer(body=body, modified=at)
        return None
