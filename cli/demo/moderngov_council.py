"""What an invented council has on its ModernGov: committees, meetings, items and papers, with their traps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING

from cli.demo.site import both
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "/moderngov"


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    id: int
    name: str
    category: str
    expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A report of an agenda item. `number` is the attachment id that both addresses share."""

    number: int
    title: str
    file: str = ""
    papers: Mapping[int, str] = field(default_factory=dict)
    restricted: bool = False

    def listed(self, day: int) -> bool:
        return self.restricted or day in self.papers

    @property
    def path(self) -> str:
        return f"{BASE}/documents/s{self.number}/{self.file}"

    @property
    def converted(self) -> str:
        return f"{BASE}/mgConvert2PDF.aspx?ID={self.number}"

    @property
    def media(self) -> str:
        return "DOCX" if self.file.endswith(".docx") else "PDF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    id: int
    number: int
    title: str
    text: str = ""
    minutes: str = ""  # published with the draft minutes
    report: Attached | None = None
    more: tuple[Attached, ...] = ()

    def attached(self, day: int) -> list[Attached]:
        every = (self.report, *self.more) if self.report else self.more
        return [each for each in every if each.listed(day)]

    def agenda_text(self, day: int) -> str:
        awaited = self.report is not None and not self.report.listed(day)
        return f"{self.text} Report to follow.".strip() if awaited else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A paper of the whole meeting. `letter` and `suffix` make its address: g…?T=1, b…?T=9."""

    title: str
    file: str
    kind: DocumentKind
    suffix: int
    papers: Mapping[int, str]
    letter: str = "g"
    number: int = 0  # of a supplement; otherwise the agenda's


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    id: int
    committee: int
    on: date
    at: time
    statuses: Mapping[int, str] = field(default_factory=lambda: both("Confirmed"))
    items: tuple[Item, ...] = ()
    printed: tuple[Printed, ...] = ()
    supplements: tuple[Printed, ...] = ()
    choose: bool = False  # the pack is behind a choice page even without supplements

    @property
    def agenda(self) -> int:
        """The agenda's number is not the meeting's."""
        return self.id + 17

    def cancelled(self, day: int) -> bool:
        return self.statuses[day] == "Cancelled"

    def supplements_on(self, day: int) -> list[Printed]:
        return [each for each in self.supplements if day in each.papers]

    def chooses(self, day: int) -> bool:
        return self.choose or bool(self.supplements_on(day))

    def path(self, paper: Printed) -> str:
        number = paper.number or self.agenda
        return f"{BASE}/documents/{paper.letter}{number}/{paper.file}?T={paper.suffix}"


COMMITTEES = (
    Committee(id=137, name="Health Overview and Scrutiny Committee", category="Overview and Scrutiny"),
    Committee(id=142, name="Health and Wellbeing Board", category="Boards"),
    Committee(id=151, name="Planning and Highways Committee", category="Regulatory"),
    Committee(
        id=118,
        name="Adults' Health Scrutiny Sub-Committee",
        category="Overview and Scrutiny",
        expired=True,
    ),
)

_HOSC, _HWB = "Health Overview and Scrutiny Committee", "Health and Wellbeing Board"
_SCRUTINY_OCTOBER = "Thursday 01-Oct-2026 10.00 " + _HOSC
_SCRUTINY_NOVEMBER = "Thursday 26-Nov-2026 10.00 " + _HOSC
_BOARD_OCTOBER = "Thursday 08-Oct-2026 14.00 " + _HWB
_BOARD_DECEMBER = "Thursday 03-Dec-2026 14.00 " + _HWB


def _frontsheet(paper: str, when: str) -> Printed:
    file = f"Agenda frontsheet {when}.pdf"
    return Printed(
        title="Agenda frontsheet", file=file, kind=DocumentKind.AGENDA, suffix=0, papers=both(paper)
    )


def _pack(paper: str, when: str) -> Printed:
    file = f"Public reports pack {when}.pdf"
    return Printed(
        title="Agenda reports pack", file=file, kind=DocumentKind.PACK, suffix=10, papers=both(paper)
    )


# The line end in the address is in real pages too.
_MINUTES = "Printed minutes\r\n1st-Oct-2026 10.00 " + _HOSC + ".pdf"

MEETINGS = (
    Meeting(id=5090, committee=137, on=date(2026, 3, 11), at=time(10)),
    Meeting(
        id=5101,
        committee=137,
        on=date(2026, 10, 1),
        at=time(10),
        items=(
            Item(id=41001, number=12, title="Declarations of interest", minutes="There were none."),
            Item(
                id=41002,
                number=13,
                title="Access to urgent care in the Linfold valley",
                text="To receive the report of the trust's director of operations.",
                minutes="The committee noted the report and asked for the review in February.",
                report=Attached(
                    number=60101,
                    title="Access to urgent care in the Linfold valley",
                    file="Access to urgent care in the Linfold valley.pdf",
                    papers=both("hosc-oct-access"),
                ),
            ),
            Item(
                id=41003,
                number=14,
                title="The community estate",
                minutes="The chief finance officer undertook to send members a list of the buildings.",
                report=Attached(
                    number=60102,
                    title="The community estate",
                    file="The community estate.pdf",
                    papers=both("hosc-oct-estates"),
                ),
            ),
        ),
        printed=(
            _frontsheet("hosc-oct-front", _SCRUTINY_OCTOBER),
            _pack("hosc-oct-pack", _SCRUTINY_OCTOBER),
            Printed(
                title="Printed draft minutes",
                file=_MINUTES,
                kind=DocumentKind.MINUTES,
                suffix=1,
                papers={1: "hosc-oct-minutes-draft"},
            ),
            Printed(
                title="Printed minutes",
                file=_MINUTES,
                kind=DocumentKind.MINUTES,
                suffix=1,
                papers={2: "hosc-oct-minutes-final"},
            ),
        ),
    ),
    Meeting(id=5104, committee=137, on=date(2026, 10, 22), at=time(10), statuses=both("Cancelled")),
    Meeting(
        id=5102,
        committee=137,
        on=date(2026, 11, 26),
        at=time(10),
        items=(
            Item(id=41010, number=0, title="Part one: open to the public"),
            Item(id=41011, number=1, title="Apologies for absence"),
            Item(
                id=41012,
                number=3,
                title="The future contract for community services",
                text="To consider the report of the strategic director.",
                report=Attached(
                    number=60110,
                    title="The future contract for community services",
                    file="The future contract for community services.pdf",
                    papers=both("hosc-nov-contract"),
                ),
            ),
            Item(
                id=41013,
                number=4,
                title="Linfold community beds",
                text="To consider the trust's proposal & the patients' reply.",
                more=(
                    Attached(
                        number=60111,
                        title="The trust's paper on Linfold community beds",
                        file="Linfold beds.docx",
                        papers=both("hosc-nov-beds"),
                    ),
                ),
            ),
            Item(
                id=41014,
                number=5,
                title="Readiness for winter",
                report=Attached(
                    number=60140,
                    title="Readiness for winter",
                    file="Readiness for winter.pdf",
                    papers={2: "hosc-nov-winter"},
                ),
            ),
            Item(
                id=41015,
                number=6,
                title="Commercial terms",
                text="Not for publication by virtue of paragraph 3.",
                report=Attached(number=60112, title="Commercial terms (Exempt)", restricted=True),
            ),
        ),
        printed=(
            _frontsheet("hosc-nov-front", _SCRUTINY_NOVEMBER),
            _pack("hosc-nov-pack", _SCRUTINY_NOVEMBER),
        ),
        supplements=(
            Printed(
                title="Supplement: Readiness for winter",
                file=f"Supplement Readiness for winter {_SCRUTINY_NOVEMBER}.pdf",
                kind=DocumentKind.PACK,
                letter="b",
                number=7710,
                suffix=9,
                papers={2: "hosc-nov-supplement"},
            ),
        ),
    ),
    Meeting(
        id=5103,
        committee=137,
        on=date(2026, 12, 10),
        at=time(10),
        statuses={1: "Confirmed", 2: "Cancelled"},
    ),
    Meeting(
        id=5201,
        committee=142,
        on=date(2026, 10, 8),
        at=time(14),
        items=(
            Item(
                id=42001,
                number=3,
                title="Better care fund: half-year report",
                minutes="The board noted the report.",
                report=Attached(
                    number=60201,
                    title="Better care fund: half-year report",
                    file="Better care fund half-year report.pdf",
                    papers=both("hwb-oct-partnership"),
                ),
            ),
        ),
        printed=(
            _pack("hwb-oct-pack", _BOARD_OCTOBER),
            Printed(
                title="Printed minutes",
                file=f"Printed minutes {_BOARD_OCTOBER}.pdf",
                kind=DocumentKind.MINUTES,
                suffix=1,
                papers=both("hwb-oct-minutes"),
            ),
        ),
    ),
    Meeting(
        id=5202,
        committee=142,
        on=date(2026, 12, 3),
        at=time(14),
        items=(
            Item(
                id=42010,
                number=2,
                title="Neighbourhood health in Marlshire",
                report=Attached(
                    number=60210,
                    title="Neighbourhood health in Marlshire",
                    file="Neighbourhood health in Marlshire.pdf",
                    papers=both("hwb-dec-neighbourhood"),
                ),
            ),
            Item(
                id=42011,
                number=3,
                title="Letter from the patients' panel",
                report=Attached(
                    number=60211,
                    title="Letter from the patients' panel",
                    file="Letter from panel.pdf",
                    papers=both("hwb-dec-letter"),
                ),
            ),
        ),
        printed=(_frontsheet("hwb-dec-front", _BOARD_DECEMBER), _pack("hwb-dec-pack", _BOARD_DECEMBER)),
        supplements=(
            Printed(
                title="Supplement: Written questions from the public",
                file=f"Supplement Written questions {_BOARD_DECEMBER}.pdf",
                kind=DocumentKind.PACK,
                letter="b",
                number=7702,
                suffix=9,
                papers=both("hwb-dec-questions"),
            ),
        ),
    ),
    # Of no interest to a health watch: whoever fetches this has not looked at the committee's name.
    Meeting(
        id=5301,
        committee=151,
        on=date(2026, 11, 18),
        at=time(18, 30),
        items=(
            Item(
                id=43001,
                number=4,
                title="Land off Mill Lane, Linfold",
                report=Attached(
                    number=60301,
                    title="Land off Mill Lane, Linfold",
                    file="Land off Mill Lane Linfold.pdf",
                    papers=both("planning-nov-report"),
                ),
            ),
        ),
    ),
)
