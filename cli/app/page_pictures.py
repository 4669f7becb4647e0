"""Pages as pictures for the web, drawn in the readers' confined child processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ports import Box

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from extractors.isolation.sandbox import Sandbox
    from pipeline.model import Page


class PagePictures:
    """pipeline.ports.Pictures over a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def picture(self, path: Path, page: int, width: int, boxes: Sequence[Box] = ()) -> bytes:
        sides = [(box.left, box.top, box.right, box.bottom) for box in boxes]
        return self._sandbox.picture(path, page, width, sides)

    def boxes(self, path: Path, page: Page, spans: Sequence[tuple[int, int]]) -> list[Box]:
        """The extractors say points of the page; a picture of any size wants shares of it."""
        marks = self._sandbox.boxes(path, page.number, page.text, page.method, spans, page.parts)
        return [
            Box(
                left=box.left / marks.width,
                top=box.top / marks.height,
                right=box.right / marks.width,
                bottom=box.bottom / marks.height,
            )
            for boxes in marks.spans
            for box in boxes
        ]
