"""Two boards of one cluster, each with a page of board papers: accordions, and links without an ending.

Both publish the very same pack of their common meeting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cli.demo.site import Answer, Posted, both, morning, paper_answer, posted_answer, render
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from cli.demo.site import Request

_PAGE = "/about-us/board/board-papers"
_TERMS = "/download_file/790/0"  # linked from the page, but no paper of a meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardMeeting:
    title: str
    papers: tuple[Posted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IcbSite:
    id: str
    name: str
    meetings: tuple[BoardMeeting, ...]
    kind: str = "icb"
    platform: str = "papers_page"

    def line(self, root: str) -> dict[str, object]:
        return {"url": f"{root}{_PAGE}"}

    def posted(self) -> list[Posted]:
        return [paper for meeting in self.meetings for paper in meeting.papers]

    def answer(self, request: Request) -> Answer | None:
        path = request.path.rstrip("/")
        if path in {"", _PAGE}:
            meetings = [
                (meeting, [paper for paper in meeting.papers if paper.listed(request.day)])
                for meeting in self.meetings
            ]
            body = render("icb/papers.html", name=self.name, meetings=meetings, terms=_TERMS, page=_PAGE)
            return Answer(body=body, modified=morning(request.day))
        if path == _TERMS:
            return paper_answer("icb-terms", morning(1))
        # The last number of the address says through which page it was reached, and changes nothing.
        file = re.fullmatch(r"(/download_file/\d+)(/\d+)?", path)
        for paper in self.posted():
            if file and paper.path.startswith(f"{file[1]}/"):
                return posted_answer(paper, request.day)
        return None


_OCTOBER = date(2026, 10, 1)
_NOVEMBER = date(2026, 11, 26)

MARLSHIRE_AND_ELLENBY = IcbSite(
    id="marlshire-and-ellenby",
    name="NHS Marlshire and Ellenby ICB",
    meetings=(
        BoardMeeting(
            title="Thursday 26 November 2026",
            papers=(
                Posted(
                    title="Board papers, 26 November 2026",
                    kind=DocumentKind.PACK,
                    path="/download_file/812/0",
                    papers=both("icb-nov-pack"),
                    meeting_date=_NOVEMBER,
                ),
                Posted(
                    title="Item 4: Contract for community nursing",
                    kind=DocumentKind.REPORT,
                    path="/download_file/813/0",
                    papers=both("icb-nov-contract"),
                    meeting_date=_NOVEMBER,
                ),
            ),
        ),
        BoardMeeting(
            title="Thursday 1 October 2026",
            papers=(
                Posted(
                    title="Item 4: Strategy for community nursing",
                    kind=DocumentKind.REPORT,
                    path="/download_file/744/0",
                    papers=both("icb-oct-strategy"),
                    meeting_date=_OCTOBER,
                ),
                Posted(
                    title="Item 5: Finance report",
                    kind=DocumentKind.REPORT,
                    path="/download_file/745/0",
                    papers={1: "icb-oct-finance", 2: "icb-oct-finance-corrected"},
                    meeting_date=_OCTOBER,
                ),
                Posted(
                    title="Item 6: Haven Road",
                    kind=DocumentKind.REPORT,
                    path="/download_file/746/0",
                    papers={1: "icb-oct-estates"},
                    meeting_date=_OCTOBER,
                ),
            ),
        ),
    ),
)

WOLD_AND_HAVEN = IcbSite(
    id="wold-and-haven",
    name="NHS Wold and Haven ICB",
    meetings=(
        BoardMeeting(
            title="Thursday 26 November 2026",
            papers=(
                Posted(
                    title="Papers of the meeting in common, 26 November 2026",
                    kind=DocumentKind.PACK,
                    path="/download_file/2210/118",
                    papers=both("icb-nov-pack"),
                    meeting_date=_NOVEMBER,
                ),
            ),
        ),
        BoardMeeting(
            title="Thursday 1 October 2026",
            papers=(
                Posted(
                    title="Minutes, 1 October 2026",
                    kind=DocumentKind.MINUTES,
                    path="/download_file/2188/118",
                    papers=both("wold-oct-minutes"),
                    meeting_date=_OCTOBER,
                ),
            ),
        ),
    ),
)
