"""What a paper is called through its life: drafts that become final, corrections and versions are one paper.

For platforms whose addresses say nothing, so that a paper is known by its meeting and its title.
"""

from __future__ import annotations

import re

# What a title says of the state of its paper, where it is at its begin, its end, or in brackets.
_STATE = (
    r"(?:(?:un)?(?:confirmed|approved|signed|adopted)|draft|final(?:i[sz]ed)?|provisional|revised|updated|amended"
    r"|corrected|replacement|printed|published|v(?:ersion)?\s?\d+(?:\.\d+)*|to follow)"
)
_BRACKETED = re.compile(rf"[(\[]\s*(?:{_STATE}[\s,]*)+[)\]]", re.IGNORECASE)
_BEFORE = re.compile(rf"^\s*(?:{_STATE}\b[\s,:\-–]*)+(?=\S)", re.IGNORECASE)  # noqa: RUF001 - dashes as printed
_AFTER = re.compile(rf"(?<=\S)(?:[\s,:\-–]+(?:as\s+)?{_STATE}\b)+\s*$", re.IGNORECASE)  # noqa: RUF001 - dashes as printed
_SIZE = re.compile(
    r"\s*[(\[]?\s*(?:\b(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|csv)\b[\s,:]*)?"
    r"\b\d[\d.,]{0,9}\s?(?:bytes|[kmg]i?b)\b\s*[)\]]?",
    re.IGNORECASE,
)


def lasting_name(title: str) -> str:
    """The title without what it says of its paper's state; the title itself where nothing else is left."""
    name = _AFTER.sub("", _BEFORE.sub("", _BRACKETED.sub(" ", title)))
    return " ".join(name.split()) or title


def without_sizes(text: str) -> str:
    """A text without the sizes of the files that it links to: they change with each version."""
    return " ".join(_SIZE.sub(" ", text).split())
