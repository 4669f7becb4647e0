"""PowerPoint since 2007: a part for each slide, with its tables, its diagrams and the speaker's notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pptx
from lxml import etree
from pptx.oxml.ns import qn

from extractors.packages import core_properties, parse
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pptx.slide import Slide

    from pipeline.model import PageText

_PARAGRAPH, _ROW, _TEXT, _BREAK = qn("a:p"), qn("a:tr"), qn("a:t"), qn("a:br")
_DIAGRAM = "/diagramData"


def extract(path: Path) -> Iterator[PageText]:
    try:
        slides = pptx.Presentation(str(path)).slides
    except (KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"{type(error).__name__}: {error}") from error
    return numbered((f"slide {number}", _slide(slide)) for number, slide in enumerate(slides, start=1))


def metadata(path: Path) -> dict[str, str]:
    return core_properties(path)


def _slide(slide: Slide) -> str:
    lines = list(_lines(slide.element))
    for relation in slide.part.rels.values():
        if relation.reltype.endswith(_DIAGRAM) and not relation.is_external:
            lines += _lines(parse(relation.target_part.blob))
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        lines.append(notes.text)
    return "\n".join(lines)


def _lines(element: etree._Element) -> Iterator[str]:
    """One a paragraph, one a row of a table, groups included, in the order of the file."""
    rows: set[etree._Element] = set()
    for item in element.iter(_PARAGRAPH):
        row = next(item.iterancestors(_ROW), None)
        if row is None:
            yield _inline(item)
        elif row not in rows:
            rows.add(row)
            yield " ".join(" ".join(_inline(paragraph).split()) for paragraph in row.iter(_PARAGRAPH))


def _inline(paragraph: etree._Element) -> str:
    return "".join("\n" if item.tag == _BREAK else item.text or "" for item in paragraph.iter(_TEXT, _BREAK))
