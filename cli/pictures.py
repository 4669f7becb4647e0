"""Pages as they look, for the web: the extractors' sandbox as `pipeline.ports.Pictures` asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.ports import Box

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from extractors.sandbox import Sandbox
    from pipeline.model import Page


@dataclass(frozen=True)
class PagePictures:
    sandbox: Sandbox

    def picture(self, path: Path, page: int, width: int) -> bytes:
        return self.sandbox.picture(path, page, width)

    def boxes(self, path: Path, page: Page, spans: Sequence[tuple[int, int]]) -> list[Box]:
        found = self.sandbox.boxes(path, page.number, page.text, page.method, spans)
        return [
            Box(
                left=box.left / found.width,
                top=box.top / found.height,
                right=box.right / found.width,
                bottom=box.bottom / found.height,
            )
            for boxes in found.spans
            for box in boxes
        ]
