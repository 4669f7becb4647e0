"""What pdfminer makes of a page that PDFium reads badly: it maps some fonts that PDFium does not.

It is slow, and loaded only for the few files that need it.
"""

from __future__ import annotations

import contextlib
import io
from itertools import islice
from typing import TYPE_CHECKING

from extractors.config import current
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pdfminer.pdfpage import PDFPage

NAME = "pdfminer"


class Opinion:
    """Of one file, which is opened once, when it is asked first: to open it is half of the work."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closing = contextlib.ExitStack()
        self._waiting: Iterator[PDFPage] | None = None
        self._pages: list[PDFPage] = []  # those before the last that was asked for, and that

    def of_page(self, number: int) -> str:
        """Canonical text of a page, numbered from 1; "" where pdfminer fails too."""
        with contextlib.suppress(Exception):  # it raises whatever a broken file makes it stumble over
            text = self._read(number)
            return canonical(text[: current.get().page_text_kb * 1024])
        return ""

    def page(self, number: int) -> PDFPage:
        """Returns pdfminer's own page. Raises whatever a broken file makes it stumble over."""
        if self._waiting is None:
            self._waiting = self._opened()
        self._pages.extend(islice(self._waiting, max(0, number - len(self._pages))))
        return self._pages[number - 1]

    def close(self) -> None:
        """Close the file."""
        self._closing.close()

    def _read(self, number: int) -> str:
        from pdfminer.converter import TextConverter  # noqa: PLC0415 - see above
        from pdfminer.layout import LAParams  # noqa: PLC0415
        from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager  # noqa: PLC0415

        page = self.page(number)
        said, resources = io.StringIO(), PDFResourceManager()
        device = TextConverter(resources, said, laparams=LAParams())
        PDFPageInterpreter(resources, device).process_page(page)
        return said.getvalue()

    def _opened(self) -> Iterator[PDFPage]:
        from pdfminer.pdfdocument import PDFDocument  # noqa: PLC0415 - see above
        from pdfminer.pdfpage import PDFPage  # noqa: PLC0415
        from pdfminer.pdfparser import PDFParser  # noqa: PLC0415

        file = self._closing.enter_context(self._path.open("rb"))
        return PDFPage.create_pages(PDFDocument(PDFParser(file)))
