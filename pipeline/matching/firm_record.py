"""What papers say of a firm: bodies that name it, notices of its contracts, judgments and questions. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.model import PageRef  # noqa: TC001 - the types are described to programs at run time
from pipeline.text.keys import key

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTICES = "ocds"  # the platform whose papers are notices of contracts
RECORDS = {  # what the papers of other national platforms are called here
    "find_case_law": "judgment",
    "written_questions": "question",
    "hansard": "debate",
    "select_committees": "committee paper",
    "petitions": "petition",
    "bills": "bill",
}
NEXT = "Additional information"  # what a notice has after its changes
_FACT = re.compile(r"([A-Z][A-Za-z ]{2,30}): (.+)")
_ENDED = re.compile(r"terminat|cancel|withdrawn|unsuccessful", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBy:
    """A body whose papers name the firm."""

    body: str
    body_name: str
    kind: str
    papers: int
    passages: int
    first: date | None  # None where none of its papers has a day
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractNotice:
    """A notice that names the firm, with the facts that it states."""

    at: PageRef
    type: str  # as in "Contract change notice (UK10)"
    process: str  # the contracting process: notices of one contract have the same
    stage: str
    buyer: str
    suppliers: str
    value: str
    status: str
    contract_from: str
    contract_to: str
    changes: tuple[str, ...]  # what was amended or ended, and why
    is_supplier: bool  # the firm is among the suppliers; else it is named otherwise
    is_end: bool  # it says that a contract or a procurement ended early


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmMention:
    """A judgment, a question to a minister, a debate that names the firm."""

    what: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    at: PageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRecord:
    """All that the archive's papers say of a firm, and when they did so first and last."""

    bodies: tuple[NamedBy, ...] = ()
    notices: tuple[ContractNotice, ...] = ()  # by process, the newest process first; within one by their days
    records: tuple[FirmMention, ...] = ()  # the latest first
    first: date | None = None
    last: date | None = None
    notices_in_all: int = 0  # of which the newest are above
    records_in_all: int = 0


def contract_notice(at: PageRef, text: str, called: Iterable[str]) -> ContractNotice:
    """The facts of a notice, from its text as it is read."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said: dict[str, str] = {}
    for line in lines:
        if found := _FACT.fullmatch(line):
            said.setdefault(found[1], found[2])
    changes = tuple(_section(lines, "Changes"))
    suppliers = said.get("Suppliers", "")
    type_, status = said.get("Type", ""), said.get("Status", "")
    contract = said.get("Contract status", "")
    return ContractNotice(
        at=at,
        type=type_,
        process=said.get("Contracting process", ""),
        stage=said.get("Stage", ""),
        buyer=said.get("Buyer", ""),
        suppliers=suppliers,
        value=said.get("Value", ""),
        status=", ".join(filter(None, (status, contract))),
        contract_from=said.get("Contract from", ""),
        contract_to=said.get("Contract to", ""),
        changes=changes,
        is_supplier=any(_is_said(name, suppliers) for name in called),
        is_end=bool(_ENDED.search(f"{type_} {status} {contract}")),
    )


def _is_said(name: str, text: str) -> bool:
    """As whole words, as the matcher reads them: ISS is not in "Commissioning"."""
    return b" %b " % key(name) in b" %b " % key(text)


def _section(lines: list[str], head: str) -> list[str]:
    """The lines under a heading of the notice."""
    if head not in lines:
        return []
    rest = lines[lines.index(head) + 1 :]
    return rest[: rest.index(NEXT)] if NEXT in rest else rest


def by_contract(notices: Iterable[ContractNotice]) -> tuple[ContractNotice, ...]:
    """The notices of one contract together, the contract with the newest notice first."""
    every = list(notices)
    newest: dict[str, date] = {}
    for each in every:
        day = each.at.published_on
        if day and day > newest.get(each.process, date.min):
            newest[each.process] = day
    return tuple(
        sorted(
            every,
            key=lambda each: (
                -newest.get(each.process, date.min).toordinal(),
                each.process,
                each.at.published_on or date.min,
                each.at.document,
            ),
        )
    )
