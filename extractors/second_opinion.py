"""What pdfminer makes of a page that PDFium reads badly: it maps some fonts that PDFium does not.

It is slow, and loaded only for the few files that need it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from extractors.config import current
from pipeline.text import canonical

if TYPE_CHECKING:
    from pathlib import Path

NAME = "pdfminer"


def of_page(path: Path, number: int) -> str:
    """Canonical text of a page, numbered from 1; "" where pdfminer fails too."""
    from pdfminer.high_level import extract_text  # noqa: PLC0415 - see above

    with contextlib.suppress(Exception):  # it raises whatever a broken file makes it stumble over
        text = extract_text(path, page_numbers={number - 1})
        return canonical(text[: current.get().page_text_kb * 1024])
    return ""
