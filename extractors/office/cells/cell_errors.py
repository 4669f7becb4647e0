"""Cells that show a fault, such as #DIV/0!: the reader of cells gives nothing, a person sees them. Pure.

ECMA-376, 18.18.11 (t="e"); [MS-XLS] 2.4.127 and 2.5.10.
"""

from __future__ import annotations

import re

CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
IN_XML = re.compile(
    rb"<(?:\w+:)?c\s(?P<about>[^>]*\bt=\"e\"[^>]*)(?<!/)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(?P<said>[^<]*)<",
    re.DOTALL,
)
_FORMULA, _FAULT_OR_BOOL = 0x06, 0x205


def of_old_cell(kind: int, content: bytes) -> str:
    """Returns what a record of a cell, in Excel before 2007, shows if that is a fault, and else ""."""
    if kind == _FAULT_OR_BOOL and len(content) >= 8 and content[7]:
        return CODES.get(content[6], "")
    if kind == _FORMULA and len(content) >= 14 and content[6] == 2 and content[12:14] == b"\xff\xff":
        return CODES.get(content[8], "")
    return ""
